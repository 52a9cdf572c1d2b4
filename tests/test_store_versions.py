"""A scenario has a history: nothing that was saved is lost, and two editors never overwrite."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from planner.errors import OutdatedError, StoreError
from planner.reader import Tables, table_of
from planner.store import Store, database, versions
from planner.store.versions import (
    add_variant,
    can_redo,
    parents,
    redo,
    save_version,
    settle,
    undo,
    version_of,
    versions_of,
)
from tests.test_store import url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


def tables(minutes: str = "20") -> Tables:
    rows = [("A", "red", minutes), ("B", "blue", "10")]
    columns = ("order_id", "family", "duration_minutes")
    return Tables(
        files={"orders.csv": table_of(columns, rows)}, settings="start = 2027-01-04T06:00:00\n"
    )


def minutes(store: Store, scenario_id: int, version: int | None = None) -> str:
    return store.tables(scenario_id, version).files["orders.csv"].rows[0][2]


def saved(store: Store, scenario_id: int, *given: str) -> None:
    for text in given:
        on = store.scenario_row(scenario_id).version
        save_version(store, scenario_id, tables(text), on=on, note=f"A: {text} minutes")


def test_saving_makes_a_version_of_the_same_scenario(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    made = save_version(store, row.id, tables("30"), on=1, note="A: 20 to 30 minutes")
    assert (made.number, made.based_on, made.note) == (2, 1, "A: 20 to 30 minutes")
    assert [(each.id, each.version) for each in store.scenarios()] == [(row.id, 2)]
    assert [minutes(store, row.id, version) for version in (None, 2, 1)] == ["30", "30", "20"]
    assert store.scenario_row(row.id).fingerprint == made.fingerprint != row.fingerprint


def test_what_says_the_same_makes_no_version(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    assert save_version(store, row.id, tables(), on=1, note="nothing").number == 1
    assert len(versions_of(store, row.id)) == 1


def test_saving_on_an_older_version_is_refused_and_kept(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    saved(store, row.id, "30")
    with pytest.raises(OutdatedError, match=r"version 2 is in force.*older one.*version 3") as e:
        save_version(store, row.id, tables("40"), on=1, note="A: 20 to 40 minutes")
    assert minutes(store, row.id) == "30"
    assert e.value.refused == 3
    assert minutes(store, row.id, 3) == "40"
    assert [each.number for each in versions_of(store, row.id) if each.refused] == [3]
    settle(store, row.id, 3)
    assert not any(each.refused for each in versions_of(store, row.id))


def test_undo_and_redo_go_over_a_reopened_store(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store:
        row = store.add_scenario("Denim", tables())
        saved(store, row.id, "30", "40")
    with Store(url(tmp_path)) as store:
        for wanted in ("30", "20"):
            undo(store, row.id, on=store.scenario_row(row.id).version)
            assert minutes(store, row.id) == wanted
        assert undo(store, row.id, on=1) is None
        for wanted in ("30", "40"):
            redo(store, row.id, on=store.scenario_row(row.id).version)
            assert minutes(store, row.id) == wanted
        assert redo(store, row.id, on=3) is None


def test_after_an_undo_another_edit_is_what_redo_does_again(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    saved(store, row.id, "30")
    undo(store, row.id, on=2)
    saved(store, row.id, "50")
    undo(store, row.id, on=3)
    assert can_redo(store, row.id, 1)
    redo(store, row.id, on=1)
    assert minutes(store, row.id) == "50"
    assert minutes(store, row.id, 2) == "30"


def test_undo_in_a_window_that_is_behind_does_nothing(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    saved(store, row.id, "30", "40")
    assert undo(store, row.id, on=2) is None
    assert redo(store, row.id, on=1) is None
    assert minutes(store, row.id) == "40"


def test_a_run_is_of_the_version_it_was_started_on_and_so_are_baselines(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    with mock.patch("planner.store.store.processes.start_detached"):
        first = store.start_run(row.id)
        before = store.baselines(row.id)["one by one"]
        saved(store, row.id, "30")
        second = store.start_run(row.id)
    assert (first.version, second.version) == (1, 2)
    assert store.scenario(row.id, 1).operations[0].durations["machine 1"].minimum == 20
    # 30 minutes of A, 30 of changeover, 10 of B: ten minutes later than before.
    assert before.batches[-1].end == 60
    assert store.baselines(row.id)["one by one"].batches[-1].end == 70
    assert store.baselines(row.id, 1)["one by one"] == before


def test_old_versions_without_plans_are_forgotten(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "KEPT", 2)
    row = store.add_scenario("Denim", tables())
    with mock.patch("planner.store.store.processes.start_detached"):
        store.start_run(row.id)
    saved(store, row.id, "30", "40", "50")
    assert [each.number for each in versions_of(store, row.id)] == [4, 3, 1]


def test_a_variant_stands_under_its_parent_and_has_a_name_of_its_own(store: Store) -> None:
    parent = store.add_scenario("Denim", tables())
    saved(store, parent.id, "25")
    made = [add_variant(store, parent.id, "Denim: Saturday", tables("30"), ["x"]) for _ in "ab"]
    assert [each.name for each in made] == ["Denim: Saturday", "Denim: Saturday (2)"]
    assert parents(store) == {each.id: parent.id for each in made}
    first = version_of(store, made[0].id, 1)
    assert (first.changes, first.parent_version) == (("x",), 2)


def test_edits_of_a_variant_keep_its_changes_and_undo_brings_them_back(store: Store) -> None:
    parent = store.add_scenario("Denim", tables())
    row = add_variant(store, parent.id, "Variant", tables("30"), ["x"])
    save_version(store, row.id, tables("31"), on=1, note="edit")
    made = save_version(store, row.id, tables("32"), on=2, note="+ y", variant=(("x", "y"), 1))
    assert version_of(store, row.id, 2).changes == ("x",)
    assert made.changes == ("x", "y")
    undone = undo(store, row.id, on=3)
    assert undone is not None
    assert undone.changes == ("x",)


def test_a_variant_outlives_its_parent(store: Store) -> None:
    parent = store.add_scenario("Denim", tables())
    row = add_variant(store, parent.id, "Variant", tables("30"), ["x"])
    store.delete_scenario(parent.id)
    assert minutes(store, row.id) == "30"
    assert parents(store) == {}


def test_a_scenario_of_an_older_database_gets_a_first_version(tmp_path: Path) -> None:
    with Store(url(tmp_path)) as store:
        content = store.add_scenario("Denim", tables())
    (tmp_path / "planner.db").rename(tmp_path / "new.db")
    engine = database.make_engine(database.database_url(url(tmp_path)))
    with database.alone(engine) as connection:
        database.upgrade(connection, "0003")
        connection.exec_driver_sql(f"ATTACH '{tmp_path / 'new.db'}' AS other")
        connection.exec_driver_sql(
            "INSERT INTO scenarios SELECT id, name, created, fingerprint, tables "
            "FROM other.scenarios"
        )
    engine.dispose()
    with Store(url(tmp_path)) as store:
        (only,) = versions_of(store, content.id)
        assert (only.number, only.fingerprint) == (1, content.fingerprint)
        assert store.tables(content.id, 1) == tables()


def test_what_is_not_there_is_said(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    with pytest.raises(StoreError, match="no version 9 of scenario"):
        version_of(store, row.id, 9)
    with pytest.raises(StoreError, match="no scenario 99; it may have been deleted"):
        save_version(store, 99, replace(tables()), on=1, note="")
