"""Moves along routes: an operation and what follows it are put where each is ready in turn.

One operation alone can rarely go elsewhere: what comes before it is not complete there, or what
follows it has been waiting for it. So an order is taken out from one of its operations on and put
back step by step, each at a machine where it finds its place as soon as it is ready, or a little
later, or in a batch of its family that starts about then.

What stood together at one stage is often best together at the next, for it arrives together: so a
batch takes what follows it along into a batch there, and so on, and lots of an order gather in one
batch or behind each other.
"""

import numpy as np

from planner.arrays import NEVER, NONE
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    BATCH_COUNT,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BATCH_START,
    BY_FAMILY,
    CHANGE_UNITS,
    CHOSEN,
    FAMILY_FIRST,
    NO_ONE,
    OP_AFTER,
    OP_BATCH,
    OP_FAMILY,
    OP_FAMILY_PLACE,
    SHORTEST,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place, is_single
from planner.search.kernels.coupled import (
    EARLIEST,
    LEAST_WAIT,
    ORDER,
    WHAT,
    CoupledState,
    ready_of,
)
from planner.search.kernels.fitting import fits
from planner.search.kernels.links import attach, leave, mark_dirty, new_batch, relocate_batch
from planner.search.kernels.operation_moves import put_alone

# How far a place is sought along a machine from its nearer end.
LONGEST_WALK = 200
# Most operations that one move puts elsewhere.
LONGEST_ROUTE = 12
# Once in so many a place is some batches later than where an operation is ready, at most so many.
LATER_ONCE, MOST_LATER = 3, 3
# Once in so many an operation that finds a batch of its family does not join it.
ALONE_ONCE = 4
# Once in so many it goes to another machine although it does not end sooner there.
ANY_MACHINE_ONCE = 4


@inner
def able_machine(s: CoupledState, o: int) -> int:
    """Return a random machine that may make operation `o`, NONE if there is none."""
    machines = s.machine.shape[0]
    k = below(s, machines)
    for _ in range(machines):
        if s.duration[o, k, SHORTEST] != NONE:
            return k
        k = (k + 1) % machines
    return NONE


@inner
def place_at(s: CoupledState, k: int, moment: int) -> int:
    """Return the last batch on machine `k` that starts before `moment`, or its sentinel."""
    last = s.batch[s.slots + k, BATCH_PREVIOUS]
    if last >= s.slots or 2 * moment > s.batch[last, BATCH_START]:
        b = last
        for _ in range(LONGEST_WALK):
            if b >= s.slots or s.batch[b, BATCH_START] < moment:
                break
            b = s.batch[b, BATCH_PREVIOUS]
        return b
    b = s.slots + k
    for _ in range(LONGEST_WALK):
        after = s.batch[b, BATCH_NEXT]
        if after >= s.slots or s.batch[after, BATCH_START] >= moment:
            break
        b = after
    return b


@inner
def ready_after(s: CoupledState, before: int, o: int, end: int) -> int:
    """Return when `o` is ready once `before`, one of those it comes after, is complete at `end`."""
    ready = s.route[o, EARLIEST]
    for link in range(s.before_first[o], s.before_first[o + 1]):
        if s.before[link, WHAT] == before:
            ready = max(ready, end + s.before[link, LEAST_WAIT])
    return ready


@inner
def follower_of(s: CoupledState, o: int) -> int:
    """Return one of its order that follows operation `o`; NONE where none does."""
    count = s.after_first[o + 1] - s.after_first[o]
    if count == 0:
        return NONE
    follower = s.after[s.after_first[o] + below(s, count)]
    return follower if s.route[follower, ORDER] == s.route[o, ORDER] else NONE


@inner
def end_behind(s: CoupledState, o: int, before: int, ready: int) -> int:
    """Return about when operation `o` ends behind batch `before` as one of its own."""
    k = s.batch[before, BATCH_MACHINE]
    place = changeover_place(s, k, s.batch[before, BATCH_SET_UP], s.op[o, OP_FAMILY])
    start = max(ready, s.batch[before, BATCH_END] + s.change[place + CHANGE_UNITS])
    return int(start + s.duration[o, k, SHORTEST])


