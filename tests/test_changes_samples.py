"""Random changes by hand of the plans of all samples, with planning again in between.

CHANGES_PER_SAMPLE says how many are tried of each; a few without it.
"""

import os

import numpy as np
import pytest

from planner import earliest_due_date, one_by_one
from planner.changes import Calmness, Standing, replan
from planner.checker import check
from planner.reader import read_scenario
from scenarios import SAMPLES, sample_path
from tests.chains import happened_late, walked
from tests.shared import random_shared, with_upkeep
from ui.happening import as_planned

TRIES = int(os.environ.get("CHANGES_PER_SAMPLE", "12"))
# So many are tried between two times of planning again.
LENGTH = 12


@pytest.mark.parametrize("name", SAMPLES)
def test_chains_of_changes_of_a_sample_keep_all_rules(name: str) -> None:
    given = read_scenario(sample_path(name))
    first = earliest_due_date(given)
    assert first is not None
    begin = Standing(scenario=given, schedule=first)
    here, made = begin, 0
    for turn in range(-(-TRIES // LENGTH)):
        rng = np.random.default_rng(turn)
        history = walked(here, rng, LENGTH)
        made += len(history.done)
        # The days go on; after some of them all begins anew.
        here = _later(history.standing, rng) if turn % 4 != 3 else begin
    assert made > 0


@pytest.mark.parametrize("seed", range(0, 3 * TRIES, 3))
def test_chains_of_changes_with_limits_in_a_row_and_upkeep_keep_all_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_shared(rng, routes=seed % 2 == 0, operations=9)
    if seed % 4 < 2:
        given = with_upkeep(rng, given)
    here = Standing(scenario=given, schedule=one_by_one(given))
    for _ in range(3):
        here = _later(walked(here, rng, LENGTH).standing, rng)
        if not here.scenario.operations:
            break


def _later(standing: Standing, rng: np.random.Generator) -> Standing:
    """Return the plan from some moment on, when all has happened as planned until then, or not."""
    last = max((batch.end for batch in standing.schedule.batches), default=0)
    begun = min((batch.start for batch in standing.schedule.batches), default=0)
    now = int(rng.integers(begun, max(begun + 1, (begun + last) // 2)))
    actuals = as_planned(standing.schedule, now)
    if rng.random() < 0.5:
        actuals = happened_late(standing, now, rng)
    calmness = list(Calmness)[int(rng.integers(3))]
    made = replan(
        standing.scenario,
        standing.schedule,
        actuals,
        now=now,
        freeze_hours=float(rng.choice([0.0, 1.0, 8.0])),
        seconds=0.05,
        seed=1,
        calmness=calmness,
    )
    assert check(made.scenario, made.schedule) == ()
    return Standing(scenario=made.scenario, schedule=made.schedule)
