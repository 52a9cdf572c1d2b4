"""What a worker writes about its run: that it lives, what it found, and how it ended."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from planner.schedule import Progress, Schedule
from planner.store import codec
from planner.store.database import writing
from planner.store.processes import Process
from planner.store.queue import now
from planner.store.rows import RunState
from planner.store.schema import progress, runs, schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
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

    def __init__(self, engine: Engine, run_id: int, process: Process) -> None:
        self._engine = engine
        self._run_id = run_id
        self._process = process
        self._hand_over = threading.Lock()
        self._reports: list[Progress] = []
        self._schedule: Schedule | None = None

    def begin(self) -> bool:
        """Take the run; return False if it is not waiting for a worker.

        One that was given up because its worker was slow to start is waiting still.
        """
        waits = (RunState.QUEUED, RunState.RUNNING, RunState.INTERRUPTED)
        free = runs.c.state.in_(waits) & runs.c.pid.is_(None)
        moment = now()
        with writing(self._engine) as connection:
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
        """Take an improvement or a better bound."""
        with self._hand_over:
            self._reports.append(report)

    def on_schedule(self, schedule: Schedule) -> None:
        """Take the best schedule so far."""
        with self._hand_over:
            self._schedule = schedule

    def flush(self) -> bool:
        """Write what was handed over and that the worker lives; return whether to go on.

        The answer is no once somebody asked for a stop or deleted the run.
        """
        reports, schedule = self._take()
        try:
            with writing(self._engine) as connection:
                if not self._beat(connection):
                    return False
                self._write(connection, reports, schedule)
                return not connection.scalar(
                    select(runs.c.stop_requested).where(runs.c.id == self._run_id)
                )
        except Exception:
            self._give_back(reports, schedule)
            raise

    def end(self, outcome: Outcome) -> None:
        """Write the last of what was handed over, and how the run ended."""
        reports, schedule = self._take()
        values: dict[str, Any] = {
            "state": outcome.state,
            "message": outcome.message,
            "ended": now(),
            "heartbeat": now(),
        }
        found = {
            "status": outcome.status,
            "method": outcome.method,
            "cost": outcome.cost,
            "bound": outcome.bound,
        }
        values |= {name: value for name, value in found.items() if value is not None}
        with writing(self._engine) as connection:
            if self._beat(connection):
                self._write(connection, reports, outcome.schedule or schedule)
                connection.execute(update(runs).where(runs.c.id == self._run_id).values(values))

    def _beat(self, connection: Connection) -> bool:
        # After a sleeping laptop wakes up, a page may have given the run up before this beat.
        alive = update(runs).where(
            runs.c.id == self._run_id,
            runs.c.pid == self._process.pid,
            runs.c.state.in_((RunState.RUNNING, RunState.INTERRUPTED)),
        )
        values = {"heartbeat": now(), "state": RunState.RUNNING, "ended": None, "message": ""}
        return connection.execute(alive.values(values)).rowcount == 1

    def _write(
        self, connection: Connection, reports: Sequence[Progress], schedule: Schedule | None
    ) -> None:
        if reports:
            self._write_reports(connection, reports)
        if schedule is not None:
            self._write_schedule(connection, schedule)

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

    def _take(self) -> tuple[list[Progress], Schedule | None]:
        with self._hand_over:
            taken = self._reports, self._schedule
            self._reports, self._schedule = [], None
            return taken

    def _give_back(self, reports: list[Progress], schedule: Schedule | None) -> None:
        with self._hand_over:
            self._reports = reports + self._reports
            self._schedule = self._schedule or schedule
