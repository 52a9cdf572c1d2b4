"""Timing where machines depend on each other: by routes, waits, lots and hand-over.

A `CoupledState` is a `State` that also knows what must be complete before what, and which
operations complete an order. All moves are those of a `State`. Each batch has a rank, and whatever
must come before another, on its machine or a route, has a lower one. A move that is settled first
mends the ranks: those that are too low now are raised, and what follows them with them; one that
would come before itself is found on the way, and the move refused (forward half of Pearce and
Kelly, ACM Journal of Experimental Algorithmics 11, 2006). Then what the move changed is timed again
by rank, and whatever follows on the same machine or on a route, each batch once, until times meet
the old ones.

Where there are most waits, an operation is held back until what follows it can take it in time. A
move first lets go whatever is held back for something that it changed or that may start earlier
now, and times that; then it holds back, among all whose times it changed, what would wait too long:
by rank, so that what comes early stands before what comes late is looked at.
So times keep all waits, and nearly always they are the least ones that do, as if all were timed
from nothing; only what holds itself back in a circle may stay where it is. Whoever needs the least
ones times all anew.
"""

from typing import NamedTuple

from planner.arrays import NEVER, NONE, PARALLEL, ShortArray
from planner.domain import IntArray
from planner.search.kernels.columns import (
    BATCH_COST,
    BATCH_COUNT,
    BATCH_END,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_LOST_PINS,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_RELEASE,
    BATCH_SET_UP,
    BATCH_WINDOW,
    BATCH_WORK,
    DIRTY,
    DIRTY_COUNT,
    EVERYTHING,
    LAST_END,
    LOST_PINS,
    MACHINE_FIRST_WINDOW,
    MACHINE_LAST_WINDOW,
    MACHINE_PAUSABLE,
    MACHINE_PROCESS,
    MOVE_BEGAN,
    OP_AFTER,
    OP_BATCH,
    OP_DEADLINE,
    OP_END,
    OP_PIN,
    OP_RELEASE,
    OP_START,
    RECORDING,
    TIMING_MODE,
    TOTAL_COST,
    WEIGHT_MAKESPAN,
    WEIGHT_MOVED,
    WINDOW_START,
    WINDOW_WORK,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.timing import pass_over, time_batch
from planner.search.kernels.undoing import save_time
from planner.search.kernels.windows import window_after, window_of_work, work_before

# Columns of CoupledState.before: what must be complete, and the wait after it.
WHAT, LEAST_WAIT, MOST_WAIT = 0, 1, 2
# Columns of CoupledState.route: facts of an operation, then when it starts, leaves and completes,
# what upkeep stands before the batch that it begins, whether it is listed, and the list of those to
# look at for what they wait; the move that last held it back, and how often.
ORDER, EARLIEST, HOLD, ROUTE_START, ROUTE_LEAVE, ROUTE_END, ROUTE_STAMP = 0, 1, 2, 3, 4, 5, 6
ROUTE_UPKEEP, IS_LISTED, LISTED, HELD_IN, HELD_TIMES, ROUTE_COLUMNS = 7, 8, 9, 10, 11, 12
ROUTE_LOG_WIDTH = 6
# Columns of CoupledState.order: its facts, the rows of `final` that complete it, what it costs.
ORDER_DUE, ORDER_RELEASE, ORDER_LATE, ORDER_TARDY, ORDER_FLOW = 0, 1, 2, 3, 4
FINAL_FIRST, FINAL_LAST, ORDER_COST, ORDER_STAMP = 5, 6, 7, 8
ORDER_COLUMNS = 9
# Rows of CoupledState.queue: a heap of batches, and of each batch whether it waits in it, whether
# and why it is left out, its rank, and how many that come before it have no rank yet.
HEAP, WAITS, IS_OUT, RANK, UNRANKED = 0, 1, 2, 3, 4
QUEUE_ROWS = 5
# Why a batch is left out.
BEFORE_ITSELF, WAITS_TOO_LONG = 1, 2
# Between the ranks of two batches when all are ranked anew.
GAP = 2**20
# How a batch waits: because something before it changed, or because that may let it start earlier.
LATER, EARLIER = 1, 2
# Places in CoupledState.note.
QUEUED, MAY_FALL, HAS_MOST_WAITS = 0, 1, 2
ROUTE_LOGGED, ROUTE_BEGAN, ORDERS_LOGGED, RANKS_LOGGED = 3, 4, 5, 6
# Whether an operation of the batch in hand comes after another of it.
WAITS_WITHIN = 7
# How many operations are listed; why the batch that was taken from the queue last had waited there.
LIST_COUNT, POPPED = 8, 9
NOTES = 10
# What is held back more often than so holds itself back: what waits for it is left out, or the move
# refused.
MOST_HOLDS, MOST_IN_MOVE = 100, 5
# The ways to time what waits: as it comes; letting go what is held back; holding back, or else
# refusing the move, or leaving out.
JUST_TIMING, LETTING_GO, HOLDING, LEAVING_OUT = 0, 1, 2, 3


class CoupledState(NamedTuple):
    """A `State` with routes; shapes use n operations, l links, r orders, q operations that end one.

    The fields of `State` come first, under the same names.
    """

    slots: int
    machine: IntArray
    window: IntArray
    change: IntArray
    duration: ShortArray
    op: IntArray
    batch: IntArray
    lists: IntArray
    log: IntArray
    scalar: IntArray
    # given
    before_first: IntArray  # (n + 1,) links that end in operation k are rows [k] to [k + 1]
    before: IntArray  # (l, 3)
    after_first: IntArray  # (n + 1,)
    after: IntArray  # (l,) the operations that follow
    final: IntArray  # (q,) operations that nothing of their order follows, order by order
    hand_on: IntArray  # (m,) 1 where whole batches are handed on
    # changing
    route: IntArray  # (n, ROUTE_COLUMNS)
    order: IntArray  # (r, ORDER_COLUMNS)
    queue: IntArray  # (QUEUE_ROWS, b + m)
    route_log: IntArray  # (n + r, ROUTE_LOG_WIDTH) operations from the front, orders from the back
    rank_log: IntArray  # (4 * (b + m), 2) batches and the ranks they had
    note: IntArray  # (NOTES,)
    shared: IntArray  # resources, runs of one family, order of batches: see shared_state


# -------------------------------------------------------------------------------------- the queue


@inner
def sooner(s: CoupledState, b: int, c: int) -> bool:
    """Tell whether batch `b` is to be timed before `c`."""
    return s.queue[RANK, b] < s.queue[RANK, c]


@inner
def push(s: CoupledState, b: int, why: int) -> None:
    """Let batch `b` wait for timing."""
    if b >= s.slots or s.batch[b, BATCH_COUNT] == 0:
        return
    if s.queue[WAITS, b] != 0:
        if why == EARLIER and s.queue[WAITS, b] == LATER:
            s.queue[WAITS, b] = EARLIER
            s.note[MAY_FALL] += 1
        return
    s.queue[WAITS, b] = why
    if why == EARLIER:
        s.note[MAY_FALL] += 1
    i = s.note[QUEUED]
    s.note[QUEUED] += 1
    while i > 0:
        parent = (i - 1) >> 1
        if not sooner(s, b, s.queue[HEAP, parent]):
            break
        s.queue[HEAP, i] = s.queue[HEAP, parent]
        i = parent
    s.queue[HEAP, i] = b


@inner
def pop(s: CoupledState) -> int:
    """Return the next batch to time, NONE when none waits."""
    if s.note[QUEUED] == 0:
        return NONE
    first = s.queue[HEAP, 0]
    s.note[POPPED] = s.queue[WAITS, first]
    if s.queue[WAITS, first] == EARLIER:
        s.note[MAY_FALL] -= 1
    s.queue[WAITS, first] = 0
    s.note[QUEUED] -= 1
    count = s.note[QUEUED]
    b = s.queue[HEAP, count]
    i = 0
    while 2 * i + 1 < count:
        child = 2 * i + 1
        if child + 1 < count and sooner(s, s.queue[HEAP, child + 1], s.queue[HEAP, child]):
            child += 1
        if not sooner(s, s.queue[HEAP, child], b):
            break
        s.queue[HEAP, i] = s.queue[HEAP, child]
        i = child
    s.queue[HEAP, i] = b
    return first


@inner
def empty_queue(s: CoupledState) -> None:
    """Let nothing wait."""
    for i in range(s.note[QUEUED]):
        s.queue[WAITS, s.queue[HEAP, i]] = 0
    s.note[QUEUED] = 0
    s.note[MAY_FALL] = 0


# ---------------------------------------------------------------------------------- save and undo


@inner
def open_log(s: CoupledState) -> None:
    """Empty the log of routes when a new move has begun."""
    if s.note[ROUTE_BEGAN] != s.scalar[MOVE_BEGAN]:
        s.note[ROUTE_BEGAN] = s.scalar[MOVE_BEGAN]
        s.note[ROUTE_LOGGED] = 0
        s.note[ORDERS_LOGGED] = 0
        s.note[RANKS_LOGGED] = 0


@inner
def save_route(s: CoupledState, o: int) -> None:
    """Keep the times of operation `o` as they were before this move."""
    open_log(s)
    if s.route[o, ROUTE_STAMP] >= s.scalar[MOVE_BEGAN]:
        return
    s.route[o, ROUTE_STAMP] = s.scalar[MOVE_BEGAN]
    row = s.note[ROUTE_LOGGED]
    s.note[ROUTE_LOGGED] += 1
    s.route_log[row, 0] = o
    s.route_log[row, 1] = s.route[o, HOLD]
    s.route_log[row, 2] = s.route[o, ROUTE_START]
    s.route_log[row, 3] = s.route[o, ROUTE_LEAVE]
    s.route_log[row, 4] = s.route[o, ROUTE_END]
    s.route_log[row, 5] = s.route[o, ROUTE_UPKEEP]


@inner
def save_order(s: CoupledState, r: int) -> None:
    """Keep the cost of order `r` as it was before this move."""
    open_log(s)
    if s.order[r, ORDER_STAMP] >= s.scalar[MOVE_BEGAN]:
        return
    s.order[r, ORDER_STAMP] = s.scalar[MOVE_BEGAN]
    s.note[ORDERS_LOGGED] += 1
    row = s.route_log.shape[0] - s.note[ORDERS_LOGGED]
    s.route_log[row, 0] = r
    s.route_log[row, 1] = s.order[r, ORDER_COST]


@inner
def undo_routes(s: CoupledState) -> None:
    """Put back the times of operations and the costs of orders that the move changed."""
    if s.note[ROUTE_BEGAN] != s.scalar[MOVE_BEGAN]:
        return
    for row in range(s.note[ROUTE_LOGGED]):
        o = s.route_log[row, 0]
        s.route[o, HOLD] = s.route_log[row, 1]
        s.route[o, ROUTE_START] = s.route_log[row, 2]
        s.route[o, ROUTE_LEAVE] = s.route_log[row, 3]
        s.route[o, ROUTE_END] = s.route_log[row, 4]
        s.route[o, ROUTE_UPKEEP] = s.route_log[row, 5]
    for i in range(s.note[ORDERS_LOGGED]):
        row = s.route_log.shape[0] - 1 - i
        s.order[s.route_log[row, 0], ORDER_COST] = s.route_log[row, 1]
    for i in range(s.note[RANKS_LOGGED]):
        row = s.note[RANKS_LOGGED] - 1 - i
        s.queue[RANK, s.rank_log[row, 0]] = s.rank_log[row, 1]
    s.note[ROUTE_LOGGED] = 0
    s.note[ORDERS_LOGGED] = 0
    s.note[RANKS_LOGGED] = 0


@inner
def clear_routes(s: CoupledState) -> None:
    """Forget all times and costs."""
    for o in range(s.route.shape[0]):
        for column in range(HOLD, ROUTE_COLUMNS):
            s.route[o, column] = NONE
        s.route[o, HOLD] = 0
        s.route[o, ROUTE_STAMP] = 0
        s.route[o, ROUTE_UPKEEP] = 0
        s.route[o, IS_LISTED] = 0
    for r in range(s.order.shape[0]):
        s.order[r, ORDER_COST] = 0
        s.order[r, ORDER_STAMP] = 0
    for i in range(s.queue.shape[1]):
        s.queue[WAITS, i] = 0
        s.queue[IS_OUT, i] = 0
        s.queue[RANK, i] = 0
    s.note[QUEUED] = 0
    s.note[MAY_FALL] = 0
    s.note[ROUTE_LOGGED] = 0
    s.note[ORDERS_LOGGED] = 0
    s.note[RANKS_LOGGED] = 0
    s.note[ROUTE_BEGAN] = 0
    s.note[LIST_COUNT] = 0


# ------------------------------------------------------------------------------------------ ranks


@inner
def set_rank(s: CoupledState, b: int, rank: int) -> bool:
    """Give batch `b` a rank; False when so many were changed that the move is not worth it."""
    open_log(s)
    row = s.note[RANKS_LOGGED]
    if row >= s.rank_log.shape[0]:
        return False
    s.rank_log[row, 0] = b
    s.rank_log[row, 1] = s.queue[RANK, b]
    s.note[RANKS_LOGGED] += 1
    s.queue[RANK, b] = rank
    return True


@inner
def highest_before(s: CoupledState, b: int) -> int:
    """Return the highest rank of what comes directly before batch `b`, 0 if nothing does."""
    p = s.batch[b, BATCH_PREVIOUS]
    rank = s.queue[RANK, p] if p < s.slots else 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.before_first[o], s.before_first[o + 1]):
            c = s.op[s.before[link, WHAT], OP_BATCH]
            if c != NONE and c != b:
                rank = max(rank, s.queue[RANK, c])
        o = s.op[o, OP_AFTER]
    return rank


