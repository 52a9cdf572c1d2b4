"""What follows from the rules anyway, said so that bounds are found sooner."""

from ortools.sat.python.cp_model import CpModel

from planner.arrays import Arrays
from planner.cpsat.variables import Expression, Variables


def add_redundant(model: CpModel, arrays: Arrays, variables: Variables, total: Expression) -> None:
    """Add lower bounds that hold for every schedule."""
