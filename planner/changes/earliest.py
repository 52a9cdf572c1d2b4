"""When a machine could begin something at the earliest, written from the rules alone."""

from collections.abc import Sequence

from planner.calendars import Window
from planner.domain import Machine


def earliest_start(
    machine: Machine, *, free: int, changeover: int, ready: int, length: int
) -> int | None:
    """Return the first start on a machine that is `free` then, for what is `ready` then.

    The changeover is worked at from `free` on and may be done before `ready`. A machine that cannot
    pause does it and all of `length` inside one window. None where no window is left.
    """
    if machine.pausable:
        done = _after_work(machine.windows, free, changeover)
        return None if done is None else _open_from(machine.windows, max(done, ready), length)
    for window in machine.windows:
        start = max(free, window.start) + changeover
        start = max(start, ready)
        if start + length <= window.end and start >= window.start + changeover:
            return start
    return None


def _after_work(windows: Sequence[Window], start: int, units: int) -> int | None:
    """Return when `units` of work from `start` on are done."""
    if not units:
        return start
    for window in windows:
        begin = max(start, window.start)
        if begin >= window.end:
            continue
        if units <= window.end - begin:
            return begin + units
        units -= window.end - begin
    return None


def _open_from(windows: Sequence[Window], moment: int, length: int) -> int | None:
    """Return the first open moment from `moment` on; without a length its end is one, too."""
    for window in windows:
        if moment < window.end or (not length and moment == window.end):
            return max(moment, window.start)
    return None
