"""One cell to its canonical text, or to the problem that a user has to fix."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from fractions import Fraction

from planner.intake.files.cells import NO_DATES, Cell, is_no_name, is_nothing, shown
from planner.intake.formats.amounts import MARK_NAME, number
from planner.intake.formats.changeovers import changeover, state
from planner.intake.formats.choices import process, yesno
from planner.intake.formats.clocks import clock_text, seconds_of_day
from planner.intake.formats.column_format import Format
from planner.intake.formats.dates import (
    ORDER_NAME,
    DateText,
    Moment,
    bare_week,
    day_of,
    from_serial,
    swapped,
    taken_apart,
    week_near,
)
from planner.intake.formats.durations import minutes_of, minutes_text
from planner.intake.formats.priorities import rank, weight_of, word_weight
from planner.intake.formats.problems import Converted, Converter, Problem, short
from planner.intake.formats.weekdays import weekdays_of, weekdays_text

_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+\d{2,}", re.IGNORECASE)
_ERROR_CELL = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|UNCALCULATED!|NV|BEZUG!|WERT!|ZAHL!|[#]+)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s*[|;\n]\s*|,\s+|\s+/\s+|(?<=\D),(?=\D)|(?<=\d),(?=\D)|、|，")
LARGEST = 10**12


# Zero-width spaces and joiners, soft hyphens and marks of byte order.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def visible(text: str) -> str:
    """Return a text without what nobody sees, accents composed: two that look alike are one."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_UNSEEN)).strip()


def text(cell: Cell, _form: Format) -> str:
    """Return text as it stands, without characters that nobody sees."""
    return visible(shown(cell))


def family(cell: Cell, form: Format) -> str:
    """Return the name of a family, or of a value that families are made of."""
    return text(cell, form)


def identity(cell: Cell, form: Format) -> Converted:
    """Return the name of an order or a machine; refuses what a spreadsheet has damaged."""
    found = text(cell, form)
    if found[:1] == "'" and found.count("'") == 1:  # how a spreadsheet marks digits as text
        found = found[1:]
    if _SCIENTIFIC.fullmatch(found) or (isinstance(cell, float) and "e" in found):
        return Problem(
            "damaged_id",
            f"{found} is a number that a spreadsheet has shortened; its digits are lost",
            "Export the column as text from the system it is from.",
        )
    if len(found) > 200:
        return Problem("name_length", f"{len(found)} characters are no name", "Shorten it to 200.")
    if found == "*":
        return Problem("name", "* stands for anything and is no name", "Write a name.")
    return found


def amount(cell: Cell, form: Format) -> Converted:
    """Return a plain decimal number; its unit is read by `unit_beside`."""
    found = number(cell, form.decimal)
    if found is None:
        return _no_number(cell, form)
    if abs(found.number) > LARGEST:
        return Problem(
            "number_range", f"{shown(cell)} is more than {LARGEST:,}", "Check the number."
        )
    if found.number < 0:
        return Problem(
            "negative", f"{shown(cell)} is negative", "Write 0 or more, or delete the row."
        )
    if form.factor:
        return minutes_text(Fraction(found.number) * Fraction(form.factor))
    return f"{found.number.normalize():f}"


def quantity(cell: Cell, form: Format) -> Converted:
    """Return a quantity above 0."""
    found = amount(cell, form)
    if found == "0":
        return Problem("zero", "an order for nothing", "Write the quantity, or delete the row.")
    return found


def _no_number(cell: Cell, form: Format) -> Problem:
    mark = MARK_NAME.get(form.decimal)
    return Problem(
        "number",
        f"{short(cell)} is not a number" + (f" with a decimal {mark}" if mark else ""),
        "Write a number, with a unit behind it if you like.",
    )


def unit_beside(cell: Cell, decimal: str) -> str:
    """Return the unit written beside a number."""
    found = number(cell, decimal) if isinstance(cell, str) else None
    return found.unit if found else ""


def moment(cell: Cell, form: Format) -> Converted:
    """Return an ISO date, with a time of day where the cell has one."""
    found = moment_of(cell, form)
    if isinstance(found, Problem):
        return "" if shown(cell)[:10] in NO_DATES else found
    return found.day.isoformat() if form.whole_days else found.text


def _after_origin(cell: Cell, form: Format) -> Moment | Problem:
    """Return the moment that lies so many hours or days after the origin."""
    minutes = minutes_of(cell, unit=form.unit, decimal=form.decimal)
    if minutes is None or not 0 <= minutes <= 10**7:
        return _no_date(cell, form)
    found = datetime.fromisoformat(form.origin) + timedelta(minutes=float(minutes))
    return Moment(found.date(), found.hour * 3600 + found.minute * 60 + found.second)


def moment_of(cell: Cell, form: Format) -> Moment | Problem:
    """Return the moment a cell means."""
    if form.origin and not isinstance(cell, date):
        return _after_origin(cell, form)
    if isinstance(cell, date):
        return _native(cell, form)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return _no_date(cell, form)
    whole = shown(cell)
    parts = taken_apart(whole)
    if parts is not None:
        day = day_of(parts, form.date_order)
        return _moment(day, parts, form) or _no_date(cell, form)
    week = bare_week(whole) if form.near else None
    if week is not None:
        day = week_near(week, date.fromisoformat(form.near))
        return _week(day, form) or _no_date(cell, form)
    serial = number(whole, ",") or number(whole, ".")
    found = None
    if serial is not None and not serial.unit:
        found = from_serial(float(serial.number), date_1904=form.date_1904)
    return found or _no_date(cell, form)


