"""Plans of different scenarios side by side."""

from datetime import datetime

import pytest

from planner.schedule import Batch
from tests.builders import batch, order, scenario, schedule
from ui.figures.comparing import are_near, on_one_axis
from ui.plans import Plan, plan_of
from ui.tables.moved import moved_table

MONDAY = datetime(2026, 3, 2, 6)  # noqa: DTZ001  (local time, as the clock wants it)


def plan(name: str, *batches: Batch, start: datetime = MONDAY, **due: int | None) -> Plan:
    orders = [order(each, due=until) for each, until in due.items()]
    return plan_of(name, scenario(orders, start=start), schedule(*batches))


def test_what_moved_says_new_gone_changed_and_moved() -> None:
    # A stays, B is only in the first, C has another due date and moves by an hour, D is new.
    first = plan("one", batch(("A", 0, 60), ("B", 60, 120), ("C", 120, 180)), A=900, B=900, C=900)
    second = plan("two", batch(("A", 0, 60), ("C", 60, 120), ("D", 120, 180)), A=900, C=600, D=9)
    table = moved_table(second, first).set_index("Order")
    assert dict(table["What"]) == {"B": "gone", "C": "changed: due; moved", "D": "new"}
    assert table.loc["C", "Earlier by (h)"] == 1.0


def test_the_same_moment_is_the_same_wherever_a_scenario_begins() -> None:
    # The second begins an hour later: minute 0 there is minute 60 here.
    later = MONDAY.replace(hour=7)
    first = plan("one", batch(("A", 60, 120)), A=300)
    second = plan("two", batch(("A", 0, 60)), start=later, A=240)
    assert moved_table(second, first).empty


@pytest.mark.parametrize(
    ("start", "axis"),
    [
        # An hour later: the second chart begins 60 minutes after the first; both end at 13:00.
        (MONDAY.replace(hour=7), [{"offset": 0, "end": 420}, {"offset": 60, "end": 360}]),
        # A year later they share no axis of dates.
        (MONDAY.replace(year=2027), [{"offset": 0, "end": 360}, {"offset": 0, "end": 360}]),
    ],
    ids=["near", "far"],
)
def test_charts_stand_on_one_axis(start: datetime, axis: list[dict[str, float]]) -> None:
    plans = [
        plan("one", batch(("A", 0, 60)), A=9),
        plan("two", batch(("A", 300, 360)), start=start, A=9),
    ]
    assert on_one_axis(plans) == axis
    assert are_near(plans) == (axis[1]["offset"] > 0)
