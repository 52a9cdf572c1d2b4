"""Random changes by hand of the plans of all samples, with planning again in between.

CHANGES_PER_SAMPLE says how many are tried of each; a few without it.
"""

import os

import numpy as np
import pytest

from planner import earliest_due_date
from planner.changes import Standing, replan
from planner.checker import check
from planner.reader import read_scenario
from scenarios import SAMPLES, sample_path
from tests.chains import walked
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
        # The days go on, as planned; after some of them all begins anew.
        here = _later(history.standing, rng) if turn % 4 != 3 else begin
    assert made > 0


def _later(standing: Standing, rng: np.random.Generator) -> Standing:
    """Return the plan from some moment on, when all has happened as planned until then."""
    last = max((batch.end for batch in standing.schedule.batches), default=0)
    begun = min((batch.start for batch in standing.schedule.batches), default=0)
    now = int(rng.integers(begun, max(begun + 1, (begun + last) // 2)))
    actuals = as_planned(standing.schedule, now)
    made = replan(standing.scenario, standing.schedule, actuals, now=now, seconds=0.05, seed=1)
    assert check(made.scenario, made.schedule) == ()
    return Standing(scenario=made.scenario, schedule=made.schedule)
