"""Changeovers as matrices: one per machine and attribute that the table names.

`*` stands for anything. A cell that no row gives is empty; editing it adds a row, emptying it
takes the row away.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from planner.reader import Table, table_of

ANY = "*"
COLUMNS = ("machine", "attribute", "from", "to", "minutes", "cost")


class Layer(NamedTuple):
    """Which rows make one matrix; the empty attribute means whole families."""

    machine: str
    attribute: str

    @property
    def label(self) -> str:
        """Return it in words."""
        where = "All machines" if self.machine == ANY else self.machine
        return f"{where}, {self.attribute}" if self.attribute else where


def layers(table: Table | None) -> tuple[Layer, ...]:
    """Return the matrices of a table in order of appearance; at least the common one."""
    rows = () if table is None else _rows(table)
    found = dict.fromkeys(Layer(row[0], row[1]) for row in rows)
    return tuple(found) or (Layer(ANY, ""),)


def is_list(table: Table | None) -> bool:
    """Return whether the table has a changeover per row; a file may hold a matrix already."""
    return table is None or {"from", "to", "minutes"} <= set(table.columns)


def matrix(
    table: Table | None, layer: Layer, values: Iterable[str], figure: str = "minutes"
) -> pd.DataFrame:
    """Return minutes or cost from row to column, as text, among `values` and what is named."""
    rows = [row for row in _rows(table) if (row[0], row[1]) == layer] if table else []
    given = {(row[2], row[3]): row[4 if figure == "minutes" else 5] for row in rows}
    named = sorted({*values, *(name for pair in given for name in pair)} - {ANY})
    if any(ANY in pair for pair in given):
        named = [ANY, *named]
    cells = [[given.get((before, after), "") for after in named] for before in named]
    return pd.DataFrame(cells, index=pd.Index(named, name="from"), columns=named, dtype="str")


def with_matrix(
    table: Table | None, layer: Layer, edited: pd.DataFrame, figure: str = "minutes"
) -> Table:
    """Return the table with one matrix as edited; the other figure of each row stays."""
    rows = (
        {(row[0], row[1], row[2], row[3]): (row[4], row[5]) for row in _rows(table)}
        if table
        else {}
    )
    for before in edited.index:
        for after in edited.columns:
            key = (*layer, str(before), str(after))
            text = str(edited.loc[before, after] or "").strip()
            minutes, cost = rows.get(key, ("", ""))
            minutes, cost = (text, cost) if figure == "minutes" else (minutes, text)
            if minutes or cost:
                rows[key] = (minutes or "0", cost)
            else:
                rows.pop(key, None)
    return _slim(table_of(COLUMNS, [(*key, *value) for key, value in rows.items()]))


def _rows(table: Table) -> list[tuple[str, ...]]:
    """Return the rows with all of COLUMNS; a machine not named is any."""
    places = [table.columns.index(name) if name in table.columns else -1 for name in COLUMNS]
    rows = [tuple("" if place < 0 else row[place] for place in places) for row in table.rows]
    return [(row[0] or ANY, *row[1:]) for row in rows]


def _slim(table: Table) -> Table:
    """Return the table without machine, attribute and cost where they say nothing."""
    empty = {"machine": {ANY}, "attribute": {""}, "cost": {""}}
    kept = [name for name in COLUMNS if not set(table.column(name)) <= empty.get(name, set())]
    kept = kept if table.rows else list(COLUMNS[2:5])
    places = [COLUMNS.index(name) for name in kept]
    return table_of(kept, [[row[place] for place in places] for row in table.rows])
