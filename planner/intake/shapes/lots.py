"""The lots of an order in an exported plan: one row for each step again, and how large a lot is."""

from dataclasses import replace
from decimal import ROUND_UP, Decimal

from planner.intake.files.cells import Cell, CellTable, Row, shown
from planner.intake.formats.amounts import number
from planner.intake.giving_back.exported import is_own_table

_STEP = ("order_id", "stage")
_LOTS = "lots"
_QUANTITY = "quantity"
_LOT_QUANTITY = "lot_quantity"
_TIME = "duration_minutes"
_SIZES = "size_"
_FINEST = Decimal("0.000001")


def lots_joined(sheet: CellTable) -> CellTable:
    """Return an exported plan with one row for all lots of a step; other sheets as they are.

    The times of lots are added up where a machine makes one after the other; where a load goes
    through together they are those of one lot. `lot_quantity` makes as many lots again.
    """
    header = [shown(cell) for cell in sheet.rows[0]] if sheet.rows else []
    if not is_own_table(header) or not {*_STEP, _LOTS, _QUANTITY} <= set(header):
        return sheet
    divided = [row for row in sheet.rows[1:] if shown(_cell(row, header, _LOTS))]
    if not divided:
        return sheet
    first: dict[tuple[str, ...], int] = {}
    rows: list[list[Cell]] = []
    numbers = [1]
    for line, row in enumerate(sheet.rows[1:], start=2):
        step = tuple(shown(_cell(row, header, name)) for name in _STEP)
        if step in first and shown(_cell(row, header, _LOTS)):
            _add(rows[first[step]], row, header)
            continue
        first[step] = len(rows)
        rows.append([*row, *[""] * (len(header) - len(row)), _size(row, header)])
        numbers.append(line)
    orders = {shown(_cell(row, header, "order_id")) for row in divided}
    whose = f"{len(orders)} orders" if len(orders) > 1 else "one order"
    said = f"the lots of {whose} are joined again: their times, each a whole minute, are added up"
    return replace(
        sheet,
        rows=((*header, _LOT_QUANTITY), *map(tuple, rows)),
        numbers=tuple(numbers),
        assumptions=(*sheet.assumptions, said),
    )


def _cell(row: Row, header: list[str], name: str) -> Cell:
    place = header.index(name)
    return row[place] if place < len(row) else ""


def _add(whole: list[Cell], lot: Row, header: list[str]) -> None:
    """Add a lot's time and its sizes to those of the lots before it."""
    for place, name in enumerate(header):
        if name == _TIME or name.startswith(_SIZES):
            parts = [_amount(whole[place]), _amount(_cell(lot, header, name))]
            if None not in parts:
                whole[place] = f"{sum(filter(None, parts)):f}"


def _size(row: Row, header: list[str]) -> str:
    """Return the most that a lot may hold, so that the order is divided as it was."""
    quantity = _amount(_cell(row, header, _QUANTITY))
    lots = _amount(_cell(row, header, _LOTS))
    if not quantity or not lots:
        return ""
    finest = Decimal(1) if quantity == quantity.to_integral_value() else _FINEST
    return f"{(quantity / lots).quantize(finest, ROUND_UP):f}"


def _amount(cell: Cell) -> Decimal | None:
    found = number(cell if isinstance(cell, int | float) else shown(cell), ".")
    return None if found is None else found.number
