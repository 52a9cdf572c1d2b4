"""Findings as a table: where, what, and what to do; those of one kind are one line."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import pandas as pd

from planner.errors import Finding, ScenarioError, Severity
from planner.intake import grouped
from planner.reader import Tables, findings_in, in_upload, scenario_from_tables
from planner.validator import validate
from ui.words import count

COLUMNS = ("What", "File", "Column", "Count", "Rows", "Values", "What is wrong", "Way out")
TO_FIX, TO_KNOW = "to fix", "note"
FEW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """Findings of one kind on one column: `rows` and `values` are a few of theirs, as text."""

    what: str
    file: str
    column: str
    count: int
    rows: str
    values: str
    message: str
    hint: str

    @property
    def where(self) -> str:
        """Return in words how many there are and where."""
        times = [f"{self.count} times"] if self.count > 1 else []
        lines = [f"row{'s' if self.count > 1 else ''} {self.rows}"] if self.rows else []
        column = [f"column {self.column}"] if self.column else []
        return ", ".join([*times, *([self.file] if self.file else []), *column, *lines])


def finding_lines(findings: Iterable[Finding]) -> list[FindingLine]:
    """Return a line per kind of finding and column, those that stop planning first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != Severity.ERROR)
    return [_line(group.findings) for group in grouped(ordered)]


def finding_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return the lines of findings as a table."""
    rows = [astuple(line) for line in finding_lines(findings)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"Count": "Int64"})


def _line(group: Sequence[Finding]) -> FindingLine:
    first = group[0]
    messages = list(dict.fromkeys(finding.message for finding in group))
    more = f" (and {len(messages) - 1} more like it)" if len(messages) > 1 else ""
    return FindingLine(
        what=TO_FIX if first.severity == Severity.ERROR else TO_KNOW,
        file=first.file,
        column=first.column,
        count=len(group),
        rows=_few([str(finding.row) for finding in group if finding.row is not None]),
        values=_few([finding.value for finding in group if finding.value]),
        message=messages[0] + more,
        hint=first.hint,
    )


def _few(texts: Sequence[str]) -> str:
    """Return the first of several texts, and how many more there are.

    >>> _few(["2", "3", "2"]), _few([str(row) for row in range(2, 12)])
    ('2, 3', '2, 3, 4, 5, 6, 7 and 4 more')
    """
    unlike = list(dict.fromkeys(texts))
    rest = len(unlike) - FEW
    return ", ".join(unlike[:FEW]) + (f" and {rest} more" if rest > 0 else "")


def told(findings: Iterable[Finding]) -> str:
    """Return how many problems and notes there are.

    >>> error = Finding(rule="r", message="m", hint="h")
    >>> told([error, error])
    '2 problems to fix'
    """
    given = list(findings)
    errors = sum(finding.severity == Severity.ERROR for finding in given)
    parts = [count(errors, "problem") + " to fix"] if errors else []
    notes = len(given) - errors
    return ", ".join([*parts, count(notes, "note")] if notes else parts)


def all_findings(tables: Tables) -> tuple[Finding, ...]:
    """Return what reading finds, and where that goes through, what validating finds.

    What is of an upload is told of in its rows and headings.
    """
    return in_upload(_of_tables(tables), tables)


def first_fault(tables: Tables) -> str:
    """Return the file of the scenario with the first finding that stops planning; "" if none."""
    files = {tables.source(name): name for name in tables.files}
    faults = (f for f in _of_tables(tables) if f.severity == Severity.ERROR)
    return next((files.get(fault.file, fault.file) for fault in faults), "")


def _of_tables(tables: Tables) -> tuple[Finding, ...]:
    found = findings_in(tables)
    try:
        scenario = scenario_from_tables(tables)
    except ScenarioError as error:
        return tuple(dict.fromkeys((*error.findings, *found)))
    return tuple(dict.fromkeys((*found, *validate(scenario))))


def stops(findings: Iterable[Finding]) -> bool:
    """Return whether anything has to be put right before planning."""
    return any(finding.severity == Severity.ERROR for finding in findings)
