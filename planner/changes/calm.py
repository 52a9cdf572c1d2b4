"""A calm repair: better, but with as little moved as the price of moving says.

Local search that takes one operation out and puts it where cost and moves together are least,
beginning with what is late, unplanned or was pushed. The price counts operations that are on
another machine than in the reference, or begin earlier or later by more than a tolerance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.arrays import NEVER, NONE, Arrays, Sequences
from planner.changes.arranging import as_sequences, taken_out
from planner.changes.refusing import broken_by_place
from planner.changes.standing import Standing
from planner.domain import IntArray, PinReason
from planner.routes import due_here
from planner.search import kernels
from planner.search.kernels import OP_END, OP_START, State
from planner.search.kernels.columns import TOTAL_COST
from planner.search.placing import PricedPlace, priced_places, put
from planner.search.state import load

PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """Where each operation stood, row by row: machine (NONE if nowhere) and start."""

    machine: IntArray
    start: IntArray
    tolerance: int
    sequence: tuple[tuple[int, ...], ...]  # per machine, the operations in order of start

    def moved(self, machine: IntArray, start: IntArray) -> int:
        """Return how many operations that stood somewhere are elsewhere, or at another time."""
        known = self.machine != NONE
        elsewhere = machine != self.machine
        later = np.abs(start - self.start) > self.tolerance
        return int((known & (elsewhere | later)).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Sequences with what they cost, how many operations they move, and both together."""

    sequences: Sequences
    cost: int
    moved: int
    price: int

    @property
    def total(self) -> int:
        """Return the cost and the price of all that is moved."""
        return self.cost + self.moved * self.price


def reference_of(
    arrays: Arrays, names: Sequence[str], before: Standing, tolerance: int
) -> Reference:
    """Return where the operations `names`, row by row, stood in `before`."""
    machines = {name: k for k, name in enumerate(before.scenario.machine)}
    machine = np.full(len(arrays.family), NONE, dtype=np.int64)
    start = np.zeros(len(arrays.family), dtype=np.int64)
    for row, name in enumerate(names):
        if name in before.times:
            there, begins, _ = before.times[name]
            machine[row], start[row] = machines[there], begins
    rows = {name: row for row, name in enumerate(names)}
    sequence = tuple(
        tuple(rows[n] for b in before.schedule.on(m) for n in b.operations if n in rows)
        for m in machines
    )
    return Reference(machine=machine, start=start, tolerance=tolerance, sequence=sequence)


def priced(
    arrays: Arrays, state: State, sequences: Sequences, ref: Reference, price: int
) -> Priced:
    """Return what `sequences` cost and move."""
    load(state, sequences)
    kernels.record_times(state)
    machine = np.full(len(arrays.family), NONE, dtype=np.int64)
    for k, batches in enumerate(sequences):
        for batch in batches:
            machine[list(batch)] = k
    machine[state.op[:, OP_END] == NONE] = NONE
    return Priced(
        sequences=sequences,
        cost=int(state.scalar[TOTAL_COST]),
        moved=ref.moved(machine, state.op[:, OP_START]),
        price=price,
    )


def calm_repair(
    standing: Standing, ref: Reference, price: int, seed: int, is_over: Callable[[], bool]
) -> Priced:
    """Return sequences whose cost and moves together are less, or those of `standing`.

    Ends when nothing better is near, or `is_over` says so.
    """
    rng = np.random.default_rng(seed)
    best = priced(standing.arrays, standing.state, standing.sequences, ref, price)
    waiting = _wanting(standing, best, ref, rng)
    while waiting and not is_over():
        found = _better(standing, best, ref, waiting.pop(0), is_over)
        if found is not None:
            best = found
            waiting = _wanting(standing, best, ref, rng)
    return best


def _wanting(
    standing: Standing, best: Priced, ref: Reference, rng: np.random.Generator
) -> list[int]:
    """Return the free operations: unplanned, late, moved ones, the worst first, then all others."""
    arrays, state = standing.arrays, standing.state
    priced(arrays, state, best.sequences, ref, best.price)
    end, start = state.op[:, OP_END], state.op[:, OP_START]
    due = due_here(arrays)
    late = np.where((due < NEVER) & (end != NONE), np.maximum(0, end - due) * arrays.weight, 0)
    late[end == NONE] = NEVER
    pushed = (ref.machine != NONE) & (np.abs(start - ref.start) > ref.tolerance)
    worth = late * 2 + pushed
    free = [row for row in range(len(end)) if _is_free(standing, row)]
    # Of equals any, so that another seed may find another way.
    shuffled = rng.permutation(np.array(free, dtype=np.int64))
    return [int(row) for row in shuffled[np.argsort(-worth[shuffled], kind="stable")]]


def _is_free(standing: Standing, row: int) -> bool:
    pin = standing.scenario.operations[row].pin
    return pin is None or (pin.start is None and pin.because == PinReason.PINNED)


def _better(
    standing: Standing, best: Priced, ref: Reference, row: int, is_over: Callable[[], bool]
) -> Priced | None:
    """Return what is better with one operation elsewhere, None where nothing is."""
    arrays, state = standing.arrays, standing.state
    lists = [list(batches) for batches in best.sequences]
    taken_out(lists, [row])
    rest = as_sequences(lists, best.sequences)
    places = priced_places(arrays, rest, row, state)[:PLACES]
    for place in (*_home(rest, ref, row), *places):
        if is_over():
            return None
        tried = put(rest, row, place)
        if broken_by_place(standing.scenario, arrays, best.sequences, tried):
            continue
        found = priced(arrays, state, tried, ref, best.price)
        if found.total < best.total:
            return found
    return None


def _home(rest: Sequences, ref: Reference, row: int) -> list[PricedPlace]:
    """Return where an operation stood: behind the last before it that still stands there."""
    machine = int(ref.machine[row])
    if machine == NONE:
        return []
    there = {each for batch in rest[machine] for each in batch}
    before = ref.sequence[machine][: ref.sequence[machine].index(row)]
    behind = next((each for each in reversed(before) if each in there), None)
    place = PricedPlace(machine=machine, behind=behind, inside=False, cost=0, end=0)
    return [place, replace(place, inside=True)] if behind is not None else [place]
