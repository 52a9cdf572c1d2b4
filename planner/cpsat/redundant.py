"""What follows from the rules anyway, said so that bounds are found sooner."""

from collections.abc import Sequence

import numpy as np
from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar

from planner.arrays import NEVER, PARALLEL, Arrays, weights_of
from planner.cpsat.variables import Expression, Node, TrackVars, Variables

# CP-SAT's deterministic seconds for packing one family.
PACKING_WORK = 0.5

PlaceOnTrack = tuple[TrackVars, Node]


def add_redundant(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Add lower bounds that hold for every schedule."""
    if weights_of(arrays).processing_minutes and not any(
        track.kept for track in variables.frame.tracks
    ):
        packed_processing(model, arrays, variables)


def packed_processing(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Bound the running time of each family in parallel machines from below.

    The least running time of all its batches when only capacity, eligibility and durations count:
    a bin packing problem with bins as long as their longest operation, solved exactly or bounded.
    """
    for family in np.unique(arrays.family[list(variables.visits)]).tolist():
        places = [
            (track, node)
            for track in variables.tracks
            for node in track.nodes
            if node.family == family
        ]
        operations = [o for o in variables.visits if arrays.family[o] == family]
        all_parallel = all(track.process == PARALLEL for track, _ in places)
        if all_parallel and not any(o in variables.unplanned for o in operations):
            least = _least_processing(arrays, places, operations)
            model.add(sum(n.shortest * n.present for _, n in places) >= least)


def _least_processing(
    arrays: Arrays, places: Sequence[PlaceOnTrack], operations: Sequence[int]
) -> int:
    model = CpModel()
    inside: dict[int, list[IntVar]] = {operation: [] for operation in operations}
    total: Expression = 0
    for track, node in places:
        members = {o: model.new_bool_var(f"member_{o}_in_{node.label}") for o in node.members}
        present = members[node.operation]
        for operation, taken in members.items():
            inside[operation].append(taken)
            model.add_implication(taken, present)
        for dimension, capacity in enumerate(arrays.capacity[track.machine].tolist()):
            if capacity < NEVER:
                load = sum(int(arrays.size[o, dimension]) * taken for o, taken in members.items())
                model.add(load <= capacity * present)
        total += node.shortest * present
    for ways in inside.values():
        model.add_exactly_one(ways)
    model.minimize(total)
    return _bound_of(model)


def _bound_of(model: CpModel) -> int:
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = PACKING_WORK
    solver.solve(model)
    return max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))
