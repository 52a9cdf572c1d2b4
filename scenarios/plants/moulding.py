"""An injection moulding shop: eight presses, moulds that exist once or twice, and two setters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from planner.calendars import Clock, Window
from scenarios.rehearsal import arrival, due_date, shifts
from scenarios.tables import (
    CALENDAR_HEADER,
    SYNTHETIC,
    file_sequence,
    order_table,
    table,
    week,
)

START = "2027-09-06T06:00:00"
CLOCK = Clock(start=datetime.fromisoformat(START), time_zone="Europe/Vienna")
# clamping force: the presses that have it
PRESSES: Mapping[int, tuple[str, ...]] = {
    50: ("P1", "P2", "P3"),
    120: ("P4", "P5", "P6"),
    250: ("P7", "P8"),
}
COLOURS = ("natural", "white", "yellow", "red", "blue", "black")
# material before: minutes to each material after; PVC and POM must never meet in a barrel
MATERIALS: Mapping[str, Mapping[str, int | str]] = {
    "PP": {"ABS": 15, "POM": 20, "PVC": 20},
    "ABS": {"PP": 15, "POM": 25, "PVC": 25},
    "POM": {"PP": 20, "ABS": 25, "PVC": "no"},
    "PVC": {"PP": 30, "ABS": 35, "POM": "no"},
}
MOULD_CHANGE = 50
CUSTOMERS = ("Almbad", "Donauwerk", "Elektro Gruber", "Hausgut", "Kabel Linz", "Ventil AG")
CALENDAR = (
    week("day and night", "Mon-Fri", "00:00", "24:00"),
    week("two shifts", "Mon-Fri", "06:00", "22:00"),
)
ORDERS = 120
SETTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """A mould: what it makes, in what, how many an hour, for which presses, how many there are."""

    name: str
    product: str
    material: str
    colours: tuple[str, ...]
    force: int
    an_hour: int
    there_are: int = 1


PARTS = (
    ("cap", "PP", 50), ("clip", "POM", 50), ("gear", "POM", 50), ("plug", "PVC", 50),
    ("bush", "POM", 50), ("seal", "PVC", 50), ("knob", "ABS", 50), ("ring", "PP", 50),
    ("handle", "ABS", 120), ("hinge", "PP", 120), ("bracket", "PP", 120), ("socket", "PVC", 120),
    ("switch", "ABS", 120), ("frame", "ABS", 120), ("valve", "POM", 120), ("pipe bend", "PVC", 120),
    ("lid", "PP", 120), ("tray", "PP", 250), ("housing", "ABS", 250), ("basket", "PP", 250),
    ("cover", "ABS", 250), ("bin", "PP", 250), ("crate", "PP", 250), ("panel", "ABS", 250),
    ("duct", "PVC", 250),
)  # fmt: skip
TWICE = ("cap", "clip", "hinge", "lid", "tray")

STORY = f"""# moulding

{SYNTHETIC}
An injection moulding shop in Linz: eight presses of three sizes, 25 moulds and 120 orders for two
weeks. The presses run by themselves, day and night from Monday to Friday. Changing a mould, a
colour or a material takes a setter, and of those there are two, from six in the morning until ten
at night: a press that is done at midnight waits until six.

A mould is in one press at a time; five of them exist twice. Changing it takes 50 minutes. Colours
go from light to dark: ten minutes more, and forty back. Materials are purged, 15 to 35 minutes, and
PVC and POM must never meet in a barrel: from one to the other there is no way but over PP or ABS.

