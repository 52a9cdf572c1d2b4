"""Which batches a track may have, and which may follow which, before any variable is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from planner.arrays import (
    CONTINUOUS,
    NONE,
    PARALLEL,
    SERIAL,
    UPKEEP_COST,
    UPKEEP_MACHINE,
    UPKEEP_SETS_UP,
    UPKEEP_UNITS,
    Arrays,
)
from planner.cpsat.frames import Track, is_single
from planner.cpsat.variables import DEPOT


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlace:
    """Room for one batch on a track; the first of `members` leads it.

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
    """BatchPlace `head` may come directly after place `tail`, with this changeover between.

    Before the changeover stands `upkeep` (see BeforeBatch), which takes `work`; `cost` is that of
    both.
    """

    tail: int
    head: int
    minutes: int
    cost: int
    joins: bool = False
    forced: bool = False
    upkeep: int = 0
    work: int = 0


class Way(NamedTuple):
    """How a machine gets from one family to another: upkeep and its work, then a changeover."""

    upkeep: int
    work: int
    minutes: int
    cost: int


def kept_places(arrays: Arrays, track: Track, latest: int) -> list[BatchPlace]:
    """Return the places of the batches kept, in their order."""
    places: list[BatchPlace] = []
    for batch in track.kept:
        if arrays.process[track.machine] != SERIAL:
            places.append(_kept(arrays, track, batch, latest, len(places)))
            continue
        single = is_single(arrays, track.machine, int(arrays.family[batch[0]]))
        for number, operation in enumerate(batch):
            goes_on = number > 0 and not single
            places.append(_kept(arrays, track, (operation,), latest, len(places), goes_on=goes_on))
    return places


def _kept(
    arrays: Arrays,
    track: Track,
    members: tuple[int, ...],
    latest: int,
    rank: int,
    *,
    goes_on: bool = False,
) -> BatchPlace:
    continuous = arrays.process[track.machine] == CONTINUOUS
    first, last = (min, max) if continuous else (max, min)
    return BatchPlace(
        members=members,
        family=int(arrays.family[members[0]]),
        shortest=max(int(arrays.shortest[o, track.machine]) for o in members),
        earliest=first(earliest_entry(arrays, track, o) for o in members),
        latest=last(latest_exit(arrays, track, o, latest) for o in members),
        rank=rank,
        goes_on=goes_on,
    )


def earliest_entry(arrays: Arrays, track: Track, operation: int) -> int:
    """Return the first position at which `operation` may begin on `track`."""
    release = max(int(arrays.release[operation]), int(arrays.pin_start[operation]))
    if operation in track.spans:
        release = max(release, track.spans[operation].start)
    return max(track.ready, track.clock.position(release))


def latest_exit(arrays: Arrays, track: Track, operation: int, latest: int) -> int:
    """Return the last position at which `operation` may be done on `track`."""
    limit = int(arrays.deadline[operation])
    if operation in track.spans:
        limit = min(limit, track.spans[operation].completion)
    return min(latest, track.clock.position(limit))


def free_places(arrays: Arrays, track: Track, free: Sequence[int], latest: int) -> list[BatchPlace]:
    """Return the places that free operations may lead.

    A batch is led by the first of its operations in one fixed order, so that it has one place
    only. In a parallel machine the longest leads: the batch lasts as long as its leader.
    """
    machine = track.machine
    process = arrays.process[machine]
    wanted = [o for o in free if _fits(arrays, track, o, latest)]
    if process == PARALLEL:
        wanted.sort(key=lambda o: (-int(arrays.shortest[o, machine]), int(arrays.release[o]), o))
    places = []
    for number, leader in enumerate(wanted):
        others = [] if process == SERIAL else wanted[number + 1 :]
        members = (leader, *(o for o in others if _may_share(arrays, track, leader, o, latest)))
        places.append(_free(arrays, track, members, latest))
    return places


def _fits(arrays: Arrays, track: Track, operation: int, latest: int) -> bool:
    shortest = int(arrays.shortest[operation, track.machine])
    room = latest_exit(arrays, track, operation, latest) - earliest_entry(arrays, track, operation)
    small = arrays.size[operation] <= arrays.capacity[track.machine]
    return bool(0 <= shortest <= room and small.all())


def _may_share(arrays: Arrays, track: Track, leader: int, other: int, latest: int) -> bool:
    machine = track.machine
    if arrays.family[leader] != arrays.family[other]:
        return False
    if arrays.process[machine] == CONTINUOUS:
        return True
    length = int(arrays.shortest[leader, machine])
    pair = (leader, other)
    begin = max(earliest_entry(arrays, track, o) for o in pair)
    end = min(latest_exit(arrays, track, o, latest) for o in pair)
    load = arrays.size[leader] + arrays.size[other]
    return bool(
        length <= arrays.longest[other, machine]
        and begin + length <= end
        and (load <= arrays.capacity[machine]).all()
    )


def _free(arrays: Arrays, track: Track, members: tuple[int, ...], latest: int) -> BatchPlace:
    leads = members if arrays.process[track.machine] == CONTINUOUS else members[:1]
    return BatchPlace(
        members=members,
        family=int(arrays.family[members[0]]),
        shortest=int(arrays.shortest[members[0], track.machine]),
        earliest=min(earliest_entry(arrays, track, o) for o in leads),
        latest=max(latest_exit(arrays, track, o, latest) for o in leads),
    )


