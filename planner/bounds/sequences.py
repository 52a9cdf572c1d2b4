"""What completions cost at least where machines make one batch after the other.

A Lagrangian relaxation: each operation is paid a price for being made, and every machine runs
the batches, one after the other in buckets of working time, that earn most beyond what completions
cost; operations may be made on several machines or on none. At any prices, the prices minus what
the machines earn is a bound. It equals the bound of the linear model with a variable per batch and
start. Prices are improved by the volume algorithm (F. Barahona, R. Anbil, "The volume algorithm:
producing primal solutions with a subgradient method", Mathematical Programming 87 (2000)).
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from planner.arrays import CONTINUOUS, NEVER, PARALLEL, Arrays
from planner.bounds.alone import FULL, Alone, time_after
from planner.bounds.completion import ROUNDING, Completion, completion_cost
from planner.bounds.groups import Group, buckets_for
from planner.domain import FloatArray, IntArray

# Rounds of prices; fewer where one takes longer, by how many steps along all machines take.
ROUNDS, FEWEST_ROUNDS, MOST_STEPS = 400, 50, 40_000
# Steps end when so many together gain less than this share.
PATIENCE, WORTHWHILE = 100, 5e-3
# Where completions need not cost anything, as far as so many steps can tell, no more are made.
TRIAL = 20
# Steps: how far the target is above the best, how long the first is, by what others are longer or
# shorter, after how many fails, and what part of the direction is replaced by each new slope.
AIM, FIRST_FACTOR, LONGER, SHORTER, MOST_FAILS = 0.05, 2.0, 1.1, 0.67, 5
LEAST_PART, MOST_PART = 0.01, 0.1
# A direction as short as this leads nowhere.
CLOSE = 1e-9
# Cells of the largest tables (operations times buckets), and buckets at most.
MOST_CELLS, MOST_BUCKETS = 100_000, 800
FEWEST_BUCKETS = 60
# Different lengths in one family that are told apart.
LENGTHS = 4


class _Offer(NamedTuple):
    """Batches of one family, or single operations, that occupy a machine for so many buckets."""

    members: IntArray  # (k,) places in `_Line.rows`
    share: IntArray  # (k,) of a batch, in parts of FULL
    buckets: int


class _Line(NamedTuple):
    """Machines with the same windows and process; k operations possible there, b buckets.

    What begins in bucket j completes at a cost of at least `cost[:, j]`.
    """

    rows: IntArray  # (k,)
    cost: FloatArray  # (k, b) infinite before the earliest start and after the last
    offers: list[_Offer]
    machines: int


class _Earned(NamedTuple):
    """The most that one machine of a line earns, and how often it makes each operation for it."""

    value: float
    made: FloatArray  # (k,)


def sequence_bound(arrays: Arrays, facts: Alone, groups: list[Group], known: Completion) -> int:
    """Return the least cost of completions, from the prices of a `known` bound on."""
    prices, least = known.prices, known.bound
    limit = np.where(facts.completion < NEVER, np.inf, 0.0)
    lines = list(_lines(arrays, groups, limit))
    if not lines:
        return least
    best_prices = np.clip(prices, 0.0, limit)
    best, direction = _value(lines, best_prices)
    factor, fails, before = FIRST_FACTOR, 0, best
    for count in range(1, _rounds(lines) + 1):
        norm = float(direction @ direction)
        if norm < CLOSE or (count == TRIAL and best <= 0.0):
            break
        if count % PATIENCE == 0:
            if best <= before * (1 + WORTHWHILE):
                break
            before = best
        # Polyak's step towards a target a little above the best.
        step = factor * (AIM * abs(best) + 1.0) / norm
        tried = np.clip(best_prices + step * direction, 0.0, limit)
        value, slope = _value(lines, tried)
        if value > best:
            factor *= LONGER if slope @ direction >= 0.0 else 1.0
            best, best_prices, fails = value, tried, 0
        else:
            fails += 1
            factor *= SHORTER if fails % MOST_FAILS == 0 else 1.0
        direction = _blended(direction, slope)
    return max(least, math.ceil(best - ROUNDING * max(abs(best), float(prices.sum()), 1.0) * 100))


def _rounds(lines: list[_Line]) -> int:
    steps: int = sum(
        line.cost.shape[1] // min(offer.buckets for offer in line.offers) for line in lines
    )
    return max(FEWEST_ROUNDS, min(ROUNDS, MOST_STEPS // max(1, steps)))


def _blended(direction: FloatArray, slope: FloatArray) -> FloatArray:
    """Return the direction with a part of a new slope, such that it becomes short."""
    apart = direction - slope
    length = float(apart @ apart)
    part = float(direction @ apart) / length if length > 0.0 else 0.0
    part = min(max(part, LEAST_PART), MOST_PART)
    blended: FloatArray = part * slope + (1.0 - part) * direction
    return blended


def _value(lines: list[_Line], prices: FloatArray) -> tuple[float, FloatArray]:
    """Return the bound at `prices` (n,) and its slope: 1 minus how often each is made."""
    value = float(prices.sum())
    slope = np.ones(len(prices))
    for line in lines:
        earned = _earned(line, prices[line.rows])
        value -= line.machines * earned.value
        slope[line.rows] -= line.machines * earned.made
    return value, slope


def _earned(line: _Line, prices: FloatArray) -> _Earned:
    """Return what one machine earns at `prices` (k,) with its best row of batches."""
    gain = np.maximum(prices[:, None] - line.cost, 0.0)
    buckets = gain.shape[1]
    worth = np.array([_packed(gain[offer.members], offer.share) for offer in line.offers])
    taken = np.array([offer.buckets for offer in line.offers])
    ahead = np.zeros(buckets + int(taken.max()) + 1)
    chosen = np.full(buckets, -1)
    # From the last bucket back, as many at once as the shortest batch occupies.
    for high in range(buckets, 0, -int(taken.min())):
        here = np.arange(max(0, high - int(taken.min())), high)
        earned = worth[:, here] + ahead[here + taken[:, None]]
        most = np.maximum.accumulate(earned.max(axis=0)[::-1])[::-1]
        ahead[here] = np.maximum(most, ahead[high])
        # Where waiting for the next bucket earns as much, the machine waits.
        waits = ahead[here] <= ahead[here + 1]
        chosen[here] = np.where(waits, -1, earned.argmax(axis=0))
    made = np.zeros(len(prices))
    bucket = 0
    while bucket < buckets:
        if chosen[bucket] < 0:
            bucket += 1
            continue
        offer = line.offers[chosen[bucket]]
        made[offer.members] += _part(gain[offer.members, bucket], offer.share)
        bucket += offer.buckets
    return _Earned(value=float(ahead[0]), made=made)


def _packed(gain: FloatArray, share: IntArray) -> FloatArray:
    """Return, as (b,), the most that one batch gains per column of `gain` (k, b); parts allowed."""
    packed: FloatArray
    if (share == share[0]).all():
        room = min(len(share), FULL // max(int(share[0]), 1))
        packed = np.partition(gain, len(share) - room, axis=0)[-room:].sum(axis=0)
        return packed
    size = np.maximum(share, 1)[:, None]
    order = np.argsort(-gain / size, axis=0)
    sizes = np.take_along_axis(np.broadcast_to(size, gain.shape), order, axis=0)
    before = np.cumsum(sizes, axis=0) - sizes
    part = np.clip((FULL - before) / sizes, 0.0, 1.0)
    packed = (np.take_along_axis(gain, order, axis=0) * part).sum(axis=0)
    return packed


def _part(gain: FloatArray, share: IntArray) -> FloatArray:
    """Return what part of each operation the batch holds that gains most from `gain` (k,)."""
    size = np.maximum(share, 1)
    order = np.argsort(-gain / size, kind="stable")
    before = np.cumsum(size[order]) - size[order]
    part = np.zeros(len(gain))
    part[order] = np.clip((FULL - before) / size[order], 0.0, 1.0)
    part[gain <= 0.0] = 0.0
    return part


def _lines(arrays: Arrays, groups: list[Group], limit: FloatArray) -> Iterator[_Line]:
    """Yield the lines; lowers `limit` (n,) to what operations cost where no line restricts them."""
    buckets = min(MOST_BUCKETS, buckets_for(groups, MOST_CELLS))
    if buckets < FEWEST_BUCKETS:
        return
    for group in groups:
        if arrays.process[group.machines[0]] == CONTINUOUS:
            cheapest = completion_cost(arrays, group.earliest, group.rows).astype(np.float64)
            limit[group.rows] = np.minimum(limit[group.rows], cheapest)
            continue
        line = _line(arrays, group, buckets, limit)
        if line.offers:
            yield line


def _line(arrays: Arrays, group: Group, buckets: int, limit: FloatArray) -> _Line:
    rows, length, share, earliest = group.rows, group.length, group.share, group.earliest
    span = group.span()
    bucket = -(-span // buckets)
    starts = np.arange(-(-span // bucket)) * bucket
    ends = time_after(arrays, group.windows, starts[None, :] + length[:, None])
    cost = completion_cost(arrays, np.maximum(ends, earliest[:, None]), rows).astype(np.float64)
    cost[ends >= NEVER] = np.inf
    cost[starts + bucket - 1 + length[:, None] < group.begin[:, None]] = np.inf
    after = time_after(arrays, group.windows, len(starts) * bucket + length)
    later = completion_cost(arrays, np.maximum(after, earliest), rows).astype(np.float64)
    later[after >= NEVER] = np.inf
    # What takes less than a bucket occupies none.
    later = np.where(length < bucket, np.minimum(later, cost.min(axis=1)), later)
    limit[rows] = np.minimum(limit[rows], later)
    family = arrays.family[rows]
    if arrays.process[group.machines[0]] != PARALLEL:
        # One at a time, whatever its family.
        family, share = np.zeros_like(family), np.full_like(share, FULL)
    return _Line(
        rows=rows,
        cost=cost,
        offers=list(_offers(family, length, share, bucket)),
        machines=len(group.machines),
    )


def _offers(family: IntArray, length: IntArray, share: IntArray, bucket: int) -> Iterator[_Offer]:
    """Yield what a machine may make: per family batches by the longest they hold.

    What is shorter than a bucket occupies none, so it may be made at any time: no offers.
    """
    for each in np.unique(family):
        here = family == each
        different = np.unique(length[here & (length >= bucket)])
        for lengths in np.array_split(different, min(LENGTHS, max(1, len(different)))):
            if len(lengths):
                members = np.flatnonzero(here & (length <= lengths[-1]))
                buckets = int(lengths[0] // bucket)
                yield _Offer(members=members, share=share[members], buckets=buckets)
