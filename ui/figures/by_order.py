"""The schedule by order: a row is an order, its bars are operations, thin ones are waits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import plotly.graph_objects as go

from planner.kpis import Stop, on_route
from ui import words
from ui.colours import family_fills
from ui.figures.base import drawn, figure
from ui.plans import Plan

MOST_ORDERS = 30
PATTERNS = ("", ".", "|", "-")
ROW_HEIGHT = 26
# As a share of a row; grey stands out from light and from dark.
WAIT_WIDTH = 0.12
OUTLINE = "#8a93a0"


def by_order(plan: Plan, chosen: Sequence[str] = ()) -> go.Figure:
    """Return the chart of the `chosen` orders, without any of the first to start.

    Lots of an order lie beside each other in its row.
    """
    rows = list(chosen) or _first_orders(plan)
    made = figure(y="")
    # As bars too: lines would be drawn over all bars.
    made.add_bar(**_waits(plan, rows))
    for family, stops in _by_family(plan, rows).items():
        made.add_bar(**_bars(plan, family, stops))
    made.update_layout(barmode="overlay", bargap=0.15, height=120 + ROW_HEIGHT * len(rows))
    made.update_yaxes(
        type="category", categoryorder="array", categoryarray=[drawn(row) for row in rows[::-1]]
    )
    made.update_xaxes(type="date")
    return made


def _first_orders(plan: Plan) -> list[str]:
    starts: dict[str, int] = {}
    for name, stop in plan.ways.stops.items():
        order = plan.scenario.operation[name].order
        starts[order] = min(stop.start, starts.get(order, stop.start))
    return sorted(starts, key=lambda order: starts[order])[:MOST_ORDERS]


def _stops(plan: Plan, orders: Sequence[str]) -> Iterator[tuple[str, Stop]]:
    for order in orders:
        for operation in plan.scenario.operations_of[order]:
            if operation.name in plan.ways.stops:
                yield order, plan.ways.stops[operation.name]


def _by_family(plan: Plan, orders: Sequence[str]) -> Mapping[str, list[tuple[str, Stop]]]:
    found: dict[str, list[tuple[str, Stop]]] = {}
    for order, stop in _stops(plan, orders):
        found.setdefault(plan.scenario.operation[stop.operation].family, []).append((order, stop))
    return dict(sorted(found.items()))


def _bars(plan: Plan, family: str, stops: Sequence[tuple[str, Stop]]) -> dict[str, Any]:
    clock = plan.scenario.clock
    fill = family_fills(plan.scenario.families)[family]
    per_unit = 60_000 / clock.units_per_minute
    return {
        "orientation": "h",
        "name": drawn(family),
        "y": [drawn(order) for order, _ in stops],
        "base": [_local(plan, stop.start) for _, stop in stops],
        "x": [(stop.end - stop.start) * per_unit for _, stop in stops],
        "text": [_told(plan, stop) for _, stop in stops],
        "textposition": "none",
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "marker": {
            "color": fill.fill,
            "pattern": {
                "shape": PATTERNS[fill.pattern],
                "fillmode": "overlay",
                "fgcolor": fill.ink,
                "fgopacity": 0.55,
                "size": 6,
            },
            "line": {"color": OUTLINE, "width": 1},
        },
    }


def _told(plan: Plan, stop: Stop) -> str:
    clock = plan.scenario.clock
    step = on_route(plan.scenario, stop.operation)
    when = f"{words.moment(clock, stop.start)} – {words.moment(clock, stop.end)}"
    made = f"{step or stop.operation} on {stop.machine}, batch {stop.number}"
    return f"{drawn(made)}<br>{when}"


def _waits(plan: Plan, orders: Sequence[str]) -> dict[str, Any]:
    """Return thin bars from completion at one stage to the start at the next, by order."""
    waits = [
        (order, before.done, stop.start)
        for order, stop in _stops(plan, orders)
        for before in plan.ways.before(stop.operation)
        if plan.scenario.operation[before.operation].order == order
    ]
    per_unit = 60_000 / plan.scenario.clock.units_per_minute
    return {
        "orientation": "h",
        "name": "waits",
        "y": [drawn(order) for order, _, _ in waits],
        "base": [_local(plan, done) for _, done, _ in waits],
        "x": [(start - done) * per_unit for _, done, start in waits],
        "width": WAIT_WIDTH,
        "marker": {"color": OUTLINE},
        "hoverinfo": "skip",
    }


def _local(plan: Plan, units: int) -> datetime:
    return plan.scenario.clock.local(units).replace(tzinfo=None)
