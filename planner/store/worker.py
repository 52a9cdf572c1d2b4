"""The process that plans one run: `python -m planner.store.worker RUN_ID [--database URL]`.

Planning has a thread of its own. The main thread writes what it finds and that the worker lives,
asks whether to stop, and answers signals: SIGTERM and SIGINT stop planning and keep the best.
"""

import argparse
import dataclasses
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from planner.errors import PlannerError, StoreError
from planner.schedule import Result
from planner.store.processes import this_process
from planner.store.recorder import Recorder, RunOutcome
from planner.store.rows import RunRow, RunState
from planner.store.store import WORKER, Store
from planner.validator.rules import cost_in_range

# Seconds between two writes: what is found first is waited for, so the first come sooner.
SOON, EVERY = 0.1, 0.5
# Seconds that planning may take to stop before it is left behind.
PATIENCE = 30.0

NOT_MINE = 2

Plan = Callable[..., Result]

log = logging.getLogger(__name__)


class Planning(threading.Thread):
    """Plans one run; afterwards `outcome` says how it went."""

    def __init__(self, store: Store, run: RunRow, recorder: Recorder, plan: Plan | None) -> None:
        super().__init__(name=f"plan run {run.id}", daemon=True)
        self.stop = threading.Event()
        self.outcome: RunOutcome | None = None
        self._store = store
        self._run = run
        self._recorder = recorder
        self._plan = plan

    def run(self) -> None:
        """Plan, and turn whatever happens into an outcome."""
        try:
            self.outcome = self._finished(self._result())
        except PlannerError as error:
            log.exception("run %s cannot be planned", self._run.id)
            self.outcome = RunOutcome(state=RunState.FAILED, message=str(error))
        except MemoryError:
            log.exception("run %s ran out of memory", self._run.id)
            self.outcome = RunOutcome(
                state=RunState.FAILED, message="Planning needs more memory than there is."
            )
        except Exception as error:
            log.exception("run %s failed", self._run.id)
            self.outcome = RunOutcome(
                state=RunState.FAILED,
                message=f"Planning failed unexpectedly ({type(error).__name__}); the log file "
                f"{self._store.log(self._run.id).name} has the details.",
            )
        finally:
            self._recorder.wake()

    def _result(self) -> Result:
        options = self._run.options
        scenario = self._store.scenario(self._run.scenario_id, self._run.version)
        scenario = dataclasses.replace(scenario, weights=options.weights_for(scenario.weights))
        for finding in cost_in_range(scenario):
            raise StoreError(f"{finding.message}\n    {finding.hint}")
        return (self._plan or _plan())(
            scenario,
            seconds=options.seconds,
            work=options.work,
            workers=options.workers,
            seed=options.seed,
            method=options.method,
            on_progress=self._recorder.on_progress,
            on_schedule=self._recorder.on_schedule,
            stop=self.stop.is_set,
        )

    def _finished(self, result: Result) -> RunOutcome:
        if result.baselines:
            self._store.save_baselines(self._run.scenario_id, result.baselines, self._run.version)
        return RunOutcome(
            state=RunState.STOPPED if self.stop.is_set() else RunState.FINISHED,
            status=result.status,
            method=result.method,
            cost=result.cost,
            bound=result.bound,
            schedule=result.schedule,
        )


def work(store: Store, run_id: int, plan: Plan | None = None) -> int:
    """Plan a run that waits for a worker; return 0, or 2 if it does not wait (any more)."""
    recorder = Recorder(store.engine, run_id, this_process(), store.at_once)
    if not recorder.begin():
        log.warning("run %s does not wait for a worker", run_id)
        return NOT_MINE
    planning = Planning(store, store.run(run_id), recorder, plan)
    _stop_on_signals(planning.stop)
    planning.start()
    _attend(planning, recorder)
    recorder.end(planning.outcome or RunOutcome(state=RunState.STOPPED))
    store.tend()
    return 0


def main(
    arguments: Sequence[str] | None = None,
    plan: Plan | None = None,
    worker: Sequence[str] = WORKER,
) -> int:
    """Run the command line of a worker; afterwards `worker` plans the next run in the queue."""
    parser = argparse.ArgumentParser(prog="python -m planner.store.worker", description=__doc__)
    parser.add_argument("run_id", type=int)
    parser.add_argument("--database", help="a database URL instead of BATCH_PLANNER_DATABASE")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with Store(given.database, worker=worker) as store:
        return work(store, given.run_id, plan)


def end_process(code: int) -> NoReturn:
    """End this process with an exit code, even when a thread that plans would not."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)


def _plan() -> Plan:
    # The solvers take seconds to import; by now the run is known to have begun.
    from planner.planning import plan

    return plan


def _attend(planning: Planning, recorder: Recorder) -> None:
    stopped, pause = None, SOON
    while planning.is_alive():
        if recorder.wait(EVERY):
            planning.join(pause)
            pause = min(EVERY, pause * 1.5)
        if not _goes_on(recorder):
            planning.stop.set()
        if planning.stop.is_set():
            stopped = stopped or time.monotonic()
            if time.monotonic() - stopped > PATIENCE:
                log.error("planning did not stop within %s seconds", PATIENCE)
                return


def _goes_on(recorder: Recorder) -> bool:
    try:
        return recorder.flush()
    except SQLAlchemyError:
        # It may come back, and what was found is kept until then.
        log.exception("the database does not answer")
        return True


def _stop_on_signals(stop: threading.Event) -> None:
    def request(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, request)
    signal.signal(signal.SIGINT, request)


if __name__ == "__main__":
    end_process(main())
