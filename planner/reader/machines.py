"""machines.csv -> machines as far as the file knows them: no windows yet, sizes exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from planner.domain import NO_LIMIT, HandOn, InARow, Process
from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.notes import Notes, counted, some
from planner.reader.sheet import Sheet, check_columns

ONE_MACHINE = "machine 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRow:
    """A machine of the file; `capacities` by dimension, those without limit left out."""

    name: str
    row: int | None = None
    process: Process = Process.SERIAL
    capacities: Mapping[str, Decimal]
    initial_family: str | None = None
    pausable: bool = True
    speed: Fraction = Fraction(1)
    cost_per_hour: Decimal | None = None
    calendar: str = ""
    hand_on: HandOn = HandOn.ORDER
    in_a_row: InARow = NO_LIMIT


def machines_from(
    sheet: Sheet | None, calendars: Sequence[str], notes: Notes, units_per_minute: int = 1
) -> tuple[MachineRow, ...]:
    """Return the machines of the file, or the one that is assumed without it."""
    if sheet is None:
        return (_one_machine(calendars, notes),)
    check_columns(sheet)
    names = sheet.required("machine_id", _machine_name)
    if not sheet.count:
        sheet.fault(None, "machine_id", "machines_given", "there are no machines", "Add a row.", "")
    sheet.unique("machine_id")
    sheet.known("calendar", calendars, "known_calendar", "calendars.csv")
    processes = [process or Process.SERIAL for process in sheet.parsed("process", _process)]
    pauses = sheet.parsed("pausable", cells.yes_no)
    speeds = sheet.parsed("speed", cells.speed)
    costs = sheet.parsed("cost_per_hour", cells.from_zero)
    capacities = _capacities(sheet)
    initial = sheet.parsed("initial_family", cells.name)
    hand_on = sheet.parsed("hand_on", _hand_on)
    in_a_row = _in_a_row(sheet, units_per_minute)
    used = _calendars_used(sheet, calendars, notes)
    _note_defaults(sheet, notes)
    rows = (
        MachineRow(
            name=name,
            row=sheet.table.numbers[k],
            process=processes[k],
            capacities=capacities[k],
            initial_family=initial[k],
            pausable=_may_pause(pauses[k], processes[k]),
            speed=speeds[k] or Fraction(1),
            cost_per_hour=costs[k],
            calendar=used[k],
            hand_on=hand_on[k] or HandOn.ORDER,
            in_a_row=in_a_row[k],
        )
        for k, name in enumerate(names)
        if name
    )
    return tuple({row.name: row for row in rows}.values())


def _in_a_row(sheet: Sheet, units_per_minute: int) -> list[InARow]:
    """Return the most that each machine makes of one family in a row."""
    batches = sheet.parsed("most_batches_in_a_row", cells.batch_count)
    hours = sheet.parsed("most_hours_in_a_row", cells.above_zero)
    quantities = sheet.parsed("most_quantity_in_a_row", cells.above_zero)
    return [
        InARow(
            batches=batches[k],
            # Rounded down: a limit is not passed by a fraction of a unit.
            units=None if (hour := hours[k]) is None else int(hour * 60 * units_per_minute),
            quantity=quantities[k],
        )
        for k in range(sheet.count)
    ]


def _capacities(sheet: Sheet) -> list[dict[str, Decimal]]:
    """Return the capacities of each row by dimension."""
    given = {
        column.removeprefix("capacity_"): sheet.parsed(column, cells.above_zero)
        for column in sheet.with_prefix("capacity_")
    }
    return [
        {
            dimension: limit
            for dimension, limits in given.items()
            if (limit := limits[k]) is not None
        }
        for k in range(sheet.count)
    ]


def _one_machine(calendars: Sequence[str], notes: Notes) -> MachineRow:
    calendar = calendars[0] if len(calendars) == 1 else ""
    when = f"in calendar {calendar}" if calendar else "always open"
    notes.assume(
        f"no machines are given: one serial machine, {ONE_MACHINE!r}, {when}, "
        "with no changeover before its first batch"
    )
    return MachineRow(name=ONE_MACHINE, capacities={}, calendar=calendar)


def _machine_name(cell: str) -> str:
    if "|" in cell:
        raise BadCellError(
            "name", f"{cell!r} holds a |, which separates names", "Use another character."
        )
    return cells.name(cell)


def _process(cell: str) -> Process:
    try:
        return Process(cell.lower())
    except ValueError as error:
        raise BadCellError(
            "known_process",
            f"{cell[:40]!r} is not a process",
            f"Write one of {', '.join(Process)}.",
        ) from error


def _hand_on(cell: str) -> HandOn:
    try:
        return HandOn(cell.lower())
    except ValueError as error:
        raise BadCellError(
            "known_hand_on",
            f"{cell[:40]!r} is not a way to hand on",
            f"Write one of {', '.join(HandOn)}.",
        ) from error


def _may_pause(given: bool | None, process: Process) -> bool:
    # What is in a furnace cannot be left over night unless somebody says so.
    return process == Process.SERIAL if given is None else given


def _calendars_used(sheet: Sheet, calendars: Sequence[str], notes: Notes) -> list[str]:
    named = sheet.texts("calendar")
    known = [name if name in calendars else "" for name in named]
    if not any(named) and len(calendars) == 1:
        notes.assume(f"no machine names a calendar: all follow calendar {calendars[0]}")
        return [calendars[0]] * sheet.count
    if without := _names_without(sheet, "calendar"):
        notes.assume(f"no calendar is given for {some(without)}: always open")
    return known


def _note_defaults(sheet: Sheet, notes: Notes) -> None:
    for column, meaning in (
        ("process", "serial"),
        ("initial_family", "the first batch needs no changeover"),
        ("pausable", "serial machines may pause when closed, parallel and continuous ones not"),
    ):
        without = _names_without(sheet, column)
        if without:
            many = counted(len(without), "machine")
            notes.assume(f"no {column} is given for {many} ({some(without)}): {meaning}")


def _names_without(sheet: Sheet, column: str) -> list[str]:
    cells_of = zip(sheet.texts("machine_id"), sheet.texts(column), strict=True)
    return [name for name, cell in cells_of if not cell]
