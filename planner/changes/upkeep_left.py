"""How much of what counts towards upkeep there is at some moment, by what has happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.calendars import open_units
from planner.changes.standing import Standing
from planner.domain import Process, Scenario, Upkeep
from planner.schedule import Actual, Batch, PlannedUpkeep

# Quantities are counted in parts so small.
PARTS = 1000


def upkeeps_left(
    before: Standing, left: Scenario, actuals: Mapping[str, Actual], now: int
) -> tuple[Upkeep, ...]:
    """Return the upkeep of `before` as it stands at `now`: what has been made since counts.

    Upkeep was done where the plan has it before something that has begun, or before `now` and
    behind nothing that is still to be made. Work that goes on counts when it is made: `left` is the
    scenario of what is left, with the rest of it.
    """
    return tuple(_left(before, left, upkeep, actuals, now) for upkeep in before.scenario.upkeeps)


def _left(
    before: Standing, left: Scenario, upkeep: Upkeep, actuals: Mapping[str, Actual], now: int
) -> Upkeep:
    machine = before.scenario.machine[upkeep.machine]
    mine = [a for a in actuals.values() if a.machine == machine.name]
    last = last_done(before, upkeep, mine, now)
    since = None if last is None else last.end
    counted = [a for a in mine if since is None or _planned_start(before, a) >= since]
    ended = [a for a in counted if a.ended is not None]
    running = [a for a in counted if a.ended is None]
    units = 0 if last else upkeep.done_units
    quantity = Decimal(0) if last else upkeep.done_quantity
    batches = 0 if last else upkeep.done_batches
    units += sum(_worked(before, batch) for batch in _together(before, ended))
    # Of what goes on, what it has run so far; the rest of it is still in the plan.
    units += max((_worked(before, [replace(a, ended=now)]) for a in running), default=0)
    # A batch of which something goes on counts with that.
    batches += len(_ids(before, ended) - _ids(before, running))
    # Rounded up: a third of an order has no end.
    quantity += Decimal(ceil(_quantity(before, ended) * PARTS)) / PARTS
    made = replace(upkeep, done_units=units, done_batches=batches, done_quantity=quantity)
    return _with_room(before, left, made, running) if running else made


def _with_room(
    before: Standing, left: Scenario, upkeep: Upkeep, running: Sequence[Actual]
) -> Upkeep:
    """Return `upkeep` not yet due before what goes on: that is not broken off, however late it is.

    On a serial machine each operation goes on by itself, see `ahead`.
    """
    serial = before.scenario.machine[upkeep.machine].process == Process.SERIAL
    rest = sum(_rest(left, actual) for actual in running)
    batches = len(running) if serial else 1
    quantity = Decimal(ceil(_quantity(before, running) * PARTS)) / PARTS
    made = upkeep
    if made.most_units is not None:
        made = replace(made, done_units=min(made.done_units, max(0, made.most_units - rest)))
    if made.most_batches is not None:
        room = max(0, made.most_batches - batches)
        made = replace(made, done_batches=min(made.done_batches, room))
    if made.most_quantity is not None:
        left_over = max(Decimal(0), made.most_quantity - quantity)
        made = replace(made, done_quantity=min(made.done_quantity, left_over))
    return made


def _quantity(before: Standing, actuals: Sequence[Actual]) -> Fraction:
    scenario = before.scenario
    made = (scenario.quantity_of(scenario.operation[actual.operation]) for actual in actuals)
    return sum(made, Fraction())


def last_done(
    before: Standing, upkeep: Upkeep, mine: Sequence[Actual], now: int
) -> PlannedUpkeep | None:
    """Return the last upkeep of its kind that was planned and must have been done, if any."""
    begun = {actual.operation for actual in mine}
    ended = {actual.operation for actual in mine if actual.ended is not None}
    on = before.schedule.on(upkeep.machine)
    found = None
    for planned in before.schedule.upkeeps_on(upkeep.machine):
        if planned.name != upkeep.name:
            continue
        behind = {n for b in on if b.start >= planned.end for n in b.operations}
        ahead = {n for b in on if b.end <= planned.start for n in b.operations}
        if behind & begun or (planned.end <= now and ahead <= ended):
            found = planned
    return found


def _planned_start(before: Standing, actual: Actual) -> int:
    """Return when its batch was planned to start; when it began, if it was not planned there."""
    batch = before.batch_of.get(actual.operation)
    return actual.begun if batch is None or batch.machine != actual.machine else batch.start


def _ids(before: Standing, actuals: Sequence[Actual]) -> set[object]:
    found: set[object] = set()
    for actual in actuals:
        batch = before.batch_of.get(actual.operation)
        is_there = batch is not None and batch.machine == actual.machine
        found.add(_key(batch) if batch is not None and is_there else actual.operation)
    return found


def _key(batch: Batch) -> tuple[str, int, str]:
    return batch.machine, batch.start, batch.operations[0]


def _together(before: Standing, ended: Sequence[Actual]) -> Iterator[list[Actual]]:
    """Yield actuals that were in a machine at once: what overlaps ran as one."""
    run: list[Actual] = []
    until = None
    for actual in sorted(ended, key=lambda a: (a.begun, a.operation)):
        if until is not None and actual.begun < until:
            run.append(actual)
            until = max(until, actual.ended or 0)
            continue
        if run:
            yield run
        run, until = [actual], actual.ended
    if run:
        yield run


def _worked(before: Standing, run: Sequence[Actual]) -> int:
    windows = before.scenario.machine[run[0].machine].windows
    begin, end = min(a.begun for a in run), max(a.ended or 0 for a in run)
    return open_units(windows, begin, end)


def _rest(left: Scenario, actual: Actual) -> int:
    return max(time.minimum for time in left.operation[actual.operation].durations.values())
