"""The compiled half of `planner.search.construction`: what is worth most when a machine is free."""

from typing import NamedTuple

import numpy as np

from planner.arrays import NEVER, NONE, PARALLEL, SERIAL
from planner.domain import FloatArray, IntArray
from planner.search.kernels.columns import LONGEST, SHORTEST, WINDOW_END, WINDOW_START
from planner.search.kernels.compiling import entry, inner

# Operations looked at for one batch.
MOST_BATCH = 512

# Columns of the tables in `Shop`; sizes and capacities follow the last.
OP_FAMILY, OP_RELEASE, OP_DUE, OP_PIN, OP_PIN_MACHINE, OP_SIZE = range(6)
MACHINE_PROCESS, MACHINE_PAUSABLE, MACHINE_INITIAL, MACHINE_GROUP = 0, 1, 2, 3
MACHINE_FIRST_WINDOW, MACHINE_LAST_WINDOW, MACHINE_CAPACITY = 4, 5, 6
# Columns of `Desk.now`: when and in which window a machine is free, what it is set up for, its next
# place in `Shop.pinned`, and the load of its last batch.
DESK_FREE, DESK_WINDOW, DESK_SET_UP, DESK_NEXT_PIN, DESK_LOAD = range(5)
# Columns of `Desk.link` and of `Desk.taken`.
LINK_BEFORE, LINK_AFTER = 0, 1
TAKEN_OPERATION, TAKEN_MACHINE, TAKEN_BEGINS = 0, 1, 2


class Shop(NamedTuple):
    """What the construction reads; n operations, m machines, c classes, f families.

    A class is a family with a set of machines: its operations are looked at by due date. Few
    arrays, because each more makes compiling longer.
    """

    operation: IntArray  # (n, OP_SIZE + d); due no later than the deadline and the horizon
    value: FloatArray  # (n,) logarithm of the weight
    duration: IntArray  # (n, m, 2) shortest, longest
    class_of: IntArray  # (n,) NONE for what has a pinned start or no machine
    by_class: IntArray  # operations class by class, by due date
    class_family: IntArray  # (c,) ascending
    class_machine: IntArray  # (c, m) 1 or 0
    pinned: IntArray  # operations with a pinned start, by start
    machine: IntArray  # (m, MACHINE_CAPACITY + d)
    minutes: IntArray  # (g, f + 1, f)
    price: FloatArray  # (g, f + 1, f) of a changeover, in mean changeovers
    window: IntArray  # (w, 2)


class Desk(NamedTuple):
    """What one construction writes on."""

    taken: IntArray  # (n, 3) operation, machine, whether it begins a batch, in order of choice
    head: IntArray  # (c,) the first operation left of each class
    link: IntArray  # (n, 2) the operations before and after in the class, NONE at the ends
    now: IntArray  # (m, DESK_LOAD + d)
    rows: IntArray  # (MOST_BATCH,) operations that may make a batch
    worth: FloatArray  # (MOST_BATCH,) what each of them is worth
    chosen: IntArray  # (MOST_BATCH,) what is taken next
    load: IntArray  # (d,) of the batch that is being filled


class Setting(NamedTuple):
    """Factors of the rule: how far ahead to look, in units of time; how many of each class."""

    look_ahead: float
    changeover: float
    waiting: float
    compared: int


@entry
def construct(shop: Shop, desk: Desk, setting: Setting) -> int:
    """Fill `desk.taken` until no machine has anything to do; return how many rows."""
    rows = 0
    while True:
        k = first_free(desk)
        clock = desk.now[k, DESK_FREE]
        if clock >= NEVER:
            return rows
        if shop.machine[k, MACHINE_PROCESS] == SERIAL:
            size = choose_one(shop, desk, setting, k)
        else:
            size = choose_batch(shop, desk, setting, k)
        end, window = NEVER, desk.now[k, DESK_WINDOW]
        if size:
            end, window = ended(shop, desk, k, size)
        # What is pinned to begin before the choice could end goes first.
        pin = next_pinned(shop, k, desk.now[k, DESK_NEXT_PIN])
        desk.now[k, DESK_NEXT_PIN] = pin
        if pin < len(shop.pinned) and end > shop.operation[shop.pinned[pin], OP_PIN]:
            desk.now[k, DESK_NEXT_PIN] = pin + 1
            o, size = shop.pinned[pin], 1
            desk.chosen[0] = o
            end, window = (
                shop.operation[o, OP_PIN] + shop.duration[o, k, SHORTEST],
                desk.now[k, DESK_WINDOW],
            )
        if end < NEVER:
            rows = take(shop, desk, k, size, rows)
            desk.now[k, DESK_WINDOW] = window
        desk.now[k, DESK_FREE] = end


