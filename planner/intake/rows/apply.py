"""A sheet and its mapping to a canonical table, with everything assumed, asked or refused."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field

from planner.errors import Finding, Severity
from planner.intake.files.cells import Row, Sheet, as_written, shown, warning
from planner.intake.formats.problems import Problem
from planner.intake.headings.fields import HELPERS, KEYS
from planner.intake.headings.lexicon import folded
from planner.intake.reading.layout import Skipped, data_rows
from planner.intake.reading.sheet_reading import BY_EXPORT, Option, Question, SheetReading
from planner.intake.rows.matrix import MIRROR, Long, long_rows
from planner.intake.rows.operations import are_operations, linked, moved_on, waits_after
from planner.intake.rows.positions import with_positions
from planner.intake.rows.progress import Progress, progress
from planner.intake.rows.reader import BadCell, Reads, RowReader, shot_column
from planner.intake.rows.settle import Settled, settle
from planner.intake.rows.source import Source
from planner.reader.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row of the file that was not imported, and why."""

    line: int
    cells: Row
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One table of a file, understood as far as it goes.

    `table` is None while it is not known what the table holds. `headings` maps each of its columns
    to the name the file has for it. `cells` are those of the file, for each row of an orders table.
    """

    file: str
    kind: str
    table: Table | None
    mapping: SheetReading
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    headings: tuple[tuple[str, str], ...] = field(default=())
    cells: tuple[tuple[str, ...], ...] = field(default=())
    keys: tuple[str, ...] = field(default=(), repr=False)
    has_operations: bool = False

    @property
    def title(self) -> str:
        """Return what the table is called: its file of the scenario, or its kind."""
        return self.name or self.kind

    @property
    def name(self) -> str:
        """Return the file of the scenario this table is, such as orders.csv; "" if not known."""
        kind = "changeovers" if self.kind == "matrix" else self.kind
        return "" if kind in ("", "eligibility") else f"{kind}.csv"

    @property
    def is_ready(self) -> bool:
        """Return whether the table can be planned with: nothing has to be answered first."""
        return self.table is not None and not any(q.is_blocking for q in self.questions)


def apply(sheet: Sheet, mapping: SheetReading) -> Imported:
    """Return the canonical table of `sheet` as `mapping` says, and all that came up.

    Formats are settled here from the cells; answers count where the cells leave a choice.
    """
    sources, skipped = split(sheet, mapping)
    sources, too_long = fitting(sources, len(mapping.places))
    if not mapping.kind:
        return _unknown(sheet, mapping, skipped)
    long = Long(mapping=mapping, sources=sources)
    if mapping.kind == "matrix":
        long = long_rows(mapping, sources)
    done = settle((s.row for s in long.sources), long.mapping, date_1904=sheet.date_1904)
    reader = RowReader(done.mapping)
    reads = reader.read(long.sources)
    reads.bad.extend(too_long)
    return _imported(sheet, _Work(done, reader, reads, skipped, long))


@dataclass(frozen=True, slots=True)
class _Work:
    done: Settled
    reader: RowReader
    reads: Reads
    skipped: tuple[Skipped, ...]
    long: Long

    @property
    def mapping(self) -> SheetReading:
        """Return the reading of the rows, without formats."""
        return self.long.mapping


def split(sheet: Sheet, mapping: SheetReading) -> tuple[list[Source], tuple[Skipped, ...]]:
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


def first_data_index(sheet: Sheet, mapping: SheetReading) -> int:
    """Return the index of the first row below the header (and its second line)."""
    if not mapping.header_row:
        return 0
    return min(mapping.header_row - 1 + mapping.header_lines, len(sheet.rows))


def _unknown(sheet: Sheet, mapping: SheetReading, skipped: tuple[Skipped, ...]) -> Imported:
    return Imported(
        file=sheet.title,
        kind="",
        table=None,
        mapping=mapping,
        skipped=skipped,
        findings=sheet.findings,
        assumptions=sheet.assumptions,
    )


def _imported(sheet: Sheet, work: _Work) -> Imported:
    reads, columns = work.reads, work.reader.columns
    reads, joined = _with_items(work, reads)
    steps = linked(columns, reads.rows, work.mapping) if work.mapping.kind == "orders" else None
    if steps is not None:
        columns, joined = steps.columns, (*joined, *steps.assumptions)
        reads = reads._replace(rows=steps.rows)
    is_route = work.mapping.kind == "orders" and are_operations(columns, reads.rows)
    repeated = [] if is_route else _repeated(columns, reads, work.mapping)
    bad = [*reads.bad, *repeated]
    again = {cell.line for cell in repeated}
    good = [i for i, line in enumerate(reads.lines) if line not in again]
    rows = [reads.rows[i] for i in good]
    rows, asked, waited = _waits(columns, rows, work.done.mapping, is_route=is_route)
    left = Progress(columns=columns, rows=rows, lines=[reads.lines[i] for i in good])
    if not is_route:
        left = progress(left.columns, left.rows, left.lines, work.done.mapping)
    columns, rows, placed = with_positions(left.columns, left.rows, work.done.mapping)
    columns, rows = _without_helpers(columns, rows, work.done.mapping)
    lines, defaults = left.lines, tuple[str, ...]()
    if work.mapping.kind in ("changeovers", "matrix"):
        rows, lines, defaults = _without_defaults(columns, rows, lines)
    table = Table(columns=columns, rows=tuple(rows), numbers=tuple(lines))
    skipped = (*work.skipped, *left.skipped)
    joined = (*joined, *_cycles(work.mapping))
    assumed = (
        *(
            *sheet.assumptions,
            *work.long.assumptions,
            *work.done.assumptions,
            *joined,
            *placed,
            *waited,
        ),
        *(*left.assumptions, *defaults, *_skips(skipped)),
    )
    return Imported(
        file=sheet.title,
        kind=work.mapping.kind,
        table=table,
        mapping=work.done.mapping,
        questions=(*work.long.questions, *work.done.questions, *left.questions, *asked),
        assumptions=tuple(dict.fromkeys(assumed)),
        findings=(
            *sheet.findings,
            *_findings(sheet, bad),
            *_missing(sheet, table, work, has_rows=bool(reads.rows)),
            *_mixed(sheet, table),
        ),
        rejected=rejected_rows(
            {c.line: sheet.rows[c.line - 1] for c in bad}, [c for c in bad if c.costs_row]
        ),
        skipped=skipped,
        headings=tuple(zip(work.reader.columns, work.reader.headings, strict=True)),
        cells=_cells(sheet, work.mapping, table) if work.mapping.kind == "orders" else (),
        keys=(*work.done.keys, *left.keys, MIRROR, "symmetric", "wait"),
        has_operations=is_route,
    )


def _waits(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], mapping: SheetReading, *, is_route: bool
) -> tuple[list[tuple[str, ...]], tuple[Question, ...], tuple[str, ...]]:
    """Put waits on the step after them, where they stand on the step before."""
    names = [c.column for c in mapping.columns if c.field in ("min_wait", "max_wait")]
    if not names or not (is_route or mapping.kind == "routes"):
        return rows, (), ()
    given, shown_by = mapping.answered("wait"), waits_after(columns, rows, mapping)
    is_after = given == "after" if given else shown_by if shown_by is not None else True
    listed = " and ".join(names)
    said = f"{listed}: waits lie {'after' if is_after else 'before'} the step they stand at"
    question = Question(
        key="wait",
        column=names[0],
        text=f"{listed}: does the wait lie after the step it stands at, or before it?",
        options=(
            Option(value="after", label="after it, before the next step"),
            Option(value="before", label="before it, after the step above"),
        ),
        default="after",
    )
    asked = (question,) if given is None and shown_by is None else ()
    return (moved_on(columns, rows) if is_after else rows), asked, (said,)


def _cycles(mapping: SheetReading) -> Iterator[str]:
    """Say which times of a cycle are shared among the pieces it makes."""
    for column in mapping.columns:
        shots = shot_column(mapping, column)
        if shots is not None:
            yield f"{column.column} is divided by {shots.column}, the pieces of a cycle"


def _without_defaults(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], lines: list[int]
) -> tuple[list[tuple[str, ...]], list[int], tuple[str, ...]]:
    """Leave out changeovers of which nothing is said."""
    if "minutes" not in columns:
        return rows, lines, ()
    at = columns.index("minutes")
    kept = [i for i, row in enumerate(rows) if row[at]]
    gone = len(rows) - len(kept)
    said = (f"{gone} changeovers take the time that nothing else is said of",) if gone else ()
    return [rows[i] for i in kept], [lines[i] for i in kept], said


def _without_helpers(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], mapping: SheetReading
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Leave out what an export added and the current sequence now says."""
    added = {c.column for c in mapping.columns if c.by == BY_EXPORT and c.field in HELPERS}
    kept = [place for place, name in enumerate(columns) if name not in added]
    if len(kept) == len(columns):
        return columns, rows
    return tuple(columns[i] for i in kept), [tuple(row[i] for i in kept) for row in rows]


