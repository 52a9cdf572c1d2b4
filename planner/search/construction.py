"""Construction by apparent tardiness cost with changeovers, for batches too.

Whenever a machine is free it takes what is worth most now: for its weight, its time, how soon it is
due, what it needs to change over and how long it must be waited for. Single operations by ATCS
(Lee, Bhaskaran, Pinedo, IIE Transactions 29, 1997), with waiting as in ATCSR (Pfund et al.,
Computers & Operations Research 35, 2008); batches by the sum over what they hold, as in BATC
(Mehta, Uzsoy, IIE Transactions 30, 1998).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from planner.arrays import NEVER, NONE, PARALLEL, SERIAL, Arrays, Sequences
from planner.domain import TERMS, FloatArray, IntArray
from planner.search.baselines import completed
from planner.search.decoding import by_due

# How far ahead a due date counts, in mean durations, and how little a changeover counts: the
# settings that were best most often come first. Of more operations fewer are tried.
SETTINGS = (
    (2.0, 0.1),
    (6.0, 0.05),
    (0.5, 0.1),
    (6.0, 0.1),
    (2.0, 0.5),
    (20.0, 0.05),
    (0.5, 0.5),
    (2.0, 0.05),
)
OPERATIONS_TRIED = 20_000
LEAST_SETTINGS = 2
WAITING_FACTOR = 0.3
# Comparisons that one construction may take, and operations looked at for one batch.
MOST_COMPARED = 50_000_000
MOST_BATCH = 512

# Columns of the tables in `Shop`; sizes and capacities follow the last.
FAMILY, RELEASE, DUE, PIN_START, PIN_MACHINE, SIZE = range(6)
PROCESS, PAUSABLE, INITIAL, GROUP, FIRST_WINDOW, LAST_WINDOW, CAPACITY = range(7)
# Columns of `Desk.now`: when and in which window a machine is free, what it is set up for, its next
# place in `Shop.pinned`, and the load of its last batch.
FREE, WINDOW, STATE, NEXT_PIN, LOAD = range(5)
BEFORE, AFTER = 0, 1


class Shop(NamedTuple):
    """What the construction reads; n operations, m machines, c classes, f families.

    A class is a family with a set of machines: its operations are looked at by due date. Few
    arrays, because each more makes compiling longer.
    """

    operation: IntArray  # (n, SIZE + d); due no later than the deadline and the horizon
    value: FloatArray  # (n,) logarithm of the weight
    duration: IntArray  # (n, m, 2) shortest, longest
    class_of: IntArray  # (n,) NONE for what has a pinned start or no machine
    by_class: IntArray  # operations class by class, by due date
    class_family: IntArray  # (c,) ascending
    class_machine: IntArray  # (c, m) 1 or 0
    pinned: IntArray  # operations with a pinned start, by start
    machine: IntArray  # (m, CAPACITY + d)
    minutes: IntArray  # (g, f + 1, f)
    price: FloatArray  # (g, f + 1, f) of a changeover, in mean changeovers
    window: IntArray  # (w, 2)


class Desk(NamedTuple):
    """What one construction writes on."""

    taken: IntArray  # (n, 3) operation, machine, whether it begins a batch, in order of choice
    head: IntArray  # (c,) the first operation left of each class
    link: IntArray  # (n, 2) the operations before and after in the class, NONE at the ends
    now: IntArray  # (m, LOAD + d)
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


def constructions(arrays: Arrays) -> Iterator[Sequences]:
    """Yield what the rule makes of `arrays`, once per setting.

    Nothing where even one look at the first of each class, for each operation, is too much.
    """
    count = len(arrays.family)
    if not (arrays.shortest != NONE).any():
        return
    shop = shop_of(arrays)
    if count * len(shop.class_family) > MOST_COMPARED:
        return
    for look_ahead, changeover in SETTINGS[: max(LEAST_SETTINGS, OPERATIONS_TRIED // count)]:
        yield constructed(arrays, shop, look_ahead, changeover)


def constructed(arrays: Arrays, shop: Shop, look_ahead: float, changeover: float) -> Sequences:
    """Return the sequences of one setting; what found no place is added by due date."""
    mean = float(arrays.shortest[arrays.shortest != NONE].mean())
    classes = max(1, len(shop.class_family))
    setting = Setting(
        look_ahead=max(1.0, look_ahead * mean),
        changeover=changeover,
        waiting=max(1.0, WAITING_FACTOR * mean),
        compared=max(1, MOST_COMPARED // (len(arrays.family) * classes)),
    )
    desk = desk_of(shop)
    count = dispatch(shop, desk, setting)
    lists: list[list[list[int]]] = [[] for _ in arrays.process]
    for operation, machine, begins in desk.taken[:count].tolist():
        if begins:
            lists[machine].append([])
        lists[machine][-1].append(operation)
    made = tuple(tuple(tuple(batch) for batch in batches) for batches in lists)
    return completed(arrays, made)


def shop_of(arrays: Arrays) -> Shop:
    """Return what the construction reads of `arrays`."""
    pinned = np.flatnonzero(arrays.pin_start != NONE)
    due = np.minimum(np.minimum(arrays.due, arrays.deadline), arrays.horizon)
    columns = (arrays.family, arrays.release, due, arrays.pin_start, arrays.pin_machine)
    first, last = arrays.window_first[:-1], arrays.window_first[1:]
    facts = (arrays.process, arrays.pausable, arrays.initial, arrays.group, first, last)
    return Shop(
        operation=_whole(np.column_stack((*columns, arrays.size))),
        value=np.log(np.maximum(arrays.weight, 0.5)),
        duration=_whole(np.stack((arrays.shortest, arrays.longest), axis=2)),
        **_classes(arrays),
        pinned=_whole(pinned[np.argsort(arrays.pin_start[pinned], kind="stable")]),
        machine=_whole(np.column_stack((*facts, arrays.capacity))),
        minutes=_whole(arrays.changeover_minutes),
        price=_prices(arrays),
        window=_whole(np.column_stack((arrays.window_start, arrays.window_end))),
    )


def desk_of(shop: Shop) -> Desk:
    """Return a desk with nothing taken yet."""
    now = np.zeros((len(shop.machine), LOAD + shop.machine.shape[1] - CAPACITY), dtype=np.int64)
    now[:, [WINDOW, STATE]] = shop.machine[:, [FIRST_WINDOW, INITIAL]]
    labels = shop.class_of[shop.by_class]
    same = labels[1:] == labels[:-1]
    link = np.full((len(shop.value), 2), NONE, dtype=np.int64)
    link[shop.by_class[1:][same], BEFORE] = shop.by_class[:-1][same]
    link[shop.by_class[:-1][same], AFTER] = shop.by_class[1:][same]
    return Desk(
        taken=np.zeros((len(shop.value), 3), dtype=np.int64),
        head=shop.by_class[np.flatnonzero(np.append(True, ~same)[: len(labels)])],
        link=link,
        now=now,
        rows=np.zeros(MOST_BATCH, dtype=np.int64),
        worth=np.zeros(MOST_BATCH),
        chosen=np.zeros(MOST_BATCH, dtype=np.int64),
        load=np.zeros(now.shape[1] - LOAD, dtype=np.int64),
    )


def _whole(values: npt.NDArray[Any]) -> IntArray:
    """Return `values` laid out as the compiled code wants them, whatever they are a piece of."""
    return np.array(values, dtype=np.int64, order="C")


def _prices(arrays: Arrays) -> FloatArray:
    """Return what changeovers cost, as multiples of the mean: by their weights, or by time."""
    named = dict(zip(TERMS, arrays.weights.tolist(), strict=True))
    minutes, cost = named["changeover_minutes"], named["changeover_cost"]
    price = minutes * arrays.changeover_minutes + cost * arrays.changeover_cost
    if not price.any():
        price = arrays.changeover_minutes
    mean = price[:, :-1].mean() if price[:, :-1].size else 0.0
    return np.ascontiguousarray(price / mean if mean else price, dtype=np.float64)


def _classes(arrays: Arrays) -> dict[str, IntArray]:
    """Return the classes; they are in order of family."""
    eligible = arrays.shortest != NONE
    free = by_due(arrays)
    free = free[(arrays.pin_start[free] == NONE) & eligible[free].any(axis=1)]
    family = arrays.family[free].astype(">i8").view(np.uint8).reshape(len(free), 8)
    keys = np.hstack((family, np.packbits(eligible[free], axis=1)))
    _, chosen, label = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    class_of = np.full(len(arrays.family), NONE, dtype=np.int64)
    class_of[free] = label.ravel()
    return {
        "class_of": class_of,
        "by_class": _whole(free[np.argsort(class_of[free], kind="stable")]),
        "class_family": _whole(arrays.family[free[chosen]]),
        "class_machine": _whole(eligible[free[chosen]]),
    }


# Everything below is compiled, and calls nothing that is compiled elsewhere: a change there would
# go unnoticed by what is cached here. It allocates nothing, which makes compiling far shorter.
_compiled: Any = partial(njit, no_cfunc_wrapper=True, _nrt=False)
_entry = _compiled(cache=True, nogil=True)
_inner = _compiled(no_cpython_wrapper=True)


@_entry
def dispatch(shop: Shop, desk: Desk, setting: Setting) -> int:
    """Fill `desk.taken` until no machine has anything to do; return how many rows."""
    rows = 0
    while True:
        k = first_free(desk)
        clock = desk.now[k, FREE]
        if clock >= NEVER:
            return rows
        if shop.machine[k, PROCESS] == SERIAL:
            size = choose_one(shop, desk, setting, k)
        else:
            size = choose_batch(shop, desk, setting, k)
        end, window = NEVER, desk.now[k, WINDOW]
        if size:
            end, window = ended(shop, desk, k, size)
        # What is pinned to begin before the choice could end goes first.
        pin = next_pinned(shop, k, desk.now[k, NEXT_PIN])
        desk.now[k, NEXT_PIN] = pin
        if pin < len(shop.pinned) and end > shop.operation[shop.pinned[pin], PIN_START]:
            desk.now[k, NEXT_PIN] = pin + 1
            o, size = shop.pinned[pin], 1
            desk.chosen[0] = o
            end, window = shop.operation[o, PIN_START] + shop.duration[o, k, 0], desk.now[k, WINDOW]
        if end < NEVER:
            rows = take(shop, desk, k, size, rows)
            desk.now[k, WINDOW] = window
        desk.now[k, FREE] = end


@_inner
def first_free(desk: Desk) -> int:
    """Return the machine that is free first."""
    first = 0
    for k in range(1, len(desk.now)):
        if desk.now[k, FREE] < desk.now[first, FREE]:
            first = k
    return first


@_inner
def next_pinned(shop: Shop, k: int, place: int) -> int:
    """Return the first place from `place` on of an operation that is pinned to machine `k`."""
    while place < len(shop.pinned) and shop.operation[shop.pinned[place], PIN_MACHINE] != k:
        place += 1
    return place


@_inner
def worth(shop: Shop, setting: Setting, o: int, k: int, clock: int) -> float:
    """Return the logarithm of the apparent tardiness cost of `o` now, without its changeover."""
    time = max(1, shop.duration[o, k, 0])
    slack = max(0, shop.operation[o, DUE] - time - clock)
    waits = max(0, shop.operation[o, RELEASE] - clock)
    index = shop.value[o] - np.log(float(time))
    return index - slack / setting.look_ahead - waits / setting.waiting


@_inner
def price(shop: Shop, desk: Desk, setting: Setting, k: int, family: int) -> float:
    """Return what changing machine `k` over to `family` takes from the worth of what follows."""
    before = desk.now[k, STATE]
    return shop.price[shop.machine[k, GROUP], before, family] / setting.changeover


@_inner
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
            index = worth(shop, setting, o, k, desk.now[k, FREE]) - charge
            if index > best:
                best = index
                desk.chosen[0] = o
            looked += 1
            o = desk.link[o, AFTER]
    return 1 if best > -np.inf else 0


@_inner
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


@_inner
def gather(shop: Shop, desk: Desk, setting: Setting, k: int, c: int, found: int) -> int:
    """Add operations of class `c` to the `found` that may make a batch; return how many now."""
    o = desk.head[c]
    looked = 0
    while o != NONE and looked < setting.compared and found < MOST_BATCH:
        desk.rows[found] = o
        desk.worth[found] = worth(shop, setting, o, k, desk.now[k, FREE])
        found += 1
        looked += 1
        o = desk.link[o, AFTER]
    return found


@_inner
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
        least, most = max(low, shop.duration[o, k, 0]), min(high, shop.duration[o, k, 1])
        fits = shop.operation[o, RELEASE] <= begin
        fits = fits and (least <= most or shop.machine[k, PROCESS] != PARALLEL)
        for d in range(len(desk.load)):
            load = (0 if size == 0 else desk.load[d]) + shop.operation[o, SIZE + d]
            fits = fits and load <= shop.machine[k, CAPACITY + d]
        to = left - 1
        if fits or size == 0:
            for d in range(len(desk.load)):
                load = 0 if size == 0 else desk.load[d]
                desk.load[d] = load + shop.operation[o, SIZE + d]
            if size == 0:
                begin = max(desk.now[k, FREE], shop.operation[o, RELEASE])
            low, high, to = least, most, size
            size += 1
        else:
            left -= 1
        desk.rows[best], desk.rows[to] = desk.rows[to], desk.rows[best]
        desk.worth[best], desk.worth[to] = desk.worth[to], desk.worth[best]
    return size


@_inner
def take(shop: Shop, desk: Desk, k: int, size: int, rows: int) -> int:
    """Write down what is chosen for machine `k`; return how many rows are written now."""
    joins = goes_on(shop, desk, k, size)
    for d in range(len(desk.load)):
        load = desk.now[k, LOAD + d] if joins else 0
        for i in range(size):
            load += shop.operation[desk.chosen[i], SIZE + d]
        desk.now[k, LOAD + d] = load
    for i in range(size):
        o = desk.chosen[i]
        desk.taken[rows, 0] = o
        desk.taken[rows, 1] = k
        desk.taken[rows, 2] = 1 if i == 0 and not joins else 0
        rows += 1
        if shop.class_of[o] != NONE:
            unlink(desk, o, shop.class_of[o])
    desk.now[k, STATE] = shop.operation[desk.chosen[0], FAMILY]
    return rows


@_inner
def goes_on(shop: Shop, desk: Desk, k: int, size: int) -> bool:
    """Tell whether what is chosen joins the last batch of machine `k`."""
    if desk.now[k, FREE] == 0 or shop.machine[k, PROCESS] == PARALLEL:
        return False
    if desk.now[k, STATE] != shop.operation[desk.chosen[0], FAMILY]:
        return False
    for d in range(len(desk.load)):
        load = desk.now[k, LOAD + d]
        for i in range(size):
            load += shop.operation[desk.chosen[i], SIZE + d]
        if load > shop.machine[k, CAPACITY + d] and shop.machine[k, PROCESS] == SERIAL:
            return False
    return True


@_inner
def unlink(desk: Desk, o: int, c: int) -> None:
    """Take operation `o` out of its class `c`."""
    before, after = desk.link[o, BEFORE], desk.link[o, AFTER]
    if before == NONE:
        desk.head[c] = after
    else:
        desk.link[before, AFTER] = after
    if after != NONE:
        desk.link[after, BEFORE] = before


@_inner
def ended(shop: Shop, desk: Desk, k: int, size: int) -> tuple[int, int]:
    """Return when machine `k` could end what is chosen, and in which window; or NEVER."""
    clock, w, last = desk.now[k, FREE], desk.now[k, WINDOW], shop.machine[k, LAST_WINDOW]
    family = shop.operation[desk.chosen[0], FAMILY]
    change = shop.minutes[shop.machine[k, GROUP], desk.now[k, STATE], family]
    ready, work = 0, 0
    for i in range(size):
        ready = max(ready, shop.operation[desk.chosen[i], RELEASE])
        work = max(work, shop.duration[desk.chosen[i], k, 0])
    if shop.machine[k, PAUSABLE]:
        clock, w = worked(shop, clock, w, last, change)
        return worked(shop, max(clock, ready), w, last, work)
    while w < last:
        begin = max(max(clock, shop.window[w, 0]) + change, ready)
        if begin + work <= shop.window[w, 1]:
            return begin + work, w
        w += 1
    return NEVER, w


@_inner
def worked(shop: Shop, clock: int, w: int, last: int, work: int) -> tuple[int, int]:
    """Return when `work` open units from `clock` on are over, and in which window; or NEVER."""
    while w < last and clock < NEVER:
        begin = max(clock, shop.window[w, 0])
        if begin + work <= shop.window[w, 1]:
            return begin + work, w
        work -= max(0, shop.window[w, 1] - begin)
        w += 1
    return NEVER, w
