"""The balance between throughput and flow time over batch size and time-out.

Larger and later batches change over less, so that the machines could carry more orders per hour
(`Measures.capacity`); smaller and earlier ones keep orders waiting less (`Measures.flow`). What no
other setting beats in both is the frontier; its knee is the recommendation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.arrays import NONE
from planner.domain import Scenario
from planner.simulation.arrivals import Arrivals
from planner.simulation.laboratory import Laboratory
from planner.simulation.measures import Measures
from planner.simulation.policies import Policy, SizeOrTimeout
from planner.simulation.wording import in_words

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50)
MINUTES = (15, 30, 60, 120, 180, 240, 360, 480, 720, 1440)
FACTORS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
# The stretch of a saturated run, by share of orders done, that tells the throughput.
STEADY = (0.1, 0.9)
# A share that is not worth a word.
NOTHING = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One setting and its figures."""

    setting: SizeOrTimeout
    measures: Measures

    @property
    def capacity(self) -> float:
        """Return the orders per hour that the machines could carry."""
        return self.measures.capacity or 0.0

    @property
    def flow(self) -> float:
        """Return the mean flow time in hours; infinite where nothing was done."""
        return float("inf") if self.measures.flow is None else self.measures.flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """All settings tried, those that none other beats by growing flow time, and the knee."""

    points: tuple[Point, ...]
    best: tuple[Point, ...]
    knee: Point
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Where a policy breaks: the most orders per hour it can carry for good.

    `factor` is that over the arrival rate: below 1 the queue grows without end. None where the
    orders have no rate, because all arrive at once, or the run is too short to tell.
    """

    policy: str
    per_hour: float | None
    factor: float | None


def settings(
    sizes: Iterable[int] = SIZES, minutes: Iterable[float] = MINUTES, *, flush: bool = False
) -> tuple[SizeOrTimeout, ...]:
    """Return the settings of a grid: 20 sizes by 10 time-outs unless others are given."""
    times = tuple(minutes)
    return tuple(SizeOrTimeout(size=s, minutes=m, flush=flush) for s in sizes for m in times)


def frontier_of(
    scenario: Scenario,
    arrivals: Arrivals,
    tried: Sequence[SizeOrTimeout] | None = None,
    *,
    stickiness: int = 0,
) -> Frontier:
    """Return the balance over the settings `tried`, all on the same arrivals."""
    laboratory = Laboratory(scenario, arrivals)
    points = tuple(
        Point(setting=each, measures=laboratory.run(each, stickiness=stickiness).measures)
        for each in (settings() if tried is None else tried)
    )
    best = unbeaten(points)
    knee = best[knee_of([(point.capacity, point.flow) for point in best])]
    return Frontier(points=points, best=best, knee=knee, reason=_reason(best, knee))


def unbeaten(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points that none other beats in capacity and flow time, by growing flow time."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda each: (each.flow, -each.capacity)):
        if not kept or point.capacity > kept[-1].capacity:
            kept.append(point)
    return tuple(kept)


def knee_of(curve: Sequence[tuple[float, float]]) -> int:
    """Return the place of the knee of (gain, price) pairs that grow together.

    The point farthest from the chord between the ends, both axes scaled to [0, 1] (Satopaa and
    others 2011, Kneedle). Of two points or fewer it is the first, the cheapest.

    >>> knee_of([(0, 0), (8, 1), (10, 10)])
    1
    """
    if len(curve) < 3:
        return 0
    gain, price = np.array(curve, dtype=float).T
    height = (gain - gain[0]) / (gain[-1] - gain[0]) - (price - price[0]) / (price[-1] - price[0])
    return int(np.argmax(height))


def sensitivity(
    scenario: Scenario,
    arrivals: Arrivals,
    policy: Policy,
    factors: Iterable[float] = FACTORS,
    *,
    stickiness: int = 0,
) -> tuple[tuple[float, Measures], ...]:
    """Return the figures of `policy` when the same orders arrive `factor` times as densely."""
    return tuple(
        (
            factor,
            Laboratory(scenario, arrivals.faster(factor))
            .run(policy, stickiness=stickiness)
            .measures,
        )
        for factor in factors
    )


def limit(scenario: Scenario, arrivals: Arrivals, policy: Policy, *, stickiness: int = 0) -> Limit:
    """Return where `policy` breaks, from a run in which all orders wait from the start.

    What a plant that never runs out of orders completes per hour is the most it can carry.
    """
    saturated = Arrivals(
        times=np.arange(len(arrivals), dtype=np.int64),
        items=arrivals.items,
        replayed=arrivals.replayed,
    )
    run = Laboratory(scenario, saturated).run(policy, stickiness=stickiness)
    ends = np.sort(run.end[run.batch != NONE])
    first, last = (int(share * (len(ends) - 1)) for share in STEADY) if len(ends) else (0, 0)
    if last <= first or ends[last] == ends[first]:
        return Limit(policy=policy.name, per_hour=None, factor=None)
    hours = float(ends[last] - ends[first]) / scenario.clock.units_per_hour
    per_hour = (last - first) / hours
    rate = arrivals.per_hour(scenario)
    return Limit(
        policy=policy.name, per_hour=per_hour, factor=None if rate is None else per_hour / rate
    )


def _reason(best: Sequence[Point], knee: Point) -> str:
    place = best.index(knee)
    name = f"{in_words(knee.setting)}: "
    if len(best) == 1:
        return name + "no other setting is better in orders per hour or in lead time."
    parts = []
    if place + 1 < len(best):
        more, later = _change(knee, best[-1])
        parts.append(f"larger batches make {more:.0%} more, but keep orders {later:.0%} longer")
    if place:
        less, sooner = _change(knee, best[0])
        if max(-sooner, -less) < NOTHING:
            parts.append("no other setting keeps them noticeably shorter")
        else:
            parts.append(
                f"the quickest keeps orders {-sooner:.0%} shorter, but makes {-less:.0%} less"
            )
    return name + "; ".join(parts) + "."


def _change(here: Point, there: Point) -> tuple[float, float]:
    """Return how capacity and flow time change from `here` to `there`, as shares."""
    capacity = there.capacity / here.capacity - 1 if here.capacity else 0.0
    return capacity, there.flow / here.flow - 1 if here.flow else 0.0
