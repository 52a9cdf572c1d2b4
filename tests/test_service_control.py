"""The release service is started and stopped from another process of this computer."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

from planner import service
from planner.service import ServiceState
from planner.service.control import is_here, start_service, stop_service
from planner.store import Store


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)


def state_of(store: Store) -> ServiceState | None:
    note = service.service_note(store)
    return None if note is None else note.state


def test_a_service_is_started_and_stopped(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'planner.db'}") as store:
        assert not stop_service(store)
        start_service(store, size=3, wait_seconds=60, port=free_port())
        wait_for(lambda: state_of(store) == ServiceState.RUNNING)
        assert is_here(store)
        assert stop_service(store)
        wait_for(lambda: state_of(store) == ServiceState.STOPPED)
        assert not is_here(store)
