"""Who takes how much of each resource when: spans in time, seen from a place in the line.

A batch sees what batches before it in the line take, not those behind it. So the spans of all are
kept, by resource and start, and what stands behind is passed over when they are looked through.
Nothing need be rebuilt then for a batch in the middle, and a move costs what it changes.

There are two lists of each resource: spans that end, and those that do not, which is what a machine
holds: it takes from when it is set up on, and gives back as much when it is set up for something
else. While a batch is timed its own spans stand apart, in TAKEN.
"""

from planner.arrays import NEVER, NONE
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import CoupledState
from planner.search.kernels.shared_state import (
    ACTIVE,
    FREE_NODE,
    LEVEL,
    LEVEL_FIRST,
    LEVEL_WIDTH,
    LONGEST_SPAN,
    LOOKED_AT,
    LOOKS_FROM,
    LOOKS_UNTIL,
    MASK_BITS,
    NODE,
    NODE_LIST,
    NODE_NEXT,
    NODE_ROOM,
    NODE_SPAN,
    NODE_WIDTH,
    PLACE,
    RESOURCES,
    SPAN_AMOUNT,
    SPAN_COUNT,
    SPAN_END,
    SPAN_FIRST,
    SPAN_OWNER,
    SPAN_START,
    SPAN_WIDTH,
    TAKEN,
    TAKEN_AMOUNT,
    TAKEN_COUNT,
    TAKEN_END,
    TAKEN_KEPT,
    TAKEN_MOVES,
    TAKEN_RESOURCE,
    TAKEN_START,
    TAKEN_WIDTH,
)

# ------------------------------------------------------------------------------------- what is free


@inner
def free_from(
    s: CoupledState, r: int, start: int, end: int, amount: int, place: int, moves: bool
) -> tuple[int, int]:
    """Look whether `amount` of resource `r` is free during `[start, end)`, seen from `place`.

    Returns (NONE, NONE) where it is. Otherwise (again, start) with the first time at which it is
    free again behind the last moment in the interval in which it is not; where the whole interval
    `moves` with its start, it is free all the time from there on. Where only what the batch takes
    itself, and moves along, is in the way, (again, moment): what needs it at that moment finds
    enough for both from the time `again` on. That is NEVER where there is none.
    """
    x = s.shared
    level, last_level = step_of(s, r, start)
    places = x[PLACE]
    used = 0
    held, count = x[x[SPAN_FIRST] + x[RESOURCES] + r], x[x[SPAN_COUNT] + x[RESOURCES] + r]
    last_held = held + SPAN_WIDTH * count
    while held < last_held and x[held + SPAN_START] <= start:
        if x[places + x[held + SPAN_OWNER]] < place:
            used += x[held + SPAN_AMOUNT]
        held += SPAN_WIDTH
    last = x[x[SPAN_FIRST] + r] + SPAN_WIDTH * x[x[SPAN_COUNT] + r]
    span = first_span(s, r, start - x[x[LONGEST_SPAN] + r] + 1)
    active = x[ACTIVE]
    last_active = active
    while span < last and x[span + SPAN_START] <= start:
        if x[span + SPAN_END] > start and x[places + x[span + SPAN_OWNER]] < place:
            used += x[span + SPAN_AMOUNT]
            x[last_active], x[last_active + 1] = x[span + SPAN_END], x[span + SPAN_AMOUNT]
            last_active += 2
        span += SPAN_WIDTH
    own = own_at(s, r, start, 0, x[TAKEN_MOVES])
    along = own_at(s, r, start, x[TAKEN_MOVES], x[TAKEN_COUNT])
    now, until, again, moment = start, end, int(NONE), int(NONE)
    wanted = amount
    is_blocked = x[level + 1] - used - own - min(along, 0) < amount
    if is_blocked:
        moment = start
    elif x[level + 1] - used - own - along < amount:
        is_blocked = True
        moment, wanted = start, amount + along
    while True:
        soonest = NEVER
        if level < last_level:
            soonest = x[level + LEVEL_WIDTH]
        if held < last_held:
            soonest = min(soonest, x[held + SPAN_START])
        if span < last:
            soonest = min(soonest, x[span + SPAN_START])
        for at in range(active, last_active, 2):
            soonest = min(soonest, x[at])
        if x[TAKEN_COUNT] > 0:
            soonest = min(soonest, own_change(s, r, now))
        if not is_blocked and (soonest >= until or wanted > amount):
            break
        if soonest >= NEVER:
            again = NEVER
            until = NEVER
            break
        now = soonest
        if level < last_level and x[level + LEVEL_WIDTH] <= now:
            level += LEVEL_WIDTH
        while held < last_held and x[held + SPAN_START] <= now:
            if x[places + x[held + SPAN_OWNER]] < place:
                used += x[held + SPAN_AMOUNT]
            held += SPAN_WIDTH
        at = active
        while at < last_active:
            if x[at] <= now:
                used -= x[at + 1]
                last_active -= 2
                x[at], x[at + 1] = x[last_active], x[last_active + 1]
            else:
                at += 2
        while span < last and x[span + SPAN_START] <= now:
            if x[places + x[span + SPAN_OWNER]] < place:
                used += x[span + SPAN_AMOUNT]
                x[last_active], x[last_active + 1] = x[span + SPAN_END], x[span + SPAN_AMOUNT]
                last_active += 2
            span += SPAN_WIDTH
        if x[TAKEN_COUNT] > 0:
            own = own_at(s, r, now, 0, x[TAKEN_MOVES])
            along = own_at(s, r, now, x[TAKEN_MOVES], x[TAKEN_COUNT])
        if x[level + 1] - used - own - min(along, 0) < wanted:
            is_blocked = True
            if moment == NONE:
                moment = start
        elif is_blocked:
            is_blocked = False
            again = now
            if moves:
                until = now + end - start
        elif moment == NONE and x[level + 1] - used - own - along < amount:
            is_blocked = True
            moment, wanted = now, amount + along
    note_look(s, r, start, max(until, now))
    return again, moment


