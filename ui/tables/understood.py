"""The first orders of an upload as they were understood, and what else came with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from planner.reader import Tables
from ui.tables.meanings import MEANINGS, words_of
from ui.words import MONTHS, count

FIRST = 5
TIMES = frozenset(
    ["duration_minutes", "minutes_per_unit", "min_minutes", "max_minutes", "min_wait", "max_wait"]
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOUNS: Mapping[str, str] = {
    "orders.csv": "order",
    "routes.csv": "step",
    "machines.csv": "machine",
    "changeovers.csv": "changeover",
    "calendars.csv": "shift or closed day",
    "durations.csv": "run time per machine",
}


def first_orders(tables: Tables) -> list[tuple[str, tuple[str, ...]]]:
    """Return a line per meaning: its words and the cells of the first orders.

    Columns that mean nothing to the planner, and empty ones, are left out.
    """
    orders = tables.files["orders.csv"]
    rows = orders.rows[:FIRST]
    lines = []
    for place, name in enumerate(orders.columns):
        cells = tuple(as_read(name, row[place]) for row in rows)
        if _is_meant(name) and any(cells):
            lines.append((words_of(name), cells))
    return lines


def _is_meant(name: str) -> bool:
    return name in MEANINGS or f"{name.partition('_')[0]}_" in MEANINGS


def as_read(name: str, cell: str) -> str:
    """Return a cell as a person reads it: days with weekday and year, minutes with their unit.

    >>> as_read("due", "2026-11-29"), as_read("duration_minutes", "150"), as_read("unit", "kg")
    ('Sun 29 Nov 2026', '2 h 30 min', 'kg')
    """
    if name in TIMES:
        return _lasting(cell)
    if name in ("due", "release", "deadline", "pinned_start", "planned_start", "planned_end"):
        return _day(cell)
    return cell.replace("|", ", ") if name == "eligible_machines" else cell


def _lasting(cell: str) -> str:
    try:
        minutes = float(cell)
    except ValueError:
        return cell
    if minutes < 60 or minutes != int(minutes):
        return f"{minutes:.4g} min"
    hours, rest = divmod(int(minutes), 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _day(cell: str) -> str:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    day = f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M}" if len(cell) > 10 else day


def counted(tables: Tables) -> str:
    """Return how much of everything there is, such as `12 orders, 3 machines`."""
    found = [
        count(len(table.rows), NOUNS[file], _plural(NOUNS[file]))
        for file, table in tables.files.items()
        if file in NOUNS and table.rows
    ]
    return ", ".join(found)


def _plural(noun: str) -> str:
    return {"shift or closed day": "shifts and closed days",
            "run time per machine": "run times per machine"}.get(noun, f"{noun}s")  # fmt: skip


def pairs(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the first changeovers of a matrix in words, such as `white → red: 30 min`."""
    said = []
    for row in rows[:FIRST]:
        cells = dict(zip(columns, row, strict=True))
        time = cells.get("minutes", "")
        what = "not possible" if time == "no" else _lasting(time)
        said.append(f"{cells.get('from', '')} → {cells.get('to', '')}: {what}")
    return said
