"""How much of the service one client can hold: time, connections, heads and unfinished bodies."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if sys.platform != "win32":
    import resource

LONGEST_HEAD = 64 * 1024  # bytes of a request line and its headers
MOST_CONNECTIONS = 1000
# File handles that are left for the database and the hand-over.
OTHER_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds that a connection may take: to send a head, to send a body, to take the answer."""

    head: float = 10.0
    body: float = 30.0
    answer: float = 60.0


def most_connections() -> int:
    """Return how many connections are kept at a time."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = MOST_CONNECTIONS if files == resource.RLIM_INFINITY else files - OTHER_FILES
    return max(1, min(MOST_CONNECTIONS, room))


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP with an end to everything that a client can draw out.

    One timer runs from the connection, or a request's first byte, to its answer. Beyond the most
    connections, one that has sent no request makes room, the one that is so for longest.
    """

    patience: ClassVar[Patience] = Patience()
    most: ClassVar[int] = MOST_CONNECTIONS
    # In order of connection, or of the last answer.
    idle: ClassVar[dict["GuardedProtocol", None]] = {}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._head = 0
        self._is_in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection if there is room for it, or room can be made."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            next(iter(self.idle), self).transport.abort()
        self.idle[self] = None
        self._wait(self.patience.head)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; end a head that does not end."""
        if self._is_in_head:
            self._head += len(data)
        super().data_received(data)
        if self._is_in_head and self._head > LONGEST_HEAD:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        super().on_message_begin()
        self._is_in_head = True
        self._head = 0
        self._wait(self.patience.head)

    def on_headers_complete(self) -> None:
        """Begin to read a body."""
        self._is_in_head = False
        self.idle.pop(self, None)
        self._wait(self.patience.body)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Begin to answer."""
        super().on_message_complete()
        self._is_in_head, self._head = True, 0
        if not self.cycle.response_complete:
            self._wait(self.patience.answer)

    def on_response_complete(self) -> None:
        """Wait for the next request, which uvicorn does not do for long."""
        self._stop_waiting()
        self.idle[self] = None
        super().on_response_complete()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class BodiesWithinRoom:
    """Middleware: all bodies that are being read hold at most `most` bytes together."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; where there is no room for its body, answer "later"."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held = _Held(receive, self)
        try:
            await self._app(scope, held.receive, send)
        except _NoRoomError:
            answer = JSONResponse(
                {"error": "too many requests are being read", "details": []},
                503,
                {"Retry-After": "1", "Connection": "close"},
            )
            await answer(scope, receive, send)
        finally:
            self._held -= held.bytes

    def hold(self, count: int) -> None:
        """Add to what is held; raises _NoRoomError beyond the most."""
        if self._held + count > self._most:
            raise _NoRoomError
        self._held += count


class _NoRoomError(Exception):
    """The bodies that are being read take all the room there is."""


class _Held:
    """Counts the bytes of one body as they come."""

    def __init__(self, receive: Callable[[], Awaitable[Message]], room: BodiesWithinRoom) -> None:
        self._receive, self._room = receive, room
        self.bytes = 0

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        count = len(message.get("body", b""))
        self._room.hold(count)
        self.bytes += count
        return message
