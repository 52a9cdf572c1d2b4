"""The service over HTTP: orders in; buffers, batches, health and figures out."""

import logging
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planner.errors import BusyError, Refusal, RefusedRequestError, StoreError
from planner.service.buffers import Buffer
from planner.service.connections import BodiesWithinRoom
from planner.service.desk import NO_ANSWER, ReleaseDesk
from planner.service.live_policies import ReleaseRules
from planner.service.outgoing import ReleaseSender
from planner.service.posted_orders import arrivals_in, names_in
from planner.service.stored import (
    batch_with_orders,
    handovers,
    order_row,
    refused_batches,
    released_batches,
)
from planner.store import Store
from planner.strict_json import printable

log = logging.getLogger(__name__)

JSON, NDJSON = "application/json", "application/x-ndjson"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_ROWS = 1000
# Digits of what a database takes for a number.
LONGEST_NUMBER = 18
# How long a service that stops goes on sending what it has released.
HANDOVER_SECONDS = 10.0


class Service:
    """The routes. The desk opens and closes with the application."""

    def __init__(
        self,
        store: Store,
        desk: ReleaseDesk,
        rules: ReleaseRules,
        most_orders: int,
        handover: ReleaseSender | None = None,
    ) -> None:
        self._store, self._desk, self._rules, self._most = store, desk, rules, most_orders
        self._handover = handover

    def app(
        self,
        *,
        most_bytes: int,
        most_unfinished: int,
        hosts: Iterable[str] = ("*",),
        flush: bool = True,
    ) -> Starlette:
        """Return the application; it stops by releasing what waits if `flush`.

        `most_bytes` limits a body, `most_unfinished` all that are being read.
        """

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            self._desk.open()
            if self._handover is not None:
                self._handover.open()
            try:
                yield
            finally:
                await self._close(flush)

        return Starlette(
            routes=self._routes(),
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
                Middleware(BodiesWithinRoom, most=most_unfinished),
            ],
            exception_handlers={
                HTTPException: _http_error,
                RefusedRequestError: _refused,
                BusyError: _busy,
                SQLAlchemyError: _no_answer,
                StoreError: _no_answer,
            },
            lifespan=lifespan,
            max_body_size=most_bytes,
        )

    async def _close(self, flush: bool) -> None:
        try:
            await self._desk.close(flush=flush)
        finally:
            if self._handover is not None:
                await self._handover.close(HANDOVER_SECONDS)

    def _routes(self) -> list[Route]:
        return [
            Route("/orders", self._take, methods=["POST"]),
            Route("/orders/{order_id:path}", self._order),
            Route("/completions", self._finish, methods=["POST"]),
            Route("/buffers", self._buffers),
            Route("/batches", self._batches),
            Route("/batches/{number}", self._batch),
            Route("/handover", self._handed_over),
            Route("/health", self._ready),
            Route("/health/ready", self._ready),
            Route("/health/live", self._live),
            Route("/metrics", self._figures),
        ]

    async def _take(self, request: Request) -> Response:
        media = _media_type(request, JSON, NDJSON)
        body = await request.body()
        begun = time.perf_counter()
        orders = arrivals_in(body, media, self._rules.capacity, self._most)
        receipts = await self._desk.accept(orders)
        metrics = self._desk.metrics
        metrics.acknowledged.observe(time.perf_counter() - begun)
        metrics.requests.labels("200").inc()
        return JSONResponse(
            {"orders": [{"order_id": r.order, "received": shown(r.received)} for r in receipts]}
        )

    async def _finish(self, request: Request) -> Response:
        _media_type(request, JSON)
        names = names_in(await request.body(), "orders", self._most)
        unknown = await self._desk.finish(names)
        return JSONResponse({"orders": len(names), "unknown": list(unknown)})

    async def _buffers(self, _request: Request) -> Response:
        now = time.time()
        rows = [_buffer(buffer, now) for buffer in self._desk.buffers if buffer.orders]
        return JSONResponse({"waiting": self._desk.buffers.waiting, "buffers": rows})

    async def _batches(self, request: Request) -> Response:
        after = _whole(request, "after", 0, 0, 2**62)
        limit = _whole(request, "limit", 100, 1, MOST_ROWS)
        rows = await run_in_threadpool(released_batches, self._store, after=after, limit=limit)
        return JSONResponse({"batches": [_plain(row) for row in rows]})

    async def _batch(self, request: Request) -> Response:
        text = str(request.path_params["number"])
        if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
            raise HTTPException(404, f"there is no batch {printable(text[:80])!r}")
        number = int(text)
        found = await run_in_threadpool(batch_with_orders, self._store, number)
        if found is None:
            raise HTTPException(404, f"there is no batch {number}")
        return JSONResponse(_plain(found))

    async def _order(self, request: Request) -> Response:
        name = str(request.path_params["order_id"])
        found = await run_in_threadpool(order_row, self._store, name)
        if found is None:
            raise HTTPException(404, f"there is no order {printable(name[:80])!r}")
        return JSONResponse(_plain(found))

    async def _handed_over(self, _request: Request) -> Response:
        found = await run_in_threadpool(handovers, self._store)
        refused = await run_in_threadpool(refused_batches, self._store)
        return JSONResponse(
            {
                "destinations": [_plain(row) for row in found],
                "refused": [_plain(row) for row in refused],
            }
        )

    async def _live(self, _request: Request) -> Response:
        """Say whether the process is of use; if not, only a new one will be."""
        alive = self._desk.is_alive
        return JSONResponse({"status": "ok" if alive else "failed"}, 200 if alive else 503)

    async def _ready(self, _request: Request) -> Response:
        """Say whether orders are taken now."""
        desk = self._desk
        status = "ok" if desk.is_healthy else "failed"
        return JSONResponse(
            {"status": status, "waiting": desk.buffers.waiting, "pending": desk.pending},
            200 if desk.is_healthy else 503,
        )

    async def _figures(self, _request: Request) -> Response:
        return Response(self._desk.metrics.text(), media_type=METRICS_TYPE)


