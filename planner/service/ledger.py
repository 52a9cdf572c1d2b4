"""What the service keeps in the store: one transaction for many requests and releases.

One process releases at a time. It gives the numbers, so nothing needs to be read back; whoever
takes over after a crash goes on behind the last number.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from planner.errors import Refusal, StoreError
from planner.service.buffers import Buffers, Waiting
from planner.service.live_policies import Reason, Release
from planner.service.posted_orders import Arrival, same_again, stored_arrival
from planner.store import Store, release_batches, release_orders
from planner.store.database import alone
from planner.store.processes import ProcessIdentity, is_gone, this_process
from planner.store.schema import settings

OWNER = "release service"
# SQLite takes at most 999 parameters in old versions.
ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to an order: the same however often it is sent; `received` is seconds UTC."""

    order: str
    received: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one transaction writes: requests, each taken as a whole or not, and releases."""

    requests: Sequence[tuple[Arrival, ...]] = ()
    releases: Sequence[Release] = ()
    finished: Collection[str] = ()


@dataclass(slots=True, kw_only=True)
class Done:
    """What came of it: per request its receipts, or why not; and the orders that now wait."""

    answers: list[tuple[Receipt, ...] | tuple[Refusal, ...]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


class Ledger:
    """The orders and batches of the service; used by one thread at a time."""

    def __init__(self, store: Store, *, take_over: bool = False) -> None:
        _claim(store, take_over)
        self._store = store
        # Acknowledged means on the disk, also when the power fails.
        self._connection = store.engine.execution_options(writes=True, durable=True).connect()
        with self._connection.begin():
            self._order = self._connection.scalar(select(func.max(release_orders.c.number))) or 0
            self._batch = self._connection.scalar(select(func.max(release_batches.c.number))) or 0

    def close(self) -> None:
        """Let another process release."""
        self._connection.close()
        self._store.set_setting(OWNER, None)

    def restored(self, capacity: Mapping[str, Decimal]) -> Buffers:
        """Return the buffers as they were left, however the last process ended."""
        buffers = Buffers()
        waits, inside = release_orders.c.batch.is_(None), release_orders.c.inside.is_(True)
        for order in self._stored(waits, capacity):
            buffers.add(order)
        buffers.enter(self._stored(inside, capacity))
        return buffers

    def _stored(self, which: Any, capacity: Mapping[str, Decimal]) -> Iterator[Waiting]:
        columns = release_orders.c
        query = select(columns.number, columns.received, columns.content).where(which)
        with self._connection.begin():
            rows = self._connection.execute(query.order_by(columns.number)).all()
        for number, received, content in rows:
            found = stored_arrival(content, capacity)
            yield _waiting(found, number, received.timestamp())

    def carry_out(self, work: Work, now: float) -> Done:
        """Store `work` in one transaction; when this returns, it is safe."""
        done = Done()
        order, batch = self._order, self._batch
        with self._connection.begin():
            new = list(self._taken(work.requests, done, now))
            if new:
                self._connection.execute(insert(release_orders), new)
            if work.releases:
                self._release(work.releases, batch, now)
            if work.finished:
                self._finish(work.finished, now)
        self._order, self._batch = order + len(new), batch + len(work.releases)
        return done

    def _taken(
        self, requests: Sequence[tuple[Arrival, ...]], done: Done, now: float
    ) -> Iterator[dict[str, Any]]:
        known = self._known({order.order for request in requests for order in request})
        fingerprints = {name: fingerprint for name, (fingerprint, _) in known.items()}
        received = {name: moment for name, (_, moment) in known.items()}
        number = self._order
        for request in requests:
            refusals = tuple(same_again(request, fingerprints))
            if refusals:
                done.answers.append(refusals)
                continue
            for order in request:
                if order.order not in received:
                    number += 1
                    fingerprints[order.order], received[order.order] = order.fingerprint, now
                    done.waiting.append(_waiting(order, number, now))
                    yield _row(order, number, now)
            done.answers.append(
                tuple(Receipt(order=o.order, received=received[o.order]) for o in request)
            )

    def _known(self, names: Collection[str]) -> dict[str, tuple[str, float]]:
        columns = release_orders.c
        query = select(columns.order_id, columns.fingerprint, columns.received)
        found: dict[str, tuple[str, float]] = {}
        asked = list(names)
        for first in range(0, len(asked), ASKED_AT_ONCE):
            some = columns.order_id.in_(asked[first : first + ASKED_AT_ONCE])
            rows = self._connection.execute(query.where(some))
            found |= {name: (mark, moment.timestamp()) for name, mark, moment in rows}
        return found

    def _release(self, releases: Sequence[Release], last: int, now: float) -> None:
        numbered = list(enumerate(releases, start=last + 1))
        rows = [_batch_row(number, release, now) for number, release in numbered]
        self._connection.execute(insert(release_batches), rows)
        moved = [
            {"order": order.number, "batch": number, "inside": _inside(release)}
            for number, release in numbered
            for order in release.orders
        ]
        waits = release_orders.c.batch.is_(None)
        mine = update(release_orders).where(release_orders.c.number == bindparam("order"), waits)
        if self._connection.execute(mine, moved).rowcount != len(moved):
            raise StoreError("orders that wait here have been released elsewhere; start again")

    def _finish(self, names: Collection[str], now: float) -> None:
        mine = update(release_orders).where(
            release_orders.c.order_id == bindparam("name"), release_orders.c.finished.is_(None)
        )
        rows = [{"name": name, "inside": None, "finished": _time(now)} for name in names]
        self._connection.execute(mine, rows)


def _claim(store: Store, take_over: bool) -> None:
    """Note that this process releases; StoreError while another one may that does."""
    mine = {"key": OWNER, "value": json.dumps(asdict(this_process()))}
    this = settings.c.key == OWNER
    with alone(store.engine) as connection:
        owner = connection.scalar(select(settings.c.value).where(this))
        if owner is not None and not take_over:
            _refuse_second(ProcessIdentity(**json.loads(owner)))
        connection.execute(delete(settings).where(this))
        connection.execute(insert(settings).values(mine))


def _refuse_second(owner: ProcessIdentity) -> None:
    if not is_gone(owner):
        raise StoreError(
            f"process {owner.pid} on {owner.host.split()[0]} releases from this database\n"
            "    Stop it first. If its machine or container is gone for good: --take-over."
        )


def _inside(release: Release) -> bool | None:
    return True if release.reason == Reason.PLACE else None


def _waiting(order: Arrival, number: int, received: float) -> Waiting:
    return Waiting(number, order.order, order.key, received, order.due, order.load)


def _row(order: Arrival, number: int, now: float) -> dict[str, Any]:
    return {
        "number": number,
        "order_id": order.order,
        "fingerprint": order.fingerprint,
        "family": order.key.family,
        "machines": order.key.machines,
        "received": _time(now),
        "due": None if order.due is None else _time(order.due),
        "content": order.content,
    }


def _batch_row(number: int, release: Release, now: float) -> dict[str, Any]:
    first = release.orders[0]
    return {
        "number": number,
        "family": first.key.family,
        "machines": first.key.machines,
        "released": _time(now),
        "first_received": _time(min(order.received for order in release.orders)),
        "orders": len(release.orders),
        "reason": release.reason,
    }


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
