"""All compiled code: timing, cost, moves, annealing.

One module, because a cached kernel is not refreshed when a kernel of another module changes; few
arrays with named columns, because each array that is handed over costs compile time.

A `State` holds, per machine, a doubly linked list of batches that starts and ends at the machine's
sentinel, and per batch a linked list of operations. Timing is always the earliest that the order
of batches and operations allows. No term of the cost falls when something ends later, so that is
optimal but for one case: on a continuous machine a later first entry may shorten the batch, which
counts where running minutes have a weight. A batch that cannot be timed (no window fits, a
deadline or a pin would break) is passed over: it takes no time, leaves the machine set up as it
was, and its operations count as unplanned.

A move changes links, then re-times from the changed batches on until times meet the old ones
again. Every row is written to the log before its first change, so that a refused move is undone
exactly.
"""

from functools import partial
from math import log
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from planner.arrays import CONTINUOUS, NEVER, NONE, PARALLEL, SERIAL, ShortArray
from planner.domain import FloatArray, IntArray

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
ANYWHERE, BY_KIN, BY_DUE_DATE, CLOSE_BY, DEALING = 16, 17, 18, 19, 20

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

_TRIPLE = (np.uint64(13), np.uint64(7), np.uint64(17))
_S13, _S7, _S17 = _TRIPLE
_S11, _S33 = np.uint64(11), np.uint64(33)
_FRACTION = 1.0 / 9007199254740992.0  # 2 ** -53


# Entry points are called from Python and cached; the rest is compiled into them. Nothing here
# allocates, so reference counting is left out, which halves compile time.
_compiled: Any = partial(njit, no_cfunc_wrapper=True, _nrt=False)
_entry = _compiled(cache=True, nogil=True)
_inner = _compiled(no_cpython_wrapper=True)
_tight = _compiled(no_cpython_wrapper=True, forceinline=True)


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


# ---------------------------------------------------------------------------------------- chance


@_tight
def next_random(s: State) -> np.uint64:
    """Return 64 random bits (xorshift; Marsaglia 2003)."""
    x = np.uint64(s.total[RANDOM])
    x ^= x << _S13
    x ^= x >> _S7
    x ^= x << _S17
    s.total[RANDOM] = np.int64(x)
    return x


@_tight
def below(s: State, count: int) -> int:
    """Return a random whole number in [0, count)."""
    return int((np.int64(next_random(s) >> _S33) * count) >> 31)


@_tight
def uniform(s: State) -> float:
    """Return a random number in [0, 1)."""
    return np.float64(next_random(s) >> _S11) * _FRACTION


# ---------------------------------------------------------------------------------------- timing


@_tight
def window_after(s: State, low: int, last: int, moment: int) -> int:
    """Return the first window in [low, last) that ends after `moment`; `last` if none does."""
    if low >= last or s.window[low, CLOSES] > moment:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, CLOSES] > moment:
            high = middle
        else:
            low = middle
    return high


@_tight
def work_before(s: State, low: int, last: int, moment: int) -> int:
    """Return the working units of a machine before `moment`; at least those before window low."""
    w = window_after(s, low, last, moment)
    if w >= last:
        return NEVER
    return s.window[w, WORKED] + max(0, moment - s.window[w, OPENS])


@_tight
def window_of_work(s: State, low: int, last: int, work: int, is_end: int) -> int:
    """Return the window of the working unit that starts (or, if `is_end`, ends) at `work`."""
    target = work - is_end
    if low + 1 >= last or s.window[low + 1, WORKED] > target:
        return low
    high = last
    while high - low > 1:
        middle = (low + high) >> 1
        if s.window[middle, WORKED] <= target:
            low = middle
        else:
            high = middle
    return low


@_tight
def order_cost(s: State, o: int, end: int) -> int:
    """Return tardiness, tardy and flow cost of operation `o` when it completes at `end`."""
    cost = s.op[o, FLOW_COST] * (end - s.op[o, READY])
    late = end - s.op[o, DUE]
    if late > 0:
        cost += s.op[o, LATE_COST] * late + s.op[o, TARDY_COST]
    return cost


@_tight
def orders_cost(s: State, b: int, end: int) -> int:
    """Return the cost of the orders of batch `b` when all complete at `end`; -1 if one must not.

    Between two due dates that cost is a straight line in the end. The line is kept, unless the
    one that is kept holds for the end that the batch has now, which most moves come back to.
    """
    after = int(np.int64(-NEVER))
    until = int(np.int64(NEVER))
    constant = int(np.int64(0))
    slope = int(np.int64(0))
    o = s.batch[b, FIRST]
    while o != NONE:
        if end > s.op[o, DEADLINE]:
            return -1
        until = min(until, s.op[o, DEADLINE])
        due = s.op[o, DUE]
        slope += s.op[o, FLOW_COST]
        constant -= s.op[o, FLOW_COST] * s.op[o, READY]
        if end > due:
            after = max(after, due)
            slope += s.op[o, LATE_COST]
            constant += s.op[o, TARDY_COST] - s.op[o, LATE_COST] * due
        else:
            until = min(until, due)
        o = s.op[o, AFTER]
    now = s.batch[b, END]
    if not s.batch[b, PIECE_AFTER] < now <= s.batch[b, PIECE_UNTIL]:
        s.batch[b, PIECE_AFTER] = after
        s.batch[b, PIECE_UNTIL] = until
        s.batch[b, PIECE_COST] = constant
        s.batch[b, PIECE_SLOPE] = slope
    return constant + slope * end


@_inner
def pass_over(s: State, b: int, p: int) -> None:
    """Leave batch `b` out: no time, no changeover, its operations unplanned."""
    s.batch[b, START] = s.batch[p, END]
    s.batch[b, END] = s.batch[p, END]
    s.batch[b, CURSOR] = s.batch[p, CURSOR]
    s.batch[b, WORK] = s.batch[p, WORK]
    s.batch[b, STATE] = s.batch[p, STATE]
    s.batch[b, COST] = s.total[W_UNPLANNED] * s.batch[b, COUNT]
    s.batch[b, MISSED] = s.batch[b, COUNT]
    pins = 0
    o = s.batch[b, FIRST]
    while o != NONE:
        if s.op[o, FIXED] >= 0:
            pins += 1
        s.op[o, OP_END] = NONE
        o = s.op[o, AFTER]
    s.batch[b, PINS] = pins


@_tight
def changeover_place(s: State, k: int, state: int, family: int) -> int:
    """Return where `change` has units, then cost, of machine `k` from family `state` on."""
    families = s.total[FAMILIES]
    return ((s.machine[k, GROUP] * (families + 1) + state) * families + family) * 2


@_tight
def is_single(s: State, k: int, family: int) -> bool:
    """Tell whether a second operation in a batch saves nothing: serial, and a free diagonal."""
    if s.machine[k, PROCESS] != SERIAL:
        return False
    place = changeover_place(s, k, family, family)
    return s.change[place] == 0 and s.change[place + 1] == 0


@_tight
def earliest(
    s: State, k: int, ready: int, work: int, w: int, change: int, length: int, release: int
) -> tuple[int, int, int, int]:
    """Return the earliest (start, end, window, work at the end) of one piece of work.

    Machine `k` is free from time `ready` (in window `w`, after `work` working units) on and needs
    `change` units before the start; a start of -1 means that no window takes it.
    """
    last = s.machine[k, LAST_WINDOW]
    if s.machine[k, PAUSABLE]:
        begin = max(work + change, work_before(s, w, last, release))
        finish = begin + length
        if finish > s.machine[k, OPEN_WORK]:
            return -1, -1, w, work
        w = window_of_work(s, w, last, begin, 0)
        start = s.window[w, OPENS] + begin - s.window[w, WORKED]
        if length == 0:
            return start, start, w, finish
        w = window_of_work(s, w, last, finish, 1)
        return start, s.window[w, OPENS] + finish - s.window[w, WORKED], w, finish
    ready = max(ready + change, release)
    if s.window[w, CLOSES] < ready + length:
        w = window_after(s, w, last, ready + length - 1)
    while w < last:
        start = max(ready, s.window[w, OPENS] + change)
        if start + length <= s.window[w, CLOSES]:
            return start, start + length, w, 0
        w += 1
    return -1, -1, w, 0


