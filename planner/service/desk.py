"""The one place where orders come in and batches go out: many requests, one transaction.

While a transaction is on its way to the disk, requests gather; the next one takes them all. So the
rate is not held down by the disk, and nobody waits for more than two transactions. Decisions rest
on what is stored alone: an order is acknowledged, and may be released, once it is safe.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from typing import Any

from planner.errors import BusyError, Refusal, RefusedRequestError
from planner.service.buffers import Buffer, Buffers
from planner.service.ledger import Done, Ledger, Receipt, Work
from planner.service.live_policies import LivePolicy, Release, all_releases, flushed, undone
from planner.service.metrics import Metrics
from planner.service.posted_orders import Arrival

log = logging.getLogger(__name__)

# How long requests gather before a transaction: fewer, larger ones leave more time for requests.
GATHER_SECONDS = 0.005
# How often buffers are looked at in which nothing happens: time-outs and due dates.
LOOK_SECONDS = 0.1
# After a transaction that failed.
REST_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much the service holds in memory: orders not yet stored, and orders that wait."""

    pending: int = 20_000
    waiting: int = 1_000_000


@dataclass(slots=True)
class _Request:
    orders: tuple[Arrival, ...]
    answer: asyncio.Future[tuple[Receipt, ...]]


@dataclass(slots=True)
class _Pending:
    """What has gathered for the next transaction."""

    requests: list[_Request] = field(default_factory=list)
    finished: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    orders: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.requests and not self.finished


