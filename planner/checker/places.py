"""A schedule laid over its scenario, batch by batch with its upkeep, for the rules to look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.domain import Changeover, HandOn, Machine, Operation, Scenario, Upkeep
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule

# Times beyond a century are shown as numbers: the calendar may not reach that far.
_SHOWN_UNITS = 100 * 366 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, and where; whose rule it breaks is said by who looked.

    `batch` counts the machine's batches from 1 in order of start; `at` is the time in units from
    the scenario's start; `short_by` says by how many units (of time, or of the dimension) the rule
    is missed, where that is a number.
    """

    message: str
    machine: str | None = None
    batch: int | None = None
    operations: tuple[str, ...] = ()
    at: int | None = None
    short_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation(Fault):
    """A fault with the name of the rule that it breaks."""

    rule: str

    def __str__(self) -> str:
        place = "" if self.machine is None else f"{self.machine}, "
        place += "" if self.batch is None else f"batch {self.batch}, "
        return f"{self.rule}: {place}{self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A batch where it stands: its number on its machine and what was there before it."""

    batch: Batch
    number: int
    free: int  # when the machine's earlier batches and its upkeep have ended
    follows: bool  # whether there is anything before it
    upkept: bool  # whether there is upkeep directly before it
    before: str | None  # what the machine was set up for; None where that is not known
    changeover: int  # working units of the changeover before the batch
    possible: bool  # whether there is such a changeover at all
    machine: Machine | None
    placed: tuple[tuple[Placement, Operation], ...]  # without unknown operations

    def breaks(
        self, message: str, *names: str, at: int | None = None, short_by: int | None = None
    ) -> Fault:
        """Return the fault here, of the operations `names` or of all of them."""
        return Fault(
            message=message,
            machine=self.batch.machine,
            batch=self.number,
            operations=names or self.batch.operations,
            at=self.batch.start if at is None else at,
            short_by=short_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepPlace:
    """An upkeep where it stands: what the machine needs, None if it has no such upkeep."""

    planned: PlannedUpkeep
    free: int  # when the machine's earlier batches and upkeep have ended
    follows: bool  # whether there is anything before it
    machine: Machine | None
    upkeep: Upkeep | None

    def breaks(self, message: str, *, at: int | None = None, short_by: int | None = None) -> Fault:
        """Return the fault here."""
        return Fault(
            message=f"{self.planned.name} {message}",
            machine=self.planned.machine,
            at=self.planned.start if at is None else at,
            short_by=short_by,
        )


@dataclass(frozen=True, kw_only=True)  # no slots: the completions are cached
class Layout:
    """A schedule on its scenario: every step machine by machine, unknown machines too."""

    scenario: Scenario
    schedule: Schedule
    steps: tuple[Place | UpkeepPlace, ...]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Return the batches."""
        return tuple(step for step in self.steps if isinstance(step, Place))

    @cached_property
    def upkeeps(self) -> tuple[UpkeepPlace, ...]:
        """Return the upkeeps."""
        return tuple(step for step in self.steps if isinstance(step, UpkeepPlace))

    @cached_property
    def steps_of(self) -> Mapping[str, list[Place | UpkeepPlace]]:
        """Return the steps of each known machine, in order of start; all machines are there."""
        found: dict[str, list[Place | UpkeepPlace]] = {name: [] for name in self.scenario.machine}
        for step in self.steps:
            if step.machine is not None:
                found[step.machine.name].append(step)
        return found

    @cached_property
    def completions(self) -> Mapping[str, int]:
        """Return when each planned operation completes: with its batch where that is handed on."""
        return {
            placement.operation: place.batch.end
            if place.machine is not None and place.machine.hand_on == HandOn.BATCH
            else placement.end
            for place in self.places
            for placement in place.batch.placements
        }

    def shown(self, units: int) -> str:
        """Return the local time in words, or the plain number if it is no time of the scenario."""
        if 0 <= units <= min(self.scenario.horizon, _SHOWN_UNITS):
            return f"{self.scenario.clock.local(units):%a %Y-%m-%d %H:%M}"
        return f"time {units}"


def layout_of(scenario: Scenario, schedule: Schedule) -> Layout:
    """Lay `schedule` over `scenario`."""
    machines = dict.fromkeys(
        step.machine for steps in (schedule.batches, schedule.upkeeps) for step in steps
    )
    steps = (step for name in machines for step in _steps_on(scenario, schedule, name))
    return Layout(scenario=scenario, schedule=schedule, steps=tuple(steps))


def _steps_on(scenario: Scenario, schedule: Schedule, name: str) -> Iterator[Place | UpkeepPlace]:
    """Yield the batches and upkeeps of one machine in order of start."""
    machine = scenario.machine.get(name)
    upkeeps = {upkeep.name: upkeep for upkeep in scenario.upkeeps_of(name)}
    before = machine.initial_family if machine else None
    free, number, last = 0, 0, None
    for step in schedule.steps_on(name):
        place: Place | UpkeepPlace
        if isinstance(step, PlannedUpkeep):
            upkeep = upkeeps.get(step.name)
            place = UpkeepPlace(
                planned=step,
                free=free,
                follows=last is not None,
                machine=machine,
                upkeep=upkeep,
            )
            before = upkeep.sets_up if upkeep and upkeep.sets_up is not None else before
        else:
            number += 1
            place = _place(scenario, machine, step, (number, free, last, before))
            before = step.family
        yield place
        free, last = max(free, step.end), place


def _place(
    scenario: Scenario,
    machine: Machine | None,
    batch: Batch,
    behind: tuple[int, int, Place | UpkeepPlace | None, str | None],
) -> Place:
    """Return the place of a batch; `behind` are its number and what was there before it."""
    number, free, last, before = behind
    families = scenario.changeovers.index
    change: Changeover | None = Changeover(0, 0)
    if machine and batch.family in families and before in families:
        change = scenario.changeover(machine.name, before, batch.family)
    return Place(
        batch=batch,
        number=number,
        free=free,
        follows=last is not None,
        upkept=isinstance(last, UpkeepPlace),
        before=before,
        changeover=change.minutes if change else 0,
        possible=change is not None,
        machine=machine,
        placed=tuple(_known(scenario, batch.placements)),
    )


def _known(
    scenario: Scenario, placements: Iterable[Placement]
) -> Iterator[tuple[Placement, Operation]]:
    for placement in placements:
        operation = scenario.operation.get(placement.operation)
        if operation is not None:
            yield placement, operation
