"""Pieces in whose model is only what is free and near it."""

from dataclasses import replace

import numpy as np
import pytest
from ortools.sat.python import cp_model

from planner.arrays import Arrays, Sequences, arrays_from
from planner.checker import check
from planner.cpsat.local import LocalModel, local_piece
from planner.cpsat.slots import some_of, timed_sequences
from planner.domain import After, HandOn, Scenario, Weights
from planner.search import kernels
from planner.search.coupling import circling
from planner.search.decoding import cost_of, decode
from planner.search.state import load, new_state
from tests.builders import machine, order, scenario
from tests.routed import random_routed
from tests.test_cpsat_across import by_due_date, fixed

SEEDS = range(24)


def drawn(seed: int) -> tuple[Scenario, LocalModel]:
    """Return a scenario and the piece of three batches of its schedule by due dates.

    Running minutes count nothing: a model may let continuous batches begin later for their sake.
    """
    rng = np.random.default_rng(seed)
    made = random_routed(rng, most_waits=seed % 2 == 1, operations=12)
    given = replace(made, weights=replace(made.weights, processing_minutes=0))
    arrays = arrays_from(given)
    current = timed_sequences(arrays, by_due_date(arrays))
    slots = current.all_slots
    chosen = [slots[row] for row in sorted(some_of(rng, range(len(slots)), 3))]
    free = [operation for slot in chosen for operation in slot.operations]
    return given, local_piece(current, chosen, free, 0)


def best_of(piece: LocalModel) -> tuple[int, Sequences]:
    """Return the least cost in the model of a piece, and the whole schedule with that in it."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(piece.model) == cp_model.OPTIMAL
    return round(solver.objective_value), piece.sequences(solver.value, 0)


def comes_before_itself(arrays: Arrays, sequences: Sequences) -> bool:
    """Tell whether a batch waits inside for what another makes of what it has made itself."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    kernels.record_times(state)
    return bool(circling(state))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_schedule_is_in_the_model_and_gains_at_least_what_the_model_gains(seed: int) -> None:
    given, piece = drawn(seed)
    arrays = piece.current.arrays
    before = round(fixed(piece.model).objective_value)
    least, found = best_of(piece)
    assert least <= before
    if not comes_before_itself(arrays, found):
        gained = cost_of(arrays, by_due_date(arrays)) - cost_of(arrays, found)
        assert gained >= before - least
    assert check(given, decode(given, arrays, found)) == ()


def long_route(count: int) -> Scenario:
    """Return orders that pass machine A, then B, one after the other in turns of two families."""
    made = scenario(
        orders=[
            order(f"{on}{k}", family=("red", "blue")[k // 2 % 2], durations={on: 10})
            for k in range(count)
            for on in "AB"
        ],
        machines=[replace(machine(name), hand_on=HandOn.BATCH) for name in "AB"],
        changeovers=5,
        weights=Weights(changeover_minutes=1, flow_time=1),
    )
    steps = tuple(
        replace(item, order=f"A{item.name[1:]}", after=(After(f"A{item.name[1:]}"),))
        if item.name.startswith("B")
        else item
        for item in made.operations
    )
    return replace(
        made, orders=tuple(o for o in made.orders if o.name.startswith("A")), operations=steps
    )


@pytest.mark.parametrize("count", [30, 120])
def test_a_model_is_as_large_as_its_piece_however_many_operations_there_are(count: int) -> None:
    arrays = arrays_from(long_route(count))
    lane = tuple((2 * k,) for k in range(count)), tuple((2 * k + 1,) for k in range(count))
    current = timed_sequences(arrays, lane)
    chosen = current.slots[0][10:12]
    piece = local_piece(current, chosen, [20, 22], 0)
    inside = sum(len(track.nodes) for track in piece.built.variables.tracks)
    # Two are free in one place on A alone; around them and behind them on B lie two dozen at most.
    assert inside <= 26


def test_what_lies_around_a_piece_keeps_its_machine_and_its_order() -> None:
    arrays = arrays_from(long_route(40))
    lane = tuple((2 * k,) for k in range(40)), tuple((2 * k + 1,) for k in range(40))
    current = timed_sequences(arrays, lane)
    chosen = (*current.slots[0][10:13], *current.slots[1][10:13])
    free = [o for slot in chosen for o in slot.operations]
    found = best_of(local_piece(current, chosen, free, 0))[1]
    for before, after in zip(lane, found, strict=True):
        kept = [o for (o,) in before if o not in free]
        assert [o for batch in after for o in batch if o not in free] == kept
    assert cost_of(arrays, found) < cost_of(arrays, lane)
