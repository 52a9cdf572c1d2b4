"""Every page can be read and used by everybody: what axe finds serious, there is none of."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from planner.reader import read_tables
from planner.store import RunOptions, Store
from scenarios import sample_path
from tests.browser.serving import settle

PAGES = ("", "data", "plan", "schedule", "compare", "export", "release")
GRAVE = ("serious", "critical")
FORMS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def planned(address: str, store: Store) -> str:
    """Return the address of a scenario that has a plan."""
    row = store.add_scenario("Accessible", read_tables(sample_path("tiny-route")))
    run = store.start_run(row.id, RunOptions(method="earliest due date"))
    return f"scenario={row.id}&plan={run.id}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_nothing_serious_in_both_themes_and_widths(
    page: Page, address: str, planned: str, path: str
) -> None:
    page.goto(f"{address}/{path}?{planned}")
    found: list[tuple[int, str, str, str]] = []
    for width, scheme in FORMS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        settle(page)
        response: dict[str, Any] = Axe().run(page).response
        found += [
            (width, scheme, violation["id"], node["html"][:200])
            for violation in response["violations"]
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]
    assert found == []
