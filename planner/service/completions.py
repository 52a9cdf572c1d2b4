"""What the service was told to be finished, for a plan that goes on from there."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from planner.changes import FinishedOrder
from planner.store import Store, release_batches, release_orders

# SQLite takes at most 999 parameters in old versions.
ASKED_AT_ONCE = 500


def finished_orders(store: Store, orders: Collection[str]) -> tuple[FinishedOrder, ...]:
    """Return those of `orders` that were reported as finished, in the order in which they were."""
    asked = sorted(set(orders))
    found: list[FinishedOrder] = []
    with store.engine.connect() as connection:
        for first in range(0, len(asked), ASKED_AT_ONCE):
            found += _of(connection, asked[first : first + ASKED_AT_ONCE])
    return tuple(sorted(found, key=lambda completion: (completion.finished, completion.order)))


def _of(connection: Connection, names: list[str]) -> Iterator[FinishedOrder]:
    columns, batches = release_orders.c, release_batches.c
    query = (
        select(columns.order_id, columns.machines, columns.finished, batches.released)
        .join_from(release_orders, release_batches, columns.batch == batches.number, isouter=True)
        .where(columns.order_id.in_(names), columns.finished.is_not(None))
    )
    for name, machines, finished, released in connection.execute(query):
        yield FinishedOrder(
            order=name,
            finished=finished,
            released=released,
            machines=tuple(machine for machine in machines.split("|") if machine),
        )
