"""A first mapping of a sheet: header, kind of table, columns by name and by content."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.intake.files.cells import Row, Sheet
from planner.intake.headings.fields import known_fields
from planner.intake.headings.matching import kind_scores, title_kind
from planner.intake.reading.columns import ColumnFinder
from planner.intake.reading.layout import data_rows, header_index, letters, names_of, second_header
from planner.intake.reading.profile import SAMPLED_ROWS, profiles
from planner.intake.reading.sheet_reading import ColumnReading, Option, Question, SheetReading
from planner.intake.rows.matrix import is_matrix

KIND_NAMES = {
    "orders": "orders",
    "machines": "machines",
    "changeovers": "changeovers, one per row",
    "matrix": "changeovers as a square matrix",
    "calendars": "calendars",
    "durations": "durations per machine",
    "none": "nothing to plan with: leave it out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping made from the sheet alone, why, and what it cannot know.

    `score` says how surely the sheet is of its kind; 0 is not at all.
    """

    mapping: SheetReading
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    score: float = 0.0


def propose(sheet: Sheet, *, kind: str = "", answers: tuple[tuple[str, str], ...] = ()) -> Proposal:
    """Return how to read `sheet`; `kind` and `answers` settle what the sheet leaves open."""
    given = dict(answers)
    bare, rows, said = _columns(sheet)
    header = bare.header
    scores = kind_scores(header, f"{sheet.file} {sheet.name}")
    chosen = given.get("kind", "") or _kind(sheet, header, rows, scores)
    mapping = replace(bare, kind="" if chosen == "none" else chosen, answers=answers)
    if not chosen:
        return Proposal(mapping=mapping, questions=(_kind_question(sheet),), assumptions=said)
    if chosen in ("matrix", "none"):
        return Proposal(mapping=mapping, assumptions=said, score=5.0 if chosen == "matrix" else 0.0)
    work = ColumnFinder(mapping, rows)
    work.by_name()
    if chosen == "orders":
        work.by_content()
    return Proposal(
        mapping=work.mapping(),
        questions=tuple(work.questions),
        assumptions=(*said, *work.assumptions),
        score=scores.get(chosen, 0.0) or 1.0,
    )


def _columns(sheet: Sheet) -> tuple[SheetReading, list[Row], tuple[str, ...]]:
    rows, said = sheet.rows, []
    index = header_index(rows)
    first, lines = (index or 0), 1
    width = max((len(row) for row in rows[first:]), default=0)
    if index is None:
        header = tuple(f"column {letters(column)}" for column in range(width))
        said.append("there is no header row: columns are known by their letters")
        start = 0
    else:
        two = second_header(rows, index)
        lines = 2 if two else 1
        wide: Row = (*rows[index], *("",) * (width - len(rows[index])))
        header = names_of(wide, rows[index + 1] if two else ())
        start = index + lines
        if index:
            said.append(f"row {index + 1} is the header; the rows above it are notes")
        if two:
            said.append(f"row {index + 2} belongs to the header")
    data = [row for _, row, why in data_rows(rows, start, header, None) if not why]
    columns = tuple(
        ColumnReading(column=header[place], index=place)
        for place in _used_places(header, data, named=index is not None)
    )
    bare = SheetReading(
        kind="",
        header_row=0 if index is None else index + 1,
        header_lines=lines,
        columns=columns,
        sheet=sheet.name,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
    )
    return bare, data[:SAMPLED_ROWS], tuple(said)


def _used_places(header: Sequence[str], data: Sequence[Row], *, named: bool) -> list[int]:
    """Return the places of real columns: named ones, and unnamed ones that hold something.

    Behind the last name, cells in less than half of the rows are no column: those rows are too
    long.
    """
    count = Counter(place for row in data for place, cell in enumerate(row) if cell != "")
    bare = {place for place, name in enumerate(header) if name == f"column {letters(place)}"}
    last = max((p for p in range(len(header)) if not named or p not in bare), default=-1)
    return [
        place
        for place in range(len(header))
        if (named and place not in bare)
        or (count[place] if place < last else 2 * count[place] >= max(len(data), 1))
        or (not named and count[place])
    ]


def _kind(
    sheet: Sheet, header: Sequence[str], rows: Sequence[Row], scores: dict[str, float]
) -> str:
    if is_matrix(header, rows):
        return "matrix"
    best = max(scores, key=lambda kind: scores[kind])
    titled = title_kind(f"{sheet.name}") or title_kind(sheet.file)
    if scores[best] >= 2.0:
        return best
    if titled:
        return titled
    # No heading is known: a table with dates and numbers is taken for orders.
    shapes = profiles(rows, len(header))
    has_shape = any(s.is_dates for s in shapes) and any(s.is_names for s in shapes)
    return "orders" if has_shape and len(rows) > 1 else ""


def _kind_question(sheet: Sheet) -> Question:
    options = tuple(Option(value=kind, label=label) for kind, label in KIND_NAMES.items())
    return Question(key="kind", text=f"What does {sheet.title} hold?", options=options)


def fields_of(kind: str) -> tuple[str, ...]:
    """Return the fields a user may give to a column of such a table."""
    return known_fields(kind)
