"""The planner's own sequence: where each order stands on its machine today."""

from collections.abc import Sequence

from planner.intake.formats.convert import converted, moment
from planner.intake.reading.sheet_reading import BY_EXPORT, ColumnReading, SheetReading

Rows = list[tuple[str, ...]]


def with_positions(
    columns: tuple[str, ...], rows: Rows, mapping: SheetReading
) -> tuple[tuple[str, ...], Rows, tuple[str, ...]]:
    """Return the table with `current_position` counted per machine, and what was assumed.

    In an export batch and position decide. Otherwise a planned start does; without one the
    position the file gives, per batch; without both the order of the rows.
    """
    if mapping.kind != "orders" or "current_machine" not in columns:
        return columns, rows, ()
    start, position = mapping.column_of("planned_start"), mapping.column_of("current_position")
    batch = mapping.column_of("planned_batch")
    if batch is not None and batch.by == BY_EXPORT:
        start = batch
    if start is None and "current_position" in columns and _is_complete(columns, rows):
        return columns, rows, ()
    names = [column.column for column in (start, position) if column is not None]
    keys = [(0, "")] * len(rows)
    if start is not None and start.column in columns:
        place = columns.index(start.column)
        of = _batch if start is batch else _moment
        keys = [of(row[place], start) for row in rows]
    within = columns.index("current_position") if "current_position" in columns else None
    order = sorted(
        range(len(rows)),
        key=lambda i: (keys[i], _number(rows[i][within]) if within is not None else 0),
    )
    ranked = _ranked(rows, columns.index("current_machine"), order)
    how = " and ".join(names) if names else "the order of the rows"
    said = (f"the current sequence on each machine follows {how}",)
    if "current_position" in columns:
        place = columns.index("current_position")
        return (
            columns,
            [(*r[:place], p, *r[place + 1 :]) for r, p in zip(rows, ranked, strict=True)],
            said,
        )
    return (
        (*columns, "current_position"),
        [(*row, number) for row, number in zip(rows, ranked, strict=True)],
        said,
    )


def _is_complete(columns: tuple[str, ...], rows: Rows) -> bool:
    """Return whether each row has a machine and a whole position, or neither."""
    machine, position = columns.index("current_machine"), columns.index("current_position")
    return all((row[position].isdigit() if row[machine] else not row[position]) for row in rows)


def _ranked(rows: Rows, machine: int, order: Sequence[int]) -> list[str]:
    ranks = [""] * len(rows)
    count: dict[str, int] = {}
    for index in order:
        name = rows[index][machine]
        if name:
            count[name] = count.get(name, 0) + 1
            ranks[index] = str(count[name])
    return ranks


def _moment(text: str, column: ColumnReading) -> tuple[int, str]:
    """Return a sortable form of a planned start; what is none comes last."""
    found = converted(text, column.format, moment)
    return (0, found) if isinstance(found, str) and found else (1, "")


def _batch(text: str, _column: ColumnReading) -> tuple[int, str]:
    """Return a sortable form of a batch's number, which counts from 1 on each machine."""
    return (0, text.zfill(20)) if text.isdecimal() else (1, "")


def _number(text: str) -> float:
    return float(text) if text else float("inf")
