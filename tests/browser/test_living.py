"""Planning again beside the page, and what a batch uses and waited for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from planner.reader import Tables, table_of
from planner.store import RunOptions, Store, line_of, newest_replan
from tests.browser.serving import click, settle
from tests.browser.test_by_hand import opened, panel, tables
from tests.browser.test_dashboard import until
from tests.browser.test_gantt import point

Planned = tuple[int, str]


@pytest.fixture
def planned(store: Store) -> Iterator[Planned]:
    """Return a plan in which A and B stand on M1, with a changeover between that needs a setter."""
    yield from kept(store, with_setter(tables()))


@pytest.fixture
def board(page: Page, address: str, planned: Planned) -> Locator:
    return opened(page, address, planned)


@pytest.fixture
def large(store: Store) -> Iterator[Planned]:
    """Return the same plan with 60 orders more on M2: the best cannot be proven in minutes."""
    given = tables()
    orders = given.files["orders.csv"]
    more = [
        (f"X{k:02}", f"colour {k % 7}", str(20 + k % 11), "M2", "2027-02-02T12:00", "", "")
        for k in range(60)
    ]
    files = {**given.files, "orders.csv": table_of(orders.columns, [*orders.rows, *more])}
    yield from kept(store, with_setter(replace(given, files=files)))


def with_setter(given: Tables) -> Tables:
    files = {
        **given.files,
        "changeovers.csv": table_of(("from", "to", "minutes"), [("*", "*", "30")]),
        "resources.csv": table_of(("resource", "amount"), [("setter", "1")]),
        "needs.csv": table_of(("resource", "during"), [("setter", "changeover")]),
    }
    return replace(given, files=files)


def kept(store: Store, given: Tables) -> Iterator[Planned]:
    row = store.add_scenario("Living", given)
    run = store.start_run(row.id, RunOptions(method="current sequence"))
    until(store, run.id, lambda one: one.state.is_final)
    yield row.id, str(run.id)
    store.delete_scenario(row.id)


def begin(page: Page) -> None:
    """Plan again for ten minutes; whoever began it ends it."""
    panel(page, "Replan")
    page.get_by_label("Seconds to plan").fill("600")
    page.get_by_label("Seconds to plan").press("Enter")
    click(page, page.get_by_role("button", name="Replan", exact=True))
    expect(page.get_by_text("Planning again").first).to_be_visible()


def end(page: Page, name: str) -> None:
    # The strip is drawn twice a second: it is never calm for long.
    page.get_by_role("button", name=name).click()


def test_the_page_can_be_used_while_it_is_planned_again_and_that_be_cancelled(
    page: Page, address: str, store: Store, large: Planned
) -> None:
    board = opened(page, address, large)
    begin(page)
    page.locator(".frame").scroll_into_view_if_needed()
    page.mouse.click(*point(page, board, 0, 120))
    expect(page.get_by_text("M1, batch 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Planning again").first).to_be_visible()
    end(page, "Cancel")
    expect(page.get_by_role("button", name="Replan", exact=True)).to_be_visible()
    expect(page.locator(".said")).to_be_hidden()
    line = line_of(store, *large, 1)
    assert line is not None
    assert newest_replan(store, line.id) is None


def test_a_reload_finds_what_is_being_planned_and_stopping_shows_the_best(
    page: Page, address: str, large: Planned
) -> None:
    opened(page, address, large)
    begin(page)
    opened(page, address, large)
    page.get_by_text("Replan", exact=True).first.click()
    expect(page.get_by_text("Planning again").first).to_be_visible()
    end(page, "Stop and show the best")
    expect(page.locator(".said")).to_contain_text("Replanned (keep it calm)")
    # What was found is kept until it is planned again, also where it was taken back.
    click(page, page.get_by_role("button", name="Take back (Escape)"))
    expect(page.locator(".said")).to_be_hidden()
    opened(page, address, large)
    panel(page, "Replan")
    click(page, page.get_by_role("button", name="Show it in the chart"))
    expect(page.locator(".said")).to_contain_text("Replanned (keep it calm)")


def test_the_panel_names_what_a_batch_uses_and_what_it_waited_for(
    page: Page, board: Locator
) -> None:
    # A ends at 60, the changeover at 90: there B begins.
    page.mouse.click(*point(page, board, 0, 120))
    expect(page.get_by_text("M1, batch 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Uses", exact=True)).to_be_visible()
    used = "1 setter: changeover before it, Mon 1 Feb 07:00 to Mon 1 Feb 07:30"
    expect(page.get_by_text(used)).to_be_visible()
    expect(page.get_by_text("M1 was busy until Mon 01 Feb 07:00 with order A")).to_be_visible()


def test_the_chart_has_a_line_for_the_setter_with_its_name(page: Page, board: Locator) -> None:
    line = page.get_by_role("img", name="setter: at most 1 of 1 needed at once")
    expect(line).to_be_visible()
    panel(page, "Replan")
    settle(page)
    expect(page.get_by_text("Other hours for single machines (0)")).to_be_visible()
