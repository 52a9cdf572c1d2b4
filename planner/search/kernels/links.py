"""Links between batches and between their operations; what they change is marked for timing."""

from planner.arrays import NEVER, NONE
from planner.search.kernels.columns import (
    BATCH_COST,
    BATCH_COUNT,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_LOAD,
    BATCH_LONGEST,
    BATCH_LOST_PINS,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PIECE_UNTIL,
    BATCH_PIN,
    BATCH_PREVIOUS,
    BATCH_RELEASE,
    BATCH_SHORTEST,
    BATCH_START,
    BATCH_TIME_STAMP,
    DIRTY,
    DIRTY_COUNT,
    FREE_COUNT,
    FREE_SLOTS,
    LONGEST,
    LOST_PINS,
    MACHINE_CAPACITY,
    MOVE_NUMBER,
    OP_AFTER,
    OP_BATCH,
    OP_BEFORE,
    OP_PIN,
    OP_RELEASE,
    OP_SIZE,
    SHORTEST,
    TIME_COLUMNS,
    TOTAL_COST,
    State,
)
from planner.search.kernels.compiling import inner, tight
from planner.search.kernels.undoing import save_batch, save_link, save_time


@tight
def mark_dirty(s: State, b: int) -> None:
    """Mark batch `b` for timing."""
    if b < s.slots:
        s.lists[DIRTY, s.scalar[DIRTY_COUNT]] = b
        s.scalar[DIRTY_COUNT] += 1


@inner
def mark_dirty_once(s: State, b: int) -> None:
    """Mark batch `b` for timing unless it is marked."""
    for i in range(s.scalar[DIRTY_COUNT]):
        if s.lists[DIRTY, i] == b:
            return
    mark_dirty(s, b)


@inner
def unlink_batch(s: State, b: int) -> None:
    """Take batch `b` out of its machine's list."""
    before = s.batch[b, BATCH_PREVIOUS]
    after = s.batch[b, BATCH_NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, BATCH_NEXT] = after
    s.batch[after, BATCH_PREVIOUS] = before
    mark_dirty(s, after)


@inner
def link_batch(s: State, b: int, before: int) -> None:
    """Put batch `b` directly after batch (or sentinel) `before`."""
    after = s.batch[before, BATCH_NEXT]
    save_batch(s, b)
    save_batch(s, before)
    save_batch(s, after)
    s.batch[before, BATCH_NEXT] = b
    s.batch[after, BATCH_PREVIOUS] = b
    s.batch[b, BATCH_PREVIOUS] = before
    s.batch[b, BATCH_NEXT] = after
    mark_dirty(s, b)
    mark_dirty(s, after)


@inner
def new_batch(s: State, machine: int, family: int, before: int) -> int:
    """Return a new batch without operations, directly after `before`."""
    s.scalar[FREE_COUNT] -= 1
    b = s.lists[FREE_SLOTS, s.scalar[FREE_COUNT]]
    # The slot is empty: its row is saved with no operations, so that undoing frees it again.
    save_batch(s, b)
    save_time(s, b)
    s.batch[b, BATCH_MACHINE] = machine
    s.batch[b, BATCH_FAMILY] = family
    clear_contents(s, b)
    for column in range(BATCH_START, BATCH_START + TIME_COLUMNS):
        s.batch[b, column] = 0
    s.batch[b, BATCH_START] = s.batch[before, BATCH_END]
    s.batch[b, BATCH_END] = -1
    s.batch[b, BATCH_TIME_STAMP] = s.scalar[MOVE_NUMBER] - 1  # so that settle times it
    link_batch(s, b, before)
    return b


@inner
def clear_contents(s: State, b: int) -> None:
    """Empty the sums over operations of batch `b`."""
    s.batch[b, BATCH_FIRST] = NONE
    s.batch[b, BATCH_LAST] = NONE
    s.batch[b, BATCH_COUNT] = 0
    s.batch[b, BATCH_SHORTEST] = 0
    s.batch[b, BATCH_LONGEST] = NEVER
    s.batch[b, BATCH_RELEASE] = 0
    s.batch[b, BATCH_PIN] = NONE
    for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
        s.batch[b, BATCH_LOAD + d] = 0


@inner
def drop_batch(s: State, b: int) -> None:
    """Take an empty batch out, and its cost with it."""
    unlink_batch(s, b)
    save_time(s, b)
    s.scalar[TOTAL_COST] -= s.batch[b, BATCH_COST]
    s.scalar[LOST_PINS] -= s.batch[b, BATCH_LOST_PINS]
    s.batch[b, BATCH_COST] = 0
    s.batch[b, BATCH_LOST_PINS] = 0


