"""Findings of a scenario that reads well, and what no schedule can hold."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calendars import Clock, Window, open_units
from planner.domain import (
    Changeovers,
    CurrentPlace,
    Dimension,
    Duration,
    Machine,
    Operation,
    Order,
    Pin,
    Process,
    Scenario,
)
from planner.errors import Severity
from planner.validator import RULES, impossible, validate
from tests.scenario_files import scenario_of

MONDAY = Clock(start=datetime.fromisoformat("2026-03-02"))


def scenario(
    *items: tuple[Order, Operation],
    machines: tuple[Machine, ...] = (Machine(name="M", windows=(Window(0, 100),)),),
    changeovers: Changeovers | None = None,
    dimensions: tuple[Dimension, ...] = (),
    horizon: int = 1000,
) -> Scenario:
    return Scenario(
        orders=tuple(order for order, _ in items),
        operations=tuple(operation for _, operation in items),
        machines=machines,
        changeovers=changeovers or Changeovers.constant(("blue", "red"), 30),
        clock=MONDAY,
        horizon=horizon,
        dimensions=dimensions,
    )


def item(  # the smallest order, and what a test changes
    name: str = "A",
    *,
    minutes: int = 60,
    family: str = "red",
    on: tuple[str, ...] = ("M",),
    sizes: tuple[int, ...] = (),
    pin: Pin | None = None,
    current: CurrentPlace | None = None,
    release: int = 0,
    due: int | None = None,
    deadline: int | None = None,
    row: int = 2,
) -> tuple[Order, Operation]:
    order = Order(name=name, release=release, due=due, deadline=deadline, row=row)
    operation = Operation(
        name=name,
        order=name,
        family=family,
        durations={machine: Duration(minutes) for machine in on},
        sizes=sizes,
        pin=pin,
        current=current,
    )
    return order, operation


def machine(name: str = "M", *spans: tuple[int, int], **changes: object) -> Machine:
    return replace(Machine(name=name, windows=tuple(Window(*span) for span in spans)), **changes)


def rules_of(given: Scenario) -> list[str]:
    found = validate(given)
    assert all(finding.severity == Severity.WARNING for finding in found)
    return [finding.rule for finding in found]


def test_a_good_scenario_has_no_findings() -> None:
    assert validate(scenario(item())) == ()


def test_due_before_release_is_found_with_its_row() -> None:
    (finding,) = validate(scenario(item(release=20, due=10, row=7)))
    assert (finding.rule, finding.file, finding.row) == ("due_after_release", "orders.csv", 7)
    assert (finding.column, finding.value) == ("due", "2026-03-02T00:10")


def test_a_deadline_before_the_due_date_is_found() -> None:
    assert rules_of(scenario(item(due=90, deadline=80))) == ["deadline_after_due"]


def test_nothing_to_plan_is_an_error() -> None:
    found = validate(scenario(machines=()))
    assert [finding.file for finding in found] == ["orders.csv", "machines.csv"]
    assert all(finding.severity == Severity.ERROR for finding in found)


def test_machines_that_do_not_exist_are_an_error() -> None:
    found = validate(scenario(item(on=("M", "X"))))
    assert [(finding.rule, finding.value) for finding in found] == [("known_machine", "X")]


def test_a_machine_nobody_uses_and_one_that_never_opens_are_found() -> None:
    machines = (machine("M", (0, 100)), machine("N"))
    assert rules_of(scenario(item(), machines=machines)) == ["machine_opens", "machine_used"]


def test_two_orders_in_one_place_of_the_current_sequence_are_found() -> None:
    place = CurrentPlace(machine="M", position=1)
    given = scenario(item("A", current=place), item("B", current=place, row=3), horizon=1000)
    (finding,) = validate(given)
    assert (finding.rule, finding.row, finding.value) == ("one_current_position", 3, "1")


@pytest.mark.parametrize(
    ("process", "families", "starts", "found"),
    [
        (Process.SERIAL, ("red", "red"), (0, 20), 1),
        (Process.SERIAL, ("red", "red"), (0, 40), 0),
        (Process.PARALLEL, ("red", "red"), (0, 0), 0),
        (Process.PARALLEL, ("red", "red"), (0, 20), 1),
        (Process.CONTINUOUS, ("red", "red"), (0, 20), 0),
        (Process.CONTINUOUS, ("red", "blue"), (0, 20), 1),
    ],
)
def test_pins_that_leave_each_other_no_room_are_found(
    process: Process, families: tuple[str, str], starts: tuple[int, int], found: int
) -> None:
    # Each takes 40 minutes.
    items = (
        item(name, minutes=40, family=family, pin=Pin(machine="M", start=start))
        for name, family, start in zip("AB", families, starts, strict=True)
    )
    given = scenario(*items, machines=(machine("M", (0, 100), process=process),))
    assert rules_of(given).count("pinned_apart") == found


IMPOSSIBLE = {
    "eligible_machine": scenario(item(on=())),
    "batch_capacity": scenario(
        item(sizes=(11,)),
        machines=(machine("M", (0, 100), capacity=(10,)),),
        dimensions=(Dimension(name="kg"),),
    ),
    "machine_calendar": scenario(
        item(minutes=60), machines=(machine("M", (0, 50), (60, 110), pausable=False),)
    ),
    "release": scenario(item(minutes=60, release=50)),
    "deadline": scenario(item(minutes=60, deadline=59)),
    "pinned": scenario(item(minutes=60, pin=Pin(machine="M", start=50))),
}


@pytest.mark.parametrize("rule", IMPOSSIBLE)
def test_an_impossible_order_has_its_reason_and_its_row(rule: str) -> None:
    given = IMPOSSIBLE[rule]
    assert rules_of(given)[0] == rule
    assert impossible(given)["A"].endswith("(orders.csv, row 2)")


def test_a_pin_on_a_machine_that_may_not_make_it_is_impossible() -> None:
    machines = (machine("M", (0, 100)), machine("N", (0, 100)))
    (reason,) = impossible(scenario(item(pin=Pin(machine="N")), machines=machines)).values()
    assert "pinned to N" in reason


@pytest.mark.parametrize(
    ("length", "fits"), [(70, True), (71, False)], ids=["fits", "a minute too long"]
)
def test_the_first_changeover_counts_against_the_window(length: int, fits: bool) -> None:
    # From blue to red takes 30 of the 100 minutes; a batch of red before it cannot be.
    machines = (machine("M", (0, 100), (200, 300), pausable=False, initial_family="blue"),)
    assert (impossible(scenario(item(minutes=length), machines=machines)) == {}) is fits


def test_a_batch_of_the_same_family_before_it_saves_the_changeover() -> None:
    # Red B takes the changeover in the first window; red A has the whole second one.
    machines = (machine("M", (0, 100), (200, 300), pausable=False, initial_family="blue"),)
    given = scenario(item("A", minutes=100), item("B", minutes=10, row=3), machines=machines)
    assert impossible(given) == {}


def test_a_changeover_may_lie_before_the_release() -> None:
    machines = (machine("M", (0, 100), pausable=False, initial_family="blue"),)
    assert impossible(scenario(item(release=40, minutes=60), machines=machines)) == {}


def earliest_completion(given: Scenario) -> int | None:
    """Return when the only operation can be done at the earliest, by trying every start."""
    order, operation, where = given.orders[0], given.operations[0], given.machines[0]
    length = operation.durations[where.name].minimum
    changeover = given.changeover(where.name, where.initial_family, operation.family).minutes
    for start in range(order.release, given.horizon):
        for end in range(start + length, given.horizon + 1):
            if fits(where, (start, end), length, changeover):
                return end
    return None


def fits(where: Machine, span: tuple[int, int], length: int, changeover: int) -> bool:
    """Return whether machine rules allow work in `span`."""
    start, end = span
    if not where.pausable:
        inside = (w.start + changeover <= start and end <= w.end for w in where.windows)
        return end - start == length and any(inside)
    open_at_start = open_units(where.windows, start, start + 1) == 1
    done = open_units(where.windows, start, end)
    enough = open_units(where.windows, 0, start) >= changeover
    return open_at_start and enough and done == length


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=6),
    st.integers(1, 9),
    st.integers(0, 12),
    st.integers(0, 24),
    st.booleans(),
    st.sampled_from([None, "red", "blue"]),
)
def test_an_operation_is_impossible_exactly_if_no_start_is_early_enough(
    gaps: list[int], length: int, release: int, deadline: int, pausable: bool, initial: str | None
) -> None:
    edges = np.cumsum(gaps).tolist()
    spans = tuple(zip(edges[::2], edges[1::2], strict=False))
    given = scenario(
        item(minutes=length, release=release, deadline=deadline),
        machines=(machine("M", *spans, pausable=pausable, initial_family=initial),),
        changeovers=Changeovers.constant(("blue", "red"), 3),
        horizon=30,
    )
    end = earliest_completion(given)
    assert ("A" in impossible(given)) is (end is None or end > deadline)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=6),
    st.integers(1, 9),
    st.integers(0, 24),
    st.booleans(),
    st.sampled_from([None, "red", "blue"]),
)
def test_a_pinned_operation_is_impossible_exactly_if_it_does_not_fit_there(
    gaps: list[int], length: int, start: int, pausable: bool, initial: str | None
) -> None:
    edges = np.cumsum(gaps).tolist()
    spans = tuple(zip(edges[::2], edges[1::2], strict=False))
    where = machine("M", *spans, pausable=pausable, initial_family=initial)
    given = scenario(
        item(minutes=length, pin=Pin(machine="M", start=start)),
        machines=(where,),
        changeovers=Changeovers.constant(("blue", "red"), 3),
        horizon=30,
    )
    changeover = given.changeover("M", initial, "red").minutes
    possible = any(fits(where, (start, end), length, changeover) for end in range(start, 31))
    assert ("A" in impossible(given)) is not possible


def test_each_rule_of_the_validator_says_what_it_finds() -> None:
    assert all(rule.__doc__ for rule in RULES.values())


# Routes


def test_what_comes_after_an_operation_that_cannot_be_planned_cannot_be_either(
    tmp_path: Path,
) -> None:
    given = scenario_of(
        tmp_path,
        orders="order_id,product,family\nA,p,f\n",
        machines="machine_id,pausable,calendar\nM1,no,short\nM2,yes,\n",
        calendars="calendar,weekdays,start,end\nshort,daily,06:00,07:00\n",
        routes="product,stage,eligible_machines,duration_minutes\n"
        "p,1,M2,10\np,2,M1,90\np,3,M2,10\np,4,M2,10\n",
    )
    found = impossible(given)
    assert list(found) == ["A:2", "A:3", "A:4"]  # an hour and a half fits in no hour
    assert found["A:3"].startswith("it comes after A:2, which cannot be planned")
    assert found["A:4"].startswith("it comes after A:3, which cannot be planned")


def test_an_order_that_is_due_before_its_release_is_told_once_for_all_its_operations(
    tmp_path: Path,
) -> None:
    given = scenario_of(
        tmp_path,
        orders="order_id,product,family,release,due\nA,p,f,2026-03-04,2026-03-02\n",
        routes="product,stage,duration_minutes\np,1,10\np,2,90\n",
        settings="start = 2026-03-02T06:00:00\n",
    )
    rules = [finding.rule for finding in validate(given)]
    assert rules.count("due_after_release") == 1
