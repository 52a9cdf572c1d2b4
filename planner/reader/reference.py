"""reference.csv -> the schedule that people work by, against which moved operations count."""

from planner.domain import Reference, Scenario, Stood
from planner.reader import cells
from planner.reader.actuals import fault_told_twice, operation_of_row
from planner.reader.notes import some
from planner.reader.sheet import Sheet, check_columns

REFERENCE = "reference.csv"
TOLERANCE_MINUTES = 30


def reference_from(sheet: Sheet, scenario: Scenario, minutes: int | None) -> Reference:
    """Return the reference schedule in `sheet`, with findings.

    A start that shifts by no more than `minutes` (None: the usual) is not moved. Rows of orders
    that are not in the scenario any more are left out, and that is told.
    """
    check_columns(sheet)
    sheet.known("machine_id", scenario.machine, "known_machine", "machines.csv")
    orders = sheet.required("order_id", cells.name)
    machines = sheet.required("machine_id", cells.name)
    starts = sheet.required("start", cells.moment)
    stages, lots = sheet.parsed("stage", cells.whole), sheet.parsed("lot", cells.whole)
    stood: dict[str, Stood] = {}
    gone: list[str] = []
    for index, order in enumerate(orders):
        machine, start = machines[index], starts[index]
        if order and order not in scenario.order:
            gone.append(order)
            continue
        place = (order or "", stages[index], lots[index])
        operation = operation_of_row(sheet, scenario, index, place)
        if operation is None or machine is None or start is None:
            continue
        if operation.name in stood:
            fault_told_twice(sheet, index, operation)
        stood[operation.name] = Stood(machine, scenario.clock.units(start))
    if gone:
        sheet.notes.assume(f"not compared, as they are not in orders.csv any more: {some(gone)}")
    wide = TOLERANCE_MINUTES if minutes is None else minutes
    return Reference(stood=stood, tolerance=wide * scenario.clock.units_per_minute)
