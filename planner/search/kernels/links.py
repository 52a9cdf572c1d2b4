"""Links between batches and between their operations; what they change is marked for timing."""

from planner.arrays import NEVER, NONE
from planner.search.kernels.columns import (
    AFTER,
    BATCH,
    BATCH_STAMP,
    BEFORE,
    CAPACITY,
    COST,
    COUNT,
    DIRTIES,
    DIRTY,
    END,
    FAMILY,
    FIRST,
    FIXED,
    FREE,
    FREE_SLOTS,
    LAST,
    LOAD,
    LONG,
    LOST_PINS,
    MACHINE,
    MOVE,
    NEXT,
    PIECE_UNTIL,
    PIN,
    PINS,
    PREV,
    READY,
    RELEASE,
    SHORT,
    SIZE,
    START,
    TIME_STAMP,
    TOTAL,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.undoing import save_batch, save_link, save_time


@tight
def soil(s: State, b: int) -> None:
    """Mark batch `b` for timing."""
    if b < s.slots:
        s.lists[DIRTY, s.total[DIRTIES]] = b
        s.total[DIRTIES] += 1


@inner
def soil_once(s: State, b: int) -> None:
    """Mark batch `b` for timing unless it is marked."""
    for i in range(s.total[DIRTIES]):
        if s.lists[DIRTY, i] == b:
            return
    soil(s, b)


@inner
def unlink_batch(s: State, b: int) -> None:
    """Take batch `b` out of its machine's list."""
    before = s.batch[b, PREV]
    after = s.batch[b, NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, NEXT] = after
    s.batch[after, PREV] = before
    soil(s, after)


@inner
def link_batch(s: State, b: int, before: int) -> None:
    """Put batch `b` directly after batch (or sentinel) `before`."""
    after = s.batch[before, NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, NEXT] = b
    s.batch[after, PREV] = b
    s.batch[b, PREV] = before
    s.batch[b, NEXT] = after
    soil(s, b)
    soil(s, after)


@inner
def new_batch(s: State, machine: int, family: int, before: int) -> int:
    """Return a new batch without operations, directly after `before`."""
    s.total[FREE] -= 1
    b = s.lists[FREE_SLOTS, s.total[FREE]]
    # The slot is empty: its row is saved with no operations, so that undoing frees it again.
    save_batch(s, b)
    save_time(s, b)
    s.batch[b, MACHINE] = machine
    s.batch[b, FAMILY] = family
    clear_contents(s, b)
    for column in range(START, BATCH_STAMP):
        s.batch[b, column] = 0
    s.batch[b, START] = s.batch[before, END]
    s.batch[b, END] = -1
    s.batch[b, TIME_STAMP] = s.total[MOVE] - 1  # so that settle times it
    link_batch(s, b, before)
    return b


@inner
def clear_contents(s: State, b: int) -> None:
    """Empty the sums over operations of batch `b`."""
    s.batch[b, FIRST] = NONE
    s.batch[b, LAST] = NONE
    s.batch[b, COUNT] = 0
    s.batch[b, SHORT] = 0
    s.batch[b, LONG] = NEVER
    s.batch[b, RELEASE] = 0
    s.batch[b, PIN] = NONE
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] = 0


@inner
def drop_batch(s: State, b: int) -> None:
    """Take an empty batch out, and its cost with it."""
    unlink_batch(s, b)
    save_time(s, b)
    s.total[TOTAL] -= s.batch[b, COST]
    s.total[LOST_PINS] -= s.batch[b, PINS]
    s.batch[b, COST] = 0
    s.batch[b, PINS] = 0


@inner
def add_to_sums(s: State, b: int, o: int) -> None:
    """Count operation `o` in the sums of batch `b`."""
    k = s.batch[b, MACHINE]
    s.batch[b, SHORT] = max(s.batch[b, SHORT], s.duration[o, k, 0])
    s.batch[b, LONG] = min(s.batch[b, LONG], s.duration[o, k, 1])
    pin = s.op[o, FIXED]
    s.batch[b, RELEASE] = max(s.batch[b, RELEASE], s.op[o, READY], pin)
    if pin >= 0:
        s.batch[b, PIN] = pin


@inner
def resum(s: State, b: int) -> None:
    """Recompute the sums of batch `b` that are no plain additions."""
    s.batch[b, SHORT] = 0
    s.batch[b, LONG] = NEVER
    s.batch[b, RELEASE] = 0
    s.batch[b, PIN] = NONE
    o = s.batch[b, FIRST]
    while o != NONE:
        add_to_sums(s, b, o)
        o = s.op[o, AFTER]


@inner
def attach(s: State, o: int, b: int, before: int) -> None:
    """Put operation `o` into batch `b` directly after its operation `before` (NONE: first)."""
    save_batch(s, b)
    save_link(s, o)
    after = s.batch[b, FIRST] if before == NONE else s.op[before, AFTER]
    s.op[o, BEFORE] = before
    s.op[o, AFTER] = after
    s.op[o, BATCH] = b
    if before == NONE:
        s.batch[b, FIRST] = o
    else:
        save_link(s, before)
        s.op[before, AFTER] = o
    if after == NONE:
        s.batch[b, LAST] = o
    else:
        save_link(s, after)
        s.op[after, BEFORE] = o
    s.batch[b, COUNT] += 1
    s.batch[b, PIECE_UNTIL] = -NEVER
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] += s.op[o, SIZE + d]
    add_to_sums(s, b, o)


@inner
def detach(s: State, o: int) -> None:
    """Take operation `o` out of its batch; the batch stays, even when empty."""
    b = s.op[o, BATCH]
    save_batch(s, b)
    save_link(s, o)
    before = s.op[o, BEFORE]
    after = s.op[o, AFTER]
    if before == NONE:
        s.batch[b, FIRST] = after
    else:
        save_link(s, before)
        s.op[before, AFTER] = after
    if after == NONE:
        s.batch[b, LAST] = before
    else:
        save_link(s, after)
        s.op[after, BEFORE] = before
    s.batch[b, COUNT] -= 1
    for d in range(s.machine.shape[1] - CAPACITY):
        s.batch[b, LOAD + d] -= s.op[o, SIZE + d]
    k = s.batch[b, MACHINE]
    s.batch[b, PIECE_UNTIL] = -NEVER
    if (
        s.duration[o, k, 0] == s.batch[b, SHORT]
        or s.duration[o, k, 1] == s.batch[b, LONG]
        or s.op[o, READY] == s.batch[b, RELEASE]
        or s.op[o, FIXED] >= 0
    ):
        resum(s, b)


@tight
def leave(s: State, o: int) -> None:
    """Take operation `o` out of its batch for good; an empty batch goes."""
    b = s.op[o, BATCH]
    detach(s, o)
    if s.batch[b, COUNT] == 0:
        drop_batch(s, b)
    else:
        soil(s, b)


@inner
def relocate_batch(s: State, b: int, before: int) -> None:
    """Take batch `b` out and put it directly after `before` (not `b`), on any machine."""
    k = s.batch[before, MACHINE]
    soil(s, b)
    unlink_batch(s, b)
    link_batch(s, b, before)
    if k != s.batch[b, MACHINE]:
        s.batch[b, MACHINE] = k
        resum(s, b)


@inner
def relocate_chain(s: State, first: int, length: int, before: int) -> None:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    x = first
    for _ in range(length):
        after = s.batch[x, NEXT]
        if s.batch[x, PREV] != before:
            relocate_batch(s, x, before)
        before = x
        x = after
