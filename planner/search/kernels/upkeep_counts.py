"""What counts towards the upkeep of machines, and which upkeep is due before a batch.

Upkeep before a batch is a number whose bit `i` is the upkeep `i` of the batch's machine. Counts are
kept with what the machine has made in a row, see `shared_state`.
"""

from planner.arrays import (
    AS_GIVEN,
    COUNTS,
    IMPOSSIBLE,
    NONE,
    UPKEEP_COLUMNS,
    UPKEEP_COST,
    UPKEEP_DONE,
    UPKEEP_MOST,
    UPKEEP_SETS_UP,
    UPKEEP_UNITS,
)
from planner.search.kernels.columns import (
    BATCH_FAMILY,
    BATCH_FIRST,
    BATCH_MACHINE,
    BATCH_PREVIOUS,
    CHANGE_UNITS,
    WEIGHT_CHANGEOVER_COST,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place, changeover_price
from planner.search.kernels.coupled import CoupledState
from planner.search.kernels.shared_state import (
    DECIDED,
    NOW,
    NOW_SET_UP,
    NOW_SINCE,
    NOW_WIDTH,
    STANDING,
    TOO_LATE,
    UPKEEP,
    UPKEEP_FIRST,
)


@inner
def upkeeps_of(s: CoupledState, k: int) -> int:
    """Return how many upkeeps machine `k` has."""
    x = s.shared
    return x[x[UPKEEP_FIRST] + k + 1] - x[x[UPKEEP_FIRST] + k]


@inner
def upkeep_row(s: CoupledState, k: int, i: int) -> int:
    """Return where the facts of upkeep `i` of machine `k` begin."""
    x = s.shared
    return x[UPKEEP] + UPKEEP_COLUMNS * (x[x[UPKEEP_FIRST] + k] + i)


@inner
def now_before(s: CoupledState, b: int) -> int:
    """Return where the row begins that says how the machine of batch `b` is before it."""
    x = s.shared
    return x[NOW] + x[NOW_WIDTH] * s.batch[b, BATCH_PREVIOUS]


@inner
def start_counts(s: CoupledState, k: int) -> None:
    """Let machine `k` have made since its last upkeeps what it had at the start."""
    x = s.shared
    for i in range(upkeeps_of(s, k)):
        since = x[NOW] + x[NOW_WIDTH] * (s.slots + k) + NOW_SINCE + COUNTS * i
        for count in range(COUNTS):
            x[since + count] = x[upkeep_row(s, k, i) + UPKEEP_DONE + count]


@inner
def due(s: CoupledState, b: int, units: int, quantity: int) -> int:
    """Return the upkeep that must stand before batch `b`, which adds so much."""
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    found = 0
    for i in range(upkeeps_of(s, k)):
        since = now_before(s, b) + NOW_SINCE + COUNTS * i
        most = upkeep_row(s, k, i) + UPKEEP_MOST
        if (
            x[since] + units > x[most]
            or x[since + 1] + 1 > x[most + 1]
            or x[since + 2] + quantity > x[most + 2]
        ):
            found |= 1 << i
    return found


@inner
def counted(s: CoupledState, b: int, units: int, quantity: int) -> bool:
    """Count batch `b`, which adds so much, behind the upkeep that stands before it.

    False, with nothing counted, where it makes more than it may since the last one; what more is
    due then is noted.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    x[TOO_LATE] = 0
    for i in range(upkeeps_of(s, k)):
        since = now_before(s, b) + NOW_SINCE + COUNTS * i
        most = upkeep_row(s, k, i) + UPKEEP_MOST
        goes_on = 1 - ((x[STANDING] >> i) & 1)
        if (
            x[since] * goes_on + units > x[most]
            or x[since + 1] * goes_on + 1 > x[most + 1]
            or x[since + 2] * goes_on + quantity > x[most + 2]
        ):
            x[TOO_LATE] |= 1 << i
    if x[TOO_LATE] != 0:
        return False
    for i in range(upkeeps_of(s, k)):
        since = now_before(s, b) + NOW_SINCE + COUNTS * i
        after = x[NOW] + x[NOW_WIDTH] * b + NOW_SINCE + COUNTS * i
        goes_on = 1 - ((x[STANDING] >> i) & 1)
        x[after] = x[since] * goes_on + units
        x[after + 1] = x[since + 1] * goes_on + 1
        x[after + 2] = x[since + 2] * goes_on + quantity
    return True


@inner
def set_up_after(s: CoupledState, k: int, set_up: int, upkeep: int) -> int:
    """Return what machine `k`, set up for `set_up`, is set up for behind `upkeep`."""
    x = s.shared
    for i in range(upkeeps_of(s, k)):
        family = x[upkeep_row(s, k, i) + UPKEEP_SETS_UP]
        if (upkeep >> i) & 1 and family != NONE:
            set_up = family
    return set_up


@inner
def upkeep_cost(s: CoupledState, k: int, upkeep: int) -> int:
    """Return the weighted cost of `upkeep` of machine `k`."""
    x = s.shared
    cost = 0
    for i in range(upkeeps_of(s, k)):
        if (upkeep >> i) & 1:
            cost += x[upkeep_row(s, k, i) + UPKEEP_COST]
    return cost * s.scalar[WEIGHT_CHANGEOVER_COST]


@inner
def price_behind(s: CoupledState, b: int, upkeep: int) -> int:
    """Return what `upkeep` and the changeover to batch `b` behind it weigh.

    As in changeover_price: time counts even where it is free.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    price = upkeep_cost(s, k, upkeep)
    for i in range(upkeeps_of(s, k)):
        if (upkeep >> i) & 1:
            price += x[upkeep_row(s, k, i) + UPKEEP_UNITS]
    set_up = set_up_after(s, k, x[now_before(s, b) + NOW_SET_UP], upkeep)
    return price + changeover_price(s, k, set_up, s.batch[b, BATCH_FAMILY])


@inner
def granted(s: CoupledState, b: int, must: int) -> int:
    """Return the upkeep that is taken for granted before batch `b`: at least `must`.

    One more where it sets the machine up so that this and the changeover weigh less than the
    changeover without it, or where there is none without it.
    """
    x = s.shared
    k = s.batch[b, BATCH_MACHINE]
    best = must
    least = price_behind(s, b, must)
    for i in range(upkeeps_of(s, k)):
        if (must >> i) & 1 or x[upkeep_row(s, k, i) + UPKEEP_SETS_UP] == NONE:
            continue
        price = price_behind(s, b, must | (1 << i))
        if price < least:
            best, least = must | (1 << i), price
    return best


@inner
def cheapest(s: CoupledState, b: int) -> int:
    """Return the upkeep that weighs least before batch `b`, where it needs any one; 0 for none."""
    best = 0
    least = 0
    for i in range(upkeeps_of(s, s.batch[b, BATCH_MACHINE])):
        price = price_behind(s, b, 1 << i)
        if best == 0 or price < least:
            best, least = 1 << i, price
    return best


@inner
def decided(s: CoupledState, b: int, must: int, taken_for_granted: int) -> int:
    """Return the upkeep before batch `b`: what must stand there, and what is decided beside it."""
    x = s.shared
    chosen = x[x[DECIDED] + s.batch[b, BATCH_FIRST]]
    if chosen >= AS_GIVEN:
        return must | (chosen - AS_GIVEN)
    # A machine that the batch has come from may have more upkeeps.
    chosen &= (1 << upkeeps_of(s, s.batch[b, BATCH_MACHINE])) - 1
    return must | (taken_for_granted ^ chosen)


@inner
def shortest_way(s: CoupledState, k: int, set_up: int, family: int) -> int:
    """Return the least working units from `set_up` to `family`, over an upkeep if that is less."""
    x = s.shared
    least = s.change[changeover_place(s, k, set_up, family) + CHANGE_UNITS]
    for i in range(upkeeps_of(s, k)):
        row = upkeep_row(s, k, i)
        if x[row + UPKEEP_SETS_UP] != NONE:
            place = changeover_place(s, k, x[row + UPKEEP_SETS_UP], family)
            way = x[row + UPKEEP_UNITS] + s.change[place + CHANGE_UNITS]
            least = min(least, way)
    return min(least, IMPOSSIBLE)
