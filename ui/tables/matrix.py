"""Changeovers as matrices: one per machine and attribute that the table names.

A table has a row per changeover, or is a square matrix itself, and stays what it is when it is
edited; only costs turn a square matrix into rows, as it has no place for them. `*` stands for
anything. An empty cell takes the default.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from planner.reader import Table, table_of

ANY = "*"
COLUMNS = ("machine", "attribute", "from", "to", "minutes", "cost")
# What a table with a row per changeover has; the reader tells the two forms apart by it, too.
LISTS = frozenset(("to", "minutes"))


class MatrixLayer(NamedTuple):
    """Which rows make one matrix; the empty attribute means whole families."""

    machine: str
    attribute: str

    @property
    def label(self) -> str:
        """Return it in words."""
        where = "All machines" if self.machine == ANY else self.machine
        return f"{where}, {self.attribute}" if self.attribute else where


def layers(table: Table | None, machines: Iterable[str] = ()) -> tuple[MatrixLayer, ...]:
    """Return the matrices of a table in order of appearance, at least the common one.

    After them come those that `machines` may be given of their own.
    """
    rows = () if table is None else _rows(table)
    found = dict.fromkeys(MatrixLayer(row[0], row[1]) for row in rows)
    given = tuple(found) or (MatrixLayer(ANY, ""),)
    attributes = dict.fromkeys(layer.attribute for layer in given)
    own = (MatrixLayer(machine, name) for machine in machines for name in attributes)
    return tuple(dict.fromkeys((*given, *own)))


def is_square(table: Table | None) -> bool:
    """Return whether a table is a matrix itself: a row and a column per family."""
    return table is not None and len(table.columns) > 1 and not LISTS & set(table.columns)


def matrix(
    table: Table | None, layer: MatrixLayer, values: Iterable[str], figure: str = "minutes"
) -> pd.DataFrame:
    """Return minutes or cost from row to column, as text, among `values` and what is named."""
    rows = [row for row in _rows(table) if (row[0], row[1]) == layer] if table else []
    values = {*values, *_named(table)}
    given = {(row[2], row[3]): row[4 if figure == "minutes" else 5] for row in rows}
    named = sorted({*values, *(name for pair in given for name in pair)} - {ANY})
    if any(ANY in pair for pair in given):
        named = [ANY, *named]
    cells = [[given.get((before, after), "") for after in named] for before in named]
    return pd.DataFrame(cells, index=pd.Index(named, name="from"), columns=named, dtype="str")


def _named(table: Table | None) -> set[str]:
    """Return the families that a square matrix has, also those without a filled cell."""
    if table is None or not is_square(table):
        return set()
    return {*table.columns[1:], *(row[0] for row in table.rows)} - {""}


def with_matrix(
    table: Table | None, layer: MatrixLayer, edited: pd.DataFrame, figure: str = "minutes"
) -> Table:
    """Return the table with one matrix as edited; the other figure of each row stays."""
    if is_square(table) and layer == MatrixLayer(ANY, "") and figure == "minutes":
        return _square(edited)
    rows = (
        {(row[0], row[1], row[2], row[3]): (row[4], row[5]) for row in _rows(table)}
        if table
        else {}
    )
    for before in edited.index:
        for after in edited.columns:
            key = (*layer, str(before), str(after))
            text = _text(edited.loc[before, after])
            minutes, cost = rows.get(key, ("", ""))
            minutes, cost = (text, cost) if figure == "minutes" else (minutes, text)
            if minutes or cost:
                rows[key] = (minutes or "0", cost)
            else:
                rows.pop(key, None)
    return _slim(table_of(COLUMNS, [(*key, *value) for key, value in rows.items()]))


def _square(edited: pd.DataFrame) -> Table:
    """Return a matrix as a table that is one: its first column has the families before."""
    names = [str(name) for name in edited.columns]
    cells = edited.map(_text).itertuples(name=None)
    return table_of(("from", *names), [(str(before), *texts) for before, *texts in cells])


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _listed(table: Table) -> list[tuple[str, ...]]:
    """Return the cells of a square matrix that are filled in, with all of COLUMNS."""
    names = table.columns[1:]
    return [
        (ANY, "", before, after, text, "")
        for before, *texts in table.rows
        for after, text in zip(names, texts, strict=True)
        if text
    ]


def _rows(table: Table) -> list[tuple[str, ...]]:
    """Return the rows with all of COLUMNS; a machine not named is any."""
    if is_square(table):
        return _listed(table)
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