@inner
def add_to_sums(s: State, b: int, o: int) -> None:
    """Count operation `o` in the sums of batch `b`."""
    k = s.batch[b, BATCH_MACHINE]
    s.batch[b, BATCH_SHORTEST] = max(s.batch[b, BATCH_SHORTEST], s.duration[o, k, SHORTEST])
    s.batch[b, BATCH_LONGEST] = min(s.batch[b, BATCH_LONGEST], s.duration[o, k, LONGEST])
    pin = s.op[o, OP_PIN]
    s.batch[b, BATCH_RELEASE] = max(s.batch[b, BATCH_RELEASE], s.op[o, OP_RELEASE], pin)
    if pin >= 0:
        s.batch[b, BATCH_PIN] = pin


@inner
def sum_again(s: State, b: int) -> None:
    """Recompute the sums of batch `b` that subtracting does not update."""
    s.batch[b, BATCH_SHORTEST] = 0
    s.batch[b, BATCH_LONGEST] = NEVER
    s.batch[b, BATCH_RELEASE] = 0
    s.batch[b, BATCH_PIN] = NONE
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        add_to_sums(s, b, o)
        o = s.op[o, OP_AFTER]


@inner
def attach(s: State, o: int, b: int, before: int) -> None:
    """Put operation `o` into batch `b` directly after its operation `before` (NONE: first)."""
    save_batch(s, b)
    save_link(s, o)
    after = s.batch[b, BATCH_FIRST] if before == NONE else s.op[before, OP_AFTER]
    s.op[o, OP_BEFORE] = before
    s.op[o, OP_AFTER] = after
    s.op[o, OP_BATCH] = b
    if before == NONE:
        s.batch[b, BATCH_FIRST] = o
    else:
        save_link(s, before)
        s.op[before, OP_AFTER] = o
    if after == NONE:
        s.batch[b, BATCH_LAST] = o
    else:
        save_link(s, after)
        s.op[after, OP_BEFORE] = o
    s.batch[b, BATCH_COUNT] += 1
    s.batch[b, BATCH_PIECE_UNTIL] = -NEVER
    for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
        s.batch[b, BATCH_LOAD + d] += s.op[o, OP_SIZE + d]
    add_to_sums(s, b, o)


@inner
def detach(s: State, o: int) -> None:
    """Take operation `o` out of its batch; the batch stays, even when empty."""
    b = s.op[o, OP_BATCH]
    save_batch(s, b)
    save_link(s, o)
    before = s.op[o, OP_BEFORE]
    after = s.op[o, OP_AFTER]
    if before == NONE:
        s.batch[b, BATCH_FIRST] = after
    else:
        save_link(s, before)
        s.op[before, OP_AFTER] = after
    if after == NONE:
        s.batch[b, BATCH_LAST] = before
    else:
        save_link(s, after)
        s.op[after, OP_BEFORE] = before
    s.batch[b, BATCH_COUNT] -= 1
    for d in range(s.machine.shape[1] - MACHINE_CAPACITY):
        s.batch[b, BATCH_LOAD + d] -= s.op[o, OP_SIZE + d]
    k = s.batch[b, BATCH_MACHINE]
    s.batch[b, BATCH_PIECE_UNTIL] = -NEVER
    if (
        s.duration[o, k, SHORTEST] == s.batch[b, BATCH_SHORTEST]
        or s.duration[o, k, LONGEST] == s.batch[b, BATCH_LONGEST]
        or s.op[o, OP_RELEASE] == s.batch[b, BATCH_RELEASE]
        or s.op[o, OP_PIN] >= 0
    ):
        sum_again(s, b)


@tight
def leave(s: State, o: int) -> None:
    """Take operation `o` out of its batch for good; an empty batch goes."""
    b = s.op[o, OP_BATCH]
    detach(s, o)
    if s.batch[b, BATCH_COUNT] == 0:
        drop_batch(s, b)
    else:
        mark_dirty(s, b)


@inner
def relocate_batch(s: State, b: int, before: int) -> None:
    """Take batch `b` out and put it directly after `before` (not `b`), on any machine."""
    k = s.batch[before, BATCH_MACHINE]
    mark_dirty(s, b)
    unlink_batch(s, b)
    link_batch(s, b, before)
    if k != s.batch[b, BATCH_MACHINE]:
        s.batch[b, BATCH_MACHINE] = k
        sum_again(s, b)


@inner
def relocate_chain(s: State, first: int, length: int, before: int) -> None:
    """Put `length` batches from `first` on directly after `before`, one by one in their order."""
    x = first
    for _ in range(length):
        after = s.batch[x, BATCH_NEXT]
        if s.batch[x, BATCH_PREVIOUS] != before:
            relocate_batch(s, x, before)
        before = x
        x = after
