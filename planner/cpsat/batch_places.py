"""Which batches a line may have, and which may follow which, before any variable is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from planner.arrays import CONTINUOUS, NONE, PARALLEL, SERIAL, Arrays
from planner.cpsat.frames import Line, is_single
from planner.cpsat.variables import DEPOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Room for one batch on a line; the first of `members` leads it.

    `earliest` start and `latest` end are positions. `rank` is its place among the batches kept,
    NONE where it is free; `goes_on` says that it belongs to the serial batch kept before it.
    """

    members: tuple[int, ...]
    family: int
    shortest: int
    earliest: int
    latest: int
    rank: int = NONE
    goes_on: bool = False


class Link(NamedTuple):
    """Place `head` may come directly after place `tail`, with this changeover between."""

    tail: int
    head: int
    minutes: int
    cost: int
    joins: bool = False
    forced: bool = False


def kept_places(arrays: Arrays, line: Line, latest: int) -> list[Place]:
    """Return the places of the batches kept, in their order."""
    places: list[Place] = []
    for batch in line.kept:
        if arrays.process[line.machine] != SERIAL:
            places.append(_kept(arrays, line, batch, latest, len(places)))
            continue
        single = is_single(arrays, line.machine, int(arrays.family[batch[0]]))
        for number, operation in enumerate(batch):
            goes_on = number > 0 and not single
            places.append(_kept(arrays, line, (operation,), latest, len(places), goes_on=goes_on))
    return places


def _kept(
    arrays: Arrays,
    line: Line,
    members: tuple[int, ...],
    latest: int,
    rank: int,
    *,
    goes_on: bool = False,
) -> Place:
    continuous = arrays.process[line.machine] == CONTINUOUS
    first, last = (min, max) if continuous else (max, min)
    return Place(
        members=members,
        family=int(arrays.family[members[0]]),
        shortest=max(int(arrays.shortest[o, line.machine]) for o in members),
        earliest=first(earliest_entry(arrays, line, o) for o in members),
        latest=last(latest_exit(arrays, line, o, latest) for o in members),
        rank=rank,
        goes_on=goes_on,
    )


def earliest_entry(arrays: Arrays, line: Line, operation: int) -> int:
    """Return the first position at which `operation` may begin on `line`."""
    release = max(int(arrays.release[operation]), int(arrays.pin_start[operation]))
    return max(line.ready, line.clock.position(release))


def latest_exit(arrays: Arrays, line: Line, operation: int, latest: int) -> int:
    """Return the last position at which `operation` may be done on `line`."""
    return min(latest, line.clock.position(int(arrays.deadline[operation])))


def free_places(arrays: Arrays, line: Line, free: Sequence[int], latest: int) -> list[Place]:
    """Return the places that free operations may lead.

    A batch is led by the first of its operations in one fixed order, so that it has one place
    only. In a parallel machine the longest leads: the batch lasts as long as its leader.
    """
    machine = line.machine
    process = arrays.process[machine]
    wanted = [o for o in free if _fits(arrays, line, o, latest)]
    if process == PARALLEL:
        wanted.sort(key=lambda o: (-int(arrays.shortest[o, machine]), int(arrays.release[o]), o))
    places = []
    for number, leader in enumerate(wanted):
        others = [] if process == SERIAL else wanted[number + 1 :]
        members = (leader, *(o for o in others if _may_share(arrays, line, leader, o, latest)))
        places.append(_free(arrays, line, members, latest))
    return places


def _fits(arrays: Arrays, line: Line, operation: int, latest: int) -> bool:
    shortest = int(arrays.shortest[operation, line.machine])
    room = latest_exit(arrays, line, operation, latest) - earliest_entry(arrays, line, operation)
    small = arrays.size[operation] <= arrays.capacity[line.machine]
    return bool(0 <= shortest <= room and small.all())


def _may_share(arrays: Arrays, line: Line, leader: int, other: int, latest: int) -> bool:
    machine = line.machine
    if arrays.family[leader] != arrays.family[other]:
        return False
    if arrays.process[machine] == CONTINUOUS:
        return True
    length = int(arrays.shortest[leader, machine])
    pair = (leader, other)
    begin = max(earliest_entry(arrays, line, o) for o in pair)
    end = min(latest_exit(arrays, line, o, latest) for o in pair)
    load = arrays.size[leader] + arrays.size[other]
    return bool(
        length <= arrays.longest[other, machine]
        and begin + length <= end
        and (load <= arrays.capacity[machine]).all()
    )


