"""Versions of schedules: nothing done by hand is lost, and of two planners one is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from benchmarks import postgresql
from planner.errors import StoreError
from planner.schedule import Schedule
from planner.store import (
    LineRow,
    StaleStepError,
    StepDraft,
    StepOrigin,
    Store,
    can_step_forward,
    go_to_step,
    line_of,
    name_step,
    open_line,
    publish_step,
    published_step,
    save_step,
    step_back,
    step_forward,
    step_schedule,
    steps_of,
)
from tests.builders import batch, schedule
from tests.test_store import url
from tests.test_store_worker import add_scenario


@pytest.fixture(scope="module")
def server() -> Iterator[str | None]:
    if postgresql.binaries() is None:
        yield None
        return
    with postgresql.server(durable=False) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest,
    server: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Store]:
    address = url(tmp_path)
    if request.param == "postgresql":
        if server is None:
            pytest.skip("no PostgreSQL server on this machine")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{tmp_path.name}"'))
        engine.dispose()
        made = make_url(server).set(database=tmp_path.name)
        address = made.render_as_string(hide_password=False)
    with Store(address) as opened:
        yield opened


def starting_at(start: int) -> Schedule:
    return schedule(batch(start=start, end=start + 60))


@pytest.fixture
def line(store: Store) -> LineRow:
    return open_line(store, add_scenario(store), "one by one", starting_at(0), version=1)


def save(store: Store, line: LineRow, start: int, on: int) -> int:
    draft = StepDraft(schedule=starting_at(start), kind=StepOrigin.BY_HAND, note=f"start {start}")
    return save_step(store, line.id, draft, on=on).number


def current(store: Store, line: LineRow) -> int:
    found = line_of(store, line.scenario_id, line.plan, line.version)
    assert found is not None
    return found.current


def test_a_plan_becomes_the_first_version_once(store: Store, line: LineRow) -> None:
    again = open_line(store, line.scenario_id, "one by one", starting_at(7), version=1)
    assert again == line
    assert step_schedule(store, line.id, 1) == starting_at(0)
    assert [step.kind for step in steps_of(store, line.id)] == [StepOrigin.PLAN]
    assert line_of(store, line.scenario_id, "another", 1) is None


def test_undo_and_redo_go_through_all_steps_and_a_new_one_leaves_the_old_ones(
    store: Store, line: LineRow
) -> None:
    assert [save(store, line, start, on) for start, on in ((10, 1), (20, 2), (30, 3))] == [2, 3, 4]
    for on in (4, 3, 2):
        assert step_back(store, line.id, on=on) is not None
    assert step_back(store, line.id, on=1) is None
    assert can_step_forward(store, line.id, 1)
    moved = step_forward(store, line.id, on=1)
    assert moved is not None
    assert moved.number == 2
    assert save(store, line, 40, on=2) == 5
    # The newest of what was made from 2 is redone; what it replaced is still there.
    step_back(store, line.id, on=5)
    again = step_forward(store, line.id, on=2)
    assert again is not None
    assert again.number == 5
    assert step_schedule(store, line.id, 4) == starting_at(30)


def test_of_two_planners_one_wins_and_the_work_of_the_other_is_kept(
    store: Store, line: LineRow
) -> None:
    save(store, line, 10, on=1)
    with pytest.raises(StaleStepError, match=r"version 2 is in force.*kept as version 3") as told:
        save(store, line, 99, on=1)
    assert (told.value.current, told.value.refused) == (2, 3)
    assert current(store, line) == 2
    assert step_schedule(store, line.id, 3) == starting_at(99)
    # It is no step to be redone, until somebody goes there.
    assert step_back(store, line.id, on=2) is not None
    redone = step_forward(store, line.id, on=1)
    assert redone is not None
    assert redone.number == 2
    assert go_to_step(store, line.id, 3, on=1) is None
    chosen = go_to_step(store, line.id, 3, on=2)
    assert chosen is not None
    assert not chosen.refused
    assert current(store, line) == 3


def test_the_last_published_version_of_a_scenario_is_the_shop_floors(
    store: Store, line: LineRow
) -> None:
    assert published_step(store, line.scenario_id) is None
    save(store, line, 10, on=1)
    publish_step(store, line.id, 2)
    publish_step(store, line.id, 1)
    found = published_step(store, line.scenario_id)
    assert found is not None
    assert (found[0].id, found[1].number) == (line.id, 1)


def test_a_version_has_the_name_it_was_given(store: Store, line: LineRow) -> None:
    name_step(store, line.id, 1, "  before the breakdown ")
    assert steps_of(store, line.id)[0].name == "before the breakdown"


def test_what_is_not_there_is_said(store: Store, line: LineRow) -> None:
    with pytest.raises(StoreError, match="no version 9"):
        step_schedule(store, line.id, 9)
    with pytest.raises(StoreError, match="no version 9"):
        go_to_step(store, line.id, 9, on=1)
    with pytest.raises(StoreError, match="no such schedule"):
        save_step(store, 99, StepDraft(schedule=starting_at(0), kind=StepOrigin.REPLAN), on=1)
