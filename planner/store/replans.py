"""Planning again in a process of its own: asked for, followed, stopped, looked at, or forgotten.

What it plans from goes to the process by its standard input; what comes out is stored.
"""

import json
import logging
import pickle
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from planner.domain import Scenario
from planner.errors import StoreError
from planner.schedule import Actual, Schedule
from planner.store import codec, queue
from planner.store import converting as mapping
from planner.store.database import alone
from planner.store.processes import ProcessIdentity, is_gone, own_environment, python_module
from planner.store.rows import ReplanRow, RunState
from planner.store.schema import replans
from planner.store.store import Store

# More at a time would take the processors from each other, and from runs.
MOST_AT_ONCE = 4
# One whose process has not begun by then never will: whoever should start it is gone.
LATE = timedelta(minutes=5)
WORKER = python_module("planner.store.replan_worker")

log = logging.getLogger(__name__)
_ROWS = select(*(column for column in replans.c if column.name != "content"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanJob:
    """What planning again begins with, as `planner.changes.replan` takes it."""

    scenario: Scenario
    schedule: Schedule
    actuals: tuple[Actual, ...]
    now: int
    freeze_hours: float | Mapping[str, float]
    seconds: float
    calmness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanDraft:
    """Of which version of which line it is, what is given beyond the scenario, and who asked."""

    line_id: int
    on: int
    given: str
    visitor: str | None = None


def start_replan(store: Store, draft: ReplanDraft, job: ReplanJob) -> ReplanRow:
    """Plan again in a process of its own; what was found before for the same line is forgotten.

    Raises `StoreError` where the line is being planned again already, or too many others are.
    """
    with alone(store.engine) as connection:
        _refuse_too_many(connection, draft.line_id)
        connection.execute(delete(replans).where(replans.c.line_id == draft.line_id))
        made = insert(replans).values(
            line_id=draft.line_id,
            based_on=draft.on,
            state=RunState.QUEUED,
            created=queue.now(),
            seconds=job.seconds,
            stop_requested=False,
            visitor=draft.visitor,
            given=draft.given,
            message="",
            told="{}",
        )
        replan_id = mapping.inserted(connection, made)
    threading.Thread(
        target=_work, args=(store, replan_id, pickle.dumps(job)), name="replan", daemon=True
    ).start()
    return replan_row(store, replan_id)


def _refuse_too_many(connection: Connection, line_id: int) -> None:
    going = [row for row in connection.execute(_ROWS).all() if _state(row) in _GOING]
    if any(row.line_id == line_id for row in going):
        raise StoreError("this schedule is being planned again already; wait for it, or cancel it")
    if len(going) >= MOST_AT_ONCE:
        raise StoreError(
            f"{len(going)} schedules are being planned again; at most {MOST_AT_ONCE} at a time\n"
            "    Try again in a minute."
        )


_GOING = (RunState.QUEUED, RunState.RUNNING)


def _work(store: Store, replan_id: int, job: bytes) -> None:
    """Start the process, give it the job, and wait for it; a session of its own outlives us."""
    store.log_folder.mkdir(parents=True, exist_ok=True)
    with (store.log_folder / "replan.log").open("ab") as output:
        process = subprocess.Popen(
            [*WORKER, str(replan_id)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=own_environment({"BATCH_PLANNER_DATABASE": store.url}),
            start_new_session=True,
        )
        process.communicate(job)
    if process.returncode:
        log.warning("replan %s ended with %s", replan_id, process.returncode)
        end_replan(store, replan_id, RunState.INTERRUPTED, message=_VANISHED)


_VANISHED = "Planning again stopped unexpectedly."


def replan_row(store: Store, replan_id: int) -> ReplanRow:
    """Return how far planning again is; raises `StoreError` where it was forgotten."""
    with store.engine.connect() as connection:
        found = connection.execute(_ROWS.where(replans.c.id == replan_id)).first()
    if found is None:
        raise StoreError("this was forgotten, or planned again meanwhile")
    return _replan_row(found)


def newest_replan(store: Store, line_id: int) -> ReplanRow | None:
    """Return the last time that a line was planned again; None if it never was."""
    query = _ROWS.where(replans.c.line_id == line_id).order_by(replans.c.id.desc()).limit(1)
    with store.engine.connect() as connection:
        found = connection.execute(query).first()
    return None if found is None else _replan_row(found)


def replan_schedule(store: Store, replan_id: int) -> Schedule:
    """Return what planning again has found; raises `StoreError` where there is nothing."""
    query = select(replans.c.content).where(replans.c.id == replan_id)
    with store.engine.connect() as connection:
        content = connection.scalar(query)
    if content is None:
        raise StoreError("planning again has found nothing yet")
    return codec.unpacked_schedule(content)


def stop_replan(store: Store, replan_id: int) -> None:
    """Let planning again come to its end now; the best by then is kept."""
    with alone(store.engine) as connection:
        mine = replans.c.id == replan_id
        connection.execute(update(replans).where(mine).values(stop_requested=True))


def forget_replan(store: Store, replan_id: int) -> None:
    """Forget it and what it found; a process that still plans it ends."""
    with alone(store.engine) as connection:
        connection.execute(delete(replans).where(replans.c.id == replan_id))


def begin_replan(store: Store, replan_id: int, process: ProcessIdentity) -> bool:
    """Note who plans again; return False where it was forgotten or somebody else does."""
    waits = (replans.c.id == replan_id) & (replans.c.state == RunState.QUEUED)
    values = {
        "state": RunState.RUNNING,
        "started": queue.now(),
        "host": process.host,
        "pid": process.pid,
        "process_start": process.start,
    }
    with alone(store.engine) as connection:
        return connection.execute(update(replans).where(waits).values(values)).rowcount == 1


def goes_on(store: Store, replan_id: int) -> bool:
    """Return whether nobody has asked for a stop, or forgotten it."""
    query = select(replans.c.stop_requested).where(replans.c.id == replan_id)
    with store.engine.connect() as connection:
        return connection.scalar(query) is False


def end_replan(
    store: Store,
    replan_id: int,
    state: RunState,
    *,
    schedule: Schedule | None = None,
    told: Mapping[str, Any] | None = None,
    message: str = "",
) -> None:
    """Store how planning again ended, once; nothing where it was forgotten."""
    values: dict[str, Any] = {"state": state, "ended": queue.now(), "message": message}
    if schedule is not None:
        values |= {"content": codec.packed_schedule(schedule), "told": json.dumps(told or {})}
    mine = (replans.c.id == replan_id) & replans.c.state.in_(_GOING)
    with alone(store.engine) as connection:
        connection.execute(update(replans).where(mine).values(values))


def _state(row: Row[Any]) -> RunState:
    """Return the state of a row; one whose process is gone was interrupted."""
    state = RunState(row.state)
    if state == RunState.QUEUED and queue.now() - row.created > LATE:
        return RunState.INTERRUPTED
    if state == RunState.RUNNING and row.pid is not None:
        process = ProcessIdentity(host=row.host, pid=row.pid, start=row.process_start)
        return RunState.INTERRUPTED if is_gone(process) else state
    return state


def _replan_row(row: Row[Any]) -> ReplanRow:
    state = _state(row)
    told = json.loads(row.told)
    vanished = state == RunState.INTERRUPTED and not row.message
    return ReplanRow(
        id=row.id,
        line_id=row.line_id,
        based_on=row.based_on,
        state=state,
        created=row.created,
        seconds=row.seconds,
        given=row.given,
        started=row.started,
        ended=row.ended,
        stop_requested=row.stop_requested,
        visitor=row.visitor,
        message=_VANISHED if vanished else row.message,
        calmness=told.get("calmness", ""),
        moved=told.get("moved", 0),
        notes=tuple(told.get("notes", ())),
        has_schedule=bool(told),
    )
