"""Wall clock to time units and back, and the windows in which a machine works.

The only module that knows time zones and daylight saving. Everywhere else time is a whole number
of units (minutes, or seconds) from the scenario's start.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.errors import PlannerError

TimeUnit = Literal["minute", "second"]

MINUTES_A_DAY = 24 * 60
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Window(NamedTuple):
    """Half-open interval `[start, end)` in time units from the scenario's start."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Turns local wall-clock time into time units from the scenario's start, and back.

    `start` is local time without a zone; `time_zone` is an IANA name. Units count elapsed time, so
    the night the clocks go forward is an hour shorter.
    """

    start: datetime
    time_zone: str = "UTC"
    time_unit: TimeUnit = "minute"

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None:
            raise PlannerError(f"the start {self.start} has a zone; give local time without one")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PlannerError(
                f"time zone {self.time_zone!r} is not an IANA name such as Europe/Berlin"
            ) from error

    @property
    def units_per_minute(self) -> int:
        """Return 1 for minutes, 60 for seconds."""
        return 60 if self.time_unit == "second" else 1

    @property
    def units_per_hour(self) -> int:
        """Return 60 for minutes, 3600 for seconds."""
        return 60 * self.units_per_minute

    def units(self, local: datetime) -> int:
        """Return the time units from the start to `local`, fractions rounded up.

        Of a time that occurs twice (clocks go back) the first is meant; one that does not occur
        (clocks go forward) is read as if the clocks had not changed. An aware time keeps its zone.
        """
        elapsed = self._utc(local) - self._utc(self.start)
        unit = timedelta(minutes=1) / self.units_per_minute
        return -((-elapsed) // unit)

    def local(self, units: int) -> datetime:
        """Return the wall-clock time, with its zone, `units` after the start."""
        elapsed = timedelta(seconds=units * 60 // self.units_per_minute)
        return (self._utc(self.start) + elapsed).astimezone(ZoneInfo(self.time_zone))

    def day_ended(self, units: int) -> date | None:
        """Return the day whose last moment is `units` after the start; None within a day."""
        local = self.local(units)
        if (local.hour, local.minute, local.second) != (0, 0, 0):
            return None
        return local.date() - timedelta(days=1)

    def _utc(self, local: datetime) -> datetime:
        if local.tzinfo is None:
            local = local.replace(tzinfo=ZoneInfo(self.time_zone))
        return local.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyWindow:
    """Open on one weekday (0 is Monday) from `start` to `end`, minutes of that local day.

    An `end` above 24 h reaches into the next day: a night shift is `start=1320, end=1800`.
    """

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedWindow:
    """Open, or closed, on one date from `start` to `end`, minutes of that local day."""

    day: date
    start: int = 0
    end: int = MINUTES_A_DAY
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a machine works: weekly windows, plus dated openings, minus dated closures."""

    name: str
    weekly: tuple[WeeklyWindow, ...] = ()
    dated: tuple[DatedWindow, ...] = ()

    def windows(self, clock: Clock, horizon: int) -> tuple[Window, ...]:
        """Return the open windows within `[0, horizon)`, sorted, touching ones joined."""
        first = clock.local(0).date() - timedelta(days=1)
        last = clock.local(horizon).date() + timedelta(days=1)
        opened = [
            _on_day(clock, day, window.start, window.end)
            for day in _days(first, last)
            for window in self.weekly
            if window.weekday == day.weekday()
        ]
        opened += [_on_day(clock, w.day, w.start, w.end) for w in self.dated if w.is_open]
        closed = [_on_day(clock, w.day, w.start, w.end) for w in self.dated if not w.is_open]
        return clip(subtract(join(opened), join(closed)), horizon)


def always_open(name: str = "always open") -> Calendar:
    """Return the calendar assumed where none is given: every day, midnight to midnight."""
    days = (WeeklyWindow(weekday=day, start=0, end=MINUTES_A_DAY) for day in range(7))
    return Calendar(name=name, weekly=tuple(days))


def join(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return `windows` sorted, with overlapping and touching ones joined and empty ones dropped.

    >>> join([Window(5, 9), Window(0, 5), Window(12, 12)])
    (Window(start=0, end=9),)
    """
    joined: list[Window] = []
    for window in sorted(window for window in windows if window.start < window.end):
        if joined and window.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return tuple(joined)


def subtract(opened: Iterable[Window], closed: Sequence[Window]) -> tuple[Window, ...]:
    """Return what is left of the windows `opened` outside the joined windows `closed`.

    >>> subtract([Window(0, 10)], [Window(4, 6)])
    (Window(start=0, end=4), Window(start=6, end=10))
    """
    left: list[Window] = []
    for start, end in opened:
        clock = start
        for closure in closed[max(0, bisect_right(closed, (start, start)) - 1) :]:
            if closure.start >= end:
                break
            if closure.end > clock:
                left.append(Window(clock, min(max(closure.start, clock), end)))
                clock = closure.end
        left.append(Window(clock, end))
    return tuple(window for window in left if window.start < window.end)


def clip(windows: Iterable[Window], horizon: int) -> tuple[Window, ...]:
    """Return the parts of `windows` within `[0, horizon)`."""
    clipped = (Window(max(0, start), min(end, horizon)) for start, end in windows)
    return tuple(window for window in clipped if window.start < window.end)


def open_units(windows: Sequence[Window], start: int, end: int) -> int:
    """Return how many of the time units in `[start, end)` lie in the sorted `windows`.

    >>> open_units([Window(0, 10), Window(20, 30)], 5, 22)
    7
    """
    first = max(0, bisect_right(windows, (start, start)) - 1)
    if windows and windows[first].start <= start <= end <= windows[first].end:
        return end - start
    total = 0
    for index in range(first, len(windows)):  # no slice: it would copy a year of windows
        window = windows[index]
        if window.start >= end:
            break
        total += max(0, min(window.end, end) - max(window.start, start))
    return total


def open_parts(windows: Sequence[Window], start: int, end: int) -> tuple[Window, ...]:
    """Return the parts of `[start, end)` that lie in the sorted `windows`.

    >>> open_parts([Window(0, 10), Window(20, 30)], 5, 22)
    (Window(start=5, end=10), Window(start=20, end=22))
    """
    parts = []
    for index in range(max(0, bisect_right(windows, (start, start)) - 1), len(windows)):
        window = windows[index]
        if window.start >= end:
            break
        if window.end > start:
            parts.append(Window(max(window.start, start), min(window.end, end)))
    return tuple(parts)


def units_before(windows: Sequence[Window], end: int, units: int) -> int:
    """Return when the last `units` open time units before `end` begin, in the sorted `windows`.

    >>> units_before([Window(0, 10), Window(20, 30)], 22, 5)
    7
    """
    moment = end
    last = bisect_right(windows, end, key=lambda window: window.start)
    for index in range(last - 1, -1, -1):
        if units == 0:
            break
        window = windows[index]
        taken = min(units, min(window.end, moment) - window.start)
        if taken > 0:
            units -= taken
            moment = min(window.end, moment) - taken
    return moment


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _on_day(clock: Clock, day: date, start: int, end: int) -> Window:
    return Window(clock.units(_moment(day, start)), clock.units(_moment(day, end)))


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)
