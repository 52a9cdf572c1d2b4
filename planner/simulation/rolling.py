"""The rolling plan: re-plan the known orders every so often, with started work pinned.

The method of a rolling horizon (Baker 1977). Not compiled: each re-plan is a `planner.plan`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from planner.arrays import NONE
from planner.calendars import Window, open_units
from planner.domain import Machine, Operation, Order, Pin, Scenario
from planner.errors import PlannerError, ScheduleError
from planner.planning import plan
from planner.schedule import Batch, Schedule
from planner.simulation import event_loop as kernels
from planner.simulation.arrivals import Arrivals
from planner.simulation.event_loop import Plant
from planner.simulation.laboratory import Run
from planner.simulation.measures import measured
from planner.simulation.plant import facts_of, initial_families, lay_out, under
from planner.simulation.policies import OneByOne
from planner.simulation.schedules import scenario_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingPlan:
    """Plan what has arrived every `minutes`, with `work` units of search each time.

    What has begun, its changeover included, stays; the rest is free again at the next plan. `work`
    rather than seconds, so that the same seed gives the same schedule.
    """

    minutes: float = 240
    work: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.minutes > 0:
            raise PlannerError(f"minutes = {self.minutes}; give more than 0")

    @property
    def name(self) -> str:
        """Return the policy with its settings, in words."""
        return f"rolling plan every {self.minutes:g} min"

    def run(self, scenario: Scenario, arrivals: Arrivals) -> Run:
        """Return the run; `planner.simulation.schedules.schedule_of` makes it a schedule."""
        plant = lay_out(scenario, arrivals)
        made = scenario_of(scenario, arrivals, plant)
        schedule = self.schedule(made)
        return _as_run(self.name, scenario, made, arrivals, plant, schedule)

    def schedule(self, made: Scenario) -> Schedule:
        """Return what is run of `made`, in which orders become known at their releases."""
        step = max(1, round(self.minutes * made.clock.units_per_minute))
        waiting = sorted(made.operations, key=lambda each: made.order[each.order].release)
        floor = _Floor(made)
        now = 0
        while waiting or floor.free:
            arrival = made.order[waiting[0].order].release if waiting else now
            if not floor.free and arrival > now:
                now = -(-arrival // step) * step
            while waiting and made.order[waiting[0].order].release <= now:
                operation = waiting.pop(0)
                floor.free[operation.name] = operation
            until = now + step if waiting else made.horizon + 1
            result = plan(
                floor.known(now), work=self.work, workers=1, seed=self.seed, method="search"
            )
            floor.advance(_needed(result.schedule), until)
            if not waiting:
                break
            now = until
        return floor.so_far()


class _Floor:
    """What has happened so far: finished batches, running ones, and operations still free."""

    def __init__(self, made: Scenario) -> None:
        self.made = made
        self.free: dict[str, Operation] = {}
        self.done: dict[str, list[Batch]] = {machine.name: [] for machine in made.machines}
        self.running: dict[str, Batch] = {}
        self.left_over: Schedule = Schedule()

    def known(self, now: int) -> Scenario:
        """Return the scenario to plan at `now`: running work pinned, the rest from now on."""
        made = self.made
        pinned = [each for batch in self.running.values() for each in _pinned(made, batch)]
        operations = (*pinned, *self.free.values())
        orders = tuple(
            _not_before(made.order[each.order], now) if each.pin is None else made.order[each.order]
            for each in operations
        )
        machines = tuple(self._from(machine, now) for machine in made.machines)
        return replace(made, orders=orders, operations=operations, machines=machines)

    def advance(self, schedule: Schedule, until: int) -> None:
        """Keep what begins before `until`."""
        self.running.clear()
        for machine in self.made.machines:
            for batch in schedule.on(machine.name):
                if machine.name in self.running or not self._has_begun(machine, batch, until):
                    break
                self._begin(batch, until)
        self.left_over = schedule

    def so_far(self) -> Schedule:
        """Return everything that has begun."""
        batches = [batch for done in self.done.values() for batch in done]
        unplanned = (each for each in self.left_over.unplanned if each.operation in self.free)
        return Schedule(
            batches=(*batches, *self.running.values()),
            unplanned=tuple(unplanned),
        )

    def _begin(self, batch: Batch, until: int) -> None:
        for name in batch.operations:
            self.free.pop(name, None)
        if batch.end <= until:
            self.done[batch.machine].append(batch)
        else:
            self.running[batch.machine] = batch

    def _has_begun(self, machine: Machine, batch: Batch, until: int) -> bool:
        last = self.done[machine.name][-1].family if self.done[machine.name] else None
        before = last or machine.initial_family
        change = self.made.changeover(machine.name, before, batch.family)
        minutes = change.minutes if change else 0
        return batch.start < until or open_units(machine.windows, until, batch.start) < minutes

    def _from(self, machine: Machine, now: int) -> Machine:
        """Return `machine` set up as it was left, open from when it is free."""
        done = self.done[machine.name]
        family = done[-1].family if done else machine.initial_family
        free = now if machine.name not in self.running else (done[-1].end if done else 0)
        windows = (Window(max(start, free), end) for start, end in machine.windows if end > free)
        return replace(machine, windows=tuple(windows), initial_family=family)


def _pinned(made: Scenario, batch: Batch) -> Iterable[Operation]:
    for placement in batch.placements:
        operation = made.operation[placement.operation]
        pin = Pin(machine=batch.machine, start=placement.start)
        yield replace(operation, pin=pin)


def _not_before(order: Order, now: int) -> Order:
    return replace(order, release=max(order.release, now))


def _needed(schedule: Schedule | None) -> Schedule:
    if schedule is None:
        raise ScheduleError("the known orders could not be planned again")
    return schedule


def _as_run(
    name: str,
    scenario: Scenario,
    made: Scenario,
    arrivals: Arrivals,
    plant: Plant,
    schedule: Schedule,
) -> Run:
    rules = OneByOne().rules(facts_of(scenario))
    plant = under(plant, rules, 0, initial_families(scenario))
    # A plan has no largest batch of its own; the capacities are those of the machines.
    plant.rule[:, kernels.MOST] = max((len(b.placements) for b in schedule.batches), default=1)
    _write(plant, made, schedule)
    return Run(
        scenario=scenario,
        arrivals=arrivals,
        policy=name,
        start=plant.order[:, kernels.START],
        end=plant.order[:, kernels.END],
        batch=plant.order[:, kernels.IN_BATCH],
        batches=plant.batch[: len(schedule.batches)],
        plant=plant,
        measures=measured(scenario, plant, arrivals.warm_up),
    )


def _write(plant: Plant, made: Scenario, schedule: Schedule) -> None:
    """Write a schedule into the arrays of a run."""
    row = {operation.name: index for index, operation in enumerate(made.operations)}
    families = made.changeovers.index
    number = 0
    plant.order[:, kernels.IN_BATCH] = NONE
    for k, machine in enumerate(made.machines):
        before = int(plant.run[k, kernels.SET_UP])
        for batch in schedule.on(machine.name):
            family = families[batch.family]
            change = int(plant.minutes[plant.machine[k, kernels.GROUP], before, family])
            held = len(batch.placements)
            facts = (k, family, before, batch.start, batch.end, change, held)
            plant.batch[number] = np.array(facts)
            for placement in batch.placements:
                place = row[placement.operation]
                plant.order[place, [kernels.IN_BATCH, kernels.START, kernels.END]] = (
                    number,
                    placement.start,
                    placement.end,
                )
            before = family
            number += 1
    plant.total[kernels.BATCHES] = number


def rolling_named(text: str) -> RollingPlan:
    """Return the rolling plan that a text such as `rolling:240` names.

    >>> rolling_named("rolling:120").name
    'rolling plan every 120 min'
    """
    name, _, minutes = text.partition(":")
    try:
        return RollingPlan(minutes=float(minutes)) if minutes else RollingPlan()
    except ValueError as error:
        raise PlannerError(f"{name}:{minutes} is not rolling:MINUTES") from error
