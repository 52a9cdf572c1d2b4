"""How far a scenario must reach, and the windows of every calendar until then."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor

from planner.calendars import MINUTES_A_DAY, Calendar, Clock, Window, open_units
from planner.domain import Changeovers, Operation, Order, Upkeep
from planner.reader.notes import Notes

LONGEST_DAYS = 3 * 366
MOST_DAYS = 20 * 366


def horizon_for(
    orders: Sequence[Order],
    operations: Sequence[Operation],
    changeovers: Changeovers,
    upkeeps: Sequence[Upkeep],
    calendars: Iterable[tuple[Calendar, bool]],
    clock: Clock,
) -> int:
    """Return a time by which all work can be done on one machine, after the last date.

    `calendars` are those in use, each with whether its machines may pause. Where all work on one
    machine is more than three years, the share of each machine counts twice instead.
    """
    last = _last_date(orders, operations, clock) + _waits(operations)
    work = _work(operations, changeovers)
    work += _upkeep(orders, operations, upkeeps, work)
    shares = tuple(calendars)
    end = last + work
    for calendar, pausable in shares:
        # A machine that cannot pause leaves the end of its windows empty.
        needed = work if pausable else 2 * work
        end = max(end, _end_of_work(calendar, clock, last, needed))
    day = MINUTES_A_DAY * clock.units_per_minute
    longest = max(LONGEST_DAYS * day, min(2 * (end - last) // max(1, len(shares)), MOST_DAYS * day))
    end = min(end, last + longest)
    return -(-(end + day) // (7 * day)) * 7 * day


def _last_date(orders: Sequence[Order], operations: Sequence[Operation], clock: Clock) -> int:
    latest_due = LONGEST_DAYS * MINUTES_A_DAY * clock.units_per_minute
    releases = max((order.release for order in orders), default=0)
    dues = max((order.due for order in orders if order.due is not None), default=0)
    pins = (item.pin.start for item in operations if item.pin and item.pin.start is not None)
    return max(0, releases, min(dues, latest_due), max(pins, default=0))


def _waits(operations: Sequence[Operation]) -> int:
    """Return the longest that the least waits on the way through any order can add up to."""
    waits: Counter[str] = Counter()
    for item in operations:
        if item.after:
            waits[item.order] += max(link.least_wait for link in item.after)
    return max(waits.values(), default=0)


def _work(operations: Sequence[Operation], changeovers: Changeovers) -> int:
    """Return the work of all operations one by one, each at its longest, with changeovers."""
    longest_into = changeovers.minutes.max(axis=(0, 1), initial=0)
    into = dict(zip(changeovers.families, longest_into.tolist(), strict=True))
    longest: dict[int, int] = {}
    total = 0
    for item in operations:
        key = id(item.durations)
        if key not in longest:
            longest[key] = max((d.minimum for d in item.durations.values()), default=0)
        total += longest[key] + into[item.family]
    return total


def _upkeep(
    orders: Sequence[Order], operations: Sequence[Operation], upkeeps: Sequence[Upkeep], work: int
) -> int:
    """Return the most upkeep that all work on one machine can need, on the machine with the most.

    Two stretches between upkeeps that follow each other come to more than a limit, or they would
    be one; and there is an upkeep before each operation at most.
    """
    if not upkeeps:
        return 0
    quantity = {order.name: Fraction(order.quantity or 0) for order in orders}
    made = sum((quantity[item.order] * item.share for item in operations), Fraction())
    total = (Fraction(work), Fraction(len(operations)), made)
    needed: Counter[str] = Counter()
    for upkeep in upkeeps:
        often = 0
        for amount, (done, most) in zip(total, upkeep.counts, strict=True):
            if most is not None:
                often += 1 + floor(2 * (amount + done) / most) if most else len(operations)
        needed[upkeep.machine] += upkeep.units * min(often, len(operations))
    return max(needed.values())


def _end_of_work(calendar: Calendar, clock: Clock, start: int, work: int) -> int:
    """Return when `work` units from `start` on are done; far away where they never are."""
    day = MINUTES_A_DAY * clock.units_per_minute
    span = max(14 * day, work)
    while span < MOST_DAYS * day:
        windows = calendar.windows(clock, start + span)
        if open_units(windows, start, start + span) >= work:
            return start + span
        span *= 2
    return start + MOST_DAYS * day


def windows_of(
    calendars: Mapping[str, Calendar], clock: Clock, horizon: int
) -> dict[str, tuple[Window, ...]]:
    """Return the windows of each calendar, made once and shared by its machines."""
    return {name: calendar.windows(clock, horizon) for name, calendar in calendars.items()}


def note_horizon(horizon: int, clock: Clock, notes: Notes) -> None:
    """Say until when is planned."""
    notes.assume(f"nothing is planned after {clock.local(horizon):%Y-%m-%d}")
