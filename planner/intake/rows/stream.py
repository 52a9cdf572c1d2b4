"""Histories of millions of rows: batches of canonical rows in memory that stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from planner.errors import Finding
from planner.files import open_regular
from planner.intake.files.cells import CellTable, Limits, Row, refusal
from planner.intake.files.delimited import Delimited, delimited
from planner.intake.reading.layout import DataRows
from planner.intake.reading.propose import propose
from planner.intake.reading.sheet_reading import Question, SheetReading
from planner.intake.rows.data import fitting
from planner.intake.rows.evidence import Collector
from planner.intake.rows.imported import RejectedRow
from planner.intake.rows.reader import Reads, RowReader
from planner.intake.rows.settle import Settler
from planner.intake.rows.source import Source
from planner.intake.rows.table_findings import rejected_rows
from planner.reader.tables import Table

_HEAD_ROWS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedBatch:
    """Some rows of a long file: the good ones as a table, the bad ones with findings.

    `last_line` is the last row of the file this batch covers: an interrupted import goes on with
    `stream(..., after=last_line)`.
    """

    table: Table
    findings: tuple[Finding, ...]
    last_line: int
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """A long file, ready to be read: the settled mapping and what has to be answered first."""

    path: Path
    mapping: SheetReading
    questions: tuple[Question, ...]
    assumptions: tuple[str, ...]
    findings: tuple[Finding, ...]
    source: Delimited
    limits: Limits

    @property
    def is_ready(self) -> bool:
        """Return whether nothing has to be answered before the rows are read."""
        return bool(self.mapping.kind) and not any(q.is_blocking for q in self.questions)

    def batches(self, size: int = 500, *, after: int = 0) -> Iterator[StreamedBatch]:
        """Yield the rows below row `after` in batches of at most `size`."""
        reader = RowReader(self.mapping)
        waiting: list[Source] = []
        for line, row in _data(self.source, self.mapping, self.limits):
            if line <= after:
                continue
            waiting.append(Source(line, row))
            if len(waiting) == size:
                yield self._batch(reader, waiting)
                waiting = []
        if waiting:
            yield self._batch(reader, waiting)

    def _batch(self, reader: RowReader, sources: list[Source]) -> StreamedBatch:
        reads = _reads(reader, sources, len(self.mapping.places))
        rows = {source.line: source.row for source in sources} if reads.bad else {}
        findings = tuple(
            Finding(
                rule=cell.problem.rule,
                message=cell.problem.message,
                hint=cell.problem.hint,
                file=self.path.name,
                row=cell.line,
                column=cell.column,
                value=cell.value,
            )
            for cell in sorted(reads.bad, key=lambda cell: cell.line)
        )
        table = Table(columns=reader.columns, rows=tuple(reads.rows), numbers=tuple(reads.lines))
        return StreamedBatch(
            table=table,
            findings=findings,
            last_line=sources[-1].line,
            rejected=rejected_rows(rows, reads.bad),
        )


def _reads(reader: RowReader, sources: list[Source], width: int) -> Reads:
    fit, too_long = fitting(sources, width)
    reads = reader.read(fit)
    reads.bad.extend(too_long)
    return reads


def stream(
    path: str | Path,
    *,
    mapping: SheetReading | None = None,
    answers: tuple[tuple[str, str], ...] = (),
    limits: Limits | None = None,
) -> Streamed:
    """Return a delimited file of any length, its formats settled by a first pass over all rows.

    `RefusedFileError` if it cannot be read. Order ids that occur twice are for the store to find.
    """
    path, limits = Path(path), limits or Limits()
    source = delimited(path.name, lambda: _opened(path), limits)
    said: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    proposed = mapping
    if proposed is None:
        head = [row for _, row in zip(range(_HEAD_ROWS), source.rows(limits), strict=False)]
        sheet = CellTable(
            file=path.name, rows=tuple(head), encoding=source.encoding, delimiter=source.delimiter
        )
        proposal = propose(sheet, answers=answers)
        proposed, said, asked = proposal.mapping, proposal.assumptions, proposal.questions
    collector = Collector(proposed)
    for _, row in _data(source, proposed, limits):
        collector.add(row)
    done = Settler(proposed, collector.columns, date_1904=False).settled()
    return Streamed(
        path=path,
        mapping=replace(done.mapping, answers=proposed.answers),
        questions=(*asked, *done.questions),
        assumptions=(*source.assumptions, *said, *done.assumptions),
        findings=source.findings,
        source=source,
        limits=limits,
    )


def _opened(path: Path) -> BinaryIO:
    """Open a file; refuses what is none, such as a pipe."""
    try:
        return cast("BinaryIO", open_regular(path))
    except OSError as error:
        raise refusal(
            "unreadable_file",
            f"{path.name} cannot be opened: {error.strerror}",
            "Check the path.",
            path.name,
        ) from error


def _data(source: Delimited, mapping: SheetReading, limits: Limits) -> Iterator[tuple[int, Row]]:
    key = mapping.column_of("order_id") or mapping.column_of("machine_id")
    judge = DataRows(mapping.places, key.index if key else None)
    first = mapping.header_row + mapping.header_lines if mapping.header_row else 1
    for line, row in enumerate(source.rows(limits), start=1):
        if line >= first and not judge.why_not(row):
            yield line, row
