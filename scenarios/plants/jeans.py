"""A maker of jeans: cut, dyed, sewn and finished, in lots of at most 500."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from scenarios.rehearsal import campaigns
from scenarios.tables import CALENDAR_HEADER, SYNTHETIC, file_sequence, order_table, table, week

START = "2027-06-07T06:00:00"  # a Monday
COLOURS = ("ecru", "light blue", "mid blue", "dark blue", "grey", "black")
TABLES = ("cut 1", "cut 2")
# Vats and how many pieces they hold.
VATS = {"vat 1": 1000, "vat 2": 1000, "vat 3": 600}
LINES = ("sew 1", "sew 2", "sew 3", "sew 4", "sew 5", "sew 6")
FINISHING = ("finish 1", "finish 2")
CUSTOMERS = ("Blauwerk", "Côte Denim", "Fjord Jeans", "Nordkap", "Selvedge & Co")
ORDERS = 100
# Pieces that the sewing lines, the narrowest stage, finish in a day of two shifts.
PIECES_A_DAY = 18_000

STORY = f"""# jeans

{SYNTHETIC}
A maker of jeans in Nordhorn: 100 orders of one colour each are cut, dyed, sewn and finished. Two
tables cut, three vats dye up to 1,000 and 600 pieces of one colour at once, six lines sew with
thread of that colour, two lines wash and press. The plant works two shifts from Monday to Friday.

An order larger than 500 pieces goes in lots of at most 500, and a lot goes on as soon as its batch
is done: while the first is sewn, the next is still in the vat. Dyeing from light to dark rinses a
vat for some minutes, back to a lighter colour it is boiled out for up to two hours; at sewing the
thread is changed.

So the same colour should meet at the vat and stay together on the lines, without the last order of
a colour holding up the first.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    orders = file_sequence(Random(20270607), list(_orders(Random(20270608))), 70001)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "routes.csv": table(
            (
                *("product", "stage", "operation", "eligible_machines"),
                *("units_per_hour", "min_minutes", "max_wait"),
            ),
            (row for colour in COLOURS for row in _route(f"jeans {colour}")),
        ),
        "machines.csv": table(
            (
                *("machine_id", "process", "capacity_pieces", "initial_family", "pausable"),
                *("cost_per_hour", "calendar", "hand_on"),
            ),
            _machines(),
        ),
        "changeovers.csv": table(("machine", "from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, (week("two shifts", "Mon-Fri", "06:00", "22:00"),)),
        "scenario.toml": (
            f'name = "Jeans"\nstart = {START}\ntime_zone = "Europe/Berlin"\npreset = "balanced"\n'
        ),
    }


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    """Yield the orders colour by colour; due dates follow what the lines can sew."""
    pieces = 0
    for colour in campaigns(chance, COLOURS, ORDERS, (1, 2, 2, 3), 0.6):
        quantity = 20 * chance.randint(8, 70)
        pieces += quantity
        day = datetime.fromisoformat(START) + timedelta(days=1.5 + pieces / PIECES_A_DAY)
        day += timedelta(days=chance.uniform(0, 1.5))
        while day.weekday() > 4:
            day += timedelta(days=1)
        yield {
            "product": f"jeans {colour}",
            "family": colour,
            "quantity": quantity,
            "unit": "pcs",
            "lot_quantity": 500,
            "due": day.replace(hour=chance.choice((10, 14, 18, 22)), minute=0).isoformat(
                timespec="minutes"
            ),
            "priority": chance.choice((1, 1, 1, 2, 5)),
            "customer": chance.choice(CUSTOMERS),
        }


def _route(product: str) -> Iterator[tuple[object, ...]]:
    yield product, 1, "cut", "|".join(TABLES), 750, "", ""
    yield product, 2, "dye", "|".join(VATS), "", 100, ""
    yield product, 3, "sew", "|".join(LINES), 240, "", ""
    yield product, 4, "finish", "|".join(FINISHING), 720, "", ""


def _machines() -> Iterator[tuple[object, ...]]:
    for name in TABLES:
        yield name, "serial", "", "ecru", "yes", 80, "two shifts", "order"
    for name, pieces in VATS.items():
        yield name, "parallel", pieces, "ecru", "no", 140, "two shifts", "batch"
    for name in LINES:
        yield name, "serial", "", "ecru", "yes", 220, "two shifts", "order"
    for name in FINISHING:
        yield name, "serial", "", "ecru", "yes", 60, "two shifts", "order"


def minutes_between(before: str, after: str) -> int:
    """Return the minutes that a vat is cleaned: quick to darker, long to lighter."""
    steps = COLOURS.index(after) - COLOURS.index(before)
    return 10 + 5 * steps if steps > 0 else 30 - 18 * steps


def _changeovers() -> Iterator[tuple[object, ...]]:
    for name in TABLES:
        yield name, "*", "*", 4, 2
    for name in LINES:
        yield name, "*", "*", 15, 10
    for name in FINISHING:
        yield name, "*", "*", 8, 4
    for vat in VATS:
        for before in COLOURS:
            for after in COLOURS:
                if before != after:
                    minutes = minutes_between(before, after)
                    yield vat, before, after, minutes, 2 * minutes
