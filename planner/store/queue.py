"""Whose turn it is: which queued runs may start, and which running ones have lost their worker."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from planner.store.processes import ProcessIdentity, is_gone
from planner.store.rows import RunState
from planner.store.schema import runs

# A worker beats once a second; this long a silence means that it is gone.
SILENCE = timedelta(seconds=15)

_RUNNING = select(runs).where(runs.c.state == RunState.RUNNING)
_WAITING = select(runs.c.id).where(runs.c.state == RunState.QUEUED).order_by(runs.c.id)


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def anything_to_do(connection: Connection, at_once: int) -> bool:
    """Return whether there are orphans to mark or runs to start, without a lock."""
    running = connection.execute(_RUNNING).all()
    if any(_why_orphaned(row) for row in running):
        return True
    return len(running) < at_once and connection.scalar(_WAITING.limit(1)) is not None


def mark_orphans(connection: Connection) -> None:
    """Mark running runs whose worker is gone as interrupted; what they found is kept."""
    for row in connection.execute(_RUNNING).all():
        reason = _why_orphaned(row)
        if reason:
            connection.execute(
                update(runs)
                .where(runs.c.id == row.id)
                .values(state=RunState.INTERRUPTED, ended=row.heartbeat, message=reason)
            )


def claim_waiting(connection: Connection, at_once: int) -> Iterator[int]:
    """Mark queued runs as running, oldest first, while fewer than `at_once` are; yield their ids.

    Whoever claims a run starts its worker. Call it in a transaction that is alone.
    """
    free = max(0, at_once - len(connection.execute(_RUNNING).all()))
    for run_id in connection.scalars(_WAITING.limit(free)).all():
        moment = now()
        connection.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(state=RunState.RUNNING, started=moment, heartbeat=moment)
        )
        yield run_id


def _why_orphaned(row: Row[tuple[object, ...]]) -> str:
    if row.pid is not None and is_gone(
        ProcessIdentity(host=row.host, pid=row.pid, start=row.process_start)
    ):
        return f"The worker process {row.pid} ended without a word; the best schedule is kept."
    if now() - row.heartbeat > SILENCE:
        return "The worker process fell silent; the best schedule is kept."
    return ""
