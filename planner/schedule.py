"""What is decided: batches and upkeep with machine, start and end; and what planning reports."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from planner.domain import Reference, Scenario, Stood, Weights
from planner.errors import ScheduleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """When one operation is in its machine: `[start, end)`."""

    operation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Operations of one family that a machine runs under one set-up, during `[start, end)`.

    The changeover before it is not part of it. `placements` are in order of start.
    """

    machine: str
    family: str
    start: int
    end: int
    placements: tuple[Placement, ...]

    @property
    def operations(self) -> tuple[str, ...]:
        """Return the names of its operations."""
        return tuple(placement.operation for placement in self.placements)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUpkeep:
    """When an upkeep of a machine, known by its name, is done: `[start, end)`."""

    machine: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """An operation that is in no batch, and why."""

    operation: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What has happened to one operation: begun, and ended unless it is still being made.

    Times in units from the scenario's start, which may be below 0. `quantity` and `scrapped` are
    what was made well and what was not, in the order's unit, None where that is not reported.
    """

    operation: str
    machine: str
    begun: int
    ended: int | None = None
    quantity: Decimal | None = None
    scrapped: Decimal | None = None

    def __post_init__(self) -> None:
        if self.ended is not None and self.ended < self.begun:
            raise ScheduleError(f"{self.operation} ended before it had begun")


@dataclass(frozen=True, kw_only=True)  # no slots: the look-up below is cached
class Schedule:
    """Everything decided."""

    batches: tuple[Batch, ...] = ()
    unplanned: tuple[Unplanned, ...] = ()
    upkeeps: tuple[PlannedUpkeep, ...] = ()

    @cached_property
    def _by_machine(self) -> Mapping[str, tuple[Batch, ...]]:
        lists: dict[str, list[Batch]] = {}
        for batch in sorted(self.batches, key=lambda batch: (batch.start, batch.end)):
            lists.setdefault(batch.machine, []).append(batch)
        return {machine: tuple(batches) for machine, batches in lists.items()}

    def on(self, machine: str) -> tuple[Batch, ...]:
        """Return the batches of `machine` in order of start."""
        return self._by_machine.get(machine, ())

    @cached_property
    def _upkeeps_by_machine(self) -> Mapping[str, tuple[PlannedUpkeep, ...]]:
        lists: dict[str, list[PlannedUpkeep]] = {}
        for upkeep in sorted(self.upkeeps, key=lambda upkeep: (upkeep.start, upkeep.end)):
            lists.setdefault(upkeep.machine, []).append(upkeep)
        return {machine: tuple(upkeeps) for machine, upkeeps in lists.items()}

    def upkeeps_on(self, machine: str) -> tuple[PlannedUpkeep, ...]:
        """Return the upkeeps of `machine` in order of start."""
        return self._upkeeps_by_machine.get(machine, ())

    def steps_on(self, machine: str) -> tuple[Batch | PlannedUpkeep, ...]:
        """Return batches and upkeeps of `machine` in order of start."""
        batches, upkeeps = self.on(machine), self.upkeeps_on(machine)
        if not upkeeps:
            return batches
        return tuple(sorted((*batches, *upkeeps), key=lambda step: (step.start, step.end)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The measured terms of the cost, before weighting; one field per weight.

    Times in the scenario's unit; `unplanned` counts operations; `tardiness`, `tardy_orders` and
    `flow_time` are sums over orders, each times the order's weight. `moved` counts planned
    operations that are elsewhere, or at another time, than in the scenario's reference schedule.
    """

    changeover_minutes: int = 0
    changeover_cost: int = 0
    processing_minutes: int = 0
    tardiness: int = 0
    tardy_orders: int = 0
    makespan: int = 0
    flow_time: int = 0
    moved: int = 0
    unplanned: int = 0

    def costs(self, weights: Weights, unplanned_penalty: int) -> Mapping[str, int]:
        """Return each term times its weight; their sum is the cost."""
        factors = {term.name: getattr(weights, term.name) for term in fields(Terms)}
        factors["unplanned"] = unplanned_penalty
        return {name: getattr(self, name) * factor for name, factor in factors.items()}

    def cost(self, scenario: Scenario) -> int:
        """Return the weighted sum that planning minimises."""
        return sum(self.costs(scenario.weights, scenario.unplanned_penalty).values())


def as_reference(schedule: Schedule, tolerance: int = 0) -> Reference:
    """Return a schedule as what moved operations are counted against; tolerance in time units."""
    stood = {
        placed.operation: Stood(batch.machine, placed.start)
        for batch in schedule.batches
        for placed in batch.placements
    }
    return Reference(stood=stood, tolerance=tolerance)


class Status(StrEnum):
    """What planning knows about its schedule."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    NO_SCHEDULE = "no schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One moment of planning: the best cost by then, its terms, and the best bound.

    `method` names what found it: a baseline, the local search, CP-SAT, a bound.
    """

    seconds: float
    cost: int
    bound: int | None
    terms: Terms
    method: str

    @property
    def gap(self) -> float | None:
        """Return the share of the cost that may still be saved; None without a bound."""
        return None if self.bound is None else gap(self.cost, self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What `planner.plan` found: the schedule, what it costs, and how good that is proven to be."""

    schedule: Schedule | None
    status: Status
    cost: int | None
    bound: int | None
    terms: Terms | None
    method: str
    seconds: float
    seconds_to_best: float
    seed: int
    improvements: tuple[Progress, ...] = ()
    baselines: Mapping[str, Schedule] | None = None

    @property
    def gap(self) -> float | None:
        """Return the share of the cost that may still be saved; None without a bound."""
        if self.cost is None or self.bound is None:
            return None
        return gap(self.cost, self.bound)


def gap(cost: int, bound: int) -> float:
    """Return how far `cost` may be from the best, as a share of `cost`.

    >>> gap(cost=200, bound=150)
    0.25
    """
    # Share of cost, not of bound: CP-SAT's own gap, and defined when the bound is 0.
    return (cost - bound) / cost if cost else 0.0
