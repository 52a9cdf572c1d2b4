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
    """Return what all use with the batch, from `name` on, at the last place before its own.

    One working unit earlier; or at the end of the window before, where a machine that cannot pause
    has nothing left of its own.
    """
    machine = standing.scenario.machine[batch.machine]
    place = 0 if machine.process == Process.PARALLEL else batch.operations.index(name)
    later = batch.placements[place:]
    back = 1 if machine.pausable else _back(standing, machine, batch, place)
    placements = (*batch.placements[:place], *(_shifted(machine, each, back) for each in later))
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


def _back(standing: Standing, machine: Machine, batch: Batch, place: int) -> int:
    """Return by how much a machine that cannot pause would begin earlier at the latest."""
    start = batch.placements[place].start
    if place:
        return 1
    before = [each for each in standing.schedule.on(machine.name) if each.end <= batch.start]
    family = before[-1].family if before else machine.initial_family
    change = standing.scenario.changeover(machine.name, family, batch.family)
    minutes = change.minutes if change else 0
    own = next(k for k, window in enumerate(machine.windows) if window.end >= batch.end)
    if start - 1 - minutes >= machine.windows[own].start:
        return 1
    length = batch.end - batch.start
    for window in reversed(machine.windows[:own]):
        if window.end - length - minutes >= window.start:
            return start - (window.end - length)
    return start + 1


def _shifted(machine: Machine, placement: Placement, back: int) -> Placement:
    if not machine.pausable:
        return replace(placement, start=placement.start - back, end=placement.end - back)
    start = units_before(machine.windows, placement.start, back)
    end = units_before(machine.windows, placement.end, back)
    return replace(placement, start=start, end=max(start, end))


def _short_of(
    standing: Standing,
    use: ResourceUse,
    mine: Sequence[ResourceUse],
    others: Sequence[ResourceUse],
) -> Iterator[Lacking]:
    """Yield what there is too little of during a use, at the last such moment."""
    resource = next(r for r in standing.scenario.resources if r.name == use.resource)
    same = [u for u in (*mine, *others) if u.resource == use.resource]
    moments = {use.start, *(u.start for u in same), *(level.start for level in resource.levels)}
    for moment in sorted((m for m in moments if use.start <= m < use.end), reverse=True):
        there = [u for u in same if u.start <= moment < u.end]
        if sum(u.amount for u in there) <= _amount(resource, moment):
            continue
        having = sorted((u for u in there if u not in mine), key=lambda u: u.end)
        ends = [u.end for u in having]
        ends += [level.start for level in resource.levels if level.start > moment]
        holders = tuple(name for u in having for name in _operations(standing, u))
        until = min((end for end in ends if end > moment), default=moment + 1)
        yield Lacking(resource=resource.name, until=until, holders=holders)
        return


def _operations(standing: Standing, use: ResourceUse) -> tuple[str, ...]:
    """Return the operations of the batch that a use is of; none at the start of the plan."""
    on = standing.schedule.on(use.machine)
    return on[use.batch - 1].operations if use.batch else ()


def _amount(resource: Resource, moment: int) -> int:
    return next(level.amount for level in reversed(resource.levels) if level.start <= moment)
