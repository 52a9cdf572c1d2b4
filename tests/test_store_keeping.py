"""What is stored is not lost: backups, the bin, damage, who may read it, and whose turn it is."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from planner.cli import main
from planner.service.ledger import Ledger
from planner.store import RunOptions, RunState, Store, StoreError, database, queue
from planner.store.backup import back_up, restore
from planner.store.processes import this_process
from planner.store.recorder import Recorder
from planner.store.schema import runs, scenarios
from tests.test_store import IDLE, tables, url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path), worker=IDLE, at_once=2) as opened:
        yield opened


# Backups


def test_a_backup_under_load_has_everything_that_was_stored_before_it_began(
    tmp_path: Path, store: Store
) -> None:
    stored, stop = [], threading.Event()

    def write() -> None:
        while not stop.is_set():
            number = len(stored)
            store.set_setting(f"load:{number:06}", "x" * 500)
            stored.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(stored) < 50:
            time.sleep(0.01)
        before = len(stored)
        back_up(tmp_path / "backup.db", store.url)
    finally:
        stop.set()
        thread.join()
    store.close()
    kept = restore(tmp_path / "backup.db", store.url)
    assert kept is not None
    with Store(store.url, worker=IDLE) as again:
        found = again.settings("load:")
    assert set(found) >= {f"load:{number:06}" for number in range(before)}
    with closing(sqlite3.connect(kept)) as old:
        (count,) = old.execute("SELECT count(*) FROM settings WHERE key LIKE 'load:%'").fetchone()
    assert count == len(stored)


def test_a_backup_is_never_written_over_a_file_and_nothing_is_left_of_one_that_failed(
    tmp_path: Path, store: Store
) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StoreError, match="is there already"):
        back_up(tmp_path / "mine", store.url)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be copied"):
        back_up(tmp_path / "file" / "backup.db", store.url)
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_backup_is_not_brought_back(tmp_path: Path, store: Store) -> None:
    store.set_setting("mine", "kept")
    back_up(tmp_path / "backup.db", store.url)
    data = bytearray((tmp_path / "backup.db").read_bytes())
    data[4096:8192] = b"\xff" * 4096
    (tmp_path / "backup.db").write_bytes(data)
    store.close()
    with pytest.raises(StoreError, match="is damaged"):
        restore(tmp_path / "backup.db", store.url)
    with Store(store.url, worker=IDLE) as again:
        assert again.setting("mine") == "kept"


def test_a_file_that_is_no_backup_is_not_brought_back(tmp_path: Path, store: Store) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(StoreError, match="is no database of Batch planner"):
        restore(tmp_path / "other.db", store.url)
    with pytest.raises(StoreError, match="there is no file"):
        restore(tmp_path / "none.db", store.url)


def test_nothing_is_brought_back_under_a_service_that_runs(tmp_path: Path, store: Store) -> None:
    ledger = Ledger(store)
    back_up(tmp_path / "backup.db", store.url)
    with pytest.raises(StoreError, match="Stop the service first"):
        restore(tmp_path / "backup.db", store.url)
    ledger.close()


def test_a_damaged_database_is_told_and_a_backup_takes_its_place(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.add_scenario("Denim", tables())
    back_up(tmp_path / "backup.db", store.url)
    store.close()
    path = tmp_path / "planner.db"
    data = bytearray(path.read_bytes())
    data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
    path.write_bytes(data)
    os.utime(path, (1, 1))
    with pytest.raises(StoreError, match=r"is damaged(.|\n)*planner restore BACKUP"):
        Store(store.url)
    assert main(["restore", str(tmp_path / "backup.db"), "--database", store.url]) == 0
    assert "the database as it was" in capsys.readouterr().err
    with Store(store.url, worker=IDLE) as again:
        assert [row.name for row in again.scenarios()] == ["Denim"]


def test_backup_is_a_command(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "backup.db"
    assert main(["backup", str(target), "--database", store.url]) == 0
    assert "checked" in capsys.readouterr().out
    assert main(["backup", str(target), "--database", store.url]) == 1


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_only_the_owner_can_read_a_database_its_log_and_its_backups(
    tmp_path: Path, store: Store
) -> None:
    store.set_setting("x", "y")
    back_up(tmp_path / "backup.db", store.url)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db*")}
    assert modes.keys() >= {"planner.db", "planner.db-wal", "backup.db"}
    assert set(modes.values()) == {0o600}
    store.close()
    (tmp_path / "planner.db").chmod(0o644)
    with Store(store.url):
        assert (tmp_path / "planner.db").stat().st_mode & 0o777 == 0o600


# The bin


def test_what_was_deleted_comes_back_as_it_was_with_its_runs(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    run = store.start_run(row.id)
    store.delete_scenario(row.id)
    assert (store.scenarios(), store.runs()) == ((), ())
    (binned,) = store.bin()
    assert (binned.kind, binned.name) == ("scenario", "Denim")
    assert binned.until - binned.deleted == timedelta(days=30)
    store.bring_back(binned)
    assert store.scenarios() == (row,)
    assert store.tables(row.id) == tables()
    assert [found.id for found in store.runs()] == [run.id]
    assert store.bin() == ()
    with pytest.raises(StoreError, match="there is no scenario 1 in the bin"):
        store.bring_back(binned)


def test_a_deleted_run_comes_back_and_plans_no_more(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    run = store.start_run(row.id)
    store.delete_run(run.id)
    (binned,) = store.bin()
    assert binned.kind == "run"
    store.bring_back(binned)
    assert store.run(run.id).stop_requested


def test_after_thirty_days_the_bin_is_emptied_by_itself(tmp_path: Path, store: Store) -> None:
    old, new = (store.add_scenario(name, tables()).id for name in ("old", "new"))
    for number in (old, new):
        store.delete_scenario(number)
    with store.engine.begin() as connection:
        late = queue.now() - timedelta(days=31)
        connection.execute(update(scenarios).where(scenarios.c.id == old).values(deleted=late))
    with Store(url(tmp_path), worker=IDLE) as other:
        other.tend()
        assert [row.id for row in other.bin()] == [new]


def test_purge_is_a_command(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.delete_scenario(store.add_scenario("Denim", tables()).id)
    assert main(["purge", "--bin", "0", "--database", store.url]) == 0
    assert "1 things deleted for good" in capsys.readouterr().out
    assert store.bin() == ()


def test_a_name_that_someone_else_has_changed_is_not_overwritten(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    store.rename_scenario(row.id, "theirs", seen="Denim")
    with pytest.raises(StoreError, match="it is 'theirs', you wrote 'mine'"):
        store.rename_scenario(row.id, "mine", seen="Denim")
    assert store.scenario_row(row.id).name == "theirs"


# Whose turn it is


def test_visitors_plan_in_turn(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    short = RunOptions(seconds=1, workers=1)
    mine = [store.start_run(row.id, short, visitor="greedy") for _ in range(5)]
    theirs = store.start_run(row.id, short, visitor="modest")
    # Two plan at once; both are the greedy visitor's, who came first.
    assert [store.run(run.id).state for run in mine[:2]] == [RunState.RUNNING] * 2
    with store.engine.begin() as connection:
        done = update(runs).where(runs.c.id == mine[0].id)
        connection.execute(done.values(state=RunState.FINISHED, ended=queue.now()))
    store.tend()
    assert store.run(theirs.id).state == RunState.RUNNING
    assert store.run(mine[2].id).state == RunState.QUEUED


@pytest.mark.parametrize(
    ("options", "times", "message"),
    [
        (RunOptions(seconds=60, workers=1), 10, "with this run you have 11 waiting or running"),
        (RunOptions(seconds=50_000, workers=1), 1, "27.8 hours of planning; at most 10 and 24"),
        (RunOptions(seconds=60, workers=4096), 0, "4096 workers are more than the"),
    ],
    ids=["runs", "hours", "workers"],
)
def test_a_visitor_has_no_more_than_a_share(
    store: Store, options: RunOptions, times: int, message: str
) -> None:
    row = store.add_scenario("Denim", tables())
    for _ in range(times):
        store.start_run(row.id, options, visitor="greedy")
    with pytest.raises(StoreError, match=message):
        store.start_run(row.id, options, visitor="greedy")
    assert store.start_run(row.id, RunOptions(seconds=60, workers=1), visitor="modest").id


def test_all_visitors_together_have_no_more_than_there_is(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    day = RunOptions(seconds=86_400, workers=1)
    for number in range(5):
        store.start_run(row.id, day, visitor=f"visitor {number}")
    with pytest.raises(StoreError, match="with this run all visitors have 6"):
        store.start_run(row.id, day, visitor="visitor 6")


@pytest.mark.parametrize("is_slow", [True, False], ids=["slow to start", "asleep"])
def test_a_worker_that_wakes_up_takes_no_place_that_was_given_to_another(
    store: Store, is_slow: bool
) -> None:
    scenario = store.add_scenario("Denim", tables())
    slow, *others = (store.start_run(scenario.id) for _ in range(3))
    recorder = Recorder(store.engine, slow.id, this_process(), at_once=2)
    if not is_slow:
        assert recorder.begin()
    with store.engine.begin() as connection:
        silent = queue.now() - timedelta(hours=1)
        connection.execute(update(runs).where(runs.c.id == slow.id).values(heartbeat=silent))
    store.tend()
    states = [store.run(run.id).state for run in (slow, *others)]
    assert states == [RunState.INTERRUPTED, RunState.RUNNING, RunState.RUNNING]
    assert not (recorder.begin() if is_slow else recorder.flush())
    running = [run for run in store.runs() if run.state == RunState.RUNNING]
    assert len(running) == 2
    assert store.run(slow.id).state == (RunState.QUEUED if is_slow else RunState.INTERRUPTED)


def test_passwords_that_were_stored_in_addresses_are_taken_out(tmp_path: Path) -> None:
    engine = database.make_engine(database.database_url(url(tmp_path)))
    with database.alone(engine) as connection:
        database.upgrade(connection, "0003")
        for number, address in enumerate(["http://me:secret@mes/b", "http://mes/b"], start=1):
            connection.exec_driver_sql(
                "INSERT INTO outbox (id, destination, item, payload) VALUES (?, ?, 'a', '{}')",
                (number, address),
            )
        connection.exec_driver_sql(
            "INSERT INTO settings VALUES ('release service settings', "
            '\'{"policy": "p", "destination": "http://me:secret@mes/b"}\')'
        )
    engine.dispose()
    with Store(url(tmp_path), worker=IDLE) as opened, opened.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT destination FROM outbox ORDER BY id").all()
        assert [row[0] for row in found] == ["http://mes/b#1", "http://mes/b"]
        assert "secret" not in str(opened.settings())


def test_a_command_says_that_a_database_does_not_answer(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE runs")
    assert main(["purge", "--runs", "1", "--database", store.url]) == 1
    told = capsys.readouterr().err
    assert "the database does not answer" in told
    assert "fault of Batch planner" not in told
