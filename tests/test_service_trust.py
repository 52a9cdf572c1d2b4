"""One bad client harms nobody: the service under requests, databases and clocks that misbehave."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy.exc import OperationalError

from planner.errors import PlannerError
from planner.publish.items import enqueue_released
from planner.service import claim as claims
from planner.service import desk as desks
from planner.service.app import ServiceSettings, make_app
from planner.service.buffers import MOST_IDLE, RATE_SECONDS, BufferKey, Buffers, Waiting
from planner.service.claim import Claim, ClaimLostError
from planner.service.connections import GuardedProtocol, Patience
from planner.service.desk import Room, passed
from planner.service.ledger import Ledger, Work
from planner.service.live_policies import PolicyName, ReleaseRules, Rule, all_releases, live_policy
from planner.service.posted_orders import arrivals_in
from planner.service.quiet import Quiet
from planner.service.stored import (
    ServiceState,
    batch_with_orders,
    released_batches,
    service_note,
)
from planner.store import Store, StoreError
from tests.test_files import no_room
from tests.test_service import client, order, policy, store

__all__ = ["store"]  # a fixture

Http = Any
JSON = {"content-type": "application/json"}
BAD_BODIES = {
    "a half of a surrogate pair": b'{"orders":["A\\ud800"]}',
    "a half of a pair in a name": b'{"orders":[],"\\udc00":1}',
    "a number beyond doubles": b'{"orders":["A"],"n":1e400}',
    "infinity": b'{"orders":["A"],"n":Infinity}',
    "a name twice": b'{"orders":["A"],"orders":["B"]}',
    "very deep": b'{"orders":["A"],"n":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep": b'{"orders":["A"],"n":' + b"[" * 70 + b"]" * 70 + b"}",
    "many digits": b'{"orders":["A"],"n":' + b"9" * 5000 + b"}",
    "another encoding": '{"orders":["A"]}'.encode("utf-16"),
    "bytes that are no UTF-8": b'{"orders":["\xed\xa0\x80"]}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
@pytest.mark.parametrize("path", ["/orders", "/completions"])
def test_what_no_strict_reader_takes_is_refused_and_told(
    store: Store, path: str, body: bytes
) -> None:
    with client(store, policy("full")) as http:
        answer = http.post(path, content=body, headers=JSON)
        assert answer.status_code in (400, 422)
        assert answer.json()["details"][0]["message"]
        assert http.post("/orders", json=order("A")).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "A\x00", "A\n", "x" * 201, 7, None])
def test_the_names_of_finished_orders_are_checked(store: Store, name: Any) -> None:
    with client(store, policy("full")) as http:
        answer = http.post("/completions", json={"orders": ["A", name]})
        assert answer.status_code == 422
        assert answer.json()["details"][0]["index"] == 1


def test_names_that_are_not_known_are_told(store: Store) -> None:
    with client(store, policy("full")) as http:
        http.post("/orders", json=order("A"))
        answer = http.post("/completions", json={"orders": ["A", "B"]})
    assert answer.json() == {"orders": 2, "unknown": ["B"]}


class Broken:
    """A ledger that cannot store one order, as a database may find something in it."""

    def __init__(self, ledger: Ledger, error: Exception) -> None:
        self._ledger, self._error = ledger, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def carry_out(self, work: Work, now: float) -> Any:
        if any(item.order == "bad" for request in work.requests for item in request):
            raise self._error
        return self._ledger.carry_out(work, now)


def test_one_request_that_cannot_be_stored_fails_alone(store: Store) -> None:
    with client(store, policy("full", size=99), flush=False) as http:
        http.post("/orders", json=order("before"))
    found, desk = gathered(store, ValueError("secret"), "A", "bad", "B")
    assert [type(each).__name__ for each in found] == ["tuple", "RefusedRequestError", "tuple"]
    assert "secret" not in str(found[1])
    assert desk.buffers.waiting == 3


def gathered(store: Store, error: Exception, *names: str) -> tuple[list[Any], desks.ReleaseDesk]:
    """Return what became of orders that gathered for one transaction, and the desk."""

    async def send() -> tuple[list[Any], desks.ReleaseDesk]:
        broken: Any = Broken(Ledger(store), error)
        desk = desks.ReleaseDesk(broken, policy("full", size=99))
        desk.open()
        arrivals = [arrivals_in(json.dumps(order(name)).encode(), "", {}, 9) for name in names]
        found = await asyncio.gather(*map(desk.accept, arrivals), return_exceptions=True)
        for _ in range(300):
            if desk.is_healthy:
                break
            await asyncio.sleep(0.02)
        await desk.close(flush=False)
        return found, desk

    return asyncio.run(send())


def test_no_answer_says_what_the_database_said(store: Store) -> None:
    error = OperationalError("INSERT INTO release_orders", {"content": "secret"}, Exception("x"))
    found, _ = gathered(store, error, "A", "bad")
    for each in found:
        assert str(each) == "the store does not answer"


def test_an_order_is_never_acknowledged_into_a_deleted_database(
    tmp_path: Path, store: Store
) -> None:
    with suppress(PlannerError), client(store, policy("full"), flush=False) as http:
        assert http.post("/orders", json=order("A")).status_code == 200
        assert http.get("/health/ready").status_code == 200
        (tmp_path / "planner.db").rename(tmp_path / "gone.db")
        assert http.post("/orders", json=order("B")).status_code == 503
        assert http.get("/health").json()["status"] == "failed"
        assert http.get("/health/live").status_code == 200
        (tmp_path / "gone.db").rename(tmp_path / "planner.db")
        until(lambda: http.get("/health").status_code == 200)
        assert http.post("/orders", json=order("B")).status_code == 200


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.02)


def test_a_database_that_cannot_be_written_fails_health_before_anybody_sends(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.05)
    with client(store, policy("full"), flush=False) as http:
        http.post("/orders", json=order("A"))
        monkeypatch.setattr(Ledger, "carry_out", _read_only)
        monkeypatch.setattr(Ledger, "restored", _read_only)
        until(lambda: http.get("/health").status_code == 503)
        monkeypatch.undo()
        until(lambda: http.get("/health").status_code == 200)
        assert http.get("/health").json()["waiting"] == 1


def test_a_full_disk_is_told_and_the_service_goes_on_once_there_is_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "REST_SECONDS", 0.05)
    with client(store, policy("full"), flush=False) as http:
        assert http.post("/orders", json=order("A")).status_code == 200
        with no_room(8192):
            assert http.post("/orders", json=order("B")).status_code == 503
            time.sleep(0.3)
            assert http.get("/health").status_code == 503
        until(lambda: http.get("/health").status_code == 200)
        assert http.post("/orders", json=order("B")).status_code == 200
        until(lambda: http.get("/health").json()["waiting"] == 0)
    assert [row["orders"] for row in released_batches(store)] == [2]


def _read_only(*_given: Any) -> None:
    raise OperationalError("x", {}, Exception("attempt to write a readonly database"))


def test_completions_count_against_the_room(store: Store) -> None:
    room = Room(pending=2)

    async def send() -> list[Any]:
        desk = desks.ReleaseDesk(Ledger(store), policy("full"), room=room)
        desk.open()
        sent = [desk.finish(("A", "B")), desk.finish(("C",))]
        found = await asyncio.gather(*sent, return_exceptions=True)
        await desk.close(flush=False)
        return found

    first, second = asyncio.run(send())
    assert first == ("A", "B")
    assert isinstance(second, desks.BusyError)


def test_a_place_is_not_lost_when_an_order_is_finished_before_it_is_released(
    store: Store,
) -> None:
    places = policy("continuous", size=1)
    with client(store, places, flush=False) as http:
        http.post("/orders", json=[order("A"), order("B"), order("C")])
        http.post("/completions", json={"orders": ["B"]})  # A is inside, B and C wait
    with client(store, places, flush=False) as http:
        http.post("/completions", json={"orders": ["A"]})
        until(lambda: http.get("/orders/C").json()["batch"] == 3)
    batches = [batch_with_orders(store, number) for number in (1, 2, 3)]
    assert [batch["order_ids"] for batch in batches if batch] == [["A"], ["B"], ["C"]]


# Claims


def foreign(store: Store, **fields: Any) -> None:
    """Store a claim of a process in another namespace, of which nobody here can tell."""
    there = {"host": "box pid:[1]", "pid": 1, "start": "x", "token": "t", "beat": time.time()}
    store.set_setting(claims.OWNER, json.dumps(there | fields))


def test_a_silent_claim_of_another_container_is_taken_over(store: Store) -> None:
    foreign(store)
    slept: list[float] = []
    claim = Claim(store, sleep=slept.append)
    assert sum(slept) == claims.SILENCE_SECONDS
    claim.give_back()
    assert store.setting(claims.OWNER) is None


def test_a_beating_claim_of_another_container_is_respected(store: Store) -> None:
    foreign(store)
    with pytest.raises(StoreError, match="process 1 on box releases"):
        Claim(store, sleep=lambda _: foreign(store, beat=time.time()))


def test_a_stopping_process_leaves_the_claim_of_its_successor(store: Store) -> None:
    first = Ledger(store)
    second = Ledger(store, take_over=True)
    with pytest.raises(ClaimLostError, match="another process releases"):
        first.carry_out(Work(), time.time())
    first.close()
    assert store.setting(claims.OWNER) is not None
    second.carry_out(Work(), time.time())
    second.close()


def test_a_service_that_lost_its_claim_says_so_and_stores_nothing_more(store: Store) -> None:
    with suppress(ClaimLostError), client(store, policy("full"), flush=False) as http:
        successor = Ledger(store, take_over=True)
        assert http.post("/orders", json=order("A")).status_code == 503
        until(lambda: http.get("/health/live").status_code == 503)
        successor.close()
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM release_orders").scalar()
    assert rows == 0


def test_a_crash_elsewhere_shows_once_its_claim_is_silent(store: Store) -> None:
    store.set_setting("release service settings", '{"policy": "p", "destination": null}')
    foreign(store)
    assert getattr(service_note(store), "state", None) == ServiceState.RUNNING
    foreign(store, beat=time.time() - 100)
    assert getattr(service_note(store), "state", None) == ServiceState.CRASHED


# Clocks


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def local(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("at", "before", "now", "is_over"),
    [
        ("14:00", "2026-03-10T13:59:59", "2026-03-10T14:00:00", True),
        ("14:00", "2026-03-10T14:00:00", "2026-03-10T14:00:01", False),
        # On 29 March the clock goes from 02:00 to 03:00: half past two is half past three.
        ("02:30", "2026-03-29T01:59:59", "2026-03-29T03:30:00", True),
        ("02:30", "2026-03-29T03:30:00", "2026-03-29T05:00:00", False),
        # A stall over midnight, and a night of sleep.
        ("23:59", "2026-03-10T23:58:00", "2026-03-11T00:01:00", True),
        ("22:00", "2026-03-10T18:00:00", "2026-03-11T07:00:00", True),
        ("12:00", "2026-03-10T18:00:00", "2026-03-11T07:00:00", False),
        ("12:00", "2026-03-10T18:00:00", "2026-03-14T07:00:00", True),
        # The clock was set back.
        ("12:00", "2026-03-10T12:30:00", "2026-03-10T11:30:00", False),
    ],
)
def test_a_time_of_day_passes_once_whatever_the_clock_does(
    at: str, before: str, now: str, is_over: bool
) -> None:
    assert passed(time_of_day.fromisoformat(at), local(before), local(now)) is is_over


# Buffers


def test_continuous_is_linear_in_the_families_that_wait() -> None:
    def calls(families: int) -> int:
        counted = 0

        class Counting(dict[int, Waiting]):
            def values(self) -> Any:
                nonlocal counted
                counted += 1
                return super().values()

        buffers = Buffers()
        for number in range(families):
            key = BufferKey(f"family {number}", "M1")
            buffers.add(Waiting(number, str(number), key, float(number)))
        for buffer in buffers:
            buffer.orders = Counting(buffer.orders)
        all_releases(policy("continuous", size=1, wait=1e6), buffers, buffers, 1e5)
        return counted

    assert calls(200) < 3 * calls(100)


def test_empty_buffers_are_dropped_once_their_rate_says_nothing() -> None:
    buffers = Buffers()
    for number in range(3):
        item = Waiting(number, str(number), BufferKey(str(number), ""), 0.0)
        buffers.add(item)
        buffers.take([item])
    buffers.drop_idle(RATE_SECONDS)
    assert len(list(buffers)) == 3
    buffers.drop_idle(4 * RATE_SECONDS)
    assert list(buffers) == []
    for number in range(MOST_IDLE + 5):
        buffers.of(BufferKey(str(number), ""))
    buffers.drop_idle(0.0)
    assert len(list(buffers)) == MOST_IDLE


# Connections


def serving(store: Store, work: Callable[[int], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Run `work` with the port of a service on a guarded socket."""

    async def run() -> None:
        settings = ServiceSettings(policy=policy("full"), flush=False, **options)
        app = make_app(store, settings)
        server = uvicorn.Server(
            uvicorn.Config(app, port=0, http=GuardedProtocol, log_level="critical")
        )
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            await work(port)
        finally:
            server.should_exit = True
            await task

    asyncio.run(run())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "patience", Patience(head=0.3, body=0.3, answer=5.0))


