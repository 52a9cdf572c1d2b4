"""The order in which batches of machines that share something are placed: the line, by rank.

A move changes the sequences and the line together. A batch that it moves keeps its rank where that
still is between what must come before it and after it, and gets another one between them where not.
Ranks of batches that are loaded are those of the list they come from; where that has no order, they
follow when batches would begin if nothing were shared.
"""

from planner.arrays import NEVER, NONE
from planner.domain import IntArray
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    BATCH_COST,
    BATCH_COUNT,
    BATCH_FIRST,
    BATCH_LOAD,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_NEXT,
    BATCH_START,
    DIRTY,
    DIRTY_COUNT,
    EVERYTHING,
    FLAT_BEGINS,
    FLAT_MACHINE,
    FLAT_NOT_BEFORE,
    FLAT_OPERATION,
    FLAT_UPKEEP,
    FLAT_UPKEEP_NOT_BEFORE,
    LAST_END,
    LINK_COLUMNS,
    LOG_HEAD,
    LOG_LENGTH,
    LOG_LINK,
    LOG_TIME,
    LOGGED_LINKS,
    MOVE_BEGAN,
    OP_AFTER,
    OP_BATCH,
    ORDERED,
    RECORDING,
    TIME_COLUMNS,
    TIMING_MODE,
    TOTAL_COST,
    WEIGHT_MAKESPAN,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import (
    BEFORE_ITSELF,
    EARLIER,
    FINAL_FIRST,
    FINAL_LAST,
    GAP,
    HAS_MOST_WAITS,
    HEAP,
    HOLD,
    IS_OUT,
    LATER,
    MAY_FALL,
    MOST_HOLDS,
    ORDER,
    ORDER_COST,
    QUEUED,
    RANK,
    RANKS_LOGGED,
    ROUTE_END,
    UNRANKED,
    WAITS,
    WAITS_TOO_LONG,
    CoupledState,
    add_span,
    count_before,
    empty_queue,
    held_for,
    highest_before,
    lowest_after,
    open_log,
    pop,
    push,
    raise_after,
    save_route,
    set_rank,
)
from planner.search.kernels.profile import reset_profile
from planner.search.kernels.shared_state import (
    AHEAD,
    APPENDS,
    CHANGED_IN,
    DECIDED,
    HAS_LINE,
    HAS_SHARED,
    IN_ORDER,
    LINE,
    LINE_CHANGED,
    LINE_COUNT,
    LINE_KEPT,
    NOT_BEFORE,
    OLD_LINE,
    OLD_LINE_COUNT,
    PLACE,
    RELAXED,
    UPKEEP_NOT_BEFORE,
)
from planner.search.kernels.sharing import start_machines
from planner.search.kernels.touching import (
    begin_touching,
    clear_own,
    flag,
    is_touched,
    own_nothing,
    touch_own,
    undo_own,
)
from planner.search.kernels.upkeep import retime_in_line, undo_upkeep

# One batch in so many gets a new rank though it could keep its own, so that the line changes too.
NEW_RANK_IN = 4
# Random numbers are drawn in so many parts of a span of ranks.
RANK_PARTS = 2**20


# --------------------------------------------------------------------------------------- the line


@inner
def keep_line(s: CoupledState) -> None:
    """Keep the line as it was before this move."""
    x = s.shared
    if x[LINE_KEPT] == s.scalar[MOVE_BEGAN]:
        return
    x[LINE_KEPT] = s.scalar[MOVE_BEGAN]
    x[LINE_CHANGED] = x[LINE_COUNT]
    x[OLD_LINE_COUNT] = x[LINE_COUNT]
    line, old = x[LINE], x[OLD_LINE]
    for i in range(x[LINE_COUNT]):
        x[old + i] = x[line + i]


