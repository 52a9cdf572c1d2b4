"""Tables of a scenario as data frames of text, and back after a user has edited them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.reader import COLUMNS, REQUIRED, Table, Tables, table_of
from ui.tables.matrix import is_square

# The columns offered where a table is missing or bare; more can come from a file.
STARTERS: Mapping[str, tuple[str, ...]] = {
    "orders.csv": ("order_id", "product", "family", "quantity", "duration_minutes", "due"),
    "machines.csv": ("machine_id", "process", "initial_family", "pausable", "calendar"),
    "changeovers.csv": ("from", "to", "minutes", "cost"),
    "routes.csv": ("order_id", "product", "stage", "operation", "eligible_machines"),
    "calendars.csv": ("calendar", "weekdays", "date", "start", "end", "open"),
    "durations.csv": ("order_id", "product", "machine_id", "minutes"),
}

HELP: Mapping[str, str] = {
    "order_id": "Name of the order; leading zeros are kept",
    "family": "What a machine is set up for: no changeover inside a family",
    "duration_minutes": "Working minutes of the whole order",
    "minutes_per_unit": "Working minutes per unit of quantity",
    "units_per_hour": "Quantity per working hour",
    "min_minutes": "Least minutes in the machine (parallel and continuous)",
    "max_minutes": "Most minutes in the machine (parallel and continuous)",
    "release": "Earliest start, such as 2027-03-01 06:00",
    "due": "Wanted end, such as 2027-03-05 14:00",
    "deadline": "Latest end: may not be missed",
    "priority": "Weight of lateness: 1 is normal, more is more important",
    "eligible_machines": "Machines that may make it, such as M1|M2; empty means all",
    "pinned_machine": "The order stays on this machine",
    "pinned_start": "The order starts exactly then",
    "process": "serial, parallel or continuous",
    "initial_family": "What the machine is set up for at the start",
    "pausable": "yes: work may stop when closed and go on later",
    "speed": "1 is normal; 1.2 is 20 % faster",
    "calendar": "Name of a calendar; empty means always open",
    "weekdays": "Such as Mon-Fri",
    "open": "no: a closure on a date",
    "status": "open, released, in_progress; on_hold, finished, closed and cancelled are left out",
    "done_quantity": "How much of the quantity is made already",
    "minutes": "Working minutes; of a changeover also no: not possible",
}


def frame_of(tables: Tables, file: str) -> pd.DataFrame:
    """Return a table as a data frame of text; one that is missing has its usual columns."""
    table = tables.files.get(file)
    if table is None:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in STARTERS[file]})
    known = is_square(table) if file == "changeovers.csv" else False
    extra = [name for name in REQUIRED[file] if name not in table.columns and not known]
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns), dtype="str")
    for name in extra:
        frame[name] = ""
    return frame


def with_frame(tables: Tables, file: str, frame: pd.DataFrame) -> Tables:
    """Return `tables` with one of them as edited: empty rows left out, rows numbered anew."""
    texts = frame.map(_text)
    filled = texts[(texts != "").any(axis=1)]
    files = dict(tables.files)
    if filled.empty and file != "orders.csv":
        files.pop(file, None)
    else:
        had = tables.files[file].columns if file in tables.files else ()
        columns = [
            name for name in filled.columns if name in had or _is_used(file, name, filled[name])
        ]
        files[file] = table_of(columns, filled[columns].itertuples(index=False, name=None))
    return replace(tables, files=files)


def _text(value: Any) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()


def _is_used(file: str, name: str, cells: "pd.Series[str]") -> bool:
    """Return whether a column is needed or says anything; an offered one may stay empty."""
    offered = name in STARTERS[file] and name not in REQUIRED[file]
    return not offered or bool((cells != "").any())


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
