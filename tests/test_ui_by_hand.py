"""What the chart asks for as changes, what is kept of them, and what the chart needs for moving."""

from decimal import Decimal

import pytest

from planner.changes import (
    KINDS,
    AddOrder,
    AddShift,
    AllowMachine,
    Applied,
    CloseMachine,
    JoinBatch,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
    SplitBatch,
    SwapBatches,
    TakeIn,
    UnpinWork,
    apply,
)
from planner.domain import Process, Scenario, Upkeep
from planner.errors import ChangeError
from planner.schedule import Actual
from tests.builders import batch, machine, order, scenario, schedule
from ui.by_hand import Given, Replan, change_of, former_places, told
from ui.gantt.groupings import groupings
from ui.gantt.moving import may_go, not_planned, set_up
from ui.gantt.payload import payload
from ui.gantt.upkeep import upkeep_due
from ui.tables.differences import batch_differences, order_differences

MOVE = MoveWork(operations=("A",), machine="N", before="B")
CHANGES: tuple[tuple[PlanChange, str], ...] = (
    (MOVE, "order A to N, before order B"),
    (MoveWork(operations=("A", "B"), machine="N"), "orders A, B to N, last"),
    (SwapBatches(one="A", other="B"), "order A and order B change places"),
    (JoinBatch(operations=("A",), into="B"), "order A joined with order B"),
    (SplitBatch(operations=("A",)), "order A split off"),
    (PinWork(operations=("A",)), "order A pinned"),
    (UnpinWork(operations=("A",)), "order A unpinned"),
    (LeaveOut(orders=("A",)), "order A left out"),
    (TakeIn(orders=("A",)), "order A taken in"),
    (SetDue(order="A", due=None), "order A due whenever"),
    (SetPriority(order="A", priority=3), "order A has priority 3"),
    (SetQuantity(order="A", quantity=Decimal(5)), "order A has quantity 5"),
    (AddOrder(order="R", like="A"), "new order R, like A"),
    (CloseMachine(machine="M", start=0, end=60), "M closed Mon 2 Mar 06:00 to Mon 2 Mar 07:00"),
    (AddShift(machine="M", start=0, end=60), "M also works Mon 2 Mar 06:00 to Mon 2 Mar 07:00"),
    (AllowMachine(operations=("A",), machine="N"), "order A also allowed on N"),
    (Remark(order="A", text="fragile"), "remark on order A"),
)


@pytest.fixture
def plant() -> Scenario:
    both = {"M": 60, "N": 90}
    return scenario(
        orders=[
            order("A", durations=both, due=100),
            order("B", durations={"N": 30}, family="blue"),
        ],
        machines=[machine("M"), machine("N")],
        changeovers=10,
    )


def test_every_kind_of_change_has_words(plant: Scenario) -> None:
    assert {change.kind for change, _ in CHANGES} == set(KINDS)
    assert [told(plant, change) for change, _ in CHANGES] == [words for _, words in CHANGES]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"what": "move", "operations": ["A"], "machine": "N", "before": "B"}, MOVE),
        ({"what": "join", "operations": ["A"], "into": "B"}, CHANGES[3][0]),
        ({"what": "split", "operations": ["A"]}, CHANGES[4][0]),
        ({"what": "pin", "operations": ["A"]}, CHANGES[5][0]),
        ({"what": "unpin", "operations": ["A"]}, CHANGES[6][0]),
        ({"what": "leave out", "operations": ["A"], "orders": ["A"]}, CHANGES[7][0]),
        ({"what": "take in", "operations": ["A"]}, CHANGES[8][0]),
    ],
)
def test_what_the_chart_asks_is_a_change(
    plant: Scenario, asked: dict[str, object], wanted: PlanChange
) -> None:
    assert change_of(plant, asked) == wanted


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"what": "explode"}, "called 'explode'"),
        ({}, "called ''"),
        ({"what": "take in", "operations": ["Z"]}, "no order Z"),
        ({"what": "move", "operations": "A", "machine": "N", "before": ""}, "no list of names"),
        ({"what": "move", "operations": ["A"], "machine": 7, "before": ""}, "is no text"),
    ],
)
def test_what_is_no_change_is_refused(
    plant: Scenario, asked: dict[str, object], message: str
) -> None:
    with pytest.raises(ChangeError, match=message):
        change_of(plant, asked)


def test_what_is_given_beyond_a_scenario_comes_back_from_its_text() -> None:
    changes = tuple(change for change, _ in CHANGES)
    assert Given.of(Given(since=3, changes=changes).text()) == Given(since=3, changes=changes)
    happened = Actual(operation="A", machine="M", begun=-5, ended=70, scrapped=Decimal("1.5"))
    again = Given(since=4, replan=Replan(now=60, freeze_hours=2.5, actuals=(happened,)))
    assert Given.of(again.text()) == again
    assert Given.of("") == Given()


