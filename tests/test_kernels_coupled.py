"""The compiled search where operations wait for others; also run as plain Python."""

from dataclasses import replace

import numpy as np
import pytest

from planner.arrays import NONE, arrays_from
from planner.changes import Standing
from planner.checker import check
from planner.cpsat import solve
from planner.domain import After, HandOn, Scenario, Weights
from planner.kpis import measure
from planner.search import kernels
from planner.search.annealing import NO_RISES, style_for
from planner.search.baselines import (
    earliest_due_date_sequences,
    one_by_one_sequences,
    without_circles,
)
from planner.search.coupling import completions
from planner.search.decoding import cost_of, decode
from planner.search.kernels import columns, kinds
from planner.search.state import load, new_flat, new_state, sequences_in
from tests.builders import machine, order, random_scenario
from tests.builders import scenario as scenario_of
from tests.routed import random_routed

SEEDS = range(24)


def _tally() -> tuple[np.ndarray, np.ndarray, bool, np.ndarray, np.ndarray]:
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    return tally, tally.copy(), True, NO_RISES, np.zeros(1, dtype=np.int64)


@pytest.mark.parametrize("most_waits", [False, True], ids=["no most waits", "most waits"])
@pytest.mark.parametrize("seed", SEEDS)
def test_many_moves_cost_what_a_fresh_timing_and_the_measurement_say(
    seed: int, most_waits: bool
) -> None:
    scenario = random_routed(np.random.default_rng(seed), most_waits=most_waits)
    arrays = arrays_from(scenario)
    state = new_state(arrays, seed)
    load(state, without_circles(arrays, earliest_due_date_sequences(arrays)))
    best = new_flat(state)
    for temperature in (1000.0, 100.0, 10.0, 0.0):
        kernels.anneal(state, best, 100, temperature, style_for(arrays), *_tally())
        sequences = sequences_in(state)
        placed = [o for batches in sequences for batch in batches for o in batch]
        assert len(placed) == len(set(placed))
        schedule = decode(scenario, arrays, sequences)
        assert check(scenario, schedule) == ()
        assert (
            state.scalar[columns.TOTAL_COST]
            == cost_of(arrays, sequences)
            == measure(scenario, schedule).cost
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_completions_in_a_state_are_those_of_its_schedule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for given in (random_routed(rng, most_waits=True), random_scenario(rng)):
        arrays = arrays_from(given)
        sequences = without_circles(arrays, earliest_due_date_sequences(arrays))
        state = new_state(arrays, seed)
        load(state, sequences)
        times = Standing(scenario=given, schedule=decode(given, arrays, sequences)).times
        wanted = [times[o.name][2] if o.name in times else NONE for o in given.operations]
        assert completions(state).tolist() == wanted


@pytest.mark.parametrize("seed", SEEDS)
def test_baselines_keep_routes(seed: int) -> None:
    scenario = random_routed(np.random.default_rng(100 + seed))
    arrays = arrays_from(scenario)
    for sequences in (one_by_one_sequences(arrays), earliest_due_date_sequences(arrays)):
        schedule = decode(scenario, arrays, sequences)
        assert check(scenario, schedule) == ()
        assert cost_of(arrays, sequences) == measure(scenario, schedule).cost


def two_coats(process: str, hand_on: HandOn, wait: int = 0) -> Scenario:
    """Return two coats of one order, 10 minutes each, on one machine; any changeover takes 30."""
    made = scenario_of(
        orders=[order("A", minutes=10), order("B", minutes=10)],
        machines=[machine(process=process, windows=[(0, 100)])],
        changeovers={("red", "red"): 30},
        horizon=100,
        weights=Weights(makespan=1),
    )
    first, second = made.operations
    second = replace(second, order="A", after=(After("A", wait),))
    on = replace(made.machines[0], hand_on=hand_on)
    return replace(made, orders=made.orders[:1], operations=(first, second), machines=(on,))


@pytest.mark.parametrize("wait", [0, 5])
@pytest.mark.parametrize("process", ["serial", "continuous"])
def test_what_comes_after_may_share_a_batch_that_hands_on_each_order(
    process: str, wait: int
) -> None:
    scenario = two_coats(process, HandOn.ORDER, wait)
    arrays = arrays_from(scenario)
    together = (((0, 1),),)
    schedule = decode(scenario, arrays, together)
    assert check(scenario, schedule) == ()
    assert cost_of(arrays, together) == measure(scenario, schedule).cost == 20 + wait
    answer = solve(arrays, work=5)
    assert answer.cost == answer.bound == 20 + wait


@pytest.mark.parametrize(("process", "hand_on"), [("parallel", "order"), ("serial", "batch")])
def test_what_comes_after_never_shares_a_batch_that_completes_as_one(
    process: str, hand_on: str
) -> None:
    scenario = two_coats(process, HandOn(hand_on))
    arrays = arrays_from(scenario)
    assert len(decode(scenario, arrays, (((0, 1),),)).unplanned) == 2
    # 10, changeover 30, 10.
    assert cost_of(arrays, (((0,), (1,)),)) == 50
    answer = solve(arrays, work=5)
    assert answer.cost == answer.bound == 50


def test_what_stands_before_what_it_comes_after_is_left_out() -> None:
    scenario = two_coats("serial", HandOn.ORDER)
    arrays = arrays_from(scenario)
    assert len(decode(scenario, arrays, (((1, 0),),)).unplanned) == 2
