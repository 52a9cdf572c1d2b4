"""Nothing typed is ever lost: whatever is clicked next, in two windows, over reloads."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Position, expect

from planner.reader import Tables, table_of
from planner.store import Store
from planner.store.versions import versions_of
from tests.browser.serving import click, settle, type_into

# Where the first rows and columns of the table of orders are, in pixels from its corner.
FIRST_ROW, ROW_HEIGHT = 53, 35
PRODUCT, TICK = 640, 290


@pytest.fixture
def scenario(store: Store) -> int:
    rows = [(f"A{k}", f"p{k}", "red", "20", "2027-01-06T12:00") for k in range(1, 7)]
    columns = ("order_id", "product", "family", "duration_minutes", "due")
    machines = table_of(("machine_id",), [("M1",), ("M2",)])
    tables = Tables(
        files={"orders.csv": table_of(columns, rows), "machines.csv": machines},
        settings="start = 2027-01-04T06:00:00\n",
    )
    return store.add_scenario("Edited", tables).id


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """Open a second window, of somebody else."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, scenario: int) -> Page:
    page.goto(f"{address}/data?scenario={scenario}")
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    settle(page)
    return page


def product(row: int) -> Position:
    """Return where the product of the order in a row is, counted from 1."""
    return {"x": PRODUCT, "y": FIRST_ROW + ROW_HEIGHT * (row - 1)}


def grid(page: Page) -> Locator:
    return page.locator("[data-testid=stDataFrame]").last


def type_product(page: Page, row: int, text: str) -> None:
    """Type into the product of an order, without ending the edit."""
    type_into(page, grid(page), text, position=product(row))


def edit(page: Page, row: int, text: str) -> None:
    type_product(page, row, text)
    page.keyboard.press("Enter")
    settle(page)


def products(store: Store, scenario: int) -> list[str]:
    return list(store.tables(scenario).files["orders.csv"].column("product"))


def until_kept(page: Page, store: Store, scenario: int, row: int, text: str) -> None:
    for _ in range(50):
        if products(store, scenario)[row - 1] == text:
            return
        page.wait_for_timeout(100)
    raise AssertionError(products(store, scenario))


def link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


