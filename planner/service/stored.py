"""What the service has stored, as tables: for the dashboard and for programs. Times are UTC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from planner.publish.items import RELEASED
from planner.publish.outbox import ChunkState
from planner.service.claim import OWNER, owner_in
from planner.store import Store, outbox, outbox_chunks, release_batches, release_orders

Table = list[dict[str, Any]]
NOTE = "release service settings"


class ServiceState(StrEnum):
    """Whether a process releases from the database."""

    RUNNING = "running"
    STOPPED = "stopped"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNote:
    """The release service that used the database last: what it does, and whether it runs."""

    state: ServiceState
    policy: str
    destination: str | None


def note_service(store: Store, policy: str, destination: str | None) -> None:
    """Note for the dashboard how the service releases, and where it sends."""
    store.set_setting(NOTE, json.dumps({"policy": policy, "destination": destination}))


def service_note(store: Store) -> ServiceNote | None:
    """Return what is known of the service; None if there never was one."""
    noted, owner = store.setting(NOTE), store.setting(OWNER)
    if noted is None:
        return None
    return ServiceNote(state=_state(owner), **json.loads(noted))


def _state(owner: str | None) -> ServiceState:
    if owner is None:
        return ServiceState.STOPPED
    return ServiceState.CRASHED if owner_in(owner).is_gone else ServiceState.RUNNING


def waiting_buffers(store: Store) -> Table:
    """Return a row per buffer: family, machines, orders, first_received, soonest_due."""
    columns = release_orders.c
    query = (
        select(
            columns.family,
            columns.machines,
            func.count().label("orders"),
            func.min(columns.received).label("first_received"),
            func.min(columns.due).label("soonest_due"),
        )
        .where(columns.batch.is_(None))
        .group_by(columns.family, columns.machines)
        .order_by(func.min(columns.received))
    )
    return _table(store, query)


def released_batches(
    store: Store, *, after: int = 0, limit: int = 1000, newest_first: bool = False
) -> Table:
    """Return released batches whose number is above `after`, with what the first order waited."""
    number = release_batches.c.number
    ordered = number.desc() if newest_first else number
    query = select(release_batches).where(number > after).order_by(ordered).limit(limit)
    return [_with_wait(row) for row in _table(store, query)]


def waiting_times(store: Store, *, limit: int = 10_000) -> Table:
    """Return order_id, family, batch and wait_seconds of the orders released last."""
    order, batch = release_orders.c, release_batches.c
    query = (
        select(order.order_id, order.family, order.batch, order.received, batch.released)
        .join(release_batches, order.batch == batch.number)
        .order_by(order.number.desc())
        .limit(limit)
    )
    rows = _table(store, query)
    for row in rows:
        row["wait_seconds"] = (row.pop("released") - row.pop("received")).total_seconds()
    return rows


def batch_with_orders(store: Store, number: int) -> dict[str, Any] | None:
    """Return a released batch and the ids of its orders; None if there is none."""
    found = _table(store, select(release_batches).where(release_batches.c.number == number))
    if not found:
        return None
    names = _rows(
        store,
        select(release_orders.c.order_id)
        .where(release_orders.c.batch == number)
        .order_by(release_orders.c.number),
    )
    return _with_wait(found[0]) | {"order_ids": [row[0] for row in names]}


def order_row(store: Store, name: str) -> dict[str, Any] | None:
    """Return when an order came in and which batch it left in; None if it is not known."""
    columns = release_orders.c
    query = select(
        columns.order_id,
        columns.family,
        columns.machines,
        columns.received,
        columns.due,
        columns.batch,
        columns.finished,
    ).where(columns.order_id == name)
    found = _table(store, query)
    return found[0] if found else None


def totals(store: Store) -> dict[str, int]:
    """Return how many orders wait, and how many orders and batches have been released."""
    columns = release_batches.c
    released = select(
        func.count().label("batches"), func.coalesce(func.sum(columns.orders), 0).label("orders")
    ).select_from(release_batches)
    waits = release_orders.c.batch.is_(None)
    waiting = select(func.count().label("waiting")).select_from(release_orders).where(waits)
    found = _table(store, released)[0] | _table(store, waiting)[0]
    return {name: int(count) for name, count in found.items()}


def handovers(store: Store) -> Table:
    """Return per destination the batches delivered, waiting and refused, and the last failure.

    `failure` is what the oldest chunk that waits was told last; None while none has failed.
    """
    item, chunk = outbox.c, outbox_chunks.c
    settled = chunk.state.in_((ChunkState.DELIVERED, ChunkState.REFUSED))
    columns = (
        item.destination,
        func.sum(case((settled & item.refusal.is_(None), 1), else_=0)).label("delivered"),
        func.sum(case((item.refusal.is_not(None), 1), else_=0)).label("refused"),
        func.sum(case((chunk.state.is_(None) | ~settled, 1), else_=0)).label("waiting"),
    )
    joined = outbox.outerjoin(outbox_chunks, item.chunk_id == chunk.id)
    query = select(*columns).select_from(joined).group_by(item.destination)
    failures = _failures(store)
    rows = _table(store, query.order_by(item.destination))
    return [row | {"failure": failures.get(row["destination"])} for row in rows]


def handover_states(
    store: Store, destination: str, numbers: Sequence[int]
) -> dict[int, ChunkState]:
    """Return by number what became of released batches: delivered, waiting or refused.

    Those that are not in the outbox yet are left out; at most 500 numbers can be asked for.
    """
    item, chunk = outbox.c, outbox_chunks.c
    names = [f"{RELEASED}{number}" for number in numbers]
    query = (
        select(item.item, item.refusal, chunk.state)
        .select_from(outbox.outerjoin(outbox_chunks, item.chunk_id == chunk.id))
        .where(item.destination == destination, item.item.in_(names))
    )
    return {
        int(row.item.removeprefix(RELEASED)): _state_of(row.refusal, row.state)
        for row in _rows(store, query)
    }


def _state_of(refusal: str | None, chunk: str | None) -> ChunkState:
    """Return what became of an item; a chunk may be taken and one of its items refused."""
    return ChunkState.REFUSED if refusal else ChunkState(chunk or ChunkState.WAITING)


def _failures(store: Store) -> dict[str, str]:
    chunk = outbox_chunks.c
    failed = (chunk.state == ChunkState.WAITING) & (chunk.attempts > 0)
    query = select(chunk.destination, chunk.reason).where(failed).order_by(chunk.id.desc())
    return {row.destination: row.reason for row in _rows(store, query)}


def refused_batches(store: Store, *, limit: int = 100) -> Table:
    """Return destination, item and reason of what was refused, the last first."""
    columns = outbox.c
    query = (
        select(columns.destination, columns.item, columns.refusal.label("reason"))
        .where(columns.refusal.is_not(None))
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return _table(store, query)


def _with_wait(row: dict[str, Any]) -> dict[str, Any]:
    wait = (row["released"] - row["first_received"]).total_seconds()
    return row | {"first_wait_seconds": wait}


def _table(store: Store, query: Select[Any]) -> Table:
    return [dict(row._mapping) for row in _rows(store, query)]  # noqa: SLF001 -- SQLAlchemy's name


def _rows(store: Store, query: Select[Any]) -> Sequence[Row[Any]]:
    with store.engine.connect() as connection:
        return connection.execute(query).all()
