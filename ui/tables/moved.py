"""What one plan does elsewhere or at another time than another, also where the orders differ."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from planner.domain import Order, Scenario
from ui import words
from ui.plans import Plan

NOT_PLANNED = "not planned"
# Fields of an order that are told when they differ, with their words.
TOLD: Mapping[str, str] = {
    "product": "product",
    "quantity": "quantity",
    "unit": "unit",
    "customer": "customer",
    "weight": "priority",
}
MOMENTS: Mapping[str, str] = {"release": "earliest start", "due": "due", "deadline": "deadline"}


class PlaceAndTime(NamedTuple):
    """Where and when an operation is made, in local time: scenarios begin on different days."""

    machine: str
    start: datetime
    end: datetime


def moved_table(plan: Plan, other: Plan) -> pd.DataFrame:
    """Return what `plan` does otherwise than `other`, the greatest gains first."""
    here, there = _spots(plan), _spots(other)
    known = {**other.scenario.operation, **plan.scenario.operation}
    found = {name: _what(plan, other, name, here.get(name), there.get(name)) for name in known}
    listed = [
        _row(plan, name, what, here.get(name), there.get(name))
        for name, what in found.items()
        if what
    ]
    machines = [f"Machine in {each.name}" for each in (other, plan)]
    ends = [f"Finished in {each.name}" for each in (other, plan)]
    columns = ["Order", "What", *machines, *ends, "Earlier by (h)"]
    table = pd.DataFrame(listed, columns=columns)
    return table.sort_values("Earlier by (h)", ascending=False, na_position="last", kind="stable")


def _what(
    plan: Plan, other: Plan, name: str, here: PlaceAndTime | None, there: PlaceAndTime | None
) -> str:
    """Return in words what differs about an operation; nothing for nothing."""
    if name not in other.scenario.operation:
        return "new"
    if name not in plan.scenario.operation:
        return "gone"
    changed = changed_fields(plan.scenario, other.scenario, name)
    parts = [f"changed: {', '.join(changed)}"] if changed else []
    if here != there:
        parts.append("moved" if here and there else "planned now" if here else NOT_PLANNED)
    return "; ".join(parts)


def changed_fields(plan: Scenario, other: Scenario, name: str) -> tuple[str, ...]:
    """Return what is given otherwise for an operation and its order, in words."""
    one, two = plan.operation[name], other.operation[name]
    here, there = plan.order[one.order], other.order[two.order]
    told = [word for field, word in TOLD.items() if getattr(here, field) != getattr(there, field)]
    told += [
        word
        for field, word in MOMENTS.items()
        if _moment(plan, here, field) != _moment(other, there, field)
    ]
    if one.family != two.family:
        told.append("family")
    if dict(one.durations) != dict(two.durations):
        told.append("machines or times")
    return tuple(told)


def _moment(scenario: Scenario, order: Order, field: str) -> datetime | None:
    units = getattr(order, field)
    # An order without an earliest start may begin at the start, whenever that is.
    if units is None or (field == "release" and units == 0):
        return None
    return scenario.clock.local(units)


def _spots(plan: Plan) -> dict[str, PlaceAndTime]:
    clock = plan.scenario.clock
    return {
        made.operation: PlaceAndTime(batch.machine, clock.local(made.start), clock.local(made.end))
        for batch in plan.schedule.batches
        for made in batch.placements
    }


def _row(
    plan: Plan, name: str, what: str, here: PlaceAndTime | None, there: PlaceAndTime | None
) -> tuple[object, ...]:
    gain = None
    if here is not None and there is not None:
        gain = round((there.end - here.end).total_seconds() / 3600, 1)
    return (
        name,
        what,
        there.machine if there else "",
        here.machine if here else "",
        words.local_moment(there.end) if there else "",
        words.local_moment(here.end) if here else "",
        gain,
    )
