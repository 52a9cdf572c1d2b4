"""Routes for the search: what follows what, how long the rest of a route takes, and in which order.

Also lays out what a `CoupledState` knows beside a `State`.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any, cast

import numpy as np

from planner.arrays import NEVER, NO_MAXIMUM, NONE, Arrays
from planner.domain import TERMS, IntArray
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
    CoupledState,
)

ROUTE_LOG_WIDTH = 5


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
    note[HAS_MOST_WAITS] = (arrays.most_wait < NEVER).any()
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
    )
    # It has all fields of a State, under the same names.
    return cast(State, made)


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
    weight = dict(zip(TERMS, arrays.weights.tolist(), strict=True))
    last = _completes(arrays)
    final = last[np.argsort(arrays.order[last], kind="stable")]
    numbers = np.bincount(arrays.order[final], minlength=count)
    order = np.zeros((count, ORDER_COLUMNS), dtype=np.int64)
    order[:, FINAL_LAST] = np.cumsum(numbers)
    order[:, FINAL_FIRST] = order[:, FINAL_LAST] - numbers
    own = arrays.order
    order[own, ORDER_DUE], order[own, ORDER_RELEASE] = arrays.due, arrays.release
    order[own, ORDER_LATE] = arrays.weight * weight["tardiness"]
    order[own, ORDER_TARDY] = arrays.weight * weight["tardy_orders"]
    order[own, ORDER_FLOW] = arrays.weight * weight["flow_time"]
    return final, order


def _completes(arrays: Arrays) -> IntArray:
    """Return the operations that no other of their order follows."""
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    inside = arrays.order[into] == arrays.order[arrays.before]
    followed = np.zeros(len(arrays.order), dtype=bool)
    followed[arrays.before[inside]] = True
    return np.flatnonzero(~followed)


def followers(arrays: Arrays) -> tuple[IntArray, IntArray]:
    """Return what follows each operation: those of k are `after[first[k] : first[k + 1]]`."""
    count = len(arrays.order)
    into = np.repeat(np.arange(count), np.diff(arrays.before_first))
    by_before = np.argsort(arrays.before, kind="stable")
    numbers = np.bincount(arrays.before, minlength=count)
    first = np.concatenate(([0], np.cumsum(numbers))).astype(np.int64)
    return first, into[by_before].astype(np.int64)


def least_durations(arrays: Arrays) -> IntArray:
    """Return the shortest time of each operation on any machine, 0 where it has none."""
    times = np.where(arrays.shortest == NONE, NO_MAXIMUM, arrays.shortest).min(
        axis=1, initial=NO_MAXIMUM
    )
    return np.where(times == NO_MAXIMUM, 0, times).astype(np.int64)


def tails(arrays: Arrays) -> IntArray:
    """Return how much working and least waiting time follows each operation on its route."""
    times = least_durations(arrays)
    first, after = followers(arrays)
    wait = _least_wait_into(arrays)
    tail = np.zeros(len(times), dtype=np.int64)
    for k in reversed(along_routes(arrays, np.arange(len(times)))):
        own = after[first[k] : first[k + 1]]
        if len(own):
            tail[k] = int((wait[own] + times[own] + tail[own]).max())
    return tail


def heads(arrays: Arrays) -> IntArray:
    """Return when each operation can start at the earliest by releases and routes alone."""
    times = least_durations(arrays)
    head = arrays.release.copy()
    for k in along_routes(arrays, np.arange(len(times))):
        links = slice(arrays.before_first[k], arrays.before_first[k + 1])
        before = arrays.before[links]
        if len(before):
            done = head[before] + times[before] + arrays.least_wait[links]
            head[k] = max(int(head[k]), int(done.max()))
    return head


def _least_wait_into(arrays: Arrays) -> IntArray:
    wait = np.zeros(len(arrays.order), dtype=np.int64)
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    np.maximum.at(wait, into, arrays.least_wait)
    return wait


def due_here(arrays: Arrays) -> IntArray:
    """Return by when each operation must be complete for its order to be on time, or NEVER."""
    return np.where(arrays.due < NEVER, arrays.due - tails(arrays), NEVER)


def along_routes(arrays: Arrays, sequence: Sequence[int] | IntArray) -> list[int]:
    """Return all operations of `sequence` in its order, but none before those it comes after."""
    listed = np.asarray(sequence).tolist()
    if not len(arrays.before):
        return list(listed)
    place = {operation: k for k, operation in enumerate(listed)}
    first, after = followers(arrays)
    open_links = {
        k: sum(
            int(b) in place
            for b in arrays.before[arrays.before_first[k] : arrays.before_first[k + 1]]
        )
        for k in listed
    }
    ready = [place[k] for k in listed if not open_links[k]]
    heapify(ready)
    found = []
    while ready:
        k = listed[heappop(ready)]
        found.append(k)
        for follower in after[first[k] : first[k + 1]].tolist():
            if follower in place:
                open_links[follower] -= 1
                if not open_links[follower]:
                    heappush(ready, place[follower])
    return found
