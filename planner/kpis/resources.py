"""Who uses how much of which resource, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from planner.calendars import Window, open_parts, open_units
from planner.domain import Changeover, During, Machine, Need, Operation, Process, Scenario
from planner.kpis.changeover_times import changeover_begin, set_up_before
from planner.schedule import Batch, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """So much of a resource is used during `[start, end)`, by `batch` of `machine` (from 1).

    Upkeep and what a machine is set up for at the start are of no batch: 0.
    """

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


def _uses(scenario: Scenario, schedule: Schedule, machine: Machine) -> Iterator[ResourceUse]:
    initial = machine.initial_family
    held = [] if initial is None else [(0, initial, 0)]
    for upkeep in schedule.upkeeps_on(machine.name):
        for need in scenario.needs_of_upkeep(machine.name):
            yield from _parts(machine, 0, need, Window(upkeep.start, upkeep.end))
    held += _set_up_by_upkeep(scenario, schedule, machine)
    for number, (family, batch) in enumerate(set_up_before(scenario, schedule, machine), start=1):
        change = scenario.changeover(machine.name, family, batch.family) or Changeover(0, 0)
        begin = changeover_begin(machine, batch.start, change.minutes)
        for need in scenario.needs_of_family(machine.name, batch.family, During.CHANGEOVER):
            yield from _parts(machine, number, need, Window(begin, batch.start))
        for operations, stay in _stays(scenario, machine, batch):
            needs = {id(n): n for o in operations for n in scenario.needs_of(machine.name, o)}
            for need in needs.values():
                yield from _parts(machine, number, need, _needed(machine, need, stay))
        held.append((number, batch.family, begin))
    held.sort(key=lambda item: item[2])
    last = (0, "", scenario.horizon)
    for (number, name, begin), (_, _, end) in pairwise([*held, last]):
        for need in scenario.needs_of_family(machine.name, name, During.SET_UP):
            yield _use(machine, number, need, Window(begin, end))


def _set_up_by_upkeep(
    scenario: Scenario, schedule: Schedule, machine: Machine
) -> Iterator[tuple[int, str, int]]:
    sets_up = {upkeep.name: upkeep.sets_up for upkeep in scenario.upkeeps_of(machine.name)}
    for upkeep in schedule.upkeeps_on(machine.name):
        family = sets_up.get(upkeep.name)
        if family is not None:
            yield 0, family, upkeep.start


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
