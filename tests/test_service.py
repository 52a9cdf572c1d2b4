"""The live service keeps what it acknowledges, once, and says plainly what it does not take."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks import soak
from benchmarks.kills import kill_again_and_again
from planner.errors import StoreError
from planner.publish import enqueue_released
from planner.service import stored as service_tables
from planner.service.app import ServiceSettings, make_app
from planner.service.buffers import BufferKey, Buffers, Waiting
from planner.service.desk import Room
from planner.service.ledger import Ledger
from planner.service.live_policies import (
    LivePolicy,
    PolicyName,
    Reason,
    ReleaseRules,
    Rule,
    all_releases,
    live_policy,
)
from planner.store import Store
from tests.test_store import url

with warnings.catch_warnings():
    # It would rather have the successor of httpx, which nothing here needs.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

RED, BLUE = BufferKey("red", "M1"), BufferKey("blue", "M1")


def policy(name: str, size: int = 2, wait: float = 60, **capacity: int) -> LivePolicy:
    limits = {dimension: Decimal(most) for dimension, most in capacity.items()}
    return live_policy(
        PolicyName(name), ReleaseRules(rule=Rule(size=size, wait=wait), capacity=limits)
    )


@contextmanager
def client(store: Store, chosen: LivePolicy, **options: Any) -> Iterator[TestClient]:
    app = make_app(store, ServiceSettings(policy=chosen, **options))
    with TestClient(app, base_url="http://localhost") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


def order(name: str, family: str = "red", **fields: Any) -> dict[str, Any]:
    return {"order_id": name, "family": family, **fields}


def test_the_same_order_gets_the_same_answer_and_another_under_its_id_a_conflict(
    store: Store,
) -> None:
    with client(store, policy("full")) as http:
        first = http.post("/orders", json=order("A"))
        assert http.post("/orders", json=order("A")).json() == first.json()
        other = http.post("/orders", json=order("A", quantity=2))
    assert other.status_code == 409
    assert other.json()["details"][0]["value"] == "A"


def test_buffers_and_batches_are_found_again_by_the_next_process(store: Store) -> None:
    with client(store, policy("full"), flush=False) as http:
        lines = "\n".join(json.dumps(order(name)) for name in "ABC")
        http.post("/orders", content=lines, headers={"content-type": "application/x-ndjson"})
    # A and B make a batch of two, C waits.
    with client(store, policy("full"), flush=False) as http:
        assert http.get("/health").json()["waiting"] == 1
        assert http.get("/batches/1").json()["order_ids"] == ["A", "B"]
        http.post("/orders", json=order("D"))
    assert [row["orders"] for row in service_tables.released_batches(store)] == [2, 2]
    assert len(service_tables.waiting_times(store)) == 4
    assert service_tables.waiting_buffers(store) == []
    assert enqueue_released(store, "http://mes") == 2


def test_stopping_releases_what_waits(store: Store) -> None:
    with client(store, policy("full", size=9)) as http:
        http.post("/orders", json=[order("A"), order("B", "blue")])
    reasons = [row["reason"] for row in service_tables.released_batches(store)]
    assert reasons == [Reason.FLUSH, Reason.FLUSH]


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        (order(""), "order_id", "is missing"),
        ({"order_id": "A"}, "family", "is missing"),
        (order("A", quantity="x"), "quantity", "is not a number"),
        (order("A", quantity=True), "quantity", "is not a number"),
        (order("A"), "size_kg", "is missing, and so is quantity"),
        (order("A", size_kg=11), "size_kg", "is more than a batch may hold: 10 kg"),
        (order("A", quantity=1, due="2027-01-01T00:00"), "due", "has no zone"),
        (order("A", quantity=1, due="0001-01-01T00:00+14:00"), "due", "is not"),
        (order("A\x00", quantity=1), "order_id", "cannot be printed"),
        (7, "", "is not an object"),
    ],
)
def test_a_wrong_order_is_refused_by_field_and_value(
    store: Store, sent: Any, field: str, message: str
) -> None:
    with client(store, policy("full", kg=10)) as http:
        answer = http.post("/orders", json=[order("fine", quantity=1), sent])
        assert answer.status_code == 422
        (detail,) = answer.json()["details"]
        assert (detail["index"], detail["field"]) == (1, field)
        assert message in detail["message"]
        assert http.get("/orders/fine").status_code == 404


@pytest.mark.parametrize(
    ("options", "status"),
    [({"room": Room(waiting=1)}, 429), ({"most_bytes": 20}, 413), ({"most_orders": 1}, 413)],
)
def test_more_than_there_is_room_for_is_not_taken(
    store: Store, options: dict[str, Any], status: int
) -> None:
    with client(store, policy("full"), **options) as http:
        answer = http.post("/orders", json=[order("A"), order("B")])
        assert answer.status_code == status
        assert ("retry-after" in answer.headers) == (status == 429)


def test_a_page_in_a_browser_cannot_send_orders(store: Store) -> None:
    with client(store, policy("full")) as http:
        text = {"content-type": "text/plain"}
        assert http.post("/orders", content=b"{}", headers=text).status_code == 415
        assert http.get("/health", headers={"host": "evil.example"}).status_code == 400


def test_figures_are_in_the_format_of_prometheus(store: Store) -> None:
    with client(store, policy("full")) as http:
        http.post("/orders", json=order("A"))
        text = http.get("/metrics").text
    assert "batch_planner_orders_total 1.0" in text
    assert "batch_planner_waiting_orders 1.0" in text


def test_a_finished_order_gives_its_place_to_the_next_also_after_a_restart(store: Store) -> None:
    places = policy("continuous", size=1)
    with client(store, places, flush=False) as http:
        http.post("/orders", json=[order("A"), order("B")])
    with client(store, places, flush=False) as http:
        assert http.get("/orders/B").json()["batch"] is None
        http.post("/completions", json={"orders": ["A"]})
    assert [row["orders"] for row in service_tables.released_batches(store)] == [1, 1]


def test_only_one_process_releases(store: Store) -> None:
    ledger = Ledger(store)
    with pytest.raises(StoreError, match="releases from this database"):
        Ledger(store)
    Ledger(store, take_over=True).close()
    ledger.close()


def waiting(*orders: Waiting) -> Buffers:
    buffers = Buffers()
    for item in orders:
        buffers.add(item)
    return buffers


def released(chosen: LivePolicy, buffers: Buffers, now: float) -> list[tuple[str, list[int]]]:
    found = all_releases(chosen, buffers, buffers, now)
    return [(reason, [item.number for item in items]) for reason, items in found]


def test_a_batch_is_filled_by_load_passing_over_what_does_not_fit() -> None:
    sizes = [6, 5, 4]
    orders = [
        Waiting(n, str(n), RED, 0.0, None, (Decimal(size),)) for n, size in enumerate(sizes, 1)
    ]
    # 6 + 5 is above 10, 6 + 4 is not; 5 alone is not full.
    assert released(policy("full", size=9, kg=10), waiting(*orders), 0.0) == [("full", [1, 3])]


def test_a_time_out_releases_what_has_waited_long_enough() -> None:
    buffers = waiting(Waiting(1, "A", RED, 100.0), Waiting(2, "B", BLUE, 101.0))
    assert released(policy("timeout"), buffers, 159.9) == []
    assert released(policy("timeout"), buffers, 160.0) == [("time-out", [1])]


def test_adaptive_waits_for_more_when_orders_come_fast_and_leaves_when_a_due_date_presses() -> None:
    slow = waiting(Waiting(1, "A", RED, 0.0), Waiting(2, "B", RED, 0.1))
    # 2 orders / 600 s * 60 s = 0.2 orders: the target is the least, two.
    assert released(policy("by-rate", size=99), slow, 0.2) == [("target size", [1, 2])]
    fast = waiting(*(Waiting(n, str(n), RED, n / 100) for n in range(1, 51)))
    # 50 / 600 * 600 = 50, after a discount of less than one order.
    assert released(policy("by-rate", size=99, wait=6000), fast, 0.5) == []
    due = waiting(Waiting(1, "A", RED, 0.0, due=30.0))
    assert released(policy("by-rate"), due, 29.0) == []
    assert released(policy("by-rate"), due, 30.0) == [("due date", [1])]


def test_places_are_kept_for_one_family_until_another_has_waited_too_long() -> None:
    buffers = waiting(Waiting(1, "A", RED, 0.0), Waiting(2, "B", BLUE, 1.0))
    chosen = policy("continuous", size=2)
    assert released(chosen, buffers, 1.0) == [("free place", [1])]
    buffers.add(Waiting(3, "C", RED, 2.0))
    assert released(chosen, buffers, 61.0) == []  # blue has waited 60 s: red runs empty
    buffers.leave(["A"])
    assert released(chosen, buffers, 62.0) == [("free place", [2])]


def test_sigkill_under_load_loses_no_acknowledged_order_and_releases_none_twice(
    tmp_path: Path,
) -> None:
    found = kill_again_and_again(tmp_path, times=3, seed=5, most_seconds=0.3)
    assert len(found.acknowledged) > 0
    assert (found.lost, found.twice) == (0, 0)
    assert (found.undelivered, found.delivered_twice) == (0, 0)
    assert min(found.released, found.batches) > 0


@pytest.mark.slow
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, times=50, seed=6)
    assert (found.kills, found.lost, found.twice) == (50, 0, 0)
    assert (found.undelivered, found.delivered_twice) == (0, 0)


def test_clients_that_misbehave_harm_no_honest_order_and_a_backup_meanwhile_has_what_was_before(
    tmp_path: Path,
) -> None:
    found = soak.soak(tmp_path, seconds=6, honest=20, bad=5, trouble=soak.backed_up)
    assert len(found.before_backup) >= 50
    assert len(found.acknowledged) > len(found.before_backup)
    assert (found.lost, found.twice, found.lost_by_restore) == (0, 0, 0)
    assert found.statuses.keys() == {200}


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [soak.full_disk, soak.not_writable])
def test_a_disk_that_takes_nothing_for_a_while_loses_no_acknowledged_order(
    tmp_path: Path, trouble: soak.Trouble
) -> None:
    found = soak.soak(tmp_path, seconds=12, honest=20, bad=5, trouble=trouble)
    assert (found.lost, found.twice) == (0, 0)
    assert found.statuses.keys() == {200, 503}
    assert found.health.keys() == {200, 503}
