"""Groups of rows whose first row alone has the day or the machine: carried down to the others."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from planner.intake.files.cells import Cell, CellTable, Row, is_nothing, shown
from planner.intake.headings.lexicon import folded, lexicon
from planner.intake.reading.layout import data_rows, header_index, names_of

_MOST_FILLED = 0.6  # share of rows; a fuller column has gaps, not groups
_FULL = 0.9
_ALL_OF_A_ROW = 3
_SAMPLED = 500


def carried_down(sheet: CellTable) -> CellTable:
    """Return `sheet` with cells of groups, and marks for the same again, filled from above."""
    header = header_index(sheet.rows)
    if header is None:
        return sheet
    names = names_of(sheet.rows[header])
    sample = sheet.rows[: header + 1 + _SAMPLED]
    first = [i for i, _, why in data_rows(sample, header + 1, names, None) if not why]
    grouped = _grouped([sheet.rows[index] for index in first], len(names))
    dittos: set[Cell] = {
        cell
        for row in sheet.rows[header + 1 :]
        for cell in row
        if cell.__class__ is str and len(cell) < 21
    }
    dittos = {cell for cell in dittos if _is_ditto(cell)}
    if not grouped and not dittos:
        return sheet
    places = first
    if len(sample) < len(sheet.rows):
        places = [i for i, _, why in data_rows(sheet.rows, header + 1, names, None) if not why]
    rows, again = _filled(sheet, places, grouped, dittos)
    said = [f"{names[column]}: empty cells below a value mean the same value" for column in grouped]
    if again:
        said.append(f"{again} marks such as ditto stand for the value above")
    if not said:
        return sheet
    return replace(sheet, rows=tuple(rows), assumptions=(*sheet.assumptions, *said))


def _filled(
    sheet: CellTable, places: Sequence[int], grouped: Sequence[int], dittos: set[Cell]
) -> tuple[list[Row], int]:
    rows, again = list(sheet.rows), 0
    above: Row = ()
    for index in places:
        row: list[Cell] = list(rows[index])
        for column in grouped:
            row.extend([""] * (column + 1 - len(row)))
            starts_anew = any(_has(rows[index], c) for c in grouped if c < column)
            if row[column] == "" and column < len(above) and not starts_anew:
                row[column] = above[column]
        for column, cell in enumerate(row):
            if cell.__class__ is str and cell in dittos and column < len(above):
                row[column], again = above[column], again + 1
        rows[index] = above = tuple(row)
    return rows, again


def _is_ditto(cell: Cell) -> bool:
    if not isinstance(cell, str) or not 0 < len(cell.strip()) <= 20:
        return False
    word = folded(cell).strip(" .")
    is_mark = not any(letter.isalnum() for letter in word)
    known = lexicon().rows.get("continued", set())
    return (is_mark and folded(cell) in known) or (len(word) >= 4 and word in known)


def _grouped(rows: Sequence[Row], width: int) -> list[int]:
    """Return the columns at the left that have a value in the first row of each group alone."""
    if len(rows) < 4:
        return []
    filled = [[_has(row, column) for row in rows] for column in range(width)]
    if not any(sum(column) >= 0.95 * len(rows) for column in filled):
        return []
    found: list[int] = []
    for column in range(min(width - 1, _ALL_OF_A_ROW)):
        if not filled[column][0] or sum(filled[column]) > _MOST_FILLED * len(rows):
            break
        outer = filled[found[-1]] if found else [False] * len(rows)
        nested = all(inner for inner, out in zip(filled[column], outer, strict=True) if out)
        if not nested or not _is_heading([row for row in rows if _has(row, column)], column):
            break
        found.append(column)
    return found


def _has(row: Row, column: int) -> bool:
    return column < len(row) and not is_nothing(row[column])


def _is_heading(rows: Sequence[Row], column: int) -> bool:
    """Return whether a column's values head groups: several, and hardly one directly again."""
    texts = [shown(row[column]) for row in rows]
    if len(texts) < 2 or len(set(texts)) < 2:
        return False
    again = sum(a == b for a, b in pairwise(texts))
    known = lexicon()
    is_flag = all(known.value("yes_no", t) or known.value("priority", t) for t in texts)
    return again <= len(texts) // 3 and not is_flag
