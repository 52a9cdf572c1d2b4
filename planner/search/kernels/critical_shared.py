"""Moves on the way that makes something late, where a batch waits for what another one takes.

A batch that begins when another gives a resource back, or a machine is set up for something else,
waits for that one. It comes earlier if it stands before the other in the line, or the other stands
elsewhere.
"""

from planner.arrays import NEVER, NONE
from planner.search.kernels.chance import below
from planner.search.kernels.columns import BATCH_FIRST, OP_BATCH
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import (
    RANK,
    ROUTE_START,
    CoupledState,
    highest_before,
    lowest_after,
    set_rank,
)
from planner.search.kernels.critical import critical_operation, place_about
from planner.search.kernels.lining import rank_between
from planner.search.kernels.links import mark_dirty
from planner.search.kernels.operation_moves import put_alone
from planner.search.kernels.waiting import waits_for

# The moves: the batch comes before what it waits for; that comes behind the batch; that goes to
# another place.
SOONER, LATER_IN_LINE = 0, 1
MOVES = 3


@inner
def move_waiting(s: CoupledState) -> bool:
    """Change who comes first of a batch on a critical way and what it waits for; False if none."""
    o = critical_operation(s)
    if o == NONE or s.op[o, OP_BATCH] == NONE:
        return False
    b = s.op[o, OP_BATCH]
    c = waits_for(s, b)
    if c == NONE or c == b:
        return False
    kind = below(s, MOVES)
    if kind == SOONER:
        return rank_anew(s, b, highest_before(s, b), s.queue[RANK, c])
    if kind == LATER_IN_LINE:
        return rank_anew(s, c, s.queue[RANK, b], lowest_after(s, c))
    moved = s.batch[c, BATCH_FIRST]
    before = place_about(s, moved, s.route[moved, ROUTE_START])
    if before == NONE:
        return False
    return put_alone(s, moved, before)


@inner
def rank_anew(s: CoupledState, b: int, low: int, high: int) -> bool:
    """Give batch `b` a rank between two others; False where there is none."""
    if high >= NEVER:
        high = low + 2
    if high <= low + 1:
        return False
    if not set_rank(s, b, rank_between(s, low, high)):
        return False
    mark_dirty(s, b)
    return True
