"""The versions of a schedule: every plan, edit and replan is one, and none is ever overwritten.

A line is one schedule through all its versions, a step one of them. One step is in force; saving
says which one was changed, and where another has come into force meanwhile it is refused: it is
kept as a step of its own, and whoever saved it is told.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from planner.errors import StaleStepError, StoreError
from planner.schedule import Schedule
from planner.store import codec, queue
from planner.store import converting as mapping
from planner.store.database import alone
from planner.store.rows import LineRow, StepOrigin, StepRow
from planner.store.schema import schedule_lines as lines
from planner.store.schema import schedule_versions as steps
from planner.store.store import Store

LONGEST_NAME = 200
_LINES = select(lines.c.id, lines.c.scenario_id, lines.c.plan, lines.c.version, lines.c.current)
_STEPS = select(*(column for column in steps.c if column.name != "content"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A schedule that is to become a step; the fields are those of `StepRow`."""

    schedule: Schedule
    kind: StepOrigin
    note: str = ""
    given: str = ""
    visitor: str | None = None


def open_line(
    store: Store, scenario_id: int, plan: str, schedule: Schedule, *, version: int
) -> LineRow:
    """Return the line that began as a plan; the first time, `schedule` becomes its first step.

    `plan` is the id of a run, or the name of a baseline; `version` is that of the scenario.
    """
    draft = StepDraft(schedule=schedule, kind=StepOrigin.PLAN)
    run_id = int(plan) if plan.isdecimal() else None
    with alone(store.engine) as connection:
        known = _line_of(connection, scenario_id, plan, version)
        if known is not None:
            return known
        made = insert(lines).values(
            scenario_id=scenario_id, run_id=run_id, plan=plan, version=version, current=1
        )
        line_id = mapping.inserted(connection, made)
        _add(connection, line_id, draft, number=1)
        return _line(connection, line_id)


def line_of(store: Store, scenario_id: int, plan: str, version: int) -> LineRow | None:
    """Return the line that began as a plan; None while nothing has been done to it."""
    with store.engine.connect() as connection:
        return _line_of(connection, scenario_id, plan, version)


def lines_of(store: Store, scenario_id: int) -> tuple[LineRow, ...]:
    """Return the lines of a scenario, the newest first."""
    query = _LINES.where(lines.c.scenario_id == scenario_id).order_by(lines.c.id.desc())
    with store.engine.connect() as connection:
        return tuple(LineRow(**row) for row in connection.execute(query).mappings())


def save_step(store: Store, line_id: int, draft: StepDraft, *, on: int) -> StepRow:
    """Store a changed schedule as the step in force; raises `StaleStepError` unless `on` still is.

    What is refused so is stored all the same, as a step that is not in force.
    """
    with alone(store.engine) as connection:
        line = _line(connection, line_id)
        number = _last(connection, line_id) + 1
        refused = line.current != on
        _add(connection, line_id, draft, number=number, based_on=on, refused=refused)
        if not refused:
            _put_in_force(connection, line_id, number)
        saved = _step(connection, line_id, number)
    if refused:
        raise StaleStepError(line.current, number)
    return saved


def steps_of(store: Store, line_id: int) -> tuple[StepRow, ...]:
    """Return all steps of a line, newest first."""
    query = _STEPS.where(steps.c.line_id == line_id).order_by(steps.c.number.desc())
    with store.engine.connect() as connection:
        return tuple(_step_row(row) for row in connection.execute(query).mappings())


def step_schedule(store: Store, line_id: int, number: int) -> Schedule:
    """Return the schedule of a step."""
    query = select(steps.c.content).where(steps.c.line_id == line_id, steps.c.number == number)
    with store.engine.connect() as connection:
        found = connection.execute(query).first()
    if found is None:
        raise StoreError(f"there is no version {number} of this schedule")
    return codec.unpacked_schedule(found.content)


def step_back(store: Store, line_id: int, *, on: int) -> StepRow | None:
    """Put the step in force that `on` was made from; None where there is none, or `on` is old."""
    with alone(store.engine) as connection:
        if _line(connection, line_id).current != on:
            return None
        before = _step(connection, line_id, on).based_on
        return None if before is None else _moved(connection, line_id, before)


def step_forward(store: Store, line_id: int, *, on: int) -> StepRow | None:
    """Put the newest step in force that was made from `on`; None where there is none."""
    with alone(store.engine) as connection:
        if _line(connection, line_id).current != on:
            return None
        after = connection.scalar(_after(line_id, on))
        return None if after is None else _moved(connection, line_id, after)


