"""What is published: the batches that the release service has released, or those of a schedule."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select

from planner.domain import Scenario
from planner.publish.outbox import Item, enqueue
from planner.schedule import Schedule
from planner.store import Store, outbox, release_batches, release_orders
from planner.strict_json import json_text
from planner.writer import schedule_json

RELEASED = "released/"
# Batches that are read, and put into the outbox, at a time.
AT_ONCE = 1000


def enqueue_released(store: Store, destination: str) -> int:
    """Put every batch that the service has released since into the outbox; return how many."""
    total, last = 0, _last_released(store, destination)
    while rows := _released_after(store, last):
        total += enqueue(store, destination, _released(store, rows))
        last = rows[-1].number
    return total


def _last_released(store: Store, destination: str) -> int:
    # Items go in by number, so that the last one tells how far it came.
    query = (
        select(outbox.c.item)
        .where(outbox.c.destination == destination, outbox.c.item.startswith(RELEASED))
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    with store.engine.connect() as connection:
        name = connection.scalar(query)
    return 0 if name is None else int(name.removeprefix(RELEASED))


def _released_after(store: Store, number: int) -> list[Row[Any]]:
    column = release_batches.c.number
    query = select(release_batches).where(column > number).order_by(column).limit(AT_ONCE)
    with store.engine.connect() as connection:
        return list(connection.execute(query))


def _released(store: Store, rows: list[Row[Any]]) -> Iterator[Item]:
    columns = release_orders.c
    query = (
        select(columns.batch, columns.content)
        .where(columns.batch.between(rows[0].number, rows[-1].number))
        .order_by(columns.number)
    )
    orders: dict[int, list[Any]] = {}
    with store.engine.connect() as connection:
        for batch, content in connection.execute(query):
            orders.setdefault(batch, []).append(json.loads(content, parse_constant=_no_number))
    for row in rows:
        name = f"{RELEASED}{row.number}"
        yield Item(
            name=name,
            payload=json_text(
                {
                    "id": name,
                    "family": row.family,
                    "machines": row.machines.split("|") if row.machines else [],
                    "released": row.released.isoformat(),
                    "reason": row.reason,
                    "orders": orders.get(row.number, []),
                }
            ),
        )


def _no_number(_name: str) -> None:
    """Return nothing for the infinities that earlier versions took: no JSON has them."""


def enqueue_schedule(store: Store, destination: str, scenario: Scenario, schedule: Schedule) -> int:
    """Put every batch of a schedule into the outbox; return how many are new.

    Batches of the same schedule are known again by its content: to publish it twice sends it once.
    """
    document = json.loads(schedule_json(scenario, schedule))
    mark = sha256(json_text([document["scenario"], document["batches"]]).encode()).hexdigest()[:16]
    items = [
        Item(name=name, payload=json_text({"id": name, **batch}))
        for place, batch in enumerate(document["batches"], start=1)
        for name in (f"schedule/{mark}/{place}",)
    ]
    return enqueue(store, destination, items)
