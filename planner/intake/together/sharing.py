"""All that machines share: tools that orders name, lists of tools and crews, and who needs what."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from planner.intake.formats.during import during_of
from planner.intake.headings.lexicon import folded
from planner.intake.rows.imported import Imported
from planner.intake.together import shift_columns
from planner.intake.together.crews import with_crew, with_crews
from planner.intake.together.shared import NEEDS, Shared, rows_of, with_shared
from planner.intake.together.tools import ToolColumn, says_tool, tool_columns, with_tools
from planner.reader.notes import some
from planner.reader.tables import COLUMNS, Table

_COUNTS = ("amount", "calendar", "person", "start")


def with_what_is_shared(
    tables: Mapping[str, Table], parts: Sequence[Imported], answers: Mapping[str, str]
) -> tuple[dict[str, Table], Shared]:
    """Return the tables with resources and needs, and what was assumed and is asked about them."""
    shared = Shared()
    tables, shared.said[:] = shift_columns.with_name(tables)
    columns = tool_columns(parts, tables)
    lists, needs = _lists_and_needs(parts)
    for part in needs:
        _with_needs(shared, part)
    tools, crews = _apart(lists, columns)
    if columns or tools:
        with_tools(shared, columns, tools, tables, answers)
    for part in crews:
        with_crews(shared, part, tables, answers)
    for part in parts:
        for name, rows in shift_columns.crews_of(part):
            if rows:
                with_crew(shared, part, rows, tables, answers)
            else:
                shared.said.append(f"{part.file}: {name} is not planned with: it counts no people")
    _without_unknown(shared)
    return with_shared(tables, shared), shared


def _lists_and_needs(parts: Sequence[Imported]) -> tuple[list[Imported], list[Imported]]:
    """Return the tables that say how many there are of something, and those of needs alone.

    A table of needs with amounts of what no other lists says how many there are.
    """
    given = [part for part in parts if part.kind in ("resources", "needs") and part.table]
    lists = [part for part in given if part.kind == "resources" and _has(part, *_COUNTS)]
    listed = {row.get("resource", "") for part in lists for row in rows_of(part)}
    for part in given:
        own = {row.get("resource", "") for row in rows_of(part)}
        if part.kind == "needs" and _has(part, "amount") and not own & listed:
            lists.append(part)
    return lists, [part for part in given if part not in lists and _has(part, "during")]


def _has(part: Imported, *columns: str) -> bool:
    return part.table is not None and not set(columns).isdisjoint(part.table.columns)


def _apart(
    lists: Sequence[Imported], columns: Sequence[ToolColumn]
) -> tuple[list[Imported], list[Imported]]:
    """Return what lists have of tools, and of crews.

    Tools are what orders name as such, and all of a list whose heading says so.
    """
    used = {folded(tool) for column in columns for tool in column.tools}
    tools, crews = [], []
    for part in lists:
        names = {row.get("resource", "") for row in rows_of(part)} - {""}
        heading = part.mapping.column_of("resource")
        if heading is not None and says_tool(heading.column, names):
            tools.append(part)
            continue
        own = {name for name in names if folded(name) in used}
        if own:
            tools.append(_only(part, own))
        if names - own:
            crews.append(_only(part, names - own))
    return tools, crews


def _only(part: Imported, names: AbstractSet[str]) -> Imported:
    assert part.table is not None
    place = part.table.columns.index("resource")
    kept = [k for k, row in enumerate(part.table.rows) if row[place] in names]
    rows = tuple(part.table.rows[k] for k in kept)
    numbers = tuple(part.table.numbers[k] for k in kept)
    return replace(part, table=replace(part.table, rows=rows, numbers=numbers))


def _with_needs(shared: Shared, part: Imported) -> None:
    """Add the rows of a table of needs, each with when it is as needs.csv writes it."""
    unread = []
    for row in rows_of(part):
        during = during_of(row["during"])
        if during:
            kept = {name: cell for name, cell in row.items() if _is_of_needs(name)}
            shared.needs.append({**kept, "during": during})
        else:
            unread.append(f"{row['resource']} ({row['during']})")
    if unread:
        shared.said.append(f"{part.file}: no need is known during {some(unread)}: left out")


def _is_of_needs(name: str) -> bool:
    return name.startswith("attr_") or name in COLUMNS[NEEDS]


def _without_unknown(shared: Shared) -> None:
    """Leave out needs of what no list has, and say so."""
    lost = sorted({need["resource"] for need in shared.needs} - shared.names)
    if lost:
        shared.needs = [need for need in shared.needs if need["resource"] in shared.names]
        shared.said.append(f"nothing says how many there are of {some(lost)}: not planned with")
