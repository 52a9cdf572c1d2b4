"""What if: changes of a scenario's tables, such as a Saturday or a machine more.

A variant is its parent with a list of changes. A change has a text that `change_from` reads back,
says in words what it does, and is applied to tables; what cannot be done is a `ChangeError`.
"""

from planner.variants.changes import (
    Capacity,
    Change,
    Changeovers,
    Demand,
    MachineMore,
    Shift,
    Weighting,
    applied,
    change_from,
)
from planner.variants.closing import closed
from planner.variants.columns import ChangeError

__all__ = [
    "Capacity",
    "Change",
    "ChangeError",
    "Changeovers",
    "Demand",
    "MachineMore",
    "Shift",
    "Weighting",
    "applied",
    "change_from",
    "closed",
]
