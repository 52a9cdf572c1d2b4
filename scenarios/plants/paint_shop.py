"""A paint shop: base coat, drying, top coat and an oven for carriers of one temperature."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from scenarios.rehearsal import campaigns
from scenarios.tables import CALENDAR_HEADER, SYNTHETIC, file_sequence, order_table, table, week

START = "2027-09-06T06:00:00"  # a Monday
COLOURS = ("white", "silver", "yellow", "red", "blue", "black")
BASES = {"white": "white primer", "silver": "white primer", "yellow": "white primer"}
DARK_BASE = "grey primer"
OVENS = {"oven 1": 16, "oven 2": 10}
CUSTOMERS = ("Kranbau", "Landtechnik", "Pumpen AG", "Stadtmöbel")
ORDERS = 120

STORY = f"""# paint-shop

{SYNTHETIC}
A paint shop in Passau with 120 orders of housings and frames on carriers. Two booths spray the base
coat, white or grey; it dries for two hours, and after eight it has to be sanded again, so the top
coat must begin by then. Two more booths spray it in six colours. After at least 20 minutes of
airing, and within four hours, the carriers go into one of two ovens together with others of the
same temperature, as many as fit.

The shop works two shifts, and drying goes on through the night: what gets its base coat too late in
the evening cannot get its top coat in time next morning.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    orders = file_sequence(Random(20270906), list(_orders(Random(20270907))), 5001)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "routes.csv": table(
            (
                *("product", "stage", "operation", "family", "eligible_machines"),
                *("minutes_per_unit", "min_minutes", "size_carriers", "min_wait", "max_wait"),
            ),
            (row for colour in COLOURS for row in _route(colour)),
        ),
        "machines.csv": table(
            (
                *("machine_id", "process", "capacity_carriers", "initial_family", "pausable"),
                *("cost_per_hour", "calendar"),
            ),
            _machines(),
        ),
        "changeovers.csv": table(("machine", "from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, (week("two shifts", "Mon-Fri", "06:00", "22:00"),)),
        "scenario.toml": (
            f'name = "Paint shop"\nstart = {START}\ntime_zone = "Europe/Berlin"\n'
            'preset = "balanced"\n'
        ),
    }


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    """Yield the orders colour by colour; due dates follow what the top coat booths can spray."""
    minutes = 0.0
    for colour in campaigns(chance, COLOURS, ORDERS, (1, 2, 2, 3), 0.6):
        carriers = chance.randint(2, 8)
        minutes += 9 * carriers / 2
        day = datetime.fromisoformat(START) + timedelta(days=1.0 + 1.05 * minutes / (15 * 60))
        day += timedelta(days=chance.uniform(0, 0.8))
        while day.weekday() > 4:
            day += timedelta(days=1)
        yield {
            "product": f"housing {colour}",
            "family": colour,
            "quantity": carriers,
            "unit": "carriers",
            "size_carriers": carriers,
            "due": day.replace(hour=chance.choice((10, 14, 18, 22)), minute=0).isoformat(
                timespec="minutes"
            ),
            "priority": chance.choice((1, 1, 1, 2, 5)),
            "customer": chance.choice(CUSTOMERS),
        }


def _route(colour: str) -> Iterator[tuple[object, ...]]:
    product, cure = f"housing {colour}", "180 °C" if colour in ("silver", "black") else "160 °C"
    base = BASES.get(colour, DARK_BASE)
    yield product, 1, "base coat", base, "base 1|base 2", 7, "", 0, "", ""
    yield product, 2, "top coat", colour, "top 1|top 2", 9, "", 0, 120, 480
    yield product, 3, "cure", cure, "|".join(OVENS), "", 60, "", 20, 240


def _machines() -> Iterator[tuple[object, ...]]:
    for name in ("base 1", "base 2"):
        yield name, "serial", "", DARK_BASE, "yes", 90, "two shifts"
    for name in ("top 1", "top 2"):
        yield name, "serial", "", "white", "yes", 110, "two shifts"
    for name, carriers in OVENS.items():
        yield name, "parallel", carriers, "160 °C", "no", 150, "two shifts"


def minutes_between(before: str, after: str) -> int:
    """Return the minutes that a booth is cleaned: quick to darker, long to lighter."""
    steps = COLOURS.index(after) - COLOURS.index(before)
    return 8 + 2 * steps if steps > 0 else 20 - 6 * steps


def _changeovers() -> Iterator[tuple[object, ...]]:
    yield "*", "*", "*", 0, 0
    for booth in ("base 1", "base 2"):
        yield booth, "*", "*", 25, 20
    for booth in ("top 1", "top 2"):
        for before in COLOURS:
            for after in COLOURS:
                if before != after:
                    minutes = minutes_between(before, after)
                    yield booth, before, after, minutes, 2 * minutes
    for oven in OVENS:
        yield oven, "160 °C", "180 °C", 20, 10
        yield oven, "180 °C", "160 °C", 45, 10
