"""Workers are real processes here: they are stopped, killed, left alone and outlive who began."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from planner.reader import Tables, table_of
from planner.store import RunOptions, RunRow, RunState, Store, queue
from planner.store.processes import PACKAGE_PARENT, process_start
from tests.store_worker import WORKER, schedule_at
from tests.test_store import IDLE, url

LONG = 60.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path), at_once=4, worker=WORKER) as store:
        yield store
        end_workers(store)


@pytest.fixture
def scenario(store: Store) -> int:
    return add_scenario(store)


def add_scenario(store: Store) -> int:
    order = ("A", "red", "60", "2027-06-01T01:00")
    orders = table_of(("order_id", "family", "duration_minutes", "due"), [order])
    machines = table_of(("machine_id",), [("M",)])
    settings = "start = 2027-06-01T00:00:00\n[weights]\ntardiness = 1\n"
    tables = Tables(files={"orders.csv": orders, "machines.csv": machines}, settings=settings)
    return store.add_scenario("one order", tables).id


def end_workers(store: Store) -> None:
    """Stop what a failed test may have left; nothing outlives the tests."""
    for run in store.runs():
        if run.pid is not None and run.state == RunState.RUNNING:
            os.kill(run.pid, signal.SIGKILL)


def start(store: Store, scenario: int, method: str = "improve", seconds: float = LONG) -> int:
    return store.start_run(scenario, RunOptions(method=method, seconds=seconds)).id


def until(
    store: Store, run_id: int, holds: Callable[[RunRow], bool], seconds: float = 20
) -> RunRow:
    last_look = time.monotonic() + seconds
    while time.monotonic() < last_look:
        run = store.run(run_id)
        if holds(run):
            return run
        time.sleep(0.05)
    log = store.log(run_id)
    raise AssertionError(f"{run}\n{log.read_text() if log.exists() else 'no log'}")


def improving(run: RunRow) -> bool:
    return run.cost is not None


def ended(run: RunRow) -> bool:
    return run.state.is_final


def pid_of(run: RunRow) -> int:
    assert run.pid is not None
    return run.pid


def assert_kept(store: Store, run: RunRow) -> None:
    """Check that the run's schedule is its last report's: the order's start is the cost."""
    assert run.cost is not None
    assert store.best_schedule(run.id) == schedule_at(start=run.cost)
    assert store.progress(run.id)[-1].cost == run.cost


def test_a_run_leaves_its_progress_its_schedule_and_the_baselines(
    store: Store, scenario: int
) -> None:
    run = until(store, start(store, scenario, seconds=0.3), ended)
    assert (run.state, run.status, run.method, run.bound) == ("finished", "feasible", "test", 0)
    assert run.started is not None
    assert run.ended is not None
    assert run.created <= run.started <= run.ended
    costs = [row.cost for row in store.progress(run.id)]
    assert costs == list(range(299, 299 - len(costs), -1))
    assert [row.cost for row in store.progress(run.id, after=2)] == costs[2:]
    assert_kept(store, run)
    assert store.baselines(scenario) == {"one by one": schedule_at(start=300)}


def test_improvements_are_seen_while_the_run_goes_on(store: Store, scenario: int) -> None:
    run = until(store, start(store, scenario), improving)
    assert run.state == RunState.RUNNING
    first = store.progress(run.id)
    later = until(store, run.id, lambda now: (now.cost or 0) < (run.cost or 0))
    assert store.progress(run.id, after=first[-1].position)[0].position == len(first) + 1
    assert later.heartbeat is not None
    assert run.heartbeat is not None
    assert later.heartbeat > run.heartbeat


def test_a_run_outlives_the_process_that_started_it(tmp_path: Path, store: Store) -> None:
    program = (
        "import sys; from planner.store import *; "
        "store = Store(sys.argv[1], worker=sys.argv[3:]); "
        "store.start_run(int(sys.argv[2]), RunOptions(method='improve', seconds=1.0))"
    )
    arguments = [url(tmp_path), str(add_scenario(store)), *WORKER]
    subprocess.run([sys.executable, "-c", program, *arguments], check=True)
    (run,) = store.runs()
    assert not run.state.is_final
    assert until(store, run.id, ended).state == RunState.FINISHED


def test_a_stop_keeps_the_best_schedule_so_far(store: Store, scenario: int) -> None:
    run = until(store, start(store, scenario), improving)
    store.request_stop(run.id)
    run = until(store, run.id, ended)
    assert run.state == RunState.STOPPED
    assert_kept(store, run)


def test_sigterm_stops_and_keeps_the_best_schedule_so_far(store: Store, scenario: int) -> None:
    run = until(store, start(store, scenario), improving)
    os.kill(pid_of(run), signal.SIGTERM)
    run = until(store, run.id, ended)
    assert run.state == RunState.STOPPED
    assert_kept(store, run)


