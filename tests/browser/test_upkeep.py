"""Upkeep on the chart: bars of their own kind, told by pointer and keys."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from planner.reader import table_of
from planner.store import RunOptions, Store
from tests.browser.test_by_hand import opened, tables
from tests.browser.test_dashboard import until
from tests.browser.test_gantt import chart, point

# M01 is cleaned from 06:00 to 06:50, and its first batch stands from 07:10 on.
CLEANED = "n=20&m=2&upkeep=yes"


def test_the_legend_knows_upkeep_only_where_there_is_any(page: Page, chart_address: str) -> None:
    chart(page, chart_address, CLEANED)
    expect(page.locator(".legend span", has_text="upkeep")).to_be_visible()
    chart(page, chart_address, "n=20&m=2")
    expect(page.locator(".legend span", has_text="closed")).to_be_visible()
    expect(page.locator(".legend span", has_text="upkeep")).to_have_count(0)


def test_hovering_tells_what_is_done_and_how_long(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, CLEANED)
    page.mouse.move(*point(page, root, 0, 25))
    expect(page.locator(".tip")).to_contain_text("M01: upkeep, cleaning")
    expect(page.locator(".tip")).to_contain_text("Fri 27 Mar 06:00 to Fri 27 Mar 06:50 (50 min)")
    # The other machine has a batch at that time.
    page.mouse.move(*point(page, root, 1, 25))
    expect(page.locator(".tip")).to_contain_text("M02, batch 1")
    expect(page.locator(".tip")).not_to_contain_text("upkeep")


def test_who_cannot_see_it_hears_of_it_with_the_batch_behind(
    page: Page, chart_address: str
) -> None:
    chart(page, chart_address, CLEANED)
    page.get_by_role("application", name="A chart").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".spoken")).to_contain_text("M01, batch 1")
    expect(page.locator(".spoken")).to_contain_text("upkeep before: cleaning, 50 min")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".spoken")).to_contain_text("M01, batch 2")
    expect(page.locator(".spoken")).not_to_contain_text("upkeep")


def test_a_click_on_it_selects_nothing(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, CLEANED)
    page.mouse.click(*point(page, root, 0, 25))
    expect(page.get_by_text("selected None")).to_be_visible()


@pytest.mark.parametrize(("column", "most"), [("after_batches", "1"), ("after_hours", "3")])
def test_a_carried_batch_stands_behind_the_upkeep_that_is_due_before_it(
    page: Page, address: str, store: Store, column: str, most: str
) -> None:
    given = tables()
    cleaned = table_of(("machine", "upkeep", column, "minutes"), [("M2", "cleaning", most, "30")])
    row = store.add_scenario(column, replace(given, files={**given.files, "upkeep.csv": cleaned}))
    run = store.start_run(row.id, RunOptions(method="current sequence"))
    until(store, run.id, lambda one: one.state.is_final)
    opened(page, address, (row.id, str(run.id)))
    page.locator(".frame").focus()
    for key in ("ArrowRight", "ArrowRight", "Alt+ArrowDown"):
        page.keyboard.press(key)
    spoken = page.locator(".spoken")
    expect(spoken).to_contain_text("M2, place 1, from Mon 1 Feb 06:00. Enter")
    page.keyboard.press("Alt+ArrowRight")
    # C is made until 09:00, then it is cleaned: half an hour.
    expect(spoken).to_contain_text("M2, place 2, from Mon 1 Feb 09:30, behind cleaning. Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("Order B to M2, last")
    page.locator(".frame").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("Mon 1 Feb 09:30 to Mon 1 Feb 10:30")
    expect(spoken).to_contain_text("upkeep before: cleaning, 30 min")
    store.delete_scenario(row.id)
