"""The CP-SAT model: exact for small scenarios, a bound for larger ones, and neighbourhoods."""

from planner.cpsat.across import KINDS_ACROSS, TriedPiece, improve_across, rank_of
from planner.cpsat.frames import model_size
from planner.cpsat.neighbourhoods import KINDS, improve
from planner.cpsat.plain import is_plain
from planner.cpsat.solving import Answer, Proof, SolveLimits, solve

__all__ = [
    "KINDS",
    "KINDS_ACROSS",
    "Answer",
    "Proof",
    "SolveLimits",
    "TriedPiece",
    "improve",
    "improve_across",
    "is_plain",
    "model_size",
    "rank_of",
    "solve",
]
