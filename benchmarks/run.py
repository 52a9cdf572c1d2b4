"""Plan published instances and note cost, bound and time beside the published results.

`python -m benchmarks.run SET FILE... --seconds S --workers W --seed N --out DIR`
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.choosing import add_choice, choice_of, chosen, paths_of
from benchmarks.judging import judge
from benchmarks.osp import osp_solution
from benchmarks.results import CHECKER, PROGRESS, RESULTS, Row, add_rows, done, key_of
from benchmarks.sets import SETS, InstanceSet, best_known, published
from planner.checker import check
from planner.domain import Scenario
from planner.errors import PlannerError, ScheduleError
from planner.planning import plan
from planner.schedule import Result, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How every instance of a run is planned."""

    seconds: float
    workers: int
    seed: int
    method: str
    out: Path
    checker: Path | None = None


def main(words: Sequence[str] | None = None) -> int:
    """Plan the instances that the command line names; return the exit code."""
    given = _parser().parse_args(words)
    instances = SETS[given.set]
    protocol = Protocol(
        seconds=given.seconds,
        workers=given.workers,
        seed=given.seed,
        method=given.method,
        out=given.out,
        checker=given.osp_checker,
    )
    paths = paths_of(given.files, given.data, instances.suffix)
    try:
        for _, path in chosen(instances, paths, choice_of(given)):
            run(instances, path, protocol)
    except (PlannerError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def run(instances: InstanceSet, path: Path, protocol: Protocol) -> None:
    """Plan the instance at `path` and add the outcome to the result folder, unless it is there."""
    protocol.out.mkdir(parents=True, exist_ok=True)
    row = _run_key(instances, path, protocol)
    if key_of(row) in done(protocol.out):
        print(f"{path.name}: already in {protocol.out / RESULTS}", file=sys.stderr)
        return
    scenario = instances.read(path)
    began = time.perf_counter()
    result = plan(
        scenario,
        seconds=protocol.seconds,
        workers=protocol.workers,
        seed=protocol.seed,
        method=protocol.method,
    )
    seconds = time.perf_counter() - began
    _certify(scenario, result, path)
    row = {**row, **_outcome(instances, result, seconds), **_references(instances, path, result)}
    if instances.name == "osp" and result.schedule is not None:
        solution = _write_solution(scenario, result.schedule, path, protocol.out)
        if protocol.checker is not None:
            row[CHECKER] = judge(protocol.checker, path, solution)
    add_rows(protocol.out / PROGRESS, _improvements(instances, path, protocol, result))
    add_rows(protocol.out / RESULTS, [row])
    print(
        f"{path.name}: cost {row['cost']}, bound {row['bound']}, {row['status']}, "
        f"gap to best known {row.get('gap_to_best_known', '')}, {seconds:.1f} s",
        flush=True,
    )


def _run_key(instances: InstanceSet, path: Path, protocol: Protocol) -> dict[str, str]:
    return {
        "set": instances.name,
        "instance": path.name,
        "seed": str(protocol.seed),
        "workers": str(protocol.workers),
        "seconds_limit": f"{protocol.seconds:g}",
        "method": protocol.method,
        "folder": path.resolve().parent.name,
    }


def _outcome(instances: InstanceSet, result: Result, seconds: float) -> Row:
    terms = result.terms
    return {
        "cost": instances.shown(result.cost),
        "bound": instances.shown(result.bound),
        "status": str(result.status),
        "seconds_to_best": f"{result.seconds_to_best:.2f}",
        "seconds_total": f"{seconds:.2f}",
        "found_by": result.method,
        "unplanned": "" if terms is None else str(terms.unplanned),
    }


def _references(instances: InstanceSet, path: Path, result: Result) -> Row:
    """Return the published columns and how far the cost is above the best of them, as a share."""
    reference = dict(published(path))
    best = best_known(reference)
    if best is None or result.cost is None:
        return reference
    cost = result.cost / instances.divisor
    reference["best_known"] = f"{best:g}" if best < 1e5 else f"{best:.0f}"
    if norm := reference.get("published_norm_const"):
        reference["normalised_cost"] = repr(cost / float(norm))
    # Where the best known cost is nothing, only nothing is as good.
    gap = (cost - best) / best if best else (0.0 if cost == 0 else float("inf"))
    reference["gap_to_best_known"] = f"{gap:.6f}"
    return reference


def _certify(scenario: Scenario, result: Result, path: Path) -> None:
    if result.schedule is None:
        return
    if violations := check(scenario, result.schedule):
        raise ScheduleError(f"{path.name}: " + "; ".join(map(str, violations[:5])))


def _write_solution(scenario: Scenario, schedule: Schedule, path: Path, out: Path) -> Path:
    """Write the solution twice: named after the file, and after the file without its suffix."""
    text = json.dumps(osp_solution(scenario, schedule))
    for name in (path.name, path.name.removesuffix(path.suffix)):
        (out / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return out / f"{path.name}.json"


def _improvements(
    instances: InstanceSet, path: Path, protocol: Protocol, result: Result
) -> Iterator[Row]:
    for progress in result.improvements:
        yield {
            **_run_key(instances, path, protocol),
            "seconds": f"{progress.seconds:.3f}",
            "cost": instances.shown(progress.cost),
            "bound": instances.shown(progress.bound),
            "found_by": progress.method,
        }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("set", choices=sorted(SETS), help="the published set")
    parser.add_argument("files", nargs="+", type=Path, help="instances, or folders of them")
    parser.add_argument("--seconds", type=float, default=10.0, help="time limit per instance")
    parser.add_argument("--workers", type=int, default=2, help="threads that search")
    parser.add_argument("--seed", type=int, default=0, help="seed of the search")
    parser.add_argument("--out", type=Path, default=Path("results"), help="result folder")
    parser.add_argument("--data", type=Path, default=Path(), help="folder that FILE is below")
    parser.add_argument(
        "--method", default="auto", help="auto, cpsat, search, or a baseline's name"
    )
    add_choice(parser)
    add_judge(parser)
    return parser


def add_judge(parser: argparse.ArgumentParser) -> None:
    """Add the option that says who judges solutions beside the project's own checker."""
    parser.add_argument(
        "--osp-checker", type=Path, help="the oven set's own checker: a Python file"
    )


if __name__ == "__main__":
    sys.exit(main())