WAYS = {
    "another page": lambda page: link(page, "Plan"),
    "Enter and at once another page": lambda page: (
        page.keyboard.press("Enter"), link(page, "Plan")),
    "Tab and at once another page": lambda page: (
        page.keyboard.press("Tab"), link(page, "Compare")),
    "another table": lambda page: page.get_by_role("radio", name="Machines").click(),
    "a link of the page": lambda page: link(page, "Go to planning"),
    "another cell": lambda page: grid(page).click(position=product(4)),
    "several rows": lambda page: page.get_by_role("radio", name="Several rows at once").click(),
    "Enter, then the window closes": lambda page: (
        page.keyboard.press("Enter"), settle(page), page.close()),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_edit_survives_whatever_is_clicked_next(
    browser: Browser, address: str, store: Store, scenario: int, way: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = opened(context.new_page(), address, scenario)
    type_product(page, 2, "new")
    WAYS[way](page)
    watcher = context.new_page()
    until_kept(watcher, store, scenario, 2, "new")
    assert products(store, scenario) == ["p1", "new", "p3", "p4", "p5", "p6"]
    if "another page" in way or way == "a link of the page":
        wanted = "Compare" if "Tab" in way else "Plan"
        expect(page.get_by_role("heading", name=wanted, exact=True)).to_be_visible()
    context.close()


def test_leaving_the_window_in_the_middle_of_a_cell_asks(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    type_product(page, 2, "new")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    page.keyboard.press("Enter")
    until_kept(page, store, scenario, 2, "new")


def test_a_reload_shows_what_was_typed_and_undo_and_redo_go_on(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    for row, text in ((1, "one"), (2, "two"), (3, "three")):
        edit(page, row, text)
        until_kept(page, store, scenario, row, text)
    opened(page, address, scenario)
    for wanted in (["one", "two", "p3"], ["one", "p2", "p3"], ["p1", "p2", "p3"]):
        page.get_by_role("button", name="Undo").click()
        settle(page)
        assert products(store, scenario)[:3] == wanted
    opened(page, address, scenario)
    for wanted in (["one", "p2", "p3"], ["one", "two", "p3"], ["one", "two", "three"]):
        page.get_by_role("button", name="Redo").click()
        settle(page)
        assert products(store, scenario)[:3] == wanted
    edit(page, 4, "four")
    until_kept(page, store, scenario, 4, "four")


# Each order of edits is also tested without a browser, where no window is late to hear.
@pytest.mark.parametrize("order", ["ababab", "aaabbb", "abbbaa"])
def test_two_windows_lose_nothing_and_copy_nothing(
    page: Page, other: Page, address: str, store: Store, scenario: int, order: str
) -> None:
    windows = {"a": opened(page, address, scenario), "b": opened(other, address, scenario)}
    # The first visit of all adds the samples.
    before = len(store.scenarios())
    rows = {"a": iter((1, 3, 5)), "b": iter((2, 4, 6))}
    for place, who in enumerate(order):
        row = next(rows[who])
        edit(windows[who], row, f"{who}{place}")
        until_kept(page, store, scenario, row, f"{who}{place}")
    wanted = {"a": iter((1, 3, 5)), "b": iter((2, 4, 6))}
    texts = {next(wanted[who]): f"{who}{place}" for place, who in enumerate(order)}
    assert products(store, scenario) == [texts[row] for row in range(1, 7)]
    assert len(store.scenarios()) == before


def test_the_same_cell_in_two_windows_shows_both_and_lets_one_choose(
    page: Page, other: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    opened(other, address, scenario)
    edit(page, 2, "mine")
    until_kept(page, store, scenario, 2, "mine")
    edit(other, 2, "yours")
    expect(other.get_by_text("Two windows have changed the same")).to_be_visible()
    assert products(store, scenario)[1] == "mine"
    opened(other, address, scenario)
    click(other, other.get_by_role("button", name="Use mine"))
    until_kept(other, store, scenario, 2, "yours")
    expect(other.get_by_text("Two windows have changed the same")).to_have_count(0)
    assert len(versions_of(store, scenario)) == 4


def test_a_rush_order_takes_the_rest_from_its_product(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    page.get_by_role("button", name="Rush order").click()
    page.get_by_role("textbox", name="Order number").fill("R1")
    page.get_by_role("combobox", name="Product").click()
    page.get_by_role("option", name="p3").click()
    click(page, page.get_by_role("button", name="Add the order"))
    expect(page.get_by_text("Rush order R1 added").first).to_be_visible()
    table = store.tables(scenario).files["orders.csv"]
    row = dict(zip(table.columns, table.rows[-1], strict=True))
    assert {name: row[name] for name in ("order_id", "product", "family", "duration_minutes")} == {
        "order_id": "R1", "product": "p3", "family": "red", "duration_minutes": "20"}  # fmt: skip
    assert store.scenario(scenario).order["R1"].weight == 3


def test_a_machine_is_closed_from_to(page: Page, address: str, store: Store, scenario: int) -> None:
    opened(page, address, scenario)
    page.get_by_role("button", name="Machine closed").click()
    click(page, page.get_by_role("button", name="Close it"))
    expect(page.get_by_text(re.compile("M1 closed from 2027-01-04 06:00")).first).to_be_visible()
    windows = store.scenario(scenario).machine["M1"].windows
    assert windows[0].start == 8 * 60
    assert store.scenario(scenario).machine["M2"].windows[0].start == 0


def test_several_rows_get_one_value(page: Page, address: str, store: Store, scenario: int) -> None:
    opened(page, address, scenario)
    page.get_by_role("textbox", name="contains").fill("p2")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("radio", name="Several rows at once").click()
    settle(page)
    grid(page).click(position={"x": 15, "y": FIRST_ROW})
    settle(page)
    page.get_by_role("textbox", name="Value").fill("B9")
    page.get_by_role("button", name="Set in 1 row").click()
    settle(page)
    assert store.tables(scenario).files["orders.csv"].column("order_id") == (
        "A1", "B9", "A3", "A4", "A5", "A6")  # fmt: skip


def test_any_known_column_can_be_added(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    page.get_by_role("button", name="Add a column").click()
    page.get_by_role("combobox", name="Column").click()
    page.get_by_role("option", name="Pinned to machine").click()
    click(page, page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("Column Pinned to machine added").first).to_be_visible()
    assert store.tables(scenario).files["orders.csv"].columns[-1] == "pinned_machine"


def test_an_order_is_left_out_by_a_tick(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    opened(page, address, scenario)
    grid(page).click(position={"x": TICK, "y": FIRST_ROW})
    expect(page.get_by_text("A1, Leave out: empty → yes")).to_be_visible()
    assert list(store.scenario(scenario).order) == ["A2", "A3", "A4", "A5", "A6"]