def _free(arrays: Arrays, line: Line, members: tuple[int, ...], latest: int) -> Place:
    leads = members if arrays.process[line.machine] == CONTINUOUS else members[:1]
    return Place(
        members=members,
        family=int(arrays.family[members[0]]),
        shortest=int(arrays.shortest[members[0], line.machine]),
        earliest=min(earliest_entry(arrays, line, o) for o in leads),
        latest=max(latest_exit(arrays, line, o, latest) for o in leads),
    )


def links(arrays: Arrays, line: Line, places: Sequence[Place]) -> list[Link]:
    """Return what may follow what on `line`."""
    found = list(_from_start(arrays, line, places))
    for tail, before in enumerate(places):
        for head, after in enumerate(places):
            if tail != head and _may_follow(places, before, after):
                found += _between(arrays, line, places, tail, head)
    last_rank = max((place.rank for place in places), default=NONE)
    for tail, before in enumerate(places):
        if before.rank in (NONE, last_rank):
            done = before.earliest + before.shortest
            found += _to_end(arrays, line, tail, before.family, done)
    return found


def changeover(arrays: Arrays, line: Line, before: int, after: int) -> tuple[int, int]:
    """Return minutes and cost of a changeover on `line` between two families."""
    place = (arrays.group[line.machine], before, after)
    return int(arrays.changeover_minutes[place]), int(arrays.changeover_cost[place])


def _from_start(arrays: Arrays, line: Line, places: Sequence[Place]) -> Iterator[Link]:
    for head, after in enumerate(places):
        minutes, cost = changeover(arrays, line, line.family, after.family)
        if after.rank <= 0 and line.ready + minutes + after.shortest <= after.latest:
            yield Link(DEPOT, head, minutes, cost)
    if not line.kept:
        yield from _to_end(arrays, line, DEPOT, line.family, line.ready)


def _may_follow(places: Sequence[Place], before: Place, after: Place) -> bool:
    if before.rank == NONE:
        return not after.goes_on
    if after.rank != NONE:
        return after.rank == before.rank + 1
    # Nothing comes between two operations of a serial batch that is kept.
    following = before.rank + 1
    return following >= len(places) or not places[following].goes_on


def _between(
    arrays: Arrays, line: Line, places: Sequence[Place], tail: int, head: int
) -> Iterator[Link]:
    before, after = places[tail], places[head]
    minutes, cost = changeover(arrays, line, before.family, after.family)
    if after.goes_on:
        yield Link(tail, head, 0, 0, joins=True, forced=True)
        return
    least = before.earliest + before.shortest + after.shortest
    if _real_serial(arrays, line, before.family) and before.family == after.family:
        if least <= after.latest:
            yield Link(tail, head, 0, 0, joins=True)
        if not may_break(arrays, line, places, after.family):
            return
    if least + minutes <= after.latest:
        yield Link(tail, head, minutes, cost)


def _real_serial(arrays: Arrays, line: Line, family: int) -> bool:
    serial = arrays.process[line.machine] == SERIAL
    return bool(serial and not is_single(arrays, line.machine, family))


def may_break(arrays: Arrays, line: Line, places: Sequence[Place], family: int) -> bool:
    """Return whether one serial batch may be too small for all operations of `family`."""
    if not line.clock.pausable and len(line.clock.starts) > 1:
        return True
    mates = [o for place in places if place.family == family for o in place.members]
    return bool((arrays.size[mates].sum(axis=0) > arrays.capacity[line.machine]).any())


def _to_end(arrays: Arrays, line: Line, tail: int, family: int, done: int) -> Iterator[Link]:
    follower = line.follower
    if follower is None:
        yield Link(tail, DEPOT, 0, 0)
        return
    minutes, cost = changeover(arrays, line, family, follower.family)
    begin = follower.start - minutes
    if begin >= follower.opened and done <= begin:
        yield Link(tail, DEPOT, minutes, cost)