@_tight
def time_batch(s: State, b: int) -> None:
    """Time batch `b` as early as its predecessor allows; recording keeps each operation's times."""
    p = s.batch[b, PREV]
    k = s.batch[b, MACHINE]
    family = s.batch[b, FAMILY]
    state = s.batch[p, STATE]
    place = changeover_place(s, k, state, family)
    change = s.change[place]
    cost = s.total[W_MINUTES] * change + s.total[W_COST] * s.change[place + 1]
    last = s.machine[k, LAST_WINDOW]
    w = s.batch[p, CURSOR]
    process = s.machine[k, PROCESS]
    if w >= last:
        pass_over(s, b, p)
        return
    if s.batch[b, COUNT] > 1 and process != PARALLEL:
        time_long_batch(s, b, change, cost)
        return
    length = s.batch[b, SHORT]
    pin = s.batch[b, PIN]
    start, end, w, work = earliest(
        s, k, s.batch[p, END], s.batch[p, WORK], w, change, length, s.batch[b, RELEASE]
    )
    if start < 0:
        pass_over(s, b, p)
        return
    if end > s.total[HORIZON] or (pin >= 0 and start != pin):
        pass_over(s, b, p)
        return
    cost += s.total[W_PROCESSING] * length
    if s.batch[b, PIECE_AFTER] < end <= s.batch[b, PIECE_UNTIL]:
        cost += s.batch[b, PIECE_COST] + s.batch[b, PIECE_SLOPE] * end
    else:
        orders = orders_cost(s, b, end)
        if orders < 0:
            pass_over(s, b, p)
            return
        cost += orders
    s.batch[b, START] = start
    s.batch[b, END] = end
    s.batch[b, CURSOR] = w
    s.batch[b, WORK] = work
    s.batch[b, STATE] = family
    s.batch[b, COST] = cost
    s.batch[b, MISSED] = 0
    s.batch[b, PINS] = 0
    if s.total[RECORDING] & 1:
        o = s.batch[b, FIRST]
        while o != NONE:
            s.op[o, OP_START] = start
            s.op[o, OP_END] = end
            o = s.op[o, AFTER]


@_inner
def time_long_batch(s: State, b: int, change: int, cost: int) -> None:
    """Time a batch of several operations on a serial or continuous machine.

    Pausable machines are timed in working units, others in time, window by window.
    """
    p = s.batch[b, PREV]
    k = s.batch[b, MACHINE]
    last = s.machine[k, LAST_WINDOW]
    w = s.batch[p, CURSOR]
    if s.machine[k, PAUSABLE]:
        begin = s.batch[p, WORK] + change
        finish, orders = run_through(s, b, begin, s.machine[k, OPEN_WORK], w)
        if orders < 0:
            pass_over(s, b, p)
            return
        s.batch[b, WORK] = finish
        begin = s.lists[ACTIVE_EXIT, 0]
        w = window_of_work(s, w, last, begin, 0)
        s.batch[b, START] = s.window[w, OPENS] + begin - s.window[w, WORKED]
        s.batch[b, END] = s.batch[b, START]
        if finish > begin:
            w = window_of_work(s, w, last, finish, 1)
            s.batch[b, END] = s.window[w, OPENS] + finish - s.window[w, WORKED]
    else:
        finish, orders = 0, -1
        least = least_length(s, b, k)
        while w < last:
            begin = max(s.batch[p, END], s.window[w, OPENS]) + change
            if begin + least <= s.window[w, CLOSES]:
                finish, orders = run_through(s, b, begin, s.window[w, CLOSES], w)
                if orders != -1:
                    break
            w += 1
        if orders < 0:
            pass_over(s, b, p)
            return
        s.batch[b, WORK] = 0
        s.batch[b, START] = s.lists[ACTIVE_EXIT, 0]
        s.batch[b, END] = finish
        begin = s.lists[ACTIVE_EXIT, 0]
    if s.batch[b, END] > s.total[HORIZON]:
        pass_over(s, b, p)
        return
    processing = finish - begin
    if s.machine[k, PROCESS] == SERIAL:
        processing = least_length(s, b, k)
    s.batch[b, CURSOR] = w
    s.batch[b, STATE] = s.batch[b, FAMILY]
    s.batch[b, COST] = cost + s.total[W_PROCESSING] * processing + orders
    s.batch[b, MISSED] = 0
    s.batch[b, PINS] = 0


@_inner
def least_length(s: State, b: int, k: int) -> int:
    """Return the least length of a batch: all durations in a row, or the longest one."""
    if s.machine[k, PROCESS] == CONTINUOUS:
        return s.batch[b, SHORT]
    length = 0
    o = s.batch[b, FIRST]
    while o != NONE:
        length += s.duration[o, k, 0]
        o = s.op[o, AFTER]
    return length


@_inner
def run_through(s: State, b: int, begin: int, limit: int, w: int) -> tuple[int, int]:
    """Let the operations of batch `b` enter one after the other, the first from `begin` on.

    Returns (when the last leaves, cost of the orders); the cost is -1 when the batch does not end
    by `limit`, -2 when a deadline or a pin breaks (later windows only make that worse). The first
    entry is left in `active_exit[0]`. Moments are working units where the machine is pausable.
    """
    k = s.batch[b, MACHINE]
    pausable = s.machine[k, PAUSABLE]
    serial = s.machine[k, PROCESS] == SERIAL
    last = s.machine[k, LAST_WINDOW]
    dimensions = s.machine.shape[1] - CAPACITY
    moment = begin
    first_entry = -1
    finish = begin
    cost = 0
    inside = 0  # operations inside, in active[1 : inside + 1], by exit
    o = s.batch[b, FIRST]
    while o != NONE:
        release = max(s.op[o, READY], s.op[o, FIXED])
        if pausable:
            release = work_before(s, w, last, release)
        moment = max(moment, release)
        duration = s.duration[o, k, 0]
        if not serial:
            while True:
                while inside > 0 and s.lists[ACTIVE_EXIT, 1] <= moment:
                    inside -= 1
                    for i in range(1, inside + 1):
                        s.lists[ACTIVE_EXIT, i] = s.lists[ACTIVE_EXIT, i + 1]
                        s.lists[ACTIVE, i] = s.lists[ACTIVE, i + 1]
                fits = True
                for d in range(dimensions):
                    used = s.op[o, SIZE + d]
                    for i in range(1, inside + 1):
                        used += s.op[s.lists[ACTIVE, i], SIZE + d]
                    if used > s.machine[k, CAPACITY + d]:
                        fits = False
                        break
                if fits or inside == 0:
                    break
                moment = s.lists[ACTIVE_EXIT, 1]
        if first_entry < 0:
            first_entry = moment
        leave = moment + duration
        if leave > limit:
            return leave, -1
        entry_time = moment
        end = leave
        if pausable:
            v = window_of_work(s, w, last, moment, 0)
            entry_time = s.window[v, OPENS] + moment - s.window[v, WORKED]
            end = entry_time
            if duration > 0:
                v = window_of_work(s, w, last, leave, 1)
                end = s.window[v, OPENS] + leave - s.window[v, WORKED]
        pin = s.op[o, FIXED]
        if end > s.op[o, DEADLINE] or (pin >= 0 and entry_time != pin):
            return leave, -2
        cost += order_cost(s, o, end)
        if s.total[RECORDING] & 1:
            s.op[o, OP_START] = entry_time
            s.op[o, OP_END] = end
        finish = max(finish, leave)
        if serial:
            moment = leave
        else:
            i = inside
            while i > 0 and s.lists[ACTIVE_EXIT, i] > leave:
                s.lists[ACTIVE_EXIT, i + 1] = s.lists[ACTIVE_EXIT, i]
                s.lists[ACTIVE, i + 1] = s.lists[ACTIVE, i]
                i -= 1
            s.lists[ACTIVE_EXIT, i + 1] = leave
            s.lists[ACTIVE, i + 1] = o
            inside += 1
        o = s.op[o, AFTER]
    s.lists[ACTIVE_EXIT, 0] = first_entry
    return finish, cost


# ------------------------------------------------------------------------------- save and undo


