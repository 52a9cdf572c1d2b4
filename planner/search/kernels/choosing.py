"""With what to move, and where to: random, but what is of one family or near in time more often."""

import numpy as np

from planner.arrays import NEVER, NONE
from planner.domain import FloatArray
from planner.search.kernels.chance import below, near, uniform
from planner.search.kernels.columns import (
    ANY_COST,
    ANYWHERE,
    BATCH,
    BY_DUE,
    BY_DUE_DATE,
    BY_KIN,
    CANDIDATES,
    CHOSEN,
    CLOSE_BY,
    DUE,
    DUE_PLACE,
    DUE_REACH,
    END,
    FAMILY,
    FIRST,
    KIN,
    KIN_FIRST,
    KIN_PLACE,
    KIN_REACH,
    KIND,
    LONGEST_SHIFT,
    MACHINE,
    MISSED,
    NEXT,
    PREV,
    START,
    STATE,
    TRIES,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import changeover_price


@tight
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


@tight
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


@inner
def tardy_operation(s: State) -> int:
    """Return a tardy or missed operation if a few tries find one, else NONE."""
    count = s.op.shape[0]
    for _ in range(12):
        o = below(s, count)
        b = s.op[o, BATCH]
        if b != NONE and (s.batch[b, END] > s.op[o, DUE] or s.batch[b, MISSED] > 0):
            return o
    return NONE


@inner
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


@inner
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


@inner
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


@inner
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


@inner
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
