"""Past orders by the million: a stream goes into the database in batches, in constant memory.

A batch and the note of how far the import has come are one transaction. An import that was
interrupted therefore goes on behind its last complete batch: nothing twice, nothing missing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from planner.errors import StoreError
from planner.store.database import alone, writing
from planner.store.queue import now
from planner.store.rows import ImportRow
from planner.store.schema import imports, order_history
from planner.store.store import Store

# A database far away gains up to here, larger ones only cost memory: benchmarks/import_batches.py.
BATCH_SIZE = 5000

COLUMNS = (
    "order_id",
    "product",
    "family",
    "quantity",
    "unit",
    "duration_minutes",
    "release",
    "due",
    "machine",
    "customer",
)
_KNOWN = frozenset(COLUMNS)


def import_orders(
    store: Store,
    rows: Iterable[Mapping[str, str]],
    fingerprint: str,
    *,
    batch_size: int = BATCH_SIZE,
    on_batch: Callable[[int], None] | None = None,
) -> ImportRow:
    """Store past orders, `batch_size` per transaction, and return how many rows there are now.

    `rows` are texts by canonical column name, in the order of the file; columns beyond `COLUMNS`
    are kept too. `fingerprint` identifies the file: rows of it that are stored already are skipped,
    so after an interruption the same call goes on. `on_batch` is told the rows stored so far.
    """
    if batch_size < 1:
        raise StoreError(f"a batch of {batch_size} rows holds nothing; give 1 or more")
    begun = _begin(store, fingerprint)
    if begun.finished is not None:
        return begun
    done = begun.rows
    remaining = islice(rows, done, None)
    # One connection for all: to take one from the pool costs a round trip.
    with store.engine.execution_options(writes=True).connect() as connection:
        while batch := _batch(remaining, begun.id, done, batch_size):
            with connection.begin():
                _advance(connection, begun.id, done, done + len(batch))
                connection.execute(insert(order_history), batch)
            done += len(batch)
            if on_batch is not None:
                on_batch(done)
        with connection.begin():
            connection.execute(
                update(imports).where(imports.c.id == begun.id).values(finished=now())
            )
    ended = import_of(store, fingerprint)
    if ended is None:
        raise StoreError("the import was deleted while it ran")
    return ended


def import_of(store: Store, fingerprint: str) -> ImportRow | None:
    """Return how far the file of this fingerprint has been imported; None if not at all."""
    with store.engine.connect() as connection:
        return _import_row(connection, fingerprint)


def past_orders(store: Store, import_id: int) -> Iterator[dict[str, str]]:
    """Return the orders of an import one after the other, as they were given, in constant memory.

    Columns that the file did not have are empty.
    """
    query = (
        select(order_history)
        .where(order_history.c.import_id == import_id)
        .order_by(order_history.c.row)
    )
    with (
        store.engine.connect() as connection,
        connection.execution_options(yield_per=1000).execute(query) as found,
    ):
        for row in found.mappings():
            extra = json.loads(row["extra"]) if row["extra"] else {}
            yield {name: row[name] for name in COLUMNS} | extra


def delete_import(store: Store, import_id: int) -> None:
    """Delete an import with its orders, so that the file can be imported again."""
    with writing(store.engine) as connection:
        connection.execute(delete(imports).where(imports.c.id == import_id))


def file_fingerprint(path: Path) -> str:
    """Return what identifies the content of a file, read piece by piece: its SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begin(store: Store, fingerprint: str) -> ImportRow:
    with alone(store.engine) as connection:
        found = _import_row(connection, fingerprint)
        if found is not None:
            return found
        connection.execute(insert(imports).values(fingerprint=fingerprint, rows=0, started=now()))
        begun = _import_row(connection, fingerprint)
    if begun is None:
        raise StoreError("the import was deleted while it began")
    return begun


def _advance(connection: Connection, import_id: int, before: int, after: int) -> None:
    mine = update(imports).where(imports.c.id == import_id, imports.c.rows == before)
    if connection.execute(mine.values(rows=after)).rowcount != 1:
        raise StoreError("the same file is being imported elsewhere, or its import was deleted")


def _import_row(connection: Connection, fingerprint: str) -> ImportRow | None:
    query = select(imports).where(imports.c.fingerprint == fingerprint)
    row = connection.execute(query).one_or_none()
    return None if row is None else ImportRow(**row._asdict())


def _batch(
    rows: Iterator[Mapping[str, str]], import_id: int, done: int, size: int
) -> list[dict[str, Any]]:
    return [
        _values(import_id, number, row)
        for number, row in enumerate(islice(rows, size), start=done + 1)
    ]


def _values(import_id: int, number: int, row: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row.get(name, "") for name in COLUMNS}
    values["import_id"] = import_id
    values["row"] = number
    extra = row.keys() - _KNOWN
    values["extra"] = (
        json.dumps({name: row[name] for name in row if name in extra}, ensure_ascii=False)
        if extra
        else ""
    )
    return values
