"""How many moves the local search evaluates a second where orders pass several stages.

`python -m benchmarks.speed_routes` searches generated plants of 100, 500 and 2,000 operations by
one worker, from earliest due date on: with four stages, the same where nothing may wait long
between two of them, and with a single stage. It prints moves per second of processor time, as
`benchmarks.speed` counts them.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.plants import plant
from benchmarks.routed_plants import routed_plant
from benchmarks.speed_shared import ORDERS_PER_MACHINE, sizes_and_moves, speed
from planner.domain import Scenario
from planner.planning.warmup import warm_up

STAGES = 4
# Machines of all three kinds at each stage.
LEAST_MACHINES = 3 * STAGES
MOST_WAIT = 8 * 60


def main(words: Sequence[str] | None = None) -> int:
    """Print the speed at each size that the command line asks for."""
    given = sizes_and_moves("speed_routes", __doc__, 400_000, words)
    warm_up(routes=True)
    print("| operations | machines | four stages | with most waits | one stage |")
    print("| --: | --: | --: | --: | --: |")
    for size in given.sizes:
        machines = max(LEAST_MACHINES, size // ORDERS_PER_MACHINE)
        routed = routed_plant(size // STAGES, machines, STAGES)
        plants = (routed, waiting(routed), plant(size, machines))
        found = " | ".join(f"{speed(each, given.moves):,.0f}" for each in plants)
        print(f"| {size:,} | {machines} | {found} |", flush=True)
    return 0


def waiting(scenario: Scenario) -> Scenario:
    """Return `scenario` with nothing that may wait longer than eight hours between stages."""
    operations = tuple(
        replace(each, after=tuple(after._replace(most_wait=MOST_WAIT) for after in each.after))
        for each in scenario.operations
    )
    return replace(scenario, operations=operations)


if __name__ == "__main__":
    sys.exit(main())
