"""Rows of one step that name different machines: one step that any of them can make."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from planner.reader.tables import Table

Rows = list[tuple[str, ...]]
# A time of a step, and what durations.csv calls it.
_TIMES = {
    "duration_minutes": "minutes",
    "min_minutes": "minutes",
    "minutes_per_unit": "minutes_per_unit",
    "units_per_hour": "units_per_hour",
}
_STEP = ("order_id", "product", "stage", "operation")


class Merged(NamedTuple):
    """Operations with a row for each step, and the times that depend on the machine.

    `others` are the lines of the other rows of a step, by the line of its first one.
    """

    columns: tuple[str, ...]
    rows: Rows
    lines: list[int]
    times: Table | None = None
    assumptions: tuple[str, ...] = ()
    others: Mapping[int, tuple[int, ...]] = MappingProxyType({})


def with_alternatives(columns: tuple[str, ...], rows: Rows, lines: Sequence[int]) -> Merged:
    """Return a row for each step, with all machines that rows of it name.

    Where a step is only said to be planned on a machine, any machine of such a step may make it.
    """
    columns, rows, said = _with_eligible(columns, rows)
    if "eligible_machines" not in columns or "stage" not in columns:
        return Merged(columns, rows, list(lines), None, said)
    groups: dict[tuple[str, ...], list[int]] = {}
    places = [columns.index(name) for name in _STEP if name in columns]
    for index, row in enumerate(rows):
        groups.setdefault(tuple(row[place] for place in places), []).append(index)
    made, kept, times = [], [], list[tuple[str, ...]]()
    others: dict[int, tuple[int, ...]] = {}
    machine = columns.index("eligible_machines")
    for group in groups.values():
        machines = [rows[index][machine] for index in group]
        if len(group) == 1 or "" in machines or len(set(machines)) < len(machines):
            made += [rows[index] for index in group]
            kept += [lines[index] for index in group]
            continue
        others[lines[group[0]]] = tuple(lines[index] for index in group[1:])
        row, own = _one(columns, [rows[index] for index in group])
        made.append(row)
        kept.append(lines[group[0]])
        times += own
    if others:
        steps = "step has rows" if len(others) == 1 else "steps have rows"
        said = (*said, f"{len(others)} {steps} with different machines: any one of them makes it")
    table = _table(times) if times else None
    return Merged(columns, made, kept, table, said, others)


def _with_eligible(
    columns: tuple[str, ...], rows: Rows
) -> tuple[tuple[str, ...], Rows, tuple[str, ...]]:
    """Let steps that say only where they are planned run on all machines of such steps."""
    if "eligible_machines" in columns or "current_machine" not in columns:
        return columns, rows, ()
    name = next((n for n in ("operation", "stage") if n in columns), "")
    if not name:
        return columns, rows, ()
    step, machine = columns.index(name), columns.index("current_machine")
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row[machine]:
            found.setdefault(row[step], {})[row[machine]] = None
    made = [(*row, "|".join(found.get(row[step], ()))) for row in rows]
    said = f"a step may run on each machine where a step of the same {name} is planned"
    return (*columns, "eligible_machines"), made, (said,)


def _one(columns: Sequence[str], rows: Rows) -> tuple[tuple[str, ...], Rows]:
    """Return the rows of a step as one, and its times by machine where they differ."""
    machine = columns.index("eligible_machines")
    names = dict.fromkeys(name for row in rows for name in row[machine].split("|"))
    cells = dict(zip(columns, rows[0], strict=True))
    cells["eligible_machines"] = "|".join(names)
    present = [name for name in _TIMES if name in columns]
    spoken = {tuple(row[columns.index(name)] for name in present) for row in rows}
    if len(spoken) == 1:
        return tuple(cells.values()), []
    times = []
    for row in rows:
        given = dict(zip(columns, row, strict=True))
        field = next((name for name in present if given[name]), "")
        for name in given["eligible_machines"].split("|") if field else ():
            times.append(
                (
                    *(given.get(key, "") for key in ("order_id", "product", "stage")),
                    *(name, _TIMES[field], given[field]),
                )
            )
    cells |= dict.fromkeys(present, "")
    return tuple(cells.values()), times


def _table(times: Rows) -> Table:
    """Return durations.csv for times: order, product, stage, machine, kind of time and time."""
    kinds = list(dict.fromkeys(row[4] for row in times))
    rows = tuple(
        (
            row[0],
            "" if row[0] else row[1],
            *row[2:4],
            *(row[5] if row[4] == kind else "" for kind in kinds),
        )
        for row in times
    )
    columns = ("order_id", "product", "stage", "machine_id", *kinds)
    return Table(columns=columns, rows=rows, numbers=tuple(range(2, len(rows) + 2)))
