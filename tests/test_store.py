"""The store as pages and commands see it: what goes in comes out, also after a restart."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from planner.domain import PRESETS, Weights
from planner.errors import StoreError
from planner.reader import Tables, table_of
from planner.schedule import Batch, Placement, Schedule, Unplanned
from planner.store import RunOptions, RunState, Store, codec
from planner.store.database import data_folder, database_url

# A worker that does nothing: its runs never begin.
IDLE = (sys.executable, "-c", "")


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/planner.db"


def tables(due: str = "2027-06-01T14:00") -> Tables:
    return Tables(
        files={"orders.csv": table_of(("order_id", "due"), [("0001", due), ("Ü|2", "")])},
        settings='start = 2027-05-01T06:00:00\nname = "Denim"\n',
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path), worker=IDLE) as store:
        yield store


def test_a_scenario_comes_back_as_it_went_in(store: Store) -> None:
    row = store.add_scenario("Denim", tables())
    assert store.tables(row.id) == tables()
    assert store.scenarios() == (row,)


def test_a_scenario_without_a_start_begins_when_it_was_stored(store: Store) -> None:
    orders = table_of(("order_id", "duration_minutes"), [("A", "60")])
    row = store.add_scenario("Denim", Tables(files={"orders.csv": orders}))
    start = store.scenario(row.id).clock.start
    assert abs(start - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=3)
    assert store.scenario(row.id).clock.start == start


def test_another_store_on_the_same_file_finds_everything(tmp_path: Path) -> None:
    with Store(url(tmp_path), worker=IDLE) as first:
        scenario = first.add_scenario("Denim", tables())
        run = first.start_run(scenario.id, RunOptions(seed=7, weights=Weights(makespan=3)))
        first.set_setting("theme", "dark")
    with Store(url(tmp_path), worker=IDLE) as second:
        assert second.scenarios() == (scenario,)
        assert second.run(run.id).options == RunOptions(seed=7, weights=Weights(makespan=3))
        assert second.setting("theme") == "dark"


def test_equal_tables_have_equal_fingerprints_and_others_have_not(store: Store) -> None:
    first = store.add_scenario("one", tables())
    assert store.add_scenario("two", tables()).fingerprint == first.fingerprint
    assert store.add_scenario("three", tables(due="")).fingerprint != first.fingerprint


def test_times_are_aware_and_in_utc(store: Store) -> None:
    before = datetime.now(UTC)
    created = store.add_scenario("Denim", tables()).created
    assert created.tzinfo is UTC
    assert before <= created <= datetime.now(UTC)


def test_scenarios_come_newest_first_and_can_be_renamed(store: Store) -> None:
    old = store.add_scenario("old", tables())
    store.add_scenario("new", tables())
    store.rename_scenario(old.id, " older ")
    assert [row.name for row in store.scenarios()] == ["new", "older"]


def test_a_scenario_without_a_name_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="needs a name"):
        store.add_scenario("  ", tables())


def test_a_deleted_scenario_takes_its_runs_along_and_its_id_never_comes_back(store: Store) -> None:
    scenario = store.add_scenario("Denim", tables())
    run = store.start_run(scenario.id)
    store.delete_scenario(scenario.id)
    assert store.runs() == ()
    with pytest.raises(StoreError, match=f"no scenario {scenario.id}"):
        store.tables(scenario.id)
    with pytest.raises(StoreError, match=f"no run {run.id}"):
        store.run(run.id)
    assert store.add_scenario("Denim", tables()).id > scenario.id


def test_a_run_of_no_scenario_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no scenario 5"):
        store.start_run(5)


def test_a_run_without_a_limit_is_refused() -> None:
    with pytest.raises(StoreError, match="needs a limit"):
        RunOptions(seconds=None)


def test_an_unknown_preset_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(StoreError, match=r"no preset 'cheap'; there are fewest changeovers,"):
        RunOptions(preset="cheap")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (RunOptions(), Weights(makespan=1)),
        (RunOptions(preset="on time first"), PRESETS["on time first"]),
        (RunOptions(preset="balanced", weights=Weights(tardiness=9)), Weights(tardiness=9)),
    ],
    ids=["the scenario's own", "a preset's", "given ones"],
)
def test_weights_override_the_preset_and_that_the_scenario(
    options: RunOptions, expected: Weights
) -> None:
    assert options.weights_for(own=Weights(makespan=1)) == expected


def test_settings_are_found_by_what_their_key_begins_with(store: Store) -> None:
    store.set_setting("import:a_1", "first")
    store.set_setting("import:a_1", "second")
    store.set_setting("importXa_1", "no: _ and % stand for themselves")
    store.set_setting("theme", "dark")
    store.set_setting("theme", None)
    assert store.settings("import:") == {"import:a_1": "second"}
    assert store.setting("theme") is None


def test_a_scenario_that_is_added_once_does_not_come_back(store: Store) -> None:
    store.add_scenario_once("sample:denim", "Denim", tables())
    store.delete_scenario(store.scenarios()[0].id)
    store.add_scenario_once("sample:denim", "Denim", tables())
    assert store.scenarios() == ()


def test_a_run_that_is_started_once_is_started_once(store: Store) -> None:
    scenario = store.add_scenario("Denim", tables())
    for _ in range(2):
        store.start_run_once("sample planned", scenario.id, RunOptions())
    (run,) = store.runs()
    assert store.setting("sample planned") == str(run.id)


def test_a_schedule_comes_back_as_it_went_in(store: Store) -> None:
    schedule = Schedule(
        batches=(
            Batch(
                machine="M",
                family="rot | 120",
                start=5,
                end=70,
                placements=(Placement(operation="A", start=5, end=65),),
            ),
        ),
        unplanned=(Unplanned(operation="B", reason="longer than any window"),),
    )
    scenario = store.add_scenario("Denim", tables())
    store.save_baselines(scenario.id, {"one by one": Schedule()})
    store.save_baselines(scenario.id, {"one by one": schedule})
    assert store.baselines(scenario.id) == {"one by one": schedule}


def test_options_of_a_newer_version_are_read_without_what_is_new() -> None:
    text = codec.options_text(RunOptions(seed=3)).replace('"seed":3', '"seed":3,"gpu":true')
    assert codec.options_from(text) == RunOptions(seed=3)


def test_purge_deletes_runs_that_ended_long_ago_and_no_others(store: Store) -> None:
    scenario = store.add_scenario("Denim", tables())
    ended, waiting = store.start_run(scenario.id), store.start_run(scenario.id)
    store.request_stop(ended.id)
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "UPDATE runs SET state = 'stopped', ended = '2020-01-01' WHERE id = ?", [ended.id]
        )
    connection.close()
    assert store.purge(older_than=timedelta(days=30)) == 1
    assert [run.id for run in store.runs()] == [waiting.id]


def test_a_worker_that_cannot_be_started_is_a_failed_run(tmp_path: Path) -> None:
    with Store(url(tmp_path), worker=("/no/such/program",)) as store:
        run = store.start_run(store.add_scenario("Denim", tables()).id)
    assert run.state == RunState.FAILED
    assert "No such file" in run.message


def test_the_environment_names_the_database_and_an_argument_overrides_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BATCH_PLANNER_DATABASE", "postgresql://planner@db/plant")
    assert database_url().host == "db"
    assert database_url("sqlite:////srv/planner.db").database == "/srv/planner.db"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep data elsewhere")
def test_without_both_the_database_lies_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BATCH_PLANNER_DATABASE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/me/data")
    assert data_folder() == Path("/home/me/data/batch-planner")
    assert database_url().database == "/home/me/data/batch-planner/planner.db"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("planner.db", "is not a database URL"),
        ("sqlite://", "in memory cannot be shared"),
        ("sqlite:///:memory:", "in memory cannot be shared"),
        ("nosql://host/db", "is not a database SQLAlchemy knows"),
        ("mysql+pymysql://host/db", "needs the Python package pymysql"),
        ("postgresql://me:secret@localhost:1/db", r"cannot open postgresql://me:\*\*\*@"),
    ],
)
def test_a_database_that_cannot_be_opened_says_why(given: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store(given)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "planner.db").write_text("order_id;due\n" * 200)
    with pytest.raises(StoreError, match="file is not a database"):
        Store(url(tmp_path))
    assert (tmp_path / "planner.db").read_text().startswith("order_id;due")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot open sqlite:///.*/file/planner\.db"):
        Store(url(tmp_path / "file"))


def test_the_environment_says_how_many_runs_plan_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_PLANNER_AT_ONCE", "1")
    with Store(url(tmp_path), worker=IDLE) as store:
        scenario = store.add_scenario("Denim", tables())
        states = [store.start_run(scenario.id).state for _ in range(2)]
    assert states == ["running", "queued"]


@pytest.mark.parametrize("given", ["0", "-1", "two", ""])
def test_a_number_of_runs_that_is_none_is_refused(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_PLANNER_AT_ONCE", given)
    with pytest.raises(StoreError, match=f"BATCH_PLANNER_AT_ONCE is '{given}'"):
        Store(url(tmp_path))
