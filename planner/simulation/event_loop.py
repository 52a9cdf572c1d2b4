"""The compiled simulation: one pass over the events of a plant under a release policy.

One module, because a cached kernel is not refreshed when a kernel of another module changes; few
arrays with named columns, because each array that is handed over costs compile time. Without
compilation (`NUMBA_DISABLE_JIT=1`) the same code runs as plain Python.

Events are arrivals, machines that become free (or open), exits from a continuous machine, and the
moments at which a policy wants to look again. At an event every idle machine whose situation may
have changed asks the policy about each family that waits; what is ready starts, the family with
the largest wait less `stickiness` times its changeover first. Nothing here knows the future, but
the two look-ahead policies, which read the arrivals of the next batch time.

Waiting orders stand in lanes, one per family and set of machines that may make them, in order of
arrival; a batch is filled from the lanes first come, first served, passing over at most `LOOK`
orders that do not fit.
"""
# Compiled code is written for the compiler: long functions, plain loops, many scalars.
# ruff: noqa: C901, PLR0915, SIM102

from functools import partial
from math import ceil, exp
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from planner.arrays import CONTINUOUS, IMPOSSIBLE, NEVER, NONE, PARALLEL, SERIAL, ShortArray
from planner.domain import FloatArray, IntArray

# Columns of Plant.machine; the capacity has one column per dimension.
PROCESS, PAUSABLE, GROUP, FIRST_WINDOW, LAST_WINDOW, OPEN_WORK, CAPACITY = 0, 1, 2, 3, 4, 5, 6
# Columns of Plant.window.
OPENS, CLOSES, WORKED = 0, 1, 2
# Columns of Plant.item; the size has one column per dimension.
FAMILY, LANE, ALLOWANCE, SIZE = 0, 1, 2, 3
# Columns of Plant.stream.
TIME, ITEM = 0, 1
# Columns of Plant.rule, per family.
LEAST, MOST, TIMEOUT, FILL = 0, 1, 2, 3
# Places in Plant.choice.
POLICY, STICKINESS, PLACES, FLUSH, PATIENCE = 0, 1, 2, 3, 4
# Kinds of policy in Plant.choice[POLICY].
THRESHOLD, ADAPTIVE, NEXT_ARRIVAL, DYNAMIC, IN_PLACES = 0, 1, 2, 3, 4
# Columns of Plant.gauge, per family: given changeover to it, run time per batch and per order, then
# the measured count of arrivals, discounted; the row after the families holds the plant's own.
CHANGING, TOGETHER, EACH, COUNTED = 0, 1, 2, 3
LOAD_NOW = 0
# Places in Plant.tuning.
MEMORY, WORTH = 0, 1
# Columns of Plant.order.
AFTER, BEFORE, NEXT_KIN, IN_BATCH, START, END = 0, 1, 2, 3, 4, 5
# Columns of Plant.batch.
ON, OF_FAMILY, FROM_FAMILY, BEGIN, FINISH, CHANGE, HELD = 0, 1, 2, 3, 4, 5, 6
# Columns of Plant.lane; the waiting load has one column per dimension.
HEAD, TAIL, CURSOR, WAITING, LOAD = 0, 1, 2, 3, 4
# Columns of Plant.run, per machine; the load of what is inside has one column per dimension.
SET_UP, WINDOW, IDLE, FREE_AT, BATCH, INSIDE, CAMPAIGN, INSIDE_LOAD = 0, 1, 2, 3, 4, 5, 6, 7
# Places in Plant.total.
BATCHES, WAKE, LEFT, LAST_TIME, LENGTH, EVENTS = 0, 1, 2, 3, 4, 5
# Columns of Plant.inside.
WHO, UNTIL = 0, 1

# How many orders that do not fit a batch are passed over while it is filled.
LOOK = 50
# Adaptive: the measured load counts as no more than this (19 orders behind), and a minute of an
# order that has all its time costs this much less than one of an order that has none left.
MOST_LOAD, CALM = 0.95, 0.9

_compiled: Any = partial(njit, no_cfunc_wrapper=True, _nrt=False)
_entry = _compiled(cache=True, nogil=True)
_inner = _compiled(no_cpython_wrapper=True)


