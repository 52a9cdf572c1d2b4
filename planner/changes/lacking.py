"""Which resource something had to wait for, and who had it: from the schedule alone.

What begins as early as it can would break a rule a moment earlier. So it is looked at where it
would stand then, and what is used of each resource there, by it and by all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.calendars import units_before
from planner.changes.standing import Standing
from planner.domain import Machine, Process, Resource
from planner.kpis import ResourceUse, resource_uses
from planner.schedule import Batch, Placement, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A resource that there was too little of until `until`, and the operations that had it.

    Without operations there was not enough of it at all then.
    """

    resource: str
    until: int
    holders: tuple[str, ...] = ()


def lacking(standing: Standing, name: str) -> tuple[Lacking, ...]:
    """Return what a planned operation lacked to begin a moment earlier; nothing without needs."""
    if not standing.scenario.needs:
        return ()
    batch = standing.batch_of[name]
    number = standing.schedule.on(batch.machine).index(batch) + 1
    earlier = _a_moment_earlier(standing, batch, name)
    if earlier is None:
        return ()
    mine = [use for use in earlier if use.machine == batch.machine and use.batch == number]
    others = [u for u in standing.uses if (u.machine, u.batch) != (batch.machine, number)]
    found: dict[str, Lacking] = {}
    for use in mine:
        for lack in _short_of(standing, use, mine, others):
            found.setdefault(lack.resource, lack)
    return tuple(found.values())


def _a_moment_earlier(
    standing: Standing, batch: Batch, name: str
) -> tuple[ResourceUse, ...] | None:
    """Return what all use with the batch, from `name` on, one working unit earlier."""
    machine = standing.scenario.machine[batch.machine]
    place = 0 if machine.process == Process.PARALLEL else batch.operations.index(name)
    placements = tuple(
        _shifted(machine, each) if k >= place else each for k, each in enumerate(batch.placements)
    )
    if placements[place].start < 0:
        return None
    moved = replace(
        batch,
        start=min(each.start for each in placements),
        end=max(each.end for each in placements),
        placements=placements,
    )
    on = tuple(moved if each is batch else each for each in standing.schedule.on(machine.name))
    return resource_uses(standing.scenario, Schedule(batches=on))


def _shifted(machine: Machine, placement: Placement) -> Placement:
    if not machine.pausable:
        return replace(placement, start=placement.start - 1, end=placement.end - 1)
    start = units_before(machine.windows, placement.start, 1)
    end = units_before(machine.windows, placement.end, 1)
    return replace(placement, start=start, end=max(start, end))


def _short_of(
    standing: Standing,
    use: ResourceUse,
    mine: Sequence[ResourceUse],
    others: Sequence[ResourceUse],
) -> Iterator[Lacking]:
    """Yield what there is too little of at the first moment of a use."""
    resource = next(r for r in standing.scenario.resources if r.name == use.resource)
    same = [u for u in (*mine, *others) if u.resource == use.resource]
    there = [u for u in same if u.start <= use.start < u.end]
    if sum(u.amount for u in there) <= _amount(resource, use.start):
        return
    having = [u for u in there if u not in mine]
    machines = {u.machine: standing.schedule.on(u.machine) for u in having}
    holders = tuple(
        name
        for u in sorted(having, key=lambda u: u.end)
        if u.batch
        for name in machines[u.machine][u.batch - 1].operations
    )
    yield Lacking(resource=resource.name, until=use.start + 1, holders=holders)


def _amount(resource: Resource, moment: int) -> int:
    return next(level.amount for level in reversed(resource.levels) if level.start <= moment)