@inner
def lowest_after(s: CoupledState, b: int) -> int:
    """Return the lowest rank of what comes directly after batch `b`, NEVER if nothing does."""
    n = s.batch[b, BATCH_NEXT]
    rank = s.queue[RANK, n] if n < s.slots else NEVER
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.after_first[o], s.after_first[o + 1]):
            c = s.op[s.after[link], OP_BATCH]
            if c != NONE and c != b:
                rank = min(rank, s.queue[RANK, c])
        o = s.op[o, OP_AFTER]
    return rank


@inner
def mend_ranks(s: CoupledState) -> bool:
    """Rank the marked batches between what comes before and after; False if one must come twice."""
    for i in range(s.scalar[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        if s.batch[b, BATCH_COUNT] == 0:
            continue
        low, high = highest_before(s, b), lowest_after(s, b)
        rank = s.queue[RANK, b]
        if low < rank < high:
            continue
        if high == NEVER:
            high = low + 2 * GAP
        middle = (low + high) >> 1
        if not set_rank(s, b, middle if low < middle else low + 1):
            return False
        if high <= low + 1 and not raise_after(s, b):
            return False
    return True


@inner
def raise_after(s: CoupledState, origin: int) -> bool:
    """Raise the ranks of all that follows batch `origin`; False if that is `origin` itself.

    Uses the heap, which is empty then, as a stack.
    """
    s.queue[HEAP, 0] = origin
    count = 1
    while count > 0:
        count -= 1
        b = s.queue[HEAP, count]
        least = s.queue[RANK, b] + 1
        n = s.batch[b, BATCH_NEXT]
        if n < s.slots and s.queue[RANK, n] < least:
            if n == origin or count >= s.queue.shape[1] - 1 or not set_rank(s, n, least):
                return False
            s.queue[HEAP, count] = n
            count += 1
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            for link in range(s.after_first[o], s.after_first[o + 1]):
                c = s.op[s.after[link], OP_BATCH]
                if c == NONE or c == b or s.queue[RANK, c] >= least:
                    continue
                if c == origin or count >= s.queue.shape[1] - 1 or not set_rank(s, c, least):
                    return False
                s.queue[HEAP, count] = c
                count += 1
            o = s.op[o, OP_AFTER]
    return True


@inner
def rank_all(s: CoupledState) -> None:
    """Rank every batch anew (Kahn 1962); what comes before itself ranks last and is left out."""
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            s.queue[UNRANKED, b] = count_before(s, b)
            s.queue[IS_OUT, b] = BEFORE_ITSELF
            s.queue[RANK, b] = NEVER - 1
            b = s.batch[b, BATCH_NEXT]
    ranked = 0
    waiting = 0
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            if s.queue[UNRANKED, b] == 0:
                s.queue[HEAP, waiting] = b
                waiting += 1
            b = s.batch[b, BATCH_NEXT]
    while ranked < waiting:
        b = s.queue[HEAP, ranked]
        ranked += 1
        s.queue[RANK, b] = ranked * GAP
        s.queue[IS_OUT, b] = 0
        n = s.batch[b, BATCH_NEXT]
        if n < s.slots:
            waiting = count_down(s, n, waiting)
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            for link in range(s.after_first[o], s.after_first[o + 1]):
                c = s.op[s.after[link], OP_BATCH]
                if c != NONE and c != b:
                    waiting = count_down(s, c, waiting)
            o = s.op[o, OP_AFTER]


@inner
def count_before(s: CoupledState, b: int) -> int:
    """Return how many ties lead to batch `b` from other batches."""
    count = 1 if s.batch[b, BATCH_PREVIOUS] < s.slots else 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.before_first[o], s.before_first[o + 1]):
            c = s.op[s.before[link, WHAT], OP_BATCH]
            if c != NONE and c != b:
                count += 1
        o = s.op[o, OP_AFTER]
    return count


@inner
def count_down(s: CoupledState, b: int, waiting: int) -> int:
    """Note that one tie less leads to batch `b`; one without any can be ranked."""
    s.queue[UNRANKED, b] -= 1
    if s.queue[UNRANKED, b] == 0:
        s.queue[HEAP, waiting] = b
        return waiting + 1
    return waiting


# ----------------------------------------------------------------------------------------- timing


@inner
def ready_of(s: CoupledState, o: int) -> int:
    """Return when operation `o` may start by its release and route; NEVER if it never may."""
    ready = max(s.route[o, EARLIEST], s.route[o, HOLD])
    for link in range(s.before_first[o], s.before_first[o + 1]):
        before = s.before[link, WHAT]
        if s.op[before, OP_BATCH] == s.op[o, OP_BATCH] and s.op[o, OP_BATCH] != NONE:
            s.note[WAITS_WITHIN] = 1
            continue
        done = s.route[before, ROUTE_END]
        if done == NONE:
            return NEVER
        ready = max(ready, done + s.before[link, LEAST_WAIT])
    return ready


@inner
def refresh_ready(s: CoupledState, o: int) -> None:
    """Note when operation `o` may start where kernels look for it."""
    s.op[o, OP_RELEASE] = ready_of(s, o)


@inner
def time_coupled(s: CoupledState, b: int) -> None:
    """Time batch `b` as early as its machine and its operations' routes allow."""
    if note_release(s, b):
        time_ready(s, b)
    else:
        pass_over(s, b, s.batch[b, BATCH_PREVIOUS])


@inner
def note_release(s: CoupledState, b: int) -> bool:
    """Note when batch `b` may start by its operations' routes; False where it never may."""
    release = 0
    s.note[WAITS_WITHIN] = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        ready = ready_of(s, o)
        s.op[o, OP_RELEASE] = ready
        release = max(release, ready, s.op[o, OP_PIN])
        o = s.op[o, OP_AFTER]
    s.batch[b, BATCH_RELEASE] = release
    return release < NEVER and s.queue[IS_OUT, b] == 0


@inner
def time_ready(s: CoupledState, b: int) -> None:
    """Time batch `b`, of which it is known when its operations may start."""
    p = s.batch[b, BATCH_PREVIOUS]
    time_batch(s, b)
    if s.note[WAITS_WITHIN]:
        rounds = 0
        while s.batch[b, BATCH_MISSED] == 0 and wait_within(s, b):
            rounds += 1
            if rounds > s.batch[b, BATCH_COUNT]:
                # What comes after stands before.
                pass_over(s, b, p)
                return
            time_batch(s, b)
    if s.batch[b, BATCH_MISSED] > 0 or not hands_on_together(s, b):
        return
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if s.batch[b, BATCH_END] > s.op[o, OP_DEADLINE]:
            pass_over(s, b, p)
            return
        o = s.op[o, OP_AFTER]


@inner
def wait_within(s: CoupledState, b: int) -> bool:
    """Let operations of batch `b` wait for others of it; False where none has to wait longer."""
    together = hands_on_together(s, b)
    waits = False
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.before_first[o], s.before_first[o + 1]):
            before = s.before[link, WHAT]
            if s.op[before, OP_BATCH] != b:
                continue
            done = s.batch[b, BATCH_END] if together else s.op[before, OP_END]
            ready = done + s.before[link, LEAST_WAIT]
            if s.op[o, OP_START] < ready:
                s.op[o, OP_RELEASE] = ready
                s.batch[b, BATCH_RELEASE] = max(s.batch[b, BATCH_RELEASE], ready)
                waits = True
        o = s.op[o, OP_AFTER]
    return waits


