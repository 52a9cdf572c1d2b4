"""What machines share, and how much one makes of a family in a row: the checker, by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planner.checker import check
from planner.domain import During, InARow, Level, Machine, Need, Resource, Scenario
from planner.errors import ScenarioError
from planner.schedule import Schedule
from tests.builders import batch, machine, order, scenario, schedule


def on(name: str = "M", *, in_a_row: InARow | None = None, **fields: object) -> Machine:
    """Return a machine with limits in a row."""
    made = machine(name, **fields)  # type: ignore[arg-type]
    return made if in_a_row is None else replace(made, in_a_row=in_a_row)


def sharing(need: Need, *, amount: int = 1, **fields: object) -> Scenario:
    """Return order A of red and B of blue, 60 minutes each, on M or N, and one crew."""
    fields.setdefault("machines", [machine("M", initial="red"), machine("N", initial="red")])
    return scenario(
        [order("A", family="red"), order("B", family="blue")],
        changeovers={("red", "blue"): 10},
        resources=(Resource(name="crew", levels=(Level(0, amount),)),),
        needs=(need,),
        **fields,  # type: ignore[arg-type]
    )


def crew(during: During, **fields: object) -> Need:
    return Need(resource="crew", during=during, **fields)  # type: ignore[arg-type]


def side_by_side(start: int) -> Schedule:
    """Return A on M from minute 0 to 60 and B on N from `start` on."""
    return schedule(
        batch("A", machine="M", start=0, end=60),
        batch("B", machine="N", family="blue", start=start, end=start + 60),
    )


def broken(given: Scenario, made: Schedule) -> set[str]:
    return {violation.rule for violation in check(given, made)}


@pytest.mark.parametrize(
    ("need", "start", "kept"),
    [
        # A runs from 0 to 60, B after it.
        (crew(During.RUN), 60, True),
        (crew(During.RUN), 59, False),
        # Loading takes 5: A from 0 to 5, B from 10 (its changeover) on.
        (crew(During.START, units=5), 10, True),
        (crew(During.START, units=11), 10, False),
        # Unloading: of 60 minutes that is all of A and B; of 5, A from 55 and B from 65 on.
        (crew(During.END, units=60), 59, False),
        (crew(During.END, units=5), 10, True),
        # Only M needs the crew, or only blue.
        (crew(During.RUN, machine="M"), 10, True),
        (crew(During.RUN, families=frozenset({"blue"})), 10, True),
        # One changeover alone, that to blue.
        (crew(During.CHANGEOVER), 10, True),
    ],
)
def test_resource_amount_of_one_for_two(need: Need, start: int, kept: bool) -> None:
    assert broken(sharing(need), side_by_side(start)) == (set() if kept else {"resource_amount"})


def test_resource_amount_says_who_needs_how_much_when() -> None:
    (found,) = check(sharing(crew(During.RUN)), side_by_side(30))
    assert found.message == "M, N need 2 of crew at Mon 2026-03-02 06:30, there is 1"
    assert (found.at, found.short_by, found.operations) == (30, 1, ("A", "B"))


@pytest.mark.parametrize(("amount", "rules"), [(2, set()), (1, {"resource_amount"})])
def test_resource_amount_is_kept_by_as_many_as_there_are(amount: int, rules: set[str]) -> None:
    assert broken(sharing(crew(During.RUN), amount=amount), side_by_side(30)) == rules


@pytest.mark.parametrize(("start", "kept"), [(20, True), (19, False), (110, True)])
def test_resource_amount_keeps_a_setter_for_one_changeover_at_a_time(
    start: int, kept: bool
) -> None:
    # M changes over to blue from 0 to 10, N from start - 10 to start.
    given = scenario(
        [order("A", family="blue"), order("B", family="blue")],
        [machine("M", initial="red"), machine("N", initial="red")],
        {("red", "blue"): 10},
        resources=(Resource(name="crew"),),
        needs=(crew(During.CHANGEOVER),),
    )
    made = schedule(
        batch("A", machine="M", family="blue", start=10, end=70),
        batch("B", machine="N", family="blue", start=start, end=start + 60),
    )
    assert broken(given, made) == (set() if kept else {"resource_amount"})


@pytest.mark.parametrize(("start", "kept"), [(70, True), (69, False), (130, True), (131, False)])
def test_resource_amount_counts_what_there_is_then(start: int, kept: bool) -> None:
    # There is one from 70 to 190, and B runs for 60.
    given = scenario(
        [order("B")],
        resources=(Resource(name="crew", levels=(Level(0, 0), Level(70, 1), Level(190, 0))),),
        needs=(crew(During.RUN),),
    )
    made = schedule(batch("B", start=start, end=start + 60))
    assert broken(given, made) == (set() if kept else {"resource_amount"})


def test_resource_amount_is_not_needed_while_the_machine_pauses() -> None:
    # The crew goes home with the machine: 30 minutes before the night and 30 after it.
    given = scenario(
        [order("A")],
        [machine(windows=[(0, 30), (100, 200)])],
        resources=(Resource(name="crew", levels=(Level(0, 1), Level(30, 0), Level(100, 1))),),
        needs=(crew(During.RUN),),
    )
    assert check(given, schedule(batch("A", start=0, end=130))) == ()


@pytest.mark.parametrize(("units", "kept"), [(20, True), (21, False)])
def test_resource_amount_lets_a_machine_run_through_the_night(units: int, kept: bool) -> None:
    # Loaded by 20, unloaded from 100 on: the crew is away from 20 to 100, the oven is not.
    given = scenario(
        [order("A", minutes=120)],
        [machine(process="parallel", pausable=False)],
        resources=(Resource(name="crew", levels=(Level(0, 1), Level(20, 0), Level(100, 1))),),
        needs=(crew(During.START, units=units), crew(During.END, units=20)),
    )
    made = schedule(batch("A", start=0, end=120))
    assert broken(given, made) == (set() if kept else {"resource_amount"})


def moulds(*, initial: str | None = None) -> Scenario:
    """Return A and B, which need the one red mould, and C of blue, which needs none."""
    return scenario(
        [order("A"), order("B"), order("C", family="blue")],
        [machine("M", initial=initial), machine("N")],
        {("red", "blue"): 10},
        resources=(Resource(name="mould"),),
        needs=(Need(resource="mould", during=During.SET_UP, families=frozenset({"red"})),),
    )


@pytest.mark.parametrize(("start", "kept"), [(90, True), (89, False)])
def test_resource_amount_holds_a_mould_until_the_next_changeover(start: int, kept: bool) -> None:
    # M makes A until 60, and changes over to C from 90 to 100: then the mould is free.
    made = schedule(
        batch("A", machine="M", start=0, end=60),
        batch("C", machine="M", family="blue", start=100, end=160),
        batch("B", machine="N", start=start, end=start + 60),
    )
    assert broken(moulds(), made) == (set() if kept else {"resource_amount"})


def test_resource_amount_holds_a_mould_for_good_where_nothing_follows() -> None:
    made = schedule(
        batch("A", machine="M", start=0, end=60),
        batch("B", machine="N", start=500, end=560),
        unplanned=["C"],
    )
    assert broken(moulds(), made) == {"resource_amount"}


def test_resource_amount_holds_what_is_set_up_at_the_start() -> None:
    made = schedule(batch("B", machine="N", start=500, end=560), unplanned=["A", "C"])
    assert broken(moulds(), made) == set()
    assert broken(moulds(initial="red"), made) == {"resource_amount"}


def test_more_set_up_at_the_start_than_there_is_is_refused() -> None:
    with pytest.raises(ScenarioError, match="set up with 2 of mould at the start, there is 1"):
        scenario(
            [order("A")],
            [machine("M", initial="red"), machine("N", initial="red")],
            resources=(Resource(name="mould"),),
            needs=(Need(resource="mould", during=During.SET_UP),),
        )


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        (InARow(batches=2), True),
        (InARow(batches=1), False),
        (InARow(units=120), True),
        (InARow(units=119), False),
        (InARow(quantity=Decimal("7.5")), True),
        (InARow(quantity=Decimal("7.4")), False),
    ],
)
def test_campaign_of_two_batches_of_60_minutes(limit: InARow, kept: bool) -> None:
    given = scenario(
        [order("A", quantity=Decimal("2.5")), order("B", quantity=Decimal(5))],
        [on(in_a_row=limit)],
    )
    made = schedule(batch("A", start=0, end=60), batch("B", start=60, end=120))
    assert broken(given, made) == (set() if kept else {"campaign"})


def test_campaign_begins_anew_behind_another_family() -> None:
    given = scenario(
        [order("A"), order("B", family="blue"), order("C")], [on(in_a_row=InARow(batches=1))]
    )
    made = schedule(
        batch("A", start=0, end=60),
        batch("B", family="blue", start=60, end=120),
        batch("C", start=120, end=180),
    )
    assert check(given, made) == ()
