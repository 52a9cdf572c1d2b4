"""The rehearsal: a good plan made first, from which orders get dates that can be kept.

Each plant makes its orders in the sequence of a sensible plan (campaigns, light before dark). The
rehearsal says when each would be done; the due date lies a little later. So nearly all orders can
be on time, if somebody finds a sequence about as good.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from planner.calendars import Calendar, Clock, DatedWindow, WeeklyWindow, Window
from planner.reader.cells import day, time_of_day, weekdays, yes_no

HORIZON = 60 * 24 * 60


def shifts(name: str, rows: Iterable[Sequence[str]], clock: Clock) -> tuple[Window, ...]:
    """Return the windows of the calendar `name` from the rows of a `calendars.csv`."""
    weekly: list[WeeklyWindow] = []
    dated: list[DatedWindow] = []
    for named, days, date, *times, is_open in rows:
        if named != name:
            continue
        start, end = map(time_of_day, times)
        if days:
            weekly += [WeeklyWindow(weekday=n, start=start, end=end) for n in weekdays(days)]
        if date:
            dated.append(DatedWindow(day=day(date), start=start, end=end, is_open=yes_no(is_open)))
    return Calendar(name=name, weekly=tuple(weekly), dated=tuple(dated)).windows(clock, HORIZON)


def paused(windows: Sequence[Window], work: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each piece of `work` in turn, on a machine that may pause."""
    done = 0
    for length in work:
        yield _moment(windows, done), _moment(windows, done + length - 1) + 1
        done += length


def _moment(windows: Sequence[Window], done: int) -> int:
    for start, end in windows:
        if done < end - start:
            return start + done
        done -= end - start
    raise ValueError("more work than windows")


def whole(windows: Sequence[Window], work: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each batch of `work`, on a machine that cannot pause.

    A piece of work is a changeover and a batch; both lie in one window.
    """
    clock = 0
    for changeover, length in work:
        begin = next(
            max(clock, window.start)
            for window in windows
            if max(clock, window.start) + changeover + length <= window.end
        )
        clock = begin + changeover + length
        yield begin + changeover, clock


def campaigns(
    chance: Random, families: Sequence[str], count: int, sizes: Sequence[int], share: float
) -> list[str]:
    """Return `count` families in the sequence of campaigns.

    The families come in their given sequence, again and again; each time a family takes part with
    probability `share`, for one of `sizes` orders.
    """
    sequence: list[str] = []
    while len(sequence) < count:
        for family in families:
            if chance.random() < share:
                sequence += [family] * chance.choice(sizes)
    return sequence[:count]


def due_date(clock: Clock, end: int, slack_hours: float, hours: Sequence[int]) -> datetime:
    """Return the next of the `hours` of a weekday that is `slack_hours` after `end`, local time."""
    moment = clock.local(end).replace(tzinfo=None) + timedelta(hours=slack_hours)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        for hour in hours:
            due = day + timedelta(hours=hour)
            if due >= moment and due.weekday() < 5:
                return due
        day += timedelta(days=1)


def arrival(chance: Random, clock: Clock, start: int, most_days: int) -> str:
    """Return the morning the material comes, at most so many days before `start`, at 06:00.

    Nothing for what is there from the beginning.
    """
    begins = clock.local(start).replace(tzinfo=None, hour=6, minute=0)
    comes = begins - timedelta(days=chance.randint(0, most_days))
    return comes.isoformat(timespec="minutes") if 0 < clock.units(comes) <= start else ""
