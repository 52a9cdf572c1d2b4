"""Two or more tables of one header side by side: put one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.intake.files.cells import CellTable, Row, shown
from planner.intake.headings.units import normal
from planner.intake.reading.layout import header_index, letters

NAMED_ABOVE = "machine (named above the table)"


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int  # behind its last column
    names: tuple[str, ...]


def one_below_the_other(sheet: CellTable) -> CellTable:
    """Return `sheet` with tables of equal headings below each other; others as they are.

    What stands above each table names its machine, where each has something else above it.
    """
    header = header_index(sheet.rows)
    blocks = _blocks(sheet.rows, header) if header is not None else []
    if header is None or len(blocks) < 2:
        return sheet
    above = [_above(sheet.rows, header, block) for block in blocks]
    is_named = all(above) and len(set(above)) == len(above)
    width = blocks[0].end - blocks[0].start
    first: Row = tuple(sheet.rows[header][blocks[0].start : blocks[0].end])
    rows: list[Row] = [(*first, NAMED_ABOVE) if is_named else first]
    numbers = [header + 1]
    for block, name in zip(blocks, above, strict=True):
        for index in range(header + 1, len(sheet.rows)):
            cells = sheet.rows[index][block.start : block.end]
            if not any(cell != "" for cell in cells):
                continue
            own: Row = (*cells, *("",) * (width - len(cells)))
            rows.append((*own, name) if is_named else own)
            numbers.append(index + 1)
    where = " and ".join(f"{letters(b.start)} to {letters(b.end - 1)}" for b in blocks)
    said = f"tables side by side, columns {where}, are read as one"
    said += f"; {', '.join(above)} above them are machines" if is_named else ""
    return replace(
        sheet, rows=tuple(rows), numbers=tuple(numbers), assumptions=(*sheet.assumptions, said)
    )


def _blocks(rows: Sequence[Row], header: int) -> list[_Block]:
    """Return the parts of a header that blank columns keep apart, if all have the same names."""
    names = [normal(shown(cell)) for cell in rows[header]]
    blocks: list[_Block] = []
    start: int | None = None
    for place, name in enumerate([*names, ""]):
        if name and start is None:
            start = place
        elif not name and start is not None:
            blocks.append(_Block(start, place, tuple(names[start:place])))
            start = None
    if len(blocks) < 2 or len(blocks[0].names) < 2:
        return []
    if any(block.names != blocks[0].names for block in blocks):
        return []
    between = {place for place, name in enumerate(names) if not name}
    filled = any(
        place < len(row) and row[place] != "" for row in rows[header + 1 :] for place in between
    )
    return [] if filled else blocks


def _above(rows: Sequence[Row], header: int, block: _Block) -> str:
    """Return the text nearest above a table, "" if there is none."""
    for index in range(header - 1, max(-1, header - 4), -1):
        cells = [shown(cell) for cell in rows[index][block.start : block.end]]
        filled = [cell for cell in cells if cell]
        if filled:
            return filled[0] if len(filled) == 1 and len(filled[0]) <= 60 else ""
    return ""
