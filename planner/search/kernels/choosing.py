"""With what to move, and where to: random, but what is of one family or near in time more often."""

import numpy as np

from planner.arrays import NEVER, NONE
from planner.domain import FloatArray
from planner.search.kernels.chance import below, coin, near, uniform
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BATCH_START,
    BY_DUE,
    BY_FAMILY,
    CHOSEN,
    FAMILY_FIRST,
    OP_BATCH,
    OP_DUE,
    OP_DUE_PLACE,
    OP_FAMILY,
    OP_FAMILY_PLACE,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import changeover_price
from planner.search.kernels.kinds import (
    PLACE_ANYWHERE,
    PLACE_BY_DUE_DATE,
    PLACE_BY_FAMILY,
    PLACE_CLOSE_BY,
)

# How many random candidates are compared to find one that is made about the same time.
CANDIDATES = 6
# How many random operations are looked at for a tardy one, and how many places for a cheap one.
TARDY_TRIES, PLACE_TRIES = 12, 4
# How far to look around in the lists by family and by due date.
FAMILY_REACH, DUE_REACH = np.int64(12), np.int64(24)
# Most batches of a family that shift together.
LONGEST_SHIFT = 8
# Most steps from batch to batch to a place close by.
MOST_STEPS = 4
# How to find another operation of a family, out of so many ways: else one made about then.
WAYS = 4
ANY_OF_FAMILY, DUE_ABOUT_THEN = 0, 1


@tight
def same_family(s: State, o: int, family: int) -> int:
    """Return a random operation of the same family: any, one due or one made about then."""
    low = s.lists[FAMILY_FIRST, family]
    count = s.lists[FAMILY_FIRST, family + 1] - low
    if count < 2:
        return o
    way = below(s, WAYS)
    if way == ANY_OF_FAMILY:
        return s.lists[BY_FAMILY, low + below(s, count)]
    if way == DUE_ABOUT_THEN:
        return s.lists[
            BY_FAMILY, low + near(s, count, s.op[o, OP_FAMILY_PLACE] - low, FAMILY_REACH)
        ]
    return made_about_then(s, o, low, count)


@tight
def made_about_then(s: State, o: int, low: int, count: int) -> int:
    """Return, of a few random operations listed from `low` on, the one in the closest batch."""
    b = s.op[o, OP_BATCH]
    best = o
    least = int(np.int64(NEVER))
    for _ in range(CANDIDATES):
        other = s.lists[BY_FAMILY, low + below(s, count)]
        c = s.op[other, OP_BATCH]
        if c == b or c == NONE:
            continue
        gap = abs(s.batch[c, BATCH_START] - s.batch[b, BATCH_START])
        if gap < least:
            best, least = other, gap
    return best


@inner
def tardy_operation(s: State) -> int:
    """Return a tardy or missed operation if a few tries find one, else NONE."""
    count = s.op.shape[0]
    for _ in range(TARDY_TRIES):
        o = below(s, count)
        b = s.op[o, OP_BATCH]
        if b != NONE and (s.batch[b, BATCH_END] > s.op[o, OP_DUE] or s.batch[b, BATCH_MISSED] > 0):
            return o
    return NONE


@inner
def place_for(s: State, style: FloatArray, o: int) -> int:
    """Return a batch or sentinel after which something with operation `o` may stand."""
    count = s.op.shape[0]
    draw = uniform(s)
    b = s.op[o, OP_BATCH]
    if draw < style[PLACE_ANYWHERE]:
        b = s.op[below(s, count), OP_BATCH]
    elif draw < style[PLACE_BY_FAMILY]:
        b = s.op[same_family(s, o, s.op[o, OP_FAMILY]), OP_BATCH]
    elif draw < style[PLACE_BY_DUE_DATE]:
        b = s.op[s.lists[BY_DUE, near(s, count, s.op[o, OP_DUE_PLACE], DUE_REACH)], OP_BATCH]
    elif draw < style[PLACE_CLOSE_BY]:
        forward = below(s, 2)
        for _ in range(1 + below(s, MOST_STEPS)):
            if b < s.slots:
                b = s.batch[b, BATCH_NEXT] if forward else s.batch[b, BATCH_PREVIOUS]
        return b
    else:
        b = NONE
    if b == NONE:
        b = s.slots + below(s, s.machine.shape[0])
    if coin(s):
        return s.batch[b, BATCH_PREVIOUS]
    return b


@inner
def place_elsewhere(s: State, b: int) -> int:
    """Return, of a few random batches on other machines, the one that ends closest to `b`."""
    c = int(np.int64(NONE))
    least = int(np.int64(NEVER))
    for _ in range(CANDIDATES):
        other = s.op[below(s, s.op.shape[0]), OP_BATCH]
        if other == NONE or s.batch[other, BATCH_MACHINE] == s.batch[b, BATCH_MACHINE]:
            continue
        gap = abs(s.batch[other, BATCH_END] - s.batch[b, BATCH_END])
        if gap < least:
            c, least = other, gap
    return c


@inner
def costly_changeover(s: State) -> int:
    """Return the batch with the dearest changeover of a few random ones; NONE if all are free."""
    b = int(np.int64(NONE))
    most = int(np.int64(0))
    for _ in range(CANDIDATES):
        c = s.op[below(s, s.op.shape[0]), OP_BATCH]
        if c == NONE:
            continue
        before = s.batch[s.batch[c, BATCH_PREVIOUS], BATCH_SET_UP]
        price = changeover_price(s, s.batch[c, BATCH_MACHINE], before, s.batch[c, BATCH_FAMILY])
        if price > most:
            b, most = c, price
    return b


@inner
def cheap_place_for(s: State, style: FloatArray, b: int) -> int:
    """Return, of a few places, the one where batch `b` adds least in changeovers; `b` for none."""
    family = s.batch[b, BATCH_FAMILY]
    before = b
    least = int(ANY_COST)
    for _ in range(PLACE_TRIES):
        c = place_for(s, style, s.batch[b, BATCH_FIRST])
        if c == b or c == s.batch[b, BATCH_PREVIOUS]:
            continue
        k = s.batch[c, BATCH_MACHINE]
        set_up = s.batch[c, BATCH_SET_UP]
        after = s.batch[c, BATCH_NEXT]
        price = changeover_price(s, k, set_up, family)
        if after < s.slots:
            following = s.batch[after, BATCH_FAMILY]
            price += changeover_price(s, k, family, following)
            price -= changeover_price(s, k, set_up, following)
        if price < least:
            before, least = c, price
    return before


@inner
def same_family_between(s: State, b: int, low: int, high: int, earlier: bool) -> int:
    """List in CHOSEN the other batches of the family of `b` that start in [low, high).

    In order of time, from the last on unless `earlier`; returns their number, NONE if too many.
    """
    family = s.batch[b, BATCH_FAMILY]
    count = 0
    for place in range(s.lists[FAMILY_FIRST, family], s.lists[FAMILY_FIRST, family + 1]):
        o = s.lists[BY_FAMILY, place]
        c = s.op[o, OP_BATCH]
        # Each batch once: with its first operation.
        if c == NONE or c == b or s.batch[c, BATCH_FIRST] != o:
            continue
        start = s.batch[c, BATCH_START]
        if start < low or start >= high:
            continue
        if count == LONGEST_SHIFT:
            return NONE
        i = count
        while i > 0 and (s.batch[s.lists[CHOSEN, i - 1], BATCH_START] > start) == earlier:
            s.lists[CHOSEN, i] = s.lists[CHOSEN, i - 1]
            i -= 1
        s.lists[CHOSEN, i] = c
        count += 1
    return count
