"""Complex job shops: routes with batches at some stages and changeovers at others.

S. Knopp, S. Dauzère-Pérès, C. Yugma, "A batch-oblivious approach for Complex Job-Shop scheduling
problems", European Journal of Operational Research 263 (2017) 50-61.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.made import CLOCK, along, always_open, names, table
from planner.domain import (
    Dimension,
    Duration,
    Machine,
    Operation,
    Order,
    Process,
    Scenario,
    Weights,
)
from planner.errors import ScenarioError

# Completion is tardiness where all is due at once.
COMPLETION, TARDINESS = "TWC", "TWT"


def read_cjs(path: Path) -> Scenario:
    """Return the complex job shop at `path`; its cost is weighted completion or tardiness."""
    lines = path.read_text(encoding="utf-8").split("\n")
    job_count, machine_count, family_count = map(int, lines[0].split())
    objective = lines[1].strip()
    if objective not in (COMPLETION, TARDINESS):
        raise ScenarioError(f"{path}: objective {objective!r} is not known")
    words = iter(map(int, " ".join(lines[2:]).split()))
    orders, routes = [], []
    for job in names("job", job_count):
        release, due, weight, length = (next(words) for _ in range(4))
        wanted = 0 if objective == COMPLETION else due
        orders.append(Order(name=job, release=release, due=wanted, weight=weight))
        routes.append([next(words) for _ in range(length)])
    machines, families = names("machine", machine_count), names("family", family_count)
    capacities = [next(words) for _ in machines]
    durations = [_durations(words, machines) for _ in families]
    changeovers = [[next(words) for _ in families] for _ in families]
    steps = [
        Operation(name="step", order="", family=family, durations=times, sizes=(1,))
        for family, times in zip(families, durations, strict=True)
    ]
    longest = max(max(row, default=0) for row in changeovers)
    work = sum(
        max(d.minimum for d in durations[f].values()) + longest for route in routes for f in route
    )
    horizon = max(order.release for order in orders) + work
    return Scenario(
        name=path.name,
        orders=tuple(orders),
        operations=tuple(
            operation
            for order, route in zip(orders, routes, strict=True)
            for operation in along(order, (steps[family] for family in route))
        ),
        machines=tuple(
            Machine(
                name=machine,
                process=Process.PARALLEL,
                capacity=(capacity,),
                windows=always_open(horizon),
                pausable=False,
            )
            for machine, capacity in zip(machines, capacities, strict=True)
        ),
        changeovers=table(families, [changeovers]),
        clock=CLOCK,
        horizon=horizon,
        dimensions=(Dimension(name="operations"),),
        weights=Weights(tardiness=1),
    )


def _durations(words: Iterator[int], machines: tuple[str, ...]) -> dict[str, Duration]:
    pairs = [(next(words), next(words)) for _ in range(next(words))]
    return {machines[machine]: Duration(time) for machine, time in pairs}
