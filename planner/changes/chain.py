"""What an order waited for, from its completion back; nothing is named that had slack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from planner.arrays import NEVER
from planner.changes.earliest import earliest_start
from planner.changes.lacking import lacking
from planner.changes.standing import Standing
from planner.domain import Machine, Process
from planner.schedule import Batch, Placement, PlannedUpkeep

Start = Callable[[int], int | None]  # ready then: begins when


class CauseKind(StrEnum):
    """What something waited for."""

    MADE = "made"  # its own time on the machine
    MACHINE = "machine busy"
    STAGE = "stage before"
    RELEASED = "released"
    BEGINNING = "beginning"  # the plan to begin, its machine to open, a first changeover
    CLOSED = "closed"  # its machine to open: it did not fit before it closed
    CAPACITY = "capacity"  # a place in a machine that holds several
    RESOURCE = "resource"  # something that machines share and there was too little of
    PINNED = "pinned"
    HELD = "held back"  # what follows it, and must not wait long
    SPARE = "spare"  # nothing: it could begin earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why `operation` did not begin before `until`: it waited, from `since`, for this.

    `others` are the operations waited for; `changeover` are working units of it between. With any
    kind but `made`, `held back` and `spare`, this alone would have let it begin no earlier. Upkeep
    of the machine before it, by name, is in `upkeep`; the `resource` waited for by its name.
    """

    kind: CauseKind
    operation: str
    machine: str
    since: int
    until: int
    others: tuple[str, ...] = ()
    changeover: int = 0
    from_family: str = ""
    to_family: str = ""
    upkeep: tuple[str, ...] = ()
    resource: str = ""

    @property
    def follow(self) -> str | None:
        """Return the operation to ask next, None where this is what it all began with."""
        return self.others[-1] if self.kind in _FOLLOWED and self.others else None


_FOLLOWED = (
    CauseKind.MACHINE,
    CauseKind.STAGE,
    CauseKind.CAPACITY,
    CauseKind.CLOSED,
    CauseKind.RESOURCE,
)


def chain(standing: Standing, operation: str) -> tuple[Cause, ...]:
    """Return what a planned operation waited for, from its completion back to what began it all."""
    found: list[Cause] = []
    seen: set[str] = set()
    at: str | None = operation
    while at is not None and at not in seen:
        seen.add(at)
        found.append(_made(standing, at))
        causes = binding(standing, at)
        found += causes
        # What nothing else could have helped against ends it.
        ends = any(cause.follow is None for cause in causes)
        at = None if ends else next((c.follow for c in causes if c.follow is not None), None)
    return tuple(found)


def binding(standing: Standing, name: str) -> list[Cause]:
    """Return all that each alone kept an operation from beginning earlier."""
    batch, placement = standing.batch_of[name], standing.placement_of[name]
    machine = standing.scenario.machine[batch.machine]
    own = placement.end - placement.start
    # What cannot pause must fit as a whole, or operation by operation where that costs nothing.
    lengths = (own,) if machine.pausable else (own, batch.end - placement.start)
    for length in lengths:
        causes = _bounds(standing, machine, name, length)
        exact = [cause for cause in causes if cause.until == placement.start]
        if exact:
            return exact
    short = list(_short(standing, machine, placement))
    return short or [_otherwise(standing, machine, placement, causes, lengths)]


def _short(standing: Standing, machine: Machine, placement: Placement) -> Iterator[Cause]:
    """Yield the resources that an operation, or its changeover, had to wait for."""
    for lack in lacking(standing, placement.operation):
        yield Cause(
            kind=CauseKind.RESOURCE,
            operation=placement.operation,
            machine=machine.name,
            since=min(lack.until, placement.start),
            until=placement.start,
            others=lack.holders,
            resource=lack.resource,
        )


def _bounds(standing: Standing, machine: Machine, name: str, length: int) -> list[Cause]:
    """Return all that alone lets an operation begin at the earliest at some moment."""
    batch, placement = standing.batch_of[name], standing.placement_of[name]
    place = batch.placements.index(placement)
    if place and machine.process != Process.PARALLEL:
        before = batch.placements[place - 1]
        causes = list(_inside(standing, machine, batch, before, placement))
        minutes = 0
        starting: tuple[str, ...] = (name,)
    else:
        causes = list(_of_machine(standing, machine, batch, name, length))
        minutes = _change(standing, machine, batch)[0]
        starting = batch.operations if machine.process == Process.PARALLEL else (name,)

    def begin(since: int) -> int | None:
        return earliest_start(machine, free=0, changeover=minutes, ready=since, length=length)

    for each in starting:
        causes += _of_itself(standing, machine, each, begin)
    return causes


def _made(standing: Standing, name: str) -> Cause:
    batch = standing.batch_of[name]
    machine, start, complete = standing.times[name]
    others = tuple(each for each in batch.operations if each != name)
    return Cause(
        kind=CauseKind.MADE,
        operation=name,
        machine=machine,
        since=start,
        until=complete,
        others=others,
    )


def _before(standing: Standing, batch: Batch) -> Batch | None:
    on = standing.schedule.on(batch.machine)
    place = on.index(batch)
    return on[place - 1] if place else None


def _change(standing: Standing, machine: Machine, batch: Batch) -> tuple[int, str]:
    """Return the working units of a batch's changeover, and from which family."""
    previous = _before(standing, batch)
    family = previous.family if previous else machine.initial_family
    sets_up = {u.name: u.sets_up for u in standing.scenario.upkeeps_of(machine.name)}
    for upkeep in _upkeeps_before(standing, batch, previous):
        family = sets_up.get(upkeep.name) or family
    change = standing.scenario.changeover(machine.name, family, batch.family)
    return (change.minutes if change else 0), family or ""


