"""Frames around what is free: what is near may move in time, and all else stays where it is.

On each machine a model has stretches of its batches: those beside which free batches may come, and
those of what follows on routes. What lies outside is given as times and families at their borders,
so a model is as large as what is free and near it, however large the scenario.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, NONE, Arrays
from planner.cpsat.clock import MachineClock, clock_of
from planner.cpsat.frames import Fixed, Frame, Track
from planner.cpsat.latest import times_outside
from planner.cpsat.slots import Slot, TimedSequences, follower_of
from planner.domain import IntArray
from planner.routes import followers

# Batches kept in a model before and after each moment at which something is free.
NEAR = 2
# What follows on routes may move in time too, up to so many operations for each that is free.
MOVING = 6
# How much room the last stretch of a machine has behind its end now.
WINDOWS_TO_SPARE, BATCHES_TO_SPARE = 3, 4
# Free batches come between those that are kept, or do not.
ANYWHERE, NOWHERE = (0, NEVER), (1, 0)


class Stretch(NamedTuple):
    """Batches [first, last) of a machine that are in the model, and whether free ones may join."""

    machine: int
    first: int
    last: int
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameAround:
    """A frame, and the stretch that each of its tracks is."""

    frame: Frame
    stretches: tuple[Stretch, ...]

    def batches(self, current: TimedSequences) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """Return the batches that `current` has on each track."""
        return tuple(
            tuple(slot.operations for slot in current.slots[machine][first:last])
            for machine, first, last, _ in self.stretches
        )

    def spliced(
        self, current: TimedSequences, batches: Sequence[tuple[tuple[int, ...], ...]]
    ) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """Return `current` with these batches on the tracks."""
        made = [[slot.operations for slot in slots] for slots in current.slots]
        # From behind, so that what lies before keeps its place.
        for (machine, first, last, _), own in reversed(
            list(zip(self.stretches, batches, strict=True))
        ):
            made[machine][first:last] = own
        return tuple(tuple(row) for row in made)


def frame_around(
    current: TimedSequences, chosen: Sequence[Slot], free: Sequence[int]
) -> FrameAround:
    """Return the frame in which `free` may go near to where `chosen` are, and others in time."""
    arrays = current.arrays
    after = followers(arrays)
    stretches = _open(current, chosen, free)
    moving = _operations(current, stretches)
    room = MOVING * len(free) - len(moving)
    more = _following(current, after, [*free, *moving], stretches, room)
    stretches = _joined([*stretches, *more])
    inside = {*free, *_operations(current, stretches)}
    outside = times_outside(current, inside, _room_to_spare(arrays, free))
    spans = _spans(arrays, inside, outside, after)
    freed = {(slot.machine, slot.row) for slot in chosen}
    end = max((slot.end for slot in chosen), default=0)
    around = _Around(current=current, free=free, freed=freed, outside=outside, spans=spans, end=end)
    tracks = tuple(_track(around, each) for each in stretches)
    frame = Frame(
        tracks=tracks,
        free=tuple(free),
        fixed=outside,
        span=max((times.completion for times in outside.values()), default=0),
    )
    return FrameAround(frame=frame, stretches=tuple(stretches))


# -------------------------------------------------------------------------------------- stretches


def _open(current: TimedSequences, chosen: Sequence[Slot], free: Sequence[int]) -> list[Stretch]:
    """Return the stretches that free operations may join: near where any of them is."""
    able = np.flatnonzero((current.arrays.shortest[list(free)] != NONE).any(axis=0))
    moments = {slot.start for slot in chosen} or {0}
    found = []
    for machine in sorted({*able.tolist(), *(slot.machine for slot in chosen)}):
        slots = current.slots[machine]
        starts = [slot.start for slot in slots]
        places = {bisect_right(starts, moment) for moment in moments}
        places |= {slot.row for slot in chosen if slot.machine == machine}
        found += [
            Stretch(machine, max(0, place - NEAR), min(len(slots), place + NEAR + 1), is_open=True)
            for place in places
        ]
    return _joined(found)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return `stretches` in order, those that touch as one."""
    found: list[Stretch] = []
    for one in sorted(stretches):
        before = found[-1] if found else None
        if before and before.machine == one.machine and one.first <= before.last:
            last, is_open = max(before.last, one.last), before.is_open or one.is_open
            found[-1] = Stretch(one.machine, before.first, last, is_open)
        else:
            found.append(one)
    return found


