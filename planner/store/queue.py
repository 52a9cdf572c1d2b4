"""Whose turn it is: which queued runs may start, and which running ones have lost their worker."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from planner.errors import StoreError
from planner.store.codec import options_from
from planner.store.processes import ProcessIdentity, is_gone
from planner.store.rows import RunOptions, RunState
from planner.store.schema import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Most runs, and most hours that they may plan, of one visitor and of all."""

    runs_each: int = 10
    hours_each: float = 24.0
    runs: int = 100
    hours: float = 120.0


# A worker beats once a second; this long a silence means that it is gone.
SILENCE = timedelta(seconds=15)

# What visitors of the dashboard may have waiting or running, each and all together.
SHARES = Shares()

_RUNNING = select(runs).where(runs.c.state == RunState.RUNNING)
_WAITING = (
    select(runs.c.id, runs.c.visitor).where(runs.c.state == RunState.QUEUED).order_by(runs.c.id)
)


def has_room(connection: Connection, at_once: int) -> bool:
    """Return whether fewer than `at_once` runs plan."""
    return len(connection.execute(_RUNNING).all()) < at_once


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
    running = connection.execute(_RUNNING).all()
    for run_id in _in_turn(connection, running, max(0, at_once - len(running))):
        moment = now()
        connection.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(state=RunState.RUNNING, started=moment, heartbeat=moment)
        )
        yield run_id


def _in_turn(connection: Connection, running: Sequence[Row[Any]], free: int) -> Iterator[int]:
    """Yield the ids of the runs that come next: those first of whose visitor the fewest run."""
    busy = Counter(row.visitor for row in running)
    waiting = list(connection.execute(_WAITING).all()) if free else []
    for _ in range(min(free, len(waiting))):
        chosen = min(waiting, key=lambda row: (busy[row.visitor], row.id))
        waiting.remove(chosen)
        busy[chosen.visitor] += 1
        yield chosen.id


def check_share(connection: Connection, visitor: str, wanted: RunOptions) -> None:
    """Raise StoreError if `visitor`, or all visitors, would have more than their share."""
    cores = os.cpu_count() or 1
    if wanted.workers > cores:
        raise StoreError(f"{wanted.workers} workers are more than the {cores} this machine has")
    query = select(runs.c.visitor, runs.c.options).where(
        runs.c.state.in_((RunState.QUEUED, RunState.RUNNING)), runs.c.visitor.is_not(None)
    )
    open_runs = [(row.visitor, options_from(row.options)) for row in connection.execute(query)]
    mine = [options for who, options in open_runs if who == visitor]
    _check("you have", [*mine, wanted], SHARES.runs_each, SHARES.hours_each)
    everyone = [options for _, options in open_runs]
    _check("all visitors have", [*everyone, wanted], SHARES.runs, SHARES.hours)


def _check(who: str, options: Sequence[RunOptions], most: int, hours: float) -> None:
    asked = sum(each.seconds or 0.0 for each in options) / 3600
    if len(options) > most or asked > hours:
        raise StoreError(
            f"with this run {who} {len(options)} waiting or running, {asked:,.1f} hours of "
            f"planning; at most {most} and {hours:g} hours are taken\n"
            "    Wait for one to end, stop one, or plan for a shorter time."
        )


def _why_orphaned(row: Row[tuple[object, ...]]) -> str:
    if row.pid is not None and is_gone(
        ProcessIdentity(host=row.host, pid=row.pid, start=row.process_start)
    ):
        return f"The worker process {row.pid} stopped unexpectedly; the best schedule is kept."
    if now() - row.heartbeat > SILENCE:
        return "The worker process fell silent; the best schedule is kept."
    return ""
