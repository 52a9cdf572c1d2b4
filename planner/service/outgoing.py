"""Handing released batches over while the service runs, through the outbox in the store.

What is to be sent is found in the store alone, so a crash loses nothing and the next process goes
on where this one stopped.
"""

import asyncio
import logging
from contextlib import suppress

from planner.publish import PublishSettings, Report, Sender, enqueue_released
from planner.service.metrics import Metrics
from planner.store import Store

log = logging.getLogger(__name__)

# Batches that are released within this time go out together.
GATHER_SECONDS = 0.2
# After a round in which something was not delivered: its requests have waited by themselves.
REST_SECONDS = 2.0
# How often the store is looked at although nobody has told of a release.
LOOK_SECONDS = 5.0


class ReleaseSender:
    """Sends every released batch to `destination`, also those of processes before this one.

    All methods belong to one event loop.
    """

    def __init__(
        self, store: Store, destination: str, settings: PublishSettings, metrics: Metrics
    ) -> None:
        self._store, self._destination, self._settings = store, destination, settings
        self._metrics = metrics
        self._undelivered = self._refused = 0
        self._woken, self._closing = asyncio.Event(), asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        gauge = metrics.gauge
        gauge("undelivered_batches", "Batches not delivered so far", lambda: self._undelivered)
        gauge("refused_batches", "Batches that were refused", lambda: self._refused)

    def open(self) -> None:
        """Begin to send."""
        self._running = asyncio.create_task(self._run(), name="hand-over")

    def released(self) -> None:
        """Tell that batches have been released."""
        self._woken.set()

    async def close(self, seconds: float) -> None:
        """Send what is left, for at most `seconds`; the rest stays in the outbox."""
        self._closing.set()
        self._woken.set()
        if self._running is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._running, seconds)

    async def _run(self) -> None:
        async with Sender(self._store, self._destination, self._settings) as sender:
            while True:
                last = self._closing.is_set()
                self._woken.clear()
                rest = await self._round(sender)
                if last:
                    return
                await self._rest(rest)

    async def _round(self, sender: Sender) -> float:
        """Send what there is, and return the seconds to rest."""
        try:
            await asyncio.to_thread(enqueue_released, self._store, self._destination)
            report = await sender.send_waiting()
        except Exception:
            # The batches are safe in the store, and orders must still be taken: try again.
            log.exception("the hand-over failed")
            self._metrics.handover_failures.inc()
            return REST_SECONDS
        self._count(report)
        return REST_SECONDS if report.waiting else GATHER_SECONDS

    async def _rest(self, seconds: float) -> None:
        """Wait for `seconds`, then for a release; a service that stops waits for neither."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), LOOK_SECONDS)

    def _count(self, report: Report) -> None:
        if report.waiting and report.waiting != self._undelivered:
            log.warning("%d batches not delivered: %s", report.waiting, report.failures[-1])
        self._undelivered, self._refused = report.waiting, len(report.refused)
        self._metrics.delivered.inc(report.delivered)
        self._metrics.handover_requests.inc(report.requests)
        self._metrics.handover_failures.inc(len(report.failures))
