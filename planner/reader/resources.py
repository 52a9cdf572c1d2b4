"""resources.csv and needs.csv -> what machines share, and who needs it when.

A resource may have several rows: there is as much of it at a moment as the rows say together whose
calendars are open then, so that there are three setters by day and one by night.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from planner.calendars import Calendar, Clock
from planner.domain import During, Level, Need, Resource
from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.changeovers import ANY
from planner.reader.durations import whole_units
from planner.reader.machines import MachineRow
from planner.reader.notes import Notes, some
from planner.reader.orders import BETWEEN_ATTRIBUTES
from planner.reader.sheet import Sheet, check_columns

MOST_AMOUNT = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """A row of resources.csv: so much of a resource while a calendar is open, always without."""

    name: str
    amount: int
    calendar: str
    cost_per_hour: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameable:
    """What needs may name: machines, families and what they are made of, products, stages."""

    machines: Sequence[MachineRow]
    families: Sequence[str]
    attributes: Sequence[str]
    products: frozenset[str]
    units_per_minute: int


def resource_rows(sheet: Sheet | None, calendars: Iterable[str]) -> tuple[ResourceRow, ...]:
    """Return the rows of resources.csv, with a finding for every cell that is wrong."""
    if sheet is None:
        return ()
    check_columns(sheet)
    names = sheet.required("resource", cells.name)
    amounts = sheet.parsed("amount", cells.up_to(MOST_AMOUNT))
    costs = sheet.parsed("cost_per_hour", cells.from_zero)
    sheet.known("calendar", calendars, "known_calendar", "calendars.csv")
    return tuple(
        ResourceRow(
            name=name,
            amount=1 if (amount := amounts[k]) is None else amount,
            calendar=sheet.cell(k, "calendar"),
            cost_per_hour=costs[k],
        )
        for k, name in enumerate(names)
        if name
    )


def resources_from(
    rows: Sequence[ResourceRow], calendars: Mapping[str, Calendar], clock: Clock, horizon: int
) -> tuple[Resource, ...]:
    """Return the resources with what there is of each until `horizon`."""
    by_name: dict[str, list[ResourceRow]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    return tuple(
        Resource(
            name=name,
            levels=_levels(own, calendars, clock, horizon),
            cost_per_hour=next((r.cost_per_hour for r in own if r.cost_per_hour is not None), None),
        )
        for name, own in by_name.items()
    )


def _levels(
    rows: Sequence[ResourceRow], calendars: Mapping[str, Calendar], clock: Clock, horizon: int
) -> tuple[Level, ...]:
    steps: dict[int, int] = {0: 0}
    for row in rows:
        if not row.calendar:
            steps[0] += row.amount
            continue
        for start, end in calendars[row.calendar].windows(clock, horizon):
            steps[start] = steps.get(start, 0) + row.amount
            steps[end] = steps.get(end, 0) - row.amount
    levels: list[Level] = []
    amount = 0
    for start in sorted(steps):
        amount += steps[start]
        if not levels or levels[-1].amount != amount:
            levels.append(Level(start, amount))
    return tuple(levels)


def needs_from(
    sheet: Sheet | None, rows: Sequence[ResourceRow], plant: Nameable, notes: Notes
) -> tuple[Need, ...]:
    """Return the needs, with a finding for every cell that is wrong."""
    needs = _needs(sheet, rows, plant) if sheet else ()
    used = {need.resource for need in needs}
    if unused := sorted({row.name for row in rows} - used):
        notes.assume(f"nothing needs {some(unused)}: not looked at")
    if sheet is not None and not notes.failed:
        _check_start(sheet, rows, needs, plant)
    return needs


def _needs(sheet: Sheet, rows: Sequence[ResourceRow], plant: Nameable) -> tuple[Need, ...]:
    check_columns(sheet)
    names = sheet.required("resource", cells.name)
    sheet.known("resource", (row.name for row in rows), "known_resource", "resources.csv")
    during = sheet.required("during", _during)
    amounts = sheet.parsed("amount", _amount)
    minutes = sheet.parsed("minutes", cells.run_minutes)
    sheet.known(
        "machine", (*(m.name for m in plant.machines), ANY), "known_machine", "machines.csv"
    )
    stages = sheet.parsed("stage", _stage)
    _check_attributes(sheet, plant)
    found = []
    for k, name in enumerate(names):
        when = during[k]
        if not name or when is None or not _fits(sheet, k, when, minutes[k], rows):
            continue
        product = _named(sheet, k, "product")
        if product is not None and product not in plant.products:
            _note_unknown(sheet, k, "product", product)
        found.append(
            Need(
                resource=name,
                during=when,
                amount=amounts[k] or 1,
                units=whole_units((minutes[k] or Fraction(0)) * plant.units_per_minute),
                machine=_named(sheet, k, "machine"),
                families=_families(sheet, k, plant),
                product=product,
                stage=stages[k] if _named(sheet, k, "stage") else None,
            )
        )
    return tuple(found)


def _fits(
    sheet: Sheet, k: int, when: During, minutes: Fraction | None, rows: Sequence[ResourceRow]
) -> bool:
    """Find what does not go with when a resource is needed."""
    timed = when in (During.START, During.END)
    if timed != (minutes is not None):
        sheet.fault(
            k,
            "minutes",
            "need_minutes",
            f"a need during {when} has {'no' if timed else 'its own'} minutes",
            "Say how long it takes." if timed else "Leave minutes empty, or write start or end.",
        )
        return False
    if not _named_fits(sheet, k, when):
        return False
    name = sheet.cell(k, "resource")
    if when == During.SET_UP and any(row.calendar for row in rows if row.name == name):
        sheet.fault(
            k,
            "during",
            "need_set_up",
            f"{name} is needed while set up, day and night, but has a calendar",
            "Leave its calendar in resources.csv empty.",
        )
        return False
    return True


def _named_fits(sheet: Sheet, k: int, when: During) -> bool:
    """Find that a need names more than it can be about."""
    if when == During.UPKEEP:
        of_order = ("product", "stage", "family", *sheet.with_prefix("attr_"))
        whose, hint = "machine", "Name the machine, or leave it empty for all."
    elif when in (During.CHANGEOVER, During.SET_UP):
        of_order = ("product", "stage")
        whose, hint = "family", "Name the family, or its attribute, instead."
    else:
        return True
    for column in of_order:
        if _named(sheet, k, column) is not None:
            what = column.removeprefix("attr_")
            message = f"a need during {when} is one of the {whose}, not of a {what}"
            sheet.fault(k, column, f"need_of_{whose}", message, hint)
            return False
    return True


def _named(sheet: Sheet, k: int, column: str) -> str | None:
    cell = sheet.cell(k, column)
    return None if cell in ("", ANY) else cell


def _during(cell: str) -> During:
    try:
        return During(" ".join(cell.lower().replace("_", " ").split()))
    except ValueError as error:
        raise BadCellError(
            "known_during",
            f"{cell[:40]!r} is not a time of a need",
            f"Write one of {', '.join(During)}.",
        ) from error


def _amount(cell: str) -> int:
    amount = cells.up_to(MOST_AMOUNT)(cell)
    if amount < 1:
        raise BadCellError("number_range", "an amount of 0 is no need", "Delete the row.")
    return amount


def _stage(cell: str) -> int | None:
    return None if cell == ANY else cells.whole(cell)


def _check_attributes(sheet: Sheet, plant: Nameable) -> None:
    for column in sheet.with_prefix("attr_"):
        if column.removeprefix("attr_") not in plant.attributes:
            sheet.fault(
                None,
                column,
                "known_attribute",
                f"families are not made of the attribute {column.removeprefix('attr_')}",
                f"Use one of {some(list(plant.attributes))}."
                if plant.attributes
                else "Families come from one column: use the column family.",
            )


def _families(sheet: Sheet, k: int, plant: Nameable) -> frozenset[str] | None:
    """Return the families that a row is about, None for all."""
    found: set[str] | None = None
    family = _named(sheet, k, "family")
    if family is not None:
        found = {name for name in plant.families if name == family}
        if not found:
            _note_unknown(sheet, k, "family", family)
    for column in sheet.with_prefix("attr_"):
        value = _named(sheet, k, column)
        attribute = column.removeprefix("attr_")
        if value is None or attribute not in plant.attributes:
            continue
        place = list(plant.attributes).index(attribute)
        own = {n for n in plant.families if n.split(BETWEEN_ATTRIBUTES)[place] == value}
        if not own:
            _note_unknown(sheet, k, column, value)
        found = own if found is None else found & own
    return None if found is None else frozenset(found)


def _note_unknown(sheet: Sheet, k: int, column: str, value: str) -> None:
    sheet.notes.warn(
        sheet.finding(
            k,
            column,
            "known_family",
            f"no order has the {column.removeprefix('attr_')} {value}",
            "Check the spelling; otherwise nothing to do.",
        )
    )


def _check_start(
    sheet: Sheet, rows: Sequence[ResourceRow], needs: Sequence[Need], plant: Nameable
) -> None:
    """Find that the machines are set up at the start with more than there is of something."""
    for name in dict.fromkeys(need.resource for need in needs):
        holders = [
            (machine.name, need.amount)
            for need in needs
            if need.resource == name and need.during == During.SET_UP
            for machine in plant.machines
            if machine.initial_family and need.is_of(machine.name, machine.initial_family)
        ]
        there = sum(row.amount for row in rows if row.name == name)
        used = sum(amount for _, amount in holders)
        if used > there:
            machines = some([machine for machine, _ in holders])
            sheet.fault(
                None,
                "resource",
                "resource_amount",
                f"{machines} are set up with {used} of {name} at the start, there is {there}",
                "Correct initial_family in machines.csv, or the amount in resources.csv.",
            )
