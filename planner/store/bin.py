"""The bin: what was deleted lies there for thirty days and comes back as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from planner.store import queue
from planner.store.schema import runs, scenarios

KEPT = timedelta(days=30)

Kind = Literal["scenario", "run"]
_TABLES: dict[Kind, Table] = {"scenario": scenarios, "run": runs}


@dataclass(frozen=True, slots=True, kw_only=True)
class BinRow:
    """Something in the bin, in UTC; a run bears the name of its scenario."""

    kind: Kind
    id: int
    name: str
    deleted: datetime

    @property
    def until(self) -> datetime:
        """Return until when it can be brought back."""
        return self.deleted + KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was deleted for good: how many scenarios and runs, and which runs."""

    count: int
    runs: tuple[int, ...]


def run_is_here() -> ColumnElement[bool]:
    """Return the condition that a run is not in the bin, nor its scenario."""
    binned = select(scenarios.c.id).where(scenarios.c.deleted.is_not(None))
    return runs.c.deleted.is_(None) & runs.c.scenario_id.not_in(binned)


def put_in(connection: Connection, table: Table, number: int) -> None:
    """Put a row into the bin; one that is there stays as long as it would."""
    mine = update(table).where(table.c.id == number, table.c.deleted.is_(None))
    connection.execute(mine.values(deleted=queue.now()))


def take_out(connection: Connection, row: BinRow) -> bool:
    """Return whether something came back out of the bin."""
    table = _TABLES[row.kind]
    mine = update(table).where(table.c.id == row.id, table.c.deleted.is_not(None))
    return connection.execute(mine.values(deleted=None)).rowcount == 1


def rows(connection: Connection) -> Iterator[BinRow]:
    """Yield what is in the bin, the last first; runs of a binned scenario come back with it."""
    binned = scenarios.c.deleted.is_not(None)
    whole = select(scenarios.c.id, scenarios.c.name, scenarios.c.deleted).where(binned)
    found: list[tuple[Kind, Any]] = [("scenario", row) for row in connection.execute(whole)]
    alone = (
        select(runs.c.id, scenarios.c.name, runs.c.deleted)
        .join(scenarios, scenarios.c.id == runs.c.scenario_id)
        .where(runs.c.deleted.is_not(None), scenarios.c.deleted.is_(None))
    )
    found += [("run", row) for row in connection.execute(alone)]
    for kind, row in sorted(found, key=lambda pair: pair[1].deleted, reverse=True):
        yield BinRow(kind=kind, id=row.id, name=row.name, deleted=row.deleted)


def emptied(connection: Connection, older_than: timedelta) -> Gone:
    """Delete for good what has been in the bin longer than `older_than`."""
    before = queue.now() - older_than
    old = select(scenarios.c.id).where(scenarios.c.deleted < before)
    gone = (runs.c.deleted < before) | runs.c.scenario_id.in_(old)
    deleted_runs = tuple(connection.scalars(select(runs.c.id).where(gone)))
    deleted_scenarios = connection.scalars(old).all()
    connection.execute(delete(runs).where(gone))
    connection.execute(delete(scenarios).where(scenarios.c.deleted < before))
    return Gone(count=len(deleted_runs) + len(deleted_scenarios), runs=deleted_runs)
