"""What every page must look like: readable, reachable by keys, and still while a run goes on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from planner.reader import read_tables
from planner.store import RunOptions, RunRow, Store
from scenarios import sample_path
from tests.browser.held_worker import GO, WORKER
from tests.browser.serving import settle
from tests.browser.test_dashboard import LONG, PAGES, nothing_goes_on, until  # noqa: F401 (a fixture)

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
# Keeps what was moved, and from where to where, by something else than the user.
WATCH = """() => {
  window.moved = [];
  const isWithin = (part, whole) =>
    whole && part.top >= whole.top - 1 && part.bottom <= whole.bottom + 1;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    const line = document.querySelector('[class*="st-key-run-line-"]')?.getBoundingClientRect();
    if (!entry.hadRecentInput) entry.sources.forEach(({ node, previousRect, currentRect }) => {
      const [a, b] = [previousRect, currentRect];
      // The line about the run changes inside its frame, which does not move. By place, as what
      // it was made of may be gone by now.
      const isInside = isWithin(a, line) && isWithin(b, line);
      const isSeen = a.height && b.height && !isInside && Math.abs(a.y - b.y) > 2;
      // What is inside the chart has no name here.
      const name = node?.textContent.slice(0, 60);
      if (isSeen) window.moved.push(`${name}: ${a.y} to ${b.y}`);
    });
  })).observe({ type: 'layout-shift' });
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A run that begins to plan when `go` is called."""

    run: RunRow
    go: Callable[[], None]


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


@pytest.fixture
def held(database: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Start a run that finds nothing until it may."""
    go = tmp_path / "go"
    monkeypatch.setenv(GO, str(go))
    row = store.add_scenario("Watched", read_tables(sample_path("bottling")))
    with Store(database, worker=WORKER) as holding:
        run = holding.start_run(row.id, LONG)
    return Held(run=run, go=go.touch)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["plan", "schedule"])
def test_nothing_moves_while_a_run_goes_on(
    page: Page, address: str, store: Store, held: Held, path: str, width: int
) -> None:
    run = held.run
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{path}?scenario={run.scenario_id}&plan={run.id}")
    expect(page.locator(".card").first).to_contain_text("Looking for a first plan")
    # The line about a run that has found nothing is drawn again three times a second.
    settle(page, calm=150)
    page.locator(".cards").first.evaluate("part => part.scrollIntoView()")
    page.evaluate(WATCH)
    held.go()
    # A text with spaces at its ends is looked for without them: this needs a pattern.
    expect(page.locator(".card").first).to_contain_text(re.compile(r"\d h"))
    if path == "schedule":
        page.locator(".gantt[data-painted]").wait_for()
    found = len(store.progress(run.id))
    until(store, run.id, lambda one: len(store.progress(one.id)) > found + 1)
    page.wait_for_timeout(2000)
    assert page.evaluate("window.moved") == []
    page.locator("h1").first.evaluate("part => part.scrollIntoView()")
    store.request_stop(run.id)
    expect(page.get_by_text("Stopped after").first).to_be_visible()
    settle(page)
    assert page.evaluate("window.moved") == []