@_inner
def save_batch(s: State, b: int) -> None:
    """Keep links and sums of batch `b` as they were before this move."""
    if s.batch[b, BATCH_STAMP] >= s.total[BEGAN]:
        return
    s.batch[b, BATCH_STAMP] = s.total[MOVE]
    i = s.total[LOGGED]
    s.log[i] = LOG_BATCH
    s.log[i + 1] = b
    i += 2
    for column in range(START):
        s.log[i + column] = s.batch[b, column]
    i += START
    for column in range(LOAD, s.batch.shape[1]):
        s.log[i] = s.batch[b, column]
        i += 1
    s.total[LOGGED] = i


@_tight
def save_time(s: State, b: int) -> None:
    """Keep the times of batch `b` as they were before this move."""
    stamp = s.batch[b, TIME_STAMP]
    s.batch[b, TIME_STAMP] = s.total[MOVE]
    if stamp >= s.total[BEGAN]:
        return
    i = s.total[LOGGED]
    s.log[i] = LOG_TIME
    s.log[i + 1] = b
    i += 2
    for column in range(BATCH_STAMP - START):
        s.log[i + column] = s.batch[b, START + column]
    s.total[LOGGED] = i + BATCH_STAMP - START


@_tight
def save_link(s: State, o: int) -> None:
    """Keep the links of operation `o` as they were before this move."""
    if s.op[o, LINK_STAMP] >= s.total[BEGAN]:
        return
    s.op[o, LINK_STAMP] = s.total[MOVE]
    i = s.total[LOGGED]
    s.log[i] = LOG_LINK
    s.log[i + 1] = o
    s.log[i + 2] = s.op[o, AFTER]
    s.log[i + 3] = s.op[o, BEFORE]
    s.log[i + 4] = s.op[o, BATCH]
    s.total[LOGGED] = i + 5


@_tight
def begin_move(s: State) -> None:
    """Start a move: nothing logged, nothing dirty."""
    total = s.total
    total[MOVE] += 1
    total[BEGAN] = total[MOVE]
    total[LOGGED] = 0
    total[DIRTIES] = 0
    total[OLD_TOTAL] = total[TOTAL]
    total[OLD_SPAN] = total[SPAN]
    total[OLD_PINS] = total[LOST_PINS]
    total[OLD_FREE] = total[FREE]


@_inner
def go_on(s: State) -> None:
    """Go on with a move after it was settled: nothing dirty, and everything can be timed again."""
    s.total[MOVE] += 1
    s.total[DIRTIES] = 0


@_tight
def undo_move(s: State) -> None:
    """Put back every row that the move changed."""
    total = s.total
    i = 0
    while i < total[LOGGED]:
        what = s.log[i]
        row = s.log[i + 1]
        i += 2
        if what == LOG_TIME:
            for column in range(BATCH_STAMP - START):
                s.batch[row, START + column] = s.log[i + column]
            i += BATCH_STAMP - START
        elif what == LOG_LINK:
            s.op[row, AFTER] = s.log[i]
            s.op[row, BEFORE] = s.log[i + 1]
            s.op[row, BATCH] = s.log[i + 2]
            i += 3
        else:
            for column in range(START):
                s.batch[row, column] = s.log[i + column]
            i += START
            for column in range(LOAD, s.batch.shape[1]):
                s.batch[row, column] = s.log[i]
                i += 1
    total[TOTAL] = total[OLD_TOTAL]
    total[SPAN] = total[OLD_SPAN]
    total[LOST_PINS] = total[OLD_PINS]
    total[FREE] = total[OLD_FREE]


@_inner
def keep_move(s: State) -> None:
    """Make a move final: slots that it emptied are free again."""
    total = s.total
    batch_entry = 2 + START + s.batch.shape[1] - LOAD
    i = 0
    while i < total[LOGGED]:
        what = s.log[i]
        if what == LOG_TIME:
            i += 2 + BATCH_STAMP - START
        elif what == LOG_LINK:
            i += 5
        else:
            b = s.log[i + 1]
            if b < s.slots and s.batch[b, COUNT] == 0:
                s.lists[FREE_SLOTS, total[FREE]] = b
                total[FREE] += 1
            i += batch_entry


# ------------------------------------------------------------------------------------ primitives


@_tight
def soil(s: State, b: int) -> None:
    """Mark batch `b` for timing."""
    if b < s.slots:
        s.lists[DIRTY, s.total[DIRTIES]] = b
        s.total[DIRTIES] += 1


@_inner
def soil_once(s: State, b: int) -> None:
    """Mark batch `b` for timing unless it is marked."""
    for i in range(s.total[DIRTIES]):
        if s.lists[DIRTY, i] == b:
            return
    soil(s, b)


@_inner
def unlink_batch(s: State, b: int) -> None:
    """Take batch `b` out of its machine's list."""
    before = s.batch[b, PREV]
    after = s.batch[b, NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, NEXT] = after
    s.batch[after, PREV] = before
    soil(s, after)


@_inner
def link_batch(s: State, b: int, before: int) -> None:
    """Put batch `b` directly after batch (or sentinel) `before`."""
    after = s.batch[before, NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, NEXT] = b
    s.batch[after, PREV] = b
    s.batch[b, PREV] = before
    s.batch[b, NEXT] = after
    soil(s, b)
    soil(s, after)


@_inner
def new_batch(s: State, machine: int, family: int, before: int) -> int:
    """Return a new batch without operations, directly after `before`."""
    s.total[FREE] -= 1
    b = s.lists[FREE_SLOTS, s.total[FREE]]
    # The slot is empty: its row is saved with no operations, so that undoing frees it again.
    save_batch(s, b)
    save_time(s, b)
    s.batch[b, MACHINE] = machine
    s.batch[b, FAMILY] = family
    clear_contents(s, b)
    for column in range(START, BATCH_STAMP):
        s.batch[b, column] = 0
    s.batch[b, START] = s.batch[before, END]
    s.batch[b, END] = -1
    s.batch[b, TIME_STAMP] = s.total[MOVE] - 1  # so that settle times it
    link_batch(s, b, before)
    return b


@_inner
def clear_contents(s: State, b: int) -> None:
    """Empty the sums over operations of batch `b`."""
    s.batch[b, FIRST] = NONE
    s.batch[b, LAST] = NONE
    s.batch[b, COUNT] = 0
    s.batch[b, SHORT] = 0
    s.batch[b, LONG] = NEVER
    s.batch[b, RELEASE] = 0
    s.batch[b, PIN] = NONE
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] = 0


@_inner
def drop_batch(s: State, b: int) -> None:
    """Take an empty batch out, and its cost with it."""
    unlink_batch(s, b)
    save_time(s, b)
    s.total[TOTAL] -= s.batch[b, COST]
    s.total[LOST_PINS] -= s.batch[b, PINS]
    s.batch[b, COST] = 0
    s.batch[b, PINS] = 0


@_inner
def add_to_sums(s: State, b: int, o: int) -> None:
    """Count operation `o` in the sums of batch `b`."""
    k = s.batch[b, MACHINE]
    s.batch[b, SHORT] = max(s.batch[b, SHORT], s.duration[o, k, 0])
    s.batch[b, LONG] = min(s.batch[b, LONG], s.duration[o, k, 1])
    pin = s.op[o, FIXED]
    s.batch[b, RELEASE] = max(s.batch[b, RELEASE], s.op[o, READY], pin)
    if pin >= 0:
        s.batch[b, PIN] = pin


@_inner
def resum(s: State, b: int) -> None:
    """Recompute the sums of batch `b` that are no plain additions."""
    s.batch[b, SHORT] = 0
    s.batch[b, LONG] = NEVER
    s.batch[b, RELEASE] = 0
    s.batch[b, PIN] = NONE
    o = s.batch[b, FIRST]
    while o != NONE:
        add_to_sums(s, b, o)
        o = s.op[o, AFTER]


@_inner
def attach(s: State, o: int, b: int, before: int) -> None:
    """Put operation `o` into batch `b` directly after its operation `before` (NONE: first)."""
    save_batch(s, b)
    save_link(s, o)
    after = s.batch[b, FIRST] if before == NONE else s.op[before, AFTER]
    s.op[o, BEFORE] = before
    s.op[o, AFTER] = after
    s.op[o, BATCH] = b
    if before == NONE:
        s.batch[b, FIRST] = o
    else:
        save_link(s, before)
        s.op[before, AFTER] = o
    if after == NONE:
        s.batch[b, LAST] = o
    else:
        save_link(s, after)
        s.op[after, BEFORE] = o
    s.batch[b, COUNT] += 1
    s.batch[b, PIECE_UNTIL] = -NEVER
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] += s.op[o, SIZE + d]
    add_to_sums(s, b, o)