class Plant(NamedTuple):
    """A scenario, a stream of arrivals and a policy, laid out for one simulated run.

    Shapes use p items (kinds of order), n arrivals, m machines, w windows, f families, g groups of
    changeovers, d dimensions, l lanes; columns are named above. Times in the scenario's unit.
    """

    machine: IntArray  # (m, CAPACITY + d)
    window: IntArray  # (w, 3)
    minutes: IntArray  # (g, f + 1, f) changeover units, row f where the family is not known
    duration: ShortArray  # (p, m, 2) least and most working units, NONE where not eligible
    item: IntArray  # (p, SIZE + d)
    lane_of: IntArray  # (l, m) 1 where the machine may make the orders of the lane
    first_lane: IntArray  # (f + 1,) lanes of family k are rows first_lane[k] to first_lane[k + 1]
    stream: IntArray  # (n, 2) sorted by time
    rule: IntArray  # (f, 4)
    choice: IntArray  # (5,)
    gauge: FloatArray  # (f + 1, 4)
    tuning: FloatArray  # (2,) of the adaptive policy
    # changing
    order: IntArray  # (n, 6)
    batch: IntArray  # (n, 7)
    lane: IntArray  # (l, LOAD + d)
    upcoming: IntArray  # (f, 2) next arrival; time of the last one
    run: IntArray  # (m, INSIDE_LOAD + d)
    inside: IntArray  # (m, places, 2)
    blocked: IntArray  # (m, f) moment at which nothing of the family fitted
    chosen: IntArray  # (n,) orders of the batch being filled
    total: IntArray  # (6,)


# ---------------------------------------------------------------------------------------- calendar


@_inner
def window_at(s: Plant, low: int, last: int, moment: int) -> int:
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


@_inner
def work_until(s: Plant, k: int, moment: int) -> int:
    """Return the working units of machine `k` before `moment`, which its cursor does not follow."""
    w = window_at(s, s.run[k, WINDOW], s.machine[k, LAST_WINDOW], moment)
    if w >= s.machine[k, LAST_WINDOW]:
        return s.machine[k, OPEN_WORK]
    return s.window[w, WORKED] + max(0, moment - s.window[w, OPENS])


@_inner
def time_of(s: Plant, k: int, work: int, is_end: int) -> int:
    """Return when the working unit that starts (or, if `is_end`, ends) at `work` does so."""
    target = work - is_end
    low = s.run[k, WINDOW]
    last = s.machine[k, LAST_WINDOW]
    if low + 1 < last and s.window[low + 1, WORKED] <= target:
        high = last
        while high - low > 1:
            middle = (low + high) >> 1
            if s.window[middle, WORKED] <= target:
                low = middle
            else:
                high = middle
    return s.window[low, OPENS] + work - s.window[low, WORKED]


@_inner
def after_work(s: Plant, k: int, start: int, length: int) -> int:
    """Return when work of `length` that starts at the open moment `start` ends on machine `k`."""
    if length == 0 or s.machine[k, PAUSABLE] == 0:
        return start + length
    return time_of(s, k, work_until(s, k, start) + length, 1)


@_inner
def opened(s: Plant, k: int, now: int) -> bool:
    """Move the cursor of idle machine `k` to `now`; tell whether it is open, else wait till then.

    Out of windows it is idle for good.
    """
    w = window_at(s, s.run[k, WINDOW], s.machine[k, LAST_WINDOW], now)
    if w >= s.machine[k, LAST_WINDOW]:
        s.run[k, IDLE] = 0
        s.run[k, FREE_AT] = NEVER
        return False
    s.run[k, WINDOW] = w
    if s.window[w, OPENS] > now:
        s.run[k, IDLE] = 0
        s.run[k, FREE_AT] = s.window[w, OPENS]
        return False
    return True


@_inner
def next_opening(s: Plant, k: int, now: int) -> int:
    """Return when the next window of machine `k` opens, later than `now`; NEVER if none does."""
    w = s.run[k, WINDOW] + 1
    if w >= s.machine[k, LAST_WINDOW]:
        return NEVER
    return max(now + 1, s.window[w, OPENS])


@_inner
def room(s: Plant, k: int, now: int, change: int) -> int:
    """Return the working units open to a batch that is decided on at `now`."""
    if s.machine[k, PAUSABLE]:
        return s.machine[k, OPEN_WORK] - work_until(s, k, now) - change
    return s.window[s.run[k, WINDOW], CLOSES] - now - change


# ------------------------------------------------------------------------------------------- lanes


