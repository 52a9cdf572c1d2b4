"""Finds places for what is passed over because no changeover leads to it where it stands."""

import numpy as np

from planner.arrays import IMPOSSIBLE, NONE
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH,
    BY_DUE,
    FAMILY,
    FIXED,
    KIND,
    LAST,
    LOST_PINS,
    MACHINE,
    MISSED,
    NEXT,
    NO_ONE,
    OLD_PINS,
    PREV,
    STATE,
    TOTAL,
    State,
)
from planner.search.kernels.compiling import entry, inner
from planner.search.kernels.cost import changeover_place, is_single
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, leave, soil
from planner.search.kernels.operation_moves import put_alone
from planner.search.kernels.timing import settle
from planner.search.kernels.undoing import begin_move, keep_move, undo_move

# How many places are timed for one operation, of those where changeovers are possible.
MOST_TIMED = 64


@entry
def bring_in(s: State, joins: int) -> None:
    """Move each operation that is passed over to where it costs least, if it can be made there.

    By due date, and again as long as that brings in any: what one leads to may lead to the next.
    With `joins` it may also join a batch of its family.
    """
    brought = True
    while brought:
        brought = False
        for i in range(s.op.shape[0]):
            o = s.lists[BY_DUE, i]
            b = s.op[o, BATCH]
            if b != NONE and s.batch[b, MISSED] > 0 and s.op[o, FIXED] < 0:
                brought = place_cheapest(s, o, joins) or brought


@inner
def place_cheapest(s: State, o: int, joins: int) -> bool:
    """Move operation `o` to where the whole costs least; False where nowhere is better."""
    least = s.total[TOTAL]
    chosen = int(np.int64(NONE))
    joined = int(np.int64(0))
    timed = 0
    for k in range(s.machine.shape[0]):
        if s.duration[o, k, 0] == NONE:
            continue
        before = s.batch[s.slots + k, PREV]
        for _ in range(s.slots + 1):
            if timed < MOST_TIMED and may_follow(s, o, before):
                timed += 1
                cost = cost_after(s, o, before)
                if cost < least:
                    least, chosen, joined = cost, before, 0
            if joins and timed < MOST_TIMED and may_join(s, o, before):
                timed += 1
                cost = cost_within(s, o, before)
                if cost < least:
                    least, chosen, joined = cost, before, 1
            if before >= s.slots:
                break
            before = s.batch[before, PREV]
    if chosen == NONE:
        return False
    begin_move(s)
    if joined:
        join(s, o, chosen)
    else:
        put_alone(s, o, chosen)
    settle(s, ANY_COST)
    keep_move(s)
    return True


@inner
def may_follow(s: State, o: int, before: int) -> bool:
    """Tell whether changeovers are possible from `before` to operation `o`, and on from there."""
    k = s.batch[before, MACHINE]
    family = s.op[o, KIND]
    if s.change[changeover_place(s, k, s.batch[before, STATE], family)] >= IMPOSSIBLE:
        return False
    after = s.batch[before, NEXT]
    if after >= s.slots or s.batch[after, MISSED] > 0:
        return True
    onwards = s.change[changeover_place(s, k, family, s.batch[after, FAMILY])]
    return bool(onwards < IMPOSSIBLE)


@inner
def may_join(s: State, o: int, b: int) -> bool:
    """Tell whether operation `o` can go into `b`, if that is a batch, and be made with it."""
    if b >= s.slots or b == s.op[o, BATCH] or s.batch[b, MISSED] > 0:
        return False
    k = s.batch[b, MACHINE]
    return fits(s, o, b, NO_ONE) and not is_single(s, k, s.op[o, KIND])


@inner
def join(s: State, o: int, b: int) -> None:
    """Put operation `o` at the end of batch `b`."""
    leave(s, o)
    attach(s, o, b, s.batch[b, LAST])
    soil(s, b)


@inner
def cost_after(s: State, o: int, before: int) -> int:
    """Return the cost of the whole with operation `o` alone after `before`."""
    begin_move(s)
    cost = int(ANY_COST)
    if put_alone(s, o, before):
        cost = settled_cost(s)
    undo_move(s)
    return cost


@inner
def cost_within(s: State, o: int, b: int) -> int:
    """Return the cost of the whole with operation `o` in batch `b`."""
    begin_move(s)
    join(s, o, b)
    cost = settled_cost(s)
    undo_move(s)
    return cost


@inner
def settled_cost(s: State) -> int:
    """Return the cost once all is timed; ANY_COST where a pinned operation loses its place."""
    settle(s, ANY_COST)
    if s.total[LOST_PINS] > s.total[OLD_PINS]:
        return int(ANY_COST)
    return int(s.total[TOTAL])
