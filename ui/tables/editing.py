"""Tables of a scenario as data frames of text, and back after a user has edited them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from planner.reader import COLUMNS, REQUIRED, Table, Tables
from planner.variants import numbered
from ui.tables.matrix import is_square

# The columns offered where a table is missing or bare; more can come from a file.
STARTERS: Mapping[str, tuple[str, ...]] = {
    "orders.csv": ("order_id", "product", "family", "quantity", "duration_minutes", "due"),
    "machines.csv": ("machine_id", "process", "initial_family", "pausable", "calendar"),
    "changeovers.csv": ("from", "to", "minutes", "cost"),
    "calendars.csv": ("calendar", "weekdays", "date", "start", "end", "open"),
    "durations.csv": ("order_id", "product", "machine_id", "minutes"),
    "resources.csv": ("resource", "amount", "calendar"),
    "needs.csv": ("resource", "during", "amount", "minutes", "machine", "family"),
    "upkeep.csv": ("machine", "upkeep", "minutes", "after_hours", "after_batches", "cost"),
}
# Columns that are ticks; what a tick says in the file.
TICKS: Mapping[str, str] = {"leave_out": "yes"}
ANY_COLUMN = ""
# Shows the number of a row beside its cells; no file has a column of that name.
ROW = "#row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What was typed into a table: cells by place, rows added, places of rows deleted."""

    cells: Mapping[int, Mapping[str, Any]]
    added: Sequence[Mapping[str, Any]] = ()
    deleted: Sequence[int] = ()

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Edits":
        """Return the edits in what Streamlit's editor keeps under its key."""
        return cls(
            cells={int(place): cells for place, cells in state.get("edited_rows", {}).items()},
            added=tuple(state.get("added_rows", ())),
            deleted=tuple(state.get("deleted_rows", ())),
        )


def frame_of(tables: Tables, file: str) -> pd.DataFrame:
    """Return a table as a data frame by row number; one that is missing has its usual columns.

    Cells are texts, those of ticks are true or false.
    """
    table = tables.files.get(file)
    if table is None:
        none = pd.Index([], name=ROW, dtype="int64")
        return pd.DataFrame({name: pd.Series(dtype="str") for name in _offered(file)}, index=none)
    table = numbered(table)
    frame = pd.DataFrame(
        list(table.rows),
        columns=list(table.columns),
        index=pd.Index(table.numbers, name=ROW),
        dtype="str",
    )
    known = is_square(table) if file == "changeovers.csv" else False
    for name in REQUIRED[file]:
        if name not in frame and not known:
            frame[name] = ""
    if file == "orders.csv" and len(frame):
        ticked = frame["leave_out"] if "leave_out" in frame else pd.Series("", index=frame.index)
        frame = frame.drop(columns="leave_out", errors="ignore")
        frame.insert(0, "leave_out", ticked.str.strip().str.lower().isin(("yes", "true")))
    return frame


def _offered(file: str) -> tuple[str, ...]:
    """Return the columns that a table begins with; of one without a template, the needed ones."""
    return STARTERS.get(file, REQUIRED[file])


def filtered(frame: pd.DataFrame, column: str, text: str) -> pd.DataFrame:
    """Return the rows with `text` in a column, or in any; capitals do not count."""
    if not text.strip():
        return frame
    looked: pd.DataFrame = frame if column == ANY_COLUMN else frame[[column]]
    found = looked.astype(str).apply(
        lambda cells: cells.str.contains(text.strip(), case=False, regex=False)
    )
    shown: pd.DataFrame = frame[found.any(axis=1)]
    return shown


