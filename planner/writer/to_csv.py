"""A schedule as CSV: a row is an operation, in order of machine, batch and position.

Upkeep has rows of its own, before those of the batch that it comes before.
"""

import csv
import io
from collections.abc import Iterator, Mapping

from planner.domain import Duration, Operation, Order, Process, Scenario
from planner.kpis import ChangeoverRun, Ways, changeovers_of, has_places, machines_of
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule
from planner.writer.cell_text import harmless, local_time, minutes
from planner.writer.handover import Handover

COLUMNS = (
    "order_id",
    "product",
    "family",
    "quantity",
    "unit",
    "machine",
    "batch",
    "position",
    "changeover_start",
    "start",
    "end",
    "due",
    "minutes_late",
    "status",
    "reason",
    "customer",
    "note",
    "operation",
    "start_units",
    "end_units",
    "scenario",
    "run",
    "time_zone",
    "certificate",
)

# Where a row stands on its order's route; written where anything has one.
ROUTE = ("stage", "step", "lot", "lots", "comes_from", "goes_to")

# What planning an uploaded export again needs; written where the orders have it.
PINS = ("pinned_machine", "pinned_start")
RUN_TIMES = ("duration_minutes", "min_minutes", "max_minutes")
BOUNDS = ("release", "deadline", "priority", "eligible_machines")

Row = dict[str, str]


def schedule_csv(scenario: Scenario, schedule: Schedule, *, run: str = "") -> str:
    """Return `schedule` as CSV with local times.

    `changeover_start` stands on the first row of a batch, `minutes_late` is never negative. What
    the planner did not know in the order file comes out as it went in, behind the other columns.
    """
    extra, again = _extra_columns(scenario), _columns_to_plan_again(scenario)
    facts = _facts(Handover(scenario=scenario, schedule=schedule, run=run))
    text = io.StringIO(newline="")
    route = ROUTE if has_places(scenario) else ()
    out = csv.DictWriter(
        text,
        [*COLUMNS, *route, *again, *map(harmless, extra.values())],
        restval="",
        extrasaction="ignore",
    )
    out.writeheader()
    for row, order in _rows(scenario, schedule):
        given = () if order is None else order.extra
        known = {harmless(extra[name]): harmless(value) for name, value in given}
        own = row if route else {name: cell for name, cell in row.items() if name not in ROUTE}
        out.writerow({**known, **own, **facts})
    return text.getvalue()


def _facts(handover: Handover) -> Row:
    """Return what the file is of, the same in every row: a table has no other place for it."""
    facts = handover.facts
    return {
        "scenario": harmless(facts["Scenario"]),
        "run": harmless(facts["Run"]),
        "time_zone": facts["Time zone"],
        "certificate": facts["Checker"],
    }


def _extra_columns(scenario: Scenario) -> Mapping[str, str]:
    """Return the heading here of each unknown column; a clash says where it is from."""
    names = dict.fromkeys(name for order in scenario.orders for name, _ in order.extra)
    taken = {*COLUMNS, *(ROUTE if has_places(scenario) else ()), *PINS, *RUN_TIMES, *BOUNDS}
    headings: dict[str, str] = {}
    for name in names:
        heading = name
        while heading in taken or heading in headings.values():
            heading += " (orders.csv)"
        headings[name] = heading
    return headings


def _columns_to_plan_again(scenario: Scenario) -> list[str]:
    """Return the columns of bounds and pins if there are any, of sizes, and of run times.

    Run times are left out where they depend on the machine.
    """
    columns = _bounds_given(scenario)
    columns += [*PINS] if any(item.pin is not None for item in scenario.operations) else []
    columns += [f"size_{dimension.name}" for dimension in scenario.dimensions]
    times = {duration for item in scenario.operations for duration in _run_time(item)}
    if any(len(_run_time(item)) != 1 for item in scenario.operations):
        return columns
    columns += ["duration_minutes"] if any(time.maximum is None for time in times) else []
    bounded = any(time.maximum is not None for time in times)
    together = any(_is_of_a_load(scenario, item) for item in scenario.operations)
    columns += ["min_minutes"] if bounded or together else []
    return columns + (["max_minutes"] if bounded else [])


def _is_of_a_load(scenario: Scenario, operation: Operation) -> bool:
    """Tell whether the time of a lot is that of the load it goes in, not its share of the order."""
    machines = (scenario.machine[name] for name in operation.durations)
    return bool(operation.lot) and all(m.process is not Process.SERIAL for m in machines)


def _run_time(operation: Operation) -> frozenset[Duration]:
    return frozenset(operation.durations.values())


def _cells_to_plan_again(scenario: Scenario, operation: Operation) -> Row:
    clock, pin, times = scenario.clock, operation.pin, _run_time(operation)
    row = _bounds(scenario, operation)
    for dimension, size in zip(scenario.dimensions, operation.sizes, strict=True):
        row[f"size_{dimension.name}"] = dimension.shown(size)
    if pin is not None:
        start = "" if pin.start is None else local_time(clock, pin.start)
        row |= {"pinned_machine": harmless(pin.machine), "pinned_start": start}
    for minimum, maximum in times if len(times) == 1 else ():
        if maximum is None:
            is_of_load = _is_of_a_load(scenario, operation)
            row["min_minutes" if is_of_load else "duration_minutes"] = minutes(clock, minimum)
        else:
            row |= {"min_minutes": minutes(clock, minimum), "max_minutes": minutes(clock, maximum)}
    return row


