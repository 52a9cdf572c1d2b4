"""What changeovers cost at least: who follows whom, relaxed to an assignment.

Each family is entered as often as it needs batches, at least once from another family or from a
machine's initial one, and at most once per operation; a machine's initial family is left at most
once, and any other family at most as often as it is entered. The cheapest such entries are a
minimum cost flow.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, Arrays
from planner.domain import BoolArray, IntArray

# Above this many families the flow would take seconds: each entry then counts at its cheapest.
MOST_FAMILIES = 700
# Costs times nodes must stay far below 64 bits inside the flow algorithm.
LARGEST_FLOW_COST = 2**44


class _Prices(NamedTuple):
    """Least prices of entries; n families that are needed, m machines. NEVER where impossible."""

    between: IntArray  # (n, n) from row to column, the diagonal NEVER
    again: IntArray  # (n,) from the family itself
    first: IntArray  # (m, n) from the machine's initial family


def changeover_bound(
    arrays: Arrays, possible: BoolArray, batches: IntArray, minutes: int, cost: int
) -> int:
    """Return the least of `minutes` times changeover minutes plus `cost` times changeover cost.

    `batches` says how many batches each family needs at least.
    """
    possible_pairs = arrays.changeover_minutes < IMPOSSIBLE
    known = np.where(possible_pairs, arrays.changeover_minutes, 0)
    table = np.where(possible_pairs, minutes * known + cost * arrays.changeover_cost, NEVER)
    needed = np.flatnonzero(batches)
    if not needed.size or not table.any():
        return 0
    prices = _prices(arrays, possible, table, needed)
    one_by_one = _cheapest_entries(prices, batches[needed])
    if len(needed) > MOST_FAMILIES:
        return one_by_one
    operations = np.bincount(arrays.family[possible.any(axis=1)], minlength=len(batches))
    return max(one_by_one, _cheapest_flow(prices, batches[needed], operations[needed]))


def _prices(arrays: Arrays, possible: BoolArray, table: IntArray, needed: IntArray) -> _Prices:
    size, machines = len(needed), len(arrays.group)
    between = np.full((size, size), NEVER, dtype=np.int64)
    first = np.full((machines, size), NEVER, dtype=np.int64)
    families = table.shape[2]
    for machine, group in enumerate(arrays.group):
        rows = arrays.family[possible[:, machine]]
        here = np.flatnonzero(np.bincount(rows, minlength=families)[needed])
        costs = table[group][:, needed[here]]
        first[machine, here] = costs[arrays.initial[machine]]
        square = np.ix_(here, here)
        between[square] = np.minimum(between[square], costs[needed[here]])
    again = np.diagonal(between).copy()
    np.fill_diagonal(between, NEVER)
    return _Prices(between=between, again=again, first=first)


def _cheapest_entries(prices: _Prices, batches: IntArray) -> int:
    """Return what the entries cost if each took its cheapest predecessor."""
    other = np.minimum(prices.between.min(axis=0), prices.first.min(axis=0, initial=NEVER))
    again = np.minimum(other, prices.again)
    # What has no predecessor here cannot be made after all; what that costs is not said here.
    other, again = (np.where(price < NEVER, price, 0) for price in (other, again))
    return int((other + (batches - 1) * again).sum())


def _cheapest_flow(prices: _Prices, batches: IntArray, operations: IntArray) -> int:
    """Return the cost of the cheapest flow through families that enters each often enough.

    Up to the number of batches needed, an entry from elsewhere saves one from the family itself,
    so that the first entry is bound to be from elsewhere and the others may be.
    """
    # Imported here: not every use of the bounds comes to a flow.
    from ortools.graph.python import min_cost_flow

    machines, size = prices.first.shape
    largest = int(max(p[p < NEVER].max(initial=0) for p in prices))
    # Rounding prices down keeps the bound a bound.
    divisor = 1 + largest // LARGEST_FLOW_COST
    first, between, again = (p // divisor for p in (prices.first, prices.between, prices.again))
    again = np.where(prices.again < NEVER, again, 0)
    node = np.arange(size)
    entered, left, source = node, node + size, 2 * size
    sink, initial = source + 1, source + 2 + np.arange(machines)
    flow = min_cost_flow.SimpleMinCostFlow()
    many = int(batches.sum()) + machines

    def add(tails: IntArray, heads: IntArray, capacity: IntArray, cost: IntArray) -> None:
        flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost)

    row, column = np.nonzero(prices.between < NEVER)
    add(left[row], entered[column], np.full(len(row), many), between[row, column])
    row, column = np.nonzero(prices.first < NEVER)
    add(initial[row], entered[column], np.ones(len(row), dtype=np.int64), first[row, column])
    add(entered, left, batches - 1, -again)
    add(entered, left, operations - batches, np.zeros(size, dtype=np.int64))
    add(left, np.full(size, sink), np.full(size, many), np.zeros(size, dtype=np.int64))
    ones = np.ones(machines, dtype=np.int64)
    add(np.full(machines, source), initial, ones, 0 * ones)
    add(np.array([source]), np.array([sink]), np.array([machines]), np.array([0]))
    supplies = np.concatenate((-np.ones(size), np.ones(size), [machines, -machines])).astype(int)
    flow.set_nodes_supplies(np.arange(2 * size + 2), supplies)
    if flow.solve() != flow.OPTIMAL:
        return 0
    return divisor * (int(flow.optimal_cost()) + int(((batches - 1) * again).sum()))