@inner
def hands_on_together(s: CoupledState, b: int) -> bool:
    """Tell whether all operations of batch `b` complete when it ends."""
    k = s.batch[b, BATCH_MACHINE]
    return s.machine[k, MACHINE_PROCESS] == PARALLEL or s.hand_on[k] != 0


@inner
def retime_coupled(s: CoupledState, b: int) -> None:
    """Time batch `b`; what follows it waits for timing where its times have changed."""
    save_time(s, b)
    end, state = s.batch[b, BATCH_END], s.batch[b, BATCH_SET_UP]
    cursor, work = s.batch[b, BATCH_WINDOW], s.batch[b, BATCH_WORK]
    s.scalar[TOTAL_COST] -= s.batch[b, BATCH_COST]
    s.scalar[LOST_PINS] -= s.batch[b, BATCH_LOST_PINS]
    time_coupled(s, b)
    s.scalar[TOTAL_COST] += s.batch[b, BATCH_COST]
    s.scalar[LOST_PINS] += s.batch[b, BATCH_LOST_PINS]
    if (
        s.batch[b, BATCH_SET_UP] != state
        or s.batch[b, BATCH_END] < end
        or s.batch[b, BATCH_WORK] < work
    ):
        push(s, s.batch[b, BATCH_NEXT], EARLIER)
    elif (
        s.batch[b, BATCH_END] != end
        or s.batch[b, BATCH_WINDOW] != cursor
        or s.batch[b, BATCH_WORK] != work
    ):
        push(s, s.batch[b, BATCH_NEXT], LATER)
    together = hands_on_together(s, b)
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        spread(s, b, o, together)
        o = s.op[o, OP_AFTER]


