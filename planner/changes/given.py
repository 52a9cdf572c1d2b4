"""What a change does to a scenario: to its orders, operations and machines."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import reduce, singledispatch

from planner.calendars import Window, join, subtract
from planner.changes.kinds import (
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    LeaveOut,
    PinWork,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
    UnpinWork,
)
from planner.changes.standing import Standing
from planner.domain import Duration, Machine, Operation, Order, Pin, PinReason, Process, Scenario
from planner.errors import ChangeError
from planner.schedule import Schedule


def scenario_after(
    scenario: Scenario, changes: Iterable[PlanChange], schedule: Schedule
) -> Scenario:
    """Return `scenario` as `changes`, one after the other, leave it.

    `schedule` is what they led to: work that they pinned stands there where it was pinned.
    """

    def step(before: Scenario, change: PlanChange) -> Scenario:
        standing = Standing(scenario=before, schedule=schedule)
        if isinstance(change, PinWork):
            # What is not planned in the end has lost its pin since.
            names = operations_named(before, change.operations)
            planned = tuple(name for name in names if name in standing.batch_of)
            if not planned:
                return before
            change = replace(change, operations=planned)
        return given(standing, change)

    return reduce(step, changes, scenario)


def given(standing: Standing, change: PlanChange) -> Scenario:
    """Return the scenario after `change`; the same object where it changes nothing in it."""
    return _after(change, standing)


@singledispatch
def _after(_change: PlanChange, standing: Standing) -> Scenario:
    return standing.scenario


def operations_named(scenario: Scenario, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of operations, where the name of an order stands for all of its own.

    Raises `ChangeError` for a name that is neither, and where there are none.
    """
    found: dict[str, None] = {}
    for name in names:
        if name in scenario.operation:
            found[name] = None
        elif name in scenario.operations_of:
            found.update(dict.fromkeys(o.name for o in scenario.operations_of[name]))
        else:
            raise ChangeError(f"there is no order {name}")
    if not found:
        raise ChangeError("the change names no order")
    return tuple(found)


def order_named(scenario: Scenario, name: str) -> Order:
    """Return the order of that name; raises `ChangeError` where there is none."""
    if name not in scenario.order:
        raise ChangeError(f"there is no order {name}")
    return scenario.order[name]


def machine_named(scenario: Scenario, name: str) -> Machine:
    """Return the machine of that name; raises `ChangeError` where there is none."""
    if name not in scenario.machine:
        raise ChangeError(f"there is no machine {name}")
    return scenario.machine[name]


def with_operations(scenario: Scenario, changed: Mapping[str, Operation]) -> Scenario:
    """Return `scenario` with some operations changed, by name."""
    if not changed:
        return scenario
    made = tuple(changed.get(operation.name, operation) for operation in scenario.operations)
    return replace(scenario, operations=made)


def with_order(scenario: Scenario, order: Order) -> Scenario:
    """Return `scenario` with `order` in place of the one of its name."""
    if scenario.order[order.name] == order:
        return scenario
    made = tuple(order if each.name == order.name else each for each in scenario.orders)
    return replace(scenario, orders=made)


def with_machine(scenario: Scenario, machine: Machine) -> Scenario:
    """Return `scenario` with `machine` in place of the one of its name."""
    made = tuple(machine if each.name == machine.name else each for each in scenario.machines)
    return replace(scenario, machines=made)


def scaled(operation: Operation, factor: Fraction, machines: Mapping[str, Machine]) -> Operation:
    """Return `operation` with sizes, and times on serial machines, times `factor`, rounded up."""
    durations = {
        name: Duration(
            math.ceil(time.minimum * factor),
            None if time.maximum is None else math.ceil(time.maximum * factor),
        )
        if machines[name].process == Process.SERIAL
        else time
        for name, time in operation.durations.items()
    }
    sizes = tuple(math.ceil(size * factor) for size in operation.sizes)
    return replace(operation, durations=durations, sizes=sizes)


@_after.register
def _pinned(change: PinWork, standing: Standing) -> Scenario:
    scenario, changed = standing.scenario, {}
    for name in operations_named(scenario, change.operations):
        batch = standing.batch_of.get(name)
        if batch is None:
            raise ChangeError(f"{name} is not planned, so there is no place to pin it to")
        start = standing.placement_of[name].start if change.start else None
        operation = scenario.operation[name]
        if operation.pin is None or operation.pin.because == PinReason.PINNED:
            changed[name] = replace(operation, pin=Pin(machine=batch.machine, start=start))
    return with_operations(scenario, changed)


@_after.register
def _unpinned(change: UnpinWork, standing: Standing) -> Scenario:
    scenario = standing.scenario
    return _without_pins(scenario, operations_named(scenario, change.operations))


@_after.register
def _left_out(change: LeaveOut, standing: Standing) -> Scenario:
    scenario = standing.scenario
    for name in change.orders:
        order_named(scenario, name)
    return _without_pins(scenario, operations_named(scenario, change.orders))


