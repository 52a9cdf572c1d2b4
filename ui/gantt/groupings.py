"""By what else than its family a batch can be coloured: customer, lateness, priority."""

from collections.abc import Callable, Sequence
from typing import Any

from planner.domain import Order, Scenario
from planner.schedule import Batch
from ui.colours import family_fills
from ui.gantt.facts import facts_of

SEVERAL = "several customers"
NO_CUSTOMER = "no customer"
# Fill and text of each degree of lateness: told apart by light and dark, too.
LATENESS = {
    "late": ("#b3261e", "#ffffff", 0),
    "due within a day": ("#f0b84a", "#14191f", 2),
    "on time": ("#6aa6cf", "#14191f", 0),
    "no due date": ("#c9ced6", "#14191f", 1),
}

Grouping = dict[str, Any]


def groupings(scenario: Scenario, batches: Sequence[Batch]) -> dict[str, Grouping]:
    """Return names and looks of the groups of each grouping, and the group `of` each batch.

    A grouping that would put all batches into one group is left out, except for lateness.
    """
    facts = facts_of(scenario)
    orders = [[facts[p.operation].order for p in batch.placements] for batch in batches]
    found = {"lateness": _by_lateness(scenario, orders, batches)}
    customers = _grouped(orders, _customer)
    if len(customers["name"]) > 1:
        found["customer"] = customers
    priorities = _grouped(orders, _priority)
    if len(priorities["name"]) > 1:
        found["priority"] = priorities
    return found


def _grouped(orders: Sequence[list[Order]], group: Callable[[list[Order]], str]) -> Grouping:
    told = [group(each) for each in orders]
    fills = family_fills(sorted(set(told)))
    place = {name: k for k, name in enumerate(fills)}
    return {
        "name": list(fills),
        "fill": [look.fill for look in fills.values()],
        "ink": [look.ink for look in fills.values()],
        "pattern": [look.pattern for look in fills.values()],
        "of": [place[name] for name in told],
    }


def _customer(orders: list[Order]) -> str:
    names = {order.customer or NO_CUSTOMER for order in orders}
    return names.pop() if len(names) == 1 else SEVERAL


def _priority(orders: list[Order]) -> str:
    return f"priority {max(order.weight for order in orders)}"


def _by_lateness(
    scenario: Scenario, orders: Sequence[Sequence[Order]], batches: Sequence[Batch]
) -> Grouping:
    day = 24 * scenario.clock.units_per_hour
    place = {name: k for k, name in enumerate(LATENESS)}
    looks = list(LATENESS.values())
    return {
        "name": list(LATENESS),
        "fill": [fill for fill, _, _ in looks],
        "ink": [ink for _, ink, _ in looks],
        "pattern": [pattern for _, _, pattern in looks],
        "of": [
            place[_lateness(wanted, batch, day)]
            for wanted, batch in zip(orders, batches, strict=True)
        ],
    }


def _lateness(orders: Sequence[Order], batch: Batch, day: int) -> str:
    slacks = [
        order.due - placement.end
        for order, placement in zip(orders, batch.placements, strict=True)
        if order.due is not None
    ]
    if not slacks:
        return "no due date"
    least = min(slacks)
    if least < 0:
        return "late"
    return "due within a day" if least < day else "on time"
