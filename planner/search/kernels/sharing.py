"""Timing where machines share resources, or may make only so much of one family in a row.

Serial schedule generation: batches are placed in the order of their ranks, each as early as its
machine, its routes and what is left of its resources allow, also in gaps (Kolisch, European Journal
of Operational Research 90, 1996). All batches by rank stand in a line. What a move changed is
placed again, and of what stands behind it in the line whatever finds its machine, its routes or,
where it looked for them, its resources otherwise than before.

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
    CoupledState,
    note_release,
    time_ready,
)
from planner.search.kernels.profile import free_from, give_back, take
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
    PLACE,
    QUANTITY,
    RELAXED,
    RUN_FIRST,
    RUN_NEED,
    STANDING,
    TAKEN_COUNT,
    TAKEN_KEPT,
    TAKEN_MOVES,
    TAKEN_ROOM,
    TOO_LONG_A_RUN,
)
from planner.search.kernels.timing import pass_over
from planner.search.kernels.touching import begin_looking, own_taken, save_own
from planner.search.kernels.upkeep_counts import counted, now_before, start_counts
from planner.search.kernels.windows import window_of_work, work_before


@inner
def start_machines(s: CoupledState) -> None:
    """Let every machine be as at the start: nothing made, and set up for its initial family."""
    x = s.shared
    x[TAKEN_KEPT] = 0
    give_back(s)
    begin_looking(s)
    for k in range(s.machine.shape[0]):
        row = x[NOW] + x[NOW_WIDTH] * (s.slots + k)
        x[row + NOW_SET_UP] = s.machine[k, MACHINE_INITIAL]
        x[row + NOW_BATCHES] = 0
        x[row + NOW_UNITS] = 0
        x[row + NOW_QUANTITY] = 0
        start_counts(s, k)
        place = held_place(s, k, s.machine[k, MACHINE_INITIAL])
        for i in range(x[x[HELD_FIRST] + place], x[x[HELD_FIRST] + place + 1]):
            need = x[NEED] + NEED_WIDTH * x[x[HELD_NEED] + i]
            take(s, x[need + NEED_RESOURCE], 0, NEVER, x[need + NEED_AMOUNT])
        save_own(s, s.slots + k)
        own_taken(s, s.slots + k)
        give_back(s)
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
def take_span(s: CoupledState, b: int, row: int, begin: int, end: int) -> int:
    """Take what need `row` wants while the machine of batch `b` works between two positions.

    Returns NONE when it has it; otherwise the position that it may begin at, at the earliest, and
    NEVER where it will never be there. What was taken by then stays taken.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    need = x[NEED] + NEED_WIDTH * row
    r, amount = x[need + NEED_RESOURCE], x[need + NEED_AMOUNT]
    if begin >= end:
        return NONE
    pausable = s.machine[k, MACHINE_PAUSABLE] != 0
    last = s.machine[k, MACHINE_LAST_WINDOW]
    w = s.machine[k, MACHINE_FIRST_WINDOW]
    if pausable:
        w = window_of_work(s, w, last, begin, 0)
    at = begin
    while at < end:
        start, until = at, end
        if pausable:
            start = s.window[w, WINDOW_START] + at - s.window[w, WINDOW_WORK]
            until = min(s.window[w, WINDOW_END], start + end - at)
        again, moment = free_from(s, r, start, until, amount, x[x[PLACE] + b], not pausable)
        if moment != NONE:
            return begin_again(s, k, begin, start, moment, again)
        if x[TAKEN_COUNT] >= x[TAKEN_ROOM]:
            return NEVER
        take(s, r, start, until, amount)
        at += until - start
        w += 1
    return NONE


@inner
def begin_again(s: CoupledState, k: int, begin: int, start: int, moment: int, again: int) -> int:
    """Return the position from which on what begins at `begin` may find all; see free_from.

    What was looked for from the time `start` on is missing at `moment`, and there from `again` on.
    """
    if again >= NEVER:
        return NEVER
    position = position_of(s, k, again)
    if moment > start or position <= begin:
        position = begin + max(1, position - position_of(s, k, moment))
    return min(NEVER, position)


@inner
def take_held(s: CoupledState, b: int, begin: int) -> int:
    """Take what is needed to be set up for batch `b`, from time `begin` on; see take_span."""
    k, family = s.batch[b, BATCH_MACHINE], s.batch[b, BATCH_FAMILY]
    old = held_place(s, k, s.shared[now_before(s, b) + NOW_SET_UP])
    return take_place(s, b, old, held_place(s, k, family), begin)


