"""The versions of a scenario: saving, undo and redo, what was refused, and variants.

A version is never changed. One of them is in force; saving says which one was changed, and where
another has come into force meanwhile it is refused: the tables are kept as a version of their own,
until somebody has settled what to do with them.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from planner.errors import OutdatedError, StoreError
from planner.reader import Tables
from planner.store import codec
from planner.store import converting as mapping
from planner.store.database import alone
from planner.store.rows import ScenarioRow, VersionRow
from planner.store.schema import runs, scenarios, schedules, variants, versions
from planner.store.store import Store

# Older versions than these are forgotten where no plan is of them.
KEPT = 200
_ROWS = select(*(column for column in versions.c if column.name != "tables"))


def save_version(
    store: Store,
    scenario_id: int,
    tables: Tables,
    *,
    on: int,
    note: str,
    variant: tuple[Sequence[str], int | None] | None = None,
) -> VersionRow:
    """Store changed tables as the version in force; raises `OutdatedError` unless `on` still is.

    `variant` has the changes of the parent and its version; without it they are those of `on`.
    Tables that say what those of `on` say make no version.
    """
    with alone(store.engine) as connection:
        scenario = _scenario(connection, scenario_id)
        base = _row(connection, scenario_id, on)
        changes, parent = variant or (base.changes, base.parent_version)
        is_same = codec.fingerprint(tables) == base.fingerprint and variant is None
        if is_same and scenario.version == on:
            return base
        number = _last_number(connection, scenario_id) + 1
        connection.execute(
            insert(versions).values(
                scenario_id=scenario_id,
                number=number,
                based_on=on,
                note=note,
                changes=codec.changes_text(changes),
                parent_version=parent,
                refused=scenario.version != on,
                **mapping.content(tables),
            )
        )
        saved = _row(connection, scenario_id, number)
        if not saved.refused:
            _put_in_force(connection, scenario_id, saved.number)
            _forget_old(connection, scenario_id, saved.number)
    if saved.refused:
        raise OutdatedError(scenario.name, scenario.version, saved.number)
    return saved


def versions_of(store: Store, scenario_id: int) -> tuple[VersionRow, ...]:
    """Return all versions of a scenario, newest first."""
    query = _ROWS.where(versions.c.scenario_id == scenario_id).order_by(versions.c.number.desc())
    with store.engine.connect() as connection:
        return tuple(mapping.version_row(row) for row in connection.execute(query))


def version_of(store: Store, scenario_id: int, number: int) -> VersionRow:
    """Return one version of a scenario."""
    with store.engine.connect() as connection:
        return _row(connection, scenario_id, number)


def undo(store: Store, scenario_id: int, *, on: int) -> VersionRow | None:
    """Put the version in force that `on` was made from; None where there is none."""
    with alone(store.engine) as connection:
        if _scenario(connection, scenario_id).version != on:
            return None
        before = _row(connection, scenario_id, on).based_on
        # The one before may have been forgotten.
        return _moved(connection, scenario_id, before) if before else None


def redo(store: Store, scenario_id: int, *, on: int) -> VersionRow | None:
    """Put the newest version in force that was made from `on`; None where there is none."""
    query = select(func.max(versions.c.number)).where(
        versions.c.scenario_id == scenario_id,
        versions.c.based_on == on,
        versions.c.refused.is_(False),
    )
    with alone(store.engine) as connection:
        if _scenario(connection, scenario_id).version != on:
            return None
        after = connection.scalar(query)
        return _moved(connection, scenario_id, after) if after else None


def can_redo(store: Store, scenario_id: int, on: int) -> bool:
    """Return whether something was made from `on` and undone."""
    return any(row.based_on == on and not row.refused for row in versions_of(store, scenario_id))


def settle(store: Store, scenario_id: int, number: int) -> None:
    """Note that what was refused has been dealt with; it stays in the history."""
    mine = (versions.c.scenario_id == scenario_id) & (versions.c.number == number)
    # Made from nothing in force, it is no step that could be done again.
    change = update(versions).where(mine).values(refused=False, based_on=None)
    with alone(store.engine) as connection:
        connection.execute(change)


def add_variant(
    store: Store, parent_id: int, name: str, tables: Tables, changes: Sequence[str]
) -> ScenarioRow:
    """Store a variant of what a scenario is now; `changes` of it led to `tables`."""
    with alone(store.engine) as connection:
        parent = _scenario(connection, parent_id)
        variant_id = mapping.new_scenario(
            connection, _free_name(connection, name), tables, changes, parent.version
        )
        connection.execute(insert(variants).values(scenario_id=variant_id, parent_id=parent_id))
        return _scenario(connection, variant_id)


def parents(store: Store) -> dict[int, int]:
    """Return the parent of every variant, by their ids; none where the parent is in the bin."""
    with store.engine.connect() as connection:
        known = select(variants).join(scenarios, scenarios.c.id == variants.c.parent_id)
        rows = connection.execute(known.where(scenarios.c.deleted.is_(None)))
        return {row.scenario_id: row.parent_id for row in rows}


def _scenario(connection: Connection, scenario_id: int) -> ScenarioRow:
    row = connection.execute(mapping.SCENARIO_ROWS.where(scenarios.c.id == scenario_id)).first()
    if row is None:
        raise StoreError(f"there is no scenario {scenario_id}; it may have been deleted")
    return mapping.scenario_row(row)


def _row(connection: Connection, scenario_id: int, number: int) -> VersionRow:
    query = _ROWS.where(versions.c.scenario_id == scenario_id, versions.c.number == number)
    row = connection.execute(query).first()
    if row is None:
        raise StoreError(f"there is no version {number} of scenario {scenario_id}")
    return mapping.version_row(row)


def _last_number(connection: Connection, scenario_id: int) -> int:
    query = select(func.max(versions.c.number)).where(versions.c.scenario_id == scenario_id)
    return connection.scalar(query) or 0


def _moved(connection: Connection, scenario_id: int, number: int) -> VersionRow | None:
    query = _ROWS.where(versions.c.scenario_id == scenario_id, versions.c.number == number)
    row = connection.execute(query).first()
    if row is not None:
        _put_in_force(connection, scenario_id, number)
    return None if row is None else mapping.version_row(row)


def _put_in_force(connection: Connection, scenario_id: int, number: int) -> None:
    of_version = (versions.c.scenario_id == scenario_id) & (versions.c.number == number)
    same = {
        name: select(versions.c[name]).where(of_version).scalar_subquery()
        for name in ("tables", "fingerprint")
    }
    connection.execute(
        update(scenarios).where(scenarios.c.id == scenario_id).values(version=number, **same)
    )


def _forget_old(connection: Connection, scenario_id: int, newest: int) -> None:
    planned = select(runs.c.version).where(runs.c.scenario_id == scenario_id)
    old = (
        versions.c.scenario_id == scenario_id,
        versions.c.number <= newest - KEPT,
        versions.c.refused.is_(False),
        versions.c.number.not_in(planned),
    )
    numbers = connection.scalars(select(versions.c.number).where(*old)).all()
    if not numbers:
        return
    connection.execute(delete(versions).where(*old))
    connection.execute(
        delete(schedules).where(
            schedules.c.scenario_id == scenario_id,
            schedules.c.run_id.is_(None),
            schedules.c.version.in_(numbers),
        )
    )


def _free_name(connection: Connection, name: str) -> str:
    """Return `name`, or the first with a number behind it that no scenario has."""
    taken = set(connection.scalars(select(scenarios.c.name)))
    wanted, number = mapping.scenario_name(name), 1
    while wanted in taken:
        number += 1
        wanted = f"{mapping.scenario_name(name)[:190]} ({number})"
    return wanted
