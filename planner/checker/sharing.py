"""The rules about what machines share, and about how much a machine makes of one family in a row.

A resource is used while work needs it: a changeover during the working units directly before its
batch, and an operation while it is in its machine; on a parallel machine the batch is loaded, run
and unloaded as one. What is closed inside is no work. What a machine is set up for is used from the
beginning of the changeover to it until the next changeover away from it begins; what it is set up
for at the start, from then on; and what nothing follows, until the horizon. Upkeep uses its needs
while it lasts; if it sets the machine up for something, that is used from its beginning on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from planner.calendars import Window, open_parts, open_units
from planner.checker.places import Fault, Layout, Place, UpkeepPlace
from planner.domain import (
    NO_LIMIT,
    NOTHING_MADE,
    During,
    Machine,
    MadeInARow,
    Need,
    Operation,
    Process,
    Resource,
)
from planner.schedule import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """So much of a resource is used during `[start, end)`, by whom."""

    resource: str
    amount: int
    start: int
    end: int
    machine: str
    operations: tuple[str, ...]


def resource_amount(layout: Layout) -> Iterator[Fault]:
    """At every moment what is needed of a resource is at most what there is of it then.

    sum(amount[need] for need that holds at t) <= amount[resource] at t
    """
    if not layout.scenario.needs:
        return
    uses: dict[str, list[_Use]] = {resource.name: [] for resource in layout.scenario.resources}
    for name, steps in layout.steps_of.items():
        machine = layout.scenario.machine[name]
        for use in (*_uses_of_work(layout, machine, steps), *_uses_set_up(layout, name, steps)):
            uses[use.resource].append(use)
    for resource in layout.scenario.resources:
        yield from _too_much(layout, resource, uses[resource.name])


def campaign(layout: Layout) -> Iterator[Fault]:
    """No machine makes more of one family in a row than it may.

    batches, working units and quantity since the last upkeep or batch of another family, with what
    was made of the initial family before the start until there is one
        <= most in a row
    """
    for name, steps in layout.steps_of.items():
        machine = layout.scenario.machine[name]
        for run in _in_a_row(steps) if machine.in_a_row != NO_LIMIT else ():
            goes_on = not run[0].follows and run[0].batch.family == machine.initial_family
            made = machine.made_in_a_row if goes_on else NOTHING_MADE
            yield from _too_long_a_run(layout, machine, run, made)


def _in_a_row(steps: Sequence[Place | UpkeepPlace]) -> Iterator[list[Place]]:
    """Yield the batches of each family that follow each other without upkeep between."""
    run: list[Place] = []
    for step in steps:
        if isinstance(step, UpkeepPlace):
            continue
        if run and (step.upkept or step.batch.family != run[-1].batch.family):
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _uses_of_work(
    layout: Layout, machine: Machine, steps: Sequence[Place | UpkeepPlace]
) -> Iterator[_Use]:
    scenario = layout.scenario
    for place in steps:
        if isinstance(place, UpkeepPlace):
            for need in scenario.needs_of_upkeep(machine.name):
                for part in _worked(machine, place.planned.start, place.planned.end):
                    yield _use(need, part, machine, ())
            continue
        family, names = place.batch.family, place.batch.operations
        begun = _changeover_begins(machine, place)
        for need in scenario.needs_of_family(machine.name, family, During.CHANGEOVER):
            for part in _worked(machine, begun, place.batch.start):
                yield _use(need, part, machine, names)
        for stay, operations in _stays(machine, place):
            needs = {
                id(need): need
                for operation in operations
                for need in scenario.needs_of(machine.name, operation)
            }
            for need in needs.values():
                for part in _needed(machine, need, stay):
                    yield _use(need, part, machine, tuple(o.name for o in operations))


def _use(need: Need, part: Window, machine: Machine, names: tuple[str, ...]) -> _Use:
    return _Use(
        resource=need.resource,
        amount=need.amount,
        start=part.start,
        end=part.end,
        machine=machine.name,
        operations=names,
    )


def _stays(machine: Machine, place: Place) -> Iterator[tuple[Window, list[Operation]]]:
    """Yield when which operations are in the machine: all together, or each on its own."""
    if machine.process == Process.PARALLEL:
        together = [operation for _, operation in place.placed]
        yield Window(place.batch.start, place.batch.end), together
        return
    for placement, operation in place.placed:
        yield _window(placement), [operation]


def _window(placement: Placement) -> Window:
    return Window(placement.start, placement.end)


def _needed(machine: Machine, need: Need, stay: Window) -> Sequence[Window]:
    """Return the part of a stay that a need is about: all of it, its first or its last units."""
    begin, end = stay
    worked = _worked(machine, begin, end)
    units = min(need.units, sum(part.end - part.start for part in worked))
    if need.during == During.START:
        return _first(worked, units)
    if need.during == During.END:
        return _last(worked, units)
    return worked


def _worked(machine: Machine, begin: int, end: int) -> Sequence[Window]:
    """Return when there is work between two times: what is open, or all where it cannot pause."""
    if begin >= end:
        return ()
    return open_parts(machine.windows, begin, end) if machine.pausable else (Window(begin, end),)


def _first(parts: Sequence[Window], units: int) -> list[Window]:
    found = []
    for start, end in parts:
        taken = min(units, end - start)
        units -= taken
        if taken:
            found.append(Window(start, start + taken))
    return found


def _last(parts: Sequence[Window], units: int) -> list[Window]:
    found = []
    for start, end in reversed(parts):
        taken = min(units, end - start)
        units -= taken
        if taken:
            found.append(Window(end - taken, end))
    return found[::-1]


def _changeover_begins(machine: Machine, place: Place) -> int:
    """Return when the changeover directly before a batch begins."""
    start, units = place.batch.start, place.changeover
    if not machine.pausable or units == 0:
        return start - units
    before = _last(_worked(machine, 0, start), units)
    return before[0].start if before else start


def _uses_set_up(layout: Layout, name: str, steps: Sequence[Place | UpkeepPlace]) -> Iterator[_Use]:
    scenario, machine = layout.scenario, layout.scenario.machine[name]
    held: list[tuple[str, int, tuple[str, ...]]] = []
    for step in steps:
        if isinstance(step, Place):
            begin = _changeover_begins(machine, step)
            held.append((step.batch.family, begin, step.batch.operations))
        elif step.upkeep is not None and step.upkeep.sets_up is not None:
            held.append((step.upkeep.sets_up, step.planned.start, ()))
    if machine.initial_family is not None:
        held.insert(0, (machine.initial_family, 0, ()))
    last: tuple[str, int, tuple[str, ...]] = ("", scenario.horizon, ())
    for (family, begin, names), (_, end, _) in pairwise([*held, last]):
        for need in scenario.needs_of_family(name, family, During.SET_UP):
            if begin < end:
                yield _use(need, Window(begin, end), machine, names)


def _too_much(layout: Layout, resource: Resource, uses: Sequence[_Use]) -> Iterator[Fault]:
    """Yield each span of time in which more is used than there is."""
    steps: Counter[int] = Counter()
    for use in uses:
        steps[use.start] += use.amount
        steps[use.end] -= use.amount
    amounts = dict(resource.levels)
    used, amount, over = 0, 0, False
    for moment in sorted({*steps, *amounts}):
        used += steps[moment]
        amount = amounts.get(moment, amount)
        if used > amount and not over:
            there = [use for use in uses if use.start <= moment < use.end]
            machines = ", ".join(sorted({use.machine for use in there}))
            yield Fault(
                message=f"{machines} need {used} of {resource.name} at {layout.shown(moment)}, "
                f"there is {amount}",
                operations=tuple(dict.fromkeys(name for use in there for name in use.operations)),
                at=moment,
                short_by=used - amount,
            )
        over = used > amount


def _too_long_a_run(
    layout: Layout, machine: Machine, run: Sequence[Place], before: MadeInARow
) -> Iterator[Fault]:
    scenario = layout.scenario
    units, quantity = before.units, Fraction(before.quantity)
    for count, place in enumerate(run, start=before.batches + 1):
        units += run_time(machine, place)
        quantity += sum(
            (scenario.quantity_of(operation) for _, operation in place.placed), Fraction()
        )
        most = machine.in_a_row
        reached = (("batches", count, most.batches), ("working time", units, most.units))
        for what, made, limit in (*reached, ("quantity", quantity, most.quantity)):
            if limit is not None and made > Fraction(limit):
                message = (
                    f"{what} of {place.batch.family!r} in a row come to {_shown(made)}, "
                    f"{machine.name} may make {limit} before it changes over"
                )
                yield place.breaks(message)
                return


def run_time(machine: Machine, place: Place) -> int:
    """Return the working units of a batch: of a serial one without the waits inside."""
    if machine.process == Process.SERIAL:
        return sum(open_units(machine.windows, p.start, p.end) for p, _ in place.placed)
    return open_units(machine.windows, place.batch.start, place.batch.end)


def _shown(number: int | Fraction) -> str:
    return f"{float(number):g}"