@inner
def spread(s: CoupledState, b: int, o: int, together: bool) -> None:
    """Note when operation `o` of batch `b` starts and completes, and tell what depends on it."""
    start = s.route[o, ROUTE_START]
    why = note_times(s, b, o, together)
    if s.note[HAS_MOST_WAITS] and s.route[o, ROUTE_START] != start:
        put_on_list(s, o)
    if why == NONE:
        return
    for link in range(s.after_first[o], s.after_first[o + 1]):
        c = s.op[s.after[link], OP_BATCH]
        if c != NONE:
            push(s, c, why)
            if s.note[HAS_MOST_WAITS]:
                put_on_list(s, s.after[link])


@inner
def note_times(s: CoupledState, b: int, o: int, together: bool) -> int:
    """Note when operation `o` of batch `b` starts and completes.

    Returns why what follows it must be timed again; NONE where it completes as before.
    """
    start = leave = done = int(NONE)
    if s.batch[b, BATCH_MISSED] == 0:
        start, leave = s.op[o, OP_START], s.op[o, OP_END]
        done = s.batch[b, BATCH_END] if together else leave
    old = s.route[o, ROUTE_END]
    if s.route[o, ROUTE_START] != start or s.route[o, ROUTE_LEAVE] != leave or old != done:
        save_route(s, o)
        s.route[o, ROUTE_START] = start
        s.route[o, ROUTE_LEAVE] = leave
        s.route[o, ROUTE_END] = done
    if old == done:
        return NONE
    r = s.route[o, ORDER]
    save_order(s, r)
    cost = order_total(s, r)
    s.scalar[TOTAL_COST] += cost - s.order[r, ORDER_COST]
    s.order[r, ORDER_COST] = cost
    return LATER if old != NONE and (done == NONE or done > old) else EARLIER


