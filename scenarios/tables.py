"""How the sample files are written: plain CSV with UTF-8, commas and ISO dates."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from itertools import groupby
from random import Random

CALENDAR_HEADER = ("calendar", "weekdays", "date", "start", "end", "open")

SYNTHETIC = (
    "*Synthetic data: made by `python -m scenarios.generate`. No real plant, customer or order.*\n"
)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV table as text."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def order_table(orders: Sequence[Mapping[str, object]]) -> str:
    """Return the orders as CSV; all have the same columns."""
    return table(tuple(orders[0]), (tuple(order.values()) for order in orders))


def week(calendar: str, days: str, start: str, end: str) -> tuple[str, ...]:
    """Return the row of a window that opens on each of `days`, such as `Mon-Fri`."""
    return (calendar, days, "", start, end, "yes")


def closed(calendar: str, day: str) -> tuple[str, ...]:
    """Return the row that closes a whole day."""
    return (calendar, "", day, "00:00", "24:00", "no")


def file_sequence(
    chance: Random, orders: Sequence[Mapping[str, object]], first: int
) -> list[dict[str, object]]:
    """Return the orders about as they came in, due dates and chance mixed, and numbered.

    What is alike in product and due date was ordered together. Order numbers are text with
    leading zeros.
    """
    ordered = sorted(orders, key=lambda order: (str(order["due"]), str(order["product"])))
    groups = [list(group) for _, group in groupby(ordered, key=_ordered_together)]
    far = 0.12 * len(groups)
    places = {place: place + chance.uniform(-far, far) for place in range(len(groups))}
    mixed = [order for place in sorted(places, key=places.__getitem__) for order in groups[place]]
    return [{"order_id": f"{first + k:07d}", **order} for k, order in enumerate(mixed)]


def _ordered_together(order: Mapping[str, object]) -> tuple[object, object]:
    return order["due"], order["product"]
