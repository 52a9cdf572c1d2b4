"""The live release service: takes orders over HTTP, releases batches, forgets nothing.

It keeps orders in the store before it acknowledges them, finds its buffers again after a crash, and
answers "later" where it would have to hold more than it has room for.
"""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from ipaddress import ip_address

import uvicorn
from starlette.applications import Starlette

from planner.errors import PlannerError
from planner.publish import PublishSettings, checked_destination
from planner.service.connections import GuardedProtocol, most_connections
from planner.service.desk import ReleaseDesk, Room
from planner.service.endpoints import Service
from planner.service.ledger import Ledger
from planner.service.live_policies import LivePolicy, in_words
from planner.service.outgoing import ReleaseSender
from planner.service.quiet import keep_quiet
from planner.service.stored import note_service
from planner.store import Store

LOOPBACK = "127.0.0.1"
# Names under which a browser on this machine may ask a service that only listens here.
OWN_NAMES = (LOOPBACK, "localhost", "[::1]")
BACKLOG = 2048
# Those to which a client can give cause as often as it likes.
LOGGERS = ("planner.service.desk", "planner.service.endpoints", "planner.service.outgoing")
# How long open requests may take when the service stops.
GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How to serve: the policy, where to listen, how much to take at once.

    `is_open_to_network` must be said where others than this machine can reach `host`, and `names`
    are the host names under which they may ask. `most_unfinished` are the bytes of all bodies that
    are being read. `flush_at` are local times of day, such as the ends of shifts, at which all
    buffers are released; `flush` releases them when the service stops. `take_over` ignores a
    process that is noted as releasing from the same database. With `destination`, a URL, released
    batches are sent there as `publishing` says.
    """

    policy: LivePolicy
    host: str = LOOPBACK
    port: int = 8650
    room: Room = field(default_factory=Room)
    most_orders: int = 10_000
    most_bytes: int = 8 * 1024 * 1024
    most_unfinished: int = 64 * 1024 * 1024
    is_open_to_network: bool = False
    names: tuple[str, ...] = ()
    flush_at: tuple[time, ...] = ()
    flush: bool = True
    take_over: bool = False
    destination: str | None = None
    publishing: PublishSettings = field(default_factory=PublishSettings)

    def __post_init__(self) -> None:
        if self.destination is not None:
            checked_destination(self.destination)
        if not (self.is_local or self.is_open_to_network):
            raise PlannerError(
                f"anybody who can reach {self.host} could send orders: there is no sign-in\n"
                "    In a network where that is fine: --open-to-network."
            )

    @property
    def is_local(self) -> bool:
        """Return whether only this machine can reach the service."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`; PlannerError if it is no address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError as error:
        raise PlannerError(f"{host!r} is not an address to listen on, such as 0.0.0.0") from error


def make_app(store: Store, settings: ServiceSettings) -> Starlette:
    """Return the service as an ASGI application; StoreError if another process releases."""
    ledger = Ledger(store, take_over=settings.take_over)
    policy = settings.policy
    try:
        desk = ReleaseDesk(ledger, policy, room=settings.room, flush_at=settings.flush_at)
    except PlannerError:
        ledger.close()
        raise
    handover = _handover(store, settings, desk)
    note_service(store, in_words(policy), settings.destination)
    return Service(store, desk, policy.rules, settings.most_orders, handover).app(
        most_bytes=settings.most_bytes,
        hosts=OWN_NAMES if settings.is_local else settings.names or ("*",),
        most_unfinished=settings.most_unfinished,
        flush=settings.flush,
    )


def _handover(store: Store, settings: ServiceSettings, desk: ReleaseDesk) -> ReleaseSender | None:
    if settings.destination is None:
        return None
    made = ReleaseSender(store, settings.destination, settings.publishing, desk.metrics)
    desk.on_release(made.released)
    return made


def serve(
    store: Store, settings: ServiceSettings, on_listening: Callable[[int], None] | None = None
) -> None:
    """Serve until SIGTERM or Ctrl-C; `on_listening` is told the port once there is one."""
    keep_quiet("uvicorn.error", *LOGGERS)
    GuardedProtocol.most = most_connections()
    with _listener(settings) as listener:
        config = uvicorn.Config(
            make_app(store, settings),
            http=GuardedProtocol,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        if on_listening is not None:
            on_listening(listener.getsockname()[1])
        with _signals_only_stop():
            uvicorn.Server(config).run([listener])


def _listener(settings: ServiceSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise PlannerError(f"cannot listen on {where}: {error.strerror}") from error


@contextmanager
def _signals_only_stop() -> Iterator[None]:
    """Keep the signals that uvicorn raises again, after it has stopped, from ending the process."""
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