def _cells(sheet: Sheet, mapping: SheetReading, table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the cells of the rows of `table` as the file has them, without an export's own."""
    places = [column.index for column in mapping.columns if column.by != BY_EXPORT]
    return tuple(
        tuple(as_written(row[i]) if i < len(row) else "" for i in places)
        for row in (sheet.rows[line - 1] for line in table.numbers)
    )


def _with_items(work: _Work, reads: Reads) -> tuple[Reads, tuple[str, ...]]:
    """Tell orders with several items apart by the item's number."""
    columns = work.reader.columns
    item = work.mapping.column_of("line_item")
    if item is None or "order_id" not in columns:
        return reads, ()
    place = columns.index("order_id")
    beside = next(i for i, name in enumerate(work.reader.headings) if name == item.column)
    ids = [row[place] for row in reads.rows]
    both = [f"{row[place]}-{row[beside]}" for row in reads.rows]
    stages = [columns.index(name) for name in ("stage", "operation") if name in columns]
    several = len(set(both)) > len(set(ids))
    apart = [(name, *(row[i] for i in stages)) for name, row in zip(both, reads.rows, strict=True)]
    if len(set(ids)) == len(ids) or not several or len(set(apart)) < len(apart):
        return reads, ()
    rows = [
        (*row[:place], name, *row[place + 1 :]) for row, name in zip(reads.rows, both, strict=True)
    ]
    return reads._replace(rows=rows), (
        f"orders are named by number and {item.column}, as {both[0]}",
    )


def _repeated(columns: Sequence[str], reads: Reads, mapping: SheetReading) -> list[BadCell]:
    key = {"orders": "order_id", "machines": "machine_id"}.get(mapping.kind, "")
    if key not in columns:
        return []
    place, found = columns.index(key), []
    first: dict[str, int] = {}
    heading = mapping.column_of(key)
    for row, line in zip(reads.rows, reads.lines, strict=True):
        name = row[place]
        if name in first:
            found.append(
                BadCell(
                    line=line,
                    column=heading.column if heading else key,
                    value=name,
                    problem=_again(name, first[name]),
                )
            )
        first.setdefault(name, line)
    return found


def _again(name: str, line: int) -> Problem:
    return Problem(
        "unique_name",
        f"{name} is already in row {line}",
        "Give each row its own name, or delete one of the two.",
    )


def _findings(sheet: Sheet, bad: Sequence[BadCell]) -> list[Finding]:
    return [
        Finding(
            rule=cell.problem.rule,
            message=cell.problem.message,
            hint=cell.problem.hint,
            file=sheet.title,
            row=cell.line,
            column=cell.column,
            value=cell.value,
            severity=Severity.ERROR if cell.costs_row else Severity.WARNING,
        )
        for cell in sorted(bad, key=lambda cell: cell.line)
    ]


def rejected_rows(rows: Lookup[int, Row], bad: Sequence[BadCell]) -> tuple[RejectedRow, ...]:
    """Return the rows of a file, by their line, that have bad cells, each with the reasons."""
    reasons: dict[int, list[str]] = {}
    for cell in bad:
        where = f"{cell.column}: " if cell.column else ""
        reasons.setdefault(cell.line, []).append(f"{where}{cell.problem.message}")
    return tuple(
        RejectedRow(line=line, cells=rows[line], reason="; ".join(why))
        for line, why in sorted(reasons.items())
    )


def _skips(skipped: Sequence[Skipped]) -> list[str]:
    texts = []
    for reason in dict.fromkeys(skip.reason for skip in skipped):
        lines = [str(skip.line) for skip in skipped if skip.reason == reason]
        shown = ", ".join(lines[:5]) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")
        texts.append(f"row{'s' if len(lines) > 1 else ''} {shown}: {reason}, not imported")
    return texts


def _missing(sheet: Sheet, table: Table, work: _Work, *, has_rows: bool) -> list[Finding]:
    kind = "changeovers" if work.mapping.kind == "matrix" else work.mapping.kind
    open_fields = {q.column for q in work.done.questions}
    found = []
    for name in KEYS[kind]:
        column = work.mapping.column_of(name)
        if name in table.columns or (column and column.column in open_fields):
            continue
        if not (kind == "orders" and work.mapping.answered("column:order_id") is None):
            found.append(
                Finding(
                    rule="column_given",
                    file=sheet.title,
                    column=name,
                    message=f"no column holds {name}",
                    hint="Say which column it is.",
                )
            )
    if not has_rows:
        found.append(
            Finding(
                rule="no_rows",
                file=sheet.title,
                message="no row could be imported",
                hint="Check the header row and the findings above.",
            )
        )
    return found


def _mixed(sheet: Sheet, table: Table) -> list[Finding]:
    if "unit" not in table.columns:
        return []
    units = Counter(unit.casefold() for unit in table.column("unit") if unit)
    if len(units) < 2:
        return []
    counts = ", ".join(f"{count} {unit}" for unit, count in units.most_common(5))
    return [
        warning(
            "mixed_units",
            f"quantities have different units: {counts}",
            "Sizes and rates count them alike; give one unit, or a size column.",
            file=sheet.title,
        )
    ]
