"""The tables of the workbook: headings and rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from planner.checker import RULES
from planner.domain import Dimension, Order
from planner.kpis import (
    NOT_AVAILABLE,
    compared,
    has_places,
    machine_rows,
    measure,
    resource_rows,
    stage_rows,
    upkeep_rows,
)
from planner.schedule import Schedule
from planner.writer.handover import Handover
from planner.writer.sheet_writing import Cell, SheetColumn

TIME = "yyyy-mm-dd hh:mm"
WHOLE = "#,##0"
NUMBER = "#,##0.0#"

Table = tuple[Sequence[SheetColumn], Iterator[Sequence[Cell]]]


def figures(handover: Handover, baseline: Schedule) -> Table:
    """Return all figures beside those of `baseline`."""
    columns = [
        SheetColumn("Figure", 26),
        SheetColumn("Unit", 8),
        SheetColumn("Plan", 16, NUMBER),
        SheetColumn("One by one", 16, NUMBER),
        SheetColumn("Difference", 16, NUMBER),
        SheetColumn("Difference in %", 16, NUMBER),
        SheetColumn("Meaning", 48),
    ]
    pairs = compared(
        measure(handover.scenario, handover.schedule), measure(handover.scenario, baseline)
    )
    return columns, (
        (
            pair.row.label,
            pair.row.unit,
            _known(pair.row.value),
            _known(pair.baseline.value),
            pair.difference,
            pair.percent,
            pair.row.meaning,
        )
        for pair in pairs
    )


def placements(handover: Handover) -> Table:
    """Return what each machine makes, in order: a row is an order in a batch."""
    columns = [
        SheetColumn("Machine", 16),
        SheetColumn("Batch", 7, WHOLE),
        SheetColumn("Position", 9, WHOLE),
        _time(handover, "Changeover start"),
        _time(handover, "Start"),
        _time(handover, "End"),
        SheetColumn("Family", 18),
        SheetColumn("Order", 16),
        *_route_columns(handover),
        SheetColumn("Product", 20),
        SheetColumn("Quantity", 10, NUMBER),
        SheetColumn("Unit", 7),
        _time(handover, "Due"),
        SheetColumn("Minutes late", 9, NUMBER),
        SheetColumn("Customer", 18),
        SheetColumn("Note", 24),
    ]
    return columns, _placements(handover)


def _placements(handover: Handover) -> Iterator[Sequence[Cell]]:
    for machine in handover.scenario.machine:
        for number, batch, run in handover.batches(machine):
            for position, placement in enumerate(batch.placements, start=1):
                order = _order(handover, placement.operation)
                change = run.start if run is not None and position == 1 else None
                yield (
                    machine,
                    number,
                    position,
                    _at(handover, change),
                    _at(handover, placement.start),
                    _at(handover, placement.end),
                    batch.family,
                    order.name,
                    *_route_cells(handover, placement.operation),
                    order.product,
                    order.quantity,
                    order.unit,
                    _wanted(handover, order),
                    _late(handover, order, placement.end),
                    order.customer,
                    order.note,
                )


def batches(handover: Handover) -> Table:
    """Return a row per batch."""
    columns = [
        SheetColumn("Machine", 16),
        SheetColumn("Batch", 7, WHOLE),
        SheetColumn("Family", 18),
        _time(handover, "Start"),
        _time(handover, "End"),
        SheetColumn("Orders", 8, WHOLE),
        *(
            SheetColumn(f"Size, {dimension.name}", 12, NUMBER)
            for dimension in _dimensions(handover)
        ),
        SheetColumn("Changeover minutes", 12, NUMBER),
        SheetColumn("Changeover cost", 12, WHOLE),
    ]
    return columns, _batches(handover)


def _batches(handover: Handover) -> Iterator[Sequence[Cell]]:
    scenario = handover.scenario
    for machine in scenario.machine:
        for number, batch, run in handover.batches(machine):
            sizes = [scenario.operation[name].sizes for name in batch.operations]
            yield (
                machine,
                number,
                batch.family,
                _at(handover, batch.start),
                _at(handover, batch.end),
                len(batch.placements),
                *(
                    Decimal(sum(size[k] for size in sizes)).scaleb(-dimension.decimals)
                    for k, dimension in enumerate(_dimensions(handover))
                ),
                0 if run is None else run.minutes / scenario.clock.units_per_minute,
                0 if run is None else run.cost,
            )


def orders(handover: Handover) -> Table:
    """Return a row per operation, in the order of the file, the unplanned ones with the reason."""
    columns = [
        SheetColumn("Order", 16),
        *_route_columns(handover),
        SheetColumn("Product", 20),
        SheetColumn("Family", 18),
        SheetColumn("Quantity", 10, NUMBER),
        SheetColumn("Unit", 7),
        _time(handover, "Due"),
        SheetColumn("Machine", 16),
        _time(handover, "Start"),
        _time(handover, "End"),
        SheetColumn("Minutes late", 9, NUMBER),
        SheetColumn("Status", 11),
        SheetColumn("Reason", 40),
        SheetColumn("Customer", 18),
    ]
    return columns, _orders(handover)


def _orders(handover: Handover) -> Iterator[Sequence[Cell]]:
    reasons = {item.operation: item.reason for item in handover.schedule.unplanned}
    places = {p.operation: (b, p) for b in handover.schedule.batches for p in b.placements}
    for name, operation in handover.scenario.operation.items():
        order = _order(handover, name)
        batch, place = places.get(name, (None, None))
        yield (
            order.name,
            *_route_cells(handover, name),
            order.product,
            operation.family,
            order.quantity,
            order.unit,
            _wanted(handover, order),
            None if batch is None else batch.machine,
            None if place is None else _at(handover, place.start),
            None if place is None else _at(handover, place.end),
            None if place is None else _late(handover, order, place.end),
            "unplanned" if place is None else "planned",
            reasons.get(name),
            order.customer,
        )


def changeovers(handover: Handover) -> Table:
    """Return a row per changeover."""
    columns = [
        SheetColumn("Machine", 16),
        SheetColumn("Before batch", 9, WHOLE),
        SheetColumn("From", 18),
        SheetColumn("To", 18),
        _time(handover, "Start"),
        _time(handover, "End"),
        SheetColumn("Minutes", 10, NUMBER),
        SheetColumn("Cost", 10, WHOLE),
    ]
    per_minute = handover.scenario.clock.units_per_minute
    return columns, (
        (
            run.machine,
            run.before,
            run.from_family,
            run.to_family,
            _at(handover, run.start),
            _at(handover, run.end),
            run.minutes / per_minute,
            run.cost,
        )
        for run in handover.changeovers.values()
    )


def upkeep(handover: Handover) -> Table:
    """Return a row per upkeep that is done."""
    columns = [
        SheetColumn("Machine", 16),
        SheetColumn("Upkeep", 18),
        _time(handover, "Start"),
        _time(handover, "End"),
        SheetColumn("Sets up", 18),
        SheetColumn("Minutes", 10, NUMBER),
        SheetColumn("Cost", 10, WHOLE),
    ]
    return columns, _upkeep(handover)


def _upkeep(handover: Handover) -> Iterator[Sequence[Cell]]:
    scenario = handover.scenario
    for machine in scenario.machine:
        known = {upkeep.name: upkeep for upkeep in scenario.upkeeps_of(machine)}
        for planned in handover.schedule.upkeeps_on(machine):
            wanted = known[planned.name]
            yield (
                machine,
                planned.name,
                _at(handover, planned.start),
                _at(handover, planned.end),
                wanted.sets_up,
                wanted.units / scenario.clock.units_per_minute,
                wanted.cost,
            )


def next_upkeep(handover: Handover) -> Table:
    """Return the figures of each upkeep of each machine: how often, and when it is due next."""
    found = measure(handover.scenario, handover.schedule).upkeep
    listed = [upkeep_rows(each) for each in found]
    heads = [f"{row.label}, {row.unit}" if row.unit else row.label for row in (listed or [()])[0]]
    columns = [SheetColumn("Machine", 16), SheetColumn("Upkeep", 18)]
    columns += [SheetColumn(head, 13, NUMBER) for head in heads]
    return columns, (
        (each.machine, each.upkeep, *(_known(row.value) for row in rows))
        for each, rows in zip(found, listed, strict=True)
    )


def machines(handover: Handover) -> Table:
    """Return the figures of each machine, a row per machine."""
    found = measure(handover.scenario, handover.schedule).machines
    listed = [machine_rows(machine) for machine in found]
    heads = listed[0] if listed else ()
    columns = [SheetColumn("Machine", 16)]
    columns += [
        SheetColumn(f"{row.label}, {row.unit}" if row.unit else row.label, 13, NUMBER)
        for row in heads
    ]
    return columns, (
        (machine.machine, *(_known(row.value) for row in rows))
        for machine, rows in zip(found, listed, strict=True)
    )


def assumptions(handover: Handover) -> Table:
    """Return what was not given and is taken for granted."""
    told = handover.scenario.assumptions or ("none: everything was given",)
    return [SheetColumn("Assumption", 110)], ((text,) for text in told)


def certificate(handover: Handover) -> Table:
    """Return what the workbook is of, and what the checker says to each rule."""
    columns = [SheetColumn("Fact or rule", 24), SheetColumn("Answer", 110)]
    return columns, _certificate(handover)


def _certificate(handover: Handover) -> Iterator[Sequence[Cell]]:
    yield from handover.facts.items()
    for rule in RULES:
        broken = [v for v in handover.violations if v.rule == rule.__name__]
        counted = f"{len(broken)} violation{'' if len(broken) == 1 else 's'}"
        yield rule.__name__, counted if broken else "kept"
        yield from (("", str(violation)) for violation in broken[:1000])


def stages(handover: Handover) -> Table:
    """Return the figures of each stage of the routes, a row per stage."""
    found = measure(handover.scenario, handover.schedule).stages
    listed = [stage_rows(stage) for stage in found]
    heads = [f"{row.label}, {row.unit}" if row.unit else row.label for row in (listed or [()])[0]]
    columns = [SheetColumn("Stage", 7, WHOLE), SheetColumn("Step", 18), SheetColumn("Machines", 30)]
    columns += [SheetColumn(head, 13, NUMBER) for head in heads]
    return columns, (
        (stage.stage, stage.step, ", ".join(stage.machines), *(_known(row.value) for row in rows))
        for stage, rows in zip(found, listed, strict=True)
    )


def resources(handover: Handover) -> Table:
    """Return the figures of each resource, a row per resource."""
    found = measure(handover.scenario, handover.schedule).resources
    listed = [resource_rows(resource) for resource in found]
    heads = [f"{row.label}, {row.unit}" if row.unit else row.label for row in (listed or [()])[0]]
    columns = [SheetColumn("Resource", 18), *(SheetColumn(head, 13, NUMBER) for head in heads)]
    return columns, (
        (resource.resource, *(_known(row.value) for row in rows))
        for resource, rows in zip(found, listed, strict=True)
    )


def _route_columns(handover: Handover) -> list[SheetColumn]:
    if not has_places(handover.scenario):
        return []
    return [SheetColumn("Stage", 7, WHOLE), SheetColumn("Step", 14), SheetColumn("Lot", 7, WHOLE)]


def _route_cells(handover: Handover, name: str) -> tuple[Cell, ...]:
    if not has_places(handover.scenario):
        return ()
    operation = handover.scenario.operation[name]
    return operation.stage or None, operation.step or None, operation.lot or None


def _time(handover: Handover, heading: str) -> SheetColumn:
    shown = TIME if handover.scenario.clock.time_unit == "minute" else f"{TIME}:ss"
    return SheetColumn(f"{heading} ({handover.scenario.clock.time_zone})", 17, shown)


def _at(handover: Handover, units: int | None) -> datetime | None:
    return None if units is None else handover.scenario.clock.local(units)


def _wanted(handover: Handover, order: Order) -> datetime | None:
    """Return when an order is due; the end of a day as the last minute of that day."""
    if order.due is None:
        return None
    clock = handover.scenario.clock
    shift = timedelta(minutes=1) if clock.day_ended(order.due) else timedelta()
    return clock.local(order.due) - shift


def _late(handover: Handover, order: Order, end: int) -> float | None:
    if order.due is None:
        return None
    return max(0, end - order.due) / handover.scenario.clock.units_per_minute


def _known(value: Cell) -> Cell:
    return NOT_AVAILABLE if value is None else value


def _order(handover: Handover, operation: str) -> Order:
    return handover.scenario.order[handover.scenario.operation[operation].order]


def _dimensions(handover: Handover) -> Sequence[Dimension]:
    return handover.scenario.dimensions
