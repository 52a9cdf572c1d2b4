"""Parallel batch machines with incompatible families and weighted tardiness.

T.-C. Chiang, H.-C. Cheng, L.-C. Fu, "A memetic algorithm for minimizing total weighted tardiness on
parallel batch machines with incompatible job families and dynamic job arrival", Computers &
Operations Research 37 (2010).
"""

from decimal import Decimal
from pathlib import Path

from benchmarks.made import CLOCK, always_open, names, single_stage, table
from planner.domain import Dimension, Duration, Machine, Order, Process, Scenario, Weights
from planner.errors import ScenarioError

# Weights are given with two decimals.
WEIGHT_UNITS = 100


def read_pbatch(path: Path) -> Scenario:
    """Return the batch machine instance at `path`; its cost is 100 times the weighted tardiness."""
    words = iter(path.read_text(encoding="utf-8").split())
    machine_count, per_family, capacity = (int(next(words)) for _ in range(3))
    times = [int(next(words)) for _ in range(int(next(words)))]
    machines, families = names("machine", machine_count), names("family", len(times))
    durations = [dict.fromkeys(machines, Duration(time)) for time in times]
    jobs = list(zip(*[words] * 3, strict=True))
    if len(jobs) != per_family * len(times):
        raise ScenarioError(f"{path}: {len(jobs)} jobs, not {per_family} for each family")
    orders = tuple(
        _order(name, *job) for name, job in zip(names("job", len(jobs)), jobs, strict=True)
    )
    # Enough for every job alone, one after the other on one machine.
    horizon = max(order.release for order in orders) + per_family * sum(times)
    nothing = [[[0] * len(times) for _ in times]]
    return Scenario(
        name=path.name,
        orders=orders,
        operations=tuple(
            single_stage(order, families[k // per_family], durations[k // per_family], (1,))
            for k, order in enumerate(orders)
        ),
        machines=tuple(
            Machine(
                name=machine,
                process=Process.PARALLEL,
                capacity=(capacity,),
                windows=always_open(horizon),
            )
            for machine in machines
        ),
        changeovers=table(families, nothing),
        clock=CLOCK,
        horizon=horizon,
        dimensions=(Dimension(name="jobs"),),
        weights=Weights(tardiness=1),
    )


def _order(name: str, arrival: str, due: str, weight: str) -> Order:
    return Order(
        name=name, release=int(arrival), due=int(due), weight=int(Decimal(weight) * WEIGHT_UNITS)
    )
