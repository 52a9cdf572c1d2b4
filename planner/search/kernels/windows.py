"""When a machine works: windows, working units, and the earliest time for a piece of work."""

from planner.arrays import NEVER
from planner.search.kernels.columns import (
    MACHINE_LAST_WINDOW,
    MACHINE_OPEN_WORK,
    MACHINE_PAUSABLE,
    WINDOW_END,
    WINDOW_START,
    WINDOW_WORK,
    State,
)
from planner.search.kernels.compiling import tight


@tight
def window_after(s: State, low: int, last: int, moment: int) -> int:
    """Return the first window in [low, last) that ends after `moment`; `last` if none does."""
    if low >= last or s.window[low, WINDOW_END] > moment:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, WINDOW_END] > moment:
            high = middle
        else:
            low = middle
    return high


@tight
def work_before(s: State, low: int, last: int, moment: int) -> int:
    """Return the working units of a machine before `moment`; at least those before window low."""
    w = window_after(s, low, last, moment)
    if w >= last:
        return NEVER
    return s.window[w, WINDOW_WORK] + max(0, moment - s.window[w, WINDOW_START])


@tight
def window_of_work(s: State, low: int, last: int, work: int, is_end: int) -> int:
    """Return the window of the working unit that starts (or, if `is_end`, ends) at `work`."""
    target = work - is_end
    if low + 1 >= last or s.window[low + 1, WINDOW_WORK] > target:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, WINDOW_WORK] <= target:
            low = middle
        else:
            high = middle
    return low


@tight
def earliest(
    s: State, k: int, ready: int, work: int, w: int, change: int, length: int, release: int
) -> tuple[int, int, int, int]:
    """Return the earliest (start, end, window, work at the end) of one piece of work.

    Machine `k` is free from time `ready` (in window `w`, after `work` working units) on and needs
    `change` units before the start; a start of -1 means that no window takes it.
    """
    last = s.machine[k, MACHINE_LAST_WINDOW]
    if s.machine[k, MACHINE_PAUSABLE]:
        begin = max(work + change, work_before(s, w, last, release))
        finish = begin + length
        if finish > s.machine[k, MACHINE_OPEN_WORK]:
            return -1, -1, w, work
        w = window_of_work(s, w, last, begin, 0)
        start = s.window[w, WINDOW_START] + begin - s.window[w, WINDOW_WORK]
        if length == 0:
            return start, start, w, finish
        w = window_of_work(s, w, last, finish, 1)
        return start, s.window[w, WINDOW_START] + finish - s.window[w, WINDOW_WORK], w, finish
    ready = max(ready + change, release)
    if s.window[w, WINDOW_END] < ready + length:
        w = window_after(s, w, last, ready + length - 1)
    while w < last:
        start = max(ready, s.window[w, WINDOW_START] + change)
        if start + length <= s.window[w, WINDOW_END]:
            return start, start + length, w, 0
        w += 1
    return -1, -1, w, 0