def links(arrays: Arrays, track: Track, places: Sequence[BatchPlace]) -> list[Link]:
    """Return what may follow what on `track`."""
    found = list(_from_start(arrays, track, places))
    for tail, head in _pairs(track, places):
        found += _between(arrays, track, places, tail, head)
    last_rank = max((place.rank for place in places), default=NONE)
    for tail, before in enumerate(places):
        ends = track.is_open(last_rank + 1) if before.rank == NONE else before.rank == last_rank
        if ends:
            done = before.earliest + before.shortest
            found += _to_end(arrays, track, tail, before.family, done)
    return found


def _pairs(track: Track, places: Sequence[BatchPlace]) -> Iterator[tuple[int, int]]:
    """Yield the places of which one may come directly after the other."""
    kept = [index for index, place in enumerate(places) if place.rank != NONE]
    free = [index for index, place in enumerate(places) if place.rank == NONE]
    behind_free = [index for index in kept if track.is_open(places[index].rank)]
    for tail, before in enumerate(places):
        following = before.rank + 1
        near = behind_free if before.rank == NONE else kept[following : following + 1]
        for head in (*near, *free):
            if tail != head and _may_follow(track, places, before, places[head]):
                yield tail, head


def changeover(arrays: Arrays, track: Track, before: int, after: int) -> tuple[int, int]:
    """Return minutes and cost of a changeover on `track` between two families."""
    place = (arrays.group[track.machine], before, after)
    return int(arrays.changeover_minutes[place]), int(arrays.changeover_cost[place])


def ways(arrays: Arrays, track: Track, before: int, after: int) -> Iterator[Way]:
    """Yield every way from one family to another on `track`, that without upkeep first."""
    rows = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == track.machine].tolist()
    for upkeep in range(1 << len(rows)):
        done = [row for number, row in enumerate(rows) if upkeep >> number & 1]
        set_up = set_up_after(arrays, track.machine, before, upkeep)
        minutes, cost = changeover(arrays, track, set_up, after)
        work = sum(row[UPKEEP_UNITS] for row in done)
        yield Way(upkeep, work, minutes, cost + sum(row[UPKEEP_COST] for row in done))


def set_up_after(arrays: Arrays, machine: int, family: int, upkeep: int) -> int:
    """Return what `machine`, set up for `family`, is set up for behind `upkeep`."""
    rows = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == machine, UPKEEP_SETS_UP].tolist()
    for number, sets_up in enumerate(rows):
        if upkeep >> number & 1 and sets_up != NONE:
            family = sets_up
    return family


def _from_start(arrays: Arrays, track: Track, places: Sequence[BatchPlace]) -> Iterator[Link]:
    # A changeover that is not possible takes longer than there is time: no such link is found here,
    # nor below.
    for head, after in enumerate(places):
        begins = track.is_open(0) if after.rank == NONE else after.rank == 0
        for upkeep, work, minutes, cost in ways(arrays, track, track.family, after.family):
            done = track.ready + work + minutes + after.shortest
            if begins and done <= after.latest:
                yield Link(DEPOT, head, minutes, cost, upkeep=upkeep, work=work)
    if not track.kept:
        yield from _to_end(arrays, track, DEPOT, track.family, track.ready)


def _may_follow(
    track: Track, places: Sequence[BatchPlace], before: BatchPlace, after: BatchPlace
) -> bool:
    if before.rank == NONE:
        return not after.goes_on and (after.rank == NONE or track.is_open(after.rank))
    if after.rank != NONE:
        return after.rank == before.rank + 1
    # Nothing comes between two operations of a serial batch that is kept.
    following = before.rank + 1
    whole = following >= len(places) or not places[following].goes_on
    return whole and track.is_open(following)


def _between(
    arrays: Arrays, track: Track, places: Sequence[BatchPlace], tail: int, head: int
) -> Iterator[Link]:
    before, after = places[tail], places[head]
    if after.goes_on:
        yield Link(tail, head, 0, 0, joins=True, forced=True)
        return
    least = before.earliest + before.shortest + after.shortest
    breaks = True
    if _real_serial(arrays, track, before.family) and before.family == after.family:
        if least <= after.latest:
            yield Link(tail, head, 0, 0, joins=True)
        breaks = may_break(arrays, track, places, after.family)
    for upkeep, work, minutes, cost in ways(arrays, track, before.family, after.family):
        if (upkeep or breaks) and least + work + minutes <= after.latest:
            yield Link(tail, head, minutes, cost, upkeep=upkeep, work=work)


def _real_serial(arrays: Arrays, track: Track, family: int) -> bool:
    serial = arrays.process[track.machine] == SERIAL
    return bool(serial and not is_single(arrays, track.machine, family))


def may_break(arrays: Arrays, track: Track, places: Sequence[BatchPlace], family: int) -> bool:
    """Return whether one serial batch may be too small for all operations of `family`.

    Or too large: where whole batches are handed on, a smaller one goes on sooner.
    """
    if arrays.hand_on[track.machine]:
        return True
    if not track.clock.pausable and len(track.clock.starts) > 1:
        return True
    mates = [o for place in places if place.family == family for o in place.members]
    return bool((arrays.size[mates].sum(axis=0) > arrays.capacity[track.machine]).any())


def _to_end(arrays: Arrays, track: Track, tail: int, family: int, done: int) -> Iterator[Link]:
    follower = track.follower
    if follower is None:
        yield Link(tail, DEPOT, 0, 0)
        return
    minutes, cost = changeover(arrays, track, family, follower.family)
    begin = follower.start - minutes
    if begin >= follower.opened and done <= begin:
        yield Link(tail, DEPOT, minutes, cost)
