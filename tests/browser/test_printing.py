"""What goes to the shop floor on paper, printed by a browser."""

import pytest
from playwright.sync_api import Browser, Page

from planner.checker import check
from planner.reader import read_tables
from planner.store import Store
from planner.writer import work_lists_html
from scenarios import sample_path
from tests.browser.printing import blank, drawn
from tests.browser.serving import settle
from tests.builders import batch, machine, order, scenario, schedule

SHIFTS = [(0, 480), (480, 960)]


def shift_of(orders: int, start: int) -> list[tuple[str, int, int]]:
    """Return operations of ten minutes, one after the other."""
    return [(f"{start}-{k:02}", start + 10 * k, start + 10 * (k + 1)) for k in range(orders)]


@pytest.mark.parametrize("orders", [1, 25, 40])
def test_a_machine_and_shift_is_one_sheet_where_it_fits(browser: Browser, orders: int) -> None:
    # Two shifts of M, one of N: three sheets.
    early, late, other = shift_of(orders, 0), shift_of(orders, 480), [("other", 0, 10)]
    made = schedule(batch(*early), batch(*late), batch(*other, machine="N"))
    machines = [machine("M", windows=SHIFTS), machine("N", windows=SHIFTS)]
    names = [name for name, _, _ in (*early, *late, *other)]
    wanted = scenario([order(name, minutes=10) for name in names], machines)
    assert check(wanted, made) == ()
    printed = pages(browser, work_lists_html(wanted, made))
    assert len(printed) == 3
    assert min(printed) > 1000


def pages(browser: Browser, html: str) -> list[int]:
    page = browser.new_page()
    page.set_content(html)
    return drawn(page.pdf(prefer_css_page_size=True))


def test_compare_prints_on_a_few_sheets_none_of_them_blank(
    page: Page, address: str, store: Store
) -> None:
    row = store.add_scenario("Printed", read_tables(sample_path("tiny")))
    page.goto(f"{address}/compare?scenario={row.id}")
    settle(page)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(drawn(printed)) <= 4
    assert blank(printed) == 0
