"""What every page must look like: readable, reachable by keys, and still while a run goes on."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from planner.reader import read_tables
from planner.store import RunOptions, Store
from scenarios import sample_path
from tests.browser.serving import settle
from tests.browser.test_dashboard import LONG, PAGES, nothing_goes_on, until  # noqa: F401 (a fixture)

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
# Keeps what was moved, and by how many pixels, by something else than the user.
WATCH = """() => {
  window.moved = [];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) entry.sources.forEach(({ node, previousRect, currentRect }) => {
      const [a, b] = [previousRect, currentRect];
      const far = Math.abs(a.y - b.y);
      // The line about the run changes inside its frame, which does not move.
      const part = node?.closest ? node : node?.parentElement;
      const isInside = part?.parentElement?.closest('[class*="st-key-run-line-"]');
      const isSeen = a.height && b.height && !isInside && far > 2;
      if (isSeen) window.moved.push(`${part?.textContent}: ${far}`);
    });
  })).observe({ type: 'layout-shift' });
}"""


@pytest.fixture(scope="module")
def planned(store: Store) -> str:
    """Return the ids of a planned sample as the end of an address."""
    row = store.add_scenario("Looked at", read_tables(sample_path("tiny")))
    run = store.start_run(row.id, RunOptions(seconds=2.0))
    until(store, run.id, lambda one: one.state.is_final)
    return f"scenario={row.id}&plan={run.id}&batch=P1:1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_every_text_has_a_contrast_of_aa(
    page: Page, address: str, planned: str, path: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{address}/{path}?{planned}")
    settle(page)
    page.wait_for_timeout(500)
    read = page.evaluate(CONTRAST)
    assert read["count"] > 10
    assert read["faint"] == []


def test_figures_stand_below_each_other(page: Page, address: str, planned: str) -> None:
    page.goto(f"{address}/schedule?{planned}")
    settle(page)
    style = page.locator(".card .value").first.evaluate(
        "part => getComputedStyle(part).fontVariantNumeric"
    )
    assert style == "tabular-nums"


def test_keys_reach_everything_and_show_where_they_are(
    page: Page, address: str, planned: str
) -> None:
    page.goto(f"{address}/schedule?{planned}")
    page.locator(".gantt[data-painted]").wait_for()
    settle(page)
    reached: list[str] = []
    for _ in range(45):
        page.keyboard.press("Tab")
        name, is_marked = page.evaluate(FOCUSED)
        reached.append(name)
        # The page itself and fields with a cursor show where they are by themselves.
        assert is_marked, name
    for wanted in (
        "Data",
        "Scenario",
        "Plan",
        "Day",
        "Find order",
        "Schedule of Looked at",
        "Search",
    ):
        assert any(wanted in name for name in reached), wanted


FOCUSED = """() => {
  let part = document.activeElement;
  while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
  const style = getComputedStyle(part);
  const name = part.getAttribute('aria-label') || part.labels?.[0]?.textContent || part.textContent;
  const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const itself = ['MAIN', 'INPUT', 'CANVAS', 'BODY'].includes(part.tagName);
  return [name.trim().slice(0, 60), marked || itself];
}"""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["plan", "schedule"])
def test_nothing_moves_while_a_run_goes_on(
    page: Page, address: str, store: Store, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    row = store.add_scenario("Watched", read_tables(sample_path("bottling")))
    run = store.start_run(row.id, LONG)
    page.goto(f"{address}/{path}?scenario={row.id}&plan={run.id}")
    expect(page.locator(".card").first).to_contain_text(" h ", timeout=30_000)
    if path == "schedule":
        page.locator(".gantt[data-painted]").wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    page.wait_for_timeout(4000)
    store.request_stop(run.id)
    expect(page.get_by_text("Stopped after").first).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("window.moved") == []
