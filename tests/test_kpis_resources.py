"""Figures of resources, each derived by hand."""

from decimal import Decimal

import pytest

from planner.domain import During, Level, Need, Resource, Scenario
from planner.kpis import measure, resource_rows, resource_uses
from planner.schedule import Schedule
from tests.builders import batch, machine, order, scenario, schedule

# M makes A from 0 to 60, changes over to blue from 60 to 90 and makes B until 120, when N ends too.
MADE = schedule(
    batch("A", start=0, end=60),
    batch("B", family="blue", start=90, end=120),
    batch("C", machine="N", start=60, end=120),
)


def given(*needs: Need, levels: tuple[Level, ...] = (Level(0, 2),)) -> Scenario:
    return scenario(
        [order("A"), order("B", family="blue", minutes=30), order("C")],
        [machine("M"), machine("N", process="parallel", pausable=False)],
        {("red", "blue"): 30},
        horizon=1000,
        resources=(Resource(name="crew", levels=levels, cost_per_hour=Decimal(30)),),
        needs=needs,
    )


def spans(made: Scenario, plan: Schedule = MADE) -> list[tuple[str, int, int, int]]:
    return [(use.machine, use.batch, use.start, use.end) for use in resource_uses(made, plan)]


def need(during: During, **fields: object) -> Need:
    return Need(resource="crew", during=during, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (need(During.RUN), [("M", 1, 0, 60), ("M", 2, 90, 120), ("N", 1, 60, 120)]),
        (need(During.CHANGEOVER), [("M", 2, 60, 90)]),
        (need(During.START, units=40, machine="M"), [("M", 1, 0, 40), ("M", 2, 90, 120)]),
        (need(During.END, units=40, machine="M"), [("M", 1, 20, 60), ("M", 2, 90, 120)]),
        (
            need(During.SET_UP, families=frozenset({"red"})),
            [("M", 1, 0, 60), ("N", 1, 60, 1000)],
        ),
    ],
)
def test_a_resource_is_used_by_who_needs_it(
    wanted: Need, found: list[tuple[str, int, int, int]]
) -> None:
    assert spans(given(wanted)) == found


def test_the_use_of_a_resource_is_measured_until_the_last_end() -> None:
    # 60 + 30 + 60 minutes of 2 times 120, two of it from 90 to 120; 2.5 hours at 30.
    (crew,) = measure(given(need(During.RUN)), MADE).resources
    assert (crew.amount, crew.most_used, crew.used_hours) == (2, 2, 2.5)
    assert crew.utilisation == pytest.approx(150 / 240)
    assert crew.cost == Decimal("75.00")
    assert [row.text for row in resource_rows(crew)] == [
        "2",
        "2",
        "2.5 h",
        "62.5 %",
        "0",
        "0.0 h",
        "75.00",
    ]


def test_there_is_as_much_as_its_calendar_says() -> None:
    # One from 60 to 90 alone.
    levels = (Level(0, 0), Level(60, 1), Level(90, 0))
    (crew,) = measure(given(need(During.CHANGEOVER), levels=levels), MADE).resources
    assert crew.utilisation == pytest.approx(1.0)


def test_without_resources_there_are_no_figures_of_them() -> None:
    assert measure(scenario([order("A")]), schedule(batch("A", start=0, end=60))).resources == ()
