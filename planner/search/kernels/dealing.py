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
    ANY_COST,
    BATCH_COUNT,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_PREVIOUS,
    BATCH_RELEASE,
    BATCH_SET_UP,
    BATCH_SHORTEST,
    BATCH_START,
    BY_FAMILY,
    CHANGE_UNITS,
    CHOSEN,
    DIRTY,
    DIRTY_COUNT,
    FAMILY_FIRST,
    LONGEST,
    MACHINE_PROCESS,
    NO_ONE,
    OP_AFTER,
    OP_BATCH,
    OP_DEADLINE,
    OP_FAMILY,
    OP_FAMILY_PLACE,
    OP_PIN,
    OP_RELEASE,
    SHORTEST,
    TOTAL_COST,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place, extra_cost
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, leave, mark_dirty_once
from planner.search.kernels.operation_moves import exchange
from planner.search.kernels.settling import settle
from planner.search.kernels.undoing import continue_move

# How many batches a move deals out anew, and how many operations of the family of each it looks at.
MOST_DEALT, FAMILY_DEALT = 16, np.int64(48)


@inner
def is_dealt(s: State, b: int) -> bool:
    """Tell whether operations of batch `b` can be exchanged by their costs alone."""
    if s.batch[b, BATCH_COUNT] == 0 or s.batch[b, BATCH_MISSED] > 0:
        return False
    return s.machine[s.batch[b, BATCH_MACHINE], MACHINE_PROCESS] == PARALLEL


@inner
def same_family_near(s: State, o: int) -> tuple[int, int]:
    """Return the places, from and to, in BY_FAMILY of `o` and some that are due about then."""
    family = s.op[o, OP_FAMILY]
    low, high = s.lists[FAMILY_FIRST, family], s.lists[FAMILY_FIRST, family + 1]
    if high - low > FAMILY_DEALT:
        low = max(low, min(s.op[o, OP_FAMILY_PLACE] - below(s, FAMILY_DEALT), high - FAMILY_DEALT))
        high = low + FAMILY_DEALT
    return low, high


@inner
def suits(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can last and end as it does now with operation `o` in it."""
    k = s.batch[b, BATCH_MACHINE]
    length = s.batch[b, BATCH_SHORTEST]
    return (
        s.op[o, OP_PIN] < 0
        and s.op[o, OP_DEADLINE] >= s.batch[b, BATCH_END]
        and s.duration[o, k, SHORTEST] <= length <= s.duration[o, k, LONGEST]
    )


@inner
def keeps_times(s: State, o: int, b: int) -> bool:
    """Tell whether batch `b` can start, last and end as it does now with operation `o` in it."""
    return s.op[o, OP_RELEASE] <= s.batch[b, BATCH_START] and suits(s, o, b)


@inner
def last_ready(s: State, b: int) -> int:
    """Return the operation that batch `b` waits for; NONE if it waits for none."""
    before = s.batch[b, BATCH_PREVIOUS]
    place = changeover_place(
        s, s.batch[b, BATCH_MACHINE], s.batch[before, BATCH_SET_UP], s.batch[b, BATCH_FAMILY]
    )
    ready = s.batch[b, BATCH_RELEASE]
    if ready <= s.batch[before, BATCH_END] + s.change[place + CHANGE_UNITS]:
        return int(np.int64(NONE))
    o = s.batch[b, BATCH_FIRST]
    while o != NONE and s.op[o, OP_RELEASE] < ready:
        o = s.op[o, OP_AFTER]
    return o


@inner
def exchange_unready(s: State, b: int) -> None:
    """Exchange what batch `b` waits for with others of its family that are released sooner.

    Each with the one that costs least at the times of now, the gain of starting sooner left out.
    """
    end = s.batch[b, BATCH_END]
    for _ in range(s.batch[b, BATCH_COUNT]):
        o = last_ready(s, b)
        if o == NONE:
            return
        chosen = int(np.int64(NONE))
        least = int(ANY_COST)
        low, high = same_family_near(s, o)
        for place in range(low, high):
            other = s.lists[BY_FAMILY, place]
            c = s.op[other, OP_BATCH]
            if (
                c == NONE
                or c == b
                or s.op[other, OP_RELEASE] >= s.op[o, OP_RELEASE]
                or not is_dealt(s, c)
            ):
                continue
            if not keeps_times(s, o, c) or not suits(s, other, b):
                continue
            price = extra_cost(s, other, end, s.batch[c, BATCH_END]) + extra_cost(
                s, o, s.batch[c, BATCH_END], end
            )
            if price < least and fits(s, o, c, other) and fits(s, other, b, o):
                chosen, least = other, price
        if chosen == NONE:
            return
        exchange(s, o, chosen)


@inner
def exchange_for_less(s: State, b: int) -> None:
    """Exchange operations of batch `b` within its family, or take some in, if that costs less."""
    end = s.batch[b, BATCH_END]
    low, high = same_family_near(s, s.batch[b, BATCH_FIRST])
    for place in range(low, high):
        other = s.lists[BY_FAMILY, place]
        c = s.op[other, OP_BATCH]
        if c == NONE or c == b or s.batch[c, BATCH_END] == end:
            continue
        if not is_dealt(s, c) or not keeps_times(s, other, b):
            continue
        other_end = s.batch[c, BATCH_END]
        alone = extra_cost(s, other, other_end, end)
        most = int(np.int64(0))
        chosen = int(np.int64(NONE))
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            gain = alone + extra_cost(s, o, end, other_end)
            if gain > most and keeps_times(s, o, c) and fits(s, o, c, other):
                if fits(s, other, b, o):
                    chosen, most = o, gain
            o = s.op[o, OP_AFTER]
        if alone > most and fits(s, other, b, NO_ONE):
            leave(s, other)
            attach(s, other, b, s.batch[b, BATCH_LAST])
            mark_dirty_once(s, b)
        elif chosen != NONE:
            exchange(s, chosen, other)


@inner
def deal_out(s: State, limit: int) -> bool:
    """Deal the operations of the marked batches out anew, and mark what changed.

    False, with times half done, as soon as the cost before that is sure to stay above `limit`.
    """
    dealt = 0
    for i in range(s.scalar[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        is_new = (
            s.batch[b, BATCH_COUNT] > 0
            and s.machine[s.batch[b, BATCH_MACHINE], MACHINE_PROCESS] == PARALLEL
        )
        for j in range(dealt):
            is_new = is_new and s.lists[CHOSEN, j] != b
        if is_new and dealt < MOST_DEALT:
            s.lists[CHOSEN, dealt] = b
            dealt += 1
    if dealt == 0:
        return True
    if not settle(s, limit):
        return False
    continue_move(s)
    for i in range(dealt):
        if is_dealt(s, s.lists[CHOSEN, i]):
            exchange_unready(s, s.lists[CHOSEN, i])
    if s.scalar[DIRTY_COUNT] > 0:
        settle(s, ANY_COST)
        continue_move(s)
    if s.scalar[TOTAL_COST] > limit:
        return False
    for i in range(dealt):
        if is_dealt(s, s.lists[CHOSEN, i]):
            exchange_for_less(s, s.lists[CHOSEN, i])
    return True
