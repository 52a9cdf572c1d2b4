"""The CP-SAT model: exact for small scenarios, a bound for larger ones, and neighbourhoods."""

from planner.cpsat.frames import model_size
from planner.cpsat.neighbourhoods import KINDS, improve
from planner.cpsat.solving import Answer, Limits, Proof, solve

__all__ = ["KINDS", "Answer", "Limits", "Proof", "improve", "model_size", "solve"]
