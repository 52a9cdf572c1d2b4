"""`simulate`: one run of a policy on a stream of arrivals; `replicate`: many, with intervals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from math import sqrt

import numpy as np

from planner.arrays import NONE
from planner.domain import IntArray, Scenario
from planner.simulation import event_loop as kernels
from planner.simulation.arrivals import Arrivals, ArrivalSource
from planner.simulation.event_loop import Plant
from planner.simulation.measures import Measures, measured
from planner.simulation.plant import facts_of, initial_families, lay_out, under
from planner.simulation.policies import Policy

# Student's t, 97.5 %, for 1 to 30 degrees of freedom.
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
NORMAL = 1.960


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One simulated run: what started when and where, and its figures.

    Arrival i is row i of `start`, `end` (units) and `batch` (row of `batches`), NONE where it never
    started. `batches` has the columns of `simulation_kernels`: machine, family, family before,
    begin, end, changeover units, orders.
    """

    scenario: Scenario
    arrivals: Arrivals
    policy: str
    start: IntArray
    end: IntArray
    batch: IntArray
    batches: IntArray
    plant: Plant
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over replications and the half width of its 95 % confidence interval."""

    mean: float
    half_width: float

    @property
    def low(self) -> float:
        """Return the lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Return the upper end."""
        return self.mean + self.half_width


class Laboratory:
    """A scenario with one stream of arrivals, laid out once for many policies."""

    def __init__(self, scenario: Scenario, arrivals: Arrivals) -> None:
        self.scenario = scenario
        self.arrivals = arrivals
        self._plant = lay_out(scenario, arrivals)
        self._facts = facts_of(scenario)
        self._initial = initial_families(scenario)

    def run(self, policy: Policy, *, stickiness: int = 0) -> Run:
        """Return one run under `policy`.

        Among ready families the one starts whose first order has waited longest, `stickiness`
        times its changeover deducted: 0 is first come, first served.
        """
        plant = under(self._plant, policy.rules(self._facts), stickiness, self._initial)
        kernels.simulate(plant)
        batches = plant.batch[: plant.total[kernels.BATCHES]]
        return Run(
            scenario=self.scenario,
            arrivals=self.arrivals,
            policy=policy.name,
            start=plant.order[:, kernels.START],
            end=plant.order[:, kernels.END],
            batch=plant.order[:, kernels.IN_BATCH],
            batches=batches,
            plant=plant,
            measures=measured(self.scenario, plant, self.arrivals.warm_up),
        )


def simulate(
    scenario: Scenario,
    policy: Policy,
    source: ArrivalSource,
    *,
    seed: int = 0,
    stickiness: int = 0,
) -> Run:
    """Return one run of `policy` with arrivals from `source`; the same seed, the same run."""
    arrivals = source.draw(scenario, np.random.default_rng(seed))
    return Laboratory(scenario, arrivals).run(policy, stickiness=stickiness)


def streams(
    scenario: Scenario, source: ArrivalSource, replications: int, seed: int
) -> list[Arrivals]:
    """Return independent streams of arrivals, the same for every policy that is tried on them."""
    seeds = np.random.SeedSequence(seed).spawn(replications)
    return [source.draw(scenario, np.random.default_rng(each)) for each in seeds]


def replicate(
    scenario: Scenario,
    policies: Mapping[str, Policy],
    source: ArrivalSource,
    *,
    replications: int = 10,
    seed: int = 0,
    stickiness: int = 0,
) -> dict[str, tuple[Measures, ...]]:
    """Return the figures of each policy in each replication.

    All policies meet the same arrivals (common random numbers), so that `difference` is far more
    exact than the figures themselves.
    """
    found: dict[str, list[Measures]] = {name: [] for name in policies}
    for arrivals in streams(scenario, source, replications, seed):
        laboratory = Laboratory(scenario, arrivals)
        for name, policy in policies.items():
            found[name].append(laboratory.run(policy, stickiness=stickiness).measures)
    return {name: tuple(measures) for name, measures in found.items()}


def interval(values: list[float]) -> Interval | None:
    """Return mean and 95 % confidence interval of independent values; None without values.

    One value has no width that is known: it is infinite.
    """
    count = len(values)
    if not count:
        return None
    mean = float(np.mean(values))
    if count == 1:
        return Interval(mean=mean, half_width=float("inf"))
    factor = STUDENT[count - 2] if count - 2 < len(STUDENT) else NORMAL
    return Interval(mean=mean, half_width=factor * float(np.std(values, ddof=1)) / sqrt(count))


def intervals(measures: tuple[Measures, ...]) -> dict[str, Interval | None]:
    """Return each figure's interval over replications; None where a replication has none."""
    return {each.name: _over(measures, _getter(each.name)) for each in fields(Measures)}


def difference(one: tuple[Measures, ...], other: tuple[Measures, ...], figure: str) -> Interval:
    """Return the interval of `figure` in `one` less in `other`, replication by replication."""
    get = _getter(figure)
    pairs = [(get(a), get(b)) for a, b in zip(one, other, strict=True)]
    found = interval([a - b for a, b in pairs if a is not None and b is not None])
    return found or Interval(mean=float("nan"), half_width=float("inf"))


def _getter(figure: str) -> Callable[[Measures], float | None]:
    def get(measures: Measures) -> float | None:
        value = getattr(measures, figure)
        return None if value is None else float(value)

    return get


def _over(
    measures: tuple[Measures, ...], get: Callable[[Measures], float | None]
) -> Interval | None:
    values = [value for value in map(get, measures) if value is not None]
    return interval(values) if len(values) == len(measures) else None


def unfinished(run: Run) -> IntArray:
    """Return the arrivals of `run` that never started."""
    return np.flatnonzero(run.batch == NONE)
