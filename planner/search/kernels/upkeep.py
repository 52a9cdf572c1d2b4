"""Timing of machines that need upkeep: it stands between a batch and the changeover to the next.

Upkeep is done directly before the batch that must not run without it, or where that is decided,
each as early as its machine and its resources allow. What is decided is kept with the operation
that begins the batch: so it goes where the batch goes.

While a batch is timed, the one before it ends where the upkeep between them does, and the machine
is set up for what the upkeep sets it up for.
"""

from planner.arrays import (
    AS_GIVEN,
    CONTINUOUS,
    NEVER,
    NONE,
    UPKEEP_SETS_UP,
    UPKEEP_UNITS,
)
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    BATCH_COST,
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_LOST_PINS,
    BATCH_MACHINE,
    BATCH_NEXT,
    BATCH_PREVIOUS,
    BATCH_SET_UP,
    BATCH_SHORTEST,
    BATCH_WINDOW,
    BATCH_WORK,
    LOST_PINS,
    MACHINE_FIRST_WINDOW,
    MACHINE_LAST_WINDOW,
    MACHINE_OPEN_WORK,
    MACHINE_PAUSABLE,
    MACHINE_PROCESS,
    MOVE_BEGAN,
    OP_AFTER,
    OP_BATCH,
    TOTAL_COST,
    WINDOW_END,
    WINDOW_START,
    WINDOW_WORK,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import (
    LATER,
    ROUTE_UPKEEP,
    CoupledState,
    hands_on_together,
    note_times,
    save_route,
)
from planner.search.kernels.links import mark_dirty
from planner.search.kernels.profile import give_back
from planner.search.kernels.shared_state import (
    CHANGED,
    CHANGED_FROM,
    CHANGED_IN,
    DECIDED,
    GRANTED,
    MOST_UPKEEPS,
    NOW,
    NOW_SET_UP,
    NOW_WIDTH,
    RELAXED,
    STANDING,
    TAKEN_COUNT,
    TAKEN_KEPT,
    TAKEN_MOVES,
    TOO_LATE,
    TOO_LONG_A_RUN,
    UPKEEP_NEED,
    UPKEEP_NEED_FIRST,
    UPKEEP_NOT_BEFORE,
    UPKEEP_TIME,
    WAS,
)
from planner.search.kernels.sharing import (
    batch_quantity,
    find_room,
    held_place,
    moment_of,
    position_of,
    ready_shared,
    run_units,
    stay_as_before,
    take_place,
    take_span,
    time_shared,
)
from planner.search.kernels.timing import pass_over
from planner.search.kernels.touching import begin_looking, flag, own_taken, save_own
from planner.search.kernels.undoing import save_time
from planner.search.kernels.upkeep_counts import (
    cheapest,
    counted,
    decided,
    due,
    granted,
    now_before,
    upkeep_cost,
    upkeep_row,
    upkeeps_of,
)
from planner.search.kernels.windows import window_of_work


@inner
def retime_in_line(s: CoupledState, b: int) -> None:
    """Place batch `b` anew; what follows it is flagged where that changes anything for it."""
    x = s.shared
    save_time(s, b)
    save_own(s, b)
    begin_looking(s)
    end, state = s.batch[b, BATCH_END], s.batch[b, BATCH_SET_UP]
    cursor, work = s.batch[b, BATCH_WINDOW], s.batch[b, BATCH_WORK]
    row, old = x[NOW] + x[NOW_WIDTH] * b, x[WAS]
    for column in range(x[NOW_WIDTH]):
        x[old + column] = x[row + column]
    s.scalar[TOTAL_COST] -= s.batch[b, BATCH_COST]
    s.scalar[LOST_PINS] -= s.batch[b, BATCH_LOST_PINS]
    if upkeeps_of(s, s.batch[b, BATCH_MACHINE]) > 0:
        time_upkept(s, b)
    else:
        time_shared(s, b)
    s.scalar[TOTAL_COST] += s.batch[b, BATCH_COST]
    s.scalar[LOST_PINS] += s.batch[b, BATCH_LOST_PINS]
    own_taken(s, b)
    differs = (
        s.batch[b, BATCH_END] != end
        or s.batch[b, BATCH_SET_UP] != state
        or s.batch[b, BATCH_WINDOW] != cursor
        or s.batch[b, BATCH_WORK] != work
    )
    for column in range(x[NOW_WIDTH]):
        differs = differs or x[row + column] != x[old + column]
    if differs:
        flag(s, s.batch[b, BATCH_NEXT], LATER)
    together = hands_on_together(s, b)
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        why = note_times(s, b, o, together)
        if why != NONE:
            for link in range(s.after_first[o], s.after_first[o + 1]):
                c = s.op[s.after[link], OP_BATCH]
                if c != NONE:
                    flag(s, c, why)
        o = s.op[o, OP_AFTER]


