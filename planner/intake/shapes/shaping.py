"""All shapes that are known, in turn; and the rows of the file behind those that were made."""

from collections.abc import Sequence
from dataclasses import replace

from planner.intake.files.cells import CellTable
from planner.intake.reading.layout import Skipped
from planner.intake.reading.sheet_reading import Answers
from planner.intake.rows.imported import Imported
from planner.intake.shapes.capabilities import as_pairs
from planner.intake.shapes.grids import as_list
from planner.intake.shapes.groups import carried_down
from planner.intake.shapes.lots import lots_joined
from planner.intake.shapes.same_headers import stacked_sheets
from planner.intake.shapes.side_by_side import one_below_the_other


def shaped(sheets: Sequence[CellTable], answers: Answers = ()) -> list[CellTable]:
    """Return the sheets with tables side by side, grids, groups and equal sheets made lists."""
    alone = [
        as_pairs(as_list(carried_down(one_below_the_other(lots_joined(sheet))), dict(answers)))
        for sheet in sheets
    ]
    return stacked_sheets(alone, dict(answers))


def renumbered(part: Imported, sheet: CellTable) -> Imported:
    """Return what was imported with the rows of the file instead of those of the made table."""
    if not sheet.numbers:
        return part

    def row(line: int) -> int:
        return sheet.numbers[line - 1] if 0 < line <= len(sheet.numbers) else line

    def origin(line: int | None) -> str:
        known = line is not None and 0 < line <= len(sheet.origins)
        return sheet.origins[line - 1] if known and line else part.file

    table = part.table
    if table is not None:
        table = replace(table, numbers=tuple(map(row, table.numbers)))
    return replace(
        part,
        table=table,
        findings=tuple(
            replace(f, file=origin(f.row), row=None if f.row is None else row(f.row))
            for f in part.findings
        ),
        rejected=tuple(replace(r, line=row(r.line)) for r in part.rejected),
        skipped=tuple(
            Skipped(line=row(s.line), reason=s.reason, text=s.text) for s in part.skipped
        ),
    )
