"""Who gets a websocket of the dashboard, asked for as a page of somebody else would."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.serving import dashboard

ASKED = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{origin}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def status(port: int, host: str, origin: str) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(ASKED.format(host=host, origin=origin).encode())
        return int(line.recv(64).split()[1])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("trust")
    with dashboard(f"sqlite:///{folder / 'd.db'}", {"BATCH_PLANNER_SAMPLES": "no"}) as address:
        found = urlsplit(address).port
        assert found is not None
        yield found


def test_a_name_that_was_made_to_point_here_gets_no_websocket(port: int) -> None:
    assert status(port, f"127.0.0.1:{port}", f"127.0.0.1:{port}") == 101
    assert status(port, f"evil.example:{port}", f"evil.example:{port}") in (400, 403)
    assert status(port, f"127.0.0.1:{port}", "evil.example") in (400, 403)
