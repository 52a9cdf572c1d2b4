"""What if: from any page to a running plan of a variant in three clicks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from planner.domain import PRESETS
from planner.reader import read_tables
from planner.store import RunOptions, Store
from planner.store.versions import parents, version_of
from scenarios import sample_path
from tests.browser.serving import settle
from tests.browser.test_dashboard import nothing_goes_on, until  # noqa: F401 (a fixture)

LEVERS = {
    "+ Saturday": "shift=saturday",
    "Add the machine": "machine=P1",
    "Changeovers halved": "changeovers=0.5",
}


@pytest.fixture
def scenario(store: Store) -> Iterator[int]:
    row = store.add_scenario("Asked", read_tables(sample_path("tiny")))
    run = store.start_run(row.id, RunOptions(method="earliest due date"))
    until(store, run.id, lambda one: one.state.is_final)
    yield row.id
    for child, parent in parents(store).items():
        if parent == row.id:
            store.delete_scenario(child)
    store.delete_scenario(row.id)


def variant_of(store: Store, scenario: int) -> int:
    return next(child for child, parent in parents(store).items() if parent == scenario)


@pytest.mark.parametrize("lever", LEVERS)
def test_a_plan_of_a_variant_runs_after_three_clicks(
    page: Page, address: str, store: Store, scenario: int, lever: str
) -> None:
    page.goto(f"{address}/schedule?scenario={scenario}")
    page.locator(".gantt[data-painted]").wait_for()
    settle(page)
    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_role("button", name=lever, exact=True).click()
    expect(page.get_by_text("Variant of Asked")).to_be_visible()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    variant = variant_of(store, scenario)
    assert version_of(store, variant, 1).changes == (LEVERS[lever],)
    (run,) = store.runs(variant)
    store.request_stop(run.id)
    until(store, run.id, lambda one: one.state.is_final)
    assert store.run(run.id).cost is not None


def test_a_variant_stands_under_its_parent_and_its_changes_can_be_taken_back(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    page.goto(f"{address}/plan?scenario={scenario}")
    settle(page)
    for lever in ("+ Saturday", "Changeovers halved"):
        page.get_by_role("button", name=lever, exact=True).click()
        settle(page)
    picker = page.get_by_role("combobox", name="Scenario")
    expect(picker).to_have_value("\u2003↳ Asked: + Saturday, Changeovers × 0.5")
    page.locator(".st-key-take-back-0 button").first.click()
    expect(picker).to_have_value("\u2003↳ Asked: Changeovers × 0.5")
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_text("↳ Changeovers × 0.5")).to_be_visible()


def test_what_cannot_be_done_is_said_and_makes_no_variant(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    page.goto(f"{address}/plan?scenario={scenario}")
    settle(page)
    page.get_by_role("button", name="+ Saturday", exact=True).click()
    expect(page.get_by_text("Variant of Asked")).to_be_visible()
    page.get_by_role("button", name="+ Saturday", exact=True).last.click()
    expect(page.get_by_text("there is no room for a saturday shift")).to_be_visible()
    assert len([child for child, of in parents(store).items() if of == scenario]) == 1


def test_own_weights_count_as_soon_as_they_are_set(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    page.goto(f"{address}/plan?scenario={scenario}")
    settle(page)
    page.get_by_text("Advanced: time").click()
    page.get_by_role("spinbutton", name="A minute late, per order").fill("77")
    page.get_by_role("spinbutton", name="Time (seconds)").fill("1")
    expect(page.get_by_text("Own weights count")).to_be_visible()
    page.get_by_role("button", name="Plan", exact=True).click()
    for _ in range(100):
        run = store.runs(scenario)[0]
        if run.options.weights is not None:
            break
        page.wait_for_timeout(200)
    assert run.options.preset is None
    assert run.options.weights is not None
    assert run.options.weights.tardiness == 77
    assert run.options.weights.changeover_minutes == PRESETS["balanced"].changeover_minutes


def test_a_plan_says_that_the_data_have_changed_since(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    page.goto(f"{address}/plan?scenario={scenario}")
    settle(page)
    page.get_by_role("button", name="Starts").click()
    page.get_by_role("button", name="Now: from the next shift").click()
    expect(page.get_by_text("is of version 1 of the data").first).to_be_visible()
    assert store.scenario_row(scenario).version == 2
    page.goto(f"{address}/data?scenario={scenario}")
    settle(page)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    page.get_by_role("link", name="Schedule", exact=True).click()
    page.locator(".gantt[data-painted]").wait_for()
    expect(page.get_by_text("is of version 1 of the data")).to_have_count(0)


def test_a_scenario_that_another_window_deleted_is_told_in_one_line(
    page: Page, address: str, store: Store, scenario: int
) -> None:
    gone = store.add_scenario("Gone", read_tables(sample_path("tiny")))
    page.goto(f"{address}/data?scenario={gone.id}")
    settle(page)
    store.delete_scenario(gone.id)
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(page.get_by_text("This scenario was deleted in another window")).to_have_count(1)
