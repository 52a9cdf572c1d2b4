"""Tasks that name the tasks before them: the operations of what they are done to."""

from collections.abc import Mapping, Sequence

from planner.intake.reading.sheet_reading import SheetReading

Rows = list[tuple[str, ...]]
BETWEEN_STAGES = 10


def linked(
    columns: tuple[str, ...], rows: Rows, mapping: SheetReading
) -> tuple[tuple[str, ...], Rows, tuple[str, ...]] | None:
    """Return tasks that name the task before them as operations of orders, and what is assumed.

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
    stages = {task: str(BETWEEN_STAGES * (depth + 1)) for task, depth in depths.items()}
    made = [_as_operation(columns, row, stages[row[task]]) for row in rows]
    extra = tuple(name for name in ("stage", "operation") if name not in columns)
    what = _heading(mapping)
    said = [f"{named.column} names the task before: the tasks of one {what} are its operations"]
    if later := _wait_for_more(before, depths, owner):
        tasks = "task waits" if later == 1 else "tasks wait"
        said.append(
            f"{later} {tasks} for all tasks of the stage before, not only for those that "
            f"{named.column} names"
        )
    return (*columns, *extra), made, tuple(said)


def _heading(mapping: SheetReading) -> str:
    column = mapping.column_of("product")
    return column.column if column else "product"


def _names(text: str) -> tuple[str, ...]:
    for mark in ";,|":
        text = text.replace(mark, " ; ")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _depths(before: Mapping[str, tuple[str, ...]]) -> dict[str, int] | None:
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


def _wait_for_more(
    before: Mapping[str, tuple[str, ...]], depths: Mapping[str, int], owner: Mapping[str, str]
) -> int:
    """Return how many tasks wait for others than those that come before them by their links."""
    at: dict[tuple[str, int], set[str]] = {}
    for name, depth in depths.items():
        at.setdefault((owner[name], depth), set()).add(name)
    return sum(
        bool(at[owner[name], depth - 1] - set(before[name]))
        for name, depth in depths.items()
        if depth
    )


def _as_operation(columns: Sequence[str], row: tuple[str, ...], stage: str) -> tuple[str, ...]:
    cells = dict(zip(columns, row, strict=True))
    task = cells["order_id"]
    cells["order_id"] = cells["product"]
    cells["stage"] = stage
    cells.setdefault("operation", task)
    return tuple(cells.values())
