"""Random scenarios with shared resources, limits of one family in a row, and upkeep."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from planner.domain import During, InARow, Level, Machine, Need, Resource, Scenario, Upkeep
from tests import builders
from tests.routed import random_routed

WORK_DURING = (During.CHANGEOVER, During.RUN, During.START, During.END)


def random_shared(
    rng: np.random.Generator,
    *,
    routes: bool = False,
    most_waits: bool = False,
    needs: bool = True,
    in_a_row: bool = True,
    operations: int = 8,
    machines: int = 3,
) -> Scenario:
    """Return a small random scenario with resources, with limits in a row, or with both."""
    if routes:
        made = random_routed(rng, most_waits=most_waits, operations=operations, machines=machines)
    else:
        made = builders.random_scenario(rng, orders=operations, machines=machines)
    if in_a_row:
        quantities = (Decimal(int(q)) / 2 for q in rng.integers(1, 20, size=len(made.orders)))
        orders = (replace(o, quantity=q) for o, q in zip(made.orders, quantities, strict=True))
        park = tuple(_limited(rng, machine) for machine in made.machines)
        made = replace(made, orders=tuple(orders), machines=park)
    return with_needs(rng, made) if needs else made


def with_needs(rng: np.random.Generator, made: Scenario) -> Scenario:
    """Return `made` with two or three resources and some needs of each kind."""
    products = [f"P{k}" for k in range(3)]
    orders = tuple(replace(o, product=str(rng.choice(products))) for o in made.orders)
    crews = tuple(_crew(rng, name, made.horizon) for name in ("setter", "operator"))
    # One mould for each machine at least: what is set up at the start holds one already.
    count = len(made.machines) + int(rng.integers(0, 2)) - int(rng.integers(0, 2))
    mould = Resource(name="mould", levels=(Level(0, max(2, count)),))
    drawn = [_need(rng, made, str(rng.choice(["setter", "operator"])), products) for _ in range(4)]
    families = frozenset([str(rng.choice(made.families))])
    holds = [Need(resource="mould", during=During.SET_UP, families=families)]
    if rng.random() < 0.5:
        holds.append(_need(rng, made, "mould", products))
    if rng.random() < 0.4:
        holds = []
    park = tuple(_not_set_up(machine, families) for machine in made.machines)
    return replace(
        made,
        orders=orders,
        machines=park,
        resources=(*crews, mould),
        needs=tuple(drawn + holds),
    )


def with_upkeep(rng: np.random.Generator, made: Scenario) -> Scenario:
    """Return `made` with up to two upkeeps of each machine, some of which need a resource."""
    upkeeps = tuple(
        _upkeep(rng, made, machine, f"upkeep {k}")
        for machine in made.machines
        for k in range(int(rng.choice([0, 1, 1, 2])))
    )
    needs = made.needs
    if made.resources and rng.random() < 0.5:
        named = str(rng.choice([machine.name for machine in made.machines]))
        machine = named if rng.random() < 0.5 else None
        needs = (*needs, Need(resource="setter", during=During.UPKEEP, machine=machine))
    return replace(made, upkeeps=upkeeps, needs=needs)


def _upkeep(rng: np.random.Generator, made: Scenario, machine: Machine, name: str) -> Upkeep:
    lengths = (
        o.durations[machine.name].minimum for o in made.operations if machine.name in o.durations
    )
    longest = max(lengths, default=1)
    by_units, by_batches, by_quantity = rng.random(3) < (0.6, 0.5, 0.3)
    begun = rng.random() < 0.4
    return Upkeep(
        machine=machine.name,
        name=name,
        units=int(rng.integers(1, 8)),
        cost=int(rng.integers(0, 5)),
        most_units=int(longest * rng.uniform(1, 3)) + 1 if by_units else None,
        most_batches=int(rng.integers(1, 4)) if by_batches or not by_units else None,
        most_quantity=Decimal(int(rng.integers(20, 60))) / 2 if by_quantity else None,
        done_units=int(rng.integers(0, 10)) if begun else 0,
        done_batches=int(rng.integers(0, 2)) if begun else 0,
        sets_up=str(rng.choice(made.changeovers.families)) if rng.random() < 0.5 else None,
    )


def with_gaps(rng: np.random.Generator, made: Scenario) -> Scenario:
    """Return `made` with some changeovers that are not possible."""
    table = made.changeovers
    possible = rng.random(table.minutes.shape) < 0.75
    possible |= np.eye(len(table.families), dtype=np.bool_)
    changeovers = replace(
        table,
        minutes=np.where(possible, table.minutes, 0),
        cost=np.where(possible, table.cost, 0),
        possible=possible,
    )
    return replace(made, changeovers=changeovers)


def _not_set_up(machine: Machine, families: frozenset[str]) -> Machine:
    return replace(machine, initial_family=None) if machine.initial_family in families else machine


def _limited(rng: np.random.Generator, machine: Machine) -> Machine:
    limit = InARow(
        batches=int(rng.integers(1, 4)) if rng.random() < 0.4 else None,
        units=int(rng.integers(12, 40)) if rng.random() < 0.4 else None,
        quantity=Decimal(int(rng.integers(20, 60))) / 2 if rng.random() < 0.4 else None,
    )
    return replace(machine, in_a_row=limit)


def _crew(rng: np.random.Generator, name: str, horizon: int) -> Resource:
    """Return a resource of which there is more and less, and now and then nothing."""
    levels = [Level(0, int(rng.integers(1, 3)))]
    clock = 0
    while rng.random() < 0.7 and clock < horizon - 60:
        clock += int(rng.integers(10, 40))
        levels.append(Level(clock, int(rng.choice([0, 1, 2]))))
    if levels[-1].amount == 0:
        levels.append(Level(clock + 20, 2))
    return Resource(name=name, levels=tuple(levels))


def _need(rng: np.random.Generator, made: Scenario, name: str, products: list[str]) -> Need:
    during = WORK_DURING[int(rng.integers(len(WORK_DURING)))]
    timed = during in (During.START, During.END)
    of_work = during != During.CHANGEOVER
    machines = [machine.name for machine in made.machines]
    families = frozenset(str(f) for f in rng.choice(made.families, size=2))
    return Need(
        resource=name,
        during=during,
        amount=int(rng.choice([1, 1, 1, 2])),
        units=int(rng.integers(1, 5)) if timed else 0,
        machine=str(rng.choice(machines)) if rng.random() < 0.4 else None,
        families=families if rng.random() < 0.4 else None,
        product=str(rng.choice(products)) if of_work and rng.random() < 0.3 else None,
    )