@inner
def first_free(desk: Desk) -> int:
    """Return the machine that is free first."""
    first = 0
    for k in range(1, len(desk.now)):
        if desk.now[k, DESK_FREE] < desk.now[first, DESK_FREE]:
            first = k
    return first


@inner
def next_pinned(shop: Shop, k: int, place: int) -> int:
    """Return the first place from `place` on of an operation that is pinned to machine `k`."""
    while place < len(shop.pinned) and shop.operation[shop.pinned[place], OP_PIN_MACHINE] != k:
        place += 1
    return place


@inner
def worth(shop: Shop, setting: Setting, o: int, k: int, clock: int) -> float:
    """Return the logarithm of the apparent tardiness cost of `o` now, without its changeover."""
    time = max(1, shop.duration[o, k, SHORTEST])
    slack = max(0, shop.operation[o, OP_DUE] - time - clock)
    waits = max(0, shop.operation[o, OP_RELEASE] - clock)
    index = shop.value[o] - np.log(float(time))
    return index - slack / setting.look_ahead - waits / setting.waiting


@inner
def price(shop: Shop, desk: Desk, setting: Setting, k: int, family: int) -> float:
    """Return what changing machine `k` over to `family` takes from the worth of what follows."""
    before = desk.now[k, DESK_SET_UP]
    return shop.price[shop.machine[k, MACHINE_GROUP], before, family] / setting.changeover


@inner
def choose_one(shop: Shop, desk: Desk, setting: Setting, k: int) -> int:
    """Choose the operation that is worth most; return how many: 1, or 0 of none."""
    best = -np.inf
    for c in range(len(desk.head)):
        if shop.class_machine[c, k] == 0:
            continue
        charge = price(shop, desk, setting, k, shop.class_family[c])
        o = desk.head[c]
        looked = 0
        while o != NONE and looked < setting.compared:
            index = worth(shop, setting, o, k, desk.now[k, DESK_FREE]) - charge
            if index > best:
                best = index
                desk.chosen[0] = o
            looked += 1
            o = desk.link[o, LINK_AFTER]
    return 1 if best > -np.inf else 0


@inner
def choose_batch(shop: Shop, desk: Desk, setting: Setting, k: int) -> int:
    """Choose the batch that is worth most; return how many operations it has."""
    best, size = -np.inf, 0
    c = 0
    while c < len(desk.head):
        family = shop.class_family[c]
        found = 0
        while c < len(desk.head) and shop.class_family[c] == family:
            if shop.class_machine[c, k] == 1:
                found = gather(shop, desk, setting, k, c, found)
            c += 1
        if found == 0:
            continue
        filled = fill(shop, desk, k, found)
        together = 0.0
        for i in range(filled):
            together += np.exp(desk.worth[i] - desk.worth[0])
        index = desk.worth[0] + np.log(together) - price(shop, desk, setting, k, family)
        if index > best:
            best, size = index, filled
            for i in range(size):
                desk.chosen[i] = desk.rows[i]
    return size


@inner
def gather(shop: Shop, desk: Desk, setting: Setting, k: int, c: int, found: int) -> int:
    """Add operations of class `c` to the `found` that may make a batch; return how many now."""
    o = desk.head[c]
    looked = 0
    while o != NONE and looked < setting.compared and found < MOST_BATCH:
        desk.rows[found] = o
        desk.worth[found] = worth(shop, setting, o, k, desk.now[k, DESK_FREE])
        found += 1
        looked += 1
        o = desk.link[o, LINK_AFTER]
    return found


@inner
def fill(shop: Shop, desk: Desk, k: int, left: int) -> int:
    """Bring what makes a batch to the front of `left` operations; return its size.

    Nothing joins the first that comes later, finds no room, or would have to stay too long.
    """
    begin, low, high, size = NEVER, 0, NEVER, 0
    while size < left:
        best = size
        for i in range(size + 1, left):
            if desk.worth[i] > desk.worth[best]:
                best = i
        o = desk.rows[best]
        least, most = (
            max(low, shop.duration[o, k, SHORTEST]),
            min(high, shop.duration[o, k, LONGEST]),
        )
        fits = shop.operation[o, OP_RELEASE] <= begin
        fits = fits and (least <= most or shop.machine[k, MACHINE_PROCESS] != PARALLEL)
        for d in range(len(desk.load)):
            load = (0 if size == 0 else desk.load[d]) + shop.operation[o, OP_SIZE + d]
            fits = fits and load <= shop.machine[k, MACHINE_CAPACITY + d]
        to = left - 1
        if fits or size == 0:
            for d in range(len(desk.load)):
                load = 0 if size == 0 else desk.load[d]
                desk.load[d] = load + shop.operation[o, OP_SIZE + d]
            if size == 0:
                begin = max(desk.now[k, DESK_FREE], shop.operation[o, OP_RELEASE])
            low, high, to = least, most, size
            size += 1
        else:
            left -= 1
        desk.rows[best], desk.rows[to] = desk.rows[to], desk.rows[best]
        desk.worth[best], desk.worth[to] = desk.worth[to], desk.worth[best]
    return size


