"""How many moves the local search evaluates a second where machines share resources.

`python -m benchmarks.speed_shared` searches generated plants of 100, 500 and 2,000 operations by
one worker, from earliest due date on: with setters, loaders and power, and without. It prints moves
per second of processor time, as `benchmarks.speed` counts them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import process_time

from benchmarks.plants import DAY, plant
from planner.arrays import arrays_from
from planner.domain import During, Level, Need, Process, Resource, Scenario
from planner.planning.warmup import warm_up
from planner.search.annealing import Effort, search
from planner.search.baselines import earliest_due_date_sequences

SIZES = (100, 500, 2000)
ORDERS_PER_MACHINE = 20
# Of so many machines one at a time is set up, and one loaded or unloaded.
MACHINES_PER_SETTER, MACHINES_PER_LOADER = 4, 3
LOADING_MINUTES = 10
SHIFTS = (6 * 60, 22 * 60)


def main(words: Sequence[str] | None = None) -> int:
    """Print the speed at each size that the command line asks for."""
    given = sizes_and_moves("speed_shared", __doc__, 200_000, words)
    warm_up(routes=True)
    print("| operations | machines | moves a second | without resources |")
    print("| --: | --: | --: | --: |")
    for size in given.sizes:
        alone = plant(size, max(3, size // ORDERS_PER_MACHINE))
        found = [speed(scenario, given.moves) for scenario in (sharing(alone), alone)]
        shown = " | ".join(f"{figure:,.0f}" for figure in found)
        print(f"| {size:,} | {len(alone.machines)} | {shown} |", flush=True)
    return 0


def sizes_and_moves(
    name: str, told: str | None, moves: int, words: Sequence[str] | None
) -> argparse.Namespace:
    """Return what the command line of a benchmark asks for: `sizes`, and `moves` in each."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=told)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="operations")
    parser.add_argument("--moves", type=int, default=moves, help="moves to try in each plant")
    return parser.parse_args(words)


def speed(scenario: Scenario, moves: int) -> float:
    """Return the moves evaluated per second of processor time by one worker that tries `moves`."""
    arrays = arrays_from(scenario)
    start = earliest_due_date_sequences(arrays)
    began = process_time()
    found = search(arrays, start, Effort(moves=moves))
    return found.moves / (process_time() - began)


def sharing(alone: Scenario) -> Scenario:
    """Return a plant in which setters change machines over, and loaders fill and empty ovens.

    Both work on two shifts of every day; what runs on serial machines needs power as well.
    """
    machines = len(alone.machines)
    setters = max(1, machines // MACHINES_PER_SETTER)
    loaders = max(1, machines // MACHINES_PER_LOADER)
    ovens = [machine.name for machine in alone.machines if machine.process == Process.PARALLEL]
    serial = [machine.name for machine in alone.machines if machine.process == Process.SERIAL]
    loading = [
        Need(resource="loader", during=during, units=LOADING_MINUTES, machine=name)
        for name in ovens
        for during in (During.START, During.END)
    ]
    running = [Need(resource="power", during=During.RUN, amount=2, machine=name) for name in serial]
    return replace(
        alone,
        resources=(
            Resource(name="setter", levels=tuple(_shifts(alone.horizon, setters))),
            Resource(name="loader", levels=tuple(_shifts(alone.horizon, loaders))),
            Resource(name="power", levels=(Level(0, max(2, 2 * len(serial) - 1)),)),
        ),
        needs=(Need(resource="setter", during=During.CHANGEOVER), *loading, *running),
    )


def _shifts(horizon: int, amount: int) -> Iterator[Level]:
    """Yield that there is `amount` during shifts, and one less, but one at least, at night."""
    yield Level(0, max(1, amount - 1))
    for day in range(horizon // DAY):
        yield Level(day * DAY + SHIFTS[0], amount)
        yield Level(day * DAY + SHIFTS[1], max(1, amount - 1))


if __name__ == "__main__":
    sys.exit(main())
