"""The Release page beside a service that runs in a process of its own."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from benchmarks.publish import Mes
from planner.store import Store
from tests.browser.serving import release_service, settle


def send(service: str, *orders: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    body = json.dumps(list(orders)).encode()
    with urlopen(Request(f"{service}/orders", body, headers), timeout=5) as answer:
        assert answer.status == 200


def order(name: str, family: str, machines: str = "DYE-1|DYE-2") -> dict[str, Any]:
    return {"order_id": name, "family": family, "eligible_machines": machines}


@pytest.fixture
def live(page: Page, address: str) -> Page:
    page.goto(f"{address}/release")
    settle(page)
    page.get_by_role("radio", name="Live service").or_(
        page.get_by_role("button", name="Live service")
    ).first.click()
    settle(page)
    return page


def test_the_release_page_follows_a_service_in_another_process(
    live: Page, database: str, store: Store
) -> None:
    expect(live.get_by_text("No release service yet")).to_be_visible()
    mes = Mes(faults=0.0, refuses=frozenset({"released/1"}))
    with mes.serving() as url:
        options = ("--size", "2", "--keep-buffers", "--publish", url)
        with release_service(database, *options) as service:
            expect(live.get_by_text("Running.")).to_be_visible()
            send(service, order("L-1", "red"), order("L-2", "red"), order("L-3", "blue"))
            # The page looks by itself: nobody loads it again.
            expect(live.locator(".card", has_text="Waiting")).to_contain_text("1 order")
            expect(live.locator(".card", has_text="Released")).to_contain_text("1 batch")
            expect(live.locator(".card", has_text="Handed over")).to_contain_text("1 refused")
            expect(live.get_by_text("0 delivered, 0 on the way, 1 refused")).to_be_visible()
        expect(live.get_by_text("Stopped.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_live_view_fits_the_window(live: Page, width: int) -> None:
    live.set_viewport_size({"width": width, "height": 844})
    settle(live)
    sizes = live.locator(".stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert sizes[0] <= sizes[1]


def test_the_live_view_is_kept_in_the_address(live: Page) -> None:
    live.reload()
    settle(live)
    expect(live.get_by_text("What if")).to_be_visible()
    assert "show=Live" in live.url
