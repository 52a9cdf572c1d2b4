"""Neighbourhoods: strictly better and certified, or nothing."""

import numpy as np
import pytest

from planner.arrays import arrays_from
from planner.checker import check
from planner.cpsat import solve
from planner.cpsat.neighbourhoods import KINDS, improve
from planner.cpsat.solving import SolveLimits
from planner.domain import Weights
from planner.search.decoding import cost_of, decode
from tests.builders import machine, order, scenario
from tests.test_cpsat_solving import alone, drawn

WORK = SolveLimits(work=0.5)


@pytest.mark.parametrize("process", ["serial", "parallel", "continuous"])
def test_every_improvement_is_certified_and_cheaper(process: str) -> None:
    given = drawn(21, orders=14, process=process)
    arrays = arrays_from(given)
    rng = np.random.default_rng(0)
    sequences = alone(arrays)
    found = 0
    for kind in KINDS * 2:
        better = improve(arrays, sequences, kind=kind, rng=rng, size=5, limits=WORK)
        if better is not None:
            assert cost_of(arrays, better) < cost_of(arrays, sequences)
            assert check(given, decode(given, arrays, better)) == ()
            sequences = better
            found += 1
    assert found


@pytest.mark.parametrize("kind", KINDS)
def test_a_neighbourhood_of_an_optimal_schedule_holds_nothing(kind: str) -> None:
    arrays = arrays_from(drawn(1001))
    best = solve(arrays, work=60).sequences
    assert best is not None
    rng = np.random.default_rng(1)
    assert improve(arrays, best, kind=kind, rng=rng, size=4, limits=WORK) is None


def test_what_is_far_away_stays_where_it_is() -> None:
    # 60 red and blue orders in turn; only batches near the free ones may change places.
    given = scenario(
        orders=[order(f"A{k}", family=("red", "blue")[k % 2], minutes=10) for k in range(60)],
        machines=[machine()],
        changeovers=5,
        weights=Weights(changeover_minutes=1),
    )
    arrays = arrays_from(given)
    before = alone(arrays)
    rng = np.random.default_rng(3)
    after = improve(arrays, before, kind="time window", rng=rng, size=6, limits=WORK)
    assert after is not None
    moved = [
        row for row, pair in enumerate(zip(before[0], after[0], strict=True)) if len({*pair}) > 1
    ]
    assert max(moved) - min(moved) < 15


def test_without_tardy_orders_their_surroundings_are_nothing() -> None:
    arrays = arrays_from(scenario(orders=[order("A", minutes=10, due=10)]))
    rng = np.random.default_rng(0)
    assert improve(arrays, ((((0,)),),), kind="tardy", rng=rng, limits=WORK) is None


def test_an_unplanned_order_is_brought_in() -> None:
    arrays = arrays_from(scenario(orders=[order("A"), order("B")]))
    rng = np.random.default_rng(0)
    better = improve(arrays, (((0,),),), kind="time window", rng=rng, limits=WORK)
    assert better is not None
    assert sorted(o for batch in better[0] for o in batch) == [0, 1]