@_inner
def detach(s: State, o: int) -> None:
    """Take operation `o` out of its batch; the batch stays, even when empty."""
    b = s.op[o, BATCH]
    save_batch(s, b)
    save_link(s, o)
    before = s.op[o, BEFORE]
    after = s.op[o, AFTER]
    if before == NONE:
        s.batch[b, FIRST] = after
    else:
        save_link(s, before)
        s.op[before, AFTER] = after
    if after == NONE:
        s.batch[b, LAST] = before
    else:
        save_link(s, after)
        s.op[after, BEFORE] = before
    s.batch[b, COUNT] -= 1
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] -= s.op[o, SIZE + d]
    k = s.batch[b, MACHINE]
    s.batch[b, PIECE_UNTIL] = -NEVER
    if (
        s.duration[o, k, 0] == s.batch[b, SHORT]
        or s.duration[o, k, 1] == s.batch[b, LONG]
        or s.op[o, READY] == s.batch[b, RELEASE]
        or s.op[o, FIXED] >= 0
    ):
        resum(s, b)


@_inner
def settle(s: State, limit: int) -> bool:
    """Time every marked batch, and all after it until times meet the old ones again.

    Returns False, with times half done, as soon as the cost is sure to end above `limit`.
    """
    total = s.total
    # From early to late, so that nothing is timed twice without need.
    for i in range(1, total[DIRTIES]):
        b = s.lists[DIRTY, i]
        j = i
        while j > 0 and s.batch[s.lists[DIRTY, j - 1], START] > s.batch[b, START]:
            s.lists[DIRTY, j] = s.lists[DIRTY, j - 1]
            j -= 1
        s.lists[DIRTY, j] = b
    for i in range(total[DIRTIES]):
        b = s.lists[DIRTY, i]
        if s.batch[b, COUNT] > 0 and s.batch[b, TIME_STAMP] != total[MOVE]:
            if not retime(s, b, i + 1, limit):
                return False
    if s.total[W_MAKESPAN] > 0:
        last = 0
        for k in range(s.machine.shape[0]):
            last = max(last, s.batch[s.batch[s.slots + k, PREV], END])
        total[TOTAL] += s.total[W_MAKESPAN] * (last - total[SPAN])
        total[SPAN] = last
    return True


@_tight
def retime(s: State, b: int, following: int, limit: int) -> bool:
    """Time batch `b` and its successors until nothing changes for the next one.

    What only ends later can only cost more. So when the cost is above `limit`, batches only move
    back, and no marked batch is left (those from place `following` on), the rest needs no timing:
    False.
    """
    while b < s.slots:
        save_time(s, b)
        end = s.batch[b, END]
        state = s.batch[b, STATE]
        cursor = s.batch[b, CURSOR]
        work = s.batch[b, WORK]
        s.total[TOTAL] -= s.batch[b, COST]
        s.total[LOST_PINS] -= s.batch[b, PINS]
        time_batch(s, b)
        s.total[TOTAL] += s.batch[b, COST]
        s.total[LOST_PINS] += s.batch[b, PINS]
        if s.total[RECORDING]:
            b = s.batch[b, NEXT]
            continue
        if s.batch[b, STATE] == state and s.batch[b, END] >= end and s.batch[b, WORK] >= work:
            if s.batch[b, END] == end and s.batch[b, CURSOR] == cursor and s.batch[b, WORK] == work:
                return True
            if s.total[TOTAL] > limit and all_timed(s, following):
                return False
        b = s.batch[b, NEXT]
    return True


@_tight
def all_timed(s: State, first: int) -> bool:
    """Tell whether every batch marked from place `first` on has been timed in this move."""
    for i in range(first, s.total[DIRTIES]):
        b = s.lists[DIRTY, i]
        if s.batch[b, COUNT] > 0 and s.batch[b, TIME_STAMP] != s.total[MOVE]:
            return False
    return True


# ----------------------------------------------------------------------------------- feasibility


@_inner
def fits(s: State, o: int, b: int, leaving: int) -> bool:
    """Tell whether batch `b` can take operation `o` once `leaving` (or NONE) has left it."""
    k = s.batch[b, MACHINE]
    if s.duration[o, k, 0] == NONE or s.op[o, KIND] != s.batch[b, FAMILY]:
        return False
    if s.machine[k, PROCESS] == CONTINUOUS:
        return True
    for d in range(s.machine.shape[1] - CAPACITY):
        used = s.batch[b, LOAD + d] + s.op[o, SIZE + d]
        if leaving != NONE:
            used -= s.op[leaving, SIZE + d]
        if used > s.machine[k, CAPACITY + d]:
            return False
    if s.machine[k, PROCESS] != PARALLEL:
        return True
    pin = s.op[o, FIXED]
    if pin >= 0 and s.batch[b, PIN] >= 0 and pin != s.batch[b, PIN]:
        return False
    if leaving == NONE:
        longest = max(s.batch[b, SHORT], s.duration[o, k, 0])
        return longest <= min(s.batch[b, LONG], s.duration[o, k, 1])
    return True


@_tight
def has_length(s: State, b: int) -> bool:
    """Tell whether batch `b` can last long enough for some and not too long for others."""
    is_parallel = s.machine[s.batch[b, MACHINE], PROCESS] == PARALLEL
    return not is_parallel or s.batch[b, SHORT] <= s.batch[b, LONG]


@_inner
def batch_may_run_on(s: State, b: int, k: int) -> bool:
    """Tell whether machine `k` can run batch `b` as it is."""
    old = s.batch[b, MACHINE]
    if k == old:
        return True
    # Several operations where singles are as good would hide the times that singles can have.
    if s.batch[b, COUNT] > 1 and is_single(s, k, s.batch[b, FAMILY]):
        return False
    if s.machine[k, PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - CAPACITY):
            if s.batch[b, LOAD + d] > s.machine[k, CAPACITY + d]:
                return False
    shortest = 0
    longest = NEVER
    o = s.batch[b, FIRST]
    while o != NONE:
        if s.duration[o, k, 0] == NONE:
            return False
        shortest = max(shortest, s.duration[o, k, 0])
        longest = min(longest, s.duration[o, k, 1])
        o = s.op[o, AFTER]
    return s.machine[k, PROCESS] != PARALLEL or shortest <= longest


@_inner
def may_merge(s: State, b: int, c: int) -> bool:
    """Tell whether batch `c` can take all operations of batch `b`, of the same family."""
    k = s.batch[c, MACHINE]
    if s.machine[k, PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - CAPACITY):
            if s.batch[b, LOAD + d] + s.batch[c, LOAD + d] > s.machine[k, CAPACITY + d]:
                return False
    if s.machine[k, PROCESS] == PARALLEL:
        pin, other = s.batch[b, PIN], s.batch[c, PIN]
        if pin >= 0 and other >= 0 and pin != other:
            return False
    shortest = s.batch[c, SHORT]
    longest = s.batch[c, LONG]
    x = s.batch[b, FIRST]
    while x != NONE:
        if s.duration[x, k, 0] == NONE:
            return False
        shortest = max(shortest, s.duration[x, k, 0])
        longest = min(longest, s.duration[x, k, 1])
        x = s.op[x, AFTER]
    return s.machine[k, PROCESS] != PARALLEL or shortest <= longest


@_inner
def relocate_batch(s: State, b: int, before: int) -> None:
    """Take batch `b` out and put it directly after `before` (not `b`), on any machine."""
    k = s.batch[before, MACHINE]
    soil(s, b)
    unlink_batch(s, b)
    link_batch(s, b, before)
    if k != s.batch[b, MACHINE]:
        s.batch[b, MACHINE] = k
        resum(s, b)


# ----------------------------------------------------------------------------------------- moves


@_tight
def near(s: State, count: int, place: int, reach: int) -> int:
    """Return a random place in [0, count) other than `place`, close ones more often."""
    step = 1 + below(s, max(1, reach))
    step = 1 + below(s, step)
    if next_random(s) >> _S33 & np.uint64(1):
        step = -step
    other = place + step
    if other < 0 or other >= count:
        other = place - step
    if other < 0 or other >= count:
        return place
    return other


