"""Publishing delivers each batch exactly once, whatever the network does."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from benchmarks.publish import Mes, items, published
from planner.errors import PlannerError, TryAgainError
from planner.publish import PublishSettings, RefusedItem, enqueue_released, publish
from planner.publish.answers import accepted, pause_in
from planner.publish.outbox import (
    chunk,
    enqueue,
    make_chunks,
    refusals,
    release_refused,
    waiting_chunks,
)
from planner.publish.pace import Pace
from planner.store import Store
from tests.test_store import url

FAST = PublishSettings(chunk_size=3, rate=None, timeout=5, backoff=0.01, attempts=2)


def test_every_batch_arrives_once_though_one_request_of_three_fails(tmp_path: Path) -> None:
    mes = Mes(seed=3, faults=0.33, late=0.6)
    with mes.serving():
        report, _ = published(tmp_path, mes, count=300, chunk=10)
    assert mes.failed.total() > 0
    assert set(mes.arrived.values()) == {1}
    assert (len(mes.arrived), report.delivered, report.waiting) == (300, 300, 0)


def test_what_could_not_be_delivered_is_sent_the_next_time_under_the_same_key(
    tmp_path: Path,
) -> None:
    with Store(url(tmp_path)) as store, Mes(faults=1.0, late=0.0).serving() as destination:
        enqueue(store, destination, items(4))
        make_chunks(store, destination, 3)
        keys = [chunk(store, number).key for number in waiting_chunks(store, destination)]
        report = publish(store, destination, FAST)
        assert (report.delivered, report.waiting, report.is_complete) == (0, 4, False)
        assert len(report.failures) == 2
        assert [chunk(store, n).key for n in waiting_chunks(store, destination)] == keys


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_arrives_twice(
    tmp_path: Path,
) -> None:
    mes = Mes(faults=0.0)
    with Store(url(tmp_path)) as store, mes.serving() as destination:
        enqueue(store, destination, items(3))
        make_chunks(store, destination, 3)
        (number,) = waiting_chunks(store, destination)
        sent = chunk(store, number)
        # The process was killed after this answer and before it was noted.
        httpx.post(destination, content=sent.body, headers={"Idempotency-Key": sent.key})
        report = publish(store, destination, FAST)
    assert mes.requests == 2
    assert (set(mes.arrived.values()), report.delivered) == ({1}, 3)


def test_what_is_refused_is_listed_with_the_reason_and_may_be_sent_again(tmp_path: Path) -> None:
    mes = Mes(faults=0.0, refuses=frozenset({"batch/1"}))
    with Store(url(tmp_path)) as store, mes.serving() as destination:
        enqueue(store, destination, items(4))
        report = publish(store, destination, FAST)
        assert (report.delivered, report.is_complete) == (3, False)
        assert report.refused == (RefusedItem(item="batch/1", reason="no such machine"),)
        mes.refuses = frozenset()
        assert release_refused(store, destination) == 1
        assert publish(store, destination, FAST).delivered == 1
        assert refusals(store, destination) == ()
    assert mes.arrived.total() == 4


def test_the_same_batches_are_put_into_the_outbox_once(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store:
        assert enqueue(store, "http://mes", items(2)) == 2
        assert enqueue(store, "http://mes", items(3)) == 1
        assert enqueue(store, "http://other", items(2)) == 2
        assert enqueue_released(store, "http://mes") == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("Mon, 01 Jan 2029 00:00:09 GMT", 9), ("soon", 0), ("", 0), ("9999999", 300)],
)
def test_retry_after_is_a_number_or_a_date_and_has_a_limit(text: str, seconds: float) -> None:
    answer = httpx.Response(429, headers={"Retry-After": text})
    assert pause_in(answer, datetime(2029, 1, 1, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503, 520])
def test_these_answers_mean_try_again(status: int) -> None:
    with pytest.raises(TryAgainError, match=str(status)):
        accepted(httpx.Response(status))


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (202, True), (400, False), (422, False)]
)
def test_these_answers_are_final(status: int, taken: bool) -> None:
    assert accepted(httpx.Response(status)) is taken


def test_requests_keep_their_distance_and_a_pause_holds_all_of_them() -> None:
    # Two a second: the second 0.5 s after the first; then all pause for 3 s.
    now, went = [0.0], []

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async def send() -> None:
        pace = Pace(2.0, clock=lambda: now[0], sleep=sleep)
        for number in range(3):
            await pace.turn()
            went.append(now[0])
            if number == 1:
                pace.pause(3.0)

    asyncio.run(send())
    assert went == [0.0, 0.5, 3.5]


@pytest.mark.parametrize("bad", ["mes.example", "ftp://mes", "http://"])
def test_a_destination_is_a_url(tmp_path: Path, bad: str) -> None:
    with Store(url(tmp_path)) as store, pytest.raises(PlannerError, match="is not a URL such as"):
        publish(store, bad, FAST)


def test_settings_that_send_nothing_are_refused() -> None:
    with pytest.raises(PlannerError, match="chunk_size is 0; give more than 0"):
        PublishSettings(chunk_size=0)
