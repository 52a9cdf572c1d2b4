"""`Store`: everything that pages and commands ask of the database."""

import dataclasses
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    delete,
    insert,
    select,
    update,
)

from planner.domain import Scenario
from planner.errors import StoreError
from planner.reader import Tables, scenario_from_tables
from planner.schedule import Schedule
from planner.store import bin as bin_
from planner.store import codec, processes, queue
from planner.store import converting as mapping
from planner.store.bin import BinRow
from planner.store.database import (
    ENVIRONMENT,
    alone,
    data_folder,
    database_url,
    is_sqlite,
    open_engine,
    writing,
)
from planner.store.rows import (
    ProgressRow,
    RunOptions,
    RunRow,
    RunState,
    ScenarioRow,
)
from planner.store.schema import progress, runs, scenarios, schedules, settings, versions

AT_ONCE = "BATCH_PLANNER_AT_ONCE"
WORKER = processes.python_module("planner.store.worker")


class Store:
    """Scenarios, runs and schedules in one database; safe to share between threads.

    `url` is any SQLAlchemy URL; without one, the environment variable BATCH_PLANNER_DATABASE is
    taken, or else a SQLite file in the user's data folder. At most `at_once` runs plan at a time,
    the others wait in a queue; without it, BATCH_PLANNER_AT_ONCE is taken, or else the number of
    processors. `worker` is the command that plans a run; the run's id is appended.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        at_once: int | None = None,
        worker: Sequence[str] = WORKER,
    ) -> None:
        self._url = database_url(url)
        self._at_once = at_once or _at_once()
        self._worker = tuple(worker)
        self._engine = open_engine(self._url)
        self._tended = threading.Lock()
        self._next_tending = queue.now()
        self._emptied: date | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Return the URL of the database, with its password."""
        return self._url.render_as_string(hide_password=False)

    @property
    def engine(self) -> Engine:
        """Return the connections to the database."""
        return self._engine

    @property
    def at_once(self) -> int:
        """Return how many runs plan at a time."""
        return self._at_once

    @property
    def log_folder(self) -> Path:
        """Return where workers write what a planner need not see."""
        if is_sqlite(self._url):
            return Path(str(self._url.database)).absolute().parent / "logs"
        return data_folder() / "logs"

    def log(self, run_id: int) -> Path:
        """Return the log file of a run; there is none before its worker has started."""
        stem = Path(str(self._url.database)).stem
        return self.log_folder / f"{stem}-run-{run_id}.log"

    def close(self) -> None:
        """Close the connections; workers go on."""
        self._engine.dispose()

    # Scenarios

    def add_scenario(self, name: str, tables: Tables) -> ScenarioRow:
        """Store the tables of a scenario under a name, which need not be unique."""
        with writing(self._engine) as connection:
            scenario_id = mapping.new_scenario(connection, name, tables)
        return self.scenario_row(scenario_id)

    def add_scenario_once(self, key: str, name: str, tables: Tables) -> None:
        """Store a scenario unless the setting `key` exists; the setting then holds its id."""
        with alone(self._engine) as connection:
            if not _is_set(connection, key):
                scenario_id = mapping.new_scenario(connection, name, tables)
                connection.execute(insert(settings).values(key=key, value=str(scenario_id)))

    def scenarios(self) -> tuple[ScenarioRow, ...]:
        """Return all scenarios, newest first."""
        return tuple(mapping.scenario_row(row) for row in self._all(mapping.SCENARIO_ROWS))

    def scenario_row(self, scenario_id: int) -> ScenarioRow:
        """Return the name and dates of a scenario."""
        query = mapping.SCENARIO_ROWS.where(scenarios.c.id == scenario_id)
        return mapping.scenario_row(self._one(query, f"scenario {scenario_id}"))

    def tables(self, scenario_id: int, version: int | None = None) -> Tables:
        """Return the tables of a scenario as they are, or were in a version."""
        here = (scenarios.c.id == scenario_id, scenarios.c.deleted.is_(None))
        if version is None:
            query = select(scenarios.c.tables).where(*here)
            return codec.unpacked_tables(self._one(query, f"scenario {scenario_id}").tables)
        query = (
            select(versions.c.tables)
            .join(scenarios, scenarios.c.id == versions.c.scenario_id)
            .where(*here, versions.c.number == version)
        )
        found = self._one(query, f"version {version} of scenario {scenario_id}")
        return codec.unpacked_tables(found.tables)

    def scenario(self, scenario_id: int, version: int | None = None) -> Scenario:
        """Read a scenario from its tables; takes well under a second per 1,000 orders."""
        scenario = scenario_from_tables(self.tables(scenario_id, version))
        return dataclasses.replace(scenario, name=self.scenario_row(scenario_id).name)

    def rename_scenario(self, scenario_id: int, name: str, seen: str | None = None) -> None:
        """Give a scenario another name; StoreError if it no longer has the name `seen`."""
        now = self.scenario_row(scenario_id).name
        change = update(scenarios).where(
            scenarios.c.id == scenario_id, scenarios.c.name == (seen or now)
        )
        with writing(self._engine) as connection:
            changed = connection.execute(change.values(name=mapping.scenario_name(name))).rowcount
        if not changed:
            raise StoreError(
                f"scenario {scenario_id} was renamed meanwhile: it is {now!r}, you wrote {name!r}"
            )

    def delete_scenario(self, scenario_id: int) -> None:
        """Put a scenario with its runs into the bin; workers that still plan it stop."""
        for run in self.runs(scenario_id):
            self.request_stop(run.id)
        with writing(self._engine) as connection:
            bin_.put_in(connection, scenarios, scenario_id)

    # Runs

    def start_run(
        self, scenario_id: int, options: RunOptions | None = None, visitor: str | None = None
    ) -> RunRow:
        """Plan a scenario in a worker process, at once or when it is its turn.

        A `visitor` of the dashboard is held to `queue.SHARES`, and to turns with the others.
        """
        self.scenario_row(scenario_id)
        wanted = options or RunOptions()
        with alone(self._engine) as connection:
            if visitor is not None:
                queue.check_share(connection, visitor, wanted)
            run_id = mapping.inserted(connection, mapping.new_run(scenario_id, wanted, visitor))
        self.tend()
        return self.run(run_id)

    def start_run_once(self, key: str, scenario_id: int, options: RunOptions) -> None:
        """Plan a scenario, if it exists, unless the setting `key` does; that then holds the run."""
        exists = select(scenarios.c.id).where(scenarios.c.id == scenario_id)
        with alone(self._engine) as connection:
            if not _is_set(connection, key) and connection.scalar(exists) is not None:
                run_id = mapping.inserted(connection, mapping.new_run(scenario_id, options))
                connection.execute(insert(settings).values(key=key, value=str(run_id)))
        self.tend()

    def runs(self, scenario_id: int | None = None) -> tuple[RunRow, ...]:
        """Return the runs of a scenario, or of all, newest first."""
        self._tend_now_and_then()
        query = select(runs).where(bin_.run_is_here()).order_by(runs.c.id.desc())
        if scenario_id is not None:
            query = query.where(runs.c.scenario_id == scenario_id)
        return tuple(mapping.run_row(row) for row in self._all(query))

    def run(self, run_id: int) -> RunRow:
        """Return a run as it is now."""
        self._tend_now_and_then()
        query = select(runs).where(runs.c.id == run_id, bin_.run_is_here())
        return mapping.run_row(self._one(query, f"run {run_id}"))

    def progress(self, run_id: int, after: int = 0) -> tuple[ProgressRow, ...]:
        """Return what a run has reported, from the position after `after` on."""
        query = (
            select(progress)
            .where(progress.c.run_id == run_id, progress.c.position > after)
            .order_by(progress.c.position)
        )
        return tuple(mapping.progress_row(row) for row in self._all(query))

    def best_schedule(self, run_id: int) -> Schedule | None:
        """Return the best schedule a run has found so far; None before the first."""
        rows = self._all(select(schedules.c.content).where(schedules.c.run_id == run_id))
        return codec.unpacked_schedule(rows[0].content) if rows else None

    def request_stop(self, run_id: int) -> None:
        """Ask a run to stop and keep its best schedule; a queued one never starts."""
        moment = queue.now()
        mine = update(runs).where(runs.c.id == run_id)
        with writing(self._engine) as connection:
            connection.execute(mine.values(stop_requested=True))
            connection.execute(
                mine.where(runs.c.state == RunState.QUEUED).values(
                    state=RunState.STOPPED, ended=moment
                )
            )

    def delete_run(self, run_id: int) -> None:
        """Put a run with its schedule into the bin; a worker that still plans it stops."""
        self.request_stop(run_id)
        with writing(self._engine) as connection:
            bin_.put_in(connection, runs, run_id)

    def bin(self) -> tuple[BinRow, ...]:
        """Return what was deleted and can be brought back, the last first."""
        with self._engine.connect() as connection:
            return tuple(bin_.rows(connection))

    def bring_back(self, row: BinRow) -> None:
        """Take something out of the bin again; StoreError if it is not there any more."""
        with writing(self._engine) as connection:
            if not bin_.take_out(connection, row):
                raise StoreError(f"there is no {row.kind} {row.id} in the bin")

    def empty_bin(self, older_than: timedelta = bin_.KEPT) -> int:
        """Delete for good what has been in the bin longer than `older_than`; return how many."""
        with alone(self._engine) as connection:
            gone = bin_.emptied(connection, older_than)
        for run_id in gone.runs:
            self.log(run_id).unlink(missing_ok=True)
        return gone.count

    def purge(self, older_than: timedelta) -> int:
        """Put the runs that ended longer ago than `older_than` into the bin; return how many."""
        old = [run.id for run in self.runs() if run.ended and run.ended < queue.now() - older_than]
        for run_id in old:
            self.delete_run(run_id)
        return len(old)

    def tend(self) -> None:
        """Mark runs that have lost their worker, and start those whose turn it is."""
        if self._emptied != (today := queue.now().date()):
            self._emptied = today
            self.empty_bin()
        with self._engine.connect() as connection:
            if not queue.anything_to_do(connection, self._at_once):
                return
        with alone(self._engine) as connection:
            queue.mark_orphans(connection)
            claimed = list(queue.claim_waiting(connection, self._at_once))
        for run_id in claimed:
            self._start_worker(run_id)

    def _start_worker(self, run_id: int) -> None:
        command = (*self._worker, str(run_id))
        # A URL may hold a password, and every user of a machine can read command lines.
        environment = {ENVIRONMENT: self.url, AT_ONCE: str(self._at_once)}
        try:
            processes.start_detached(command, self.log(run_id), environment)
        except OSError as error:
            failed = (
                update(runs)
                .where(runs.c.id == run_id)
                .values(
                    state=RunState.FAILED,
                    ended=queue.now(),
                    message=f"The worker process could not be started: {error}",
                )
            )
            with writing(self._engine) as connection:
                connection.execute(failed)

    # Baselines

    def baselines(self, scenario_id: int, version: int | None = None) -> dict[str, Schedule]:
        """Return the baselines of a scenario by name; the first time they are made and stored."""
        number = version or self.scenario_row(scenario_id).version
        query = select(schedules.c.name, schedules.c.content).where(
            *_baselines(scenario_id, number)
        )
        stored = self._all(query)
        if not stored:
            return self._new_baselines(scenario_id, number)
        return {row.name: codec.unpacked_schedule(row.content) for row in stored}

    def _new_baselines(self, scenario_id: int, version: int) -> dict[str, Schedule]:
        # Compiled code is loaded where it is needed: most readers of a store plan nothing.
        from planner.search.baselines import BASELINES

        scenario = self.scenario(scenario_id, version)
        made = ((name, baseline(scenario)) for name, baseline in BASELINES.items())
        found = {name: schedule for name, schedule in made if schedule is not None}
        self.save_baselines(scenario_id, found, version)
        return found

    def save_baselines(
        self, scenario_id: int, baselines: Mapping[str, Schedule], version: int = 1
    ) -> None:
        """Store the baselines of a version in place of those it has."""
        old = delete(schedules).where(*_baselines(scenario_id, version))
        rows = [
            {
                "scenario_id": scenario_id,
                "version": version,
                "name": name,
                "content": codec.packed_schedule(schedule),
            }
            for name, schedule in baselines.items()
        ]
        with writing(self._engine) as connection:
            connection.execute(old)
            if rows:
                connection.execute(insert(schedules), rows)

    # Settings

    def setting(self, key: str) -> str | None:
        """Return the text stored under `key`."""
        rows = self._all(select(settings.c.value).where(settings.c.key == key))
        return rows[0].value if rows else None

    def settings(self, prefix: str = "") -> dict[str, str]:
        """Return all texts whose key begins with `prefix`."""
        query = select(settings).where(settings.c.key.startswith(prefix, autoescape=True))
        return {row.key: row.value for row in self._all(query.order_by(settings.c.key))}

    def set_setting(self, key: str, value: str | None) -> None:
        """Store a text under `key` in place of any other; None forgets it."""
        self.change_setting(key, lambda _: value)

    def change_setting(self, key: str, change: Callable[[str | None], str | None]) -> None:
        """Store what `change` makes of the text under `key`, which nobody else writes meanwhile.

        `change` gets None where there is no text, and returns None to forget it; where it raises,
        all stays as it was.
        """
        with alone(self._engine) as connection:
            before = connection.scalar(select(settings.c.value).where(settings.c.key == key))
            value = change(before)
            if value == before:
                return
            connection.execute(delete(settings).where(settings.c.key == key))
            if value is not None:
                connection.execute(insert(settings).values(key=key, value=value))

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def _one(self, query: Select[Any], what: str) -> Row[Any]:
        rows = self._all(query)
        if not rows:
            raise StoreError(f"there is no {what}; it may have been deleted")
        return rows[0]

    def _tend_now_and_then(self) -> None:
        # Every page polls; once a second is enough for all of them together.
        with self._tended:
            if queue.now() < self._next_tending:
                return
            self._next_tending = queue.now() + timedelta(seconds=1)
        self.tend()


def _at_once() -> int:
    given = os.environ.get(AT_ONCE)
    if given is None:
        return os.cpu_count() or 1
    if not given.isdecimal() or int(given) == 0:
        raise StoreError(f"{AT_ONCE} is {given!r}; give the number of runs that may plan at once")
    return int(given)


def _baselines(scenario_id: int, version: int) -> tuple[ColumnElement[bool], ...]:
    mine = schedules.c.scenario_id == scenario_id
    return mine, schedules.c.run_id.is_(None), schedules.c.version == version


def _is_set(connection: Connection, key: str) -> bool:
    query = select(settings.c.key).where(settings.c.key == key)
    return connection.scalar(query) is not None
