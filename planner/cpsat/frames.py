"""What a model is about: which operations are free, which batches stay, where each machine begins.

A whole scenario is one frame in which everything is free; a neighbourhood is a smaller one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from planner.arrays import (
    IMPOSSIBLE,
    NEVER,
    NO_MAXIMUM,
    NONE,
    PARALLEL,
    SERIAL,
    UPKEEP_MACHINE,
    Arrays,
    has_shared,
    is_coupled,
)
from planner.cpsat.clock import MachineClock, clock_of


class Fixed(NamedTuple):
    """When an operation starts and completes in scenario time."""

    start: int
    completion: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """The frozen batch after the part of a machine that is planned.

    Its changeover may begin at position `opened` or later, and it starts at position `start`.
    """

    family: int
    start: int
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A machine as a model sees it; positions are those of its `clock`.

    It is set up for `family` and free from position `ready` on. The batches `kept` stay on it in
    this order; `follower` is what comes after everything, if anything does. Free batches come
    somewhere from before the place of rank `gaps[0]` on to before that of rank `gaps[1]`. All is
    done by position `until`; `spans` has the scenario times within which what is not in the frame
    lets operations begin and end.
    """

    machine: int
    clock: MachineClock
    family: int
    ready: int = 0
    kept: tuple[tuple[int, ...], ...] = ()
    follower: Follower | None = None
    gaps: tuple[int, int] = (0, NO_MAXIMUM)
    until: int = NEVER
    spans: Mapping[int, "Fixed"] = field(default_factory=dict)

    def is_open(self, rank: int) -> bool:
        """Tell whether free batches may come directly before the kept place of `rank`."""
        return self.gaps[0] <= rank <= self.gaps[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The tracks of a model and the operations that are free to go anywhere on them.

    One machine may have several tracks, one after the other. `fixed` has the operations that are
    planned, but not in it.
    """

    tracks: tuple[Track, ...]
    free: tuple[int, ...]
    fixed: Mapping[int, Fixed] = field(default_factory=dict)
    span: int = 0  # when what is outside the frame ends, for the makespan

    @property
    def operations(self) -> tuple[int, ...]:
        """Return all operations in it, free or kept."""
        kept = (operation for track in self.tracks for batch in track.kept for operation in batch)
        return (*self.free, *kept)


def whole(arrays: Arrays) -> Frame:
    """Return the frame in which all of `arrays` is free."""
    tracks = (
        Track(machine=machine, clock=clock_of(arrays, machine), family=int(arrays.initial[machine]))
        for machine in range(len(arrays.process))
    )
    return Frame(tracks=tuple(tracks), free=tuple(range(len(arrays.family))))


def model_size(arrays: Arrays) -> int:
    """Return about how many literals the model of all of `arrays` has; each takes some 10 µs."""
    total = 0
    for machine, process in enumerate(arrays.process.tolist()):
        eligible = arrays.shortest[:, machine] != NONE
        # Each way over upkeep is one more way from batch to batch.
        ways = 1 << int((arrays.upkeep[:, UPKEEP_MACHINE] == machine).sum())
        total += ways * int(eligible.sum()) ** 2
        if process != SERIAL:
            total += int((np.bincount(arrays.family[eligible]) ** 2).sum()) // 2
    return total


def is_single(arrays: Arrays, machine: int, family: int) -> bool:
    """Return whether a second operation in a batch saves nothing: serial, and a free diagonal.

    Nowhere, where batches count: by what they need, or how many there are in a row.
    """
    group = arrays.group[machine]
    return bool(
        not has_shared(arrays)
        and arrays.process[machine] == SERIAL
        and arrays.changeover_minutes[group, family, family] == 0
        and arrays.changeover_cost[group, family, family] == 0
    )


def latest_end(arrays: Arrays, track: Track, operations: tuple[int, ...]) -> int:
    """Return a position by which `track` is done in some optimal schedule.

    In a schedule without needless waiting, a machine is never idle after the last release, except
    where a window that is not to be paused in has no room left.
    """
    if track.follower is not None:
        return track.follower.start
    # What comes before on a route may keep a machine idle.
    if is_coupled(arrays):
        return min(track.clock.total, track.until)
    wanted = [o for o in operations if arrays.shortest[o, track.machine] != NONE]
    if not wanted:
        return track.ready
    rows = np.array(wanted)
    table = arrays.changeover_minutes[arrays.group[track.machine]]
    into = np.where(table < IMPOSSIBLE, table, 0).max(axis=0)
    lengths = arrays.shortest[rows, track.machine] + into[arrays.family[rows]]
    begin = int(np.maximum(arrays.release[rows], arrays.pin_start[rows]).max())
    begin = max(track.ready, track.clock.position(begin))
    if track.clock.pausable:
        return min(track.clock.total, begin + int(lengths.sum()))
    grows = arrays.process[track.machine] != PARALLEL and not all(
        is_single(arrays, track.machine, int(family)) for family in set(arrays.family[rows])
    )
    return _filled(track.clock, begin, lengths.tolist(), grows=grows)


def _filled(clock: MachineClock, begin: int, lengths: list[int], *, grows: bool) -> int:
    left = sum(lengths)
    # A window is left for the next one only if the next piece has no room in it any more.
    piece = left if grows else max(lengths)
    for start, end in zip(clock.starts, clock.ends, strict=True):
        first = max(start, begin)
        if first + left <= end:
            return first + left
        left -= max(0, end - first - piece + 1)
    return clock.total
