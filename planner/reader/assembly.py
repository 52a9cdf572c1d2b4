"""Tables -> scenario: everything read, checked and put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from planner.calendars import Calendar, Clock, Window, always_open
from planner.domain import Changeovers, Machine, Need, Order, Scenario
from planner.errors import Finding, ScenarioError
from planner.reader.changeovers import (
    Wanted,
    as_list,
    changeover_rows,
    note_unused,
)
from planner.reader.dates import Dates, units_from
from planner.reader.drafts import Draft
from planner.reader.durations import DurationTable, measured_from
from planner.reader.from_now import FromNow, from_now
from planner.reader.horizon import horizon_for, note_horizon, windows_of
from planner.reader.left_out import without_left_out
from planner.reader.machines import MachineRow, machines_from
from planner.reader.matrices import changeovers_from, families_on
from planner.reader.notes import Notes, some
from planner.reader.operations import PlantFacts, drafts_from, operations_from
from planner.reader.orders import BETWEEN_ATTRIBUTES, Families, OrderRows, order_rows
from planner.reader.reference import REFERENCE, reference_from
from planner.reader.resources import (
    Nameable,
    ResourceRow,
    needs_from,
    resource_rows,
    resources_from,
)
from planner.reader.routes import routed_names, routes_from
from planner.reader.settings import Settings, settings_from
from planner.reader.sheet import Sheet, opened
from planner.reader.shifts import calendars_from
from planner.reader.sizes import Sizes, sizes_from
from planner.reader.sources import read_tables
from planner.reader.starting import clock_from
from planner.reader.tables import Tables
from planner.reader.upkeep import UPKEEP, UpkeepRows, check_quantities, upkeep_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All files as values: checked one by one, not yet put together."""

    settings: Settings
    clock: Clock
    calendars: Mapping[str, Calendar]
    machines: tuple[MachineRow, ...]
    orders: OrderRows
    dates: Dates
    drafts: Sequence[Draft]
    sizes: Sizes
    changeovers: Changeovers
    resources: tuple[ResourceRow, ...]
    needs: tuple[Need, ...]
    from_now: FromNow
    upkeep: UpkeepRows


def read_scenario(path: str | Path, *, now: datetime | None = None) -> Scenario:
    """Return the scenario in a folder, a zip of one, an .xlsx workbook or an orders .csv.

    Where it says no start, time starts `now` (the computer's clock if that is not given either).
    Raises `ScenarioError` with all findings at once.
    """
    return scenario_from_tables(read_tables(path), now=now)


def scenario_from_tables(tables: Tables, *, now: datetime | None = None) -> Scenario:
    """Return the scenario that `tables` describe; raises `ScenarioError` with all findings."""
    notes = Notes()
    parts = _parts(without_left_out(tables, notes), notes, now)
    if parts is None or notes.failed:
        findings = notes.findings
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        raise ScenarioError(f"{tables.name}: {findings[0]}{more}", findings)
    return _with_reference(_scenario(parts, tables.name, notes), tables, parts.settings, notes)


def _with_reference(made: Scenario, tables: Tables, settings: Settings, notes: Notes) -> Scenario:
    """Return the scenario with what moved operations count against, if a file says it."""
    table = tables.files.get(REFERENCE)
    if table is None or not table.rows:
        return made
    sheet = opened(REFERENCE, tables.source(REFERENCE), table, notes)
    reference = reference_from(sheet, made, settings.moved_tolerance)
    if notes.failed:
        raise ScenarioError(f"{tables.name}: {notes.findings[0]}", notes.findings)
    assumptions = tuple(dict.fromkeys(notes.assumptions))
    return replace(made, reference=reference, assumptions=assumptions)


def findings_in(tables: Tables) -> tuple[Finding, ...]:
    """Return all that reading `tables` finds, also the warnings, which do not stop it."""
    notes = Notes()
    _parts(without_left_out(tables, notes), notes)
    return notes.findings


