"""What upkeep costs at least, and changeovers where upkeep may shorten them.

A machine makes no more than is left until its first upkeep is due, and then as much as is allowed
since the last one for each upkeep that it does. So what must be made at the least tells how many
upkeeps there are, whichever machines make it.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import (
    COUNTS,
    IMPOSSIBLE,
    NEVER,
    NONE,
    UPKEEP_COST,
    UPKEEP_DONE,
    UPKEEP_MACHINE,
    UPKEEP_MOST,
    UPKEEP_SETS_UP,
    UPKEEP_UNITS,
    Arrays,
)
from planner.bounds.alone import Alone
from planner.bounds.packing import Packing


class LeastUpkeep(NamedTuple):
    """The least cost of all upkeep, and the least working units; each on its own."""

    cost: int
    units: int


def behind_upkeep(arrays: Arrays) -> Arrays:
    """Return `arrays` with changeovers that take and cost no more than behind any upkeep.

    As if upkeep that sets a machine up were free and could stand anywhere.
    """
    if not (arrays.upkeep[:, UPKEEP_SETS_UP] != NONE).any():
        return arrays
    minutes, cost = arrays.changeover_minutes.copy(), arrays.changeover_cost.copy()
    # What is not possible costs nothing in the table.
    cost[minutes >= IMPOSSIBLE] = NEVER
    for row in arrays.upkeep[arrays.upkeep[:, UPKEEP_SETS_UP] != NONE].tolist():
        group, family = arrays.group[row[UPKEEP_MACHINE]], row[UPKEEP_SETS_UP]
        # What is not possible behind the upkeep either stays so.
        able = arrays.changeover_minutes[group, family] < IMPOSSIBLE
        for table, given in ((minutes, arrays.changeover_minutes), (cost, arrays.changeover_cost)):
            behind = np.where(able, given[group, family], NEVER)
            table[group] = np.minimum(table[group], behind)
    cost[minutes >= IMPOSSIBLE] = 0
    return arrays._replace(changeover_minutes=minutes, changeover_cost=cost)


def least_upkeep(arrays: Arrays, facts: Alone, packed: Packing) -> LeastUpkeep:
    """Return what upkeep takes at least where all is planned that can be."""
    if not len(arrays.upkeep):
        return LeastUpkeep(0, 0)
    planned = facts.possible.any(axis=1)
    made = (
        packed.processing,
        int(packed.batches.sum()),
        int(arrays.quantity[planned].sum()),
    )
    found = [_of_one_count(arrays, facts, kind, made[kind]) for kind in range(COUNTS)]
    return LeastUpkeep(max(each.cost for each in found), max(each.units for each in found))


def _of_one_count(arrays: Arrays, facts: Alone, kind: int, made: int) -> LeastUpkeep:
    """Return what upkeep takes at least by one kind of count, of which `made` is made."""
    rows = []
    for machine in np.flatnonzero(facts.possible.any(axis=0)).tolist():
        own = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == machine]
        own = own[own[:, UPKEEP_MOST + kind] < NEVER]
        if not len(own):
            return LeastUpkeep(0, 0)
        rows.append(own[own[:, UPKEEP_MOST + kind].argmin()])
    if not rows:
        return LeastUpkeep(0, 0)
    table = np.array(rows)
    most = table[:, UPKEEP_MOST + kind]
    beyond = made - int(np.maximum(most - table[:, UPKEEP_DONE + kind], 0).sum())
    count = max(0, -(-beyond // max(1, int(most.max()))))
    cost, units = table[:, UPKEEP_COST].min(), table[:, UPKEEP_UNITS].min()
    return LeastUpkeep(count * int(cost), count * int(units))
