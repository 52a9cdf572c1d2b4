"""Moves on the way that makes a late order late, or the last one last.

The way goes back from a completion, from each batch to what it had to wait for: the batch before it
on its machine, or the operation before one of its own on a route.
"""

import numpy as np

from planner.arrays import NEVER, NONE
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    BATCH_END,
    BATCH_FIRST,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_START,
    LAST_END,
    OP_AFTER,
    OP_BATCH,
    OP_RELEASE,
    WEIGHT_MAKESPAN,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import (
    FINAL_FIRST,
    FINAL_LAST,
    ORDER,
    ORDER_COST,
    ROUTE_END,
    WHAT,
    CoupledState,
    ready_of,
)
from planner.search.kernels.fitting import batch_may_run_on
from planner.search.kernels.links import relocate_batch
from planner.search.kernels.operation_moves import put_alone
from planner.search.kernels.route_moves import (
    move_along_route,
    move_batch_along,
    move_lots_together,
)
from planner.search.kernels.shared_state import HAS_SHARED
from planner.search.kernels.waiting import waits_for

# How many orders are drawn to find one that costs something, and places to find a near one.
DRAWS, PLACES_DRAWN = 8, 6
# How far a place is sought along a machine, and a way back.
LONGEST_WALK, LONGEST_WAY = 32, 400
# One step back in so many ends the way to where an order begins.
WAY_ENDS = 6
# The kinds of critical move, drawn evenly: an operation alone; its whole batch; that a few steps
# ahead on its machine; what stands before it elsewhere, or behind it; an operation with what
# follows it on its route, from it on, or from where its order begins; its batch with what follows
# that; the lots of its order.
ALONE, WHOLE_BATCH, STEP_AHEAD, BLOCKER, BLOCKER_BEHIND, ROUTE_ON, WHOLE_ROUTE = range(7)
BATCH_ALONG, LOTS_TOGETHER, KINDS_OF_IT = 7, 8, 9
# Once in so many what gathers is critical, else it is what was drawn.
CRITICAL_ONCE = 2
# Once in so many a batch goes a step farther.
FARTHER = 2


@inner
def last_operation(s: CoupledState) -> int:
    """Return an operation that ends last or completes an order that costs something, else NONE."""
    if s.scalar[WEIGHT_MAKESPAN] > 0:
        machines = s.machine.shape[0]
        first = below(s, machines)
        for i in range(machines):
            k = (first + i) % machines
            b = s.batch[s.slots + k, BATCH_PREVIOUS]
            if b < s.slots and s.batch[b, BATCH_END] == s.scalar[LAST_END]:
                return s.batch[b, BATCH_FIRST]
    for _ in range(DRAWS):
        r = below(s, s.order.shape[0])
        if s.order[r, ORDER_COST] > 0:
            last = int(np.int64(NONE))
            end = int(np.int64(NONE))
            for row in range(s.order[r, FINAL_FIRST], s.order[r, FINAL_LAST]):
                o = s.final[row]
                if s.route[o, ROUTE_END] > end:
                    last, end = o, s.route[o, ROUTE_END]
            return last
    return NONE


@inner
def waited_for(s: CoupledState, b: int) -> int:
    """Return what batch `b` had to wait for: an operation; NONE where only releases held it."""
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if s.op[o, OP_RELEASE] >= s.batch[b, BATCH_START]:
            for link in range(s.before_first[o], s.before_first[o + 1]):
                before = s.before[link, WHAT]
                if s.op[before, OP_BATCH] != NONE and ready_of(s, o) == s.op[o, OP_RELEASE]:
                    latest = before
                    for other in range(link + 1, s.before_first[o + 1]):
                        if s.route[s.before[other, WHAT], ROUTE_END] > s.route[latest, ROUTE_END]:
                            latest = s.before[other, WHAT]
                    return latest
        o = s.op[o, OP_AFTER]
    if s.shared[HAS_SHARED]:
        c = waits_for(s, b)
        if c != NONE:
            return s.batch[c, BATCH_FIRST]
    p = s.batch[b, BATCH_PREVIOUS]
    if p >= s.slots:
        return NONE
    return s.batch[p, BATCH_FIRST]


@inner
def critical_operation(s: CoupledState) -> int:
    """Return an operation on a way that makes something late, evenly drawn; NONE without any."""
    o = last_operation(s)
    chosen = o
    for passed in range(2, LONGEST_WAY):
        if o == NONE or s.op[o, OP_BATCH] == NONE:
            break
        o = waited_for(s, s.op[o, OP_BATCH])
        if o != NONE and below(s, passed) == 0:
            chosen = o
    return chosen


