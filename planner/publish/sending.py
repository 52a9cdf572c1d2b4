"""Sending chunks out of the outbox until each is delivered, refused, or has failed too often."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from planner.errors import PlannerError
from planner.publish.answers import TryAgainError, accepted, reason_in, refused_in
from planner.publish.outbox import (
    Chunk,
    ChunkState,
    Outcome,
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
    _refuse_bad_url(destination)
    await asyncio.to_thread(make_chunks, store, destination, settings.chunk_size)
    waiting = await asyncio.to_thread(waiting_chunks, store, destination)
    limits = httpx.Limits(max_connections=settings.at_once)
    async with httpx.AsyncClient(timeout=settings.timeout, limits=limits) as client:
        sender = _Sender(store, destination, settings, client, on_progress)
        todo = iter(waiting)
        # Each of these takes the next chunk when it has done its last one.
        async with asyncio.TaskGroup() as group:
            for _ in range(min(settings.at_once, len(waiting))):
                group.create_task(sender.send_all(todo))
    report = sender.report
    report.refused = await asyncio.to_thread(refusals, store, destination)
    return report


def _refuse_bad_url(destination: str) -> None:
    try:
        url = httpx.URL(destination)
    except httpx.InvalidURL as error:
        raise PlannerError(f"{destination!r} is not a URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise PlannerError(f"{destination!r} is not a URL such as https://mes.example/batches")


class _Sender:
    """What the tasks that send share."""

    def __init__(
        self,
        store: Store,
        destination: str,
        settings: PublishSettings,
        client: httpx.AsyncClient,
        on_progress: OnReport | None,
    ) -> None:
        self._store, self._destination, self._settings = store, destination, settings
        self._client, self._on_progress = client, on_progress
        self._pace = Pace(settings.rate, clock=time.monotonic)
        self._backoff = wait_random_exponential(
            multiplier=settings.backoff, max=settings.longest_backoff
        )
        self.report = Report()

    async def send_all(self, todo: Iterator[int]) -> None:
        for chunk_id in todo:
            found = await asyncio.to_thread(chunk, self._store, chunk_id)
            await self._send(found)
            if self._on_progress is not None:
                self._on_progress(self.report)

    async def _send(self, sent: Chunk) -> None:
        attempts = 0
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(CONNECTION),
            wait=self._wait,
            stop=stop_after_attempt(self._settings.attempts),
        )
        try:
            async for attempt in retrying:
                with attempt:
                    attempts = attempt.retry_state.attempt_number
                    answer = await self._post(sent)
        except RetryError as error:
            await self._leave(sent, attempts, error.last_attempt.exception())
            return
        await self._settle(sent, attempts, answer)

    async def _post(self, sent: Chunk) -> httpx.Response:
        await self._pace.turn()
        self.report.requests += 1
        headers = {
            **self._settings.headers,
            "Content-Type": "application/json",
            "Idempotency-Key": sent.key,
        }
        answer = await self._client.post(self._destination, content=sent.body, headers=headers)
        accepted(answer)
        return answer

    def _wait(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome else None
        pause = failed.pause if isinstance(failed, TryAgainError) else 0.0
        # One chunk is told to wait: the server means all of them.
        self._pace.pause(pause)
        return max(pause, self._backoff(state))

    async def _leave(self, sent: Chunk, attempts: int, error: BaseException | None) -> None:
        reason = f"{error}" or type(error).__name__
        status = error.status if isinstance(error, TryAgainError) else None
        await self._note(
            sent, Outcome(state=ChunkState.WAITING, attempts=attempts, status=status, reason=reason)
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
            Outcome(
                state=state,
                attempts=attempts,
                status=answer.status_code,
                reason=reason,
                refused=refused,
            ),
        )
        self.report.delivered += len(sent.items) - len(refused)

    async def _note(self, sent: Chunk, outcome: Outcome) -> None:
        await asyncio.to_thread(note, self._store, sent.id, outcome)
