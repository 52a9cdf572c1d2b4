"""Findings about what was uploaded: in its rows and headings, not in those of the scenario's files.

An import keeps beside the scenario, in `upload.json`, where the rows and columns of its files are
from: `rows` has by file the row of the upload for each row that was written, in order; `columns`
by file the heading of each column; `files` by file what the user calls it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.errors import Finding
from planner.reader.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one file of a scenario is from."""

    file: str
    rows: Mapping[int, int]
    columns: Mapping[str, str]

    def of(self, finding: Finding) -> Finding:
        """Return `finding` about the same cell of the upload; a header stays in row 1."""
        row = None if finding.row is None else self.rows.get(finding.row, finding.row)
        column = self.columns.get(finding.column, finding.column)
        return replace(finding, file=self.file, row=row, column=column)


def in_upload(findings: Iterable[Finding], tables: Tables) -> tuple[Finding, ...]:
    """Return `findings` about `tables`, of the upload where it is known what they are from."""
    origins = _origins(tables)
    return tuple(
        origins[finding.file].of(finding) if finding.file in origins else finding
        for finding in findings
    )


def _origins(tables: Tables) -> dict[str, Origin]:
    given = _parsed(tables.upload)
    rows = _table(given, "rows")
    columns, files = _table(given, "columns"), _table(given, "files")
    return {
        tables.source(name): Origin(
            file=str(files.get(name) or given.get("file") or name),
            rows=dict(zip(tables.files[name].numbers, rows[name], strict=True)),
            columns={k: str(v) for k, v in _table(columns, name).items()},
        )
        for name in tables.files
        if _are_numbers(rows.get(name)) and len(rows[name]) == len(tables.files[name].rows)
    }


def _are_numbers(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(row, int) for row in given)


def _parsed(text: str) -> Mapping[str, Any]:
    """Return what an import kept; nothing where there is none, or it is not to be understood."""
    try:
        given = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _table(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = given.get(key)
    return value if isinstance(value, dict) else {}
