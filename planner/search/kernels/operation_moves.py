"""Moves of operations between batches. Each returns False where it is impossible."""

from planner.arrays import NONE, PARALLEL
from planner.domain import FloatArray
from planner.search.kernels.chance import below, coin
from planner.search.kernels.choosing import place_for, same_family
from planner.search.kernels.columns import (
    BATCH_COUNT,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MACHINE,
    BATCH_PREVIOUS,
    CHOSEN,
    MACHINE_PROCESS,
    NO_ONE,
    OP_AFTER,
    OP_BATCH,
    OP_BEFORE,
    OP_DUE,
    OP_FAMILY,
    SHORTEST,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import is_single
from planner.search.kernels.fitting import batch_may_run_on, can_last, fits
from planner.search.kernels.links import (
    attach,
    detach,
    leave,
    mark_dirty,
    mark_dirty_once,
    new_batch,
    relocate_batch,
)

# How many partners a move looks at before it gives up.
TRIES = 4
# What to take out of a batch, out of so many ways: what is due no sooner than one of them, what
# takes no less time, else what comes behind it.
SPLITS = 3
DUE_LATER, LASTING_LONGER = 1, 2


@tight
def move_join(s: State, o: int) -> bool:
    """Put an operation into another batch of its family, or next to it."""
    old = s.op[o, OP_BATCH]
    family = s.op[o, OP_FAMILY]
    for _ in range(TRIES):
        other = same_family(s, o, family)
        b = s.op[other, OP_BATCH]
        if other == o or b == NONE:
            continue
        k = s.batch[b, BATCH_MACHINE]
        if b == old:
            if s.machine[k, MACHINE_PROCESS] == PARALLEL:
                continue
            detach(s, o)
            attach(s, o, b, other)
            mark_dirty(s, b)
            return True
        if is_single(s, k, family):
            if coin(s):
                b = s.batch[b, BATCH_PREVIOUS]
            if b == old:
                b = s.batch[b, BATCH_PREVIOUS]
            return put_alone(s, o, b)
        if fits(s, o, b, NO_ONE):
            leave(s, o)
            before = other
            if s.machine[k, MACHINE_PROCESS] != PARALLEL and coin(s):
                before = s.op[other, OP_BEFORE]
            attach(s, o, b, before)
            mark_dirty(s, b)
            return True
    return False


@inner
def put_alone(s: State, o: int, before: int) -> bool:
    """Make operation `o` a batch of its own directly after `before`."""
    k = s.batch[before, BATCH_MACHINE]
    if s.duration[o, k, SHORTEST] == NONE:
        return False
    old = s.op[o, OP_BATCH]
    if s.batch[old, BATCH_COUNT] == 1:
        if before == old or s.batch[old, BATCH_PREVIOUS] == before:
            return False
        relocate_batch(s, old, before)
        return True
    leave(s, o)
    b = new_batch(s, k, s.op[o, OP_FAMILY], before)
    attach(s, o, b, NO_ONE)
    return True


@tight
def move_swap(s: State, o: int) -> bool:
    """Exchange two operations of one family between their batches."""
    b = s.op[o, OP_BATCH]
    c = b
    other = o
    for _ in range(TRIES):
        other = same_family(s, o, s.op[o, OP_FAMILY])
        c = s.op[other, OP_BATCH]
        if b != c and c != NONE and fits(s, o, c, other) and fits(s, other, b, o):
            break
        c = b
    if b == c:
        return False
    exchange(s, o, other)
    return can_last(s, b) and can_last(s, c)


@inner
def exchange(s: State, o: int, other: int) -> None:
    """Put two operations into each other's batch and place, and mark their batches."""
    b, c = s.op[o, OP_BATCH], s.op[other, OP_BATCH]
    before_o, before_other = s.op[o, OP_BEFORE], s.op[other, OP_BEFORE]
    detach(s, o)
    detach(s, other)
    attach(s, o, c, before_other)
    attach(s, other, b, before_o)
    mark_dirty_once(s, b)
    mark_dirty_once(s, c)


@inner
def move_eject(s: State, o: int) -> bool:
    """Put an operation in the place of another, which goes into a third batch that has room."""
    b = s.op[o, OP_BATCH]
    family = s.op[o, OP_FAMILY]
    out = same_family(s, o, family)
    c = s.op[out, OP_BATCH]
    if c == b or c == NONE or not fits(s, o, c, out):
        return False
    for _ in range(TRIES):
        other = same_family(s, out, family)
        d = s.op[other, OP_BATCH]
        if d == b or d == c or d == NONE or not fits(s, out, d, NO_ONE):
            continue
        if is_single(s, s.batch[d, BATCH_MACHINE], family):
            continue
        before = s.op[out, OP_BEFORE]
        leave(s, o)
        detach(s, out)
        attach(s, o, c, before)
        attach(s, out, d, other)
        mark_dirty(s, c)
        mark_dirty(s, d)
        return can_last(s, c)
    return False


@inner
def move_split(s: State, style: FloatArray, o: int) -> bool:
    """Take some operations of a batch out into a new batch behind it or somewhere else."""
    b = s.op[o, OP_BATCH]
    count = s.batch[b, BATCH_COUNT]
    if count < 2:
        return False
    k = s.batch[b, BATCH_MACHINE]
    chosen = 0
    way = below(s, SPLITS)
    x = s.batch[b, BATCH_FIRST]
    passed = False
    while x != NONE:
        passed = passed or x == o
        take = passed
        if way == DUE_LATER:
            take = s.op[x, OP_DUE] >= s.op[o, OP_DUE]
        elif way == LASTING_LONGER:
            take = s.duration[x, k, SHORTEST] >= s.duration[o, k, SHORTEST]
        if take:
            s.lists[CHOSEN, chosen] = x
            chosen += 1
        x = s.op[x, OP_AFTER]
    if chosen == count or chosen == 0:
        return False
    before = b
    if coin(s):
        before = place_for(s, style, o)
    k = s.batch[before, BATCH_MACHINE]
    for i in range(chosen):
        if s.duration[s.lists[CHOSEN, i], k, SHORTEST] == NONE:
            return False
    if k != s.batch[b, BATCH_MACHINE] and not batch_may_run_on(s, b, k):
        return False
    c = new_batch(s, k, s.batch[b, BATCH_FAMILY], before)
    for i in range(chosen):
        detach(s, s.lists[CHOSEN, i])
        attach(s, s.lists[CHOSEN, i], c, s.batch[c, BATCH_LAST])
    mark_dirty(s, b)
    return True
