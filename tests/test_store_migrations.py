"""Opening brings any older database to the newest schema, however many open it at once."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from planner.errors import StoreError
from planner.store import Store, database
from planner.store.history import import_orders
from planner.store.schema import metadata
from tests.test_store import url


def test_the_newest_version_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "planner.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == database.NEWEST


def test_the_migrations_make_the_tables_that_the_store_uses(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store, store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_the_first_version_keeps_its_content(tmp_path: Path) -> None:
    engine = database.make_engine(database.database_url(url(tmp_path)))
    with database.alone(engine) as connection:
        database.upgrade(connection, "0001")
        connection.exec_driver_sql(
            "INSERT INTO scenarios (id, name, created, fingerprint, tables) "
            "VALUES (7, 'kept', '2026-01-02 03:04:05.000000', 'f', x'')"
        )
        connection.exec_driver_sql("INSERT INTO settings VALUES ('theme', 'dark')")
    engine.dispose()
    with Store(url(tmp_path)) as store:
        assert [(row.id, row.name) for row in store.scenarios()] == [(7, "kept")]
        assert store.setting("theme") == "dark"
        assert import_orders(store, [{"order_id": "1"}], "file").rows == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    Store(url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "planner.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.close()
    with pytest.raises(StoreError, match=r"newer version .*schema 0099; this one knows up to"):
        Store(url(tmp_path))


def test_a_failed_migration_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = database.make_engine(database.database_url(url(tmp_path)))
    upgrade = database.upgrade

    def fail_late(connection: Connection) -> None:
        upgrade(connection)
        raise RuntimeError("power cut")

    monkeypatch.setattr(database, "upgrade", fail_late)
    with pytest.raises(RuntimeError, match="power cut"):
        database.migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master").all()
    engine.dispose()
    assert found == []


def test_four_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    program = (
        "import sys; from planner.store import Store; s = Store(sys.argv[1]); "
        "s.set_setting(sys.argv[2], 'open'); s.close()"
    )
    opened = [
        subprocess.Popen([sys.executable, "-c", program, url(tmp_path), str(number)])
        for number in range(4)
    ]
    assert [process.wait(30) for process in opened] == [0, 0, 0, 0]
    with Store(url(tmp_path)) as store:
        assert list(store.settings()) == ["0", "1", "2", "3"]


def test_sqlite_writes_ahead_and_keeps_foreign_keys(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