@_tight
def kin_of(s: State, o: int, family: int) -> int:
    """Return a random operation of the same family: any, one due or one made about then."""
    low = s.lists[KIN_FIRST, family]
    count = s.lists[KIN_FIRST, family + 1] - low
    if count < 2:
        return o
    way = below(s, 4)
    if way == 0:
        return s.lists[KIN, low + below(s, count)]
    if way == 1:
        return s.lists[KIN, low + near(s, count, s.op[o, KIN_PLACE] - low, KIN_REACH)]
    return made_about_then(s, o, low, count)


@_tight
def made_about_then(s: State, o: int, low: int, count: int) -> int:
    """Return, of a few random operations in KIN from `low` on, the one in the closest batch."""
    b = s.op[o, BATCH]
    best = o
    least = int(np.int64(NEVER))
    for _ in range(CANDIDATES):
        other = s.lists[KIN, low + below(s, count)]
        c = s.op[other, BATCH]
        if c == b or c == NONE:
            continue
        gap = abs(s.batch[c, START] - s.batch[b, START])
        if gap < least:
            best, least = other, gap
    return best


@_inner
def tardy_operation(s: State) -> int:
    """Return a tardy or missed operation if a few tries find one, else NONE."""
    count = s.op.shape[0]
    for _ in range(12):
        o = below(s, count)
        b = s.op[o, BATCH]
        if b != NONE and (s.batch[b, END] > s.op[o, DUE] or s.batch[b, MISSED] > 0):
            return o
    return NONE


@_inner
def place_for(s: State, style: FloatArray, o: int) -> int:
    """Return a batch or sentinel after which something with operation `o` may stand."""
    count = s.op.shape[0]
    draw = uniform(s)
    b = s.op[o, BATCH]
    if draw < style[ANYWHERE]:
        b = s.op[below(s, count), BATCH]
    elif draw < style[BY_KIN]:
        b = s.op[kin_of(s, o, s.op[o, KIND]), BATCH]
    elif draw < style[BY_DUE_DATE]:
        b = s.op[s.lists[BY_DUE, near(s, count, s.op[o, DUE_PLACE], DUE_REACH)], BATCH]
    elif draw < style[CLOSE_BY]:
        forward = below(s, 2)
        for _ in range(1 + below(s, 4)):
            if b < s.slots:
                b = s.batch[b, NEXT] if forward else s.batch[b, PREV]
        return b
    else:
        b = NONE
    if b == NONE:
        b = s.slots + below(s, s.machine.shape[0])
    if below(s, 2) == 0:
        return s.batch[b, PREV]
    return b


@_tight
def leave(s: State, o: int) -> None:
    """Take operation `o` out of its batch for good; an empty batch goes."""
    b = s.op[o, BATCH]
    detach(s, o)
    if s.batch[b, COUNT] == 0:
        drop_batch(s, b)
    else:
        soil(s, b)


@_tight
def move_join(s: State, o: int) -> bool:
    """Put an operation into another batch of its family, or next to it."""
    old = s.op[o, BATCH]
    family = s.op[o, KIND]
    for _ in range(TRIES):
        other = kin_of(s, o, family)
        b = s.op[other, BATCH]
        if other == o or b == NONE:
            continue
        k = s.batch[b, MACHINE]
        if b == old:
            if s.machine[k, PROCESS] == PARALLEL:
                continue
            detach(s, o)
            attach(s, o, b, other)
            soil(s, b)
            return True
        if is_single(s, k, family):
            if below(s, 2) == 0:
                b = s.batch[b, PREV]
            if b == old:
                b = s.batch[b, PREV]
            return put_alone(s, o, b)
        if fits(s, o, b, NO_ONE):
            leave(s, o)
            before = other
            if s.machine[k, PROCESS] != PARALLEL and below(s, 2) == 0:
                before = s.op[other, BEFORE]
            attach(s, o, b, before)
            soil(s, b)
            return True
    return False


@_inner
def put_alone(s: State, o: int, before: int) -> bool:
    """Make operation `o` a batch of its own directly after `before`."""
    k = s.batch[before, MACHINE]
    if s.duration[o, k, 0] == NONE:
        return False
    old = s.op[o, BATCH]
    if s.batch[old, COUNT] == 1:
        if before == old or s.batch[old, PREV] == before:
            return False
        relocate_batch(s, old, before)
        return True
    leave(s, o)
    b = new_batch(s, k, s.op[o, KIND], before)
    attach(s, o, b, NO_ONE)
    return True


@_tight
def move_swap(s: State, o: int) -> bool:
    """Exchange two operations of one family between their batches."""
    b = s.op[o, BATCH]
    c = b
    other = o
    for _ in range(TRIES):
        other = kin_of(s, o, s.op[o, KIND])
        c = s.op[other, BATCH]
        if b != c and c != NONE and fits(s, o, c, other) and fits(s, other, b, o):
            break
        c = b
    if b == c:
        return False
    exchange(s, o, other)
    return has_length(s, b) and has_length(s, c)


@_inner
def exchange(s: State, o: int, other: int) -> None:
    """Put two operations into each other's batch and place, and mark their batches."""
    b, c = s.op[o, BATCH], s.op[other, BATCH]
    before_o, before_other = s.op[o, BEFORE], s.op[other, BEFORE]
    detach(s, o)
    detach(s, other)
    attach(s, o, c, before_other)
    attach(s, other, b, before_o)
    soil_once(s, b)
    soil_once(s, c)


@_inner
def move_batch(s: State, o: int, before: int) -> bool:
    """Put the batch of operation `o` directly after `before`."""
    b = s.op[o, BATCH]
    if before == b or s.batch[b, PREV] == before:
        return False
    if not batch_may_run_on(s, b, s.batch[before, MACHINE]):
        return False
    relocate_batch(s, b, before)
    return True


@_inner
def move_swap_batches(s: State, o: int) -> bool:
    """Exchange the places of two batches."""
    count = s.op.shape[0]
    if below(s, 2) == 0:
        other = below(s, count)
    else:
        other = s.lists[BY_DUE, near(s, count, s.op[o, DUE_PLACE], DUE_REACH)]
    b = s.op[o, BATCH]
    c = s.op[other, BATCH]
    return b != c and swap_places(s, b, c)


@_inner
def swap_places(s: State, b: int, c: int) -> bool:
    """Exchange the places of two batches; False where a machine cannot run the other's batch."""
    if not batch_may_run_on(s, b, s.batch[c, MACHINE]):
        return False
    if not batch_may_run_on(s, c, s.batch[b, MACHINE]):
        return False
    before_b = s.batch[b, PREV]
    before_c = s.batch[c, PREV]
    if before_c == b:
        relocate_batch(s, b, c)
    elif before_b == c:
        relocate_batch(s, c, b)
    else:
        relocate_batch(s, b, before_c)
        relocate_batch(s, c, before_b)
    return True


@_inner
def place_elsewhere(s: State, b: int) -> int:
    """Return, of a few random batches on other machines, the one that ends closest to `b`."""
    c = int(np.int64(NONE))
    least = int(np.int64(NEVER))
    for _ in range(CANDIDATES):
        other = s.op[below(s, s.op.shape[0]), BATCH]
        if other == NONE or s.batch[other, MACHINE] == s.batch[b, MACHINE]:
            continue
        gap = abs(s.batch[other, END] - s.batch[b, END])
        if gap < least:
            c, least = other, gap
    return c


@_inner
def length_after(s: State, b: int, most: int, machine: int) -> int:
    """Return how many batches follow `b`, at most `most`; NONE if `machine` cannot run one."""
    length = 0
    x = s.batch[b, NEXT]
    while x < s.slots and length < most:
        if not batch_may_run_on(s, x, machine):
            return NONE
        length += 1
        x = s.batch[x, NEXT]
    return length


@_inner
def relocate_chain(s: State, first: int, length: int, before: int) -> None:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    x = first
    for _ in range(length):
        after = s.batch[x, NEXT]
        if s.batch[x, PREV] != before:
            relocate_batch(s, x, before)
        before = x
        x = after


