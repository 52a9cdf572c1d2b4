"""Several rows of one order or product are operations of its route: found, put in order, told."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.alternatives import with_alternatives
from planner.intake.rows.linked import BETWEEN_STAGES, linked
from planner.reader.durations import HIGHEST_STAGE
from planner.reader.tables import Table

Rows = list[tuple[str, ...]]
_GROUPS = ("order_id", "product")
_TELLING = ("stage", "operation", "eligible_machines", "current_machine")
# Of rows that are operations at most so many are there twice by mistake.
_MOST_TWICE = 0.05


class Steps(NamedTuple):
    """A table whose rows are operations, their lines, and what was assumed.

    `times` are those that depend on the machine, as rows of durations.csv; `others` the lines of
    more rows of a step, by that of its first one.
    """

    columns: tuple[str, ...]
    rows: Rows
    lines: list[int]
    times: Table | None = None
    assumptions: tuple[str, ...] = ()
    others: Mapping[int, tuple[int, ...]] = MappingProxyType({})


def operations_of(
    columns: tuple[str, ...], rows: Rows, lines: Sequence[int], mapping: SheetReading
) -> Steps | None:
    """Return the rows of orders or routes as operations; None where they are none."""
    said: tuple[str, ...] = ()
    if mapping.kind == "orders":
        tasks = linked(columns, rows, mapping)
        if tasks is not None:
            columns, rows, said = tasks
        elif not are_operations(columns, rows):
            return None
    elif mapping.kind != "routes" or not {"order_id", "product"} & set(columns):
        return None
    named = mapping.column_of("predecessor")
    if named is not None and not said:
        said = (f"{named.column} is not planned with: steps follow each other by their stages",)
    columns, rows, numbered = _numbered(columns, rows)
    merged = with_alternatives(columns, rows, lines)
    return Steps(
        merged.columns,
        merged.rows,
        merged.lines,
        merged.times,
        (*said, *numbered, *merged.assumptions),
        merged.others,
    )


def are_operations(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether orders have several rows that their steps or machines tell apart."""
    if "order_id" not in columns or not {"stage", "operation"} & set(columns):
        return False
    at = columns.index("order_id")
    places = [columns.index(name) for name in _TELLING if name in columns]
    ids = {row[at] for row in rows}
    apart = {step_of(columns, row) for row in rows}
    steps = {tuple(row[place] for place in places[:1]) for row in rows}
    is_told = len(apart) >= (1 - _MOST_TWICE) * len(rows)
    return len(ids) < len(rows) and len(steps) > 1 and is_told


def step_of(columns: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
    """Return what tells a row from all others of a table of operations."""
    names = (*_GROUPS[:1], *_TELLING)
    return tuple(row[columns.index(name)] for name in names if name in columns)


def _numbered(
    columns: tuple[str, ...], rows: Rows
) -> tuple[tuple[str, ...], Rows, tuple[str, ...]]:
    """Return the rows with whole numbers for stages: those of the file, or by their order."""
    at = columns.index("stage") if "stage" in columns else None
    if at is not None and all(_is_stage(row[at]) for row in rows):
        return columns, rows, ()
    names = "operation" if at is None else "stage"
    if names not in columns:
        return columns, rows, ()
    label = columns.index(names)
    has_all = all(row[label] for row in rows)
    stages = [""] * len(rows)
    for group in grouped(columns, rows, by_stage=at is not None and has_all):
        told = list(dict.fromkeys(rows[index][label] or str(index) for index in group))
        for index in group:
            rank = told.index(rows[index][label] or str(index)) + 1
            stages[index] = str(BETWEEN_STAGES * rank)
    said = f"steps follow each other as {'numbered' if at is not None and has_all else 'listed'}"
    if at is None:
        made = [(*row, stage) for row, stage in zip(rows, stages, strict=True)]
        return (*columns, "stage"), made, (said,)
    made = [(*r[:at], stage, *r[at + 1 :]) for r, stage in zip(rows, stages, strict=True)]
    return columns, made, (said,)


def _is_stage(text: str) -> bool:
    return text.isdecimal() and 0 < int(text[:12]) <= HIGHEST_STAGE


def grouped(columns: Sequence[str], rows: Rows, *, by_stage: bool = True) -> list[list[int]]:
    """Return the rows of each order or product, in the order of their stages or as listed."""
    places = [columns.index(name) for name in _GROUPS if name in columns]
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        name = next((row[place] for place in places if row[place]), "")
        groups.setdefault(name, []).append(index)
    if "stage" not in columns or not by_stage:
        return list(groups.values())
    stage = columns.index("stage")
    return [sorted(group, key=lambda i: stage_key(rows[i][stage])) for group in groups.values()]


def stage_key(text: str) -> tuple[int, float, str]:
    """Return by what stages are put in order: numbers by their size, then texts."""
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