class ReleaseDesk:
    """Takes orders, stores them, releases batches. All methods belong to one event loop."""

    def __init__(
        self,
        ledger: Ledger,
        policy: LivePolicy,
        *,
        room: Room | None = None,
        flush_at: tuple[time_of_day, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger, self._policy, self._clock = ledger, policy, clock
        self._room, self._flush_at = room or Room(), flush_at
        self._listeners: list[Callable[[], None]] = []
        self.metrics = Metrics()
        self.buffers: Buffers = ledger.restored(policy.rules.capacity)
        self._pending = _Pending()
        self._touched: dict[int, Buffer] = {}
        self._woken = asyncio.Event()
        self._closing = False
        self._looked = self._clock()
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._show()

    @property
    def is_healthy(self) -> bool:
        """Return whether orders are stored and released."""
        return self._running is not None and not self._running.done()

    @property
    def pending(self) -> int:
        """Return how many orders have come in and are not yet stored."""
        return self._pending.orders

    async def accept(self, orders: tuple[Arrival, ...]) -> tuple[Receipt, ...]:
        """Return the receipts of `orders` once they are stored.

        Raises BusyError if there is no room, RefusedRequestError if an id is another order's.
        """
        self._refuse_overload(len(orders))
        answer: asyncio.Future[tuple[Receipt, ...]] = asyncio.get_running_loop().create_future()
        self._pending.requests.append(_Request(orders, answer))
        self._pending.orders += len(orders)
        self._woken.set()
        return await answer

    async def finish(self, names: tuple[str, ...]) -> None:
        """Note that orders are done; their places are free. Names that are not known are fine."""
        self._refuse_overload(0)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Several requests may name the same order: the last one's future stands for all.
        for name in names:
            self._pending.finished.setdefault(name, done)
        waited = {id(f): f for f in (self._pending.finished[name] for name in names)}
        self._woken.set()
        for future in waited.values():
            await asyncio.shield(future)

    def _refuse_overload(self, orders: int) -> None:
        if self._closing:
            raise BusyError("the service is stopping", status=503, seconds=5)
        if not self.is_healthy:
            raise BusyError("the service has failed; its log says why", status=503, seconds=30)
        if self._pending.orders and self._pending.orders + orders > self._room.pending:
            raise BusyError("orders come faster than they can be stored", status=503)
        if self.buffers.waiting + self._pending.orders + orders > self._room.waiting:
            raise BusyError("the buffers are full", status=429, seconds=10)

    def on_release(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever batches have been released and stored."""
        self._listeners.append(listener)

    def open(self) -> None:
        """Begin to store and to release."""
        self._running = asyncio.create_task(self._run(), name="release desk")

    async def close(self, *, flush: bool) -> None:
        """Take no more orders, store those that came, and release what waits if `flush`."""
        self._closing = True
        self._woken.set()
        try:
            if self._running is not None:
                await self._running
            if releases := self._last_releases(flush):
                await self._carry_out(releases)
        finally:
            self._thread.shutdown()
            self._ledger.close()

    def _last_releases(self, flush: bool) -> list[Release]:
        if flush:
            return flushed(self._policy, self.buffers)
        return all_releases(self._policy, self.buffers, self.buffers, self._clock())

    async def _run(self) -> None:
        while not (self._closing and self._pending.is_empty):
            releases = self._releases()
            if releases or not self._pending.is_empty:
                await self._carry_out(releases)
                await asyncio.sleep(GATHER_SECONDS)
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), LOOK_SECONDS)

    def _releases(self) -> list[Release]:
        now, touched = self._clock(), self._touched
        self._touched = {}
        if any(_passed(moment, self._looked, now) for moment in self._flush_at):
            self._looked = now
            return flushed(self._policy, self.buffers)
        if now - self._looked >= LOOK_SECONDS or now < self._looked:
            self._looked = now
            return all_releases(self._policy, self.buffers, self.buffers, now)
        return all_releases(self._policy, self.buffers, touched.values(), now)

    async def _carry_out(self, releases: list[Release]) -> None:
        pending, self._pending = self._pending, _Pending()
        work = Work(
            requests=[request.orders for request in pending.requests],
            releases=releases,
            finished=pending.finished,
        )
        begun = time.perf_counter()
        loop = asyncio.get_running_loop()
        try:
            done = await loop.run_in_executor(
                self._thread, self._ledger.carry_out, work, self._clock()
            )
        except Exception as error:  # noqa: BLE001 -- told to every client and to the log
            await self._give_up(pending, releases, error)
            return
        self.metrics.commits.observe(time.perf_counter() - begun)
        self._apply(pending, done, releases)

    async def _give_up(self, pending: _Pending, releases: list[Release], error: Exception) -> None:
        log.error("the transaction failed", exc_info=error)
        self.metrics.failures.inc()
        undone(self.buffers, releases)
        busy = BusyError(f"the store does not answer: {error}", status=503, seconds=5)
        for request in pending.requests:
            _fail(request.answer, busy)
        for future in pending.finished.values():
            _fail(future, busy)
        await asyncio.sleep(REST_SECONDS)

    def _apply(self, pending: _Pending, done: Done, releases: list[Release]) -> None:
        for order in done.waiting:
            buffer = self.buffers.add(order)
            self._touched[id(buffer)] = buffer
        if pending.finished:
            self.buffers.leave(pending.finished)
            self._touched.update((id(buffer), buffer) for buffer in self.buffers)
        for request, answer in zip(pending.requests, done.answers, strict=True):
            _tell(request.answer, answer)
        for future in pending.finished.values():
            if not future.done():
                future.set_result(None)
        self._count(done, releases)

    def _count(self, done: Done, releases: list[Release]) -> None:
        self.metrics.orders.inc(len(done.waiting))
        self.metrics.commit_orders.observe(len(done.waiting))
        for reason, orders in releases:
            self.metrics.batches.labels(reason).inc()
            self.metrics.batch_orders.observe(len(orders))
        if releases:
            for listener in self._listeners:
                listener()

    def _show(self) -> None:
        def oldest() -> float:
            received = [buffer.oldest for buffer in self.buffers if buffer.orders]
            return self._clock() - min(received) if received else 0.0

        gauge = self.metrics.gauge
        gauge("waiting_orders", "Orders in the buffers", lambda: self.buffers.waiting)
        gauge("pending_orders", "Orders not yet stored", lambda: self.pending)
        gauge("oldest_waiting_seconds", "Wait of the oldest order", oldest)


def _tell(
    future: asyncio.Future[tuple[Receipt, ...]], answer: tuple[Receipt, ...] | tuple[Refusal, ...]
) -> None:
    if future.done():  # its client has gone
        return
    refusals = tuple(item for item in answer if isinstance(item, Refusal))
    if refusals:
        future.set_exception(
            RefusedRequestError(409, "ids are taken; none was taken over", refusals)
        )
        return
    future.set_result(tuple(item for item in answer if isinstance(item, Receipt)))


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _passed(moment: time_of_day, before: float, now: float) -> bool:
    """Return whether the local time `moment` lies in (before, now]."""
    local = datetime.fromtimestamp(now, UTC).astimezone()
    at = datetime.combine(local.date(), moment, tzinfo=local.tzinfo).timestamp()
    return before < at <= now
