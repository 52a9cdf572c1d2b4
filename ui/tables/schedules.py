"""Batches, orders, machines and figures of schedules as data frames."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from planner.calendars import Clock
from planner.domain import Order
from planner.kpis import (
    NOT_AVAILABLE,
    KpiRow,
    Kpis,
    Prices,
    UpkeepKpis,
    compared,
    in_money,
    machine_rows,
    resource_rows,
    rows,
    upkeep_rows,
)
from planner.schedule import Batch, Placement
from ui import words
from ui.loads import load_text
from ui.plans import Plan, numbered, order_of

NO_DUE_DATE = "no due date"


def batch_table(plan: Plan) -> pd.DataFrame:
    """Return a row per batch, machine by machine."""
    listed = numbered(plan.scenario, plan.schedule)
    return pd.DataFrame(
        [_batch_row(plan, key, number, batch) for key, number, batch in listed],
        columns=[*("key", "Machine", "Batch", "Family", "Start", "End", "Orders"),
                 *("Changeover before", "Load", "Late orders")],
    )  # fmt: skip


def _batch_row(plan: Plan, key: str, number: int, batch: Batch) -> dict[str, Any]:
    clock = plan.scenario.clock
    change = plan.changeovers.get(key)
    return {
        "key": key,
        "Machine": batch.machine,
        "Batch": number,
        "Family": batch.family,
        "Start": clock.local(batch.start).replace(tzinfo=None),
        "End": clock.local(batch.end).replace(tzinfo=None),
        "Orders": len(batch.placements),
        "Changeover before": words.duration_text(clock, change.minutes) if change else "none",
        "Load": load_text(plan.scenario, batch) or NOT_AVAILABLE,
        "Late orders": sum(tardiness(plan, placement) > 0 for placement in batch.placements),
    }


def tardiness(plan: Plan, placement: Placement) -> int:
    """Return by how many units an operation ends after its order is due."""
    due = order_of(plan.scenario, placement.operation).due
    return 0 if due is None else max(0, placement.end - due)


def order_table(plan: Plan) -> pd.DataFrame:
    """Return a row per planned operation, the latest first, then in order of start."""
    found = [
        (_lateness(plan, placement), key, batch, placement)
        for key, _, batch in numbered(plan.scenario, plan.schedule)
        for placement in batch.placements
    ]
    found.sort(key=lambda item: (-max(0, item[0] or 0), item[3].start))
    return pd.DataFrame(
        [_order_row(plan, *item) for item in found],
        columns=[*("key", "Order", "Late by", "Due", "Finished", "Product", "Family", "Quantity"),
                 *("Customer", "Machine", "Start")],
    )  # fmt: skip


def _lateness(plan: Plan, placement: Placement) -> int | None:
    due = order_of(plan.scenario, placement.operation).due
    return None if due is None else placement.end - due


def _due(clock: Clock, units: int | None) -> datetime | None:
    """Return a due date as local time; the end of a day as the last minute of that day."""
    if units is None:
        return None
    shift = timedelta(minutes=1) if clock.day_ended(units) else timedelta()
    return clock.local(units).replace(tzinfo=None) - shift


def _order_row(
    plan: Plan, lateness: int | None, key: str, batch: Batch, placement: Placement
) -> dict[str, Any]:
    clock = plan.scenario.clock
    order = order_of(plan.scenario, placement.operation)
    return {
        "key": key,
        "Order": order.name,
        "Late by": _late_text(plan, lateness),
        "Due": _due(clock, order.due),
        "Finished": clock.local(placement.end).replace(tzinfo=None),
        "Product": order.product,
        "Family": batch.family,
        "Quantity": quantity(order),
        "Customer": order.customer,
        "Machine": batch.machine,
        "Start": clock.local(placement.start).replace(tzinfo=None),
    }


def _late_text(plan: Plan, lateness: int | None) -> str:
    if lateness is None:
        return NO_DUE_DATE
    return words.duration_text(plan.scenario.clock, lateness) if lateness > 0 else "on time"


def quantity(order: Order) -> str:
    """Return a quantity with its unit, or that there is none."""
    if order.quantity is None:
        return NOT_AVAILABLE
    return f"{order.quantity:,f} {order.unit}".strip()


def unplanned_table(plan: Plan) -> pd.DataFrame:
    """Return a row per operation that is in no batch, and why."""
    listed = []
    for item in plan.schedule.unplanned:
        order = order_of(plan.scenario, item.operation)
        listed.append({"Order": order.name, "Row": order.row, "Reason": item.reason})
    return pd.DataFrame(listed, columns=["Order", "Row", "Reason"])


def machine_table(kpis: Kpis) -> pd.DataFrame:
    """Return the figures of each machine, a column per machine."""
    columns = {each.machine: [row.text for row in machine_rows(each)] for each in kpis.machines}
    labels = [_label(row) for row in machine_rows(kpis.machines[0])] if kpis.machines else []
    return pd.DataFrame({"Figure": labels, **columns})


def resource_table(kpis: Kpis) -> pd.DataFrame:
    """Return the figures of each resource, a column per resource."""
    columns = {each.resource: [row.text for row in resource_rows(each)] for each in kpis.resources}
    labels = [_label(row) for row in resource_rows(kpis.resources[0])] if kpis.resources else []
    return pd.DataFrame({"Figure": labels, **columns})


def upkeep_table(kpis: Kpis) -> pd.DataFrame:
    """Return the figures of each upkeep, a column per machine and upkeep."""
    columns = {_of(each): [row.text for row in upkeep_rows(each)] for each in kpis.upkeep}
    labels = [_label(row) for row in upkeep_rows(kpis.upkeep[0])] if kpis.upkeep else []
    return pd.DataFrame({"Figure": labels, **columns})


def _of(upkeep: UpkeepKpis) -> str:
    return f"{upkeep.machine}: {upkeep.upkeep}"


def shared_comparison(kpis: Mapping[str, Kpis]) -> pd.DataFrame:
    """Return the figures of resources and upkeep, a row per figure and a column per plan."""
    told = {name: dict(_shared_figures(each)) for name, each in kpis.items()}
    keys = list(dict.fromkeys(key for figures in told.values() for key in figures))
    columns = {
        name: [figures.get(key, NOT_AVAILABLE) for key in keys] for name, figures in told.items()
    }
    of = [name for name, _ in keys]
    return pd.DataFrame({"Of": of, "Figure": [label for _, label in keys], **columns})


def _shared_figures(kpis: Kpis) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what a figure is of, and its name, with the figure as text."""
    for resource in kpis.resources:
        for row in resource_rows(resource):
            yield (resource.resource, row.label), row.text
    for upkeep in kpis.upkeep:
        for row in upkeep_rows(upkeep):
            yield (_of(upkeep), row.label), row.text


def _label(row: KpiRow) -> str:
    return row.label


def money_table(plans: Sequence[Plan], prices: Prices) -> pd.DataFrame:
    """Return what each plan costs, part by part; what has no price is not available."""
    parts = {plan.name: in_money(plan.scenario, plan.schedule, plan.kpis, prices) for plan in plans}
    first = parts[plans[0].name]
    columns = {
        name: [prices.shown(amount) for amount in amounts.values()]
        for name, amounts in parts.items()
    }
    return pd.DataFrame({"Cost": list(first), **columns})


def comparison_table(kpis: Mapping[str, Kpis], reference: str) -> pd.DataFrame:
    """Return all figures side by side; each but the reference with its difference from it."""
    base = kpis[reference]
    columns: dict[str, Sequence[str]] = {"Figure": [row.label for row in rows(base)]}
    columns[reference] = [row.text for row in rows(base)]
    for name, each in kpis.items():
        if name == reference:
            continue
        differences = compared(each, base)
        columns[name] = [difference.row.text for difference in differences]
        columns[f"{name}: difference"] = [each.verdict for each in differences]
    return pd.DataFrame(columns)
