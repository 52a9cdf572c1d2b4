"""The orders as they were uploaded, with the plan behind them: same columns, same dialect."""

import csv
import io
from collections.abc import Iterator, Sequence

from planner.domain import Scenario
from planner.intake.files.cells import disarmed
from planner.intake.giving_back.dialects import Dialect
from planner.intake.giving_back.exported import ADDED, PLANNED
from planner.intake.giving_back.pages import Page
from planner.intake.giving_back.uploads import Upload, own_upload
from planner.reader import Table, Tables
from planner.schedule import Schedule
from planner.writer.cell_text import minutes
from planner.writer.handover import Handover

_CELLS = 8  # of `PLANNED`, before the facts


def uploaded_csv(tables: Tables, scenario: Scenario, schedule: Schedule, *, run: str = "") -> bytes:
    """Return the uploaded orders with the planned columns behind them, in the file's own dialect.

    Rows, columns, delimiter, decimal mark, encoding and order of dates are those of the upload; a
    workbook gives plain CSV, and so do orders that were never imported. What was changed since
    then is written in the same dialect; what the file has no column for stands behind its columns,
    such as `added_pinned_machine`.
    """
    orders = tables.files.get("orders.csv", Table(columns=("order_id",)))
    upload = Upload.from_json(tables.upload) if tables.upload else own_upload(orders)
    page = Page(upload=upload, orders=orders)
    plan = _Plan(page.dialect, Handover(scenario=scenario, schedule=schedule, run=run))
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=page.dialect.delimiter, lineterminator="\r\n")
    added = (f"{ADDED}{field}" for field in page.added)
    out.writerow(map(disarmed, (*page.header, *added, *PLANNED)))
    for row in page.rows:
        cells = (*page.own(row), *page.beside(row), *plan.cells(row["order_id"]))
        out.writerow(map(disarmed, cells))
    return page.dialect.encoded(text.getvalue())


class _Plan:
    """The planned columns of each order."""

    def __init__(self, dialect: Dialect, handover: Handover) -> None:
        self._dialect = dialect
        self._handover = handover
        facts = handover.facts
        self._facts = (facts["Scenario"], facts["Run"], facts["Time zone"], facts["Checker"])
        self._cells = {name: cells for name, *cells in self._planned()}

    def cells(self, order: str) -> Sequence[str]:
        """Return the cells under `PLANNED`."""
        return (*self._cells.get(order, ("",) * _CELLS), *self._facts)

    def _planned(self) -> Iterator[list[str]]:
        scenario, schedule = self._handover.scenario, self._handover.schedule
        for machine in scenario.machine:
            for number, batch, run in self._handover.batches(machine):
                for position, placement in enumerate(batch.placements, start=1):
                    change = run.start if run is not None and position == 1 else None
                    moments = (change, placement.start, placement.end)
                    yield [
                        scenario.operation[placement.operation].order,
                        machine,
                        str(number),
                        str(position),
                        *map(self._moment, moments),
                        self._late(placement.operation, placement.end),
                        "",
                    ]
        for item in schedule.unplanned:
            yield [scenario.operation[item.operation].order, *[""] * (_CELLS - 1), item.reason]

    def _moment(self, units: int | None) -> str:
        clock = self._handover.scenario.clock
        return "" if units is None else self._dialect.moment(clock.local(units))

    def _late(self, operation: str, end: int) -> str:
        due = self._handover.due(operation)
        if due is None:
            return ""
        return self._dialect.number(minutes(self._handover.scenario.clock, max(0, end - due)))
