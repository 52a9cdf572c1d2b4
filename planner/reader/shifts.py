"""calendars.csv -> calendars: weekly patterns, dated openings and closures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from planner.calendars import (
    MINUTES_A_DAY,
    Calendar,
    DatedWindow,
    WeeklyWindow,
    Window,
    join,
    subtract,
)
from planner.reader import cells
from planner.reader.sheet import Sheet, check_columns

MINUTES_A_WEEK = 7 * MINUTES_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One understood row: minutes of the local day; `days` are weekdays, or none for a date."""

    index: int
    calendar: str
    days: tuple[int, ...]
    day: date | None
    start: int
    end: int
    is_open: bool


def calendars_from(sheet: Sheet | None) -> Mapping[str, Calendar]:
    """Return the calendars of the file by name."""
    if sheet is None:
        return {}
    check_columns(sheet)
    rows = _rows(sheet)
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.calendar, []).append(row)
    _find_overlaps(sheet, by_name.values())
    calendars = {name: _calendar(name, group) for name, group in by_name.items()}
    for name, calendar in calendars.items():
        if not calendar.weekly and not any(window.is_open for window in calendar.dated):
            sheet.fault(
                by_name[name][0].index,
                "calendar",
                "calendar_opens",
                f"calendar {name} is never open",
                "Add a row such as daily, 00:00, 24:00.",
            )
    return calendars


def _rows(sheet: Sheet) -> list[Row]:
    names = sheet.required("calendar", cells.name)
    days = sheet.parsed("weekdays", cells.weekdays)
    dates = sheet.parsed("date", cells.day)
    starts = sheet.parsed("start", cells.time_of_day)
    ends = sheet.parsed("end", cells.time_of_day)
    opens = sheet.parsed("open", cells.yes_no)
    rows = []
    for index, name in enumerate(names):
        given = [bool(sheet.cell(index, column)) for column in ("weekdays", "date")]
        if sum(given) != 1:
            both = "both weekdays and a date" if all(given) else "neither weekdays nor a date"
            sheet.fault(
                index, "weekdays", "weekdays_or_date", f"there are {both}", "Give one of the two."
            )
        start, end = starts[index] or 0, ends[index]
        if start == MINUTES_A_DAY:
            sheet.fault(
                index, "start", "time_of_day", "a window cannot start at 24:00", "Write 00:00."
            )
        end = MINUTES_A_DAY if end is None else end
        row = Row(
            index=index,
            calendar=name or "",
            days=days[index] or (),
            day=dates[index],
            start=start,
            end=end if end > start else end + MINUTES_A_DAY,
            is_open=opens[index] is not False,
        )
        if name and (row.days or row.day):
            rows.append(row)
    return rows


def _calendar(name: str, rows: Sequence[Row]) -> Calendar:
    dated = (
        DatedWindow(day=row.day, start=row.start, end=row.end, is_open=row.is_open)
        for row in rows
        if row.day
    )
    return Calendar(name=name, weekly=_weekly(rows), dated=tuple(dated))


def _weekly(rows: Sequence[Row]) -> tuple[WeeklyWindow, ...]:
    """Return the weekly openings less the weekly breaks."""
    opened = [window for row in rows if row.is_open for window in _in_week(row)]
    breaks = [
        Window(start + shift, end + shift)
        for row in rows
        if not row.is_open
        for start, end in _in_week(row)
        # A night shift from Sunday goes past the week's end, where Monday's breaks come again.
        for shift in (-MINUTES_A_WEEK, 0, MINUTES_A_WEEK)
    ]
    return tuple(
        WeeklyWindow(
            weekday=start // MINUTES_A_DAY % 7,
            start=start % MINUTES_A_DAY,
            end=start % MINUTES_A_DAY + end - start,
        )
        for start, end in subtract(opened, join(breaks))
    )


def _in_week(row: Row) -> Iterable[Window]:
    return (
        Window(day * MINUTES_A_DAY + row.start, day * MINUTES_A_DAY + row.end) for day in row.days
    )


def _find_overlaps(sheet: Sheet, calendars: Iterable[Sequence[Row]]) -> None:
    for rows in calendars:
        weekly = [(window, row) for row in rows if row.is_open for window in _in_week(row)]
        first = min(weekly, key=lambda pair: pair[0], default=None)
        if first:
            (start, end), row = first
            weekly.append((Window(start + MINUTES_A_WEEK, end + MINUTES_A_WEEK), row))
        _overlaps(sheet, weekly)
        dated = [(_on_date(row), row) for row in rows if row.is_open and row.day]
        _overlaps(sheet, dated)


def _on_date(row: Row) -> Window:
    midnight = row.day.toordinal() * MINUTES_A_DAY if row.day else 0
    return Window(midnight + row.start, midnight + row.end)


def _overlaps(sheet: Sheet, windows: list[tuple[Window, Row]]) -> None:
    told = set()
    ordered = sorted(windows, key=lambda pair: (pair[0], pair[1].index))
    for (before, row), (after, other) in pairwise(ordered):
        late, early = max(row.index, other.index), min(row.index, other.index)
        if before.end > after.start and (early, late) not in told:
            told.add((early, late))
            sheet.fault(
                late,
                "start",
                "windows_apart",
                f"the window overlaps with row {sheet.table.numbers[early]}",
                "Let one end where the other starts.",
            )