def _following(
    current: TimedSequences,
    after: tuple[IntArray, IntArray],
    begun: Iterable[int],
    stretches: Iterable[Stretch],
    room: int,
) -> list[Stretch]:
    """Return stretches of what follows `begun` on routes, nearest first, `room` operations."""
    slot_of = {o: slot for slot in current.all_slots for o in slot.operations}
    rows = {(s.machine, row) for s in stretches for row in range(s.first, s.last)}
    found: set[tuple[int, int]] = set()
    waiting = deque(begun)
    first, following = after
    while waiting and room > 0:
        operation = waiting.popleft()
        for other in following[first[operation] : first[operation + 1]].tolist():
            slot = slot_of.get(other)
            if slot is not None and (slot.machine, slot.row) not in rows | found:
                found.add((slot.machine, slot.row))
                waiting.extend(slot.operations)
                room -= len(slot.operations)
    return [Stretch(machine, row, row + 1, is_open=False) for machine, row in found]


def _operations(current: TimedSequences, stretches: Iterable[Stretch]) -> list[int]:
    return [
        operation
        for machine, first, last, _ in stretches
        for slot in current.slots[machine][first:last]
        for operation in slot.operations
    ]


# ------------------------------------------------------------------------------------------ times


def _spans(
    arrays: Arrays,
    inside: Iterable[int],
    outside: Mapping[int, Fixed],
    after: tuple[IntArray, IntArray],
) -> dict[int, Fixed]:
    """Return within which times what lies outside lets operations start and complete."""
    first, following = after
    spans = {}
    for operation in inside:
        low, high = 0, NEVER
        for link in range(arrays.before_first[operation], arrays.before_first[operation + 1]):
            before = int(arrays.before[link])
            if before in outside:
                low = max(low, outside[before].completion + int(arrays.least_wait[link]))
        for other in following[first[operation] : first[operation + 1]].tolist():
            if other in outside:
                high = min(high, outside[other].start)
        spans[operation] = Fixed(low, high)
    return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is around the tracks of a frame, which are free until about `end`."""

    current: TimedSequences
    free: Sequence[int]
    freed: Collection[tuple[int, int]]
    outside: Mapping[int, Fixed]
    spans: Mapping[int, Fixed]
    end: int


def _track(around: _Around, stretch: Stretch) -> Track:
    machine, first, last, is_open = stretch
    arrays, slots = around.current.arrays, around.current.slots[machine]
    clock = clock_of(arrays, machine)
    before = slots[first - 1] if first else None
    family = arrays.initial[machine] if before is None else arrays.family[before.operations[0]]
    kept = (slot for slot in slots[first:last] if (machine, slot.row) not in around.freed)
    follower = None
    if last < len(slots):
        start = min(around.outside[o].start for o in slots[last].operations)
        follower = follower_of(around.current, clock, slots[last], start)
    return Track(
        machine=machine,
        clock=clock,
        family=int(family),
        ready=0 if before is None else clock.position(before.end),
        kept=tuple(slot.operations for slot in kept),
        follower=follower,
        gaps=ANYWHERE if is_open else NOWHERE,
        until=_until(around, clock, slots[max(0, first - 1) : last]),
        spans=around.spans,
    )


def _until(around: _Around, clock: MachineClock, slots: Iterable[Slot]) -> int:
    """Return a position by which the last stretch of a machine is done, with some room to spare."""
    end = max([around.end, *(slot.end for slot in slots)])
    if not clock.pausable:
        window = bisect_right(clock.starts, end) + WINDOWS_TO_SPARE
        return clock.ends[min(window, len(clock.ends) - 1)] if clock.ends else 0
    return clock.position(end) + _room_to_spare(around.current.arrays, around.free)


def _room_to_spare(arrays: Arrays, free: Sequence[int]) -> int:
    """Return how much more work a machine may have if a few of `free` come to it."""
    change = np.where(arrays.changeover_minutes < IMPOSSIBLE, arrays.changeover_minutes, 0)
    longest = int(arrays.shortest[list(free)].max(initial=0))
    return BATCHES_TO_SPARE * (longest + int(change.max(initial=0)))
