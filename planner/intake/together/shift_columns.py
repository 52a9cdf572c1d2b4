"""Shift plans that say how many people a shift has: `Shift; From; To; Setters`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.intake.formats.amounts import number
from planner.intake.formats.during import during_of
from planner.intake.rows.imported import Imported
from planner.intake.together.shared import CALENDARS, rows_of
from planner.reader.tables import Table

_UNNAMED = "plant"


def with_name(tables: Mapping[str, Table]) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Return the tables with a name for the calendar of a shift plan that names none."""
    given = tables.get(CALENDARS)
    if given is None or "calendar" in given.columns:
        return dict(tables), ()
    rows = tuple((_UNNAMED, *row) for row in given.rows)
    named = replace(given, columns=("calendar", *given.columns), rows=rows)
    said = f"the shifts name no calendar: all of them are those of {_UNNAMED}"
    return {**tables, CALENDARS: named}, (said,)


def crews_of(part: Imported) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each crew that a column of a shift plan counts, with its rows by weekdays and hours.

    There are no rows where it counts nobody: with dates, or with cells that are no whole numbers.
    """
    if part.kind != "calendars" or part.table is None:
        return
    names = [c.column for c in part.mapping.columns if c.field == "" and during_of(c.column)]
    for name in names:
        if name not in part.table.columns:
            continue
        rows = [row for row in rows_of(part) if not row.get("date") and row.get("start")]
        counts = [number(row[name], ".") for row in rows]
        is_count = all(c is not None and c.number == int(c.number) for c in counts)
        yield name, [_crew(name, row) for row in rows] if is_count else []


def _crew(name: str, row: Mapping[str, str]) -> dict[str, str]:
    kept = {column: row.get(column, "") for column in ("start", "end", "weekdays")}
    return {"resource": name, "amount": row[name], **kept}