@inner
def order_total(s: CoupledState, r: int) -> int:
    """Return what order `r` costs by when it completes; nothing where a part of it does not."""
    done = 0
    for row in range(s.order[r, FINAL_FIRST], s.order[r, FINAL_LAST]):
        end = s.route[s.final[row], ROUTE_END]
        if end == NONE:
            return 0
        done = max(done, end)
    cost = s.order[r, ORDER_FLOW] * (done - s.order[r, ORDER_RELEASE])
    late = done - s.order[r, ORDER_DUE]
    if late > 0:
        cost += s.order[r, ORDER_LATE] * late + s.order[r, ORDER_TARDY]
    return cost


@inner
def settle_coupled(s: CoupledState, limit: int) -> bool:
    """Time every marked batch and all that follows until times meet the old ones again.

    Returns False, with times half done, as soon as the cost is sure to end above `limit`, or when
    something would come before itself.
    """
    scalar = s.scalar
    everything = (scalar[TIMING_MODE] & EVERYTHING) != 0
    # Each operation's own times are wanted whenever its batch is timed.
    scalar[TIMING_MODE] |= RECORDING
    if everything:
        rank_all(s)
    elif not mend_ranks(s):
        return False
    empty_list(s)
    if everything:
        return settle_all(s, limit)
    for i in range(scalar[DIRTY_COUNT]):
        push(s, s.lists[DIRTY, i], EARLIER)
    if not run_queue(s, limit, LETTING_GO if s.note[HAS_MOST_WAITS] else JUST_TIMING):
        return False
    if s.note[HAS_MOST_WAITS]:
        while s.note[LIST_COUNT] > 0:
            push(s, s.op[take_from_list(s), OP_BATCH], LATER)
        if not run_queue(s, limit, HOLDING):
            return False
    add_span(s)
    return True


