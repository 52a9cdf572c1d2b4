"""Unrelated parallel machines with machine- and sequence-dependent changeovers, makespan.

E. Vallada, R. Ruiz, "A genetic algorithm for the unrelated parallel machine scheduling problem with
sequence dependent setup times", European Journal of Operational Research 211 (2011).
"""

from pathlib import Path

from benchmarks.made import CLOCK, always_open, names, single_stage, table
from planner.domain import Duration, Machine, Order, Scenario, Weights
from planner.errors import ScenarioError


def read_upmsp(path: Path) -> Scenario:
    """Return the unrelated machines instance at `path`; its cost is the makespan.

    Every job is its own family; the first job of a machine needs no changeover.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.split()]
    job_count, machine_count = int(lines[0][0]), int(lines[0][1])
    times = [_by_machine(words, machine_count) for words in lines[2 : 2 + job_count]]
    changeovers = _matrices(lines[3 + job_count :], job_count, machine_count)
    jobs, machines = names("job", job_count), names("machine", machine_count)
    # Enough for all jobs one after the other, each after its longest changeover.
    horizon = sum(
        max(row) + max(matrix[other][job] for matrix in changeovers for other in range(job_count))
        for job, row in enumerate(times)
    )
    orders = tuple(Order(name=job) for job in jobs)
    return Scenario(
        name=path.name,
        orders=orders,
        operations=tuple(
            single_stage(
                order, order.name, {m: Duration(t) for m, t in zip(machines, row, strict=True)}
            )
            for order, row in zip(orders, times, strict=True)
        ),
        machines=tuple(Machine(name=name, windows=always_open(horizon)) for name in machines),
        changeovers=table(jobs, changeovers, machines=machines),
        clock=CLOCK,
        horizon=horizon,
        weights=Weights(makespan=1),
    )


def _by_machine(words: list[str], count: int) -> list[int]:
    numbers = [int(word) for word in words]
    times = dict(zip(numbers[::2], numbers[1::2], strict=True))
    return [times[machine] for machine in range(count)]


def _matrices(lines: list[list[str]], jobs: int, machines: int) -> list[list[list[int]]]:
    """Return one matrix per machine from blocks of a title and its rows; the diagonal is unused."""
    if len(lines) < machines * (jobs + 1):
        raise ScenarioError(f"{len(lines)} lines of changeovers, not {machines * (jobs + 1)}")
    starts = [machine * (jobs + 1) + 1 for machine in range(machines)]
    matrices = [[[int(word) for word in row] for row in lines[s : s + jobs]] for s in starts]
    for matrix in matrices:
        for job in range(jobs):
            matrix[job][job] = 0
    return matrices
