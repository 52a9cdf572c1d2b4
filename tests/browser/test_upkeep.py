"""Upkeep on the chart: bars of their own kind, told by pointer and keys."""

from playwright.sync_api import Page, expect

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
