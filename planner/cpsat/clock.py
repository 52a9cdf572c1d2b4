"""The clock of a machine: positions in which its work has no gaps, and back to scenario time.

On a pausable machine a position counts working units, so a closed machine takes no time at all; on
any other machine a position is scenario time itself.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from planner.arrays import Arrays


class ClosedGap(NamedTuple):
    """What ends after position `after` ends `gap` later in scenario time."""

    after: int
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClock:
    """Positions of one machine; `starts` and `ends` are its windows, `work` the units before each.

    `total` is the last position there is. The end time of a position is itself plus the gaps before
    it.
    """

    pausable: bool
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    work: tuple[int, ...]
    total: int
    gaps: tuple[ClosedGap, ...]

    def position(self, time: int) -> int:
        """Return the position of `time`: the first one to start from it, the last to end by it."""
        if not self.pausable:
            return min(time, self.total)
        window = bisect_right(self.starts, time) - 1
        if window < 0:
            return 0
        inside = min(time, self.ends[window]) - self.starts[window]
        return min(self.total, self.work[window] + inside)

    def start_time(self, position: int) -> int:
        """Return the scenario time at which work begins that begins at `position`."""
        if not self.pausable or not self.work:
            return position
        window = max(0, bisect_right(self.work, position) - 1)
        return self.starts[window] + position - self.work[window]

    def end_time(self, position: int) -> int:
        """Return the earliest scenario time at which work that ends at `position` is done."""
        if not self.pausable or position <= 0:
            return position
        window = bisect_left(self.work, position) - 1
        return self.starts[window] + position - self.work[window]


def clock_of(arrays: Arrays, machine: int) -> MachineClock:
    """Return the clock of `machine`, with nothing after the horizon."""
    rows = range(int(arrays.window_first[machine]), int(arrays.window_first[machine + 1]))
    horizon = int(arrays.horizon)
    rows_inside = [row for row in rows if arrays.window_start[row] < horizon]
    ends = tuple(min(int(arrays.window_end[row]), horizon) for row in rows_inside)
    starts = tuple(int(arrays.window_start[row]) for row in rows_inside)
    work = tuple(int(arrays.window_work[row]) for row in rows_inside)
    pausable = bool(arrays.pausable[machine])
    if not starts:
        return MachineClock(pausable=pausable, starts=(), ends=(), work=(), total=0, gaps=())
    total = work[-1] + ends[-1] - starts[-1] if pausable else ends[-1]
    return MachineClock(
        pausable=pausable,
        starts=starts,
        ends=ends,
        work=work,
        total=total,
        gaps=tuple(_gaps(starts, ends, work)) if pausable else (),
    )


def _gaps(starts: Sequence[int], ends: Sequence[int], work: Sequence[int]) -> Iterator[ClosedGap]:
    for start, closed, after in zip(starts, (0, *ends[:-1]), work, strict=True):
        if start > closed:
            yield ClosedGap(after, start - closed)
