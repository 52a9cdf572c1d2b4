"""Planning again: what has ended is done, what has begun is fixed, what is near stays."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from planner import earliest_due_date, one_by_one, read_actuals, replan
from planner.changes import (
    AddOrder,
    Calmness,
    CloseMachine,
    Standing,
    ahead,
    explanation,
    replanned_from,
)
from planner.changes.ahead import frozen
from planner.checker import check
from planner.domain import After, Duration, During, Need, PinReason, Resource, Scenario, Upkeep
from planner.errors import ChangeError, ScenarioError, ScheduleError
from planner.kpis import terms_of
from planner.schedule import Actual, PlannedUpkeep, Schedule, as_reference
from tests.builders import batch, machine, order, random_scenario, scenario, schedule
from tests.routed import random_routed
from tests.shared import random_shared


def _three() -> tuple[Scenario, Schedule]:
    """Return A (60), B (30) and C (10), one after the other on M, with changeovers of 20."""
    given = scenario(
        orders=[
            order("A", minutes=60, due=60, quantity=Decimal(10)),
            order("B", family="blue", minutes=30, due=200),
            order("C", minutes=10, due=300),
        ],
        changeovers={("red", "blue"): 20, ("blue", "red"): 20},
    )
    return given, earliest_due_date(given)


def test_what_has_begun_goes_on_for_the_time_that_is_left() -> None:
    given, schedule = _three()
    begun = Actual(operation="A", machine="M", begun=10)
    now = ahead(given, schedule, [begun], 40).standing
    # 30 of 60 are worked; B follows at 70 + 20.
    assert now.times == {"A": ("M", 40, 70), "B": ("M", 90, 120), "C": ("M", 140, 150)}
    pin = now.scenario.operation["A"].pin
    assert pin is not None
    assert pin.because == PinReason.BEGUN


def test_a_quantity_that_is_made_says_better_what_is_left() -> None:
    given, schedule = _three()
    begun = Actual(operation="A", machine="M", begun=10, quantity=Decimal(2))
    assert ahead(given, schedule, [begun], 40).standing.times["A"] == ("M", 40, 88)


def test_what_has_ended_is_gone_and_its_machine_is_set_up_for_it() -> None:
    given, schedule = _three()
    ended = Actual(operation="A", machine="M", begun=0, ended=75)
    found = ahead(given, schedule, [ended], 80)
    assert found.standing.times == {"B": ("M", 100, 130), "C": ("M", 150, 160)}
    assert found.standing.scenario.machines[0].initial_family == "red"
    assert [(b.start, b.end) for b in found.past] == [(0, 75)]
    assert "A" not in found.standing.scenario.order


def test_what_should_have_begun_and_has_not_begins_now() -> None:
    given, schedule = _three()
    assert ahead(given, schedule, [], 100).standing.times["A"] == ("M", 100, 160)


def test_what_follows_something_that_ended_still_lies_as_long_as_it_must() -> None:
    given, _ = _three()
    a, b, c = given.operations
    given = replace(given, operations=(a, replace(b, after=(After("A", 50),)), c))
    ended = Actual(operation="A", machine="M", begun=0, ended=60)
    found = ahead(given, one_by_one(given), [ended], 70).standing
    assert found.times["B"][1] == 110


def test_what_machines_share_goes_on_in_the_order_in_which_it_was_given() -> None:
    # B begins first though A is named first: the operator goes to B, then to A.
    given = scenario(
        orders=[order("A", durations={"M1": 60}), order("B", durations={"M2": 30})],
        machines=[machine("M1"), machine("M2")],
        resources=(Resource(name="operator"),),
        needs=(Need(resource="operator", during=During.RUN),),
    )
    b_first = schedule(
        batch("B", machine="M2", start=0, end=30), batch("A", machine="M1", start=30, end=90)
    )
    before = Standing(scenario=given, schedule=b_first)
    assert ahead(given, b_first, [], 0).standing.times == before.times
    again = ahead(given, b_first, [], 10).standing
    assert again.times == {"B": ("M2", 10, 40), "A": ("M1", 40, 100)}
    begun = Actual(operation="B", machine="M2", begun=0)
    assert ahead(given, b_first, [begun], 10).standing.times == {
        "B": ("M2", 10, 30),
        "A": ("M1", 30, 90),
    }


def _cleaned() -> tuple[Scenario, Schedule]:
    """Return A, B, C and D (10 each) on a machine that is cleaned for 5 after two batches."""
    given = scenario(
        orders=[order(name, minutes=10) for name in "ABCD"],
        upkeeps=(Upkeep(machine="M", name="cleaning", units=5, most_batches=2),),
    )
    made = Schedule(
        batches=tuple(
            batch(name, start=start, end=start + 10)
            for name, start in zip("ABCD", (0, 10, 25, 35), strict=True)
        ),
        upkeeps=(PlannedUpkeep(machine="M", name="cleaning", start=20, end=25),),
    )
    assert check(given, made) == ()
    return given, made


def test_what_was_made_counts_towards_upkeep() -> None:
    given, made = _cleaned()
    ended = [Actual(operation="A", machine="M", begun=0, ended=10),
             Actual(operation="B", machine="M", begun=10, ended=20)]  # fmt: skip
    found = ahead(given, made, ended, 20).standing
    assert found.scenario.upkeeps[0].done_batches == 2
    assert found.times == {"C": ("M", 25, 35), "D": ("M", 35, 45)}
    assert found.schedule.upkeeps == made.upkeeps
    # One made until now: one more goes without.
    found = ahead(given, made, ended[:1], 10).standing
    assert found.scenario.upkeeps[0].done_batches == 1
    assert found.times["B"] == ("M", 10, 20)
    assert found.times["C"] == ("M", 25, 35)


def test_upkeep_that_something_has_begun_behind_is_done() -> None:
    given, made = _cleaned()
    happened = [
        Actual(operation="A", machine="M", begun=0, ended=10),
        Actual(operation="B", machine="M", begun=10, ended=20),
        Actual(operation="C", machine="M", begun=25),
    ]
    found = ahead(given, made, happened, 30).standing
    # C goes on and counts when it is made; D is the second.
    assert found.scenario.upkeeps[0].done_batches == 0
    assert found.times == {"C": ("M", 30, 35), "D": ("M", 35, 45)}
    assert found.schedule.upkeeps == ()


def test_nothing_moves_at_the_start_of_a_plan_with_resources() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        given = random_shared(rng, routes=seed % 2 == 1, operations=6)
        made = one_by_one(given)
        before = Standing(scenario=given, schedule=made)
        assert ahead(given, made, [], 0).standing.times == before.times


def test_what_is_near_is_frozen_where_it_stands() -> None:
    given, schedule = _three()
    standing = Standing(scenario=given, schedule=schedule)
    near = frozen(standing, 0, 1.5)
    # A begins at 0, B at 80, C at 130: within 90 minutes are two.
    pinned = {o.name: o.pin.start for o in near.operations if o.pin is not None}
    assert pinned == {"A": 0, "B": 80}
    assert frozen(standing, 0, {"other": 9.0}) is given


def test_planning_again_keeps_what_has_begun_and_what_is_near() -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        given = random_scenario(rng, orders=8, machines=2, pins=False)
        schedule = one_by_one(given)
        standing = Standing(scenario=given, schedule=schedule)
        if not standing.times:
            continue
        now = min(end for _, _, end in standing.times.values())
        actuals = [
            Actual(operation=n, machine=m, begun=s, ended=e if e <= now else None)
            for n, (m, s, e) in standing.times.items()
            if s < now
        ]
        for calmness in Calmness:
            found = replan(
                given, schedule, actuals, now=now, freeze_hours=0.2, seconds=0.2, calmness=calmness
            )
            assert check(found.scenario, found.schedule) == ()
            after = Standing(scenario=found.scenario, schedule=found.schedule)
            for operation in found.scenario.operations:
                if operation.pin is not None and operation.name in after.times:
                    assert after.times[operation.name][:2] == (
                        operation.pin.machine,
                        operation.pin.start,
                    )
            ended = {a.operation for a in actuals if a.ended is not None}
            assert ended.isdisjoint(after.times)


def test_planning_again_is_never_worse_than_to_go_on_when_moves_are_weighed() -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        given = random_routed(rng, most_waits=True) if seed % 2 else random_shared(rng)
        made = earliest_due_date(given)
        goes_on = replanned_from(given, made, (), now=0, freeze_hours=0).standing
        reference = as_reference(made, 30)
        for weight in (0, 5, 1000):
            found = replan(
                given, made, now=0, freeze_hours=0, seconds=0.1, moved_weight=weight, seed=seed
            )
            assert check(found.scenario, found.schedule) == ()
            stays = terms_of(replace(given, reference=reference), goes_on.schedule).moved
            assert found.cost + weight * found.moved <= goes_on.cost + weight * stays


def test_where_everything_has_ended_there_is_nothing_to_plan_again() -> None:
    given, made = _three()
    ended = [
        Actual(operation=p.operation, machine=b.machine, begun=p.start, ended=p.end)
        for b in made.batches
        for p in b.placements
    ]
    for calmness in Calmness:
        found = replan(given, made, ended, now=400, seconds=0.1, calmness=calmness)
        assert found.schedule.batches == ()
        assert (found.cost, found.moved) == (0, 0)


def test_calm_moves_no_more_than_it_must_and_from_scratch_may() -> None:
    # All red: in order of due dates nothing is better.
    given = scenario(
        orders=[
            order("A", minutes=60, due=70),
            order("B", minutes=30, due=200),
            order("C", minutes=10, due=300),
        ]
    )
    schedule = earliest_due_date(given)
    calm = replan(given, schedule, now=0, freeze_hours=0, seconds=0.2)
    assert calm.moved == 0
    assert calm.difference.is_empty
    rush = AddOrder(order="R", like="C", due=10, priority=9)
    found = replan(given, schedule, now=0, freeze_hours=0, seconds=0.2, changes=[rush])
    assert found.schedule != schedule
    assert Standing(scenario=found.scenario, schedule=found.schedule).times["R"] == ("M", 0, 10)
    # All that follows moves by 10, which is within the tolerance of 30.
    assert found.moved == 0


def test_a_breakdown_pushes_what_has_begun_on_its_machine() -> None:
    given, schedule = _three()
    begun = Actual(operation="A", machine="M", begun=0)
    down = CloseMachine(machine="M", start=30, end=270)
    found = replan(given, schedule, [begun], now=30, seconds=0.2, changes=[down])
    times = Standing(scenario=found.scenario, schedule=found.schedule).times
    assert times["A"] == ("M", 270, 300)
    assert found.refused == ()
    lines = explanation(Standing(scenario=found.scenario, schedule=found.schedule), "A")
    assert any("has begun" in line for line in lines)


def test_what_waits_too_long_behind_something_begun_is_told() -> None:
    given = scenario(
        orders=[order("A", durations={"M1": 10}), order("B", durations={"M2": 10})],
        machines=[machine("M1"), machine("M2")],
    )
    a, b = given.operations
    given = replace(given, operations=(a, replace(b, after=(After("A", 0, 5),))))
    ended = Actual(operation="A", machine="M1", begun=0, ended=10)
    found = replan(given, one_by_one(given), [ended], now=60, seconds=0.1)
    assert found.notes == ("order B waits 0:50 h behind order A, and may wait 0:05 h",)


def test_scrap_and_short_quantities_are_told() -> None:
    given, schedule = _three()
    ended = Actual(
        operation="A", machine="M", begun=0, ended=60, quantity=Decimal(8), scrapped=Decimal(2)
    )
    assert ahead(given, schedule, [ended], 60).notes == (
        "order A: 2 pieces scrapped",
        "order A: only 8 made; the rest is not planned",
    )


def test_actuals_of_what_there_is_not_are_wrong_use() -> None:
    given, schedule = _three()
    with pytest.raises(ChangeError, match="something happened to Z"):
        ahead(given, schedule, [Actual(operation="Z", machine="M", begun=0)], 0)
    with pytest.raises(ChangeError, match="on X, which there is not"):
        ahead(given, schedule, [Actual(operation="A", machine="X", begun=0)], 0)
    with pytest.raises(ChangeError, match="now = -1"):
        ahead(given, schedule, [], -1)
    with pytest.raises(ScheduleError, match="ended before it had begun"):
        Actual(operation="A", machine="M", begun=5, ended=4)


# The file.


def test_actuals_are_read_by_order_stage_and_machine(tmp_path: Path) -> None:
    given, _ = _three()
    file = tmp_path / "actuals.csv"
    file.write_text(
        "order_id,machine_id,begun,ended,quantity,scrapped\n"
        "A,M,2026-03-02T06:00,2026-03-02T07:05,9,1\n"
        "B,M,2026-03-02T07:25,,,\n"
    )
    assert read_actuals(file, given) == (
        Actual(
            operation="A",
            machine="M",
            begun=0,
            ended=65,
            quantity=Decimal(9),
            scrapped=Decimal(1),
        ),
        Actual(operation="B", machine="M", begun=85),
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Z,M,2026-03-02T06:00,", "Z is not in orders.csv"),
        ("A,X,2026-03-02T06:00,", "X is not in machines.csv"),
        ("A,M,,", "begun is empty"),
        ("A,M,soon,", "soon"),
        ("A,M,2026-03-02T06:00,2026-03-02T05:00", "ended before it had begun"),
        ("A,M,2026-03-02T06:00,\nA,M,2026-03-02T06:00,", "told of twice"),
    ],
)
def test_a_fault_in_actuals_is_told_with_its_row(tmp_path: Path, rows: str, message: str) -> None:
    given, _ = _three()
    file = tmp_path / "actuals.csv"
    file.write_text(f"order_id,machine_id,begun,ended\n{rows}\n")
    with pytest.raises(ScenarioError, match=r"actuals\.csv") as caught:
        read_actuals(file, given)
    assert any(message in finding.message for finding in caught.value.findings)


def test_an_order_with_several_operations_needs_its_stage(tmp_path: Path) -> None:
    given, _ = _three()
    a, b, c = given.operations
    stages = (replace(a, stage=1), replace(b, order="A", stage=2, durations={"M": Duration(5)}), c)
    orders = tuple(o for o in given.orders if o.name != "B")
    given = replace(given, orders=orders, operations=stages)
    file = tmp_path / "actuals.csv"
    file.write_text("order_id,machine_id,begun,stage\nA,M,2026-03-02T06:00,2\n")
    assert [actual.operation for actual in read_actuals(file, given)] == ["B"]
    file.write_text("order_id,machine_id,begun\nA,M,2026-03-02T06:00\n")
    with pytest.raises(ScenarioError, match="stage must say which"):
        read_actuals(file, given)
