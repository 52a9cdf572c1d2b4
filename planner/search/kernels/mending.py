"""Mends what a move did to changeovers: none may be left that is not possible.

A move puts one thing elsewhere, and where few changeovers are possible that leaves a gap nearly
always. So a batch that cannot follow what is now before it goes elsewhere, or another is put
between the two, before the move is judged.
"""

from planner.arrays import IMPOSSIBLE, NONE
from planner.domain import FloatArray
from planner.search.kernels.chance import below
from planner.search.kernels.choosing import place_for
from planner.search.kernels.columns import (
    BATCH_COUNT,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    DIRTY,
    DIRTY_COUNT,
    OP_BATCH,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place
from planner.search.kernels.fitting import batch_may_run_on
from planner.search.kernels.links import relocate_batch

# How many gaps of one move are mended, and how many places or batches are looked at for each.
MOST_MENDED, MENDS_TRIED = 3, 12


@inner
def mend(s: State, style: FloatArray) -> None:
    """Mend the gaps before the marked batches, and those that mending leaves."""
    mended = 0
    i = 0
    while i < s.scalar[DIRTY_COUNT] and mended < MOST_MENDED:
        b = s.lists[DIRTY, i]
        i += 1
        if s.batch[b, BATCH_COUNT] == 0 or leads(
            s, s.batch[b, BATCH_PREVIOUS], b, s.batch[b, BATCH_MACHINE]
        ):
            continue
        mended += 1
        if below(s, 2) == 0:
            bridge(s, b)
        else:
            put_elsewhere(s, style, b)


@inner
def leads(s: State, before: int, after: int, k: int) -> bool:
    """Tell whether machine `k` can be changed over from one batch to the other, or the end."""
    if after >= s.slots:
        return True
    place = changeover_place(s, k, s.batch[before, BATCH_FAMILY], s.batch[after, BATCH_FAMILY])
    return bool(s.change[place] < IMPOSSIBLE)


@inner
def goes_after(s: State, b: int, before: int) -> bool:
    """Tell whether batch `b` can stand directly after `before`, and what is there after it."""
    k = s.batch[before, BATCH_MACHINE]
    return (
        leads(s, before, b, k)
        and leads(s, b, s.batch[before, BATCH_NEXT], k)
        and batch_may_run_on(s, b, k)
    )


@inner
def put_elsewhere(s: State, style: FloatArray, b: int) -> None:
    """Put batch `b` where changeovers to it and from it are possible, if a few tries find one."""
    for _ in range(MENDS_TRIED):
        before = place_for(s, style, s.batch[b, BATCH_FIRST])
        if before != b and before != s.batch[b, BATCH_PREVIOUS] and goes_after(s, b, before):
            relocate_batch(s, b, before)
            return


@inner
def bridge(s: State, b: int) -> None:
    """Put a batch directly before `b` that can stand there and can be spared where it is."""
    before = s.batch[b, BATCH_PREVIOUS]
    for _ in range(MENDS_TRIED):
        between = s.op[below(s, s.op.shape[0]), OP_BATCH]
        if between == NONE or between == b or between == before:
            continue
        spared = leads(
            s,
            s.batch[between, BATCH_PREVIOUS],
            s.batch[between, BATCH_NEXT],
            s.batch[between, BATCH_MACHINE],
        )
        if spared and goes_after(s, between, before):
            relocate_batch(s, between, before)
            return
