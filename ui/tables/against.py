"""What has happened against the plan, operation by operation and machine by machine, as rows."""

from collections.abc import Sequence
from statistics import median

import pandas as pd

from planner.calendars import Clock
from planner.changes import Against
from planner.domain import Scenario
from planner.kpis import on_route
from ui import words

COLUMNS = (
    *("Order", "Step", "Machine", "Start", "Planned start", "Later by", "Took", "Planned"),
    *("Changeover", "Planned changeover"),
)
MACHINE_COLUMNS = ("Machine", "Operations", "Later by", "Took", "Planned", "Changeovers", "Stood")


def by_operation(scenario: Scenario, rows: Sequence[Against]) -> pd.DataFrame:
    """Return a row per operation: start, running time and changeover, as planned and as it was."""
    table = pd.DataFrame([_row(scenario, row) for row in rows], columns=list(COLUMNS))
    return table if scenario.has_routes else table.drop(columns="Step")


def _row(scenario: Scenario, row: Against) -> tuple[str, ...]:
    clock = scenario.clock
    elsewhere = row.planned_machine not in (None, row.machine)
    return (
        row.order,
        on_route(scenario, row.operation),
        f"{row.machine} (planned: {row.planned_machine})" if elsewhere else row.machine,
        words.moment(clock, row.begun),
        "" if row.planned_start is None else words.moment(clock, row.planned_start),
        _signed(clock, row.later_by),
        _lasting(clock, row.took),
        _lasting(clock, row.planned),
        _lasting(clock, row.changeover),
        _lasting(clock, row.planned_changeover),
    )


def by_machine(clock: Clock, rows: Sequence[Against]) -> pd.DataFrame:
    """Return a row per machine: how much later it began (the median), what took how long in all.

    `Stood` is the time between two families where the plan had nothing but the changeover there.
    """
    names = dict.fromkeys(row.machine for row in rows)
    lanes = {name: [row for row in rows if row.machine == name] for name in names}
    return pd.DataFrame(
        [_machine_row(clock, name, lane) for name, lane in lanes.items()],
        columns=list(MACHINE_COLUMNS),
    )


def _machine_row(clock: Clock, name: str, lane: Sequence[Against]) -> tuple[str | int, ...]:
    later = [row.later_by for row in lane if row.later_by is not None]
    both = [(row.took, row.planned) for row in lane if row.took is not None and row.planned]
    changes = [
        (row.changeover, row.planned_changeover)
        for row in lane
        if row.is_direct and row.changeover is not None and row.planned_changeover is not None
    ]
    stood = sum(took for took, _ in changes)
    usual = sum(planned for _, planned in changes)
    told = f"{_lasting(clock, stood)}, planned {_lasting(clock, usual)}" if changes else ""
    return (
        name,
        len(lane),
        _signed(clock, round(median(later))) if later else "",
        _lasting(clock, sum(took for took, _ in both)) if both else "",
        _lasting(clock, sum(planned for _, planned in both)) if both else "",
        len(changes),
        told,
    )


def _signed(clock: Clock, units: int | None) -> str:
    if not units:
        return ""
    return ("+" if units > 0 else "−") + words.duration_text(clock, abs(units))


def _lasting(clock: Clock, units: int | None) -> str:
    return "" if units is None else words.duration_text(clock, units)
