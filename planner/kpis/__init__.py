"""Measured figures of a schedule, and its cost by term.

The one place that measures: planned schedules and baselines, the command line, the pages and the
exports all show these figures. Shares nothing with what plans or with the checker. A figure that
cannot be known is None and shown as "not available", never as 0 or 100 %.
"""

from planner.kpis.along_routes import Stop, Ways, has_places, machines_of, on_route
from planner.kpis.changeover_times import ChangeoverRun, changeovers_of, worked_parts
from planner.kpis.figures import Kpis, MachineKpis, ResourceKpis, StageKpis, UpkeepKpis
from planner.kpis.listing import (
    NOT_AVAILABLE,
    Difference,
    KpiRow,
    compared,
    machine_rows,
    resource_rows,
    rows,
    stage_rows,
    upkeep_rows,
)
from planner.kpis.measuring import measure, terms_of
from planner.kpis.money import Prices, cost_per_hour_less_late, in_money
from planner.kpis.resource_waits import ResourceWait, resource_waits
from planner.kpis.resources import ResourceUse, resource_uses

__all__ = [
    "NOT_AVAILABLE",
    "ChangeoverRun",
    "Difference",
    "KpiRow",
    "Kpis",
    "MachineKpis",
    "Prices",
    "ResourceKpis",
    "ResourceUse",
    "ResourceWait",
    "StageKpis",
    "Stop",
    "UpkeepKpis",
    "Ways",
    "changeovers_of",
    "compared",
    "cost_per_hour_less_late",
    "has_places",
    "in_money",
    "machine_rows",
    "machines_of",
    "measure",
    "on_route",
    "resource_rows",
    "resource_uses",
    "resource_waits",
    "rows",
    "stage_rows",
    "terms_of",
    "upkeep_rows",
    "worked_parts",
]
