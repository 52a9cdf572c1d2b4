"""The days that `benchmarks.rolling` lets go by: what happens is what a shop could have seen."""

import numpy as np
import pytest

from benchmarks.rolling import Shop, lived, real_schedule
from benchmarks.rolling import _happening as happening
from planner import one_by_one
from planner.changes import Calmness
from planner.kpis import measure
from planner.reader import read_scenario
from scenarios import sample_path


@pytest.fixture(scope="module", params=["tiny", "tiny-route"])
def start(request: pytest.FixtureRequest) -> Shop:
    scenario = read_scenario(sample_path(request.param))
    return Shop(scenario=scenario, schedule=one_by_one(scenario))


def test_what_happens_follows_the_plan_machine_by_machine(start: Shop) -> None:
    now = 24 * start.scenario.clock.units_per_hour
    rng = np.random.default_rng(1)
    found = {actual.operation: actual for actual in happening(start, rng, now)}
    assert found
    for actual in found.values():
        assert start.now <= actual.begun < now
        assert actual.ended is None or actual.begun < actual.ended <= now
        for link in start.scenario.operation[actual.operation].after:
            ended = found[link.operation].ended
            assert ended is not None
            assert actual.begun >= ended + link.least_wait


def test_every_order_is_made_in_the_end_and_the_same_seed_brings_the_same(start: Shop) -> None:
    runs = [lived(start, Calmness.CALM, days=2, seed=3, seconds=0.1) for _ in range(2)]
    scenario, schedule = real_schedule(start.scenario, runs[0])
    assert len(scenario.orders) == len(start.scenario.orders) + len(runs[0].added)
    kpis = measure(scenario, schedule)
    made = {name for batch in schedule.batches for name in batch.operations}
    left = {item.operation for item in schedule.unplanned}
    assert made | left == set(scenario.operation)
    assert made
    assert kpis.terms.unplanned == len(left)
    assert runs[0].added == runs[1].added