HEAD = b"POST /orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
DRAWN_OUT = {
    "says nothing": b"",
    "never ends its head": b"GET /health HTTP/1.1\r\nhost: loc",
    "never ends its body": HEAD + b"content-length: 1000\r\n\r\n{",
    "has a head without end": b"GET /health HTTP/1.1\r\n" + b"x: " + b"a" * 100_000,
    "has an address without end": b"GET /" + b"a" * 100_000,
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", DRAWN_OUT.values(), ids=DRAWN_OUT.keys())
def test_a_client_that_draws_out_a_request_is_cut_off(store: Store, sent: bytes) -> None:
    async def draw_out(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with suppress(ConnectionError):
            async with asyncio.timeout(10):
                await reader.read()
        writer.close()

    serving(store, draw_out)


async def asked(port: int, path: str = "/health") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


def test_idle_connections_make_room_for_those_who_ask(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GuardedProtocol, "most", 5)

    async def crowd(port: int) -> None:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        assert b" 200 " in await asked(port)
        for _, writer in held:
            writer.close()

    serving(store, crowd)


def test_unfinished_bodies_hold_so_many_bytes_together(store: Store) -> None:
    async def fill(port: int) -> None:
        writers = []
        for _ in range(4):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"content-length: 900000\r\n\r\n" + b" " * 300_000)
            writers.append((reader, writer))
        answers = [asyncio.create_task(reader.readline()) for reader, _ in writers]
        done, _ = await asyncio.wait(answers, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        assert any(b" 503 " in task.result() for task in done)
        assert b" 200 " in await asked(port)
        for task in answers:
            task.cancel()
        for _, writer in writers:
            writer.close()

    serving(store, fill, most_unfinished=1_000_000)


@pytest.mark.parametrize(
    "path", ["/orders/%ED%A0%80", "/batches/" + "9" * 5000, "/batches?after=" + "9" * 30, "/x"]
)
def test_an_address_that_names_nothing_is_told_in_json(store: Store, path: str) -> None:
    with client(store, policy("full")) as http:
        answer = http.get(path)
    assert answer.status_code in (404, 422)
    assert answer.json()["error"]


def test_logs_say_the_same_thing_once_a_minute() -> None:
    now = [0.0]
    quiet = Quiet(clock=lambda: now[0])

    def logged() -> str | None:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "it failed", None, None)
        return record.getMessage() if quiet.filter(record) else None

    assert [logged(), logged(), logged()] == ["it failed", None, None]
    now[0] = 61.0
    assert logged() == "it failed (2 times more within the last minute)"


def test_an_address_for_others_must_be_meant() -> None:
    chosen = live_policy(PolicyName.FULL, ReleaseRules(rule=Rule()))
    with pytest.raises(PlannerError, match=r"anybody who can reach 0\.0\.0\.0 could send orders"):
        ServiceSettings(policy=chosen, host="0.0.0.0")
    assert not ServiceSettings(policy=chosen, host="0.0.0.0", is_open_to_network=True).is_local
    with pytest.raises(PlannerError, match="is not an address to listen on"):
        ServiceSettings(policy=chosen, host="nowhere.example")


def test_what_earlier_versions_took_as_infinity_harms_no_other_order(store: Store) -> None:
    with client(store, policy("full", size=1), flush=False) as http:
        http.post("/orders", json=[order("A", quantity=1)])
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE release_orders SET content = replace(content, '\"quantity\":1', "
            "'\"quantity\":Infinity')"
        )
    assert enqueue_released(store, "http://mes") == 1
    with store.engine.connect() as connection:
        (payload,) = connection.exec_driver_sql("SELECT payload FROM outbox").one()
    assert json.loads(payload, parse_constant=pytest.fail)["orders"][0]["quantity"] is None


def test_a_process_of_this_machine_is_asked_and_not_watched(store: Store) -> None:
    Claim(store)

    def never(_seconds: float) -> None:
        raise AssertionError("it is known that the process lives")

    with pytest.raises(StoreError, match=f"process {os.getpid()} on"):
        Claim(store, sleep=never)