def _parts(tables: Tables, notes: Notes, now: datetime | None = None) -> Parts | None:
    if tables.skipped:
        notes.assume(f"not part of a scenario, not read: {some(list(tables.skipped))}")
    settings = settings_from(tables.settings, notes)
    sheets = _opened(tables, notes)
    calendars = calendars_from(sheets.get("calendars.csv"))
    machines = _machine_rows(sheets, tuple(calendars), settings, notes)
    if "orders.csv" not in sheets:
        notes.add(_no_orders())
        return None
    names = tuple(machine.name for machine in machines)
    routed = routed_names(sheets.get("routes.csv"))
    orders = order_rows(sheets["orders.csv"], names, settings.attributes, routed)
    clock = clock_from(settings, notes, now)
    plant = _plant(sheets, orders, machines, clock, notes)
    drafts = drafts_from(orders, plant, notes)
    families = replace(orders.families, of_row=[draft.family for draft in drafts])
    upkeep = upkeep_rows(sheets.get(UPKEEP), machines, clock.units_per_minute)
    others = _set_up_for(machines, upkeep, families, notes)
    changeovers = _changeovers(sheets, (families, drafts), others, settings, notes)
    rows = resource_rows(sheets.get("resources.csv"), tuple(calendars))
    check_quantities(orders, machines, upkeep)
    if changeovers is None:
        return None
    named = _named_by_needs(orders, machines, (families, changeovers), settings)
    return Parts(
        settings=settings,
        clock=clock,
        calendars=calendars,
        machines=machines,
        orders=orders,
        dates=units_from(orders.sheet, orders.dates, clock),
        drafts=drafts,
        sizes=plant.sizes,
        changeovers=changeovers,
        resources=rows,
        needs=needs_from(sheets.get("needs.csv"), rows, named, notes),
        from_now=from_now(settings, clock, names, notes),
        upkeep=upkeep,
    )


def _opened(tables: Tables, notes: Notes) -> dict[str, Sheet]:
    return {
        file: opened(file, tables.source(file), table, notes)
        for file, table in tables.files.items()
        # Without rows a file says nothing; of orders and machines that is a fault.
        if table.rows or file in ("orders.csv", "machines.csv")
    }


def _machine_rows(
    sheets: Mapping[str, Sheet], calendars: tuple[str, ...], settings: Settings, notes: Notes
) -> tuple[MachineRow, ...]:
    return machines_from(sheets.get("machines.csv"), calendars, notes, settings.units_per_minute)


def _named_by_needs(
    orders: OrderRows,
    machines: tuple[MachineRow, ...],
    made: tuple[Families, Changeovers],
    settings: Settings,
) -> Nameable:
    families, changeovers = made
    return Nameable(
        machines=machines,
        families=changeovers.families,
        attributes=families.attributes,
        products=frozenset(orders.sheet.texts("product")),
        units_per_minute=settings.units_per_minute,
    )


def _plant(
    sheets: Mapping[str, Sheet],
    orders: OrderRows,
    machines: tuple[MachineRow, ...],
    clock: Clock,
    notes: Notes,
) -> PlantFacts:
    names, route_sheet = tuple(machine.name for machine in machines), sheets.get("routes.csv")
    return PlantFacts(
        machines=machines,
        measured=measured_from(sheets.get("durations.csv"), orders, names),
        routes=routes_from(route_sheet, orders, names),
        route_sheet=route_sheet,
        table=DurationTable(machines, clock.units_per_minute),
        sizes=sizes_from(orders, machines, notes, _sizes_of_steps(route_sheet)),
        units_per_minute=clock.units_per_minute,
    )


def _sizes_of_steps(sheet: Sheet | None) -> tuple[str, ...]:
    return sheet.with_prefix("size_") if sheet else ()


def _no_orders() -> Finding:
    return Finding(
        rule="orders_given",
        file="orders.csv",
        message="there is no orders.csv",
        hint="Add the file: it is the only one a scenario must have.",
    )


def _set_up_for(
    machines: Sequence[MachineRow], upkeep: UpkeepRows, families: Families, notes: Notes
) -> Mapping[str, tuple[str, ...]]:
    """Return what each machine is set up for beside its orders: at the start and after upkeep."""
    _check_others(machines, upkeep, families, notes)
    found = {m.name: [m.initial_family] if m.initial_family else [] for m in machines}
    for item in upkeep.upkeeps:
        if item.sets_up is not None:
            found[item.machine].append(item.sets_up)
    return {machine: tuple(dict.fromkeys(names)) for machine, names in found.items()}


