"""The layout of what a `CoupledState` knows beside a `State`."""

from typing import Any, cast

import numpy as np

from planner.arrays import NONE, Arrays, weights_of
from planner.domain import IntArray
from planner.routes import completing, due_here, followers, has_most_waits
from planner.search import kernels
from planner.search.kernels import columns
from planner.search.kernels.columns import State
from planner.search.kernels.coupled import (
    BEFORE_ITSELF,
    EARLIEST,
    FINAL_FIRST,
    FINAL_LAST,
    HAS_MOST_WAITS,
    IS_OUT,
    NOTES,
    ORDER,
    ORDER_COLUMNS,
    ORDER_DUE,
    ORDER_FLOW,
    ORDER_LATE,
    ORDER_RELEASE,
    ORDER_TARDY,
    QUEUE_ROWS,
    ROUTE_COLUMNS,
    ROUTE_END,
    ROUTE_LOG_WIDTH,
    CoupledState,
)
from planner.search.kernels.shared_state import APPENDS
from planner.search.sharing import shared


def coupled(state: State, arrays: Arrays) -> State:
    """Return `state` as a `CoupledState` with the routes of `arrays`.

    There orders cost something, not operations.
    """
    count, orders = len(arrays.order), int(arrays.order.max(initial=-1)) + 1
    state.op[:, [columns.OP_LATE_COST, columns.OP_TARDY_COST, columns.OP_FLOW_COST]] = 0
    state.op[:, columns.OP_DUE] = due_here(arrays)
    after_first, after = followers(arrays)
    final, order = _orders(arrays, orders)
    route = np.full((count, ROUTE_COLUMNS), NONE, dtype=np.int64)
    route[:, ORDER], route[:, EARLIEST] = arrays.order, arrays.release
    note = np.zeros(NOTES, dtype=np.int64)
    note[HAS_MOST_WAITS] = has_most_waits(arrays)
    made = CoupledState(
        *state,
        before_first=arrays.before_first,
        before=np.stack((arrays.before, arrays.least_wait, arrays.most_wait), axis=1),
        after_first=after_first,
        after=after,
        final=final,
        hand_on=arrays.hand_on,
        route=route,
        order=order,
        queue=np.zeros((QUEUE_ROWS, len(state.batch)), dtype=np.int64),
        route_log=np.zeros((count + orders, ROUTE_LOG_WIDTH), dtype=np.int64),
        rank_log=np.zeros((4 * len(state.batch), 2), dtype=np.int64),
        note=note,
        shared=shared(arrays, len(state.batch)),
    )
    # It has all fields of a State, under the same names.
    return cast(State, made)


def append_new(state: Any, *, appends: bool) -> None:
    """Let new batches come last in the order in which batches begin, or anywhere."""
    if isinstance(state, CoupledState):
        state.shared[APPENDS] = appends


def hold_until(state: Any, moments: IntArray) -> None:
    """Let no operation begin before its moment, which holds its release; they are timed later."""
    if isinstance(state, CoupledState):
        state.route[:, EARLIEST] = moments


def completions(state: Any) -> IntArray:
    """Return when each operation of a loaded state completes, NONE where it is not timed.

    Where machines depend on each other that is known; else all is timed once more to tell.
    """
    if isinstance(state, CoupledState):
        return state.route[:, ROUTE_END]
    kernels.record_times(state)
    return cast(IntArray, state.op[:, columns.OP_END])


def circling(state: Any) -> set[int]:
    """Return the operations in batches that `state` leaves out because they come before themselves.

    Also those that come after such batches.
    """
    if not isinstance(state, CoupledState):
        return set()
    batch = state.op[:, columns.OP_BATCH]
    out = state.queue[IS_OUT, batch] == BEFORE_ITSELF
    return set(np.flatnonzero(out & (batch != NONE)).tolist())


def _orders(arrays: Arrays, count: int) -> tuple[IntArray, IntArray]:
    """Return the operations that complete an order, order by order, and the table of orders."""
    weights = weights_of(arrays)
    last = completing(arrays)
    final = last[np.argsort(arrays.order[last], kind="stable")]
    numbers = np.bincount(arrays.order[final], minlength=count)
    order = np.zeros((count, ORDER_COLUMNS), dtype=np.int64)
    order[:, FINAL_LAST] = np.cumsum(numbers)
    order[:, FINAL_FIRST] = order[:, FINAL_LAST] - numbers
    own = arrays.order
    order[own, ORDER_DUE], order[own, ORDER_RELEASE] = arrays.due, arrays.release
    order[own, ORDER_LATE] = arrays.weight * weights.tardiness
    order[own, ORDER_TARDY] = arrays.weight * weights.tardy_orders
    order[own, ORDER_FLOW] = arrays.weight * weights.flow_time
    return final, order
