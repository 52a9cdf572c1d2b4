"""What a worker writes about its run: that it lives, what it found, and how it ended."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from planner.schedule import Progress, Schedule
from planner.store import codec
from planner.store.database import alone, writing
from planner.store.processes import ProcessIdentity
from planner.store.queue import has_room, now
from planner.store.rows import RunState
from planner.store.schema import progress, runs, schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How a run ended."""

    state: RunState
    message: str = ""
    status: str | None = None
    method: str | None = None
    cost: int | None = None
    bound: int | None = None
    schedule: Schedule | None = None


class Recorder:
    """Writes one run; planning hands over in its own thread, `flush` writes in another.

    So planning never waits for the database, and a database that is away for a while loses nothing.
    """

    def __init__(
        self, engine: Engine, run_id: int, process: ProcessIdentity, at_once: int = sys.maxsize
    ) -> None:
        self._at_once = at_once
        self._engine = engine
        self._run_id = run_id
        self._process = process
        self._hand_over = threading.Lock()
        self._news = threading.Event()
        self._reports: list[Progress] = []
        self._held: list[Progress] = []
        self._cost: int | None = None
        self._schedule: Schedule | None = None

    def begin(self) -> bool:
        """Take the run; return False if it is not waiting for a worker.

        One that was given up because its worker was slow to start is waiting still; where its
        place was given to another run meanwhile, it goes back into the queue.
        """
        waits = (RunState.QUEUED, RunState.RUNNING, RunState.INTERRUPTED)
        free = runs.c.state.in_(waits) & runs.c.pid.is_(None)
        moment = now()
        with alone(self._engine) as connection:
            if self._has_lost_its_place(connection):
                again = update(runs).where(runs.c.id == self._run_id, free)
                values = {"state": RunState.QUEUED, "ended": None, "message": ""}
                connection.execute(again.values(values))
                return False
            taken = connection.execute(
                update(runs)
                .where(runs.c.id == self._run_id, free)
                .values(
                    state=RunState.RUNNING,
                    ended=None,
                    message="",
                    started=func.coalesce(runs.c.started, moment),
                    heartbeat=moment,
                    host=self._process.host,
                    pid=self._process.pid,
                    process_start=self._process.start,
                )
            )
        return taken.rowcount == 1

    def on_progress(self, report: Progress) -> None:
        """Take an improvement or a better bound.

        An improvement is held until its schedule follows: what is stored fits together.
        """
        with self._hand_over:
            self._held.append(report)
            if report.cost == self._cost:
                self._release()

    def on_schedule(self, schedule: Schedule) -> None:
        """Take the schedule of the last report."""
        with self._hand_over:
            self._schedule = schedule
            if self._held:
                self._cost = self._held[-1].cost
            self._release()

    def wait(self, seconds: float) -> bool:
        """Wait until something was handed over, at most `seconds`; return whether it was."""
        return self._news.wait(seconds)

    def wake(self) -> None:
        """End a wait, as when planning has ended with nothing more to hand over."""
        self._news.set()

    def flush(self) -> bool:
        """Write what was handed over and that the worker lives; return whether to go on.

        The answer is no once somebody asked for a stop or deleted the run.
        """
        stop = select(runs.c.stop_requested).where(runs.c.id == self._run_id)
        with self._written() as connection:
            return connection is not None and not connection.scalar(stop)

    def end(self, outcome: RunOutcome) -> None:
        """Write the last of what was handed over, and how the run ended.

        A database that does not answer is given a minute.
        """
        if outcome.schedule is not None:
            self.on_schedule(outcome.schedule)
        end = update(runs).where(runs.c.id == self._run_id).values(_last_values(outcome))
        for attempt in Retrying(
            retry=retry_if_exception_type(SQLAlchemyError),
            stop=stop_after_delay(60),
            wait=wait_fixed(1),
            reraise=True,
        ):
            with attempt, self._written() as connection:
                if connection is not None:
                    connection.execute(end)

    def _release(self) -> None:
        self._reports += self._held
        self._held = []
        self._news.set()

    @contextmanager
    def _written(self) -> Iterator[Connection | None]:
        """Write what was handed over; then the transaction is open for more.

        There is none if the run is no longer this worker's.
        """
        with self._hand_over:
            reports, schedule = self._reports, self._schedule
            self._reports, self._schedule = [], None
            self._news.clear()
        try:
            with writing(self._engine) as connection:
                mine = self._beat(connection)
                if mine and reports:
                    self._write_reports(connection, reports)
                if mine and schedule is not None:
                    self._write_schedule(connection, schedule)
                yield connection if mine else None
        except Exception:
            with self._hand_over:
                self._reports = reports + self._reports
                self._schedule = self._schedule or schedule
            raise

    def _beat(self, connection: Connection) -> bool:
        # After a sleeping laptop wakes up, a page may have given the run up before this beat.
        if self._has_lost_its_place(connection):
            return False
        alive = update(runs).where(
            runs.c.id == self._run_id,
            runs.c.pid == self._process.pid,
            runs.c.state.in_((RunState.RUNNING, RunState.INTERRUPTED)),
        )
        values = {"heartbeat": now(), "state": RunState.RUNNING, "ended": None, "message": ""}
        return connection.execute(alive.values(values)).rowcount == 1

    def _has_lost_its_place(self, connection: Connection) -> bool:
        """Return whether the run was given up, and others plan in its place."""
        state = connection.scalar(select(runs.c.state).where(runs.c.id == self._run_id))
        return state == RunState.INTERRUPTED and not has_room(connection, self._at_once)

    def _write_reports(self, connection: Connection, reports: Sequence[Progress]) -> None:
        mine = progress.c.run_id == self._run_id
        last = connection.scalar(select(func.max(progress.c.position)).where(mine)) or 0
        rows = [
            {
                "run_id": self._run_id,
                "position": position,
                "seconds": report.seconds,
                "cost": report.cost,
                "bound": report.bound,
                "terms": codec.terms_text(report.terms),
                "method": report.method,
            }
            for position, report in enumerate(reports, start=last + 1)
        ]
        connection.execute(insert(progress), rows)
        newest = reports[-1]
        connection.execute(
            update(runs)
            .where(runs.c.id == self._run_id)
            .values(cost=newest.cost, bound=newest.bound, method=newest.method)
        )

    def _write_schedule(self, connection: Connection, schedule: Schedule) -> None:
        scenario = select(runs.c.scenario_id).where(runs.c.id == self._run_id)
        connection.execute(delete(schedules).where(schedules.c.run_id == self._run_id))
        connection.execute(
            insert(schedules).values(
                scenario_id=connection.scalar(scenario),
                run_id=self._run_id,
                name=f"run {self._run_id}",
                content=codec.packed_schedule(schedule),
            )
        )


def _last_values(outcome: RunOutcome) -> dict[str, Any]:
    moment = now()
    found = {
        "status": outcome.status,
        "method": outcome.method,
        "cost": outcome.cost,
        "bound": outcome.bound,
    }
    return {
        "state": outcome.state,
        "message": outcome.message,
        "ended": moment,
        "heartbeat": moment,
        # A run that failed or was left behind keeps what it had reported.
        **{name: value for name, value in found.items() if value is not None},
    }
