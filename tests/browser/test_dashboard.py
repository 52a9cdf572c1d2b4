"""The dashboard as a planner uses it, with real files, real runs and real processes."""

import csv
import io
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from planner.reader import read_tables
from planner.store import RunOptions, RunRow, RunState, Store
from scenarios import sample_path
from tests.browser.conftest import stop_all
from tests.browser.printing import blank
from tests.browser.serving import click, settle, type_into, type_over

PAGES = ("", "data", "plan", "schedule", "compare", "export", "release")
LONG = RunOptions(seconds=120.0, workers=1)

# Red and blue by turns on one machine: made together they need far fewer changeovers.
ORDERS = "order_id,family,duration_minutes,due\n" + "".join(
    f"00{k:02},{('red', 'blue')[k % 2]},{'twenty' if k == 0 else 20},2027-01-06T12:00\n"
    for k in range(12)
)


@pytest.fixture(autouse=True)
def nothing_goes_on(store: Store) -> Iterator[None]:
    """Leave both places for planning to the next test."""
    yield
    stop_all(store)


def scenario_of(store: Store, sample: str, name: str) -> int:
    return store.add_scenario(name, read_tables(sample_path(sample))).id


def until(store: Store, run_id: int, holds: Callable[[RunRow], bool]) -> RunRow:
    for _ in range(600):
        run = store.run(run_id)
        if holds(run):
            return run
        time.sleep(0.1)
    raise AssertionError(store.run(run_id))


def started(store: Store, scenario_id: int) -> int:
    """Start a long run and wait until it has found something."""
    run_id = store.start_run(scenario_id, LONG).id
    until(store, run_id, lambda run: run.cost is not None)
    return run_id


def card(page: Page, label: str) -> Locator:
    return page.locator(".card", has_text=label).first


def test_a_planner_goes_from_a_file_with_a_fault_to_a_plan_and_its_files(
    page: Page, address: str, store: Store, tmp_path: Path
) -> None:
    page.goto(address)
    upload(page)
    mend(page)
    plan(page)
    read_the_saving_and_select_a_batch(page)
    compare(page)
    download(page, tmp_path)


def upload(page: Page) -> None:
    file = {"name": "week 2.csv", "mimeType": "text/csv", "buffer": ORDERS.encode()}
    page.locator("input[type=file]").first.set_input_files([file])
    expect(page.get_by_text("1 problem to fix").first).to_be_visible()
    click(page, page.get_by_role("button", name="Keep every row and fix them"))
    expect(page.get_by_text("1 problem to fix.")).to_be_visible()


def mend(page: Page) -> None:
    """Change the wrong cell, behind number, tick, order and family of the first row."""
    expect(page.get_by_text("every change is kept at once")).to_be_visible()
    click(page, page.locator("[data-testid=stDataFrame]").last, position={"x": 100, "y": 53})
    for key in (*("ArrowRight",) * 4, "Enter"):
        page.keyboard.press(key)
    type_over(page, "20")
    page.keyboard.press("Enter")
    expect(page.get_by_text("can be planned")).to_be_visible()


def plan(page: Page) -> None:
    page.get_by_role("link", name="Go to planning").click()
    page.get_by_text("Advanced: time").click()
    page.get_by_role("spinbutton", name="Time (seconds)").fill("3")
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("Finished after").first).to_be_visible(timeout=90_000)
    expect(card(page, "Changeover time saved")).to_contain_text("✓")
    page.get_by_role("link", name="Open the schedule").click()


def read_the_saving_and_select_a_batch(page: Page) -> None:
    # One by one, red and blue take turns: 11 changeovers of 30 minutes. Together, 1: 5 h saved.
    expect(card(page, "Changeover time saved")).to_contain_text("5.0 h")
    expect(card(page, "Independent check")).to_contain_text("Certified")
    page.locator(".gantt[data-painted]").wait_for()
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("machine 1, batch 1")
    expect(page).to_have_url(re.compile("batch=machine"))


