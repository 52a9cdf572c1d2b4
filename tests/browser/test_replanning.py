"""Planning again by two planners, from what a release service was told, and with learnt times."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from planner.reader import Tables, table_of
from planner.store import RunOptions, Store, line_of, step_schedule, steps_of
from tests.browser.serving import click, release_service, settle
from tests.browser.test_by_hand import keep, opened, panel, second, tables, tell_now
from tests.browser.test_dashboard import until
from tests.browser.test_living import begin, end
from tests.browser.test_release import order, send
from ui.happening import Happened

__all__ = ["second"]
Planned = tuple[int, str]


def plan_in(store: Store, name: str, given: Tables) -> Iterator[Planned]:
    """Yield a scenario with its plan by the current sequence."""
    row = store.add_scenario(name, given)
    run = store.start_run(row.id, RunOptions(method="current sequence"))
    until(store, run.id, lambda one: one.state.is_final)
    yield row.id, str(run.id)
    store.delete_scenario(row.id)


@pytest.fixture
def planned(store: Store) -> Iterator[Planned]:
    yield from plan_in(store, "Replanned by two", tables())


@pytest.fixture
def since_yesterday(store: Store) -> Iterator[Planned]:
    """Return a plan that began yesterday: what a service is told is finished now."""
    start = datetime.now(UTC) - timedelta(days=1)
    settings = f'start = {start:%Y-%m-%dT%H:00:00}\ntime_zone = "UTC"\n'
    yield from plan_in(store, "Told of", Tables(files=tables().files, settings=settings))


@pytest.fixture
def four(store: Store) -> Iterator[Planned]:
    """Return a plan of four orders on one machine, an hour each from 06:00 on."""
    columns = ("order_id", "family", "duration_minutes", "current_machine", "current_position")
    rows = [(f"P{k}", "red", "60", "M1", str(k)) for k in range(1, 5)]
    files = {
        "orders.csv": table_of(columns, rows),
        "machines.csv": table_of(("machine_id",), [("M1",)]),
    }
    yield from plan_in(store, "Learnt", Tables(files=files, settings=tables().settings))


def versions(store: Store, planned: Planned) -> list[tuple[int, str]]:
    """Return number and kind of each version of a plan, newest first."""
    line = line_of(store, *planned, 1)
    assert line is not None
    return [(step.number, str(step.kind)) for step in steps_of(store, line.id)]


def replan(page: Page) -> None:
    """Plan again for a second, and see what it leads to."""
    page.get_by_label("Seconds to plan").fill("1")
    page.get_by_label("Seconds to plan").press("Enter")
    settle(page)
    click(page, page.get_by_role("button", name="Replan", exact=True))
    expect(page.locator(".said")).to_contain_text("Replanned (keep it calm)")


def test_of_two_who_plan_again_each_makes_a_version_and_the_other_is_told(
    page: Page, second: Page, address: str, store: Store, planned: Planned
) -> None:
    opened(page, address, planned)
    opened(second, address, planned)
    panel(second, "Replan")
    begin(page)
    click(second, second.get_by_role("button", name="Replan", exact=True))
    # There is one at a time, and whoever asks for another sees how far that is.
    expect(second.get_by_text("Planning again").first).to_be_visible()
    end(page, "Stop and show the best")
    expect(page.locator(".said")).to_contain_text("Replanned (keep it calm)")
    keep(page)
    # The second hears of it by itself, and plans again from there.
    expect(second.locator(".said")).to_contain_text("Another planner made version 2")
    settle(second)
    replan(second)
    keep(second)
    expect(page.locator(".said")).to_contain_text("Another planner made version 3")
    assert versions(store, planned) == [(3, "replan"), (2, "replan"), (1, "plan")]


def test_of_two_moments_to_plan_from_both_are_shown_and_one_is_chosen(
    page: Page, second: Page, address: str, store: Store, planned: Planned
) -> None:
    windows = (page, second)
    for window, moment in zip(windows, ("07:30", "08:00"), strict=True):
        opened(window, address, planned)
        panel(window, "What has happened")
        tell_now(window, moment)
    for window in windows:
        click(window, window.get_by_role("button", name="Save what has happened"))
        settle(window)
    expect(second.get_by_text("Theirs: now is Mon 1 Feb 07:30")).to_be_visible()
    expect(second.get_by_text("Yours: now is Mon 1 Feb 08:00")).to_be_visible()
    assert Happened.of(store.setting(kept_under(planned))).now == 90
    click(second, second.get_by_role("button", name="Use mine"))
    expect(second.get_by_text("Theirs: now is")).to_have_count(0)
    settle(second)
    assert Happened.of(store.setting(kept_under(planned))).now == 120
    # The first has changed nothing since: its field shows what the second has set.
    click(page, page.get_by_role("button", name="Save what has happened"))
    settle(page)
    expect(page.get_by_label("hour, Now, time")).to_have_text("08")
    assert Happened.of(store.setting(kept_under(planned))).now == 120


def test_what_the_release_service_was_told_is_filled_in_by_a_button(
    page: Page, address: str, database: str, store: Store, since_yesterday: Planned
) -> None:
    with release_service(database, "--size", "1") as service:
        send(service, order("A", "red", "M1"), order("C", "green", "M2"))
        body = json.dumps({"orders": ["A"]}).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{service}/completions", body, headers), timeout=5) as answer:
            assert json.load(answer) == {"orders": 1, "unknown": []}
    opened(page, address, since_yesterday)
    panel(page, "What has happened")
    click(page, page.get_by_role("button", name="From the release service"))
    expect(page.get_by_text("1 finished order. Where nobody reported the begin")).to_be_visible()
    assert store.setting(kept_under(since_yesterday)) is None
    click(page, page.get_by_role("button", name="Save what has happened"))
    expect(page.get_by_text("Against the plan")).to_be_visible()
    (told,) = Happened.of(store.setting(kept_under(since_yesterday))).actuals
    # It was finished a day after it was planned to begin, at minute 0.
    assert (told.operation, told.machine) == ("A", "M1")
    assert told.ended is not None
    assert 24 * 60 <= told.ended <= 26 * 60


def kept_under(planned: Planned) -> str:
    return f"happened:{planned[0]}:{planned[1]}"


@pytest.mark.parametrize(("taken", "ends"), [(False, 330), (True, 360)], ids=["left", "taken"])
def test_what_was_learnt_is_offered_and_planned_with_only_when_it_is_taken(
    page: Page, address: str, store: Store, four: Planned, taken: bool, ends: int
) -> None:
    opened(page, address, four)
    panel(page, "What has happened")
    # Each of three took 90 minutes in place of 60, the last until 10:30, minute 270.
    rows = [
        f"P{k + 1},M1,{at:%Y-%m-%dT%H:%M},{at + timedelta(minutes=90):%Y-%m-%dT%H:%M}"
        for k in range(3)
        for at in [datetime(2027, 2, 1, 6, tzinfo=UTC) + timedelta(minutes=90 * k)]
    ]
    text = "\n".join(("order_id,machine_id,begun,ended", *rows))
    page.locator("input[type=file]").set_input_files(
        {"name": "actuals.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    settle(page)
    tell_now(page, "10:30")
    click(page, page.get_by_role("button", name="Save what has happened"))
    expect(page.get_by_text("M1: work took 1.50 times the planned time").first).to_be_visible()
    if taken:
        click(page, page.get_by_role("button", name="Plan with these times ..."))
    else:
        panel(page, "Replan")
    chosen = page.get_by_role("combobox", name="Learnt times to plan with (2 offers)")
    expect(chosen).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stMultiSelect").get_by_text("M1: work took")).to_have_count(
        int(taken)
    )
    replan(page)
    keep(page)
    line = line_of(store, *four, 1)
    assert line is not None
    newest = steps_of(store, line.id)[0]
    learnt = json.loads(newest.given)["replan"]["learnt"]
    assert [row["factor"] for row in learnt] == (["3/2"] if taken else [])
    # P4 begins when it is planned again, at minute 270, for 60 minutes or one and a half as long.
    (batch,) = step_schedule(store, line.id, newest.number).batches
    assert batch.end == ends
