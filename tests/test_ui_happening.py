"""What has happened, as rows to edit and as text to keep; and a version that is planned again."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from planner.changes import Learnt, LearntFactor, against_plan, replan, replanned_from
from planner.domain import PinReason
from planner.errors import ScenarioError
from planner.schedule import Actual
from tests.builders import batch, machine, order, scenario, schedule
from ui.by_hand import Given, Replan
from ui.happening import Happened, actuals_in, as_planned, rows_of
from ui.parts.freezing import freeze_in, freeze_table
from ui.plans import plan_of
from ui.steps import with_given
from ui.tables.against import by_machine, by_operation

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
    rows = against_plan(GIVEN, MADE, [DONE, BEGUN])
    table = by_operation(GIVEN, rows)
    assert table["Later by"].tolist() == ["+5 min", "+10 min"]
    assert table["Took"].tolist() == ["1 h 05 min", ""]
    (lane,) = by_machine(GIVEN.clock, rows).to_dict("records")
    # A took 65 minutes of 60; the median of 5 and 10 minutes is rounded to even.
    assert (lane["Operations"], lane["Took"], lane["Planned"]) == (2, "1 h 05 min", "1 h")
    assert lane["Later by"] == "+8 min"


def test_a_changeover_is_laid_against_the_plan_where_nothing_else_was_between() -> None:
    given = scenario(
        orders=[order("A"), order("B", family="blue")], machines=[machine("M")], changeovers=30
    )
    made = schedule(batch(("A", 0, 60)), batch(("B", 90, 150), family="blue"))
    was = [
        Actual(operation="A", machine="M", begun=0, ended=60),
        Actual(operation="B", machine="M", begun=105),
    ]
    rows = against_plan(given, made, was)
    assert by_operation(given, rows)["Changeover"].tolist() == ["", "45 min"]
    assert by_machine(given.clock, rows)["Stood"].tolist() == ["45 min, planned 30 min"]


def test_frozen_hours_are_one_number_or_one_for_each_machine() -> None:
    given = scenario(orders=[order("A")], machines=[machine("M"), machine("N")])
    table = freeze_table(given, {"N": 24.0})
    assert freeze_in(table, 8.0) == {"M": 8.0, "N": 24.0}
    assert freeze_in(freeze_table(given, {}), 8.0) == 8.0
    known = Happened(now=5, freeze_hours={"M": 8.0, "N": 24.0}, assumed=frozenset({"A"}))
    assert Happened.of(known.text()) == known


def test_learnt_times_come_back_from_the_text_of_a_version_and_count_in_it() -> None:
    factor = LearntFactor(
        of=Learnt.RUN,
        machine="M",
        factor=Fraction(3, 2),
        count=4,
        least=Fraction(1),
        most=Fraction(2),
    )
    again = Replan(now=0, freeze_hours={"M": 0.0}, learnt=(factor,))
    given = Given.of(Given(since=1, replan=again).text())
    assert given.replan == again
    # Each takes 60 times one and a half.
    slower = schedule(*(batch((name, k * 90, k * 90 + 90)) for k, name in enumerate("ABC")))
    plan = with_given(plan_of("Plan", GIVEN, MADE), given, slower)
    assert plan.violations == ()


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