def _changeovers(
    sheets: Mapping[str, Sheet],
    made: tuple[Families, Sequence[Draft]],
    others: Mapping[str, tuple[str, ...]],
    settings: Settings,
    notes: Notes,
) -> Changeovers | None:
    families, drafts = made
    sheet, names = sheets.get("changeovers.csv"), tuple(others)
    wanted = Wanted(
        families=families,
        of_machine=families_on(((draft.family, draft.durations) for draft in drafts), names),
        others=others,
    )
    if sheet is None:
        return changeovers_from(None, wanted, settings, notes)
    table = as_list(sheet)
    listed = Sheet(file=sheet.file, shown=sheet.shown, table=table, notes=notes)
    rows = changeover_rows(listed, names, families, settings.units_per_minute)
    note_unused(listed, rows, wanted)
    return None if notes.failed else changeovers_from(rows, wanted, settings, notes)


def _check_others(
    machines: Sequence[MachineRow], upkeep: UpkeepRows, families: Families, notes: Notes
) -> None:
    """Find what machines are set up for without orders that is no combination of attributes."""
    width = len(families.attributes)
    message = f"is not a combination of {width} attributes"
    hint = f"Write the values of {BETWEEN_ATTRIBUTES.join(families.attributes)}."
    for machine in machines:
        initial = machine.initial_family
        if initial and width and len(initial.split(BETWEEN_ATTRIBUTES)) != width:
            notes.add(
                Finding(
                    rule="known_family",
                    file="machines.csv",
                    row=machine.row,
                    column="initial_family",
                    value=initial,
                    message=f"{initial} {message}",
                    hint=hint,
                )
            )
    if upkeep.sheet is not None and width:
        for k, name in enumerate(upkeep.sheet.texts("sets_up")):
            if name and len(name.split(BETWEEN_ATTRIBUTES)) != width:
                upkeep.sheet.fault(k, "sets_up", "known_family", f"{name} {message}", hint)


def _scenario(parts: Parts, name: str, notes: Notes) -> Scenario:
    orders = _orders(parts)
    operations = operations_from(parts.orders, parts.drafts, parts.dates)
    calendars = {**parts.calendars, "": always_open()}
    in_use = {(machine.calendar, machine.pausable): None for machine in parts.machines}
    horizon = horizon_for(
        orders,
        operations,
        parts.changeovers,
        parts.upkeep.upkeeps,
        [
            *((calendars[calendar], pausable) for calendar, pausable in in_use),
            *((calendars[row.calendar], False) for row in parts.resources),
        ],
        parts.clock,
    )
    note_horizon(horizon, parts.clock, notes)
    used = {calendar: calendars[calendar] for calendar, _ in in_use}
    windows = windows_of(used, parts.clock, horizon)
    return Scenario(
        name=parts.settings.name or name,
        orders=orders,
        operations=operations,
        machines=_machines(parts, windows),
        changeovers=parts.changeovers,
        clock=parts.clock,
        horizon=horizon,
        dimensions=parts.sizes.dimensions,
        weights=parts.settings.weights,
        assumptions=tuple(dict.fromkeys(notes.assumptions)),
        resources=resources_from(parts.resources, parts.calendars, parts.clock, horizon),
        needs=parts.needs,
        now=parts.from_now.now,
        freeze_hours=parts.from_now.freeze_hours,
        upkeeps=parts.upkeep.upkeeps,
    )


def _machines(parts: Parts, windows: Mapping[str, tuple[Window, ...]]) -> tuple[Machine, ...]:
    return tuple(
        Machine(
            name=row.name,
            process=row.process,
            capacity=parts.sizes.of_machine[k],
            initial_family=row.initial_family,
            windows=windows[row.calendar],
            pausable=row.pausable,
            cost_per_hour=row.cost_per_hour,
            calendar=row.calendar,
            hand_on=row.hand_on,
            in_a_row=row.in_a_row,
        )
        for k, row in enumerate(parts.machines)
    )


def _orders(parts: Parts) -> tuple[Order, ...]:
    rows, dates = parts.orders, parts.dates
    sheet = rows.sheet
    products, units = sheet.texts("product"), sheet.texts("unit")
    customers, remarks = sheet.texts("customer"), sheet.texts("note")
    attributes, extra = rows.attributes(), rows.extra(parts.sizes.unused)
    return tuple(
        Order(
            name=name or "",
            product=products[k],
            quantity=rows.quantities[k],
            unit=units[k],
            attributes=attributes[k],
            release=dates.release[k] or 0,
            due=dates.due[k],
            deadline=dates.deadline[k],
            weight=1 if (weight := rows.weights[k]) is None else weight,
            customer=customers[k],
            note=remarks[k],
            extra=extra[k],
            row=sheet.table.numbers[k],
        )
        for k, name in enumerate(rows.names)
    )