def test_a_killed_worker_leaves_its_best_schedule_and_harms_nobody(
    store: Store, scenario: int
) -> None:
    killed, other = start(store, scenario), start(store, scenario)
    run = until(store, killed, improving)
    until(store, other, improving)
    os.kill(pid_of(run), signal.SIGKILL)
    run = until(store, killed, ended)
    assert run.state == RunState.INTERRUPTED
    assert f"process {run.pid} stopped unexpectedly" in run.message
    assert_kept(store, run)
    store.request_stop(other)
    assert_kept(store, until(store, other, ended))


def test_a_planner_that_does_not_stop_is_left_behind_with_the_best_it_found(
    store: Store, scenario: int
) -> None:
    run = until(store, start(store, scenario, method="deaf"), improving)
    store.request_stop(run.id)
    run = until(store, run.id, ended)
    assert run.state == RunState.STOPPED
    assert_kept(store, run)
    assert until_gone(pid_of(run))


def test_a_scenario_that_cannot_be_planned_is_a_failed_run_that_says_why(
    store: Store, scenario: int
) -> None:
    run = until(store, start(store, scenario, method="refuse"), ended)
    assert (run.state, run.message) == (RunState.FAILED, "no order can be made")


def test_what_nobody_foresaw_is_a_failed_run_with_its_details_in_the_log_alone(
    store: Store, scenario: int
) -> None:
    run = until(store, start(store, scenario, method="break"), ended)
    assert run.state == RunState.FAILED
    assert "ZeroDivisionError" in run.message
    assert store.log(run.id).name in run.message
    assert "secret detail" not in run.message
    assert "secret detail" in store.log(run.id).read_text()


def test_runs_wait_for_their_turn_and_a_worker_that_ends_calls_the_next(tmp_path: Path) -> None:
    with Store(url(tmp_path), at_once=1, worker=WORKER) as store:
        scenario = add_scenario(store)
        first = start(store, scenario)
        second, third = start(store, scenario, seconds=0.1), start(store, scenario)
        until(store, first, improving)
        assert [run.state for run in store.runs()] == ["queued", "queued", "running"]
        store.request_stop(third)
        store.request_stop(first)
        finished = until(store, second, ended)
        assert finished.state == RunState.FINISHED
        assert finished.started is not None
        assert finished.started >= (store.run(first).ended or finished.started)
        skipped = store.run(third)
        assert (skipped.state, skipped.pid) == (RunState.STOPPED, None)


def test_the_worker_of_a_deleted_run_ends_by_itself(store: Store, scenario: int) -> None:
    run = until(store, start(store, scenario), improving)
    store.delete_scenario(scenario)
    assert until_gone(pid_of(run))
    assert store.runs() == ()


def test_a_run_is_planned_once_however_many_workers_want_it(store: Store, scenario: int) -> None:
    run = until(store, start(store, scenario), improving)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE_PARENT)}
    command = [*WORKER, str(run.id), "--database", store.url]
    second = subprocess.run(command, env=environment, check=False)
    assert second.returncode == 2
    assert until(store, run.id, improving).pid == run.pid


def test_a_worker_that_falls_silent_is_given_up_and_takes_its_run_back_when_it_wakes(
    store: Store, scenario: int
) -> None:
    run = until(store, start(store, scenario), improving)
    os.kill(pid_of(run), signal.SIGSTOP)
    last_beat_was_long_ago(store, run.id)
    run = until(store, run.id, ended)
    assert run.state == RunState.INTERRUPTED
    assert "fell silent" in run.message
    os.kill(pid_of(run), signal.SIGCONT)
    run = until(store, run.id, lambda now: now.state == RunState.RUNNING)
    assert (run.message, run.ended) == ("", None)
    store.request_stop(run.id)
    assert_kept(store, until(store, run.id, ended))


def test_a_worker_that_never_begins_is_given_up(tmp_path: Path) -> None:
    with Store(url(tmp_path), worker=IDLE) as store:
        run = start(store, add_scenario(store))
        last_beat_was_long_ago(store, run)
        assert until(store, run, ended).state == RunState.INTERRUPTED


def test_a_process_is_known_by_its_start_as_numbers_come_again() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_start(child.pid) is not None
    assert process_start(child.pid) == process_start(child.pid) != process_start(os.getpid())
    child.kill()
    time.sleep(0.2)
    # A zombie is gone although nobody has waited for it yet.
    assert process_start(child.pid) is None
    child.communicate()
    assert process_start(child.pid) is None


def test_a_worker_imports_no_screen() -> None:
    program = "import sys, planner.store.worker; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def last_beat_was_long_ago(store: Store, run_id: int) -> None:
    long_ago = queue.now() - queue.SILENCE - timedelta(seconds=1)
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "UPDATE runs SET heartbeat = ? WHERE id = ?", [f"{long_ago:%F %T.%f}", run_id]
        )
    connection.close()


def until_gone(pid: int) -> bool:
    last_look = time.monotonic() + 20
    while process_start(pid) is not None and time.monotonic() < last_look:
        time.sleep(0.05)
    return process_start(pid) is None
