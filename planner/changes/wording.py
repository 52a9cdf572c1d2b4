"""Moments, orders and machines in the words of sentences that a planner can forward."""

from collections.abc import Iterable, Sequence

from planner.domain import Scenario

MOST_NAMED = 3


def moment(scenario: Scenario, units: int) -> str:
    """Return a local time, such as `Mon 02 Mar 14:30`."""
    return f"{scenario.clock.local(units):%a %d %b %H:%M}"


def orders_of(scenario: Scenario, operations: Iterable[str]) -> tuple[str, ...]:
    """Return the orders of operations, each once."""
    return tuple(dict.fromkeys(scenario.operation[name].order for name in operations))


def named(orders: Sequence[str]) -> str:
    """Return orders by name, of many the first ones.

    >>> named(["A"]), named(["A", "B"]), named(["A", "B", "C", "D", "E"])
    ('order A', 'orders A and B', 'orders A, B, C and 2 more')
    """
    if len(orders) == 1:
        return f"order {orders[0]}"
    first = list(orders[:MOST_NAMED])
    if len(orders) > MOST_NAMED:
        return f"orders {', '.join(first)} and {len(orders) - MOST_NAMED} more"
    return f"orders {', '.join(first[:-1])} and {first[-1]}"


def step_of(scenario: Scenario, operation: str) -> str:
    """Return an operation in words: its order, and what of it where there is more than one."""
    item = scenario.operation[operation]
    if len(scenario.operations_of[item.order]) == 1:
        return f"order {item.order}"
    parts = [item.step or (f"stage {item.stage}" if item.stage else "")]
    parts += [f"lot {item.lot}"] if item.lot else []
    what = ", ".join(part for part in parts if part)
    return f"order {item.order}, {what}" if what else f"order {item.order}, {item.name}"