@inner
def own_at(s: CoupledState, r: int, moment: int, first: int, last: int) -> int:
    """Return what the batch being timed takes of resource `r` at `moment`, of things from a place.

    Those are the things taken from place `first` to `last`.
    """
    x = s.shared
    amount = 0
    for i in range(first, last):
        row = x[TAKEN] + TAKEN_WIDTH * i
        if x[row + TAKEN_RESOURCE] == r and x[row + TAKEN_START] <= moment < x[row + TAKEN_END]:
            amount += x[row + TAKEN_AMOUNT]
    return amount


@inner
def own_change(s: CoupledState, r: int, moment: int) -> int:
    """Return when after `moment` the batch being timed takes more or less of resource `r`."""
    x = s.shared
    soonest = NEVER
    for i in range(x[TAKEN_COUNT]):
        row = x[TAKEN] + TAKEN_WIDTH * i
        if x[row + TAKEN_RESOURCE] != r:
            continue
        if x[row + TAKEN_START] > moment:
            soonest = min(soonest, x[row + TAKEN_START])
        elif x[row + TAKEN_END] > moment:
            soonest = min(soonest, x[row + TAKEN_END])
    return soonest


@inner
def note_look(s: CoupledState, r: int, start: int, until: int) -> None:
    """Note that the batch being timed has looked at resource `r` during `[start, until)`."""
    x = s.shared
    x[LOOKED_AT] |= 1 << (r % MASK_BITS)
    x[LOOKS_FROM] = min(x[LOOKS_FROM], start)
    x[LOOKS_UNTIL] = max(x[LOOKS_UNTIL], until)


@inner
def step_of(s: CoupledState, r: int, moment: int) -> tuple[int, int]:
    """Return where the level of resource `r` at `moment` stands, and where its last one does."""
    x = s.shared
    low, high = x[x[LEVEL_FIRST] + r], x[x[LEVEL_FIRST] + r + 1]
    last = high - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if x[x[LEVEL] + LEVEL_WIDTH * middle] <= moment:
            low = middle
        else:
            high = middle
    return x[LEVEL] + LEVEL_WIDTH * low, x[LEVEL] + LEVEL_WIDTH * last


