"""Neighbourhoods where machines depend on each other: what is free lies on many of them.

Where it is small all of the schedule is in the model, so that what an operation gains reaches the
end of its order: what is not free stays on its machine, in its order there, and moves in time. Of a
larger one only what is near is in the model, see `planner.cpsat.around`.

T. Godard, P. Laborie, W. Nuijten, "Randomized large neighborhood search for cumulative scheduling",
ICAPS 2005, for the order that stays while times do not.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planner.arrays import NONE, SERIAL, Arrays, Sequences, has_shared
from planner.cpsat.clock import clock_of
from planner.cpsat.frames import Frame, Track
from planner.cpsat.hints import add_hint, times_of
from planner.cpsat.local import LocalModel, local_piece
from planner.cpsat.plain import KeptSequences, PlainModel, plain_problem
from planner.cpsat.running import stopped_by
from planner.cpsat.slots import Slot, TimedSequences, some_of, timed_sequences
from planner.cpsat.solving import (
    BuiltModel,
    SolveLimits,
    leaves_nothing_out,
    problem,
    solver_for,
)
from planner.routes import completing
from planner.search.annealing import only_makespan_counts
from planner.search.decoding import cost_of

# Of more operations only what is near a piece is in its model.
MOST_WHOLE = 60
# A free batch may come so many kept ones earlier or later than anything that was freed.
REACH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPiece:
    """What a neighbourhood gave: better sequences, or None.

    Better is what costs less; where only the makespan counts also what costs the same and has
    orders complete sooner on the whole. `rank` has the cost and the sum of those completions.
    `exhausted` tells that nothing better than that is in it.
    """

    sequences: Sequences | None
    rank: tuple[int, int]
    exhausted: bool


def improve_across(
    arrays: Arrays,
    sequences: Sequences,
    *,
    kind: str,
    rng: np.random.Generator,
    size: int,
    limits: SolveLimits,
) -> TriedPiece:
    """Plan about `size` operations of all machines anew; `rng` chooses which.

    `kind` is one of `KINDS_ACROSS`.
    """
    current = timed_sequences(arrays, sequences)
    before = rank_of(arrays, sequences)
    chosen = CHOICES[kind](current, rng, size)
    free = [o for slot in chosen for o in slot.operations]
    free += _left_out(current, rng, max(2, size - len(free)))
    if not free:
        return TriedPiece(sequences=None, rank=before, exhausted=True)
    built = _model(current, sequences, chosen, free, before[0])
    found, exhausted = _solved(built, limits)
    if found is not None and (rank := rank_of(arrays, found)) < before:
        return TriedPiece(sequences=found, rank=rank, exhausted=exhausted)
    return TriedPiece(sequences=None, rank=before, exhausted=exhausted)


def rank_of(arrays: Arrays, sequences: Sequences) -> tuple[int, int]:
    """Return what `sequences` cost and, where only the makespan counts, all completions together.

    Less is better.
    """
    cost = cost_of(arrays, sequences)
    if not only_makespan_counts(arrays):
        return cost, 0
    end = times_of(arrays, sequences).end
    return cost, sum(end[operation] for operation in completing(arrays).tolist())


def _left_out(current: TimedSequences, rng: np.random.Generator, count: int) -> list[int]:
    """Choose operations that are in no batch, with all others of their orders."""
    order = current.arrays.order
    wanted = {int(order[o]) for o in some_of(rng, current.unplanned, count)}
    return [o for o in current.unplanned if int(order[o]) in wanted]


# ------------------------------------------------------------------------------------- choosing


def _time_window(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose what happens around one moment on all machines."""
    slots = current.all_slots
    return _around(slots[rng.integers(len(slots))], slots, size) if slots else []


