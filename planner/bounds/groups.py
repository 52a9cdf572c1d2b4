"""Machines that time-indexed bounds take as equal, and what operations need there at least."""

from typing import NamedTuple

import numpy as np

from planner.arrays import NEVER, PARALLEL, SERIAL, Arrays
from planner.bounds.alone import FULL, Alone, completions, share_on, work_before
from planner.domain import IntArray

# Of more operations none are made: too few buckets of time would be left for each.
MOST_OPERATIONS = 8_333


class Group(NamedTuple):
    """Machines with the same windows and process; k operations possible there.

    Times are working units since the start, with the least changeover before each operation of a
    parallel machine counted in.
    """

    machines: list[int]
    windows: slice  # of one machine, which are those of all
    open: int  # working units of one machine in all
    rows: IntArray  # (k,)
    length: IntArray  # (k,) least
    share: IntArray  # (k,) least, of a machine, in parts of FULL
    earliest: IntArray  # (k,) completion, in time
    begin: IntArray  # (k,) the same in working units

    def span(self) -> int:
        """Return the working units by which all can be done with time to spare, 1 at least."""
        load = 1.2 * (self.length * self.share).sum() / FULL / len(self.machines)
        return max(1, min(self.open, int(self.begin.max() + load + 2 * self.length.max())))


def groups_of(arrays: Arrays, facts: Alone) -> list[Group]:
    """Return the groups of all machines that can do something."""
    rows = np.flatnonzero(facts.completion < NEVER)
    if not 0 < rows.size <= MOST_OPERATIONS:
        return []
    groups: dict[tuple[int, int, bytes, bytes], list[int]] = {}
    for machine in range(len(arrays.process)):
        windows = _windows(arrays, machine)
        if facts.possible[:, machine].any():
            key = (
                int(arrays.process[machine]),
                int(arrays.pausable[machine]),
                arrays.window_start[windows].tobytes(),
                arrays.window_end[windows].tobytes(),
            )
            groups.setdefault(key, []).append(machine)
    dimension = int(facts.work[rows].sum(axis=0).argmax())
    return [_group(arrays, facts, machines, dimension) for machines in groups.values()]


def buckets_for(groups: list[Group], cells: int) -> int:
    """Return how many buckets each group has, for tables with so many cells together."""
    return cells // max(1, sum(len(group.rows) for group in groups))


def _group(arrays: Arrays, facts: Alone, machines: list[int], dimension: int) -> Group:
    length = np.full(len(arrays.due), NEVER, dtype=np.int64)
    share = np.full(len(arrays.due), FULL, dtype=np.int64)
    earliest = np.full(len(arrays.due), NEVER, dtype=np.int64)
    for machine in machines:
        here = np.flatnonzero(facts.possible[:, machine])
        entry = facts.entries.any[machine, arrays.family[here]]
        units = arrays.shortest[here, machine].astype(np.int64)
        # Every batch of a parallel machine comes with a changeover, which its load shares.
        units += entry if arrays.process[machine] == PARALLEL else 0
        length[here] = np.minimum(length[here], units)
        ends = completions(arrays, machine, here, entry)
        earliest[here] = np.minimum(earliest[here], ends)
        if arrays.process[machine] != SERIAL:
            part = share_on(arrays, machine, here)[:, dimension]
            share[here] = np.minimum(share[here], part)
    rows = np.flatnonzero(facts.possible[:, machines].any(axis=1))
    windows = _windows(arrays, machines[0])
    return Group(
        machines=machines,
        windows=windows,
        open=int((arrays.window_end[windows] - arrays.window_start[windows]).sum()),
        rows=rows,
        length=length[rows],
        share=share[rows],
        earliest=earliest[rows],
        begin=work_before(arrays, windows, earliest[rows]),
    )


def _windows(arrays: Arrays, machine: int) -> slice:
    return slice(arrays.window_first[machine], arrays.window_first[machine + 1])
