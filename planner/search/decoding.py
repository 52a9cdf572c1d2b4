"""From sequences to a schedule and back: earliest times, by the same compiled code as the search.

Also the only place that lays out a `State`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.arrays import NEVER, NONE, SERIAL, Arrays, Sequences, is_coupled
from planner.domain import TERMS, IntArray, Scenario
from planner.schedule import Batch, Placement, Schedule, Unplanned
from planner.search import kernels
from planner.search.coupling import along_routes, coupled, due_here, heads
from planner.search.kernels import State, columns

NO_ROOM = "no room is left for it in the machines' open time, by its deadline, beside the rest"


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
    state = new_state(arrays, seed=0)
    load(state, sequences)
    kernels.record_times(state)
    timed = _timed(scenario, arrays, state)
    batches = tuple(
        timed.batch(machine, operations)
        for machine, on_machine in enumerate(sequences_in(state))
        for operations in timed.batches(machine, on_machine, merge=merge)
    )
    planned = {placed.operation for batch in batches for placed in batch.placements}
    known = reasons or {}
    unplanned = tuple(
        Unplanned(operation=name, reason=known.get(name, NO_ROOM))
        for name in timed.name
        if name not in planned
    )
    return Schedule(batches=batches, unplanned=unplanned)


def encode(scenario: Scenario, schedule: Schedule) -> Sequences:
    """Return the sequences of `schedule`: its batches per machine, operations in order of entry."""
    index = {operation.name: row for row, operation in enumerate(scenario.operations)}
    return tuple(
        tuple(
            tuple(index[name] for name in batch.operations) for batch in schedule.on(machine.name)
        )
        for machine in scenario.machines
    )


def cost_of(arrays: Arrays, sequences: Sequences) -> int:
    """Return the cost of `sequences` at their earliest times."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    return int(state.total[columns.TOTAL])


def new_state(arrays: Arrays, seed: int) -> State:
    """Return an empty state of the compiled search for `arrays`."""
    count, machines = arrays.shortest.shape
    dimensions = arrays.size.shape[1]
    rows = count + 8 + machines
    batch_width = columns.LOAD + dimensions
    state = State(
        slots=count + 8,
        machine=_machine_table(arrays),
        window=np.stack((arrays.window_start, arrays.window_end, arrays.window_work), axis=1),
        change=np.stack((arrays.changeover_minutes, arrays.changeover_cost), axis=3).ravel(),
        duration=np.stack((arrays.shortest, arrays.longest), axis=2),
        op=_operation_table(arrays),
        batch=_zeros(rows, batch_width),
        lists=_lists(arrays, rows + 1024),
        log=_zeros(2 * (rows + 8) * (batch_width + 4) + 8 * count),
        total=_totals(arrays, seed),
    )
    if is_coupled(arrays):
        state = coupled(state, arrays)
    kernels.clear(state)
    return state


def load(state: State, sequences: Sequences) -> None:
    """Fill `state` with `sequences` and time them."""
    kernels.load_lists(state, flatten(state, sequences))


def flatten(state: State, sequences: Sequences) -> IntArray:
    """Return the sequences as the kernels read them: a row per operation, see `kernels.best`.

    Where a batch never gains from a second operation, each operation begins one.
    """
    flat = new_flat(state)
    single = single_table(state)
    row = 0
    for machine, batches in enumerate(sequences):
        for batch in batches:
            rows = slice(row, row + len(batch))
            flat[rows, columns.OPERATION] = batch
            flat[rows, columns.BEGINS] = single[machine, state.op[batch[0], columns.KIND]]
            flat[row, columns.BEGINS] = 1
            flat[rows, columns.ON] = machine
            row = rows.stop
    return flat


def unflatten(flat: IntArray, machine_count: int) -> Sequences:
    """Return the sequences of flat lists (the inverse of `flatten`, batches as they are)."""
    flat = flat[flat[:, columns.ON] != NONE]
    operations = flat[:, columns.OPERATION].tolist()
    begins = np.flatnonzero(flat[:, columns.BEGINS])
    ends = np.append(begins[1:], len(flat))[: len(begins)]
    lists: list[list[tuple[int, ...]]] = [[] for _ in range(machine_count)]
    machines = flat[begins, columns.ON].tolist()
    for machine, begin, end in zip(machines, begins.tolist(), ends.tolist(), strict=True):
        lists[machine].append(tuple(operations[begin:end]))
    return tuple(tuple(batches) for batches in lists)


def sequences_in(state: State) -> Sequences:
    """Return the sequences that `state` holds now."""
    flat = new_flat(state)
    kernels.copy_lists(state, flat)
    return unflatten(flat, len(state.machine))


def new_flat(state: State) -> IntArray:
    """Return flat lists for the kernels, with nothing in them."""
    return np.full((len(state.op), 3), NONE, dtype=np.int64)


