"""Timing of what must not wait long, and first schedules for it; also run as plain Python."""

from dataclasses import replace

import numpy as np
import pytest

from planner.arrays import Arrays, Sequences, arrays_from
from planner.checker import check
from planner.domain import After, Duration, Operation, Scenario, Weights
from planner.routes import along_routes
from planner.search.decoding import decode
from planner.search.in_step import in_step
from planner.search.listing import listings
from tests.builders import machine, order, scenario
from tests.naive import held_back
from tests.routed import random_routed

SEEDS = range(60)


def alone_in_random_order(arrays: Arrays, rng: np.random.Generator) -> Sequences:
    lanes: list[list[tuple[int, ...]]] = [[] for _ in arrays.process]
    for o in along_routes(arrays, rng.permutation(len(arrays.family))):
        lanes[int(rng.choice(np.flatnonzero(arrays.shortest[o] >= 0)))].append((o,))
    return tuple(map(tuple, lanes))


@pytest.mark.parametrize("seed", SEEDS)
def test_times_are_the_least_that_keep_all_waits(seed: int) -> None:
    rng = np.random.default_rng(900 + seed)
    made = random_routed(rng, most_waits=True, operations=6, machines=2)
    made = replace(
        made,
        orders=tuple(replace(each, deadline=None) for each in made.orders),
        operations=tuple(map(_lasting, made.operations)),
    )
    arrays = arrays_from(made)
    sequences = alone_in_random_order(arrays, rng)
    lanes = {
        each.name: [made.operations[o].name for (o,) in lane]
        for each, lane in zip(made.machines, sequences, strict=True)
    }
    schedule = decode(made, arrays, sequences, merge=False)
    assert check(made, schedule) == ()
    least = held_back(made, lanes)
    if least is not None:
        placed = [each for batch in schedule.batches for each in batch.placements]
        assert {each.operation: (each.start, each.end) for each in placed} == least


def _lasting(operation: Operation) -> Operation:
    """Return `operation` with no duration of nothing: that may lie anywhere."""
    durations = {
        name: each._replace(minimum=max(1, each.minimum))
        for name, each in operation.durations.items()
    }
    return replace(operation, durations=durations)


def two_stages(orders: int, most_wait: int) -> Scenario:
    """Return orders that are painted for 10 minutes, dried, and cured for 20, by turns short ones.

    The second machine takes what is short for 1 minute only, so that rules put it first there.
    """
    names = [f"{k:02}" for k in range(orders)]
    made = scenario(
        orders=[order(name, due=600) for name in names],
        machines=[machine("Paint"), machine("Cure")],
        weights=Weights(makespan=1, tardiness=1),
    )
    paint = [_step(each, "Paint", 10) for each in made.operations]
    cure = [
        replace(
            _step(each, "Cure", 20 if k % 2 else 1),
            name=f"{each.name} cured",
            after=(After(each.name, 5, most_wait),),
        )
        for k, each in enumerate(made.operations)
    ]
    return replace(made, operations=(*paint, *cure))


def _step(operation: Operation, name: str, minutes: int) -> Operation:
    return replace(operation, durations={name: Duration(minutes)})


def test_first_schedules_leave_nothing_out_that_must_not_wait_long() -> None:
    made = two_stages(orders=12, most_wait=10)
    arrays = arrays_from(made)
    listed = list(listings(arrays))
    assert listed
    for sequences in listed:
        schedule = decode(made, arrays, sequences)
        assert check(made, schedule) == ()
        assert not schedule.unplanned


def test_orders_pass_all_stages_in_the_order_in_which_they_are_complete() -> None:
    made = two_stages(orders=4, most_wait=10)
    arrays = arrays_from(made)
    # Overtaken between the stages: the first to be painted is the last to be cured.
    overtaken = (((0,), (1,), (2,), (3,)), ((7,), (6,), (5,), (4,)))
    assert in_step(arrays, overtaken) == (((3, 2, 1, 0),), ((7, 6, 5, 4),))
