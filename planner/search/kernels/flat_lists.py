"""Schedules in and out of a state, as flat lists: a row per operation, machine by machine."""

from planner.arrays import NONE
from planner.domain import IntArray
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BATCH_WINDOW,
    BEST_COST,
    FLAT_BEGINS,
    FLAT_MACHINE,
    FLAT_OPERATION,
    FREE_COUNT,
    FREE_SLOTS,
    LAST_END,
    LOST_PINS,
    MACHINE_FIRST_WINDOW,
    MACHINE_INITIAL,
    MOVE_NUMBER,
    OP_AFTER,
    OP_BATCH,
    OP_END,
    OP_FAMILY,
    OP_LINK_STAMP,
    OP_START,
    RECORDING,
    SINCE_BEST,
    TIMING_MODE,
    TOTAL_COST,
    WEIGHT_UNPLANNED,
    State,
)
from planner.search.kernels.compiling import entry
from planner.search.kernels.links import attach, clear_contents, new_batch
from planner.search.kernels.settling import copy_ordered, forget_times, note_order, time_all
from planner.search.kernels.undoing import begin_move


@entry
def keep_best(s: State, best: IntArray) -> None:
    """Copy the lists into the flat record of the best schedule."""
    s.scalar[BEST_COST] = s.scalar[TOTAL_COST]
    copy_lists(s, best)


@entry
def copy_lists(s: State, flat: IntArray) -> None:
    """Write the lists flat: operations machine by machine, and where batches begin.

    Where the order in which batches begin counts, batch by batch in that order.
    """
    i = copy_ordered(s, flat)
    for k in range(s.machine.shape[0] if i == 0 else 0):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            o = s.batch[b, BATCH_FIRST]
            first = 1
            while o != NONE:
                flat[i, FLAT_OPERATION] = o
                flat[i, FLAT_BEGINS] = first
                flat[i, FLAT_MACHINE] = k
                first = 0
                i += 1
                o = s.op[o, OP_AFTER]
            b = s.batch[b, BATCH_NEXT]
    for j in range(i, flat.shape[0]):
        flat[j, FLAT_MACHINE] = NONE


@entry
def clear(s: State) -> None:
    """Empty the state: no batches, every machine as at the start."""
    slots = s.slots
    for row in range(s.batch.shape[0]):
        for column in range(s.batch.shape[1]):
            s.batch[row, column] = 0
    for k in range(s.machine.shape[0]):
        z = slots + k
        clear_contents(s, z)
        s.batch[z, BATCH_NEXT] = z
        s.batch[z, BATCH_PREVIOUS] = z
        s.batch[z, BATCH_MACHINE] = k
        s.batch[z, BATCH_FAMILY] = s.machine[k, MACHINE_INITIAL]
        s.batch[z, BATCH_WINDOW] = s.machine[k, MACHINE_FIRST_WINDOW]
        s.batch[z, BATCH_SET_UP] = s.machine[k, MACHINE_INITIAL]
    for i in range(slots):
        s.lists[FREE_SLOTS, i] = slots - 1 - i
    for o in range(s.op.shape[0]):
        s.op[o, OP_LINK_STAMP] = 0
        s.op[o, OP_BATCH] = NONE
        s.op[o, OP_START] = NONE
        s.op[o, OP_END] = NONE
    s.scalar[MOVE_NUMBER] = 0
    s.scalar[FREE_COUNT] = slots
    s.scalar[TOTAL_COST] = s.scalar[WEIGHT_UNPLANNED] * s.op.shape[0]
    s.scalar[LAST_END] = 0
    s.scalar[LOST_PINS] = 0
    s.scalar[BEST_COST] = ANY_COST
    s.scalar[SINCE_BEST] = s.op.shape[0]
    forget_times(s)


@entry
def load_lists(s: State, flat: IntArray) -> None:
    """Fill a cleared state from flat lists (see copy_lists) and time everything."""
    clear(s)
    b = NONE
    for i in range(flat.shape[0]):
        k = flat[i, FLAT_MACHINE]
        if k == NONE:
            break
        begin_move(s)
        o = flat[i, FLAT_OPERATION]
        if flat[i, FLAT_BEGINS]:
            b = new_batch(s, k, s.op[o, OP_FAMILY], s.batch[s.slots + k, BATCH_PREVIOUS])
        attach(s, o, b, s.batch[b, BATCH_LAST])
        s.scalar[TOTAL_COST] -= s.scalar[WEIGHT_UNPLANNED]
    note_order(s, flat)
    time_all(s)


@entry
def record_times(s: State) -> None:
    """Time everything once more and keep when each operation starts and ends."""
    s.scalar[TIMING_MODE] = RECORDING
    time_all(s)
    s.scalar[TIMING_MODE] = 0
