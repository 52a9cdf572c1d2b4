"""What every operation could do at best if it were alone: the facts that all bounds start from."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, NO_MAXIMUM, NONE, PARALLEL, SERIAL, Arrays
from planner.domain import BoolArray, IntArray, reachable

# Shares of a batch's capacity count in whole parts of this many, rounded down. It divides by all
# small numbers, so that the shares that matter (halves, thirds, quarters) are exact.
FULL = 720_720


class Entries(NamedTuple):
    """Least changeover minutes into a family on a machine, from what may stand there before.

    NEVER where the machine can never be set up for it.
    """

    any: IntArray  # (m, f) from any family, the same one included
    other: IntArray  # (m, f) from another family, or from the initial one


class Alone(NamedTuple):
    """What operations could do alone; n operations, m machines, d dimensions (at least one).

    Where an operation is possible nowhere, `completion` is NEVER and the rest is meaningless.
    """

    possible: BoolArray  # (n, m) it fits into a window of the machine before its deadline
    completion: IntArray  # (n,) earliest
    least: IntArray  # (n,) fewest working units on any machine
    most: IntArray  # (n,) most working units on any parallel machine, NO_MAXIMUM where it is serial
    share: IntArray  # (n, d) least share of a machine's capacity, in parts of FULL
    kinds: BoolArray  # (n, 3) whether it is possible on a machine of this process
    work: IntArray  # (n, d) least machine time that it takes up, in units of 1 / FULL
    entries: Entries


def alone(arrays: Arrays) -> Alone:
    """Return what each operation of `arrays` could do alone."""
    entries = _entries(arrays)
    count, machines = arrays.shortest.shape
    dimensions = max(1, arrays.size.shape[1])
    facts = Alone(
        possible=np.zeros((count, machines), dtype=np.bool_),
        completion=np.full(count, NEVER, dtype=np.int64),
        least=np.full(count, NO_MAXIMUM, dtype=np.int64),
        most=np.zeros(count, dtype=np.int64),
        share=np.full((count, dimensions), FULL, dtype=np.int64),
        kinds=np.zeros((count, 3), dtype=np.bool_),
        work=np.full((count, dimensions), NEVER, dtype=np.int64),
        entries=entries,
    )
    for machine in range(machines):
        _add_machine(arrays, facts, machine)
    return facts


def completions(arrays: Arrays, machine: int, rows: IntArray, changeover: IntArray) -> IntArray:
    """Return when operations `rows` end at the earliest on the empty `machine`, or NEVER.

    Before each lies a changeover of so many working units, which may precede its release.
    """
    ready = np.maximum(arrays.release[rows], arrays.pin_start[rows])
    work = arrays.shortest[rows, machine].astype(np.int64)
    first, last = arrays.window_first[machine], arrays.window_first[machine + 1]
    if first == last:
        return np.full(len(rows), NEVER, dtype=np.int64)
    find = _paused_ends if arrays.pausable[machine] else _unpaused_ends
    return find(arrays, slice(first, last), ready, work, changeover)


def work_before(arrays: Arrays, windows: slice, times: IntArray) -> IntArray:
    """Return the working units of a machine's `windows` before each of `times`."""
    starts, ends = arrays.window_start[windows], arrays.window_end[windows]
    place = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    inside = np.clip(times - starts[place], 0, ends[place] - starts[place])
    before: IntArray = arrays.window_work[windows][place] + inside
    return before


def time_after(arrays: Arrays, windows: slice, work: IntArray) -> IntArray:
    """Return when so many working units of a machine's `windows` are over; NEVER if they never are.

    No unit is over at time 0.
    """
    starts, before = arrays.window_start[windows], arrays.window_work[windows]
    total = before[-1] + arrays.window_end[windows][-1] - starts[-1]
    place = np.maximum(np.searchsorted(before, work, side="left") - 1, 0)
    times = np.where(work > 0, starts[place] + work - before[place], 0)
    return np.where(work > total, NEVER, times)


def families_on(arrays: Arrays) -> BoolArray:
    """Return, as (m, f), whether any operation of a family is eligible on a machine."""
    return _count_on(arrays) > 0


def _count_on(arrays: Arrays) -> IntArray:
    families = arrays.changeover_minutes.shape[2]
    eligible = (arrays.family[arrays.shortest[:, k] != NONE] for k in range(len(arrays.process)))
    counts = [np.bincount(chosen, minlength=families) for chosen in eligible]
    return np.array(counts, dtype=np.int64).reshape(len(arrays.process), families)


