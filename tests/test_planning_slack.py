"""Needs that never bind are planned without, and judged all the same."""

from dataclasses import replace

import pytest

from planner.checker import check
from planner.domain import During, Level, Need, Process, Resource, Scenario
from planner.planning import plan
from planner.planning.slack import without_slack
from tests.builders import machine, order, scenario

RED, BLUE = frozenset({"red"}), frozenset({"blue"})
MOULD = (
    Need(resource="mould", during=During.SET_UP, families=RED),
    Need(resource="mould", during=During.SET_UP, families=BLUE),
)
RUN = (Need(resource="mould", during=During.RUN),)


def pressing(
    *needs: Need,
    levels: tuple[Level, ...] = (Level(0, 1),),
    red_on: tuple[str, ...] = ("M",),
    process: Process = Process.SERIAL,
    initial: str | None = None,
) -> Scenario:
    """Return red on `red_on`, blue on M and green on N, and what they need of a mould."""
    return scenario(
        [
            order("A", family="red", durations=dict.fromkeys(red_on, 60)),
            order("B", family="blue", durations={"M": 60}),
            order("C", family="green", durations={"N": 60}),
        ],
        machines=[machine("M", process=process), machine("N", process=process, initial=initial)],
        changeovers=10,
        resources=(Resource(name="mould", levels=levels),),
        needs=needs,
    )


def test_a_mould_of_one_press_is_never_waited_for() -> None:
    given = pressing(*MOULD)
    assert without_slack(given) == replace(given, needs=())


@pytest.mark.parametrize(
    "given",
    [
        # Red goes on both presses: both may want it at once.
        pressing(*MOULD, red_on=("M", "N")),
        # N holds it from the start.
        pressing(*MOULD, initial="red"),
        # There are two, but not always.
        pressing(*RUN, levels=(Level(0, 2), Level(60, 0), Level(120, 2))),
        # Both machines run at once.
        pressing(*RUN),
        # A changeover to blue needs one more than being set up for it.
        pressing(*MOULD, Need(resource="mould", during=During.CHANGEOVER, families=BLUE)),
        # How much a load of an oven needs is not looked into.
        pressing(*RUN, levels=(Level(0, 9),), process=Process.PARALLEL),
    ],
)
def test_what_may_be_wanted_twice_stays_needed(given: Scenario) -> None:
    assert without_slack(given) == given


def test_as_many_operators_as_machines_are_enough() -> None:
    given = pressing(*RUN, levels=(Level(0, 2),))
    assert without_slack(given).needs == ()


def test_a_plan_without_slack_is_the_plan_without_needs_and_keeps_all_rules() -> None:
    given = pressing(*MOULD)
    result = plan(given, work=5, workers=1)
    assert result.schedule is not None
    assert check(given, result.schedule) == ()
    assert result.schedule == plan(replace(given, needs=()), work=5, workers=1).schedule