@inner
def take(shop: Shop, desk: Desk, k: int, size: int, rows: int) -> int:
    """Write down what is chosen for machine `k`; return how many rows are written now."""
    joins = goes_on(shop, desk, k, size)
    for d in range(len(desk.load)):
        load = desk.now[k, DESK_LOAD + d] if joins else 0
        for i in range(size):
            load += shop.operation[desk.chosen[i], OP_SIZE + d]
        desk.now[k, DESK_LOAD + d] = load
    for i in range(size):
        o = desk.chosen[i]
        desk.taken[rows, TAKEN_OPERATION] = o
        desk.taken[rows, TAKEN_MACHINE] = k
        desk.taken[rows, TAKEN_BEGINS] = 1 if i == 0 and not joins else 0
        rows += 1
        if shop.class_of[o] != NONE:
            unlink(desk, o, shop.class_of[o])
    desk.now[k, DESK_SET_UP] = shop.operation[desk.chosen[0], OP_FAMILY]
    return rows


@inner
def goes_on(shop: Shop, desk: Desk, k: int, size: int) -> bool:
    """Tell whether what is chosen joins the last batch of machine `k`."""
    if desk.now[k, DESK_FREE] == 0 or shop.machine[k, MACHINE_PROCESS] == PARALLEL:
        return False
    if desk.now[k, DESK_SET_UP] != shop.operation[desk.chosen[0], OP_FAMILY]:
        return False
    for d in range(len(desk.load)):
        load = desk.now[k, DESK_LOAD + d]
        for i in range(size):
            load += shop.operation[desk.chosen[i], OP_SIZE + d]
        if (
            load > shop.machine[k, MACHINE_CAPACITY + d]
            and shop.machine[k, MACHINE_PROCESS] == SERIAL
        ):
            return False
    return True


@inner
def unlink(desk: Desk, o: int, c: int) -> None:
    """Take operation `o` out of its class `c`."""
    before, after = desk.link[o, LINK_BEFORE], desk.link[o, LINK_AFTER]
    if before == NONE:
        desk.head[c] = after
    else:
        desk.link[before, LINK_AFTER] = after
    if after != NONE:
        desk.link[after, LINK_BEFORE] = before


@inner
def ended(shop: Shop, desk: Desk, k: int, size: int) -> tuple[int, int]:
    """Return when machine `k` could end what is chosen, and in which window; or NEVER."""
    clock, w, last = (
        desk.now[k, DESK_FREE],
        desk.now[k, DESK_WINDOW],
        shop.machine[k, MACHINE_LAST_WINDOW],
    )
    family = shop.operation[desk.chosen[0], OP_FAMILY]
    change = shop.minutes[shop.machine[k, MACHINE_GROUP], desk.now[k, DESK_SET_UP], family]
    ready, work = 0, 0
    for i in range(size):
        ready = max(ready, shop.operation[desk.chosen[i], OP_RELEASE])
        work = max(work, shop.duration[desk.chosen[i], k, SHORTEST])
    if shop.machine[k, MACHINE_PAUSABLE]:
        clock, w = worked(shop, clock, w, last, change)
        return worked(shop, max(clock, ready), w, last, work)
    while w < last:
        begin = max(max(clock, shop.window[w, WINDOW_START]) + change, ready)
        if begin + work <= shop.window[w, WINDOW_END]:
            return begin + work, w
        w += 1
    return NEVER, w


@inner
def worked(shop: Shop, clock: int, w: int, last: int, work: int) -> tuple[int, int]:
    """Return when `work` open units from `clock` on are over, and in which window; or NEVER."""
    while w < last and clock < NEVER:
        begin = max(clock, shop.window[w, WINDOW_START])
        if begin + work <= shop.window[w, WINDOW_END]:
            return begin + work, w
        work -= max(0, shop.window[w, WINDOW_END] - begin)
        w += 1
    return NEVER, w