def shown(seconds: float) -> str:
    """Return a time in seconds since 1970 as UTC in ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _buffer(buffer: Buffer, now: float) -> dict[str, Any]:
    return {
        "family": buffer.key.family,
        "machines": buffer.key.machines,
        "orders": len(buffer),
        "load": [str(load) for load in buffer.load],
        "oldest_wait_seconds": round(now - buffer.oldest, 3),
        "arrivals_per_minute": round(60 * buffer.rate(now), 3),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _media_type(request: Request, *known: str) -> str:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Also what keeps a page in a browser from sending orders: these types need its permission.
    if given not in known:
        wanted = " or ".join(known)
        raise HTTPException(415, f"content type {given[:80]!r} is not taken; send {wanted}")
    return given


def _whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    digits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER + 1
    if not (digits and least <= int(text) <= most):
        message = f"is not a whole number from {least} to {most}"
        raise RefusedRequestError(
            422, "the query cannot be read",
            [Refusal(index=0, field=name, value=text[:80], message=message)],
        )  # fmt: skip
    return int(text)


async def _refused(_request: Request, error: Exception) -> Response:
    refused = (
        error if isinstance(error, RefusedRequestError) else RefusedRequestError(500, str(error))
    )
    details = [
        {"index": r.index, "field": r.field, "value": r.value, "message": r.message}
        for r in refused.refusals[:MOST_ROWS]
    ]
    return JSONResponse({"error": str(refused), "details": details}, refused.status)


async def _busy(_request: Request, error: Exception) -> Response:
    busy = error if isinstance(error, BusyError) else BusyError(str(error), 503)
    headers = {"Retry-After": str(busy.seconds)}
    return JSONResponse({"error": str(busy), "details": []}, busy.status, headers)


async def _no_answer(_request: Request, error: Exception) -> Response:
    # What a database says names tables, and may hold what others have sent.
    log.error("a request could not be answered", exc_info=error)
    return JSONResponse({"error": NO_ANSWER, "details": []}, 503, {"Retry-After": "5"})


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else str(error)
    return JSONResponse({"error": detail, "details": []}, status)