@inner
def time_upkept(s: CoupledState, b: int) -> None:
    """Time batch `b` of a machine that needs upkeep, behind the upkeep that stands before it."""
    x = s.shared
    k, p = s.batch[b, BATCH_MACHINE], s.batch[b, BATCH_PREVIOUS]
    fits = ready_shared(s, b)
    upkeep = 0
    if fits:
        upkeep = wanted(s, b)
        fits = time_behind(s, b, upkeep)
        while not fits:
            more = x[TOO_LATE]
            if more == 0 and upkeep == 0 and x[TOO_LONG_A_RUN]:
                more = cheapest(s, b)
            if more & ~upkeep == 0:
                break
            upkeep |= more
            fits = ready_shared(s, b) and time_behind(s, b, upkeep)
    if not fits:
        upkeep = 0
        pass_over(s, b, p)
        stay_as_before(s, b)
    else:
        s.batch[b, BATCH_COST] += upkeep_cost(s, k, upkeep)
    first = s.batch[b, BATCH_FIRST]
    if s.route[first, ROUTE_UPKEEP] != upkeep:
        save_route(s, first)
        s.route[first, ROUTE_UPKEEP] = upkeep


@inner
def wanted(s: CoupledState, b: int) -> int:
    """Return the upkeep before batch `b`, as far as that is known before it is timed."""
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    # A continuous batch may run longer; what is due then is found when it is timed.
    continuous = s.machine[k, MACHINE_PROCESS] == CONTINUOUS
    units = s.batch[b, BATCH_SHORTEST] if continuous else run_units(s, b)
    must = due(s, b, units, batch_quantity(s, b))
    taken_for_granted = granted(s, b, must)
    x[x[GRANTED] + 2 * b] = taken_for_granted
    x[x[GRANTED] + 2 * b + 1] = must
    return decided(s, b, must, taken_for_granted)


@inner
def time_behind(s: CoupledState, b: int, upkeep: int) -> bool:
    """Time batch `b` behind `upkeep`; False, with nothing taken, where it cannot stand there."""
    x = s.shared
    p = s.batch[b, BATCH_PREVIOUS]
    end, work = s.batch[p, BATCH_END], s.batch[p, BATCH_WORK]
    window, set_up = s.batch[p, BATCH_WINDOW], s.batch[p, BATCH_SET_UP]
    made_for = x[now_before(s, b) + NOW_SET_UP]
    x[TOO_LATE] = 0
    x[TOO_LONG_A_RUN] = 0
    x[STANDING] = upkeep
    fits = do_upkeep(s, b, upkeep) and find_room(s, b)
    if fits and x[RELAXED]:
        # Not looked at: only about when it would be due is wanted.
        counted(s, b, run_units(s, b), batch_quantity(s, b))
        x[x[NOW] + x[NOW_WIDTH] * b + NOW_SET_UP] = s.batch[b, BATCH_FAMILY]
    s.batch[p, BATCH_END], s.batch[p, BATCH_WORK] = end, work
    s.batch[p, BATCH_WINDOW], s.batch[p, BATCH_SET_UP] = window, set_up
    x[now_before(s, b) + NOW_SET_UP] = made_for
    x[STANDING] = 0
    x[TAKEN_KEPT] = 0
    if not fits:
        give_back(s)
    return fits


# ------------------------------------------------------------------------------ the work of upkeep


@inner
def do_upkeep(s: CoupledState, b: int, upkeep: int) -> bool:
    """Place `upkeep` before batch `b`, one after the other; False where there is no time for it."""
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    ready = 0
    if not x[RELAXED]:
        ready = x[x[UPKEEP_NOT_BEFORE] + s.batch[b, BATCH_FIRST]]
    for i in range(upkeeps_of(s, k)):
        if (upkeep >> i) & 1:
            if not do_one(s, b, i, ready):
                return False
            ready = 0
    return True


