"""Job shops with few operators: every operation needs its machine and one of them; the makespan.

Classical job shops; results of CP Optimizer and OptalCP, and how many operators there are, from
github.com/ScheduleOpt/optalcp-benchmarks.
"""

import csv
from dataclasses import replace
from pathlib import Path

from benchmarks.made import makespan_shop, names
from planner.domain import During, Level, Need, Resource, Scenario

OPERATORS = "operators"


def read_operators(path: Path) -> Scenario:
    """Return the job shop at `path`; `published.csv` one folder above says how many operators.

    Each line is a job: pairs of machine and duration in the order of its route.
    """
    words = iter(map(int, path.read_text(encoding="utf-8").split()))
    job_count, machine_count = next(words), next(words)
    machines = names("machine", machine_count)
    jobs = [
        [{machines[next(words)]: next(words)} for _ in range(machine_count)]
        for _ in range(job_count)
    ]
    return replace(
        makespan_shop(path.name, jobs, machines),
        resources=(Resource(name=OPERATORS, levels=(Level(0, _operators(path)),)),),
        needs=(Need(resource=OPERATORS, during=During.RUN),),
    )


def _operators(path: Path) -> int:
    table = path.resolve().parent.parent / "published.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = {row["instance"]: row for row in csv.DictReader(lines)}
    return int(rows[path.stem][OPERATORS])
