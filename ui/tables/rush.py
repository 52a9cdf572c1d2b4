"""A rush order: a few fields, the rest proposed from the newest order of the same product."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.errors import RushOrderError
from planner.reader import Tables
from planner.variants import cells, scaled, with_column, with_files, with_rows

ORDERS = "orders.csv"
# What is said of one order only, and not of others of its product.
OWN = frozenset(
    ("order_id", "quantity", "release", "due", "deadline", "priority", "customer", "note",
     "leave_out", "current_machine", "current_position", "pinned_machine", "pinned_start")
)  # fmt: skip
GROWING = ("duration_minutes",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RushOrder:
    """The five fields of the form; `product` is a family where orders have no products."""

    number: str
    product: str
    quantity: Decimal
    due: datetime | None = None
    priority: int = 1


def products(tables: Tables) -> tuple[str, ...]:
    """Return the products of the orders, or their families, sorted."""
    found = cells(tables.files[ORDERS], kind_column(tables))
    return tuple(sorted(set(found) - {""}))


def kind_column(tables: Tables) -> str:
    """Return the column that says what an order is of."""
    columns = tables.files[ORDERS].columns
    return "product" if "product" in columns or "family" not in columns else "family"


def with_rush_order(tables: Tables, rush: RushOrder) -> Tables:
    """Return `tables` with the order.

    Raises `RushOrderError` where its number is taken or missing.
    """
    table = tables.files[ORDERS]
    number = rush.number.strip()
    if not number or number in cells(table, "order_id"):
        reason = "is there already" if number else "is missing"
        raise RushOrderError(f"The order number {number} {reason}.".replace("  ", " "))
    said = proposed(tables, rush) | {
        "order_id": number,
        kind_column(tables): rush.product.strip(),
        "due": f"{rush.due:%Y-%m-%dT%H:%M}" if rush.due else "",
    }
    if rush.priority != 1:
        said["priority"] = str(rush.priority)
    if "quantity" in table.columns:
        said["quantity"] = f"{rush.quantity.normalize():f}"
    for column in said:
        if column not in table.columns and said[column]:
            table = with_column(table, column, ("",) * len(table.rows))
    row = [said.get(column, "") for column in table.columns]
    return with_files(tables, orders=with_rows(table, [row]))


def proposed(tables: Tables, rush: RushOrder) -> dict[str, str]:
    """Return what other columns take over from the newest order of the same product.

    Minutes and sizes grow with the quantity.
    """
    table = tables.files[ORDERS]
    same = [
        place
        for place, name in enumerate(cells(table, kind_column(tables)))
        if name == rush.product.strip()
    ]
    if not same:
        return {}
    model = dict(zip(table.columns, table.rows[same[-1]], strict=True))
    factor = _factor(rush.quantity, model.get("quantity", ""))
    return {
        name: scaled(cell, factor) if name in GROWING or name.startswith("size_") else cell
        for name, cell in model.items()
        if name not in OWN
    }


def _factor(quantity: Decimal, of_model: str) -> Decimal:
    text = of_model.strip()
    known = text.replace(".", "", 1).isdecimal() and Decimal(text) > 0
    return quantity / Decimal(text) if known else Decimal(1)
