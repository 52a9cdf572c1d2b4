"""A filler of soaps and lotions: cleaning by fragrance and by allergen adds up."""

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

START = "2027-03-22T06:00:00"
CLOCK = Clock(start=datetime.fromisoformat(START), time_zone="Europe/Berlin")
# From none to strong: a stronger one covers what is left of a weaker one.
FRAGRANCES = ("unscented", "aloe", "lavender", "citrus", "musk")
# Each contains all that stands before it.
ALLERGENS = ("free", "wheat", "wheat+nut")
FAMILIES = tuple(f"{scent} | {allergen}" for allergen in ALLERGENS for scent in FRAGRANCES)
# line: bottles per hour, bottle in millilitres, orders
LINES = {
    "LINE-1": (3600, 250, 60),
    "LINE-2": (3000, 250, 52),
    "LINE-3": (2000, 1000, 48),
    "LINE-4": (1800, 1000, 40),
}
PARTNERS = {250: "LINE-1|LINE-2", 1000: "LINE-3|LINE-4"}
CUSTOMERS = ("Drogerie Nord", "Hotel Linde", "Klar", "Pharma Ost", "Sonnenhof", "Wellness AG")
CALENDAR = (
    week("two shifts", "Mon-Fri", "06:00", "22:00"),
    week("two shifts", "Sat", "06:00", "14:00"),
    closed("two shifts", "2027-03-26"),
    closed("two shifts", "2027-03-29"),
)

STORY = f"""# bottling

{SYNTHETIC}
A filler of soaps and lotions in Hanover, four lines, 200 orders for the weeks around Easter. Good
Friday and Easter Monday are closed, and the clocks go forward on Sunday 28 March. The lines work
two shifts on weekdays and one on Saturday; work pauses when a shift ends.

What a line must be cleaned of has two parts, and their minutes add up. Fragrance: the next one may
be stronger for little; after musk, an unscented lotion needs a long flush. Allergens: wheat and nut
may be added freely, but after them an allergen-free product needs a validated cleaning of up to 90
minutes. So `orders.csv` has the columns `attr_fragrance` and `attr_allergen`, and each row of
`changeovers.csv` says which of them it is about.

`current_machine` and `current_position` hold the sequence the plant's planner made by hand: by due
day, and within a day by fragrance. Compare with it: `planner compare scenarios/bottling
"current sequence"`.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    chance = Random(20270322)
    orders = _with_current_sequence(file_sequence(chance, list(_orders(chance)), 90350))
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "machines.csv": table(
            (
                "machine_id",
                "process",
                "initial_family",
                "pausable",
                "speed",
                "cost_per_hour",
                "calendar",
            ),
            (
                ("LINE-1", "serial", "unscented | free", "yes", 1.2, 140, "two shifts"),
                ("LINE-2", "serial", "aloe | wheat", "yes", 1, 120, "two shifts"),
                ("LINE-3", "serial", "lavender | free", "yes", 1.1, 130, "two shifts"),
                ("LINE-4", "serial", "unscented | free", "yes", 1, 115, "two shifts"),
            ),
        ),
        "changeovers.csv": table(("attribute", "from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, CALENDAR),
        "scenario.toml": (
            f'name = "Bottling"\nstart = {START}\n'
            'time_zone = "Europe/Berlin"\npreset = "balanced"\n'
        ),
    }


def fragrance_minutes(before: str, after: str) -> int:
    """Return the minutes of cleaning that a change of fragrance needs."""
    steps = FRAGRANCES.index(after) - FRAGRANCES.index(before)
    return 0 if steps == 0 else 10 + 3 * steps if steps > 0 else 20 - 15 * steps


def allergen_minutes(before: str, after: str) -> int:
    """Return the minutes of cleaning that a change of allergens needs."""
    steps = ALLERGENS.index(after) - ALLERGENS.index(before)
    return 0 if steps == 0 else 10 if steps > 0 else -45 * steps


def _minutes_between(before: str, after: str) -> int:
    (scent, allergen), (next_scent, next_allergen) = before.split(" | "), after.split(" | ")
    return fragrance_minutes(scent, next_scent) + allergen_minutes(allergen, next_allergen)


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    windows = shifts("two shifts", CALENDAR, CLOCK)
    for bottles_per_hour, millilitres, count in LINES.values():
        sequence = campaigns(chance, FAMILIES, count, (1, 1, 2, 2), 0.35)
        bottles = [500 * chance.randint(3, 14) * bottles_per_hour // 3000 for _ in sequence]
        changes = [0, *(_minutes_between(*pair) for pair in pairwise(sequence))]
        work = [
            change + -(-60 * filled // bottles_per_hour)
            for change, filled in zip(changes, bottles, strict=True)
        ]
        planned = paused(windows, work)
        for family, filled, (start, end) in zip(sequence, bottles, planned, strict=True):
            yield _order(chance, millilitres, family, filled, (start, end))


def _order(
    chance: Random, millilitres: int, family: str, bottles: int, planned: tuple[int, int]
) -> dict[str, object]:
    start, end = planned
    fragrance, allergen = family.split(" | ")
    urgent = chance.random() < 0.06
    slack = chance.uniform(0, 3) if urgent else chance.uniform(0, 8)
    return {
        "product": f"lotion {fragrance} {millilitres} ml",
        "attr_fragrance": fragrance,
        "attr_allergen": allergen,
        "quantity": bottles,
        "unit": "bottles",
        "units_per_hour": 3000 if millilitres == 250 else 1800,
        "release": arrival(chance, CLOCK, start, 1),
        "due": due_date(CLOCK, end, slack, (12, 22)).isoformat(timespec="minutes"),
        "priority": 6 if urgent else chance.choice((1, 1, 2)),
        "eligible_machines": PARTNERS[millilitres],
        "customer": chance.choice(CUSTOMERS),
    }


def _with_current_sequence(orders: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the orders with the planner's own sequence: by due day, then by fragrance."""
    by_hand = sorted(
        range(len(orders)),
        key=lambda k: (
            str(orders[k]["due"])[:10],
            FRAGRANCES.index(str(orders[k]["attr_fragrance"])),
        ),
    )
    minutes = dict.fromkeys(LINES, 0.0)
    positions = dict.fromkeys(LINES, 0)
    for k in by_hand:
        lines = str(orders[k]["eligible_machines"]).split("|")
        line = min(lines, key=lambda name: minutes[name])
        minutes[line] += int(str(orders[k]["quantity"])) / LINES[line][0]
        positions[line] += 1
        orders[k] |= {"current_machine": line, "current_position": positions[line]}
    return orders


def _changeovers() -> Iterator[tuple[object, ...]]:
    for attribute, values, minutes_of in (
        ("fragrance", FRAGRANCES, fragrance_minutes),
        ("allergen", ALLERGENS, allergen_minutes),
    ):
        for before in values:
            for after in values:
                if before != after:
                    minutes = minutes_of(before, after)
                    yield attribute, before, after, minutes, 3 * minutes
