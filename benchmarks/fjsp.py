"""Flexible job shops: routes with alternative machines; the makespan counts.

Collected in B. Naderi, R. Ruiz, V. Roshanaei, "Mixed-integer programming vs. constraint programming
for shop scheduling problems: new results and outlook", INFORMS Journal on Computing 35 (2023).
"""

from pathlib import Path

from benchmarks.made import makespan_shop, names
from planner.domain import Scenario


def read_fjsp(path: Path) -> Scenario:
    """Return the flexible job shop at `path`; its cost is the makespan.

    A duration of 0 means that the machine cannot make the operation.
    """
    words = iter(map(int, path.read_text(encoding="utf-8").split()))
    job_count, machine_count = next(words), next(words)
    lengths = [next(words) for _ in range(job_count)]
    machines = names("machine", machine_count)
    jobs = [
        [{machine: time for machine in machines if (time := next(words))} for _ in range(length)]
        for length in lengths
    ]
    return makespan_shop(path.name, jobs, machines)
