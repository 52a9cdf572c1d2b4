"""Grids of products by machine with a cross in each cell that is possible: made a list."""

from collections.abc import Sequence
from dataclasses import replace

from planner.intake.files.cells import Cell, CellTable, Row, shown
from planner.intake.headings.lexicon import folded, lexicon
from planner.intake.reading.layout import header_index

MACHINE, ALLOWED = "machine (top)", "allowed (cell)"
_SAMPLED = 50
_MARKS = frozenset(["x", "✓", "✔", "●", "•", "o", "1", "0", ""])


def as_pairs(sheet: CellTable) -> CellTable:
    """Return a grid of crosses as a row for each product and machine; other sheets as they are."""
    header = header_index(sheet.rows)
    if header is None:
        return sheet
    top = [shown(cell) for cell in sheet.rows[header]]
    body = sheet.rows[header + 1 :]
    columns = [place for place in range(1, len(top)) if top[place]]
    if (
        not _are_crosses(body[:_SAMPLED], columns)
        or not _are_crosses(body, columns)
        or _is_square(top, body)
    ):
        return sheet
    rows: list[Row] = [(top[0] or "product", MACHINE, ALLOWED)]
    numbers = [header + 1]
    for index, row in enumerate(body, start=header + 2):
        name = shown(_at(row, 0))
        for place in columns if name else ():
            rows.append((name, top[place], "yes" if _is_yes(_at(row, place)) else "no"))
            numbers.append(index)
    said = f"crosses under {', '.join(top[p] for p in columns[:6])} say what may run where"
    return replace(
        sheet, rows=tuple(rows), numbers=tuple(numbers), assumptions=(*sheet.assumptions, said)
    )


def _at(row: Row, place: int) -> Cell:
    return row[place] if place < len(row) else ""


def _is_yes(cell: Cell) -> bool:
    text = folded(shown(cell))
    return bool(text) and text != "0" and lexicon().value("yes_no", text) != "no"


def _are_crosses(body: Sequence[Row], columns: Sequence[int]) -> bool:
    """Return whether nearly all cells are marks or empty, with some of both."""
    cells = [folded(shown(_at(row, place))) for row in body for place in columns if row]
    filled = [cell for cell in cells if cell]
    if len(columns) < 2 or len(body) < 2 or not filled:
        return False
    known = lexicon()
    marks = [cell in _MARKS or bool(known.value("yes_no", cell)) for cell in filled]
    names = [shown(_at(row, 0)) for row in body if row]
    is_named = len(set(names)) == len(names) and not any(name in _MARKS for name in names)
    few = len(set(filled)) <= 3
    return is_named and few and all(marks) and len(set(cells)) > 1


def _is_square(top: Sequence[str], body: Sequence[Row]) -> bool:
    down = {folded(shown(_at(row, 0))) for row in body if row}
    across = {folded(name) for name in top[1:] if name}
    return len(down & across) >= 2
