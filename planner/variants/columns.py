"""Small steps on tables of text that several changes take."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from planner.errors import BadCellError, ChangeError
from planner.reader import Table, Tables
from planner.reader.cells import number
from planner.reader.machines import ONE_MACHINE

MACHINES, ORDERS, CALENDARS = "machines.csv", "orders.csv", "calendars.csv"


def cells(table: Table, column: str) -> tuple[str, ...]:
    """Return the cells of a column without blanks around them; empty ones where it is missing."""
    if column not in table.columns:
        return ("",) * len(table.rows)
    return tuple(cell.strip() for cell in table.column(column))


def with_column(table: Table, column: str, values: Sequence[str]) -> Table:
    """Return `table` with the cells of one column, which may be new."""
    if column not in table.columns:
        rows = ((*row, value) for row, value in zip(table.rows, values, strict=True))
        return replace(table, columns=(*table.columns, column), rows=tuple(rows))
    place = table.columns.index(column)
    rows = (
        (*row[:place], value, *row[place + 1 :])
        for row, value in zip(table.rows, values, strict=True)
    )
    return replace(table, rows=tuple(rows))


def with_rows(table: Table, rows: Iterable[Sequence[str]]) -> Table:
    """Return `table` with more rows at its end."""
    added = tuple(tuple(row) for row in rows)
    begin = max(table.numbers, default=1) + 1
    return replace(
        table,
        rows=table.rows + added,
        numbers=table.numbers + tuple(range(begin, begin + len(added))),
    )


def with_files(tables: Tables, **files: Table) -> Tables:
    """Return `tables` with some files in place of those they have, named without `.csv`."""
    return replace(
        tables, files={**tables.files, **{f"{name}.csv": table for name, table in files.items()}}
    )


def machine_table(tables: Tables) -> Table:
    """Return the machines; without a file of them, the one that is assumed."""
    return tables.files.get(MACHINES) or Table(columns=("machine_id",), rows=((ONE_MACHINE,),))


def machine_names(tables: Tables) -> tuple[str, ...]:
    """Return the names of the machines that a scenario has."""
    return tuple(name for name in cells(machine_table(tables), "machine_id") if name)


def known_machine(tables: Tables, machine: str) -> str:
    """Return `machine`; ChangeError where there is none of that name."""
    names = machine_names(tables)
    if machine not in names:
        raise ChangeError(f"there is no machine {machine}; there are {', '.join(names)}")
    return machine


def scaled(text: str, factor: Decimal, *, up: bool = True) -> str:
    """Return a number times `factor`; what is not a number stays as it is.

    Whole numbers stay whole, others keep three decimals; rounded up, or down.

    >>> half_more = Decimal("1.5")
    >>> half_more = Decimal("1.5")
    >>> scaled("45", half_more), scaled("45", half_more, up=False), scaled("no", half_more)
    ('68', '67', 'no')
    """
    try:
        value = number(text.strip())
    except BadCellError:
        return text
    step = Decimal(1) if value == int(value) else Decimal("0.001")
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    made = (value * factor).quantize(step, rounding=rounding)
    if value and not made:  # a quantity or a capacity of nothing would be a fault
        made = step
    return f"{made:f}".rstrip("0").rstrip(".") if step < 1 else f"{made:f}"


def changed_cells(
    table: Table, column: str, change: Callable[[str], str], rows: Sequence[bool]
) -> Table:
    """Return `table` with the filled cells of a column changed in the rows that are marked."""
    if column not in table.columns:
        return table
    values = [
        change(cell) if marked and cell.strip() else cell
        for cell, marked in zip(table.column(column), rows, strict=True)
    ]
    return with_column(table, column, values)
