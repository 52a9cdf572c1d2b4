"""Figures and times as a planner reads them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from planner.calendars import WEEKDAYS, Clock
from planner.kpis import NOT_AVAILABLE
from planner.schedule import Status
from ui.vocabulary import AIMS

# What means anything to Markdown, with the icons, colours and formulas of Streamlit.
MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|:$~&")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(clock: Clock, units: int | None) -> str:
    """Return a local time such as `Mon 31 May 06:00`; nothing for no time."""
    if units is None:
        return ""
    return local_moment(clock.local(units))


def local_moment(local: datetime) -> str:
    """Return a local time such as `Mon 31 May 06:00`."""
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    return f"{day} {local.hour:02}:{local.minute:02}"


def due(clock: Clock, units: int | None) -> str:
    """Return a wanted end such as `Mon 31 May 2027 06:00`; the end of a day is that day."""
    if units is None:
        return ""
    ended = clock.day_ended(units)
    local = clock.local(units)
    day = ended or local.date()
    text = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return text if ended else f"{text} {local.hour:02}:{local.minute:02}"


def distinct(labels: Mapping[int, str]) -> dict[int, str]:
    """Return labels of which no two are alike: those that were say their number, too.

    A choice on a page is known by its label, so of two alike only one could be chosen.

    >>> distinct({4: "Denim", 5: "Bottling", 6: "Denim"})
    {4: 'Denim, no. 4', 5: 'Bottling', 6: 'Denim, no. 6'}
    """
    seen = Counter(labels.values())
    return {
        key: f"{label}, no. {key}" if seen[label] > 1 else label for key, label in labels.items()
    }


def plain(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is: names come from files and from others.

    >>> plain("[a](http://b)")
    '\\[a\\]\\(http\\://b\\)'
    """
    return "".join(f"\\{mark}" if mark in MARKDOWN else mark for mark in text)


def duration_text(clock: Clock, units: int) -> str:
    """Return a length of time such as `2 h 05 min`."""
    minutes = round(units / clock.units_per_minute)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest:02} min" if rest else f"{hours:,} h"


def hours(value: float | None) -> str:
    """Return hours with one decimal.

    >>> hours(1234.56), hours(None)
    ('1,234.6 h', 'not available')
    """
    return NOT_AVAILABLE if value is None else f"{value:,.1f} h"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number and its noun.

    >>> count(1, "order"), count(1200, "batch", "batches")
    ('1 order', '1,200 batches')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def part(some: int, of: int, noun: str) -> str:
    """Return how many of how many.

    >>> part(1, 1200, "order")
    '1 of 1,200 orders'
    """
    return f"{some:,} of {count(of, noun)}"


def span(value: float | None) -> str:
    """Return a time in days and hours, in hours, or in minutes where it is short.

    >>> span(30.4), span(7.5), span(0.03), span(None)
    ('1 d 6 h', '7.5 h', '2 min', 'not available')
    """
    if value is not None and 0 < value < 1:
        return f"{max(1, round(60 * value))} min"
    if value is None or value < 24:
        return hours(value)
    days, rest = divmod(round(value), 24)
    return f"{days:,} d {rest} h"


def share(value: float) -> str:
    """Return a share in per cent, never rounded up: 100 % is all of it.

    >>> share(0.9996), share(0.5), share(1.0)
    ('99.9 %', '50 %', '100 %')
    """
    tenths = int(1000 * value + 1e-9)
    return f"{tenths / 10:.1f} %" if tenths % 10 else f"{tenths // 10} %"


def seconds(value: float) -> str:
    """Return seconds as a clock.

    >>> seconds(75.2), seconds(8)
    ('1:15 min', '8 s')
    """
    whole = round(value)
    return f"{whole // 60}:{whole % 60:02} min" if whole >= 60 else f"{whole} s"


def changeover_bound(needed: float | None, has: float) -> str:
    """Return in words how few hours of changeover any plan needs.

    >>> changeover_bound(14.2, 15.0)
    'No plan can need fewer than 14.2 h of changeover; this one needs 15.0 h.'
    """
    if needed is not None and round(needed, 1) <= 0:
        return ""
    if needed is None:
        return f"This plan needs {hours(has)} of changeover; no proven limit is known."
    if round(needed, 1) >= round(has, 1):
        return f"No plan can need less than {hours(has)} of changeover, as this one does."
    return (
        f"No plan can need fewer than {hours(needed)} of changeover; this one needs {hours(has)}."
    )


def quality(status: str | None, cost: int | None, bound: int | None) -> str:
    """Return in words how far the whole plan may be from the best one."""
    if cost is None:
        return "No plan has been found yet."
    if status == Status.OPTIMAL or (bound is not None and bound >= cost):
        return "Proven best: no plan can do better with these weights."
    if bound is None:
        return "How much better a plan could be is not known yet."
    if bound == 0:
        return "Counting changeovers and lateness together, no limit is proven yet."
    share = 100 * (cost - bound) / cost
    limit = "less than 0.1 %" if share < 0.1 else f"at most {share:.1f} %"
    return f"Possible further saving: {limit} (a limit, not an estimate)."


def schedule_of(name: str, machines: int, batches: int) -> str:
    """Return the title of a chart.

    >>> schedule_of("Denim", 1, 2)
    'Schedule of Denim: 1 machine, 2 batches'
    """
    return f"Schedule of {name}: {count(machines, 'machine')}, {count(batches, 'batch', 'batches')}"


def found(problems: int, notes: int) -> str:
    """Return how much is wrong with a scenario, and how much is only to be known.

    >>> found(102, 1), found(0, 2)
    ('102 problems to fix, 1 note', '2 notes')
    """
    said = [count(problems, "problem") + " to fix"] if problems else []
    return ", ".join([*said, *([count(notes, "note")] if notes else [])])


def late_by(clock: Clock, spare: int | None) -> str:
    """Return in words how long before its due date something ends; `spare` below 0 is late."""
    if spare is None:
        return "not available: no due date"
    length = duration_text(clock, abs(spare))
    return f"{length} before the first due date" if spare >= 0 else f"Late by {length}"


def aim(name: str) -> str:
    """Return what a preset of weights is called on pages.

    >>> aim("shortest flow time"), aim("balanced")
    ('shortest lead time', 'balanced')
    """
    return AIMS.get(name, name)