@_inner
def enter_lane(s: Plant, o: int) -> None:
    """Put arrival `o` at the end of its lane."""
    item = s.stream[o, ITEM]
    lane = s.item[item, LANE]
    tail = s.lane[lane, TAIL]
    s.order[o, BEFORE] = tail
    s.order[o, AFTER] = NONE
    if tail == NONE:
        s.lane[lane, HEAD] = o
    else:
        s.order[tail, AFTER] = o
    s.lane[lane, TAIL] = o
    s.lane[lane, WAITING] += 1
    for d in range(s.item.shape[1] - SIZE):
        s.lane[lane, LOAD + d] += s.item[item, SIZE + d]
    family = s.item[item, FAMILY]
    s.upcoming[family, 0] = s.order[o, NEXT_KIN]
    # Orders that come together are one arrival: after them the next is as far as after one.
    if s.upcoming[family, 1] != s.stream[o, TIME]:
        s.upcoming[family, 1] = s.stream[o, TIME]
        s.gauge[family, COUNTED] += 1.0


@_inner
def leave_lane(s: Plant, o: int) -> None:
    """Take order `o` out of its lane."""
    item = s.stream[o, ITEM]
    lane = s.item[item, LANE]
    before = s.order[o, BEFORE]
    after = s.order[o, AFTER]
    if before == NONE:
        s.lane[lane, HEAD] = after
    else:
        s.order[before, AFTER] = after
    if after == NONE:
        s.lane[lane, TAIL] = before
    else:
        s.order[after, BEFORE] = before
    s.lane[lane, WAITING] -= 1
    for d in range(s.item.shape[1] - SIZE):
        s.lane[lane, LOAD + d] -= s.item[item, SIZE + d]


@_inner
def oldest(s: Plant, k: int, f: int) -> int:
    """Return the first arrival of family `f` that waits for machine `k`; NONE if none does."""
    first = NONE
    for lane in range(s.first_lane[f], s.first_lane[f + 1]):
        head = s.lane[lane, HEAD]
        if head != NONE and s.lane_of[lane, k] and (first == NONE or head < first):
            first = head
    return first


@_inner
def begin_scan(s: Plant, f: int) -> None:
    """Set the cursors of the lanes of family `f` to their heads."""
    for lane in range(s.first_lane[f], s.first_lane[f + 1]):
        s.lane[lane, CURSOR] = s.lane[lane, HEAD]


@_inner
def next_in_scan(s: Plant, k: int, f: int) -> int:
    """Return the next order of family `f` for machine `k` in order of arrival, NONE at the end."""
    best = NONE
    found = 0
    for lane in range(s.first_lane[f], s.first_lane[f + 1]):
        o = s.lane[lane, CURSOR]
        if o != NONE and s.lane_of[lane, k] and (best == NONE or o < best):
            best = o
            found = lane
    if best != NONE:
        s.lane[found, CURSOR] = s.order[best, AFTER]
    return best


@_inner
def waiting(s: Plant, k: int, f: int) -> tuple[int, bool]:
    """Return how many orders of `f` wait for `k`, and whether their load fills it by the rule."""
    count = 0
    for lane in range(s.first_lane[f], s.first_lane[f + 1]):
        if s.lane_of[lane, k]:
            count += s.lane[lane, WAITING]
    full = False
    for d in range(s.item.shape[1] - SIZE):
        load = 0
        for lane in range(s.first_lane[f], s.first_lane[f + 1]):
            if s.lane_of[lane, k]:
                load += s.lane[lane, LOAD + d]
        if s.machine[k, CAPACITY + d] < NEVER:
            if load * 1000 >= s.machine[k, CAPACITY + d] * s.rule[f, FILL] and load > 0:
                full = True
    return count, full


# ----------------------------------------------------------------------------------------- batches


@_inner
def fits_load(s: Plant, k: int, item: int) -> bool:
    """Tell whether an order of kind `item` still fits what is inside machine `k`."""
    for d in range(s.item.shape[1] - SIZE):
        if s.run[k, INSIDE_LOAD + d] + s.item[item, SIZE + d] > s.machine[k, CAPACITY + d]:
            return False
    return True


@_inner
def add_load(s: Plant, k: int, item: int, sign: int) -> None:
    """Add (or with -1 take away) the size of an order of kind `item` inside machine `k`."""
    for d in range(s.item.shape[1] - SIZE):
        s.run[k, INSIDE_LOAD + d] += sign * s.item[item, SIZE + d]