@inner
def put_when_ready(s: CoupledState, o: int, ready: int) -> int:
    """Put operation `o` where it can start from `ready` on; return about when it then ends."""
    old = s.op[o, OP_BATCH]
    k = s.batch[old, BATCH_MACHINE]
    before = place_at(s, k, ready)
    if before == old and s.batch[old, BATCH_COUNT] == 1:
        before = s.batch[old, BATCH_PREVIOUS]
    other = able_machine(s, o)
    if other != k:
        there = place_at(s, other, ready)
        is_sooner = end_behind(s, o, there, ready) < end_behind(s, o, before, ready)
        if is_sooner or below(s, ANY_MACHINE_ONCE) == 0:
            k, before = other, there
    if below(s, LATER_ONCE) == 0:
        for _ in range(1 + below(s, MOST_LATER)):
            if s.batch[before, BATCH_NEXT] < s.slots:
                before = s.batch[before, BATCH_NEXT]
    joined = s.batch[before, BATCH_NEXT]
    if joined == old and s.batch[old, BATCH_COUNT] > 1:
        joined = s.batch[joined, BATCH_NEXT]
    if joined < s.slots and joined != old and below(s, ALONE_ONCE) > 0:
        if may_join(s, o, joined):
            leave(s, o)
            attach(s, o, joined, s.batch[joined, BATCH_LAST])
            mark_dirty(s, joined)
            return max(ready, s.batch[joined, BATCH_START]) + np.int64(s.duration[o, k, SHORTEST])
    end = end_behind(s, o, before, ready)
    if s.batch[old, BATCH_COUNT] == 1:
        if before == old:
            before = s.batch[old, BATCH_PREVIOUS]
        if s.batch[old, BATCH_PREVIOUS] != before:
            relocate_batch(s, old, before)
    else:
        leave(s, o)
        attach(s, o, new_batch(s, k, s.op[o, OP_FAMILY], before), NO_ONE)
    return end


@inner
def may_join(s: CoupledState, o: int, b: int) -> bool:
    """Tell whether operation `o` can join batch `b`, and that saves anything."""
    family = s.op[o, OP_FAMILY]
    if s.batch[b, BATCH_FAMILY] != family or not fits(s, o, b, NO_ONE):
        return False
    return not is_single(s, s.batch[b, BATCH_MACHINE], family)


@inner
def move_along_route(s: CoupledState, o: int) -> bool:
    """Put operation `o` and what follows it in its order where each is ready in turn."""
    ready = ready_of(s, o)
    if ready >= NEVER:
        return False
    for _ in range(LONGEST_ROUTE):
        if s.op[o, OP_BATCH] == NONE:
            break
        end = put_when_ready(s, o, ready)
        follower = follower_of(s, o)
        if follower == NONE:
            break
        ready = ready_after(s, o, follower, end)
        o = follower
    return True


@inner
def gathered(s: CoupledState, o: int, b: int) -> int:
    """Put operation `o` into batch `b`, or alone behind it; return the batch that it then is in."""
    if s.op[o, OP_BATCH] == b:
        return b
    if may_join(s, o, b):
        leave(s, o)
        attach(s, o, b, s.batch[b, BATCH_LAST])
        mark_dirty(s, b)
        return b
    put_alone(s, o, b)
    c = s.op[o, OP_BATCH]
    return c if s.batch[c, BATCH_PREVIOUS] == b else b


@inner
def move_batch_along(s: CoupledState, o: int) -> bool:
    """Gather what follows the batch of operation `o`, stage by stage, where it is ready."""
    b = s.op[o, OP_BATCH]
    if s.batch[b, BATCH_COUNT] == 1:
        return move_along_route(s, o)
    end = s.batch[b, BATCH_END]
    count = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE and count < LONGEST_ROUTE:
        s.lists[CHOSEN, count] = o
        count += 1
        o = s.op[o, OP_AFTER]
    moved = 0
    while count > 0 and moved < LONGEST_ROUTE:
        count, end = gather_after(s, min(count, LONGEST_ROUTE - moved), end)
        moved += count
    return moved > 0


@inner
def gather_after(s: CoupledState, count: int, end: int) -> tuple[int, int]:
    """Gather what follows the first `count` operations of CHOSEN, which end at `end`.

    Of what follows only one family gathers. Returns how many do, which are in CHOSEN then, and
    about when they end.
    """
    found = int(np.int64(0))
    b = int(np.int64(NONE))
    family = int(np.int64(NONE))
    for i in range(count):
        o = s.lists[CHOSEN, i]
        follower = follower_of(s, o)
        if follower == NONE or s.op[follower, OP_BATCH] == NONE:
            continue
        if found == 0:
            family = s.op[follower, OP_FAMILY]
            end = put_when_ready(s, follower, ready_after(s, o, follower, end))
            b = s.op[follower, OP_BATCH]
        elif s.op[follower, OP_FAMILY] != family:
            continue
        else:
            b = gathered(s, follower, b)
        s.lists[CHOSEN, found] = follower
        found += 1
    return found, end


@inner
def move_lots_together(s: CoupledState, o: int) -> bool:
    """Gather the operations of the order and family of `o` that are listed beside it."""
    family = s.op[o, OP_FAMILY]
    place = s.op[o, OP_FAMILY_PLACE]
    first = max(s.lists[FAMILY_FIRST, family], place - LONGEST_ROUTE)
    last = min(s.lists[FAMILY_FIRST, family + 1], place + LONGEST_ROUTE + 1)
    b = s.op[o, OP_BATCH]
    count = 0
    for row in range(first, last):
        other = s.lists[BY_FAMILY, row]
        if other == o or s.route[other, ORDER] != s.route[o, ORDER]:
            continue
        if s.op[other, OP_BATCH] == NONE or count >= LONGEST_ROUTE:
            continue
        b = gathered(s, other, b)
        count += 1
    return count > 0
