"""Deals the operations of batches out anew where a move has changed when they run.

Where batches move, their operations no longer suit them: one is not ready yet and keeps the whole
batch waiting, another has become urgent. Between operations of one family in parallel batches the
gain of an exchange is known without timing anything, so a move of batches first mends that and is
judged then.
"""

import numpy as np

from planner.arrays import NONE, PARALLEL
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    AFTER,
    ANY_COST,
    BATCH,
    CHOSEN,
    COUNT,
    DEADLINE,
    DIRTIES,
    DIRTY,
    END,
    FAMILY,
    FIRST,
    FIXED,
    KIN,
    KIN_DEALT,
    KIN_FIRST,
    KIN_PLACE,
    KIND,
    LAST,
    MACHINE,
    MISSED,
    MOST_DEALT,
    NO_ONE,
    PREV,
    PROCESS,
    READY,
    RELEASE,
    SHORT,
    START,
    STATE,
    TOTAL,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place, dearer
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, leave, soil_once
from planner.search.kernels.operation_moves import exchange
from planner.search.kernels.settling import settle
from planner.search.kernels.undoing import go_on


@inner
def is_dealt(s: State, b: int) -> bool:
    """Tell whether operations of batch `b` can be exchanged by their costs alone."""
    if s.batch[b, COUNT] == 0 or s.batch[b, MISSED] > 0:
        return False
    return s.machine[s.batch[b, MACHINE], PROCESS] == PARALLEL


@inner
def kin_about(s: State, o: int) -> tuple[int, int]:
    """Return the places in KIN, from and to, of operation `o` and some that are due about then."""
    family = s.op[o, KIND]
    low, high = s.lists[KIN_FIRST, family], s.lists[KIN_FIRST, family + 1]
    if high - low > KIN_DEALT:
        low = max(low, min(s.op[o, KIN_PLACE] - below(s, KIN_DEALT), high - KIN_DEALT))
        high = low + KIN_DEALT
    return low, high


@inner
def suits(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can last and end as it does now with operation `o` in it."""
    k = s.batch[b, MACHINE]
    length = s.batch[b, SHORT]
    return (
        s.op[o, FIXED] < 0
        and s.op[o, DEADLINE] >= s.batch[b, END]
        and s.duration[o, k, 0] <= length <= s.duration[o, k, 1]
    )


@inner
def keeps_times(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can start, last and end as it does now with operation `o` in it."""
    return s.op[o, READY] <= s.batch[b, START] and suits(s, o, b)


@inner
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


@inner
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


@inner
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


@inner
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
