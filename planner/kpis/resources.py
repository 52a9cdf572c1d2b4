"""How much of each resource is used, and what that costs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from planner.calendars import Window, open_parts, open_units
from planner.domain import Changeover, During, Machine, Need, Operation, Process, Resource, Scenario
from planner.kpis.changeover_times import changeover_begin
from planner.kpis.figures import ResourceKpis
from planner.schedule import Batch, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """So much of a resource is used during `[start, end)`, by `batch` of `machine` (from 1)."""

    resource: str
    machine: str
    batch: int
    during: During
    amount: int
    start: int
    end: int


def resource_uses(scenario: Scenario, schedule: Schedule) -> tuple[ResourceUse, ...]:
    """Return who uses how much of which resource when, machine by machine."""
    if not scenario.needs:
        return ()
    return tuple(use for machine in scenario.machines for use in _uses(scenario, schedule, machine))


def resource_kpis(
    scenario: Scenario, schedule: Schedule, makespan: int
) -> tuple[ResourceKpis, ...]:
    """Return the figures of each resource until the last batch of the schedule ends."""
    uses = resource_uses(scenario, schedule)
    return tuple(
        _figures(scenario, resource, [u for u in uses if u.resource == resource.name], makespan)
        for resource in scenario.resources
    )


def _figures(
    scenario: Scenario, resource: Resource, uses: Sequence[ResourceUse], makespan: int
) -> ResourceKpis:
    hour = scenario.clock.units_per_hour
    steps: Counter[int] = Counter()
    used = 0
    for use in uses:
        end = min(use.end, makespan)
        if use.start < end:
            used += use.amount * (end - use.start)
            steps[use.start] += use.amount
            steps[end] -= use.amount
    most = now = 0
    for moment in sorted(steps):
        now += steps[moment]
        most = max(most, now)
    there = sum(
        level.amount * (min(after, makespan) - level.start)
        for level, after in zip(
            resource.levels, [*(lv.start for lv in resource.levels[1:]), makespan], strict=True
        )
        if level.start < makespan
    )
    cost = None
    if resource.cost_per_hour is not None:
        cost = (Decimal(used) * resource.cost_per_hour / hour).quantize(Decimal("0.01"))
    return ResourceKpis(
        resource=resource.name,
        amount=resource.most,
        most_used=most,
        used_hours=used / hour,
        utilisation=used / there if there else None,
        cost=cost,
    )


def _uses(scenario: Scenario, schedule: Schedule, machine: Machine) -> Iterator[ResourceUse]:
    family = machine.initial_family
    batches = schedule.on(machine.name)
    held = [] if family is None else [(0, family, 0)]
    for number, batch in enumerate(batches, start=1):
        change = scenario.changeover(machine.name, family, batch.family) or Changeover(0, 0)
        begin = changeover_begin(machine, batch.start, change.minutes)
        for need in scenario.needs_of_family(machine.name, batch.family, During.CHANGEOVER):
            yield from _parts(machine, number, need, Window(begin, batch.start))
        for operations, stay in _stays(scenario, machine, batch):
            needs = {id(n): n for o in operations for n in scenario.needs_of(machine.name, o)}
            for need in needs.values():
                yield from _parts(machine, number, need, _needed(machine, need, stay))
        held.append((number, batch.family, begin))
        family = batch.family
    last = (0, "", scenario.horizon)
    for (number, name, begin), (_, _, end) in pairwise([*held, last]):
        for need in scenario.needs_of_family(machine.name, name, During.SET_UP):
            yield _use(machine, number, need, Window(begin, end))


def _stays(
    scenario: Scenario, machine: Machine, batch: Batch
) -> Iterator[tuple[list[Operation], Window]]:
    if machine.process == Process.PARALLEL:
        together = [scenario.operation[name] for name in batch.operations]
        yield together, Window(batch.start, batch.end)
        return
    for placement in batch.placements:
        yield [scenario.operation[placement.operation]], Window(placement.start, placement.end)


def _needed(machine: Machine, need: Need, stay: Window) -> Window:
    """Return the part of a stay that a need is about, closed time inside it included."""
    length = open_units(machine.windows, *stay) if machine.pausable else stay.end - stay.start
    units = min(need.units, length)
    if need.during == During.END:
        return Window(changeover_begin(machine, stay.end, units), stay.end)
    if need.during == During.START:
        return Window(stay.start, _behind(machine, stay, units))
    return stay


def _behind(machine: Machine, stay: Window, units: int) -> int:
    if not machine.pausable:
        return stay.start + units
    for start, end in open_parts(machine.windows, *stay):
        if units <= end - start:
            return start + units
        units -= end - start
    return stay.end


def _parts(machine: Machine, number: int, need: Need, span: Window) -> Iterator[ResourceUse]:
    worked = open_parts(machine.windows, *span) if machine.pausable else (span,)
    for part in worked:
        if part.start < part.end:
            yield _use(machine, number, need, part)


def _use(machine: Machine, number: int, need: Need, part: Window) -> ResourceUse:
    return ResourceUse(
        resource=need.resource,
        machine=machine.name,
        batch=number,
        during=need.during,
        amount=need.amount,
        start=part.start,
        end=part.end,
    )
