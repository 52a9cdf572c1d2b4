"""Durations as people write them: `7,5 h`, `1:30`, `90 min`, `1h30`, `PT1H30M`; all to minutes."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import NumberEvidence, number, plain
from planner.intake.headings.lexicon import lexicon

_MINUTES = {
    "second": Fraction(1, 60),
    "minute": Fraction(1),
    "hour": Fraction(60),
    "day": Fraction(1440),
    "week": Fraction(7 * 1440),
}
# Signs that every language has.
_SIGNS = {"s": "second", "sec": "second", "min": "minute", "'": "minute", "m": "minute"} | {
    "h": "hour",
    "hr": "hour",
    "d": "day",
    '"': "second",
}
UNIT_NAME = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days of 24 hours"}
LONGEST = 60  # characters; no duration is longer

_CLOCK = re.compile(
    r"(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?(?:h|std|hrs?|uhr)\.?)?", re.I
)
_DAYS_CLOCK = re.compile(
    r"(\d{1,4}) ?([^\W\d_]{1,8})\.?,? (\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)"
)
_ISO = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(\d[\d.,]*)|([^\W\d_]+|['\"])|[\s.+&~≈]+")


def is_clock(text: str) -> bool:
    """Return whether a text has the form of `1:30`."""
    return len(text) <= LONGEST and _CLOCK.fullmatch(plain(text)) is not None


def unit_minutes(unit: str) -> Fraction | None:
    """Return how many minutes a unit has; None if the word is no unit of time.

    >>> unit_minutes("Std."), unit_minutes("kg")
    (Fraction(60, 1), None)
    """
    name = unit.strip(" .").casefold()
    if name in _SIGNS:
        return _MINUTES[_SIGNS[name]]
    named = [known for known in lexicon().units_of(name) if known in _MINUTES]
    return _MINUTES[named[0]] if named else None


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
    worded = worded_minutes(cell, decimal) if isinstance(cell, str) else None
    if worded is not None:
        return worded
    amount = number(cell, decimal)
    if amount is None:
        return None
    minutes = unit_minutes(amount.unit or unit)
    return None if minutes is None else Fraction(amount.number) * minutes


def worded_minutes(text: str, decimal: str) -> Fraction | None:
    """Return the minutes of a text that says its own unit; None if it does not.

    >>> worded_minutes("0 days 05:30:00", "."), worded_minutes("5 h 40", ".")
    (Fraction(330, 1), Fraction(340, 1))
    """
    if len(text) > LONGEST:
        return None
    text = plain(text)
    negative, text = text.startswith("-"), text.lstrip("-")
    found = _clock_minutes(text)
    if found is None:
        found = _iso_minutes(text)
    if found is None:
        found = _parted_minutes(text, decimal)
    return -found if found is not None and negative else found


def _clock_minutes(text: str) -> Fraction | None:
    days = _DAYS_CLOCK.fullmatch(text)
    if days is not None and unit_minutes(days[2]) == 1440:
        rest = _clock_minutes(days[3])
        return None if rest is None else int(days[1]) * 1440 + rest
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    return int(match[1]) * 60 + int(match[2]) + Fraction(int(match[3] or 0), 60)


def _iso_minutes(text: str) -> Fraction | None:
    match = _ISO.fullmatch(text) if text[:1] in "pP" else None
    if match is None or not any(match.groups()):
        return None
    parts = [Fraction((part or "0").replace(",", ".")) for part in match.groups()]
    days, hours, minutes, seconds = parts
    return days * 1440 + hours * 60 + minutes + seconds / 60


def _parted_minutes(text: str, decimal: str) -> Fraction | None:
    """Read numbers, each with its unit behind it; a last number counts in the next smaller unit."""
    total, last, waiting, position = Fraction(0), Fraction(0), "", 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match[1]:
            if waiting:
                return None
            waiting = match[1]
        elif match[2]:
            minutes, amount = unit_minutes(match[2]), number(waiting, decimal) if waiting else None
            if minutes is None or amount is None or (last and minutes >= last):
                return None
            total, last, waiting = total + Fraction(amount.number) * minutes, minutes, ""
    if not last:
        return None
    if not waiting:
        return total
    smaller = {Fraction(60): Fraction(1), Fraction(1): Fraction(1, 60)}.get(last)
    is_rest = smaller is not None and waiting.isdigit() and len(waiting) <= 2 and int(waiting) < 60
    return total + int(waiting) * smaller if is_rest and smaller is not None else None


def minutes_text(minutes: Fraction) -> str:
    """Return minutes as decimal text; what has no end is cut after nine places.

    Cut, not rounded up: who rounds up to whole units later then gets what the exact value gives.

    >>> minutes_text(Fraction(15, 2)), minutes_text(Fraction(1, 3))
    ('7.5', '0.333333333')
    """
    value = Decimal(minutes * 10**9 // 1).scaleb(-9)
    return f"{value.normalize():f}"


def _digits(text: str) -> str:
    """Return the number a text of one number and its unit begins with."""
    end = len(text)
    while end and not (text[end - 1].isdigit()):
        end -= 1
    return text[:end]


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
        self.numbers.add(_digits(text))
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
