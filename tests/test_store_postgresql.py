"""The store on a real PostgreSQL server, which this module starts in a temporary folder."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text, update

from benchmarks import postgresql
from planner.store import RunState, Store, queue
from planner.store.history import import_of, import_orders, past_orders
from planner.store.processes import process_start
from planner.store.schema import metadata, runs
from tests.store_worker import WORKER
from tests.test_store_history import rows
from tests.test_store_worker import (
    add_scenario,
    assert_kept,
    end_workers,
    ended,
    improving,
    pid_of,
    start,
    until,
)

pytestmark = pytest.mark.skipif(
    postgresql.binaries() is None,
    reason="no PostgreSQL server on this machine: neither on the PATH nor in /usr/lib/postgresql",
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql.server(durable=False) as url:
        yield url


@pytest.fixture
def url(server: str, tmp_path: Path) -> str:
    """Return the URL of an empty database; its name is the test's."""
    name = tmp_path.name
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def store(
    url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    # Logs lie in the user's data folder when the database is no file.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
    with Store(url, at_once=2, worker=WORKER) as store:
        yield store
        end_workers(store)


def test_the_migrations_make_the_tables_that_the_store_uses(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_four_processes_that_open_a_new_database_at_once_all_succeed(url: str) -> None:
    program = (
        "import sys; from planner.store import Store; s = Store(sys.argv[1]); "
        "s.set_setting(sys.argv[2], 'open'); s.close()"
    )
    opened = [
        subprocess.Popen([sys.executable, "-c", program, url, str(number)]) for number in range(4)
    ]
    assert [process.wait(30) for process in opened] == [0, 0, 0, 0]
    with Store(url) as store:
        assert list(store.settings()) == ["0", "1", "2", "3"]


def test_a_run_is_planned_stopped_and_kept(store: Store) -> None:
    run = until(store, start(store, add_scenario(store)), improving)
    store.request_stop(run.id)
    run = until(store, run.id, ended)
    assert run.state == RunState.STOPPED
    assert_kept(store, run)


def test_a_killed_worker_is_an_interrupted_run(store: Store) -> None:
    run = until(store, start(store, add_scenario(store)), improving)
    os.kill(pid_of(run), signal.SIGKILL)
    run = until(store, run.id, ended)
    assert run.state == RunState.INTERRUPTED
    assert_kept(store, run)
    store.delete_scenario(run.scenario_id)
    assert run.id not in {row.id for row in store.runs()}


def test_never_three_of_two_run_after_a_sleeping_worker_woke(store: Store) -> None:
    scenario = add_scenario(store)
    asleep, other, waiting = (start(store, scenario) for _ in range(3))
    run = until(store, asleep, improving)
    until(store, other, improving)
    assert store.run(waiting).state == RunState.QUEUED
    os.kill(pid_of(run), signal.SIGSTOP)
    with store.engine.begin() as connection:
        silent = queue.now() - queue.SILENCE - timedelta(seconds=1)
        connection.execute(update(runs).where(runs.c.id == asleep).values(heartbeat=silent))
    until(store, waiting, improving)
    assert store.run(asleep).state == RunState.INTERRUPTED
    os.kill(pid_of(run), signal.SIGCONT)
    most = 0
    while process_start(pid_of(run)) is not None:
        most = max(most, sum(row.state == RunState.RUNNING for row in store.runs()))
        time.sleep(0.02)
    assert most == 2
    assert store.run(asleep).state == RunState.INTERRUPTED
    assert_kept(store, store.run(asleep))


def test_two_windows_that_change_a_setting_at_once_both_change_it(store: Store) -> None:
    names = [str(number) for number in range(8)]
    windows = [
        threading.Thread(
            target=store.change_setting, args=("k", lambda text, name=name: (text or "") + name)
        )
        for name in names
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert sorted(store.setting("k") or "") == names


def test_past_orders_are_imported_once_and_an_interrupted_import_goes_on(store: Store) -> None:
    def interrupted() -> Iterator[dict[str, str]]:
        yield from rows(1200)
        raise OSError("the network drive is gone")

    with pytest.raises(OSError, match="drive is gone"):
        import_orders(store, interrupted(), "file", batch_size=500)
    begun = import_of(store, "file")
    assert begun is not None
    assert begun.rows == 1000
    done = import_orders(store, rows(1300), "file")
    assert [row["order_id"] for row in past_orders(store, done.id)] == [
        row["order_id"] for row in rows(1300)
    ]
