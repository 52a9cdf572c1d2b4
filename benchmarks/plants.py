"""Generated plants of any size: all three kinds of machine, families, due dates, shifts.

`python -m benchmarks.plants ORDERS MACHINES --seed N` prints what such a plant looks like. They are
synthetic. The same numbers give the same plant.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.made import CLOCK, names, single_stage
from planner.calendars import Window
from planner.domain import (
    Changeovers,
    Dimension,
    Duration,
    Machine,
    Operation,
    Order,
    Process,
    Scenario,
)

DAY = 24 * 60
FAMILIES = 30
PRODUCTS_PER_FAMILY = 8
# An order takes between these shares of the smallest capacity.
SHARES = (0.04, 0.3)
LEAST_CAPACITY = 1000
# An oven's time for one order and its changeover; a serial machine's share of a day for one.
OVEN_MINUTES_ALONE = 220
SERIAL_DAYS_EACH = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Machines of one kind: their times in minutes, capacity in kg, and shifts."""

    process: Process
    minutes: tuple[int, int]
    capacity: int | None
    pausable: bool
    shift: tuple[int, int]

    def longest(self, least: int) -> int | None:
        """Return the most minutes of what needs `least`: ovens must not overdo it."""
        return None if self.process == Process.SERIAL else least * 2


KINDS = (
    Kind(
        process=Process.SERIAL,
        minutes=(10, 60),
        capacity=None,
        pausable=True,
        shift=(6 * 60, 22 * 60),
    ),
    Kind(
        process=Process.PARALLEL,
        minutes=(60, 240),
        capacity=LEAST_CAPACITY,
        pausable=False,
        shift=(0, DAY),
    ),
    Kind(
        process=Process.CONTINUOUS,
        minutes=(30, 120),
        capacity=1500,
        pausable=True,
        shift=(6 * 60, 30 * 60),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What orders are for; all its orders share one mapping of durations."""

    name: str
    family: str
    durations: dict[str, Duration]


def plant(orders: int, machines: int, seed: int = 0) -> Scenario:
    """Return a plant with so many orders and machines, the three kinds of machine mixed."""
    rng = np.random.default_rng(seed)
    families = names("family", FAMILIES)
    per_machine = orders / machines
    # One by one must end before the horizon: an oven for each order, with its changeover.
    horizon_days = 7 + int(1.5 * per_machine * OVEN_MINUTES_ALONE / DAY)
    park = _park(machines, horizon_days, families, rng)
    products = _products(rng, park, families)
    wanted = _orders(rng, products, orders, days=2 + int(per_machine * SERIAL_DAYS_EACH))
    shares = rng.uniform(*SHARES, size=orders)
    return Scenario(
        name=f"plant of {orders} orders on {machines} machines",
        orders=wanted,
        operations=_operations(wanted, products, (shares * LEAST_CAPACITY).astype(int).tolist()),
        machines=park,
        changeovers=_changeovers(families, rng),
        clock=CLOCK,
        horizon=horizon_days * DAY,
        dimensions=(Dimension(name="kg"),),
    )


def main(words: Sequence[str] | None = None) -> int:
    """Print what the plant that the command line names looks like."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plants", description=__doc__)
    parser.add_argument("orders", type=int)
    parser.add_argument("machines", type=int)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(words)
    print(summary(plant(given.orders, given.machines, given.seed)))
    return 0


def summary(made: Scenario) -> str:
    """Return the size of a plant in words."""
    kinds = [sum(machine.process == kind for machine in made.machines) for kind in Process]
    shown = ", ".join(f"{count} {kind}" for count, kind in zip(kinds, Process, strict=True))
    return f"{made.name}: {shown}; {len(made.families)} families; {made.horizon // DAY} days"


def _park(
    count: int, days: int, families: Sequence[str], rng: np.random.Generator
) -> tuple[Machine, ...]:
    windows = [_windows(kind.shift, days) for kind in KINDS]
    initial = rng.integers(0, len(families), size=count).tolist()
    return tuple(
        Machine(
            name=name,
            process=KINDS[k % 3].process,
            capacity=(KINDS[k % 3].capacity,),
            initial_family=families[initial[k]],
            windows=windows[k % 3],
            pausable=KINDS[k % 3].pausable,
        )
        for k, name in enumerate(names("machine", count))
    )


def _windows(shift: tuple[int, int], days: int) -> tuple[Window, ...]:
    """Return a shift on every day but Sunday."""
    begins = (day * DAY for day in range(days) if day % 7 < 6)
    return tuple(Window(at + shift[0], min(at + shift[1], days * DAY)) for at in begins)


def _products(
    rng: np.random.Generator, park: Sequence[Machine], families: Sequence[str]
) -> list[Product]:
    """Return products of one kind each, which most machines of the kind can make."""
    products = []
    for number, name in enumerate(names("product", FAMILIES * PRODUCTS_PER_FAMILY)):
        kind = KINDS[number % min(len(KINDS), len(park))]
        able = [machine.name for machine in park if machine.process == kind.process]
        able = [machine for machine in able if rng.random() < 0.7] or able[:1]
        least = int(rng.integers(*kind.minutes))
        speeds = rng.uniform(0.9, 1.2, size=len(able))
        durations = {
            machine: Duration(int(least * speed), kind.longest(int(least * speed)))
            for machine, speed in zip(able, speeds.tolist(), strict=True)
        }
        family = families[number // PRODUCTS_PER_FAMILY]
        products.append(Product(name=name, family=family, durations=durations))
    return products


def _orders(
    rng: np.random.Generator, products: Sequence[Product], count: int, days: int
) -> tuple[Order, ...]:
    chosen = rng.integers(0, len(products), size=count).tolist()
    early = rng.random(count) < 0.5
    released = np.where(early, 0, rng.integers(0, days * DAY // 2, size=count)).tolist()
    waits = rng.integers(DAY, max(2, days) * DAY, size=count).tolist()
    weights = rng.integers(1, 6, size=count).tolist()
    return tuple(
        Order(
            name=name,
            product=products[chosen[k]].name,
            release=released[k],
            due=released[k] + waits[k],
            weight=weights[k],
        )
        for k, name in enumerate(names("order", count))
    )


def _operations(
    orders: Sequence[Order], products: Sequence[Product], sizes: Sequence[int]
) -> tuple[Operation, ...]:
    by_name = {product.name: product for product in products}
    made_of = (
        (order, by_name[order.product], size) for order, size in zip(orders, sizes, strict=True)
    )
    return tuple(
        single_stage(order, product.family, product.durations, (size,))
        for order, product, size in made_of
    )


def _changeovers(families: tuple[str, ...], rng: np.random.Generator) -> Changeovers:
    """Return changeovers along a scale: towards the dark short, back to the light long."""
    place = np.arange(len(families))
    apart = place[None, :] - place[:, None]
    minutes = np.where(apart > 0, 10 + apart, 15 - 3 * apart) + rng.integers(0, 6, apart.shape)
    np.fill_diagonal(minutes, 0)
    return Changeovers(families=families, minutes=minutes[None], cost=2 * minutes[None])


if __name__ == "__main__":
    sys.exit(main())
