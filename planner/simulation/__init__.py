"""Release policies on arriving orders: their simulation, and the balance drawn.

The names here are loaded when first used: only simulating needs the compiled event loop.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.simulation.arrivals import (
        Arrivals,
        ArrivalSource,
        Generated,
        Replay,
        usual_source,
    )
    from planner.simulation.frontier import Frontier, Limit, frontier_of, limit, sensitivity
    from planner.simulation.laboratory import Laboratory, intervals, streams
    from planner.simulation.leaving_out import left_out_in_words
    from planner.simulation.measures import Measures
    from planner.simulation.naming import policy_named, usual_policies
    from planner.simulation.policies import Policy
    from planner.simulation.recommending import recommended
    from planner.simulation.wording import in_words, lasting

_HOMES = {
    "planner.simulation.arrivals": (
        "ArrivalSource",
        "Arrivals",
        "Generated",
        "Replay",
        "usual_source",
    ),
    "planner.simulation.frontier": ("Frontier", "Limit", "frontier_of", "limit", "sensitivity"),
    "planner.simulation.laboratory": ("Laboratory", "intervals", "streams"),
    "planner.simulation.leaving_out": ("left_out_in_words",),
    "planner.simulation.measures": ("Measures",),
    "planner.simulation.naming": ("policy_named", "usual_policies"),
    "planner.simulation.policies": ("Policy",),
    "planner.simulation.recommending": ("recommended",),
    "planner.simulation.wording": ("in_words", "lasting"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ArrivalSource",
    "Arrivals",
    "Frontier",
    "Generated",
    "Laboratory",
    "Limit",
    "Measures",
    "Policy",
    "Replay",
    "frontier_of",
    "in_words",
    "intervals",
    "lasting",
    "left_out_in_words",
    "limit",
    "policy_named",
    "recommended",
    "sensitivity",
    "streams",
    "usual_policies",
    "usual_source",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'planner.simulation' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
