"""Planning again counts what a machine has made of one family in a row before now."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planner.changes import Calmness, MoveWork, Refused, Replanned, apply, replan
from planner.checker import check
from planner.domain import InARow, MadeInARow, Process, Scenario, Upkeep
from planner.errors import ScenarioError
from planner.schedule import Actual, Schedule
from tests.builders import batch, machine, order, scenario, schedule

TWO = InARow(batches=2)
# Four orders of 10 minutes, A0 to A3, of 3 pieces each; B of another family; all times are planned.
NAMES = ("A0", "A1", "B", "A2", "A3")


def press(limit: InARow = TWO, made: MadeInARow | None = None, **fields: object) -> Scenario:
    """Return the orders on one press that makes only so much in a row."""
    own = replace(machine(initial="red", capacity=[1]), in_a_row=limit)
    if made is not None:
        own = replace(own, made_in_a_row=made)
    orders = [
        order(
            name,
            minutes=10,
            sizes=[1],
            quantity=Decimal(3),
            family="red" if name != "B" else "blue",
        )
        for name in NAMES
    ]
    return scenario(orders, [own], **fields)  # type: ignore[arg-type]


def planned(*names: str) -> Schedule:
    """Return batches of one order each, one after the other."""
    return schedule(
        *(
            batch(name, family="blue" if name == "B" else "red", start=10 * k, end=10 * k + 10)
            for k, name in enumerate(names or NAMES)
        )
    )


def happened(*ended: str, running: str = "") -> list[Actual]:
    """Return that some ended one after the other, and one goes on behind them."""
    done = [
        Actual(operation=name, machine="M", begun=10 * k, ended=10 * k + 10)
        for k, name in enumerate(ended)
    ]
    begun = 10 * len(ended)
    return [*done, *([Actual(operation=running, machine="M", begun=begun)] if running else [])]


def again(
    given: Scenario,
    was: Schedule,
    actuals: list[Actual],
    now: int,
    calmness: Calmness = Calmness.CALM,
    seconds: float = 0.0,
) -> Replanned:
    """Plan again; the schedule keeps all rules, with what was made before counted."""
    made = replan(given, was, actuals, now=now, freeze_hours=0, seconds=seconds, calmness=calmness)
    assert check(made.scenario, made.schedule) == ()
    return made


def carried(made: Replanned) -> tuple[object, ...]:
    """Return batches, running time and quantity that the press has made in a row."""
    return tuple(made.scenario.machine["M"].made_in_a_row)


@pytest.mark.parametrize(
    ("made", "kept"),
    [(MadeInARow(batches=2), True), (MadeInARow(batches=3), False)],
)
def test_what_was_made_before_the_start_counts_in_the_first_run(
    made: MadeInARow, kept: bool
) -> None:
    given = press(InARow(batches=4), made)
    found = {violation.rule for violation in check(given, planned())}
    assert found == (set() if kept else {"campaign"})
    # Behind another family it counts no more.
    assert check(given, planned("B", "A0", "A1", "A2", "A3")) == ()


@pytest.mark.parametrize(
    ("limit", "made", "kept"),
    [
        (InARow(units=30), MadeInARow(units=10), True),
        (InARow(units=30), MadeInARow(units=11), False),
        (InARow(quantity=Decimal(8)), MadeInARow(quantity=Decimal(2)), True),
        (InARow(quantity=Decimal(8)), MadeInARow(quantity=Decimal("2.5")), False),
    ],
)
def test_running_time_and_quantity_count_too(limit: InARow, made: MadeInARow, kept: bool) -> None:
    given = press(limit, made)
    assert (check(given, planned()) == ()) == kept


def test_less_than_nothing_cannot_have_been_made() -> None:
    with pytest.raises(ScenarioError, match="negative"):
        press(made=MadeInARow(units=-1))


@pytest.mark.parametrize(
    ("ended", "running", "now", "made"),
    [
        ((), "", 0, (0, 0, 0)),
        (("A0",), "", 10, (1, 10, 3)),
        # What goes on is in the plan, but for the time that it has run.
        (("A0",), "A1", 14, (1, 14, 3)),
        (("A0", "A1"), "", 20, (2, 20, 6)),
        (("A0", "A1", "B"), "", 30, (1, 10, 3)),
        (("A0", "A1", "B", "A2"), "", 40, (1, 10, 3)),
    ],
)
def test_what_has_been_made_in_a_row_by_now(
    ended: tuple[str, ...], running: str, now: int, made: tuple[int, int, int]
) -> None:
    found = again(press(), planned(), happened(*ended, running=running), now)
    assert carried(found) == made
    # As it was planned, so it goes on.
    assert [b.operations[0] for b in found.schedule.on("M")] == list(NAMES[len(ended) :])


def test_what_was_made_before_the_plan_began_counts_on() -> None:
    given = press(InARow(batches=4), MadeInARow(2, 20, Decimal(6)))
    first = again(given, planned(), happened("A0"), 10)
    assert carried(first) == (3, 30, 9)
    second = again(first.scenario, first.schedule, [], 12)
    assert carried(second) == (3, 30, 9)


@pytest.mark.parametrize("calmness", list(Calmness))
def test_no_way_of_planning_again_makes_the_run_longer(calmness: Calmness) -> None:
    # A2 and A3 are late where they are; there is room for none of them before B.
    given = press()
    hurried = replace(
        given,
        orders=tuple(replace(o, due=0, weight=1 if o.name == "B" else 9) for o in given.orders),
        weights=replace(given.weights, tardiness=1),
    )
    made = again(hurried, planned(), happened("A0", "A1"), 20, calmness, seconds=0.5)
    assert made.schedule.on("M")[0].operations == ("B",)
    assert made.schedule.unplanned == ()


def test_a_run_that_became_longer_than_planned_is_broken_up() -> None:
    # A2 was made first of all: A1, the next by plan, would be the third in a row.
    actuals = [
        Actual(operation="A2", machine="M", begun=0, ended=10),
        Actual(operation="A0", machine="M", begun=10, ended=20),
    ]
    made = again(press(), planned(), actuals, 20)
    assert [b.operations[0] for b in made.schedule.on("M")] == ["B", "A1", "A3"]


def test_what_no_other_family_comes_before_is_not_planned_and_says_why() -> None:
    only = press()
    only = replace(
        only,
        orders=tuple(o for o in only.orders if o.name in ("A0", "A1", "A2")),
        operations=tuple(o for o in only.operations if o.name in ("A0", "A1", "A2")),
    )
    was = replace(planned("A0", "A1"), unplanned=schedule(unplanned=["A2"]).unplanned)
    assert check(only, was) == ()
    actuals = [
        Actual(operation="A2", machine="M", begun=0, ended=10),
        Actual(operation="A0", machine="M", begun=10, ended=20),
    ]
    made = again(only, was, actuals, 20)
    (item,) = made.schedule.unplanned
    assert (item.operation, "in a row" in item.reason) == ("A1", True)


def test_upkeep_that_has_been_done_begins_the_run_anew() -> None:
    given = press(InARow(batches=2), upkeeps=(Upkeep(machine="M", units=5, most_batches=2),))
    was = schedule(
        batch("A0", start=0, end=10),
        batch("A1", start=10, end=20),
        batch("A2", start=25, end=35),
        batch("A3", start=35, end=45),
        upkeeps=[("M", "upkeep", 20, 25)],
        unplanned=["B"],
    )
    assert check(given, was) == ()
    made = again(given, was, happened("A0", "A1"), 26)
    assert carried(made) == (0, 0, 0)


def test_the_rest_of_a_batch_that_goes_on_is_no_further_batch() -> None:
    own = replace(machine(initial="red"), in_a_row=InARow(batches=1))
    given = scenario([order(name, minutes=10) for name in ("A", "B", "C")], [own])
    was = schedule(batch(("A", 0, 10), ("B", 10, 20), ("C", 20, 30)))
    assert check(given, was) == ()
    running = again(given, was, happened("A", running="B"), 15)
    assert running.schedule.unplanned == ()
    assert [b.operations for b in running.schedule.on("M")] == [("B", "C")]
    between = again(given, was, happened("A"), 10)
    assert between.scenario.machine["M"].made_in_a_row.batches == 0
    assert [b.operations for b in between.schedule.on("M")] == [("B", "C")]


def test_what_runs_goes_on_though_it_is_too_much_in_a_row() -> None:
    actuals = happened("A0", "A1", running="A2")
    made = again(press(), planned(), actuals, 25)
    assert made.schedule.on("M")[0].operations == ("A2",)
    assert made.schedule.on("M")[1].operations == ("B",)


def test_an_oven_counts_the_time_of_its_batches() -> None:
    oven = replace(
        machine(process=Process.PARALLEL, initial="red", capacity=[2]), in_a_row=InARow(units=60)
    )
    given = scenario([order(f"A{k}", minutes=30, sizes=[1]) for k in range(4)], [oven])
    was = schedule(batch("A0", "A1", start=0, end=30), batch("A2", "A3", start=30, end=60))
    assert check(given, was) == ()
    actuals = [Actual(operation=f"A{k}", machine="M", begun=0, ended=30) for k in range(2)]
    made = again(given, was, actuals, 30)
    assert carried(made) == (1, 30, 0)


def test_by_hand_the_run_cannot_be_made_longer_either() -> None:
    made = again(press(), planned(), happened("A0", "A1"), 20)
    change = MoveWork(operations=("A2",), machine="M", before="B")
    refused = apply(made.scenario, made.schedule, change)
    assert isinstance(refused, Refused)
    assert refused.rule == "campaign"
