"""The rule upkeep and what goes with it, judged and measured by hand on one small plant.

Machine M makes A, B and C, 60 minutes each, from 0 on. It is washed after two batches, which takes
30 minutes and costs 7.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from planner.checker import Violation, check
from planner.domain import InARow, Level, Need, Resource, Scenario, Upkeep
from planner.errors import ScenarioError, ScheduleError
from planner.kpis import measure, resource_uses, resource_waits, rows, upkeep_rows
from planner.schedule import Schedule
from tests.builders import batch, machine, order, scenario, schedule

WASH = Upkeep(machine="M", name="wash", units=30, cost=7, most_batches=2)
RED, BLUE = "red", "blue"


def plant(*upkeeps: Upkeep, families: tuple[str, ...] = (RED, RED, RED), **fields: Any) -> Scenario:
    names = "ABCDEFG"[: len(families)]
    given: dict[str, Any] = {"machines": [machine(initial=RED)], **fields}
    return scenario(
        [
            order(name, family=family, quantity=Decimal(10))
            for name, family in zip(names, families, strict=True)
        ],
        given.pop("machines"),
        given.pop("changeovers", {}),
        upkeeps=upkeeps,
        **given,
    )


def in_a_row(*starts: int, upkeeps: tuple[tuple[str, str, int, int], ...] = ()) -> Schedule:
    """Return A, B, C ... of 60 minutes each, one batch each, with upkeep."""
    batches = (batch(n, start=at, end=at + 60) for n, at in zip("ABCDEFG", starts, strict=False))
    return schedule(*batches, upkeeps=upkeeps)


def broken(made: Scenario, planned: Schedule) -> list[str]:
    return [violation.rule for violation in check(made, planned)]


def only(made: Scenario, planned: Schedule) -> Violation:
    (violation,) = check(made, planned)
    return violation


def test_a_third_batch_without_upkeep_is_one_too_many() -> None:
    found = only(plant(WASH), in_a_row(0, 60, 120))
    assert (found.rule, found.machine, found.batch, found.at) == ("upkeep", "M", 3, 120)
    assert found.message == "batches since the last wash comes to 3, M needs it after 2"


def test_upkeep_between_batches_sets_the_count_back() -> None:
    made = plant(WASH)
    assert check(made, in_a_row(0, 60, 150, upkeeps=(("M", "wash", 120, 150),))) == ()
    # Earlier than needed is allowed too: one batch, then two.
    assert check(made, in_a_row(0, 90, 150, upkeeps=(("M", "wash", 60, 90),))) == ()
    # Before the first batch two are left, and the third is one too many.
    early = in_a_row(30, 90, 150, upkeeps=(("M", "wash", 0, 30),))
    assert only(made, early).batch == 3


def test_what_was_done_before_the_start_counts() -> None:
    made = plant(replace(WASH, done_batches=1))
    assert check(made, in_a_row(0, 90, 150, upkeeps=(("M", "wash", 60, 90),))) == ()
    late = in_a_row(0, 60, 150, upkeeps=(("M", "wash", 120, 150),))
    assert only(made, late).batch == 2
    due = plant(replace(WASH, done_batches=2), families=(RED, RED))
    assert only(due, in_a_row(0, 60)).batch == 1
    assert check(due, in_a_row(30, 90, upkeeps=(("M", "wash", 0, 30),))) == ()


@pytest.mark.parametrize(
    ("limit", "allowed"),
    [
        ({"most_units": 119}, 1),
        ({"most_units": 120}, 2),
        ({"most_units": 180}, 3),
        ({"most_quantity": Decimal("19.9")}, 1),
        ({"most_quantity": Decimal(20)}, 2),
        ({"most_batches": 1}, 1),
        ({"most_batches": 2, "most_units": 60}, 1),
    ],
)
def test_running_time_quantity_and_batches_are_counted_each(
    limit: dict[str, Any], allowed: int
) -> None:
    # Each batch runs 60 minutes and makes 10 pieces: the first that passes a limit is told.
    made = plant(replace(WASH, **{"most_batches": None, **limit}))
    found = [violation.batch for violation in check(made, in_a_row(0, 60, 120))]
    assert found == ([allowed + 1] if allowed < 3 else [])


def test_running_time_is_that_of_batches_without_closed_time() -> None:
    # Closed from 90 to 150: B runs 30 minutes before and 30 after. 120 minutes in all.
    windows = ((0, 90), (150, 400))
    made = plant(
        Upkeep(machine="M", name="wash", units=30, most_units=120),
        families=(RED, RED),
        machines=[machine(initial=RED, windows=windows)],
    )
    assert check(made, schedule(batch("A", end=60), batch("B", start=60, end=180))) == ()


def test_two_upkeeps_count_each_for_itself() -> None:
    filters = Upkeep(machine="M", name="filter", units=15, most_batches=3)
    made = plant(WASH, filters, families=(RED,) * 4)
    wash = ("M", "wash", 120, 150)
    # The wash after two leaves the filter at two: one more batch, then it is due.
    assert only(made, in_a_row(0, 60, 150, 210, upkeeps=(wash,))).batch == 4
    both = (wash, ("M", "filter", 150, 165))
    assert check(made, in_a_row(0, 60, 165, 225, upkeeps=both)) == ()


def test_upkeep_takes_its_time_between_batches_and_changeovers() -> None:
    made = plant(WASH, families=(RED, RED, BLUE), changeovers={(RED, BLUE): 20})

    def washed(start: int, end: int, last: int = 170) -> Schedule:
        moved = batch("C", start=last, end=last + 60, family=BLUE)
        first = (batch("A", end=60), batch("B", start=60, end=120))
        return schedule(*first, moved, upkeeps=[("M", "wash", start, end)])

    assert check(made, washed(120, 150)) == ()
    assert broken(made, washed(110, 140)) == ["one_batch_at_a_time"]  # while B runs
    assert broken(made, washed(125, 155)) == ["changeover_time"]  # 15 left for a changeover of 20
    assert only(made, washed(125, 155)).short_by == 5
    found = only(made, washed(120, 145))
    assert (found.rule, found.short_by) == ("upkeep", 5)
    assert found.message == "wash works for 25, it takes 30"
    # The changeover comes after upkeep: 20 minutes before it are none.
    assert broken(made, washed(140, 170)) == ["changeover_time"]


def test_upkeep_lies_where_the_machine_is_open() -> None:
    windows = ((0, 130), (200, 400))
    resting = machine(initial=RED, windows=windows)
    stays_on = replace(resting, pausable=False)
    after = in_a_row(0, 60, 220)
    paused = replace(after, upkeeps=in_a_row(upkeeps=(("M", "wash", 120, 220),)).upkeeps)
    assert check(plant(WASH, machines=[resting]), paused) == ()
    # A machine that cannot pause does it inside one window, which may be another than the batch's.
    assert "machine_calendar" in broken(plant(WASH, machines=[stays_on]), paused)
    short = replace(WASH, units=10)
    other = in_a_row(0, 60, 200, upkeeps=(("M", "wash", 120, 130),))
    assert check(plant(short, machines=[stays_on]), other) == ()
    closed = in_a_row(0, 60, 230, upkeeps=(("M", "wash", 130, 230),))
    assert broken(plant(WASH, machines=[resting]), closed) == ["machine_calendar"]
    beyond = in_a_row(0, 60, upkeeps=(("M", "wash", -30, 0),))
    assert "machine_calendar" in broken(plant(WASH, families=(RED, RED)), beyond)


def test_after_upkeep_that_sets_up_the_changeover_is_from_there() -> None:
    # Straight from red to blue is not possible; from clean it takes 10 minutes.
    clean = replace(WASH, sets_up="clean")
    made = plant(
        clean,
        families=(RED, BLUE),
        changeovers={(RED, BLUE): None, ("clean", BLUE): (10, 3), (RED, "clean"): None},
    )
    straight = schedule(batch("A", end=60), batch("B", start=60, end=120, family=BLUE))
    assert broken(made, straight) == ["changeover_possible"]
    washed = schedule(
        batch("A", end=60),
        batch("B", start=100, end=160, family=BLUE),
        upkeeps=[("M", "wash", 60, 90)],
    )
    assert check(made, washed) == ()
    at_once = replace(
        washed, batches=(washed.batches[0], batch("B", start=95, end=155, family=BLUE))
    )
    assert broken(made, at_once) == ["changeover_time"]
    terms = measure(made, washed).terms
    assert (terms.changeover_minutes, terms.changeover_cost) == (10, 3 + 7)


def test_without_setting_up_a_machine_stays_as_it_was() -> None:
    made = plant(WASH, families=(RED, BLUE), changeovers={(RED, BLUE): None})
    washed = schedule(
        batch("A", end=60),
        batch("B", start=100, end=160, family=BLUE),
        upkeeps=[("M", "wash", 60, 90)],
    )
    assert broken(made, washed) == ["changeover_possible"]


def test_upkeep_ends_what_is_made_in_a_row() -> None:
    made = plant(
        replace(WASH, most_batches=9),
        machines=[replace(machine(initial=RED), in_a_row=InARow(batches=2))],
    )
    assert broken(made, in_a_row(0, 60, 120)) == ["campaign"]
    assert check(made, in_a_row(0, 60, 150, upkeeps=(("M", "wash", 120, 150),))) == ()


def test_a_fitter_keeps_up_one_machine_at_a_time() -> None:
    two = [machine("M", initial=RED), machine("N", initial=RED)]
    each = [replace(WASH, machine=name, most_batches=1, done_batches=1) for name in "MN"]
    made = plant(
        *each,
        families=(RED, RED),
        machines=two,
        resources=(Resource(name="fitter"),),
        needs=(Need(resource="fitter", during="upkeep"),),
    )
    batches = (batch("A", start=60, end=120), batch("B", start=60, end=120, machine="N"))
    after_each_other = [("M", "wash", 0, 30), ("N", "wash", 30, 60)]
    assert check(made, schedule(*batches, upkeeps=after_each_other)) == ()
    at_once = [("M", "wash", 0, 30), ("N", "wash", 20, 50)]
    found = only(made, schedule(*batches, upkeeps=at_once))
    assert (found.rule, found.at, found.short_by) == ("resource_amount", 20, 1)
    uses = resource_uses(made, schedule(*batches, upkeeps=at_once))
    assert [(use.machine, use.batch, use.start, use.end) for use in uses] == [
        ("M", 0, 0, 30),
        ("N", 0, 20, 50),
    ]


@pytest.mark.parametrize("sets_up", [None, "clean"])
def test_a_mould_stays_in_through_upkeep_unless_that_sets_up_something_else(
    sets_up: str | None,
) -> None:
    # Both machines make red with the one mould; M is washed from 60 to 90 and then makes blue.
    two = [machine("M", initial=RED), machine("N", initial=BLUE)]
    made = scenario(
        [order("A"), order("B", family=BLUE), order("C")],
        two,
        {(RED, BLUE): 0, ("clean", BLUE): 0, (BLUE, RED): 0},
        upkeeps=(replace(WASH, most_batches=1, sets_up=sets_up),),
        resources=(Resource(name="mould"),),
        needs=(Need(resource="mould", during="set up", families=frozenset((RED,))),),
    )
    planned = schedule(
        batch("A", end=60),
        batch("B", start=90, end=150, family=BLUE),
        batch("C", start=60, end=120, machine="N"),
        upkeeps=[("M", "wash", 60, 90)],
    )
    found = check(made, planned)
    assert [v.rule for v in found] == ([] if sets_up else ["resource_amount"])
    held = [(u.machine, u.start, u.end) for u in resource_uses(made, planned)]
    assert held[1] == ("M", 0, 60 if sets_up else 90)  # by the batch, after the start


def test_an_upkeep_that_the_machine_does_not_have_is_told() -> None:
    made, planned = plant(WASH), in_a_row(0, 60, 150, upkeeps=(("M", "oil", 120, 150),))
    told = [str(violation) for violation in check(made, planned)]
    assert "upkeep: M, oil is no upkeep of this machine" in told
    with pytest.raises(ScheduleError, match="'M' has no upkeep 'oil'"):
        measure(made, planned)
    with pytest.raises(ScheduleError, match="'X' has no upkeep 'wash'"):
        measure(made, in_a_row(0, upkeeps=(("X", "wash", 120, 150),)))


def test_what_upkeep_takes_costs_and_when_it_is_next() -> None:
    hours = Upkeep(machine="M", name="oil", units=15, most_units=400, done_units=100)
    pieces = Upkeep(machine="M", name="die", units=15, most_quantity=Decimal(45))
    made = plant(WASH, hours, pieces)
    kpis = measure(made, in_a_row(0, 60, 150, upkeeps=(("M", "wash", 120, 150),)))
    assert (kpis.upkeeps, kpis.upkeep_hours, kpis.upkeep_cost) == (1, 0.5, 7)
    assert (kpis.changeover_cost, kpis.changeover_hours, kpis.idle_hours) == (0, 0.0, 0.0)
    assert kpis.terms.changeover_cost == 7
    wash, oil, die = kpis.upkeep
    assert (wash.times, wash.hours, wash.cost, wash.next_in_batches) == (1, 0.5, 7, 1)
    # 100 of 400 minutes were done before, 180 since: 120 are left.
    assert (oil.times, oil.next_in_hours, oil.next_in_batches) == (0, 2.0, None)
    assert die.next_in_quantity == Decimal(15)
    assert [row.text for row in upkeep_rows(wash)] == [
        *("1", "0.5 h", "7", "not available", "1", "not available")
    ]
    assert "Upkeep time" in [row.label for row in rows(kpis)]


def test_figures_of_a_plant_without_upkeep_do_not_speak_of_it() -> None:
    kpis = measure(plant(), in_a_row(0, 60, 120))
    assert (kpis.upkeeps, kpis.upkeep_hours, kpis.upkeep_cost, kpis.upkeep) == (None,) * 3 + ((),)
    assert not [row.label for row in rows(kpis) if "pkeep" in row.label]


def test_a_batch_waits_for_the_setter_who_is_at_the_other_machine() -> None:
    # One setter, changeovers of 20: M changes over from 0, N could too, but begins at 20.
    made = scenario(
        [order("A"), order("B")],
        [machine("M", initial=BLUE), machine("N", initial=BLUE)],
        {(BLUE, RED): 20},
        resources=(Resource(name="setter"),),
        needs=(Need(resource="setter", during="changeover"),),
    )
    planned = schedule(batch("A", start=20, end=80), batch("B", start=40, end=100, machine="N"))
    assert check(made, planned) == ()
    (wait,) = resource_waits(made, planned)
    assert (wait.machine, wait.batch, wait.operations) == ("N", 1, ("B",))
    assert (wait.earliest, wait.start, wait.resources) == (20, 40, ("setter",))
    (setter,) = measure(made, planned).resources
    assert (setter.waits, setter.wait_hours) == (1, float(Fraction(20, 60)))
    # With two setters it could have begun at once, so that nothing keeps it but the plan.
    two = replace(made, resources=(Resource(name="setter", levels=(Level(0, 2),)),))
    assert resource_waits(two, planned) == ()


def test_waiting_is_not_what_release_or_closed_time_keep() -> None:
    made = scenario(
        [order("A"), order("B", release=200)],
        [machine(initial=RED, windows=((0, 100), (150, 400)), pausable=False)],
        resources=(Resource(name="crew", levels=(Level(0, 0), Level(230, 1))),),
        needs=(Need(resource="crew", during="run"),),
    )
    planned = schedule(batch("B", start=230, end=290), batch("A", start=290, end=350))
    assert [(w.operations, w.earliest) for w in resource_waits(made, planned)] == [(("B",), 200)]


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"most_batches": None}, "counts nothing"),
        ({"units": 0}, "takes 0 units"),
        ({"done_batches": -1}, "is negative"),
        ({"name": ""}, "needs a name"),
    ],
)
def test_upkeep_that_is_nonsense_is_refused(fields: dict[str, Any], match: str) -> None:
    with pytest.raises(ScenarioError, match=match):
        replace(WASH, **fields)


def test_a_scenario_refuses_upkeep_of_nothing() -> None:
    with pytest.raises(ScenarioError, match="upkeep of machine X"):
        plant(replace(WASH, machine="X"))
    with pytest.raises(ScenarioError, match="same name"):
        plant(WASH, WASH)
