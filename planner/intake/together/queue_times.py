"""Waits between operations, from a list of their own, as the waits of routes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from planner.intake.headings.lexicon import folded
from planner.intake.rows.imported import Imported
from planner.intake.rows.operations import grouped
from planner.reader.notes import counted, some
from planner.reader.tables import Table

_WAITS = ("min_wait", "max_wait")
_ANY = "*"
Pair = tuple[str, str, str]  # product, step before, step after: as they are compared


def with_queue_times(
    routes: Table, products: Mapping[str, str], lists: Sequence[Imported]
) -> tuple[Table, tuple[str, ...]]:
    """Return the routes with the waits that lists give steps after others, and what is said.

    `products` are those of the orders that routes name. A wait that a route has of its own stays.
    """
    said: list[str] = []
    for part in lists:
        if part.table is not None and part.table.rows:
            routes, told = _waited(routes, products, part.table)
            said += [f"{part.file}: {text}" for text in told]
    return routes, tuple(said)


def _waited(
    routes: Table, products: Mapping[str, str], waits: Table
) -> tuple[Table, tuple[str, ...]]:
    given = _pairs(waits)
    used: set[Pair] = set()
    columns = (*routes.columns, *(name for name in _WAITS if name not in routes.columns))
    width = len(columns) - len(routes.columns)
    rows = [[*row, *[""] * width] for row in routes.rows]
    places = {name: columns.index(name) for name in _WAITS}
    for before, after in _steps(routes):
        pair = _found(given, products, routes, before, after)
        if pair is None:
            continue
        used.add(pair)
        for name, wait in zip(_WAITS, given[pair], strict=True):
            rows[after][places[name]] = rows[after][places[name]] or wait
    said = []
    if used:
        said.append(f"{counted(len(used), 'wait')} between steps of routes")
    unused = [
        f"{before} to {after}" for _, before, after in given if (_, before, after) not in used
    ]
    if unused:
        said.append(f"no route goes from {some(unused)}: the wait is not planned with")
    return replace(routes, columns=columns, rows=tuple(map(tuple, rows))), tuple(said)


def _pairs(waits: Table) -> dict[Pair, tuple[str, str]]:
    found: dict[Pair, tuple[str, str]] = {}
    for row in waits.rows:
        cells = dict(zip(waits.columns, row, strict=True))
        product = folded(cells.get("product", "")) or _ANY
        pair = (product, folded(cells["from"]), folded(cells["to"]))
        found[pair] = (cells.get("min_wait", ""), cells.get("max_wait", ""))
    return found


def _steps(routes: Table) -> list[tuple[int, int]]:
    """Return the rows of each two steps of a route that follow each other."""
    stage = routes.columns.index("stage")
    pairs = []
    for group in grouped(routes.columns, list(routes.rows)):
        stages = list(dict.fromkeys(routes.rows[index][stage] for index in group))
        at = {name: [i for i in group if routes.rows[i][stage] == name] for name in stages}
        for one, two in pairwise(stages):
            pairs += [(before, after) for before in at[one] for after in at[two]]
    return pairs


def _found(
    given: Mapping[Pair, tuple[str, str]],
    products: Mapping[str, str],
    routes: Table,
    before: int,
    after: int,
) -> Pair | None:
    """Return the key of the wait between two rows; that of their product goes first."""
    cells = dict(zip(routes.columns, routes.rows[after], strict=True))
    own = cells.get("product") or products.get(cells.get("order_id", ""), "")
    for product in (folded(own), _ANY):
        for one in _called(routes, before):
            for two in _called(routes, after):
                if (product, one, two) in given:
                    return (product, one, two)
    return None


def _called(routes: Table, index: int) -> list[str]:
    """Return what a list may call a step: its operation, its stage, its machines."""
    cells = dict(zip(routes.columns, routes.rows[index], strict=True))
    names = [cells.get("operation", ""), cells.get("stage", "")]
    names += cells.get("eligible_machines", "").split("|")
    return [folded(name) for name in names if name]
