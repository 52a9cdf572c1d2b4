"""A hardening shop: furnaces that take several orders at once, in together and out together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from random import Random

from planner.calendars import Clock, Window
from scenarios.rehearsal import arrival, campaigns, due_date, shifts
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
# charges since each was cleaned
MADE_BEFORE: Mapping[str, int] = {"F1": 12, "F2": 5, "F3": 16}
CUSTOMERS = ("Achsen Maier", "Getriebe Süd", "Kurbel KG", "Lager Ost", "Präzis", "Zahnrad Wolf")
CALENDAR = (
    week("day and night", "Mon-Fri", "00:00", "24:00"),
    week("day and late", "Mon-Fri", "05:00", "23:00"),
    closed("day and late", "2027-01-06"),
)
# Minutes in which the loader fills a furnace, and empties it.
FILLING, EMPTYING = 20, 15
CHARGES, CLEANING, CLEANING_COST = 20, 90, 60

STORY = f"""# heat-treatment

{SYNTHETIC}
A hardening shop in Stuttgart with three furnaces and 120 orders for two weeks. A furnace takes as
many orders as fit by weight and by trays; they go in together and come out together. Each order
says how long it must stay at least (`min_minutes`) and may stay at most (`max_minutes`): thin and
thick parts of one recipe cannot always share a batch.

The furnaces run day and night from Monday to Friday, and a charge cannot be interrupted. One loader
fills and empties all three, {FILLING} and {EMPTYING} minutes, on two shifts from 05:00 to 23:00; on
Wednesday 6 January, a public holiday, he is not there. What is loaded in the evening must be long
enough to come out in the morning. Heating takes 6 minutes per 100 degrees, cooling down 12, and a
change of gas another 25 for purging. After {CHARGES} charges a furnace is cleaned.

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
        "resources.csv": table(
            ("resource", "amount", "calendar"), (("loader", 1, "day and late"),)
        ),
        "needs.csv": table(
            ("resource", "during", "minutes"),
            (("loader", "start", FILLING), ("loader", "end", EMPTYING)),
        ),
        "upkeep.csv": table(
            ("machine", "upkeep", "minutes", "after_batches", "cost", "done_before_batches"),
            (
                (name, "cleaning", CLEANING, CHARGES, CLEANING_COST, made)
                for name, made in MADE_BEFORE.items()
            ),
        ),
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
    charges = {
        name: _charges(chance, recipes, count, kg, trays)
        for name, (kg, trays, recipes, count) in FURNACES.items()
    }
    for name, batch, planned in _rehearsed(charges):
        for part in batch:
            yield _order(chance, name, part, planned)


def _charges(
    chance: Random, recipes: Sequence[str], count: int, kg: int, trays: int
) -> list[list["Part"]]:
    sequence = campaigns(chance, recipes, count, (1, 2, 3, 4), 0.5)
    return list(_packed([_parts(chance, recipe, kg, trays) for recipe in sequence], kg, trays))


def _rehearsed(
    charges: Mapping[str, Sequence[Sequence["Part"]]],
) -> Iterator[tuple[str, Sequence["Part"], tuple[int, int]]]:
    """Yield the charges of all furnaces with their times, one loader going from one to another."""
    open_times = shifts("day and night", CALENDAR, CLOCK)
    loader = [list(window) for window in shifts("day and late", CALENDAR, CLOCK)]
    left = {name: list(batches) for name, batches in charges.items()}
    free, made, before = dict.fromkeys(left, 0), dict(MADE_BEFORE), dict.fromkeys(left, "")
    while any(left.values()):
        name = min((each for each in left if left[each]), key=free.__getitem__)
        batch = left[name].pop(0)
        recipe = batch[0].recipe
        change = minutes_between(before[name] or recipe, recipe)
        if made[name] == CHARGES:
            change, made[name] = change + CLEANING, 0
        least = max(part.least for part in batch)
        start = _start(open_times, loader, free[name] + change, change, least)
        free[name], before[name] = start + least, recipe
        made[name] += 1
        _take(loader, start, start + FILLING)
        _take(loader, start + least - EMPTYING, start + least)
        yield name, batch, (start, start + least)


def _start(
    open_times: Sequence[Window],
    loader: Sequence[Sequence[int]],
    earliest: int,
    change: int,
    least: int,
) -> int:
    """Return when a charge can first start so that the loader is free at its start and its end."""
    start = earliest
    while not (
        any(w.start <= start - change and start + least <= w.end for w in open_times)
        and any(first <= start and start + FILLING <= last for first, last in loader)
        and any(
            first <= start + least - EMPTYING and start + least <= last for first, last in loader
        )
    ):
        start += 5
    return start


def _take(loader: list[list[int]], start: int, end: int) -> None:
    """Leave what is free of the loader without `[start, end)`."""
    row = next(n for n, (first, last) in enumerate(loader) if first <= start and end <= last)
    first, last = loader[row]
    loader[row : row + 1] = [[first, start], [end, last]]


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
            (name, "parallel", kg, trays, initial[name], "no", prices[name], "day and night")
            for name, (kg, trays, _, _) in FURNACES.items()
        ),
    )


def _changeovers() -> Iterator[tuple[object, ...]]:
    for before in RECIPES:
        for after in RECIPES:
            if before != after:
                minutes = minutes_between(before, after)
                yield before, after, minutes, round(1.5 * minutes)
