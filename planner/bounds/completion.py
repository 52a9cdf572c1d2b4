"""What completions cost at least, capacity included: tardiness, tardy orders and flow time at once.

A time-indexed relaxation: each operation occupies its share of a machine class (machines with the
same windows) during its last working units before it completes. Capacity is priced per bucket of
working time (Lagrange multipliers); at any prices, each operation alone at its cheapest completion,
minus what the capacity is worth, is a bound. Prices are improved by subgradient steps (M. Held, P.
Wolfe, H. Crowder, "Validation of subgradient optimization", Mathematical Programming 6 (1974)).
Preemption is not relaxed inside a class, batches are relaxed to shares of their capacity.
"""

import math
from typing import NamedTuple

import numpy as np

from planner.arrays import NEVER, Arrays, weights_of
from planner.bounds.alone import FULL, Alone, time_after
from planner.bounds.groups import Group, buckets_for
from planner.domain import BoolArray, FloatArray, IntArray

ROUNDS = 100
# Steps end when so many together gain less than this share.
PATIENCE, WORTHWHILE = 50, 1e-3
# Cells of the largest table (operations times buckets); above it buckets grow, then it is skipped.
MOST_CELLS = 100_000
FEWEST_BUCKETS = 12
# Sums of floats are this share too large at most; the bound is lowered by it.
ROUNDING = 1e-9


class _Class(NamedTuple):
    """Machines with the same windows and process; k operations possible there, b buckets.

    Times are working units. An operation that completes in bucket j costs `cost[:, j]` at least and
    occupies `share` of a machine during `length` units before.
    """

    rows: IntArray  # (k,)
    length: IntArray  # (k,)
    lengths: IntArray  # (l,) the different lengths; most operations have one in common
    which: IntArray  # (k,) the place in them
    share: FloatArray  # (k,) of one machine
    cost: FloatArray  # (k, b) infinite before the earliest completion
    later: FloatArray  # (k,) after the last bucket; infinite where there is no time left
    bucket: int  # working units in a bucket
    machines: int


class _Choice(NamedTuple):
    """The cheapest completion of each operation of a class."""

    cost: FloatArray  # (k,)
    end: IntArray  # (k,) working units


def completion_cost(arrays: Arrays, ends: IntArray, rows: IntArray) -> IntArray:
    """Return what operations `rows` cost that complete at `ends`: late, tardy, in flow, weighted.

    `ends` has a row per operation, and may have columns.
    """
    shape = (-1,) + (1,) * (ends.ndim - 1)
    due, release, weight = (
        values[rows].reshape(shape) for values in (arrays.due, arrays.release, arrays.weight)
    )
    factor = weights_of(arrays)
    cost: IntArray = weight * (
        factor.tardiness * np.maximum(ends - due, 0)
        + factor.tardy_orders * (ends > due)
        + factor.flow_time * (ends - release)
    )
    return cost


def is_weighted(arrays: Arrays) -> bool:
    """Tell whether it matters when operations complete."""
    weights = weights_of(arrays)
    return bool(weights.tardiness or weights.tardy_orders or weights.flow_time)


class Completion(NamedTuple):
    """The least weighted sum of tardiness, tardy orders and flow time, and who costs how much.

    `prices` (n,) of operations include what the capacity that they occupy is worth.
    """

    bound: int
    prices: FloatArray


def completion_bound(arrays: Arrays, facts: Alone, groups: list[Group]) -> Completion:
    """Return what completions cost at least, by what each operation alone costs and occupies."""
    rows = np.flatnonzero(facts.completion < NEVER)
    costs = completion_cost(arrays, facts.completion[rows], rows)
    prices = np.zeros(len(arrays.due))
    prices[rows] = costs
    alone = Completion(bound=int(costs.sum()), prices=prices)
    buckets = buckets_for(groups, MOST_CELLS)
    if not groups or buckets < FEWEST_BUCKETS:
        return alone
    classes = [_class(arrays, group, buckets) for group in groups]
    priced = _best_over_prices(classes, len(arrays.due), float(alone.bound))
    return max(alone, priced, key=lambda found: found.bound)


def _best_over_prices(classes: list[_Class], count: int, least: float) -> Completion:
    """Return the best bound that subgradient steps on the prices of capacity find."""
    prices = [np.zeros(item.cost.shape[1]) for item in classes]
    best, best_prices = -1.0, prices
    reach, fails, before = 1.0, 0, -1.0
    for count_of_steps in range(1, ROUNDS + 1):
        if count_of_steps % PATIENCE == 0:
            if best <= max(before, least) * (1 + WORTHWHILE):
                break
            before = best
        value, slopes = _value(classes, prices, count)
        if value > best * (1 + 1e-6):
            best, best_prices, fails = value, prices, 0
        else:
            fails += 1
        if fails > 20:
            reach, fails, prices = reach / 2, 0, best_prices
            value, slopes = _value(classes, prices, count)
        norm = sum(float(slope @ slope) for slope in slopes)
        if not norm or reach < 1e-3:
            break
        # Polyak's step towards a target a little above the best.
        step = (best + reach * max(best, least, 1.0) - value) / norm
        prices = [
            np.maximum(price + step * slope, 0.0)
            for price, slope in zip(prices, slopes, strict=True)
        ]
    cheapest = _cheapest(classes, _choices(classes, best_prices), count)
    return Completion(
        bound=math.ceil(best - ROUNDING * max(abs(best), 1.0) * 10),
        prices=np.where(np.isfinite(cheapest), cheapest, 0.0),
    )


