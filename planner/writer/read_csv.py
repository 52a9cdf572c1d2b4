"""A schedule from CSV. Only what places an operation is read; the rest is for people."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from planner.domain import Scenario
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned
from planner.writer.cell_text import plain
from planner.writer.reading_back import (
    Spot,
    batch_of,
    family_named,
    in_usual_order,
    machine_named,
    operation_named,
    time_within,
    upkeep_named,
)

_NEEDED = ("order_id", "machine", "batch")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_STATUS = ("planned", "unplanned", "upkeep")


@dataclass(frozen=True, slots=True, kw_only=True)
class _CsvRow:
    """One row of the file."""

    spot: Spot
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        return plain(self.cells.get(column, "").strip())

    def name(self, column: str, known: Collection[str]) -> str:
        """Return a name; blanks around it count only if the scenario has it so."""
        exact = plain(self.cells.get(column, ""))
        return exact if exact in known else self.cell(column)

    def at(self, column: str) -> Spot:
        return replace(self.spot, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A row that places an operation."""

    line: _CsvRow
    machine: str
    batch: int
    position: int
    family: str
    placement: Placement


def schedule_from_csv(text: str, scenario: Scenario, file: str) -> Schedule:
    """Return the schedule in `text`, which came from `file`; raises `ScheduleError`."""
    planned: list[_Planned] = []
    unplanned: list[Unplanned] = []
    upkeeps: list[PlannedUpkeep] = []
    for line in _lines(text, Spot(file=file)):
        if line.cell("status") == "upkeep":
            upkeeps.append(_upkeep(line, scenario))
        elif _is_planned(line):
            planned.append(_planned(line, scenario))
        else:
            name = _operation(line, scenario)
            unplanned.append(Unplanned(operation=name, reason=plain(line.cells.get("reason", ""))))
    return in_usual_order(scenario, _batches(planned), unplanned, upkeeps)


def _lines(text: str, spot: Spot) -> Iterator[_CsvRow]:
    """Yield the rows below the header; semicolons will do where the header has no comma."""
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            here = replace(spot, row=number)
            if header is None:
                header = _header(cells, here)
            elif any(cell.strip() for cell in cells):
                yield _line(header, cells, here)
    except csv.Error as error:
        replace(spot, row=number + 1).refuse(f"this is not CSV: {error}", "Export it again as CSV.")
    if header is None:
        spot.refuse("the file is empty", f"It needs at least {', '.join(_NEEDED)}, start and end.")


def _header(cells: list[str], spot: Spot) -> list[str]:
    header = [plain(cell.strip()) for cell in cells]
    for column in _NEEDED:
        if column not in header:
            spot.refuse(f"there is no column {column!r}", f"It has: {', '.join(header)[:200]}.")
    for column, units in (("start", "start_units"), ("end", "end_units")):
        if column not in header and units not in header:
            spot.refuse(f"there is no column {column!r} or {units!r}", "Add one of the two.")
    twice = [column for column in header if column and header.count(column) > 1]
    if twice:
        spot.refuse(f"there are two columns {twice[0]!r}", "Remove or rename one of the two.")
    return header


def _line(header: list[str], cells: list[str], spot: Spot) -> _CsvRow:
    if len(cells) > len(header) and any(cells[len(header) :]):
        spot.refuse(
            f"{len(cells)} cells under {len(header)} headings",
            "Put text that holds the delimiter in double quotes.",
        )
    return _CsvRow(spot=spot, cells=dict(zip(header, cells, strict=False)))


def _is_planned(line: _CsvRow) -> bool:
    status, machine = line.cell("status"), line.cell("machine")
    if status not in ("", *_STATUS):
        line.at("status").refuse(f"{status!r} is not a status", f"Write {' or '.join(_STATUS)}.")
    if status == "unplanned" and machine:
        line.at("machine").refuse(
            f"the order is unplanned, yet on machine {machine!r}",
            "Clear the machine, or write planned in the column status.",
        )
    if status == "planned" and not machine:
        line.at("machine").refuse(
            "the order is planned, but the machine '' is empty",
            "Name the machine, or write unplanned in the column status.",
        )
    return bool(machine)


