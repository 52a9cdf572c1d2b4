"""What an operation is before dates are known."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from planner.domain import After, Duration
from planner.reader.lots import WHOLE


class Draft(NamedTuple):
    """One lot of the order in row `order`, at one step; without a route there is stage 0 alone."""

    order: int
    name: str
    family: str
    durations: Mapping[str, Duration]
    sizes: tuple[int, ...]
    stage: int = 0
    step: str = ""
    lot: int = 0
    share: Fraction = WHOLE
    after: tuple[After, ...] = ()
    waits: tuple[int, int | None] = (0, None)