@inner
def take_place(s: CoupledState, b: int, old: int, new: int, begin: int) -> int:
    """Take what the machine of batch `b` needs at place `new` of what it holds, from `begin` on.

    What it was set up for before, at place `old`, is free again then, where it is not needed still.
    """
    x = s.shared
    if old == new:
        return NONE
    for i in range(x[x[HELD_FIRST] + old], x[x[HELD_FIRST] + old + 1]):
        row = x[x[HELD_NEED] + i]
        if not holds_on(s, row, new):
            need = x[NEED] + NEED_WIDTH * row
            take(s, x[need + NEED_RESOURCE], begin, NEVER, -x[need + NEED_AMOUNT])
    k = s.batch[b, BATCH_MACHINE]
    for i in range(x[x[HELD_FIRST] + new], x[x[HELD_FIRST] + new + 1]):
        row = x[x[HELD_NEED] + i]
        if holds_on(s, row, old):
            continue
        need = x[NEED] + NEED_WIDTH * row
        r, amount = x[need + NEED_RESOURCE], x[need + NEED_AMOUNT]
        again, moment = free_from(s, r, begin, NEVER, amount, x[x[PLACE] + b], False)
        if moment != NONE:
            return begin_again(s, k, position_of(s, k, begin), begin, moment, again)
        take(s, r, begin, NEVER, amount)
    return NONE


@inner
def holds_on(s: CoupledState, row: int, place: int) -> bool:
    """Tell whether need `row` is one of those from `place` on."""
    x = s.shared
    for i in range(x[x[HELD_FIRST] + place], x[x[HELD_FIRST] + place + 1]):
        if x[x[HELD_NEED] + i] == row:
            return True
    return False


@inner
def take_stay(s: CoupledState, b: int, o: int, begin: int, end: int) -> int:
    """Take what operation `o` of batch `b` needs in its machine between two positions.

    A need that has been looked at for this batch is not taken again. Returns by how many positions
    the stay must be later at least; NONE when it may stay, NEVER where it never may.
    """
    x = s.shared
    place = o * s.machine.shape[0] + s.batch[b, BATCH_MACHINE]
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
        again = take_span(s, b, row, first, last)
        if again != NONE:
            return max(again - first, 1) if again < NEVER else NEVER
    return NONE


@inner
def take_all(s: CoupledState, b: int) -> tuple[int, int]:
    """Take all that batch `b` needs where it stands in time.

    Returns an operation and the position that it may start at, at the earliest; the operation is
    NONE when all is there. What was taken by then stays taken.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    first = s.batch[b, BATCH_FIRST]
    # Upkeep before it stays where it is.
    x[TAKEN_MOVES] = x[TAKEN_KEPT]
    start = position_of(s, k, s.batch[b, BATCH_START])
    units = changeover_units(s, b)
    place = held_place(s, k, s.batch[b, BATCH_FAMILY])
    for i in range(x[x[CHANGE_FIRST] + place], x[x[CHANGE_FIRST] + place + 1]):
        again = take_span(s, b, x[x[CHANGE_NEED] + i], start - units, start)
        if again != NONE:
            return first, min(NEVER, max(start + 1, again + units))
    begun = s.batch[b, BATCH_START]
    if units > 0:
        begun = moment_of(s, k, start - units)
    again = take_held(s, b, begun)
    if again != NONE:
        return first, min(NEVER, max(start + 1, again + units))
    if s.machine[k, MACHINE_PROCESS] == PARALLEL:
        x[LOOK] += 1
        end = start + s.batch[b, BATCH_SHORTEST]
        o = first
        while o != NONE:
            shift = take_stay(s, b, o, start, end)
            if shift != NONE:
                return first, min(NEVER, start + shift)
            o = s.op[o, OP_AFTER]
        return NONE, start
    o = first
    while o != NONE:
        x[LOOK] += 1
        if o != first:
            x[TAKEN_MOVES] = x[TAKEN_COUNT]
        begin = position_of(s, k, s.op[o, OP_START])
        shift = take_stay(s, b, o, begin, begin + int(s.duration[o, k, SHORTEST]))
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
    x[TAKEN_KEPT] = 0
    give_back(s)
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
        o, position = take_all(s, b)
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
