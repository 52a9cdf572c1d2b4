"""Several rows of one order are operations of its route: found, ordered, and kept apart."""

from collections.abc import Sequence
from typing import NamedTuple

from planner.intake.reading.sheet_reading import SheetReading

Rows = list[tuple[str, ...]]
_GROUPS = ("order_id", "product")


class Steps(NamedTuple):
    """A table whose rows are operations, and what was assumed."""

    columns: tuple[str, ...]
    rows: Rows
    assumptions: tuple[str, ...] = ()


def are_operations(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether orders have several rows that their stages tell apart."""
    names = [name for name in ("stage", "operation") if name in columns]
    if "order_id" not in columns or not names:
        return False
    at, step = columns.index("order_id"), columns.index(names[0])
    ids = [row[at] for row in rows]
    both = [(row[at], row[step]) for row in rows]
    return len(set(ids)) < len(ids) and len(set(both)) == len(both)


def linked(columns: tuple[str, ...], rows: Rows, mapping: SheetReading) -> Steps | None:
    """Return tasks that name the task before them as operations of what they are done to.

    None where no column names other tasks, or those of other products.
    """
    named = mapping.column_of("predecessor")
    if named is None or named.column not in columns or not {"order_id", "product"} <= set(columns):
        return None
    task, group, link = (columns.index(n) for n in ("order_id", "product", named.column))
    owner = {row[task]: row[group] for row in rows}
    if len(owner) < len(rows) or len(set(owner.values())) > 0.7 * len(rows):
        return None
    before = {row[task]: _names(row[link]) for row in rows}
    if any(name not in owner or owner[name] != owner[t] for t, ns in before.items() for name in ns):
        return None
    depths = _depths(before)
    if depths is None:
        return None
    made = [_as_operation(columns, row, str(10 * (depths[row[task]] + 1))) for row in rows]
    extra = tuple(name for name in ("stage", "operation") if name not in columns)
    what = _heading(mapping)
    said = f"{named.column} names the task before: the tasks of one {what} are its operations"
    return Steps((*columns, *extra), made, (said,))


def _heading(mapping: SheetReading) -> str:
    column = mapping.column_of("product")
    return column.column if column else "product"


def _names(text: str) -> tuple[str, ...]:
    for mark in ";,|":
        text = text.replace(mark, " ; ")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _depths(before: dict[str, tuple[str, ...]]) -> dict[str, int] | None:
    """Return how many tasks lie before each on its longest chain; None for a circle."""
    depths: dict[str, int] = {}
    waiting = list(before)
    for _ in range(len(before) + 1):
        left = []
        for name in waiting:
            if all(other in depths for other in before[name]):
                depths[name] = max((depths[other] + 1 for other in before[name]), default=0)
            else:
                left.append(name)
        if not left:
            return depths
        if len(left) == len(waiting):
            return None
        waiting = left
    return None


def _as_operation(columns: Sequence[str], row: tuple[str, ...], stage: str) -> tuple[str, ...]:
    cells = dict(zip(columns, row, strict=True))
    task = cells["order_id"]
    cells["order_id"] = cells["product"]
    cells["stage"] = stage
    cells.setdefault("operation", task)
    return tuple(cells.values())


def waits_after(columns: tuple[str, ...], rows: Rows, mapping: SheetReading) -> bool | None:
    """Return whether waits stand on the step after which they lie; None where it is open.

    A wait on a first step can only come after it, one on a last step only before it.
    """
    groups = _grouped(columns, rows)
    names = [name for name in ("min_wait", "max_wait") if name in columns]
    if not names or groups is None:
        return None
    firsts = [rows[group[0]] for group in groups if len(group) > 1]
    lasts = [rows[group[-1]] for group in groups if len(group) > 1]
    places = [columns.index(name) for name in names]
    on_first = any(row[place] not in ("", "0") for row in firsts for place in places)
    on_last = any(row[place] not in ("", "0") for row in lasts for place in places)
    return on_first if on_first != on_last else None


def moved_on(columns: tuple[str, ...], rows: Rows) -> Rows:
    """Return the rows with each wait on the step after the one it stood on."""
    groups = _grouped(columns, rows)
    names = [name for name in ("min_wait", "max_wait") if name in columns]
    made = [list(row) for row in rows]
    for group in groups or ():
        for name in names:
            place = columns.index(name)
            waits = [rows[index][place] for index in group]
            for index, wait in zip(group, ["", *waits[:-1]], strict=True):
                made[index][place] = wait
    return [tuple(row) for row in made]


def _grouped(columns: Sequence[str], rows: Rows) -> list[list[int]] | None:
    """Return the rows of each order or product, in the order of their stages."""
    name = next((name for name in _GROUPS if name in columns), None)
    if name is None:
        return None
    at = columns.index(name)
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(row[at], []).append(index)
    if "stage" not in columns:
        return list(groups.values())
    stage = columns.index("stage")
    return [sorted(group, key=lambda i: stage_key(rows[i][stage])) for group in groups.values()]


def stage_key(text: str) -> tuple[int, float, str]:
    """Return by what stages are put in order: numbers by their size, then texts."""
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
