"""The compiled half of `planner.search.listing`: first schedules along routes, event by event.

Whenever machines are free and operations have arrived, the pair with the highest index goes first.
An operation that another machine would end sooner waits for it. On machines that fill batches it
takes along what has arrived of its family. A sequence of orders gives indices, in which each is
put where it is best in turn (Nawaz, Enscore, Ham, Omega 11, 1983). Any indices give a schedule, so
that a search over them is one over schedules (Bean, ORSA Journal on Computing 6, 1994).

Times are those of batches on their own; what is chosen here is timed exactly by the search.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, NONE, SERIAL
from planner.domain import FloatArray, IntArray
from planner.search.kernels.apparent_cost import (
    DESK_FREE,
    DESK_NEXT_PIN,
    DESK_SET_UP,
    DESK_WINDOW,
    LINK_AFTER,
    LINK_BEFORE,
    MACHINE_FIRST_WINDOW,
    MACHINE_GROUP,
    MACHINE_INITIAL,
    MACHINE_PROCESS,
    MOST_BATCH,
    OP_DUE,
    OP_FAMILY,
    OP_PIN,
    OP_RELEASE,
    Desk,
    Shop,
    ended,
    fill,
    next_pinned,
    take,
)
from planner.search.kernels.columns import NO_ONE, SHORTEST
from planner.search.kernels.compiling import entry, inner

# Columns of RouteTable.order, of Board.op, of Board.machine and of Board.heap.
ORDER_DUE, ORDER_RELEASE, ORDER_LATE, ORDER_TARDY, ORDER_FLOW = range(5)
LEFT_BEFORE, READY = 0, 1
IS_IDLE, WAITING = 0, 1
WHEN, WHAT = 0, 1
# Places in Board.note.
HEAPED, CHARGE, RANDOM, LAST_END, LEAST = 0, 1, 2, 3, 4
NOTES = 5
# Rows of Board.order: when each is complete, its place in the sequence (NONE: not there), the
# sequence.
COMPLETE, PLACE, SEQUENCE = 0, 1, 2
# Once in so many the index of one operation changes alone.
ALONE_ONCE = 2
DRAWN_FROM = np.int64(2**30)
_S33 = np.uint64(33)
_S13, _S7, _S17 = np.uint64(13), np.uint64(7), np.uint64(17)


class RouteTable(NamedTuple):
    """What follows what, and what orders cost; n operations, l links, r orders, g groups."""

    after_first: IntArray  # (n + 1,) what follows operation k are rows [k] to [k + 1]
    after: IntArray  # (l, 2) the operation and its least wait
    before: IntArray  # (n,) how many come before each
    order_of: IntArray  # (n,)
    order: IntArray  # (r, 5) see ORDER_DUE and those after
    charge: IntArray  # (g, f + 1, f) what a changeover costs
    release: IntArray  # (n,)
    tie_first: IntArray  # (c + m + 1,) class by class its machines, then machine by machine its
    tie: IntArray  # classes: rows tie_first[i] to tie_first[i + 1]
    makespan: int  # its weight


class Board(NamedTuple):
    """What one listing writes on beside a `Desk`."""

    op: IntArray  # (n, 2) how many before it are not placed, when it is ready
    machine: IntArray  # (m, 2) whether it is idle, how many operations wait for it
    order: IntArray  # (3, r)
    heap: IntArray  # (n + m, 2) what happens when: operation n' arrives, machine n + k is free
    note: IntArray  # (NOTES,)
    base: FloatArray  # (n,) what each operation's index begins with
    best: FloatArray  # (n,) what they began with for the least cost


class ListingRule(NamedTuple):
    """Factors of the index; `patience` is how much longer than least an operation may take."""

    look_ahead: float
    changeover: float
    brevity: float
    arrival: float
    patience: float


# --------------------------------------------------------------------------------------- the events


@inner
def put_event(board: Board, when: int, what: int) -> None:
    """Note that something happens."""
    i = board.note[HEAPED]
    board.note[HEAPED] += 1
    while i > 0:
        parent = (i - 1) >> 1
        if board.heap[parent, WHEN] <= when:
            break
        board.heap[i, WHEN] = board.heap[parent, WHEN]
        board.heap[i, WHAT] = board.heap[parent, WHAT]
        i = parent
    board.heap[i, WHEN] = when
    board.heap[i, WHAT] = what


@inner
def take_event(board: Board) -> int:
    """Return what happens next, and forget it."""
    found = board.heap[0, WHAT]
    board.note[HEAPED] -= 1
    count = board.note[HEAPED]
    when, what = board.heap[count, WHEN], board.heap[count, WHAT]
    i = 0
    while 2 * i + 1 < count:
        child = 2 * i + 1
        if child + 1 < count and board.heap[child + 1, WHEN] < board.heap[child, WHEN]:
            child += 1
        if board.heap[child, WHEN] >= when:
            break
        board.heap[i, WHEN] = board.heap[child, WHEN]
        board.heap[i, WHAT] = board.heap[child, WHAT]
        i = child
    board.heap[i, WHEN] = when
    board.heap[i, WHAT] = what
    return found


# -------------------------------------------------------------------------------------- the listing


@inner
def begin(shop: Shop, ways: RouteTable, board: Board, desk: Desk) -> None:
    """Empty the desk and the board; orders without a place are not there."""
    count, machines = len(ways.before), len(shop.machine)
    for c in range(len(desk.head)):
        desk.head[c] = NONE
    board.note[HEAPED] = 0
    board.note[CHARGE] = 0
    board.note[LAST_END] = 0
    for k in range(machines):
        for column in range(desk.now.shape[1]):
            desk.now[k, column] = 0
        desk.now[k, DESK_WINDOW] = shop.machine[k, MACHINE_FIRST_WINDOW]
        desk.now[k, DESK_SET_UP] = shop.machine[k, MACHINE_INITIAL]
        board.machine[k, IS_IDLE] = 1
        board.machine[k, WAITING] = 0
    for r in range(len(ways.order)):
        board.order[COMPLETE, r] = 0
    for o in range(count):
        board.op[o, LEFT_BEFORE] = ways.before[o]
        board.op[o, READY] = ways.release[o]
        shop.operation[o, OP_RELEASE] = ways.release[o]
        if ways.before[o] == 0 and shop.class_of[o] != NONE:
            if board.order[PLACE, ways.order_of[o]] != NONE:
                put_event(board, ways.release[o], o)


@inner
def arrive(shop: Shop, ways: RouteTable, board: Board, desk: Desk, o: int) -> None:
    """Let operation `o` wait for machines."""
    c = shop.class_of[o]
    desk.link[o, LINK_BEFORE] = NONE
    desk.link[o, LINK_AFTER] = desk.head[c]
    if desk.head[c] != NONE:
        desk.link[desk.head[c], LINK_BEFORE] = o
    desk.head[c] = o
    for row in range(ways.tie_first[c], ways.tie_first[c + 1]):
        board.machine[ways.tie[row], WAITING] += 1


@inner
def listed(shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule) -> int:
    """Fill `desk.taken`; return how many rows. What nothing leads to is left out."""
    begin(shop, ways, board, desk)
    rows = 0
    count = len(ways.before)
    while True:
        while board.note[HEAPED] > 0:
            clock = board.heap[0, WHEN]
            while board.note[HEAPED] > 0 and board.heap[0, WHEN] == clock:
                what = take_event(board)
                if what < count:
                    arrive(shop, ways, board, desk, what)
                else:
                    board.machine[what - count, IS_IDLE] = 1
            k, size = chosen(shop, ways, board, desk, rule, clock)
            while k != NONE:
                rows = run(shop, ways, board, desk, k, size, rows)
                k, size = chosen(shop, ways, board, desk, rule, clock)
        # What is pinned behind all others.
        before = rows
        for k in range(len(shop.machine)):
            if board.machine[k, IS_IDLE] == 1:
                rows = run(shop, ways, board, desk, k, 0, rows)
        if rows == before:
            return rows


@inner
def chosen(
    shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule, clock: int
) -> tuple[int, int]:
    """Return the idle machine that goes first, and how many operations; NONE if none can.

    They are left in `desk.chosen`.
    """
    found = int(np.int64(NONE))
    size = int(np.int64(0))
    best = -np.inf
    for k in range(len(shop.machine)):
        if board.machine[k, IS_IDLE] == 0 or board.machine[k, WAITING] == 0:
            continue
        o, index = first_of(shop, ways, board, desk, rule, k, clock)
        if o != NONE and index > best:
            best, found = index, k
            desk.chosen[0] = o
            size = 1
    if found != NONE and shop.machine[found, MACHINE_PROCESS] != SERIAL:
        size = filled(shop, ways, board, desk, rule, found, clock)
    return found, size


@inner
def index_of(
    shop: Shop, board: Board, desk: Desk, rule: ListingRule, o: int, k: int, clock: int
) -> float:
    """Return how much speaks for making operation `o` now on machine `k`."""
    family = shop.operation[o, OP_FAMILY]
    time = shop.duration[o, k, SHORTEST]
    index = board.base[o] - rule.arrival * board.op[o, READY]
    if rule.look_ahead > 0.0:
        index -= max(0, shop.operation[o, OP_DUE] - time - clock) / rule.look_ahead
    if rule.brevity > 0.0:
        index -= rule.brevity * np.log(float(max(1, time)))
    if rule.changeover > 0.0:
        before = desk.now[k, DESK_SET_UP]
        index -= shop.price[shop.machine[k, MACHINE_GROUP], before, family] / rule.changeover
    return index


@inner
def first_of(
    shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule, k: int, clock: int
) -> tuple[int, float]:
    """Return the operation with the highest index that waits for machine `k`, and the index."""
    found = int(np.int64(NONE))
    best = -np.inf
    group = shop.machine[k, MACHINE_GROUP]
    classes = len(desk.head)
    for row in range(ways.tie_first[classes + k], ways.tie_first[classes + k + 1]):
        c = ways.tie[row]
        if desk.head[c] == NONE:
            continue
        change = shop.minutes[group, desk.now[k, DESK_SET_UP], shop.class_family[c]]
        if change >= IMPOSSIBLE:
            continue
        o = desk.head[c]
        while o != NONE:
            index = index_of(shop, board, desk, rule, o, k, clock)
            if index > best and is_taken(shop, ways, desk, rule, o, k, clock):
                best, found = index, o
            o = desk.link[o, LINK_AFTER]
    return found, best


@inner
def ending(shop: Shop, desk: Desk, o: int, k: int, clock: int) -> int:
    """Return about when operation `o` would end on machine `k`."""
    change = shop.minutes[
        shop.machine[k, MACHINE_GROUP], desk.now[k, DESK_SET_UP], shop.operation[o, OP_FAMILY]
    ]
    return max(desk.now[k, DESK_FREE] + change, clock) + shop.duration[o, k, SHORTEST]


@inner
def is_taken(
    shop: Shop, ways: RouteTable, desk: Desk, rule: ListingRule, o: int, k: int, clock: int
) -> bool:
    """Tell whether machine `k` takes operation `o`: no other ends it sooner or far faster."""
    end = ending(shop, desk, o, k, clock)
    time = shop.duration[o, k, SHORTEST]
    c = shop.class_of[o]
    for row in range(ways.tie_first[c], ways.tie_first[c + 1]):
        other = ways.tie[row]
        if other == k:
            continue
        if time > rule.patience * shop.duration[o, other, SHORTEST]:
            return False
        if desk.now[other, DESK_FREE] < NEVER and ending(shop, desk, o, other, clock) < end:
            return False
    return True


@inner
def filled(
    shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule, k: int, clock: int
) -> int:
    """Add to the first of `desk.chosen` what has arrived of its family; return how many."""
    first = desk.chosen[0]
    family = shop.operation[first, OP_FAMILY]
    count = 0
    classes = len(desk.head)
    for row in range(ways.tie_first[classes + k], ways.tie_first[classes + k + 1]):
        c = ways.tie[row]
        if shop.class_family[c] != family:
            continue
        o = desk.head[c]
        while o != NONE and count < MOST_BATCH:
            desk.rows[count] = o
            desk.worth[count] = (
                np.inf if o == first else index_of(shop, board, desk, rule, o, k, clock)
            )
            count += 1
            o = desk.link[o, LINK_AFTER]
    size = fill(shop, desk, k, count)
    for i in range(size):
        desk.chosen[i] = desk.rows[i]
    return size


@inner
def run(
    shop: Shop, ways: RouteTable, board: Board, desk: Desk, k: int, size: int, rows: int
) -> int:
    """Let machine `k` run what is chosen, or what is pinned to begin before; return the rows."""
    end, window = int(np.int64(NEVER)), desk.now[k, DESK_WINDOW]
    if size:
        end, window = ended(shop, desk, k, size)
    pin = next_pinned(shop, k, desk.now[k, DESK_NEXT_PIN])
    desk.now[k, DESK_NEXT_PIN] = pin
    if pin < len(shop.pinned) and end > shop.operation[shop.pinned[pin], OP_PIN]:
        desk.now[k, DESK_NEXT_PIN] = pin + 1
        o, size = shop.pinned[pin], 1
        desk.chosen[0] = o
        end = shop.operation[o, OP_PIN] + shop.duration[o, k, SHORTEST]
        window = desk.now[k, DESK_WINDOW]
    board.machine[k, IS_IDLE] = 0
    if end >= NEVER:
        # Nothing fits any more.
        desk.now[k, DESK_FREE] = NEVER
        return rows
    family = shop.operation[desk.chosen[0], OP_FAMILY]
    group = shop.machine[k, MACHINE_GROUP]
    board.note[CHARGE] += ways.charge[group, desk.now[k, DESK_SET_UP], family]
    for i in range(size):
        c = shop.class_of[desk.chosen[i]]
        if c != NONE:
            for row in range(ways.tie_first[c], ways.tie_first[c + 1]):
                board.machine[ways.tie[row], WAITING] -= 1
    rows = take(shop, desk, k, size, rows)
    desk.now[k, DESK_WINDOW] = window
    desk.now[k, DESK_FREE] = end
    board.note[LAST_END] = max(board.note[LAST_END], end)
    put_event(board, end, len(ways.before) + k)
    for i in range(size):
        hand_on(shop, ways, board, desk.chosen[i], end)
    return rows


@inner
def hand_on(shop: Shop, ways: RouteTable, board: Board, o: int, end: int) -> None:
    """Note that operation `o` is complete at `end`; what follows it may then arrive."""
    r = ways.order_of[o]
    board.order[COMPLETE, r] = max(board.order[COMPLETE, r], end)
    for link in range(ways.after_first[o], ways.after_first[o + 1]):
        follower = ways.after[link, 0]
        board.op[follower, READY] = max(board.op[follower, READY], end + ways.after[link, 1])
        shop.operation[follower, OP_RELEASE] = board.op[follower, READY]
        board.op[follower, LEFT_BEFORE] -= 1
        if board.op[follower, LEFT_BEFORE] == 0 and shop.class_of[follower] != NONE:
            put_event(board, board.op[follower, READY], follower)


@inner
def listed_cost(ways: RouteTable, board: Board) -> int:
    """Return about what was listed costs."""
    cost = ways.makespan * board.note[LAST_END] + board.note[CHARGE]
    for r in range(len(ways.order)):
        done = board.order[COMPLETE, r]
        if done == 0:
            continue
        cost += ways.order[r, ORDER_FLOW] * (done - ways.order[r, ORDER_RELEASE])
        late = done - ways.order[r, ORDER_DUE]
        if late > 0:
            cost += ways.order[r, ORDER_LATE] * late + ways.order[r, ORDER_TARDY]
    return cost


@entry
def list_once(shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule) -> int:
    """Fill `desk.taken` by `rule`; return how many rows."""
    return listed(shop, ways, board, desk, rule)


# -------------------------------------------------------------------------- sequences and indices


@inner
def draw_below(board: Board, count: int) -> int:
    """Return a random whole number in [0, count) (xorshift; Marsaglia 2003)."""
    x = np.uint64(board.note[RANDOM])
    x ^= x << _S13
    x ^= x >> _S7
    x ^= x << _S17
    board.note[RANDOM] = np.int64(x)
    return int((np.int64(x >> _S33) * count) >> 31)


@inner
def draw(board: Board) -> float:
    """Return a random number in (0, 1]."""
    return (1.0 + draw_below(board, DRAWN_FROM)) / DRAWN_FROM


@inner
def follow_sequence(ways: RouteTable, board: Board, count: int) -> None:
    """Let indices begin with the places of the first `count` orders; no others are there."""
    for r in range(len(ways.order)):
        board.order[PLACE, r] = NONE
    for i in range(count):
        board.order[PLACE, board.order[SEQUENCE, i]] = i
    for o in range(len(ways.before)):
        board.base[o] = -float(board.order[PLACE, ways.order_of[o]])


@inner
def shift(board: Board, old: int, new: int) -> None:
    """Move the order at place `old` of the sequence to place `new`."""
    r = board.order[SEQUENCE, old]
    while old < new:
        board.order[SEQUENCE, old] = board.order[SEQUENCE, old + 1]
        old += 1
    while old > new:
        board.order[SEQUENCE, old] = board.order[SEQUENCE, old - 1]
        old -= 1
    board.order[SEQUENCE, old] = r


@entry
def insert_next(
    shop: Shop, ways: RouteTable, board: Board, desk: Desk, rule: ListingRule, first: int, last: int
) -> int:
    """Put the orders at places [first, last) one by one where they cost least; return the cost.

    Indices follow the sequence at the end.
    """
    least = int(np.int64(2**62))
    for count in range(first, last):
        least = int(np.int64(2**62))
        best = count
        for place in range(count, -1, -1):
            follow_sequence(ways, board, count + 1)
            listed(shop, ways, board, desk, rule)
            cost = listed_cost(ways, board)
            if cost < least:
                least, best = cost, place
            if place > 0:
                shift(board, place, place - 1)
        shift(board, 0, best)
        follow_sequence(ways, board, count + 1)
    return least


@entry
def change_indices(
    shop: Shop,
    ways: RouteTable,
    board: Board,
    desk: Desk,
    rule: ListingRule,
    now: int,
    temperature: float,
    rounds: int,
    width: float,
) -> int:
    """Change indices by at most `width`, `rounds` times; return the cost at the end.

    Those of an order, or of one of its operations alone. What costs `temperature` more is kept
    about once in three times. Whatever costs less than `board.note[LEAST]` is left in `board.best`,
    and its cost there.
    """
    orders, count = len(ways.order), len(ways.before)
    for _ in range(rounds):
        change = width * (2.0 * draw(board) - 1.0)
        one = draw_below(board, count)
        alone = draw_below(board, ALONE_ONCE) == 0
        r = ways.order_of[one] if alone else draw_below(board, orders)
        change_index(ways, board, r, one if alone else NO_ONE, change)
        listed(shop, ways, board, desk, rule)
        cost = listed_cost(ways, board)
        if cost < board.note[LEAST]:
            board.note[LEAST] = cost
            for o in range(count):
                board.best[o] = board.base[o]
        if cost - now <= -temperature * np.log(draw(board)):
            now = cost
        else:
            change_index(ways, board, r, one if alone else NO_ONE, -change)
    return now


@inner
def change_index(ways: RouteTable, board: Board, r: int, one: int, change: float) -> None:
    """Change the index of operation `one`, or of all of order `r` if that is NO_ONE."""
    if one != NONE:
        board.base[one] += change
        return
    for o in range(len(ways.before)):
        if ways.order_of[o] == r:
            board.base[o] += change