@_inner
def move_cross(s: State, o: int) -> bool:
    """Exchange what follows at about the same time on two machines: a few batches, or all."""
    b = s.op[o, BATCH]
    if below(s, 2) == 0:
        b = s.batch[b, PREV]
    c = place_elsewhere(s, b)
    if c == NONE:
        return False
    most = other_most = LONGEST_TAIL
    if below(s, 3) != 0:
        most = 1 + below(s, 5)
        other_most = below(s, 5)
    first, second = s.batch[b, NEXT], s.batch[c, NEXT]
    length = length_after(s, b, most, s.batch[c, MACHINE])
    other_length = length_after(s, c, other_most, s.batch[b, MACHINE])
    if length < 0 or other_length < 0 or length + other_length == 0:
        return False
    relocate_chain(s, first, length, c)
    relocate_chain(s, second, other_length, b)
    return True


@_inner
def kin_between(s: State, b: int, low: int, high: int, earlier: bool) -> int:
    """List in CHOSEN the other batches of the family of `b` that start in [low, high).

    In order of time, from the last on unless `earlier`; returns their number, NONE if too many.
    """
    family = s.batch[b, FAMILY]
    count = 0
    for place in range(s.lists[KIN_FIRST, family], s.lists[KIN_FIRST, family + 1]):
        o = s.lists[KIN, place]
        c = s.op[o, BATCH]
        # Each batch once: with its first operation.
        if c == NONE or c == b or s.batch[c, FIRST] != o:
            continue
        start = s.batch[c, START]
        if start < low or start >= high:
            continue
        if count == LONGEST_SHIFT:
            return NONE
        i = count
        while i > 0 and (s.batch[s.lists[CHOSEN, i - 1], START] > start) == earlier:
            s.lists[CHOSEN, i] = s.lists[CHOSEN, i - 1]
            i -= 1
        s.lists[CHOSEN, i] = c
        count += 1
    return count


@_inner
def move_shift(s: State, style: FloatArray, o: int) -> bool:
    """Move the place of a batch, while its family keeps its order over its old and new places."""
    b = s.op[o, BATCH]
    before = place_for(s, style, o)
    if before == b or s.batch[b, PREV] == before:
        return False
    now = s.batch[b, START]
    then = s.batch[before, END]
    earlier = then < now
    count = kin_between(s, b, min(then, now), max(then + 1, now), earlier)
    if count <= 0 or not batch_may_run_on(s, b, s.batch[before, MACHINE]):
        return False
    relocate_batch(s, b, before)
    for i in range(count):
        if not swap_places(s, b, s.lists[CHOSEN, i]):
            return False
    return True


@_inner
def move_eject(s: State, o: int) -> bool:
    """Put an operation in the place of a kin, which goes into a third batch that has room."""
    b = s.op[o, BATCH]
    family = s.op[o, KIND]
    out = kin_of(s, o, family)
    c = s.op[out, BATCH]
    if c == b or c == NONE or not fits(s, o, c, out):
        return False
    for _ in range(TRIES):
        other = kin_of(s, out, family)
        d = s.op[other, BATCH]
        if d == b or d == c or d == NONE or not fits(s, out, d, NO_ONE):
            continue
        if is_single(s, s.batch[d, MACHINE], family):
            continue
        before = s.op[out, BEFORE]
        leave(s, o)
        detach(s, out)
        attach(s, o, c, before)
        attach(s, out, d, other)
        soil(s, c)
        soil(s, d)
        return has_length(s, c)
    return False


@_inner
def move_merge(s: State, o: int) -> bool:
    """Put all operations of a batch into another batch of its family."""
    b = s.op[o, BATCH]
    c = b
    for _ in range(TRIES):
        c = s.op[kin_of(s, o, s.op[o, KIND]), BATCH]
        if c == b or c == NONE:
            continue
        if is_single(s, s.batch[c, MACHINE], s.op[o, KIND]):
            return run_to(s, b, c)
        if may_merge(s, b, c):
            break
        c = b
    if c == b or c == NONE:
        return False
    x = s.batch[b, FIRST]
    while x != NONE:
        after = s.op[x, AFTER]
        detach(s, x)
        attach(s, x, c, s.batch[c, LAST])
        x = after
    drop_batch(s, b)
    soil(s, c)
    return True


@_inner
def run_to(s: State, b: int, c: int) -> bool:
    """Move the run of one family around batch `b` to directly behind batch `c`."""
    family = s.batch[b, FAMILY]
    first = b
    length = 1
    while length < 64 and s.batch[first, PREV] < s.slots:
        if s.batch[s.batch[first, PREV], FAMILY] != family or s.batch[first, PREV] == c:
            break
        first = s.batch[first, PREV]
        length += 1
    last = b
    while length < 64 and s.batch[last, NEXT] < s.slots:
        if s.batch[s.batch[last, NEXT], FAMILY] != family or s.batch[last, NEXT] == c:
            break
        last = s.batch[last, NEXT]
        length += 1
    return move_chain(s, first, length, c)


@_inner
def move_chain(s: State, first: int, length: int, before: int) -> bool:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    k = s.batch[before, MACHINE]
    x = first
    for _ in range(length):
        if x >= s.slots or x == before or not batch_may_run_on(s, x, k):
            return False
        x = s.batch[x, NEXT]
    if s.batch[first, PREV] == before:
        return False
    relocate_chain(s, first, length, before)
    return True


@_inner
def move_split(s: State, style: FloatArray, o: int) -> bool:
    """Take some operations of a batch out into a new batch behind it or somewhere else."""
    b = s.op[o, BATCH]
    count = s.batch[b, COUNT]
    if count < 2:
        return False
    k = s.batch[b, MACHINE]
    chosen = 0
    way = below(s, 3)
    x = s.batch[b, FIRST]
    passed = False
    while x != NONE:
        passed = passed or x == o
        take = passed
        if way == 1:
            take = s.op[x, DUE] >= s.op[o, DUE]
        elif way == 2:
            take = s.duration[x, k, 0] >= s.duration[o, k, 0]
        if take:
            s.lists[CHOSEN, chosen] = x
            chosen += 1
        x = s.op[x, AFTER]
    if chosen == count or chosen == 0:
        return False
    before = b
    if below(s, 2) == 0:
        before = place_for(s, style, o)
    k = s.batch[before, MACHINE]
    for i in range(chosen):
        if s.duration[s.lists[CHOSEN, i], k, 0] == NONE:
            return False
    if k != s.batch[b, MACHINE] and not batch_may_run_on(s, b, k):
        return False
    c = new_batch(s, k, s.batch[b, FAMILY], before)
    for i in range(chosen):
        detach(s, s.lists[CHOSEN, i])
        attach(s, s.lists[CHOSEN, i], c, s.batch[c, LAST])
    soil(s, b)
    return True


@_inner
def move_run(s: State, style: FloatArray, o: int, longest: int) -> bool:
    """Move a few consecutive batches, or a whole run of one family, somewhere else."""
    b = s.op[o, BATCH]
    before = place_for(s, style, o)
    if below(s, 3) == 0:
        return run_to(s, b, before)
    return move_chain(s, b, 2 + below(s, longest), before)


@_inner
def move_reverse(s: State, o: int) -> bool:
    """Turn a few consecutive batches of one machine around."""
    b = s.op[o, BATCH]
    length = 2 + below(s, 8)
    x = b
    for _ in range(length - 1):
        if s.batch[x, NEXT] >= s.slots:
            return False
        x = s.batch[x, NEXT]
    before = s.batch[b, PREV]
    x = s.batch[b, NEXT]
    for _ in range(length - 1):
        after = s.batch[x, NEXT]
        relocate_batch(s, x, before)
        x = after
    return True


@_inner
def move_tardy_batch(s: State, o: int) -> bool:
    """Put the batch of a tardy operation before an earlier one."""
    b = s.op[o, BATCH]
    x = b
    for _ in range(1 + below(s, 12)):
        if s.batch[x, PREV] >= s.slots:
            break
        x = s.batch[x, PREV]
    return move_batch(s, o, s.batch[x, PREV])


@_inner
def changeover_price(s: State, k: int, state: int, family: int) -> int:
    """Return what a changeover of machine `k` weighs; its time counts even where it is free."""
    place = changeover_place(s, k, state, family)
    return (s.total[W_MINUTES] + 1) * s.change[place] + s.total[W_COST] * s.change[place + 1]


@_inner
def dear_batch(s: State) -> int:
    """Return the batch with the dearest changeover of a few random ones; NONE if all are free."""
    b = int(np.int64(NONE))
    most = int(np.int64(0))
    for _ in range(CANDIDATES):
        c = s.op[below(s, s.op.shape[0]), BATCH]
        if c == NONE:
            continue
        before = s.batch[s.batch[c, PREV], STATE]
        price = changeover_price(s, s.batch[c, MACHINE], before, s.batch[c, FAMILY])
        if price > most:
            b, most = c, price
    return b


