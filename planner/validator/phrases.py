"""How times and places are written in findings."""

from planner.domain import Scenario

ORDERS = "orders.csv"


def shown_moment(scenario: Scenario, units: int) -> str:
    """Return the wall-clock time `units` after the start, such as `Mon 2026-03-02 06:00`."""
    return f"{scenario.clock.local(units):%a %Y-%m-%d %H:%M}"


def shown_latest(scenario: Scenario, units: int) -> str:
    """Return a due date or deadline; the end of a day is that day, such as `Mon 2026-03-02`."""
    ended = scenario.clock.day_ended(units)
    return f"{ended:%a %Y-%m-%d}" if ended else shown_moment(scenario, units)


def iso(scenario: Scenario, units: int) -> str:
    """Return the wall-clock time `units` after the start as the files write it."""
    return f"{scenario.clock.local(units):%Y-%m-%dT%H:%M}"


def shown_span(scenario: Scenario, units: int) -> str:
    """Return a length of time in minutes."""
    return f"{units / scenario.clock.units_per_minute:g} minutes"


def place_of(scenario: Scenario, order: str) -> str:
    """Return where an order comes from, such as `orders.csv, row 7`."""
    row = scenario.order[order].row
    return f"order {order}" if row is None else f"{ORDERS}, row {row}"