@inner
def first_span(s: CoupledState, q: int, moment: int) -> int:
    """Return where the first span of list `q` stands that starts at `moment` or later."""
    x = s.shared
    first = x[x[SPAN_FIRST] + q]
    low, high = 0, x[x[SPAN_COUNT] + q]
    while low < high:
        middle = (low + high) >> 1
        if x[first + SPAN_WIDTH * middle + SPAN_START] < moment:
            low = middle + 1
        else:
            high = middle
    return first + SPAN_WIDTH * low


# --------------------------------------------------------------------------- the batch being timed


@inner
def take(s: CoupledState, r: int, start: int, end: int, amount: int) -> None:
    """Take `amount` of resource `r` for the batch that is being timed; less than 0 gives back."""
    x = s.shared
    row = x[TAKEN] + TAKEN_WIDTH * x[TAKEN_COUNT]
    x[row + TAKEN_RESOURCE], x[row + TAKEN_AMOUNT] = r, amount
    x[row + TAKEN_START], x[row + TAKEN_END] = start, end
    x[TAKEN_COUNT] += 1


@inner
def give_back(s: CoupledState) -> None:
    """Give back all that the batch that is being timed has taken, but what is taken for good."""
    s.shared[TAKEN_COUNT] = s.shared[TAKEN_KEPT]


# -------------------------------------------------------------------------------- spans of batches


@inner
def reset_profile(s: CoupledState) -> None:
    """Let all of each resource be free."""
    x = s.shared
    for q in range(2 * x[RESOURCES]):
        x[x[SPAN_COUNT] + q] = 0
    for r in range(x[RESOURCES]):
        x[x[LONGEST_SPAN] + r] = 0
    for node in range(x[NODE_ROOM]):
        x[x[NODE] + NODE_WIDTH * node + NODE_NEXT] = node + 1
    x[FREE_NODE] = 0
    give_back(s)


@inner
def has_taken(s: CoupledState, node: int) -> bool:
    """Tell whether the batch being timed has taken what stands in the chain from `node` on."""
    x = s.shared
    for i in range(x[TAKEN_COUNT]):
        if node == NONE:
            return False
        row, span = x[TAKEN] + TAKEN_WIDTH * i, x[NODE] + NODE_WIDTH * node + NODE_SPAN
        if (
            x[row + TAKEN_START] != x[span + SPAN_START]
            or x[row + TAKEN_END] != x[span + SPAN_END]
            or x[row + TAKEN_AMOUNT] != x[span + SPAN_AMOUNT]
            or list_of(s, i) != x[x[NODE] + NODE_WIDTH * node + NODE_LIST]
        ):
            return False
        node = x[x[NODE] + NODE_WIDTH * node + NODE_NEXT]
    return node == NONE


@inner
def list_of(s: CoupledState, i: int) -> int:
    """Return the list that thing `i` taken belongs to."""
    x = s.shared
    row = x[TAKEN] + TAKEN_WIDTH * i
    endless = x[row + TAKEN_END] >= NEVER
    return x[row + TAKEN_RESOURCE] + (x[RESOURCES] if endless else 0)


@inner
def chain_taken(s: CoupledState, b: int) -> int:
    """Return a new chain of what the batch `b` being timed has taken."""
    x = s.shared
    first = int(NONE)
    for i in range(x[TAKEN_COUNT] - 1, -1, -1):
        node = x[FREE_NODE]
        at = x[NODE] + NODE_WIDTH * node
        x[FREE_NODE] = x[at + NODE_NEXT]
        x[at + NODE_NEXT] = first
        x[at + NODE_LIST] = list_of(s, i)
        row, span = x[TAKEN] + TAKEN_WIDTH * i, at + NODE_SPAN
        x[span + SPAN_START], x[span + SPAN_END] = x[row + TAKEN_START], x[row + TAKEN_END]
        x[span + SPAN_AMOUNT], x[span + SPAN_OWNER] = x[row + TAKEN_AMOUNT], b
        first = node
    return first