The family is mould, colour and material together. `resources.csv` has the setters and the moulds,
`needs.csv` says that changeovers need a setter and that a mould is needed while a press is set up
with it.
"""


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    chance = Random(20270906)
    moulds = tuple(_moulds(chance))
    orders = file_sequence(chance, list(_orders(chance, moulds)), 90001)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "machines.csv": _machines(moulds),
        "changeovers.csv": table(("attribute", "from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, CALENDAR),
        "resources.csv": table(("resource", "amount", "calendar"), _resources(moulds)),
        "needs.csv": table(("resource", "during", "attr_mould"), _needs(moulds)),
        "scenario.toml": (
            f'name = "Moulding"\nstart = {START}\n'
            'time_zone = "Europe/Vienna"\npreset = "balanced"\n'
        ),
    }


def _moulds(chance: Random) -> Iterator[Mould]:
    for number, (product, material, force) in enumerate(PARTS, start=101):
        colours = sorted(chance.sample(COLOURS, chance.choice((2, 3, 3))), key=COLOURS.index)
        yield Mould(
            name=f"W{number}",
            product=product,
            material=material,
            colours=tuple(colours),
            force=force,
            an_hour=chance.choice((120, 150, 180, 240, 300)),
            there_are=2 if product in TWICE else 1,
        )


def _minutes_between(before: tuple[Mould, str], after: tuple[Mould, str]) -> int:
    """Return the minutes of a changeover from a mould in a colour to another."""
    minutes = 0 if before[0] == after[0] else MOULD_CHANGE
    places = [COLOURS.index(colour) for _, colour in (before, after)]
    minutes += 0 if places[0] == places[1] else 10 if places[0] < places[1] else 40
    if before[0].material != after[0].material:
        purging = MATERIALS[before[0].material][after[0].material]
        minutes += int(purging) if purging != "no" else 0
    return minutes


def _homes(moulds: Sequence[Mould]) -> dict[str, list[Mould]]:
    """Return the moulds that each press makes in the rehearsal, PVC and POM apart."""
    homes: dict[str, list[Mould]] = {}
    between = {"PVC": 0, "PP": 1, "ABS": 2, "POM": 3}
    for force, presses in PRESSES.items():
        own = sorted(
            (mould for mould in moulds if mould.force == force), key=lambda m: between[m.material]
        )
        for place, mould in enumerate(own):
            homes.setdefault(presses[place * len(presses) // len(own)], []).append(mould)
    return homes


def _orders(chance: Random, moulds: Sequence[Mould]) -> Iterator[dict[str, object]]:
    running = shifts("day and night", CALENDAR, CLOCK)
    setting = shifts("two shifts", CALENDAR, CLOCK)
    homes = _homes(moulds)
    left = {press: _sequence(chance, own, ORDERS // len(homes)) for press, own in homes.items()}
    free = dict.fromkeys(homes, 0)
    before = {press: (own[0], own[0].colours[0]) for press, own in homes.items()}
    setters = [0] * SETTERS
    while any(left.values()):
        press = min((name for name in left if left[name]), key=lambda name: free[name])
        mould, colour, minutes = left[press].pop(0)
        changing = _minutes_between(before[press], (mould, colour))
        start = free[press]
        if changing:
            who = min(range(SETTERS), key=setters.__getitem__)
            begin = _within(setting, max(start, setters[who]), changing)
            start = setters[who] = begin + changing
        start, end = _worked(running, start, minutes)
        free[press], before[press] = end, (mould, colour)
        yield _order(chance, (mould, colour, minutes), (start, end))


def _sequence(chance: Random, own: Sequence[Mould], count: int) -> list[tuple[Mould, str, int]]:
    """Return the orders of a press, mould by mould, light to dark, in two rounds."""
    first = [(mould, colour) for mould in own for colour in mould.colours]
    rest = [chance.choice(first) for _ in range(count - len(first))]
    rounds = [first[::2], first[1::2]]
    for extra in rest:
        rounds[chance.randint(0, 1)].append(extra)
    sequence = []
    for each in rounds:
        each.sort(key=lambda pair: (own.index(pair[0]), COLOURS.index(pair[1])))
        sequence += [(mould, colour, chance.randint(5, 15) * 60) for mould, colour in each]
    return sequence


def _within(windows: Sequence[Window], start: int, minutes: int) -> int:
    """Return when so many minutes in one window can begin, from `start` on."""
    return next(
        max(start, window.start)
        for window in windows
        if max(start, window.start) + minutes <= window.end
    )


def _worked(windows: Sequence[Window], start: int, minutes: int) -> tuple[int, int]:
    """Return start and end of a run from `start` on that pauses while nothing is open."""
    begin = next(max(start, window.start) for window in windows if window.end > start)
    end = begin
    for window in windows:
        if minutes and window.end > begin:
            taken = min(minutes, window.end - max(begin, window.start))
            end, minutes = max(begin, window.start) + taken, minutes - taken
    return begin, end


def _order(
    chance: Random, made: tuple[Mould, str, int], planned: tuple[int, int]
) -> dict[str, object]:
    mould, colour, minutes = made
    urgent = chance.random() < 0.08
    slack = chance.uniform(4, 12) if urgent else chance.uniform(12, 48)
    return {
        "product": f"{mould.product} {colour}",
        "attr_mould": mould.name,
        "attr_colour": colour,
        "attr_material": mould.material,
        "quantity": minutes // 60 * mould.an_hour,
        "unit": "pcs",
        "units_per_hour": mould.an_hour,
        "release": arrival(chance, CLOCK, planned[0], 3),
        "due": due_date(CLOCK, planned[1], slack, (12, 22)).isoformat(timespec="minutes"),
        "priority": 5 if urgent else chance.choice((1, 1, 1, 2)),
        "eligible_machines": "|".join(PRESSES[mould.force]),
        "customer": chance.choice(CUSTOMERS),
    }


def _machines(moulds: Sequence[Mould]) -> str:
    homes = _homes(moulds)
    header = ("machine_id", "process", "initial_family", "pausable", "cost_per_hour", "calendar")
    prices = {50: 24, 120: 32, 250: 45}
    return table(
        header,
        (
            (press, "serial", _family(homes[press][0]), "yes", prices[force], "day and night")
            for force, presses in PRESSES.items()
            for press in presses
        ),
    )


def _family(mould: Mould) -> str:
    return " | ".join((mould.name, mould.colours[0], mould.material))


def _changeovers() -> Iterator[tuple[object, ...]]:
    yield "mould", "*", "*", MOULD_CHANGE, 15
    for place, before in enumerate(COLOURS):
        for other, after in enumerate(COLOURS):
            if place != other:
                yield (
                    "colour",
                    before,
                    after,
                    10 if place < other else 40,
                    5 if place < other else 20,
                )
    for material, ways in MATERIALS.items():
        for other_material, minutes in ways.items():
            yield "material", material, other_material, minutes, "" if minutes == "no" else 12


def _resources(moulds: Sequence[Mould]) -> Iterator[tuple[object, ...]]:
    yield "setter", SETTERS, "two shifts"
    for mould in moulds:
        yield f"mould {mould.name}", mould.there_are, ""


def _needs(moulds: Sequence[Mould]) -> Iterator[tuple[object, ...]]:
    yield "setter", "changeover", "*"
    for mould in moulds:
        yield f"mould {mould.name}", "set up", mould.name