def can_step_forward(store: Store, line_id: int, on: int) -> bool:
    """Return whether something was made from `on` and undone."""
    with store.engine.connect() as connection:
        return connection.scalar(_after(line_id, on)) is not None


def go_to_step(store: Store, line_id: int, number: int, *, on: int) -> StepRow | None:
    """Put any step of a line in force; None where `on` no longer is."""
    with alone(store.engine) as connection:
        _step(connection, line_id, number)
        if _line(connection, line_id).current != on:
            return None
        return _moved(connection, line_id, number)


def name_step(store: Store, line_id: int, number: int, name: str) -> None:
    """Give a step a name, or none with an empty text."""
    mine = (steps.c.line_id == line_id) & (steps.c.number == number)
    with alone(store.engine) as connection:
        _step(connection, line_id, number)
        connection.execute(update(steps).where(mine).values(name=name.strip()[:LONGEST_NAME]))


def publish_step(store: Store, line_id: int, number: int) -> StepRow:
    """Make a step the one that the shop floor works by, in place of any other of its scenario."""
    mine = (steps.c.line_id == line_id) & (steps.c.number == number)
    with alone(store.engine) as connection:
        _step(connection, line_id, number)
        connection.execute(update(steps).where(mine).values(published=queue.now()))
        return _step(connection, line_id, number)


def published_step(store: Store, scenario_id: int) -> tuple[LineRow, StepRow] | None:
    """Return what the shop floor works by: the step of a scenario that was published last."""
    query = (
        _STEPS.join(lines, lines.c.id == steps.c.line_id)
        .where(lines.c.scenario_id == scenario_id, steps.c.published.is_not(None))
        .order_by(steps.c.published.desc(), steps.c.number.desc())
        .limit(1)
    )
    with store.engine.connect() as connection:
        found = connection.execute(query).mappings().first()
        if found is None:
            return None
        return _line(connection, found["line_id"]), _step_row(found)


def _add(
    connection: Connection,
    line_id: int,
    draft: StepDraft,
    *,
    number: int,
    based_on: int | None = None,
    refused: bool = False,
) -> None:
    connection.execute(
        insert(steps).values(
            line_id=line_id,
            number=number,
            based_on=based_on,
            kind=draft.kind,
            created=queue.now(),
            visitor=draft.visitor,
            name="",
            note=draft.note,
            given=draft.given,
            content=codec.packed_schedule(draft.schedule),
            refused=refused,
        )
    )


def _after(line_id: int, on: int) -> Select[Any]:
    return select(func.max(steps.c.number)).where(
        steps.c.line_id == line_id, steps.c.based_on == on, steps.c.refused.is_(False)
    )


def _moved(connection: Connection, line_id: int, number: int) -> StepRow:
    _put_in_force(connection, line_id, number)
    return _step(connection, line_id, number)


def _put_in_force(connection: Connection, line_id: int, number: int) -> None:
    connection.execute(update(lines).where(lines.c.id == line_id).values(current=number))
    # What was refused and is chosen after all is a step like any other.
    mine = (steps.c.line_id == line_id) & (steps.c.number == number)
    connection.execute(update(steps).where(mine).values(refused=False))


def _last(connection: Connection, line_id: int) -> int:
    return (
        connection.scalar(select(func.max(steps.c.number)).where(steps.c.line_id == line_id)) or 0
    )


def _line_of(connection: Connection, scenario_id: int, plan: str, version: int) -> LineRow | None:
    mine = (lines.c.scenario_id == scenario_id, lines.c.plan == plan, lines.c.version == version)
    row = connection.execute(_LINES.where(*mine)).mappings().first()
    return None if row is None else LineRow(**row)


def _line(connection: Connection, line_id: int) -> LineRow:
    row = connection.execute(_LINES.where(lines.c.id == line_id)).mappings().first()
    if row is None:
        raise StoreError("there is no such schedule; it may have been deleted")
    return LineRow(**row)


def _step(connection: Connection, line_id: int, number: int) -> StepRow:
    query = _STEPS.where(steps.c.line_id == line_id, steps.c.number == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise StoreError(f"there is no version {number} of this schedule")
    return _step_row(row)


def _step_row(row: RowMapping) -> StepRow:
    return StepRow(**(dict(row) | {"kind": StepOrigin(row["kind"])}))
