"""A schedule to improve: its batches with their times, and which of them are near each other."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from planner.arrays import NONE, Arrays, Sequences
from planner.cpsat.clock import MachineClock
from planner.cpsat.frames import Follower, is_single
from planner.cpsat.hints import Times, times_of

# Batches of a machine that are looked at at most.
WIDEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One batch of the schedule: the `row`-th on its machine, during `[start, end)`."""

    machine: int
    row: int
    operations: tuple[int, ...]
    start: int
    end: int

    @property
    def middle(self) -> int:
        """Return twice the middle of it, a whole number."""
        return self.start + self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSequences:
    """Sequences to improve: batches by machine, their times, and what is in none of them."""

    arrays: Arrays
    slots: tuple[tuple[Slot, ...], ...]
    times: Times
    unplanned: tuple[int, ...]

    @property
    def all_slots(self) -> list[Slot]:
        """Return the batches of all machines."""
        return list(chain.from_iterable(self.slots))


def timed_sequences(arrays: Arrays, sequences: Sequences) -> TimedSequences:
    """Return `sequences` with their earliest times."""
    times = times_of(arrays, sequences)
    slots = tuple(
        tuple(_slots(arrays, machine, batches, times)) for machine, batches in enumerate(sequences)
    )
    planned = np.array(times.end) != NONE
    unplanned = tuple(np.flatnonzero(~planned).tolist())
    return TimedSequences(arrays=arrays, slots=slots, times=times, unplanned=unplanned)


def _slots(
    arrays: Arrays, machine: int, batches: Iterable[tuple[int, ...]], times: Times
) -> Iterator[Slot]:
    parts = _parts(arrays, machine, batches, times)
    for row, operations in enumerate(parts):
        yield Slot(
            machine=machine,
            row=row,
            operations=operations,
            start=min(times.start[o] for o in operations),
            end=max(times.end[o] for o in operations),
        )


def _parts(
    arrays: Arrays, machine: int, batches: Iterable[tuple[int, ...]], times: Times
) -> Iterator[tuple[int, ...]]:
    for batch in batches:
        kept = tuple(o for o in batch if times.end[o] != NONE)
        if kept and is_single(arrays, machine, int(arrays.family[kept[0]])):
            yield from ((operation,) for operation in kept)
        elif kept:
            yield kept


def follower_of(current: TimedSequences, clock: MachineClock, slot: Slot, start: int) -> Follower:
    """Return `slot`, if it is to begin at `start`, as the end of a track."""
    opened = 0 if clock.pausable else clock.starts[bisect_right(clock.starts, start) - 1]
    family = int(current.arrays.family[slot.operations[0]])
    return Follower(family=family, start=clock.position(start), opened=opened)


def nearest(centre: Slot, slots: Iterable[Slot], size: int) -> list[Slot]:
    """Return the batches nearest to `centre` in time, about `size` operations, not far apart."""
    chosen: list[Slot] = []
    count = 0
    rows: dict[int, int] = {}
    for slot in sorted(slots, key=lambda slot: (abs(slot.middle - centre.middle), slot.machine)):
        if count >= size:
            break
        near = abs(slot.row - rows.setdefault(slot.machine, slot.row)) < WIDEST // 2
        if near and (count + len(slot.operations) <= 2 * size or not chosen):
            chosen.append(slot)
            count += len(slot.operations)
    return chosen


def some_of(rng: np.random.Generator, items: Iterable[int], count: int) -> list[int]:
    """Return `count` of `items`, drawn at random, or all where there are fewer."""
    pool = [int(item) for item in items]
    return [pool[row] for row in rng.permutation(len(pool))[: max(0, count)]]