@_inner
def limit_of(s: Plant, k: int, f: int) -> int:
    """Return the most orders that may be in a batch of family `f` on machine `k` at once."""
    if s.choice[POLICY] == IN_PLACES and s.machine[k, PROCESS] == CONTINUOUS:
        return s.choice[PLACES]
    return s.rule[f, MOST]


@_inner
def fill(s: Plant, k: int, f: int, now: int) -> int:
    """Choose the orders of a batch of `f` that starts at `now` on idle `k`; return their count.

    Leaves them in `chosen` and the batch's working length in total[LENGTH].
    """
    change = s.minutes[s.machine[k, GROUP], s.run[k, SET_UP], f]
    space = room(s, k, now, change)
    most = limit_of(s, k, f)
    process = s.machine[k, PROCESS]
    for d in range(s.item.shape[1] - SIZE):
        s.run[k, INSIDE_LOAD + d] = 0
    count, passed, length = 0, 0, 0
    longest = NEVER
    begin_scan(s, f)
    while count < most and passed < LOOK and space > 0:
        o = next_in_scan(s, k, f)
        if o == NONE:
            break
        item = s.stream[o, ITEM]
        least = int(np.int64(s.duration[item, k, 0]))
        new = length + least if process == SERIAL else max(length, least)
        most_time = min(longest, int(np.int64(s.duration[item, k, 1])))
        if new > space or (process == PARALLEL and new > most_time) or not fits_load(s, k, item):
            passed += 1
            continue
        length = new
        longest = most_time
        add_load(s, k, item, 1)
        s.chosen[count] = o
        count += 1
    s.total[LENGTH] = length
    return count


@_inner
def begin_batch(s: Plant, k: int, f: int, now: int, count: int) -> None:
    """Start the chosen `count` orders of family `f` on machine `k`, after the changeover."""
    before = s.run[k, SET_UP]
    change = s.minutes[s.machine[k, GROUP], before, f]
    start = now + change
    if s.machine[k, PAUSABLE]:
        start = time_of(s, k, work_until(s, k, now) + change, 0)
    process = s.machine[k, PROCESS]
    b = s.total[BATCHES]
    s.total[BATCHES] += 1
    finish = start
    if process == PARALLEL:
        finish = after_work(s, k, start, s.total[LENGTH])
    clock = start
    work = 0
    for place in range(count):
        o = s.chosen[place]
        leave_lane(s, o)
        length = int(np.int64(s.duration[s.stream[o, ITEM], k, 0]))
        s.order[o, IN_BATCH] = b
        s.order[o, START] = start
        if process == PARALLEL:
            s.order[o, END] = finish
        elif process == SERIAL:
            # The next order starts with the first open unit after the one before.
            if place > 0 and s.machine[k, PAUSABLE] and length > 0:
                clock = time_of(s, k, work_until(s, k, start) + work, 0)
            s.order[o, START] = clock
            work += length
            clock = after_work(s, k, clock, length)
            s.order[o, END] = clock
        else:
            s.order[o, END] = after_work(s, k, start, length)
            if s.choice[POLICY] == IN_PLACES:
                s.inside[k, place, WHO] = o
                s.inside[k, place, UNTIL] = s.order[o, END]
        finish = max(finish, s.order[o, END])
    s.batch[b, ON] = k
    s.batch[b, OF_FAMILY] = f
    s.batch[b, FROM_FAMILY] = before
    s.batch[b, BEGIN] = start
    s.batch[b, FINISH] = finish
    s.batch[b, CHANGE] = change
    s.batch[b, HELD] = count
    s.run[k, SET_UP] = f
    s.run[k, IDLE] = 0
    s.run[k, BATCH] = b
    s.run[k, FREE_AT] = finish
    s.run[k, CAMPAIGN] = 0
    if s.choice[POLICY] == IN_PLACES and process == CONTINUOUS:
        s.run[k, CAMPAIGN] = 1
        s.run[k, INSIDE] = count
        set_next_exit(s, k)


# ---------------------------------------------------------------------------------- places


@_inner
def set_next_exit(s: Plant, k: int) -> None:
    """Set when machine `k` is next looked at to the first exit of what is inside it."""
    first = NEVER
    for place in range(s.run[k, INSIDE]):
        if s.inside[k, place, UNTIL] < first:
            first = s.inside[k, place, UNTIL]
    s.run[k, FREE_AT] = first


