"""Charts that lay several plans side by side."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from planner.calendars import open_units
from planner.domain import Scenario
from planner.schedule import Schedule
from ui.figures.base import drawn, figure, series_colours
from ui.plans import Plan

# Longer series are thinned out: a screen has no more columns than this.
MOST_POINTS = 600
# Plans that begin further apart are laid over each other, each from its own start on.
NEAR = timedelta(days=60)


def changeover_hours(plans: Sequence[Plan]) -> go.Figure:
    """Return the hours of changeover of each machine, a bar per plan."""
    made = figure(y="hours of changeover")
    colours = series_colours([plan.name for plan in plans])
    for plan in plans:
        made.add_bar(
            x=[drawn(kpis.machine) for kpis in plan.kpis.machines],
            y=[round(kpis.changeover_hours, 2) for kpis in plan.kpis.machines],
            name=drawn(plan.name),
            marker_color=colours[plan.name],
        )
    made.update_xaxes(type="category")
    return made


def tardiness_by_order(plans: Sequence[Plan], most: int = 40) -> go.Figure:
    """Return the hours late of the latest orders, a bar per plan; `most` orders at most."""
    made = figure(y="hours late")
    late = {plan.name: hours_late(plan) for plan in plans}
    worst: dict[str, float] = {}
    for hours in late.values():
        for order, value in hours.items():
            worst[order] = max(value, worst.get(order, 0.0))
    names = sorted((name for name in worst if worst[name] > 0), key=lambda n: -worst[n])[:most]
    colours = series_colours([plan.name for plan in plans])
    for plan in plans:
        values = [round(late[plan.name].get(name, 0.0), 2) for name in names]
        made.add_bar(
            x=[drawn(name) for name in names],
            y=values,
            name=drawn(plan.name),
            marker_color=colours[plan.name],
        )
    made.update_xaxes(type="category", tickangle=-60)
    return made


def hours_late(plan: Plan) -> Mapping[str, float]:
    """Return by how many hours each planned order with a due date is late; 0 is on time."""
    hour = plan.scenario.clock.units_per_hour
    ends = completions(plan.scenario, plan.schedule)
    return {
        name: max(0, end - due) / hour
        for name, end in ends.items()
        if (due := plan.scenario.order[name].due) is not None
    }


def completions(scenario: Scenario, schedule: Schedule) -> dict[str, int]:
    """Return when the last planned operation of each order ends."""
    ends: dict[str, int] = {}
    for batch in schedule.batches:
        for placement in batch.placements:
            order = scenario.operation[placement.operation].order
            ends[order] = max(placement.end, ends.get(order, 0))
    return ends


def are_near(plans: Sequence[Plan]) -> bool:
    """Return whether all plans begin near enough to each other to share an axis of dates."""
    starts = [_start(plan) for plan in plans]
    return max(starts) - min(starts) <= NEAR


def on_one_axis(plans: Sequence[Plan]) -> list[dict[str, float]]:
    """Return for each chart when it begins after the first, and when all end, in its own units."""
    starts = [_start(plan) for plan in plans]
    first = min(starts) if are_near(plans) else None
    offsets = [
        0.0 if first is None else (start - first) / _unit(plan)
        for start, plan in zip(starts, plans, strict=True)
    ]
    last = max(
        (plan.chart["end"] + offset) * _unit(plan)
        for plan, offset in zip(plans, offsets, strict=True)
    )
    return [
        {"offset": offset, "end": last / _unit(plan) - offset}
        for plan, offset in zip(plans, offsets, strict=True)
    ]


def _start(plan: Plan) -> datetime:
    return plan.scenario.clock.local(0).replace(tzinfo=None)


def _unit(plan: Plan) -> timedelta:
    return timedelta(hours=1) / plan.scenario.clock.units_per_hour


def _axis(plans: Sequence[Plan]) -> str:
    return "" if are_near(plans) else "days after each plan's own start"


def _moments(plan: Plan, units: Sequence[int], plans: Sequence[Plan]) -> list[datetime | float]:
    """Return where moments lie on an axis that all `plans` share."""
    clock = plan.scenario.clock
    if are_near(plans):
        return [clock.local(at).replace(tzinfo=None) for at in units]
    return [at / (24 * clock.units_per_hour) for at in units]


def open_orders(plans: Sequence[Plan]) -> go.Figure:
    """Return how many orders are released and not complete, over time."""
    made = figure(y="orders released, not done", x=_axis(plans))
    colours = series_colours([plan.name for plan in plans])
    for plan in plans:
        times, counts = in_progress(plan.scenario, plan.schedule)
        made.add_scatter(
            x=_moments(plan, times, plans),
            y=counts,
            name=drawn(plan.name),
            mode="lines",
            line={"shape": "hv", "color": colours[plan.name]},
        )
    return made


def in_progress(scenario: Scenario, schedule: Schedule) -> tuple[list[int], list[int]]:
    """Return moments, and how many planned orders are released and not complete from there on."""
    changes: dict[int, int] = {}
    for name, end in completions(scenario, schedule).items():
        release = scenario.order[name].release
        changes[release] = changes.get(release, 0) + 1
        changes[end] = changes.get(end, 0) - 1
    times = sorted(changes)
    counts, level = [], 0
    for at in times:
        level += changes[at]
        counts.append(level)
    step = max(1, len(times) // MOST_POINTS)
    kept = sorted({*range(0, len(times), step), *([len(times) - 1] if times else [])})
    return [times[k] for k in kept], [counts[k] for k in kept]


def daily_load(plans: Sequence[Plan]) -> go.Figure:
    """Return the share of open machine time spent in batches, day by day."""
    made = figure(y="% of open time in batches", x=_axis(plans))
    colours = series_colours([plan.name for plan in plans])
    for plan in plans:
        days, shares = load_by_day(plan.scenario, plan.schedule)
        made.add_scatter(
            x=_moments(plan, days, plans),
            y=shares,
            name=drawn(plan.name),
            mode="lines+markers",
            connectgaps=False,
            line={"color": colours[plan.name]},
        )
    return made


def load_by_day(scenario: Scenario, schedule: Schedule) -> tuple[list[int], list[float | None]]:
    """Return days after the start, and the per cent of open time in batches; None when closed."""
    day = 24 * scenario.clock.units_per_hour
    last = max((batch.end for batch in schedule.batches), default=0)
    days = list(range(0, last, day))
    opened, worked = [0] * len(days), [0] * len(days)
    for machine in scenario.machines:
        for place, at in enumerate(days):
            opened[place] += open_units(machine.windows, at, at + day)
        for batch in schedule.on(machine.name):
            for place in range(batch.start // day, min(len(days), -(-batch.end // day))):
                begin, end = max(batch.start, days[place]), min(batch.end, days[place] + day)
                worked[place] += open_units(machine.windows, begin, end)
    shares = [
        None if not whole else round(100 * part / whole, 1)
        for part, whole in zip(worked, opened, strict=True)
    ]
    return days, shares
