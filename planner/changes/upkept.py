"""What machines have made since their last upkeep when a plan goes on from some moment.

An upkeep counts as done where something planned behind it has begun, or where it was planned to be
over by now and all that was planned before it has ended. One that is half done is done anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.calendars import open_units
from planner.domain import Machine, Operation, PinReason, Process, Scenario, Upkeep
from planner.schedule import Actual, PlannedUpkeep, Schedule

# What has been made is rounded up to parts of so much: a third of an order has no end.
DECIMALS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepSoFar:
    """The upkeep of all machines as it goes on, and what machines were left set up for by it."""

    upkeeps: tuple[Upkeep, ...]
    set_up: Mapping[str, str]


def upkeep_so_far(
    scenario: Scenario, schedule: Schedule, known: Mapping[str, Actual], now: int
) -> UpkeepSoFar:
    """Return upkeep with what has been made since, by all that has happened until `now`."""
    upkeeps: list[Upkeep] = []
    set_up: dict[str, str] = {}
    for upkeep in scenario.upkeeps:
        done = _done(schedule, upkeep, known, now)
        before = set() if done is None else _planned_before(schedule, done)
        since = {
            name: actual
            for name, actual in known.items()
            if actual.machine == upkeep.machine and name not in before
        }
        if done is not None and upkeep.sets_up is not None and not since:
            set_up[upkeep.machine] = upkeep.sets_up
        upkeeps.append(_counted(scenario, schedule, upkeep, since, done, now))
    return UpkeepSoFar(upkeeps=tuple(upkeeps), set_up=set_up)


def room_for_what_runs(scenario: Scenario) -> Scenario:
    """Return `scenario` with no upkeep due before what has begun: that goes on as it is."""
    running = [o for o in scenario.operations if o.pin and o.pin.because == PinReason.BEGUN]
    if not running or not scenario.upkeeps:
        return scenario
    upkeeps = tuple(_with_room(scenario, upkeep, running) for upkeep in scenario.upkeeps)
    return replace(scenario, upkeeps=upkeeps)


def _with_room(scenario: Scenario, upkeep: Upkeep, running: list[Operation]) -> Upkeep:
    own = [o for o in running if o.pin and o.pin.machine == upkeep.machine]
    if not own:
        return upkeep
    lengths = [o.durations[upkeep.machine].minimum for o in own]
    serial = scenario.machine[upkeep.machine].process == Process.SERIAL
    adds = (
        Fraction(sum(lengths) if serial else max(lengths)),
        Fraction(len(own) if serial else 1),
        sum((scenario.quantity_of(o) for o in own), Fraction()),
    )
    units, batches, quantity = (
        done if most is None else max(Fraction(0), min(done, most - more))
        for (done, most), more in zip(upkeep.counts, adds, strict=True)
    )
    return _with_done(upkeep, units, batches, quantity)


def _with_done(upkeep: Upkeep, units: Fraction, batches: Fraction, quantity: Fraction) -> Upkeep:
    return replace(
        upkeep,
        done_units=int(units),
        done_batches=int(batches),
        done_quantity=Decimal(ceil(quantity * DECIMALS)) / DECIMALS,
    )


def _done(
    schedule: Schedule, upkeep: Upkeep, known: Mapping[str, Actual], now: int
) -> PlannedUpkeep | None:
    """Return the last upkeep of its kind that has been done."""
    last = None
    for planned in schedule.upkeeps_on(upkeep.machine):
        if planned.name != upkeep.name:
            continue
        before = _planned_before(schedule, planned)
        behind = {
            name
            for batch in schedule.on(upkeep.machine)
            for name in batch.operations
            if name not in before
        }
        ended = all(name in known and known[name].ended is not None for name in before)
        if behind & known.keys() or (planned.end <= now and ended):
            last = planned
    return last


def _planned_before(schedule: Schedule, planned: PlannedUpkeep) -> set[str]:
    batches = schedule.on(planned.machine)
    return {name for b in batches if b.start < planned.start for name in b.operations}


def _counted(
    scenario: Scenario,
    schedule: Schedule,
    upkeep: Upkeep,
    since: Mapping[str, Actual],
    done: PlannedUpkeep | None,
    now: int,
) -> Upkeep:
    machine = scenario.machine[upkeep.machine]
    units, batches, quantity = (
        Fraction(0) if done is not None else before for before, _ in upkeep.counts
    )
    for group in _batches(schedule, machine, since):
        units += _worked(machine, group, now)
        whole = all(actual.ended is not None for actual in group)
        batches += int(whole)
        ended = (scenario.operation[a.operation] for a in group if a.ended is not None)
        quantity += sum((scenario.quantity_of(operation) for operation in ended), Fraction())
    return _with_done(upkeep, units, batches, quantity)


def _batches(
    schedule: Schedule, machine: Machine, since: Mapping[str, Actual]
) -> Iterator[list[Actual]]:
    """Yield what has happened batch by batch as planned; what was not planned there, one by one."""
    left = dict(since)
    for batch in schedule.on(machine.name):
        group = [left.pop(name) for name in batch.operations if name in left]
        if group:
            yield group
    for actual in left.values():
        yield [actual]


def _worked(machine: Machine, group: list[Actual], now: int) -> int:
    spans = [(max(0, a.begun), max(0, now if a.ended is None else a.ended)) for a in group]
    if machine.process == Process.SERIAL:
        return sum(open_units(machine.windows, start, end) for start, end in spans)
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return open_units(machine.windows, first, last)
