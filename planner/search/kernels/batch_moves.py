"""Moves of whole batches. Each returns False where it is impossible."""

import numpy as np

from planner.arrays import NONE
from planner.domain import FloatArray
from planner.search.kernels.chance import below, coin, near
from planner.search.kernels.choosing import (
    DUE_REACH,
    cheap_place_for,
    costly_changeover,
    place_elsewhere,
    place_for,
    same_family,
    same_family_between,
)
from planner.search.kernels.columns import (
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_START,
    BY_DUE,
    CHOSEN,
    OP_AFTER,
    OP_BATCH,
    OP_DUE_PLACE,
    OP_FAMILY,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import is_single
from planner.search.kernels.fitting import batch_may_run_on, may_merge
from planner.search.kernels.links import (
    attach,
    detach,
    drop_batch,
    mark_dirty,
    relocate_batch,
    relocate_chain,
)

# How many partners a move looks at before it gives up.
TRIES = 4
# Most batches of one family in a row that move together.
LONGEST_RUN = 64
# Once in so many, batches that cross between machines are all that follow, at most so many; else
# fewer than this.
ALL_CROSS, LONGEST_TAIL, MOST_CROSSING = 3, 64, 5
# Once in so many, the whole run moves.
WHOLE_RUN = 3
# How many batches are turned around, beyond the first two: fewer than this.
LONGER_REVERSED = 8
# Most batches that a tardy one is put before.
MOST_EARLIER = 12
JUST_ONE = np.int64(1)


@inner
def move_batch(s: State, o: int, before: int) -> bool:
    """Put the batch of operation `o` directly after `before`."""
    b = s.op[o, OP_BATCH]
    if before == b or s.batch[b, BATCH_PREVIOUS] == before:
        return False
    if not batch_may_run_on(s, b, s.batch[before, BATCH_MACHINE]):
        return False
    relocate_batch(s, b, before)
    return True


@inner
def move_swap_batches(s: State, o: int) -> bool:
    """Exchange the places of two batches."""
    count = s.op.shape[0]
    if coin(s):
        other = below(s, count)
    else:
        other = s.lists[BY_DUE, near(s, count, s.op[o, OP_DUE_PLACE], DUE_REACH)]
    b = s.op[o, OP_BATCH]
    c = s.op[other, OP_BATCH]
    # What no machine may make is in no batch.
    return c != NONE and b != c and swap_places(s, b, c)


@inner
def swap_places(s: State, b: int, c: int) -> bool:
    """Exchange the places of two batches; False where a machine cannot run the other's batch."""
    if not batch_may_run_on(s, b, s.batch[c, BATCH_MACHINE]):
        return False
    if not batch_may_run_on(s, c, s.batch[b, BATCH_MACHINE]):
        return False
    before_b = s.batch[b, BATCH_PREVIOUS]
    before_c = s.batch[c, BATCH_PREVIOUS]
    if before_c == b:
        relocate_batch(s, b, c)
    elif before_b == c:
        relocate_batch(s, c, b)
    else:
        relocate_batch(s, b, before_c)
        relocate_batch(s, c, before_b)
    return True


@inner
def length_after(s: State, b: int, most: int, machine: int) -> int:
    """Return how many batches follow `b`, at most `most`; NONE if `machine` cannot run one."""
    length = 0
    x = s.batch[b, BATCH_NEXT]
    while x < s.slots and length < most:
        if not batch_may_run_on(s, x, machine):
            return NONE
        length += 1
        x = s.batch[x, BATCH_NEXT]
    return length


@inner
def move_cross(s: State, o: int) -> bool:
    """Exchange what follows at about the same time on two machines: a few batches, or all."""
    b = s.op[o, OP_BATCH]
    if coin(s):
        b = s.batch[b, BATCH_PREVIOUS]
    c = place_elsewhere(s, b)
    if c == NONE:
        return False
    most = other_most = LONGEST_TAIL
    if below(s, ALL_CROSS) != 0:
        most = 1 + below(s, MOST_CROSSING)
        other_most = below(s, MOST_CROSSING)
    first, second = s.batch[b, BATCH_NEXT], s.batch[c, BATCH_NEXT]
    length = length_after(s, b, most, s.batch[c, BATCH_MACHINE])
    other_length = length_after(s, c, other_most, s.batch[b, BATCH_MACHINE])
    if length < 0 or other_length < 0 or length + other_length == 0:
        return False
    relocate_chain(s, first, length, c)
    relocate_chain(s, second, other_length, b)
    return True


@inner
def move_shift(s: State, style: FloatArray, o: int) -> bool:
    """Move the place of a batch, while its family keeps its order over its old and new places."""
    b = s.op[o, OP_BATCH]
    before = place_for(s, style, o)
    if before == b or s.batch[b, BATCH_PREVIOUS] == before:
        return False
    now = s.batch[b, BATCH_START]
    then = s.batch[before, BATCH_END]
    earlier = then < now
    count = same_family_between(s, b, min(then, now), max(then + 1, now), earlier)
    if count <= 0 or not batch_may_run_on(s, b, s.batch[before, BATCH_MACHINE]):
        return False
    relocate_batch(s, b, before)
    for i in range(count):
        if not swap_places(s, b, s.lists[CHOSEN, i]):
            return False
    return True


@inner
def move_merge(s: State, o: int) -> bool:
    """Put all operations of a batch into another batch of its family."""
    b = s.op[o, OP_BATCH]
    c = b
    for _ in range(TRIES):
        c = s.op[same_family(s, o, s.op[o, OP_FAMILY]), OP_BATCH]
        if c == b or c == NONE:
            continue
        if is_single(s, s.batch[c, BATCH_MACHINE], s.op[o, OP_FAMILY]):
            return move_run_to(s, b, c)
        if may_merge(s, b, c):
            break
        c = b
    if c == b or c == NONE:
        return False
    x = s.batch[b, BATCH_FIRST]
    while x != NONE:
        after = s.op[x, OP_AFTER]
        detach(s, x)
        attach(s, x, c, s.batch[c, BATCH_LAST])
        x = after
    drop_batch(s, b)
    mark_dirty(s, c)
    return True


@inner
def move_run_to(s: State, b: int, c: int) -> bool:
    """Move the run of one family around batch `b` to directly behind batch `c`."""
    family = s.batch[b, BATCH_FAMILY]
    first = b
    length = 1
    while length < LONGEST_RUN and s.batch[first, BATCH_PREVIOUS] < s.slots:
        if (
            s.batch[s.batch[first, BATCH_PREVIOUS], BATCH_FAMILY] != family
            or s.batch[first, BATCH_PREVIOUS] == c
        ):
            break
        first = s.batch[first, BATCH_PREVIOUS]
        length += 1
    last = b
    while length < LONGEST_RUN and s.batch[last, BATCH_NEXT] < s.slots:
        if (
            s.batch[s.batch[last, BATCH_NEXT], BATCH_FAMILY] != family
            or s.batch[last, BATCH_NEXT] == c
        ):
            break
        last = s.batch[last, BATCH_NEXT]
        length += 1
    return move_chain(s, first, length, c)


@inner
def move_chain(s: State, first: int, length: int, before: int) -> bool:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    k = s.batch[before, BATCH_MACHINE]
    x = first
    for _ in range(length):
        if x >= s.slots or x == before or not batch_may_run_on(s, x, k):
            return False
        x = s.batch[x, BATCH_NEXT]
    if s.batch[first, BATCH_PREVIOUS] == before:
        return False
    relocate_chain(s, first, length, before)
    return True


@inner
def move_run(s: State, style: FloatArray, o: int, longest: int) -> bool:
    """Move a few consecutive batches, or a whole run of one family, somewhere else."""
    b = s.op[o, OP_BATCH]
    before = place_for(s, style, o)
    if below(s, WHOLE_RUN) == 0:
        return move_run_to(s, b, before)
    return move_chain(s, b, 2 + below(s, longest), before)


@inner
def move_reverse(s: State, o: int) -> bool:
    """Turn a few consecutive batches of one machine around."""
    b = s.op[o, OP_BATCH]
    length = 2 + below(s, LONGER_REVERSED)
    x = b
    for _ in range(length - 1):
        if s.batch[x, BATCH_NEXT] >= s.slots:
            return False
        x = s.batch[x, BATCH_NEXT]
    before = s.batch[b, BATCH_PREVIOUS]
    x = s.batch[b, BATCH_NEXT]
    for _ in range(length - 1):
        after = s.batch[x, BATCH_NEXT]
        relocate_batch(s, x, before)
        x = after
    return True


@inner
def move_tardy_batch(s: State, o: int) -> bool:
    """Put the batch of a tardy operation before an earlier one."""
    b = s.op[o, OP_BATCH]
    x = b
    for _ in range(1 + below(s, MOST_EARLIER)):
        if s.batch[x, BATCH_PREVIOUS] >= s.slots:
            break
        x = s.batch[x, BATCH_PREVIOUS]
    return move_batch(s, o, s.batch[x, BATCH_PREVIOUS])


@inner
def move_costly_changeover(s: State, style: FloatArray) -> bool:
    """Move a batch with a costly changeover, or its run, to where changeovers are cheap."""
    b = costly_changeover(s)
    if b == NONE:
        return False
    before = cheap_place_for(s, style, b)
    if before == b:
        return False
    if coin(s):
        return move_run_to(s, b, before)
    return move_chain(s, b, JUST_ONE, before)
