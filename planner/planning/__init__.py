"""All that decides: `plan` makes a schedule from a scenario, by one of `METHODS`."""

from planner.planning.plan import METHODS, plan

__all__ = ["METHODS", "plan"]
