"""A schedule with everything a page says about it: measured, checked, and how good it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.calendars import open_units
from planner.checker import Violation, check
from planner.domain import Order, Scenario
from planner.kpis import (
    ChangeoverRun,
    Kpis,
    ResourceUse,
    Ways,
    changeovers_of,
    measure,
    resource_uses,
)
from planner.schedule import Batch, Placement, Schedule
from ui.gantt.payload import Payload, payload


@dataclass(frozen=True, kw_only=True)  # no slots: each is found once, when it is asked for
class PlanFigures:
    """What follows from a schedule: figures, changeovers, uses of what machines share, and ways."""

    scenario: Scenario
    schedule: Schedule

    @cached_property
    def kpis(self) -> Kpis:
        """Return the figures."""
        return measure(self.scenario, self.schedule)

    @cached_property
    def changeovers(self) -> Mapping[str, ChangeoverRun]:
        """Return the changeovers by the key of the batch behind."""
        runs = changeovers_of(self.scenario, self.schedule)
        return {batch_key(run.machine, run.before): run for run in runs}

    @cached_property
    def uses(self) -> Mapping[tuple[str, int], tuple[ResourceUse, ...]]:
        """Return what each batch, by machine and number from 1, uses of what machines share."""
        found: dict[tuple[str, int], list[ResourceUse]] = {}
        for use in resource_uses(self.scenario, self.schedule):
            found.setdefault((use.machine, use.batch), []).append(use)
        return {key: tuple(uses) for key, uses in found.items()}

    @cached_property
    def ways(self) -> Ways:
        """Return the ways of all operations through the plant."""
        return Ways(scenario=self.scenario, schedule=self.schedule)


@dataclass(frozen=True, kw_only=True)  # no slots: the chart is made once, when it is looked at
class Plan:
    """A named schedule; `scenario` has the weights it was planned with.

    `version` is that of the stored scenario it is of. Where it was planned again, it goes on from
    `now`, in units, and `past` is what had been made by then. `measured` goes along where a plan
    gets another name, so that nothing is measured twice.
    """

    name: str
    scenario: Scenario
    schedule: Schedule
    measured: PlanFigures
    violations: tuple[Violation, ...]
    version: int | None = None
    now: int | None = None
    past: tuple[Batch, ...] = ()

    @cached_property
    def chart(self) -> Payload:
        """Return what the Gantt chart draws."""
        runs = self.changeovers.values()
        return payload(self.scenario, self.schedule, now=self.now, past=self.past, runs=runs)

    @property
    def kpis(self) -> Kpis:
        """Return the figures."""
        return self.measured.kpis

    @property
    def changeovers(self) -> Mapping[str, ChangeoverRun]:
        """Return the changeovers by the key of the batch behind."""
        return self.measured.changeovers

    @property
    def uses(self) -> Mapping[tuple[str, int], tuple[ResourceUse, ...]]:
        """Return what each batch, by machine and number from 1, uses of what machines share."""
        return self.measured.uses

    @property
    def ways(self) -> Ways:
        """Return the ways of all operations through the plant."""
        return self.measured.ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """One batch with what surrounds it. `slack` is in units to the earliest due date."""

    key: str
    number: int
    batch: Batch
    orders: tuple[tuple[Order, Placement], ...]
    changeover: ChangeoverRun | None
    slack: int | None


def plan_of(
    name: str,
    scenario: Scenario,
    schedule: Schedule,
    version: int | None = None,
    *,
    certified: bool = False,
) -> Plan:
    """Return a checked plan; one that the checker has just `certified` is not checked again.

    What follows from it is measured when it is asked for.
    """
    return Plan(
        name=name,
        scenario=scenario,
        schedule=schedule,
        measured=PlanFigures(scenario=scenario, schedule=schedule),
        violations=() if certified else check(scenario, schedule),
        version=version,
    )


def batch_key(machine: str, number: int) -> str:
    """Return the name of a batch in charts and addresses; batches of a machine count from 1."""
    return f"{machine}:{number}"


def numbered(scenario: Scenario, schedule: Schedule) -> Iterable[tuple[str, int, Batch]]:
    """Yield key, number and batch, machine by machine in order of start."""
    for machine in scenario.machines:
        for number, batch in enumerate(schedule.on(machine.name), start=1):
            yield batch_key(machine.name, number), number, batch


def selected(plan: Plan, key: str | None) -> Selected | None:
    """Return the batch called `key`, if the plan has it."""
    machine, _, text = (key or "").rpartition(":")
    batches = plan.schedule.on(machine)
    if not text.isdecimal() or not 1 <= int(text) <= len(batches):
        return None
    batch = batches[int(text) - 1]
    orders = tuple((order_of(plan.scenario, p.operation), p) for p in batch.placements)
    slacks = [order.due - placement.end for order, placement in orders if order.due is not None]
    return Selected(
        key=batch_key(machine, int(text)),
        number=int(text),
        batch=batch,
        orders=orders,
        changeover=plan.changeovers.get(batch_key(machine, int(text))),
        slack=min(slacks, default=None),
    )


def order_of(scenario: Scenario, operation: str) -> Order:
    """Return the order that `operation` belongs to."""
    return scenario.order[scenario.operation[operation].order]


def working_units(scenario: Scenario, batch: Batch) -> int:
    """Return how many units of `batch` the machine is open."""
    return open_units(scenario.machine[batch.machine].windows, batch.start, batch.end)


def least_changeover_hours(scenario: Scenario) -> float | None:
    """Return hours of changeover that no schedule with all these orders is below."""
    # Compiled packages are loaded only where a plan is shown.
    from planner.arrays import arrays_from
    from planner.bounds import least_changeover_minutes

    if not scenario.operations:
        return None
    return least_changeover_minutes(arrays_from(scenario)) / scenario.clock.units_per_hour


def hours_saved(plan: Kpis, baseline: Kpis) -> float:
    """Return how many hours of changeover `plan` saves against `baseline`."""
    return baseline.changeover_hours - plan.changeover_hours
