"""A calm repair: better, but with as little moved as the cost of moving says.

Local search that takes one operation out and puts it where the cost is least, beginning with what
is unplanned, late or moved. The cost counts what is moved against the scenario's reference
schedule; so the first place tried for an operation is where it stood there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from planner.arrays import NEVER, NONE, Arrays, Sequences
from planner.changes.arranging import as_sequences, taken_out
from planner.changes.places import likely_places
from planner.changes.refusing import broken_by_place
from planner.changes.run_left import runs_fit
from planner.changes.standing import Standing
from planner.domain import IntArray, PinReason
from planner.routes import due_here
from planner.search import kernels
from planner.search.kernels import OP_END, OP_START, State
from planner.search.kernels.columns import TOTAL_COST
from planner.search.placing import PricedPlace, put
from planner.search.state import load

PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Sequences with what they cost, all terms together."""

    sequences: Sequences
    cost: int


def costed(state: State, sequences: Sequences) -> Repaired:
    """Return what `sequences` cost."""
    load(state, sequences)
    return Repaired(sequences=sequences, cost=int(state.scalar[TOTAL_COST]))


def calm_repair(standing: Standing, seed: int, is_over: Callable[[], bool]) -> Repaired:
    """Return sequences that cost less, or those of `standing`.

    Ends when nothing better is near, or `is_over` says so.
    """
    rng = np.random.default_rng(seed)
    home = _stood_in_order(standing.arrays)
    best = costed(standing.state, standing.sequences)
    waiting, starts = _wanting(standing, best, rng)
    while waiting and not is_over():
        for tried in _elsewhere(standing, best, home, waiting.pop(0), starts):
            found = costed(standing.state, tried)
            if found.cost < best.cost:
                best = found
                waiting, starts = _wanting(standing, best, rng)
                break
            if is_over():
                break
    return best


def _stood_in_order(arrays: Arrays) -> list[list[int]]:
    """Return, per machine, the operations that stood there, in order of their start."""
    order = np.argsort(arrays.stood_from, kind="stable")
    return [
        [row for row in order.tolist() if arrays.stood_machine[row] == machine]
        for machine in range(len(arrays.process))
    ]


def _wanting(
    standing: Standing, best: Repaired, rng: np.random.Generator
) -> tuple[list[int], IntArray]:
    """Return the free operations: unplanned, late, moved ones, the worst first, then all others.

    And when each operation starts, NONE where it does not.
    """
    arrays, state = standing.arrays, standing.state
    load(state, best.sequences)
    kernels.record_times(state)
    end, start = state.op[:, OP_END], state.op[:, OP_START]
    due = due_here(arrays)
    late = np.where((due < NEVER) & (end != NONE), np.maximum(0, end - due) * arrays.weight, 0)
    late[end == NONE] = NEVER
    worth = late * 2 + _shifted(arrays, start)
    free = [row for row in range(len(end)) if _is_free(standing, row)]
    # Of equals any, so that another seed may find another way.
    shuffled = rng.permutation(np.array(free, dtype=np.int64))
    return shuffled[np.argsort(-worth[shuffled], kind="stable")].tolist(), start.copy()


def _shifted(arrays: Arrays, start: IntArray) -> IntArray:
    """Return 1 for each operation that begins at another time than it did."""
    known = arrays.stood_until < NEVER
    within = (arrays.stood_from <= start) & (start <= arrays.stood_until)
    return (known & ~within).astype(np.int64)


def _is_free(standing: Standing, row: int) -> bool:
    pin = standing.scenario.operations[row].pin
    return pin is None or (pin.start is None and pin.because == PinReason.PINNED)


def _elsewhere(
    standing: Standing, best: Repaired, home: list[list[int]], row: int, starts: IntArray
) -> Iterator[Sequences]:
    """Yield sequences with one operation where it stood, then where it is likely cheapest."""
    lists = [list(batches) for batches in best.sequences]
    taken_out(lists, [row])
    rest = as_sequences(lists, best.sequences)
    likely = likely_places(standing, rest, row, starts)[:PLACES]
    for place in (*_home(standing.arrays, rest, home, row), *likely):
        tried = put(rest, row, place)
        if broken_by_place(standing.scenario, standing.arrays, best.sequences, tried):
            continue
        if runs_fit(standing.scenario, tried):
            yield tried


def _home(arrays: Arrays, rest: Sequences, home: list[list[int]], row: int) -> list[PricedPlace]:
    """Return where an operation stood: behind the last before it that still stands there."""
    machine = int(arrays.stood_machine[row])
    if machine == NONE:
        return []
    there = {each for batch in rest[machine] for each in batch}
    before = home[machine][: home[machine].index(row)]
    behind = next((each for each in reversed(before) if each in there), None)
    place = PricedPlace(machine=machine, behind=behind, inside=False, cost=0, end=0)
    return [place, replace(place, inside=True)] if behind is not None else [place]
