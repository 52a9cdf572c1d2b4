"""What changes do to the files of a scenario, so that they can be planned again elsewhere.

Cells are changed in place: what a change does not name stays as the user wrote it. The files
are then read and compared with the changed scenario; what they cannot say is named, not lost.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from planner.calendars import Clock
from planner.changes.kinds import (
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
)
from planner.domain import Operation, Scenario
from planner.errors import ChangeError
from planner.reader import Table, Tables, scenario_from_tables, table_of
from planner.variants import (
    cells,
    closed,
    machine_names,
    opened_more,
    scaled,
    with_column,
    with_files,
    with_rows,
)

ORDERS, DURATIONS = "orders.csv", "durations.csv"
# A new order has not happened yet, and stood nowhere.
OF_THE_PAST = ("actuals.csv", "reference.csv")
DURATION_COLUMNS = ("order_id", "stage", "machine_id", "minutes")


def tables_after(tables: Tables, changes: Iterable[PlanChange], scenario: Scenario) -> Tables:
    """Return the files of a scenario as `changes` leave them; `scenario` is as they leave it.

    Where work stands is a matter of the schedule, but pins are not: they are written as `scenario`
    has them. Raises `ChangeError` for what the files cannot say.
    """
    for change in changes:
        tables = _changed(change, tables, scenario)
    return _certain(_with_pins(tables, scenario), scenario)


@singledispatch
def _changed(_change: PlanChange, tables: Tables, _scenario: Scenario) -> Tables:
    """Return the tables as they are: the change is of the schedule alone."""
    return tables


@_changed.register
def _due(change: SetDue, tables: Tables, scenario: Scenario) -> Tables:
    return _with_cell(tables, change.order, "due", _local(scenario.clock, change.due))


@_changed.register
def _priority(change: SetPriority, tables: Tables, _scenario: Scenario) -> Tables:
    return _with_cell(tables, change.order, "priority", str(change.priority))


@_changed.register
def _remark(change: Remark, tables: Tables, _scenario: Scenario) -> Tables:
    return _with_cell(tables, change.order, "note", change.text)


@_changed.register
def _quantity(change: SetQuantity, tables: Tables, _scenario: Scenario) -> Tables:
    before = _cell(tables, change.order, "quantity")
    tables = _with_cell(tables, change.order, "quantity", f"{change.quantity:f}")
    factor = change.quantity / Decimal(before) if before else Decimal(1)
    return _times(tables, change.order, factor)


@_changed.register
def _added(change: AddOrder, tables: Tables, scenario: Scenario) -> Tables:
    before = _cell(tables, change.like, "quantity")
    files = {
        name: table if name in OF_THE_PAST else _copied(table, change)
        for name, table in tables.files.items()
    }
    tables = replace(tables, files=files)
    clock = scenario.clock
    for column, text in (
        ("due", _local(clock, change.due)),
        ("release", _local(clock, change.release or None)),
        ("deadline", ""),
        ("priority", "" if change.priority == 1 else str(change.priority)),
        ("customer", change.customer),
        ("note", change.note),
        *((name, "") for name in ("current_machine", "current_position", "status")),
        *((name, "") for name in ("pinned_machine", "pinned_start", "done_quantity")),
    ):
        if text or column in tables.files[ORDERS].columns:
            tables = _with_cell(tables, change.order, column, text)
    if change.quantity is None or not before:
        return tables
    tables = _with_cell(tables, change.order, "quantity", f"{change.quantity:f}")
    return _times(tables, change.order, change.quantity / Decimal(before))


@_changed.register
def _closed(change: CloseMachine, tables: Tables, scenario: Scenario) -> Tables:
    return closed(tables, change.machine, *_span(scenario.clock, change.start, change.end))


@_changed.register
def _opened(change: AddShift, tables: Tables, scenario: Scenario) -> Tables:
    return opened_more(tables, change.machine, *_span(scenario.clock, change.start, change.end))


@_changed.register
def _allowed(change: AllowMachine, tables: Tables, scenario: Scenario) -> Tables:
    for name in change.operations:
        for operation in scenario.operations_of.get(name, ()) or (scenario.operation[name],):
            may = _cell(tables, operation.order, "eligible_machines")
            named = may or "|".join(m for m in machine_names(tables) if m in operation.durations)
            if change.machine not in named.split("|"):
                named = f"{named}|{change.machine}"
            tables = _with_cell(tables, operation.order, "eligible_machines", named)
            tables = _with_time(tables, scenario, operation, change.machine)
    return tables


def with_times(tables: Tables, scenario: Scenario) -> Tables:
    """Return `tables` with the least time of each operation on each machine as `scenario` has it.

    For times that are learnt: durations.csv then says them, whatever the order file said. Raises
    `ChangeError` where that file cannot: times of ovens and tunnels stand with the order.
    """
    before = scenario_from_tables(tables, now=scenario.clock.start)
    for operation in scenario.operations:
        was = before.operation[operation.name].durations
        for machine, time in operation.durations.items():
            if was.get(machine) != time:
                tables = _with_time(tables, scenario, operation, machine)
    return _certain(tables, scenario)


def _certain(tables: Tables, scenario: Scenario) -> Tables:
    """Return `tables` if they say what `scenario` is; raises `ChangeError` where they do not."""
    differing = tuple(_differing(scenario, scenario_from_tables(tables, now=scenario.clock.start)))
    if differing:
        raise ChangeError(f"the files cannot say this: {'; '.join(differing[:3])}")
    return tables


def _with_time(tables: Tables, scenario: Scenario, operation: Operation, machine: str) -> Tables:
    """Return `tables` in which durations.csv says the time of an operation on a machine."""
    table = tables.files.get(DURATIONS) or Table(columns=DURATION_COLUMNS)
    for column in DURATION_COLUMNS:
        if column not in table.columns:
            table = with_column(table, column, [""] * len(table.rows))
    stage = str(operation.stage) if operation.stage else ""
    row = {
        "order_id": operation.order,
        "stage": stage,
        "machine_id": machine,
        "minutes": _minutes(operation.durations[machine].minimum, scenario.clock),
    }
    place = [table.columns.index(name) for name in ("order_id", "stage", "machine_id")]
    key = (operation.order, stage, machine)
    kept = [r for r in table.rows if tuple(r[k].strip() for k in place) != key]
    made = table_of(table.columns, [*kept, [row.get(column, "") for column in table.columns]])
    return with_files(tables, durations=made)


def _minutes(units: int, clock: Clock) -> str:
    """Return time units as minutes, in so few digits that reading rounds up to the same units."""
    exact = Fraction(units, clock.units_per_minute)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{Decimal(math.floor(exact * 10**6)).scaleb(-6):f}"


def _with_pins(tables: Tables, scenario: Scenario) -> Tables:
    """Return `tables` with the pins of orders of one operation as the scenario has them."""
    alone = [own[0] for own in scenario.operations_of.values() if len(own) == 1]
    pins = {o.order: o.pin for o in alone if o.pin is not None}
    machine = {name: pin.machine for name, pin in pins.items()}
    start = {name: _local(scenario.clock, pin.start) for name, pin in pins.items()}
    for column, said in (("pinned_machine", machine), ("pinned_start", start)):
        table = tables.files[ORDERS]
        if column in table.columns or any(said.values()):
            values = [said.get(name, "") for name in cells(table, "order_id")]
            tables = with_files(tables, orders=with_column(table, column, values))
    return tables


def _times(tables: Tables, order: str, factor: Decimal) -> Tables:
    """Return `tables` with what grows with the quantity of an order times `factor`."""
    table = tables.files[ORDERS]
    sizes = [column for column in table.columns if column.startswith("size_")]
    for column in (*sizes, "duration_minutes"):
        if text := _cell(tables, order, column):
            tables = _with_cell(tables, order, column, scaled(text, factor))
    return tables


def _copied(table: Table, change: AddOrder) -> Table:
    """Return a table in which the rows that name the order to copy stand again for the new one."""
    if "order_id" not in table.columns:
        return table
    place = table.columns.index("order_id")
    copies = [
        (*row[:place], change.order, *row[place + 1 :])
        for row in table.rows
        if row[place].strip() == change.like
    ]
    return with_rows(table, copies)


def _cell(tables: Tables, order: str, column: str) -> str:
    table = tables.files[ORDERS]
    known = cells(table, "order_id")
    if order not in known:
        raise ChangeError(f"the files have no row of order {order}")
    return cells(table, column)[known.index(order)]


def _with_cell(tables: Tables, order: str, column: str, text: str) -> Tables:
    _cell(tables, order, column)
    table = tables.files[ORDERS]
    known = cells(table, "order_id")
    old = cells(table, column)
    values = [text if name == order else old[k] for k, name in enumerate(known)]
    return with_files(tables, orders=with_column(table, column, values))


def _local(clock: Clock, units: int | None) -> str:
    return "" if units is None else _naive(clock, units).isoformat(timespec="minutes")


def _naive(clock: Clock, units: int) -> datetime:
    return clock.local(units).replace(tzinfo=None)


def _span(clock: Clock, start: int, end: int) -> tuple[datetime, datetime]:
    return _naive(clock, start), _naive(clock, end)


def _differing(wanted: Scenario, read: Scenario) -> Iterator[str]:
    """Yield in words what the files say otherwise than the scenario that changes led to."""
    for order in wanted.orders:
        there = read.order.get(order.name)
        if there is None:
            yield f"order {order.name} is not in them"
            continue
        for name, said in _FACTS.items():
            if said(order) != said(there):
                yield f"{name} of order {order.name} would be {said(there)}, not {said(order)}"
    for operation in wanted.operations:
        yield from _operation_differs(operation, read.operation.get(operation.name))
    horizon = min(wanted.horizon, read.horizon)
    for machine in wanted.machines:
        windows = [_until(each.machine[machine.name].windows, horizon) for each in (wanted, read)]
        if windows[0] != windows[1]:
            yield f"open time of {machine.name} would be another one"


def _operation_differs(operation: Operation, known: Operation | None) -> Iterator[str]:
    if known is None:
        yield f"{operation.name} is not in them"
    elif known.durations != operation.durations:
        yield f"times of {operation.name} would be other ones"
    elif known.pin != operation.pin:
        yield f"the pin of {operation.name} would be another one"
    elif known.sizes != operation.sizes:
        yield f"the size of {operation.name} would be another one"


def _until(windows: Iterable[tuple[int, int]], horizon: int) -> list[tuple[int, int]]:
    return [(start, min(end, horizon)) for start, end in windows if start < horizon]


_FACTS: Mapping[str, Callable[..., object]] = {
    "the due date": lambda order: order.due,
    "the release": lambda order: order.release,
    "the deadline": lambda order: order.deadline,
    "the priority": lambda order: order.weight,
    "the quantity": lambda order: order.quantity,
    "the note": lambda order: order.note,
}
