"""Whoever comes first finds the samples, and one of them planned."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.checker import check
from planner.domain import Weights
from planner.kpis import measure
from planner.reader import read_scenario, read_tables
from planner.store import RunOptions, RunState, Store
from planner.store.samples import PLANNED, seed_samples
from scenarios import SAMPLES, sample_path
from tests.test_store import IDLE, url
from tests.test_store_worker import ended, until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path), worker=IDLE) as store:
        yield store


def test_the_first_visit_finds_every_sample_and_one_run(store: Store) -> None:
    seed_samples(store)
    assert len(store.scenarios()) == len(SAMPLES)
    (run,) = store.runs()
    assert str(run.scenario_id) == store.setting(f"sample:{PLANNED}")


def test_a_stored_sample_is_the_scenario_in_its_files(store: Store) -> None:
    seed_samples(store)
    for name in SAMPLES:
        stored = store.scenario(int(store.setting(f"sample:{name}") or 0))
        given = read_scenario(sample_path(name))
        assert (stored.orders, stored.machines) == (given.orders, given.machines)
        assert (stored.name, stored.horizon) == (given.name, given.horizon)


def test_baselines_are_made_when_they_are_first_asked_for_and_kept(store: Store) -> None:
    seed_samples(store)
    tiny = int(store.setting("sample:tiny") or 0)
    scenario = store.scenario(tiny)
    made = store.baselines(tiny)
    assert {"one by one", "earliest due date"} <= set(made)
    for schedule in made.values():
        assert check(scenario, schedule) == ()
    assert store.baselines(tiny) == made


def test_later_visits_add_nothing_even_after_samples_were_deleted(store: Store) -> None:
    seed_samples(store)
    store.delete_scenario(store.runs()[0].scenario_id)
    seed_samples(store)
    assert len(store.scenarios()) == len(SAMPLES) - 1
    assert store.runs() == ()


def test_a_deleted_sample_is_not_planned_on_the_first_visit(store: Store) -> None:
    store.set_setting(f"sample:{PLANNED}", "99")
    seed_samples(store)
    assert store.runs() == ()


def test_a_worker_plans_a_sample_and_what_it_stores_is_what_is_measured(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store:
        tiny = store.add_scenario("tiny", read_tables(sample_path("tiny"))).id
        weights = Weights(changeover_minutes=1, tardiness=1)
        begun = store.start_run(tiny, RunOptions(seconds=1.0, weights=weights))
        # The first run on a machine compiles for a while.
        run = until(store, begun.id, ended, seconds=180)
        assert (run.state, run.message) == (RunState.FINISHED, "")
        scenario = replace(store.scenario(tiny), weights=weights)
        schedule = store.best_schedule(run.id)
        assert schedule is not None
        assert check(scenario, schedule) == ()
        assert measure(scenario, schedule).terms.cost(scenario) == run.cost
        assert store.progress(run.id)[-1].cost == run.cost
        assert {"one by one", "earliest due date"} <= set(store.baselines(tiny))
