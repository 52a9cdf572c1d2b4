"""What the readers share: names in numerical order, one scenario from plain numbers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from planner.calendars import Clock, Window
from planner.domain import Changeovers, Duration, Operation, Order

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