@inner
def run_queue(s: CoupledState, limit: int, way: int) -> bool:
    """Time what waits until nothing does; False as soon as it is sure to cost more than `limit`.

    By the `way`, what may start earlier and what is held back for it is let go; or what would wait
    too long is held back, and False too if that seems to go on for ever.
    """
    scalar = s.scalar
    b = pop(s)
    while b != NONE:
        if way == LETTING_GO and s.note[POPPED] == EARLIER:
            admit(s, b)
            if let_go_before(s, b):
                push(s, b, EARLIER)
                b = pop(s)
                continue
        retime_coupled(s, b)
        if s.note[MAY_FALL] == 0 and scalar[WEIGHT_MOVED] == 0:
            sure = scalar[TOTAL_COST]
            if s.batch[b, BATCH_END] > scalar[LAST_END]:
                sure += scalar[WEIGHT_MAKESPAN] * (s.batch[b, BATCH_END] - scalar[LAST_END])
            if sure > limit:
                empty_queue(s)
                return False
        if way >= HOLDING and not hold_back(s, b, way):
            empty_queue(s)
            return False
        b = pop(s)
    return True


@inner
def add_span(s: CoupledState) -> None:
    """Count the makespan."""
    if s.scalar[WEIGHT_MAKESPAN] > 0:
        last = 0
        for k in range(s.machine.shape[0]):
            last = max(last, s.batch[s.batch[s.slots + k, BATCH_PREVIOUS], BATCH_END])
        s.scalar[TOTAL_COST] += s.scalar[WEIGHT_MAKESPAN] * (last - s.scalar[LAST_END])
        s.scalar[LAST_END] = last


