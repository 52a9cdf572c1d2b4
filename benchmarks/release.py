"""The release laboratory against theory and against the clock.

`python -m benchmarks.release --out DIR` writes DIR/release.csv: simulated and exact mean waits, a
million orders on one core, a frontier of 200 settings, continuous against whole batches, and the
adaptive policy against the best time-out that could have been chosen.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

import planner
from planner.calendars import Clock, Window
from planner.domain import Changeovers, Duration, Machine, Operation, Order, Process, Scenario
from planner.simulation import theory
from planner.simulation.arrivals import Generated
from planner.simulation.frontier import frontier_of, limit, settings
from planner.simulation.laboratory import Laboratory, simulate, streams
from planner.simulation.policies import (
    Adaptive,
    ContinuousPlaces,
    FullBatch,
    MinimumBatch,
    OneByOne,
    Policy,
    WholeBatch,
)

RUN, CHANGEOVER, LONG = 1000, 700, 10_000_000
MILLION = 1_000_000
SAMPLES, LOADS = ("tiny", "denim", "heat-treatment", "bottling", "enamel"), (0.5, 0.7, 0.9)
TRIED = settings((1, 2, 3, 4, 6, 8, 10, 14, 20), (1, 15, 60, 120, 240, 480))
# What was measured, the figure, and the reference or target it is held against.
Row = tuple[str, float, float]


def main(words: Sequence[str] | None = None) -> int:
    """Measure everything and write it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    given = parser.parse_args(words)
    # The first run compiles.
    simulate(plant(), OneByOne(), Generated(orders=10, per_hour=1.0))
    rows = []
    for row in measured():
        print(f"{row[0]:45} {row[1]:12.4f} {row[2]:12.4f}")
        rows.append(row)
    with (given.out / "release.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("measured", "figure", "reference"), *rows])
    return 0


def measured() -> Iterator[Row]:
    """Yield everything that is measured."""
    for load in (0.5, 0.7, 0.8):
        rate = load / RUN
        exact = theory.mg1_wait(rate, RUN, RUN**2)
        yield f"M/D/1 wait, load {load}", wait(plant(), OneByOne(), rate), exact
    for least, most, load in ((1, 4, 0.6), (3, 4, 0.6), (4, 4, 0.8), (5, 10, 0.7)):
        rate = load * most / RUN
        found = wait(plant(), MinimumBatch(least=least, size=most), rate)
        exact = theory.bulk_wait(rate, RUN, least, most)
        yield f"M/D^[{least},{most}]/1 wait, load {load}", found, exact
    rate = 0.6 / (RUN + CHANGEOVER * 2 / 3)
    found = wait(plant(("a", "b", "c"), Process.SERIAL), OneByOne(), rate) - CHANGEOVER * 2 / 3
    exact = theory.changeover_wait(rate, RUN, CHANGEOVER, 3)
    yield "changeovers, 3 families, wait", found, exact
    yield from timed()
    yield from places()
    yield from adaptive()


def wait(scenario: Scenario, policy: Policy, rate: float) -> float:
    """Return the mean wait of a million orders, `rate` of them per minute, in minutes."""
    run = simulate(scenario, policy, Generated(orders=MILLION, per_hour=60 * rate), seed=1)
    return 60 * (run.measures.queue or 0.0)


def timed() -> Iterator[Row]:
    """Yield seconds against their targets."""
    began = time.perf_counter()
    wait(plant(("a", "b", "c"), Process.SERIAL), OneByOne(), 0.6 / 1500)
    yield "seconds for 1,000,000 orders", time.perf_counter() - began, 20.0
    scenario = planner.read_scenario("scenarios/denim")
    arrivals = Generated(orders=2000, per_hour=0.6).draw(scenario, np.random.default_rng(1))
    began = time.perf_counter()
    frontier_of(scenario, arrivals)
    yield "seconds for 200 settings, 2,000 orders", time.perf_counter() - began, 10.0


def places() -> Iterator[Row]:
    """Yield the place utilisation of continuous batching against whole batches."""
    made = plant(("a",), Process.CONTINUOUS, runs=(20, 40, 90))
    for rate in (2.0, 5.0, 20.0):
        drawn = Generated(orders=5000, per_hour=rate).draw(made, np.random.default_rng(1))
        # Without a warm-up: both variants then do the same work in the time that counts.
        laboratory = Laboratory(made, replace(drawn, warm_up=0))
        one = laboratory.run(ContinuousPlaces(places=4)).measures.place_utilisation
        other = laboratory.run(WholeBatch(places=4)).measures.place_utilisation
        yield f"continuous against whole, {rate:g} orders/h", one or 0.0, other or 0.0


def adaptive() -> Iterator[Row]:
    """Yield mean flow time and cost of the adaptive policy, and the least of all settings tried.

    Three runs of 2,000 orders each, the same for all; the reference is chosen knowing the outcome.
    """
    for name in SAMPLES:
        scenario = planner.read_scenario(f"scenarios/{name}")
        backlog = Generated(orders=2000, per_hour=1.0).draw(scenario, np.random.default_rng(0))
        most = limit(scenario, backlog, FullBatch(size=10)).per_hour or 1.0
        for load in LOADS:
            source = Generated(orders=2000, per_hour=load * most)
            laboratories = [Laboratory(scenario, each) for each in streams(scenario, source, 3, 1)]
            found = means(laboratories, Adaptive(size=20))
            others = np.array([means(laboratories, each) for each in TRIED])
            for place, figure in enumerate(("flow, h", "cost per order")):
                yield f"adaptive, {name} at {load}, {figure}", found[place], others[:, place].min()


def means(laboratories: Sequence[Laboratory], policy: Policy) -> tuple[float, float]:
    """Return mean flow time in hours and cost per order over the runs."""
    found = [laboratory.run(policy).measures for laboratory in laboratories]
    flow = np.mean([each.flow or 0.0 for each in found])
    return float(flow), float(np.mean([each.cost or 0.0 for each in found]))


def plant(
    families: tuple[str, ...] = ("red",),
    process: Process = Process.PARALLEL,
    runs: tuple[int, ...] = (RUN,),
) -> Scenario:
    """Return one machine, always open, and one kind of order per family and run time."""
    names = [(f"{family}-{run}", family, run) for family in families for run in runs]
    return Scenario(
        orders=tuple(Order(name=name) for name, _, _ in names),
        operations=tuple(
            Operation(name=name, order=name, family=family, durations={"M": Duration(run)})
            for name, family, run in names
        ),
        machines=(Machine(name="M", process=process, windows=(Window(0, LONG),)),),
        changeovers=Changeovers.constant(families, CHANGEOVER),
        clock=Clock(start=datetime(2026, 3, 2)),  # noqa: DTZ001 -- local time, as the clock wants
        horizon=LONG,
    )


if __name__ == "__main__":
    sys.exit(main())