@_inner
def cheap_place_for(s: State, style: FloatArray, b: int) -> int:
    """Return, of a few places, the one where batch `b` adds least in changeovers; `b` for none."""
    family = s.batch[b, FAMILY]
    before = b
    least = int(ANY_COST)
    for _ in range(TRIES):
        c = place_for(s, style, s.batch[b, FIRST])
        if c == b or c == s.batch[b, PREV]:
            continue
        k = s.batch[c, MACHINE]
        state = s.batch[c, STATE]
        after = s.batch[c, NEXT]
        price = changeover_price(s, k, state, family)
        if after < s.slots:
            following = s.batch[after, FAMILY]
            price += changeover_price(s, k, family, following)
            price -= changeover_price(s, k, state, following)
        if price < least:
            before, least = c, price
    return before


@_inner
def move_dear_batch(s: State, style: FloatArray) -> bool:
    """Move a batch with a dear changeover, or the run around it, to where changeovers are cheap."""
    b = dear_batch(s)
    if b == NONE:
        return False
    before = cheap_place_for(s, style, b)
    if before == b:
        return False
    if below(s, 2) == 0:
        return run_to(s, b, before)
    return move_chain(s, b, JUST_ONE, before)


# --------------------------------------------------------------------------------------- dealing
#
# Where batches move, their operations no longer suit them: one is not ready yet and keeps the whole
# batch waiting, another has become urgent. Between kin in parallel batches the gain of an exchange
# is known without timing anything, so a move of batches first mends that and is judged then.


@_inner
def is_dealt(s: State, b: int) -> bool:
    """Tell whether operations of batch `b` can be exchanged by their costs alone."""
    if s.batch[b, COUNT] == 0 or s.batch[b, MISSED] > 0:
        return False
    return s.machine[s.batch[b, MACHINE], PROCESS] == PARALLEL


@_inner
def kin_about(s: State, o: int) -> tuple[int, int]:
    """Return the places in KIN, from and to, of operation `o` and some that are due about then."""
    family = s.op[o, KIND]
    low, high = s.lists[KIN_FIRST, family], s.lists[KIN_FIRST, family + 1]
    if high - low > KIN_DEALT:
        low = max(low, min(s.op[o, KIN_PLACE] - below(s, KIN_DEALT), high - KIN_DEALT))
        high = low + KIN_DEALT
    return low, high