def _moment(day: date | None, parts: DateText, form: Format) -> Moment | None:
    if day is None or parts.is_week:
        return _week(day, form)
    return Moment(day, parts.seconds, parts.zone)


def _week(last: date | None, form: Format) -> Moment | None:
    """Return the day that stands for the week which ends with `last`."""
    if last is None:
        return None
    return Moment(last - timedelta(days=6) if form.week_begins else last, is_week=True)


def _native(cell: date, form: Format) -> Moment | Problem:
    if not 1970 <= cell.year <= 2199:
        return _no_date(cell, form)
    day = date(cell.year, cell.month, cell.day)
    if form.native == "swap":
        day = swapped(day)
    if not isinstance(cell, datetime):
        return Moment(day)
    seconds = cell.hour * 3600 + cell.minute * 60 + cell.second + round(cell.microsecond / 1e6)
    return Moment(day, seconds)


def _no_date(cell: Cell, form: Format) -> Problem:
    order = ORDER_NAME.get(form.date_order)
    return Problem(
        "date",
        f"{short(cell)} is not a date" + (f" with the {order}" if order else ""),
        "Write a date such as 2026-03-31, or leave the cell empty.",
    )


def duration(cell: Cell, form: Format) -> Converted:
    """Return minutes as decimal text."""
    found = minutes_of(cell, unit=form.unit, decimal=form.decimal)
    if found is None:
        return Problem(
            "duration",
            f"{short(cell)} is not a duration",
            "Write 90 min, 1:30 or 1.5 h.",
        )
    if found < 0:
        return Problem("negative", f"{shown(cell)} is negative", "Write 0 or more.")
    if found > 10**7:
        return Problem("number_range", f"{shown(cell)} is more than 19 years", "Check the unit.")
    return minutes_text(found * Fraction(form.factor) if form.factor else found)


def clock(cell: Cell, _form: Format) -> Converted:
    """Return a time of day as HH:MM."""
    seconds = seconds_of_day(cell)
    if seconds is None or seconds % 60:
        return Problem("time", f"{short(cell)} is not a time of day", "Write 14:30.")
    return clock_text(seconds)


def weekdays(cell: Cell, _form: Format) -> Converted:
    """Return weekdays such as `Mon Tue`."""
    days = weekdays_of(shown(cell))
    if days is None:
        return Problem("weekdays", f"{short(cell)} names no weekdays", "Write Mon-Fri or Sat.")
    return weekdays_text(days)


def machines(cell: Cell, form: Format) -> Converted:
    """Return the names of machines as `A|B`."""
    found = text(cell, form)
    return "|".join(dict.fromkeys(part for part in _SEVERAL.split(found) if part))


def priority(cell: Cell, form: Format) -> Converted:
    """Return a weight of at least 1; the direction and the scale are in the format's unit."""
    if form.unit in ("ignore", "?", ""):
        return ""
    worded = word_weight(cell) if isinstance(cell, str) else None
    if form.unit == "words" and worded is not None:
        return str(worded)
    value = rank(cell)
    if form.unit == "weights" and value is not None and value >= 0 and value.denominator == 1:
        return str(value)
    scale = form.unit.split()
    weight = None
    if value is not None and len(scale) == 3:
        weight = weight_of(value, scale[0], int(scale[1]), int(scale[2]))
    if weight is None:
        return Problem(
            "priority",
            f"{short(cell)} is no priority",
            "Write a whole number or a word such as high.",
        )
    return str(weight)


def error_cell(cell: Cell) -> Problem | None:
    """Return the problem of a cell that holds a spreadsheet's error."""
    if isinstance(cell, str) and cell[:1] == "#" and _ERROR_CELL.fullmatch(cell.strip()):
        return Problem(
            "error_cell",
            f"the cell holds the error {cell.strip()}",
            "Put the formula right, or empty the cell.",
        )
    return None


CONVERTERS: dict[str, Converter] = {
    "changeover": changeover,
    "state": state,
    "text": text,
    "quantity": quantity,
    "number": amount,
    "duration": duration,
    "date": moment,
    "clock": clock,
    "yesno": yesno,
    "process": process,
    "weekdays": weekdays,
    "machines": machines,
    "priority": priority,
}
IDENTITIES = frozenset(
    ["order_id", "product", "machine_id", "current_machine", "pinned_machine", "line_item"]
)


# What planners name with any word, such as none.
NAMED = frozenset((family, state))


def converted(cell: Cell, form: Format, convert: Converter) -> Converted:
    """Return the canonical text of a cell, "" for none."""
    problem = error_cell(cell)
    if problem is not None:
        return problem
    is_empty = is_no_name if convert in NAMED else is_nothing
    if is_empty(cell) and convert is not changeover:
        return ""
    return convert(cell, form)