@_inner
def let_out(s: Plant, k: int, now: int) -> None:
    """Free the places of machine `k` whose orders are done at `now`."""
    place = 0
    while place < s.run[k, INSIDE]:
        if s.inside[k, place, UNTIL] > now:
            place += 1
            continue
        add_load(s, k, s.stream[s.inside[k, place, WHO], ITEM], -1)
        last = s.run[k, INSIDE] - 1
        s.inside[k, place, WHO] = s.inside[k, last, WHO]
        s.inside[k, place, UNTIL] = s.inside[k, last, UNTIL]
        s.run[k, INSIDE] = last


@_inner
def others_press(s: Plant, k: int, f: int, now: int) -> bool:
    """Tell whether another family has waited more, changeover deducted, than the next of `f`."""
    head = oldest(s, k, f)
    if head == NONE:
        return False
    here = now - s.stream[head, TIME]
    for g in range(s.first_lane.shape[0] - 1):
        other = oldest(s, k, g)
        if g == f or other == NONE:
            continue
        change = s.minutes[s.machine[k, GROUP], f, g]
        if change >= IMPOSSIBLE:
            continue
        if now - s.stream[other, TIME] - s.choice[STICKINESS] * change > here:
            return True
    return False


@_inner
def next_to_enter(s: Plant, k: int, f: int, entry: int) -> int:
    """Return the first waiting order of `f` that may enter running machine `k` at `entry`."""
    begin_scan(s, f)
    for _ in range(LOOK):
        o = next_in_scan(s, k, f)
        if o == NONE:
            return NONE
        item = s.stream[o, ITEM]
        least = int(np.int64(s.duration[item, k, 0]))
        if s.machine[k, PAUSABLE]:
            space = s.machine[k, OPEN_WORK] - work_until(s, k, entry)
        else:
            space = s.window[s.run[k, WINDOW], CLOSES] - entry
        if least <= space and fits_load(s, k, item):
            return o
    return NONE


@_inner
def let_in(s: Plant, k: int, now: int) -> None:
    """Let waiting orders of the running family into the free places of machine `k`."""
    b = s.run[k, BATCH]
    f = s.run[k, SET_UP]
    entry = max(now, s.batch[b, BEGIN])
    if s.machine[k, PAUSABLE]:
        work = work_until(s, k, entry)
        if work >= s.machine[k, OPEN_WORK]:
            return
        entry = time_of(s, k, work, 0)
    while s.run[k, INSIDE] < s.choice[PLACES]:
        if others_press(s, k, f, now):
            return
        o = next_to_enter(s, k, f, entry)
        if o == NONE:
            return
        leave_lane(s, o)
        item = s.stream[o, ITEM]
        s.order[o, IN_BATCH] = b
        s.order[o, START] = entry
        s.order[o, END] = after_work(s, k, entry, np.int64(s.duration[item, k, 0]))
        place = s.run[k, INSIDE]
        s.inside[k, place, WHO] = o
        s.inside[k, place, UNTIL] = s.order[o, END]
        s.run[k, INSIDE] += 1
        add_load(s, k, item, 1)
        s.batch[b, HELD] += 1
        s.batch[b, FINISH] = max(s.batch[b, FINISH], s.order[o, END])


# -------------------------------------------------------------------------------------- policies


