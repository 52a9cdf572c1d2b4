"""Findings as a table: where, what, and what to do."""

from collections.abc import Iterable

import pandas as pd

from planner.errors import Finding, ScenarioError, Severity
from planner.reader import Tables, findings_in, scenario_from_tables
from planner.validator import validate

COLUMNS = ("Stops planning", "File", "Row", "Column", "Value", "What is wrong", "Fix")


def finding_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return a row per finding, those that stop planning first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != Severity.ERROR)
    rows = [
        (
            "yes" if finding.severity == Severity.ERROR else "no",
            finding.file,
            finding.row,
            finding.column,
            finding.value,
            finding.message,
            finding.hint,
        )
        for finding in ordered
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"Row": "Int64"})


def all_findings(tables: Tables) -> tuple[Finding, ...]:
    """Return what reading finds, and where that goes through, what validating finds."""
    found = findings_in(tables)
    try:
        scenario = scenario_from_tables(tables)
    except ScenarioError as error:
        return tuple(dict.fromkeys((*error.findings, *found)))
    return tuple(dict.fromkeys((*found, *validate(scenario))))


def stops(findings: Iterable[Finding]) -> bool:
    """Return whether anything has to be put right before planning."""
    return any(finding.severity == Severity.ERROR for finding in findings)
