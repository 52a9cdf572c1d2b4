"""What the service keeps in the store: one transaction for many requests and releases.

One process releases at a time. It gives the numbers, so nothing needs to be read back; whoever
takes over after a crash goes on behind the last number.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from planner.errors import Refusal, StoreError
from planner.service.buffers import Buffers, Waiting
from planner.service.claim import Claim
from planner.service.live_policies import Reason, Release
from planner.service.posted_orders import Arrival, same_again, stored_arrival
from planner.store import Store, release_batches, release_orders
from planner.store.database import FileWatch

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
    """What came of it: per request its receipts, or why not; and the orders that now wait.

    Of the finished orders, `known` are those there are, and `early` those that wait still.
    """

    answers: list[tuple[Receipt, ...] | tuple[Refusal, ...]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    early: set[str] = field(default_factory=set)


class Ledger:
    """The orders and batches of the service; used by one thread at a time."""

    def __init__(self, store: Store, *, take_over: bool = False) -> None:
        self._claim = Claim(store, take_over=take_over)
        self._watch = FileWatch(store.engine.url)
        # Acknowledged means on the disk, also when the power fails.
        self._connection = store.engine.execution_options(writes=True, durable=True).connect()
        self._order = self._batch = 0

    @property
    def is_due(self) -> bool:
        """Return whether the claim must beat, also when there is no work."""
        return self._claim.is_due

    def close(self) -> None:
        """Let another process release, if the database is there."""
        self._connection.close()
        self._watch.check()
        self._claim.give_back()

    def restored(self, capacity: Mapping[str, Decimal]) -> Buffers:
        """Return the buffers as the store has them, however the last process or work ended.

        Raises what writing raises: who gets buffers can go on.
        """
        self._reopen()
        buffers = Buffers()
        columns = release_orders.c
        waits = columns.batch.is_(None)
        with self._connection.begin():
            # A beat is written: that reading works says nothing about writing.
            self._claim.check(self._connection, beat=True)
            self._order = self._connection.scalar(select(func.max(columns.number))) or 0
            self._batch = self._connection.scalar(select(func.max(release_batches.c.number))) or 0
            early = select(columns.order_id).where(waits, columns.finished.is_not(None))
            buffers.finished_early(self._connection.scalars(early))
            for order in self._stored(waits, capacity):
                buffers.add(order)
            buffers.enter(self._stored(columns.inside.is_(True), capacity))
        return buffers

    def _reopen(self) -> None:
        # It is closed already where the last attempt came no further.
        if not self._connection.closed:
            self._connection.invalidate()
            self._connection.close()
        self._watch.reopened()
        # Before anything opens it: SQLite would make a new file in the place of one that is gone.
        self._watch.check()
        self._connection = self._connection.engine.connect()

    def _stored(self, which: Any, capacity: Mapping[str, Decimal]) -> Iterator[Waiting]:
        columns = release_orders.c
        query = select(columns.number, columns.received, columns.content).where(which)
        for number, received, content in self._connection.execute(query.order_by(columns.number)):
            found = stored_arrival(content, capacity)
            yield _waiting(found, number, received.timestamp())

    def carry_out(self, work: Work, now: float) -> Done:
        """Store `work` in one transaction; when this returns, it is safe.

        When it raises, what was stored is not known: go on from `restored` buffers.
        """
        done = Done()
        order, batch = self._order, self._batch
        self._watch.check()
        with self._connection.begin():
            self._claim.check(self._connection)
            new = list(self._taken(work.requests, done, now))
            if new:
                self._connection.execute(insert(release_orders), new)
            if work.releases:
                self._release(work.releases, batch, now)
            if work.finished:
                self._finish(work.finished, done, now)
        # A file that was deleted takes a commit without a word, and it is gone with it.
        self._watch.check()
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
        columns = release_orders.c
        done = update(release_orders).where(columns.inside.is_(True), columns.finished.is_not(None))
        self._connection.execute(done.values(inside=None))

    def _finish(self, names: Collection[str], done: Done, now: float) -> None:
        columns = release_orders.c
        asked = list(names)
        for first in range(0, len(asked), ASKED_AT_ONCE):
            some = columns.order_id.in_(asked[first : first + ASKED_AT_ONCE])
            rows = self._connection.execute(select(columns.order_id, columns.batch).where(some))
            for name, batch in rows:
                done.known.add(name)
                if batch is None:
                    done.early.add(name)
        mine = update(release_orders).where(
            release_orders.c.order_id == bindparam("name"), release_orders.c.finished.is_(None)
        )
        ended = [{"name": name, "inside": None, "finished": _time(now)} for name in asked]
        self._connection.execute(mine, ended)


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
