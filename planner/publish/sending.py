"""Sending chunks out of the outbox until each is delivered, refused, or has failed too often."""

import asyncio
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
from planner.publish.answers import accepted, reason_in, refused_in
from planner.publish.outbox import (
    Chunk,
    ChunkOutcome,
    ChunkState,
    Refused,
    chunk,
    make_chunks,
    note,
    refusals,
    waiting_chunks,
)
from planner.publish.pace import Pace
from planner.store import Store

CONNECTION = (httpx.TransportError, TryAgainError)


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
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("chunk_size", "rate", "at_once", "attempts", "timeout"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise PlannerError(f"{name} is {value}; give more than 0")


@dataclass(slots=True, kw_only=True)
class Report:
    """How far it came: batches delivered now, refused ever, and still in the outbox with why."""

    delivered: int = 0
    refused: tuple[Refused, ...] = ()
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


def checked_destination(text: str) -> str:
    """Return a URL to which batches can be sent; PlannerError if `text` is none."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise PlannerError(f"{text!r} is not a URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise PlannerError(f"{text!r} is not a URL such as https://mes.example/batches")
    return text


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
        for chunk_id in todo:
            found = await asyncio.to_thread(chunk, self.store, chunk_id)
            await self._send(found)
            if self.on_progress is not None:
                self.on_progress(self.report)

    async def _send(self, sent: Chunk) -> None:
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
                    answer = await self._post(sent)
        except RetryError as error:
            await self._leave(sent, attempts, error.last_attempt.exception())
            return
        except DeniedError as error:
            await self._leave(sent, attempts, error)
            return
        await self._settle(sent, attempts, answer)

    async def _post(self, sent: Chunk) -> httpx.Response:
        await self.pace.turn()
        self.report.requests += 1
        headers = {
            **self.settings.headers,
            "Content-Type": "application/json",
            "Idempotency-Key": sent.key,
        }
        answer = await self.client.post(self.destination, content=sent.body, headers=headers)
        accepted(answer)
        return answer

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
        reason = f"{error}" or type(error).__name__
        status = error.status if isinstance(error, TryAgainError | DeniedError) else None
        await self._note(
            sent,
            ChunkOutcome(state=ChunkState.WAITING, attempts=attempts, status=status, reason=reason),
        )
        self.report.waiting += len(sent.items)
        self.report.failures.append(reason)

    async def _settle(self, sent: Chunk, attempts: int, answer: httpx.Response) -> None:
        names = {item.name for item in sent.items}
        state, reason = ChunkState.DELIVERED, ""
        refused = {name: why for name, why in refused_in(answer).items() if name in names}
        if not answer.is_success:
            state, reason = ChunkState.REFUSED, reason_in(answer)
            refused = dict.fromkeys(names, reason) | refused
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
