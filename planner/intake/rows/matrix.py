"""Changeovers as a square matrix: families down the side and along the top, times inside."""

from collections.abc import Sequence
from dataclasses import replace

from planner.intake.files.cells import Row, is_nothing, shown
from planner.intake.reading.sheet_reading import ColumnReading, SheetReading
from planner.intake.rows.reader import Source

_NO_CHANGEOVER = frozenset(("-", "—", "–", "x", "X", "\\"))


def is_matrix(header: Sequence[str], rows: Sequence[Row]) -> bool:
    """Return whether the first column has the names of the other columns."""
    across = {name for name in header[1:] if name}
    down = [shown(row[0]) for row in rows if row and shown(row[0])]
    common = across & set(down)
    smallest = min(len(across), len(set(down)))
    return len(common) >= 2 and 3 * len(common) >= 2 * smallest


def long_rows(
    mapping: SheetReading, sources: Sequence[Source]
) -> tuple[SheetReading, list[Source]]:
    """Return the matrix as rows of from, to and minutes, and the mapping that reads them.

    Empty cells and the marks people put on the diagonal say nothing and make no row.
    """
    corner = mapping.header[0] if mapping.columns else "from"
    long = [
        Source(line, (shown(row[0]), column.column, row[column.index]))
        for line, row in sources
        for column in mapping.columns[1:]
        if column.index < len(row) and not _says_nothing(row, column)
    ]
    times = f"times {corner}" if corner and not corner.startswith("column ") else "times"
    names = (("from", "from"), ("to", "to"), (times, "minutes"))
    columns = tuple(
        ColumnReading(column=name, index=index, field=field)
        for index, (name, field) in enumerate(names)
    )
    return replace(mapping, columns=columns), long


def _says_nothing(row: Row, column: ColumnReading) -> bool:
    cell = row[column.index]
    is_diagonal = shown(row[0]) == column.column
    return is_nothing(cell) or (is_diagonal and shown(cell) in _NO_CHANGEOVER)