@inner
def settle_all(s: CoupledState, limit: int) -> bool:
    """Time every batch from nothing, then hold back what would wait too long."""
    for o in range(s.route.shape[0]):
        if s.route[o, HOLD] != 0 or s.route[o, ROUTE_END] != NONE:
            save_route(s, o)
            s.route[o, HOLD] = 0
            s.route[o, ROUTE_START] = NONE
            s.route[o, ROUTE_END] = NONE
    for r in range(s.order.shape[0]):
        if s.order[r, ORDER_COST] != 0:
            save_order(s, r)
            s.scalar[TOTAL_COST] -= s.order[r, ORDER_COST]
            s.order[r, ORDER_COST] = 0
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            if s.queue[IS_OUT, b] == WAITS_TOO_LONG:
                s.queue[IS_OUT, b] = 0
            push(s, b, EARLIER)
            b = s.batch[b, BATCH_NEXT]
    if not run_queue(s, limit, LEAVING_OUT if s.note[HAS_MOST_WAITS] else JUST_TIMING):
        return False
    add_span(s)
    return True


# -------------------------------------------------------------------------------------- most waits


@inner
def put_on_list(s: CoupledState, o: int) -> None:
    """List operation `o`, to look at for how long it waits."""
    if s.route[o, IS_LISTED]:
        return
    s.route[o, IS_LISTED] = 1
    s.route[s.note[LIST_COUNT], LISTED] = o
    s.note[LIST_COUNT] += 1


@inner
def take_from_list(s: CoupledState) -> int:
    """Return an operation of the list, and take it off."""
    s.note[LIST_COUNT] -= 1
    o = s.route[s.note[LIST_COUNT], LISTED]
    s.route[o, IS_LISTED] = 0
    return o


@inner
def empty_list(s: CoupledState) -> None:
    """List no operation."""
    while s.note[LIST_COUNT] > 0:
        take_from_list(s)


