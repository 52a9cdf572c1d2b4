"""The rules about what is in a batch and where."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

from planner.checker.places import Fault, Layout
from planner.domain import Operation, Process
from planner.schedule import Placement


def every_order_once(layout: Layout) -> Iterator[Fault]:
    """Each operation is in exactly one batch, or is listed as unplanned with a reason.

    What comes after an unplanned operation on its route is unplanned too.
    """
    scenario, schedule = layout.scenario, layout.schedule
    planned = Counter(name for batch in schedule.batches for name in batch.operations)
    left = Counter(item.operation for item in schedule.unplanned)
    for name in [*planned, *(name for name in left if name not in planned)]:
        if name not in scenario.operation:
            message = f"the scenario has no operation {name!r}"
            yield Fault(message=message, operations=(name,))
    for name in scenario.operation:
        if planned[name] + left[name] != 1:
            message = f"{name} is in {planned[name]} batches and {left[name]} times unplanned"
            yield Fault(message=message, operations=(name,))
    for item in schedule.unplanned:
        if not item.reason.strip():
            message = f"{item.operation} is unplanned without a reason"
            yield Fault(message=message, operations=(item.operation,))
    for operation in scenario.operations:
        missing = [b.operation for b in operation.after if not planned[b.operation]]
        if planned[operation.name] and missing:
            message = f"{operation.name} is planned, {missing[0]} before it is not"
            yield Fault(message=message, operations=(operation.name,))


def eligible_machine(layout: Layout) -> Iterator[Fault]:
    """Each batch is on a machine that may make each of its orders."""
    for place in layout.places:
        name = place.batch.machine
        if place.machine is None:
            yield place.breaks(f"the scenario has no machine {name!r}")
            continue
        for placement, operation in place.placed:
            if name not in operation.durations:
                message = f"{operation.name} cannot be made there"
                yield place.breaks(message, operation.name, at=placement.start)


def one_family(layout: Layout) -> Iterator[Fault]:
    """All operations of a batch have its family, and the scenario knows that family."""
    known = frozenset(layout.scenario.changeovers.families)
    for place in layout.places:
        family = place.batch.family
        if family not in known:
            yield place.breaks(f"the scenario has no family {family!r}")
        for placement, operation in place.placed:
            if operation.family != family:
                message = f"{operation.name} is {operation.family!r}, the batch {family!r}"
                yield place.breaks(message, operation.name, at=placement.start)


def batch_capacity(layout: Layout) -> Iterator[Fault]:
    """No load exceeds a capacity in any dimension; on continuous machines at no moment.

    serial, parallel: sum(size[o] for o in batch) <= capacity
    continuous: sum(size[o] for o in batch if start[o] <= t < end[o]) <= capacity for every t
    """
    for place in layout.places:
        if place.machine is None:
            continue
        continuous = place.machine.process == Process.CONTINUOUS
        load_of = _highest_load if continuous else _whole_load
        for index, capacity in enumerate(place.machine.capacity):
            load = 0 if capacity is None else load_of(place.placed, index)
            if capacity is not None and load > capacity:
                dimension = layout.scenario.dimensions[index]
                message = (
                    f"holds {dimension.shown(load)} {dimension.name}, "
                    f"its capacity is {dimension.shown(capacity)}"
                )
                yield place.breaks(message, short_by=load - capacity)


def pinned(layout: Layout) -> Iterator[Fault]:
    """Pinned operations stay on their machine and, where that is given, at their start.

    A pinned operation may still be unplanned: then `every_order_once` wants a reason.
    """
    for place in layout.places:
        for placement, operation in place.placed:
            pin = operation.pin
            if pin is None:
                continue
            if pin.machine != place.batch.machine:
                message = f"{operation.name} is pinned to {pin.machine}"
                yield place.breaks(message, operation.name, at=placement.start)
            if pin.start is not None and pin.start != placement.start:
                shown = layout.shown(placement.start), layout.shown(pin.start)
                message = f"{operation.name} starts {shown[0]}, pinned is {shown[1]}"
                short_by = abs(placement.start - pin.start)
                yield place.breaks(message, operation.name, at=placement.start, short_by=short_by)


def _whole_load(placed: Iterable[tuple[Placement, Operation]], dimension: int) -> int:
    return sum(operation.sizes[dimension] for _, operation in placed)


def _highest_load(placed: Iterable[tuple[Placement, Operation]], dimension: int) -> int:
    """Return the highest load at any moment; what stays for no time is no load."""
    steps: Counter[int] = Counter()
    for placement, operation in placed:
        if placement.start < placement.end:
            steps[placement.start] += operation.sizes[dimension]
            steps[placement.end] -= operation.sizes[dimension]
    return max(accumulate(steps[moment] for moment in sorted(steps)), default=0)
