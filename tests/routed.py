"""Random scenarios in which operations wait for others: routes, waits, lots, joins, hand-over."""

from dataclasses import replace

import numpy as np

from planner.domain import After, HandOn, Machine, Operation, Order, Scenario
from tests import builders


def random_routed(
    rng: np.random.Generator, *, most_waits: bool = False, operations: int = 8, machines: int = 3
) -> Scenario:
    """Return a small random scenario of every mixture of processes, calendars and routes.

    The operations of a single-stage scenario become those of fewer orders: one after the other,
    side by side as lots, or after those of another order.
    """
    made = builders.random_scenario(rng, orders=operations, machines=machines, pins=False)
    horizon = made.horizon + 400
    park = tuple(_extended(rng, machine, made.horizon, horizon) for machine in made.machines)
    names = [order.name for order in made.orders]
    owner = {name: names[int(rng.integers(0, max(1, k // 2 + 1)))] for k, name in enumerate(names)}
    kept = set(owner.values())
    steps: list[Operation] = []
    for operation in made.operations:
        before = [o for o in steps if rng.random() < 0.5 and len(steps) - steps.index(o) < 4]
        chosen = before[: int(rng.integers(0, 3))]
        after = tuple(_link(rng, o.name, most_waits=most_waits) for o in chosen)
        steps.append(replace(operation, order=owner[operation.name], after=after))
    return replace(
        made,
        orders=tuple(_relaxed(rng, order) for order in made.orders if order.name in kept),
        operations=tuple(steps),
        machines=park,
        horizon=horizon,
    )


def _extended(rng: np.random.Generator, machine: Machine, old: int, new: int) -> Machine:
    hand_on = HandOn.BATCH if rng.random() < 0.3 else HandOn.ORDER
    # Routes need more time than single stages have: it is open at the end.
    last = type(machine.windows[0])(old, new) if machine.windows else None
    windows = (*machine.windows, last) if last else ()
    return replace(machine, hand_on=hand_on, windows=windows)


def _link(rng: np.random.Generator, name: str, *, most_waits: bool) -> After:
    least = int(rng.choice([0, 0, 3, 10]))
    most = least + int(rng.choice([0, 5, 40])) if most_waits and rng.random() < 0.5 else None
    return After(name, least, most)


def _relaxed(rng: np.random.Generator, order: Order) -> Order:
    deadline = order.deadline if rng.random() < 0.3 else None
    return replace(order, deadline=deadline)
