"""What orders and changeovers cost."""

import numpy as np

from planner.arrays import NEVER, NONE, SERIAL
from planner.search.kernels.columns import (
    AFTER,
    DEADLINE,
    DUE,
    END,
    FAMILIES,
    FIRST,
    FLOW_COST,
    GROUP,
    LATE_COST,
    PIECE_AFTER,
    PIECE_COST,
    PIECE_SLOPE,
    PIECE_UNTIL,
    PROCESS,
    READY,
    TARDY_COST,
    W_COST,
    W_MINUTES,
    State,
)
from planner.search.kernels.compiling import inner, tight


@tight
def order_cost(s: State, o: int, end: int) -> int:
    """Return tardiness, tardy and flow cost of operation `o` when it completes at `end`."""
    cost = s.op[o, FLOW_COST] * (end - s.op[o, READY])
    late = end - s.op[o, DUE]
    if late > 0:
        cost += s.op[o, LATE_COST] * late + s.op[o, TARDY_COST]
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
    o = s.batch[b, FIRST]
    while o != NONE:
        if end > s.op[o, DEADLINE]:
            return -1
        until = min(until, s.op[o, DEADLINE])
        due = s.op[o, DUE]
        slope += s.op[o, FLOW_COST]
        constant -= s.op[o, FLOW_COST] * s.op[o, READY]
        if end > due:
            after = max(after, due)
            slope += s.op[o, LATE_COST]
            constant += s.op[o, TARDY_COST] - s.op[o, LATE_COST] * due
        else:
            until = min(until, due)
        o = s.op[o, AFTER]
    now = s.batch[b, END]
    if not s.batch[b, PIECE_AFTER] < now <= s.batch[b, PIECE_UNTIL]:
        s.batch[b, PIECE_AFTER] = after
        s.batch[b, PIECE_UNTIL] = until
        s.batch[b, PIECE_COST] = constant
        s.batch[b, PIECE_SLOPE] = slope
    return constant + slope * end


@inner
def dearer(s: State, o: int, end: int, other_end: int) -> int:
    """Return what operation `o` costs more at `end` than at `other_end`."""
    return order_cost(s, o, end) - order_cost(s, o, other_end)


@tight
def changeover_place(s: State, k: int, state: int, family: int) -> int:
    """Return where `change` has units, then cost, of machine `k` from family `state` on."""
    families = s.total[FAMILIES]
    return ((s.machine[k, GROUP] * (families + 1) + state) * families + family) * 2


@inner
def changeover_price(s: State, k: int, state: int, family: int) -> int:
    """Return what a changeover of machine `k` weighs; its time counts even where it is free."""
    place = changeover_place(s, k, state, family)
    return (s.total[W_MINUTES] + 1) * s.change[place] + s.total[W_COST] * s.change[place + 1]


@tight
def is_single(s: State, k: int, family: int) -> bool:
    """Tell whether a second operation in a batch saves nothing: serial, and a free diagonal."""
    if s.machine[k, PROCESS] != SERIAL:
        return False
    place = changeover_place(s, k, family, family)
    return s.change[place] == 0 and s.change[place + 1] == 0
