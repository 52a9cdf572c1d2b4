"""What the cells of a column look like, whatever its heading says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import median

from planner.intake.files.cells import Cell, Row, is_nothing, shown
from planner.intake.formats.amounts import number
from planner.intake.formats.clocks import seconds_of_day
from planner.intake.formats.dates import ORDERS, bare_week, day_of, seems_date, taken_apart
from planner.intake.formats.durations import is_clock, worded_minutes
from planner.intake.formats.weekdays import weekdays_of
from planner.intake.headings.lexicon import folded, lexicon

SAMPLED_ROWS = 500
EXAMPLES = 3
_TIMES = frozenset(["second", "minute", "hour", "day", "week", "shift", "month"])
_GROUPS = ("status", "priority", "yes_no", "process")


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Profile:
    """What kinds of values a column holds, as shares of its filled cells.

    `filled` is the share of rows that have a cell; `texts` are the filled cells, as text.
    """

    rows: int = 0
    texts: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = field(default=(), repr=False)
    numbers: tuple[float | None, ...] = field(default=(), repr=False)  # one for each row
    dates: float = 0.0
    weeks: float = 0.0  # without a year: KW 49
    timed: float = 0.0
    amounts: float = 0.0
    whole: float = 0.0
    clocks: float = 0.0
    durations: float = 0.0
    clocked: float = 0.0
    coded: float = 0.0
    spaced: float = 0.0
    with_unit: float = 0.0
    money: float = 0.0

    @property
    def count(self) -> int:
        """Return how many cells are filled."""
        return len(self.texts)

    @property
    def filled(self) -> float:
        """Return the share of rows that have a cell."""
        return self.count / self.rows if self.rows else 0.0

    @cached_property
    def values(self) -> Mapping[str, int]:
        """Return how often each value occurs."""
        found: dict[str, int] = {}
        for text in self.texts:
            key = folded(text)
            found[key] = found.get(key, 0) + 1
        return found

    @property
    def unique(self) -> float:
        """Return the share of filled cells that differ."""
        return len(self.values) / self.count if self.count else 0.0

    @cached_property
    def figures(self) -> tuple[float, ...]:
        """Return the numbers of the column."""
        return tuple(value for value in self.numbers if value is not None)

    @cached_property
    def middle(self) -> float:
        """Return the median of the numbers; 0 without any."""
        return median(self.figures) if self.figures else 0.0

    @cached_property
    def rising(self) -> float:
        """Return the share of steps from row to row at which the value does not fall."""
        keys = self.figures if self.amounts > 0.9 else self.texts
        steps = list(pairwise(keys))
        return sum(a <= b for a, b in steps) / len(steps) if steps else 0.0  # type: ignore[operator]

    @property
    def is_dates(self) -> bool:
        """Return whether nearly all cells are dates."""
        return self.dates >= 0.8

    @property
    def is_numbers(self) -> bool:
        """Return whether nearly all cells are numbers and no dates."""
        return self.amounts >= 0.9 and self.dates < 0.5

    @property
    def is_words(self) -> bool:
        """Return whether most cells are neither numbers nor dates nor durations."""
        return bool(self.count) and self.amounts < 0.5 and self.dates < 0.5 and self.durations < 0.5

    @cached_property
    def meant(self) -> Mapping[str, float]:
        """Return, for each group of known words, the share of cells that are one."""
        known, shares = lexicon(), {}
        for group in _GROUPS:
            hits = sum(count for text, count in self.values.items() if known.value(group, text))
            shares[group] = hits / self.count if self.count else 0.0
        days = sum(n for text, n in self.values.items() if weekdays_of(text) is not None)
        shares["weekdays"] = days / self.count if self.count and self.amounts < 0.5 else 0.0
        return shares

    @cached_property
    def time_units(self) -> float:
        """Return the share of cells that are a unit of time, and of nothing else."""
        known = lexicon()
        hits = sum(
            count
            for text, count in self.values.items()
            if (found := known.units_of(text)) and set(found) <= _TIMES
        )
        return hits / self.count if self.count else 0.0

    @cached_property
    def units(self) -> float:
        """Return the share of cells that are a unit."""
        known = lexicon()
        hits = sum(count for text, count in self.values.items() if known.units_of(text))
        return hits / self.count if self.count else 0.0

    @property
    def examples(self) -> tuple[str, ...]:
        """Return a few different cells."""
        return tuple(dict.fromkeys(text[:60] for text in self.texts))[:EXAMPLES]


def profiles(rows: Sequence[Row], width: int) -> tuple[Profile, ...]:
    """Return the profile of each column over the first data rows."""
    sampled = rows[:SAMPLED_ROWS]
    return tuple(
        profile_of([row[index] if index < len(row) else "" for row in sampled])
        for index in range(width)
    )


def profile_of(cells: Sequence[Cell]) -> Profile:
    """Return the profile of the cells of a column."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    if not filled:
        return Profile(rows=len(cells), numbers=(None,) * len(cells))
    seen: dict[tuple[type, Cell], _Looks] = {}
    looks = []
    for cell in filled:
        key = (cell.__class__, cell)
        if key not in seen:
            seen[key] = _looks(cell)
        looks.append(seen[key])
    numbers = iter(looks)
    count = len(filled)
    return Profile(
        rows=len(cells),
        texts=tuple(look.text for look in looks),
        cells=tuple(filled[:50]),
        numbers=tuple(None if is_nothing(cell) else next(numbers).value for cell in cells),
        dates=sum(look.is_date for look in looks) / count,
        weeks=sum(look.is_week for look in looks) / count,
        timed=sum(look.has_time for look in looks) / count,
        amounts=sum(look.value is not None for look in looks) / count,
        whole=sum(look.value is not None and look.value.is_integer() for look in looks) / count,
        clocks=sum(look.is_clock for look in looks) / count,
        durations=sum(look.is_duration for look in looks) / count,
        clocked=sum(look.is_clocked for look in looks) / count,
        coded=sum(any(c.isdigit() for c in look.text) for look in looks) / count,
        spaced=sum(" " in look.text for look in looks) / count,
        with_unit=sum(look.has_unit for look in looks) / count,
        money=sum(any(c in look.text for c in "€$£¥") for look in looks) / count,
    )


