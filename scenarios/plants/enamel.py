"""An enameller: tunnel furnaces that orders enter and leave one by one, while the colour stays."""

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

START = "2027-05-03T06:00:00"
CLOCK = Clock(start=datetime.fromisoformat(START), time_zone="Europe/Vienna")
COLOURS = ("white", "cream", "green", "blue", "anthracite")
# tunnel: hangers, orders
TUNNELS = {"T1": (36, 58), "T2": (24, 42)}
CUSTOMERS = ("Backform", "Herdwerk", "Küchenhaus", "Topf & Co", "Waschtechnik")
CALENDAR = (
    week("around the clock", "Mon", "06:00", "24:00"),
    week("around the clock", "Tue-Fri", "00:00", "24:00"),
    week("around the clock", "Sat", "00:00", "06:00"),
    closed("around the clock", "2027-05-06"),
)

STORY = f"""# enamel

{SYNTHETIC}
An enameller in Linz with two tunnel furnaces and 100 orders of pots, trays and panels. The
tunnels run day and night from Monday to Saturday morning; on Ascension Day, Thursday 6 May,
they are cold. What has begun cannot be interrupted.

A tunnel is filled continuously: an order enters as soon as enough hangers are free and leaves when
it is burnt in; at every moment the hangers in use must be within capacity. Only the colour is
common to all that are inside: for another colour the tunnel runs empty and the booth is cleaned,
a quarter of an hour to a darker one, up to two hours back to white.

So the question is how long to stay with a colour: every change empties the tunnel.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one order brings to a tunnel: hangers, and minutes until it is burnt in."""

    colour: str
    hangers: int
    least: int


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    chance = Random(20270503)
    orders = file_sequence(chance, list(_orders(chance)), 300)
    return {
        "README.md": STORY,
        "orders.csv": order_table(orders),
        "machines.csv": table(
            (
                "machine_id",
                "process",
                "capacity_hangers",
                "initial_family",
                "pausable",
                "cost_per_hour",
                "calendar",
            ),
            (
                ("T1", "continuous", 36, "white", "no", 160, "around the clock"),
                ("T2", "continuous", 24, "blue", "no", 120, "around the clock"),
            ),
        ),
        "changeovers.csv": table(("from", "to", "minutes", "cost"), _changeovers()),
        "calendars.csv": table(CALENDAR_HEADER, CALENDAR),
        "scenario.toml": (
            f'name = "Enamel"\nstart = {START}\ntime_zone = "Europe/Vienna"\npreset = "balanced"\n'
        ),
    }


def minutes_between(before: str, after: str) -> int:
    """Return the minutes of a changeover: quick to darker, slow to lighter."""
    steps = COLOURS.index(after) - COLOURS.index(before)
    return 10 + 5 * steps if steps > 0 else 0 if steps == 0 else 40 - 20 * steps


def _orders(chance: Random) -> Iterator[dict[str, object]]:
    windows = shifts("around the clock", CALENDAR, CLOCK)
    for hangers, count in TUNNELS.values():
        colours = campaigns(chance, COLOURS, count, (1, 1, 2, 3), 0.5)
        loads = [_load(chance, colour, hangers) for colour in colours]
        runs = [list(run) for _, run in groupby(loads, key=lambda load: load.colour)]
        inside = [_entered(run, hangers) for run in runs]
        changes = [0, *(minutes_between(a[0].colour, b[0].colour) for a, b in pairwise(runs))]
        lengths = [max(leaves for _, leaves in times) for times in inside]
        starts = [start for start, _ in whole(windows, zip(changes, lengths, strict=True))]
        for run, times, start in zip(runs, inside, starts, strict=True):
            for load, (enters, leaves) in zip(run, times, strict=True):
                yield _order(chance, load, (start + enters, start + leaves))


def _load(chance: Random, colour: str, hangers: int) -> Load:
    return Load(
        colour=colour,
        hangers=max(3, round(hangers * chance.uniform(0.25, 0.65))),
        least=5 * chance.randint(24, 66),
    )


def _entered(run: Sequence[Load], hangers: int) -> list[tuple[int, int]]:
    """Return when each order of a run enters and leaves: each as soon as there is room."""
    inside: list[tuple[int, int]] = []
    for place, load in enumerate(run):
        # Earlier entries only: no later one can take the room away.
        moments = sorted({0, *(leaves for _, leaves in inside)})
        last = inside[-1][0] if inside else 0
        enters = next(
            moment
            for moment in moments
            if moment >= last
            and load.hangers
            + sum(run[k].hangers for k in range(place) if inside[k][0] <= moment < inside[k][1])
            <= hangers
        )
        inside.append((enters, enters + load.least))
    return inside


def _order(chance: Random, load: Load, planned: tuple[int, int]) -> dict[str, object]:
    start, end = planned
    urgent = chance.random() < 0.08
    slack = chance.uniform(0, 3) if urgent else chance.uniform(0, 4)
    return {
        "product": f"{chance.choice(('pot', 'tray', 'panel', 'basin'))} {load.colour}",
        "family": load.colour,
        "quantity": load.hangers * chance.choice((8, 12, 20)),
        "unit": "pcs",
        "min_minutes": load.least,
        "max_minutes": load.least + load.least // 6,
        "size_hangers": load.hangers,
        "release": arrival(chance, CLOCK, start, 0),
        "due": due_date(CLOCK, end, slack, (2, 6, 10, 14, 18, 22)).isoformat(timespec="minutes"),
        "priority": 5 if urgent else chance.choice((1, 1, 1, 2)),
        "eligible_machines": "T1|T2" if load.hangers <= TUNNELS["T2"][0] else "T1",
        "customer": chance.choice(CUSTOMERS),
    }


def _changeovers() -> Iterator[tuple[object, ...]]:
    for before in COLOURS:
        for after in COLOURS:
            if before != after:
                minutes = minutes_between(before, after)
                yield before, after, minutes, 2 * minutes
