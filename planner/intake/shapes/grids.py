"""Grids of products by day, week or month: each cell is an order of that product by that time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from planner.intake.files.cells import Cell, CellTable, Row, is_nothing, shown
from planner.intake.formats.amounts import number
from planner.intake.formats.dates import day_of, taken_apart
from planner.intake.formats.months import month_of
from planner.intake.headings.lexicon import folded, lexicon
from planner.intake.reading.layout import names_of

ORDER, DUE, QUANTITY = "order no (row and column)", "due date (top)", "quantity (cell)"
_LEAST = 3  # periods
_SEARCHED = 40
_WEEK = re.compile(r"([^\W\d_]{1,10})\.? ?(\d{1,2})(?:[/ .-]{1,2}(\d{2}|\d{4}))?")
_YEAR_WEEK = re.compile(r"(20\d{2})[ /.-]?([^\W\d_]{1,5})?\.? ?(\d{1,2})")


@dataclass(frozen=True, slots=True)
class _Grid:
    header: int
    ids: tuple[int, ...]
    periods: tuple[tuple[int, str], ...]  # column, ISO day
    has_year: bool


def as_list(sheet: CellTable, answers: Mapping[str, str], today: date | None = None) -> CellTable:
    """Return a grid as a list of orders; other sheets as they are.

    Weeks and months without a year are the next ones; an answer `year` names another.
    """
    grid = _grid(sheet, answers, today or date.today())  # noqa: DTZ011 -- a day of the plant
    if grid is None:
        return sheet
    header = names_of(sheet.rows[grid.header])
    ids = [header[place] for place in grid.ids]
    rows: list[Row] = [(ORDER, *ids, DUE, QUANTITY)]
    numbers = [grid.header + 1]
    for index in range(grid.header + 1, len(sheet.rows)):
        row = sheet.rows[index]
        named: Row = tuple(_at(row, place) for place in grid.ids)
        if _is_total(named):
            continue
        for place, day in grid.periods:
            cell = _at(row, place)
            if _counts(cell):
                name = f"{shown(named[0])} {header[place][:20]}"
                rows.append((name, *named, day, cell))
                numbers.append(index + 1)
    left = [n for p, n in enumerate(header) if p not in grid.ids and p not in dict(grid.periods)]
    first, last = grid.periods[0], grid.periods[-1]
    said = (
        f"quantities under {header[first[0]]} to {header[last[0]]} are read as {len(rows) - 1} "
        f"orders, each due at the end of its column's time, {first[1]} to {last[1]}"
    )
    if left:
        said += f"; not {', '.join(left)}"
    if not grid.has_year:
        said += f"; the year is not given and taken as {first[1][:4]}: another as the answer year"
    return replace(
        sheet, rows=tuple(rows), numbers=tuple(numbers), assumptions=(*sheet.assumptions, said)
    )


def _at(row: Row, place: int) -> Cell:
    return row[place] if place < len(row) else ""


def _counts(cell: Cell) -> bool:
    if is_nothing(cell) or isinstance(cell, bool):
        return False
    found = number(shown(cell), ".") or number(shown(cell), ",")
    return found is not None and found.number != 0


def _is_total(named: Row) -> bool:
    words = folded(shown(next((cell for cell in named if cell != ""), ""))).split()
    totals = lexicon().rows.get("total", set())
    return not words or " ".join(words) in totals or words[0].strip(":") in totals


def _grid(sheet: CellTable, answers: Mapping[str, str], today: date) -> _Grid | None:
    for index, row in enumerate(sheet.rows[:_SEARCHED]):
        found = [(place, _period(cell)) for place, cell in enumerate(row)]
        periods = [(place, period) for place, period in found if period is not None]
        if len(periods) < _LEAST or not _are_consecutive(row, [place for place, _ in periods]):
            continue
        first = periods[0][0]
        ids = tuple(p for p in range(first) if shown(_at(row, p)))
        if not ids or not _holds_numbers(sheet.rows[index + 1 :], [p for p, _ in periods]):
            continue
        year = answers.get("year", "")
        days = _days([period for _, period in periods], int(year) if year.isdigit() else 0, today)
        if days is not None:
            places = [place for place, _ in periods]
            dated = all(period.year for _, period in periods)
            return _Grid(index, ids, tuple(zip(places, days, strict=True)), dated)
    return None


def _are_consecutive(row: Row, places: Sequence[int]) -> bool:
    inside = [place for place in range(places[0], places[-1] + 1) if shown(_at(row, place))]
    return len(places) >= 0.8 * len(inside)


def _holds_numbers(rows: Sequence[Row], places: Sequence[int]) -> bool:
    cells = [_at(row, place) for row in rows for place in places]
    filled = [cell for cell in cells if not is_nothing(cell)]
    numbers = sum(_counts(cell) or shown(cell) == "0" for cell in filled)
    return len(filled) > 1 and numbers > 0.8 * len(filled)


@dataclass(frozen=True, slots=True)
class _Period:
    """A day, or the week or month of a year (0: not given)."""

    day: date | None = None
    week: int = 0
    month: int = 0
    year: int = 0


def _period(cell: Cell) -> _Period | None:
    if isinstance(cell, datetime):
        return _Period(day=cell.date(), year=cell.year)
    if isinstance(cell, date):
        return _Period(day=cell, year=cell.year)
    if not isinstance(cell, str) or not 2 <= len(cell.strip()) <= 20:
        return None
    text = cell.strip()
    parts = taken_apart(text)
    if parts is not None:
        day = day_of(parts, "dmy") or day_of(parts, "mdy")
        return None if day is None else _Period(day=day, year=day.year)
    return _week(text) or _month(text)


def _week(text: str) -> _Period | None:
    known = lexicon()
    match = _YEAR_WEEK.fullmatch(text)
    if match and match[2] and 1 <= int(match[3]) <= 53:
        return _Period(week=int(match[3]), year=int(match[1]))
    match = _WEEK.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 53:
        return None
    word = folded(match[1])
    if "week" not in known.units.get(word, ()) and word not in ("kw", "w", "s", "wk", "cw", "sem"):
        return None
    year = int(match[3] or 0)
    return _Period(week=int(match[2]), year=year + 2000 if 0 < year < 100 else year)


def _month(text: str) -> _Period | None:
    words = folded(text).replace(".", " ").replace("-", " ").replace("/", " ").split()
    month = month_of(words[0]) if words else None
    if month is None or len(words) > 2:
        return None
    year = int(words[1]) if len(words) == 2 and words[1].isdigit() else 0
    if len(words) == 2 and not year:
        return None
    return _Period(month=month, year=year + 2000 if 0 < year < 100 else year)


def _days(periods: Sequence[_Period], year: int, today: date) -> list[str] | None:
    """Return the last day of each period; of those without a year the next ones from today."""
    given = next((p.year for p in periods if p.year), 0) or year
    start = given or _next_year(periods[0], today)
    days: list[date] = []
    for period in periods:
        own = period.year or start
        day = _last_day(period, own)
        if day is None:
            return None
        if days and day <= days[-1] and not period.year:  # over the turn of the year
            start += 1
            day = _last_day(period, start)
        if day is None or (days and day <= days[-1]):
            return None
        days.append(day)
    return [day.isoformat() for day in days]


def _next_year(period: _Period, today: date) -> int:
    day = _last_day(period, today.year)
    return today.year if day is not None and day >= today else today.year + 1


def _last_day(period: _Period, year: int) -> date | None:
    if period.day is not None:
        return period.day
    try:
        if period.week:
            return date.fromisocalendar(year, period.week, 7)
        following = date(year + period.month // 12, period.month % 12 + 1, 1)
    except ValueError:
        return None
    return following - timedelta(days=1)