@inner
def undo_line(s: CoupledState) -> None:
    """Put back the line that the move changed, what batches took, and what is decided of upkeep."""
    undo_own(s)
    undo_upkeep(s)
    x = s.shared
    if x[LINE_KEPT] != s.scalar[MOVE_BEGAN]:
        return
    x[LINE_KEPT] = NONE
    line, old, place = x[LINE], x[OLD_LINE], x[PLACE]
    for i in range(x[LINE_CHANGED], x[LINE_COUNT]):
        x[place + x[line + i]] = NONE
    x[LINE_COUNT] = x[OLD_LINE_COUNT]
    for i in range(x[LINE_CHANGED], x[LINE_COUNT]):
        b = x[old + i]
        x[line + i] = b
        x[place + b] = i


@inner
def clear_line(s: CoupledState) -> None:
    """Forget the line."""
    x = s.shared
    for i in range(s.queue.shape[1]):
        x[x[PLACE] + i] = NONE
    x[LINE_COUNT] = 0
    x[LINE_KEPT] = NONE
    x[HAS_LINE] = 0
    x[IN_ORDER] = 0
    for o in range(s.op.shape[0]):
        x[x[NOT_BEFORE] + o] = 0
        x[x[DECIDED] + o] = 0
        x[x[UPKEEP_NOT_BEFORE] + o] = 0
    x[CHANGED_IN] = NONE
    if x[HAS_SHARED]:
        take_nothing(s)


@inner
def take_nothing(s: CoupledState) -> None:
    """Let no batch take anything and machines be as at the start, with nothing to undo."""
    clear_own(s)
    reset_profile(s)
    start_machines(s)


@inner
def append_to_line(s: CoupledState, b: int) -> None:
    """Put batch `b` at the end of the line."""
    x = s.shared
    x[x[PLACE] + b] = x[LINE_COUNT]
    x[x[LINE] + x[LINE_COUNT]] = b
    x[LINE_COUNT] += 1


