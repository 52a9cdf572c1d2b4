"""Changeovers as a square matrix: families down the side and along the top, times inside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.intake.files.cells import Cell, is_nothing, shown
from planner.intake.formats.changeovers import class_of
from planner.intake.headings.lexicon import folded
from planner.intake.headings.units import is_unnamed
from planner.intake.reading.sheet_reading import ColumnReading, Option, Question, SheetReading
from planner.intake.rows.source import Source

MIRROR = "mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """A matrix as rows of from, to and minutes, the reading of those, and what came up."""

    mapping: SheetReading
    sources: list[Source]
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()


def long_rows(mapping: SheetReading, sources: Sequence[Source]) -> Long:
    """Return the matrix as rows; marks on the diagonal say nothing and make none.

    Where one half is empty, whether it is as the other is asked, and taken so until answered.
    """
    corner = mapping.header[0] if mapping.columns else "from"
    cells = [
        Source(line, (shown(row[0]), column.column, _cell(row, column.index)))
        for line, row in sources
        for column in mapping.columns[1:]
        if row and not is_unnamed(column.column) and not _is_on_diagonal(row, column)
    ]
    times = f"times {corner}" if corner and not is_unnamed(corner) else "times"
    names = (("from", "from"), ("to", "to"), (times, "minutes"))
    columns = tuple(
        ColumnReading(column=name, index=index, field=field)
        for index, (name, field) in enumerate(names)
    )
    long = replace(mapping, columns=columns)
    half = _filled_half(cells, [shown(row[0]) for _, row in sources if row])
    if not half:
        return Long(mapping=long, sources=cells)
    question = _mirror_question(half)
    given = mapping.answered(MIRROR) or mapping.answered("symmetric")
    answer = given or question.default
    return Long(
        mapping=long,
        sources=_completed(cells, str(answer)),
        questions=() if given else (question,),
        assumptions=() if given else (f"{question.text} Taken as: the same both ways",),
    )


def _cell(row: Sequence[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else ""


def _is_on_diagonal(row: Sequence[Cell], column: ColumnReading) -> bool:
    """Return whether a cell is on the diagonal and holds no time."""
    if folded(shown(row[0])) != folded(column.column):
        return False
    cell = _cell(row, column.index)
    return is_nothing(cell) or class_of(cell) != ""


def _filled_half(cells: Sequence[Source], labels: Sequence[str]) -> str:
    """Return above or below where only that side of the diagonal has times; "" where both have."""
    order = {folded(label): place for place, label in enumerate(labels)}
    sides = {True: [0, 0], False: [0, 0]}  # above the diagonal or not: cells, filled
    for _, (left, top, cell) in cells:
        before, after = order.get(folded(str(left))), order.get(folded(str(top)))
        if before is None or after is None or before == after:
            continue
        sides[before < after][0] += 1
        sides[before < after][1] += not is_nothing(cell)
    for is_above, name in ((True, "above"), (False, "below")):
        mine, other = sides[is_above], sides[not is_above]
        if mine[0] >= 3 and 2 * mine[1] > mine[0] and other[1] == 0:
            return name
    return ""


def _mirror_question(half: str) -> Question:
    return Question(
        key=MIRROR,
        text=f"Only the cells {half} the diagonal are filled: are changeovers the same both ways?",
        options=(
            Option(value="yes", label="the same both ways"),
            Option(value="no", label="the other way is not possible"),
            Option(value="default", label="the other way takes the changeover nothing is said of"),
        ),
        default="yes",
    )


def _completed(cells: Sequence[Source], answer: str) -> list[Source]:
    filled = [source for source in cells if not is_nothing(source.row[2])]
    if answer == "default":
        return filled
    turned = [
        Source(line, (top, left, cell if answer == "yes" else "no"))
        for line, (left, top, cell) in filled
        if left != top
    ]
    return [*filled, *turned]
