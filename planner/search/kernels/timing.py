"""When batches start and end: always the earliest that their order allows.

No term of the cost falls when something ends later, so that is optimal but for one case: on a
continuous machine a later first entry may shorten the batch, which counts where running minutes
have a weight. A batch that cannot be timed (no window fits, a deadline or a pin would break) is
passed over: it takes no time, leaves the machine set up as it was, and its operations count as
unplanned.
"""

from planner.arrays import CONTINUOUS, NONE, PARALLEL, SERIAL
from planner.search.kernels.columns import (
    ACTIVE,
    ACTIVE_EXIT,
    AFTER,
    CAPACITY,
    CLOSES,
    COST,
    COUNT,
    CURSOR,
    DEADLINE,
    DIRTIES,
    DIRTY,
    END,
    FAMILY,
    FIRST,
    FIXED,
    HORIZON,
    LAST_WINDOW,
    LOST_PINS,
    MACHINE,
    MISSED,
    MOVE,
    NEXT,
    OP_END,
    OP_START,
    OPEN_WORK,
    OPENS,
    PAUSABLE,
    PIECE_AFTER,
    PIECE_COST,
    PIECE_SLOPE,
    PIECE_UNTIL,
    PIN,
    PINS,
    PREV,
    PROCESS,
    READY,
    RECORDING,
    RELEASE,
    SHORT,
    SIZE,
    SPAN,
    START,
    STATE,
    TIME_STAMP,
    TOTAL,
    W_COST,
    W_MAKESPAN,
    W_MINUTES,
    W_PROCESSING,
    W_UNPLANNED,
    WORK,
    WORKED,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import changeover_place, order_cost, orders_cost
from planner.search.kernels.undoing import save_time
from planner.search.kernels.windows import earliest, window_of_work, work_before


@inner
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


@tight
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


@inner
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


@inner
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


@inner
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


@inner
def settle_apart(s: State, limit: int) -> bool:
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


@tight
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


@tight
def all_timed(s: State, first: int) -> bool:
    """Tell whether every batch marked from place `first` on has been timed in this move."""
    for i in range(first, s.total[DIRTIES]):
        b = s.lists[DIRTY, i]
        if s.batch[b, COUNT] > 0 and s.batch[b, TIME_STAMP] != s.total[MOVE]:
            return False
    return True
