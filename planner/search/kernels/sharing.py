"""Timing where machines share resources, or may make only so much of one family in a row.

Serial schedule generation: batches are placed in the order of their ranks, each as early as its
machine, its routes and what is left of its resources allow, also in gaps (Kolisch, European Journal
of Operational Research 90, 1996). All batches by rank stand in a line. What a move changed is
placed again with all behind it in the line; of what stands before, only the resources are taken.

Positions are working units of a machine that may pause, and time elsewhere. A batch that finds a
resource taken is moved behind the last moment in which it is missing: no earlier start is any
better, because all that it needs moves with it.
"""

from planner.arrays import (
    END,
    NEED_AMOUNT,
    NEED_DURING,
    NEED_RESOURCE,
    NEED_UNITS,
    NEVER,
    NONE,
    PARALLEL,
    SERIAL,
    START,
)
from planner.search.kernels.columns import (
    BATCH_END,
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_MACHINE,
    BATCH_MISSED,
    BATCH_PREVIOUS,
    BATCH_RELEASE,
    BATCH_SHORTEST,
    BATCH_START,
    CHANGE_UNITS,
    FAMILY_COUNT,
    MACHINE_FIRST_WINDOW,
    MACHINE_INITIAL,
    MACHINE_LAST_WINDOW,
    MACHINE_PAUSABLE,
    MACHINE_PROCESS,
    OP_AFTER,
    OP_RELEASE,
    OP_START,
    SHORTEST,
    WINDOW_END,
    WINDOW_START,
    WINDOW_WORK,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place
from planner.search.kernels.coupled import (
    ROUTE_START,
    CoupledState,
    note_release,
    time_ready,
)
from planner.search.kernels.profile import free_again, give_back, take
from planner.search.kernels.shared_state import (
    CHANGE_FIRST,
    CHANGE_NEED,
    HELD_FIRST,
    HELD_NEED,
    IN_A_ROW,
    IN_A_ROW_WIDTH,
    LOOK,
    LOOKED,
    NEED,
    NEED_WIDTH,
    NOT_BEFORE,
    NOW,
    NOW_BATCHES,
    NOW_QUANTITY,
    NOW_SET_UP,
    NOW_UNITS,
    NOW_WIDTH,
    QUANTITY,
    RELAXED,
    RUN_FIRST,
    RUN_NEED,
    STANDING,
    TAKEN_COUNT,
    TAKEN_KEPT,
    TAKEN_ROOM,
    TOO_LONG_A_RUN,
)
from planner.search.kernels.timing import pass_over
from planner.search.kernels.upkeep_counts import counted, now_before, start_counts
from planner.search.kernels.windows import window_of_work, work_before


@inner
def start_machines(s: CoupledState) -> None:
    """Let every machine be as at the start: nothing made, and set up for its initial family."""
    x = s.shared
    for k in range(s.machine.shape[0]):
        row = x[NOW] + x[NOW_WIDTH] * (s.slots + k)
        x[row + NOW_SET_UP] = s.machine[k, MACHINE_INITIAL]
        x[row + NOW_BATCHES] = 0
        x[row + NOW_UNITS] = 0
        x[row + NOW_QUANTITY] = 0
        start_counts(s, k)
        place = held_place(s, k, s.machine[k, MACHINE_INITIAL])
        for i in range(x[x[HELD_FIRST] + place], x[x[HELD_FIRST] + place + 1]):
            row = x[x[HELD_NEED] + i]
            take(
                s,
                x[x[NEED] + NEED_WIDTH * row + NEED_RESOURCE],
                0,
                NEVER,
                x[x[NEED] + NEED_WIDTH * row + NEED_AMOUNT],
            )
        x[TAKEN_COUNT] = 0
    x[TAKEN_KEPT] = 0
    x[STANDING] = 0


@inner
def stay_as_before(s: CoupledState, b: int) -> None:
    """Let the machine of batch `b`, which is passed over, be after it as it is before it."""
    x = s.shared
    before, row = now_before(s, b), x[NOW] + x[NOW_WIDTH] * b
    for column in range(x[NOW_WIDTH]):
        x[row + column] = x[before + column]


@inner
def held_place(s: CoupledState, k: int, family: int) -> int:
    """Return the place of the needs of machine `k` with `family`; one not known has none."""
    return k * (s.scalar[FAMILY_COUNT] + 1) + family


# --------------------------------------------------------------------------------------- positions


@inner
def position_of(s: CoupledState, k: int, moment: int) -> int:
    """Return the position on machine `k` of what begins at `moment` or later."""
    if not s.machine[k, MACHINE_PAUSABLE]:
        return moment
    return work_before(
        s, s.machine[k, MACHINE_FIRST_WINDOW], s.machine[k, MACHINE_LAST_WINDOW], moment
    )


@inner
def end_position_of(s: CoupledState, k: int, moment: int) -> int:
    """Return the position on machine `k` of what ends at `moment`."""
    return position_of(s, k, moment - 1) + 1 if s.machine[k, MACHINE_PAUSABLE] else moment


@inner
def moment_of(s: CoupledState, k: int, position: int) -> int:
    """Return when what begins at `position` of machine `k` begins; NEVER where there is none."""
    if not s.machine[k, MACHINE_PAUSABLE]:
        return position
    last = s.machine[k, MACHINE_LAST_WINDOW]
    w = window_of_work(s, s.machine[k, MACHINE_FIRST_WINDOW], last, position, 0)
    moment = s.window[w, WINDOW_START] + position - s.window[w, WINDOW_WORK]
    return moment if moment < s.window[w, WINDOW_END] else NEVER


@inner
def changeover_units(s: CoupledState, b: int) -> int:
    """Return the working units of the changeover directly before batch `b`."""
    k = s.batch[b, BATCH_MACHINE]
    set_up = s.shared[now_before(s, b) + NOW_SET_UP]
    return s.change[changeover_place(s, k, set_up, s.batch[b, BATCH_FAMILY]) + CHANGE_UNITS]


# ------------------------------------------------------------------------------- taking resources


@inner
def take_span(s: CoupledState, k: int, row: int, begin: int, end: int, checks: bool) -> int:
    """Take what need `row` wants while machine `k` works from position `begin` to `end`.

    Returns NONE when it has it; otherwise the position that it may begin at, at the earliest, and
    NEVER where it will never be there. What was taken by then stays taken.
    """
    x = s.shared
    r, amount = (
        x[x[NEED] + NEED_WIDTH * row + NEED_RESOURCE],
        x[x[NEED] + NEED_WIDTH * row + NEED_AMOUNT],
    )
    if begin >= end:
        return NONE
    pausable = s.machine[k, MACHINE_PAUSABLE] != 0
    last = s.machine[k, MACHINE_LAST_WINDOW]
    w = s.machine[k, MACHINE_FIRST_WINDOW]
    if pausable:
        w = window_of_work(s, w, last, begin, 0)
    later = int(NONE)
    at = begin
    while at < end:
        start, until = at, end
        if pausable:
            start = s.window[w, WINDOW_START] + at - s.window[w, WINDOW_WORK]
            until = min(s.window[w, WINDOW_END], start + end - at)
        if checks:
            again = free_again(s, r, start, until, amount)
            if again >= NEVER:
                return NEVER
            if again != NONE:
                later = position_of(s, k, again)
        if x[TAKEN_COUNT] >= x[TAKEN_ROOM]:
            return NEVER
        take(s, r, start, until, amount)
        at += until - start
        w += 1
    return later


@inner
def take_held(s: CoupledState, b: int, begin: int, checks: bool) -> int:
    """Take what is needed to be set up for batch `b`, from time `begin` on; see take_span."""
    k, family = s.batch[b, BATCH_MACHINE], s.batch[b, BATCH_FAMILY]
    old = held_place(s, k, s.shared[now_before(s, b) + NOW_SET_UP])
    return take_place(s, k, old, held_place(s, k, family), begin, checks)


@inner
def take_place(s: CoupledState, k: int, old: int, new: int, begin: int, checks: bool) -> int:
    """Take what machine `k` needs at place `new` of what it holds, from time `begin` on.

    What it was set up for before, at place `old`, is free again then, where it is not needed still.
    """
    x = s.shared
    if old == new:
        return NONE
    for i in range(x[x[HELD_FIRST] + old], x[x[HELD_FIRST] + old + 1]):
        row = x[x[HELD_NEED] + i]
        if not holds_on(s, row, new):
            take(
                s,
                x[x[NEED] + NEED_WIDTH * row + NEED_RESOURCE],
                begin,
                NEVER,
                -x[x[NEED] + NEED_WIDTH * row + NEED_AMOUNT],
            )
    later = int(NONE)
    for i in range(x[x[HELD_FIRST] + new], x[x[HELD_FIRST] + new + 1]):
        row = x[x[HELD_NEED] + i]
        if holds_on(s, row, old):
            continue
        r, amount = (
            x[x[NEED] + NEED_WIDTH * row + NEED_RESOURCE],
            x[x[NEED] + NEED_WIDTH * row + NEED_AMOUNT],
        )
        if checks:
            again = free_again(s, r, begin, NEVER, amount)
            if again >= NEVER:
                return NEVER
            if again != NONE:
                later = max(later, position_of(s, k, again))
        take(s, r, begin, NEVER, amount)
    return later


@inner
def holds_on(s: CoupledState, row: int, place: int) -> bool:
    """Tell whether need `row` is one of those from `place` on."""
    x = s.shared
    for i in range(x[x[HELD_FIRST] + place], x[x[HELD_FIRST] + place + 1]):
        if x[x[HELD_NEED] + i] == row:
            return True
    return False


@inner
def take_stay(s: CoupledState, o: int, k: int, begin: int, end: int, checks: bool) -> int:
    """Take what operation `o` needs in machine `k` between two positions.

    A need that has been looked at for this batch is not taken again. Returns by how many positions
    the stay must be later at least; NONE when it may stay, NEVER where it never may.
    """
    x = s.shared
    place = o * s.machine.shape[0] + k
    later = int(NONE)
    for i in range(x[x[RUN_FIRST] + place], x[x[RUN_FIRST] + place + 1]):
        row = x[x[RUN_NEED] + i]
        if x[x[LOOKED] + row] == x[LOOK]:
            continue
        x[x[LOOKED] + row] = x[LOOK]
        first, last = begin, end
        during = x[x[NEED] + NEED_WIDTH * row + NEED_DURING]
        if during == START:
            last = min(end, begin + x[x[NEED] + NEED_WIDTH * row + NEED_UNITS])
        elif during == END:
            first = max(begin, end - x[x[NEED] + NEED_WIDTH * row + NEED_UNITS])
        again = take_span(s, k, row, first, last, checks)
        if again >= NEVER:
            return NEVER
        if again != NONE:
            later = max(later, again - first, 1)
    return later


@inner
def take_all(s: CoupledState, b: int, checks: bool) -> tuple[int, int]:
    """Take all that batch `b` needs where it stands in time.

    Returns an operation and the position that it may start at, at the earliest; the operation is
    NONE when all is there. What was taken by then stays taken.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    first = s.batch[b, BATCH_FIRST]
    start = position_of(s, k, s.batch[b, BATCH_START])
    units = changeover_units(s, b)
    family = s.batch[b, BATCH_FAMILY]
    later = int(NONE)
    place = held_place(s, k, family)
    for i in range(x[x[CHANGE_FIRST] + place], x[x[CHANGE_FIRST] + place + 1]):
        again = take_span(s, k, x[x[CHANGE_NEED] + i], start - units, start, checks)
        later = max(later, again)
    begun = s.batch[b, BATCH_START]
    if units > 0:
        begun = moment_of(s, k, start - units)
    later = max(later, take_held(s, b, begun, checks))
    if later >= NEVER:
        return first, NEVER
    if later != NONE:
        return first, max(start + 1, later + units)
    if s.machine[k, MACHINE_PROCESS] == PARALLEL:
        x[LOOK] += 1
        end = start + s.batch[b, BATCH_SHORTEST]
        o = first
        while o != NONE:
            shift = take_stay(s, o, k, start, end, checks)
            if shift != NONE:
                return first, min(NEVER, start + shift)
            o = s.op[o, OP_AFTER]
        return NONE, start
    o = first
    while o != NONE:
        x[LOOK] += 1
        # What an operation had before an undone move is kept with its route alone.
        begun = s.op[o, OP_START] if checks else s.route[o, ROUTE_START]
        begin = position_of(s, k, begun)
        length = s.duration[o, k, SHORTEST]
        shift = take_stay(s, o, k, begin, begin + length, checks)
        if shift != NONE:
            return o, min(NEVER, begin + shift)
        o = s.op[o, OP_AFTER]
    return NONE, start


# ----------------------------------------------------------------------------------------- timing


@inner
def time_shared(s: CoupledState, b: int) -> None:
    """Time batch `b` as early as its machine, its routes and its resources allow."""
    if not (ready_shared(s, b) and find_room(s, b)):
        pass_over(s, b, s.batch[b, BATCH_PREVIOUS])
        stay_as_before(s, b)


@inner
def ready_shared(s: CoupledState, b: int) -> bool:
    """Note when batch `b` may start, with nothing taken for it yet; False where it never may."""
    x = s.shared
    x[TAKEN_COUNT] = 0
    x[TAKEN_KEPT] = 0
    fits = note_release(s, b)
    if fits and not x[RELAXED]:
        note_not_before(s, b)
    return fits


@inner
def find_room(s: CoupledState, b: int) -> bool:
    """Time batch `b`, of which it is known when it may start; False where it cannot stand there.

    What it needs is taken then, and it is counted in its run.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    while True:
        time_ready(s, b)
        if s.batch[b, BATCH_MISSED] > 0:
            return False
        if x[RELAXED]:
            return True
        o, position = take_all(s, b, True)
        if o == NONE:
            fits = runs_on(s, b)
            if not fits:
                give_back(s)
            return fits
        give_back(s)
        moment = moment_of(s, k, position) if position < NEVER else NEVER
        if moment >= NEVER:
            return False
        s.op[o, OP_RELEASE] = max(s.op[o, OP_RELEASE], moment)
        s.batch[b, BATCH_RELEASE] = max(s.batch[b, BATCH_RELEASE], moment)


@inner
def note_not_before(s: CoupledState, b: int) -> None:
    """Let batch `b` start no earlier than its schedule says."""
    x = s.shared
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        moment = x[x[NOT_BEFORE] + o]
        s.op[o, OP_RELEASE] = max(s.op[o, OP_RELEASE], moment)
        s.batch[b, BATCH_RELEASE] = max(s.batch[b, BATCH_RELEASE], moment)
        o = s.op[o, OP_AFTER]


@inner
def runs_on(s: CoupledState, b: int) -> bool:
    """Count batch `b` in the run of its family, and since the last upkeep; False if it is too much.

    A run begins anew behind a changeover from another family, and behind upkeep.
    """
    x = s.shared
    k, family = s.batch[b, BATCH_MACHINE], s.batch[b, BATCH_FAMILY]
    units, quantity = run_units(s, b), batch_quantity(s, b)
    before, row = now_before(s, b), x[NOW] + x[NOW_WIDTH] * b
    goes_on = x[before + NOW_SET_UP] == family and x[STANDING] == 0
    batches = (x[before + NOW_BATCHES] if goes_on else 0) + 1
    units_in_a_row = (x[before + NOW_UNITS] if goes_on else 0) + units
    quantity_in_a_row = (x[before + NOW_QUANTITY] if goes_on else 0) + quantity
    if (
        batches > x[x[IN_A_ROW] + IN_A_ROW_WIDTH * k]
        or units_in_a_row > x[x[IN_A_ROW] + IN_A_ROW_WIDTH * k + 1]
        or quantity_in_a_row > x[x[IN_A_ROW] + IN_A_ROW_WIDTH * k + 2]
    ):
        x[TOO_LONG_A_RUN] = 1
        return False
    if not counted(s, b, units, quantity):
        return False
    x[row + NOW_SET_UP] = family
    x[row + NOW_BATCHES] = batches
    x[row + NOW_UNITS] = units_in_a_row
    x[row + NOW_QUANTITY] = quantity_in_a_row
    return True


@inner
def batch_quantity(s: CoupledState, b: int) -> int:
    """Return the quantity of batch `b`."""
    x = s.shared
    quantity = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        quantity += x[x[QUANTITY] + o]
        o = s.op[o, OP_AFTER]
    return quantity


@inner
def run_units(s: CoupledState, b: int) -> int:
    """Return how long batch `b` runs: of a serial one without the waits inside."""
    k = s.batch[b, BATCH_MACHINE]
    process = s.machine[k, MACHINE_PROCESS]
    if process == PARALLEL:
        return s.batch[b, BATCH_SHORTEST]
    if process == SERIAL:
        units = 0
        o = s.batch[b, BATCH_FIRST]
        while o != NONE:
            units += s.duration[o, k, SHORTEST]
            o = s.op[o, OP_AFTER]
        return units
    begin = position_of(s, k, s.batch[b, BATCH_START])
    end = end_position_of(s, k, s.batch[b, BATCH_END])
    return max(0, end - begin)


@inner
def keep_placed(s: CoupledState, b: int) -> None:
    """Take what batch `b`, which stays where it is, needs, and count it in its run."""
    if s.batch[b, BATCH_MISSED] > 0:
        stay_as_before(s, b)
        return
    s.shared[TAKEN_COUNT] = 0
    take_all(s, b, False)
    runs_on(s, b)
