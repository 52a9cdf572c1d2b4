"""Scenario -> all findings at once, and the operations that cannot be planned whatever is done."""

from planner.validator.obstacles import impossible
from planner.validator.rules import RULES, validate

__all__ = ["RULES", "impossible", "validate"]
