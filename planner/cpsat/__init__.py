"""The CP-SAT model: exact for small scenarios, a bound for larger ones, and neighbourhoods."""

from planner.cpsat.frames import model_size
from planner.cpsat.neighbourhoods import KINDS, improve
from planner.cpsat.solving import Answer, Proof, SolveLimits, solve

__all__ = ["KINDS", "Answer", "Proof", "SolveLimits", "improve", "model_size", "solve"]
