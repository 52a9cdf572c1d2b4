"""What the readers share: names in numerical order, one scenario from plain numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.calendars import Clock, Window
from planner.domain import (
    After,
    Changeovers,
    Duration,
    Machine,
    Operation,
    Order,
    Scenario,
    Weights,
)

# Published instances have no date: any start will do.
CLOCK = Clock(start=datetime(2026, 1, 5))  # noqa: DTZ001  (local time, as the clock wants it)


def names(kind: str, count: int) -> tuple[str, ...]:
    """Return `count` names from 1 on that sort as their numbers do.

    >>> names("job", 10)[8:]
    ('job 09', 'job 10')
    """
    width = len(str(count))
    return tuple(f"{kind} {number:0{width}}" for number in range(1, count + 1))


def always_open(horizon: int) -> tuple[Window, ...]:
    """Return the windows of a machine that never closes."""
    return (Window(0, horizon),)


def single_stage(
    order: Order, family: str, durations: dict[str, Duration], sizes: tuple[int, ...] = ()
) -> Operation:
    """Return the one operation of `order`."""
    return Operation(
        name=order.name, order=order.name, family=family, durations=durations, sizes=sizes
    )


def table(
    families: tuple[str, ...],
    minutes: Sequence[Sequence[Sequence[int]]],
    cost: Sequence[Sequence[Sequence[int]]] | None = None,
    machines: Iterable[str] = (),
) -> Changeovers:
    """Return the changeovers of `families`; with `machines`, matrix k is that of machine k."""
    laid_out = np.array(minutes, dtype=np.int64)
    return Changeovers(
        families=families,
        minutes=laid_out,
        cost=np.zeros_like(laid_out) if cost is None else np.array(cost, dtype=np.int64),
        groups={machine: group for group, machine in enumerate(machines)},
    )


def along(order: Order, steps: Iterable[Operation]) -> tuple[Operation, ...]:
    """Return the operations of `order` with each after the one before; they are named by stage."""
    route: list[Operation] = []
    for stage, step in enumerate(steps, start=1):
        after = (After(route[-1].name),) if route else ()
        name = f"{order.name}:{stage}"
        route.append(replace(step, name=name, order=order.name, stage=stage, after=after))
    return tuple(route)


def makespan_shop(
    name: str, jobs: Iterable[Sequence[Mapping[str, int]]], machines: Sequence[str]
) -> Scenario:
    """Return a shop without changeovers whose makespan counts.

    `jobs` lists, per job and in order, the duration of each operation on each machine that may
    make it.
    """
    listed = list(jobs)
    horizon = sum(max(times.values()) for job in listed for times in job)
    orders = tuple(Order(name=job) for job in names("job", len(listed)))
    return Scenario(
        name=name,
        orders=orders,
        operations=tuple(
            operation
            for order, job in zip(orders, listed, strict=True)
            for operation in along(order, map(_step, job))
        ),
        machines=tuple(Machine(name=m, windows=always_open(horizon)) for m in machines),
        changeovers=table(("work",), [[[0]]]),
        clock=CLOCK,
        horizon=horizon,
        weights=Weights(makespan=1),
    )


def _step(times: Mapping[str, int]) -> Operation:
    durations = {machine: Duration(time) for machine, time in times.items()}
    return Operation(name="step", order="", family="work", durations=durations)
