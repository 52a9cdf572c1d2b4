"""upkeep.csv -> the upkeep of each machine: cleaning, a filter, after so much of what it makes.

A row of machine `*` is one of every machine. A machine may have several upkeeps, each of which
counts for itself; a row that names a machine replaces one of `*` with the same name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.domain import Upkeep
from planner.reader import cells
from planner.reader.changeovers import ANY, LARGEST_CHANGEOVER_COST
from planner.reader.durations import whole_units
from planner.reader.machines import MachineRow
from planner.reader.notes import counted, some
from planner.reader.orders import OrderRows
from planner.reader.sheet import Sheet, check_columns

UPKEEP = "upkeep.csv"
NAME = "upkeep"
COUNTED = ("hours", "batches", "quantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepRows:
    """The upkeep of every machine, and where it was read."""

    upkeeps: tuple[Upkeep, ...] = ()
    sheet: Sheet | None = None

    @property
    def families(self) -> frozenset[str]:
        """Return what machines are set up for after upkeep."""
        return frozenset(upkeep.sets_up for upkeep in self.upkeeps if upkeep.sets_up is not None)


def upkeep_rows(
    sheet: Sheet | None, machines: Sequence[MachineRow], units_per_minute: int
) -> UpkeepRows:
    """Return the upkeep of each machine, with a finding for every cell that is wrong."""
    if sheet is None:
        return UpkeepRows()
    check_columns(sheet)
    named = sheet.required("machine", _name_or_any)
    names = tuple(machine.name for machine in machines)
    sheet.known("machine", (*names, ANY), "known_machine", "machines.csv")
    given = _given(sheet, units_per_minute)
    own_names = sheet.parsed("upkeep", cells.name)
    found = tuple(
        upkeep for machine in names for upkeep in _of_machine(machine, named, given, own_names)
    )
    _find_repeated(sheet, own_names)
    _warn_due(sheet, found)
    return UpkeepRows(upkeeps=found, sheet=sheet)


def _name_or_any(cell: str) -> str:
    return cell if cell == ANY else cells.name(cell)


def _given(sheet: Sheet, units_per_minute: int) -> list[Upkeep | None]:
    """Return the upkeep of each row, of no machine yet; None where a cell is wrong."""
    minutes = sheet.required("minutes", cells.run_minutes)
    costs = sheet.parsed("cost", cells.up_to(LARGEST_CHANGEOVER_COST))
    sets_up = sheet.parsed("sets_up", cells.name)
    hours = sheet.parsed("after_hours", cells.above_zero)
    most_batches = sheet.parsed("after_batches", cells.batch_count)
    quantities = sheet.parsed("after_quantity", cells.above_zero)
    done_hours = sheet.parsed("done_before_hours", cells.from_zero)
    done_batches = sheet.parsed("done_before_batches", cells.whole)
    done_quantities = sheet.parsed("done_before_quantity", cells.from_zero)
    found: list[Upkeep | None] = []
    for k in range(sheet.count):
        limits = (hours[k], most_batches[k], quantities[k])
        length = minutes[k]
        if not _counts(sheet, k, limits) or length is None:
            found.append(None)
            continue
        found.append(
            Upkeep(
                machine=ANY,
                units=whole_units(length * units_per_minute),
                cost=costs[k] or 0,
                # A limit is rounded down and what counts towards it up: it is never passed.
                most_units=None
                if (hour := hours[k]) is None
                else int(hour * 60 * units_per_minute),
                most_batches=most_batches[k],
                most_quantity=quantities[k],
                done_units=whole_units(Fraction(done_hours[k] or 0) * 60 * units_per_minute),
                done_batches=done_batches[k] or 0,
                done_quantity=done_quantities[k] or Decimal(0),
                sets_up=sets_up[k],
            )
        )
    _note_rounded(sheet, [minute for minute in minutes if minute], units_per_minute)
    return found


def _counts(sheet: Sheet, k: int, limits: Sequence[object]) -> bool:
    """Find a row that counts nothing, and what is done before of something that has no limit."""
    for what, limit in zip(COUNTED, limits, strict=True):
        if (
            limit is None
            and not sheet.cell(k, f"after_{what}")
            and sheet.cell(k, f"done_before_{what}")
        ):
            sheet.fault(
                k,
                f"done_before_{what}",
                "upkeep_counted",
                f"done_before_{what} is given, but after_{what} is not",
                f"Fill in after_{what}, or leave done_before_{what} empty.",
            )
    if any(sheet.cell(k, f"after_{what}") for what in COUNTED):
        return any(limit is not None for limit in limits)
    sheet.fault(
        k,
        "after_hours",
        "upkeep_counted",
        "nothing says when the upkeep is needed",
        "Fill in after_hours, after_batches or after_quantity.",
    )
    return False


def _note_rounded(sheet: Sheet, minutes: Sequence[Fraction], units_per_minute: int) -> None:
    if rounded := sum((minute * units_per_minute).denominator != 1 for minute in minutes):
        sheet.notes.assume(f"{counted(rounded, 'upkeep')} rounded up to whole time units")


def _of_machine(
    machine: str,
    named: Sequence[str | None],
    given: Sequence[Upkeep | None],
    own_names: Sequence[str | None],
) -> list[Upkeep]:
    """Return the upkeep of one machine: that of `*` too, unless it has its own of that name."""
    own = {own_names[k] for k, name in enumerate(named) if name == machine}
    rows = [
        k
        for k, name in enumerate(named)
        if name == machine or (name == ANY and (own_names[k] is None or own_names[k] not in own))
    ]
    taken = {own_names[k] for k in rows}
    found: dict[str, Upkeep] = {}
    for k in rows:
        upkeep = given[k]
        name = own_names[k]
        if name is None:
            name = _free_name(taken)
            taken.add(name)
        if upkeep is not None:
            found[name] = replace(upkeep, machine=machine, name=name)
    return list(found.values())


def _free_name(taken: set[str | None]) -> str:
    name, number = NAME, 1
    while name in taken:
        number += 1
        name = f"{NAME} {number}"
    return name


def _find_repeated(sheet: Sheet, own_names: Sequence[str | None]) -> None:
    """Find two upkeeps of a machine with the same name."""
    seen: dict[tuple[str, str], int] = {}
    for k, name in enumerate(own_names):
        if name is None:
            continue
        key = (sheet.cell(k, "machine"), name)
        if key in seen:
            first = sheet.table.numbers[seen[key]]
            sheet.fault(
                k,
                "upkeep",
                "unique_name",
                f"{name} of {key[0]} is already in row {first}",
                "Give each upkeep of a machine its own name, or delete one of the two.",
            )
        seen.setdefault(key, k)


def _warn_due(sheet: Sheet, upkeeps: Sequence[Upkeep]) -> None:
    """Say which machines need upkeep before anything else."""
    due = [
        f"{upkeep.machine} ({upkeep.name})"
        for upkeep in upkeeps
        if any(most is not None and done >= most for done, most in upkeep.counts)
    ]
    if due:
        column = next(f"done_before_{c}" for c in COUNTED if sheet.has(f"done_before_{c}"))
        sheet.notes.warn(
            sheet.finding(
                None,
                column,
                "upkeep",
                f"upkeep is due before the first batch of {some(due)}",
                "Nothing to do if that is so; otherwise correct what was done since the last one.",
            )
        )


def check_quantities(orders: OrderRows, machines: Sequence[MachineRow], rows: UpkeepRows) -> None:
    """Find orders without a quantity where something counts quantities."""
    in_a_row = any(machine.in_a_row.quantity is not None for machine in machines)
    upkeep = any(upkeep.most_quantity is not None for upkeep in rows.upkeeps)
    for column, file, counts in (
        ("most_quantity_in_a_row", "machines.csv", in_a_row),
        ("after_quantity", UPKEEP, upkeep),
    ):
        for k, quantity in enumerate(orders.quantities) if counts else ():
            if quantity is None:
                orders.sheet.fault(
                    k,
                    "quantity",
                    "value_given",
                    f"quantity is empty, and a machine has {column}",
                    f"Fill it in, or leave {column} in {file} empty.",
                )
