"""First schedules: operations one after the other to where each ends first."""

import numpy as np

from planner.arrays import NEVER, NONE
from planner.domain import IntArray
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_PIN,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BATCH_WINDOW,
    BATCH_WORK,
    LOST_PINS,
    MACHINE_LAST_WINDOW,
    NO_ONE,
    OLD_LOST_PINS,
    OP_FAMILY,
    OP_PIN,
    OP_RELEASE,
    SHORTEST,
    TOTAL_COST,
    WEIGHT_UNPLANNED,
    State,
)
from planner.search.kernels.compiling import entry, inner
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, mark_dirty, new_batch
from planner.search.kernels.settling import least_change, note_ready, settle, undo_move
from planner.search.kernels.undoing import begin_move, keep_move
from planner.search.kernels.windows import earliest


@inner
def tail_end(s: State, o: int, k: int) -> int:
    """Return when operation `o` would end as a batch of its own after all others on machine `k`."""
    p = s.batch[s.slots + k, BATCH_PREVIOUS]
    w = s.batch[p, BATCH_WINDOW]
    if s.duration[o, k, SHORTEST] == NONE or w >= s.machine[k, MACHINE_LAST_WINDOW]:
        return NEVER
    change = least_change(s, k, s.batch[p, BATCH_SET_UP], s.op[o, OP_FAMILY])
    release = max(s.op[o, OP_RELEASE], s.op[o, OP_PIN])
    start, end, _, _ = earliest(
        s,
        k,
        s.batch[p, BATCH_END],
        s.batch[p, BATCH_WORK],
        w,
        change,
        np.int64(s.duration[o, k, SHORTEST]),
        release,
    )
    if start < 0:
        return NEVER
    return end


@inner
def add_alone(s: State, o: int, before: int) -> int:
    """Put operation `o`, in no batch yet, into a new batch after `before`; return its end.

    Returns NEVER when it cannot be timed there or a pinned one would lose its place.
    """
    begin_move(s)
    b = new_batch(s, s.batch[before, BATCH_MACHINE], s.op[o, OP_FAMILY], before)
    attach(s, o, b, NO_ONE)
    s.scalar[TOTAL_COST] -= s.scalar[WEIGHT_UNPLANNED]
    if not settle(s, ANY_COST):
        return NEVER
    if s.batch[b, BATCH_MISSED] > 0 or s.scalar[LOST_PINS] > s.scalar[OLD_LOST_PINS]:
        return NEVER
    return s.batch[b, BATCH_END]


@inner
def add_to_last(s: State, o: int, k: int) -> int:
    """Put operation `o` into the last batch of machine `k`; return the batch's end or NEVER."""
    begin_move(s)
    b = s.batch[s.slots + k, BATCH_PREVIOUS]
    if b >= s.slots or not fits(s, o, b, NO_ONE):
        return NEVER
    missed = s.batch[b, BATCH_MISSED]
    attach(s, o, b, s.batch[b, BATCH_LAST])
    s.scalar[TOTAL_COST] -= s.scalar[WEIGHT_UNPLANNED]
    mark_dirty(s, b)
    if not settle(s, ANY_COST):
        return NEVER
    if s.batch[b, BATCH_MISSED] > missed or s.scalar[LOST_PINS] > s.scalar[OLD_LOST_PINS]:
        return NEVER
    return s.batch[b, BATCH_END]


@entry
def dispatch(s: State, sequence: IntArray, joins: int) -> None:
    """Place the operations of `sequence` one after the other where each ends first.

    Candidates are the end of every eligible machine, the places before the pinned batches that
    stand last there and, if `joins`, the last batch itself. What fits nowhere joins no list but is
    put, passed over, at the end of its first eligible machine.
    """
    for i in range(sequence.shape[0]):
        o = sequence[i]
        note_ready(s, o)
        best_end = NEVER
        best_before = int(np.int64(NONE))
        best_joins = int(np.int64(0))
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, SHORTEST] == NONE:
                continue
            before = s.batch[s.slots + k, BATCH_PREVIOUS]
            end = tail_end(s, o, k)
            if end < best_end:
                best_end, best_before, best_joins = end, before, 0
            while before < s.slots and s.batch[before, BATCH_PIN] >= 0:
                before = s.batch[before, BATCH_PREVIOUS]
                end = add_alone(s, o, before)
                undo_move(s)
                if end < best_end:
                    best_end, best_before, best_joins = end, before, 0
            last = s.batch[s.slots + k, BATCH_PREVIOUS]
            if joins and last < s.slots and s.batch[last, BATCH_FAMILY] == s.op[o, OP_FAMILY]:
                end = add_to_last(s, o, k)
                undo_move(s)
                if end <= best_end and end < NEVER:
                    best_end, best_before, best_joins = end, last, 1
        place_found(s, o, best_before, best_joins)


@entry
def dispatch_pinned(s: State, sequence: IntArray) -> None:
    """Place operations that are pinned to a start, sorted by it, each behind the one before.

    On a machine with batches an operation of the same family and start joins the last batch.
    """
    for i in range(sequence.shape[0]):
        o = sequence[i]
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, SHORTEST] == NONE:
                continue
            last = s.batch[s.slots + k, BATCH_PREVIOUS]
            joined = False
            if last < s.slots and s.batch[last, BATCH_PIN] == s.op[o, OP_PIN]:
                joined = add_to_last(s, o, k) < NEVER
                if not joined:
                    undo_move(s)
            if not joined:
                add_alone(s, o, last)
            keep_move(s)
            break


@inner
def place_found(s: State, o: int, before: int, joins: int) -> None:
    """Put operation `o` where `dispatch` found; NONE is the end of its first eligible machine."""
    if before == NONE:
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, SHORTEST] != NONE:
                before = s.batch[s.slots + k, BATCH_PREVIOUS]
                break
    if before == NONE:
        return
    if joins:
        add_to_last(s, o, s.batch[before, BATCH_MACHINE])
    else:
        add_alone(s, o, before)
    keep_move(s)
