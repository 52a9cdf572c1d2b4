"""Sizes of orders and capacities of machines in every named dimension, as whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from planner.domain import Dimension
from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.machines import MachineRow
from planner.reader.notes import Notes, some
from planner.reader.orders import OrderRows

MOST_DECIMALS = 6
# In units of the last decimal; far below what "no limit" is for the planners.
LARGEST_SIZE = 10**11


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Sizes per order and capacities per machine, both following `dimensions`.

    `unused` names the columns of sizes that no capacity limits.
    """

    dimensions: tuple[Dimension, ...]
    of_order: Sequence[tuple[int, ...]]
    of_machine: Sequence[tuple[int | None, ...]]
    unused: tuple[str, ...] = ()


def sizes_from(
    rows: OrderRows, machines: Sequence[MachineRow], notes: Notes, of_steps: Sequence[str] = ()
) -> Sizes:
    """Return the sizes in all dimensions in which a machine has a capacity.

    `of_steps` names the columns of sizes in the routes: these need none in the orders.
    """
    limited = tuple(dict.fromkeys(name for machine in machines for name in machine.capacities))
    unused = _unused(rows, limited, notes)
    columns = {
        name: [Decimal(0)] * rows.sheet.count
        if f"size_{name}" in of_steps and not rows.sheet.has(f"size_{name}")
        else _column(rows, name, limited)
        for name in limited
    }
    decimals = {
        name: _decimals([*sizes, *(machine.capacities.get(name) for machine in machines)])
        for name, sizes in columns.items()
    }
    dimensions = tuple(Dimension(name=name, decimals=decimals[name]) for name in limited)
    scaled = [_scaled(rows, d, columns[d.name]) for d in dimensions]
    return Sizes(
        dimensions=dimensions,
        of_order=list(zip(*scaled, strict=True)) if scaled else [()] * rows.sheet.count,
        of_machine=[_capacity(machine, dimensions, notes) for machine in machines],
        unused=unused,
    )


def _unused(rows: OrderRows, limited: Sequence[str], notes: Notes) -> tuple[str, ...]:
    unused = [c for c in rows.sheet.with_prefix("size_") if c.removeprefix("size_") not in limited]
    if unused:
        names = [f"capacity_{column.removeprefix('size_')}" for column in unused]
        notes.assume(f"no machine has a {some(names)}: {some(unused)} limit nothing")
    return tuple(unused)


def _column(rows: OrderRows, name: str, limited: Sequence[str]) -> list[Decimal | None]:
    sheet, column = rows.sheet, f"size_{name}"
    if sheet.has(column):
        whole = sheet.required(column, _size)
        return [_left(*each) for each in zip(whole, rows.shares, strict=True)]
    if len(limited) == 1 and not sheet.with_prefix("size_"):
        sheet.notes.assume(f"no sizes are given: the quantity counts against capacity_{name}")
        for index, text in enumerate(sheet.texts("quantity")):
            if not text:
                sheet.fault(
                    index,
                    "quantity",
                    "value_given",
                    "the quantity is empty, so the size is not known",
                    f"Fill it in, or add a column {column}.",
                )
        return [
            size if share == 1 else quantity
            for size, share, quantity in zip(
                sheet.parsed("quantity", _quantity_size), rows.shares, rows.quantities, strict=True
            )
        ]
    sheet.fault(
        None,
        column,
        "column_given",
        f"machines have a capacity_{name}, orders have no column {column}",
        f"Add the column {column}, or delete capacity_{name}.",
        value="",
    )
    return [None] * sheet.count


def _quantity_size(cell: str) -> Decimal | None:
    try:
        cells.above_zero(cell)
    except BadCellError:
        return None  # found when the quantities were read
    return _size(cell)


def _size(cell: str) -> Decimal:
    value = cells.from_zero(cell)
    if -int(value.normalize().as_tuple().exponent) > MOST_DECIMALS:
        raise BadCellError(
            "number_range",
            f"{cell} has more than {MOST_DECIMALS} decimals",
            "Round it, or use a smaller unit.",
        )
    return value


def _left(size: Decimal | None, share: Fraction) -> Decimal | None:
    """Return what is left of `size`, rounded up to its own decimals."""
    if size is None or share == 1:
        return size
    places = _places(size)
    return Decimal(ceil(Fraction(size) * share * 10**places)).scaleb(-places)


def _decimals(values: Sequence[Decimal | None]) -> int:
    most = max((_places(value) for value in set(values) if value is not None), default=0)
    return min(most, MOST_DECIMALS)


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _scaled(rows: OrderRows, dimension: Dimension, sizes: Sequence[Decimal | None]) -> list[int]:
    column = f"size_{dimension.name}"
    scaled = []
    for index, size in enumerate(sizes):
        value = 0 if size is None else int(size.scaleb(dimension.decimals))
        if value > LARGEST_SIZE:
            place = column if rows.sheet.has(column) else "quantity"
            rows.sheet.fault(
                index, place, "number_range", f"{size:f} is too large a size", "Use larger units."
            )
        scaled.append(value)
    return scaled


def _capacity(
    machine: MachineRow, dimensions: Sequence[Dimension], notes: Notes
) -> tuple[int | None, ...]:
    limits = []
    for dimension in dimensions:
        limit = machine.capacities.get(dimension.name)
        scaled = None if limit is None else int(limit.scaleb(dimension.decimals))
        if scaled is not None and scaled > LARGEST_SIZE:
            notes.assume(f"capacity_{dimension.name} of {machine.name} is beyond measure: no limit")
            scaled = None
        limits.append(scaled)
    return tuple(limits)