def with_edits(tables: Tables, file: str, frame: pd.DataFrame, edits: Edits) -> Tables:
    """Return `tables` with one of them as edited in `frame`, which shows all of it or a part.

    Rows keep their numbers, new ones get the next; rows without any text are left out.
    """
    table = numbered(tables.files.get(file) or Table(columns=_offered(file)))
    numbers = list(frame.index)
    rows = {
        number: dict(zip(table.columns, row, strict=True))
        for number, row in zip(table.numbers, table.rows, strict=True)
    }
    for place, cells in edits.cells.items():
        rows[numbers[place]] |= _texts(cells)
    for place in edits.deleted:
        rows.pop(numbers[place], None)
    free = max((1, *table.numbers)) + 1
    rows |= {free + place: _texts(cells) for place, cells in enumerate(edits.added)}
    return with_rows(tables, file, rows)


def with_value(
    tables: Tables, file: str, numbers: Sequence[int], column: str, value: str
) -> Tables:
    """Return `tables` with one value in a column of several rows, known by their numbers."""
    table = numbered(tables.files[file])
    rows = {
        number: dict(zip(table.columns, row, strict=True))
        | ({column: value} if number in set(numbers) else {})
        for number, row in zip(table.numbers, table.rows, strict=True)
    }
    return with_rows(tables, file, rows)


def without_rows(tables: Tables, file: str, numbers: Sequence[int]) -> Tables:
    """Return `tables` without several rows of one, known by their numbers."""
    table = numbered(tables.files[file])
    rows = {
        number: dict(zip(table.columns, row, strict=True))
        for number, row in zip(table.numbers, table.rows, strict=True)
        if number not in set(numbers)
    }
    return with_rows(tables, file, rows)


def with_new_column(tables: Tables, file: str, column: str) -> Tables:
    """Return `tables` with an empty column more in one of them."""
    table = tables.files.get(file) or Table(columns=_offered(file))
    columns = (*table.columns, column)
    rows = tuple((*row, "") for row in table.rows)
    return replace(tables, files={**tables.files, file: replace(table, columns=columns, rows=rows)})


def with_rows(tables: Tables, file: str, rows: Mapping[int, Mapping[str, str]]) -> Tables:
    """Return `tables` with one of them made of `rows`, by number; empty ones are left out."""
    filled = {number: row for number, row in rows.items() if any(row.values())}
    files = dict(tables.files)
    if not filled and file != "orders.csv":
        files.pop(file, None)
        return replace(tables, files=files)
    had = tables.files[file].columns if file in tables.files else _offered(file)
    named = dict.fromkeys((*had, *(name for row in filled.values() for name in row)))
    own = tables.files[file].columns if file in tables.files else REQUIRED[file]
    # A column that was only offered is kept where it says something.
    kept = [
        name
        for name in named
        if name in own or name in REQUIRED[file] or any(row.get(name) for row in filled.values())
    ]
    cells = tuple(tuple(row.get(name, "") for name in kept) for row in filled.values())
    files[file] = Table(columns=tuple(kept), rows=cells, numbers=tuple(filled))
    return replace(tables, files=files)


def addable(tables: Tables, file: str) -> tuple[str, ...]:
    """Return the known columns that a table does not have; one ending in `_` needs a name."""
    table = tables.files.get(file)
    had = table.columns if table else _offered(file)
    return tuple(name for name in COLUMNS[file] if name not in had and name not in TICKS)


def _texts(cells: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(name, value) for name, value in cells.items() if name != ROW}


def _text(column: str, value: Any) -> str:
    if column in TICKS:
        return TICKS[column] if value is True else ""
    return "" if value is None or value is pd.NA or value != value else str(value).strip()


def is_known(file: str, column: str) -> bool:
    """Return whether the planner knows a column, by its name or the beginning of it.

    >>> is_known("orders.csv", "attr_colour"), is_known("orders.csv", "Farbe")
    (True, False)
    """
    return any(
        column == known or (known.endswith("_") and column.startswith(known))
        for known in COLUMNS[file]
    )


def count_rows(tables: Tables, file: str) -> int:
    """Return how many rows a table has; none where it is missing."""
    table: Table | None = tables.files.get(file)
    return 0 if table is None else len(table.rows)