def single_table(state: State) -> npt.NDArray[np.bool_]:
    """Return, per machine and family, whether a batch never gains from a second operation.

    So it is on a serial machine where a family follows itself for nothing.
    """
    families = int(state.total[columns.FAMILIES])
    if not families:
        return np.zeros((len(state.machine), 0), dtype=np.bool_)
    change = state.change.reshape(-1, families + 1, families, 2)
    diagonal = np.arange(families)
    free = (change[:, diagonal, diagonal] == 0).all(axis=2)
    serial = state.machine[:, [columns.PROCESS]] == SERIAL
    table: npt.NDArray[np.bool_] = free[state.machine[:, columns.GROUP]] & serial
    return table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Timed:
    """Recorded times and what goes with them, as lists: one look at an array takes far longer."""

    scenario: Scenario
    arrays: Arrays
    single: list[list[bool]]  # by machine and family
    name: list[str]  # by operation, as all below
    family: list[int]
    start: list[int]
    end: list[int]
    size: list[list[int]]

    def batches(
        self, machine: int, sequence: tuple[tuple[int, ...], ...], *, merge: bool
    ) -> list[list[int]]:
        """Return the batches that could be timed, neighbours merged where that is free."""
        batches: list[list[int]] = []
        capacity = self.arrays.capacity[machine].tolist()
        load: list[int] = []
        for batch in sequence:
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


def _timed(scenario: Scenario, arrays: Arrays, state: State) -> _Timed:
    return _Timed(
        scenario=scenario,
        arrays=arrays,
        single=single_table(state).tolist(),
        name=[operation.name for operation in scenario.operations],
        family=arrays.family.tolist(),
        start=state.op[:, columns.OP_START].tolist(),
        end=state.op[:, columns.OP_END].tolist(),
        size=arrays.size.tolist(),
    )


def _machine_table(arrays: Arrays) -> IntArray:
    table = _zeros(len(arrays.process), columns.CAPACITY + arrays.capacity.shape[1])
    first, last = arrays.window_first[:-1], arrays.window_first[1:]
    opened = arrays.window_end - arrays.window_start
    work = np.concatenate(([0], np.cumsum(opened)))
    table[:, columns.PROCESS] = arrays.process
    table[:, columns.PAUSABLE] = arrays.pausable
    table[:, columns.GROUP] = arrays.group
    table[:, columns.INITIAL] = arrays.initial
    table[:, columns.FIRST_WINDOW] = first
    table[:, columns.LAST_WINDOW] = last
    table[:, columns.OPEN_WORK] = work[last] - work[first]
    table[:, columns.CAPACITY :] = arrays.capacity
    return table


def _operation_table(arrays: Arrays) -> IntArray:
    weight = dict(zip(TERMS, arrays.weights.tolist(), strict=True))
    table = _zeros(len(arrays.family), columns.SIZE + arrays.size.shape[1])
    table[:, columns.DUE] = arrays.due
    table[:, columns.READY] = arrays.release
    table[:, columns.DEADLINE] = arrays.deadline
    table[:, columns.LATE_COST] = arrays.weight * weight["tardiness"]
    table[:, columns.TARDY_COST] = arrays.weight * weight["tardy_orders"]
    table[:, columns.FLOW_COST] = arrays.weight * weight["flow_time"]
    table[:, columns.KIND] = arrays.family
    table[:, columns.FIXED] = arrays.pin_start
    table[_kin(arrays), columns.KIN_PLACE] = np.arange(len(table))
    table[by_due(arrays), columns.DUE_PLACE] = np.arange(len(table))
    table[:, columns.SIZE :] = arrays.size
    return table


def _lists(arrays: Arrays, width: int) -> IntArray:
    first = _family_first(arrays)
    lists = _zeros(columns.LISTS, max(width, len(first)))
    lists[columns.KIN_FIRST, : len(first)] = first
    lists[columns.KIN, : len(arrays.family)] = _kin(arrays)
    lists[columns.BY_DUE, : len(arrays.family)] = by_due(arrays)
    return lists


def by_due(arrays: Arrays) -> IntArray:
    """Return the operations by due date (release where there is none), then release.

    Those of a route are due by when they must be complete, and come in its order.
    """
    routed = len(arrays.before) > 0
    due = due_here(arrays) if routed else arrays.due
    ready = heads(arrays) if routed else arrays.release
    wanted = np.where(due < NEVER, due, ready)
    found = np.lexsort((np.arange(len(wanted)), ready, wanted))
    return np.array(along_routes(arrays, found), dtype=np.int64)


def _kin(arrays: Arrays) -> IntArray:
    """Return the operations family by family, by due date inside each."""
    order = by_due(arrays)
    return order[np.argsort(arrays.family[order], kind="stable")]


def _family_first(arrays: Arrays) -> IntArray:
    sizes = np.bincount(arrays.family, minlength=arrays.changeover_minutes.shape[2])
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _totals(arrays: Arrays, seed: int) -> IntArray:
    totals = _zeros(columns.TOTALS)
    totals[columns.RANDOM] = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> 1 | 1
    totals[columns.FAMILIES] = arrays.changeover_minutes.shape[2]
    totals[columns.HORIZON] = arrays.horizon
    totals[columns.W_MINUTES : columns.TOTALS] = arrays.weights
    return totals


def _zeros(*shape: int) -> IntArray:
    return np.zeros(shape, dtype=np.int64)
