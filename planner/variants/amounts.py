"""Capacity, changeover minutes and demand, times a factor."""

import math
from collections.abc import Sequence
from decimal import Decimal

from planner.errors import ChangeError
from planner.reader import Table, Tables
from planner.reader.settings import DEFAULT_MINUTES
from planner.variants.columns import (
    MACHINES,
    ORDERS,
    cells,
    changed_cells,
    known_machine,
    machine_table,
    scaled,
    with_column,
    with_files,
    with_rows,
)
from planner.variants.settings import settings_of, with_settings

CHANGEOVERS, DURATIONS = "changeovers.csv", "durations.csv"


def with_capacity(tables: Tables, factor: Decimal, machine: str = "") -> Tables:
    """Return `tables` with the capacity of one machine, or of all, times `factor`."""
    table = machine_table(tables)
    if machine:
        known_machine(tables, machine)
    mine = [not machine or name == machine for name in cells(table, "machine_id")]
    made = table
    for column in table.columns:
        if column.startswith("capacity_"):
            made = changed_cells(made, column, lambda cell: scaled(cell, factor, up=False), mine)
    if MACHINES not in tables.files or made == table:
        raise ChangeError(f"{machine or 'no machine'} has a capacity that {factor} would change")
    return with_files(tables, machines=made)


def with_changeovers(tables: Tables, factor: Decimal, pair: tuple[str, str] | None) -> Tables:
    """Return `tables` with changeover minutes times `factor`: those of a pair, or all."""
    table = tables.files.get(CHANGEOVERS)
    if pair is not None:
        if table is None or not any(_rows_of(table, pair)):
            raise ChangeError(f"no row says how long from {pair[0]} to {pair[1]} takes")
        return with_files(tables, changeovers=_scaled_pair(table, factor, pair))
    if table is not None:
        tables = with_files(tables, changeovers=_scaled_all(table, factor))
    given = settings_of(tables).get("default_changeover", {})
    default = given if isinstance(given, dict) else {}
    minutes = default.get("minutes", DEFAULT_MINUTES)
    if not isinstance(minutes, int):
        return tables
    new = {**default, "minutes": math.ceil(minutes * factor)}
    return with_settings(tables, default_changeover=new)


def with_changeover_minutes(tables: Tables, minutes: int, pair: tuple[str, str]) -> Tables:
    """Return `tables` in which the changeover of a pair takes so many minutes, on all machines."""
    table = tables.files.get(CHANGEOVERS) or Table(columns=("from", "to", "minutes"))
    if is_square(table):
        before, after = pair
        if not any(_rows_of(table, pair)):
            raise ChangeError(f"the matrix has no row {before} or no column {after}")
        rows = [row[0].strip() == before for row in table.rows]
        place = table.columns.index(after)
        values = [
            str(minutes) if mine else row[place] for row, mine in zip(table.rows, rows, strict=True)
        ]
        return with_files(tables, changeovers=with_column(table, after, values))
    found = _rows_of(table, pair)
    values = [
        str(minutes) if mine else cell
        for cell, mine in zip(cells(table, "minutes"), found, strict=True)
    ]
    table = with_column(table, "minutes", values)
    if not any(found):
        said = {"from": pair[0], "to": pair[1], "minutes": str(minutes), "machine": "*"}
        table = with_rows(table, [[said.get(column, "") for column in table.columns]])
    return with_files(tables, changeovers=table)


def is_square(table: Table) -> bool:
    """Return whether a table of changeovers is a matrix: a row and a column per family."""
    return len(table.columns) > 1 and not {"to", "minutes"} & set(table.columns)


def _rows_of(table: Table, pair: tuple[str, str]) -> list[bool]:
    before, after = pair
    if is_square(table):
        return [row[0].strip() == before and after in table.columns for row in table.rows]
    pairs = zip(cells(table, "from"), cells(table, "to"), strict=True)
    return [found == pair for found in pairs]


def _scaled_pair(table: Table, factor: Decimal, pair: tuple[str, str]) -> Table:
    column = pair[1] if is_square(table) else "minutes"
    return changed_cells(table, column, lambda cell: scaled(cell, factor), _rows_of(table, pair))


def _scaled_all(table: Table, factor: Decimal) -> Table:
    columns = table.columns[1:] if is_square(table) else ("minutes",)
    for column in columns:
        everywhere = [True] * len(table.rows)
        table = changed_cells(table, column, lambda cell: scaled(cell, factor), everywhere)
    return table


def with_demand(tables: Tables, factor: Decimal, family: str = "") -> Tables:
    """Return `tables` with the quantity of the orders of a family, or of all, times `factor`.

    What grows with the quantity grows with it: the minutes of whole orders and their sizes. Times
    in an oven, least and most, do not.
    """
    orders = tables.files[ORDERS]
    of_family = cells(orders, "family" if "family" in orders.columns else "product")
    mine = [not family or name == family for name in of_family]
    if not any(mine):
        raise ChangeError(f"no order has the family {family}")
    grown = [
        name
        for name in orders.columns
        if name in ("quantity", "duration_minutes") or name.startswith("size_")
    ]
    durations = tables.files.get(DURATIONS)
    if not grown and durations is None:
        raise ChangeError("the orders have neither a quantity nor minutes that could grow")
    made = orders
    for column in grown:
        made = changed_cells(made, column, lambda cell: scaled(cell, factor), mine)
    tables = with_files(tables, orders=made)
    if durations is None:
        return tables
    rows = _serial_rows_of(tables, durations, mine)
    grown_table = changed_cells(durations, "minutes", lambda cell: scaled(cell, factor), rows)
    return with_files(tables, durations=grown_table)


def _serial_rows_of(tables: Tables, durations: Table, mine: Sequence[bool]) -> list[bool]:
    """Return which minutes are of whole orders that grow, on machines that make them in turn."""
    orders = tables.files[ORDERS]
    names, products = cells(orders, "order_id"), cells(orders, "product")
    grown = {name for name, is_mine in zip(names, mine, strict=True) if is_mine}
    growing = {name for name, is_mine in zip(products, mine, strict=True) if is_mine}
    staying = {name for name, is_mine in zip(products, mine, strict=True) if not is_mine}
    machines = machine_table(tables)
    kinds = zip(cells(machines, "machine_id"), cells(machines, "process"), strict=True)
    ovens = {name for name, process in kinds if process.lower() in ("parallel", "continuous")}
    columns = (cells(durations, name) for name in ("order_id", "product", "machine_id"))
    found = []
    for order, product, machine in zip(*columns, strict=True):
        if not order and product in growing & staying:
            raise ChangeError(f"the minutes of {product} are those of other families, too")
        found.append(
            machine not in ovens and (order in grown or (not order and product in growing))
        )
    return found
