"""The rule about upkeep: it is done in time, and takes its time."""

from collections.abc import Iterator
from fractions import Fraction

from planner.calendars import open_units
from planner.checker.places import Fault, Layout, Place, UpkeepPlace
from planner.checker.sharing import run_time
from planner.domain import Machine, Upkeep

COUNTED = ("running time", "batches", "quantity")


def upkeep(layout: Layout) -> Iterator[Fault]:
    """No machine makes more since its last upkeep than it may, and each upkeep takes its time.

    working units, batches and quantity since the last upkeep of that name, with what was done
    before the start until there is one, <= most of that upkeep at every batch;
    working units of an upkeep = its minutes
    """
    for step in layout.upkeeps:
        if step.upkeep is None:
            yield step.breaks("is no upkeep of this machine")
        elif step.machine is not None:
            yield from _takes_its_time(step, step.machine, step.upkeep)
    for name, steps in layout.steps_of.items():
        machine = layout.scenario.machine[name]
        for wanted in layout.scenario.upkeeps_of(name):
            yield from _overdue(layout, machine, wanted, steps)


def _takes_its_time(step: UpkeepPlace, machine: Machine, wanted: Upkeep) -> Iterator[Fault]:
    start, end = step.planned.start, step.planned.end
    taken = open_units(machine.windows, start, end)
    if taken != wanted.units:
        message = f"works for {taken}, it takes {wanted.units}"
        yield step.breaks(message, short_by=abs(wanted.units - taken))


def _overdue(
    layout: Layout, machine: Machine, wanted: Upkeep, steps: list[Place | UpkeepPlace]
) -> Iterator[Fault]:
    """Yield the first batch too many of each stretch between two upkeeps."""
    made = [done for done, _ in wanted.counts]
    told = False
    for step in steps:
        if isinstance(step, UpkeepPlace):
            if step.planned.name == wanted.name:
                made, told = [Fraction(0)] * len(made), False
            continue
        for k, more in enumerate(_counted(layout, machine, step)):
            made[k] += more
        for what, amount, (_, most) in zip(COUNTED, made, wanted.counts, strict=True):
            if most is not None and amount > most and not told:
                message = (
                    f"{what} since the last {wanted.name} comes to {float(amount):g}, "
                    f"{machine.name} needs it after {float(most):g}"
                )
                yield step.breaks(message)
                told = True


def _counted(layout: Layout, machine: Machine, place: Place) -> tuple[Fraction, ...]:
    quantities = (layout.scenario.quantity_of(operation) for _, operation in place.placed)
    return Fraction(run_time(machine, place)), Fraction(1), sum(quantities, Fraction())
