"""What orders and changeovers cost."""

import numpy as np

from planner.arrays import NEVER, NONE, SERIAL
from planner.search.kernels.columns import (
    BATCH_END,
    BATCH_FIRST,
    BATCH_PIECE_AFTER,
    BATCH_PIECE_COST,
    BATCH_PIECE_SLOPE,
    BATCH_PIECE_UNTIL,
    BATCHES_COUNT,
    CHANGE_COST,
    CHANGE_UNITS,
    CHANGE_WIDTH,
    FAMILY_COUNT,
    MACHINE_GROUP,
    MACHINE_PROCESS,
    OP_AFTER,
    OP_DEADLINE,
    OP_DUE,
    OP_FLOW_COST,
    OP_LATE_COST,
    OP_RELEASE,
    OP_STOOD,
    OP_STOOD_FROM,
    OP_STOOD_UNTIL,
    OP_TARDY_COST,
    WEIGHT_CHANGEOVER_COST,
    WEIGHT_CHANGEOVER_MINUTES,
    WEIGHT_MOVED,
    State,
)
from planner.search.kernels.compiling import inner, tight


@tight
def order_cost(s: State, o: int, end: int) -> int:
    """Return tardiness, tardy and flow cost of operation `o` when it completes at `end`."""
    cost = s.op[o, OP_FLOW_COST] * (end - s.op[o, OP_RELEASE])
    late = end - s.op[o, OP_DUE]
    if late > 0:
        cost += s.op[o, OP_LATE_COST] * late + s.op[o, OP_TARDY_COST]
    return cost


@tight
def orders_cost(s: State, b: int, end: int) -> int:
    """Return the cost of the orders of batch `b` when all complete at `end`; -1 if one must not.

    Between two due dates that cost is a straight line in the end. The line is kept, unless the
    one that is kept holds for the end that the batch has now, which most moves come back to.
    """
    after = int(np.int64(-NEVER))
    until = int(np.int64(NEVER))
    constant = int(np.int64(0))
    slope = int(np.int64(0))
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        if end > s.op[o, OP_DEADLINE]:
            return -1
        until = min(until, s.op[o, OP_DEADLINE])
        due = s.op[o, OP_DUE]
        slope += s.op[o, OP_FLOW_COST]
        constant -= s.op[o, OP_FLOW_COST] * s.op[o, OP_RELEASE]
        if end > due:
            after = max(after, due)
            slope += s.op[o, OP_LATE_COST]
            constant += s.op[o, OP_TARDY_COST] - s.op[o, OP_LATE_COST] * due
        else:
            until = min(until, due)
        o = s.op[o, OP_AFTER]
    now = s.batch[b, BATCH_END]
    if not s.batch[b, BATCH_PIECE_AFTER] < now <= s.batch[b, BATCH_PIECE_UNTIL]:
        s.batch[b, BATCH_PIECE_AFTER] = after
        s.batch[b, BATCH_PIECE_UNTIL] = until
        s.batch[b, BATCH_PIECE_COST] = constant
        s.batch[b, BATCH_PIECE_SLOPE] = slope
    return constant + slope * end


@inner
def moved_cost(s: State, o: int, k: int, start: int) -> int:
    """Return what it costs that operation `o` starts at `start` on machine `k`, if it is moved.

    Where moving costs something, what starts later may cost less: it may have been too early.
    """
    if s.op[o, OP_STOOD_UNTIL] == NEVER:
        return 0
    if s.op[o, OP_STOOD] == k and s.op[o, OP_STOOD_FROM] <= start <= s.op[o, OP_STOOD_UNTIL]:
        return 0
    return s.scalar[WEIGHT_MOVED]


@inner
def moved_together(s: State, b: int, k: int, start: int) -> int:
    """Return what it costs that all of batch `b` starts at `start` on machine `k`."""
    cost = 0
    o = s.batch[b, BATCH_FIRST]
    while o != NONE:
        cost += moved_cost(s, o, k, start)
        o = s.op[o, OP_AFTER]
    return cost


@inner
def extra_cost(s: State, o: int, end: int, other_end: int) -> int:
    """Return what operation `o` costs more at `end` than at `other_end`."""
    return order_cost(s, o, end) - order_cost(s, o, other_end)


@tight
def changeover_place(s: State, k: int, set_up: int, family: int) -> int:
    """Return where `change` has the changeover of machine `k` from `set_up` to `family`."""
    families = s.scalar[FAMILY_COUNT]
    return (
        (s.machine[k, MACHINE_GROUP] * (families + 1) + set_up) * families + family
    ) * CHANGE_WIDTH


@inner
def changeover_price(s: State, k: int, set_up: int, family: int) -> int:
    """Return what a changeover of machine `k` weighs; its time counts even where it is free."""
    place = changeover_place(s, k, set_up, family)
    return (s.scalar[WEIGHT_CHANGEOVER_MINUTES] + 1) * s.change[place + CHANGE_UNITS] + s.scalar[
        WEIGHT_CHANGEOVER_COST
    ] * s.change[place + CHANGE_COST]


@tight
def is_single(s: State, k: int, family: int) -> bool:
    """Tell whether a second operation in a batch saves nothing: serial, and a free diagonal.

    Nowhere, where batches count: by what they need, or how many there are in a row.
    """
    if s.machine[k, MACHINE_PROCESS] != SERIAL or s.scalar[BATCHES_COUNT] != 0:
        return False
    place = changeover_place(s, k, family, family)
    return s.change[place + CHANGE_UNITS] == 0 and s.change[place + CHANGE_COST] == 0