def _without_pins(scenario: Scenario, names: Iterable[str]) -> Scenario:
    changed = {}
    for name in names:
        operation = scenario.operation[name]
        if operation.pin is not None and operation.pin.because == PinReason.BEGUN:
            raise ChangeError(f"{name} has begun, so it stays where it is")
        if operation.pin is not None:
            changed[name] = replace(operation, pin=None)
    return with_operations(scenario, changed)


@_after.register
def _due(change: SetDue, standing: Standing) -> Scenario:
    order = order_named(standing.scenario, change.order)
    return with_order(standing.scenario, replace(order, due=change.due))


@_after.register
def _priority(change: SetPriority, standing: Standing) -> Scenario:
    order = order_named(standing.scenario, change.order)
    return with_order(standing.scenario, replace(order, weight=change.priority))


@_after.register
def _remark(change: Remark, standing: Standing) -> Scenario:
    order = order_named(standing.scenario, change.order)
    return with_order(standing.scenario, replace(order, note=change.text))


@_after.register
def _quantity(change: SetQuantity, standing: Standing) -> Scenario:
    scenario = standing.scenario
    order = order_named(scenario, change.order)
    factor = _factor(order, change.quantity)
    changed = {
        operation.name: scaled(operation, factor, scenario.machine)
        for operation in scenario.operations_of.get(order.name, ())
    }
    made = with_order(scenario, replace(order, quantity=change.quantity))
    return with_operations(made, changed) if factor != 1 else made


def _factor(order: Order, quantity: Decimal) -> Fraction:
    if not order.quantity:
        raise ChangeError(
            f"order {order.name} has no quantity, so it is not known what {quantity} would take"
        )
    return Fraction(quantity) / Fraction(order.quantity)


@_after.register
def _added(change: AddOrder, standing: Standing) -> Scenario:
    scenario = standing.scenario
    if change.order in scenario.order or change.order in scenario.operation:
        raise ChangeError(f"there is an order {change.order} already")
    like = order_named(scenario, change.like)
    quantity = like.quantity if change.quantity is None else change.quantity
    factor = Fraction(1) if quantity is None else _factor(like, quantity)
    order = replace(
        like,
        name=change.order,
        quantity=quantity,
        release=change.release,
        due=change.due,
        deadline=None,
        weight=change.priority,
        customer=change.customer,
        note=change.note,
        extra=(),
        row=None,
    )
    return replace(
        scenario,
        orders=(*scenario.orders, order),
        operations=(*scenario.operations, *_alike(scenario, like, order, factor)),
    )


def _alike(scenario: Scenario, like: Order, order: Order, factor: Fraction) -> Iterable[Operation]:
    steps = scenario.operations_of.get(like.name, ())
    names = {step.name: _name_alike(scenario, step.name, like, order) for step in steps}
    for step in steps:
        # What another order must have made first, it needs too.
        after = tuple(
            link._replace(operation=names.get(link.operation, link.operation))
            for link in step.after
        )
        made = scaled(step, factor, scenario.machine)
        yield replace(
            made, name=names[step.name], order=order.name, after=after, pin=None, current=None
        )


def _name_alike(scenario: Scenario, name: str, like: Order, order: Order) -> str:
    if name.startswith(like.name):
        made = order.name + name[len(like.name) :]
    else:
        made = f"{order.name}/{name}"
    if made in scenario.operation:
        raise ChangeError(f"there is an operation {made} already")
    return made


@_after.register
def _closed(change: CloseMachine, standing: Standing) -> Scenario:
    machine = machine_named(standing.scenario, change.machine)
    closure = (Window(change.start, change.end),)
    left = subtract(machine.windows, closure)
    if left == machine.windows:
        return standing.scenario
    return with_machine(standing.scenario, replace(machine, windows=left))


@_after.register
def _opened(change: AddShift, standing: Standing) -> Scenario:
    scenario = standing.scenario
    machine = machine_named(scenario, change.machine)
    if change.end > scenario.horizon:
        raise ChangeError(
            f"the shift ends after the planning horizon, {scenario.clock.local(scenario.horizon)}"
        )
    new = Window(change.start, change.end)
    # Windows that touch each other may be apart on purpose; those that the shift touches are not.
    near = [w for w in machine.windows if w.start <= new.end and new.start <= w.end]
    apart = [w for w in machine.windows if w not in near]
    windows = tuple(sorted((*apart, *join((*near, new)))))
    if windows == machine.windows:
        return scenario
    return with_machine(scenario, replace(machine, windows=windows))


@_after.register
def _allowed(change: AllowMachine, standing: Standing) -> Scenario:
    scenario = standing.scenario
    machine = machine_named(scenario, change.machine)
    changed = {}
    for name in operations_named(scenario, change.operations):
        operation = scenario.operation[name]
        if not operation.durations:
            raise ChangeError(f"{name} has no machine, so it is not known what it takes")
        longest = max(operation.durations.values(), key=lambda time: time.minimum)
        if machine.name not in operation.durations:
            durations = {**operation.durations, machine.name: longest}
            changed[name] = replace(operation, durations=durations)
    return with_operations(scenario, changed)
