"""Large-neighbourhood search: frees a few batches, keeps the rest, lets CP-SAT place the free ones.

What is near the free batches stays in its order and may move in time; what is farther away on a
machine stays exactly where it is, before as an initial state, after as an end to be kept. So a
model costs as much as what is free and near, whatever the size of the scenario.

P. Shaw, "Using constraint programming and local search methods to solve vehicle routing problems",
CP 1998.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from ortools.sat.python import cp_model

from planner.arrays import NONE, Arrays, Sequences
from planner.cpsat.clock import clock_of
from planner.cpsat.frames import Frame, Track
from planner.cpsat.hints import add_hint
from planner.cpsat.reading import batches_of
from planner.cpsat.running import stopped_by
from planner.cpsat.slots import (
    WIDEST,
    Slot,
    TimedSequences,
    follower_of,
    nearest,
    some_of,
    timed_sequences,
)
from planner.cpsat.solving import SolveLimits, problem, solver_for
from planner.search.decoding import cost_of

# How many operations are free at once, unless the caller says otherwise.
FREE = 16
# Machines in one model, and batches kept before and after what is free.
MOST_TRACKS = 4
KEPT_BEFORE, KEPT_AFTER = 2, 6


def improve(
    arrays: Arrays,
    sequences: Sequences,
    *,
    kind: str,
    rng: np.random.Generator,
    size: int = FREE,
    limits: SolveLimits,
) -> Sequences | None:
    """Return sequences of strictly lower cost, or None where this neighbourhood has none.

    `kind` is one of `KINDS`. About `size` operations are free; `rng` chooses which.
    """
    current = timed_sequences(arrays, sequences)
    chosen = CHOICES[kind](current, rng, size)
    free = [o for slot in chosen for o in slot.operations]
    free += some_of(rng, current.unplanned, max(2, size - len(free)))
    if not free:
        return None
    frame = _frame(current, chosen, free, rng)
    found = _solved(current, frame, sequences, limits)
    if found is None or cost_of(arrays, found) >= cost_of(arrays, sequences):
        return None
    return found


# ------------------------------------------------------------------------------------- choosing


def _time_window(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose what happens around one moment on a few machines."""
    slots = current.all_slots
    if not slots:
        return []
    centre = slots[rng.integers(len(slots))]
    machines = {centre.machine, *some_of(rng, range(len(current.slots)), MOST_TRACKS - 1)}
    return nearest(centre, (slot for slot in slots if slot.machine in machines), size)


