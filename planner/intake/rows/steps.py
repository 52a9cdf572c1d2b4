"""What is done to the rows of a table before it is one of a scenario."""

from collections.abc import Iterator

from planner.intake.headings.fields import HELPERS
from planner.intake.reading.sheet_reading import BY_EXPORT, SheetReading
from planner.intake.rows.reader import Reads, RowReader, shot_column


def shared_cycles(mapping: SheetReading) -> Iterator[str]:
    """Say which times of a cycle are shared among the pieces it makes."""
    for column in mapping.columns:
        shots = shot_column(mapping, column)
        if shots is not None:
            yield f"{column.column} is divided by {shots.column}, the pieces of a cycle"


def without_defaults(
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


def without_helpers(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], mapping: SheetReading
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Leave out what an export added and the current sequence now says."""
    added = {c.column for c in mapping.columns if c.by == BY_EXPORT and c.field in HELPERS}
    kept = [place for place, name in enumerate(columns) if name not in added]
    if len(kept) == len(columns):
        return columns, rows
    return tuple(columns[i] for i in kept), [tuple(row[i] for i in kept) for row in rows]


def with_items(
    reader: RowReader, mapping: SheetReading, reads: Reads
) -> tuple[Reads, tuple[str, ...]]:
    """Tell orders with several items apart by the item's number."""
    columns = reader.columns
    item = mapping.column_of("line_item")
    if item is None or "order_id" not in columns:
        return reads, ()
    place = columns.index("order_id")
    beside = next(i for i, name in enumerate(reader.headings) if name == item.column)
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