def _choices(classes: list[_Class], prices: list[FloatArray]) -> list[_Choice]:
    return [_choice(item, price) for item, price in zip(classes, prices, strict=True)]


def _cheapest(classes: list[_Class], choices: list[_Choice], count: int) -> FloatArray:
    """Return what each operation costs in its cheapest class; infinite if it is in none."""
    cheapest = np.full(count, np.inf)
    for item, choice in zip(classes, choices, strict=True):
        cheapest[item.rows] = np.minimum(cheapest[item.rows], choice.cost)
    return cheapest


def _value(
    classes: list[_Class], prices: list[FloatArray], count: int
) -> tuple[float, list[FloatArray]]:
    """Return the bound at `prices`, and in which direction it grows: use of capacity beyond it."""
    choices = _choices(classes, prices)
    cheapest = _cheapest(classes, choices, count)
    value = float(cheapest[np.isfinite(cheapest)].sum())
    slopes = []
    for item, choice, price in zip(classes, choices, prices, strict=True):
        room = float(item.bucket * item.machines)
        value -= room * float(price.sum())
        here = choice.cost <= cheapest[item.rows]
        slopes.append(_use(item, choice, here) - room)
        cheapest[item.rows[here]] = -1.0  # counts in one class only
    return value, slopes


def _choice(item: _Class, price: FloatArray) -> _Choice:
    """Return the cheapest completion of each operation at `price` per bucket."""
    buckets = len(price)
    paid = np.concatenate(([0.0], np.cumsum(price * item.bucket)))
    edges = np.arange(buckets + 1) * item.bucket
    least, ends = _least_paid(paid, edges, item)
    total = item.share[:, None] * least[item.which]
    total += item.cost
    place = np.arange(len(total)), total.argmin(axis=1)
    cheapest, after = total[place], item.length + edges[-1]
    return _Choice(
        cost=np.minimum(cheapest, item.later),
        end=np.where(item.later < cheapest, after, ends[item.which, place[1]]),
    )


def _least_paid(paid: FloatArray, edges: IntArray, item: _Class) -> tuple[FloatArray, IntArray]:
    """Return, as (l, b), the least paid for each length that ends in a bucket, and at which end.

    Within a bucket it is piecewise linear in the end, with a kink where the start passes into
    another bucket: it is least at an edge or at the kink.
    """
    at_edge = paid - _paid(paid, edges - item.lengths[:, None], item.bucket)
    least = at_edge[:, 1:]
    ends = np.broadcast_to(edges[1:], least.shape)
    if item.bucket == 1:
        return least, ends
    kink = edges[:-1] + (item.lengths % item.bucket)[:, None]
    at_kink = _paid(paid, kink, item.bucket) - _paid(
        paid, kink - item.lengths[:, None], item.bucket
    )
    for other_ends, other in ((kink, at_kink), (edges[:-1], at_edge[:, :-1])):
        ends = np.where(other < least, other_ends, ends)
        least = np.minimum(least, other)
    return least, ends


def _paid(paid: FloatArray, times: IntArray, bucket: int) -> FloatArray:
    """Return what all capacity before `times` is worth."""
    inside = np.clip(times, 0, (len(paid) - 1) * bucket)
    place = np.minimum(inside // bucket, len(paid) - 2)
    part = (inside - place * bucket) / bucket
    worth: FloatArray = paid[place] + part * (paid[place + 1] - paid[place])
    return worth


def _use(item: _Class, choice: _Choice, here: BoolArray) -> FloatArray:
    """Return how many working units of each bucket the operations `here` occupy."""
    edges = np.arange(item.cost.shape[1] + 1) * item.bucket
    end, length = choice.end[here, None], item.length[here, None]
    before = np.clip(edges - (end - length), 0, length)
    # Work before time 0 is no use of any bucket.
    before = before - np.clip(length - end, 0, length)
    return np.diff(item.share[here] @ np.maximum(before, 0))


def _class(arrays: Arrays, group: Group, buckets: int) -> _Class:
    rows, length, earliest = group.rows, group.length, group.earliest
    span = group.span()
    bucket = -(-span // buckets)
    count = -(-span // bucket)
    # Work without length may end before the first unit.
    begun = np.where(np.arange(count) > 0, np.arange(count) * bucket + 1, 0)
    soonest = time_after(arrays, group.windows, np.minimum(begun, group.open))
    cost = _cost_from(arrays, rows, soonest, earliest)
    cost[(np.arange(count) + 1) * bucket < group.begin[:, None]] = np.inf
    lengths, which = np.unique(length, return_inverse=True)
    after = time_after(arrays, group.windows, np.array([min(count * bucket + 1, group.open)]))
    later = _cost_from(arrays, rows, after, earliest)[:, 0]
    return _Class(
        rows=rows,
        length=length,
        lengths=lengths,
        which=which,
        share=group.share / FULL,
        cost=cost,
        later=later if count * bucket < group.open else np.full_like(later, np.inf),
        bucket=bucket,
        machines=len(group.machines),
    )


def _cost_from(arrays: Arrays, rows: IntArray, times: IntArray, earliest: IntArray) -> FloatArray:
    """Return, as (rows, times), what operations cost that complete at `times` or `earliest`."""
    ends = np.maximum(times[None, :], earliest[:, None])
    return completion_cost(arrays, ends, rows).astype(np.float64)