@inner
def let_go(s: CoupledState, b: int) -> bool:
    """Hold nothing of batch `b` back any more; tell whether anything was."""
    found = False
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if s.route[o, HOLD] != 0:
            save_route(s, o)
            s.route[o, HOLD] = 0
            found = True
        o = s.op[o, OP_AFTER]
    return found


@inner
def admit(s: CoupledState, b: int) -> None:
    """Hold nothing of batch `b` back any more, nor leave it out for what it waited."""
    let_go(s, b)
    if s.queue[IS_OUT, b] == WAITS_TOO_LONG:
        s.queue[IS_OUT, b] = 0


@inner
def let_go_before(s: CoupledState, b: int) -> bool:
    """Let go what is held back for operations of batch `b`; tell whether there was anything."""
    found = False
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.before_first[o], s.before_first[o + 1]):
            c = s.op[s.before[link, WHAT], OP_BATCH]
            if s.before[link, MOST_WAIT] < NEVER and c != NONE:
                if let_go(s, c):
                    push(s, c, EARLIER)
                    found = True
        o = s.op[o, OP_AFTER]
    return found


@inner
def held_for(s: CoupledState, o: int, link: int) -> int:
    """Hold back what operation `o` follows by `link`, if `o` would wait too long for it.

    Returns what is held back: the operation itself, or the last one of a batch that is handed on
    as one; NONE where nothing need be.
    """
    before = s.before[link, WHAT]
    done = s.route[before, ROUTE_END]
    latest = s.route[o, ROUTE_START] - s.before[link, MOST_WAIT]
    if done == NONE or s.route[o, ROUTE_END] == NONE or done >= latest:
        return NONE
    b = s.op[before, OP_BATCH]
    k = s.batch[b, BATCH_MACHINE]
    held = before
    if s.machine[k, MACHINE_PROCESS] != PARALLEL and s.hand_on[k] != 0:
        held = s.batch[b, BATCH_LAST]
    save_route(s, held)
    start, leave = s.route[held, ROUTE_START], s.route[held, ROUTE_LEAVE]
    s.route[held, HOLD] = max(s.route[held, HOLD], start_ending(s, k, start, leave, latest))
    return held


@inner
def times_held(s: CoupledState, o: int) -> int:
    """Return how often this move has held operation `o` back, this time among them."""
    if s.route[o, HELD_IN] != s.scalar[MOVE_BEGAN]:
        s.route[o, HELD_IN] = s.scalar[MOVE_BEGAN]
        s.route[o, HELD_TIMES] = 0
    s.route[o, HELD_TIMES] += 1
    return s.route[o, HELD_TIMES]


@inner
def start_ending(s: CoupledState, k: int, start: int, end: int, latest: int) -> int:
    """Return when work of machine `k` from `start` to `end` has to start to end at `latest`.

    Or as soon after that as the machine works.
    """
    if not s.machine[k, MACHINE_PAUSABLE]:
        return start + latest - end
    first, last = s.machine[k, MACHINE_FIRST_WINDOW], s.machine[k, MACHINE_LAST_WINDOW]
    w = window_after(s, first, last, latest - 1)
    if w >= last:
        return latest
    work = s.window[w, WINDOW_WORK] + max(min(1, end - start), latest - s.window[w, WINDOW_START])
    w = window_after(s, first, last, end - 1)
    work -= s.window[w, WINDOW_WORK] + end - s.window[w, WINDOW_START]
    work += work_before(s, first, last, start)
    w = window_of_work(s, first, last, work, 0)
    return s.window[w, WINDOW_START] + work - s.window[w, WINDOW_WORK]


@inner
def hold_back(s: CoupledState, b: int, way: int) -> bool:
    """Hold back what operations of batch `b` would wait too long for.

    Something between the two may hold the later one back as well, for ever: then batch `b` is left
    out, or False says that the move comes to no end.
    """
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        for link in range(s.before_first[o], s.before_first[o + 1]):
            held = held_for(s, o, link)
            if held == NONE:
                continue
            times = times_held(s, held)
            if way == HOLDING and times > MOST_IN_MOVE:
                return False
            if times > MOST_HOLDS:
                s.route[held, HELD_TIMES] = 0
                s.queue[IS_OUT, b] = WAITS_TOO_LONG
                push(s, b, LATER)
                return True
            push(s, s.op[held, OP_BATCH], LATER)
        o = s.op[o, OP_AFTER]
    return True
