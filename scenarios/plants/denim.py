"""A denim finisher: two dye lines, light to dark, and two cutting lines, by cloth weight."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from random import Random

from planner.calendars import Clock
from scenarios.rehearsal import arrival, campaigns, due_date, paused, shifts
from scenarios.tables import (
    CALENDAR_HEADER,
    SYNTHETIC,
    closed,
    file_sequence,
    order_table,
    table,
    week,
)

START = "2027-05-31T06:00:00"
CLOCK = Clock(start=datetime.fromisoformat(START), time_zone="Europe/Rome")
SHADES = ("ecru", "sky", "stone", "indigo", "midnight", "black")
CLOTHS = ("9 oz", "11 oz", "13 oz", "15 oz")
LINES = {"DYE-1": SHADES, "DYE-2": SHADES, "CUT-1": CLOTHS, "CUT-2": CLOTHS}
ORDERS_PER_LINE = {"DYE-1": 40, "DYE-2": 42, "CUT-1": 36, "CUT-2": 32}
METRES_PER_HOUR = {"DYE": 900, "CUT": 650}
CUSTOMERS = ("Aurelia", "Blue Harbour", "Corsa", "Dunmore", "Estrela", "Falk & Co")
CALENDAR = (
    week("two shifts", "Mon-Fri", "06:00", "22:00"),
    closed("two shifts", "2027-06-02"),
)

STORY = f"""# denim

{SYNTHETIC}
A denim finisher near Bergamo dyes cloth on two lines and cuts it on two tables. 150 orders are due
within two weeks; Wednesday 2 June is a public holiday, and the plant works two shifts from Monday
to Friday. Work may pause at night and go on in the morning.

The dye lines go from light to dark almost for free: a darker bath covers what is left in the
rollers. From dark to light everything is boiled out, up to two and a half hours and 300 EUR of
chemicals. DYE-2 is newer: it runs 15 % faster and washes itself. The cutting tables change blades
and tension with the weight of the cloth; CUT-2 is old, and how long each order takes there was
measured (`durations.csv`).

Taking the orders as they come, the dye lines spend a third of their time washing. A planner makes
campaigns, light to dark, and has to start a new one before the last light order is late.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    chance = Random(20270531)
    orders = file_sequence(chance, list(_orders(chance)), 4100)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "machines.csv": _machines(),
        "changeovers.csv": table(("machine", "from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, CALENDAR),
        "durations.csv": table(("order_id", "machine_id", "minutes"), _measured(chance, orders)),
        "scenario.toml": (
            f'name = "Denim finishing"\nstart = {START}\n'
            'time_zone = "Europe/Rome"\npreset = "balanced"\n'
        ),
    }


def minutes_between(before: str, after: str) -> int:
    """Return the minutes of a changeover: cheap to darker, dear to lighter."""
    if before in CLOTHS:
        return 0 if before == after else 20 + 5 * abs(CLOTHS.index(before) - CLOTHS.index(after))
    steps = SHADES.index(after) - SHADES.index(before)
    return 10 + 5 * steps if steps > 0 else 0 if steps == 0 else 50 - 20 * steps


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    windows = shifts("two shifts", CALENDAR, CLOCK)
    for line, families in LINES.items():
        sequence = campaigns(chance, families, ORDERS_PER_LINE[line], (1, 1, 2, 2), 0.6)
        metres = [100 * chance.randint(6, 32) for _ in sequence]
        rate = METRES_PER_HOUR[line[:3]]
        changes = [0, *(minutes_between(*pair) for pair in pairwise(sequence))]
        work = [change + -(-60 * m // rate) for change, m in zip(changes, metres, strict=True)]
        for family, quantity, (start, end) in zip(
            sequence, metres, paused(windows, work), strict=True
        ):
            yield _order(chance, line[:3], family, quantity, (start, end))


def _order(
    chance: Random, stage: str, family: str, quantity: int, planned: tuple[int, int]
) -> dict[str, object]:
    start, end = planned
    urgent = chance.random() < 0.08
    slack = chance.uniform(0, 3) if urgent else chance.uniform(0, 8)
    return {
        "product": f"{'dye' if stage == 'DYE' else 'cut'} {family}",
        "family": family,
        "quantity": quantity,
        "unit": "m",
        "units_per_hour": METRES_PER_HOUR[stage],
        "release": arrival(chance, CLOCK, start, 1),
        "due": due_date(CLOCK, end, slack, (14, 22)).isoformat(timespec="minutes"),
        "priority": 5 if urgent else chance.choice((1, 1, 1, 2)),
        "eligible_machines": f"{stage}-1|{stage}-2",
        "customer": chance.choice(CUSTOMERS),
    }


def _machines() -> str:
    header = (
        "machine_id",
        "process",
        "initial_family",
        "pausable",
        "speed",
        "cost_per_hour",
        "calendar",
    )
    return table(
        header,
        (
            ("DYE-1", "serial", "indigo", "yes", 1, 95, "two shifts"),
            ("DYE-2", "serial", "sky", "yes", 1.15, 110, "two shifts"),
            ("CUT-1", "serial", "11 oz", "yes", 1, 55, "two shifts"),
            ("CUT-2", "serial", "13 oz", "yes", 1, 50, "two shifts"),
        ),
    )


def _changeovers() -> Iterator[tuple[object, ...]]:
    for families, price in ((SHADES, 2), (CLOTHS, 1)):
        for before in families:
            for after in families:
                minutes = minutes_between(before, after)
                if minutes:
                    yield "*", before, after, minutes, price * minutes
    # DYE-2 washes itself: the boil-out takes two thirds of the time.
    for before in SHADES:
        for after in SHADES[: SHADES.index(before)]:
            minutes = minutes_between(before, after) * 2 // 3
            yield "DYE-2", before, after, minutes, minutes


def _measured(chance: Random, orders: list[dict[str, object]]) -> Iterator[tuple[object, str, int]]:
    for order in orders:
        if order["eligible_machines"] == "CUT-1|CUT-2":
            usual = 60 * int(str(order["quantity"])) / METRES_PER_HOUR["CUT"]
            yield order["order_id"], "CUT-2", round(usual * chance.uniform(1.1, 1.4))
