"""The process that plans again: `python -m planner.store.replan_worker ID`, the job on its input.

Only `planner.store.replans` starts it, and gives it the job pickled.
"""

import argparse
import logging
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from planner.changes import Replanned, replan
from planner.errors import PlannerError
from planner.store.processes import this_process
from planner.store.replans import ReplanJob, begin_replan, end_replan, goes_on
from planner.store.rows import RunState
from planner.store.store import Store
from planner.store.worker import NOT_MINE, PATIENCE, end_process

# Seconds between two looks whether to stop.
EVERY = 0.3

log = logging.getLogger(__name__)
Outcome = Replanned | str


def work(store: Store, replan_id: int, job: ReplanJob) -> int:
    """Plan again; return 0, or 2 where it was forgotten before it began."""
    if not begin_replan(store, replan_id, this_process()):
        return NOT_MINE
    stop = threading.Event()
    _stop_on_signals(stop)
    outcome: list[Outcome] = []
    planning = threading.Thread(
        target=lambda: outcome.append(_planned(job, stop.is_set)), daemon=True
    )
    planning.start()
    while planning.is_alive():
        planning.join(EVERY)
        if not stop.is_set() and not goes_on(store, replan_id):
            stop.set()
            planning.join(PATIENCE)
            break
    _tell(store, replan_id, job, outcome, stopped=stop.is_set())
    return 0


def _planned(job: ReplanJob, stop: Callable[[], bool]) -> Outcome:
    """Return the new plan, or why there is none."""
    try:
        return replan(
            job.scenario,
            job.schedule,
            job.actuals,
            now=job.now,
            freeze_hours=job.freeze_hours,
            seconds=job.seconds,
            calmness=job.calmness,
            stop=stop,
        )
    except PlannerError as error:
        log.exception("cannot be planned again")
        return str(error)
    except MemoryError:
        log.exception("out of memory")
        return "Planning again needs more memory than there is."
    except Exception as error:
        log.exception("planning again failed")
        return f"Planning again failed unexpectedly ({type(error).__name__})."


def _tell(
    store: Store, replan_id: int, job: ReplanJob, outcome: list[Outcome], *, stopped: bool
) -> None:
    found = outcome[0] if outcome else "Planning again did not stop in time."
    if isinstance(found, str):
        end_replan(store, replan_id, RunState.FAILED, message=found)
        return
    end_replan(
        store,
        replan_id,
        RunState.STOPPED if stopped else RunState.FINISHED,
        schedule=found.schedule,
        told={"calmness": job.calmness, "moved": found.moved, "notes": list(found.notes)},
    )


def _stop_on_signals(stop: threading.Event) -> None:
    def request(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, request)
    signal.signal(signal.SIGINT, request)


def main() -> int:
    """Read the job and plan it."""
    parser = argparse.ArgumentParser(prog="python -m planner.store.replan_worker")
    parser.add_argument("replan_id", type=int)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    job: ReplanJob = pickle.load(sys.stdin.buffer)
    with Store() as store:
        return work(store, given.replan_id, job)


if __name__ == "__main__":
    end_process(main())
