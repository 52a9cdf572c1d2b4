"""What the text of one cell means. Each function here takes a cell that is not empty."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from planner.calendars import MINUTES_A_DAY, WEEKDAYS
from planner.errors import BadCellError

T = TypeVar("T")
Parser = Callable[[str], T]

IMPORT_HINT = "Convert the file with `planner import`, which reads what other programs write."

EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)
LONGEST_NAME = 200
LARGEST_NUMBER = Decimal(10**12)
# More than 19 years; in seconds it still fits 32 bits.
LONGEST_MINUTES = Decimal(10**7)
# What `no` among the minutes of changeovers is read as; no other is below 0.
NOT_POSSIBLE = Fraction(-1)
FIRST_YEAR, LAST_YEAR = 1970, 2199

_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(:00)?", re.ASCII)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def name(cell: str) -> str:
    """Return the name of something; `*` and very long texts are not names."""
    if cell == "*":
        raise BadCellError("name", "* stands for anything and is not a name", "Write a name.")
    if len(cell) > LONGEST_NAME:
        raise BadCellError(
            "name",
            f"a name of {len(cell)} characters; the longest allowed has {LONGEST_NAME}",
            "Check whether a quotation mark is missing, or shorten it.",
        )
    return cell


def names(cell: str) -> tuple[str, ...]:
    """Return the names in `A|B`.

    >>> names("A | B")
    ('A', 'B')
    """
    found = tuple(dict.fromkeys(part.strip() for part in cell.split("|")))
    if "" in found:
        raise BadCellError("name", f"{cell!r} has an empty name", "Write names like A|B.")
    return found


def number(cell: str) -> Decimal:
    """Return a plain decimal number of any sign."""
    if not _NUMBER.fullmatch(cell):
        comma = _COMMA_NUMBER.fullmatch(cell)
        raise BadCellError(
            "number",
            f"{cell[:40]!r} is not a number",
            "Write a decimal point, not a comma. " + IMPORT_HINT
            if comma
            else "Write digits with at most one decimal point, such as 12.5.",
        )
    value = Decimal(cell)
    if abs(value) > LARGEST_NUMBER:
        raise BadCellError(
            "number_range",
            f"{cell[:40]} is more than {LARGEST_NUMBER:,}",
            "Check the number; a larger unit may help.",
        )
    return value


def above_zero(cell: str) -> Decimal:
    """Return a number above 0."""
    value = number(cell)
    if value <= 0:
        raise BadCellError("number_range", f"{cell} is not above 0", "Write a number above 0.")
    return value


def from_zero(cell: str) -> Decimal:
    """Return a number that is 0 or more."""
    value = number(cell)
    if value < 0:
        raise BadCellError("number_range", f"{cell} is negative", "Write 0 or more.")
    return value


def whole(cell: str) -> int:
    """Return a whole number that is 0 or more."""
    value = from_zero(cell)
    if value != int(value):
        raise BadCellError("whole_number", f"{cell} is not a whole number", "Write a whole number.")
    return int(value)


def batch_count(cell: str) -> int:
    """Return the most batches there may be before something must happen: 1 or more."""
    count = whole(cell)
    if count < 1:
        raise BadCellError("number_range", "without a batch nothing is made", "Write 1 or more.")
    return count


def up_to(most: int) -> Parser[int]:
    """Return a parser of whole numbers from 0 to `most`."""

    def parse(cell: str) -> int:
        value = whole(cell)
        if value > most:
            raise BadCellError("number_range", f"{cell} is more than {most:,}", "Check the number.")
        return value

    return parse


def run_minutes(cell: str) -> Fraction:
    """Return minutes above 0, exactly."""
    return _minutes(above_zero(cell))


def rate(cell: str) -> Fraction:
    """Return units per hour above 0, exactly."""
    return Fraction(above_zero(cell))


def wait_minutes(cell: str) -> Fraction:
    """Return minutes of 0 or more, exactly."""
    return _minutes(from_zero(cell))


def changeover_minutes(cell: str) -> Fraction:
    """Return minutes of 0 or more, exactly; NOT_POSSIBLE for `no`.

    >>> changeover_minutes("12.5"), changeover_minutes("no") == NOT_POSSIBLE
    (Fraction(25, 2), True)
    """
    if cell.lower() == "no":
        return NOT_POSSIBLE
    return _minutes(from_zero(cell))


def _minutes(value: Decimal) -> Fraction:
    if value > LONGEST_MINUTES:
        raise BadCellError(
            "number_range",
            f"{value:f} minutes are more than {LONGEST_MINUTES:,}",
            "Check the number: it counts minutes.",
        )
    return Fraction(value)


def speed(cell: str) -> Fraction:
    """Return a machine's speed: 1 is normal, 2 is twice as fast."""
    value = above_zero(cell)
    if not Decimal("0.001") <= value <= 1000:
        raise BadCellError(
            "number_range", f"speed {cell} is not within 0.001 to 1000", "1 is the normal speed."
        )
    return Fraction(value)