def _family(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose batches of one family that are near in time, and what lies between two of them."""
    slots = current.all_slots
    if not slots:
        return []
    centre = slots[rng.integers(len(slots))]
    family = current.arrays.family
    wanted = family[centre.operations[0]]
    same = (slot for slot in slots if family[slot.operations[0]] == wanted)
    return nearest(centre, same, size)


def _machines(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose a stretch of time on two machines that can make some of the same operations."""
    slots = current.all_slots
    if not slots:
        return []
    centre = slots[rng.integers(len(slots))]
    shared = np.flatnonzero((current.arrays.shortest[list(centre.operations)] != NONE).all(axis=0))
    others = [machine for machine in shared.tolist() if machine != centre.machine]
    machines = {centre.machine, *some_of(rng, others, 1)}
    return nearest(centre, (slot for slot in slots if slot.machine in machines), size)


def _tardy(current: TimedSequences, rng: np.random.Generator, size: int) -> list[Slot]:
    """Choose a tardy order and what runs, where it may run, while it waits."""
    late = np.array(current.times.end) - current.arrays.due
    tardy = np.flatnonzero(late > 0)
    if not len(tardy):
        return []
    operation = int(tardy[rng.integers(len(tardy))])
    holder = next(slot for slot in current.all_slots if operation in slot.operations)
    machines = {
        holder.machine,
        *some_of(rng, np.flatnonzero(current.arrays.shortest[operation] != NONE), MOST_TRACKS - 1),
    }
    due = int(current.arrays.due[operation])
    wanted = [slot for slot in current.all_slots if slot.machine in machines]
    # Half of them where it is, half of them where it should be.
    chosen = nearest(holder, wanted, size // 2)
    target = Slot(machine=NONE, row=NONE, operations=(), start=due, end=due)
    there = [slot for slot in nearest(target, wanted, size // 2) if slot not in chosen]
    return [*chosen, *there]


CHOICES: Mapping[str, Callable[[TimedSequences, np.random.Generator, int], list[Slot]]] = {
    "time window": _time_window,
    "family": _family,
    "machines": _machines,
    "tardy": _tardy,
}
KINDS = tuple(CHOICES)


# ------------------------------------------------------------------------------------ the model


def _frame(
    current: TimedSequences, chosen: Sequence[Slot], free: Sequence[int], rng: np.random.Generator
) -> tuple[Frame, dict[int, tuple[int, int]]]:
    """Return the frame of the model, and by machine the rows that it covers."""
    machines = {slot.machine for slot in chosen}
    able = np.flatnonzero((current.arrays.shortest[list(free)] != NONE).any(axis=0)).tolist()
    others = [machine for machine in able if machine not in machines]
    machines |= set(some_of(rng, others, MOST_TRACKS - len(machines)))
    covered = {machine: _rows(current, machine, chosen, free) for machine in sorted(machines)}
    freed = {(slot.machine, slot.row) for slot in chosen}
    tracks = tuple(_track(current, machine, rows, freed) for machine, rows in covered.items())
    outside = (
        slot.end
        for slot in current.all_slots
        if not _is_in(covered.get(slot.machine, (0, 0)), slot.row)
    )
    frame = Frame(tracks=tracks, free=tuple(free), span=max(outside, default=0))
    return frame, covered


def _is_in(rows: tuple[int, int], row: int) -> bool:
    return rows[0] <= row < rows[1]


def _rows(
    current: TimedSequences, machine: int, chosen: Sequence[Slot], free: Sequence[int]
) -> tuple[int, int]:
    """Return which batches of `machine` the model covers: those near to what is free."""
    slots = current.slots[machine]
    rows = [slot.row for slot in chosen if slot.machine == machine]
    if rows:
        first, last = min(rows), max(rows) + 1
    else:
        begin = min((slot.start for slot in chosen), default=0)
        begin = max(begin, int(current.arrays.release[list(free)].min()))
        first = bisect_left([slot.end for slot in slots], begin)
        end = max((slot.end for slot in chosen), default=begin)
        last = min(bisect_right([slot.start for slot in slots], end), first + WIDEST // 2)
    return max(0, first - KEPT_BEFORE), min(len(slots), max(first, last) + KEPT_AFTER)


def _track(
    current: TimedSequences, machine: int, rows: tuple[int, int], freed: set[tuple[int, int]]
) -> Track:
    slots = current.slots[machine]
    first, last = rows
    clock = clock_of(current.arrays, machine)
    before = slots[first - 1] if first else None
    initial = int(current.arrays.initial[machine])
    return Track(
        machine=machine,
        clock=clock,
        family=initial if before is None else _family_of(current, before),
        ready=0 if before is None else clock.position(before.end),
        kept=tuple(s.operations for s in slots[first:last] if (machine, s.row) not in freed),
        follower=follower_of(current, clock, slots[last], slots[last].start)
        if last < len(slots)
        else None,
    )


def _family_of(current: TimedSequences, slot: Slot) -> int:
    return int(current.arrays.family[slot.operations[0]])


def _solved(
    current: TimedSequences,
    framed: tuple[Frame, dict[int, tuple[int, int]]],
    sequences: Sequences,
    limits: SolveLimits,
) -> Sequences | None:
    frame, covered = framed
    left_out = sum(current.times.end[operation] == NONE for operation in frame.free)
    built = problem(current.arrays, frame, None, most_unplanned=left_out)
    hint = tuple(
        tuple(slot.operations for slot in current.slots[machine][first:last])
        for machine, (first, last) in covered.items()
    )
    add_hint(built.model, current.arrays, built.variables, hint, current.times)
    solver = solver_for(limits)
    with stopped_by(solver, limits.stop):
        status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    batches = batches_of(built.variables, solver.value)
    return tuple(
        _spliced(slots, covered.get(machine, (0, 0)), batches.get(machine, ()))
        for machine, slots in enumerate(current.slots)
    )


def _spliced(
    slots: Sequence[Slot], rows: tuple[int, int], batches: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    first, last = rows
    before = tuple(slot.operations for slot in slots[:first])
    return (*before, *batches, *(slot.operations for slot in slots[last:]))
