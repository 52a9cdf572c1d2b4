"""The calendars of machines: one of its own for a machine, closed from to, and shifts more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from planner.calendars import MINUTES_A_DAY, WEEKDAYS, Window, join, subtract
from planner.errors import BadCellError, ChangeError
from planner.reader import Table, Tables
from planner.reader import cells as understood
from planner.variants.columns import (
    CALENDARS,
    cells,
    known_machine,
    machine_table,
    with_column,
    with_files,
    with_rows,
)

WEEK = 7 * MINUTES_A_DAY
LONGEST_SHIFT = 8 * 60
COLUMNS = ("calendar", "weekdays", "date", "start", "end", "open")


def closed(tables: Tables, machine: str, start: datetime, end: datetime) -> Tables:
    """Return `tables` with a machine closed from `start` to `end`, in its local time."""
    if end <= start:
        raise ChangeError(f"{machine} would be closed until before it is: the end is not after")
    tables, calendar = own_calendar(tables, known_machine(tables, machine))
    return _with_calendar_rows(tables, _spans(calendar, start, end, "no"))


def opened_more(tables: Tables, machine: str, start: datetime, end: datetime) -> Tables:
    """Return `tables` with a machine open also from `start` to `end`, in its local time."""
    if end <= start:
        raise ChangeError(f"{machine} would be open until before it is: the end is not after")
    tables, calendar = own_calendar(tables, known_machine(tables, machine))
    return _with_calendar_rows(tables, _spans(calendar, start, end, "yes"))


def _spans(calendar: str, start: datetime, end: datetime, is_open: str) -> Iterator[dict[str, str]]:
    day = datetime.combine(start.date(), time())
    while day < end:
        last = day + timedelta(days=1)
        until = "24:00" if end >= last else f"{end:%H:%M}"
        yield {
            "calendar": calendar,
            "date": f"{day:%Y-%m-%d}",
            "start": f"{max(start, day):%H:%M}",
            "end": until,
            "open": is_open,
        }
        day = last


def own_calendar(tables: Tables, machine: str) -> tuple[Tables, str]:
    """Return `tables` in which no other machine has the calendar of `machine`, and its name."""
    machines = machine_table(tables)
    used = calendar_of_each(tables)
    place = cells(machines, "machine_id").index(machine)
    shared = used[place]
    if shared and used.count(shared) == 1:
        tables = with_files(tables, machines=with_column(machines, "calendar", used))
        return tables, shared
    own = _free_name(tables, f"{shared}, {machine}" if shared else machine)
    used[place] = own
    tables = with_files(tables, machines=with_column(machines, "calendar", used))
    if not shared:  # always open until now
        always = {"calendar": own, "weekdays": "daily", "start": "00:00", "end": "24:00"}
        return _with_calendar_rows(tables, [always]), own
    table = tables.files[CALENDARS]
    at = table.columns.index("calendar")
    copies = [(*row[:at], own, *row[at + 1 :]) for row in table.rows if row[at].strip() == shared]
    return with_files(tables, calendars=with_rows(table, copies)), own


def calendar_of_each(tables: Tables) -> list[str]:
    """Return the calendar of each machine, "" for one that is always open."""
    named = list(cells(machine_table(tables), "calendar"))
    calendars = _names(tables)
    if not any(named) and len(calendars) == 1:  # the only one is that of all machines
        return [calendars[0]] * len(named)
    return [name if name in calendars else "" for name in named]


def with_shift(tables: Tables, shift: str, machine: str = "") -> Tables:
    """Return `tables` with a shift more in the week of one machine, or of all.

    A night begins where the last shift of a day ends and is at most 8 hours long; a Saturday or a
    Sunday has the hours of the last working day before it. What is open already stays open.
    """
    if machine:
        tables, calendar = own_calendar(tables, known_machine(tables, machine))
        names = [calendar]
    else:
        names = list(dict.fromkeys(name for name in calendar_of_each(tables) if name))
    rows = [row for name in names for row in _shift_rows(tables, name, shift)]
    if not rows:
        raise ChangeError(f"there is no room for a {shift} shift: the machines are open already")
    return _with_calendar_rows(tables, rows)


def _shift_rows(tables: Tables, calendar: str, shift: str) -> list[dict[str, str]]:
    opened = _week(tables.files[CALENDARS], calendar)
    if not opened:
        return []
    added = _nights(opened) if shift == "night" else _day_more(opened, shift)
    hours: dict[tuple[int, int], list[int]] = {}
    for start, end in added:
        hours.setdefault((start % MINUTES_A_DAY, end - start), []).append(start // MINUTES_A_DAY)
    return [
        {
            "calendar": calendar,
            "weekdays": day_names(days),
            "start": _clock(start),
            "end": _clock((start + length - 1) % MINUTES_A_DAY + 1),
            "open": "yes",
        }
        for (start, length), days in hours.items()
    ]


def _week(table: Table, calendar: str) -> tuple[Window, ...]:
    """Return when a calendar is open in a week, in minutes from Monday 00:00 on."""
    columns = (cells(table, name) for name in ("calendar", "weekdays", "start", "end", "open"))
    found = []
    for name, days, start, end, is_open in zip(*columns, strict=True):
        if name == calendar and days and is_open.lower() not in ("no", "false"):
            found += _windows(days, start, end)
    return join(found)


def _windows(days: str, start: str, end: str) -> list[Window]:
    try:
        begin = understood.time_of_day(start) if start else 0
        until = understood.time_of_day(end) if end else MINUTES_A_DAY
        numbers = understood.weekdays(days)
    except BadCellError:
        return []  # the findings name the cell
    until = until if until > begin else until + MINUTES_A_DAY
    return [Window(day * MINUTES_A_DAY + begin, day * MINUTES_A_DAY + until) for day in numbers]


def _day_more(opened: Sequence[Window], shift: str) -> tuple[Window, ...]:
    day = {"saturday": 5, "sunday": 6}[shift]
    before = next((d for d in range(day - 1, -1, -1) if _on(opened, d)), None)
    if before is None:
        return ()
    later = (day - before) * MINUTES_A_DAY
    wanted = [Window(start + later, end + later) for start, end in _on(opened, before)]
    return subtract(wanted, _around(opened))


def _on(opened: Sequence[Window], day: int) -> list[Window]:
    begin = day * MINUTES_A_DAY
    # A night shift belongs to the day on which it begins.
    return [window for window in opened if begin <= window.start < begin + MINUTES_A_DAY]


def _nights(opened: Sequence[Window]) -> tuple[Window, ...]:
    wanted = []
    for day in range(7):
        if windows := _on(opened, day):
            end = windows[-1].end
            wanted.append(Window(end, end + LONGEST_SHIFT))
    return subtract(wanted, _around(opened))


def _around(opened: Sequence[Window]) -> tuple[Window, ...]:
    """Return the windows of a week with those of the weeks before and after."""
    return join(
        Window(start + shift, end + shift) for start, end in opened for shift in (-WEEK, 0, WEEK)
    )


def day_names(days: Iterable[int]) -> str:
    """Return weekdays as a calendar writes them.

    >>> day_names([0, 1, 2, 3, 4]), day_names([0, 2]), day_names([5])
    ('Mon-Fri', 'Mon Wed', 'Sat')
    """
    found = sorted({day % 7 for day in days})
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return f"{WEEKDAYS[found[0]]}-{WEEKDAYS[found[-1]]}"
    return " ".join(WEEKDAYS[day] for day in found)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _names(tables: Tables) -> tuple[str, ...]:
    table = tables.files.get(CALENDARS)
    names = cells(table, "calendar") if table else ()
    return tuple(dict.fromkeys(name for name in names if name))


def _free_name(tables: Tables, wanted: str) -> str:
    taken, name, number = set(_names(tables)), wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


def _with_calendar_rows(tables: Tables, rows: Iterable[dict[str, str]]) -> Tables:
    table = tables.files.get(CALENDARS) or Table(columns=COLUMNS)
    for column in COLUMNS:
        if column not in table.columns:
            table = replace(with_column(table, column, ("",) * len(table.rows)))
    lines = [[row.get(column, "") for column in table.columns] for row in rows]
    return with_files(tables, calendars=with_rows(table, lines))
