"""From sequences to a schedule and back: earliest times, by the compiled code of the search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from planner.arrays import IMPOSSIBLE, NONE, Arrays, Ordered, Sequences, has_shared
from planner.calendars import units_before
from planner.domain import During, Machine, Operation, Scenario
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned
from planner.search import kernels
from planner.search.begins import Begin, in_order
from planner.search.coupling import circling
from planner.search.kernels import State, columns
from planner.search.state import load, new_state, sequences_in, single_table
from planner.search.upkeep import TimedUpkeep, planned_upkeep, upkeep_given, upkeep_in

NO_ROOM = "no room is left for it in the machines' open time, by its deadline, beside the rest"
NO_WAY = (
    "no place is left for it beside the rest: not enough open time by its deadline, or only where "
    "a changeover to it or from it is not possible"
)
NO_SHARE = (
    "no place is left for it beside the rest: not enough open time by its deadline, or not enough "
    "of what machines share or may make in a row"
)


def decode(
    scenario: Scenario,
    arrays: Arrays,
    sequences: Sequences,
    reasons: Mapping[str, str] | None = None,
    *,
    merge: bool = True,
) -> Schedule:
    """Return the schedule of `sequences` with the earliest times.

    What is in no sequence, or cannot be timed where it stands, is unplanned, for the reason that
    `reasons` gives by operation name. With `merge`, neighbouring batches of one family on a serial
    machine become one batch where that changes nothing but their count.
    """
    timed = timed_operations(scenario, arrays, sequences)
    batches = tuple(
        timed.batch(machine, operations)
        for machine in range(len(scenario.machines))
        for operations in timed.batches(machine, merge=merge)
    )
    planned = {placed.operation for batch in batches for placed in batch.placements}
    usual = NO_SHARE if has_shared(arrays) else NO_ROOM
    usual = NO_WAY if (arrays.changeover_minutes >= IMPOSSIBLE).any() else usual
    unplanned = tuple(
        Unplanned(operation=item.name, reason=_reason(item, planned, reasons or {}, usual))
        for item in scenario.operations
        if item.name not in planned
    )
    return Schedule(batches=batches, unplanned=unplanned, upkeeps=timed.planned_upkeep())


def _reason(item: Operation, planned: set[str], known: Mapping[str, str], usual: str) -> str:
    missing = [before.operation for before in item.after if before.operation not in planned]
    if item.name in known or not missing:
        return known.get(item.name, usual)
    return f"it comes after {missing[0]}, which is unplanned"


def encode(scenario: Scenario, schedule: Schedule) -> Sequences:
    """Return the sequences of `schedule`: its batches per machine, operations in order of entry.

    Where machines share resources, with the order in which changeovers before batches begin; where
    they need upkeep, with that before each batch.
    """
    index = {operation.name: row for row, operation in enumerate(scenario.operations)}
    sequences = tuple(
        tuple(
            tuple(index[name] for name in batch.operations) for batch in schedule.on(machine.name)
        )
        for machine in scenario.machines
    )
    if not scenario.needs and not scenario.upkeeps:
        return sequences
    order = in_order(
        begin
        for machine in scenario.machines
        for begin in _begins(scenario, schedule, machine, index)
    )
    return Ordered(sequences, order, upkeep=upkeep_given(scenario, schedule))


def _begins(
    scenario: Scenario, schedule: Schedule, machine: Machine, index: Mapping[str, int]
) -> Iterator[Begin]:
    """Yield when the changeover before each batch of a machine begins."""
    family = machine.initial_family
    sets_up = {upkeep.name: upkeep.sets_up for upkeep in scenario.upkeeps_of(machine.name)}
    done = [upkeep for upkeep in schedule.upkeeps_on(machine.name) if sets_up.get(upkeep.name)]
    for batch in schedule.on(machine.name):
        while done and done[0].start < batch.start:
            family = sets_up[done.pop(0).name]
        change = scenario.changeover(machine.name, family, batch.family)
        minutes = change.minutes if change else 0
        begin = batch.start - minutes
        if machine.pausable:
            begin = units_before(machine.windows, batch.start, minutes)
        before, after = (_held(scenario, machine, name) for name in (family, batch.family))
        yield Begin(begin, index[batch.operations[0]], before - after, after - before)
        family = batch.family


def _held(scenario: Scenario, machine: Machine, family: str | None) -> frozenset[int | str]:
    """Return the resources that a machine holds while it is set up for a family."""
    if family is None:
        return frozenset()
    needs = scenario.needs_of_family(machine.name, family, During.SET_UP)
    return frozenset(need.resource for need in needs)


def cost_of(arrays: Arrays, sequences: Sequences) -> int:
    """Return the cost of `sequences` at their earliest times."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    return int(state.scalar[columns.TOTAL_COST])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimedOperations:
    """Recorded times and what goes with them, as lists: one look at an array takes far longer.

    What could not be timed has no end (NONE); `circling` is what would come before itself.
    """

    cost: int
    circling: frozenset[int]
    sequences: Sequences
    scenario: Scenario
    arrays: Arrays
    single: list[list[bool]]  # by machine and family
    name: list[str]  # by operation, as all below
    family: list[int]
    start: list[int]
    end: list[int]
    size: list[list[int]]
    upkeep: list[TimedUpkeep]

    def planned_upkeep(self) -> tuple[PlannedUpkeep, ...]:
        """Return the upkeep of all machines."""
        return tuple(planned_upkeep(self.scenario, timed) for timed in self.upkeep)

    def batches(self, machine: int, *, merge: bool) -> list[list[int]]:
        """Return the batches that could be timed, neighbours merged where that is free."""
        batches: list[list[int]] = []
        capacity = self.arrays.capacity[machine].tolist()
        load: list[int] = []
        for batch in self.sequences[machine]:
            if self.end[batch[0]] == NONE:
                continue
            added = self._load(batch)
            together = [a + b for a, b in zip(load, added, strict=True)] if batches else added
            fits = all(a <= most for a, most in zip(together, capacity, strict=True))
            if merge and fits and batches and self._may_merge(machine, batches[-1], batch):
                batches[-1] += batch
                load = together
            else:
                batches.append(list(batch))
                load = added
        return batches

    def batch(self, machine: int, operations: list[int]) -> Batch:
        """Return one batch with its times."""
        entered = sorted(operations, key=self.start.__getitem__)
        return Batch(
            machine=self.scenario.machines[machine].name,
            family=self.scenario.operations[operations[0]].family,
            start=self.start[entered[0]],
            end=max(map(self.end.__getitem__, operations)),
            placements=tuple(
                Placement(operation=self.name[item], start=self.start[item], end=self.end[item])
                for item in entered
            ),
        )

    def _load(self, batch: tuple[int, ...]) -> list[int]:
        return [sum(column) for column in zip(*(self.size[item] for item in batch), strict=True)]

    def _may_merge(self, machine: int, batch: list[int], after: tuple[int, ...]) -> bool:
        family = self.family[batch[0]]
        if family != self.family[after[0]] or not self.single[machine][family]:
            return False
        if self.arrays.hand_on[machine]:
            return False
        if self.arrays.pausable[machine]:
            return True
        return self.start[batch[0]] >= self._opening(machine, after[-1])

    def _opening(self, machine: int, operation: int) -> int:
        """Return when the window opens that an operation ends in, one without length begins in."""
        first, last = self.arrays.window_first[machine : machine + 2]
        start, end = self.start[operation], self.end[operation]
        window = np.searchsorted(self.arrays.window_end[first:last], max(end, start + 1))
        return int(self.arrays.window_start[first:last][min(window, last - first - 1)])


def timed_operations(
    scenario: Scenario, arrays: Arrays, sequences: Sequences, state: State | None = None
) -> TimedOperations:
    """Return the earliest times of `sequences`; a `state` of these `arrays` saves making one."""
    state = new_state(arrays, seed=0) if state is None else state
    load(state, sequences)
    kernels.record_times(state)
    return TimedOperations(
        cost=int(state.scalar[columns.TOTAL_COST]),
        circling=frozenset(circling(state)),
        sequences=sequences_in(state),
        scenario=scenario,
        arrays=arrays,
        single=single_table(state).tolist(),
        name=[operation.name for operation in scenario.operations],
        family=arrays.family.tolist(),
        start=state.op[:, columns.OP_START].tolist(),
        end=state.op[:, columns.OP_END].tolist(),
        size=arrays.size.tolist(),
        upkeep=list(upkeep_in(state)),
    )
