"""Planning again in a process of its own: begun, stopped, forgotten, and what becomes of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.checker import check
from planner.errors import StoreError
from planner.reader import Tables, table_of
from planner.schedule import Actual
from planner.store import (
    ReplanDraft,
    ReplanJob,
    ReplanRow,
    RunState,
    Store,
    forget_replan,
    newest_replan,
    open_line,
    replan_row,
    replan_schedule,
    replan_worker,
    replans,
    start_replan,
    stop_replan,
)
from planner.store.processes import ProcessIdentity, this_process
from tests.builders import batch, schedule
from tests.test_store import url

MADE = schedule(batch(("A", 0, 60)), batch(("B", 60, 120)))


def tables() -> Tables:
    rows = [("A", "red", "60"), ("B", "red", "60")]
    return Tables(
        files={
            "orders.csv": table_of(("order_id", "family", "duration_minutes"), rows),
            "machines.csv": table_of(("machine_id",), [("M",)]),
        },
        settings="start = 2027-02-01T06:00:00\n",
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


@pytest.fixture
def draft(store: Store) -> ReplanDraft:
    row = store.add_scenario("Again", tables())
    line = open_line(store, row.id, "one by one", MADE, version=1)
    return ReplanDraft(line_id=line.id, on=1, given="{}")


@pytest.fixture
def job(store: Store, draft: ReplanDraft) -> ReplanJob:
    scenario = store.scenario(store.scenarios()[0].id)
    return ReplanJob(
        scenario=scenario,
        schedule=MADE,
        actuals=(),
        now=0,
        freeze_hours={"M": 0.0},
        seconds=0.1,
        calmness="keep it calm",
    )


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what should start the process from starting it: the tests do its work."""
    monkeypatch.setattr(replans, "_work", lambda *_: None)


def until(store: Store, row: ReplanRow, holds: Callable[[ReplanRow], bool]) -> ReplanRow:
    for _ in range(1200):
        now = replan_row(store, row.id)
        if holds(now):
            return now
        time.sleep(0.1)
    raise AssertionError(now)


def test_a_process_of_its_own_plans_again_and_keeps_what_it_found(
    store: Store, draft: ReplanDraft, job: ReplanJob
) -> None:
    row = start_replan(store, draft, job)
    assert (row.state, row.based_on, row.has_schedule) == (RunState.QUEUED, 1, False)
    done = until(store, row, lambda now: now.state.is_final)
    assert (done.state, done.message) == (RunState.FINISHED, "")
    assert done.has_schedule
    assert check(job.scenario, replan_schedule(store, row.id)) == ()
    assert newest_replan(store, draft.line_id) == done


def test_what_is_stopped_keeps_the_best_by_then(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    row = start_replan(store, draft, replace(job, seconds=3600, calmness="from scratch"))
    stop_replan(store, row.id)
    began = time.monotonic()
    assert replan_worker.work(store, row.id, replace(job, seconds=3600)) == 0
    assert time.monotonic() - began < 600
    done = replan_row(store, row.id)
    assert (done.state, done.has_schedule) == (RunState.STOPPED, True)


def test_what_is_cancelled_is_forgotten_and_its_process_ends(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    row = start_replan(store, draft, job)
    forget_replan(store, row.id)
    assert replan_worker.work(store, row.id, job) == replan_worker.NOT_MINE
    assert newest_replan(store, draft.line_id) is None
    with pytest.raises(StoreError, match="was forgotten"):
        replan_row(store, row.id)


def test_a_schedule_is_planned_again_once_at_a_time(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    start_replan(store, draft, job)
    with pytest.raises(StoreError, match="is being planned again already"):
        start_replan(store, draft, job)


def test_only_so_many_are_planned_again_at_a_time(
    store: Store, job: ReplanJob, no_process: None
) -> None:
    scenario = store.scenarios()[0]
    lines = [open_line(store, scenario.id, f"plan {k}", MADE, version=1) for k in range(5)]
    for line in lines[:4]:
        start_replan(store, ReplanDraft(line_id=line.id, on=1, given="{}"), job)
    with pytest.raises(StoreError, match="at most 4 at a time"):
        start_replan(store, ReplanDraft(line_id=lines[4].id, on=1, given="{}"), job)


def test_another_time_replaces_what_was_found_before(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    first = start_replan(store, draft, job)
    replan_worker.work(store, first.id, job)
    second = start_replan(store, draft, job)
    newest = newest_replan(store, draft.line_id)
    assert newest is not None
    assert newest.id == second.id
    with pytest.raises(StoreError, match="was forgotten"):
        replan_row(store, first.id)


def test_one_whose_process_is_gone_was_interrupted(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    row = start_replan(store, draft, job)
    here = this_process()
    process = ProcessIdentity(host=here.host, pid=here.pid, start="long ago")
    assert replans.begin_replan(store, row.id, process)
    told = replan_row(store, row.id)
    assert (told.state, told.has_schedule) == (RunState.INTERRUPTED, False)
    assert told.message == "Planning again stopped unexpectedly."
    # It is nobody's any more, so another may begin.
    start_replan(store, draft, job)


def test_one_whose_process_dies_at_once_is_told_so(
    store: Store, draft: ReplanDraft, job: ReplanJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replans, "WORKER", ("/bin/false",))
    row = start_replan(store, draft, job)
    assert until(store, row, lambda now: now.state.is_final).state == RunState.INTERRUPTED


def test_what_cannot_be_planned_again_says_why(
    store: Store, draft: ReplanDraft, job: ReplanJob, no_process: None
) -> None:
    row = start_replan(store, draft, job)
    lost = Actual(operation="Z", machine="M", begun=0)
    replan_worker.work(store, row.id, replace(job, actuals=(lost,)))
    done = replan_row(store, row.id)
    assert (done.state, done.has_schedule) == (RunState.FAILED, False)
    assert "something happened to Z" in done.message
