"""Whether two checkouts plan the same: same scenarios, seed and work, same schedules.

`python -m benchmarks.same_schedules ../before --scenarios scenarios/* --osp FOLDER --per-class 2`
plans each scenario by this checkout and the other, which has a `.venv` of its own, and prints a row
per scenario: its cost by either, and whether the schedules are equal to the last minute.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.choosing import add_choice, choice_of, chosen, paths_of
from benchmarks.sets import SETS

HERE = Path(__file__).parents[1]
FOLDER = "folder"

# What both checkouts run, with names that both have. Reads a kind and a path a line.
PLAN = """
import json, sys
from pathlib import Path
import planner
work, seed = int(sys.argv[1]), int(sys.argv[2])
for line in sys.stdin:
    kind, path = json.loads(line)
    if kind == "folder":
        scenario = planner.read_scenario(Path(path))
    else:
        from benchmarks.sets import SETS
        scenario = SETS[kind].read(Path(path))
    result = planner.plan(scenario, work=work, workers=2, seed=seed)
    batches = [
        [b.machine, b.family, b.start, b.end, [[p.operation, p.start, p.end] for p in b.placements]]
        for b in result.schedule.batches
    ]
    unplanned = [item.operation for item in result.schedule.unplanned]
    print(json.dumps({"cost": result.cost, "schedule": [batches, unplanned]}), flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A scenario: a folder of the planner's own files, or an instance of the set `kind`."""

    kind: str
    path: Path


def main(words: Sequence[str] | None = None) -> int:
    """Print a row per scenario; 1 if any two schedules differ."""
    given = _parser().parse_args(words)
    cases = tuple(_cases(given))
    there = given.other.resolve()
    pairs = zip(
        cases,
        planned(HERE, sys.executable, cases, given.work, given.seed),
        planned(there, str(there / ".venv/bin/python"), cases, given.work, given.seed),
        strict=True,
    )
    print("| scenario | cost here | cost there | schedules |")
    print("| --- | --: | --: | --- |")
    different = 0
    for case, here, other in pairs:
        same = here == other
        different += not same
        word = "equal" if same else "different"
        print(f"| {case.path.name} | {here['cost']} | {other['cost']} | {word} |")
    return int(different > 0)


def planned(
    checkout: Path, python: str, cases: Iterable[Case], work: int, seed: int
) -> Iterator[dict[str, object]]:
    """Yield cost and schedule of each case, planned by the code of `checkout`.

    Raises `subprocess.CalledProcessError` should it fail.
    """
    lines = "\n".join(json.dumps([case.kind, str(case.path.resolve())]) for case in cases)
    done = subprocess.run(
        [python, "-c", PLAN, str(work), str(seed)],
        cwd=checkout,
        input=lines,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return map(json.loads, done.stdout.splitlines())


def _cases(given: argparse.Namespace) -> Iterator[Case]:
    for path in given.scenarios:
        if (path / "orders.csv").exists():
            yield Case(kind=FOLDER, path=path)
    for name, instances in SETS.items():
        found = paths_of(getattr(given, name), Path(), instances.suffix)
        for _, path in chosen(instances, found, choice_of(given)):
            yield Case(kind=name, path=path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_schedules")
    parser.description = __doc__
    parser.add_argument("other", type=Path, help="the other checkout, set up by its ./test")
    parser.add_argument("--scenarios", nargs="*", type=Path, default=(), help="scenario folders")
    for name in SETS:
        parser.add_argument(f"--{name}", nargs="*", type=Path, default=(), help="its instances")
    parser.add_argument("--work", type=int, default=20, help="units of work for each")
    parser.add_argument("--seed", type=int, default=1)
    add_choice(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
