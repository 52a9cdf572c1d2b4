"""What a plan without regard to resources is wrong by: derived by hand for two machines."""

from dataclasses import replace

import pytest

from benchmarks.sharing import Effort, compare, hours_over, kept_to
from planner.checker import check
from planner.domain import During, Level, Need, Resource, Scenario
from tests.builders import batch, machine, order, scenario, schedule

# M and N are set up for red; each changes over to blue in 30 minutes and runs 60.
CARELESS = schedule(
    batch(("A", 30, 90), machine="M", family="blue"),
    batch(("B", 30, 90), machine="N", family="blue"),
)


def shop(during: During, *levels: Level) -> Scenario:
    return scenario(
        [
            order("A", family="blue", due=90, durations={"M": 60}),
            order("B", family="blue", due=90, durations={"N": 60}),
        ],
        [machine("M", initial="red"), machine("N", initial="red")],
        {("red", "blue"): 30, ("blue", "red"): 30},
        horizon=600,
        resources=(Resource(name="scarce", levels=levels),),
        needs=(Need(resource="scarce", during=during, families=frozenset({"blue"})),),
    )


@pytest.mark.parametrize(
    ("during", "levels", "hours"),
    [
        # Both setters are at work from 0 to 30, and there is one.
        (During.CHANGEOVER, [Level(0, 1)], {"scarce": 0.5}),
        (During.CHANGEOVER, [Level(0, 2)], {}),
        # There is nobody until 15, then one: two too many for 15 minutes, one for another 15.
        (During.CHANGEOVER, [Level(0, 0), Level(15, 1)], {"scarce": 0.75}),
        # Both run from 30 to 90; the second operator goes home at 60.
        (During.RUN, [Level(0, 2), Level(60, 1)], {"scarce": 0.5}),
        # Both hold the blue mould from 0 on; after 90 nothing is made.
        (During.SET_UP, [Level(0, 1)], {"scarce": 1.5}),
    ],
)
def test_what_is_used_beyond_what_there_is_comes_to_so_many_hours(
    during: During, levels: list[Level], hours: dict[str, float]
) -> None:
    given = shop(during, *levels)
    assert hours_over(given, CARELESS) == hours
    broken = {violation.rule for violation in check(given, CARELESS)}
    assert broken == ({"resource_amount"} if hours else set())


def test_batches_that_are_kept_wait_for_what_is_short() -> None:
    given = shop(During.CHANGEOVER, Level(0, 1))
    kept = kept_to(given, CARELESS)
    assert check(given, kept) == ()
    assert sorted(made.start for made in kept.batches) == [30, 60]
    assert hours_over(given, kept) == {}


def test_nothing_waits_where_there_is_enough() -> None:
    given = shop(During.CHANGEOVER, Level(0, 2))
    assert kept_to(given, CARELESS).batches == CARELESS.batches


def test_the_comparison_shows_every_plan_and_what_the_careless_one_is_wrong_by(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = replace(shop(During.CHANGEOVER, Level(0, 1)), name="two machines")
    compare(given, Effort(seconds=0.5, workers=1, seed=0))
    shown = capsys.readouterr().out
    assert "| without regard, as it says | 1.0 h | 0 of 2 | 0 | 2 h |" in shown
    assert "| without regard, as it would be | 1.0 h | 1 of 2 | 0 | 2 h |" in shown
    assert "for 0.5 hours:\n- scarce: 0.5 h\nbroken: resource_amount 1 times" in shown
