"""Chance: a stream of random numbers that the state carries."""

import numpy as np

from planner.search.kernels.columns import RANDOM_BITS, State
from planner.search.kernels.compiling import tight

# Marsaglia's triple of shifts, and shifts to the highest 53 and 31 bits.
_S13, _S7, _S17 = np.uint64(13), np.uint64(7), np.uint64(17)
_S11, _S33, _ONE = np.uint64(11), np.uint64(33), np.uint64(1)
_FRACTION = 1.0 / 9007199254740992.0  # 2 ** -53


@tight
def next_random(s: State) -> np.uint64:
    """Return 64 random bits (xorshift; Marsaglia 2003)."""
    x = np.uint64(s.scalar[RANDOM_BITS])
    x ^= x << _S13
    x ^= x >> _S7
    x ^= x << _S17
    s.scalar[RANDOM_BITS] = np.int64(x)
    return x


@tight
def below(s: State, count: int) -> int:
    """Return a random whole number in [0, count)."""
    return int((np.int64(next_random(s) >> _S33) * count) >> 31)


@tight
def coin(s: State) -> bool:
    """Return True half of the time."""
    return below(s, 2) == 0


@tight
def uniform(s: State) -> float:
    """Return a random number in [0, 1)."""
    return np.float64(next_random(s) >> _S11) * _FRACTION


@tight
def near(s: State, count: int, place: int, reach: int) -> int:
    """Return a random place in [0, count) other than `place`, close ones more often."""
    step = 1 + below(s, max(1, reach))
    step = 1 + below(s, step)
    if next_random(s) >> _S33 & _ONE:
        step = -step
    other = place + step
    if other < 0 or other >= count:
        other = place - step
    if other < 0 or other >= count:
        return place
    return other
