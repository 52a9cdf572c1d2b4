"""Finds places for what is passed over because no changeover leads to it where it stands."""

import numpy as np

from planner.arrays import IMPOSSIBLE, NONE
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_FAMILY,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BY_DUE,
    LOST_PINS,
    NO_ONE,
    OLD_LOST_PINS,
    OP_BATCH,
    OP_FAMILY,
    OP_PIN,
    TOTAL_COST,
    State,
)
from planner.search.kernels.compiling import entry, inner
from planner.search.kernels.cost import is_single
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, leave, mark_dirty
from planner.search.kernels.operation_moves import put_alone
from planner.search.kernels.settling import least_change, settle, undo_move
from planner.search.kernels.undoing import begin_move, keep_move

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
            b = s.op[o, OP_BATCH]
            if b != NONE and s.batch[b, BATCH_MISSED] > 0 and s.op[o, OP_PIN] < 0:
                brought = place_cheapest(s, o, joins) or brought


@inner
def place_cheapest(s: State, o: int, joins: int) -> bool:
    """Move operation `o` to where the whole costs least; False where nowhere is better."""
    least = s.scalar[TOTAL_COST]
    chosen = int(np.int64(NONE))
    joined = int(np.int64(0))
    timed = 0
    for k in range(s.machine.shape[0]):
        if s.duration[o, k, 0] == NONE:
            continue
        place = s.batch[s.slots + k, BATCH_PREVIOUS]
        is_last = False
        while not is_last and timed < MOST_TIMED:
            for inside in range(joins + 1):
                if may_go(s, o, place, inside):
                    timed += 1
                    cost = cost_at(s, o, place, inside)
                    undo_move(s)
                    if cost < least:
                        least, chosen, joined = cost, place, inside
            is_last = place >= s.slots
            place = s.batch[place, BATCH_PREVIOUS]
    if chosen == NONE:
        return False
    cost_at(s, o, chosen, joined)
    keep_move(s)
    return True


@inner
def may_go(s: State, o: int, place: int, inside: int) -> bool:
    """Tell whether operation `o` can be made in batch `place`, or alone directly after it."""
    k = s.batch[place, BATCH_MACHINE]
    family = s.op[o, OP_FAMILY]
    if inside:
        if place >= s.slots or place == s.op[o, OP_BATCH] or s.batch[place, BATCH_MISSED] > 0:
            return False
        return fits(s, o, place, NO_ONE) and not is_single(s, k, family)
    if least_change(s, k, s.batch[place, BATCH_SET_UP], family) >= IMPOSSIBLE:
        return False
    after = s.batch[place, BATCH_NEXT]
    if after >= s.slots or s.batch[after, BATCH_MISSED] > 0:
        return True
    return bool(least_change(s, k, family, s.batch[after, BATCH_FAMILY]) < IMPOSSIBLE)


@inner
def cost_at(s: State, o: int, place: int, inside: int) -> int:
    """Put operation `o` into batch `place`, or alone directly after it; return the whole cost.

    Returns ANY_COST where it stands there already, or a pinned operation would lose its place.
    """
    begin_move(s)
    if inside:
        leave(s, o)
        attach(s, o, place, s.batch[place, BATCH_LAST])
        mark_dirty(s, place)
    elif not put_alone(s, o, place):
        return int(ANY_COST)
    if not settle(s, ANY_COST):
        return int(ANY_COST)
    if s.scalar[LOST_PINS] > s.scalar[OLD_LOST_PINS]:
        return int(ANY_COST)
    return int(s.scalar[TOTAL_COST])