@dataclass(frozen=True, slots=True)
class _Looks:
    text: str
    value: float | None = None
    is_date: bool = False
    is_week: bool = False
    has_time: bool = False
    is_clock: bool = False
    is_clocked: bool = False
    is_duration: bool = False
    has_unit: bool = False


def _looks(cell: Cell) -> _Looks:
    text = shown(cell)
    if isinstance(cell, datetime):
        has_time = (cell.hour, cell.minute) != (0, 0)
        return _Looks(text, is_date=True, has_time=has_time)
    if isinstance(cell, date):
        return _Looks(text, is_date=True)
    if isinstance(cell, time | timedelta):
        return _Looks(text, is_clock=isinstance(cell, time), is_duration=True, is_clocked=True)
    if not isinstance(cell, str):
        return _Looks(text, value=None if isinstance(cell, bool) else float(cell))
    return _looks_of_text(text)


def _looks_of_text(text: str) -> _Looks:
    parts = taken_apart(text) if seems_date(text) else None
    if parts is not None and text.isdigit() and not any(day_of(parts, o) for o in ORDERS):
        parts = None
    found = number(text, ".") or number(text, ",")
    is_clocked = is_clock(text)
    is_week = parts is None and bare_week(text) is not None
    is_worded = (
        parts is None
        and not is_week
        and (worded_minutes(text, ".") is not None or worded_minutes(text, ",") is not None)
    )
    return _Looks(
        text,
        value=None if found is None or is_worded else float(found.number),
        is_date=parts is not None,
        is_week=parts is None and bare_week(text) is not None,
        has_time=parts is not None and parts.seconds is not None,
        is_clock=is_clocked and seconds_of_day(text) is not None,
        is_clocked=is_clocked,
        is_duration=is_worded,
        has_unit=found is not None and found.unit != "",
    )
