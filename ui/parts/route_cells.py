"""Where a lot of the selected batch is on its route: what came before it, what comes after."""

from collections.abc import Mapping, Sequence

from planner.calendars import Clock
from planner.kpis import Stop, has_places, on_route
from ui import words
from ui.plans import Plan


def route_cells(plan: Plan, operation: str) -> Mapping[str, str]:
    """Return step and lot, and the machines and times before and after; nothing without routes."""
    if not has_places(plan.scenario):
        return {}
    ways, clock = plan.ways, plan.scenario.clock
    return {
        "Step": on_route(plan.scenario, operation),
        "Comes from": _told(clock, [(stop, stop.done) for stop in ways.before(operation)]),
        "Goes to": _told(clock, [(stop, stop.start) for stop in ways.following(operation)]),
    }


def _told(clock: Clock, stops: Sequence[tuple[Stop, int]]) -> str:
    told = [f"{stop.machine}, batch {stop.number}, {words.moment(clock, at)}" for stop, at in stops]
    return "; ".join(told) or "–"
