"""What a machine can run: an operation in a batch, a batch on another machine, two in one."""

from planner.arrays import CONTINUOUS, NEVER, NONE, PARALLEL
from planner.search.kernels.columns import (
    BATCH_COUNT,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LOAD,
    BATCH_LONGEST,
    BATCH_MACHINE,
    BATCH_PIN,
    BATCH_SHORTEST,
    LONGEST,
    MACHINE_CAPACITY,
    MACHINE_PROCESS,
    OP_AFTER,
    OP_FAMILY,
    OP_PIN,
    OP_SIZE,
    SHORTEST,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import is_single


@inner
def fits(s: State, o: int, b: int, leaving: int) -> bool:
    """Tell whether batch `b` can take operation `o` once `leaving` (or NONE) has left it."""
    k = s.batch[b, BATCH_MACHINE]
    if s.duration[o, k, SHORTEST] == NONE or s.op[o, OP_FAMILY] != s.batch[b, BATCH_FAMILY]:
        return False
    if s.machine[k, MACHINE_PROCESS] == CONTINUOUS:
        return True
    for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
        used = s.batch[b, BATCH_LOAD + d] + s.op[o, OP_SIZE + d]
        if leaving != NONE:
            used -= s.op[leaving, OP_SIZE + d]
        if used > s.machine[k, MACHINE_CAPACITY + d]:
            return False
    if s.machine[k, MACHINE_PROCESS] != PARALLEL:
        return True
    pin = s.op[o, OP_PIN]
    if pin >= 0 and s.batch[b, BATCH_PIN] >= 0 and pin != s.batch[b, BATCH_PIN]:
        return False
    if leaving == NONE:
        longest = max(s.batch[b, BATCH_SHORTEST], s.duration[o, k, SHORTEST])
        return longest <= min(s.batch[b, BATCH_LONGEST], s.duration[o, k, LONGEST])
    return True


@tight
def can_last(s: State, b: int) -> bool:
    """Tell whether batch `b` can last long enough for some and not too long for others."""
    is_parallel = s.machine[s.batch[b, BATCH_MACHINE], MACHINE_PROCESS] == PARALLEL
    return not is_parallel or s.batch[b, BATCH_SHORTEST] <= s.batch[b, BATCH_LONGEST]


@inner
def batch_may_run_on(s: State, b: int, k: int) -> bool:
    """Tell whether machine `k` can run batch `b` as it is."""
    old = s.batch[b, BATCH_MACHINE]
    if k == old:
        return True
    # Several operations where singles are as good would hide the times that singles can have.
    if s.batch[b, BATCH_COUNT] > 1 and is_single(s, k, s.batch[b, BATCH_FAMILY]):
        return False
    if s.machine[k, MACHINE_PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
            if s.batch[b, BATCH_LOAD + d] > s.machine[k, MACHINE_CAPACITY + d]:
                return False
    shortest = 0
    longest = NEVER
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if s.duration[o, k, SHORTEST] == NONE:
            return False
        shortest = max(shortest, s.duration[o, k, SHORTEST])
        longest = min(longest, s.duration[o, k, LONGEST])
        o = s.op[o, OP_AFTER]
    return s.machine[k, MACHINE_PROCESS] != PARALLEL or shortest <= longest


@inner
def may_merge(s: State, b: int, c: int) -> bool:
    """Tell whether batch `c` can take all operations of batch `b`, of the same family."""
    k = s.batch[c, BATCH_MACHINE]
    if s.machine[k, MACHINE_PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
            if (
                s.batch[b, BATCH_LOAD + d] + s.batch[c, BATCH_LOAD + d]
                > s.machine[k, MACHINE_CAPACITY + d]
            ):
                return False
    if s.machine[k, MACHINE_PROCESS] == PARALLEL:
        pin, other = s.batch[b, BATCH_PIN], s.batch[c, BATCH_PIN]
        if pin >= 0 and other >= 0 and pin != other:
            return False
    shortest = s.batch[c, BATCH_SHORTEST]
    longest = s.batch[c, BATCH_LONGEST]
    x = s.batch[b, BATCH_FIRST]
    while x != NONE:
        if s.duration[x, k, SHORTEST] == NONE:
            return False
        shortest = max(shortest, s.duration[x, k, SHORTEST])
        longest = min(longest, s.duration[x, k, LONGEST])
        x = s.op[x, OP_AFTER]
    return s.machine[k, MACHINE_PROCESS] != PARALLEL or shortest <= longest
