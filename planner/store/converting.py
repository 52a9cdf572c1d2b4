"""Between the rows of the database and the values of the store."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Row, Select, insert, select

from planner.errors import StoreError
from planner.reader import Tables, with_start
from planner.store import codec, queue
from planner.store.rows import (
    ProgressRow,
    RunOptions,
    RunRow,
    RunState,
    ScenarioRow,
    VersionRow,
)
from planner.store.schema import runs, scenarios, versions

SCENARIO_ROWS: Select[Any] = (
    select(
        scenarios.c.id,
        scenarios.c.name,
        scenarios.c.created,
        scenarios.c.fingerprint,
        scenarios.c.version,
    )
    .where(scenarios.c.deleted.is_(None))
    .order_by(scenarios.c.id.desc())
)


def inserted(connection: Connection, statement: Insert) -> int:
    """Execute an INSERT and return the id of the new row."""
    (number,) = connection.execute(statement).inserted_primary_key or (0,)
    return int(number)


def content(tables: Tables) -> dict[str, Any]:
    """Return the columns of a version that is made now of `tables`."""
    return {
        "created": queue.now(),
        "fingerprint": codec.fingerprint(tables),
        "tables": codec.packed_tables(tables),
    }


def new_scenario(
    connection: Connection,
    name: str,
    tables: Tables,
    changes: Sequence[str] = (),
    parent_version: int | None = None,
) -> int:
    """Store a scenario with its first version and return its id.

    Without a start of its own it starts now, for good.
    """
    same = content(with_start(tables))
    scenario_id = inserted(
        connection, insert(scenarios).values(name=scenario_name(name), version=1, **same)
    )
    first = insert(versions).values(
        scenario_id=scenario_id,
        number=1,
        note="",
        changes=codec.changes_text(changes),
        parent_version=parent_version,
        refused=False,
        **same,
    )
    connection.execute(first)
    return scenario_id


def new_run(scenario_id: int, options: RunOptions, visitor: str | None = None) -> Insert:
    """Return the INSERT of a run that waits in the queue, of the version in force."""
    in_force = select(scenarios.c.version).where(scenarios.c.id == scenario_id)
    return insert(runs).values(
        scenario_id=scenario_id,
        version=in_force.scalar_subquery(),
        options=codec.options_text(options),
        state=RunState.QUEUED,
        created=queue.now(),
        stop_requested=False,
        message="",
        visitor=visitor,
    )


def scenario_name(name: str) -> str:
    """Return `name` as it is stored; StoreError without one."""
    stripped = name.strip()[:200]
    if not stripped:
        raise StoreError("a scenario needs a name")
    return stripped


def scenario_row(row: Row[Any]) -> ScenarioRow:
    """Return the scenario in a row of `SCENARIO_ROWS`."""
    return ScenarioRow(**row._asdict())


def version_row(row: Row[Any]) -> VersionRow:
    """Return the version in a row of its table."""
    table = row._asdict()
    table["changes"] = codec.changes_from(table["changes"])
    return VersionRow(**table)


def run_row(row: Row[Any]) -> RunRow:
    """Return the run in a row of its table."""
    table = row._asdict()
    for name in ("host", "process_start", "deleted", "visitor"):
        del table[name]
    table["options"] = codec.options_from(table["options"])
    table["state"] = RunState(table["state"])
    return RunRow(**table)


def progress_row(row: Row[Any]) -> ProgressRow:
    """Return the improvement in a row of its table."""
    table = row._asdict()
    del table["run_id"]
    table["terms"] = codec.terms_from(table["terms"])
    return ProgressRow(**table)
