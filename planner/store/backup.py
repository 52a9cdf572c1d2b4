"""A database copied while it is in use, and a copy brought back.

A plain copy of the files of a database in use is none: what was written last lies in its log.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from planner.errors import StoreError
from planner.store.database import NEWEST, damaged, database_url, is_sqlite, private_file, shown
from planner.store.processes import ProcessIdentity, is_gone
from planner.store.rows import RunState

PAGES_AT_ONCE = 1000
OWNER = "release service"


def back_up(target: Path, url: str | None = None) -> int:
    """Copy the database to the new file `target` while it is in use; return its bytes.

    Every transaction that was committed before this began is in it. The copy is checked, readable
    by its owner alone, and complete or not there at all.
    """
    source = _file_of(database_url(url))
    if target.exists():
        raise StoreError(f"{target} is there already\n    Give the name of a new file.")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        private_file(draft)
        _copy(source, draft)
        check_whole(draft)
        os.link(draft, target)  # unlike a rename, it never replaces what came there meanwhile
    except (sqlite3.Error, OSError, ValueError) as error:
        raise StoreError(f"{source} cannot be copied to {target}: {error}") from error
    finally:
        _remove(draft)
    return target.stat().st_size


def restore(backup: Path, url: str | None = None) -> Path | None:
    """Put the content of `backup` in the place of the database; return where the old one is kept.

    Raises StoreError if the backup is damaged or of a newer version, or the database is in use.
    """
    target = _file_of(database_url(url), must_exist=False)
    with _failing_in_words(backup, target):
        check_whole(backup)
        _check_version(backup)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = _kept(target) if target.exists() else None
        private_file(target)
        _copy(backup, target)
        check_whole(target)
    return kept


def check_whole(path: Path) -> None:
    """Raise StoreError unless `path` is a SQLite database without damage."""
    try:
        with closing(_read_only(path)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise damaged(path, "; ".join(found))


def _kept(target: Path) -> Path | None:
    """Copy a database aside that is about to be replaced; a damaged one as its files are."""
    moment = f"{datetime.now().astimezone():%Y-%m-%dT%H%M%S}"
    kept = target.with_name(f"{target.name}.before-{moment}")
    try:
        check_whole(target)
    except StoreError:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{target}{ending}").rename(f"{kept}{ending}")
        return kept
    _check_unused(target)
    private_file(kept)
    _copy(target, kept)
    return kept


def _check_unused(target: Path) -> None:
    with closing(_read_only(target)) as connection:
        running = _value(connection, "SELECT count(*) FROM runs WHERE state = ?", RunState.RUNNING)
        owner = _value(connection, "SELECT value FROM settings WHERE key = ?", OWNER)
    if running:
        raise StoreError(f"{running} runs are planning on {target}\n    Stop them first.")
    if owner is not None:
        stored = json.loads(str(owner))
        process = ProcessIdentity(host=stored["host"], pid=stored["pid"], start=stored["start"])
        if not is_gone(process):
            raise StoreError(
                f"process {process.pid} releases from {target}\n    Stop the service first."
            )


def _value(connection: sqlite3.Connection, query: str, value: str) -> object:
    try:
        row = connection.execute(query, [value]).fetchone()
    except sqlite3.OperationalError:  # a database without the table has nothing in use
        return None
    return row[0] if row else None


def _check_version(backup: Path) -> None:
    with closing(_read_only(backup)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            raise StoreError(f"{backup} is no database of Batch planner") from error
    if row is None or row[0] > NEWEST:
        raise StoreError(f"{backup} was made by a newer version of Batch planner; update first")


def _copy(source: Path, target: Path) -> None:
    with closing(_read_only(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=PAGES_AT_ONCE)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    number = os.open(target, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _read_only(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise StoreError(f"there is no file {path}")
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _file_of(url: URL, *, must_exist: bool = True) -> Path:
    if not is_sqlite(url):
        raise StoreError(
            f"{shown(url)} is no SQLite file\n    Use the tools of the database, such as pg_dump."
        )
    path = Path(str(url.database))
    if must_exist and not path.is_file():
        raise StoreError(f"there is no database {path}")
    return path


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError, NotADirectoryError):
            Path(f"{draft}{ending}").unlink()


@contextmanager
def _failing_in_words(backup: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{backup} cannot be brought back to {target}: {error}") from error