def _entries(arrays: Arrays) -> Entries:
    counts = _count_on(arrays)
    families = counts.shape[1]
    # A family may precede itself only where it has two operations.
    pairs = list(_least_entries(arrays, counts > 0, counts > 1))
    shape = (len(counts), families)
    return Entries(
        any=np.array([pair[0] for pair in pairs], dtype=np.int64).reshape(shape),
        other=np.array([pair[1] for pair in pairs], dtype=np.int64).reshape(shape),
    )


def _least_entries(
    arrays: Arrays, present: BoolArray, twice: BoolArray
) -> Iterator[tuple[IntArray, IntArray]]:
    families = present.shape[1]
    for machine, group in enumerate(arrays.group):
        table = arrays.changeover_minutes[group]
        before = np.where(present[machine][:, None], table[:families], NEVER)
        diagonal = np.where(twice[machine], np.diagonal(table), NEVER)
        np.fill_diagonal(before, NEVER)
        first = table[arrays.initial[machine]]
        others = np.minimum(before.min(axis=0, initial=NEVER), first)
        may = table[:families] < IMPOSSIBLE
        if not may.all():
            here = present[machine]
            reached = reachable(may & here, (first < IMPOSSIBLE) & here)
            others, diagonal = (np.where(reached, each, NEVER) for each in (others, diagonal))
        yield np.minimum(others, diagonal), others


def _add_machine(arrays: Arrays, facts: Alone, machine: int) -> None:
    """Note in `facts` what operations can do on `machine`."""
    rows = np.flatnonzero(arrays.shortest[:, machine] != NONE)
    ends = completions(arrays, machine, rows, facts.entries.any[machine, arrays.family[rows]])
    fits = ends <= np.minimum(arrays.deadline[rows], arrays.horizon)
    fits &= (arrays.size[rows] <= arrays.capacity[machine]).all(axis=1)
    rows, ends = rows[fits], ends[fits]
    kind = arrays.process[machine]
    units = arrays.shortest[rows, machine].astype(np.int64)
    shares = share_on(arrays, machine, rows)
    facts.possible[rows, machine] = True
    facts.kinds[rows, kind] = True
    facts.completion[rows] = np.minimum(facts.completion[rows], ends)
    facts.least[rows] = np.minimum(facts.least[rows], units)
    longest = arrays.longest[rows, machine] if kind == PARALLEL else NO_MAXIMUM
    facts.most[rows] = np.maximum(facts.most[rows], longest)
    facts.share[rows] = np.minimum(facts.share[rows], shares)
    taken = np.full_like(shares, FULL) if kind == SERIAL else shares
    facts.work[rows] = np.minimum(facts.work[rows], units[:, None] * taken)


def share_on(arrays: Arrays, machine: int, rows: IntArray) -> IntArray:
    """Return, as (rows, d), the shares of a batch of `machine` that operations take, of FULL."""
    if not arrays.size.shape[1]:
        return np.zeros((len(rows), 1), dtype=np.int64)
    shares: IntArray = arrays.size[rows] * FULL // np.maximum(arrays.capacity[machine], 1)
    return shares


def _paused_ends(
    arrays: Arrays, windows: slice, ready: IntArray, work: IntArray, changeover: IntArray
) -> IntArray:
    begun = np.maximum(work_before(arrays, windows, ready), changeover)
    return np.maximum(ready, time_after(arrays, windows, begun + work))


def _unpaused_ends(
    arrays: Arrays, windows: slice, ready: IntArray, work: IntArray, changeover: IntArray
) -> IntArray:
    starts, ends = arrays.window_start[windows], arrays.window_end[windows]
    found = np.full(len(ready), NEVER, dtype=np.int64)
    window = np.searchsorted(ends, ready + work, side="left")
    longest = int((ends - starts).max())
    todo = np.flatnonzero((changeover + work <= longest) & (window < len(starts)))
    while todo.size:
        begin = np.maximum(ready[todo], starts[window[todo]] + changeover[todo])
        end = begin + work[todo]
        fits = end <= ends[window[todo]]
        found[todo[fits]] = end[fits]
        todo = todo[~fits]
        window[todo] += 1
        todo = todo[window[todo] < len(starts)]
    return found