@inner
def free_chain(s: CoupledState, node: int) -> None:
    """Let the nodes of the chain from `node` on be used for others."""
    x = s.shared
    while node != NONE:
        at = x[NODE] + NODE_WIDTH * node
        after = x[at + NODE_NEXT]
        x[at + NODE_NEXT] = x[FREE_NODE]
        x[FREE_NODE] = node
        node = after


@inner
def exchange_chain(s: CoupledState, old: int, new: int) -> None:
    """Put the spans of the chain `new` into the lists in place of those of `old`."""
    x = s.shared
    while old != NONE or new != NONE:
        old_at, new_at = x[NODE] + NODE_WIDTH * old, x[NODE] + NODE_WIDTH * new
        if old != NONE and new != NONE and x[old_at + NODE_LIST] == x[new_at + NODE_LIST]:
            q = x[old_at + NODE_LIST]
            put_span(s, q, find_span(s, q, old_at + NODE_SPAN), new_at + NODE_SPAN)
        else:
            if old != NONE:
                q = x[old_at + NODE_LIST]
                remove_span(s, q, find_span(s, q, old_at + NODE_SPAN))
            if new != NONE:
                q = x[new_at + NODE_LIST]
                x[x[SPAN_COUNT] + q] += 1
                end = x[x[SPAN_FIRST] + q] + SPAN_WIDTH * (x[x[SPAN_COUNT] + q] - 1)
                put_span(s, q, end, new_at + NODE_SPAN)
        if old != NONE:
            old = x[old_at + NODE_NEXT]
        if new != NONE:
            new = x[new_at + NODE_NEXT]


@inner
def find_span(s: CoupledState, q: int, like: int) -> int:
    """Return where the span of list `q` stands that equals the one at `like`."""
    x = s.shared
    at = first_span(s, q, x[like + SPAN_START])
    while (
        x[at + SPAN_OWNER] != x[like + SPAN_OWNER]
        or x[at + SPAN_END] != x[like + SPAN_END]
        or x[at + SPAN_AMOUNT] != x[like + SPAN_AMOUNT]
    ):
        at += SPAN_WIDTH
    return at


@inner
def put_span(s: CoupledState, q: int, hole: int, like: int) -> None:
    """Put a span like the one at `like` into list `q`, where the place `hole` may be written on."""
    x = s.shared
    start = x[like + SPAN_START]
    first = x[x[SPAN_FIRST] + q]
    last = first + SPAN_WIDTH * (x[x[SPAN_COUNT] + q] - 1)
    while hole > first and x[hole - SPAN_WIDTH + SPAN_START] > start:
        copy_span(s, hole - SPAN_WIDTH, hole)
        hole -= SPAN_WIDTH
    while hole < last and x[hole + SPAN_WIDTH + SPAN_START] < start:
        copy_span(s, hole + SPAN_WIDTH, hole)
        hole += SPAN_WIDTH
    copy_span(s, like, hole)
    if q < x[RESOURCES]:
        length = x[like + SPAN_END] - start
        x[x[LONGEST_SPAN] + q] = max(x[x[LONGEST_SPAN] + q], length)


@inner
def remove_span(s: CoupledState, q: int, at: int) -> None:
    """Take the span at `at` out of list `q`."""
    x = s.shared
    x[x[SPAN_COUNT] + q] -= 1
    last = x[x[SPAN_FIRST] + q] + SPAN_WIDTH * x[x[SPAN_COUNT] + q]
    while at < last:
        copy_span(s, at + SPAN_WIDTH, at)
        at += SPAN_WIDTH


@inner
def copy_span(s: CoupledState, source: int, target: int) -> None:
    """Write the span at `source` to `target`."""
    x = s.shared
    for column in range(SPAN_WIDTH):
        x[target + column] = x[source + column]