def _upkeeps_before(
    standing: Standing, batch: Batch, previous: Batch | None
) -> tuple[PlannedUpkeep, ...]:
    """Return the upkeep of a machine between a batch and the one before it."""
    since = previous.end if previous else 0
    on = standing.schedule.upkeeps_on(batch.machine)
    return tuple(upkeep for upkeep in on if since <= upkeep.start and upkeep.end <= batch.start)


def _of_machine(
    standing: Standing, machine: Machine, batch: Batch, name: str, length: int
) -> Iterator[Cause]:
    """Yield what was on the machine before, or that it begins then."""
    previous = _before(standing, batch)
    minutes, family = _change(standing, machine, batch)
    upkeep = _upkeeps_before(standing, batch, previous)
    free = max((previous.end if previous else 0, *(each.end for each in upkeep)))
    until = earliest_start(machine, free=free, changeover=minutes, ready=0, length=length)
    if until is None:
        return
    yield Cause(
        kind=CauseKind.MACHINE if previous else CauseKind.BEGINNING,
        operation=name,
        machine=machine.name,
        since=free,
        until=until,
        others=_last(previous) if previous else (),
        changeover=minutes,
        from_family=family,
        to_family=batch.family,
        upkeep=tuple(each.name for each in upkeep),
    )


def _last(batch: Batch) -> tuple[str, ...]:
    """Return the operations of a batch, the one that ends last at the end."""
    return tuple(p.operation for p in sorted(batch.placements, key=lambda p: p.end))


def _of_itself(standing: Standing, machine: Machine, name: str, begin: Start) -> Iterator[Cause]:
    """Yield release, routes and pin of an operation."""
    operation = standing.scenario.operation[name]

    def cause(kind: CauseKind, since: int, *others: str) -> Iterator[Cause]:
        until = begin(since)
        if until is not None:
            yield Cause(
                kind=kind,
                operation=name,
                machine=machine.name,
                since=since,
                until=until,
                others=others,
            )

    release = standing.scenario.order[operation.order].release
    if release:
        yield from cause(CauseKind.RELEASED, release)
    for link in operation.after:
        complete = standing.times[link.operation][2]
        yield from cause(CauseKind.STAGE, complete + link.least_wait, link.operation)
    if operation.pin is not None and operation.pin.start is not None:
        yield from cause(CauseKind.PINNED, operation.pin.start)


def _inside(
    standing: Standing, machine: Machine, batch: Batch, before: Placement, own: Placement
) -> Iterator[Cause]:
    """Yield what was ahead of an operation inside its batch."""
    length = own.end - own.start
    continuous = machine.process == Process.CONTINUOUS
    since = before.start if continuous else before.end
    until = earliest_start(machine, free=since, changeover=0, ready=0, length=length)
    if until is not None:
        yield Cause(
            kind=CauseKind.MACHINE,
            operation=own.operation,
            machine=machine.name,
            since=since,
            until=until,
            others=(before.operation,),
        )
    if continuous and _is_full(standing, machine, batch, own):
        leaving = tuple(p.operation for p in batch.placements if p.end == own.start)
        yield Cause(
            kind=CauseKind.CAPACITY,
            operation=own.operation,
            machine=machine.name,
            since=own.start,
            until=own.start,
            others=leaving,
        )


def _is_full(standing: Standing, machine: Machine, batch: Batch, own: Placement) -> bool:
    """Tell whether there was no place for an operation a moment before it entered."""
    operations = standing.scenario.operation
    there = [p for p in batch.placements if p.start < own.start <= p.end and p != own]
    for dimension, capacity in enumerate(machine.capacity):
        load = sum(operations[p.operation].sizes[dimension] for p in there)
        if capacity is not None and load + operations[own.operation].sizes[dimension] > capacity:
            return True
    return False


def _otherwise(
    standing: Standing,
    machine: Machine,
    placement: Placement,
    causes: list[Cause],
    lengths: tuple[int, ...],
) -> Cause:
    """Return why an operation begins then, where nothing alone kept it from beginning earlier."""
    name = placement.operation
    busy = next((c for c in causes if c.kind == CauseKind.MACHINE), None)
    free, minutes = (busy.since, busy.changeover) if busy else (0, 0)
    ready = max((c.since for c in causes if c.kind != CauseKind.MACHINE), default=0)
    joint = [
        earliest_start(machine, free=free, changeover=minutes, ready=ready, length=length)
        for length in lengths
    ]
    kind = CauseKind.CLOSED
    if placement.start not in joint:
        kind = CauseKind.HELD if _may_be_held(standing, name) else CauseKind.SPARE
    return Cause(
        kind=kind,
        operation=name,
        machine=machine.name,
        since=max(free, ready),
        until=placement.start,
        others=busy.others if busy and kind == CauseKind.CLOSED else (),
        changeover=minutes,
    )


def _may_be_held(standing: Standing, name: str) -> bool:
    """Tell whether something of its batch may be held back, so that it need not wait too long."""
    arrays, row = standing.arrays, standing.row
    held = {int(b) for b, m in zip(arrays.before, arrays.most_wait, strict=True) if m < NEVER}
    batch = standing.batch_of[name]
    return any(row[each] in held for each in batch.operations)