@_inner
def suits(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can last and end as it does now with operation `o` in it."""
    k = s.batch[b, MACHINE]
    length = s.batch[b, SHORT]
    return (
        s.op[o, FIXED] < 0
        and s.op[o, DEADLINE] >= s.batch[b, END]
        and s.duration[o, k, 0] <= length <= s.duration[o, k, 1]
    )


@_inner
def keeps_times(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can start, last and end as it does now with operation `o` in it."""
    return s.op[o, READY] <= s.batch[b, START] and suits(s, o, b)


@_inner
def dearer(s: State, o: int, end: int, other_end: int) -> int:
    """Return what operation `o` costs more at `end` than at `other_end`."""
    return order_cost(s, o, end) - order_cost(s, o, other_end)


@_inner
def last_ready(s: State, b: int) -> int:
    """Return the operation that batch `b` waits for; NONE if it waits for none."""
    before = s.batch[b, PREV]
    place = changeover_place(s, s.batch[b, MACHINE], s.batch[before, STATE], s.batch[b, FAMILY])
    ready = s.batch[b, RELEASE]
    if ready <= s.batch[before, END] + s.change[place]:
        return int(np.int64(NONE))
    o = s.batch[b, FIRST]
    while o != NONE and s.op[o, READY] < ready:
        o = s.op[o, AFTER]
    return o


@_inner
def exchange_unready(s: State, b: int) -> None:
    """Exchange the operations that batch `b` waits for with kin that are ready sooner.

    Each with the one that costs least at the times of now, the gain of starting sooner left out.
    """
    end = s.batch[b, END]
    for _ in range(s.batch[b, COUNT]):
        o = last_ready(s, b)
        if o == NONE:
            return
        chosen = int(np.int64(NONE))
        least = int(ANY_COST)
        low, high = kin_about(s, o)
        for place in range(low, high):
            other = s.lists[KIN, place]
            c = s.op[other, BATCH]
            if c == NONE or c == b or s.op[other, READY] >= s.op[o, READY] or not is_dealt(s, c):
                continue
            if not keeps_times(s, o, c) or not suits(s, other, b):
                continue
            price = dearer(s, other, end, s.batch[c, END]) + dearer(s, o, s.batch[c, END], end)
            if price < least and fits(s, o, c, other) and fits(s, other, b, o):
                chosen, least = other, price
        if chosen == NONE:
            return
        exchange(s, o, chosen)


@_inner
def exchange_for_less(s: State, b: int) -> None:
    """Exchange operations of batch `b` with kin, or take kin in, where that costs less now."""
    end = s.batch[b, END]
    low, high = kin_about(s, s.batch[b, FIRST])
    for place in range(low, high):
        other = s.lists[KIN, place]
        c = s.op[other, BATCH]
        if c == NONE or c == b or s.batch[c, END] == end:
            continue
        if not is_dealt(s, c) or not keeps_times(s, other, b):
            continue
        other_end = s.batch[c, END]
        alone = dearer(s, other, other_end, end)
        most = int(np.int64(0))
        chosen = int(np.int64(NONE))
        o = s.batch[b, FIRST]
        while o != NONE:
            gain = alone + dearer(s, o, end, other_end)
            if gain > most and keeps_times(s, o, c) and fits(s, o, c, other):
                if fits(s, other, b, o):
                    chosen, most = o, gain
            o = s.op[o, AFTER]
        if alone > most and fits(s, other, b, NO_ONE):
            leave(s, other)
            attach(s, other, b, s.batch[b, LAST])
            soil_once(s, b)
        elif chosen != NONE:
            exchange(s, chosen, other)


@_inner
def deal_out(s: State, limit: int) -> bool:
    """Deal the operations of the marked batches out anew among their kin, and mark what changed.

    False, with times half done, as soon as the cost is sure to stay above `limit` before.
    """
    dealt = 0
    for i in range(s.total[DIRTIES]):
        b = s.lists[DIRTY, i]
        is_new = s.batch[b, COUNT] > 0 and s.machine[s.batch[b, MACHINE], PROCESS] == PARALLEL
        for j in range(dealt):
            is_new = is_new and s.lists[CHOSEN, j] != b
        if is_new and dealt < MOST_DEALT:
            s.lists[CHOSEN, dealt] = b
            dealt += 1
    if dealt == 0:
        return True
    if not settle(s, limit):
        return False
    go_on(s)
    for i in range(dealt):
        if is_dealt(s, s.lists[CHOSEN, i]):
            exchange_unready(s, s.lists[CHOSEN, i])
    if s.total[DIRTIES] > 0:
        settle(s, ANY_COST)
        go_on(s)
    if s.total[TOTAL] > limit:
        return False
    for i in range(dealt):
        if is_dealt(s, s.lists[CHOSEN, i]):
            exchange_for_less(s, s.lists[CHOSEN, i])
    return True


@_tight
def draw_kind(s: State, style: FloatArray) -> int:
    """Return a random kind of move; `style` begins with the cumulated shares."""
    draw = uniform(s)
    kind = 0
    while kind < KINDS - 1 and draw >= style[kind]:
        kind += 1
    return kind


@_entry
def anneal(
    s: State,
    best: IntArray,
    count: int,
    temperature: float,
    style: FloatArray,
    tried: IntArray,
    taken: IntArray,
    rises: IntArray,
    stop: IntArray,
) -> int:
    """Try `count` moves at one temperature; the best schedule met is copied to the lists `best`.

    `style` holds the cumulated shares of the kinds of move, then of places, then how many moves of
    batches deal operations out; `tried` and `taken` count, per kind, the moves evaluated and the
    moves that changed the cost and were kept.
    Where `rises` has room (for `count`), no move is kept, and the rises in cost are written there.
    Returns how many moves raised it. `stop[0]` ends it early.
    Metropolis acceptance (Kirkpatrick, Gelatt, Vecchi 1983).
    """
    total = s.total
    rest = s.op.shape[0] // 8
    keeps = rises.shape[0] == 0
    risen = 0
    for i in range(count):
        if (i & 1023) == 0 and stop[0] != 0:
            break
        kind = draw_kind(s, style)
        before = total[TOTAL]
        limit = before
        if not keeps:
            limit = int(ANY_COST)
        elif temperature > 0.0:
            limit -= int(temperature * log(uniform(s) + 1e-300))
        begin_move(s)
        # The kinds of move are called right here: with a function between, compiling takes longer.
        o = below(s, s.op.shape[0])
        if kind == 9 or kind == 10:
            o = tardy_operation(s)
        if o == NONE or s.op[o, BATCH] == NONE:
            continue
        done = False
        if kind == 0 or kind == 9:
            done = move_join(s, o)
        elif kind == 1:
            done = move_swap(s, o)
        elif kind == 2:
            done = put_alone(s, o, place_for(s, style, o))
        elif kind == 3:
            done = move_batch(s, o, place_for(s, style, o))
        elif kind == 4:
            done = move_swap_batches(s, o)
        elif kind == 5:
            done = move_merge(s, o)
        elif kind == 6:
            done = move_split(s, style, o)
        elif kind == 7:
            done = move_run(s, style, o, LONG_CHAIN)
        elif kind == 8:
            done = move_reverse(s, o)
        elif kind == 10:
            done = move_tardy_batch(s, o)
        elif kind == 11:
            done = move_run(s, style, o, PAIR)
        elif kind == 12:
            done = move_cross(s, o)
        elif kind == 13:
            done = move_shift(s, style, o)
        elif kind == 14:
            done = move_eject(s, o)
        else:
            done = move_dear_batch(s, style)
        if not done:
            undo_move(s)
            continue
        tried[kind] += 1
        moves_batches = kind not in (0, 1, 9, 14)
        if keeps and moves_batches and uniform(s) < style[DEALING]:
            if not deal_out(s, limit + int(SLACK * temperature)):
                undo_move(s)
                continue
        good = settle(s, limit) and total[TOTAL] <= limit and total[LOST_PINS] <= total[OLD_PINS]
        delta = total[TOTAL] - before
        if not keeps and good and delta > 0:
            rises[risen] = delta
            risen += 1
        if not keeps or not good:
            undo_move(s)
            continue
        if delta > 0 and before < total[BEST] and total[SINCE_BEST] >= rest:
            # About to leave the best schedule so far: keep it, by stepping back for a moment.
            undo_move(s)
            keep_best(s, best)
            total[SINCE_BEST] = 0
            continue
        total[SINCE_BEST] += 1
        if delta != 0:
            taken[kind] += 1
        keep_move(s)
    if total[TOTAL] < total[BEST]:
        keep_best(s, best)
    return risen


# ---------------------------------------------------------------------------------- construction


@_inner
def tail_end(s: State, o: int, k: int) -> int:
    """Return when operation `o` would end as a batch of its own after all others on machine `k`."""
    p = s.batch[s.slots + k, PREV]
    w = s.batch[p, CURSOR]
    if s.duration[o, k, 0] == NONE or w >= s.machine[k, LAST_WINDOW]:
        return NEVER
    change = s.change[changeover_place(s, k, s.batch[p, STATE], s.op[o, KIND])]
    release = max(s.op[o, READY], s.op[o, FIXED])
    start, end, _, _ = earliest(
        s, k, s.batch[p, END], s.batch[p, WORK], w, change, np.int64(s.duration[o, k, 0]), release
    )
    if start < 0:
        return NEVER
    return end


@_inner
def add_alone(s: State, o: int, before: int) -> int:
    """Put operation `o`, in no batch yet, into a new batch after `before`; return its end.

    Returns NEVER when it cannot be timed there or a pinned one would lose its place.
    """
    begin_move(s)
    b = new_batch(s, s.batch[before, MACHINE], s.op[o, KIND], before)
    attach(s, o, b, NO_ONE)
    s.total[TOTAL] -= s.total[W_UNPLANNED]
    settle(s, ANY_COST)
    if s.batch[b, MISSED] > 0 or s.total[LOST_PINS] > s.total[OLD_PINS]:
        return NEVER
    return s.batch[b, END]


@_inner
def add_to_last(s: State, o: int, k: int) -> int:
    """Put operation `o` into the last batch of machine `k`; return the batch's end or NEVER."""
    begin_move(s)
    b = s.batch[s.slots + k, PREV]
    if b >= s.slots or not fits(s, o, b, NO_ONE):
        return NEVER
    missed = s.batch[b, MISSED]
    attach(s, o, b, s.batch[b, LAST])
    s.total[TOTAL] -= s.total[W_UNPLANNED]
    soil(s, b)
    settle(s, ANY_COST)
    if s.batch[b, MISSED] > missed or s.total[LOST_PINS] > s.total[OLD_PINS]:
        return NEVER
    return s.batch[b, END]


@_entry
def dispatch(s: State, sequence: IntArray, joins: int) -> None:
    """Place the operations of `sequence` one after the other where each ends first.

    Candidates are the end of every eligible machine, the places before the pinned batches that
    stand last there and, if `joins`, the last batch itself. What fits nowhere joins no list but is
    put, passed over, at the end of its first eligible machine.
    """
    for i in range(sequence.shape[0]):
        o = sequence[i]
        best_end = NEVER
        best_before = int(np.int64(NONE))
        best_joins = int(np.int64(0))
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, 0] == NONE:
                continue
            before = s.batch[s.slots + k, PREV]
            end = tail_end(s, o, k)
            if end < best_end:
                best_end, best_before, best_joins = end, before, 0
            while before < s.slots and s.batch[before, PIN] >= 0:
                before = s.batch[before, PREV]
                end = add_alone(s, o, before)
                undo_move(s)
                if end < best_end:
                    best_end, best_before, best_joins = end, before, 0
            last = s.batch[s.slots + k, PREV]
            if joins and last < s.slots and s.batch[last, FAMILY] == s.op[o, KIND]:
                end = add_to_last(s, o, k)
                undo_move(s)
                if end <= best_end and end < NEVER:
                    best_end, best_before, best_joins = end, last, 1
        place_found(s, o, best_before, best_joins)


@_entry
def dispatch_pinned(s: State, sequence: IntArray) -> None:
    """Place operations that are pinned to a start, sorted by it, each behind the one before.

    On a machine with batches an operation of the same family and start joins the last batch.
    """
    for i in range(sequence.shape[0]):
        o = sequence[i]
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, 0] == NONE:
                continue
            last = s.batch[s.slots + k, PREV]
            joined = False
            if last < s.slots and s.batch[last, PIN] == s.op[o, FIXED]:
                joined = add_to_last(s, o, k) < NEVER
                if not joined:
                    undo_move(s)
            if not joined:
                add_alone(s, o, last)
            keep_move(s)
            break


@_inner
def place_found(s: State, o: int, before: int, joins: int) -> None:
    """Put operation `o` where `dispatch` found; NONE is the end of its first eligible machine."""
    if before == NONE:
        for k in range(s.machine.shape[0]):
            if s.duration[o, k, 0] != NONE:
                before = s.batch[s.slots + k, PREV]
                break
    if before == NONE:
        return
    if joins:
        add_to_last(s, o, s.batch[before, MACHINE])
    else:
        add_alone(s, o, before)
    keep_move(s)


# ---------------------------------------------------------------------------------- in and out


@_entry
def keep_best(s: State, best: IntArray) -> None:
    """Copy the lists into the flat record of the best schedule."""
    s.total[BEST] = s.total[TOTAL]
    copy_lists(s, best)


@_entry
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


@_entry
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


@_entry
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


@_entry
def record_times(s: State) -> None:
    """Time everything once more and keep when each operation starts and ends."""
    s.total[RECORDING] = 1
    time_all(s)
    s.total[RECORDING] = 0


@_inner
def time_all(s: State) -> None:
    """Time every batch."""
    begin_move(s)
    for k in range(s.machine.shape[0]):
        soil(s, s.batch[s.slots + k, NEXT])
    everything = s.total[RECORDING]
    s.total[RECORDING] = everything + 2
    settle(s, ANY_COST)
    s.total[RECORDING] = everything
