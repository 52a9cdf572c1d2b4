"""Schedules in and out of a state, as flat lists: a row per operation, machine by machine."""

from planner.arrays import NONE
from planner.domain import IntArray
from planner.search.kernels.columns import (
    AFTER,
    BATCH,
    BEGINS,
    BEST,
    CURSOR,
    FAMILY,
    FIRST,
    FIRST_WINDOW,
    FREE,
    FREE_SLOTS,
    INITIAL,
    KIND,
    LAST,
    LINK_STAMP,
    LOST_PINS,
    MACHINE,
    MOVE,
    NEXT,
    ON,
    OP_END,
    OP_START,
    OPERATION,
    PREV,
    RECORDING,
    SINCE_BEST,
    SPAN,
    STATE,
    TOTAL,
    W_UNPLANNED,
    State,
)
from planner.search.kernels.compiling import entry
from planner.search.kernels.links import attach, clear_contents, new_batch
from planner.search.kernels.settling import forget_times, time_all
from planner.search.kernels.undoing import begin_move


@entry
def keep_best(s: State, best: IntArray) -> None:
    """Copy the lists into the flat record of the best schedule."""
    s.total[BEST] = s.total[TOTAL]
    copy_lists(s, best)


@entry
def copy_lists(s: State, flat: IntArray) -> None:
    """Write the lists flat: operations machine by machine, and where batches begin."""
    i = 0
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, NEXT]
        while b < s.slots:
            o = s.batch[b, FIRST]
            first = 1
            while o != NONE:
                flat[i, OPERATION] = o
                flat[i, BEGINS] = first
                flat[i, ON] = k
                first = 0
                i += 1
                o = s.op[o, AFTER]
            b = s.batch[b, NEXT]
    for j in range(i, flat.shape[0]):
        flat[j, ON] = NONE


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
        s.batch[z, NEXT] = z
        s.batch[z, PREV] = z
        s.batch[z, MACHINE] = k
        s.batch[z, FAMILY] = s.machine[k, INITIAL]
        s.batch[z, CURSOR] = s.machine[k, FIRST_WINDOW]
        s.batch[z, STATE] = s.machine[k, INITIAL]
    for i in range(slots):
        s.lists[FREE_SLOTS, i] = slots - 1 - i
    for o in range(s.op.shape[0]):
        s.op[o, LINK_STAMP] = 0
        s.op[o, BATCH] = NONE
        s.op[o, OP_START] = NONE
        s.op[o, OP_END] = NONE
    s.total[MOVE] = 0
    s.total[FREE] = slots
    s.total[TOTAL] = s.total[W_UNPLANNED] * s.op.shape[0]
    s.total[SPAN] = 0
    s.total[LOST_PINS] = 0
    s.total[BEST] = 2**62
    s.total[SINCE_BEST] = s.op.shape[0]
    forget_times(s)


@entry
def load_lists(s: State, flat: IntArray) -> None:
    """Fill a cleared state from flat lists (see copy_lists) and time everything."""
    clear(s)
    b = NONE
    for i in range(flat.shape[0]):
        k = flat[i, ON]
        if k == NONE:
            break
        begin_move(s)
        o = flat[i, OPERATION]
        if flat[i, BEGINS]:
            b = new_batch(s, k, s.op[o, KIND], s.batch[s.slots + k, PREV])
        attach(s, o, b, s.batch[b, LAST])
        s.total[TOTAL] -= s.total[W_UNPLANNED]
    time_all(s)


@entry
def record_times(s: State) -> None:
    """Time everything once more and keep when each operation starts and ends."""
    s.total[RECORDING] = 1
    time_all(s)
    s.total[RECORDING] = 0
