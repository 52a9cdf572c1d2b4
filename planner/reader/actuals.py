"""actuals.csv -> what has happened: which operations have begun, which have ended."""

from collections.abc import Mapping
from pathlib import Path

from planner.domain import Operation, Scenario
from planner.errors import ScenarioError
from planner.files import open_regular
from planner.reader import cells
from planner.reader.notes import Notes
from planner.reader.sheet import Sheet, check_columns, opened
from planner.reader.sources import read_tables
from planner.reader.tables import Tables
from planner.reader.text import table_from
from planner.schedule import Actual

ACTUALS = "actuals.csv"
RowPlace = tuple[str, int | None, int | None]  # order, stage and lot, as far as they are given


def read_actuals(path: str | Path, scenario: Scenario) -> tuple[Actual, ...]:
    """Return what has happened, from a CSV file or the actuals.csv of a scenario.

    Raises `ScenarioError` with all findings at once.
    """
    source = Path(path)
    if source.suffix.lower() != ".csv":
        return actuals_from_tables(read_tables(source), scenario)
    notes = Notes()
    try:
        with open_regular(source) as stream:
            table = table_from(stream, source.name, notes)
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror or 'cannot be read'}") from error
    if table is None or notes.failed:
        raise ScenarioError(f"{path} cannot be read", notes.findings)
    sheet = opened(ACTUALS, source.name, table, notes)
    return _actuals(sheet, scenario)


def actuals_from_tables(tables: Tables, scenario: Scenario) -> tuple[Actual, ...]:
    """Return what has happened by the actuals.csv of `tables`; nothing where there is none.

    Raises `ScenarioError` with all findings at once.
    """
    table = tables.files.get(ACTUALS)
    if table is None:
        return ()
    return _actuals(opened(ACTUALS, tables.source(ACTUALS), table, Notes()), scenario)


def _actuals(sheet: Sheet, scenario: Scenario) -> tuple[Actual, ...]:
    check_columns(sheet)
    sheet.known("machine_id", scenario.machine, "known_machine", "machines.csv")
    orders = sheet.required("order_id", cells.name)
    machines = sheet.required("machine_id", cells.name)
    begun = sheet.required("begun", cells.moment)
    ended = sheet.parsed("ended", cells.moment)
    stages, lots = sheet.parsed("stage", cells.whole), sheet.parsed("lot", cells.whole)
    good = sheet.parsed("quantity", cells.from_zero)
    scrapped = sheet.parsed("scrapped", cells.from_zero)
    found: dict[str, Actual] = {}
    for index, order in enumerate(orders):
        place = (order or "", stages[index], lots[index])
        operation = operation_of_row(sheet, scenario, index, place)
        start, end, machine = begun[index], ended[index], machines[index]
        if operation is None or start is None or machine is None:
            continue
        if end is not None and end < start:
            sheet.fault(
                index, "ended", "ends_after_start", f"{order} ended before it had begun",
                "Correct one of the two.",
            )  # fmt: skip
            continue
        if operation.name in found:
            fault_told_twice(sheet, index, operation)
        found[operation.name] = Actual(
            operation=operation.name,
            machine=machine,
            begun=scenario.clock.units(start),
            ended=None if end is None else scenario.clock.units(end),
            quantity=good[index],
            scrapped=scrapped[index],
        )
    if sheet.notes.failed:
        findings = sheet.notes.findings
        raise ScenarioError(f"{sheet.shown}: {findings[0]}", findings)
    return tuple(found.values())


def fault_told_twice(sheet: Sheet, index: int, operation: Operation) -> None:
    """Note that another row of the sheet says the same of an operation."""
    sheet.fault(
        index, "order_id", "unique_name", f"{operation.name} is told of twice",
        "Delete one of the two rows.",
    )  # fmt: skip


def operation_of_row(
    sheet: Sheet, scenario: Scenario, index: int, place: RowPlace
) -> Operation | None:
    """Return the operation of a row; None, and a finding, where it is none or several."""
    order, stage, lot = place
    if order not in scenario.operations_of:
        if order:
            names: Mapping[str, object] = scenario.operations_of
            what = ("known_order", "orders.csv", set(names))
            sheet.unknown(index, "order_id", order, what)
        return None
    own = [
        operation
        for operation in scenario.operations_of[order]
        if stage in (None, operation.stage) and lot in (None, operation.lot)
    ]
    if len(own) == 1:
        return own[0]
    column = "stage" if len({operation.stage for operation in own}) != 1 else "lot"
    message = f"order {order} has no such {column}"
    if own:
        message = f"order {order} has {len(own)} operations there; {column} must say which"
    sheet.fault(index, column, "known_operation", message, "Fill in stage and lot.")
    return None
