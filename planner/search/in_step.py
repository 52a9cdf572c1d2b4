"""Sequences in which orders pass all stages one after the other, for what must not wait long.

Rules that list stage by stage let orders overtake each other between two stages. Where an operation
has to follow soon, whatever stands between the two makes it wait too long, or holds back all that
comes before. In one order for all stages there is little between.
"""

import numpy as np

from planner.arrays import NEVER, Arrays, Sequences
from planner.domain import IntArray
from planner.routes import along_routes, without_most_waits
from planner.search import kernels
from planner.search.baselines import dispatched
from planner.search.kernels import columns
from planner.search.state import load, new_state


def in_step(arrays: Arrays, sequences: Sequences) -> Sequences:
    """Return sequences in which orders pass every stage in the order in which they are complete.

    When that is, `sequences` say, as if everything could wait for ever.
    """
    ends = _ends(without_most_waits(arrays), sequences)
    orders = int(arrays.order.max(initial=-1)) + 1
    complete = np.full(orders, -1, dtype=np.int64)
    np.maximum.at(complete, arrays.order, ends)
    by_order = np.lexsort((ends, arrays.order, complete[arrays.order]))
    sequence = np.array(along_routes(arrays, by_order), dtype=np.int64)
    return dispatched(arrays, sequence, joins=True)


def _ends(arrays: Arrays, sequences: Sequences) -> IntArray:
    """Return when each operation ends at its earliest; NEVER where it is not planned."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    kernels.record_times(state)
    ends = state.op[:, columns.OP_END].copy()
    ends[ends < 0] = NEVER
    return ends
