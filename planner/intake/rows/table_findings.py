"""What is wrong with the rows of a table, as findings and as words."""

from collections import Counter
from collections.abc import Mapping as Lookup
from collections.abc import Sequence

from planner.errors import Finding, Severity
from planner.intake.files.cells import CellTable, Row, warning
from planner.intake.formats.problems import Problem
from planner.intake.headings.fields import KEYS
from planner.intake.reading.layout import Skipped
from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.imported import RejectedRow
from planner.intake.rows.operations import Steps, step_of
from planner.intake.rows.reader import BadCell, Reads
from planner.intake.rows.settle import Settled
from planner.reader.tables import Table


def repeated(columns: Sequence[str], reads: Reads, mapping: SheetReading) -> list[BadCell]:
    """Return what is wrong with names that are there already."""
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


def repeated_steps(columns: Sequence[str], steps: Steps, mapping: SheetReading) -> list[BadCell]:
    """Return what is wrong with steps of orders that are there already."""
    heading, found = mapping.column_of("order_id"), []
    first: dict[tuple[str, ...], int] = {}
    for row, line in zip(steps.rows, steps.lines, strict=True):
        step = step_of(columns, row)
        if step in first:
            problem = Problem(
                "unique_name",
                f"this step of {step[0]} is already in row {first[step]}",
                "Delete one of the two, or give the steps different numbers.",
            )
            column = heading.column if heading else "order_id"
            found.append(BadCell(line=line, column=column, value=step[0], problem=problem))
        first.setdefault(step, line)
    return found


def _again(name: str, line: int) -> Problem:
    return Problem(
        "unique_name",
        f"{name} is already in row {line}",
        "Give each row its own name, or delete one of the two.",
    )


def findings_of(sheet: CellTable, bad: Sequence[BadCell]) -> list[Finding]:
    """Return the findings of bad cells, in the order of their rows."""
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


def skips_said(skipped: Sequence[Skipped]) -> list[str]:
    """Say which rows are no data, and why."""
    texts = []
    for reason in dict.fromkeys(skip.reason for skip in skipped):
        lines = [str(skip.line) for skip in skipped if skip.reason == reason]
        shown = ", ".join(lines[:5]) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")
        texts.append(f"row{'s' if len(lines) > 1 else ''} {shown}: {reason}, not imported")
    return texts


def missing_columns(
    sheet: CellTable, table: Table, done: Settled, mapping: SheetReading, *, has_rows: bool
) -> list[Finding]:
    """Return what says that a column, or every row, is missing."""
    kind = "changeovers" if mapping.kind == "matrix" else mapping.kind
    open_fields = {q.column for q in done.questions}
    found = []
    for name in KEYS[kind]:
        column = mapping.column_of(name)
        if name in table.columns or (column and column.column in open_fields):
            continue
        if not (kind == "orders" and mapping.answered("column:order_id") is None):
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


def mixed_units(sheet: CellTable, table: Table) -> list[Finding]:
    """Return a warning where quantities have several units."""
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
