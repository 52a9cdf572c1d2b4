"""Whether times matter on a track: where they do not, the model is a pure sequencing problem."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.arrays import NEVER, NONE, SERIAL, Arrays, is_coupled, weights_of
from planner.cpsat.batch_places import BatchPlace, Link
from planner.cpsat.frames import Track
from planner.cpsat.variables import DEPOT
from planner.domain import IntArray

# Above this the closure below costs more than the times would.
MOST_PLACES = 500


def times_matter(
    arrays: Arrays, track: Track, places: Sequence[BatchPlace], links: Sequence[Link]
) -> bool:
    """Return whether times on `track` can break a rule or change the cost.

    They cannot where each operation, behind the latest release and all the work of everything
    that may come before it, still ends within its limit. Only serial tracks are looked at.
    """
    if is_coupled(arrays) or not _may_be_timeless(arrays, track, places):
        return True
    before = _reachable(len(places), links)
    into, out_of = _longest_changeovers(len(places), links)
    earliest = np.array([place.earliest for place in places])
    work = np.array([place.shortest for place in places])
    for head, place in enumerate(places):
        ahead = before[:, head]
        ready = max(int(earliest[ahead].max(initial=0)), place.earliest)
        # Each place is entered once and left once, so either side bounds the changeovers.
        changeovers = min(
            into[:-1][ahead].sum() + into[head], out_of[:-1][ahead].sum() + out_of[DEPOT]
        )
        done = ready + int(work[ahead].sum()) + int(work[head]) + int(changeovers)
        if done > track.clock.position(min(_limit(arrays, o) for o in place.members)):
            return True
    return False


def _longest_changeovers(count: int, links: Sequence[Link]) -> tuple[IntArray, IntArray]:
    """Return the longest changeover into and out of each place; the last entry is the depot's."""
    into, out_of = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    for link in links:
        if link.head != DEPOT:
            into[link.head] = max(into[link.head], link.minutes)
            out_of[link.tail] = max(out_of[link.tail], link.minutes)
    return into, out_of


def _may_be_timeless(arrays: Arrays, track: Track, places: Sequence[BatchPlace]) -> bool:
    weights = weights_of(arrays)
    operations = [place.members[0] for place in places]
    return bool(
        arrays.process[track.machine] == SERIAL
        and track.follower is None
        and len(places) <= MOST_PLACES
        and (track.clock.pausable or len(track.clock.starts) == 1)
        and (arrays.pin_start[operations] == NONE).all()
        and weights.makespan == 0
        and weights.flow_time == 0
        and (arrays.stood_until[operations] == NEVER).all()
    )


def _limit(arrays: Arrays, operation: int) -> int:
    limit = int(arrays.deadline[operation])
    weights = weights_of(arrays)
    if weights.tardiness or weights.tardy_orders:
        limit = min(limit, int(arrays.due[operation]))
    return min(limit, int(arrays.horizon), NEVER)


def _reachable(count: int, links: Sequence[Link]) -> npt.NDArray[np.bool_]:
    """Return by [tail, head] whether head may come anywhere after tail."""
    reach = np.zeros((count, count), dtype=bool)
    for link in links:
        if link.tail != DEPOT and link.head != DEPOT:
            reach[link.tail, link.head] = True
    for middle in range(count):
        reach |= np.outer(reach[:, middle], reach[middle])
    np.fill_diagonal(reach, val=False)
    return reach
