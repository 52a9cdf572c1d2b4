"""All sets at all time limits, turn by turn: cut off at any time, it has planned balanced parts.

`python -m benchmarks.suite --data FOLDER --seconds 10 60 --per-class 5 --out benchmarks/results`
makes one result folder per set and limit, such as `osp-10`. What is there already is not planned
again. `python -m benchmarks.report benchmarks/results/*` makes the tables.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.choosing import add_choice, choice_of, chosen, paths_of
from benchmarks.run import Protocol, add_judge, run
from benchmarks.sets import SETS
from planner.errors import PlannerError

# Where the instances of each set are, below the folder of all data.
FOLDERS = {
    "osp": "osp/use-case-2",
    "pbatch": "pbatch/instances",
    "upmsp": "upmsp/instances",
    "atsp": "atsp",
    "cjs": "cjs/instances",
    "hfsp": "hfsp/instances",
    "fjsp": "fjsp/instances",
    "operators": "operators/instances",
}

# The turn of an instance, its set and path, and the seconds to plan it for.
Job = tuple[int, str, Path, float]


def main(words: Sequence[str] | None = None) -> int:
    """Plan what the command line asks for; return 1 if anything could not be planned."""
    given = _parser().parse_args(words)
    failed = [job for job in jobs(given) if not _planned(job, given)]
    return int(bool(failed))


def jobs(given: argparse.Namespace) -> list[Job]:
    """Return what is to be planned, by turn, so that all sets and limits advance together."""
    asked = [
        (turn, name, path, seconds)
        for name in given.sets
        for turn, path in chosen(
            SETS[name],
            paths_of([given.data / FOLDERS[name]], given.data, SETS[name].suffix),
            choice_of(given),
        )
        for seconds in given.seconds
    ]
    return sorted(asked, key=lambda job: job[0])


def _planned(job: Job, given: argparse.Namespace) -> bool:
    """Plan one job; tell whether that went well. One that did not stops no other."""
    _, name, path, seconds = job
    protocol = Protocol(
        seconds=seconds,
        workers=given.workers,
        seed=given.seed,
        method="auto",
        out=given.out / f"{name}-{seconds:g}",
        checker=given.osp_checker,
    )
    try:
        run(SETS[name], path, protocol)
    except (PlannerError, OSError) as error:
        print(f"{name} {path.name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of all published sets")
    parser.add_argument("--sets", nargs="+", choices=sorted(FOLDERS), default=list(FOLDERS))
    parser.add_argument("--seconds", nargs="+", type=float, default=[10.0, 60.0], help="limits")
    parser.add_argument("--workers", type=int, default=2, help="threads that search")
    parser.add_argument("--seed", type=int, default=1, help="seed of the search")
    parser.add_argument("--out", type=Path, default=Path("results"), help="folder of the results")
    add_choice(parser)
    add_judge(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
