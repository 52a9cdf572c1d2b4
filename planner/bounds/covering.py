"""How few batches, and how short ones, hold operations: the relaxation to shares of a batch.

A batch of length L holds operations whose times reach from at most L to at least L, and at most a
full share of each capacity. Relaxed to shares, the least number of batches over an interval of
lengths is the sum of the shares of those that fit nowhere else, rounded up; the cheapest lengths
that cover all intervals follow greedily, because the intervals are consecutive. The rounding is
sharpened by dual feasible functions (S. Martello, P. Toth, "Lower bounds and reduction procedures
for the bin packing problem", Discrete Applied Mathematics 28 (1990); S. Fekete, J. Schepers, "New
classes of fast lower bounds for bin packing problems", Mathematical Programming 91 (2001)).

Operations that no machine can take together need more. With a count of batches per machine and
length, every set of machines must hold those that can go nowhere else; CP-SAT finds the least.
"""

from itertools import product
from typing import NamedTuple

import numpy as np

from planner.arrays import NO_MAXIMUM
from planner.bounds.alone import FULL
from planner.domain import BoolArray, IntArray

# More cells than this in the table of intervals: lengths are then not told apart so finely.
MOST_CELLS = 400_000
# Beyond these the sets of machines are not told apart.
MOST_MACHINES = 16
MOST_SETS = 64
MOST_SET_CELLS = 4_000_000
MOST_LENGTHS = 40


class _Intervals(NamedTuple):
    """Times of operations as places in the sorted different times; shares sharpened."""

    lows: IntArray
    highs: IntArray
    low: IntArray  # (n,) place in lows
    high: IntArray  # (n,) place in highs
    shares: IntArray  # (n, columns)


def covering_lengths(low: IntArray, high: IntArray, shares: IntArray) -> tuple[IntArray, IntArray]:
    """Return lengths and numbers of batches, both at their least, that hold all operations.

    Operation k fits into batches of length `low[k]` to `high[k]` and takes `shares[k]` of one, a
    column per dimension, in parts of FULL.
    """
    if not len(low):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    times = _intervals(low, high, shares)
    lows, highs = times.lows, times.highs
    needed = _needed(times, np.arange(len(low)))
    counts = np.zeros(len(lows), dtype=np.int64)
    placed = np.zeros(len(highs), dtype=np.int64)
    # From the longest on: a batch as short as its interval allows serves all later intervals best.
    for place in range(len(lows) - 1, -1, -1):
        counts[place] = max(0, int((needed[place] - placed).max()))
        placed[highs >= lows[place]] += counts[place]
    return lows, counts


def minutes_over_sets(
    low: IntArray, high: IntArray, shares: IntArray, able: BoolArray, effort: float
) -> int:
    """Return how long batches last at least in sum, machines told apart; 0 where that is too much.

    `able` says, as (operations, machines), where operations can go, `effort` is CP-SAT's limit in
    its deterministic seconds; the rest as in `covering_lengths`.
    """
    able = able[:, able.any(axis=0)]
    if able.all() or able.shape[1] > MOST_MACHINES:
        return 0
    times = _intervals(low, high, shares)
    cells = (
        len(_machine_sets(able))
        * len(times.lows)
        * len(times.highs)
        * max(1, times.shares.shape[1])
    )
    return 0 if cells > MOST_SET_CELLS else _least_minutes(times, able, effort)


def _least_minutes(times: _Intervals, able: BoolArray, effort: float) -> int:
    # Imported here: CP-SAT takes long to load, and not every scenario needs it.
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    machines, lengths = able.shape[1], len(times.lows)
    # How many batches of a machine are at least so long: an interval is then a difference.
    reaching = {
        place: model.new_int_var(0, len(able), f"reaching {place}")
        for place in product(range(machines), range(lengths))
    } | dict.fromkeys(product(range(machines), [lengths]), 0)
    for machine, length in product(range(machines), range(lengths)):
        model.add(reaching[machine, length] >= reaching[machine, length + 1])
    masks = _masks(able)
    for machine_set in _machine_sets(able):
        inside = np.flatnonzero((masks | machine_set) == machine_set)
        members = [machine for machine in range(machines) if machine_set >> machine & 1]
        for first, end, count in _tightest(times, _needed(times, inside)):
            held = sum(reaching[m, first] - reaching[m, end] for m in members)
            model.add(held >= count)
    rises = np.diff(times.lows, prepend=0).tolist()
    places = product(range(machines), range(lengths))
    model.minimize(sum(rises[length] * reaching[machine, length] for machine, length in places))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    # Presolve would take longer than the search, and no limit holds it.
    solver.parameters.cp_model_presolve = False
    solver.solve(model)
    # The objective is whole; the bound comes as a float.
    return max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))


def _tightest(times: _Intervals, needed: IntArray) -> list[tuple[int, int, int]]:
    """Return the intervals that ask for more than all inside them: first, end, batches needed."""
    shorter = np.pad(needed, ((0, 0), (1, 0)))[:, :-1]
    later = np.pad(needed, ((0, 1), (0, 0)))[1:]
    ends = np.searchsorted(times.lows, times.highs, side="right").tolist()
    rows, columns = np.nonzero((needed > shorter) & (needed > later))
    return [
        (row, ends[column], int(needed[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _masks(able: BoolArray) -> IntArray:
    """Return the machines where each operation can go as a number, a bit per machine."""
    masks: IntArray = able.astype(np.int64) @ (1 << np.arange(able.shape[1]))
    return masks


def _fewer(values: IntArray) -> IntArray:
    """Return `values` rounded down to at most so many different ones as the model can bear."""
    different = np.unique(values)
    kept = different[:: -(-len(different) // MOST_LENGTHS)]
    return kept[np.searchsorted(kept, values, side="right") - 1]


def _machine_sets(able: BoolArray) -> list[int]:
    """Return the sets of machines that some operations cannot leave, and unions of them."""
    single = {int(mask) for mask in np.unique(_masks(able))}
    sets: set[int] = set()
    fresh = set(single)
    while fresh and len(sets) < MOST_SETS:
        sets |= fresh
        fresh = {one | other for one in fresh for other in single} - sets
    return sorted(sets)


def _intervals(low: IntArray, high: IntArray, shares: IntArray) -> _Intervals:
    shares = _sharpened(shares)
    low, high = _coarser(low, high, shares.shape[1])
    lows, low_place = np.unique(low, return_inverse=True)
    highs, high_place = np.unique(high, return_inverse=True)
    return _Intervals(lows=lows, highs=highs, low=low_place, high=high_place, shares=shares)


def _needed(times: _Intervals, rows: IntArray) -> IntArray:
    """Return how many batches `rows` need whose lengths lie from one low to one high."""
    shape = len(times.lows), len(times.highs)
    cells = times.low[rows] * shape[1] + times.high[rows]
    size = shape[0] * shape[1]
    needed = (_nested(np.bincount(cells, minlength=size).reshape(shape)) > 0).astype(np.int64)
    for column in times.shares[rows].T:
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
