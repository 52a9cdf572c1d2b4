"""What each column of an uploaded file means, as a table to correct."""

from collections.abc import Iterable
from collections.abc import Mapping as Lookup
from dataclasses import replace

import pandas as pd

from planner.intake import (
    BY_EXPORT,
    IGNORED,
    FamilyRule,
    Imported,
    SheetReading,
    assign,
    known_fields,
)

KEPT, LEFT_OUT = "kept as it is", "left out"
COLUMN, EXAMPLE, MEANING = "Column", "Example", "Meaning"


def choices(kind: str) -> list[str]:
    """Return what a column of such a table may mean."""
    return [KEPT, LEFT_OUT, *known_fields(kind)]


def meaning_table(part: Imported) -> pd.DataFrame:
    """Return a row per column of the file: its name, a cell of it, and its meaning."""
    examples = _examples(part)
    rows = [
        (column.column, examples.get(column.column, ""), _shown(column.field))
        for column in part.mapping.columns
        if column.by != BY_EXPORT
    ]
    return pd.DataFrame(rows, columns=[COLUMN, EXAMPLE, MEANING], dtype="str")


def with_meanings(
    mapping: SheetReading, chosen: Lookup[str, str], rule: FamilyRule | None
) -> SheetReading:
    """Return `mapping` with the meanings chosen per column and the rule for families.

    A meaning that two columns got counts for the one that did not have it before.
    """
    had = {column.column: _shown(column.field) for column in mapping.columns}
    for name, meaning in chosen.items():
        if had.get(name) != meaning:
            mapping = assign(mapping, name, _field(meaning))
    return replace(mapping, family_rule=rule)


def family_rule(column: str | None, after: str, pattern: str) -> FamilyRule | None:
    """Return the rule that was typed in; None where nothing was."""
    after, pattern = after.strip(), pattern.strip()
    if not column or not (after or pattern):
        return None
    return FamilyRule(column=column, after=after, pattern="" if after else pattern)


def _shown(field: str) -> str:
    return {"": KEPT, IGNORED: LEFT_OUT}.get(field, field)


def _field(meaning: str) -> str:
    return {KEPT: "", LEFT_OUT: IGNORED}.get(meaning, meaning)


def _examples(part: Imported) -> dict[str, str]:
    if part.cells:
        names = [c.column for c in part.mapping.columns if c.by != BY_EXPORT]
        return {name: _first(row[i] for row in part.cells[:50]) for i, name in enumerate(names)}
    if part.table is None:
        return {}
    columns = part.table.columns
    return {
        heading: _first(part.table.column(field)[:50])
        for field, heading in part.headings
        if field in columns
    }


def _first(cells: Iterable[str]) -> str:
    return next((cell for cell in cells if cell.strip()), "")[:60]
