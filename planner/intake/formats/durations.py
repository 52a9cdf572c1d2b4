"""Durations as people write them: `7,5 h`, `1:30`, `90 min`, `1h30`, `PT1H30M`; all to minutes."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import NumberEvidence, number, plain

_UNITS = (
    (
        Fraction(1, 60),
        """s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos 秒""",
    ),
    (Fraction(1), "m min mins minute minutes minuten minuto minutos mn ' 分 分钟 分鐘"),
    (
        Fraction(60),
        "h hr hrs hour hours std stdn stunde stunden heure heures hora horas hur 小时 时 小時",
    ),
    (Fraction(1440), "d day days tag tage tg jour jours dia dias día días j 天 日"),
)
MINUTES = {unit: minutes for minutes, units in _UNITS for unit in units.split()}
UNIT_NAME = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days of 24 hours"}

_CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?(?:\s*(?:h|std|hrs?)\.?)?", re.IGNORECASE)
_ISO = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*(\d[\d.,]*)\s*([^\W\d_]+|')\.?\s*")
_TAIL = re.compile(r"\s*(\d{1,2})\s*")


def unit_minutes(unit: str) -> Fraction | None:
    """Return how many minutes a unit has; None if the word is no unit of time.

    >>> unit_minutes("Std."), unit_minutes("kg")
    (Fraction(60, 1), None)
    """
    return MINUTES.get(unit.strip(" .").casefold())


def minutes_of(cell: Cell, *, unit: str, decimal: str) -> Fraction | None:
    """Return the minutes a cell means; a bare number counts in `unit`.

    None for what is no duration, or for a bare number without a known unit.

    >>> minutes_of("7,5 h", unit="", decimal=","), minutes_of("1:30", unit="", decimal=".")
    (Fraction(450, 1), Fraction(90, 1))
    """
    if isinstance(cell, timedelta):
        return Fraction(cell // timedelta(microseconds=1), 60_000_000)
    if isinstance(cell, datetime):
        return None
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute + Fraction(cell.second, 60)
    worded = worded_minutes(plain(cell), decimal) if isinstance(cell, str) else None
    if worded is not None:
        return worded
    amount = number(cell, decimal)
    if amount is None:
        return None
    minutes = unit_minutes(amount.unit or unit)
    return None if minutes is None else Fraction(amount.number) * minutes


def worded_minutes(text: str, decimal: str) -> Fraction | None:
    """Return the minutes of a text that says its own unit; None if it does not."""
    negative, text = text.startswith("-"), text.lstrip("-")
    found = _clock_minutes(text)
    if found is None:
        found = _iso_minutes(text)
    if found is None:
        found = _parted_minutes(text, decimal)
    return -found if found is not None and negative else found


def _clock_minutes(text: str) -> Fraction | None:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    return int(match[1]) * 60 + int(match[2]) + Fraction(int(match[3] or 0), 60)


def _iso_minutes(text: str) -> Fraction | None:
    match = _ISO.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    parts = [Fraction((part or "0").replace(",", ".")) for part in match.groups()]
    days, hours, minutes, seconds = parts
    return days * 1440 + hours * 60 + minutes + seconds / 60


def _parted_minutes(text: str, decimal: str) -> Fraction | None:
    total, position, last = Fraction(0), 0, Fraction(0)
    while match := _PART.match(text, position):
        minutes, amount = unit_minutes(match[2]), number(match[1], decimal)
        if minutes is None or amount is None:
            return None
        total, position, last = total + Fraction(amount.number) * minutes, match.end(), minutes
    tail = _TAIL.fullmatch(text, position)
    if tail and last == 60:  # `1h30`: what follows hours is minutes
        return total + int(tail[1])
    return total if position and position == len(text) else None


def minutes_text(minutes: Fraction) -> str:
    """Return minutes as decimal text; what has no end is cut after nine places.

    Cut, not rounded up: who rounds up to whole units later then gets what the exact value gives.

    >>> minutes_text(Fraction(15, 2)), minutes_text(Fraction(1, 3))
    ('7.5', '0.333333333')
    """
    value = Decimal(minutes * 10**9 // 1).scaleb(-9)
    return f"{value.normalize():f}"


@dataclass(slots=True)
class DurationEvidence:
    """What all cells of a column say about their unit and decimal mark."""

    bare: int = 0
    clocks: int = 0
    worded: int = 0
    whole: bool = True
    largest: float = 0.0
    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    seen: set[str] = field(default_factory=set)

    @property
    def looks_like_minutes(self) -> bool:
        """Return whether the bare numbers would be odd as hours."""
        return self.largest >= (25 if self.whole else 60)

    def add(self, cell: Cell) -> None:
        """Take one cell into account; a text seen before counts once."""
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            return
        if not isinstance(cell, str):
            self._add_bare(float(cell))
            return
        if cell in self.seen:
            return
        if len(self.seen) < 5_000:
            self.seen.add(cell)
        text = plain(cell)
        self.clocks += _CLOCK.fullmatch(text) is not None
        digits = text.rstrip("'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .小时分钟秒天")
        self.numbers.add(digits)
        if worded_minutes(text, ".") is None and worded_minutes(text, ",") is None:
            amount = number(text, ".") or number(text, ",")
            if amount is not None and not amount.unit:
                self._add_bare(float(amount.number))
        else:
            self.worded += 1

    def _add_bare(self, value: float) -> None:
        self.bare += 1
        self.whole = self.whole and value.is_integer()
        self.largest = max(self.largest, value)
