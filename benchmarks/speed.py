"""How many moves the local search evaluates: accepted or refused, per second of processor time.

`python -m benchmarks.speed osp FOLDER --per-class 3 --moves 2` searches by one worker, from
earliest due date on, and prints a row per size class. Moves that turn out to be impossible before
they are timed do not count.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.choosing import add_choice, choice_of, chosen, paths_of
from benchmarks.sets import SETS, InstanceSet
from planner.arrays import arrays_from, is_coupled
from planner.planning.warmup import warm_up
from planner.search.annealing import Effort, search
from planner.search.baselines import earliest_due_date_sequences


def main(words: Sequence[str] | None = None) -> int:
    """Print the speed of each size class that the command line asks for."""
    given = _parser().parse_args(words)
    instances = SETS[given.set]
    found = paths_of(given.files, Path(), instances.suffix)
    paths = [path for _, path in chosen(instances, found, choice_of(given))]
    print("| class | instances | moves a second, median | least | most |")
    print("| --- | --: | --: | --: | --: |")
    for row in speeds(instances, paths, int(given.moves * 1e6)):
        print(row, flush=True)
    return 0


def speeds(instances: InstanceSet, paths: Iterable[Path], moves: int) -> Iterable[str]:
    """Yield a table row per size class: instances, then median, least and most moves a second."""
    warm_up()
    classes: dict[str, list[float]] = {}
    for path in paths:
        classes.setdefault(instances.size(path.name), []).append(speed(instances, path, moves))
    for name in sorted(classes, key=lambda name: (len(name), name)):
        found = classes[name]
        figures = " | ".join(f"{figure:,.0f}" for figure in (median(found), min(found), max(found)))
        yield f"| {name} | {len(found)} | {figures} |"


def speed(instances: InstanceSet, path: Path, moves: int) -> float:
    """Return the moves evaluated per second of processor time by one worker that tries `moves`."""
    arrays = arrays_from(instances.read(path))
    if is_coupled(arrays):
        warm_up(routes=True)
    start = earliest_due_date_sequences(arrays)
    began = process_time()
    found = search(arrays, start, Effort(moves=moves))
    return found.moves / (process_time() - began)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("set", choices=sorted(SETS), help="the published set")
    parser.add_argument("files", nargs="+", type=Path, help="instances, or folders of them")
    parser.add_argument("--moves", type=float, default=2.0, help="million moves to try")
    add_choice(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
