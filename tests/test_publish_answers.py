"""No answer of the other side stops the sender, and each is judged for what it means."""

import asyncio
import gzip
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from benchmarks.publish import items
from planner.cli import main
from planner.errors import DeniedError, PlannerError
from planner.publish import (
    PublishSettings,
    Report,
    checked_destination,
    destination_in,
    publish,
)
from planner.publish.answers import accepted, pause_in, reason_in
from planner.publish.outbox import enqueue
from planner.service.app import ServiceSettings
from planner.store import Store
from tests.test_service import policy
from tests.test_store import url

FAST = PublishSettings(chunk_size=4, rate=None, timeout=2, backoff=0.01, attempts=2)
OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"


class Answering(socketserver.StreamRequestHandler):
    """Gives one answer, as it is, to a request; nothing more comes over the connection."""

    answer = b""

    def handle(self) -> None:
        length = 0
        while (line := self.rfile.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.rfile.read(length)
        with suppress(OSError):  # who has heard enough hangs up
            self.wfile.write(self.answer)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Serve `answer` to every request; yield the URL."""
    handler = type("Handler", (Answering,), {"answer": answer})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/batches"
        server.shutdown()
        thread.join()


def sent(folder: Path, answer: bytes) -> Report:
    """Return the report of sending four batches to a server that gives `answer`."""
    with Store(url(folder)) as store, answering(answer) as destination:
        enqueue(store, destination, items(4))
        return publish(store, destination, FAST)


def body(content: bytes, headers: bytes = b"") -> bytes:
    return OK + headers + b"Content-Length: %d\r\n\r\n" % len(content) + content


KEPT = {
    "invalid gzip": body(b"no gzip", b"Content-Encoding: gzip\r\n" + JSON),
    "a bomb": body(gzip.compress(b"[" * 50_000_000), b"Content-Encoding: gzip\r\n" + JSON),
    "an encoding nobody knows": body(b"x", b"Content-Encoding: zap\r\n"),
    "a pause until the year 99999999999": (
        b"HTTP/1.1 503 Later\r\nRetry-After: Fri, 31 Dec 99999999999 23:59:59 GMT\r\n"
        b"Content-Length: 0\r\n\r\n"
    ),
    "deep JSON": body(b"[" * 100_000 + b"]" * 100_000, JSON),
    "a number of 5,000 digits": body(b'{"refused":[' + b"9" * 5000 + b"]}", JSON),
    "JSON that breaks off": body(b'{"refused":[', JSON),
    "a web page": body(b"<!DOCTYPE html><title>Sign in</title>", b"Content-Type: text/html\r\n"),
    "a web page without a type": body(b" \n<html>Sign in</html>"),
    "no HTTP": b"hello\r\n\r\n",
    "half an answer": OK + b"Content-Length: 10\r\n\r\n{}",
    "a redirect": (
        b"HTTP/1.1 308 Moved\r\nLocation: http://me:secret@x/\r\nContent-Length: 0\r\n\r\n"
    ),
    "not implemented": b"HTTP/1.1 501 No\r\nContent-Length: 0\r\n\r\n",
    "a portal in between": b"HTTP/1.1 511 Sign In\r\nContent-Length: 0\r\n\r\n",
    "gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", KEPT.values(), ids=KEPT.keys())
def test_what_does_not_say_that_batches_were_taken_keeps_them(
    tmp_path: Path, answer: bytes
) -> None:
    report = sent(tmp_path, answer)
    assert (report.delivered, report.waiting, report.refused) == (0, 4, ())
    assert report.failures[-1]
    assert "secret" not in report.failures[-1]


TAKEN = {
    "nothing": body(b""),
    "words": body(b"thank you", b"Content-Type: text/plain\r\n"),
    "JSON in gzip": body(gzip.compress(b'{"refused":[]}'), b"Content-Encoding: gzip\r\n" + JSON),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
}


@pytest.mark.parametrize("answer", TAKEN.values(), ids=TAKEN.keys())
def test_these_answers_say_that_batches_were_taken(tmp_path: Path, answer: bytes) -> None:
    assert sent(tmp_path, answer).delivered == 4


def test_an_answer_byte_by_byte_ends_with_the_time_of_a_request(tmp_path: Path) -> None:
    async def drip() -> None:
        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(OK + b"Content-Length: 1000\r\n\r\n")
            with suppress(OSError):
                while not writer.is_closing():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        destination = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        settings = PublishSettings(timeout=0.3, attempts=1)
        with Store(url(tmp_path)) as store:
            enqueue(store, destination, items(1))
            async with asyncio.timeout(20):
                report = await asyncio.to_thread(publish, store, destination, settings)
        server.close()
        await asyncio.sleep(0.2)
        assert (report.waiting, report.failures) == (1, ["TimeoutError"])

    asyncio.run(drip())


def test_a_chunk_that_is_too_large_is_sent_in_parts_and_one_batch_that_is_is_refused(
    tmp_path: Path,
) -> None:
    report = sent(tmp_path, b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    # Four, two and two, then each alone.
    assert (report.requests, len(report.refused), report.waiting) == (7, 4, 0)
    assert {refused.reason for refused in report.refused} == {"413 Too Large"}


@pytest.mark.parametrize("text", ["Fri, 31 Dec 99999999999 23:59:59 GMT", "9" * 400, "-1", ", ,"])
def test_no_pause_is_longer_than_five_minutes(text: str) -> None:
    assert 0 <= pause_in(httpx.Response(503, headers={"Retry-After": text})) <= 300


@pytest.mark.parametrize("status", [301, 302, 304, 401, 404, 406, 411, 415, 421, 431, 501, 505])
def test_these_answers_say_nothing_about_the_batches(status: int) -> None:
    with pytest.raises(DeniedError, match=str(status)):
        accepted(httpx.Response(status))


def test_a_redirect_names_the_new_address_without_a_password() -> None:
    moved = httpx.Response(301, headers={"Location": "https://me:secret@new.example/b"})
    assert reason_in(moved) == "301 Moved Permanently: moved to https://new.example/b; send there"


# Passwords in addresses

SECRET = "pa55word"
WITH_PASSWORD = f"http://me:{SECRET}@127.0.0.1:9/batches"


def test_a_password_in_an_address_is_used_and_neither_stored_nor_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "planner.db"
    with caplog.at_level(logging.DEBUG):
        given = ["publish", WITH_PASSWORD, "--attempts", "1", "--debug"]
        assert main([*given, "--database", f"sqlite:///{database}"]) == 0
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err + caplog.text
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("planner.db*"))
    assert SECRET.encode() not in stored
    found = destination_in(WITH_PASSWORD)
    assert found.address == "http://127.0.0.1:9/batches"
    # The name, a colon and the password, in base64.
    assert found.headers == {"Authorization": "Basic bWU6cGE1NXdvcmQ="}
    assert SECRET not in repr(found)


@pytest.mark.parametrize("bad", [f"ftp://me:{SECRET}@x", f"http://me:{SECRET}@x:port/"])
def test_a_wrong_address_is_told_without_its_password(bad: str) -> None:
    with pytest.raises(PlannerError, match="is not a URL") as told:
        destination_in(bad)
    assert SECRET not in str(told.value)


def test_what_would_be_stored_takes_no_password(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="which would be stored"):
        checked_destination(WITH_PASSWORD)
    with pytest.raises(PlannerError, match="which would be stored"):
        ServiceSettings(policy=policy("full"), destination=WITH_PASSWORD)
    with Store(url(tmp_path)) as store, pytest.raises(PlannerError, match="would be stored"):
        enqueue(store, WITH_PASSWORD, items(1))


def test_settings_do_not_show_the_headers_that_sign_in() -> None:
    assert SECRET not in repr(PublishSettings(headers={"Authorization": SECRET}))
