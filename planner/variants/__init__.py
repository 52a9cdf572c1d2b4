"""What if: changes of a scenario's tables, such as a Saturday or a machine more.

A variant is its parent with a list of changes. A change has a text that `change_from` reads back,
says in words what it does, and is applied to tables; what cannot be done is a `ChangeError`.
"""

from planner.variants.changes import (
    EXAMPLES,
    SHIFTS,
    Capacity,
    Change,
    ChangeoverChange,
    Demand,
    MachineMore,
    Shift,
    Weighting,
    applied,
    change_from,
)
from planner.variants.closing import closed, opened_more
from planner.variants.columns import (
    cells,
    machine_names,
    scaled,
    with_column,
    with_files,
    with_rows,
)
from planner.variants.differing import CellDifference, Merge, differences, merged, numbered
from planner.variants.settings import settings_of, toml_of, with_settings

__all__ = [
    "EXAMPLES",
    "SHIFTS",
    "Capacity",
    "CellDifference",
    "Change",
    "ChangeoverChange",
    "Demand",
    "MachineMore",
    "Merge",
    "Shift",
    "Weighting",
    "applied",
    "cells",
    "change_from",
    "closed",
    "differences",
    "machine_names",
    "merged",
    "numbered",
    "opened_more",
    "scaled",
    "settings_of",
    "toml_of",
    "with_column",
    "with_files",
    "with_rows",
    "with_settings",
]
