"""When a machine works: windows, working units, and the earliest time for a piece of work."""

from planner.arrays import NEVER
from planner.search.kernels.columns import (
    CLOSES,
    LAST_WINDOW,
    OPEN_WORK,
    OPENS,
    PAUSABLE,
    WORKED,
    State,
)
from planner.search.kernels.compiling import tight


@tight
def window_after(s: State, low: int, last: int, moment: int) -> int:
    """Return the first window in [low, last) that ends after `moment`; `last` if none does."""
    if low >= last or s.window[low, CLOSES] > moment:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, CLOSES] > moment:
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
    return s.window[w, WORKED] + max(0, moment - s.window[w, OPENS])


@tight
def window_of_work(s: State, low: int, last: int, work: int, is_end: int) -> int:
    """Return the window of the working unit that starts (or, if `is_end`, ends) at `work`."""
    target = work - is_end
    if low + 1 >= last or s.window[low + 1, WORKED] > target:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, WORKED] <= target:
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
    last = s.machine[k, LAST_WINDOW]
    if s.machine[k, PAUSABLE]:
        begin = max(work + change, work_before(s, w, last, release))
        finish = begin + length
        if finish > s.machine[k, OPEN_WORK]:
            return -1, -1, w, work
        w = window_of_work(s, w, last, begin, 0)
        start = s.window[w, OPENS] + begin - s.window[w, WORKED]
        if length == 0:
            return start, start, w, finish
        w = window_of_work(s, w, last, finish, 1)
        return start, s.window[w, OPENS] + finish - s.window[w, WORKED], w, finish
    ready = max(ready + change, release)
    if s.window[w, CLOSES] < ready + length:
        w = window_after(s, w, last, ready + length - 1)
    while w < last:
        start = max(ready, s.window[w, OPENS] + change)
        if start + length <= s.window[w, CLOSES]:
            return start, start + length, w, 0
        w += 1
    return -1, -1, w, 0
