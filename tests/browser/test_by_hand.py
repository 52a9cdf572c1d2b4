"""A plan changed by hand on the chart: dropped, kept, undone after a reload, by two planners."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from planner.reader import Tables, table_of
from planner.store import RunOptions, Store, line_of, steps_of
from tests.browser.serving import click, settle
from tests.browser.test_dashboard import until
from tests.browser.test_gantt import drag, point

ORDERS = ("order_id", "family", "duration_minutes", "eligible_machines", "due")
SEQUENCE = ("current_machine", "current_position")


def tables() -> Tables:
    """Return A, which is made on M1 alone, B on either, and C, three hours on M2 alone.

    Without changeovers, A stands on M1 from 0 to 60, B from 60 to 120, and C on M2 from 0 to 180.
    """
    rows = [
        ("A", "red", "60", "M1", "2027-02-01T07:00", "M1", "1"),
        ("B", "blue", "60", "M1|M2", "2027-02-01T09:30", "M1", "2"),
        ("C", "green", "180", "M2", "2027-02-01T09:00", "M2", "1"),
    ]
    free = table_of(("from", "to", "minutes"), [("*", "*", "0")])
    machines = table_of(("machine_id",), [("M1",), ("M2",)])
    orders = table_of((*ORDERS, *SEQUENCE), rows)
    return Tables(
        files={"orders.csv": orders, "machines.csv": machines, "changeovers.csv": free},
        settings='start = 2027-02-01T06:00:00\ntime_zone = "UTC"\n',
    )


@pytest.fixture
def planned(store: Store) -> tuple[int, str]:
    """Return a scenario whose plan has A, then B on M1, each a batch, and C on M2."""
    row = store.add_scenario("By hand", tables())
    run = store.start_run(row.id, RunOptions(method="current sequence"))
    until(store, run.id, lambda one: one.state.is_final)
    return row.id, str(run.id)


@pytest.fixture
def board(page: Page, address: str, planned: tuple[int, str]) -> Locator:
    return opened(page, address, planned)


def opened(page: Page, address: str, planned: tuple[int, str]) -> Locator:
    page.goto(f"{address}/schedule?scenario={planned[0]}&plan={planned[1]}")
    root = page.locator(".gantt[data-painted]")
    root.wait_for()
    settle(page)
    return root


def names(store: Store, planned: tuple[int, str]) -> list[str]:
    """Return the notes of all versions of the plan, newest first."""
    line = line_of(store, *planned, 1)
    return [] if line is None else [step.note for step in steps_of(store, line.id)]


def move(page: Page, root: Locator) -> None:
    """Drag B from the second place of M1 before C on M2."""
    drag(page, point(page, root, 0, 90), point(page, root, 1, 5))
    expect(page.locator(".said")).to_contain_text("Order B to M2, before order C")


def keep(page: Page) -> None:
    click(page, page.get_by_role("button", name="Keep", exact=True))
    expect(page.locator(".said")).to_be_hidden()
    settle(page)


def test_a_drop_says_what_it_does_and_escape_takes_it_back(
    page: Page, board: Locator, store: Store, planned: tuple[int, str]
) -> None:
    move(page, board)
    # B starts an hour earlier, C an hour later: it is due when it was to be complete.
    expect(page.locator(".said")).to_contain_text("order C late by 1:00, 2 orders moved")
    page.keyboard.press("Escape")
    expect(page.locator(".said")).to_be_hidden()
    assert names(store, planned) == []


def test_what_is_kept_is_undone_and_done_again_after_a_reload(
    page: Page, board: Locator, address: str, store: Store, planned: tuple[int, str]
) -> None:
    move(page, board)
    keep(page)
    assert len(names(store, planned)) == 2
    opened(page, address, planned)
    painted = board.get_attribute("data-painted")
    click(page, page.get_by_role("button", name="Undo"))
    expect(board).not_to_have_attribute("data-painted", painted or "")
    settle(page)
    root = opened(page, address, planned)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    click(page, page.get_by_role("button", name="Redo"))
    expect(root).to_have_attribute("data-painted", painted or "")
    assert len(names(store, planned)) == 2


def test_what_breaks_a_rule_is_refused_in_words(page: Page, board: Locator) -> None:
    drag(page, point(page, board, 0, 30), point(page, board, 1, 5))
    expect(page.locator(".said.refused")).to_contain_text("Not possible:")
    expect(page.locator(".said.refused")).to_contain_text("M2")


def test_keys_move_a_batch_and_keep_it(
    page: Page, board: Locator, store: Store, planned: tuple[int, str]
) -> None:
    page.locator(".frame").focus()
    for key in ("ArrowRight", "ArrowRight", "Alt+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".said")).to_contain_text("Order B to M2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_be_hidden()
    settle(page)
    assert len(names(store, planned)) == 2


def test_a_form_moves_a_batch_for_who_cannot_drag(page: Page, board: Locator) -> None:
    page.mouse.click(*point(page, board, 0, 90))
    settle(page)
    click(page, page.get_by_text("Move this batch"))
    settle(page)
    machine = page.get_by_role("combobox", name="To machine")
    # A list that opens at the lower edge scrolls the page, and closes.
    machine.evaluate("field => field.scrollIntoView({block: 'center'})")
    click(page, machine)
    # An open list closes when the page is drawn again: it cannot wait for calm.
    page.get_by_role("option", name="M2").click()
    click(page, page.get_by_role("button", name="Move", exact=True))
    expect(page.locator(".said")).to_contain_text("Order B to M2, before order C")


def test_pins_show_a_lock_and_hold(page: Page, board: Locator) -> None:
    page.mouse.click(*point(page, board, 0, 90), button="right")
    click(page, page.get_by_role("menuitem", name="Pin here"))
    expect(page.locator(".said")).to_contain_text("Order B pinned")
    expect(page.locator(".legend span", has_text="pinned")).to_be_visible()
    settle(page)
    drag(page, point(page, board, 0, 90), point(page, board, 1, 5))
    expect(page.locator(".said.refused")).to_contain_text("pinned")


def test_what_is_left_out_waits_above_the_chart_and_is_dragged_back(
    page: Page, board: Locator
) -> None:
    page.mouse.click(*point(page, board, 0, 90), button="right")
    click(page, page.get_by_role("menuitem", name="Leave out order B"))
    keep(page)
    waiting = page.get_by_role("button", name="Not planned: B")
    expect(waiting).to_be_visible()
    box = waiting.bounding_box()
    assert box is not None
    drag(page, (box["x"] + 5, box["y"] + 5), point(page, board, 1, 5))
    expect(page.locator(".said")).to_contain_text("Order B to M2, before order C")
    keep(page)
    expect(waiting).to_have_count(0)


@pytest.fixture
def second(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    window = context.new_page()
    window.set_default_timeout(30_000)
    yield window
    context.close()


def test_of_two_planners_one_wins_and_the_other_is_told_what_changed(
    page: Page,
    second: Page,
    board: Locator,
    address: str,
    store: Store,
    planned: tuple[int, str],
) -> None:
    other = opened(second, address, planned)
    move(page, board)
    move(second, other)
    keep(page)
    # The second hears of it by itself, or when it keeps its own, whichever is sooner.
    with suppress(Error):
        second.get_by_role("button", name="Keep", exact=True).click(timeout=2_000)
    expect(second.locator(".said")).to_contain_text("Another planner")
    expect(second.locator(".said")).to_contain_text("orders moved")
    line = line_of(store, *planned, 1)
    assert line is not None
    assert line.current == 2


def test_a_version_is_named_and_published(page: Page, board: Locator) -> None:
    move(page, board)
    keep(page)
    click(page, page.get_by_text("Versions", exact=True))
    page.get_by_label("Name", exact=True).fill("Monday morning")
    click(page, page.get_by_role("button", name="Save name"))
    settle(page)
    click(page, page.get_by_role("button", name="Publish"))
    expect(page.get_by_text("version 2 (Monday morning), published")).to_be_visible()


def panel(page: Page, name: str) -> None:
    click(page, page.get_by_text(name, exact=True).first)
    settle(page)


def tell_now(page: Page, time: str) -> None:
    """Type a time of day into the field *now*."""
    for part, digits in zip(("hour", "minute"), time.split(":"), strict=True):
        click(page, page.get_by_label(f"{part}, Now, time"))
        page.keyboard.type(digits)
    page.keyboard.press("Tab")
    settle(page)


def test_why_an_order_is_late_is_said_with_ways_out(page: Page, board: Locator) -> None:
    move(page, board)
    keep(page)
    # C is due after its 180 minutes, and begins an hour late behind B.
    page.mouse.click(*point(page, board, 1, 150), button="right")
    click(page, page.get_by_role("menuitem", name="Why is it here?"))
    expect(page.get_by_text("Order C is complete")).to_be_visible()
    expect(page.get_by_text("M2 was busy before that").first).to_be_visible()
    expect(page.get_by_text("Order C begins Mon 01 Feb 07:00 on M2")).to_be_visible()
    click(page, page.get_by_role("button", name="Show it in the chart").first)
    expect(page.locator(".said")).to_contain_text("order C on time again")


def test_a_rush_order_is_promised_and_taken(page: Page, board: Locator) -> None:
    panel(page, "Promise")
    page.get_by_label("New order").fill("RUSH")
    page.get_by_label("New order").press("Enter")
    settle(page)
    click(page, page.get_by_role("button", name="When could it be complete?"))
    # Like A, it takes an hour on M1, which is free from 08:00 on.
    offer = page.get_by_text("Disturbing nothing: order RUSH complete Mon 01 Feb 09:00")
    expect(offer).to_be_visible()
    click(page, page.get_by_role("button", name="Show it in the chart").first)
    expect(page.locator(".said")).to_contain_text("New order RUSH, disturbing nothing")
    keep(page)
    page.get_by_label("Find order").fill("RUSH")
    expect(page.locator(".status")).to_contain_text("1 order found")


def test_what_has_happened_is_told_and_planned_from_again(
    page: Page, board: Locator, store: Store, planned: tuple[int, str]
) -> None:
    panel(page, "What has happened")
    tell_now(page, "07:30")
    click(page, page.get_by_role("button", name="As planned until now"))
    settle(page)
    click(page, page.get_by_role("button", name="Save what has happened"))
    # A is finished; B and C have begun.
    expect(page.get_by_text("Against the plan")).to_be_visible()
    panel(page, "Replan")
    expect(page.get_by_text("Known of what has happened: 3 operations")).to_be_visible()
    page.get_by_label("Seconds to plan").fill("1")
    page.get_by_label("Seconds to plan").press("Enter")
    settle(page)
    click(page, page.get_by_role("button", name="Replan", exact=True))
    expect(page.locator(".said")).to_contain_text("Replanned (keep it calm)")
    keep(page)
    expect(page.locator(".legend span", has_text="made")).to_be_visible()
    expect(page.locator(".show")).to_contain_text("Begun")
    line = line_of(store, *planned, 1)
    assert line is not None
    assert [step.kind for step in steps_of(store, line.id)] == ["replan", "plan"]
    # What has begun stays: C, on M2 until 09:00.
    drag(page, point(page, board, 1, 150), point(page, board, 0, 170))
    expect(page.locator(".said.refused")).to_be_visible()


def test_what_is_not_planned_says_why_and_is_taken_in(page: Page, board: Locator) -> None:
    page.mouse.click(*point(page, board, 0, 90), button="right")
    click(page, page.get_by_role("menuitem", name="Leave out order B"))
    keep(page)
    waiting = page.get_by_role("button", name="Not planned: B")
    click(page, waiting)
    click(page, page.get_by_role("menuitem", name="Why is it not planned?"))
    expect(page.get_by_text("Order B is not planned").first).to_be_visible()
    chosen = page.get_by_role("combobox", name="Order (1 order late or not planned first)")
    expect(chosen).to_have_value("B, not planned")
    settle(page)
    waiting.press("Enter")
    click(page, page.get_by_role("menuitem", name="Take it in"))
    expect(page.locator(".said")).to_contain_text("Order B taken in")
