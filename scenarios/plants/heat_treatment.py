"""A hardening shop: furnaces that take several orders at once, in together and out together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from random import Random

from planner.calendars import Clock
from scenarios.rehearsal import arrival, campaigns, due_date, shifts, whole
from scenarios.tables import (
    CALENDAR_HEADER,
    SYNTHETIC,
    closed,
    file_sequence,
    order_table,
    table,
    week,
)

START = "2027-01-04T05:00:00"
CLOCK = Clock(start=datetime.fromisoformat(START), time_zone="Europe/Berlin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A heat treatment: degrees Celsius, minutes for thin parts, and the gas it runs in."""

    degrees: int
    minutes: int
    gas: str


RECIPES = {
    "temper 200": Recipe(degrees=200, minutes=120, gas="air"),
    "nitride 520": Recipe(degrees=520, minutes=540, gas="ammonia"),
    "anneal 680": Recipe(degrees=680, minutes=240, gas="nitrogen"),
    "harden 850": Recipe(degrees=850, minutes=150, gas="nitrogen"),
    "carburise 930": Recipe(degrees=930, minutes=330, gas="endogas"),
}
# Thickness of the parts: least and most time as a share of the recipe's minutes.
THICKNESSES = {"thin": (1.0, 1.5), "medium": (1.3, 1.9), "thick": (1.6, 2.2)}
# furnace: kg, trays, recipes, orders
FURNACES: Mapping[str, tuple[int, int, tuple[str, ...], int]] = {
    "F1": (1200, 8, ("anneal 680", "harden 850", "carburise 930"), 44),
    "F2": (1000, 6, ("temper 200", "anneal 680", "harden 850"), 44),
    "F3": (800, 6, ("temper 200", "nitride 520"), 32),
}
CUSTOMERS = ("Achsen Maier", "Getriebe Süd", "Kurbel KG", "Lager Ost", "Präzis", "Zahnrad Wolf")
CALENDAR = (
    week("day and late", "Mon-Fri", "05:00", "23:00"),
    closed("day and late", "2027-01-06"),
)

STORY = f"""# heat-treatment

{SYNTHETIC}
A hardening shop in Stuttgart with three furnaces and 120 orders for two weeks. Wednesday 6
January is a public holiday. A furnace takes as many orders as fit by weight and by trays; they
go in together and come out together. Each order says how long it must stay at least
(`min_minutes`) and may stay at most (`max_minutes`): thin and thick parts of one recipe cannot
always share a batch.

Nobody is there at night and a charge cannot be interrupted: heating up and the whole batch lie
between 05:00 and 23:00 of one day. Heating takes 6 minutes per 100 degrees, cooling down 12, and a
change of gas another 25 for purging.

Run one by one, the furnaces are mostly empty and most orders late. Waiting for full furnaces saves
gas and changeovers; waiting too long makes the urgent ones late.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    chance = Random(20270104)
    orders = file_sequence(chance, list(_orders(chance)), 61001)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "machines.csv": _machines(),
        "changeovers.csv": table(("from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, CALENDAR),
        "scenario.toml": (
            f'name = "Heat treatment"\nstart = {START}\n'
            'time_zone = "Europe/Berlin"\npreset = "balanced"\n'
        ),
    }


def minutes_between(before: str, after: str) -> int:
    """Return the minutes of a changeover: slow down, quick up, and purging for another gas."""
    if before == after:
        return 0
    degrees = RECIPES[after].degrees - RECIPES[before].degrees
    purging = 25 * (RECIPES[before].gas != RECIPES[after].gas)
    return 5 + purging + -(-(6 * degrees if degrees > 0 else -12 * degrees) // 100)


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    windows = shifts("day and late", CALENDAR, CLOCK)
    for name, (kg, trays, recipes, count) in FURNACES.items():
        sequence = campaigns(chance, recipes, count, (1, 2, 3, 4), 0.5)
        parts = [_parts(chance, recipe, kg, trays) for recipe in sequence]
        batches = list(_packed(parts, kg, trays))
        changes = [0, *(minutes_between(a[0].recipe, b[0].recipe) for a, b in pairwise(batches))]
        lengths = [max(part.least for part in batch) for batch in batches]
        times = whole(windows, zip(changes, lengths, strict=True))
        for batch, planned in zip(batches, times, strict=True):
            for part in batch:
                yield _order(chance, name, part, planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one order brings to a furnace: minutes, kilograms and trays."""

    recipe: str
    thickness: str
    least: int
    most: int
    kg: int
    trays: int


