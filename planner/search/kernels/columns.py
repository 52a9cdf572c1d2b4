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
PROCESS, PAUSABLE, GROUP, INITIAL, FIRST_WINDOW, LAST_WINDOW, OPEN_WORK = 0, 1, 2, 3, 4, 5, 6
CAPACITY = 7
# Columns of State.window.
OPENS, CLOSES, WORKED = 0, 1, 2
# Columns of State.op: its links, the facts of its order, times; the size is one per dimension.
AFTER, BEFORE, BATCH, LINK_STAMP = 0, 1, 2, 3
DUE, READY, DEADLINE, LATE_COST, TARDY_COST, FLOW_COST, KIND, FIXED = 4, 5, 6, 7, 8, 9, 10, 11
KIN_PLACE, DUE_PLACE, OP_START, OP_END = 12, 13, 14, 15
SIZE = 16
# Columns of State.batch: links and sums, then times; the load has one column per dimension.
NEXT, PREV, MACHINE, FAMILY, FIRST, LAST, COUNT = 0, 1, 2, 3, 4, 5, 6
SHORT, LONG, RELEASE, PIN = 7, 8, 9, 10
PIECE_AFTER, PIECE_UNTIL, PIECE_COST, PIECE_SLOPE = 11, 12, 13, 14
START, END, CURSOR, WORK, STATE, COST, MISSED, PINS = 15, 16, 17, 18, 19, 20, 21, 22
BATCH_STAMP, TIME_STAMP = 23, 24
LOAD = 25
# Rows of State.lists. KIN holds the operations family by family, each family from the place in
# KIN_FIRST on, and BY_DUE all of them, both by due date; the others are scratch.
KIN, KIN_FIRST, BY_DUE, ACTIVE_EXIT, ACTIVE, CHOSEN, FREE_SLOTS, DIRTY = 0, 1, 2, 3, 4, 5, 6, 7
LISTS = 8
# Columns of flat lists: operations machine by machine, 1 where one begins a batch, its machine.
# Behind the last operation the machine is NONE.
OPERATION, BEGINS, ON = 0, 1, 2
# Places in State.total.
TOTAL, SPAN, LOST_PINS, BEST, FREE, MOVE, DIRTIES, LOGGED, SINCE_BEST = 0, 1, 2, 3, 4, 5, 6, 7, 8
OLD_TOTAL, OLD_SPAN, OLD_PINS, OLD_FREE, RECORDING = 9, 10, 11, 12, 13
RANDOM, FAMILIES, HORIZON, BEGAN = 14, 15, 16, 17
W_MINUTES, W_COST, W_PROCESSING, W_TARDINESS = 18, 19, 20, 21
W_TARDY, W_MAKESPAN, W_FLOW, W_UNPLANNED = 22, 23, 24, 25
TOTALS = 26
# Entries of State.log: what was saved, of which row, then the values.
LOG_BATCH, LOG_TIME, LOG_LINK = 0, 1, 2

# Places in the style of `anneal` behind the shares of its moves: cumulated shares of where to put
# something, the rest is the ends of machines; then the share of moves of batches that deal out.
ANYWHERE, BY_KIN, BY_DUE_DATE, CLOSE_BY, DEALING = 17, 18, 19, 20, 21

# The kinds of move, by index into the mix of `anneal`.
MOVES = (
    "join",
    "swap operations",
    "alone",
    "move batch",
    "swap batches",
    "merge",
    "split",
    "move run",
    "reverse run",
    "tardy join",
    "tardy batch",
    "move pair",
    "cross",
    "shift family",
    "eject",
    "dear batch",
    "what delays",
)

# Above every cost. Constants that are handed over have a type of their own: a kernel is compiled
# anew for each plain number it is called with.
ANY_COST = np.int64(2**62)
NO_ONE = np.int64(NONE)

KINDS = len(MOVES)
# How many partners a move looks at before it gives up.
TRIES = 4
# How many random candidates are compared to find one that is made about the same time.
CANDIDATES = 6
# Most batches behind a place that change machines together, and most kin that shift together.
LONGEST_TAIL, LONGEST_SHIFT = 64, 8
# How far partners stand in the lists of kin and of due dates.
KIN_REACH, DUE_REACH = np.int64(12), np.int64(24)
# How many batches beyond the first two a move of several takes at most.
LONG_CHAIN, PAIR = np.int64(7), np.int64(1)
JUST_ONE = np.int64(1)
# How many batches a move deals out anew, and how many kin of each it looks at.
MOST_DEALT, KIN_DEALT = 16, np.int64(48)
# So many temperatures above its limit a move of batches is still worth dealing out.
SLACK = 30.0


class State(NamedTuple):
    """A scenario laid out for the kernels, and a changing schedule of it.

    Batches live in slots, then one sentinel per machine follows. Shapes use n operations, m
    machines, w windows, f families, g changeover groups, b slots; columns are named above.
    """

    slots: int
    # given
    machine: IntArray  # (m, CAPACITY + dimensions)
    window: IntArray  # (w, 3)
    change: IntArray  # (g * (f + 1) * f * 2,) changeover units and cost, see changeover_place
    duration: ShortArray  # (n, m, 2) least and most working units, NONE where not eligible
    # changing
    op: IntArray  # (n, SIZE + dimensions)
    batch: IntArray  # (b + m, LOAD + dimensions)
    lists: IntArray  # (LISTS, at least b + m and f + 1) work lists, see above
    log: IntArray  # rows as they were before the move
    total: IntArray  # (TOTALS,) the cost, its weights, and what the kernels count
