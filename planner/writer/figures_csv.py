"""The figures of a schedule as CSV."""

import csv
import io
from dataclasses import replace

from planner.domain import Scenario
from planner.kpis import NOT_AVAILABLE, KpiRow, machine_rows, measure, rows, upkeep_rows
from planner.schedule import Schedule
from planner.writer.cell_text import harmless
from planner.writer.handover import Handover


def kpis_csv(scenario: Scenario, schedule: Schedule, *, run: str = "") -> str:
    """Return all figures as CSV: of the schedule, of each machine, and then what it is of."""
    kpis = measure(scenario, schedule)
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(("machine", "figure", "unit", "value"))
    out.writerows(_cells("", row) for row in rows(kpis))
    for machine in kpis.machines:
        out.writerows(_cells(machine.machine, row) for row in machine_rows(machine))
    for each in kpis.upkeep:
        told = (replace(row, label=f"{row.label}: {each.upkeep}") for row in upkeep_rows(each))
        out.writerows(_cells(each.machine, row) for row in told)
    facts = Handover(scenario=scenario, schedule=schedule, run=run).facts
    out.writerows(("", label, "", harmless(value)) for label, value in facts.items())
    return text.getvalue()


def _cells(machine: str, row: KpiRow) -> tuple[str, str, str, str]:
    value = NOT_AVAILABLE if row.value is None else str(row.value)
    if isinstance(row.value, float):
        value = f"{row.value:.4f}"
    return harmless(machine), harmless(row.label), row.unit, value
