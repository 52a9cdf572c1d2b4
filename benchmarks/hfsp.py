"""Hybrid flow shops: all jobs pass all stages, with like machines at each; the makespan counts.

Collected in B. Naderi, R. Ruiz, V. Roshanaei, "Mixed-integer programming vs. constraint programming
for shop scheduling problems: new results and outlook", INFORMS Journal on Computing 35 (2023).
"""

from pathlib import Path

from benchmarks.made import makespan_shop, names
from planner.domain import Scenario


def read_hfsp(path: Path) -> Scenario:
    """Return the hybrid flow shop at `path`; its cost is the makespan."""
    words = iter(map(int, path.read_text(encoding="utf-8").split()))
    job_count, stage_count = next(words), next(words)
    stages = [names(f"stage {stage} machine", next(words)) for stage in range(1, stage_count + 1)]
    jobs = [[dict.fromkeys(machines, next(words)) for machines in stages] for _ in range(job_count)]
    return makespan_shop(path.name, jobs, [machine for stage in stages for machine in stage])
