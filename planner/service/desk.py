"""The one place where orders come in and batches go out: many requests, one transaction.

While a transaction is on its way to the disk, requests gather; the next one takes them all. So the
rate is not held down by the disk, and nobody waits for more than two transactions. Decisions rest
on what is stored alone: an order is acknowledged, and may be released, once it is safe.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)

from planner.errors import BusyError, PlannerError, Refusal, RefusedRequestError
from planner.service.buffers import Buffer, Buffers
from planner.service.claim import ClaimLostError
from planner.service.ledger import Done, Ledger, Receipt, Work
from planner.service.live_policies import LivePolicy, Release, all_releases, flushed
from planner.service.metrics import Metrics
from planner.service.posted_orders import Arrival

log = logging.getLogger(__name__)

# How long requests gather before a transaction: fewer, larger ones leave more time for requests.
GATHER_SECONDS = 0.005
# How often buffers are looked at in which nothing happens: time-outs and due dates.
LOOK_SECONDS = 0.1
# A look at all buffers may take one part in so many of the time.
LOOK_SHARE = 20
# After a transaction that failed.
REST_SECONDS = 0.5
DAY_SECONDS = 86_400.0
NO_ANSWER = "the store does not answer"

Answer = TypeVar("Answer")


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
class _Completion:
    names: tuple[str, ...]
    answer: asyncio.Future[tuple[str, ...]]


@dataclass(slots=True)
class _Pending:
    """What has gathered for the next transaction; `count` of orders and names of orders."""

    requests: list[_Request] = field(default_factory=list)
    completions: list[_Completion] = field(default_factory=list)
    count: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.requests and not self.completions

    @property
    def finished(self) -> tuple[str, ...]:
        named = (name for completion in self.completions for name in completion.names)
        return tuple(dict.fromkeys(named))

    def each(self) -> "Iterator[_Pending]":
        """Return what each client sent, alone."""
        for request in self.requests:
            yield _Pending(requests=[request])
        for completion in self.completions:
            yield _Pending(completions=[completion])

    def fail(self, error: Exception) -> None:
        """Tell every client."""
        answers: list[asyncio.Future[Any]] = [sent.answer for sent in self.requests]
        answers += [sent.answer for sent in self.completions]
        for answer in answers:
            if not answer.done():
                answer.set_exception(error)


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
        # Whether the last transaction failed: what the store holds is then not known.
        self._is_unsure = False
        self._pending = _Pending()
        self._touched: dict[int, Buffer] = {}
        self._woken = asyncio.Event()
        self._closing = False
        self._looked, self._look_again = self._clock(), LOOK_SECONDS
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._show()

    @property
    def is_alive(self) -> bool:
        """Return whether the desk works, or will by itself once the store answers."""
        return self._running is not None and not self._running.done()

    @property
    def is_healthy(self) -> bool:
        """Return whether orders are stored and released."""
        return self.is_alive and not self._is_unsure

    @property
    def pending(self) -> int:
        """Return how many orders and names of finished ones have come in and are not yet stored."""
        return self._pending.count

    async def accept(self, orders: tuple[Arrival, ...]) -> tuple[Receipt, ...]:
        """Return the receipts of `orders` once they are stored.

        Raises BusyError if there is no room, RefusedRequestError if an id is another order's.
        """
        self._refuse_overload(len(orders))
        if self.buffers.waiting + self._pending.count + len(orders) > self._room.waiting:
            raise BusyError("the buffers are full", status=429, seconds=10)
        answer: asyncio.Future[tuple[Receipt, ...]] = asyncio.get_running_loop().create_future()
        self._pending.requests.append(_Request(orders, answer))
        self._gathered(len(orders))
        return await answer

    async def finish(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Note that orders are done; their places are free. Return the names that are not known."""
        self._refuse_overload(len(names))
        answer: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
        self._pending.completions.append(_Completion(names, answer))
        self._gathered(len(names))
        return await answer

    def _gathered(self, count: int) -> None:
        self._pending.count += count
        self._woken.set()

    def _refuse_overload(self, count: int) -> None:
        if self._closing:
            raise BusyError("the service is stopping", status=503, seconds=5)
        if not self.is_alive:
            raise BusyError("the service has failed; its log says why", status=503, seconds=30)
        if self._is_unsure:
            raise BusyError(NO_ANSWER, status=503, seconds=5)
        if self._pending.count and self._pending.count + count > self._room.pending:
            raise BusyError("orders come faster than they can be stored", status=503)

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
            if self.is_sure and (releases := self._last_releases(flush)):
                await self._carry_out(releases)
        finally:
            self._thread.shutdown()
            self._close_ledger()

    @property
    def is_sure(self) -> bool:
        """Return whether the buffers are those of the store."""
        return not self._is_unsure

    def _close_ledger(self) -> None:
        try:
            self._ledger.close()
        except (SQLAlchemyError, PlannerError) as error:
            # Whoever comes next takes the claim over once it has fallen silent.
            log.error("the claim on the database could not be given back: %s", error)

    def _last_releases(self, flush: bool) -> list[Release]:
        if flush:
            return flushed(self._policy, self.buffers)
        return all_releases(self._policy, self.buffers, self.buffers, self._clock())

    async def _run(self) -> None:
        while not (self._closing and self._pending.is_empty):
            if not await self._recovered():
                continue
            releases = self._releases()
            if releases or not self._pending.is_empty or self._ledger.is_due:
                await self._carry_out(releases)
                await asyncio.sleep(GATHER_SECONDS)
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), LOOK_SECONDS)

    async def _recovered(self) -> bool:
        """Return whether the store answers; after a failure the buffers are what it holds."""
        if not self._is_unsure:
            return True
        try:
            self.buffers = await self._in_thread(self._ledger.restored, self._policy.rules.capacity)
        except ClaimLostError:
            self._fail_pending()
            raise
        except (SQLAlchemyError, PlannerError) as error:
            log.error("the store does not answer", exc_info=error)
            self._fail_pending()
            await asyncio.sleep(REST_SECONDS)
            return False
        log.warning("the store answers again")
        self._is_unsure, self._touched = False, {}
        self._looked = min(self._looked, self._clock() - self._look_again)
        return True

    def _fail_pending(self) -> None:
        pending, self._pending = self._pending, _Pending()
        pending.fail(BusyError(NO_ANSWER, status=503, seconds=5))

    async def _in_thread(self, work: Callable[..., Answer], *arguments: object) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)

    def _releases(self) -> list[Release]:
        now, before, touched = self._clock(), self._looked, self._touched
        self._touched = {}
        if any(passed(moment, before, now) for moment in self._flush_at):
            self._looked = now
            return flushed(self._policy, self.buffers)
        if before <= now < before + self._look_again:
            return all_releases(self._policy, self.buffers, touched.values(), now)
        return self._look(now)

    def _look(self, now: float) -> list[Release]:
        """Look at every buffer; very many of them are looked at less often."""
        begun = time.perf_counter()
        self._looked = now
        self.buffers.drop_idle(now)
        found = all_releases(self._policy, self.buffers, self.buffers, now)
        self._look_again = max(LOOK_SECONDS, LOOK_SHARE * (time.perf_counter() - begun))
        return found

    async def _carry_out(self, releases: list[Release]) -> None:
        pending, self._pending = self._pending, _Pending()
        begun = time.perf_counter()
        try:
            await self._store(pending, releases)
        except ClaimLostError as error:
            self._give_up(pending, error)
            raise
        except Exception as error:  # noqa: BLE001 -- told to every client and to the log
            if is_of_a_request(error):
                await self._find_it(pending, error)
                return
            self._give_up(pending, error)
            await asyncio.sleep(REST_SECONDS)
            return
        self.metrics.commits.observe(time.perf_counter() - begun)

    async def _store(self, pending: _Pending, releases: list[Release]) -> None:
        work = Work(
            requests=[request.orders for request in pending.requests],
            releases=releases,
            finished=pending.finished,
        )
        done: Done = await self._in_thread(self._ledger.carry_out, work, self._clock())
        self._apply(pending, done, releases)

    def _give_up(self, pending: _Pending, error: Exception) -> None:
        log.error("the transaction failed", exc_info=error)
        self.metrics.failures.inc()
        self._is_unsure = True
        pending.fail(BusyError(NO_ANSWER, status=503, seconds=5))

    async def _find_it(self, pending: _Pending, error: Exception) -> None:
        """Store what each client sent in a transaction of its own: a bad request fails alone."""
        log.error("what a client sent cannot be stored", exc_info=error)
        self.metrics.failures.inc()
        self._is_unsure = True
        for alone in pending.each():
            # What was to be released is back in its buffer then: the store has it still.
            if not await self._recovered():
                alone.fail(BusyError(NO_ANSWER, status=503, seconds=5))
                continue
            try:
                await self._store(alone, [])
            except Exception as again:  # noqa: BLE001 -- told to the client and to the log
                if is_of_a_request(again):
                    alone.fail(RefusedRequestError(422, "what was sent cannot be stored"))
                self._give_up(alone, again)

    def _apply(self, pending: _Pending, done: Done, releases: list[Release]) -> None:
        for order in done.waiting:
            buffer = self.buffers.add(order)
            self._touched[id(buffer)] = buffer
        if pending.completions:
            self._finished(pending.finished, done)
        for request, answer in zip(pending.requests, done.answers, strict=True):
            _tell(request.answer, answer)
        for completion in pending.completions:
            if not completion.answer.done():
                unknown = (name for name in completion.names if name not in done.known)
                completion.answer.set_result(tuple(unknown))
        self._count(done, releases)

    def _finished(self, names: tuple[str, ...], done: Done) -> None:
        self.buffers.finished_early(done.early)
        for machines in self.buffers.leave(names):
            # One buffer stands for all: places belong to the machines.
            for buffer in islice(self.buffers.waiting_for(machines), 1):
                self._touched[id(buffer)] = buffer

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


def is_of_a_request(error: Exception) -> bool:
    """Return whether `error` says something about what was sent, and nothing about the store."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError)
    return isinstance(error, StatementError | ValueError | TypeError)


def passed(moment: time_of_day, before: float, now: float) -> bool:
    """Return whether the local time `moment` lies in (before, now], whatever the clock does.

    A time that a day does not have counts when the clock has gone over it, one that it has twice
    the first time. After more than a day, every time has passed.
    """
    if now - before > DAY_SECONDS:
        return True
    first, last = (datetime.fromtimestamp(at, UTC).astimezone().date() for at in (before, now))
    return any(before < _seconds(day, moment) <= now for day in {first, last})


def _seconds(day: date, moment: time_of_day) -> float:
    # Without a zone it is the machine's own; of a time in a gap this is how long after midnight.
    return datetime.combine(day, moment).timestamp()