@inner
def do_one(s: CoupledState, b: int, i: int, ready: int) -> bool:
    """Place upkeep `i` before batch `b`, not before time `ready`; the batch before ends with it."""
    x = s.shared
    k, p = s.batch[b, BATCH_MACHINE], s.batch[b, BATCH_PREVIOUS]
    row = upkeep_row(s, k, i)
    units = x[row + UPKEEP_UNITS]
    pausable = s.machine[k, MACHINE_PAUSABLE] != 0
    begin = s.batch[p, BATCH_WORK] if pausable else s.batch[p, BATCH_END]
    if ready > 0:
        begin = max(begin, position_of(s, k, ready))
    while True:
        begin = fitting(s, k, begin, units)
        if begin >= NEVER:
            return False
        later = take_upkeep(s, b, row, begin)
        if later == NONE:
            break
        give_back(s)
        if later >= NEVER:
            return False
        begin = max(begin + 1, later)
    x[TAKEN_KEPT] = x[TAKEN_COUNT]
    w, end = end_of(s, k, begin + units)
    if pausable:
        s.batch[p, BATCH_WORK] = begin + units
    s.batch[p, BATCH_WINDOW] = w
    s.batch[p, BATCH_END] = end
    if x[row + UPKEEP_SETS_UP] != NONE:
        s.batch[p, BATCH_SET_UP] = x[row + UPKEEP_SETS_UP]
        x[now_before(s, b) + NOW_SET_UP] = x[row + UPKEEP_SETS_UP]
    time = x[UPKEEP_TIME] + 2 * (x[MOST_UPKEEPS] * b + i)
    x[time], x[time + 1] = moment_of(s, k, begin), end
    return True


@inner
def fitting(s: CoupledState, k: int, begin: int, units: int) -> int:
    """Return the first position from `begin` on at which upkeep of machine `k` fits, or NEVER."""
    if s.machine[k, MACHINE_PAUSABLE]:
        return begin if begin + units <= s.machine[k, MACHINE_OPEN_WORK] else NEVER
    for w in range(s.machine[k, MACHINE_FIRST_WINDOW], s.machine[k, MACHINE_LAST_WINDOW]):
        start = max(begin, s.window[w, WINDOW_START])
        if start + units <= s.window[w, WINDOW_END]:
            return start
    return NEVER


@inner
def end_of(s: CoupledState, k: int, position: int) -> tuple[int, int]:
    """Return the window in which upkeep of machine `k` ends at `position`, and when that is."""
    first, last = s.machine[k, MACHINE_FIRST_WINDOW], s.machine[k, MACHINE_LAST_WINDOW]
    if s.machine[k, MACHINE_PAUSABLE]:
        w = window_of_work(s, first, last, position, 1)
        return w, s.window[w, WINDOW_START] + position - s.window[w, WINDOW_WORK]
    w = first
    while s.window[w, WINDOW_END] < position:
        w += 1
    return w, position


@inner
def take_upkeep(s: CoupledState, b: int, row: int, begin: int) -> int:
    """Take what the upkeep of `row` before batch `b` needs from position `begin` on; see take_span.

    Where it sets the machine up, what was set up before is free again when it begins.
    """
    x = s.shared
    if x[RELAXED]:
        return NONE
    k = s.batch[b, BATCH_MACHINE]
    units = x[row + UPKEEP_UNITS]
    x[TAKEN_MOVES] = x[TAKEN_KEPT]
    for i in range(x[x[UPKEEP_NEED_FIRST] + k], x[x[UPKEEP_NEED_FIRST] + k + 1]):
        later = take_span(s, b, x[x[UPKEEP_NEED] + i], begin, begin + units)
        if later != NONE:
            return later
    family = x[row + UPKEEP_SETS_UP]
    if family != NONE:
        old = held_place(s, k, x[now_before(s, b) + NOW_SET_UP])
        new = held_place(s, k, family)
        return take_place(s, b, old, new, moment_of(s, k, begin))
    return NONE


# ------------------------------------------------------------------------------------------ moves


@inner
def move_upkeep(s: CoupledState, o: int) -> bool:
    """Change what is decided of one upkeep before the batch of operation `o`; False if none."""
    x = s.shared
    b = s.op[o, OP_BATCH]
    k = s.batch[b, BATCH_MACHINE]
    count = upkeeps_of(s, k)
    if count == 0:
        return False
    first = s.batch[b, BATCH_FIRST]
    place = x[DECIDED] + first
    x[CHANGED], x[CHANGED_FROM], x[CHANGED_IN] = first, x[place], s.scalar[MOVE_BEGAN]
    if x[place] >= AS_GIVEN:
        x[place] = 0
    else:
        x[place] ^= 1 << below(s, count)
    mark_dirty(s, b)
    return True


@inner
def undo_upkeep(s: CoupledState) -> None:
    """Put back what a move has changed of what is decided."""
    x = s.shared
    if x[CHANGED_IN] == s.scalar[MOVE_BEGAN]:
        x[x[DECIDED] + x[CHANGED]] = x[CHANGED_FROM]
        x[CHANGED_IN] = NONE