def _orders(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose the whole routes of some orders that are made at about the same time."""
    order_of, end = current.arrays.order, current.times.end
    planned = [o for o, done in enumerate(end) if done != NONE]
    if not planned:
        return []
    complete: dict[int, int] = {}
    for operation in planned:
        order = int(order_of[operation])
        complete[order] = max(complete.get(order, 0), end[operation])
    about = complete[int(order_of[planned[rng.integers(len(planned))]])]
    spread = 1.0 + rng.random(len(complete))
    near = sorted(
        zip(complete, spread.tolist(), strict=True),
        key=lambda item: abs(complete[item[0]] - about) * item[1],
    )
    count = max(1, size * len(complete) // len(planned))
    wanted = {order for order, _ in near[:count]}
    return [s for s in current.all_slots if any(int(order_of[o]) in wanted for o in s.operations)]


def _stage(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose a stretch of time on all machines that can make one operation: those of its stage."""
    slots = current.all_slots
    if not slots:
        return []
    centre = slots[rng.integers(len(slots))]
    able = set(np.flatnonzero(current.arrays.shortest[centre.operations[0]] != NONE).tolist())
    return _around(centre, [slot for slot in slots if slot.machine in able], size)


def _around(centre: Slot, slots: Sequence[Slot], size: int) -> list[Slot]:
    """Return the batches nearest to `centre` in time, about `size` operations."""
    chosen: list[Slot] = []
    count = 0
    for slot in sorted(slots, key=lambda slot: (abs(slot.middle - centre.middle), slot.machine)):
        if count >= size:
            break
        chosen.append(slot)
        count += len(slot.operations)
    return chosen


CHOICES: Mapping[str, Callable[[TimedSequences, np.random.Generator, int], list[Slot]]] = {
    "time window across stages": _time_window,
    "orders": _orders,
    "stage": _stage,
}
KINDS_ACROSS = tuple(CHOICES)


# ------------------------------------------------------------------------------------ the model


def _model(
    current: TimedSequences,
    sequences: Sequences,
    chosen: Sequence[Slot],
    free: Sequence[int],
    before: int,
) -> BuiltModel | PlainModel | LocalModel:
    """Return the model of what costs no more than there is, and less where that can be asked."""
    arrays = current.arrays
    if leaves_nothing_out(arrays, before):
        kept = KeptSequences(sequences=sequences, free=frozenset(free))
        upper = before if only_makespan_counts(arrays) else before - 1
        plain = plain_problem(arrays, upper, kept)
        plain.hint(sequences)
        return plain
    left_out = sum(current.times.end[operation] == NONE for operation in free)
    if len(arrays.family) > MOST_WHOLE and not has_shared(arrays):
        return local_piece(current, chosen, free, left_out)
    built = problem(arrays, frame_across(current, chosen, free), None, most_unplanned=left_out)
    hint = tuple(tuple(slot.operations for slot in slots) for slots in current.slots)
    add_hint(built.model, arrays, built.variables, hint, current.times)
    return built


def frame_across(current: TimedSequences, chosen: Sequence[Slot], free: Sequence[int]) -> Frame:
    """Return the frame of all machines in which `free` may move near to where `chosen` are."""
    freed = {(slot.machine, slot.row) for slot in chosen}
    span = (min((s.start for s in chosen), default=0), max((s.end for s in chosen), default=0))
    tracks = tuple(_track(current, machine, freed, span) for machine in range(len(current.slots)))
    return Frame(tracks=tracks, free=tuple(free))


def _track(
    current: TimedSequences, machine: int, freed: set[tuple[int, int]], span: tuple[int, int]
) -> Track:
    slots = current.slots[machine]
    rows = [slot.row for slot in slots if (machine, slot.row) in freed]
    first = min([*rows, bisect_left([slot.end for slot in slots], span[0])]) - REACH
    behind = bisect_right([slot.start for slot in slots], span[1])
    last = max([*(row + 1 for row in rows), behind]) + REACH
    kept = [slot for slot in slots if (machine, slot.row) not in freed]
    size = [len(s.operations) if current.arrays.process[machine] == SERIAL else 1 for s in kept]
    lead = sum(count for slot, count in zip(kept, size, strict=True) if slot.row < first)
    reach = sum(count for slot, count in zip(kept, size, strict=True) if slot.row < last)
    return Track(
        machine=machine,
        clock=clock_of(current.arrays, machine),
        family=int(current.arrays.initial[machine]),
        kept=tuple(slot.operations for slot in kept),
        gaps=(lead, reach),
    )


def _solved(
    built: BuiltModel | PlainModel | LocalModel, limits: SolveLimits
) -> tuple[Sequences | None, bool]:
    """Return the best that is in the model, and whether that is certain; None if nothing is."""
    solver = solver_for(limits)
    solver.parameters.linearization_level = 1
    with stopped_by(solver, limits.stop):
        status = solver.solve(built.model)
    if status == cp_model.INFEASIBLE:
        return None, True
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    cost = solver.value(built.cost)
    return built.sequences(solver.value, cost), status == cp_model.OPTIMAL
