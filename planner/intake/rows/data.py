"""The rows of a sheet that are data, and those that are none."""

from collections.abc import Sequence

from planner.intake.files.cells import CellTable, shown
from planner.intake.formats.problems import Problem
from planner.intake.headings.fields import KEYS
from planner.intake.headings.lexicon import folded
from planner.intake.reading.layout import Skipped, data_rows
from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.reader import BadCell
from planner.intake.rows.source import Source


def split(sheet: CellTable, mapping: SheetReading) -> tuple[list[Source], tuple[Skipped, ...]]:
    """Return the data rows of a sheet, and the rows that are no data."""
    sources, skipped = [], []
    kind = "changeovers" if mapping.kind == "matrix" else mapping.kind
    key = next((mapping.column_of(name) for name in KEYS.get(kind, ())), None)
    index = 0 if mapping.kind == "matrix" else key.index if key else None
    first = first_data_index(sheet, mapping)
    labels = {folded(name) for name in mapping.header} if mapping.kind == "matrix" else set()
    for place, row, reason in data_rows(sheet.rows, first, mapping.places, index):
        # A row of a matrix may have its label alone.
        if not reason or (row and folded(shown(row[0])) in labels - {""}):
            sources.append(Source(place + 1, row))
        elif reason != "blank":
            shown_row = " ".join(str(cell) for cell in row if cell != "")[:80]
            skipped.append(Skipped(line=place + 1, reason=reason, text=shown_row))
    return sources, tuple(skipped)


def fitting(sources: Sequence[Source], width: int) -> tuple[list[Source], list[BadCell]]:
    """Return the rows that are no longer than the header, and what is wrong with the others."""
    fit, bad = [], []
    for source in sources:
        beyond = [cell for cell in source.row[width:] if cell != ""]
        if beyond and width:
            bad.append(too_long(source, width))
        else:
            fit.append(source)
    return fit, bad


def too_long(source: Source, width: int) -> BadCell:
    """Return what is wrong with a row that is longer than the header."""
    problem = Problem(
        "row_length",
        f"the row has {len(source.row)} cells, the header {width}",
        "Put quotation marks around text that has the delimiter in it.",
    )
    return BadCell(
        line=source.line, column="", value=shown(source.row[width])[:200], problem=problem
    )


def first_data_index(sheet: CellTable, mapping: SheetReading) -> int:
    """Return the index of the first row below the header (and its second line)."""
    if not mapping.header_row:
        return 0
    return min(mapping.header_row - 1 + mapping.header_lines, len(sheet.rows))
