"""Arriving orders: replayed from the order file, or drawn at random."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.domain import IntArray, Scenario
from planner.errors import PlannerError

HOURS_A_DAY = 24
# A share of the drawn orders at the start that no figure counts: the plant begins empty.
WARM_UP = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """When which kind of order arrives: `times` in units and sorted, `items` by operation index.

    The first `warm_up` orders run but are not measured. `replayed` tells that each operation
    arrives once, as itself.
    """

    times: IntArray
    items: IntArray
    warm_up: int = 0
    replayed: bool = False

    def __len__(self) -> int:
        """Return how many orders arrive."""
        return len(self.times)

    def faster(self, factor: float) -> "Arrivals":
        """Return the same orders in the same sequence, `factor` times as dense in time."""
        if not factor > 0:
            raise PlannerError(f"factor = {factor}; give more than 0")
        return Arrivals(
            times=np.floor(self.times / factor).astype(np.int64),
            items=self.items,
            warm_up=self.warm_up,
            replayed=self.replayed,
        )

    def per_hour(self, scenario: Scenario) -> float | None:
        """Return the mean arrival rate in orders per hour; None if all arrive at once."""
        if len(self.times) < 2 or self.times[-1] == self.times[0]:
            return None
        hours = float(self.times[-1] - self.times[0]) / scenario.clock.units_per_hour
        return (len(self.times) - 1) / hours


class ArrivalSource(Protocol):
    """Where orders come from."""

    def draw(self, scenario: Scenario, rng: np.random.Generator) -> Arrivals:
        """Return one stream of arrivals; the same generator gives the same stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The orders of the file, each at its release."""

    def draw(self, scenario: Scenario, rng: np.random.Generator) -> Arrivals:
        """Return the arrivals; there is no chance in them."""
        del rng
        releases = [scenario.order[each.order].release for each in scenario.operations]
        times = np.array(releases, dtype=np.int64)
        items = np.argsort(times, kind="stable").astype(np.int64)
        return Arrivals(times=times[items], items=items, replayed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Poisson arrivals, `per_hour` orders on average, in groups of `group` of one family.

    `day` gives 24 relative rates, one per hour from the scenario's start (nothing: a constant
    rate); arrivals are a Poisson process in the time that these rates stretch (Cinlar 1975).
    `mix` gives relative shares of families, by default those of the order file. The kind of order
    is drawn evenly from the family's orders in the file.
    """

    orders: int
    per_hour: float
    group: int = 1
    day: tuple[float, ...] = ()
    mix: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.orders < 1 or self.group < 1 or not self.per_hour > 0:
            raise PlannerError("orders, group and per_hour must be more than 0")
        if self.day and (len(self.day) != HOURS_A_DAY or min(self.day) < 0 or not sum(self.day)):
            raise PlannerError("day needs 24 rates of 0 or more, not all 0")
        if self.mix and (min(self.mix.values()) < 0 or not sum(self.mix.values())):
            raise PlannerError("mix needs shares of 0 or more, not all 0")

    def draw(self, scenario: Scenario, rng: np.random.Generator) -> Arrivals:
        """Return one stream of arrivals; the same generator gives the same stream."""
        groups = -(-self.orders // self.group)
        hours = np.cumsum(rng.exponential(self.group / self.per_hour, groups))
        if self.day:
            hours = _stretched(hours, np.array(self.day, dtype=float))
        times = np.floor(hours * scenario.clock.units_per_hour).astype(np.int64)
        family = _families(scenario, self.mix, rng.random(groups))
        items = _items(scenario, np.repeat(family, self.group), rng.random(groups * self.group))
        return Arrivals(
            times=np.repeat(times, self.group)[: self.orders],
            items=items[: self.orders],
            warm_up=int(WARM_UP * self.orders),
        )


def usual_source(scenario: Scenario, orders: int = 2000) -> ArrivalSource:
    """Return the replayed file if its orders arrive over time, else Poisson arrivals like it.

    Without release times the rate is that of the file's orders up to the last due date.
    """
    releases = [order.release for order in scenario.orders]
    if len(set(releases)) > max(1, len(releases) // 4):
        return Replay()
    ends = [*releases, *(order.due for order in scenario.orders if order.due is not None)]
    hours = max(ends, default=0) / scenario.clock.units_per_hour
    hours = hours or scenario.horizon / scenario.clock.units_per_hour
    return Generated(orders=orders, per_hour=max(len(releases), 1) / max(hours, 1e-9))


def _stretched(
    hours: npt.NDArray[np.float64], day: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the times at which the pattern has passed `hours` of its mean rate."""
    passed = np.concatenate(([0.0], np.cumsum(day / day.mean())))
    days, rest = np.divmod(hours, HOURS_A_DAY)
    return days * HOURS_A_DAY + np.interp(rest, passed, np.arange(HOURS_A_DAY + 1))


def _families(
    scenario: Scenario, mix: Mapping[str, float], draws: npt.NDArray[np.float64]
) -> IntArray:
    """Return a family (place among the scenario's families) for each draw in [0, 1)."""
    families = scenario.families
    unknown = set(mix) - set(families)
    if unknown:
        raise PlannerError(f"no order has family {sorted(unknown)[0]!r}")
    counts = dict.fromkeys(families, 0.0)
    for operation in scenario.operations:
        counts[operation.family] += 1
    shares = np.array([mix.get(family, 0.0) if mix else counts[family] for family in families])
    bounds = np.cumsum(shares / shares.sum())
    return np.minimum(np.searchsorted(bounds, draws, side="right"), len(families) - 1)


def _items(scenario: Scenario, family: IntArray, draws: npt.NDArray[np.float64]) -> IntArray:
    """Return an operation of the given family for each draw in [0, 1)."""
    place = {name: index for index, name in enumerate(scenario.families)}
    own = np.array([place[operation.family] for operation in scenario.operations])
    by_family = np.argsort(own, kind="stable")
    counts = np.bincount(own, minlength=len(place))
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    chosen = first[family] + (draws * counts[family]).astype(np.int64)
    return np.asarray(by_family[chosen], dtype=np.int64)
