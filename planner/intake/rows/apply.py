"""A sheet and its mapping to a canonical table, with everything assumed, asked or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.errors import Finding
from planner.intake.files.cells import CellTable, as_written
from planner.intake.reading.layout import Skipped
from planner.intake.reading.sheet_reading import BY_EXPORT, Question, SheetReading
from planner.intake.rows.data import fitting, split
from planner.intake.rows.imported import Imported
from planner.intake.rows.intervals import with_intervals
from planner.intake.rows.matrix import MIRROR, Long, long_rows
from planner.intake.rows.operations import Steps, operations_of
from planner.intake.rows.positions import with_positions
from planner.intake.rows.progress import RowsLeft, progress
from planner.intake.rows.reader import BadCell, Reads, RowReader
from planner.intake.rows.settle import Settled, settle
from planner.intake.rows.step_progress import steps_left
from planner.intake.rows.steps import shared_cycles, with_items, without_defaults, without_helpers
from planner.intake.rows.table_findings import (
    findings_of,
    missing_columns,
    mixed_units,
    rejected_rows,
    repeated,
    repeated_steps,
    skips_said,
)
from planner.intake.rows.twins import twins
from planner.intake.rows.waits import with_waits
from planner.reader.tables import Table


def apply(sheet: CellTable, mapping: SheetReading) -> Imported:
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
    return _imported(sheet, _RowWork(done, reader, reads, skipped, long))


@dataclass(frozen=True, slots=True)
class _RowWork:
    done: Settled
    reader: RowReader
    reads: Reads
    skipped: tuple[Skipped, ...]
    long: Long

    @property
    def mapping(self) -> SheetReading:
        """Return the reading of the rows, without formats."""
        return self.long.mapping


def _unknown(sheet: CellTable, mapping: SheetReading, skipped: tuple[Skipped, ...]) -> Imported:
    return Imported(
        file=sheet.title,
        kind="",
        table=None,
        mapping=mapping,
        skipped=skipped,
        findings=sheet.findings,
        assumptions=sheet.assumptions,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The table that the rows became, the bad cells, what was left out, asked and said.

    `times` are those of steps that depend on the machine.
    """

    table: Table
    bad: Sequence[BadCell]
    left: RowsLeft
    asked: tuple[Question, ...] = ()
    said: tuple[str, ...] = ()
    has_operations: bool = False
    times: Table | None = None
    others: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def _made(work: _RowWork) -> _Made:
    columns, mapping = work.reader.columns, work.done.mapping
    columns, given = with_intervals(columns, work.reads, work.mapping)
    reads, joined = with_items(work.reader, work.mapping, given)
    steps = operations_of(columns, reads.rows, reads.lines, work.mapping)
    if steps is not None:
        return _made_of_steps(work, reads, steps, joined)
    twice = repeated(columns, reads, work.mapping)
    again = {cell.line for cell in twice}
    good = [i for i, line in enumerate(reads.lines) if line not in again]
    left = progress(columns, [reads.rows[i] for i in good], [reads.lines[i] for i in good], mapping)
    columns, rows, placed = with_positions(left.columns, left.rows, mapping)
    columns, rows = without_helpers(columns, rows, mapping)
    lines, defaults = left.lines, tuple[str, ...]()
    if mapping.kind in ("changeovers", "matrix"):
        rows, lines, defaults = without_defaults(columns, rows, lines)
    return _Made(
        table=Table(columns=columns, rows=tuple(rows), numbers=tuple(lines)),
        bad=[*reads.bad, *twice],
        left=left,
        said=(*joined, *shared_cycles(work.mapping), *placed, *defaults),
    )


def _made_of_steps(work: _RowWork, reads: Reads, steps: Steps, joined: Sequence[str]) -> _Made:
    mapping, columns = work.done.mapping, steps.columns
    twice = repeated_steps(columns, steps, work.mapping) if mapping.kind == "orders" else []
    again = {cell.line for cell in twice}
    good = [i for i, line in enumerate(steps.lines) if line not in again]
    lines = [steps.lines[i] for i in good]
    rows, asked, waited = with_waits(columns, [steps.rows[i] for i in good], mapping)
    left = RowsLeft(columns=columns, rows=rows, lines=lines)
    if mapping.kind == "orders":
        left = steps_left(columns, rows, lines, mapping)
    columns, rows, placed = with_positions(left.columns, left.rows, mapping)
    columns, rows = without_helpers(columns, rows, mapping)
    return _Made(
        table=Table(columns=columns, rows=tuple(rows), numbers=tuple(left.lines)),
        bad=[*reads.bad, *twice],
        left=left,
        asked=asked,
        said=(*joined, *steps.assumptions, *shared_cycles(work.mapping), *placed, *waited),
        has_operations=mapping.kind == "orders",
        times=steps.times,
        others=steps.others,
    )


def _imported(sheet: CellTable, work: _RowWork) -> Imported:
    made = _made(work)
    table, skipped = made.table, (*work.skipped, *made.left.skipped)
    known = (*sheet.assumptions, *work.long.assumptions, *work.done.assumptions)
    assumed = (*known, *made.said, *made.left.assumptions, *skips_said(skipped))
    return Imported(
        file=sheet.title,
        kind=work.mapping.kind,
        table=table,
        mapping=work.done.mapping,
        questions=(
            *(*work.long.questions, *work.done.questions),
            *(*made.left.questions, *made.asked),
        ),
        assumptions=tuple(dict.fromkeys(assumed)),
        findings=_all_findings(sheet, work, made),
        rejected=rejected_rows(
            {c.line: sheet.rows[c.line - 1] for c in made.bad},
            [c for c in made.bad if c.costs_row],
        ),
        skipped=skipped,
        headings=tuple(zip(work.reader.columns, work.reader.headings, strict=True)),
        cells=_cells(sheet, work.mapping, table.numbers) if work.mapping.kind == "orders" else (),
        keys=(*work.done.keys, *made.left.keys, MIRROR, "symmetric", "wait"),
        has_operations=made.has_operations,
        machine_times=made.times,
        more_cells={
            _cells(sheet, work.mapping, [first])[0]: _cells(sheet, work.mapping, others)
            for first, others in made.others.items()
        },
    )


def _all_findings(sheet: CellTable, work: _RowWork, made: _Made) -> tuple[Finding, ...]:
    has_rows = bool(work.reads.rows)
    return (
        *sheet.findings,
        *findings_of(sheet, made.bad),
        *missing_columns(sheet, made.table, work.done, work.mapping, has_rows=has_rows),
        *mixed_units(sheet, made.table),
        *twins(made.table.columns, made.table.rows, sheet.title),
    )


def _cells(
    sheet: CellTable, mapping: SheetReading, lines: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    """Return the cells of lines of the file as it has them, without an export's own."""
    places = [column.index for column in mapping.columns if column.by != BY_EXPORT]
    return tuple(
        tuple(as_written(row[i]) if i < len(row) else "" for i in places)
        for row in (sheet.rows[line - 1] for line in lines)
    )
