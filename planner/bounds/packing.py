"""How many batches a family needs at least, and how long machines must run at least."""

from typing import NamedTuple

import numpy as np

from planner.arrays import CONTINUOUS, NEVER, NO_MAXIMUM, PARALLEL, SERIAL, Arrays
from planner.bounds.alone import FULL, Alone
from planner.bounds.covering import covering_lengths, minutes_over_sets
from planner.domain import IntArray

# CP-SAT's effort over all families, in its deterministic seconds.
EFFORT = 0.5


class Packing(NamedTuple):
    """Least numbers of batches per family, and least processing minutes."""

    batches: IntArray  # (f,) 0 where no operation is possible
    processing: int


def packing(arrays: Arrays, facts: Alone) -> Packing:
    """Return how many batches and processing minutes the possible operations need at least."""
    families = arrays.changeover_minutes.shape[2]
    batches = np.zeros(families, dtype=np.int64)
    shares = _window_shares(arrays, facts)
    rows = np.flatnonzero(facts.possible.any(axis=1))
    rows = rows[np.argsort(arrays.family[rows], kind="stable")]
    edges = np.searchsorted(arrays.family[rows], np.arange(families + 1))
    processing = 0
    present = np.unique(arrays.family[rows])
    for family in present:
        members = rows[edges[family] : edges[family + 1]]
        batches[family] = _batch_count(facts, shares, members)
        processing += _processing(facts, shares, members, EFFORT / len(present))
    return Packing(batches=batches, processing=processing)


def _window_shares(arrays: Arrays, facts: Alone) -> IntArray:
    """Return the shares of capacity and, as last column, of the longest window.

    Where work cannot pause, a batch lies inside one window with its changeover. That column counts
    only for operations that are possible on such serial machines and nowhere else.
    """
    share = np.full(len(facts.least), FULL, dtype=np.int64)
    for machine in range(len(arrays.process)):
        rows = np.flatnonzero(facts.possible[:, machine])
        if arrays.process[machine] != SERIAL or arrays.pausable[machine]:
            share[rows] = 0
            continue
        windows = slice(arrays.window_first[machine], arrays.window_first[machine + 1])
        longest = (arrays.window_end[windows] - arrays.window_start[windows]).max(initial=0)
        room = longest - facts.entries.any[machine, arrays.family[rows]]
        units = arrays.shortest[rows, machine].astype(np.int64)
        share[rows] = np.minimum(share[rows], units * FULL // np.maximum(room, 1))
    return np.column_stack((facts.share, share))


def _batch_count(facts: Alone, shares: IntArray, members: IntArray) -> int:
    """Return how many batches the operations `members` of one family need at least."""
    # On a continuous machine one batch can hold them all.
    members = members[~facts.kinds[members, CONTINUOUS]]
    parallel = ~facts.kinds[members, SERIAL]
    low = np.where(parallel, facts.least[members], 0)
    high = np.where(parallel, facts.most[members], NO_MAXIMUM)
    counts = covering_lengths(low, high, shares[members])[1]
    return max(1, int(counts.sum()))


def _processing(facts: Alone, shares: IntArray, members: IntArray, effort: float) -> int:
    """Return how long machines run at least for the operations `members` of one family.

    Batches of serial machines, parallel ones and continuous ones are different batches; operations
    that may be on either kind count by the machine time that they take up.
    """
    kinds = facts.kinds[members]
    only = [kinds[:, kind] & (kinds.sum(axis=1) == 1) for kind in range(3)]
    serial = int(facts.least[members[only[SERIAL]]].sum())
    parallel = members[only[PARALLEL]]
    times = facts.least[parallel], facts.most[parallel], shares[parallel]
    lengths, counts = covering_lengths(*times)
    continuous = members[only[CONTINUOUS]]
    able = facts.possible[parallel]
    together = max(int(lengths @ counts), minutes_over_sets(*times, able, effort))
    together += max(int(facts.least[continuous].max(initial=0)), _machine_time(facts, continuous))
    return serial + max(together, _machine_time(facts, members[~only[SERIAL]]))


def _machine_time(facts: Alone, members: IntArray) -> int:
    """Return the machine time that operations take up at least, in the scarcest dimension."""
    work = facts.work[members]
    return -(-int(np.where(work < NEVER, work, 0).sum(axis=0).max(initial=0)) // FULL)
