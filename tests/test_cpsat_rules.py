"""Each rule of the model alone: values are fixed, and the rule says whether that may be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpModel, CpSolver

from planner.arrays import IMPOSSIBLE, NEVER, Arrays, arrays_from
from planner.cpsat import constraints
from planner.cpsat.building import variables
from planner.cpsat.frames import whole
from planner.cpsat.variables import DEPOT, Node, TrackVars, Variables
from planner.domain import After, During, InARow, Level, Need, Process, Resource, Upkeep
from planner.domain import Scenario as _Scenario
from tests.builders import machine, order, scenario

Rule = Callable[[CpModel, Arrays, Variables], None]
DAY = ((0, 100),)


def allowed(
    rule: Rule, given: _Scenario, fix: Callable[[CpModel, Variables], None], **changed: Any
) -> bool:
    """Return whether `rule` allows what `fix` fixes; variables are made before `changed`."""
    arrays = arrays_from(given)
    model = CpModel()
    made = variables(model, arrays, whole(arrays), most_unplanned=len(given.operations))
    rule(model, arrays._replace(**changed), made)
    fix(model, made)
    return CpSolver().solve(model) in (OPTIMAL, FEASIBLE)


def node(track: TrackVars, operation: int) -> Node:
    return next(item for item in track.nodes if item.operation == operation)


def put(*starts: tuple[int, int], row: int = 0) -> Callable[[CpModel, Variables], None]:
    """Return a fix: operation A leads a batch on machine `row` that begins at `start`."""

    def fix(model: CpModel, made: Variables) -> None:
        for operation, start in starts:
            place = node(made.tracks[row], operation)
            model.add(place.present == 1)
            model.add(place.start == start)

    return fix


def share(leader: int, *members: int) -> Callable[[CpModel, Variables], None]:
    """Return a fix: `members` are in the batch that `leader` leads."""

    def fix(model: CpModel, made: Variables) -> None:
        for member in members:
            model.add(node(made.tracks[0], leader).members[member] == 1)

    return fix


def both(*fixes: Callable[[CpModel, Variables], None]) -> Callable[[CpModel, Variables], None]:
    def fix(model: CpModel, made: Variables) -> None:
        for each in fixes:
            each(model, made)

    return fix


def one(process: str = "serial", **fields: Any) -> _Scenario:
    """Return two red orders of 10 minutes on one machine that is open for 100."""
    fields.setdefault("orders", [order("A", minutes=10), order("B", minutes=10)])
    fields.setdefault("machines", [machine(process=process, windows=DAY)])
    return scenario(horizon=100, **fields)


def timed(process: str = "serial", **fields: Any) -> _Scenario:
    """Return the same with a third order, late enough for the first two to be made when we like."""
    late = {"serial": 60, "parallel": 30, "continuous": 60}[process]
    orders = [order(name, minutes=10, due=1) for name in ("A", "B")]
    return one(process, orders=[*orders, order("Z", minutes=10, release=late)], **fields)


@pytest.mark.parametrize(
    ("places", "unplanned", "may_be"),
    [([0], 0, True), ([1], 0, True), ([0, 1], 0, False), ([], 0, False), ([], 1, True)],
    ids=["on M1", "on M2", "twice", "nowhere", "unplanned"],
)
def test_every_order_once(places: list[int], unplanned: int, may_be: bool) -> None:
    given = one(orders=[order("A")], machines=[machine("M1"), machine("M2")])

    def fix(model: CpModel, made: Variables) -> None:
        for row, track in enumerate(made.tracks):
            model.add(node(track, 0).present == int(row in places))
        model.add(made.unplanned[0] == unplanned)

    assert allowed(constraints.every_order_once, given, fix) == may_be


@pytest.mark.parametrize(("row", "may_be"), [(0, True), (1, False)], ids=["M1", "M2"])
def test_eligible_machine(row: int, may_be: bool) -> None:
    given = one(
        orders=[order("A", minutes=10, due=1)],
        machines=[machine("M1", windows=DAY), machine("M2", windows=DAY)],
    )
    only_first = np.array([[10, -1]])
    rule = constraints.eligible_machine
    assert allowed(rule, given, put((0, 0), row=row), shortest=only_first) == may_be


@pytest.mark.parametrize(("family", "may_be"), [(0, True), (1, False)], ids=["same", "other"])
def test_one_family(family: int, may_be: bool) -> None:
    fix = share(0, 1)
    families = np.array([0, family])
    assert allowed(constraints.one_family, one("parallel"), fix, family=families) == may_be


def test_one_family_needs_the_leader_in_the_batch() -> None:
    def fix(model: CpModel, made: Variables) -> None:
        share(0, 1)(model, made)
        model.add(node(made.tracks[0], 0).present == 0)

    assert not allowed(constraints.one_family, one("parallel"), fix)


@pytest.mark.parametrize(("capacity", "may_be"), [(6, True), (5, False)], ids=["full", "over"])
def test_batch_capacity_of_a_parallel_machine(capacity: int, may_be: bool) -> None:
    sizes = [order("A", sizes=[3]), order("B", sizes=[3])]
    given = one(orders=sizes, machines=[machine(process="parallel", capacity=[9])])
    rule, limit = constraints.batch_capacity, np.array([[capacity]])
    assert allowed(rule, given, both(share(0, 0, 1)), capacity=limit) == may_be


@pytest.mark.parametrize(("capacity", "may_be"), [(6, True), (5, False)], ids=["full", "over"])
def test_batch_capacity_of_a_serial_machine(capacity: int, may_be: bool) -> None:
    # A changeover from red to red makes batches real; joined are A and B, of 3 each.
    given = one(
        orders=[order("A", minutes=10, sizes=[3]), order("B", minutes=10, sizes=[3])],
        machines=[machine(capacity=[9])],
        changeovers={("red", "red"): 5},
    )

    def fix(model: CpModel, made: Variables) -> None:
        model.add(next(a for a in made.tracks[0].arcs if a.joins and a.tail == 0).taken == 1)

    limit = np.array([[capacity]])
    assert allowed(constraints.batch_capacity, given, fix, capacity=limit) == may_be


@pytest.mark.parametrize(("second", "may_be"), [(10, True), (9, False)], ids=["after", "beside"])
def test_batch_capacity_of_a_continuous_machine_counts_at_every_moment(
    second: int, may_be: bool
) -> None:
    given = one(
        "continuous",
        orders=[order("A", minutes=10, sizes=[3]), order("B", minutes=10, sizes=[3])],
        machines=[machine(process="continuous", capacity=[5], windows=DAY)],
    )

    def fix(model: CpModel, made: Variables) -> None:
        share(0, 0, 1)(model, made)
        for operation, entry in ((0, 0), (1, second)):
            model.add(made.tracks[0].entries[operation] == entry)

    assert allowed(constraints.batch_capacity, given, fix) == may_be


@pytest.mark.parametrize(("second", "may_be"), [(10, True), (9, False)], ids=["touch", "overlap"])
def test_one_batch_at_a_time(second: int, may_be: bool) -> None:
    fix = put((0, 0), (1, second))
    assert allowed(constraints.one_batch_at_a_time, timed(), fix) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(17, True), (16, False)], ids=["enough", "short"])
def test_changeover_time_between_two_batches(start: int, may_be: bool) -> None:
    # 10 minutes of blue A and 7 of changeover come before red B; the third batch is not between.
    given = one(
        orders=[
            order("A", family="blue", minutes=10, due=1),
            order("B", family="red", minutes=10, due=1),
            order("C", family="green", minutes=10, release=60),
        ],
        changeovers=7,
    )

    def fix(model: CpModel, made: Variables) -> None:
        put((0, 0), (1, start), (2, 60))(model, made)
        model.add(next(a for a in made.tracks[0].arcs if (a.tail, a.head) == (0, 1)).taken == 1)

    assert allowed(constraints.changeover_time, given, fix) == may_be


@pytest.mark.parametrize(("minutes", "may_be"), [(7, True), (IMPOSSIBLE, False)])
@pytest.mark.parametrize("tail", [0, DEPOT], ids=["between two batches", "from the initial family"])
def test_changeover_possible(tail: int, minutes: int, may_be: bool) -> None:
    # The variables are made as if all were possible: the rule alone forbids it.
    given = one(
        orders=[order("A", family="blue", minutes=10), order("B", family="red", minutes=10)],
        machines=[machine(initial="blue", windows=DAY)],
        changeovers={("blue", "red"): 7},
    )
    table = arrays_from(given).changeover_minutes.copy()
    table[table == 7] = minutes

    def fix(model: CpModel, made: Variables) -> None:
        arc = next(a for a in made.tracks[0].arcs if (a.tail, a.head) == (tail, 1))
        model.add(arc.taken == 1)

    rule = constraints.changeover_possible
    assert allowed(rule, given, fix, changeover_minutes=table) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(7, True), (6, False)], ids=["enough", "short"])
def test_changeover_time_from_the_initial_family(start: int, may_be: bool) -> None:
    given = one(
        orders=[order("A", minutes=10, due=1)],
        machines=[machine(initial="blue", windows=DAY)],
        changeovers=7,
    )

    def fix(model: CpModel, made: Variables) -> None:
        put((0, start))(model, made)
        model.add(next(a for a in made.tracks[0].arcs if (a.tail, a.head) == (DEPOT, 0)).taken == 1)

    assert allowed(constraints.changeover_time, given, fix) == may_be


@pytest.mark.parametrize(
    ("start", "may_be"),
    [(3, True), (20, True), (15, False), (23, True)],
    ids=["first", "second", "across", "inside"],
)
def test_machine_calendar_does_not_join_touching_windows(start: int, may_be: bool) -> None:
    ovens = [machine(process="parallel", windows=((0, 20), (20, 40)), pausable=False)]
    given = timed("parallel", machines=ovens)
    assert allowed(constraints.machine_calendar, given, put((0, start))) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(27, True), (20, False)], ids=["after", "before"])
def test_machine_calendar_has_the_changeover_in_the_same_window(start: int, may_be: bool) -> None:
    given = timed(
        "parallel",
        machines=[
            machine(process="parallel", windows=((0, 20), (20, 40)), pausable=False, initial="blue")
        ],
        changeovers=7,
    )

    def fix(model: CpModel, made: Variables) -> None:
        put((0, start))(model, made)
        arcs = [a for a in made.tracks[0].arcs if (a.tail, a.head) == (DEPOT, 0)]
        model.add(arcs[0].taken == 1)

    assert allowed(constraints.machine_calendar, given, fix) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(30, True), (29, False)], ids=["at", "before"])
def test_release(start: int, may_be: bool) -> None:
    released = np.array([30, 0, 60])
    assert allowed(constraints.release, timed(), put((0, start)), release=released) == may_be


def route(least: int = 0, most: int | None = None) -> _Scenario:
    """Return A of 10 minutes on M1 and, after it on the route, B of 10 minutes on M2."""
    made = one(
        orders=[order("A", durations={"M1": 10}), order("B", durations={"M2": 10}, due=1)],
        machines=[machine("M1", windows=DAY), machine("M2", windows=DAY)],
    )
    first, second = made.operations
    wait = After(first.name, least_wait=least, most_wait=most)
    return replace(made, operations=(first, replace(second, after=(wait,))))


def at_times(done: int, start: int) -> Callable[[CpModel, Variables], None]:
    """Return a fix: A completes at `done`, B starts at `start`; both are planned."""

    def fix(model: CpModel, made: Variables) -> None:
        assert made.times
        for left_out in made.unplanned.values():
            model.add(left_out == 0)
        model.add(made.times.completion[0] == done)
        model.add(made.times.start[1] == start)

    return fix


@pytest.mark.parametrize(("start", "may_be"), [(30, True), (29, False)], ids=["at", "before"])
def test_route_order(start: int, may_be: bool) -> None:
    assert allowed(constraints.route_order, route(), at_times(30, start)) == may_be


@pytest.mark.parametrize(("first", "second", "may_be"), [(1, 1, True), (1, 0, False), (0, 1, True)])
def test_route_order_leaves_out_what_comes_after_what_is_left_out(
    first: int, second: int, may_be: bool
) -> None:
    def fix(model: CpModel, made: Variables) -> None:
        model.add(made.unplanned[0] == first)
        model.add(made.unplanned[1] == second)

    assert allowed(constraints.route_order, route(), fix) == may_be


@pytest.mark.parametrize(
    ("start", "may_be"),
    [(34, False), (35, True), (40, True), (41, False)],
    ids=["too soon", "least", "most", "too late"],
)
def test_waiting_time(start: int, may_be: bool) -> None:
    given = route(least=5, most=10)
    assert allowed(constraints.waiting_time, given, at_times(30, start)) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(20, True), (21, False)], ids=["at", "after"])
def test_deadline(start: int, may_be: bool) -> None:
    # 10 minutes from 20 end at 30.
    limit = np.array([30, 100, 100])
    assert allowed(constraints.deadline, timed(), put((0, start)), deadline=limit) == may_be


@pytest.mark.parametrize(("most", "may_be"), [(10, True), (9, False)], ids=["at most", "too long"])
def test_processing_time_keeps_the_shortest_maximum_of_a_parallel_batch(
    most: int, may_be: bool
) -> None:
    longest = np.array([[100], [most], [100]])
    fix = share(0, 0, 1)
    rule = constraints.processing_time
    assert allowed(rule, timed("parallel"), fix, longest=longest) == may_be


@pytest.mark.parametrize(("entry", "may_be"), [(5, True), (4, False), (26, False)])
def test_processing_time_of_a_continuous_batch_spans_its_operations(
    entry: int, may_be: bool
) -> None:
    # The batch runs from 5 to 35; an operation of 10 minutes is inside from 5 to 25 on.
    def fix(model: CpModel, made: Variables) -> None:
        put((0, 5))(model, made)
        model.add(node(made.tracks[0], 0).end == 35)
        model.add(made.tracks[0].entries[0] == entry)

    assert allowed(constraints.processing_time, timed("continuous"), fix) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(40, True), (41, False)], ids=["there", "later"])
def test_pinned_start(start: int, may_be: bool) -> None:
    pins = np.array([40, -1, -1])
    assert allowed(constraints.pinned, timed(), put((0, start)), pin_start=pins) == may_be


@pytest.mark.parametrize(("row", "may_be"), [(0, False), (1, True)], ids=["M1", "M2"])
def test_pinned_machine(row: int, may_be: bool) -> None:
    given = one(
        orders=[order("A", minutes=10, due=1)],
        machines=[machine("M1", windows=DAY), machine("M2", windows=DAY)],
    )
    pins = np.array([1])
    assert allowed(constraints.pinned, given, put((0, 0), row=row), pin_machine=pins) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(10, True), (9, False)], ids=["after", "during"])
def test_resource_amount(start: int, may_be: bool) -> None:
    # A runs on M1 from 0 to 10, B on M2 for 10, and there is one operator.
    given = one(
        machines=[machine("M1", windows=DAY), machine("M2", windows=DAY)],
        resources=(Resource(name="operator"),),
        needs=(Need(resource="operator", during=During.RUN),),
    )
    fix = both(put((0, 0), row=0), put((1, start), row=1))
    assert allowed(constraints.resource_amount, given, fix) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(20, True), (19, False)], ids=["there", "away"])
def test_resource_amount_changes_with_its_calendar(start: int, may_be: bool) -> None:
    given = one(
        resources=(Resource(name="operator", levels=(Level(0, 0), Level(20, 1))),),
        needs=(Need(resource="operator", during=During.RUN),),
    )
    assert allowed(constraints.resource_amount, given, put((0, start))) == may_be


@pytest.mark.parametrize(("most", "may_be"), [(2, True), (1, False)], ids=["two", "one"])
def test_campaign(most: int, may_be: bool) -> None:
    # A and B are batches of one family, one directly after the other.
    limits = InARow(batches=2)
    given = one(machines=[replace(machine(windows=DAY, process="parallel"), in_a_row=limits)])

    def fix(model: CpModel, made: Variables) -> None:
        model.add(next(a for a in made.tracks[0].arcs if (a.tail, a.head) == (0, 1)).taken == 1)
        model.add(next(a for a in made.tracks[0].arcs if (a.tail, a.head) == (DEPOT, 0)).taken == 1)

    limited = np.array([[most, NEVER, NEVER]])
    assert allowed(constraints.campaign, given, fix, in_a_row=limited) == may_be


def upkept(upkeep: Upkeep) -> _Scenario:
    """Return A and B of one family, 10 minutes each, on an oven that needs `upkeep`."""
    return one(
        machines=[replace(machine(windows=DAY, process="parallel", pausable=False))],
        upkeeps=(upkeep,),
    )


def then(tail: int, head: int, upkeep: int) -> Callable[[CpModel, Variables], None]:
    """Return a fix: `head` comes directly after `tail`, with `upkeep` between."""

    def fix(model: CpModel, made: Variables) -> None:
        arcs = made.tracks[0].arcs
        arc = next(a for a in arcs if (a.tail, a.head, a.upkeep) == (tail, head, upkeep))
        model.add(arc.taken == 1)

    return fix


@pytest.mark.parametrize(
    ("limits", "upkeep", "may_be"),
    [
        ({"most_batches": 2}, 0, True),
        ({"most_batches": 1}, 0, False),
        ({"most_batches": 1}, 1, True),
        ({"most_batches": 2, "done_batches": 1}, 0, False),
        ({"most_units": 20}, 0, True),
        ({"most_units": 20, "done_units": 1}, 0, False),
        ({"most_units": 20, "done_units": 1}, 1, True),
    ],
)
def test_upkeep_is_done_by_when_it_is_due(
    limits: dict[str, int], upkeep: int, may_be: bool
) -> None:
    given = upkept(Upkeep(machine="M", units=5, **limits))  # type: ignore[arg-type]
    fix = both(then(DEPOT, 0, 0), then(0, 1, upkeep))
    assert allowed(constraints.upkeep, given, fix) == may_be


@pytest.mark.parametrize(("start", "may_be"), [(15, True), (14, False)], ids=["after", "during"])
def test_upkeep_takes_its_time(start: int, may_be: bool) -> None:
    # A from 0 to 10, then 5 of upkeep.
    given = upkept(Upkeep(machine="M", units=5, most_batches=1))
    fix = both(put((0, 0), (1, start)), both(then(DEPOT, 0, 0), then(0, 1, 1)))
    assert allowed(constraints.upkeep, given, fix) == may_be


def test_upkeep_lies_in_one_window_where_the_machine_cannot_pause() -> None:
    windows = ((0, 14), (20, 100))
    oven = machine(windows=windows, process="parallel", pausable=False)
    given = one(machines=[oven], upkeeps=(Upkeep(machine="M", units=5, most_batches=1),))

    def upkeep_at(start: int) -> Callable[[CpModel, Variables], None]:
        def fix(model: CpModel, made: Variables) -> None:
            (one_before,) = made.tracks[0].upkeep[1]
            model.add(one_before.present == 1)
            model.add(one_before.start == start)

        return fix

    assert not allowed(constraints.machine_calendar, given, upkeep_at(10))
    assert allowed(constraints.machine_calendar, given, upkeep_at(9))
    assert allowed(constraints.machine_calendar, given, upkeep_at(20))


def test_campaign_begins_anew_behind_upkeep() -> None:
    limits = InARow(batches=1)
    oven = replace(machine(windows=DAY, process="parallel"), in_a_row=limits)
    given = one(machines=[oven], upkeeps=(Upkeep(machine="M", units=5, most_batches=9),))
    for upkeep in (0, 1):
        fix = both(then(DEPOT, 0, 0), then(0, 1, upkeep))
        assert allowed(constraints.campaign, given, fix) == bool(upkeep)


def test_a_pin_outside_the_calendar_leaves_the_operation_unplanned() -> None:
    given = timed(machines=[machine(windows=((0, 30), (50, 100)))])
    pins = np.array([40, -1, -1])
    # Position 30 is both the end of the first window and the start of the second.
    assert not allowed(constraints.pinned, given, put((0, 30)), pin_start=pins)


def test_every_rule_has_its_tests_here() -> None:
    for rule in constraints.RULES:
        assert any(name.startswith(f"test_{rule.__name__}") for name in globals()), rule.__name__


def test_a_pausable_machine_is_timed_without_gaps() -> None:
    given = timed(machines=[machine(process=Process.SERIAL, windows=((0, 30), (50, 100)))])
    clock = whole(arrays_from(given)).tracks[0].clock
    # 30 units before the gap of 20: the 31st ends at 51.
    assert [clock.end_time(position) for position in (30, 31)] == [30, 51]
    assert [clock.position(time) for time in (29, 30, 40, 50, 51)] == [29, 30, 30, 30, 31]
