"""What a machine can run: an operation in a batch, a batch on another machine, two in one."""

from planner.arrays import CONTINUOUS, NEVER, NONE, PARALLEL
from planner.search.kernels.columns import (
    AFTER,
    CAPACITY,
    COUNT,
    FAMILY,
    FIRST,
    FIXED,
    KIND,
    LOAD,
    LONG,
    MACHINE,
    PIN,
    PROCESS,
    SHORT,
    SIZE,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.cost import is_single


@inner
def fits(s: State, o: int, b: int, leaving: int) -> bool:
    """Tell whether batch `b` can take operation `o` once `leaving` (or NONE) has left it."""
    k = s.batch[b, MACHINE]
    if s.duration[o, k, 0] == NONE or s.op[o, KIND] != s.batch[b, FAMILY]:
        return False
    if s.machine[k, PROCESS] == CONTINUOUS:
        return True
    for d in range(s.machine.shape[1] - CAPACITY):
        used = s.batch[b, LOAD + d] + s.op[o, SIZE + d]
        if leaving != NONE:
            used -= s.op[leaving, SIZE + d]
        if used > s.machine[k, CAPACITY + d]:
            return False
    if s.machine[k, PROCESS] != PARALLEL:
        return True
    pin = s.op[o, FIXED]
    if pin >= 0 and s.batch[b, PIN] >= 0 and pin != s.batch[b, PIN]:
        return False
    if leaving == NONE:
        longest = max(s.batch[b, SHORT], s.duration[o, k, 0])
        return longest <= min(s.batch[b, LONG], s.duration[o, k, 1])
    return True


@tight
def has_length(s: State, b: int) -> bool:
    """Tell whether batch `b` can last long enough for some and not too long for others."""
    is_parallel = s.machine[s.batch[b, MACHINE], PROCESS] == PARALLEL
    return not is_parallel or s.batch[b, SHORT] <= s.batch[b, LONG]


@inner
def batch_may_run_on(s: State, b: int, k: int) -> bool:
    """Tell whether machine `k` can run batch `b` as it is."""
    old = s.batch[b, MACHINE]
    if k == old:
        return True
    # Several operations where singles are as good would hide the times that singles can have.
    if s.batch[b, COUNT] > 1 and is_single(s, k, s.batch[b, FAMILY]):
        return False
    if s.machine[k, PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - CAPACITY):
            if s.batch[b, LOAD + d] > s.machine[k, CAPACITY + d]:
                return False
    shortest = 0
    longest = NEVER
    o = s.batch[b, FIRST]
    while o != NONE:
        if s.duration[o, k, 0] == NONE:
            return False
        shortest = max(shortest, s.duration[o, k, 0])
        longest = min(longest, s.duration[o, k, 1])
        o = s.op[o, AFTER]
    return s.machine[k, PROCESS] != PARALLEL or shortest <= longest


@inner
def may_merge(s: State, b: int, c: int) -> bool:
    """Tell whether batch `c` can take all operations of batch `b`, of the same family."""
    k = s.batch[c, MACHINE]
    if s.machine[k, PROCESS] != CONTINUOUS:
        for d in range(s.machine.shape[1] - CAPACITY):
            if s.batch[b, LOAD + d] + s.batch[c, LOAD + d] > s.machine[k, CAPACITY + d]:
                return False
    if s.machine[k, PROCESS] == PARALLEL:
        pin, other = s.batch[b, PIN], s.batch[c, PIN]
        if pin >= 0 and other >= 0 and pin != other:
            return False
    shortest = s.batch[c, SHORT]
    longest = s.batch[c, LONG]
    x = s.batch[b, FIRST]
    while x != NONE:
        if s.duration[x, k, 0] == NONE:
            return False
        shortest = max(shortest, s.duration[x, k, 0])
        longest = min(longest, s.duration[x, k, 1])
        x = s.op[x, AFTER]
    return s.machine[k, PROCESS] != PARALLEL or shortest <= longest
