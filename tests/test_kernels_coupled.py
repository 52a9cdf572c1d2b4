"""The compiled search where operations wait for others; also run as plain Python."""

import numpy as np
import pytest

from planner.arrays import arrays_from
from planner.checker import check
from planner.kpis import measure
from planner.search import kernels
from planner.search.annealing import NO_RISES, style_for
from planner.search.baselines import (
    earliest_due_date_sequences,
    one_by_one_sequences,
    without_circles,
)
from planner.search.decoding import cost_of, decode
from planner.search.kernels import columns, kinds
from planner.search.state import load, new_flat, new_state, sequences_in
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
def test_baselines_keep_routes(seed: int) -> None:
    scenario = random_routed(np.random.default_rng(100 + seed))
    arrays = arrays_from(scenario)
    for sequences in (one_by_one_sequences(arrays), earliest_due_date_sequences(arrays)):
        schedule = decode(scenario, arrays, sequences)
        assert check(scenario, schedule) == ()
        assert cost_of(arrays, sequences) == measure(scenario, schedule).cost
