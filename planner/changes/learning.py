"""The learnt factor: how much longer work really takes than planned, and a plan that knows it.

It is told and never taken in silence: `with_learnt` is called by whoever was asked and said yes.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from statistics import median

import numpy as np

from planner.changes.plan_and_actual import Against, against_plan
from planner.domain import Changeovers, Duration, Operation, PinReason, Scenario
from planner.schedule import Actual, Schedule

# Fewer say nothing: one bad day would change every plan.
LEAST_COUNT = 3


class Learnt(StrEnum):
    """What a factor is of."""

    RUN = "run"
    CHANGEOVER = "changeover"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntFactor:
    """The median of actual by planned time on a machine, of one family or of all (empty).

    `count` says of how many; `least` and `most` are the extremes among them.
    """

    of: Learnt
    machine: str
    family: str = ""
    factor: Fraction
    count: int
    least: Fraction
    most: Fraction

    @property
    def said(self) -> str:
        """Return it in one sentence."""
        what = "changeovers" if self.of == Learnt.CHANGEOVER else (self.family or "work")
        return (
            f"{self.machine}: {what} took {_shown(self.factor)} times the planned time "
            f"(median of {self.count}, {_shown(self.least)} to {_shown(self.most)})"
        )


def learnt_factors(
    scenario: Scenario,
    schedule: Schedule,
    actuals: Iterable[Actual],
    *,
    assumed: Iterable[str] = (),
    least_count: int = LEAST_COUNT,
) -> tuple[LearntFactor, ...]:
    """Return what actuals teach about each machine, and about families where there are enough.

    `assumed` names operations whose begin nobody reported: they teach nothing. A changeover counts
    where the plan had nothing else between the two batches. Sorted by machine and family.
    """
    unsure = frozenset(assumed)
    rows = against_plan(scenario, schedule, actuals)
    known = [row for row in rows if row.operation not in unsure]
    groups: dict[tuple[Learnt, str, str], list[Fraction]] = {}
    for row in known:
        for key, ratio in _ratios(row):
            groups.setdefault(key, []).append(ratio)
    return tuple(
        _factor(key, ratios)
        for key, ratios in sorted(groups.items(), key=lambda item: (item[0][1:], item[0][0]))
        if len(ratios) >= least_count
    )


def _ratios(row: Against) -> Iterator[tuple[tuple[Learnt, str, str], Fraction]]:
    if row.took and row.planned:
        ratio = Fraction(row.took, row.planned)
        yield (Learnt.RUN, row.machine, ""), ratio
        yield (Learnt.RUN, row.machine, row.family), ratio
    if row.is_direct and row.changeover is not None and row.planned_changeover:
        ratio = Fraction(row.changeover, row.planned_changeover)
        yield (Learnt.CHANGEOVER, row.machine, ""), ratio


def _factor(key: tuple[Learnt, str, str], ratios: list[Fraction]) -> LearntFactor:
    of, machine, family = key
    return LearntFactor(
        of=of,
        machine=machine,
        family=family,
        factor=_hundredths(median(ratios)),
        count=len(ratios),
        least=min(ratios),
        most=max(ratios),
    )


def _hundredths(ratio: Fraction) -> Fraction:
    """Return a factor as it is shown: what is taken is what the planner has seen."""
    return max(Fraction(1, 100), Fraction(round(ratio * 100), 100))


def _shown(ratio: Fraction) -> str:
    return f"{float(ratio):.2f}"


def with_learnt(scenario: Scenario, factors: Iterable[LearntFactor]) -> Scenario:
    """Return `scenario` with times by `factors`, rounded up; a family's before a machine's.

    What has begun keeps its time. A most time of an oven or a tunnel is a limit and stays.
    """
    listed = tuple(factors)
    runs = {(f.machine, f.family): f.factor for f in listed if f.of == Learnt.RUN}
    changes = {f.machine: f.factor for f in listed if f.of == Learnt.CHANGEOVER}
    operations = tuple(_longer(operation, runs) for operation in scenario.operations)
    changeovers = _longer_changeovers(scenario, changes) if changes else scenario.changeovers
    return replace(scenario, operations=operations, changeovers=changeovers)


def _longer(operation: Operation, runs: Mapping[tuple[str, str], Fraction]) -> Operation:
    if operation.pin is not None and operation.pin.because == PinReason.BEGUN:
        return operation
    durations = {
        machine: _times(time, runs.get((machine, operation.family), runs.get((machine, ""))))
        for machine, time in operation.durations.items()
    }
    return (
        operation if durations == operation.durations else replace(operation, durations=durations)
    )


def _times(time: Duration, factor: Fraction | None) -> Duration:
    if factor is None:
        return time
    minimum = math.ceil(time.minimum * factor)
    most = time.maximum
    return Duration(minimum if most is None else min(minimum, most), most)


def _longer_changeovers(scenario: Scenario, factors: Mapping[str, Fraction]) -> Changeovers:
    """Return changeovers in which each machine that has a factor has a table of its own."""
    table = scenario.changeovers
    groups, minutes, cost, possible = (
        dict(table.groups),
        [*table.minutes],
        [*table.cost],
        [*table.possible],
    )
    for machine, factor in factors.items():
        row = table.groups.get(machine, 0)
        groups[machine] = len(minutes)
        longer = -(-table.minutes[row] * factor.numerator // factor.denominator)
        minutes.append(longer)
        cost.append(table.cost[row])
        possible.append(table.possible[row])
    return replace(
        table,
        minutes=np.stack(minutes),
        cost=np.stack(cost),
        possible=np.stack(possible),
        groups=groups,
    )
