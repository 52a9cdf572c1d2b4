"""What a move changes of resources: it is kept for undoing, and what it touches is noted.

Of each batch there are the spans that it takes, and at which resources it looked when to find its
place. Only where something in there has changed may it find another place. So a move notes what it
touches: of each resource the parts of time, of `PARTS` all in all, in which another amount may be
free to those behind in the line.
"""

from planner.arrays import NEVER, NONE
from planner.search.kernels.columns import BATCH_COUNT, BATCH_END, BATCH_PREVIOUS, MOVE_BEGAN
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import EARLIER, HEAP, MAY_FALL, QUEUED, WAITS, CoupledState
from planner.search.kernels.profile import chain_taken, exchange_chain, free_chain, has_taken
from planner.search.kernels.shared_state import (
    LOGGED,
    LOGGED_COUNT,
    LOGGED_IN,
    LOOKED_AT,
    LOOKS_FROM,
    LOOKS_UNTIL,
    MASK_BITS,
    NODE,
    NODE_LIST,
    NODE_NEXT,
    NODE_SPAN,
    NODE_WIDTH,
    NOW,
    NOW_WIDTH,
    OLD_NOW,
    OLD_OWN,
    OWN,
    OWN_FROM,
    OWN_LOOKS,
    OWN_NODES,
    OWN_STAMP,
    OWN_UNTIL,
    OWN_WIDTH,
    PART_BITS,
    PARTS,
    RESOURCES,
    SPAN_END,
    SPAN_START,
    TOUCHED,
    TOUCHED_ANY,
    TOUCHED_COUNT,
    TOUCHED_LIST,
)


@inner
def flag(s: CoupledState, b: int, why: int) -> None:
    """Let batch `b` be placed anew; it waits in no order."""
    if b >= s.slots or s.batch[b, BATCH_COUNT] == 0:
        return
    if s.queue[WAITS, b] == 0:
        s.queue[HEAP, s.note[QUEUED]] = b
        s.note[QUEUED] += 1
    if why == EARLIER and s.queue[WAITS, b] != EARLIER:
        s.note[MAY_FALL] += 1
    s.queue[WAITS, b] = max(s.queue[WAITS, b], why)


# ---------------------------------------------------------------------------------- save and undo


@inner
def clear_own(s: CoupledState) -> None:
    """Let no batch have taken anything, with nothing to undo; see reset_profile."""
    x = s.shared
    for b in range(s.batch.shape[0]):
        row = x[OWN] + OWN_WIDTH * b
        x[row + OWN_NODES] = NONE
        x[row + OWN_LOOKS] = 0
        x[row + OWN_STAMP] = NONE
    x[LOGGED_COUNT] = 0
    x[LOGGED_IN] = NONE


@inner
def save_own(s: CoupledState, b: int) -> None:
    """Keep what batch `b` takes, and how it leaves its machine, as before this move."""
    x = s.shared
    if x[LOGGED_IN] != s.scalar[MOVE_BEGAN]:
        # The move that was logged before has been kept.
        for i in range(x[LOGGED_COUNT]):
            c = x[x[LOGGED] + i]
            old = x[x[OLD_OWN] + OWN_WIDTH * c + OWN_NODES]
            if old != x[x[OWN] + OWN_WIDTH * c + OWN_NODES]:
                free_chain(s, old)
        x[LOGGED_COUNT] = 0
        x[LOGGED_IN] = s.scalar[MOVE_BEGAN]
    row, old = x[OWN] + OWN_WIDTH * b, x[OLD_OWN] + OWN_WIDTH * b
    if x[row + OWN_STAMP] == s.scalar[MOVE_BEGAN]:
        return
    x[row + OWN_STAMP] = s.scalar[MOVE_BEGAN]
    x[x[LOGGED] + x[LOGGED_COUNT]] = b
    x[LOGGED_COUNT] += 1
    for column in range(OWN_WIDTH):
        x[old + column] = x[row + column]
    for column in range(x[NOW_WIDTH]):
        x[x[OLD_NOW] + x[NOW_WIDTH] * b + column] = x[x[NOW] + x[NOW_WIDTH] * b + column]


@inner
def undo_own(s: CoupledState) -> None:
    """Put back what batches took before the move, and how they left their machines."""
    x = s.shared
    if x[LOGGED_IN] != s.scalar[MOVE_BEGAN]:
        return
    for i in range(x[LOGGED_COUNT]):
        b = x[x[LOGGED] + i]
        row, old = x[OWN] + OWN_WIDTH * b, x[OLD_OWN] + OWN_WIDTH * b
        if x[row + OWN_NODES] != x[old + OWN_NODES]:
            exchange_chain(s, x[row + OWN_NODES], x[old + OWN_NODES])
            free_chain(s, x[row + OWN_NODES])
        for column in range(OWN_WIDTH):
            x[row + column] = x[old + column]
        x[row + OWN_STAMP] = NONE
        for column in range(x[NOW_WIDTH]):
            x[x[NOW] + x[NOW_WIDTH] * b + column] = x[x[OLD_NOW] + x[NOW_WIDTH] * b + column]
    x[LOGGED_COUNT] = 0
    x[LOGGED_IN] = NONE