def _planned(line: _CsvRow, scenario: Scenario) -> _Planned:
    name = _operation(line, scenario)
    start, end = (_time(line, column, scenario) for column in ("start", "end"))
    machine = line.name("machine", scenario.machine)
    own = scenario.operation[name].family
    family = line.name("family", (own,)) or own
    return _Planned(
        line=line,
        machine=machine_named(scenario, machine, line.at("machine")),
        batch=_whole(line, "batch"),
        position=_whole(line, "position") if line.cell("position") else 0,
        family=own if family == own else family_named(scenario, family, line.at("family")),
        placement=Placement(operation=name, start=start, end=end),
    )


def _upkeep(line: _CsvRow, scenario: Scenario) -> PlannedUpkeep:
    """Return the upkeep of a row: its name stands where an operation has its own."""
    start, end = (_time(line, column, scenario) for column in ("start", "end"))
    machine = machine_named(scenario, line.name("machine", scenario.machine), line.at("machine"))
    names = [upkeep.name for upkeep in scenario.upkeeps_of(machine)]
    name = upkeep_named(scenario, machine, line.name("operation", names), line.at("operation"))
    return PlannedUpkeep(machine=machine, name=name, start=start, end=end)


def _operation(line: _CsvRow, scenario: Scenario) -> str:
    column = "operation" if line.cell("operation") else "order_id"
    return operation_named(scenario, line.name(column, scenario.operation), line.at(column))


def _time(line: _CsvRow, column: str, scenario: Scenario) -> int:
    """Return a time in units; where local time and units are both given they must agree."""
    counted, local = f"{column}_units", line.cell(column)
    if not line.cell(counted):
        return _local(line, column, scenario)
    units = time_within(_whole(line, counted), line.at(counted))
    if local and _local(line, column, scenario) != units:
        line.at(column).refuse(
            f"{local!r} and {counted} {units} are two different times",
            f"Clear the one that is wrong. Time counts from {scenario.clock.local(0).isoformat()}.",
        )
    return units


def _local(line: _CsvRow, column: str, scenario: Scenario) -> int:
    text, spot, clock = line.cell(column), line.at(column), scenario.clock
    try:
        moment = datetime.fromisoformat(text)
        units = clock.units(moment)
    except (ValueError, OverflowError):
        spot.refuse(f"{text!r} is not a date and time", "Write it like 2026-03-02T06:00.")
    if moment.microsecond or (clock.time_unit == "minute" and moment.second):
        spot.refuse(f"{text!r} is between two {clock.time_unit}s", "Leave out the rest.")
    return units


def _whole(line: _CsvRow, column: str) -> int:
    text = line.cell(column)
    if not _WHOLE.fullmatch(text):
        line.at(column).refuse(f"{text!r} is not a whole number", "Write digits only.")
    return int(text)


def _batches(planned: list[_Planned]) -> Iterator[Batch]:
    groups: dict[tuple[str, int], list[_Planned]] = {}
    for item in planned:
        groups.setdefault((item.machine, item.batch), []).append(item)
    # By number first: batches without length that start together keep their order.
    for machine, number in sorted(groups):
        items = sorted(groups[machine, number], key=_place_in_batch)
        for item in items:
            if item.family != items[0].family:
                item.line.at("family").refuse(
                    f"batch {number} of {machine} is {items[0].family!r} and {item.family!r}",
                    "Give each family a batch number of its own.",
                )
        yield batch_of(machine, items[0].family, tuple(item.placement for item in items))


def _place_in_batch(item: _Planned) -> tuple[int, int, str, int]:
    placement = item.placement
    return placement.start, item.position, placement.operation, placement.end
