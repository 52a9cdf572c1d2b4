"""A scenario with a schedule of it, and what is known of both: where changes begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.arrays import Arrays, Sequences, arrays_from
from planner.changes.kinds import PlanChange
from planner.domain import HandOn, IntArray, Scenario
from planner.kpis import ResourceUse, resource_uses, terms_of
from planner.routes import has_most_waits, without_most_waits
from planner.schedule import Batch, Placement, Schedule, Terms
from planner.search.decoding import encode
from planner.search.kernels import State
from planner.search.state import new_state
from planner.search.upkeep import softened

Times = Mapping[str, tuple[str, int, int]]  # machine, start and completion by operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What a schedule costs, and when each row of its arrays completes, NONE where it does not."""

    cost: int
    completion: IntArray


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Standing:
    """What a change begins with; kept between changes, what it has derived is not made twice.

    It times schedules in a state of its own, so no two threads may use one at once.
    """

    scenario: Scenario
    schedule: Schedule

    @cached_property
    def arrays(self) -> Arrays:
        """Return the dense view of the scenario."""
        return arrays_from(self.scenario)

    @cached_property
    def state(self) -> State:
        """Return a state of the compiled search for `arrays`, for whoever loads it next."""
        return new_state(self.arrays, seed=0)

    @cached_property
    def quick_state(self) -> State:
        """Return a state for `arrays` without most waits; `state` where there are none."""
        if self.knows_places:
            return self.state
        return new_state(without_most_waits(self.arrays), seed=0)

    @property
    def knows_places(self) -> bool:
        """Tell whether no most wait makes places that are priced quickly only likely ones."""
        return not has_most_waits(self.arrays)

    @cached_property
    def sequences(self) -> Sequences:
        """Return the batches of each machine as rows of `arrays`.

        Upkeep is planned anew where it follows from what stands around it.
        """
        given = encode(self.scenario, self.schedule)
        # A state is made only where there is upkeep.
        return softened(self.arrays, given) if self.scenario.upkeeps else given

    @cached_property
    def terms(self) -> Terms:
        """Return the measured terms of the cost."""
        return terms_of(self.scenario, self.schedule)

    @cached_property
    def uses(self) -> tuple[ResourceUse, ...]:
        """Return who uses how much of which resource when."""
        return resource_uses(self.scenario, self.schedule)

    @property
    def cost(self) -> int:
        """Return the cost of the schedule."""
        return self.terms.cost(self.scenario)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Return the row of each operation in `arrays`."""
        return {operation.name: row for row, operation in enumerate(self.scenario.operations)}

    @cached_property
    def batch_of(self) -> Mapping[str, Batch]:
        """Return the batch of each operation that is planned."""
        return {
            placement.operation: batch
            for batch in self.schedule.batches
            for placement in batch.placements
        }

    @cached_property
    def placement_of(self) -> Mapping[str, Placement]:
        """Return when each operation that is planned is on its machine."""
        return {
            placement.operation: placement
            for batch in self.schedule.batches
            for placement in batch.placements
        }

    @cached_property
    def times(self) -> Times:
        """Return machine, start and completion of each operation that is planned."""
        machines = self.scenario.machine
        return {
            p.operation: (
                batch.machine,
                p.start,
                batch.end if machines[batch.machine].hand_on == HandOn.BATCH else p.end,
            )
            for batch in self.schedule.batches
            for p in batch.placements
        }

    @cached_property
    def starts(self) -> IntArray:
        """Return when each row of `arrays` begins, 0 where it is not planned."""
        times = self.times
        begun = (times[o.name][1] if o.name in times else 0 for o in self.scenario.operations)
        return np.fromiter(begun, dtype=np.int64, count=len(self.scenario.operations))

    @cached_property
    def timed(self) -> dict[PlanChange, Timed | None]:
        """Return the timing after changes that were looked at; None where one breaks a rule."""
        return {}

    def completion_of(self, order: str) -> int | None:
        """Return when an order completes, None while not all of it is planned."""
        own = self.scenario.operations_of.get(order, ())
        if not own or any(operation.name not in self.times for operation in own):
            return None
        return max(self.times[operation.name][2] for operation in own)

    def lateness_of(self, order: str) -> int | None:
        """Return completion less due date; None without one of them."""
        completion, due = self.completion_of(order), self.scenario.order[order].due
        return None if completion is None or due is None else completion - due


def follow(before: Standing, scenario: Scenario, schedule: Schedule, arrays: Arrays) -> Standing:
    """Return the standing after a change, with what stays true of the one before."""
    after = Standing(scenario=scenario, schedule=schedule)
    known: dict[str, object] = {"arrays": arrays}
    if arrays is before.arrays:
        known |= {k: v for k, v in before.__dict__.items() if k in ("state", "quick_state")}
    after.__dict__.update(known)  # as cached_property keeps them
    return after
