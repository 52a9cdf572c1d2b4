"""What the kernels read and write: a scenario and a changing schedule of it, in a few arrays.

Few arrays with named columns, because each array that is handed over costs compile time.

A `State` holds, per machine, a doubly linked list of batches that starts and ends at the machine's
sentinel, and per batch a linked list of operations.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import NONE, ShortArray
from planner.domain import IntArray

# Columns of State.machine; the capacity has one column per dimension.
MACHINE_PROCESS, MACHINE_PAUSABLE, MACHINE_GROUP, MACHINE_INITIAL = 0, 1, 2, 3
MACHINE_FIRST_WINDOW, MACHINE_LAST_WINDOW, MACHINE_OPEN_WORK = 4, 5, 6
MACHINE_CAPACITY = 7

# Columns of State.window.
WINDOW_START, WINDOW_END, WINDOW_WORK = 0, 1, 2

# Last index of State.duration, and what lies side by side in State.change.
SHORTEST, LONGEST = 0, 1
CHANGE_UNITS, CHANGE_COST, CHANGE_WIDTH = 0, 1, 2

# Columns of State.op: links, the facts of its order, times; the size has one column per dimension.
OP_AFTER, OP_BEFORE, OP_BATCH, OP_LINK_STAMP = 0, 1, 2, 3
OP_DUE, OP_RELEASE, OP_DEADLINE, OP_LATE_COST, OP_TARDY_COST, OP_FLOW_COST = 4, 5, 6, 7, 8, 9
OP_FAMILY, OP_PIN, OP_FAMILY_PLACE, OP_DUE_PLACE, OP_START, OP_END = 10, 11, 12, 13, 14, 15
# Where it stood in the reference schedule: its machine, and from when until when it is not moved.
OP_STOOD, OP_STOOD_FROM, OP_STOOD_UNTIL = 16, 17, 18
OP_SIZE = 19

# Columns of State.batch. First links and sums over operations, among them the piece: between two
# due dates the cost of the orders is a straight line in the end of the batch, and one is kept.
BATCH_NEXT, BATCH_PREVIOUS, BATCH_MACHINE, BATCH_FAMILY = 0, 1, 2, 3
BATCH_FIRST, BATCH_LAST, BATCH_COUNT = 4, 5, 6
BATCH_SHORTEST, BATCH_LONGEST, BATCH_RELEASE, BATCH_PIN = 7, 8, 9, 10
BATCH_PIECE_AFTER, BATCH_PIECE_UNTIL, BATCH_PIECE_COST, BATCH_PIECE_SLOPE = 11, 12, 13, 14
LINK_COLUMNS = 15
# Then times: when it runs, in which window and after how much work it ends, what the machine is set
# up for afterwards, what it costs, and how many operations and pins it misses.
BATCH_START, BATCH_END, BATCH_WINDOW, BATCH_WORK = 15, 16, 17, 18
BATCH_SET_UP, BATCH_COST, BATCH_MISSED, BATCH_LOST_PINS = 19, 20, 21, 22
TIME_COLUMNS = 8
# The moves that last logged its links and its times; then the load, one column per dimension.
BATCH_LINK_STAMP, BATCH_TIME_STAMP = 23, 24
BATCH_LOAD = 25

# Rows of State.lists. BY_FAMILY holds the operations family by family, each family from the place
# in FAMILY_FIRST on, and BY_DUE all of them, both by due date; the others are scratch.
BY_FAMILY, FAMILY_FIRST, BY_DUE, INSIDE_EXIT, INSIDE, CHOSEN, FREE_SLOTS, DIRTY = range(8)
LISTS = 8
# Where INSIDE_EXIT has the first entry into a batch; exits follow.
FIRST_ENTRY = 0

# Columns of flat lists: operations machine by machine, 1 where one begins a batch, its machine.
# Behind the last operation the machine is NONE. Where batches begin in an order that counts, they
# are in that order, ORDERED stands where one begins, and beside each operation a time before which
# it does not start, what is decided of upkeep before it, and a time before which that does not.
FLAT_OPERATION, FLAT_BEGINS, FLAT_MACHINE, FLAT_NOT_BEFORE = 0, 1, 2, 3
FLAT_UPKEEP, FLAT_UPKEEP_NOT_BEFORE = 4, 5
FLAT_COLUMNS = 6
ORDERED = 2

# Places in State.scalar: the cost and what it is made of, what the kernels count, how that was
# before the move, then what is given.
TOTAL_COST, LAST_END, LOST_PINS, BEST_COST, FREE_COUNT = 0, 1, 2, 3, 4
MOVE_NUMBER, DIRTY_COUNT, LOG_LENGTH, SINCE_BEST = 5, 6, 7, 8
OLD_COST, OLD_LAST_END, OLD_LOST_PINS, OLD_FREE_COUNT = 9, 10, 11, 12
TIMING_MODE, RANDOM_BITS, FAMILY_COUNT, HORIZON, MOVE_BEGAN = 13, 14, 15, 16, 17
WEIGHT_CHANGEOVER_MINUTES, WEIGHT_CHANGEOVER_COST, WEIGHT_PROCESSING_MINUTES = 18, 19, 20
WEIGHT_TARDINESS, WEIGHT_TARDY_ORDERS, WEIGHT_MAKESPAN = 21, 22, 23
WEIGHT_FLOW_TIME, WEIGHT_UNPLANNED = 24, 25
# Whether each batch counts for itself, so that also a free one is not divided or joined unseen.
BATCHES_COUNT = 26
# What it costs that an operation is moved; 0 where nothing is compared.
WEIGHT_MOVED = 27
SCALARS = 28
# Bits of TIMING_MODE: keep the times of operations; time all that follows, changed or not.
RECORDING, EVERYTHING = 1, 2

# Entries of State.log: what was saved, of which row, then the values.
LOG_BATCH, LOG_TIME, LOG_LINK = 0, 1, 2
LOG_HEAD, LOGGED_LINKS = 2, 3

# Above every cost. Constants that are handed over have a type of their own: a kernel is compiled
# anew for each plain number it is called with.
ANY_COST = np.int64(2**62)
NO_ONE = np.int64(NONE)


class State(NamedTuple):
    """A scenario laid out for the kernels, and a changing schedule of it.

    Batches live in slots, then one sentinel per machine follows. Shapes use n operations, m
    machines, w windows, f families, g changeover groups, b slots; columns are named above.
    """

    slots: int
    # given
    machine: IntArray  # (m, MACHINE_CAPACITY + dimensions)
    window: IntArray  # (w, 3)
    change: IntArray  # (g * (f + 1) * f * CHANGE_WIDTH,) units and cost, see changeover_place
    duration: ShortArray  # (n, m, 2) least and most working units, NONE where not eligible
    # changing
    op: IntArray  # (n, OP_SIZE + dimensions)
    batch: IntArray  # (b + m, BATCH_LOAD + dimensions)
    lists: IntArray  # (LISTS, at least b + m and f + 1) work lists, see above
    log: IntArray  # rows as they were before the move
    scalar: IntArray  # (SCALARS,) single numbers: the cost, counts, random bits, horizon, weights