@_inner
def target(s: Plant, k: int, f: int, now: int, head: int, count: int) -> tuple[int, int]:
    """Return the batch size the adaptive policy wants now, and when to look again.

    The law and its stability are told in planner.simulation.policies.Adaptive.
    """
    rate = s.gauge[f, COUNTED] / s.tuning[MEMORY]
    load = min(s.gauge[s.first_lane.shape[0] - 1, LOAD_NOW], MOST_LOAD)
    behind = load / (1.0 - load)
    together = s.gauge[f, TOGETHER]
    saved = together
    if s.run[k, SET_UP] != f:
        saved += s.gauge[f, CHANGING]
    gain = rate * saved * (s.tuning[WORTH] + behind) + max(0.0, rate * together - 1.0) - behind
    allowance = min(s.choice[PATIENCE], max(1, s.item[s.stream[head, ITEM], ALLOWANCE]))
    work = s.gauge[f, CHANGING] + together + s.gauge[f, EACH] * count
    slack = (s.stream[head, TIME] + allowance - now - work) / allowance
    urgency = 1.0 - CALM * min(1.0, max(0.0, slack))
    size = max(1.0, min(gain / urgency, np.float64(s.rule[f, MOST])))
    return int(np.int64(ceil(size - 1e-9))), now + max(1, allowance // 16)


@_inner
def worth_waiting(s: Plant, k: int, f: int, now: int, count: int, length: int) -> bool:
    """Tell whether waiting for an arrival of `f` within `length` lowers the sum of waiting times.

    Starting with the j-th next arrival, at t, the waiting orders wait until t, and those that come
    in (t, now + length] until t + length. NEXT_ARRIVAL looks at j = 1 only, DYNAMIC at all.
    """
    # Waiting added up to t, and waiting saved because what has come by then need not wait for the
    # end of a batch that starts now.
    added, saved = 0, 0
    joined = 0
    previous = now
    o = s.upcoming[f, 0]
    while o != NONE and s.stream[o, TIME] <= now + length:
        if s.duration[s.stream[o, ITEM], k, 0] >= 0:
            t = s.stream[o, TIME]
            added += (count + joined) * (t - previous)
            previous = t
            joined += 1
            saved += now + length - t
            # Those after it start at t + length rather than now + length.
            behind = 0
            if s.choice[POLICY] == DYNAMIC:
                behind = arrivals_within(s, k, f, o, now + length)
            if added + behind * (t - now) < saved:
                return True
            if s.choice[POLICY] == NEXT_ARRIVAL or count + joined >= s.rule[f, MOST]:
                return False
        o = s.order[o, NEXT_KIN]
    return False


@_inner
def arrivals_within(s: Plant, k: int, f: int, o: int, end: int) -> int:
    """Return how many arrivals of `f` for machine `k` come after `o` until `end`."""
    count = 0
    o = s.order[o, NEXT_KIN]
    while o != NONE and s.stream[o, TIME] <= end:
        if s.duration[s.stream[o, ITEM], k, 0] >= 0:
            count += 1
        o = s.order[o, NEXT_KIN]
    return count


@_inner
def judge(s: Plant, k: int, f: int, now: int, head: int) -> tuple[bool, int]:
    """Ask the policy about family `f` on idle machine `k`: ready or not, and when to look again."""
    count, full = waiting(s, k, f)
    if s.total[LEFT] == 0 or full or count >= limit_of(s, k, f) or count >= s.rule[f, LEAST]:
        return True, NEVER
    wake = s.stream[head, TIME] + s.rule[f, TIMEOUT]
    if wake <= now:
        return True, NEVER
    policy = s.choice[POLICY]
    if policy == ADAPTIVE:
        size, again = target(s, k, f, now, head, count)
        if count >= size:
            return True, NEVER
        wake = min(wake, again)
    if s.choice[FLUSH]:
        if fill(s, k, f, now) == 0:
            return False, min(wake, next_opening(s, k, now))
        length = s.total[LENGTH] + s.minutes[s.machine[k, GROUP], s.run[k, SET_UP], f]
        latest = s.window[s.run[k, WINDOW], CLOSES] - length
        if latest <= now:
            return True, NEVER
        wake = min(wake, latest)
    if policy in (NEXT_ARRIVAL, DYNAMIC):
        held = fill(s, k, f, now)
        length = s.total[LENGTH] + s.minutes[s.machine[k, GROUP], s.run[k, SET_UP], f]
        if not worth_waiting(s, k, f, now, held, length):
            return True, NEVER
    return False, wake


@_inner
def dispatch(
    s: Plant, now: int, first_machine: int, last_machine: int, first_family: int, last_family: int
) -> None:
    """Start what is ready on the idle machines, the most pressing first, until nothing is."""
    while True:
        best_k, best_f = NONE, NONE
        best, best_effort = -NEVER, NEVER
        for k in range(first_machine, last_machine):
            if s.run[k, IDLE] == 0 or not opened(s, k, now):
                continue
            for f in range(first_family, last_family):
                head = oldest(s, k, f)
                if head == NONE or s.blocked[k, f] == now:
                    continue
                change = s.minutes[s.machine[k, GROUP], s.run[k, SET_UP], f]
                if change >= IMPOSSIBLE:
                    continue
                ready, wake = judge(s, k, f, now, head)
                if not ready:
                    s.total[WAKE] = min(s.total[WAKE], wake)
                    continue
                score = now - s.stream[head, TIME] - s.choice[STICKINESS] * change
                effort = change + np.int64(s.duration[s.stream[head, ITEM], k, 0])
                if score > best or (score == best and effort < best_effort):
                    best, best_effort, best_k, best_f = score, effort, k, f
        if best_k == NONE:
            return
        count = fill(s, best_k, best_f, now)
        if count > 0:
            begin_batch(s, best_k, best_f, now, count)
            continue
        # Nothing of it fits before the machine closes: look again when it opens next.
        s.blocked[best_k, best_f] = now
        s.total[WAKE] = min(s.total[WAKE], next_opening(s, best_k, now))


# ------------------------------------------------------------------------------------- the run


@_inner
def measure_load(s: Plant, now: int) -> None:
    """Let the measured load and arrival counts follow the time that has passed."""
    passed = now - s.total[LAST_TIME]
    s.total[LAST_TIME] = now
    if passed <= 0:
        return
    busy, idle = 0, 0
    for k in range(s.run.shape[0]):
        if s.run[k, IDLE]:
            idle += 1
        elif s.run[k, BATCH] != NONE:
            busy += 1
    families = s.gauge.shape[0] - 1
    kept = exp(-passed / s.tuning[MEMORY])
    for f in range(families):
        s.gauge[f, COUNTED] *= kept
    if busy + idle > 0:
        share = busy / (busy + idle)
        s.gauge[families, LOAD_NOW] = share + (s.gauge[families, LOAD_NOW] - share) * kept


@_inner
def link_kin(s: Plant) -> None:
    """Link each arrival to the next of its family."""
    for f in range(s.upcoming.shape[0]):
        s.upcoming[f, 0] = NONE
    for place in range(s.stream.shape[0]):
        o = s.stream.shape[0] - 1 - place
        f = s.item[s.stream[o, ITEM], FAMILY]
        s.order[o, NEXT_KIN] = s.upcoming[f, 0]
        s.upcoming[f, 0] = o


@_inner
def next_event(s: Plant, arrival: int) -> int:
    """Return the moment of the next event; NEVER when there is none."""
    now = s.total[WAKE]
    if arrival < s.stream.shape[0]:
        now = min(now, s.stream[arrival, TIME])
    for k in range(s.run.shape[0]):
        if s.run[k, FREE_AT] < now:
            now = s.run[k, FREE_AT]
    return now


@_inner
def free_machine(s: Plant, k: int) -> None:
    """Make machine `k` idle."""
    s.run[k, IDLE] = 1
    s.run[k, FREE_AT] = NEVER
    s.run[k, BATCH] = NONE
    s.run[k, CAMPAIGN] = 0


@_entry
def simulate(s: Plant) -> None:
    """Run plant `s` from its first arrival until nothing is left to happen."""
    link_kin(s)
    machines, families, arrivals = s.run.shape[0], s.rule.shape[0], s.stream.shape[0]
    i = 0
    while True:
        now = next_event(s, i)
        if now >= NEVER:
            return
        s.total[EVENTS] += 1
        if s.choice[POLICY] == ADAPTIVE:
            measure_load(s, now)
        first_k, last_k, first_f, last_f = machines, 0, families, 0
        if s.total[WAKE] <= now:
            s.total[WAKE] = NEVER
            first_k, last_k = 0, machines
        for k in range(machines):
            if s.run[k, FREE_AT] > now:
                continue
            if s.run[k, CAMPAIGN]:
                let_out(s, k, now)
                continue
            free_machine(s, k)
            first_k, last_k = min(first_k, k), max(last_k, k + 1)
        while i < arrivals and s.stream[i, TIME] <= now:
            enter_lane(s, i)
            f = s.item[s.stream[i, ITEM], FAMILY]
            first_f, last_f = min(first_f, f), max(last_f, f + 1)
            i += 1
            if i == arrivals:
                s.total[LEFT] = 0
                first_k, last_k = 0, machines
        if s.choice[POLICY] == IN_PLACES:
            for k in range(machines):
                if s.run[k, CAMPAIGN] == 0:
                    continue
                if s.run[k, INSIDE] < s.choice[PLACES]:
                    let_in(s, k, now)
                set_next_exit(s, k)
                if s.run[k, INSIDE] == 0:
                    free_machine(s, k)
                    first_k, last_k = min(first_k, k), max(last_k, k + 1)
        # Freed machines ask about every family, the others about those that have just arrived.
        if first_f < last_f:
            dispatch(s, now, 0, machines, first_f, last_f)
        if first_k < last_k:
            dispatch(s, now, first_k, last_k, 0, families)
