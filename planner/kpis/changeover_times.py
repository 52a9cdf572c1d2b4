"""When machines change over and are kept up, as shown in charts and exports."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.calendars import Window, open_parts, units_before
from planner.domain import Changeover, Machine, Scenario
from planner.schedule import Batch, PlannedUpkeep, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeoverRun:
    """One changeover during `[start, end)`, directly before batch number `before` of its machine.

    Batches count from 1 in order of start. `minutes` are working units; on a machine that pauses
    the interval may hold closed time too.
    """

    machine: str
    from_family: str
    to_family: str
    start: int
    end: int
    minutes: int
    cost: int
    before: int


def changeovers_of(scenario: Scenario, schedule: Schedule) -> tuple[ChangeoverRun, ...]:
    """Return all changeovers: to another family, or with time or cost within one family."""
    return tuple(run for m in scenario.machines for run in changeovers_on(scenario, schedule, m))


def changeovers_on(
    scenario: Scenario, schedule: Schedule, machine: Machine
) -> Iterator[ChangeoverRun]:
    """Yield the changeovers of `machine` in order of start."""
    for number, (family, batch) in enumerate(set_up_before(scenario, schedule, machine), start=1):
        change = scenario.changeover(machine.name, family, batch.family)
        # One that is not possible is for the checker to tell; it is counted, and takes nothing.
        minutes, cost = change or Changeover(0, 0)
        if family is not None and (family != batch.family or minutes or cost or not change):
            yield ChangeoverRun(
                machine=machine.name,
                from_family=family,
                to_family=batch.family,
                start=changeover_begin(machine, batch.start, minutes),
                end=batch.start,
                minutes=minutes,
                cost=cost,
                before=number,
            )


def set_up_before(
    scenario: Scenario, schedule: Schedule, machine: Machine
) -> Iterator[tuple[str | None, Batch]]:
    """Yield the batches of `machine`, each with what it is changed over from; None if not known."""
    sets_up = {upkeep.name: upkeep.sets_up for upkeep in scenario.upkeeps_of(machine.name)}
    family = machine.initial_family
    for step in schedule.steps_on(machine.name):
        if isinstance(step, PlannedUpkeep):
            family = sets_up.get(step.name) or family
        else:
            yield family, step
            family = step.family


def worked_parts(scenario: Scenario, run: ChangeoverRun | PlannedUpkeep) -> tuple[Window, ...]:
    """Return when a changeover or upkeep is worked at: its interval without closed time inside.

    All of it, where the machine never opens in between: a schedule that breaks its calendar.
    """
    machine = scenario.machine[run.machine]
    parts = open_parts(machine.windows, run.start, run.end) if machine.pausable else ()
    return parts or (Window(run.start, run.end),)


def changeover_begin(machine: Machine, end: int, minutes: int) -> int:
    """Return when the last `minutes` working units of `machine` before `end` begin."""
    if not machine.pausable:
        return end - minutes
    return units_before(machine.windows, end, minutes)
