"""What is left to make: finished orders are left out, of partly made ones the rest is planned."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.notes import Notes, counted
from planner.reader.sheet import Sheet
from planner.reader.tables import Table


class OrderState(StrEnum):
    """How far an order is, as the column `status` says."""

    OPEN = "open"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    FINISHED = "finished"
    CLOSED = "closed"
    CANCELLED = "cancelled"


# What an exported schedule says of its orders, which are planned again where it is read as orders.
OF_A_SCHEDULE = ("planned", "unplanned")
# Nothing of these is left to make.
OVER = (OrderState.FINISHED, OrderState.CLOSED, OrderState.CANCELLED)
MADE_IN_FULL = "made in full"


class Left(NamedTuple):
    """What is left of the quantity of an order, and as a share of all of it."""

    quantity: Decimal | None
    share: Fraction = Fraction(1)


def state(cell: str) -> OrderState:
    """Return the state that a cell names.

    >>> state("In progress")
    <OrderState.IN_PROGRESS: 'in_progress'>
    """
    word = cell.lower().replace(" ", "_").replace("-", "_")
    if word in OF_A_SCHEDULE:
        return OrderState.OPEN
    if word not in set(OrderState):
        raise BadCellError(
            "known_status",
            f"{cell[:40]!r} is not a status",
            f"Write one of {', '.join(OrderState)}, or leave it empty.",
        )
    return OrderState(word)


def still_to_make(sheet: Sheet) -> Sheet:
    """Return the orders without those of which nothing is to be made, which are counted."""
    states = sheet.parsed("status", state)
    why = [_reason(*row) for row in zip(states, _made(sheet), strict=True)]
    if not any(why):
        return sheet
    kept = [index for index, reason in enumerate(why) if not reason]
    _note_left_out(Counter(reason for reason in why if reason), sheet.notes)
    if not kept:
        hint = "Add an order that is still to be made, or correct status and done_quantity."
        message = "nothing is left to make of any order"
        sheet.fault(None, "order_id", "orders_given", message, hint, "")
    return replace(sheet, table=_rows(sheet.table, kept))


def left_out(sheet: Sheet) -> dict[str, str]:
    """Return why each order is left out of which nothing is to be made."""
    if not sheet.has("status") and not sheet.has("done_quantity"):
        return {}
    states = replace(sheet, notes=Notes()).parsed("status", state)
    why = (_reason(*row) for row in zip(states, _made(sheet), strict=True))
    return {
        name: reason for name, reason in zip(sheet.texts("order_id"), why, strict=True) if reason
    }


def _made(sheet: Sheet) -> Iterator[bool]:
    """Yield of each order whether as much is done as is wanted."""
    done, wanted = _amounts(sheet, "done_quantity"), _amounts(sheet, "quantity")
    for made, all_of_it in zip(done, wanted, strict=True):
        yield bool(made and all_of_it and made >= all_of_it)


def _amounts(sheet: Sheet, column: str) -> list[Decimal | None]:
    """Return the amounts of a column; what is wrong with a cell is found where rows are read."""
    return replace(sheet, notes=Notes()).parsed(column, cells.from_zero)


def _reason(given: OrderState | None, made: bool) -> str:
    if given in (*OVER, OrderState.ON_HOLD):
        return given.replace("_", " ")
    return MADE_IN_FULL if made else ""


def _note_left_out(count: Counter[str], notes: Notes) -> None:
    on_hold = count.pop("on hold", 0)
    if count:
        parts = ", ".join(f"{number} {reason}" for reason, number in count.items())
        notes.assume(f"{counted(count.total(), 'order')} left out: {parts}")
    if on_hold:
        notes.assume(f"{counted(on_hold, 'order')} on hold: left out as long as the status says so")


def _rows(table: Table, kept: Sequence[int]) -> Table:
    rows, numbers = (table.rows[k] for k in kept), (table.numbers[k] for k in kept)
    return replace(table, rows=tuple(rows), numbers=tuple(numbers))


def left_of(sheet: Sheet, quantities: Sequence[Decimal | None]) -> list[Left]:
    """Return what is left of each order after its `done_quantity`."""
    done = sheet.parsed("done_quantity", cells.from_zero)
    left = []
    partly = 0
    for index, (wanted, made) in enumerate(zip(quantities, done, strict=True)):
        if not made:
            left.append(Left(wanted))
        elif wanted is None:
            _find_no_quantity(sheet, index)
            left.append(Left(None))
        else:
            rest = wanted - made
            partly += 1
            left.append(Left(rest, Fraction(rest) / Fraction(wanted)))
    if partly:
        sheet.notes.assume(f"{counted(partly, 'order')} partly made: only the rest is planned")
    return left


def _find_no_quantity(sheet: Sheet, index: int) -> None:
    if not sheet.cell(index, "quantity"):
        sheet.fault(
            index,
            "quantity",
            "value_given",
            "the quantity is empty, so what is left of it is not known",
            "Fill it in, or leave done_quantity empty.",
        )
