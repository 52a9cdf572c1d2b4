"""The outbox in the store: items, put into chunks once and for all, and what became of them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from planner.publish.destination import checked_destination
from planner.store import Store, outbox, outbox_chunks
from planner.store.database import alone, writing

ASKED_AT_ONCE = 500


class ChunkState(StrEnum):
    """What became of a chunk; one that waits is sent again, under the same key."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to publish: `name` is unique for a destination, `payload` is JSON."""

    name: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Items that are sent together, always under the same key."""

    id: int
    key: str
    items: tuple[Item, ...]

    @property
    def body(self) -> bytes:
        """Return the JSON that is sent: the same each time."""
        return f'{{"batches":[{",".join(item.payload for item in self.items)}]}}'.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedItem:
    """An item that the destination does not take, and why."""

    item: str
    reason: str


def enqueue(store: Store, destination: str, items: Iterable[Item]) -> int:
    """Put items into the outbox unless they are there; return how many are new."""
    checked_destination(destination)
    rows = [
        {"destination": destination, "item": item.name, "payload": item.payload} for item in items
    ]
    with alone(store.engine) as connection:
        known = _known(connection, destination, [row["item"] for row in rows])
        new = [row for row in rows if row["item"] not in known]
        if new:
            connection.execute(insert(outbox), new)
    return len(new)


def _known(connection: Connection, destination: str, names: list[str]) -> set[str]:
    mine = select(outbox.c.item).where(outbox.c.destination == destination)
    found: set[str] = set()
    for first in range(0, len(names), ASKED_AT_ONCE):
        some = outbox.c.item.in_(names[first : first + ASKED_AT_ONCE])
        found.update(connection.scalars(mine.where(some)))
    return found


def make_chunks(store: Store, destination: str, size: int) -> None:
    """Put all items that are in no chunk into new ones of `size`, in order."""
    loose = (
        select(outbox.c.id)
        .where(outbox.c.destination == destination, outbox.c.chunk_id.is_(None))
        .order_by(outbox.c.id)
    )
    # A key that has been sent must not be forgotten, whatever fails.
    with alone(store.engine, durable=True) as connection:
        ids = connection.scalars(loose).all()
        last = connection.scalar(select(func.max(outbox_chunks.c.id))) or 0
        count = -(-len(ids) // size)
        if not count:
            return
        rows = [_new_chunk(last + number, destination) for number in range(1, count + 1)]
        connection.execute(insert(outbox_chunks), rows)
        mine = update(outbox).where(outbox.c.id == bindparam("mine"))
        moved = [{"mine": item, "chunk_id": last + 1 + k // size} for k, item in enumerate(ids)]
        connection.execute(mine, moved)


def split_chunk(store: Store, chunk_id: int) -> tuple[int, ...]:
    """Put the items of a chunk that was too large into two, under new keys; return their ids.

    Nothing of it was taken, so the old key means nothing to anybody.
    """
    mine = select(outbox.c.id).where(outbox.c.chunk_id == chunk_id).order_by(outbox.c.id)
    old = outbox_chunks.c.id == chunk_id
    with alone(store.engine, durable=True) as connection:
        ids = connection.scalars(mine).all()
        destination = connection.scalars(select(outbox_chunks.c.destination).where(old)).one()
        last = connection.scalar(select(func.max(outbox_chunks.c.id))) or 0
        made = (last + 1, last + 2)
        rows = [_new_chunk(number, destination) for number in made]
        connection.execute(insert(outbox_chunks), rows)
        half = len(ids) // 2
        for number, some in zip(made, (ids[:half], ids[half:]), strict=True):
            in_it = outbox.c.id.between(some[0], some[-1]) & (outbox.c.chunk_id == chunk_id)
            connection.execute(update(outbox).where(in_it).values(chunk_id=number))
        connection.execute(delete(outbox_chunks).where(old))
    return made


def _new_chunk(number: int, destination: str) -> dict[str, object]:
    return {
        "id": number,
        "destination": destination,
        "key": str(uuid.uuid4()),
        "state": ChunkState.WAITING,
        "attempts": 0,
        "reason": "",
        "created": datetime.now(UTC),
    }


def waiting_chunks(store: Store, destination: str) -> list[int]:
    """Return the ids of the chunks that are not yet delivered, oldest first."""
    query = (
        select(outbox_chunks.c.id)
        .where(
            outbox_chunks.c.destination == destination,
            outbox_chunks.c.state == ChunkState.WAITING,
        )
        .order_by(outbox_chunks.c.id)
    )
    with store.engine.connect() as connection:
        return list(connection.scalars(query))


def chunk(store: Store, chunk_id: int) -> Chunk:
    """Return a chunk with its items."""
    items = select(outbox.c.item, outbox.c.payload).where(outbox.c.chunk_id == chunk_id)
    key = select(outbox_chunks.c.key).where(outbox_chunks.c.id == chunk_id)
    with store.engine.connect() as connection:
        found = connection.execute(items.order_by(outbox.c.id)).all()
        return Chunk(
            id=chunk_id,
            key=connection.scalars(key).one(),
            items=tuple(Item(name=name, payload=payload) for name, payload in found),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkOutcome:
    """What became of a chunk; `refused` names items of it that were not taken, and why."""

    state: ChunkState
    attempts: int
    status: int | None
    reason: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


def note(store: Store, chunk_id: int, outcome: ChunkOutcome) -> None:
    """Store what became of a chunk."""
    ended = None if outcome.state == ChunkState.WAITING else datetime.now(UTC)
    change = update(outbox_chunks).where(outbox_chunks.c.id == chunk_id)
    values = {
        "state": outcome.state,
        "attempts": outbox_chunks.c.attempts + outcome.attempts,
        "status": outcome.status,
        "reason": outcome.reason,
        "ended": ended,
    }
    rows = [{"name": name, "refusal": why} for name, why in outcome.refused.items()]
    mine = update(outbox).where(outbox.c.chunk_id == chunk_id, outbox.c.item == bindparam("name"))
    with writing(store.engine) as connection:
        connection.execute(change.values(values))
        if rows:
            connection.execute(mine, rows)


def refusals(store: Store, destination: str) -> tuple[RefusedItem, ...]:
    """Return every item that the destination has refused."""
    query = (
        select(outbox.c.item, outbox.c.refusal)
        .where(outbox.c.destination == destination, outbox.c.refusal.is_not(None))
        .order_by(outbox.c.id)
    )
    with store.engine.connect() as connection:
        return tuple(RefusedItem(item=item, reason=why) for item, why in connection.execute(query))


def release_refused(store: Store, destination: str) -> int:
    """Let refused items be sent again, in new chunks; return how many."""
    again = update(outbox).where(outbox.c.destination == destination, outbox.c.refusal.is_not(None))
    with alone(store.engine) as connection:
        return int(connection.execute(again.values(refusal=None, chunk_id=None)).rowcount)
