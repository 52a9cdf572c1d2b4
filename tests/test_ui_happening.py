"""What has happened, as rows to edit and as text to keep; and a version that is planned again."""

from decimal import Decimal

import pandas as pd
import pytest

from planner.changes import replan, replanned_from
from planner.domain import PinReason
from planner.errors import ScenarioError
from planner.schedule import Actual
from tests.builders import batch, machine, order, scenario, schedule
from ui.by_hand import Given, Replan
from ui.happening import Happened, actuals_in, against_plan, as_planned, rows_of
from ui.plans import plan_of
from ui.steps import with_given

GIVEN = scenario(
    orders=[order("A", due=60), order("B", due=180), order("C", due=500)],
    machines=[machine("M")],
)
MADE = schedule(batch(("A", 0, 60)), batch(("B", 60, 120)), batch(("C", 120, 180)))
DONE = Actual(operation="A", machine="M", begun=5, ended=70, quantity=Decimal("1.5"))
BEGUN = Actual(operation="B", machine="M", begun=70)


def test_rows_say_again_what_they_were_made_of() -> None:
    table = rows_of(GIVEN, [DONE, BEGUN])
    assert actuals_in(GIVEN, table) == (DONE, BEGUN)
    assert table["begun"][0] == pd.Timestamp("2026-03-02T06:05")
    assert actuals_in(GIVEN, rows_of(GIVEN, [])) == ()


def test_rows_that_cannot_be_are_refused() -> None:
    table = rows_of(GIVEN, [DONE])
    table.loc[0, "ended"] = pd.Timestamp("2026-03-02T06:00")
    with pytest.raises(ScenarioError, match="ended before it had begun"):
        actuals_in(GIVEN, table)


def test_what_has_happened_comes_back_from_its_text() -> None:
    known = Happened(now=80, actuals=(DONE, BEGUN))
    assert Happened.of(known.text()) == known
    assert Happened.of(None) == Happened()
    rest = scenario(orders=[order("B")], machines=[machine("M")])
    assert known.still(rest) == (BEGUN,)


def test_as_planned_until_now_begins_all_and_ends_what_is_over() -> None:
    found = as_planned(MADE, now=90)
    assert [(a.operation, a.begun, a.ended) for a in found] == [("A", 0, 60), ("B", 60, None)]


def test_what_was_is_laid_against_the_plan() -> None:
    table = against_plan(GIVEN, MADE, [DONE, BEGUN])
    assert table["Later by"].tolist() == ["+5 min", "+10 min"]
    assert table["Took"].tolist() == ["1 h 05 min", ""]


def test_a_version_that_was_planned_again_has_the_scenario_it_was_planned_with() -> None:
    found = replan(GIVEN, MADE, [DONE, BEGUN], now=80, freeze_hours=0, seconds=0.1)
    start = replanned_from(GIVEN, MADE, [DONE, BEGUN], now=80, freeze_hours=0)
    assert start.standing.scenario.orders == found.scenario.orders
    assert start.standing.scenario.operations == found.scenario.operations
    assert start.standing.scenario.machines == found.scenario.machines
    again = Replan(now=80, freeze_hours=0, actuals=(DONE, BEGUN))
    plan = with_given(plan_of("Plan", GIVEN, MADE), Given(replan=again), found.schedule)
    assert plan.violations == ()
    assert (plan.now, [b.operations for b in plan.past]) == (80, [("A", "B")])
    # When B has ended, too, and it is planned again, what was made before is still known.
    ended = Actual(operation="B", machine="M", begun=70, ended=130)
    third = Replan(now=150, freeze_hours=0, actuals=(ended,))
    later = with_given(plan, Given(since=2, replan=third), schedule(batch(("C", 150, 210))))
    assert [b.operations for b in later.past] == [("A",), ("B",)]
    # B has begun at 70, takes 60 and stays; C comes when it may.
    pin = plan.scenario.operation["B"].pin
    assert pin is not None
    assert pin.because == PinReason.BEGUN
    ends = [p.end for b in plan.schedule.on("M") for p in b.placements]
    assert ends == [130, 190]