@inner
def own_taken(s: CoupledState, b: int) -> None:
    """Let the batch `b`, which has been timed and saved, own what it has taken and looked at."""
    x = s.shared
    row = x[OWN] + OWN_WIDTH * b
    x[row + OWN_LOOKS] = x[LOOKED_AT]
    x[row + OWN_FROM], x[row + OWN_UNTIL] = x[LOOKS_FROM], x[LOOKS_UNTIL]
    old = x[row + OWN_NODES]
    if has_taken(s, old):
        return
    touch_own(s, b)
    new = chain_taken(s, b)
    x[row + OWN_NODES] = new
    touch_own(s, b)
    exchange_chain(s, old, new)
    if old != x[x[OLD_OWN] + OWN_WIDTH * b + OWN_NODES]:
        free_chain(s, old)


@inner
def own_nothing(s: CoupledState, b: int) -> None:
    """Let batch `b`, which is no more, own nothing."""
    x = s.shared
    save_own(s, b)
    row = x[OWN] + OWN_WIDTH * b
    touch_own(s, b)
    old = x[row + OWN_NODES]
    exchange_chain(s, old, NONE)
    x[row + OWN_NODES] = NONE
    x[row + OWN_LOOKS] = 0
    if old != x[x[OLD_OWN] + OWN_WIDTH * b + OWN_NODES]:
        free_chain(s, old)


# ---------------------------------------------------------------------------------- what is touched


@inner
def begin_touching(s: CoupledState) -> None:
    """Let nothing be touched; parts of time are such that all batches end in the last at most."""
    x = s.shared
    for i in range(x[TOUCHED_COUNT]):
        x[x[TOUCHED] + x[x[TOUCHED_LIST] + i]] = 0
    x[TOUCHED_COUNT] = 0
    x[TOUCHED_ANY] = 0
    last = 0
    for k in range(s.machine.shape[0]):
        last = max(last, s.batch[s.batch[s.slots + k, BATCH_PREVIOUS], BATCH_END])
    bits = 0
    while (last >> bits) >= PARTS - 1:
        bits += 1
    x[PART_BITS] = bits


@inner
def parts_of(s: CoupledState, start: int, end: int) -> int:
    """Return the parts of time that `[start, end)` lies in, a bit each."""
    bits = s.shared[PART_BITS]
    first = min(PARTS - 1, start >> bits)
    last = min(PARTS - 1, max(start, end - 1) >> bits)
    return ((1 << (last - first + 1)) - 1) << first


@inner
def touch(s: CoupledState, r: int, start: int, end: int) -> None:
    """Note that another amount of resource `r` may be free during `[start, end)`."""
    x = s.shared
    if x[x[TOUCHED] + r] == 0:
        x[x[TOUCHED_LIST] + x[TOUCHED_COUNT]] = r
        x[TOUCHED_COUNT] += 1
        x[TOUCHED_ANY] |= 1 << (r % MASK_BITS)
    x[x[TOUCHED] + r] |= parts_of(s, start, end)


@inner
def touch_own(s: CoupledState, b: int) -> None:
    """Note that what batch `b` takes may be free, or not be free any more."""
    x = s.shared
    node = x[x[OWN] + OWN_WIDTH * b + OWN_NODES]
    while node != NONE:
        at = x[NODE] + NODE_WIDTH * node
        r = x[at + NODE_LIST]
        if r >= x[RESOURCES]:
            r -= x[RESOURCES]
        touch(s, r, x[at + NODE_SPAN + SPAN_START], x[at + NODE_SPAN + SPAN_END])
        node = x[at + NODE_NEXT]


@inner
def is_touched(s: CoupledState, b: int) -> bool:
    """Tell whether anything has changed where batch `b` looked to find its place."""
    x = s.shared
    row = x[OWN] + OWN_WIDTH * b
    looks = x[row + OWN_LOOKS]
    if looks & x[TOUCHED_ANY] == 0:
        return False
    parts = parts_of(s, x[row + OWN_FROM], x[row + OWN_UNTIL])
    for i in range(x[TOUCHED_COUNT]):
        r = x[x[TOUCHED_LIST] + i]
        if (looks >> (r % MASK_BITS)) & 1 and x[x[TOUCHED] + r] & parts != 0:
            return True
    return False


@inner
def begin_looking(s: CoupledState) -> None:
    """Let the batch that is being timed have looked at nothing."""
    x = s.shared
    x[LOOKED_AT] = 0
    x[LOOKS_FROM] = NEVER
    x[LOOKS_UNTIL] = 0