def _parts(chance: Random, recipe: str, kg: int, trays: int) -> Part:
    thickness = chance.choice(("thin", "thin", "medium", "medium", "thick"))
    least, most = (round(RECIPES[recipe].minutes * share) for share in THICKNESSES[thickness])
    share = chance.uniform(0.2, 0.75)
    return Part(
        recipe=recipe,
        thickness=thickness,
        least=least,
        most=most,
        kg=10 * round(kg * share / 10),
        trays=max(1, round(trays * share * chance.uniform(0.6, 1.1))),
    )


def _packed(parts: Sequence[Part], kg: int, trays: int) -> Iterator[list[Part]]:
    """Yield batches: each part joins the first batch of its campaign that has room for it."""
    for _, campaign in groupby(parts, key=lambda part: part.recipe):
        batches: list[list[Part]] = []
        for part in campaign:
            room = (batch for batch in batches if _fits([*batch, part], kg, trays))
            batch = next(room, None)
            if batch is None:
                batches.append([part])
            else:
                batch.append(part)
        yield from batches


def _fits(batch: Sequence[Part], kg: int, trays: int) -> bool:
    return (
        sum(part.kg for part in batch) <= kg
        and sum(part.trays for part in batch) <= trays
        and max(part.least for part in batch) <= min(part.most for part in batch)
    )


def _order(chance: Random, furnace: str, part: Part, planned: tuple[int, int]) -> dict[str, object]:
    start, end = planned
    urgent = chance.random() < 0.08
    slack = chance.uniform(0, 3) if urgent else chance.uniform(0, 8)
    others = [
        name
        for name, (kg, trays, recipes, _) in FURNACES.items()
        if part.recipe in recipes and part.kg <= kg and part.trays <= trays
    ]
    return {
        "product": f"{chance.choice(('gear', 'shaft', 'ring', 'pin'))} {part.thickness}",
        "family": part.recipe,
        "quantity": part.kg // chance.choice((1, 2, 5)),
        "unit": "pcs",
        "min_minutes": part.least,
        "max_minutes": part.most,
        "size_kg": part.kg,
        "size_trays": part.trays,
        "release": arrival(chance, CLOCK, start, 1),
        "due": due_date(CLOCK, end, slack, (12, 23)).isoformat(timespec="minutes"),
        "priority": 5 if urgent else chance.choice((1, 1, 1, 2)),
        "eligible_machines": "|".join(others),
        "customer": chance.choice(CUSTOMERS),
    }


def _machines() -> str:
    header = (
        "machine_id", "process", "capacity_kg", "capacity_trays", "initial_family", "pausable",
        "cost_per_hour", "calendar",
    )  # fmt: skip
    initial = {"F1": "anneal 680", "F2": "harden 850", "F3": "nitride 520"}
    prices = {"F1": 85, "F2": 70, "F3": 65}
    return table(
        header,
        (
            (name, "parallel", kg, trays, initial[name], "no", prices[name], "day and late")
            for name, (kg, trays, _, _) in FURNACES.items()
        ),
    )


def _changeovers() -> Iterator[tuple[object, ...]]:
    for before in RECIPES:
        for after in RECIPES:
            if before != after:
                minutes = minutes_between(before, after)
                yield before, after, minutes, round(1.5 * minutes)
