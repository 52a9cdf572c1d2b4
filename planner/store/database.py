"""Opening a database: where it is, how SQLite is set up, and the migrations to the newest schema.

An engine of this module begins each transaction itself. On SQLite one that writes begins with
BEGIN IMMEDIATE: it waits for its turn at the start, where waiting works, and not in the middle.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from planner.errors import StoreError

ENVIRONMENT = "BATCH_PLANNER_DATABASE"
# The newest of the migrations; a test compares it with them.
NEWEST = "0007"
BUSY_MILLISECONDS = 30_000
# Bytes; larger ones take seconds to check, and tell of damage when it is met.
LARGEST_CHECKED = 256 * 2**20
_CHECKED: set[tuple[int, int, int]] = set()
# Any number will do that nothing else in the same PostgreSQL database locks.
POSTGRESQL_LOCK = 7_262_834_501


def data_folder() -> Path:
    """Return the folder for the user's data, by the custom of the operating system."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local") / "Batch planner"
    if sys.platform == "darwin":
        return home / "Library/Application Support/Batch planner"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share") / "batch-planner"


def database_url(url: str | None = None) -> URL:
    """Return `url`, or the one of BATCH_PLANNER_DATABASE, or the user's own SQLite file."""
    given = url or os.environ.get(ENVIRONMENT)
    if not given:
        return URL.create("sqlite", database=str(data_folder() / "planner.db"))
    try:
        parsed = make_url(given)
    except ArgumentError as error:
        raise StoreError(
            f"{given!r} is not a database URL; one looks like sqlite:////home/me/planner.db "
            "or postgresql://user@host/planner"
        ) from error
    if is_sqlite(parsed) and parsed.database in (None, "", ":memory:"):
        raise StoreError("a SQLite database in memory cannot be shared with workers; name a file")
    if is_sqlite(parsed) and not str(parsed.database).startswith("file:"):
        return parsed.set(database=str(Path(str(parsed.database)).expanduser().absolute()))
    return parsed


def is_sqlite(url: URL) -> bool:
    """Return whether `url` is a SQLite file."""
    return url.get_backend_name() == "sqlite"


def open_engine(url: URL) -> Engine:
    """Return an engine whose database has the newest schema; make the database if need be."""
    engine = make_engine(url)
    try:
        if is_sqlite(url):
            private_file(Path(str(url.database)))
            _check_whole(engine, Path(str(url.database)))
        migrate(engine)
    except DBAPIError as error:
        if "malformed" in str(error.orig):
            raise damaged(shown(url), str(error.orig)) from error
        raise StoreError(f"cannot open {shown(url)}: {error.orig}") from error
    except OSError as error:
        raise StoreError(f"cannot open {shown(url)}: {error}") from error
    return engine


def private_file(path: Path) -> None:
    """Make the file of a database, or make it so, that only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives the log beside it the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for ending in ("", "-wal", "-shm"):
        file = Path(f"{path}{ending}")
        with suppress(FileNotFoundError):
            found = file.stat()
            if os.name == "posix" and found.st_uid == os.geteuid() and found.st_mode & 0o077:
                file.chmod(found.st_mode & 0o700)


def _check_whole(engine: Engine, path: Path) -> None:
    """Tell a damaged database as what it is, once per process and state of the file."""
    found = path.stat()
    if (state := (found.st_dev, found.st_ino, found.st_mtime_ns)) in _CHECKED:
        return
    if found.st_size <= LARGEST_CHECKED:
        with engine.connect() as connection:
            told = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if told != "ok":
            raise damaged(path, str(told))
    _CHECKED.add(state)


def damaged(what: Path | str, why: str) -> StoreError:
    """Return the error that says that a database is damaged, and the way out."""
    return StoreError(
        f"the database {what} is damaged: {why.splitlines()[0][:200]}\n"
        "    Keep a copy of it, then bring a backup back: planner restore BACKUP."
    )


def shown(url: URL) -> str:
    """Return `url` without its password."""
    return url.render_as_string(hide_password=True)


@contextmanager
def writing(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """Open a transaction that writes; commit at the end, roll back on an exception.

    What is `durable` is on the disk once it is committed, also when the power fails.
    """
    with engine.execution_options(writes=True, durable=durable).begin() as connection:
        yield connection


@contextmanager
def alone(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """Open a transaction that writes while no other of this kind is open, in any process."""
    with writing(engine, durable=durable) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRESQL_LOCK})
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the database to the newest schema; refuse one that is newer than this program."""
    with engine.connect() as connection:
        if _version(connection) == NEWEST:
            return
    with alone(engine) as connection:
        version = _version(connection)
        if version is not None and version > NEWEST:
            raise StoreError(
                f"the database {shown(engine.url)} was made by a newer version of Batch planner "
                f"(schema {version}; this one knows up to {NEWEST}).\n"
                "Update Batch planner, or choose another database."
            )
        upgrade(connection)


def upgrade(connection: Connection, version: str = NEWEST) -> None:
    """Run the migrations up to `version` in the transaction of `connection`."""
    # Only a database that is not up to date pays for the import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "planner.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


def make_engine(url: URL) -> Engine:
    """Return an engine for `url`, whatever the schema of its database."""
    try:
        engine = create_engine(url, pool_pre_ping=not is_sqlite(url))
    except NoSuchModuleError as error:
        raise StoreError(f"{url.drivername!r} is not a database SQLAlchemy knows") from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{url.drivername} needs the Python package {error.name}; install it first"
        ) from error
    if is_sqlite(url):
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys = ON")
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: Any) -> None:
    # SQLite does not wait by itself when two processes switch a new file at once.
    last_try = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last_try:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes, durable = options.get("writes", False), options.get("durable", False)
    # In this mode a crash of a process loses nothing either way.
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class FileWatch:
    """Notices when the files of an open SQLite database are deleted or replaced.

    SQLite goes on writing into a deleted file, and what it commits there is gone.
    """

    def __init__(self, url: URL) -> None:
        self._main = Path(str(url.database)) if is_sqlite(url) else None
        self._seen: dict[Path, tuple[int, int]] = {}

    def check(self) -> None:
        """Raise StoreError if a file that was there before is not, or is another one."""
        if self._main is None:
            return
        for path in (self._main, Path(f"{self._main}-wal")):
            found = _identity(path)
            if path in self._seen and found != self._seen[path]:
                raise StoreError(f"{path} was deleted or replaced while it was open")
            if found is not None:
                self._seen[path] = found

    def reopened(self) -> None:
        """Take note that the connection is a new one: its log may be, the database may not."""
        self._seen = {path: found for path, found in self._seen.items() if path == self._main}


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