@inner
def place_about(s: CoupledState, o: int, moment: int) -> int:
    """Return what stands before time `moment` on a machine that may make operation `o`."""
    machines = s.machine.shape[0]
    k = below(s, machines)
    for _ in range(machines):
        if s.duration[o, k, 0] != NONE:
            break
        k = (k + 1) % machines
    if s.duration[o, k, 0] == NONE:
        return NONE
    b = s.slots + k
    gap = moment
    for _ in range(PLACES_DRAWN):
        c = s.op[below(s, s.op.shape[0]), OP_BATCH]
        if (
            c != NONE
            and s.batch[c, BATCH_MACHINE] == k
            and abs(s.batch[c, BATCH_START] - moment) < gap
        ):
            b, gap = c, abs(s.batch[c, BATCH_START] - moment)
    for _ in range(LONGEST_WALK):
        if b < s.slots and s.batch[b, BATCH_START] >= moment:
            b = s.batch[b, BATCH_PREVIOUS]
        else:
            c = s.batch[b, BATCH_NEXT]
            if c >= s.slots or s.batch[c, BATCH_START] >= moment:
                break
            b = c
    # Now and then a place earlier or later.
    for _ in range(below(s, 3)):
        b = s.batch[b, BATCH_PREVIOUS] if below(s, 2) == 0 else s.batch[b, BATCH_NEXT]
    return b if b < s.slots or s.batch[b, BATCH_MACHINE] == k else s.slots + k


@inner
def order_begins(s: CoupledState, o: int) -> int:
    """Return where the order of operation `o` begins, by one way back along its route."""
    for _ in range(LONGEST_WAY):
        count = s.before_first[o + 1] - s.before_first[o]
        if count == 0:
            break
        before = s.before[s.before_first[o] + below(s, count), WHAT]
        if s.route[before, ORDER] != s.route[o, ORDER] or below(s, WAY_ENDS) == 0:
            break
        o = before
    return o


@inner
def steps_from(s: CoupledState, b: int, column: int) -> int:
    """Return the batch or sentinel some steps from batch `b` along its machine."""
    while True:
        b = s.batch[b, column]
        if b >= s.slots or below(s, FARTHER) == 0:
            return b


@inner
def move_batch_to(s: CoupledState, b: int, before: int) -> bool:
    """Put batch `b` directly after `before` if it can run there and is not there already."""
    if before == b or s.batch[b, BATCH_PREVIOUS] == before:
        return False
    if not batch_may_run_on(s, b, s.batch[before, BATCH_MACHINE]):
        return False
    relocate_batch(s, b, before)
    return True


@inner
def move_critical(s: CoupledState, drawn: int) -> bool:
    """Move a critical operation, its batch, what stands before it, or its order along the route.

    Where none is found, `drawn` moves in its place.
    """
    o = critical_operation(s)
    if o == NONE or s.op[o, OP_BATCH] == NONE:
        o = drawn
    b = s.op[o, OP_BATCH]
    kind = below(s, KINDS_OF_IT)
    if kind >= BATCH_ALONG:
        # What saves changeovers is anywhere, not only where something is late.
        o = o if below(s, CRITICAL_ONCE) == 0 else drawn
        return move_batch_along(s, o) if kind == BATCH_ALONG else move_lots_together(s, o)
    if kind >= ROUTE_ON:
        return move_along_route(s, order_begins(s, o) if kind == WHOLE_ROUTE else o)
    if kind == BLOCKER or kind == BLOCKER_BEHIND:
        behind = steps_from(s, s.batch[b, BATCH_PREVIOUS], BATCH_NEXT)
        b = s.batch[b, BATCH_PREVIOUS]
        if b >= s.slots:
            return False
        if kind == BLOCKER_BEHIND:
            return move_batch_to(
                s, b, behind if behind < s.slots else s.batch[behind, BATCH_PREVIOUS]
            )
        o = s.batch[b, BATCH_FIRST]
        kind = below(s, STEP_AHEAD)
    if kind == STEP_AHEAD:
        before = steps_from(s, b, BATCH_PREVIOUS)
        if s.batch[b, BATCH_PREVIOUS] >= s.slots:
            return False
        return move_batch_to(s, b, s.batch[before, BATCH_PREVIOUS] if before < s.slots else before)
    ready = ready_of(s, o)
    moment = s.batch[b, BATCH_START] if ready >= NEVER else ready
    before = place_about(s, o, moment)
    if before == NONE:
        return False
    if kind == ALONE:
        return put_alone(s, o, before)
    return move_batch_to(s, b, before)
