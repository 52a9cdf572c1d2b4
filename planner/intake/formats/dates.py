"""Dates as people and systems write them, and what a whole column says about their order."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from planner.intake.formats.amounts import plain
from planner.intake.formats.clocks import seconds_of_day
from planner.intake.formats.months import month_of
from planner.intake.headings.lexicon import lexicon

ORDERS = ("dmy", "mdy", "ymd")
ORDER_NAME = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
EARLIEST_YEAR, LATEST_YEAR = 1980, 2199
_EARLIEST_SERIAL, _LATEST_SERIAL = 18_000, 80_000


_ISO = re.compile(r"(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})\.?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_THREE = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?: ?[гr]\.?)?\.?")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º)?[\s.\-/]*(?:de\s+)?([^\W\d_]{3,12})\.?[\s,\-/.]*(?:de[l]?\s+)?(\d{4}|\d{2})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CHINESE = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?")
_WEEK = re.compile(
    r"(?:([^\W\d_]{1,10})\.? ?)?(\d{1,2}) ?周?(?:[ /.-]{1,3}|(?<=周))(\d{4})"
    r"|(\d{4})[ /.-]{0,3}(?:年 ?)?([^\W\d_]{1,10})\.? ?(\d{1,2})周?"
)
# Signs of a week that are no word: KW 12, W12, S12, T12, V12.
_WEEK_SIGNS = frozenset("kw cw wk w s sem t v 第 年第".split())  # noqa: SIM905
# A week whose year is open: KW 12, 12. KW, Week 12, 第12周.
_BARE_WEEK = re.compile(r"(?:([^\W\d_]{1,10})\.? ?)?(\d{1,2})(?:\.? ?([^\W\d_]{1,10})\.?)?")
_WEEKDAY = re.compile(r"(?!\d)([^\W\d_]{2,10})\.?,?\s+(?=\S)")
_TIME = re.compile(
    r"(?:(?<!\s)\s*+[,T]\s*+|(?<!\s)\s++|(?<=日))(?:um\s++|at\s++)?([上下]午\s*+)?"
    r"(\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*+(?:[ap]\.?\s?m\.?|uhr|h)?"
    r"|\d{1,2}\s*+(?:[ap]\.?m\.?|uhr|h|时|点)(?:\d{2}分?)?|\d{4}|\d{6})$",
    re.IGNORECASE,
)
_PACKED_TIME = re.compile(r"(\d{8})T?(\d{4}|\d{6})")
_ZONE = re.compile(r"(?<=[\d])\s*(Z|UTC|[+-]\d{2}:?\d{2})$")


LONGEST = 60  # characters; no date is longer


def seems_date(text: str) -> bool:
    """Return whether a text may be a date at all: short, and with a digit."""
    return len(text) <= LONGEST and any(letter.isdigit() for letter in text)


class DateText(NamedTuple):
    """A text taken apart: three numbers whose order may be open, and the rest of it."""

    numbers: tuple[int, int, int]
    order: str  # "" while dmy, mdy (and ymd) are all possible
    dotted: bool
    year_digits: int
    seconds: int | None
    zone: str
    is_week: bool = False


class Moment(NamedTuple):
    """A date, its time of day in seconds if it has one, its zone if it names one."""

    day: date
    seconds: int | None = None
    zone: str = ""
    is_week: bool = False

    @property
    def text(self) -> str:
        """Return ISO text: a date alone, or local time to the minute or second."""
        if self.seconds is None:
            return self.day.isoformat()
        moment = datetime(self.day.year, self.day.month, self.day.day) + timedelta(  # noqa: DTZ001
            seconds=self.seconds
        )
        return moment.isoformat(timespec="seconds" if moment.second else "minutes") + self.zone


def taken_apart(text: str) -> DateText | None:
    """Return the parts of a date's text; None if it is none.

    >>> taken_apart("23.11.2026 14:30").seconds
    52200
    """
    if not seems_date(text):
        return None
    text = plain(text)
    whole = _day_part(text, None, "")
    if whole is not None:
        return whole
    zone = ""
    if match := _ZONE.search(text):
        zone = {"Z": "+00:00", "UTC": "+00:00"}.get(match[1], match[1])
        zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        text = text[: match.start()]
    match = _PACKED_TIME.fullmatch(text)
    if match:
        return _day_part(match[1], seconds_of_day(match[2]), zone)
    match = _TIME.search(text)
    if match is None:
        return None
    seconds = seconds_of_day(f"{(match[1] or '').strip()}{match[2]}")
    return (
        None if seconds is None else _day_part(text[: match.start()].rstrip(" ,T"), seconds, zone)
    )


def _day_part(text: str, seconds: int | None, zone: str) -> DateText | None:
    for pattern, order, dotted in (
        (_ISO, "ymd", False),
        (_PACKED, "ymd", False),
        (_THREE, "", True),
        (_CHINESE, "ymd", False),
    ):
        match = pattern.fullmatch(text)
        if match:
            numbers = [int(part) for part in match.groups() if part.isdigit()]
            is_dotted = dotted and match[2] == "."
            digits = len(match[4]) if dotted else 4
            return DateText(
                (numbers[0], numbers[1], numbers[2]), order, is_dotted, digits, seconds, zone
            )
    return _worded(text, seconds, zone)


def _week(text: str) -> tuple[int, int] | None:
    """Return the year and the number of a calendar week, such as `KW 12/2027` or `2027-W12`."""
    match = _WEEK.fullmatch(text)
    if match is None:
        return None
    word = (match[1] or match[5] or "").casefold()
    if word not in _WEEK_SIGNS and "week" not in lexicon().units_of(word):
        return None
    return int(match[3] or match[4]), int(match[2] or match[6])


def bare_week(text: str) -> int | None:
    """Return the number of a calendar week that is written without its year; None if it is none.

    >>> bare_week("KW 49"), bare_week("49. KW"), bare_week("W 7"), bare_week("M 7")
    (49, 49, 7, None)
    """
    match = _BARE_WEEK.fullmatch(plain(text)) if seems_date(text) else None
    if match is None or bool(match[1]) == bool(match[3]) or not 1 <= int(match[2]) <= 53:
        return None
    word = (match[1] or match[3]).casefold()
    is_week = word in _WEEK_SIGNS if match[1] else word in ("kw", "周")
    return int(match[2]) if is_week or "week" in lexicon().units_of(word) else None


def week_near(week: int, near: date) -> date | None:
    """Return the last day of a calendar week, in the year in which it is nearest to `near`.

    >>> week_near(1, date(2026, 11, 26)).isoformat()
    '2027-01-10'
    """
    days = [_last_day_of_week(near.year + off, week) for off in (-1, 0, 1)]
    return min(filter(None, days), key=lambda day: abs(day - near), default=None)


def _worded(text: str, seconds: int | None, zone: str) -> DateText | None:
    week = _week(text)
    if week is not None:
        return DateText((*week, 7), "week", False, 4, seconds, zone, is_week=True)
    for pattern, day, name, year_at in ((_DAY_MONTH, 1, 2, 3), (_MONTH_DAY, 2, 1, 3)):
        match = pattern.fullmatch(text)
        month = month_of(match[name]) if match else None
        if match and month:
            numbers = (int(match[day]), month, int(match[year_at]))
            return DateText(numbers, "dmy", False, len(match[year_at]), seconds, zone)
    weekday = _WEEKDAY.match(text)
    if weekday and month_of(weekday[1]) is None:
        return _day_part(text[weekday.end() :], seconds, zone)
    return None


def day_of(parts: DateText, order: str) -> date | None:
    """Return the day `parts` mean when open numbers stand in `order`; None if there is none."""
    first, second, third = parts.numbers
    order = parts.order or order
    if order == "week":
        return _last_day_of_week(first, second)
    if order == "ymd":
        year, month, day = first, second, third
    else:
        day, month, year = (first, second, third) if order == "dmy" else (second, first, third)
    if parts.year_digits == 2:
        year = year + 2000 if year < 80 else year + 1900
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def _last_day_of_week(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 7)
    except ValueError:
        return None


def is_serial(number: float) -> bool:
    """Return whether Excel may mean a day by a number: one from 1949 to 2119."""
    return _EARLIEST_SERIAL <= number <= _LATEST_SERIAL


def is_packed(text: str) -> bool:
    """Return whether a text is eight digits, such as 20270131."""
    return _PACKED.fullmatch(text) is not None


def from_serial(serial: float, *, date_1904: bool) -> Moment | None:
    """Return the moment an Excel serial number means; None outside 1954 to 2119.

    The 1900 system counts from 1899-12-30 (it believes in 29 February 1900), the 1904 system from
    1904-01-01.

    >>> from_serial(46349.5, date_1904=False).text
    '2026-11-23T12:00'
    """
    if not is_serial(serial):
        return None
    whole = int(serial)
    seconds = round((serial - whole) * 86400)
    start = date(1904, 1, 1) if date_1904 else date(1899, 12, 30)
    return Moment(start + timedelta(days=whole), seconds or None)


def swapped(day: date) -> date:
    """Return `day` with month and day exchanged, as a spreadsheet of the wrong country did."""
    return date(day.year, day.day, day.month) if day.day <= 12 else day
