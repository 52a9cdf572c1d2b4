"""The CP-SAT model: exact for small scenarios, a bound for larger ones, and neighbourhoods."""

from planner.cpsat.solving import Answer, Proof, solve

__all__ = ["Answer", "Proof", "solve"]
