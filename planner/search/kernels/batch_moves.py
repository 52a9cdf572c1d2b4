"""Moves of whole batches. Each returns False where it is impossible."""

from planner.arrays import NONE
from planner.domain import FloatArray
from planner.search.kernels.chance import below, near
from planner.search.kernels.choosing import (
    cheap_place_for,
    dear_batch,
    kin_between,
    kin_of,
    place_elsewhere,
    place_for,
)
from planner.search.kernels.columns import (
    AFTER,
    BATCH,
    BY_DUE,
    CHOSEN,
    DUE_PLACE,
    DUE_REACH,
    END,
    FAMILY,
    FIRST,
    JUST_ONE,
    KIND,
    LAST,
    LONGEST_TAIL,
    MACHINE,
    NEXT,
    PREV,
    START,
    TRIES,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import is_single
from planner.search.kernels.fitting import batch_may_run_on, may_merge
from planner.search.kernels.links import (
    attach,
    detach,
    drop_batch,
    relocate_batch,
    relocate_chain,
    soil,
)


@inner
def move_batch(s: State, o: int, before: int) -> bool:
    """Put the batch of operation `o` directly after `before`."""
    b = s.op[o, BATCH]
    if before == b or s.batch[b, PREV] == before:
        return False
    if not batch_may_run_on(s, b, s.batch[before, MACHINE]):
        return False
    relocate_batch(s, b, before)
    return True


@inner
def move_swap_batches(s: State, o: int) -> bool:
    """Exchange the places of two batches."""
    count = s.op.shape[0]
    if below(s, 2) == 0:
        other = below(s, count)
    else:
        other = s.lists[BY_DUE, near(s, count, s.op[o, DUE_PLACE], DUE_REACH)]
    b = s.op[o, BATCH]
    c = s.op[other, BATCH]
    return b != c and swap_places(s, b, c)


@inner
def swap_places(s: State, b: int, c: int) -> bool:
    """Exchange the places of two batches; False where a machine cannot run the other's batch."""
    if not batch_may_run_on(s, b, s.batch[c, MACHINE]):
        return False
    if not batch_may_run_on(s, c, s.batch[b, MACHINE]):
        return False
    before_b = s.batch[b, PREV]
    before_c = s.batch[c, PREV]
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
    x = s.batch[b, NEXT]
    while x < s.slots and length < most:
        if not batch_may_run_on(s, x, machine):
            return NONE
        length += 1
        x = s.batch[x, NEXT]
    return length


@inner
def move_cross(s: State, o: int) -> bool:
    """Exchange what follows at about the same time on two machines: a few batches, or all."""
    b = s.op[o, BATCH]
    if below(s, 2) == 0:
        b = s.batch[b, PREV]
    c = place_elsewhere(s, b)
    if c == NONE:
        return False
    most = other_most = LONGEST_TAIL
    if below(s, 3) != 0:
        most = 1 + below(s, 5)
        other_most = below(s, 5)
    first, second = s.batch[b, NEXT], s.batch[c, NEXT]
    length = length_after(s, b, most, s.batch[c, MACHINE])
    other_length = length_after(s, c, other_most, s.batch[b, MACHINE])
    if length < 0 or other_length < 0 or length + other_length == 0:
        return False
    relocate_chain(s, first, length, c)
    relocate_chain(s, second, other_length, b)
    return True


@inner
def move_shift(s: State, style: FloatArray, o: int) -> bool:
    """Move the place of a batch, while its family keeps its order over its old and new places."""
    b = s.op[o, BATCH]
    before = place_for(s, style, o)
    if before == b or s.batch[b, PREV] == before:
        return False
    now = s.batch[b, START]
    then = s.batch[before, END]
    earlier = then < now
    count = kin_between(s, b, min(then, now), max(then + 1, now), earlier)
    if count <= 0 or not batch_may_run_on(s, b, s.batch[before, MACHINE]):
        return False
    relocate_batch(s, b, before)
    for i in range(count):
        if not swap_places(s, b, s.lists[CHOSEN, i]):
            return False
    return True


@inner
def move_merge(s: State, o: int) -> bool:
    """Put all operations of a batch into another batch of its family."""
    b = s.op[o, BATCH]
    c = b
    for _ in range(TRIES):
        c = s.op[kin_of(s, o, s.op[o, KIND]), BATCH]
        if c == b or c == NONE:
            continue
        if is_single(s, s.batch[c, MACHINE], s.op[o, KIND]):
            return run_to(s, b, c)
        if may_merge(s, b, c):
            break
        c = b
    if c == b or c == NONE:
        return False
    x = s.batch[b, FIRST]
    while x != NONE:
        after = s.op[x, AFTER]
        detach(s, x)
        attach(s, x, c, s.batch[c, LAST])
        x = after
    drop_batch(s, b)
    soil(s, c)
    return True


@inner
def run_to(s: State, b: int, c: int) -> bool:
    """Move the run of one family around batch `b` to directly behind batch `c`."""
    family = s.batch[b, FAMILY]
    first = b
    length = 1
    while length < 64 and s.batch[first, PREV] < s.slots:
        if s.batch[s.batch[first, PREV], FAMILY] != family or s.batch[first, PREV] == c:
            break
        first = s.batch[first, PREV]
        length += 1
    last = b
    while length < 64 and s.batch[last, NEXT] < s.slots:
        if s.batch[s.batch[last, NEXT], FAMILY] != family or s.batch[last, NEXT] == c:
            break
        last = s.batch[last, NEXT]
        length += 1
    return move_chain(s, first, length, c)


@inner
def move_chain(s: State, first: int, length: int, before: int) -> bool:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    k = s.batch[before, MACHINE]
    x = first
    for _ in range(length):
        if x >= s.slots or x == before or not batch_may_run_on(s, x, k):
            return False
        x = s.batch[x, NEXT]
    if s.batch[first, PREV] == before:
        return False
    relocate_chain(s, first, length, before)
    return True


@inner
def move_run(s: State, style: FloatArray, o: int, longest: int) -> bool:
    """Move a few consecutive batches, or a whole run of one family, somewhere else."""
    b = s.op[o, BATCH]
    before = place_for(s, style, o)
    if below(s, 3) == 0:
        return run_to(s, b, before)
    return move_chain(s, b, 2 + below(s, longest), before)


@inner
def move_reverse(s: State, o: int) -> bool:
    """Turn a few consecutive batches of one machine around."""
    b = s.op[o, BATCH]
    length = 2 + below(s, 8)
    x = b
    for _ in range(length - 1):
        if s.batch[x, NEXT] >= s.slots:
            return False
        x = s.batch[x, NEXT]
    before = s.batch[b, PREV]
    x = s.batch[b, NEXT]
    for _ in range(length - 1):
        after = s.batch[x, NEXT]
        relocate_batch(s, x, before)
        x = after
    return True


@inner
def move_tardy_batch(s: State, o: int) -> bool:
    """Put the batch of a tardy operation before an earlier one."""
    b = s.op[o, BATCH]
    x = b
    for _ in range(1 + below(s, 12)):
        if s.batch[x, PREV] >= s.slots:
            break
        x = s.batch[x, PREV]
    return move_batch(s, o, s.batch[x, PREV])


@inner
def move_dear_batch(s: State, style: FloatArray) -> bool:
    """Move a batch with a dear changeover, or the run around it, to where changeovers are cheap."""
    b = dear_batch(s)
    if b == NONE:
        return False
    before = cheap_place_for(s, style, b)
    if before == b:
        return False
    if below(s, 2) == 0:
        return run_to(s, b, before)
    return move_chain(s, b, JUST_ONE, before)
