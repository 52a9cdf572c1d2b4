"""Batch planner: group orders into batches, sequence changeovers, prove how good the plan is.

The public names are loaded when first used: reading and checking need no compiled search.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.changes import apply, difference, explain, promise, replan
    from planner.checker import Violation, check
    from planner.domain import PRESETS, Scenario, Weights
    from planner.errors import Finding, PlannerError, ScenarioError, ScheduleError
    from planner.kpis import Kpis, measure
    from planner.planning.plan import plan
    from planner.reader import read_actuals, read_scenario
    from planner.schedule import Actual, Batch, Progress, Result, Schedule, Status
    from planner.search.baselines import current_sequence, earliest_due_date, one_by_one
    from planner.validator import validate
    from planner.writer import read_schedule, write_schedule

__version__ = "0.1.0"

_HOMES = {
    "planner.search.baselines": ("current_sequence", "earliest_due_date", "one_by_one"),
    "planner.changes": ("apply", "difference", "explain", "promise", "replan"),
    "planner.checker": ("Violation", "check"),
    "planner.domain": ("PRESETS", "Scenario", "Weights"),
    "planner.errors": ("Finding", "PlannerError", "ScenarioError", "ScheduleError"),
    "planner.kpis": ("Kpis", "measure"),
    "planner.planning": ("plan",),
    "planner.reader": ("read_actuals", "read_scenario"),
    "planner.schedule": ("Actual", "Batch", "Progress", "Result", "Schedule", "Status"),
    "planner.validator": ("validate",),
    "planner.writer": ("read_schedule", "write_schedule"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "PRESETS",
    "Actual",
    "Batch",
    "Finding",
    "Kpis",
    "PlannerError",
    "Progress",
    "Result",
    "Scenario",
    "ScenarioError",
    "Schedule",
    "ScheduleError",
    "Status",
    "Violation",
    "Weights",
    "__version__",
    "apply",
    "check",
    "current_sequence",
    "difference",
    "earliest_due_date",
    "explain",
    "measure",
    "one_by_one",
    "plan",
    "promise",
    "read_actuals",
    "read_scenario",
    "read_schedule",
    "replan",
    "validate",
    "write_schedule",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
