"""When everything can be over at the earliest: open time against the work that must be done in it.

For any prices of machine time, the open time up to the makespan, priced, covers the work of all
operations, each on the machine where it is cheapest. Good prices are found by raising those of
machines that are overloaded; the bound holds for whatever prices come out.
"""

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, SERIAL, Arrays
from planner.bounds.alone import FULL, Alone, share_on, work_before
from planner.bounds.packing import Packing
from planner.domain import BoolArray, FloatArray, IntArray

ROUNDS = 80
# Prices are whole numbers up to this.
DEAREST = 10_000
# Above this many pairs of operation and machine, all machines have the same price.
MOST_PAIRS = 1_000_000


def makespan_bound(arrays: Arrays, facts: Alone, packed: Packing, changeover_minutes: int) -> int:
    """Return when the last batch ends at the earliest."""
    possible = facts.completion < NEVER
    if not possible.any():
        return 0
    alone = int(facts.completion[possible].max())
    equal = np.ones(len(arrays.process), dtype=np.int64)
    total = _time_for(arrays, equal, packed.processing + changeover_minutes, alone)
    if facts.possible.size > MOST_PAIRS:
        return max(alone, total)
    return _priced(arrays, *_loads(arrays, facts), max(alone, total))


def _time_for(arrays: Arrays, prices: IntArray, work: int, least: int) -> int:
    """Return the first time, from `least` on, by which priced open time reaches `work`."""
    machines = [
        slice(first, last)
        for first, last in zip(arrays.window_first[:-1], arrays.window_first[1:], strict=True)
    ]

    def open_by(time: int) -> int:
        times = np.array([time])
        opened = (
            price * int(work_before(arrays, windows, times)[0])
            for price, windows in zip(prices.tolist(), machines, strict=True)
            if windows.start < windows.stop
        )
        return sum(opened)

    low, high = least, max(least, arrays.horizon)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if open_by(middle) >= work else (middle + 1, high)
    return low


def _loads(arrays: Arrays, facts: Alone) -> tuple[IntArray, IntArray]:
    """Return machine time per operation and machine, and what a machine's first entry may save.

    In units of 1 / FULL. A family with one operation brings its cheapest changeover along.
    """
    single = np.bincount(arrays.family, minlength=arrays.changeover_minutes.shape[2]) == 1
    loads = np.full(facts.possible.shape, NEVER * FULL, dtype=np.int64)
    saved = np.zeros(len(arrays.process), dtype=np.int64)
    dimension = int(facts.work[facts.completion < NEVER].sum(axis=0).argmax())
    for machine, process in enumerate(arrays.process):
        rows = np.flatnonzero(facts.possible[:, machine])
        share = (
            np.full(len(rows), FULL)
            if process == SERIAL
            else share_on(arrays, machine, rows)[:, dimension]
        )
        entry, saved[machine] = _entries_of(arrays, machine, rows, single)
        units = arrays.shortest[rows, machine].astype(np.int64)
        loads[rows, machine] = units * share + entry * FULL
    return loads, saved * FULL


def _entries_of(
    arrays: Arrays, machine: int, rows: IntArray, single: BoolArray
) -> tuple[IntArray, int]:
    """Return the least changeover from another operation, and by how much the first may be less."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64), 0
    table = arrays.changeover_minutes[arrays.group[machine]]
    table = np.where(table < IMPOSSIBLE, table, NEVER)
    families = arrays.family[rows]
    present = np.unique(families)
    others = table[np.ix_(present, present)].copy()
    np.fill_diagonal(others, NEVER)
    least = others.min(axis=0)
    first = table[arrays.initial[machine]][present]
    # With nothing else on the machine the initial family is all there is.
    least = np.where(least < NEVER, least, first)
    least = np.where(single[present] & (least < NEVER), least, 0)
    saved = int(np.maximum(least - first, 0).max(initial=0))
    return least[np.searchsorted(present, families)], saved


def _priced(arrays: Arrays, loads: IntArray, saved: IntArray, least: int) -> int:
    """Return the best bound over rounds of prices, from `least` on."""
    rows = loads[(loads < NEVER * FULL).any(axis=1)]
    best, weights = least, np.ones(len(saved))
    for step in range(ROUNDS):
        prices = np.maximum(np.rint(weights * DEAREST / weights.max()), 1).astype(np.int64)
        best = max(best, _time_at(arrays, prices, rows, saved, best))
        taken = _taken(rows, weights)
        mean = taken.mean()
        if not mean:
            break
        weights = weights * np.exp((taken - mean) / mean / (2 + step))
        weights = np.maximum(weights / weights.max(), 1 / DEAREST)
    return best


def _time_at(arrays: Arrays, prices: IntArray, rows: IntArray, saved: IntArray, least: int) -> int:
    machine = _cheapest(rows, prices)
    loads = rows[np.arange(len(rows)), machine].tolist()
    # Python's integers: sums of prices times loads may pass 64 bits.
    work = sum(p * w for p, w in zip(prices[machine].tolist(), loads, strict=True))
    work -= sum(p * s for p, s in zip(prices.tolist(), saved.tolist(), strict=True))
    return _time_for(arrays, prices, -(-work // FULL), least)


def _taken(rows: IntArray, prices: FloatArray) -> FloatArray:
    """Return the load of each machine when every operation is where it is cheapest."""
    machine = _cheapest(rows, prices)
    loads = rows[np.arange(len(rows)), machine].astype(np.float64)
    return np.bincount(machine, weights=loads, minlength=len(prices)).astype(np.float64)


def _cheapest(rows: IntArray, prices: IntArray | FloatArray) -> IntArray:
    priced = np.where(rows < NEVER * FULL, rows.astype(np.float64), np.inf) * prices
    machine: IntArray = priced.argmin(axis=1)
    return machine
