"""Changes by hand: what they make of a schedule, what is refused and why, undo and redo."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from planner import earliest_due_date, one_by_one
from planner.calendars import open_units
from planner.changes import (
    KINDS,
    AddOrder,
    AddShift,
    AllowMachine,
    Applied,
    CloseMachine,
    History,
    JoinBatch,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Refused,
    Remark,
    SchedulePatch,
    SetDue,
    SetPriority,
    SetQuantity,
    SplitBatch,
    Standing,
    SwapBatches,
    TakeIn,
    UnpinWork,
    apply,
    apply_to,
    change_from_json,
    change_to_json,
    changes_from_text,
    changes_to_text,
    difference,
    patch,
)
from planner.checker import RULES, check
from planner.domain import Pin, Process, Scenario
from planner.errors import ChangeError, ScheduleError
from planner.kpis import measure, terms_of
from planner.schedule import Batch, Placement, Schedule
from tests.builders import machine, order, random_scenario, scenario
from tests.chains import chain
from tests.routed import random_routed
from tests.shared import random_shared

TWO = (machine("M1"), machine("M2"))
RED_BLUE = {("red", "blue"): 30, ("blue", "red"): 30}


def _made(given: Scenario, schedule: Schedule, change: PlanChange) -> Applied:
    made = apply(given, schedule, change)
    assert isinstance(made, Applied), made
    assert check(made.scenario, made.schedule) == ()
    return made


def _refused(given: Scenario, schedule: Schedule, change: PlanChange) -> Refused:
    made = apply(given, schedule, change)
    assert isinstance(made, Refused)
    return made


def _times(schedule: Schedule) -> dict[str, tuple[str, int, int]]:
    return {
        p.operation: (batch.machine, p.start, p.end)
        for batch in schedule.batches
        for p in batch.placements
    }


def _three() -> tuple[Scenario, Schedule]:
    """Return A (red, 60), B (blue, 30) and C (red, 10) on one machine, in this order."""
    given = scenario(
        orders=[
            order("A", minutes=60, due=60),
            order("B", family="blue", minutes=30, due=200),
            order("C", minutes=10, due=300),
        ],
        changeovers=RED_BLUE,
    )
    schedule = earliest_due_date(given)
    assert _times(schedule) == {"A": ("M", 0, 60), "B": ("M", 90, 120), "C": ("M", 150, 160)}
    return given, schedule


# What a change does.


def test_what_is_moved_goes_first_and_the_rest_gives_way_in_its_order() -> None:
    given, schedule = _three()
    made = _made(given, schedule, MoveWork(operations=("C",), machine="M", before="A"))
    # C and A are red: one changeover of 30 less, and A 10 later than it was due.
    assert _times(made.schedule) == {"C": ("M", 0, 10), "A": ("M", 10, 70), "B": ("M", 100, 130)}
    assert made.difference.changeover_minutes_before == 60
    assert made.difference.changeover_minutes_after == 30
    assert made.difference.summary == "changeover −0:30, order A late by 0:10, 3 orders moved"


def test_a_move_to_the_end_goes_behind_everything() -> None:
    given, schedule = _three()
    made = _made(given, schedule, MoveWork(operations=("A",), machine="M"))
    # Nothing is set up at the start: B at 0, changeover 30, C at 60, and A, red as C, at 70.
    assert _times(made.schedule) == {"B": ("M", 0, 30), "C": ("M", 60, 70), "A": ("M", 70, 130)}


def test_what_the_change_does_not_touch_is_the_same_object() -> None:
    given = scenario(
        orders=[order(name, minutes=10, durations={m: 10}) for name, m in
                (("A", "M1"), ("B", "M1"), ("C", "M2"))],
        machines=TWO,
    )  # fmt: skip
    schedule = one_by_one(given)
    made = _made(given, schedule, MoveWork(operations=("B",), machine="M1", before="A"))
    assert made.schedule.on("M2")[0] is schedule.on("M2")[0]


def test_two_batches_change_places() -> None:
    given, schedule = _three()
    made = _made(given, schedule, SwapBatches(one="A", other="B"))
    assert _times(made.schedule) == {"B": ("M", 0, 30), "A": ("M", 60, 120), "C": ("M", 120, 130)}


def test_orders_join_and_leave_a_batch_of_an_oven() -> None:
    oven = machine("M", process="parallel", capacity=(10,))
    given = scenario(orders=[order(name, minutes=60, sizes=(4,)) for name in "AB"], machines=[oven])
    schedule = one_by_one(given)
    joined = _made(given, schedule, JoinBatch(operations=("B",), into="A"))
    assert _times(joined.schedule) == {"A": ("M", 0, 60), "B": ("M", 0, 60)}
    parted = _made(given, joined.schedule, SplitBatch(operations=("A",)))
    assert _times(parted.schedule) == {"B": ("M", 0, 60), "A": ("M", 60, 120)}


def test_what_is_pinned_to_its_start_stays_there() -> None:
    given, schedule = _three()
    pinned = _made(given, schedule, PinWork(operations=("B",)))
    assert pinned.scenario.operation["B"].pin == Pin(machine="M", start=90)
    # Without A, C could go on at once; B must not move up.
    made = _made(pinned.scenario, pinned.schedule, LeaveOut(orders=("A",)))
    assert _times(made.schedule) == {"B": ("M", 90, 120), "C": ("M", 150, 160)}
    free = _made(made.scenario, made.schedule, UnpinWork(operations=("B",)))
    assert _times(free.schedule) == {"B": ("M", 0, 30), "C": ("M", 60, 70)}


def test_what_is_left_out_is_unplanned_and_comes_back_where_it_costs_least() -> None:
    given, schedule = _three()
    out = _made(given, schedule, LeaveOut(orders=("B",)))
    assert [(u.operation, u.reason) for u in out.schedule.unplanned] == [("B", "left out by hand")]
    assert out.difference.summary == "changeover −1:00, order B no longer planned, 1 order moved"
    back = _made(out.scenario, out.schedule, TakeIn(orders=("B",)))
    # Behind both red ones there is one changeover instead of two.
    assert _times(back.schedule)["B"] == ("M", 100, 130)


def test_due_date_and_priority_change_what_it_costs_and_no_time() -> None:
    given, schedule = _three()
    due = _made(given, schedule, SetDue(order="C", due=100))
    assert due.schedule is schedule
    assert due.difference.summary == "order C late by 1:00"
    more = _made(due.scenario, due.schedule, SetPriority(order="C", priority=3))
    # 60 minutes late, at twice the weight more: balanced weighs tardiness 2 and tardy orders 200.
    assert more.cost_after - more.cost_before == 2 * (2 * 60 + 200)


def test_a_quantity_makes_serial_work_longer_in_proportion() -> None:
    given = scenario(orders=[order("A", minutes=60, quantity=Decimal(10)), order("B", minutes=5)])
    made = _made(given, one_by_one(given), SetQuantity(order="A", quantity=Decimal(15)))
    assert _times(made.schedule) == {"A": ("M", 0, 90), "B": ("M", 90, 95)}


def test_what_is_too_much_for_its_oven_now_gets_a_batch_of_its_own() -> None:
    oven = machine("M", process="parallel", capacity=(10,))
    given = scenario(
        orders=[order(n, minutes=60, sizes=(5,), quantity=Decimal(5)) for n in "AB"],
        machines=[oven],
    )
    schedule = earliest_due_date(given)
    assert len(schedule.batches) == 1
    made = _made(given, schedule, SetQuantity(order="B", quantity=Decimal(6)))
    assert _times(made.schedule) == {"A": ("M", 0, 60), "B": ("M", 60, 120)}


def test_a_new_order_is_made_like_another_and_placed() -> None:
    given, schedule = _three()
    made = _made(given, schedule, AddOrder(order="D", like="B", due=125))
    # Beside B, which has its family, it needs no changeover, and only before it is it in time.
    assert _times(made.schedule)["D"] == ("M", 90, 120)
    assert [o.what for o in made.difference.orders if o.order == "D"] == ["new"]
    waiting = _made(given, schedule, AddOrder(order="D", like="B", placed=False))
    assert [u.operation for u in waiting.schedule.unplanned] == ["D"]


def test_work_pauses_while_its_machine_is_down() -> None:
    given, schedule = _three()
    made = _made(given, schedule, CloseMachine(machine="M", start=30, end=50))
    assert _times(made.schedule)["A"] == ("M", 0, 80)
    assert made.difference.summary == "order A late by 0:20, 3 orders moved"


def test_a_shift_more_lets_work_end_earlier() -> None:
    given = scenario(
        orders=[order("A", minutes=60, due=60)], machines=[machine(windows=((0, 30), (100, 200)))]
    )
    schedule = one_by_one(given)
    assert _times(schedule) == {"A": ("M", 0, 130)}
    made = _made(given, schedule, AddShift(machine="M", start=30, end=60))
    assert _times(made.schedule) == {"A": ("M", 0, 60)}
    assert made.scenario.machines[0].windows[0] == (0, 60)


def test_another_machine_may_be_allowed() -> None:
    given = scenario(orders=[order("A", durations={"M1": 10})], machines=TWO)
    schedule = one_by_one(given)
    move = MoveWork(operations=("A",), machine="M2")
    assert _refused(given, schedule, move).rule == "eligible_machine"
    allowed = _made(given, schedule, AllowMachine(operations=("A",), machine="M2"))
    made = _made(allowed.scenario, allowed.schedule, move)
    assert _times(made.schedule) == {"A": ("M2", 0, 10)}


def test_a_remark_changes_nothing_else() -> None:
    given, schedule = _three()
    made = _made(given, schedule, Remark(order="A", text="call first"))
    assert made.schedule is schedule
    assert made.scenario.order["A"].note == "call first"
    assert made.difference.summary == "nothing changes"


# What is refused.


def test_a_refusal_names_rule_words_and_the_nearest_place_that_works() -> None:
    given = scenario(
        orders=[
            order("A", minutes=60, deadline=70),
            order("B", minutes=30),
            order("C", minutes=10),
        ],
        machines=TWO,
    )
    planned = Standing(scenario=given, schedule=one_by_one(given))
    move = MoveWork(operations=("B",), machine="M1", before="A")
    refused = apply_to(planned, move)
    assert isinstance(refused, Refused)
    assert refused.rule == "deadline"
    assert "A would be complete after its deadline" in refused.message
    assert refused.nearest is not None
    assert isinstance(apply_to(planned, refused.nearest), Applied)


@pytest.mark.parametrize(
    ("rule", "given", "change"),
    [
        (
            "one_family",
            scenario(orders=[order("A"), order("B", family="blue")]),
            JoinBatch(operations=("A",), into="B"),
        ),
        (
            "batch_capacity",
            scenario(
                orders=[order(n, sizes=(6,)) for n in "AB"],
                machines=[machine(process="parallel", capacity=(10,))],
            ),
            JoinBatch(operations=("A",), into="B"),
        ),
        (
            "processing_time",
            scenario(
                orders=[order("A", minutes=60), order("B", minutes=10, maximum=20)],
                machines=[machine(process="parallel")],
            ),
            JoinBatch(operations=("A",), into="B"),
        ),
        (
            "changeover_possible",
            scenario(
                orders=[order("A"), order("B", family="blue")],
                changeovers={("blue", "red"): None},
            ),
            MoveWork(operations=("B",), machine="M", before="A"),
        ),
        (
            "pinned",
            scenario(orders=[order("A", pin="M1"), order("B")], machines=TWO),
            MoveWork(operations=("A",), machine="M2"),
        ),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused_with_its_name(
    rule: str, given: Scenario, change: PlanChange
) -> None:
    refused = _refused(given, one_by_one(given), change)
    assert refused.rule == rule
    assert rule in [each.__name__ for each in RULES]
    assert refused.said.startswith("Not possible: ")


def test_what_is_pinned_to_a_start_is_not_pushed_out_by_a_breakdown() -> None:
    given = scenario(orders=[order("A", minutes=60, pin=Pin(machine="M", start=0))])
    refused = _refused(given, one_by_one(given), CloseMachine(machine="M", start=0, end=30))
    assert refused.rule == "pinned"


def test_what_finds_no_time_after_a_breakdown_is_unplanned_with_a_reason() -> None:
    given = scenario(orders=[order("A", minutes=60, deadline=70)])
    made = _made(given, one_by_one(given), CloseMachine(machine="M", start=0, end=30))
    assert [u.operation for u in made.schedule.unplanned] == ["A"]
    assert made.difference.summary == "order A no longer planned"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (MoveWork(operations=("Z",), machine="M"), "there is no order Z"),
        (MoveWork(operations=("A",), machine="X"), "there is no machine X"),
        (MoveWork(operations=("A",), machine="M", before="A"), "cannot go before itself"),
        (SwapBatches(one="A", other="A"), "are in one batch"),
        (SplitBatch(operations=("A",)), "would leave nothing"),
        (TakeIn(orders=("A",)), "is planned already"),
        (SetQuantity(order="A", quantity=Decimal(3)), "has no quantity"),
        (AddOrder(order="B", like="A"), "there is an order B already"),
    ],
)
def test_a_change_of_what_is_not_there_is_wrong_use(change: PlanChange, message: str) -> None:
    given, schedule = _three()
    with pytest.raises(ChangeError, match=message):
        apply(given, schedule, change)


# JSON.


def test_every_kind_is_the_same_after_json() -> None:
    changes: list[PlanChange] = [
        MoveWork(operations=("A", "B"), machine="M", before="C"),
        SwapBatches(one="A", other="B"),
        JoinBatch(operations=("A",), into="B"),
        SplitBatch(operations=("A",)),
        PinWork(operations=("A",), start=False),
        UnpinWork(operations=("A",)),
        LeaveOut(orders=("A",)),
        TakeIn(orders=("A",)),
        SetDue(order="A", due=None),
        SetPriority(order="A", priority=4),
        SetQuantity(order="A", quantity=Decimal("2.5")),
        AddOrder(order="N", like="A", quantity=Decimal(3), due=9, note="x", placed=False),
        CloseMachine(machine="M", start=1, end=2),
        AddShift(machine="M", start=1, end=2),
        AllowMachine(operations=("A",), machine="M"),
        Remark(order="A", text="ü"),
    ]
    assert {change.kind for change in changes} == set(KINDS)
    assert changes_from_text(changes_to_text(changes)) == tuple(changes)
    assert change_from_json(change_to_json(changes[0])) == changes[0]


def test_times_may_be_local() -> None:
    given, _ = _three()
    value = {"kind": "set due", "order": "A", "due": "2026-03-02T07:30"}
    assert change_from_json(value, given.clock) == SetDue(order="A", due=90)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "a change is an object"),
        ({"kind": "fly"}, "no kind of change 'fly'"),
        ({"kind": "set due", "order": "A"}, "needs the field 'due'"),
        ({"kind": "set due", "order": 7, "due": 1}, "is no text"),
        ({"kind": "set due", "order": "A", "due": 1.5}, "is no whole number"),
        ({"kind": "set due", "order": "A", "due": 1, "x": 2}, "has no field 'x'"),
        ({"kind": "move", "operations": [], "machine": "M"}, "is no list of names"),
        ({"kind": "close machine", "machine": "M", "start": None, "end": 5}, "start is null"),
        ({"kind": "close machine", "machine": "M", "start": 5, "end": 5}, "is no time"),
        ({"kind": "set quantity", "order": "A", "quantity": "many"}, "is no number"),
        ({"kind": "set quantity", "order": "A", "quantity": 0}, "is not more than 0"),
    ],
)
def test_what_is_no_change_is_refused_in_words(value: object, message: str) -> None:
    with pytest.raises(ChangeError, match=message):
        change_from_json(value)


# The difference.


def test_a_difference_is_signed_per_operation_batch_and_order() -> None:
    given, schedule = _three()
    made = _made(given, schedule, MoveWork(operations=("C",), machine="M", before="A"))
    moved = {each.operation: each.start_moved for each in made.difference.operations}
    assert moved == {"A": 10, "B": 10, "C": -150}
    late = {o.order: (o.tardiness_before, o.tardiness_after) for o in made.difference.orders}
    assert late["A"] == (0, 10)
    assert {(b.what, b.operations) for b in made.difference.batches} == {
        ("new", ("C", "A")),
        ("moved", ("B",)),
        ("gone", ("A",)),
        ("gone", ("C",)),
    }


def test_a_schedule_differs_from_itself_in_nothing() -> None:
    given, schedule = _three()
    standing = Standing(scenario=given, schedule=schedule)
    told = difference(standing, standing)
    assert told.is_empty
    assert told.summary == "nothing changes"


# Undo and redo, over chains of random changes.


def _random_standings() -> Iterator[tuple[int, Standing]]:
    for seed in range(24):
        rng = np.random.default_rng(seed)
        if seed % 4 == 2:
            given = random_shared(rng, routes=seed % 8 == 2, operations=6)
        elif seed % 2:
            given = random_routed(rng, most_waits=seed % 4 == 1, operations=7)
        else:
            given = random_scenario(rng, orders=6, machines=3)
        schedule = (one_by_one if seed % 3 else earliest_due_date)(given)
        yield seed, Standing(scenario=given, schedule=schedule)


def test_chains_of_changes_are_certified_measured_and_undone_to_the_byte() -> None:
    made = sum(
        chain(start, np.random.default_rng(1000 + seed), 12) for seed, start in _random_standings()
    )
    assert made > 100


def test_there_is_nothing_to_undo_at_the_start() -> None:
    given, schedule = _three()
    history = History(standing=Standing(scenario=given, schedule=schedule))
    with pytest.raises(ChangeError, match="nothing to undo"):
        history.undo()
    with pytest.raises(ChangeError, match="nothing to redo"):
        history.redo()


def test_a_patch_of_another_schedule_is_refused() -> None:
    _, schedule = _three()
    told = patch(schedule, schedule)
    with pytest.raises(ScheduleError, match="of another schedule"):
        told.applied(Schedule())
    with pytest.raises(ScheduleError, match="no patch"):
        SchedulePatch.from_json({"pieces": [["a"]]})


# The naive twin: operation by operation in the same order, at the first start that breaks no rule.


def _naive_times(given: Scenario, lists: dict[str, list[str]]) -> dict[str, tuple[str, int, int]]:
    """Return the earliest times of operations that are each a batch, machine by machine."""
    placed: list[Batch] = []
    for name, operations in lists.items():
        for operation in operations:
            batch = _first_that_fits(given, placed, name, operation)
            assert batch is not None
            placed.append(batch)
    return _times(Schedule(batches=tuple(placed)))


def _first_that_fits(
    given: Scenario, placed: list[Batch], where: str, operation: str
) -> Batch | None:
    least = given.operation[operation].durations[where].minimum
    family = given.operation[operation].family
    after = max((b.end for b in placed if b.machine == where), default=0)
    for start in range(after, given.horizon + 1):
        for end in range(start + least, given.horizon + 1):
            placement = Placement(operation=operation, start=start, end=end)
            batch = Batch(
                machine=where, family=family, start=start, end=end, placements=(placement,)
            )
            windows = given.machine[where].windows
            if open_units(windows, start, end) > least:
                break
            if open_units(windows, start, end) == least and _breaks_nothing(given, placed, batch):
                return batch
    return None


def _breaks_nothing(given: Scenario, placed: list[Batch], batch: Batch) -> bool:
    schedule = Schedule(batches=(*placed, batch))
    return all(v.rule == "every_order_once" for v in check(given, schedule))


def test_a_move_gives_the_times_that_the_naive_twin_gives() -> None:
    compared = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        given = random_scenario(rng, orders=4, machines=2, pins=False)
        serial = tuple(replace(m, process=Process.SERIAL) for m in given.machines)
        given = replace(given, machines=serial)
        standing = Standing(scenario=given, schedule=one_by_one(given))
        if standing.schedule.unplanned:
            continue
        name, where = str(rng.choice(list(standing.batch_of))), str(rng.choice(list(given.machine)))
        lists = _lists_without(standing, name)
        before = str(rng.choice([*lists[where], ""]))
        made = apply_to(standing, MoveWork(operations=(name,), machine=where, before=before))
        if isinstance(made, Refused):
            continue
        place = lists[where].index(before) if before else len(lists[where])
        lists[where].insert(place, name)
        if len(made.schedule.batches) == len(given.operations):
            assert _times(made.schedule) == _naive_times(given, lists)
            compared += 1
    assert compared > 5


def test_what_is_refused_finds_no_time_by_the_naive_twin_and_what_is_made_does() -> None:
    told = {True: 0, False: 0}
    for seed in range(120):
        rng = np.random.default_rng(500 + seed)
        given = random_scenario(rng, orders=4, machines=2, impossible=0.25)
        serial = tuple(replace(m, process=Process.SERIAL) for m in given.machines)
        given = replace(given, machines=serial)
        standing = Standing(scenario=given, schedule=one_by_one(given))
        if standing.schedule.unplanned:
            continue
        name, where = str(rng.choice(list(standing.batch_of))), str(rng.choice(list(given.machine)))
        if where not in given.operation[name].durations:
            continue
        lists = _lists_without(standing, name)
        before = str(rng.choice([*lists[where], ""]))
        made = apply_to(standing, MoveWork(operations=(name,), machine=where, before=before))
        place = lists[where].index(before) if before else len(lists[where])
        lists[where].insert(place, name)
        is_refused = isinstance(made, Refused)
        assert is_refused == _finds_no_time(given, lists), seed
        told[is_refused] += 1
    assert min(told.values()) > 3, told


def _lists_without(standing: Standing, name: str) -> dict[str, list[str]]:
    """Return what each machine makes, in turn, without one operation."""
    return {
        machine: [n for b in standing.schedule.on(machine) for n in b.operations if n != name]
        for machine in standing.scenario.machine
    }


def _finds_no_time(given: Scenario, lists: dict[str, list[str]]) -> bool:
    """Tell whether something finds no time where each begins as early as its machine lets it."""
    placed: list[Batch] = []
    for name, operations in lists.items():
        for operation in operations:
            batch = _first_that_fits(given, placed, name, operation)
            if batch is None:
                return True
            placed.append(batch)
    return False


def test_terms_alone_are_those_of_measuring_all() -> None:
    for _, standing in _random_standings():
        both = (standing.scenario, standing.schedule)
        assert terms_of(*both) == measure(*both).terms