def _bounds_given(scenario: Scenario) -> list[str]:
    """Return the columns of `BOUNDS` that say anything."""
    given = {
        "release": any(order.release for order in scenario.orders),
        "deadline": any(order.deadline is not None for order in scenario.orders),
        "priority": any(order.weight != 1 for order in scenario.orders),
        "eligible_machines": any(not _is_free(scenario, item) for item in scenario.operations),
    }
    return [name for name in BOUNDS if given[name]]


def _is_free(scenario: Scenario, operation: Operation) -> bool:
    """Return whether any machine may make it."""
    return len(operation.durations) == len(scenario.machines)


def _bounds(scenario: Scenario, operation: Operation) -> Row:
    """Return the cells of `BOUNDS`, empty where nothing is bound."""
    order, clock = scenario.order[operation.order], scenario.clock
    free = _is_free(scenario, operation)
    named = () if free else [name for name in scenario.machine if name in operation.durations]
    return {
        "release": local_time(clock, order.release) if order.release else "",
        "deadline": "" if order.deadline is None else local_time(clock, order.deadline),
        "priority": "" if order.weight == 1 else str(order.weight),
        "eligible_machines": harmless("|".join(named)),
    }


def _rows(scenario: Scenario, schedule: Schedule) -> Iterator[tuple[Row, Order | None]]:
    changeovers = {(run.machine, run.before): run for run in changeovers_of(scenario, schedule)}
    ways = Ways(scenario=scenario, schedule=schedule)
    for machine in scenario.machine:
        upkeeps = list(schedule.upkeeps_on(machine))
        for number, batch in enumerate(schedule.on(machine), start=1):
            while upkeeps and upkeeps[0].start < batch.start:
                yield _upkeep_cells(scenario, upkeeps.pop(0)), None
            run = changeovers.get((machine, number))
            for position, placement in enumerate(batch.placements, start=1):
                operation = scenario.operation[placement.operation]
                row = _order_cells(scenario, operation)
                row |= _planned_cells(scenario, batch, placement, run if position == 1 else None)
                row |= _cells_to_plan_again(scenario, operation) | _place_on_route(ways, operation)
                row |= {"batch": str(number), "position": str(position)}
                yield row, scenario.order[operation.order]
        for upkeep in upkeeps:
            yield _upkeep_cells(scenario, upkeep), None
    for item in schedule.unplanned:
        operation = scenario.operation[item.operation]
        row = _order_cells(scenario, operation)
        row |= _cells_to_plan_again(scenario, operation) | _place_on_route(ways, operation)
        row |= {"status": "unplanned", "reason": harmless(item.reason)}
        yield row, scenario.order[operation.order]


def _upkeep_cells(scenario: Scenario, upkeep: PlannedUpkeep) -> Row:
    return {
        "machine": harmless(upkeep.machine),
        "start": local_time(scenario.clock, upkeep.start),
        "end": local_time(scenario.clock, upkeep.end),
        "status": "upkeep",
        "operation": harmless(upkeep.name),
        "start_units": str(upkeep.start),
        "end_units": str(upkeep.end),
    }


def _order_cells(scenario: Scenario, operation: Operation) -> Row:
    order = scenario.order[operation.order]
    return {
        "order_id": harmless(order.name),
        "product": harmless(order.product),
        "family": harmless(operation.family),
        "quantity": "" if order.quantity is None else f"{order.quantity:f}",
        "unit": harmless(order.unit),
        "due": "" if order.due is None else local_time(scenario.clock, order.due),
        "customer": harmless(order.customer),
        "note": harmless(order.note),
        "operation": harmless(operation.name),
    }


def _place_on_route(ways: Ways, operation: Operation) -> Row:
    """Return where it stands on its route and which lot it is; empty where it is whole."""
    lots = max(other.lot for other in ways.scenario.operations_of[operation.order])
    return {
        "stage": str(operation.stage) if operation.stage else "",
        "step": harmless(operation.step),
        "lot": str(operation.lot) if operation.lot else "",
        "lots": str(lots) if operation.lot else "",
        "comes_from": harmless(machines_of(ways.before(operation.name))),
        "goes_to": harmless(machines_of(ways.following(operation.name))),
    }


def _planned_cells(
    scenario: Scenario, batch: Batch, placement: Placement, changeover: ChangeoverRun | None
) -> Row:
    clock = scenario.clock
    due = scenario.order[scenario.operation[placement.operation].order].due
    return {
        "family": harmless(batch.family),
        "machine": harmless(batch.machine),
        "changeover_start": "" if changeover is None else local_time(clock, changeover.start),
        "start": local_time(clock, placement.start),
        "end": local_time(clock, placement.end),
        "minutes_late": "" if due is None else minutes(clock, max(0, placement.end - due)),
        "status": "planned",
        "start_units": str(placement.start),
        "end_units": str(placement.end),
    }
