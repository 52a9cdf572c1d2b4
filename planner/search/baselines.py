"""What a plan is compared with: one by one, earliest due date, the planner's current sequence.

All use the same changeovers and the same timing as everything else, so a difference in cost is a
difference in decisions.
"""

from collections.abc import Callable, Mapping

import numpy as np

from planner.arrays import IMPOSSIBLE, NONE, Arrays, Sequences, arrays_from, has_shared, is_coupled
from planner.domain import IntArray, Operation, Scenario
from planner.routes import along_routes
from planner.schedule import Schedule
from planner.search import kernels
from planner.search.coupling import append_new, circling
from planner.search.decoding import decode
from planner.search.kernels import State
from planner.search.state import by_due, load, new_state, sequences_in

ONE_BY_ONE = "one by one"
EARLIEST_DUE_DATE = "earliest due date"
CURRENT_SEQUENCE = "current sequence"


def one_by_one(scenario: Scenario) -> Schedule:
    """Return each order made alone, in file order, on the machine that ends it first.

    Orders of one family that follow each other still need no changeover between them. An order that
    no machine can change over to when its turn comes is put where it costs least once the others
    are placed; one that fits nowhere is unplanned. Pinned operations are placed before all others.
    """
    arrays = arrays_from(scenario)
    return decode(scenario, arrays, one_by_one_sequences(arrays), merge=False)


def earliest_due_date(scenario: Scenario) -> Schedule:
    """Return the orders by due date, each joined to a machine's last batch where it fits.

    An order joins when it then ends no later than on any other machine.
    """
    arrays = arrays_from(scenario)
    return decode(scenario, arrays, earliest_due_date_sequences(arrays))


def current_sequence(scenario: Scenario) -> Schedule | None:
    """Return the planner's own sequence, or None when the orders have none.

    On each machine orders run by `current_position`; equal positions are one batch. Orders
    without a place follow by due date.
    """
    if not has_current_sequence(scenario):
        return None
    arrays = arrays_from(scenario)
    return decode(scenario, arrays, current_sequences(scenario, arrays))


BASELINES: Mapping[str, Callable[[Scenario], Schedule | None]] = {
    ONE_BY_ONE: one_by_one,
    EARLIEST_DUE_DATE: earliest_due_date,
    CURRENT_SEQUENCE: current_sequence,
}


def has_current_sequence(scenario: Scenario) -> bool:
    """Tell whether any order has a place in the planner's own sequence."""
    return any(operation.current for operation in scenario.operations)


def one_by_one_sequences(arrays: Arrays) -> Sequences:
    """Return the sequences of `one_by_one`."""
    in_file_order = along_routes(arrays, np.arange(len(arrays.family)))
    return dispatched(arrays, np.array(in_file_order, dtype=np.int64), joins=False)


def earliest_due_date_sequences(arrays: Arrays) -> Sequences:
    """Return the sequences of `earliest_due_date`."""
    return dispatched(arrays, by_due(arrays), joins=True)


def current_sequences(scenario: Scenario, arrays: Arrays) -> Sequences:
    """Return the planner's own sequence, orders without a place added by due date."""
    rows = {machine.name: index for index, machine in enumerate(scenario.machines)}
    placed: list[dict[int, list[int]]] = [{} for _ in scenario.machines]
    for index, operation in enumerate(scenario.operations):
        machine = _current_machine(operation, rows)
        if machine is not None and operation.current and arrays.shortest[index, machine] != NONE:
            placed[machine].setdefault(operation.current.position, []).append(index)
    sequences = tuple(_split_by_family(arrays, batches) for batches in placed)
    return completed(arrays, sequences)


def _current_machine(operation: Operation, rows: Mapping[str, int]) -> int | None:
    return rows.get(operation.current.machine) if operation.current else None


def _split_by_family(
    arrays: Arrays, batches: Mapping[int, list[int]]
) -> tuple[tuple[int, ...], ...]:
    split: list[tuple[int, ...]] = []
    for position in sorted(batches):
        by_family: dict[int, list[int]] = {}
        for operation in batches[position]:
            by_family.setdefault(int(arrays.family[operation]), []).append(operation)
        split += [tuple(operations) for operations in by_family.values()]
    return tuple(split)


def completed(arrays: Arrays, sequences: Sequences) -> Sequences:
    """Return `sequences` with the operations in none of them added by due date."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    placed = {operation for batches in sequences for batch in batches for operation in batch}
    rest = [operation for operation in by_due(arrays).tolist() if operation not in placed]
    kernels.dispatch(state, np.array(rest, dtype=np.int64), 1)
    bring_in(arrays, state, joins=True)
    return sequences_in(state)


def without_circles(arrays: Arrays, sequences: Sequences) -> Sequences:
    """Return `sequences` with every batch that would come before itself placed anew."""
    if not is_coupled(arrays):
        return sequences
    state = new_state(arrays, seed=0)
    load(state, sequences)
    left_out = circling(state)
    if not left_out:
        return sequences
    kept = tuple(
        tuple(batch for batch in batches if left_out.isdisjoint(batch)) for batches in sequences
    )
    return completed(arrays, kept)


def dispatched(arrays: Arrays, sequence: IntArray, *, joins: bool) -> Sequences:
    """Return sequences in which operations come one after the other, where each ends first.

    If it `joins`, one goes into a machine's last batch where that ends no later.
    """
    state = new_state(arrays, seed=0)
    append_new(state, appends=True)
    pinned = arrays.pin_start[sequence] != NONE
    starts = arrays.pin_start[sequence[pinned]]
    pinned_first = sequence[pinned][np.argsort(starts, kind="stable")]
    kernels.dispatch_pinned(state, pinned_first)
    kernels.dispatch(state, sequence[~pinned], int(joins))
    bring_in(arrays, state, joins=joins)
    return sequences_in(state)


def bring_in(arrays: Arrays, state: State, *, joins: bool) -> None:
    """Find places for what cannot stand where it is: by its changeover, or what machines share."""
    append_new(state, appends=False)
    if (arrays.changeover_minutes >= IMPOSSIBLE).any() or has_shared(arrays):
        kernels.bring_in(state, int(joins))
