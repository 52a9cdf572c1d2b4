"""A schedule as JSON, with everything that is known about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from planner.checker import RULES, Violation
from planner.domain import Operation, Scenario
from planner.errors import ScheduleError
from planner.kpis import ChangeoverRun, KpiRow, Kpis, changeovers_of, measure, rows
from planner.schedule import Batch, Result, Schedule
from planner.writer.cell_text import local_time
from planner.writer.fingerprints import fingerprint
from planner.writer.handover import Handover

SCHEMA_VERSION = 1


def schema() -> Mapping[str, Any]:
    """Return the JSON schema of the documents that `schedule_json` writes."""
    text = files("planner").joinpath("schedule.schema.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document


def schedule_json(scenario: Scenario, planned: Result | Schedule, *, run: str = "") -> str:
    """Return a schedule, or what planning found, as JSON.

    The certificate is the checker's, made anew; figures are measured anew. Times are units from
    the scenario's start, with the local time beside them.
    """
    result = planned if isinstance(planned, Result) else None
    schedule = planned.schedule if isinstance(planned, Result) else planned
    if schedule is None:
        raise ScheduleError("there is no schedule to write")
    kpis = measure(scenario, schedule)
    handover = Handover(scenario=scenario, schedule=schedule, run=run)
    document = {
        "schema_version": SCHEMA_VERSION,
        "scenario": _scenario(scenario),
        "run": handover.facts["Run"],
        "planning": None if result is None else _planning(result),
        "cost": kpis.cost,
        "terms": _terms(scenario, kpis),
        "figures": [_figure(row) for row in rows(kpis)],
        "certificate": _certificate(handover.violations),
        "assumptions": list(scenario.assumptions),
        "batches": _batches(scenario, schedule),
        **_upkeeps(scenario, schedule),
        "unplanned": [asdict(item) for item in schedule.unplanned],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "fingerprint": fingerprint(scenario),
        "start": scenario.clock.start.isoformat(),
        "time_zone": scenario.clock.time_zone,
        "time_unit": scenario.clock.time_unit,
        "horizon": scenario.horizon,
    }


def _planning(result: Result) -> dict[str, Any]:
    return {
        "status": result.status,
        "bound": result.bound,
        "gap": result.gap,
        "method": result.method,
        "seconds": result.seconds,
        "seconds_to_best": result.seconds_to_best,
        "seed": result.seed,
    }


def _terms(scenario: Scenario, kpis: Kpis) -> dict[str, Any]:
    weights = {**asdict(scenario.weights), "unplanned": scenario.unplanned_penalty}
    return {
        name: {"value": value, "weight": weights[name], "cost": kpis.costs[name]}
        for name, value in asdict(kpis.terms).items()
    }


def _figure(row: KpiRow) -> dict[str, Any]:
    value = row.value if row.value is None or isinstance(row.value, int) else float(row.value)
    return {"name": row.name, "label": row.label, "unit": row.unit, "value": value}


def _certificate(violations: Sequence[Violation]) -> dict[str, Any]:
    return {
        "certified": not violations,
        "rules": [rule.__name__ for rule in RULES],
        "violations": [asdict(violation) for violation in violations],
    }


def _batches(scenario: Scenario, schedule: Schedule) -> list[dict[str, Any]]:
    runs = {(run.machine, run.before): run for run in changeovers_of(scenario, schedule)}
    return [
        _batch(scenario, batch, runs.get((machine, number)))
        for machine in scenario.machine
        for number, batch in enumerate(schedule.on(machine), start=1)
    ]


def _batch(scenario: Scenario, batch: Batch, changeover: ChangeoverRun | None) -> dict[str, Any]:
    return {
        "machine": batch.machine,
        "family": batch.family,
        **_interval(scenario, batch.start, batch.end),
        "changeover": None if changeover is None else _changeover(scenario, changeover),
        "placements": [
            {
                "operation": placement.operation,
                "order": scenario.operation[placement.operation].order,
                **_place_on_route(scenario.operation[placement.operation]),
                **_interval(scenario, placement.start, placement.end),
            }
            for placement in batch.placements
        ],
    }


def _upkeeps(scenario: Scenario, schedule: Schedule) -> dict[str, Any]:
    """Return the upkeep of the schedule, where there is any."""
    listed = [
        {
            "machine": upkeep.machine,
            "name": upkeep.name,
            **_interval(scenario, upkeep.start, upkeep.end),
        }
        for machine in scenario.machine
        for upkeep in schedule.upkeeps_on(machine)
    ]
    return {"upkeeps": listed} if listed else {}


def _place_on_route(operation: Operation) -> dict[str, Any]:
    """Return stage, step and lot, each where there is one."""
    given = {"stage": operation.stage, "step": operation.step, "lot": operation.lot}
    return {name: value for name, value in given.items() if value}


def _changeover(scenario: Scenario, run: ChangeoverRun) -> dict[str, Any]:
    return {
        "from_family": run.from_family,
        **_interval(scenario, run.start, run.end),
        "minutes": run.minutes,
        "cost": run.cost,
    }


def _interval(scenario: Scenario, start: int, end: int) -> dict[str, Any]:
    return {
        "start": start,
        "end": end,
        "start_local": local_time(scenario.clock, start),
        "end_local": local_time(scenario.clock, end),
    }
