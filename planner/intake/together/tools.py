"""Tools, moulds and dies that orders name: each is a resource, needed while a machine is set up.

The column stays what it is, an attribute or the family. A list of tools says how many there are of
each; without one, each exists once, which is said. The answer `tools=none` shares none of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.domain import During
from planner.intake.headings.evidence import heading_evidence
from planner.intake.headings.lexicon import folded, lexicon
from planner.intake.rows.imported import Imported
from planner.intake.together.shared import MACHINES, Shared, rows_of, whole
from planner.reader.notes import some
from planner.reader.orders import BETWEEN_ATTRIBUTES
from planner.reader.tables import Table

KEY, NONE = "tools", "none"
ORDERS, ROUTES = "orders.csv", "routes.csv"
_SURE = 0.7  # of a heading: a tool's temperature or life is said less surely


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolColumn:
    """A column of tools: its heading, its field, and the tools in the order of the rows."""

    heading: str
    field: str
    tools: tuple[str, ...]


def says_tool(heading: str, values: Iterable[str]) -> bool:
    """Return whether a heading says that cells are tools, or may say so and they have numbers.

    >>> says_tool("Werkzeug-Nr.", ["W-07"]), says_tool("Tool temperature", ["80"])
    (True, False)
    >>> says_tool("Form", ["F 12", "F 13"]), says_tool("Form", ["rund", "eckig"])
    (True, False)
    """
    said = heading_evidence(heading)
    if said.score("resources", "tool") >= _SURE:
        return True
    listed = list(values)
    numbered = sum(any(letter.isdigit() for letter in value) for value in listed)
    return said.score("resources", "perhaps_tool") >= _SURE and 2 * numbered > len(listed)


def tool_columns(parts: Sequence[Imported], tables: Mapping[str, Table]) -> list[ToolColumn]:
    """Return the columns of orders and of their routes that name tools.

    A column that has its name of a scenario already, such as `attr_mould`, is left as it is.
    """
    headings: dict[str, str] = {}
    for part in parts:
        if part.kind not in ("orders", "routes"):
            continue
        for column in part.mapping.columns:
            is_read = column.field.startswith("attr_") or column.field == "family"
            is_own = column.column.startswith("attr_") or column.column == column.field
            has_rule = column.field == "family" and part.mapping.family_rule is not None
            if is_read and not is_own and not has_rule:
                headings.setdefault(column.field, column.column)
    found = []
    for name, heading in headings.items():
        values = [v for v in _values(tables, name) if _is_tool(v)]
        if values and says_tool(heading, values):
            found.append(ToolColumn(heading=heading, field=name, tools=tuple(values)))
    return found


def _values(tables: Mapping[str, Table], name: str) -> list[str]:
    given = [tables[file] for file in (ORDERS, ROUTES) if file in tables]
    return list(dict.fromkeys(v for t in given if name in t.columns for v in t.column(name) if v))


def _is_tool(value: str) -> bool:
    """Return whether a cell names a tool: not a dash, and no `none`."""
    known = lexicon()
    is_no = known.value("yes_no", value) != "" and not value.strip().isdigit()
    is_open = folded(value).strip(" .") in known.rows.get("placeholder", ())
    return any(letter.isalnum() for letter in value) and not is_no and not is_open


def with_tools(
    shared: Shared,
    columns: Sequence[ToolColumn],
    lists: Sequence[Imported],
    tables: Mapping[str, Table],
    answers: Mapping[str, str],
) -> None:
    """Add the tools that orders name, and those that a list gives to products."""
    shared.keys.append(KEY)
    if answers.get(KEY) == NONE:
        named = [column.heading for column in columns] + [part.file for part in lists]
        shared.said += [f"{name}: tools are not shared, as answered" for name in named]
        return
    amounts: dict[str, int] = {}
    for part in lists:
        amounts |= amounts_of(part)
    for column in columns:
        _with_column(shared, column, amounts, tables)
    used = {folded(tool) for column in columns for tool in column.tools}
    for part in lists:
        _with_products(shared, part, used, tables)


def amounts_of(part: Imported) -> dict[str, int]:
    """Return how many there are of each tool of a list, by its name as names are compared.

    Rows of one tool add up, unless they are for its different products.
    """
    found: dict[str, int] = {}
    for row in rows_of(part):
        name, own = folded(row.get("resource", "")), whole(row.get("amount", ""))
        before = found.get(name, 0)
        found[name] = max(before, own) if row.get("product") else before + own
    return found


def _with_column(
    shared: Shared, column: ToolColumn, amounts: Mapping[str, int], tables: Mapping[str, Table]
) -> None:
    made, lacking, said = [], [], []
    for tool in column.tools:
        who = _who(column, tool, tables)
        listed = amounts.get(folded(tool))
        there = max(1 if listed is None else listed, _set_up_at_start(column, tool, tables))
        if not who:
            lacking.append(tool)
            continue
        taken = tool in shared.names or tool.isdigit()
        name = f"{column.heading} {tool}" if taken else tool
        shared.resources.append({"resource": name, "amount": str(there)})
        if all(need["resource"] != name for need in shared.needs):  # a table may say it already
            shared.needs += [{"resource": name, "during": During.SET_UP.value, **w} for w in who]
        made.append(name)
        if listed is not None or there > 1:
            said.append(f"{there} × {name}")
    if made:
        shared.said.append(_told(column, made, said))
    if lacking:
        shared.said.append(
            f"{column.heading}: {some(lacking)} not planned with: orders of one family have others"
        )


def _told(column: ToolColumn, made: Sequence[str], counted: Sequence[str]) -> str:
    once = f"each exists once ({some(list(made))})"
    if len(counted) == len(made):
        once = f"there are {some(list(counted))}, as listed"
    elif counted:
        once = f"each exists once, but there are {some(list(counted))}"
    return f"{column.heading}: {once}; a machine needs it as long as it is set up with it"


def _who(column: ToolColumn, tool: str, tables: Mapping[str, Table]) -> list[dict[str, str]]:
    """Return what needs a tool: its attribute, or the families whose orders all have it."""
    orders = tables[ORDERS]
    if column.field == "family" or "family" not in orders.columns:
        return [{column.field: tool}]
    if column.field not in orders.columns:
        return []
    pairs = set(zip(orders.column("family"), orders.column(column.field), strict=True))
    own = sorted(family for family, value in pairs if value == tool and family)
    is_alone = all(value == tool for family, value in pairs if family in own)
    return [{"family": family} for family in own] if is_alone else []


def _set_up_at_start(column: ToolColumn, tool: str, tables: Mapping[str, Table]) -> int:
    """Return how many machines have a tool at the start: so many there are at least."""
    machines, orders = tables.get(MACHINES), tables[ORDERS]
    if machines is None or "initial_family" not in machines.columns:
        return 0
    names = [name for name in orders.columns if name.startswith("attr_")]
    if column.field != "family" and column.field not in names:
        return 0
    at = 0 if column.field == "family" else names.index(column.field)
    parts = [text.split(BETWEEN_ATTRIBUTES) for text in machines.column("initial_family")]
    return sum(len(own) > at and own[at] == tool for own in parts)


def _with_products(
    shared: Shared, part: Imported, used: set[str], tables: Mapping[str, Table]
) -> None:
    """Add the tools that a list gives to products, where orders name no tool."""
    rows = [row for row in rows_of(part) if folded(row.get("resource", "")) not in used]
    orders = tables[ORDERS]
    products = set(orders.column("product")) if "product" in orders.columns else set[str]()
    pairs = {(row["resource"], row.get("product", "")) for row in rows}
    wanted = Counter(product for _, product in pairs if product in products)
    named = sorted(pair for pair in pairs if wanted[pair[1]] == 1)
    unused = sorted({tool for tool, _ in pairs} - {tool for tool, _ in named} - {""})
    if unused:
        shared.said.append(
            f"{part.file}: {some(unused)} not planned with: no order names it, or its product has "
            "several"
        )
    if not named:
        return
    is_family = not any(name == "family" or name.startswith("attr_") for name in orders.columns)
    during, whose = (During.SET_UP, "family") if is_family else (During.RUN, "product")
    amounts = amounts_of(part)
    for tool in dict.fromkeys(tool for tool, _ in named):
        shared.resources.append({"resource": tool, "amount": str(amounts[folded(tool)])})
    shared.needs += [
        {"resource": tool, "during": during.value, whose: product} for tool, product in named
    ]
    when = "while a machine is set up with" if is_family else "during the run of"
    shared.said.append(f"{part.file}: its tools are needed {when} the products they are for")