def yes_no(cell: str) -> bool:
    """Return whether the cell says yes."""
    answer = _YES_NO.get(cell.lower())
    if answer is None:
        raise BadCellError("yes_or_no", f"{cell[:40]!r} is neither yes nor no", "Write yes or no.")
    return answer


def moment(cell: str) -> datetime:
    """Return an ISO date and time; a date alone means 00:00 of that day."""
    if not _MOMENT.fullmatch(cell):
        raise BadCellError(
            "date",
            f"{cell[:40]!r} is not an ISO date",
            "Write 2026-03-31 or 2026-03-31T14:30. " + IMPORT_HINT,
        )
    try:
        value = datetime.fromisoformat(cell)
    except ValueError as error:
        raise BadCellError("date", f"{cell} does not exist: {error}", "Check the date.") from error
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadCellError(
            "date_range",
            f"{cell} is not within the years {FIRST_YEAR} to {LAST_YEAR}",
            "Check the year; where there is no date, leave the cell empty.",
        )
    return value


def latest_moment(cell: str) -> datetime:
    """Return an ISO date and time; a date alone means the end of that day."""
    value = moment(cell)
    return value + timedelta(days=1) if is_date_alone(cell) else value


def is_date_alone(cell: str) -> bool:
    """Return whether an ISO date comes without a time of day.

    >>> is_date_alone("2026-03-31"), is_date_alone("2026-03-31 06:00")
    (True, False)
    """
    return len(cell) == len("2026-03-31")


def day(cell: str) -> date:
    """Return an ISO date without a time of day."""
    value = moment(cell)
    if value.time() != time():
        raise BadCellError("date", f"{cell} has a time of day", "Write the date alone.")
    return value.date()


def time_of_day(cell: str) -> int:
    """Return the minutes from midnight to HH:MM; 24:00 is the end of the day.

    >>> time_of_day("06:30"), time_of_day("24:00")
    (390, 1440)
    """
    match = _TIME.fullmatch(cell)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or int(match[2]) > 59 or minutes > MINUTES_A_DAY:
        raise BadCellError(
            "time_of_day", f"{cell[:40]!r} is not a time of day", "Write 00:00 to 24:00."
        )
    return minutes


def weekdays(cell: str) -> tuple[int, ...]:
    """Return the weekdays named, 0 is Monday; a range may go over the week's end.

    >>> weekdays("Mon-Wed Sat"), weekdays("Sat-Mon"), weekdays("daily")[-1]
    ((0, 1, 2, 5), (0, 5, 6), 6)
    """
    if cell.lower() == "daily":
        return tuple(range(7))
    found: set[int] = set()
    joined = "-".join(part.strip() for part in cell.replace(",", " ").split("-"))
    for part in joined.split():
        first, _, last = part.partition("-")
        start, end = _weekday(first, cell), _weekday(last or first, cell)
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(sorted(found))


def _weekday(text: str, cell: str) -> int:
    short = text.capitalize()
    if short not in WEEKDAYS:
        raise BadCellError(
            "weekdays",
            f"{cell[:40]!r} names no weekdays",
            "Write Mon-Fri, Mon, Sat Sun or daily.",
        )
    return WEEKDAYS.index(short)
