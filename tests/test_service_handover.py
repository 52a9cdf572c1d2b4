"""The service hands over what it releases: each batch once, whatever the network does."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.publish import Mes
from planner.errors import PlannerError
from planner.publish import PublishSettings
from planner.service import outgoing as service_handover
from planner.service import stored as service_tables
from planner.service.app import ServiceSettings, make_app
from planner.service.live_policies import PolicyName, ReleaseRules, Rule, live_policy
from planner.service.stored import ServiceState
from planner.store import Store
from tests.test_store import url

with warnings.catch_warnings():
    # It would rather have the successor of httpx, which nothing here needs.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SENDING = PublishSettings(chunk_size=5, rate=None, timeout=0.5, backoff=0.01, attempts=3)
PAIRS = live_policy(PolicyName.FULL, ReleaseRules(rule=Rule(size=2, wait=60)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def short_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_handover, "REST_SECONDS", 0.05)


@contextmanager
def service(store: Store, destination: str, **options: Any) -> Iterator[TestClient]:
    settings = ServiceSettings(policy=PAIRS, destination=destination, publishing=SENDING, **options)
    with TestClient(make_app(store, settings), base_url="http://localhost") as opened:
        yield opened


def take(http: TestClient, *names: str) -> None:
    orders = [{"order_id": name, "family": "red"} for name in names]
    assert http.post("/orders", json=orders).status_code == 200


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.02)


def figure(http: TestClient, name: str) -> float:
    lines = http.get("/metrics").text.splitlines()
    return float(
        next(line.split()[1] for line in lines if line.startswith(f"batch_planner_{name} "))
    )


def test_released_batches_arrive_once_at_a_server_that_fails_every_third_time(store: Store) -> None:
    mes = Mes(seed=4, faults=0.33, late=0.6)
    with mes.serving() as destination, service(store, destination) as http:
        for first in range(0, 60, 4):
            take(http, *(f"A-{number}" for number in range(first, first + 4)))
            time.sleep(0.03)
        until(lambda: len(mes.arrived) == 30)
    assert set(mes.arrived.values()) == {1}
    assert mes.failed.total() > 0


def test_what_is_flushed_while_stopping_is_handed_over_too(store: Store) -> None:
    mes = Mes(faults=0.0)
    with mes.serving() as destination:
        with service(store, destination) as http:
            take(http, "A", "B", "C")
        assert mes.arrived == {"released/1": 1, "released/2": 1}


def test_orders_are_taken_while_the_destination_is_down_and_arrive_once_it_is_up(
    store: Store,
) -> None:
    mes = Mes(faults=1.0, late=0.6)
    with mes.serving() as destination, service(store, destination) as http:
        take(http, "A", "B")
        until(lambda: figure(http, "undelivered_batches") == 1)
        take(http, "C", "D")
        until(lambda: figure(http, "undelivered_batches") == 2)
        (row,) = http.get("/handover").json()["destinations"]
        assert (row["delivered"], row["waiting"], row["refused"]) == (0, 2, 0)
        assert row["failure"]
        mes.faults = 0.0
        until(lambda: figure(http, "delivered_batches_total") == 2)
        (row,) = http.get("/handover").json()["destinations"]
        assert (row["delivered"], row["waiting"], row["failure"]) == (2, 0, None)
    assert set(mes.arrived.values()) == {1}


def test_the_next_process_hands_over_what_the_last_one_could_not(store: Store) -> None:
    mes = Mes(faults=0.0)
    with TestClient(
        make_app(store, ServiceSettings(policy=PAIRS)), base_url="http://localhost"
    ) as http:
        take(http, "A", "B")
    with mes.serving() as destination, service(store, destination):
        until(lambda: len(mes.arrived) == 1)
    assert mes.arrived == {"released/1": 1}


def test_a_refused_batch_is_listed_with_its_reason_and_stops_no_other(store: Store) -> None:
    mes = Mes(faults=0.0, refuses=frozenset({"released/1"}))
    with mes.serving() as destination, service(store, destination) as http:
        take(http, "A", "B", "C", "D")
        until(lambda: len(mes.arrived) == 1)
        until(lambda: figure(http, "refused_batches") == 1)
        (refused,) = http.get("/handover").json()["refused"]
    assert (refused["item"], refused["reason"]) == ("released/1", "no such machine")


def test_a_wrong_address_refuses_no_batch_they_are_kept(store: Store) -> None:
    mes = Mes(faults=0.0)
    with mes.serving() as destination:
        mes.denied = True
        with service(store, destination) as http:
            take(http, "A", "B")
            until(lambda: figure(http, "undelivered_batches") == 1)
            assert "403" in http.get("/handover").json()["destinations"][0]["failure"]
            mes.denied = False
            until(lambda: len(mes.arrived) == 1)
    assert service_tables.refused_batches(store) == []


def test_a_destination_that_is_no_url_is_refused_before_anything_is_taken() -> None:
    with pytest.raises(PlannerError, match="is not a URL such as"):
        ServiceSettings(policy=PAIRS, destination="mes.example")


def test_it_is_known_whether_the_service_runs_and_what_it_does(store: Store) -> None:
    assert service_tables.service_note(store) is None
    with service(store, "http://127.0.0.1:9/batches"):
        note = service_tables.service_note(store)
        assert note is not None
        assert (note.state, note.policy) == (ServiceState.RUNNING, "2 orders")
        assert note.destination == "http://127.0.0.1:9/batches"
    stopped = service_tables.service_note(store)
    assert stopped is not None
    assert stopped.state == ServiceState.STOPPED


def test_totals_count_what_waits_and_what_was_released(store: Store) -> None:
    assert service_tables.totals(store) == {"waiting": 0, "batches": 0, "orders": 0}
    with TestClient(
        make_app(store, ServiceSettings(policy=PAIRS, flush=False)), base_url="http://localhost"
    ) as http:
        take(http, "A", "B", "C")
    assert service_tables.totals(store) == {"waiting": 1, "batches": 1, "orders": 2}


def test_the_destination_gets_the_orders_as_they_were_sent(store: Store) -> None:
    mes = Mes(faults=0.0)
    with mes.serving() as destination, service(store, destination) as http:
        take(http, "A", "B")
        until(lambda: len(mes.arrived) == 1)
    assert [order["order_id"] for order in mes.bodies[0]["batches"][0]["orders"]] == ["A", "B"]
