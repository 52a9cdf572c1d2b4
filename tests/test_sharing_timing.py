"""Timing where machines share: as early as may be, and moves are undone without a trace."""

from dataclasses import replace

import numpy as np
import pytest

from planner.arrays import NONE, Arrays, Ordered, arrays_from
from planner.domain import During, Level, Need, Resource, Weights
from planner.routes import along_routes
from planner.search import kernels
from planner.search.annealing import NO_RISES, style, style_for
from planner.search.decoding import decode
from planner.search.kernels import columns, kinds, shared_state
from planner.search.state import load, new_flat, new_state, sequences_in
from tests.builders import machine, order, scenario
from tests.naive_sharing import Turn, first_schedule
from tests.shared import random_shared


def alone_in_random_order(arrays: Arrays, rng: np.random.Generator) -> Ordered:
    """Return each operation in a batch of its own on a random machine, in a random order.

    Those that no machine can make are left out.
    """
    count, machines = arrays.shortest.shape
    lists: list[list[tuple[int, ...]]] = [[] for _ in range(machines)]
    able = (arrays.shortest != NONE).any(axis=1)
    order = [o for o in along_routes(arrays, rng.permutation(count)) if able[o]]
    for o in order:
        lists[int(rng.choice(np.flatnonzero(arrays.shortest[o] != NONE)))].append((o,))
    return Ordered(tuple(tuple(batches) for batches in lists), tuple(order))


@pytest.mark.parametrize("routes", [False, True], ids=["alone", "routes"])
@pytest.mark.parametrize("seed", range(12))
def test_each_batch_begins_when_the_checker_first_lets_it(seed: int, routes: bool) -> None:
    rng = np.random.default_rng(700 + seed)
    given = random_shared(rng, routes=routes, in_a_row=bool(seed % 2), operations=6)
    arrays = arrays_from(given)
    ordered = alone_in_random_order(arrays, rng)
    machines = {o: k for k, line in enumerate(ordered) for (o,) in line}
    turns: list[Turn] = [
        (given.machines[machines[o]].name, (given.operations[o].name,)) for o in ordered.order
    ]
    made = decode(given, arrays, ordered, merge=False)
    assert times(made) == times(first_schedule(given, turns))


def times(made: object) -> set[tuple[str, int, int]]:
    return {
        (placed.operation, placed.start, placed.end)
        for batch in made.batches  # type: ignore[attr-defined]
        for placed in batch.placements
    }


@pytest.mark.parametrize(
    ("levels", "start"),
    [
        # Filling takes one of the crew for 5 minutes, running 60 minutes takes one as well: two are
        # there from 100 on, and the first 5 minutes must lie there.
        ((Level(0, 1), Level(100, 2)), 100),
        # Two are there from 20 to 25 alone: that is enough.
        ((Level(0, 1), Level(20, 2), Level(25, 1)), 20),
        # From 20 to 24 is a minute short.
        ((Level(0, 1), Level(20, 2), Level(24, 1), Level(50, 2)), 50),
    ],
)
def test_two_needs_of_one_batch_for_one_crew_are_added(
    levels: tuple[Level, ...], start: int
) -> None:
    needs = (
        Need(resource="crew", during=During.START, units=5),
        Need(resource="crew", during=During.RUN),
    )
    given = scenario(
        [order("A", minutes=60)],
        [machine("M", pausable=False)],
        resources=(Resource(name="crew", levels=levels),),
        needs=needs,
    )
    arrays = arrays_from(given)
    made = decode(given, arrays, Ordered((((0,),),), (0,)))
    assert times(made) == {("A", start, start + 60)}
    # On a machine that may pause the same holds, minute for minute.
    pausing = replace(given, machines=(replace(given.machines[0], pausable=True),))
    made = decode(pausing, arrays_from(pausing), Ordered((((0,),),), (0,)))
    assert times(made) == {("A", start, start + 60)}


@pytest.mark.parametrize("routes", [False, True], ids=["alone", "routes"])
@pytest.mark.parametrize("seed", range(4))
def test_moves_that_are_all_undone_leave_everything_as_it_was(seed: int, routes: bool) -> None:
    given = random_shared(np.random.default_rng(800 + seed), routes=routes)
    arrays = arrays_from(given)
    state = new_state(arrays, seed)
    load(state, alone_in_random_order(arrays, np.random.default_rng(seed)))
    best = new_flat(state)
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    flag = np.zeros(1, dtype=np.int64)
    shares = style_for(arrays)
    kernels.anneal(state, best, 40, 100.0, shares, tally, tally.copy(), True, NO_RISES, flag)
    before = (sequences_in(state), int(state.scalar[columns.TOTAL_COST]), spans(state))
    rises = np.zeros(80, dtype=np.int64)
    kernels.anneal(state, best, 80, 0.0, shares, tally, tally.copy(), False, rises, flag)
    assert tally.sum() > 0
    assert (sequences_in(state), int(state.scalar[columns.TOTAL_COST]), spans(state)) == before


def spans(state: object) -> list[list[tuple[int, ...]]]:
    """Return what stands in the lists of spans, each sorted."""
    x = state.shared  # type: ignore[attr-defined]
    lists = []
    for q in range(2 * int(x[shared_state.RESOURCES])):
        first = int(x[x[shared_state.SPAN_FIRST] + q])
        count = int(x[x[shared_state.SPAN_COUNT] + q])
        rows = x[first : first + shared_state.SPAN_WIDTH * count]
        found = [tuple(row) for row in rows.reshape(-1, shared_state.SPAN_WIDTH).tolist()]
        assert [row[0] for row in found] == sorted(row[0] for row in found)
        lists.append(sorted(found))
    return lists


def test_who_comes_first_of_those_that_wait_is_searched() -> None:
    # Each on a machine of its own, so that only the order in which the one crew comes can change:
    # C, B, A end at 30, 50 and 60, which is 0, 20 and 50 late; A, B, C end when they are due.
    given = scenario(
        [
            order("A", durations={"K": 10}, due=10),
            order("B", durations={"M": 20}, due=30),
            order("C", durations={"N": 30}, due=60),
        ],
        [machine("K"), machine("M"), machine("N")],
        weights=Weights(tardiness=1),
        resources=(Resource(name="crew"),),
        needs=(Need(resource="crew", during=During.RUN),),
    )
    arrays = arrays_from(given)
    state = new_state(arrays, 0)
    load(state, Ordered((((0,),), ((1,),), ((2,),)), (2, 1, 0)))
    assert state.scalar[columns.TOTAL_COST] == 70
    best = new_flat(state)
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    flag = np.zeros(1, dtype=np.int64)
    only = style({kinds.NAMES[kinds.WHAT_DELAYS]: 1.0})
    kernels.anneal(state, best, 100, 0.0, only, tally, tally.copy(), True, NO_RISES, flag)
    assert state.scalar[columns.TOTAL_COST] == 0
    assert isinstance(sequences_in(state), Ordered)
    assert sequences_in(state).order == (0, 1, 2)  # type: ignore[attr-defined]
