"""Slow, obvious twins: a forward planner, and a judge that looks at every unit of time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from planner.domain import Duration, Machine, Operation, Process, Scenario
from planner.schedule import Batch, Placement, Schedule, Unplanned


def naive_schedule(scenario: Scenario, rng: np.random.Generator) -> Schedule:
    """Return a schedule that keeps every rule: operations in random order, joined where they fit.

    What does not fit behind the last batch of a random machine of its own is unplanned.
    """
    lanes: dict[str, list[Batch]] = {machine.name: [] for machine in scenario.machines}
    left = []
    for index in rng.permutation(len(scenario.operations)):
        operation = scenario.operations[index]
        name = str(rng.choice(sorted(operation.durations)))
        machine = scenario.machine[operation.pin.machine if operation.pin else name]
        lane = lanes[machine.name]
        joined = _joined(scenario, machine, lane[-1], operation) if lane else None
        if joined is not None and rng.random() < 0.7:
            lane[-1] = joined
        elif (
            begun := _begun(scenario, machine, lane, operation, int(rng.integers(3)))
        ) is not None:
            lane.append(begun)
        else:
            left.append(operation.name)
    unplanned = [o.name for o in scenario.operations if o.name in left]
    return Schedule(
        batches=tuple(batch for lane in lanes.values() for batch in lane),
        unplanned=tuple(Unplanned(operation=name, reason="no room") for name in unplanned),
    )


def held_back(
    scenario: Scenario, lanes: Mapping[str, Sequence[str]]
) -> dict[str, tuple[int, int]] | None:
    """Return start and end of operations, each alone in its machine's lane, that keep all waits.

    The least ones: all begin at nothing and are raised where they must be. None beyond the horizon.
    """
    least = dict.fromkeys(scenario.operation, 0)
    found: dict[str, tuple[int, int]] = {}
    while True:
        before = (dict(least), dict(found))
        for name, lane in lanes.items():
            machine, made = scenario.machine[name], list[Batch]()
            for operation in map(scenario.operation.__getitem__, lane):
                known = [a for a in operation.after if a.operation in found]
                ready = [found[a.operation][1] + a.least_wait for a in known]
                free = made[-1].end if made else 0
                wait = max(0, *ready, least[operation.name], free) - free
                batch = _begun(scenario, machine, made, operation, wait)
                if batch is None:
                    return None
                made.append(batch)
                found[operation.name] = (batch.start, batch.end)
                least[operation.name] = batch.start
        for operation in scenario.operations:
            for a in operation.after:
                start, end = found[a.operation]
                if a.most_wait is not None and found[operation.name][0] > end + a.most_wait:
                    least[a.operation] = start + 1
        if before == (least, found):
            return found


def is_valid(scenario: Scenario, schedule: Schedule) -> bool:
    """Return whether `schedule` keeps every rule, judged unit by unit."""
    names = Counter(name for batch in schedule.batches for name in batch.operations)
    names.update(item.operation for item in schedule.unplanned)
    return names == Counter(list(scenario.operation)) and all(
        _machine_is_valid(scenario, machine, schedule.on(machine.name))
        for machine in scenario.machines
    )


def _machine_is_valid(scenario: Scenario, machine: Machine, batches: tuple[Batch, ...]) -> bool:
    family = machine.initial_family
    free = 0  # what takes no time still parts what is before it from what is after it
    for batch in batches:
        if batch.start < 0 or batch.end > scenario.horizon or batch.end < batch.start:
            return False
        others = [other for other in batches if other is not batch]
        if any(_inside(batch, other) for other in others):
            return False
        change = scenario.changeover(machine.name, family, batch.family)
        if change is None or not _prepared(machine, batch, free, change.minutes):
            return False
        if not _batch_is_valid(scenario, batch):
            return False
        free = max(free, batch.end)
        family = batch.family
    return True


def _inside(batch: Batch, other: Batch) -> bool:
    """Return whether the two share a unit, or one without length cuts the other in two."""
    if batch.start == batch.end:
        return other.start < batch.start < other.end
    return bool(set(range(batch.start, batch.end)) & set(range(other.start, other.end)))


def _prepared(machine: Machine, batch: Batch, free: int, need: int) -> bool:
    """Return whether changeover and batch stand in open time with nothing else there."""
    if not machine.pausable:
        units = set(range(batch.start - need, batch.end))
        around = range(batch.start, batch.end + 1)
        return batch.start - need >= free and any(
            units <= set(range(*window)) and set(around) <= set(range(window.start, window.end + 1))
            for window in machine.windows
        )
    clock = batch.start
    while need > 0:
        clock -= 1
        if clock < free:
            return False
        need -= _is_open(machine, clock)
    return True


def _batch_is_valid(scenario: Scenario, batch: Batch) -> bool:
    machine = scenario.machine[batch.machine]
    placements = batch.placements
    return (
        bool(placements)
        and batch.start == min(placement.start for placement in placements)
        and batch.end == max(placement.end for placement in placements)
        and all(_placement_is_valid(scenario, machine, batch, p) for p in placements)
        and _load_fits(scenario, machine, batch)
    )


def _placement_is_valid(
    scenario: Scenario, machine: Machine, batch: Batch, placement: Placement
) -> bool:
    operation = scenario.operation[placement.operation]
    order = scenario.order[operation.order]
    units = range(placement.start, placement.end)
    allowed = operation.durations.get(machine.name)
    pin = operation.pin
    return (
        allowed is not None
        and operation.family == batch.family
        and placement.start >= order.release
        and placement.start <= placement.end
        and (order.deadline is None or placement.end <= order.deadline)
        and (not units or (_is_open(machine, units[0]) and _is_open(machine, units[-1])))
        and _length_fits(machine, allowed, sum(_is_open(machine, unit) for unit in units))
        and (pin is None or pin.machine == machine.name)
        and (pin is None or pin.start in (None, placement.start))
        and (
            machine.process != Process.PARALLEL
            or (placement.start, placement.end) == (batch.start, batch.end)
        )
    )


def _length_fits(machine: Machine, allowed: Duration, length: int) -> bool:
    if machine.process == Process.SERIAL:
        return length == allowed.minimum
    return allowed.minimum <= length and (allowed.maximum is None or length <= allowed.maximum)


def _load_fits(scenario: Scenario, machine: Machine, batch: Batch) -> bool:
    stays = [(range(p.start, p.end), scenario.operation[p.operation]) for p in batch.placements]
    if machine.process == Process.SERIAL:
        cut = any(
            other.start < units.start < other.stop
            or (len(units) and len(other) and set(units) & set(other))
            for units, one in stays
            for other, two in stays
            if one is not two
        )
        if cut:
            return False
    if machine.process != Process.CONTINUOUS:
        return _fits(machine, [operation for _, operation in stays])
    return all(
        _fits(machine, [operation for units, operation in stays if unit in units])
        for unit in range(batch.start, batch.end)
    )


def _fits(machine: Machine, together: list[Operation]) -> bool:
    return all(
        capacity is None or sum(operation.sizes[index] for operation in together) <= capacity
        for index, capacity in enumerate(machine.capacity)
    )


def _is_open(machine: Machine, unit: int) -> bool:
    return any(window.start <= unit < window.end for window in machine.windows)


def _end(scenario: Scenario, machine: Machine, start: int, length: int) -> int:
    """Return when `length` working units from `start` on are done, or a time beyond the horizon."""
    clock = start
    while length and clock <= scenario.horizon:
        length -= _is_open(machine, clock)
        clock += 1
    return clock if not length else scenario.horizon + 1


def _begun(
    scenario: Scenario, machine: Machine, lane: list[Batch], operation: Operation, wait: int
) -> Batch | None:
    """Return the first new batch behind `lane` that holds `operation` and may stand there."""
    free = (lane[-1].end if lane else 0) + wait
    least = operation.durations[machine.name].minimum
    for start in range(free, scenario.horizon):
        end = _end(scenario, machine, start, least)
        batch = Batch(
            machine=machine.name,
            family=operation.family,
            start=start,
            end=end,
            placements=(Placement(operation=operation.name, start=start, end=end),),
        )
        if _machine_is_valid(scenario, machine, (*lane, batch)):
            return batch
    return None


def _joined(
    scenario: Scenario, machine: Machine, last: Batch, operation: Operation
) -> Batch | None:
    """Return `last` with `operation` in it as well, at the first start that may be."""
    least = operation.durations[machine.name].minimum
    parallel = machine.process == Process.PARALLEL
    starts = range(last.start, last.start + 1) if parallel else range(last.start, last.end + 20)
    for start in starts:
        end = _end(scenario, machine, start, least)
        if parallel:
            end = max(end, last.end)
        added = (*last.placements, Placement(operation=operation.name, start=start, end=end))
        if parallel:
            added = tuple(replace(placement, end=end) for placement in added)
        batch = replace(
            last,
            end=max(placement.end for placement in added),
            placements=tuple(sorted(added, key=lambda placement: placement.start)),
        )
        if _batch_is_valid(scenario, batch) and _one_window(machine, batch, last):
            return batch if batch.end <= scenario.horizon else None
    return None


def _one_window(machine: Machine, batch: Batch, last: Batch) -> bool:
    return machine.pausable or any(
        window.start <= last.start and batch.end <= window.end for window in machine.windows
    )
