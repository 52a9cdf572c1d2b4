"""How many batches a family needs at least, and how long machines must run at least.

A batch of length L holds operations whose times reach from at most L to at least L, and at most a
full share of each capacity. Relaxed to shares, the least number of batches over an interval of
lengths is the sum of the shares of those that fit nowhere else, rounded up; the cheapest lengths
that cover all intervals follow greedily, because the intervals are consecutive. The rounding is
sharpened by dual feasible functions (S. Martello, P. Toth, "Lower bounds and reduction procedures
for the bin packing problem", Discrete Applied Mathematics 28 (1990); S. Fekete, J. Schepers, "New
classes of fast lower bounds for bin packing problems", Mathematical Programming 91 (2001)).
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import CONTINUOUS, NEVER, NO_MAXIMUM, PARALLEL, SERIAL, Arrays
from planner.bounds.alone import FULL, Alone
from planner.domain import IntArray

# More cells than this in the table of intervals: lengths are then not told apart so finely.
MOST_CELLS = 400_000


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
    for family in np.unique(arrays.family[rows]):
        members = rows[edges[family] : edges[family + 1]]
        batches[family] = _batch_count(facts, shares, members)
        processing += _processing(facts, shares, members)
    return Packing(batches=batches, processing=processing)


def covering_lengths(low: IntArray, high: IntArray, shares: IntArray) -> tuple[IntArray, IntArray]:
    """Return lengths and numbers of batches, both at their least, that hold all operations.

    Operation k fits into batches of length `low[k]` to `high[k]` and takes `shares[k]` of one, a
    column per dimension, in parts of FULL.
    """
    if not len(low):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    shares = _sharpened(shares)
    low, high = _coarser(low, high, shares.shape[1])
    lows, low_place = np.unique(low, return_inverse=True)
    highs, high_place = np.unique(high, return_inverse=True)
    needed = _needed(low_place, high_place, shares, (len(lows), len(highs)))
    counts = np.zeros(len(lows), dtype=np.int64)
    placed = np.zeros(len(highs), dtype=np.int64)
    # From the longest on: a batch as short as its interval allows serves all later intervals best.
    for place in range(len(lows) - 1, -1, -1):
        counts[place] = max(0, int((needed[place] - placed).max()))
        placed[highs >= lows[place]] += counts[place]
    return lows, counts


def _needed(low: IntArray, high: IntArray, shares: IntArray, shape: tuple[int, int]) -> IntArray:
    """Return how many batches those need whose lengths lie from one low to one high."""
    cells = low * shape[1] + high
    size = shape[0] * shape[1]
    needed = (_nested(np.bincount(cells, minlength=size).reshape(shape)) > 0).astype(np.int64)
    for column in shares.T:
        total = np.zeros(size, dtype=np.int64)
        np.add.at(total, cells, column)
        needed = np.maximum(needed, -(-_nested(total.reshape(shape)) // FULL))
    return needed


def _nested(table: IntArray) -> IntArray:
    """Return, for each low and high, the sum over all lows from it and all highs up to it."""
    return np.cumsum(np.cumsum(table[::-1], axis=0)[::-1], axis=1)


def _sharpened(shares: IntArray) -> IntArray:
    """Return `shares` and their images under dual feasible functions, those that are used."""
    used = shares[:, shares.any(axis=0)]
    columns = [column for share in used.T for column in (share, *_images(share))]
    return np.array(columns, dtype=np.int64).reshape(len(columns), len(shares)).T


def _images(share: IntArray) -> list[IntArray]:
    thresholds = [FULL // part for part in (2, 3, 4, 5)]
    above = [
        np.where(share > FULL - least, FULL, np.where(share < least, 0, share))
        for least in thresholds
    ]
    rounded = [
        np.where((k + 1) * share % FULL == 0, share, (k + 1) * share // FULL * FULL // k)
        for k in (1, 2, 3, 4)
    ]
    return [*above, *rounded]


def _coarser(low: IntArray, high: IntArray, columns: int) -> tuple[IntArray, IntArray]:
    """Return lengths told apart less finely, where there are too many: lows down, highs up."""
    lows, highs = len(np.unique(low)), len(np.unique(high))
    if lows * highs * max(1, columns) <= MOST_CELLS:
        return low, high
    return low, np.full_like(high, NO_MAXIMUM)


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


def _processing(facts: Alone, shares: IntArray, members: IntArray) -> int:
    """Return how long machines run at least for the operations `members` of one family.

    Batches of serial machines, parallel ones and continuous ones are different batches; operations
    that may be on either kind count by the machine time that they take up.
    """
    kinds = facts.kinds[members]
    only = [kinds[:, kind] & (kinds.sum(axis=1) == 1) for kind in range(3)]
    serial = int(facts.least[members[only[SERIAL]]].sum())
    parallel = members[only[PARALLEL]]
    lengths, counts = covering_lengths(
        facts.least[parallel], facts.most[parallel], shares[parallel]
    )
    continuous = members[only[CONTINUOUS]]
    together = int(lengths @ counts) + max(
        int(facts.least[continuous].max(initial=0)), _machine_time(facts, continuous)
    )
    return serial + max(together, _machine_time(facts, members[~only[SERIAL]]))


def _machine_time(facts: Alone, members: IntArray) -> int:
    """Return the machine time that operations take up at least, in the scarcest dimension."""
    work = facts.work[members]
    return -(-int(np.where(work < NEVER, work, 0).sum(axis=0).max(initial=0)) // FULL)
