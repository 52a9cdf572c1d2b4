"""What the service has stored, as tables: for the dashboard and for programs. Times are UTC."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from planner.store import Store, release_batches, release_orders

Table = list[dict[str, Any]]


def buffers(store: Store) -> Table:
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


def _with_wait(row: dict[str, Any]) -> dict[str, Any]:
    wait = (row["released"] - row["first_received"]).total_seconds()
    return row | {"first_wait_seconds": wait}


def _table(store: Store, query: Select[Any]) -> Table:
    return [dict(row._mapping) for row in _rows(store, query)]  # noqa: SLF001 -- SQLAlchemy's name


def _rows(store: Store, query: Select[Any]) -> Sequence[Row[Any]]:
    with store.engine.connect() as connection:
        return connection.execute(query).all()
