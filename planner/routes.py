"""What routes say of a scenario's arrays: what follows what, how early, and how much comes after.

Shortest times stand in for machines that are not chosen yet, so that all here are least values.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from planner.arrays import NEVER, NO_MAXIMUM, NONE, SERIAL, Arrays
from planner.domain import IntArray


def completing(arrays: Arrays) -> IntArray:
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


def leading_to(arrays: Arrays, operation: int) -> list[int]:
    """Return the operations that must be complete before `operation`, at once or earlier."""
    found: dict[int, None] = {}
    open_ends = [operation]
    while open_ends:
        k = open_ends.pop()
        before = arrays.before[arrays.before_first[k] : arrays.before_first[k + 1]].tolist()
        open_ends += [each for each in before if each not in found]
        found |= dict.fromkeys(before)
    return list(found)


def least_durations(arrays: Arrays) -> IntArray:
    """Return the shortest time of each operation on any machine, 0 where it has none."""
    times = np.where(arrays.shortest == NONE, NO_MAXIMUM, arrays.shortest).min(
        axis=1, initial=NO_MAXIMUM
    )
    return np.where(times == NO_MAXIMUM, 0, times).astype(np.int64)


def tails(arrays: Arrays) -> IntArray:
    """Return how much working and least waiting time follows each operation on its route."""
    times = least_durations(arrays)
    first, after = (each.tolist() for each in followers(arrays))
    taken = (_least_wait_into(arrays) + times).tolist()
    tail = [0] * len(taken)
    for k in reversed(along_routes(arrays, np.arange(len(taken)))):
        own = after[first[k] : first[k + 1]]
        tail[k] = max((taken[each] + tail[each] for each in own), default=0)
    return np.array(tail, dtype=np.int64)


def heads(arrays: Arrays) -> IntArray:
    """Return when each operation can start at the earliest by releases and routes alone."""
    times = least_durations(arrays).tolist()
    head = arrays.release.tolist()
    first, before, wait = (
        each.tolist() for each in (arrays.before_first, arrays.before, arrays.least_wait)
    )
    for k in along_routes(arrays, np.arange(len(times))):
        for link in range(first[k], first[k + 1]):
            what = before[link]
            head[k] = max(head[k], head[what] + times[what] + wait[link])
    return np.array(head, dtype=np.int64)


def _least_wait_into(arrays: Arrays) -> IntArray:
    wait = np.zeros(len(arrays.order), dtype=np.int64)
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    np.maximum.at(wait, into, arrays.least_wait)
    return wait


def due_here(arrays: Arrays) -> IntArray:
    """Return by when each operation must be complete for its order to be on time, or NEVER."""
    return np.where(arrays.due < NEVER, arrays.due - tails(arrays), NEVER)


def has_most_waits(arrays: Arrays) -> bool:
    """Tell whether any operation must not wait longer than so long for another."""
    return bool((arrays.most_wait < NEVER).any())


def without_most_waits(arrays: Arrays) -> Arrays:
    """Return `arrays` in which everything may wait for ever."""
    return arrays._replace(most_wait=np.full_like(arrays.most_wait, NEVER))


def along_routes(arrays: Arrays, sequence: Sequence[int] | IntArray) -> list[int]:
    """Return all operations of `sequence` in its order, but none before those it comes after."""
    listed = np.asarray(sequence).tolist()
    if not len(arrays.before):
        return list(listed)
    place = {operation: k for k, operation in enumerate(listed)}
    first, after = (each.tolist() for each in followers(arrays))
    before_first, before = arrays.before_first.tolist(), arrays.before.tolist()
    open_links = {
        k: sum(b in place for b in before[before_first[k] : before_first[k + 1]]) for k in listed
    }
    ready = [place[k] for k in listed if not open_links[k]]
    heapify(ready)
    found = []
    while ready:
        k = listed[heappop(ready)]
        found.append(k)
        for follower in after[first[k] : first[k + 1]]:
            if follower in place:
                open_links[follower] -= 1
                if not open_links[follower]:
                    heappush(ready, place[follower])
    return found


def relaxed(arrays: Arrays) -> Arrays:
    """Return `arrays` without routes and without what machines share.

    No schedule in them costs more than the one with them.

    Operations are released when their routes let them start at the earliest. Of each order one
    operation that completes it counts: the one that can end last.
    """
    head = heads(arrays)
    last = completing(arrays)
    ends = head[last] + least_durations(arrays)[last]
    counted = np.zeros(len(head), dtype=bool)
    by_order = np.lexsort((ends, arrays.order[last]))
    orders = arrays.order[last][by_order]
    is_last = np.append(orders[1:] != orders[:-1], True) if len(orders) else np.zeros(0, dtype=bool)
    counted[last[by_order][is_last]] = True
    none = np.zeros(0, dtype=np.int64)
    return arrays._replace(
        release=head,
        weight=np.where(counted, arrays.weight, 0),
        due=np.where(counted, arrays.due, NEVER),
        before_first=np.zeros(len(head) + 1, dtype=np.int64),
        before=none,
        least_wait=none,
        most_wait=none,
        order=np.arange(len(head)),
        hand_on=np.zeros_like(arrays.hand_on),
        in_a_row=np.full_like(arrays.in_a_row, NEVER),
        need=arrays.need[:0],
        run_needs=arrays.run_needs[:0],
        family_needs=arrays.family_needs[:0],
    )


def tied_by_routes(arrays: Arrays) -> list[list[int]]:
    """Return the operations in groups: what is of one order or on one route is in one."""
    group = list(range(len(arrays.order)))

    def root(k: int) -> int:
        while group[k] != k:
            group[k] = group[group[k]]
            k = group[k]
        return k

    first_of: dict[int, int] = {}
    into = np.repeat(np.arange(len(group)), np.diff(arrays.before_first)).tolist()
    ties = [(k, first_of.setdefault(order, k)) for k, order in enumerate(arrays.order.tolist())]
    for one, other in (*ties, *zip(into, arrays.before.tolist(), strict=True)):
        group[root(one)] = root(other)
    members: dict[int, list[int]] = {}
    for k in range(len(group)):
        members.setdefault(root(k), []).append(k)
    return list(members.values())


def may_prove(arrays: Arrays) -> bool:
    """Tell whether least times are enough for every best schedule.

    A batch that lasts longer than it must may help where something must not wait too long.
    """
    if not has_most_waits(arrays):
        return True
    together = arrays.process != SERIAL
    known = arrays.shortest[:, together] != NONE
    return not (known & (arrays.longest[:, together] > arrays.shortest[:, together])).any()
