"""Sending chunks out of the outbox until each is delivered, refused, or has failed too often."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from planner.errors import DeniedError, PlannerError, TryAgainError
from planner.publish.answers import (
    TOO_LARGE,
    accepted,
    reason_in,
    refused_in,
    whole_answer,
)
from planner.publish.destination import checked_destination, without_password
from planner.publish.outbox import (
    Chunk,
    ChunkOutcome,
    ChunkState,
    RefusedItem,
    chunk,
    make_chunks,
    note,
    refusals,
    split_chunk,
    waiting_chunks,
)
from planner.publish.pace import Pace
from planner.store import Store

log = logging.getLogger(__name__)

CONNECTION = (httpx.HTTPError, TryAgainError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """How to send: batches a chunk, chunks a second and at once, attempts, seconds to wait.

    The wait before attempt n is random below `backoff * 2 ** n`, at most `longest_backoff`, and no
    less than a Retry-After.
    """

    chunk_size: int = 500
    rate: float | None = 20.0
    at_once: int = 4
    attempts: int = 10
    timeout: float = 30.0
    backoff: float = 0.5
    longest_backoff: float = 60.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in ("chunk_size", "rate", "at_once", "attempts", "timeout"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise PlannerError(f"{name} is {value}; give more than 0")


@dataclass(slots=True, kw_only=True)
class Report:
    """How far it came: batches delivered now, refused ever, and still in the outbox with why."""

    delivered: int = 0
    refused: tuple[RefusedItem, ...] = ()
    waiting: int = 0
    failures: list[str] = field(default_factory=list)
    requests: int = 0

    @property
    def is_complete(self) -> bool:
        """Return whether the destination has taken everything."""
        return not self.waiting and not self.refused


OnReport = Callable[[Report], None]


def publish(
    store: Store,
    destination: str,
    settings: PublishSettings | None = None,
    on_progress: OnReport | None = None,
) -> Report:
    """Send everything in the outbox for `destination`, and say what became of it.

    Each chunk carries an Idempotency-Key that stays the same however often it is sent: a server
    that honours it gets each batch exactly once, whatever fails in between. What could not be
    delivered stays in the outbox; call again.
    """
    return asyncio.run(publishing(store, destination, settings or PublishSettings(), on_progress))


async def publishing(
    store: Store,
    destination: str,
    settings: PublishSettings,
    on_progress: OnReport | None = None,
) -> Report:
    """Do what `publish` does, in a running event loop."""
    async with Sender(store, destination, settings) as sender:
        return await sender.send_waiting(on_progress)


class Sender:
    """Sends what is in the outbox for a destination, as often as asked, within one rate.

    An asynchronous context manager of one event loop: its connections stay open between rounds.
    """

    def __init__(self, store: Store, destination: str, settings: PublishSettings) -> None:
        self._store, self._destination = store, checked_destination(destination)
        self._settings = settings
        limits = httpx.Limits(max_connections=settings.at_once)
        self._client = httpx.AsyncClient(timeout=settings.timeout, limits=limits)
        self._pace = Pace(settings.rate, clock=time.monotonic)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def send_waiting(self, on_progress: OnReport | None = None) -> Report:
        """Send everything that is in the outbox now, each chunk until it is taken or given up."""
        store, destination, settings = self._store, self._destination, self._settings
        await asyncio.to_thread(make_chunks, store, destination, settings.chunk_size)
        waiting = await asyncio.to_thread(waiting_chunks, store, destination)
        sending = _Round(
            store=store,
            settings=settings,
            client=self._client,
            pace=self._pace,
            destination=destination,
            on_progress=on_progress,
        )
        todo = iter(waiting)
        # Each of these takes the next chunk when it has done its last one.
        async with asyncio.TaskGroup() as group:
            for _ in range(min(settings.at_once, len(waiting))):
                group.create_task(sending.send_all(todo))
        report = sending.report
        report.refused = await asyncio.to_thread(refusals, store, destination)
        return report


@dataclass(slots=True, kw_only=True)
class _Round:
    """What the tasks of one round of sending share."""

    store: Store
    settings: PublishSettings
    client: httpx.AsyncClient
    pace: Pace
    destination: str
    on_progress: OnReport | None
    report: Report = field(default_factory=Report)

    async def send_all(self, todo: Iterator[int]) -> None:
        for first in todo:
            parts = [first]
            while parts:
                found = await asyncio.to_thread(chunk, self.store, parts.pop(0))
                parts = [*await self._send(found), *parts]
                if self.on_progress is not None:
                    self.on_progress(self.report)

    async def _send(self, sent: Chunk) -> tuple[int, ...]:
        """Send a chunk; return the chunks it was split into where it was too large."""
        attempts = 0
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(CONNECTION),
            wait=self._wait,
            stop=stop_after_attempt(self.settings.attempts),
        )
        try:
            async for attempt in retrying:
                with attempt:
                    attempts = attempt.retry_state.attempt_number
                    answer, refused = await self._post(sent)
        except RetryError as error:
            await self._leave(sent, attempts, error.last_attempt.exception())
            return ()
        except Exception as error:
            # No answer stops the sender, whatever it makes of what reads it.
            if not isinstance(error, DeniedError):
                log.exception("an answer could not be understood")
            await self._leave(sent, attempts, error)
            return ()
        if answer.status_code == TOO_LARGE and len(sent.items) > 1:
            return await asyncio.to_thread(split_chunk, self.store, sent.id)
        await self._settle(sent, attempts, answer, refused)
        return ()

    async def _post(self, sent: Chunk) -> tuple[httpx.Response, dict[str, str]]:
        """Return an answer that is final, and the items that it refuses."""
        await self.pace.turn()
        self.report.requests += 1
        headers = {
            # Packed answers are read too; but why ask for what may not unpack?
            "Accept-Encoding": "identity",
            **self.settings.headers,
            "Content-Type": "application/json",
            "Idempotency-Key": sent.key,
        }
        async with (
            # Of the whole request: an answer may come byte by byte.
            asyncio.timeout(self.settings.timeout),
            self.client.stream(
                "POST", self.destination, content=sent.body, headers=headers
            ) as stream,
        ):
            answer = await whole_answer(stream)
        accepted(answer)
        return answer, refused_in(answer) if answer.is_success else {}

    def _wait(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome else None
        pause = failed.pause if isinstance(failed, TryAgainError) else 0.0
        # One chunk is told to wait: the server means all of them.
        self.pace.pause(pause)
        backoff = wait_random_exponential(
            multiplier=self.settings.backoff, max=self.settings.longest_backoff
        )
        return max(pause, backoff(state))

    async def _leave(self, sent: Chunk, attempts: int, error: BaseException | None) -> None:
        reason = without_password(f"{error}") or type(error).__name__
        status = error.status if isinstance(error, TryAgainError | DeniedError) else None
        await self._note(
            sent,
            ChunkOutcome(state=ChunkState.WAITING, attempts=attempts, status=status, reason=reason),
        )
        self.report.waiting += len(sent.items)
        self.report.failures.append(reason)

    async def _settle(
        self, sent: Chunk, attempts: int, answer: httpx.Response, listed: Mapping[str, str]
    ) -> None:
        names = {item.name for item in sent.items}
        state, reason = ChunkState.DELIVERED, ""
        refused = {name: why for name, why in listed.items() if name in names}
        if not answer.is_success:
            state, reason = ChunkState.REFUSED, reason_in(answer)
            refused = dict.fromkeys(names, reason)
        await self._note(
            sent,
            ChunkOutcome(
                state=state,
                attempts=attempts,
                status=answer.status_code,
                reason=reason,
                refused=refused,
            ),
        )
        self.report.delivered += len(sent.items) - len(refused)

    async def _note(self, sent: Chunk, outcome: ChunkOutcome) -> None:
        await asyncio.to_thread(note, self.store, sent.id, outcome)
