"""Rows that are operations, as orders and their routes; routes as the orders need them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planner.intake.rows.imported import Imported
from planner.intake.rows.operations import grouped
from planner.reader.notes import counted
from planner.reader.tables import Table

ROUTES = "routes.csv"
_OF_STEP = (
    *("stage", "operation", "eligible_machines", "duration_minutes", "minutes_per_unit"),
    *("units_per_hour", "min_minutes", "max_minutes", "min_wait", "max_wait"),
)
# What is said of an order, whichever of its rows says it.
_OF_ORDER = frozenset(
    """
    order_id product quantity unit release due deadline priority customer note status done_quantity
    lot_quantity needs current_machine current_position pinned_machine pinned_start
    """.split()  # noqa: SIM905
)
# Of these the first step says what the order has, of all others the last.
_OF_FIRST = ("release", "current_machine", "current_position", "pinned_machine", "pinned_start")
# Of an order with operations almost all must be among other orders to be the routes of these.
_COVERED = 0.8


def divided(part: Imported) -> list[Imported]:
    """Return a table of operations as one of orders, one of routes and one of their times."""
    if part.table is None:
        return [part]
    times = [_times(part, part.machine_times)] if part.machine_times else []
    if not part.has_operations:
        return [part, *times]
    table = part.table
    groups = grouped(table.columns, list(table.rows))
    orders = _orders(table, groups)
    cells = dict(zip(table.numbers, part.cells, strict=True)) if part.cells else {}
    rows, of = counted(len(table.rows), "row"), counted(len(groups), "order")
    return [
        replace(
            part,
            table=orders,
            assumptions=(*part.assumptions, f"{rows} are the steps of {of}: their routes"),
            cells=tuple(cells[number] for number in orders.numbers) if cells else (),
        ),
        _routes(part, table, groups, cells),
        *times,
    ]


def without_second_orders(parts: Sequence[Imported]) -> list[Imported]:
    """Return the parts without orders that are only the steps of other orders.

    These keep their routes, and what they say of the orders is left to the other table.
    """
    known = {name for part in parts if not part.has_operations for name in _names(part)}
    kept: list[Imported] = []
    told: dict[str, Imported] = {}
    for part in parts:
        if part.has_operations and _covered(part, known):
            told[part.file] = part
        elif part.kind == "routes" and part.file in told:
            kept.append(_as_told(part, told[part.file]))
        else:
            kept.append(part)
    return kept


def _as_told(routes: Imported, whole: Imported) -> Imported:
    """Return the routes with all that came up in the table they were in."""
    return replace(
        routes,
        questions=whole.questions,
        assumptions=whole.assumptions,
        findings=whole.findings,
        rejected=whole.rejected,
        skipped=whole.skipped,
        keys=whole.keys,
        label=whole.label,
    )


def _names(part: Imported) -> tuple[str, ...]:
    table = part.table
    if part.kind != "orders" or table is None or "order_id" not in table.columns:
        return ()
    return table.column("order_id")


def _covered(part: Imported, known: set[str]) -> bool:
    names = set(_names(part))
    return bool(names) and len(names & known) >= _COVERED * len(names)


def _orders(table: Table, groups: Sequence[Sequence[int]]) -> Table:
    columns = [
        name
        for name in table.columns
        if name not in _OF_STEP
        and (name in _OF_ORDER or _is_open(name) or not _varies(table, groups, name))
    ]
    rows = [tuple(_said(table, group, name) for name in columns) for group in groups]
    ranked = sorted(range(len(groups)), key=lambda k: min(groups[k]))
    return Table(
        columns=tuple(columns),
        rows=tuple(rows[k] for k in ranked),
        numbers=tuple(table.numbers[min(groups[k])] for k in ranked),
    )


def _is_open(name: str) -> bool:
    return name == "family" or name.startswith(("attr_", "size_"))


def _said(table: Table, group: Sequence[int], name: str) -> str:
    """Return what the steps of an order say of it: what one leaves out others may say."""
    at = table.columns.index(name)
    steps = group if name in _OF_FIRST else reversed(group)
    return next((table.rows[index][at] for index in steps if table.rows[index][at]), "")


def _varies(table: Table, groups: Iterable[Sequence[int]], name: str) -> bool:
    at = table.columns.index(name)
    return any(len({table.rows[index][at] for index in group}) > 1 for group in groups)


def _routes(
    part: Imported,
    table: Table,
    groups: Sequence[Sequence[int]],
    cells: Mapping[int, tuple[str, ...]],
) -> Imported:
    own = [n for n in table.columns if _is_open(n) and _varies(table, groups, n)]
    others = [
        name
        for name in table.columns
        if name not in _OF_STEP
        and name not in _OF_ORDER
        and not _is_open(name)
        and _varies(table, groups, name)
    ]
    names = ("order_id", *_OF_STEP[:2], *own, *_OF_STEP[2:], *others)
    places = [table.columns.index(name) for name in names if name in table.columns]
    ranked = [index for group in sorted(groups, key=min) for index in group]
    return Imported(
        file=part.file,
        kind="routes",
        table=Table(
            columns=tuple(table.columns[place] for place in places),
            rows=tuple(tuple(table.rows[index][place] for place in places) for index in ranked),
            numbers=tuple(table.numbers[index] for index in ranked),
        ),
        mapping=replace(part.mapping, kind="routes"),
        headings=part.headings,
        cells=tuple(cells[table.numbers[index]] for index in ranked) if cells else (),
        more_cells=part.more_cells,
    )


def _times(part: Imported, times: Table) -> Imported:
    return Imported(
        file=part.file,
        kind="durations",
        table=times,
        mapping=replace(part.mapping, kind="durations"),
    )


def named_once(routes: Table, orders: Table) -> Table:
    """Return routes that name an order and a product by the one of both that the orders have."""
    if not {"order_id", "product"} <= set(routes.columns):
        return routes
    known = {name: _values(orders, name) for name in ("order_id", "product")}
    hits = {
        name: sum(cell in values for cell in routes.column(name)) for name, values in known.items()
    }
    away = "product" if hits["order_id"] >= hits["product"] and hits["order_id"] else "order_id"
    kept = "order_id" if away == "product" else "product"
    at, other = routes.columns.index(away), routes.columns.index(kept)
    rows = tuple(
        (*row[:at], "", *row[at + 1 :]) if row[at] and row[other] else row for row in routes.rows
    )
    return replace(routes, rows=rows)


def _values(table: Table, name: str) -> frozenset[str]:
    return frozenset(table.column(name)) if name in table.columns else frozenset()


def without_route(orders: Table, routes: Table) -> list[int]:
    """Return the places of orders that no route is of."""
    named: Mapping[str, frozenset[str]] = {
        name: _values(routes, name) - {""} for name in ("order_id", "product")
    }
    places = {name: orders.columns.index(name) for name in named if name in orders.columns}
    return [
        index
        for index, row in enumerate(orders.rows)
        if not any(row[place] in named[name] for name, place in places.items())
    ]


def products_of(orders: Table) -> Mapping[str, str]:
    """Return the product of each order that has one."""
    if not {"order_id", "product"} <= set(orders.columns):
        return {}
    return dict(zip(orders.column("order_id"), orders.column("product"), strict=True))
