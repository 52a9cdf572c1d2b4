"""Moves of operations between batches. Each returns False where it is impossible."""

from planner.arrays import NONE, PARALLEL
from planner.domain import FloatArray
from planner.search.kernels.chance import below
from planner.search.kernels.choosing import kin_of, place_for
from planner.search.kernels.columns import (
    AFTER,
    BATCH,
    BEFORE,
    CHOSEN,
    COUNT,
    DUE,
    FAMILY,
    FIRST,
    KIND,
    LAST,
    MACHINE,
    NO_ONE,
    PREV,
    PROCESS,
    TRIES,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import is_single
from planner.search.kernels.fitting import batch_may_run_on, fits, has_length
from planner.search.kernels.links import (
    attach,
    detach,
    leave,
    new_batch,
    relocate_batch,
    soil,
    soil_once,
)


@tight
def move_join(s: State, o: int) -> bool:
    """Put an operation into another batch of its family, or next to it."""
    old = s.op[o, BATCH]
    family = s.op[o, KIND]
    for _ in range(TRIES):
        other = kin_of(s, o, family)
        b = s.op[other, BATCH]
        if other == o or b == NONE:
            continue
        k = s.batch[b, MACHINE]
        if b == old:
            if s.machine[k, PROCESS] == PARALLEL:
                continue
            detach(s, o)
            attach(s, o, b, other)
            soil(s, b)
            return True
        if is_single(s, k, family):
            if below(s, 2) == 0:
                b = s.batch[b, PREV]
            if b == old:
                b = s.batch[b, PREV]
            return put_alone(s, o, b)
        if fits(s, o, b, NO_ONE):
            leave(s, o)
            before = other
            if s.machine[k, PROCESS] != PARALLEL and below(s, 2) == 0:
                before = s.op[other, BEFORE]
            attach(s, o, b, before)
            soil(s, b)
            return True
    return False


@inner
def put_alone(s: State, o: int, before: int) -> bool:
    """Make operation `o` a batch of its own directly after `before`."""
    k = s.batch[before, MACHINE]
    if s.duration[o, k, 0] == NONE:
        return False
    old = s.op[o, BATCH]
    if s.batch[old, COUNT] == 1:
        if before == old or s.batch[old, PREV] == before:
            return False
        relocate_batch(s, old, before)
        return True
    leave(s, o)
    b = new_batch(s, k, s.op[o, KIND], before)
    attach(s, o, b, NO_ONE)
    return True


@tight
def move_swap(s: State, o: int) -> bool:
    """Exchange two operations of one family between their batches."""
    b = s.op[o, BATCH]
    c = b
    other = o
    for _ in range(TRIES):
        other = kin_of(s, o, s.op[o, KIND])
        c = s.op[other, BATCH]
        if b != c and c != NONE and fits(s, o, c, other) and fits(s, other, b, o):
            break
        c = b
    if b == c:
        return False
    exchange(s, o, other)
    return has_length(s, b) and has_length(s, c)


@inner
def exchange(s: State, o: int, other: int) -> None:
    """Put two operations into each other's batch and place, and mark their batches."""
    b, c = s.op[o, BATCH], s.op[other, BATCH]
    before_o, before_other = s.op[o, BEFORE], s.op[other, BEFORE]
    detach(s, o)
    detach(s, other)
    attach(s, o, c, before_other)
    attach(s, other, b, before_o)
    soil_once(s, b)
    soil_once(s, c)


@inner
def move_eject(s: State, o: int) -> bool:
    """Put an operation in the place of a kin, which goes into a third batch that has room."""
    b = s.op[o, BATCH]
    family = s.op[o, KIND]
    out = kin_of(s, o, family)
    c = s.op[out, BATCH]
    if c == b or c == NONE or not fits(s, o, c, out):
        return False
    for _ in range(TRIES):
        other = kin_of(s, out, family)
        d = s.op[other, BATCH]
        if d == b or d == c or d == NONE or not fits(s, out, d, NO_ONE):
            continue
        if is_single(s, s.batch[d, MACHINE], family):
            continue
        before = s.op[out, BEFORE]
        leave(s, o)
        detach(s, out)
        attach(s, o, c, before)
        attach(s, out, d, other)
        soil(s, c)
        soil(s, d)
        return has_length(s, c)
    return False


@inner
def move_split(s: State, style: FloatArray, o: int) -> bool:
    """Take some operations of a batch out into a new batch behind it or somewhere else."""
    b = s.op[o, BATCH]
    count = s.batch[b, COUNT]
    if count < 2:
        return False
    k = s.batch[b, MACHINE]
    chosen = 0
    way = below(s, 3)
    x = s.batch[b, FIRST]
    passed = False
    while x != NONE:
        passed = passed or x == o
        take = passed
        if way == 1:
            take = s.op[x, DUE] >= s.op[o, DUE]
        elif way == 2:
            take = s.duration[x, k, 0] >= s.duration[o, k, 0]
        if take:
            s.lists[CHOSEN, chosen] = x
            chosen += 1
        x = s.op[x, AFTER]
    if chosen == count or chosen == 0:
        return False
    before = b
    if below(s, 2) == 0:
        before = place_for(s, style, o)
    k = s.batch[before, MACHINE]
    for i in range(chosen):
        if s.duration[s.lists[CHOSEN, i], k, 0] == NONE:
            return False
    if k != s.batch[b, MACHINE] and not batch_may_run_on(s, b, k):
        return False
    c = new_batch(s, k, s.batch[b, FAMILY], before)
    for i in range(chosen):
        detach(s, s.lists[CHOSEN, i])
        attach(s, s.lists[CHOSEN, i], c, s.batch[c, LAST])
    soil(s, b)
    return True