def compare(page: Page) -> None:
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".gantt[data-painted]")).to_have_count(2)
    for name in ("Changeover hours per machine", "Work in progress", "What moved"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert blank(page.pdf(prefer_css_page_size=True)) == 0


def download(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Export").click()
    text = fetched(page, "CSV: a row per order", folder).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted(row["order_id"] for row in rows) == [f"00{k:02}" for k in range(12)]
    book = load_workbook(io.BytesIO(fetched(page, "Excel: schedule", folder)), read_only=True)
    figures = {row[0]: row[2] for row in book["Figures"].iter_rows(values_only=True)}
    assert figures["Changeover time"] == 0.5
    assert b"<h1>machine 1</h1>" in fetched(page, "Work lists per machine and shift", folder)


def fetched(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("button", name=name).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.read_bytes()


def test_a_square_matrix_of_changeovers_is_mended_in_place(
    page: Page, address: str, store: Store
) -> None:
    matrix = "from,red,blue\nred,0,thirty\nblue,30,0\n"
    orders = ORDERS.replace("twenty", "20")
    page.goto(address)
    page.locator("input[type=file]").first.set_input_files(
        [
            {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
            for name, text in (("orders.csv", orders), ("changeovers.csv", matrix))
        ]
    )
    click(page, page.get_by_role("button", name="Keep every row and fix them"))
    # The table with the finding is open. Its first cell to edit is that from blue to blue.
    expect(page.get_by_text("From row to column")).to_be_visible()
    table = page.locator("[data-testid=stDataFrame]").last
    type_into(page, table, "15", position={"x": 200, "y": 88})
    page.keyboard.press("Enter")
    expect(page.get_by_text("can be planned")).to_be_visible()
    made = store.scenario(store.scenarios()[0].id)
    assert made.changeover("machine 1", "red", "blue").minutes == 15
    assert made.changeover("machine 1", "blue", "red").minutes == 30


def test_a_click_on_a_sample_leads_to_a_plan_better_than_one_by_one(
    page: Page, address: str, store: Store
) -> None:
    page.goto(address)
    settle(page)
    sample = store.setting("sample:tiny")
    page.locator(f".st-key-sample-{sample} button").first.click()
    page.locator(".gantt[data-painted]").wait_for()
    expect(card(page, "Changeover time saved")).to_contain_text("✓")


def test_a_reload_during_a_run_finds_it_again_and_stop_keeps_the_best(
    page: Page, address: str, store: Store
) -> None:
    scenario_id = scenario_of(store, "bottling", "Reloaded")
    run_id = started(store, scenario_id)
    page.goto(f"{address}/plan?scenario={scenario_id}&plan={run_id}")
    expect(page.get_by_text(re.compile("^Planning, .* of 2:00 min"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("^Planning, .* of 2:00 min"))).to_be_visible()
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.get_by_text("the best plan by then is kept").first).to_be_visible()
    assert store.run(run_id).state == RunState.STOPPED
    page.get_by_role("link", name="Open the schedule").click()
    page.locator(".gantt[data-painted]").wait_for()


def test_stop_on_the_schedule_page_is_heard_while_better_plans_come_in(
    page: Page, address: str, store: Store
) -> None:
    scenario_id = scenario_of(store, "bottling", "Stopped")
    run_id = started(store, scenario_id)
    page.goto(f"{address}/schedule?scenario={scenario_id}&plan={run_id}")
    page.locator(".gantt[data-painted]").wait_for()
    page.get_by_role("button", name="Stop and keep the best").click()
    until(store, run_id, lambda run: run.state == RunState.STOPPED)
    expect(page.get_by_text("the best plan by then is kept")).to_be_visible()
    page.locator(".gantt[data-painted]").wait_for()


def test_a_killed_worker_leaves_its_best_plan_and_harms_no_other(
    page: Page, address: str, store: Store
) -> None:
    scenario_id = scenario_of(store, "bottling", "Killed")
    run_id = started(store, scenario_id)
    page.goto(f"{address}/plan?scenario={scenario_id}&plan={run_id}")
    expect(page.get_by_text(re.compile("^Planning, ")).first).to_be_visible()
    pid = store.run(run_id).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    expect(page.get_by_text("Interrupted: planning stopped unexpectedly").first).to_be_visible(
        timeout=90_000
    )
    page.get_by_role("link", name="Open the schedule").click()
    page.locator(".gantt[data-painted]").wait_for()
    expect(card(page, "Independent check")).to_contain_text("Certified")


def test_two_browsers_each_see_their_own_scenario(
    browser: Browser, page: Page, address: str, store: Store
) -> None:
    ids = [scenario_of(store, "tiny", name) for name in ("First", "Second")]
    context = browser.new_context()
    other = context.new_page()
    windows = (page, other)
    for window, scenario_id in zip(windows, ids, strict=True):
        window.goto(f"{address}/schedule?scenario={scenario_id}")
    for window, name in zip(windows, ("First", "Second"), strict=True):
        expect(window.get_by_role("combobox", name="Scenario")).to_have_value(re.compile(name))
        window.locator(".gantt[data-painted]").wait_for()
    context.close()


@pytest.mark.parametrize("place", [0, 1], ids=["older", "newer"])
def test_a_page_stays_with_its_scenario_beside_another_of_the_same_name(
    page: Page, address: str, store: Store, place: int
) -> None:
    scenario_id = [scenario_of(store, "tiny", "Twin") for _ in range(2)][place]
    page.goto(f"{address}/data?scenario={scenario_id}")
    for table in ("Machines", "Calendars"):
        page.get_by_role("radio", name=table).click()
        expect(page.get_by_role("radio", name=table)).to_be_checked()
        settle(page)
    assert f"scenario={scenario_id}" in page.url


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_nothing_is_wider_than_a_phone(page: Page, address: str, store: Store, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{path}?scenario=1")
    settle(page)
    sizes = page.locator(".stMain").evaluate("part => [part.scrollWidth, part.clientWidth]")
    assert sizes[0] <= sizes[1]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_every_page_is_dark_where_the_system_is(
    page: Page, address: str, store: Store, path: str
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/{path}?scenario=1")
    settle(page)
    ground = page.locator(".stApp").evaluate("part => getComputedStyle(part).backgroundColor")
    assert ground == "rgb(20, 25, 31)"


def test_every_page_shows_a_thousand_orders(page: Page, address: str, store: Store) -> None:
    rows = "".join(f"A{k:04},family {k % 12},30,2027-02-01T12:00,M{k % 8}\n" for k in range(1000))
    head = "order_id,family,duration_minutes,due,eligible_machines\n"
    from ui.uploads import uploaded

    made = uploaded([("orders.csv", (head + rows).encode())]).tables
    assert made is not None
    row = store.add_scenario("Thousand", made)
    run = store.start_run(row.id, RunOptions(method="earliest due date"))
    until(store, run.id, lambda one: one.state.is_final)
    page.goto(f"{address}/schedule?scenario={row.id}&plan={run.id}")
    page.locator(".gantt[data-painted]").wait_for()
    for name in ("Data", "Plan", "Compare", "Schedule", "Export", "Schedule"):
        click(page, page.get_by_role("link", name=name, exact=True))
        page.get_by_role("heading", name=name, exact=True).wait_for()
        if name in ("Schedule", "Compare"):
            page.locator(".gantt[data-painted]").nth(int(name == "Compare")).wait_for()
