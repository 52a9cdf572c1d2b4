"""Mappings remembered per header, so that the second file of a kind needs no questions."""

import json
from collections.abc import Mapping as Lookup
from dataclasses import replace
from pathlib import Path

from planner.errors import PlannerError
from planner.files import read_bytes, write_text
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
    BY_USER,
    IGNORED,
    ColumnReading,
    SheetReading,
    assign,
)

Memory = Lookup[str, str]
NO_KIND = "none"
MOST_BYTES = 50_000_000  # of a file of remembered mappings


def remembered(memory: Memory, proposed: SheetReading) -> SheetReading | None:
    """Return the remembered mapping for a header, moved to where its columns stand now.

    `memory` maps fingerprints to the JSON of mappings. Formats are not remembered: each file's own
    cells settle them, and remembered answers count where they leave a choice. What is answered
    now wins over what is remembered; another kind of table makes all of it void.
    """
    kept = memory.get(proposed.fingerprint)
    if kept is None:
        return None
    known = SheetReading.from_json(kept)
    said = dict(proposed.answers)
    if said.get("kind", known.kind or NO_KIND) != (known.kind or NO_KIND):
        return None
    fields = {column.column.casefold().strip(): column.field for column in known.columns}
    taken = {column.field for column in proposed.columns if column.by == BY_EXPORT}
    columns = tuple(_column(column, fields, taken) for column in proposed.columns)
    answers = (*known.answers, *proposed.answers)
    reading = replace(
        proposed,
        kind=known.kind,
        columns=columns,
        family_rule=proposed.family_rule if "family_rule" in said else known.family_rule,
        answers=tuple(dict(answers).items()),
    )
    return _as_said(reading, proposed)


def _as_said(reading: SheetReading, proposed: SheetReading) -> SheetReading:
    """Return a remembered reading with the meanings that were answered this time."""
    for column in proposed.columns:
        is_said = any(key == f"meaning:{column.column}" for key, _ in proposed.answers)
        if is_said or (column.by == BY_USER and column.field):
            reading = assign(reading, column.column, column.field)
    return reading


def _column(proposed: ColumnReading, fields: dict[str, str], taken: set[str]) -> ColumnReading:
    if proposed.by == BY_EXPORT:
        return proposed
    field = fields.get(proposed.column.casefold().strip(), "")
    return replace(
        proposed,
        certainty=1.0,
        field="" if field in taken and field != IGNORED else field,
        by="remembered",
    )


def with_remembered(memory: Memory, mapping: SheetReading) -> dict[str, str]:
    """Return `memory` with `mapping` in it."""
    return {**memory, mapping.fingerprint: mapping.to_json()}


def read_memory(path: str | Path) -> dict[str, str]:
    """Return the memory that `write_memory` wrote; a missing file is an empty one."""
    file = Path(path)
    if not file.exists():
        return {}
    try:
        found = json.loads(read_bytes(file, MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise PlannerError(f"{file} holds no remembered mappings: {error}") from error
    if not isinstance(found, dict):
        raise PlannerError(f"{file} holds no remembered mappings")
    return {str(key): json.dumps(value, ensure_ascii=False) for key, value in found.items()}


def write_memory(path: str | Path, memory: Memory) -> None:
    """Write remembered mappings as JSON, whole or not at all."""
    text = json.dumps(
        {key: json.loads(value) for key, value in memory.items()}, ensure_ascii=False, indent=1
    )
    write_text(path, text)
