"""A short name for everything that a plan depends on."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from planner.domain import Duration, HandOn, Machine, Pin, Scenario
from planner.schedule import Schedule


def fingerprint(scenario: Scenario) -> str:
    """Return a hash of all that a plan depends on: the same on every machine and in every run.

    Names of products and customers, notes and unknown columns do not change it.
    """
    digest = hashlib.sha256()
    for part in _parts(scenario):
        digest.update(json.dumps(part, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def schedule_id(scenario: Scenario, schedule: Schedule) -> str:
    """Return 12 digits that are equal for equal schedules of equal scenarios, and for no others.

    The order of batches does not count, so a schedule keeps them when it is written and read.
    """
    batches = sorted(
        [
            b.machine,
            b.start,
            b.end,
            b.family,
            sorted([p.operation, p.start, p.end] for p in b.placements),
        ]
        for b in schedule.batches
    )
    told = [fingerprint(scenario), batches, sorted(item.operation for item in schedule.unplanned)]
    if schedule.upkeeps:
        told.append(sorted([u.machine, u.name, u.start, u.end] for u in schedule.upkeeps))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _parts(scenario: Scenario) -> Iterator[object]:
    clock, table = scenario.clock, scenario.changeovers
    yield [clock.start.isoformat(), clock.time_zone, clock.time_unit, scenario.horizon]
    yield [asdict(dimension) for dimension in scenario.dimensions]
    yield asdict(scenario.weights)
    yield [_machine(machine) for machine in scenario.machines]
    groups = [table.groups.get(machine.name, 0) for machine in scenario.machines]
    yield [table.families, table.minutes.tolist(), table.cost.tolist(), groups]
    if not table.all_possible:
        yield table.possible.tolist()
    for order in scenario.orders:
        yield [order.name, order.release, order.due, order.deadline, order.weight]
    # Orders that take the same share one mapping: each is hashed once.
    seen: dict[int, str] = {}
    for operation in scenario.operations:
        key = id(operation.durations)
        if key not in seen:
            seen[key] = _durations(operation.durations)
        pin = None if operation.pin is None else _pin(operation.pin)
        yield [operation.name, operation.order, operation.family, operation.sizes, pin, seen[key]]
        if operation.after:
            yield operation.after
    on_batches = [m.name for m in scenario.machines if m.hand_on == HandOn.BATCH]
    if on_batches:
        yield on_batches
    yield from _shares(scenario)


def _shares(scenario: Scenario) -> Iterator[object]:
    """Yield what machines share, most in a row and upkeep, each where there is any."""
    if scenario.has_limits_in_a_row:
        yield ["in a row", *(machine.in_a_row for machine in scenario.machines)]
    if scenario.resources:
        yield ["resources", *(asdict(resource) for resource in scenario.resources)]
    for need in scenario.needs:
        families = None if need.families is None else sorted(need.families)
        yield ["need", asdict(need) | {"families": families}]
    for upkeep in scenario.upkeeps:
        yield ["upkeep", asdict(upkeep)]


def _pin(pin: Pin) -> dict[str, object]:
    # Not why: a plan does not depend on it.
    return {"machine": pin.machine, "start": pin.start}


def _machine(machine: Machine) -> list[object]:
    return [
        machine.name,
        machine.process,
        machine.capacity,
        machine.initial_family,
        machine.windows,
        machine.pausable,
        machine.cost_per_hour,
    ]


def _durations(durations: Mapping[str, Duration]) -> str:
    text = json.dumps(
        {name: list(duration) for name, duration in durations.items()}, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()
