"""A worker whose planner is a few lines long: `python -m tests.store_worker RUN_ID`.

The method names what happens. Each improvement starts the one order a minute earlier; it is due at
minute 60, so the start is its tardiness and, with a weight of 1, the cost.
"""

import sys
import threading
import time
from collections.abc import Callable

from planner.errors import ScenarioError
from planner.schedule import Batch, Placement, Progress, Result, Schedule, Status, Terms
from planner.store import worker
from planner.store.processes import python_module

WORKER = python_module("tests.store_worker")


def schedule_at(start: int) -> Schedule:
    """Return one batch with the scenario's one order, 60 minutes from `start`."""
    placement = Placement(operation="A", start=start, end=start + 60)
    batch = Batch(machine="M", family="red", start=start, end=start + 60, placements=(placement,))
    return Schedule(batches=(batch,))


def plan(
    _scenario: object,
    *,
    method: str,
    seconds: float,
    stop: Callable[[], bool],
    on_progress: Callable[[Progress], None],
    on_schedule: Callable[[Schedule], None],
    **_options: object,
) -> Result:
    """Improve every 20 ms until `seconds` are over or somebody asks to stop."""
    if method == "refuse":
        raise ScenarioError("no order can be made")
    if method == "break":
        raise ZeroDivisionError("secret detail")
    started = time.monotonic()
    cost = 300
    while time.monotonic() - started < seconds and not stop():
        cost -= 1
        on_progress(progress(time.monotonic() - started, cost))
        on_schedule(schedule_at(start=cost))
        time.sleep(0.02)
    if method == "deaf":
        threading.Event().wait()
    return Result(
        schedule=schedule_at(start=cost),
        status=Status.FEASIBLE,
        cost=cost,
        bound=0,
        terms=Terms(tardiness=cost),
        method="test",
        seconds=seconds,
        seconds_to_best=seconds,
        seed=0,
        baselines={"one by one": schedule_at(start=300)},
    )


def progress(seconds: float, cost: int) -> Progress:
    """Return a report of the planner above."""
    return Progress(seconds=seconds, cost=cost, bound=0, terms=Terms(tardiness=cost), method="test")


if __name__ == "__main__":
    worker.PATIENCE, worker.EVERY = 1.0, 0.1
    worker.end_process(worker.main(sys.argv[1:], plan, WORKER))
