"""What actuals come to, for what counts on past `now`: running time, batches and quantity."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from planner.calendars import open_units
from planner.changes.standing import Standing
from planner.domain import Machine, Process, Scenario
from planner.schedule import Actual, Batch

# Quantities are counted in parts so small.
PARTS = 1000


class MadeSince(NamedTuple):
    """Running time in working units, batches and quantity."""

    units: int
    batches: int
    quantity: Decimal


def made_by(before: Standing, actuals: Sequence[Actual], now: int) -> MadeSince:
    """Return what has been made on a machine by `now`; work that goes on counts when it is made.

    But for the time that it has run so far: the rest of it is still in the plan.
    """
    ended = [a for a in actuals if a.ended is not None]
    running = [a for a in actuals if a.ended is None]
    units = sum(_worked(before, batch) for batch in _ran_together(ended))
    units += max((_worked(before, [replace(a, ended=now)]) for a in running), default=0)
    # A batch of which something goes on counts with that.
    batches = batches_of(before, ended) - batches_of(before, running)
    return MadeSince(units, len(batches), _quantity(before, ended))


def still_to_come(
    before: Standing, left: Scenario, machine: Machine, running: Sequence[Actual]
) -> MadeSince:
    """Return what there is in the plan of what runs: `left` has the rest of it.

    On a serial machine each operation goes on by itself, see `ahead`.
    """
    rest = sum(
        max(time.minimum for time in left.operation[actual.operation].durations.values())
        for actual in running
    )
    batches = len(running) if machine.process == Process.SERIAL else 1
    return MadeSince(rest, batches, _quantity(before, running))


def planned_start(before: Standing, actual: Actual) -> int:
    """Return when its batch was planned to start; when it began, if it was not planned there."""
    batch = before.batch_of.get(actual.operation)
    return actual.begun if batch is None or batch.machine != actual.machine else batch.start


def batches_of(before: Standing, actuals: Sequence[Actual]) -> set[object]:
    """Return something for each batch that they are of; one that was not planned there is alone."""
    found: set[object] = set()
    for actual in actuals:
        batch = before.batch_of.get(actual.operation)
        is_there = batch is not None and batch.machine == actual.machine
        found.add(_key(batch) if batch is not None and is_there else actual.operation)
    return found


def _key(batch: Batch) -> tuple[str, int, str]:
    return batch.machine, batch.start, batch.operations[0]


def _quantity(before: Standing, actuals: Sequence[Actual]) -> Decimal:
    """Return the quantity, rounded up: a third of an order has no end."""
    scenario = before.scenario
    made = (scenario.quantity_of(scenario.operation[actual.operation]) for actual in actuals)
    return Decimal(ceil(sum(made, Fraction()) * PARTS)) / PARTS


def _ran_together(ended: Sequence[Actual]) -> Iterator[list[Actual]]:
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
