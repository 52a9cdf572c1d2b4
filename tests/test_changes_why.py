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
    Standing,
    WayOut,
    apply_to,
    explanation,
    promise,
    promise_line,
    why_here,
    why_not_together,
)
from planner.changes.chain import binding, chain
from planner.checker import check
from planner.domain import After, Pin, Scenario
from planner.errors import ChangeError
from planner.schedule import Schedule
from tests.builders import machine, order, random_scenario, scenario
from tests.routed import random_routed

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
            given = random_routed(rng, operations=7)
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
