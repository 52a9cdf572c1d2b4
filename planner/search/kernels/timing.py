"""When batches start and end: always the earliest that their order allows.

No term of the cost falls when something ends later, so that is optimal but for one case: on a
continuous machine a later first entry may shorten the batch, which counts where running minutes
have a weight. A batch that cannot be timed (no window fits, a deadline or a pin would break) is
passed over: it takes no time, leaves the machine set up as it was, and its operations count as
unplanned.
"""

from planner.arrays import CONTINUOUS, NONE, PARALLEL, SERIAL
from planner.search.kernels.columns import (
    BATCH_COST,
    BATCH_COUNT,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LOST_PINS,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_NEXT,
    BATCH_PIECE_AFTER,
    BATCH_PIECE_COST,
    BATCH_PIECE_SLOPE,
    BATCH_PIECE_UNTIL,
    BATCH_PIN,
    BATCH_PREVIOUS,
    BATCH_RELEASE,
    BATCH_SET_UP,
    BATCH_SHORTEST,
    BATCH_START,
    BATCH_TIME_STAMP,
    BATCH_WINDOW,
    BATCH_WORK,
    CHANGE_COST,
    CHANGE_UNITS,
    DIRTY,
    DIRTY_COUNT,
    FIRST_ENTRY,
    HORIZON,
    INSIDE,
    INSIDE_EXIT,
    LAST_END,
    LOST_PINS,
    MACHINE_CAPACITY,
    MACHINE_LAST_WINDOW,
    MACHINE_OPEN_WORK,
    MACHINE_PAUSABLE,
    MACHINE_PROCESS,
    MOVE_NUMBER,
    OP_AFTER,
    OP_DEADLINE,
    OP_END,
    OP_PIN,
    OP_RELEASE,
    OP_SIZE,
    OP_START,
    RECORDING,
    SHORTEST,
    TIMING_MODE,
    TOTAL_COST,
    WEIGHT_CHANGEOVER_COST,
    WEIGHT_CHANGEOVER_MINUTES,
    WEIGHT_MAKESPAN,
    WEIGHT_MOVED,
    WEIGHT_PROCESSING_MINUTES,
    WEIGHT_UNPLANNED,
    WINDOW_END,
    WINDOW_START,
    WINDOW_WORK,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import (
    changeover_place,
    moved_cost,
    moved_together,
    order_cost,
    orders_cost,
)
from planner.search.kernels.undoing import save_time
from planner.search.kernels.windows import earliest, window_of_work, work_before


@inner
def pass_over(s: State, b: int, p: int) -> None:
    """Leave batch `b` out: no time, no changeover, its operations unplanned."""
    s.batch[b, BATCH_START] = s.batch[p, BATCH_END]
    s.batch[b, BATCH_END] = s.batch[p, BATCH_END]
    s.batch[b, BATCH_WINDOW] = s.batch[p, BATCH_WINDOW]
    s.batch[b, BATCH_WORK] = s.batch[p, BATCH_WORK]
    s.batch[b, BATCH_SET_UP] = s.batch[p, BATCH_SET_UP]
    s.batch[b, BATCH_COST] = s.scalar[WEIGHT_UNPLANNED] * s.batch[b, BATCH_COUNT]
    s.batch[b, BATCH_MISSED] = s.batch[b, BATCH_COUNT]
    pins = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if s.op[o, OP_PIN] >= 0:
            pins += 1
        s.op[o, OP_END] = NONE
        o = s.op[o, OP_AFTER]
    s.batch[b, BATCH_LOST_PINS] = pins


@tight
def time_batch(s: State, b: int) -> None:
    """Time batch `b` as early as its predecessor allows; recording keeps each operation's times."""
    p = s.batch[b, BATCH_PREVIOUS]
    k = s.batch[b, BATCH_MACHINE]
    family = s.batch[b, BATCH_FAMILY]
    set_up = s.batch[p, BATCH_SET_UP]
    place = changeover_place(s, k, set_up, family)
    change = s.change[place + CHANGE_UNITS]
    cost = (
        s.scalar[WEIGHT_CHANGEOVER_MINUTES] * change
        + s.scalar[WEIGHT_CHANGEOVER_COST] * s.change[place + CHANGE_COST]
    )
    last = s.machine[k, MACHINE_LAST_WINDOW]
    w = s.batch[p, BATCH_WINDOW]
    process = s.machine[k, MACHINE_PROCESS]
    if w >= last:
        pass_over(s, b, p)
        return
    if s.batch[b, BATCH_COUNT] > 1 and process != PARALLEL:
        time_long_batch(s, b, change, cost)
        return
    length = s.batch[b, BATCH_SHORTEST]
    pin = s.batch[b, BATCH_PIN]
    start, end, w, work = earliest(
        s,
        k,
        s.batch[p, BATCH_END],
        s.batch[p, BATCH_WORK],
        w,
        change,
        length,
        s.batch[b, BATCH_RELEASE],
    )
    if start < 0:
        pass_over(s, b, p)
        return
    if end > s.scalar[HORIZON] or (pin >= 0 and start != pin):
        pass_over(s, b, p)
        return
    cost += s.scalar[WEIGHT_PROCESSING_MINUTES] * length
    if s.batch[b, BATCH_PIECE_AFTER] < end <= s.batch[b, BATCH_PIECE_UNTIL]:
        cost += s.batch[b, BATCH_PIECE_COST] + s.batch[b, BATCH_PIECE_SLOPE] * end
    else:
        orders = orders_cost(s, b, end)
        if orders < 0:
            pass_over(s, b, p)
            return
        cost += orders
    if s.scalar[WEIGHT_MOVED] > 0:
        cost += moved_together(s, b, k, start)
    s.batch[b, BATCH_START] = start
    s.batch[b, BATCH_END] = end
    s.batch[b, BATCH_WINDOW] = w
    s.batch[b, BATCH_WORK] = work
    s.batch[b, BATCH_SET_UP] = family
    s.batch[b, BATCH_COST] = cost
    s.batch[b, BATCH_MISSED] = 0
    s.batch[b, BATCH_LOST_PINS] = 0
    if s.scalar[TIMING_MODE] & RECORDING:
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            s.op[o, OP_START] = start
            s.op[o, OP_END] = end
            o = s.op[o, OP_AFTER]


@inner
def time_long_batch(s: State, b: int, change: int, cost: int) -> None:
    """Time a batch of several operations on a serial or continuous machine.

    Pausable machines are timed in working units, others in time, window by window.
    """
    p = s.batch[b, BATCH_PREVIOUS]
    k = s.batch[b, BATCH_MACHINE]
    last = s.machine[k, MACHINE_LAST_WINDOW]
    w = s.batch[p, BATCH_WINDOW]
    if s.machine[k, MACHINE_PAUSABLE]:
        begin = s.batch[p, BATCH_WORK] + change
        finish, orders = run_through(s, b, begin, s.machine[k, MACHINE_OPEN_WORK], w)
        if orders < 0:
            pass_over(s, b, p)
            return
        s.batch[b, BATCH_WORK] = finish
        begin = s.lists[INSIDE_EXIT, FIRST_ENTRY]
        w = window_of_work(s, w, last, begin, 0)
        s.batch[b, BATCH_START] = s.window[w, WINDOW_START] + begin - s.window[w, WINDOW_WORK]
        s.batch[b, BATCH_END] = s.batch[b, BATCH_START]
        if finish > begin:
            w = window_of_work(s, w, last, finish, 1)
            s.batch[b, BATCH_END] = s.window[w, WINDOW_START] + finish - s.window[w, WINDOW_WORK]
    else:
        finish, orders = 0, -1
        least = least_length(s, b, k)
        while w < last:
            begin = max(s.batch[p, BATCH_END], s.window[w, WINDOW_START]) + change
            if begin + least <= s.window[w, WINDOW_END]:
                finish, orders = run_through(s, b, begin, s.window[w, WINDOW_END], w)
                if orders != -1:
                    break
            w += 1
        if orders < 0:
            pass_over(s, b, p)
            return
        s.batch[b, BATCH_WORK] = 0
        s.batch[b, BATCH_START] = s.lists[INSIDE_EXIT, FIRST_ENTRY]
        s.batch[b, BATCH_END] = finish
        begin = s.lists[INSIDE_EXIT, FIRST_ENTRY]
    if s.batch[b, BATCH_END] > s.scalar[HORIZON]:
        pass_over(s, b, p)
        return
    processing = finish - begin
    if s.machine[k, MACHINE_PROCESS] == SERIAL:
        processing = least_length(s, b, k)
    s.batch[b, BATCH_WINDOW] = w
    s.batch[b, BATCH_SET_UP] = s.batch[b, BATCH_FAMILY]
    s.batch[b, BATCH_COST] = cost + s.scalar[WEIGHT_PROCESSING_MINUTES] * processing + orders
    s.batch[b, BATCH_MISSED] = 0
    s.batch[b, BATCH_LOST_PINS] = 0


@inner
def least_length(s: State, b: int, k: int) -> int:
    """Return the least length of a batch: all durations in a row, or the longest one."""
    if s.machine[k, MACHINE_PROCESS] == CONTINUOUS:
        return s.batch[b, BATCH_SHORTEST]
    length = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        length += s.duration[o, k, SHORTEST]
        o = s.op[o, OP_AFTER]
    return length


@inner
def run_through(s: State, b: int, begin: int, limit: int, w: int) -> tuple[int, int]:
    """Let the operations of batch `b` enter one after the other, the first from `begin` on.

    Returns (when the last leaves, cost of the orders); the cost is -1 when the batch does not end
    by `limit`, -2 when a deadline or a pin breaks (later windows only make that worse). The first
    entry is left in `active_exit[0]`. Moments are working units where the machine is pausable.
    """
    k = s.batch[b, BATCH_MACHINE]
    pausable = s.machine[k, MACHINE_PAUSABLE]
    serial = s.machine[k, MACHINE_PROCESS] == SERIAL
    last = s.machine[k, MACHINE_LAST_WINDOW]
    dimensions = s.machine.shape[1] - MACHINE_CAPACITY
    moment = begin
    first_entry = -1
    finish = begin
    cost = 0
    inside = 0  # operations inside, in active[1 : inside + 1], by exit
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        release = max(s.op[o, OP_RELEASE], s.op[o, OP_PIN])
        if pausable:
            release = work_before(s, w, last, release)
        moment = max(moment, release)
        duration = int(s.duration[o, k, SHORTEST])
        if not serial:
            while True:
                while inside > 0 and s.lists[INSIDE_EXIT, 1] <= moment:
                    inside -= 1
                    for i in range(1, inside + 1):
                        s.lists[INSIDE_EXIT, i] = s.lists[INSIDE_EXIT, i + 1]
                        s.lists[INSIDE, i] = s.lists[INSIDE, i + 1]
                fits = True
                for d in range(dimensions):
                    used = s.op[o, OP_SIZE + d]
                    for i in range(1, inside + 1):
                        used += s.op[s.lists[INSIDE, i], OP_SIZE + d]
                    if used > s.machine[k, MACHINE_CAPACITY + d]:
                        fits = False
                        break
                if fits or inside == 0:
                    break
                moment = s.lists[INSIDE_EXIT, 1]
        if first_entry < 0:
            first_entry = moment
        leave = moment + duration
        if leave > limit:
            return leave, -1
        entry_time = moment
        end = leave
        if pausable:
            v = window_of_work(s, w, last, moment, 0)
            entry_time = s.window[v, WINDOW_START] + moment - s.window[v, WINDOW_WORK]
            end = entry_time
            if duration > 0:
                v = window_of_work(s, w, last, leave, 1)
                end = s.window[v, WINDOW_START] + leave - s.window[v, WINDOW_WORK]
        pin = s.op[o, OP_PIN]
        if end > s.op[o, OP_DEADLINE] or (pin >= 0 and entry_time != pin):
            return leave, -2
        cost += order_cost(s, o, end)
        if s.scalar[WEIGHT_MOVED] > 0:
            cost += moved_cost(s, o, k, entry_time)
        if s.scalar[TIMING_MODE] & RECORDING:
            s.op[o, OP_START] = entry_time
            s.op[o, OP_END] = end
        finish = max(finish, leave)
        if serial:
            moment = leave
        else:
            i = inside
            while i > 0 and s.lists[INSIDE_EXIT, i] > leave:
                s.lists[INSIDE_EXIT, i + 1] = s.lists[INSIDE_EXIT, i]
                s.lists[INSIDE, i + 1] = s.lists[INSIDE, i]
                i -= 1
            s.lists[INSIDE_EXIT, i + 1] = leave
            s.lists[INSIDE, i + 1] = o
            inside += 1
        o = s.op[o, OP_AFTER]
    s.lists[INSIDE_EXIT, FIRST_ENTRY] = first_entry
    return finish, cost


@inner
def settle_apart(s: State, limit: int) -> bool:
    """Time every marked batch, and all after it until times meet the old ones again.

    Returns False, with times half done, as soon as the cost is sure to end above `limit`.
    """
    total = s.scalar
    # From early to late, so that nothing is timed twice without need.
    for i in range(1, total[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        j = i
        while j > 0 and s.batch[s.lists[DIRTY, j - 1], BATCH_START] > s.batch[b, BATCH_START]:
            s.lists[DIRTY, j] = s.lists[DIRTY, j - 1]
            j -= 1
        s.lists[DIRTY, j] = b
    for i in range(total[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        if s.batch[b, BATCH_COUNT] > 0 and s.batch[b, BATCH_TIME_STAMP] != total[MOVE_NUMBER]:
            if not retime(s, b, i + 1, limit):
                return False
    if s.scalar[WEIGHT_MAKESPAN] > 0:
        last = 0
        for k in range(s.machine.shape[0]):
            last = max(last, s.batch[s.batch[s.slots + k, BATCH_PREVIOUS], BATCH_END])
        total[TOTAL_COST] += s.scalar[WEIGHT_MAKESPAN] * (last - total[LAST_END])
        total[LAST_END] = last
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
        end = s.batch[b, BATCH_END]
        set_up = s.batch[b, BATCH_SET_UP]
        window = s.batch[b, BATCH_WINDOW]
        work = s.batch[b, BATCH_WORK]
        s.scalar[TOTAL_COST] -= s.batch[b, BATCH_COST]
        s.scalar[LOST_PINS] -= s.batch[b, BATCH_LOST_PINS]
        time_batch(s, b)
        s.scalar[TOTAL_COST] += s.batch[b, BATCH_COST]
        s.scalar[LOST_PINS] += s.batch[b, BATCH_LOST_PINS]
        if s.scalar[TIMING_MODE]:
            b = s.batch[b, BATCH_NEXT]
            continue
        if (
            s.batch[b, BATCH_SET_UP] == set_up
            and s.batch[b, BATCH_END] >= end
            and s.batch[b, BATCH_WORK] >= work
        ):
            if (
                s.batch[b, BATCH_END] == end
                and s.batch[b, BATCH_WINDOW] == window
                and s.batch[b, BATCH_WORK] == work
            ):
                return True
            may_fall = s.scalar[WEIGHT_MOVED] > 0
            if s.scalar[TOTAL_COST] > limit and not may_fall and all_timed(s, following):
                return False
        b = s.batch[b, BATCH_NEXT]
    return True


@tight
def all_timed(s: State, first: int) -> bool:
    """Tell whether every batch marked from place `first` on has been timed in this move."""
    for i in range(first, s.scalar[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        if s.batch[b, BATCH_COUNT] > 0 and s.batch[b, BATCH_TIME_STAMP] != s.scalar[MOVE_NUMBER]:
            return False
    return True
