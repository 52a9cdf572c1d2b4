"""When everything on routes ends at the least: the longest way, and the busiest stage.

The longest way through a route is its least start, its own shortest time, and what follows. At a
stage whose machines are used by nothing else the work is shared by all of them, after the least
start and before the least rest (the bound of Santos, Hunsucker and Deal, European Journal of
Operational Research 80, 1995, for hybrid flow shops).
"""

import numpy as np

from planner.arrays import NONE, SERIAL, Arrays
from planner.domain import IntArray
from planner.routes import heads, least_durations, tails


def last_end_bound(arrays: Arrays) -> int:
    """Return a time before which no schedule of all operations ends."""
    head, tail, own = heads(arrays), tails(arrays), least_durations(arrays)
    planned = (arrays.shortest != NONE).any(axis=1)
    longest = int((head + own + tail)[planned].max(initial=0))
    return max([longest, *_stages(arrays, head, tail, own)])


def _stages(arrays: Arrays, head: IntArray, tail: IntArray, own: IntArray) -> list[int]:
    """Return the bound of each set of serial machines that some operations may use alone."""
    eligible = arrays.shortest != NONE
    bounds = []
    for machines in np.unique(eligible, axis=0):
        count = int(machines.sum())
        inside = eligible.any(axis=1) & ~(eligible & ~machines).any(axis=1)
        if not count or not inside.any() or not (arrays.process[machines] == SERIAL).all():
            continue
        early = np.sort(head[inside])[:count]
        late = np.sort(tail[inside])[:count]
        if len(early) < count:
            continue
        whole = int(own[inside].sum() + early.sum() + late.sum())
        bounds.append(-(-whole // count))
    return bounds