def test_changes_after_planning_again_begin_a_new_list() -> None:
    by_hand = Given(since=1, changes=(MOVE,)).then(2, (CHANGES[5][0],))
    assert by_hand == Given(since=1, changes=(MOVE, CHANGES[5][0]))
    assert Given(since=2, replan=Replan(now=0, freeze_hours=0)).then(3, (MOVE,)) == Given(
        since=3, changes=(MOVE,)
    )


def test_former_places_are_those_of_batches_that_moved(plant: Scenario) -> None:
    made = schedule(
        batch(("A", 0, 60), machine="M"), batch(("B", 10, 40), machine="N", family="blue")
    )
    done = apply(plant, made, MOVE)
    assert isinstance(done, Applied)
    # A takes 90 minutes on N; then 10 of changeover, and B, which was there from 10 to 40.
    assert former_places(plant, made.batches, done.difference) == [0, 0, 60, 1, 10, 40]
    orders = order_differences(plant.clock, done.difference)
    assert orders["By"].tolist() == ["+30 min", "+1 h 30 min"]
    assert batch_differences(plant.clock, done.difference)["Before"].tolist() == [
        "M, Mon 2 Mar 06:00",
        "N, Mon 2 Mar 06:10",
    ]


def test_a_batch_may_go_where_all_its_orders_may(plant: Scenario) -> None:
    found = may_go(plant, [batch("A", start=0, end=60), batch("A", "B", start=0, end=60)])
    assert found["sets"] == [[0, 1], [1]]
    assert found["of"] == [0, 1]
    # 60 on M and 90 on N; on N both take 90 and 30.
    assert found["lasts"] == [[60, 90], 120]


def test_an_oven_takes_as_long_as_its_longest_order() -> None:
    given = scenario(
        orders=[order("A", durations={"M": 60}), order("B", durations={"M": 90}, release=15)],
        machines=[machine("M", process=Process.PARALLEL)],
    )
    found = may_go(given, [batch("A", "B", start=15, end=105)])
    assert (found["lasts"], found["release"]) == ([90], [15])


def test_what_is_not_planned_is_told_with_its_reason(plant: Scenario) -> None:
    made = schedule(batch(("A", 0, 60), machine="M"), unplanned=["B"])
    (item,) = not_planned(plant, made.unplanned)
    assert (item["order"], item["machines"], item["lasts"]) == ("B", [1], [30])
    assert item["reason"] == made.unplanned[0].reason


def test_the_changeover_times_are_those_of_the_scenario(plant: Scenario) -> None:
    found = set_up(plant)
    assert found["minutes"] == [[[0, 10], [10, 0]]]
    assert found["group"] == [0, 0]


def test_upkeep_is_told_with_what_counts_towards_it() -> None:
    given = scenario(
        orders=[order("A", quantity=Decimal(30)), order("B", quantity=Decimal(12))],
        machines=[machine("M"), machine("N")],
        upkeeps=(
            Upkeep(machine="N", units=20, most_quantity=Decimal(100), done_quantity=Decimal(40)),
            Upkeep(machine="N", name="filter", units=5, most_batches=3, sets_up="red"),
        ),
    )
    found = upkeep_due(given, [("A",)], ["B"])
    assert found["machines"] == [
        [],
        [
            {
                "name": "upkeep",
                "units": 20,
                "most": [None, None, 100],
                "done": [0, 0, 40],
                "setsUp": -1,
            },
            {"name": "filter", "units": 5, "most": [None, 3, None], "done": [0, 0, 0], "setsUp": 0},
        ],
    ]
    assert (found["quantity"], found["waiting"]) == ([30], [12])


def test_batches_are_grouped_by_lateness_customer_and_priority() -> None:
    given = scenario(
        orders=[
            order("A", due=30, customer="North"),
            order("B", due=200, customer="South", weight=5),
            order("C", due=9000, customer="North"),
            order("D"),
        ]
    )
    batches = [
        batch(("A", 0, 60)),
        batch(("B", 60, 120)),
        batch(("C", 120, 180)),
        batch(("D", 180, 240)),
    ]
    found = groupings(given, batches)
    names = {key: [group["name"][k] for k in group["of"]] for key, group in found.items()}
    assert names == {
        "lateness": ["late", "due within a day", "on time", "no due date"],
        "customer": ["North", "South", "North", "no customer"],
        "priority": ["priority 1", "priority 5", "priority 1", "priority 1"],
    }


def test_what_has_been_made_and_now_are_drawn() -> None:
    given = scenario(orders=[order("A")])
    made = schedule(batch(("A", 60, 120)))
    drawn = payload(given, made, now=50, past=[batch(("A", 0, 40))])
    assert (drawn["now"], drawn["past"]) == (50, [0, 0, 40])
