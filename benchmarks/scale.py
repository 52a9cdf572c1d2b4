"""How planning grows with the plant: first schedule, changeovers, tardiness, memory.

`python -m benchmarks.scale --sizes 1000/10 5000/100/4 --seconds 60 --out DIR` writes DIR/scale.csv;
5000/100/4 are 5,000 orders that pass 4 stages on 100 machines. What is there already is not planned
again. Each size runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.plants import plant
from benchmarks.results import Row, add_rows, read_rows
from benchmarks.routed_plants import routed_plant
from planner.checker import check
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.kpis import measure
from planner.planning import plan
from planner.planning.warmup import warm_up
from planner.schedule import Progress, Result
from planner.search.baselines import ONE_BY_ONE

# Seconds from the start of planning, and what was reported then.
Seen = tuple[float, Progress]

SIZES = ("1000/10", "10000/50", "100000/200")
SCALE, SCALE_PROGRESS = "scale.csv", "scale-progress.csv"
COMPARED = ("changeover_minutes", "tardiness", "tardy_orders", "unplanned")


def main(words: Sequence[str] | None = None) -> int:
    """Measure the sizes that the command line names; return the exit code."""
    given = _parser().parse_args(words)
    if given.alone:
        (size,) = given.sizes
        _measure(size, given)
        return 0
    codes = [_in_own_process(size, given) for size in given.sizes if not _is_done(size, given)]
    return max(codes, default=0)


def _run_of(size: str, given: argparse.Namespace) -> dict[str, str]:
    orders, machines, *stages = size.split("/")
    return {
        "orders": orders,
        "machines": machines,
        **({"stages": stages[0]} if stages else {}),
        "seed": str(given.seed),
        "workers": str(given.workers),
        "seconds_limit": f"{given.seconds:g}",
    }


def _is_done(size: str, given: argparse.Namespace) -> bool:
    """Tell whether the result folder has this run already."""
    run = {"stages": "", **_run_of(size, given)}
    rows = ({"stages": "", **row} for row in read_rows(given.out / SCALE))
    return any(run.items() <= row.items() for row in rows)


def _in_own_process(size: str, given: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "benchmarks.scale", "--alone", "--sizes", size]
    command += ["--seconds", str(given.seconds), "--workers", str(given.workers)]
    command += ["--seed", str(given.seed), "--out", str(given.out)]
    return subprocess.run(command, check=False).returncode


def _measure(size: str, given: argparse.Namespace) -> None:
    orders, machines, *stages = (int(part) for part in size.split("/"))
    make = routed_plant if stages else plant
    scenario = make(orders, machines, *stages, given.seed)
    seen: list[Seen] = []
    # Compiling, once ever, is measured apart.
    warm_up()
    if stages:
        warm_up(routes=True)
    began = time.perf_counter()
    result = plan(
        scenario,
        seconds=given.seconds,
        workers=given.workers,
        seed=given.seed,
        on_progress=lambda progress: seen.append((time.perf_counter() - began, progress)),
    )
    seconds = time.perf_counter() - began
    if result.schedule is None or check(scenario, result.schedule):
        raise ScheduleError(f"{size}: no schedule, or one that breaks a rule")
    run = _run_of(size, given)
    times = {
        "seconds_to_first": f"{seen[0][0]:.4f}",
        "seconds_total": f"{seconds:.2f}",
        "peak_megabytes": str(_peak_megabytes()),
        "cost": str(result.cost),
        "bound": str(result.bound),
    }
    add_rows(given.out / SCALE, [{**run, **times, **_compared(scenario, result)}])
    add_rows(given.out / SCALE_PROGRESS, _progress(run, seen))
    print(f"{scenario.name}: " + ", ".join(f"{k} {v}" for k, v in times.items()), flush=True)


def _compared(scenario: Scenario, result: Result) -> Row:
    """Return terms of the plan and of the orders made one by one."""
    schedules = {"planned": result.schedule, ONE_BY_ONE: (result.baselines or {}).get(ONE_BY_ONE)}
    measured = {
        made: measure(scenario, schedule).terms
        for made, schedule in schedules.items()
        if schedule is not None
    }
    costs = {f"{made}: cost": str(terms.cost(scenario)) for made, terms in measured.items()}
    return costs | {
        f"{made}: {term}": str(getattr(terms, term))
        for made, terms in measured.items()
        for term in COMPARED
    }


def _progress(run: Row, seen: Iterable[Seen]) -> Iterator[Row]:
    for seconds, progress in seen:
        yield {**run, "seconds": f"{seconds:.2f}", "cost": str(progress.cost)}


def _peak_megabytes() -> int:
    """Return the most memory that this process has had, in megabytes of 2**20 bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--sizes", nargs="+", default=SIZES, help="orders/machines, or orders/machines/stages"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit per plant")
    parser.add_argument("--workers", type=int, default=2, help="threads that search")
    parser.add_argument("--seed", type=int, default=0, help="seed of plant and search")
    parser.add_argument("--out", type=Path, default=Path("results"), help="result folder")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
