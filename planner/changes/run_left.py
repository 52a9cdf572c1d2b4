"""What machines have made in a row of one family at some moment, by what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from planner.arrays import Sequences
from planner.changes.arranging import as_sequences
from planner.changes.counting import MadeSince, made_by, planned_start, still_to_come
from planner.changes.standing import Standing
from planner.changes.upkeep_left import last_done
from planner.domain import NO_LIMIT, NOTHING_MADE, Machine, MadeInARow, Process, Scenario
from planner.schedule import Actual

Lane = tuple[tuple[int, ...], ...]


def with_runs(
    before: Standing, left: Scenario, actuals: Mapping[str, Actual], now: int
) -> Scenario:
    """Return what is left with what each machine has made in a row before it, where that counts."""
    machines = []
    for machine in left.machines:
        if machine.in_a_row != NO_LIMIT:
            mine = [actual for actual in actuals.values() if actual.machine == machine.name]
            machine = replace(machine, made_in_a_row=_made(before, left, machine, mine, now))
        machines.append(machine)
    return replace(left, machines=tuple(machines))


def _made(
    before: Standing, left: Scenario, machine: Machine, mine: Sequence[Actual], now: int
) -> MadeInARow:
    upkeeps = (
        last_done(before, each, mine, now) for each in before.scenario.upkeeps_of(machine.name)
    )
    done = [planned.end for planned in upkeeps if planned is not None]
    since = max(done, default=None)
    run = _run(before, mine, since)
    running = [actual for actual in mine if actual.ended is None]
    units, batches, quantity = made_by(before, run, now)
    was = before.scenario.machine[machine.name]
    if since is None and len(run) == len(mine) and was.initial_family == machine.initial_family:
        batches += was.made_in_a_row.batches
        units += was.made_in_a_row.units
        quantity += was.made_in_a_row.quantity
    if run and not running and _goes_on(before, left, run[0]):
        batches -= 1
    made = MadeInARow(batches, units, quantity)
    rest = still_to_come(before, left, machine, running)
    return _with_room(machine, made, rest) if running else made


def _run(before: Standing, mine: Sequence[Actual], since: int | None) -> list[Actual]:
    """Return the newest actuals that are of one family, without upkeep between; newest first."""
    run: list[Actual] = []
    operation = before.scenario.operation
    for actual in sorted(mine, key=lambda a: (a.begun, a.operation), reverse=True):
        if run and operation[actual.operation].family != operation[run[0].operation].family:
            break
        if since is not None and planned_start(before, actual) < since:
            break
        run.append(actual)
    return run


def _goes_on(before: Standing, left: Scenario, last: Actual) -> bool:
    """Return whether the batch of what ended last has more to make: it counts with that."""
    batch = before.batch_of.get(last.operation)
    is_there = batch is not None and batch.machine == last.machine
    return batch is not None and is_there and any(n in left.operation for n in batch.operations)


def _with_room(machine: Machine, made: MadeInARow, rest: MadeSince) -> MadeInARow:
    """Return no more than leaves room for what goes on: that is not broken off."""
    most = machine.in_a_row
    batches, units, quantity = made
    if most.batches is not None:
        batches = min(batches, max(0, most.batches - rest.batches))
    if most.units is not None:
        units = min(units, max(0, most.units - rest.units))
    if most.quantity is not None:
        quantity = min(quantity, max(Decimal(0), most.quantity - rest.quantity))
    return MadeInARow(batches, units, quantity)


def broken_up(scenario: Scenario, machine: Machine, lane: Lane) -> Lane:
    """Return the batches of a machine in an order in which the run at its start is not too long.

    What would be too much of it goes behind the next batch of another family; without one it is
    left out. Upkeep that may stand between is not looked at.
    """
    if machine.made_in_a_row == NOTHING_MADE:
        return lane
    length = next(
        (k for k, batch in enumerate(lane) if _family(scenario, batch) != machine.initial_family),
        len(lane),
    )
    run = _parted(scenario, machine, lane[:length])
    fitting = _fitting(scenario, machine, run)
    first, too_many, rest = run[:fitting], run[fitting:], lane[length:]
    if not too_many:
        return lane
    return (*first, *rest[:1], *too_many, *rest[1:]) if rest else first


def _parted(scenario: Scenario, machine: Machine, run: Lane) -> Lane:
    """Return a run in which the first batch that is too much is parted where that helps."""
    fitting = _fitting(scenario, machine, run)
    if fitting == len(run) or machine.process != Process.SERIAL:
        return run
    batch = run[fitting]
    fits = (_fitting(scenario, machine, (*run[:fitting], batch[:k])) for k in range(1, len(batch)))
    part = sum(count > fitting for count in fits)
    return (*run[:fitting], batch[:part], batch[part:], *run[fitting + 1 :]) if part else run


def runs_broken_up(scenario: Scenario, sequences: Sequences) -> Sequences:
    """Return sequences in which the runs at the start are not too long, see `broken_up`."""
    if runs_fit(scenario, sequences):
        return sequences
    lanes = [
        list(lane if scenario.upkeeps_of(machine.name) else broken_up(scenario, machine, lane))
        for machine, lane in zip(scenario.machines, sequences, strict=True)
    ]
    return as_sequences(lanes, sequences)


def runs_fit(scenario: Scenario, sequences: Sequences) -> bool:
    """Return whether the run at the start of each machine is short enough with what was made.

    Not looked at where the machine has upkeep, behind which a run begins anew.
    """
    return all(
        scenario.upkeeps_of(machine.name) or broken_up(scenario, machine, lane) == lane
        for machine, lane in zip(scenario.machines, sequences, strict=True)
        if machine.made_in_a_row != NOTHING_MADE
    )


def _family(scenario: Scenario, batch: tuple[int, ...]) -> str:
    return scenario.operations[batch[0]].family


def _fitting(scenario: Scenario, machine: Machine, run: Lane) -> int:
    """Return how many batches of a run there may be, after what has been made."""
    batches, units, quantity = machine.made_in_a_row
    most, made = machine.in_a_row, Fraction(quantity)
    for count, batch in enumerate(run):
        operations = [scenario.operations[row] for row in batch]
        times = [operation.durations[machine.name].minimum for operation in operations]
        units += sum(times) if machine.process == Process.SERIAL else max(times)
        made += sum((scenario.quantity_of(operation) for operation in operations), Fraction())
        counted = (batches + count + 1, most.batches), (units, most.units)
        if any(limit is not None and amount > limit for amount, limit in counted):
            return count
        if most.quantity is not None and made > Fraction(most.quantity):
            return count
    return len(run)
