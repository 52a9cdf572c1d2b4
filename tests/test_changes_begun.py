"""What is said to have begun: whether it can go on, and what machines then hold."""

import pytest

from planner.changes import Replanned, replan
from planner.checker import check
from planner.domain import During, Level, Need, Process, Resource, Scenario
from planner.errors import ChangeError
from planner.schedule import Actual, Schedule
from tests.builders import batch, machine, order, scenario, schedule


def again(given: Scenario, was: Schedule, *actuals: Actual, now: int) -> Replanned:
    """Plan again; the schedule keeps all rules."""
    made = replan(given, was, actuals, now=now, freeze_hours=0, seconds=0.0)
    assert check(made.scenario, made.schedule) == ()
    return made


def begun(name: str, at: int, where: str = "M", ended: int | None = None) -> Actual:
    return Actual(operation=name, machine=where, begun=at, ended=ended)


@pytest.mark.parametrize(
    ("process", "capacity", "families", "told"),
    [
        ("serial", 9, "rr", "A and B have begun on M, which makes one after the other"),
        ("parallel", 1, "rr", "which holds 1 pieces, and together they are 2"),
        ("continuous", 1, "rr", "which holds 1 pieces, and together they are 2"),
        ("continuous", 2, "rb", "and are of different families"),
        ("parallel", 2, "rr", ""),
        ("continuous", 2, "rr", ""),
    ],
)
def test_what_cannot_go_on_at_once_is_asked(
    process: str, capacity: int, families: str, told: str
) -> None:
    given = scenario(
        [
            order(name, minutes=10, sizes=[1], family=family)
            for name, family in zip("AB", families, strict=True)
        ],
        [machine(process=Process(process), capacity=[capacity])],
    )
    was = schedule(
        batch("A", start=0, end=10, family=families[0]),
        batch("B", start=10, end=20, family=families[1]),
    )
    assert check(given, was) == ()
    actuals = begun("A", 0), begun("B", 5)
    if not told:
        assert again(given, was, *actuals, now=8).schedule.unplanned == ()
        return
    with pytest.raises(ChangeError, match=told) as raised:
        again(given, was, *actuals, now=8)
    assert "Tell which of them has ended." in str(raised.value)


def test_what_can_never_be_made_where_it_has_begun_is_asked() -> None:
    given = scenario(
        [order("A", minutes=10, sizes=[3])],
        [machine("M", capacity=[2]), machine("N", capacity=[3])],
    )
    was = schedule(batch("A", machine="N", start=0, end=10))
    assert check(given, was) == ()
    with pytest.raises(ChangeError, match="A has begun on M, where it cannot be made"):
        again(given, was, begun("A", 2), now=5)


def test_what_has_begun_and_lacks_what_it_needs_says_so() -> None:
    # From minute 5 on there is no operator.
    given = scenario(
        [order("A", minutes=4)],
        [machine("M")],
        resources=(Resource(name="operator", levels=(Level(0, 1), Level(5, 0))),),
        needs=(Need(resource="operator", during=During.RUN),),
    )
    was = schedule(batch("A", start=0, end=4))
    assert check(given, was) == ()
    (item,) = again(given, was, begun("A", 3), now=6).schedule.unplanned
    assert item.reason.startswith("it has begun, and cannot go on now: ")


def test_a_mould_that_has_gone_on_to_another_machine_is_not_on_the_first() -> None:
    # The mould for red is on M until the changeover to blue begins, at 10, and then on N.
    given = scenario(
        [order("A", minutes=10), order("B", minutes=30), order("C", minutes=10, family="blue")],
        [machine("M"), machine("N")],
        {("red", "blue"): 60, ("blue", "red"): 60},
        resources=(Resource(name="mould"),),
        needs=(Need(resource="mould", during=During.SET_UP, families=frozenset({"red"})),),
    )
    was = schedule(
        batch("A", machine="M", start=0, end=10),
        batch("B", machine="N", start=10, end=40),
        batch("C", machine="M", family="blue", start=70, end=80),
    )
    assert check(given, was) == ()
    made = again(given, was, begun("A", 0, "M", ended=10), begun("B", 10, "N"), now=20)
    assert made.scenario.machine["M"].initial_family is None
    assert made.scenario.machine["N"].initial_family == "red"
    assert [note for note in made.notes if note.startswith("M: what it is set up for")]