@inner
def sort_line(s: CoupledState) -> int:
    """Bring the line up to date after a move; return the first place that it has changed.

    What has changed its place is flagged, and what it took is touched: what stood between its old
    place and the new one sees it no more, or sees it now.
    """
    x = s.shared
    line, place = x[LINE], x[PLACE]
    first = x[LINE_COUNT]
    for i in range(s.scalar[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        flag(s, b, EARLIER)
        if x[place + b] != NONE:
            first = min(first, x[place + b])
    for row in range(s.note[RANKS_LOGGED]):
        b = s.rank_log[row, 0]
        flag(s, b, EARLIER)
        if x[place + b] != NONE:
            touch_own(s, b)
    first = min(first, take_out_emptied(s), take_out_ranked(s))
    count = first
    for i in range(first, x[LINE_COUNT]):
        b = x[line + i]
        if x[place + b] != NONE:
            x[line + count] = b
            count += 1
    x[LINE_COUNT] = count
    # All that waits and stands nowhere is put in by its rank.
    for i in range(s.note[QUEUED]):
        b = s.queue[HEAP, i]
        if x[place + b] != NONE:
            continue
        rank = s.queue[RANK, b]
        j = x[LINE_COUNT]
        while j > 0 and s.queue[RANK, x[line + j - 1]] > rank:
            x[line + j] = x[line + j - 1]
            j -= 1
        x[line + j] = b
        x[place + b] = j
        x[LINE_COUNT] += 1
        first = min(first, j)
    for i in range(first, x[LINE_COUNT]):
        x[place + x[line + i]] = i
    x[LINE_CHANGED] = min(x[LINE_CHANGED], first)
    return first


@inner
def take_out_emptied(s: CoupledState) -> int:
    """Take batches that the move has emptied out of the line; return the first place of any."""
    x = s.shared
    first = x[LINE_COUNT]
    i = 0
    while i < s.scalar[LOG_LENGTH]:
        what, b = s.log[i], s.log[i + 1]
        i += LOG_HEAD
        if what == LOG_TIME:
            i += TIME_COLUMNS
        elif what == LOG_LINK:
            i += LOGGED_LINKS
        else:
            i += LINK_COLUMNS + s.batch.shape[1] - BATCH_LOAD
            if b < s.slots and s.batch[b, BATCH_COUNT] == 0 and x[x[PLACE] + b] != NONE:
                first = min(first, x[x[PLACE] + b])
                own_nothing(s, b)
                x[x[PLACE] + b] = NONE
    return first


@inner
def take_out_ranked(s: CoupledState) -> int:
    """Take batches of other rank than before out of the line; return the first place of any."""
    x = s.shared
    first = x[LINE_COUNT]
    for row in range(s.note[RANKS_LOGGED]):
        b = s.rank_log[row, 0]
        if x[x[PLACE] + b] != NONE:
            first = min(first, x[x[PLACE] + b])
            x[x[PLACE] + b] = NONE
    return first


# ------------------------------------------------------------------------------------------ ranks


@inner
def rank_between(s: CoupledState, low: int, high: int) -> int:
    """Return a random rank above `low` and below `high`, which leave room for one."""
    span = high - low - 1
    if span < RANK_PARTS:
        return low + 1 + below(s, span)
    return low + 1 + ((span * below(s, RANK_PARTS)) >> 20)


@inner
def mend_line_ranks(s: CoupledState) -> bool:
    """Rank the marked batches between what comes before and after; False if one must come twice."""
    x = s.shared
    top = int(GAP)
    if x[LINE_COUNT] > 0:
        top += s.queue[RANK, x[x[LINE] + x[LINE_COUNT] - 1]]
    for i in range(s.scalar[DIRTY_COUNT]):
        b = s.lists[DIRTY, i]
        if s.batch[b, BATCH_COUNT] == 0:
            continue
        low, high = highest_before(s, b), lowest_after(s, b)
        rank = s.queue[RANK, b]
        is_new = x[x[PLACE] + b] == NONE
        redraws = not x[APPENDS] and i == 0 and below(s, NEW_RANK_IN) == 0
        if low < rank < high and not is_new and not redraws:
            continue
        if high == NEVER:
            high = max(low + 2, top + 1)
            top = max(top, high)
            if x[APPENDS]:
                low = high - 2
        if high <= low + 1:
            if not set_rank(s, b, low + 1) or not raise_after(s, b):
                return False
        elif not set_rank(s, b, rank_between(s, low, high)):
            return False
    return True


@inner
def line_up(s: CoupledState) -> None:
    """Make a line of all batches, by the ranks they have: those with the least first.

    What must come before another on its machine or a route does so whatever the ranks say (Kahn
    1962). What comes before itself stands last, and is left out.
    """
    x = s.shared
    empty_queue(s)
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            s.queue[UNRANKED, b] = count_before(s, b)
            s.queue[IS_OUT, b] = BEFORE_ITSELF
            if s.queue[UNRANKED, b] == 0:
                push(s, b, LATER)
            b = s.batch[b, BATCH_NEXT]
    x[LINE_COUNT] = 0
    b = pop(s)
    while b != NONE:
        s.queue[IS_OUT, b] = 0
        append_to_line(s, b)
        n = s.batch[b, BATCH_NEXT]
        if n < s.slots:
            let_in(s, n)
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            for link in range(s.after_first[o], s.after_first[o + 1]):
                c = s.op[s.after[link], OP_BATCH]
                if c != NONE and c != b:
                    let_in(s, c)
            o = s.op[o, OP_AFTER]
        b = pop(s)
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            if s.queue[IS_OUT, b] == BEFORE_ITSELF:
                append_to_line(s, b)
            b = s.batch[b, BATCH_NEXT]
    for i in range(x[LINE_COUNT]):
        s.queue[RANK, x[x[LINE] + i]] = (i + 1) * GAP
    x[HAS_LINE] = 1


@inner
def let_in(s: CoupledState, b: int) -> None:
    """Note that one tie less leads to batch `b`; one without any may stand in the line."""
    s.queue[UNRANKED, b] -= 1
    if s.queue[UNRANKED, b] == 0:
        push(s, b, LATER)


@inner
def first_line(s: CoupledState) -> None:
    """Make the first line of what has been loaded: in its order, or as if nothing were shared."""
    x = s.shared
    x[RELAXED] = not x[IN_ORDER]
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            s.queue[RANK, b] = b if x[IN_ORDER] else 0
            b = s.batch[b, BATCH_NEXT]
    line_up(s)


@inner
def line_up_by_start(s: CoupledState) -> None:
    """Make a line of all batches as they start now."""
    for k in range(s.machine.shape[0]):
        b = s.batch[s.slots + k, BATCH_NEXT]
        while b < s.slots:
            s.queue[RANK, b] = s.batch[b, BATCH_START]
            b = s.batch[b, BATCH_NEXT]
    line_up(s)


# ----------------------------------------------------------------------------------------- timing


@inner
def settle_shared(s: CoupledState, limit: int) -> bool:
    """Place every marked batch anew, and whatever finds something otherwise than before.

    Returns False, with times half done, when something would come before itself, or as soon as it
    is sure to cost more than `limit`.
    """
    x = s.shared
    s.scalar[TIMING_MODE] |= RECORDING
    open_log(s)
    keep_line(s)
    begin_touching(s)
    first = 0
    anew = (s.scalar[TIMING_MODE] & EVERYTHING) != 0
    if anew:
        x[LINE_CHANGED] = 0
        if not x[HAS_LINE]:
            first_line(s)
        take_nothing(s)
    else:
        if not mend_line_ranks(s):
            return False
        first = sort_line(s)
        x[HAS_LINE] = 1
    if s.note[HAS_MOST_WAITS]:
        hold_nothing(s)
        anew = True
    rounds = 0
    again = True
    while again:
        if not place_from(s, 0 if anew else first, anew, limit):
            return False
        anew = True
        again = x[RELAXED] != 0
        if again:
            x[RELAXED] = 0
            line_up_by_start(s)
        elif s.note[HAS_MOST_WAITS]:
            rounds += 1
            again = held_back(s, rounds)
    add_span(s)
    return True


@inner
def place_from(s: CoupledState, first: int, anew: bool, limit: int) -> bool:
    """Place batches from place `first` of the line on: all `anew`, or what is flagged or touched.

    Returns False, with times half done, as soon as it is as good as sure to cost more than `limit`:
    whatever may become of all behind in the line, or when all has its place that the move marked,
    or that follows on a route what is complete earlier. What gains by machines and resources alone
    seldom gains more than the move has lost by then, and looking for it costs more than it brings.
    """
    x = s.shared
    line = x[LINE]
    behind = int(NONE)
    makespan = s.scalar[WEIGHT_MAKESPAN] * s.scalar[LAST_END]
    least = 0
    for i in range(first, x[LINE_COUNT]):
        b = x[line + i]
        if behind != NONE:
            behind -= cost_at(s, b)
        if not (anew or s.queue[WAITS, b] != 0 or is_touched(s, b)):
            continue
        if s.queue[WAITS, b] == EARLIER:
            s.note[MAY_FALL] -= 1
        retime_in_line(s, b)
        least = max(least, least_makespan(s, b))
        sure = s.scalar[TOTAL_COST] - makespan + least
        if least <= limit and (anew or sure <= limit):
            continue
        if behind == NONE:
            behind = 0
            for j in range(i + 1, x[LINE_COUNT] if s.note[MAY_FALL] > 0 else 0):
                behind += cost_at(s, x[line + j])
        if least > limit or s.note[MAY_FALL] == 0 or sure - behind > limit:
            empty_queue(s)
            return False
    empty_queue(s)
    return True


@inner
def cost_at(s: CoupledState, b: int) -> int:
    """Return what batch `b` costs, with the orders that it completes, or helps to complete."""
    cost = s.batch[b, BATCH_COST]
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        r = s.route[o, ORDER]
        for row in range(s.order[r, FINAL_FIRST], s.order[r, FINAL_LAST]):
            if s.final[row] == o:
                cost += s.order[r, ORDER_COST]
        o = s.op[o, OP_AFTER]
    return cost


@inner
def least_makespan(s: CoupledState, b: int) -> int:
    """Return what the makespan costs at least, by batch `b` and what follows it on routes."""
    weight = s.scalar[WEIGHT_MAKESPAN]
    last = 0
    if weight > 0 and s.batch[b, BATCH_MISSED] == 0:
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            last = max(last, s.route[o, ROUTE_END] + s.shared[s.shared[AHEAD] + o])
            o = s.op[o, OP_AFTER]
    return weight * last


@inner
def hold_nothing(s: CoupledState) -> None:
    """Hold nothing back any more, and leave nothing out for what it waited."""
    x = s.shared
    for o in range(s.route.shape[0]):
        if s.route[o, HOLD] != 0:
            save_route(s, o)
            s.route[o, HOLD] = 0
    for i in range(x[LINE_COUNT]):
        b = x[x[LINE] + i]
        if s.queue[IS_OUT, b] == WAITS_TOO_LONG:
            s.queue[IS_OUT, b] = 0


@inner
def held_back(s: CoupledState, rounds: int) -> bool:
    """Hold operations back that what follows does not take in time; tell whether there are any.

    See hold_back, which does so where nothing is shared.
    """
    changed = False
    for o in range(s.route.shape[0]):
        for link in range(s.before_first[o], s.before_first[o + 1]):
            if held_for(s, o, link) == NONE:
                continue
            changed = True
            if rounds > MOST_HOLDS:
                s.queue[IS_OUT, s.op[o, OP_BATCH]] = WAITS_TOO_LONG
                break
    return changed


# ------------------------------------------------------------------------------------- flat lists


@inner
def note_rows(s: CoupledState, flat: IntArray) -> None:
    """Note whether `flat` is in the order in which batches begin, and all else that it decides."""
    x = s.shared
    x[IN_ORDER] = flat.shape[0] > 0 and flat[0, FLAT_BEGINS] == ORDERED
    for i in range(flat.shape[0] if x[IN_ORDER] else 0):
        if flat[i, FLAT_MACHINE] == NONE:
            break
        o = flat[i, FLAT_OPERATION]
        x[x[NOT_BEFORE] + o] = flat[i, FLAT_NOT_BEFORE]
        x[x[DECIDED] + o] = flat[i, FLAT_UPKEEP]
        x[x[UPKEEP_NOT_BEFORE] + o] = flat[i, FLAT_UPKEEP_NOT_BEFORE]


@inner
def copy_line(s: CoupledState, flat: IntArray) -> int:
    """Write the lists flat, batch by batch as they stand in the line; return how many rows."""
    x = s.shared
    i = 0
    for place in range(x[LINE_COUNT]):
        b = x[x[LINE] + place]
        o = s.batch[b, BATCH_FIRST]
        begins = int(ORDERED)
        while o != NONE:
            flat[i, FLAT_OPERATION] = o
            flat[i, FLAT_BEGINS] = begins
            flat[i, FLAT_MACHINE] = s.batch[b, BATCH_MACHINE]
            flat[i, FLAT_NOT_BEFORE] = x[x[NOT_BEFORE] + o]
            flat[i, FLAT_UPKEEP] = x[x[DECIDED] + o]
            flat[i, FLAT_UPKEEP_NOT_BEFORE] = x[x[UPKEEP_NOT_BEFORE] + o]
            begins = 0
            i += 1
            o = s.op[o, OP_AFTER]
    return i
