"""The orders as they were uploaded, with the plan behind them: same columns, same dialect."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.domain import Scenario
from planner.intake.files.cells import disarmed
from planner.intake.giving_back.dialects import Dialect
from planner.intake.giving_back.exported import ADDED, PLANNED
from planner.intake.giving_back.pages import Page
from planner.intake.giving_back.uploads import Upload, own_upload
from planner.reader import Table, Tables
from planner.schedule import Placement, Schedule
from planner.writer.cell_text import minutes
from planner.writer.handover import Handover


def uploaded_csv(tables: Tables, scenario: Scenario, schedule: Schedule, *, run: str = "") -> bytes:
    """Return the uploaded orders with the planned columns behind them, in the file's own dialect.

    Rows, columns, delimiter, decimal mark, encoding and order of dates are those of the upload; a
    workbook gives plain CSV, and so do orders that were never imported. What was changed since
    then is written in the same dialect; what the file has no column for stands behind its columns,
    such as `added_pinned_machine`. Where the rows are steps of orders, each has what is planned of
    it.
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
        for stage, own in page.own(row):
            cells = (*own, *page.beside(row), *plan.cells(row["order_id"], stage))
            out.writerow(map(disarmed, cells))
    return page.dialect.encoded(text.getvalue())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where and when an operation is planned; `change` is when the changeover before it begins."""

    machine: str
    batch: int
    position: int
    change: int | None
    placement: Placement


class _Plan:
    """The planned columns of each order, or of each of its stages."""

    def __init__(self, dialect: Dialect, handover: Handover) -> None:
        self._dialect = dialect
        self._handover = handover
        facts = handover.facts
        self._facts = (facts["Scenario"], facts["Run"], facts["Time zone"], facts["Checker"])
        self._placed: dict[tuple[str, str], list[_Place]] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        operation = handover.scenario.operation
        for place in self._places():
            item = operation[place.placement.operation]
            for stage in {"", str(item.stage)}:
                self._placed.setdefault((item.order, stage), []).append(place)
        for left in handover.schedule.unplanned:
            item = operation[left.operation]
            for stage in ("", str(item.stage)):
                self._reasons.setdefault((item.order, stage), left.reason)

    def cells(self, order: str, stage: str = "") -> Sequence[str]:
        """Return the cells under `PLANNED` of an order, or of one stage of it."""
        places = self._placed.get((order, stage), ())
        reason = self._reasons.get((order, stage), "")
        return (*self._where(places), *self._when(places), reason, *self._facts)

    def _where(self, places: Sequence[_Place]) -> Sequence[str]:
        """Return machine, batch and position; several operations have no one place."""
        if len(places) != 1:
            return ("", "", "")
        (place,) = places
        return (place.machine, str(place.batch), str(place.position))

    def _when(self, places: Sequence[_Place]) -> Sequence[str]:
        """Return the changeover, the first start, the last end, and how late that is."""
        if not places:
            return ("", "", "", "")
        change = places[0].change if len(places) == 1 else None
        last = max((place.placement for place in places), key=lambda placed: placed.end)
        first = min(place.placement.start for place in places)
        late = self._late(last.operation, last.end)
        return (*map(self._moment, (change, first, last.end)), late)

    def _places(self) -> Iterator[_Place]:
        for machine in self._handover.scenario.machine:
            for number, batch, run in self._handover.batches(machine):
                for position, placement in enumerate(batch.placements, start=1):
                    yield _Place(
                        machine=machine,
                        batch=number,
                        position=position,
                        change=run.start if run is not None and position == 1 else None,
                        placement=placement,
                    )

    def _moment(self, units: int | None) -> str:
        clock = self._handover.scenario.clock
        return "" if units is None else self._dialect.moment(clock.local(units))

    def _late(self, operation: str, end: int) -> str:
        due = self._handover.due(operation)
        if due is None:
            return ""
        return self._dialect.number(minutes(self._handover.scenario.clock, max(0, end - due)))
