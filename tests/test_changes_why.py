"""Why an order is late, and what would help: no cause had slack, each way out does what it says."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from planner import earliest_due_date, explain, one_by_one
from planner.changes import (
    AddOrder,
    AddShift,
    Applied,
    Cause,
    CauseKind,
    LeaveOut,
    Standing,
    WayOut,
    apply_to,
    explanation,
    promise,
    promise_line,
    why_here,
    why_not_together,
    why_unplanned,
)
from planner.changes.applying import attempted
from planner.changes.arranging import as_sequences, taken_out
from planner.changes.chain import binding, chain
from planner.changes.places import as_change
from planner.changes.ways_out import last_of
from planner.checker import check
from planner.domain import After, During, Level, Need, Pin, Resource, Scenario, Upkeep
from planner.errors import ChangeError
from planner.routes import leading_to
from planner.schedule import PlannedUpkeep, Schedule
from planner.search.placing import priced_places
from tests.builders import batch, machine, order, random_scenario, scenario
from tests.routed import random_routed
from tests.shared import random_shared

ALONE = (CauseKind.MACHINE, CauseKind.STAGE, CauseKind.RELEASED, CauseKind.PINNED)


def _kinds(causes: tuple[Cause, ...] | list[Cause]) -> list[tuple[CauseKind, str]]:
    return [(cause.kind, cause.operation) for cause in causes]


def _planned(given: Scenario) -> Standing:
    return Standing(scenario=given, schedule=one_by_one(given))


def test_an_order_behind_others_waited_for_its_machine_from_the_beginning_on() -> None:
    given = scenario(
        orders=[
            order("A", minutes=60),
            order("B", family="blue", minutes=30, due=100),
        ],
        changeovers={("red", "blue"): 20},
    )
    told = explain(given, one_by_one(given), "B", with_ways_out=False)
    assert told.lateness == 10
    assert _kinds(told.causes) == [
        (CauseKind.MADE, "B"),
        (CauseKind.MACHINE, "B"),
        (CauseKind.MADE, "A"),
        (CauseKind.BEGINNING, "A"),
    ]
    assert told.causes[1].changeover == 20
    assert list(told) == [
        "Order B is complete Mon 02 Mar 07:50, 0:10 h after it is due, Mon 02 Mar 07:40.",
        "Order B is on M from Mon 02 Mar 07:20 to Mon 02 Mar 07:50.",
        "M was busy before that, from Mon 02 Mar 06:00 on, with order A; 0:20 h of it are "
        "changeovers.",
        "It begins with the plan, Mon 02 Mar 06:00.",
    ]


def test_a_release_ends_the_chain_and_a_free_machine_is_not_named() -> None:
    given = scenario(orders=[order("A", minutes=10), order("B", minutes=30, release=50, due=60)])
    told = explain(given, one_by_one(given), "B", with_ways_out=False)
    assert _kinds(told.causes) == [(CauseKind.MADE, "B"), (CauseKind.RELEASED, "B")]


def test_a_stage_before_that_was_done_in_good_time_is_not_the_cause() -> None:
    given = scenario(
        orders=[
            order("A", durations={"M1": 10}),
            order("X", durations={"M2": 100}),
            order("B", durations={"M2": 10}, due=50),
        ],
        machines=[machine("M1"), machine("M2")],
    )
    first, busy, last = given.operations
    # B comes after A, which is done at 10; M2 is busy with X until 100.
    given = replace(given, operations=(first, busy, replace(last, after=(After("A", 5),))))
    standing = _planned(given)
    assert standing.times["B"] == ("M2", 100, 110)
    assert _kinds(binding(standing, "B")) == [(CauseKind.MACHINE, "B")]
    # Without X it waits for A, and for the 5 that it must lie.
    alone = replace(given, operations=(first, given.operations[2]), orders=(
        given.orders[0], given.orders[2]))  # fmt: skip
    assert _kinds(binding(_planned(alone), "B")) == [(CauseKind.STAGE, "B")]


def test_what_closed_time_adds_is_told_with_its_cause() -> None:
    given = scenario(
        orders=[order("A", minutes=60), order("B", minutes=30, due=70)],
        machines=[machine(windows=((0, 60), (100, 200)))],
    )
    causes = binding(_planned(given), "B")
    # M was free at 60 and opened again at 100.
    assert [(c.kind, c.since, c.until) for c in causes] == [(CauseKind.MACHINE, 60, 100)]


def test_a_pin_is_a_cause() -> None:
    given = scenario(orders=[order("A", minutes=10, pin=Pin(machine="M", start=40), due=20)])
    assert _kinds(binding(_planned(given), "A")) == [(CauseKind.PINNED, "A")]


def test_an_order_in_time_and_one_that_is_not_planned_are_told_of_too() -> None:
    given = scenario(orders=[order("A", minutes=10, due=20), order("B", minutes=99, deadline=50)])
    schedule = one_by_one(given)
    assert next(iter(explain(given, schedule, "A"))).endswith(
        "in time: it is due Mon 02 Mar 06:20."
    )
    assert next(iter(explain(given, schedule, "B"))).startswith("Order B is not planned: ")
    with pytest.raises(ChangeError, match="there is no order Z"):
        explain(given, schedule, "Z")


def _random_standings(count: int) -> Iterator[Standing]:
    for seed in range(count):
        rng = np.random.default_rng(seed)
        if seed % 2:
            given = random_routed(rng, operations=7, most_waits=seed % 4 == 1)
        else:
            given = random_scenario(rng, orders=6, machines=2)
        schedule = (one_by_one if seed % 3 else earliest_due_date)(given)
        yield Standing(scenario=given, schedule=schedule)


def test_a_cause_that_is_named_has_no_slack() -> None:
    """Had it been a moment later in open time, so would have been what waited for it."""
    named = 0
    for standing in _random_standings(60):
        for name in standing.times:
            start = standing.times[name][1]
            for cause in binding(standing, name):
                if cause.kind not in ALONE:
                    continue
                named += 1
                assert cause.until == start
                if cause.kind == CauseKind.STAGE:
                    link = next(
                        each
                        for each in standing.scenario.operation[cause.operation].after
                        if each.operation == cause.others[0]
                    )
                    done = standing.times[link.operation][2] + link.least_wait
                    assert done == cause.since
                if cause.kind == CauseKind.RELEASED:
                    own = standing.scenario.operation[cause.operation].order
                    assert standing.scenario.order[own].release == cause.since
                # Between them the machine could not have begun it: closed, or changing over.
                assert _could_not_begin_before(standing, cause)
    assert named > 100


def _could_not_begin_before(standing: Standing, cause: Cause) -> bool:
    """Tell whether a schedule with the operation a moment earlier breaks a rule."""
    batch = standing.batch_of[cause.operation]
    moved = replace(
        batch,
        start=batch.start - 1,
        end=batch.end - 1,
        placements=tuple(replace(p, start=p.start - 1, end=p.end - 1) for p in batch.placements),
    )
    rest = tuple(b for b in standing.schedule.batches if b is not batch)
    schedule = Schedule(batches=(*rest, moved), unplanned=standing.schedule.unplanned)
    return bool(check(standing.scenario, schedule))


def _two_machines_and(levels: tuple[Level, ...]) -> Standing:
    """Return A (60) on M1 and B (30) on M2, each of which needs the operator while it runs."""
    given = scenario(
        orders=[order("A", durations={"M1": 60}), order("B", durations={"M2": 30}, due=70)],
        machines=[machine("M1"), machine("M2")],
        resources=(Resource(name="operator", levels=levels),),
        needs=(Need(resource="operator", during=During.RUN),),
    )
    return _planned(given)


def test_a_resource_that_was_waited_for_is_named_with_who_had_it() -> None:
    standing = _two_machines_and((Level(0, 1),))
    told = explanation(standing, "B", with_ways_out=False)
    assert [(c.kind, c.resource, c.others, c.since) for c in told.causes[1:2]] == [
        (CauseKind.RESOURCE, "operator", ("A",), 60)
    ]
    assert "Order B waited for operator until Mon 02 Mar 07:00, which order A had." in told.lines
    # A went first, so that B waited for it; and A began with the plan.
    assert _kinds(told.causes)[2:] == [(CauseKind.MADE, "A"), (CauseKind.BEGINNING, "A")]


def test_a_resource_that_is_not_there_yet_is_named_without_anyone() -> None:
    standing = _two_machines_and((Level(0, 0), Level(40, 2)))
    assert standing.times["B"] == ("M2", 40, 70)
    assert "Order B waited for operator until Mon 02 Mar 06:40: there was not enough of it." in (
        why_here(standing, "B")
    )


def test_a_moment_earlier_the_resource_that_is_named_would_be_too_little() -> None:
    named = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        standing = _planned(random_shared(rng, in_a_row=False, operations=6))
        for name in standing.times:
            machine_of = standing.scenario.machine[standing.times[name][0]]
            if machine_of.pausable or standing.batch_of[name].operations[0] != name:
                continue
            for cause in binding(standing, name):
                if cause.kind == CauseKind.RESOURCE:
                    assert cause.until == standing.times[name][1]
                    assert _could_not_begin_before(standing, cause)
                    named += 1
    assert named > 5


def test_upkeep_before_it_is_part_of_what_it_waited_for() -> None:
    given = scenario(
        orders=[order("A", minutes=60), order("B", minutes=30, due=80)],
        upkeeps=(Upkeep(machine="M", name="cleaning", units=20, most_batches=1),),
    )
    made = Schedule(
        batches=(batch("A", start=0, end=60), batch("B", start=80, end=110)),
        upkeeps=(PlannedUpkeep(machine="M", name="cleaning", start=60, end=80),),
    )
    assert check(given, made) == ()
    (cause,) = binding(Standing(scenario=given, schedule=made), "B")
    assert (cause.kind, cause.since, cause.until, cause.upkeep) == (
        CauseKind.MACHINE,
        80,
        80,
        ("cleaning",),
    )


# Why something is not planned.


def test_by_how_much_a_deadline_would_be_missed_is_told_for_each_machine() -> None:
    given = scenario(
        orders=[
            order("A", durations={"M1": 60}, pin=Pin(machine="M1", start=0)),
            order("B", durations={"M1": 60, "M2": 200}, deadline=100),
            order("C", durations={"M2": 10}, pin=Pin(machine="M2", start=0)),
        ],
        machines=[machine("M1"), machine("M2")],
    )
    standing = _planned(given)
    # On M1 from 60 to 120, on M2 from 10 to 210.
    assert list(explanation(standing, "B"))[1:] == [
        "On M1 it could be complete Mon 02 Mar 08:00 at the earliest, 0:20 h after its deadline, "
        "Mon 02 Mar 07:40.",
        "On M2 it could be complete Mon 02 Mar 09:30 at the earliest, 1:50 h after its deadline, "
        "Mon 02 Mar 07:40.",
    ]


def test_what_comes_after_something_unplanned_is_explained_by_that() -> None:
    given = scenario(orders=[order("A", minutes=99, deadline=50), order("B", minutes=10)])
    first, last = given.operations
    given = replace(given, operations=(first, replace(last, after=(After("A", 0),))))
    lines = why_unplanned(_planned(given), "B")
    assert lines[0].startswith("Order B is not planned: ")
    assert lines[1].startswith("Order A is not planned: ")


def test_what_was_left_out_has_a_place() -> None:
    given = scenario(orders=[order("A", minutes=60), order("B", minutes=10)])
    start = _planned(given)
    made = apply_to(start, LeaveOut(orders=("B",)))
    assert isinstance(made, Applied)
    lines = why_unplanned(made.after, "B")
    assert lines == (
        "Order B is not planned: left out by hand.",
        "On M there is a place for it: it would be complete Mon 02 Mar 06:10 at the earliest.",
    )
    assert why_unplanned(made.after, "A") == ()


def test_a_resource_that_leaves_no_room_is_told() -> None:
    given = scenario(
        orders=[order("A", durations={"M1": 60}, pin=Pin(machine="M1", start=0)),
                order("B", durations={"M2": 30}, deadline=50)],
        machines=[machine("M1"), machine("M2")],
        resources=(Resource(name="operator"),),
        needs=(Need(resource="operator", during=During.RUN),),
    )  # fmt: skip
    lines = why_unplanned(_planned(given), "B")
    # The operator is free at 60: B would be complete at 90, 40 after its deadline.
    assert lines[1:] == (
        "On M2 it could be complete Mon 02 Mar 07:30 at the earliest, 0:40 h after its deadline, "
        "Mon 02 Mar 06:50.",
    )


def test_a_chain_leads_back_without_a_gap_in_what_it_follows() -> None:
    for standing in _random_standings(40):
        for name in standing.times:
            causes = chain(standing, name)
            assert causes[0].kind == CauseKind.MADE
            assert causes[0].operation == name
            assert len(causes) > 1
            made = [c for c in causes if c.kind == CauseKind.MADE]
            # What was waited for was never made later than what waited.
            ends = [c.since for c in made]
            assert ends == sorted(ends, reverse=True)


# Ways out.


def test_each_way_out_carried_out_has_the_effect_that_it_names() -> None:
    tried = 0
    for standing in _random_standings(30):
        late = [n for n in standing.scenario.order if (standing.lateness_of(n) or 0) > 0]
        for name in late:
            for way in explanation(standing, name).ways:
                _does_what_it_says(standing, way)
                tried += 1
    assert tried > 20


def test_a_single_move_that_helps_is_found_where_something_must_not_wait_long() -> None:
    found = missed = 0
    for seed in range(100):
        given = random_routed(np.random.default_rng(seed), operations=8, most_waits=True)
        standing = _planned(given)
        for name in () if standing.knows_places else given.order:
            lateness = standing.lateness_of(name) or 0
            if lateness > 0 and _best_of_all_places(standing, name) < lateness:
                found += bool(explanation(standing, name).ways)
                missed += not explanation(standing, name).ways
    assert found > 20
    assert missed <= found / 20


def _best_of_all_places(standing: Standing, order: str) -> int:
    """Return the least lateness with the last operation of an order anywhere else."""
    name = last_of(standing, order)
    lists = [list(batches) for batches in standing.sequences]
    taken_out(lists, [standing.row[name], *_following(standing, name)])
    rest = as_sequences(lists, standing.sequences)
    lateness = [standing.lateness_of(order) or 0]
    for place in priced_places(standing.arrays, rest, standing.row[name], standing.state):
        made = attempted(standing, as_change(standing, name, place))
        if isinstance(made, Applied):
            lateness.append(made.after.lateness_of(order) or 0)
    return min(lateness)


def _following(standing: Standing, name: str) -> list[int]:
    rows = standing.row.values()
    return [row for row in rows if standing.row[name] in leading_to(standing.arrays, row)]


def _does_what_it_says(standing: Standing, way: WayOut) -> None:
    after = standing
    for change in way.changes:
        made = apply_to(after, change)
        assert isinstance(made, Applied)
        after = made.after
    assert check(after.scenario, after.schedule) == ()
    assert after.schedule == way.after.schedule
    assert after.lateness_of(way.order) == way.lateness_after
    assert way.lateness_after < way.lateness_before == standing.lateness_of(way.order)
    assert after.cost - standing.cost == way.cost
    for pushed in way.pushed:
        assert after.lateness_of(pushed.order) == pushed.lateness_after


def test_overtime_is_a_way_out_where_an_evening_would_do() -> None:
    day = 24 * 60
    given = scenario(
        orders=[order("A", minutes=470), order("B", minutes=60, due=day)],
        machines=[machine(windows=((0, 480), (day, day + 480)))],
    )
    told = explain(given, one_by_one(given), "B")
    ways = [way for way in told.ways if isinstance(way.changes[0], AddShift)]
    # B takes 60: 10 before the evening, 50 in it.
    assert ways[0].changes == (AddShift(machine="M", start=480, end=600),)
    assert ways[0].is_on_time
    assert any("run M 2:00 h longer, from Mon 02 Mar 14:00" in line for line in told)


# Questions.


def test_why_here_names_what_it_waited_for_and_the_next_best_place() -> None:
    given = scenario(
        orders=[order("A", minutes=60), order("B", family="blue", minutes=30)],
        changeovers={("red", "blue"): 20},
    )
    schedule = one_by_one(given)
    lines = why_here(Standing(scenario=given, schedule=schedule), "B")
    assert lines[0] == "Order B begins Mon 02 Mar 07:20 on M."
    assert lines[1] == (
        "M was busy until Mon 02 Mar 07:00 with order A, and then changes over from red to blue, "
        "0:20 h."
    )
    assert lines[2].startswith("Next best: make order B on M, before order A: changeover −0:20")


def test_why_not_together_names_the_rule_or_the_price() -> None:
    oven = machine("M", process="parallel", capacity=(10,))
    given = scenario(
        orders=[order("A", sizes=(6,)), order("B", sizes=(6,)), order("C", sizes=(2,))],
        machines=[oven],
    )
    standing = _planned(given)
    assert why_not_together(standing, "A", "B") == (
        "They cannot be in one batch: together that is 12 pieces, and M holds 10.",
    )
    assert why_not_together(standing, "A", "C")[0].startswith("They could be: make order ")


# Promises.


def test_a_rush_order_gets_a_date_that_moves_nothing_and_earlier_ones_with_who_pays() -> None:
    given = scenario(orders=[order("A", minutes=60, due=60), order("B", minutes=30, due=500)])
    schedule = one_by_one(given)
    offers = promise(given, schedule, AddOrder(order="R", like="B", due=40))
    # Last; between A and B, which has time; before A, which then is 30 late.
    assert [(offer.manner, offer.completion) for offer in offers] == [
        ("disturbing nothing", 120),
        ("with small moves", 90),
        ("at any price", 30),
    ]
    assert [o.order for o in offers[2].pushed] == ["A"]
    for offer in offers:
        after = Standing(scenario=given, schedule=schedule)
        for change in offer.changes:
            made = apply_to(after, change)
            assert isinstance(made, Applied)
            after = made.after
        assert after.completion_of("R") == offer.completion
        assert check(after.scenario, after.schedule) == ()
        assert f"order R complete {given.clock.local(offer.completion):%a %d %b %H:%M}" in (
            promise_line(given, offer)
        )


def test_a_planned_order_is_not_promised_again() -> None:
    given = scenario(orders=[order("A")])
    with pytest.raises(ChangeError, match="is planned already"):
        promise(given, one_by_one(given), "A")
