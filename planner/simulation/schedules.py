"""A simulated run as a scenario and a schedule, which the checker and every screen can read."""

from dataclasses import replace

import numpy as np

from planner.arrays import NONE
from planner.calendars import Window
from planner.domain import Machine, Operation, Order, Scenario
from planner.schedule import Batch, Placement, Schedule, Unplanned
from planner.simulation import event_loop as kernels
from planner.simulation.arrivals import Arrivals
from planner.simulation.event_loop import Plant
from planner.simulation.laboratory import Run
from planner.simulation.plant import lay_out

NEVER_STARTED = "it fits no machine's open time or capacity in the simulation"


def scenario_of(scenario: Scenario, arrivals: Arrivals, plant: Plant | None = None) -> Scenario:
    """Return the scenario that `arrivals` make of `scenario`.

    Each arrival is an order released when it arrives. A policy knows no deadlines and no pins: a
    deadline becomes a due date, a pin stays only as its machine. Calendars go on after the horizon.
    """
    plant = plant or lay_out(scenario, arrivals)
    last = int(plant.window[:, kernels.CLOSES].max(initial=scenario.horizon))
    made = [
        _arrival(scenario, place, time, item, replayed=arrivals.replayed)
        for place, (time, item) in enumerate(
            zip(arrivals.times.tolist(), arrivals.items.tolist(), strict=True)
        )
    ]
    return replace(
        scenario,
        orders=tuple(order for order, _ in made),
        operations=tuple(operation for _, operation in made),
        machines=tuple(_open_for_longer(m, k, plant) for k, m in enumerate(scenario.machines)),
        horizon=last,
    )


def schedule_of(run: Run, made: Scenario | None = None) -> tuple[Scenario, Schedule]:
    """Return the scenario that the run's arrivals make (or `made`), and the run as a schedule."""
    made = made or scenario_of(run.scenario, run.arrivals, run.plant)
    names = [operation.name for operation in made.operations]
    contents: list[list[Placement]] = [[] for _ in range(len(run.batches))]
    times = zip(names, run.batch.tolist(), run.start.tolist(), run.end.tolist(), strict=True)
    for name, batch, start, end in times:
        if batch != NONE:
            contents[batch].append(Placement(operation=name, start=start, end=end))
    batches = tuple(
        _batch(made, row, placements)
        for row, placements in zip(run.batches.tolist(), contents, strict=True)
    )
    waiting = np.flatnonzero(run.batch == NONE).tolist()
    return made, Schedule(
        batches=batches,
        unplanned=tuple(Unplanned(operation=names[i], reason=NEVER_STARTED) for i in waiting),
    )


def _arrival(
    scenario: Scenario, place: int, time: int, item: int, *, replayed: bool
) -> tuple[Order, Operation]:
    operation = scenario.operations[item]
    order = scenario.order[operation.order]
    name = operation.name if replayed else f"{operation.name} #{place + 1}"
    wanted = [each for each in (order.due, order.deadline) if each is not None]
    due = time + min(wanted) - order.release if wanted else None
    durations = operation.durations
    if operation.pin is not None:
        durations = {operation.pin.machine: durations[operation.pin.machine]}
    arrived = replace(
        order,
        name=order.name if replayed else name,
        release=time,
        due=due,
        deadline=None,
    )
    return arrived, replace(
        operation, name=name, order=arrived.name, durations=durations, pin=None, current=None
    )


def _open_for_longer(machine: Machine, k: int, plant: Plant) -> Machine:
    first, last = plant.machine[k, [kernels.FIRST_WINDOW, kernels.LAST_WINDOW]]
    rows = plant.window[first:last].tolist()
    return replace(machine, windows=tuple(Window(start, end) for start, end, _ in rows))


def _batch(made: Scenario, row: list[int], placements: list[Placement]) -> Batch:
    return Batch(
        machine=made.machines[row[kernels.ON]].name,
        family=made.changeovers.families[row[kernels.OF_FAMILY]],
        start=row[kernels.BEGIN],
        end=row[kernels.FINISH],
        placements=tuple(sorted(placements, key=lambda placement: placement.start)),
    )
