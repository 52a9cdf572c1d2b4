"""How often each machine is kept up, what that takes, and how far the next time is."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from planner.calendars import open_units
from planner.domain import Machine, Process, Scenario, Upkeep
from planner.kpis.figures import UpkeepKpis
from planner.schedule import Batch, PlannedUpkeep, Schedule


def processing(machine: Machine, batch: Batch) -> int:
    """Return the working units of `batch`: of a serial one without the waits inside."""
    if machine.process == Process.SERIAL:
        return sum(open_units(machine.windows, p.start, p.end) for p in batch.placements)
    return open_units(machine.windows, batch.start, batch.end)


def upkeep_units(machine: Machine, upkeep: PlannedUpkeep) -> int:
    """Return the working units of an upkeep."""
    return open_units(machine.windows, upkeep.start, upkeep.end)


def upkeep_cost(scenario: Scenario, schedule: Schedule, machine: str) -> int:
    """Return what the upkeep of `machine` costs."""
    costs = {upkeep.name: upkeep.cost for upkeep in scenario.upkeeps_of(machine)}
    return sum(costs.get(upkeep.name, 0) for upkeep in schedule.upkeeps_on(machine))


def upkeep_kpis(scenario: Scenario, schedule: Schedule) -> Iterator[UpkeepKpis]:
    """Yield the figures of each upkeep that a machine needs."""
    hour = scenario.clock.units_per_hour
    for upkeep in scenario.upkeeps:
        machine = scenario.machine[upkeep.machine]
        done = [p for p in schedule.upkeeps_on(machine.name) if p.name == upkeep.name]
        units, batches, quantity = _left(scenario, schedule, machine, upkeep)
        yield UpkeepKpis(
            machine=machine.name,
            upkeep=upkeep.name,
            times=len(done),
            hours=sum(upkeep_units(machine, planned) for planned in done) / hour,
            cost=upkeep.cost * len(done),
            next_in_hours=None if units is None else float(units / hour),
            next_in_batches=None if batches is None else int(batches),
            next_in_quantity=None if quantity is None else _decimal(quantity),
        )


def _left(
    scenario: Scenario, schedule: Schedule, machine: Machine, upkeep: Upkeep
) -> tuple[Fraction | None, ...]:
    """Return how much may still be made after the schedule before the next upkeep is due."""
    made = [done for done, _ in upkeep.counts]
    for step in schedule.steps_on(machine.name):
        if isinstance(step, PlannedUpkeep):
            if step.name == upkeep.name:
                made = [Fraction(0)] * len(made)
            continue
        operations = (scenario.operation[name] for name in step.operations)
        quantity = sum((scenario.quantity_of(operation) for operation in operations), Fraction())
        for k, more in enumerate((Fraction(processing(machine, step)), Fraction(1), quantity)):
            made[k] += more
    return tuple(
        None if most is None else max(Fraction(0), most - amount)
        for amount, (_, most) in zip(made, upkeep.counts, strict=True)
    )


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
