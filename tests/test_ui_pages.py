"""Every page with nothing, with a scenario, and with a schedule, without a browser."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.publish import Mes
from planner.reader import read_tables, table_of
from planner.service.app import ServiceSettings, make_app
from planner.service.live_policies import PolicyName, ReleaseRules, Rule, live_policy
from planner.store import RunOptions, Store
from scenarios import sample_path
from tests.test_service_handover import TestClient
from ui.launch import prepare

APP = Path(__file__).parents[1] / "ui" / "app.py"
PAGES = {name: f"views/{name}.py" for name in ("start", "data", "plan", "schedule", "compare")}
PAGES |= {"export": "views/export.py", "release": "views/release.py"}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Make a store with the tiny sample, planned."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('planned') / 'p.db'}") as store:
        row = store.add_scenario("Tiny", read_tables(sample_path("tiny")))
        run = store.start_run(row.id, RunOptions(method="earliest due date"))
        for _ in range(300):
            if store.run(run.id).state.is_final:
                break
            time.sleep(0.1)
        assert store.run(run.id).cost is not None
        yield store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'e.db'}") as store:
        yield store


def environment(store: Store) -> dict[str, str]:
    """Return what the pages are told of the database."""
    return {"BATCH_PLANNER_DATABASE": store.url, "BATCH_PLANNER_SAMPLES": "no"}


def app(store: Store, page: str, **ids: str) -> AppTest:
    """Run a page; other stores that earlier tests looked at are forgotten."""
    st.cache_resource.clear()
    with mock.patch.dict(os.environ, environment(store)):
        test = AppTest.from_file(str(APP), default_timeout=30)
        for name, value in ids.items():
            test.query_params[name] = value
        test.run()
        return test.switch_page(PAGES[page]).run() if page != "start" else test


def text(test: AppTest) -> str:
    """Return everything a page says."""
    kinds = (test.title, test.markdown, test.info, test.error, test.warning, test.success,
             test.caption, test.subheader)  # fmt: skip
    said = [str(item.value) for kind in kinds for item in kind]
    return "\n".join([*said, *(str(item.proto.body) for item in test.get("html"))])


def test_samples_are_stored_and_one_is_being_planned_before_the_first_visit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with (
        mock.patch.dict(os.environ, {"BATCH_PLANNER_DATABASE": url, "BATCH_PLANNER_SAMPLES": ""}),
        mock.patch("planner.store.store.processes.start_detached") as worker,
    ):
        prepare()
    with Store(url) as store:
        (run,) = store.runs()
        assert str(run.scenario_id) == store.setting("sample:denim")
    assert worker.call_count == 1


def test_a_database_that_cannot_be_opened_leaves_the_telling_to_the_page(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("no database", encoding="utf-8")
    with mock.patch.dict(
        os.environ,
        {"BATCH_PLANNER_DATABASE": f"sqlite:///{broken}", "BATCH_PLANNER_SAMPLES": ""},
    ):
        prepare()
        st.cache_resource.clear()
        test = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not test.exception
    assert "file is not a database" in text(test)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_to_do_when_there_is_nothing(empty: Store, page: str) -> None:
    test = app(empty, page)
    assert not test.exception
    wanted = "What you upload will be listed here" if page == "start" else "No scenario yet"
    assert wanted in text(test)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_scenario_that_is_not_planned(empty: Store, page: str) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    test = app(empty, page, scenario=str(row.id))
    assert not test.exception
    wanted = {"data": "can be planned", "plan": "12 orders, 2 machines", "start": "Tiny"}
    # Without a run, the baselines are there to look at.
    assert wanted.get(page, "") in text(test)
    assert not test.error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_schedule(planned: Store, page: str) -> None:
    test = app(planned, page, scenario="1", plan="1")
    assert not test.exception
    assert not test.error


def test_the_schedule_page_says_what_is_saved_what_is_late_and_how_good_it_is(
    planned: Store,
) -> None:
    said = text(app(planned, "schedule", scenario="1", plan="1"))
    for wanted in ("Changeover time saved", "one by one", "Late orders", "of 12", "Certified",
                   "No plan can need", "of changeover"):  # fmt: skip
        assert wanted in said


def test_a_batch_in_the_address_is_shown_with_its_orders(planned: Store) -> None:
    said = text(app(planned, "schedule", scenario="1", plan="1", batch="P1:1"))
    assert "P1, batch 1" in said
    assert "before the first due date" in said or "Late by" in said


@pytest.mark.parametrize(
    "ids", [{"scenario": "77"}, {"scenario": "x"}, {"scenario": "1", "plan": "99"},
            {"scenario": "1", "plan": "1", "batch": "none:7"}],
    ids=["scenario gone", "no number", "plan gone", "batch gone"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_shows_what_there_is(
    planned: Store, ids: dict[str, str]
) -> None:
    test = app(planned, "schedule", **ids)
    assert not test.exception
    assert "Changeover time" in text(test)
    wanted = "No batch selected" if "batch" in ids else "was deleted in another window"
    assert wanted in text(test)


def test_a_run_that_found_nothing_says_so_and_shows_another_plan(planned: Store) -> None:
    with mock.patch("planner.store.store.processes.start_detached", side_effect=OSError("no")):
        failed = planned.start_run(1)
    test = app(planned, "schedule", scenario="1", plan=str(failed.id))
    assert f"Plan {failed.id} failed without a schedule. The worker process could not" in text(test)
    planned.delete_run(failed.id)


def test_a_deleted_plan_in_the_address_is_told_on_the_plan_page(planned: Store) -> None:
    test = app(planned, "plan", scenario="1", plan="99")
    assert text(test).count("was deleted in another window") == 1
    assert "Finished after" in text(test)


@pytest.mark.parametrize("page", PAGES)
def test_a_scenario_with_faults_is_shown_with_its_findings(empty: Store, page: str) -> None:
    orders = table_of(("order_id", "family", "duration_minutes"), [("A", "red", "ten")])
    tables = read_tables(sample_path("tiny"))
    row = empty.add_scenario("Faulty", replace(tables, files={"orders.csv": orders}))
    test = app(empty, page, scenario=str(row.id))
    assert not test.exception
    if page == "data":
        table = test.dataframe[0].value
        assert list(table.loc[0, ["Rows", "Column", "Values"]]) == ["2", "duration_minutes", "ten"]
        assert "number" in table.loc[0, "What is wrong"]
        assert table.loc[0, "Way out"]


def test_a_traceback_never_reaches_a_page(planned: Store) -> None:
    with mock.patch("ui.state.Store.scenarios", side_effect=RuntimeError("secret detail")):
        test = app(planned, "schedule")
    assert not test.exception
    said = text(test)
    assert "Something went wrong on our side. Error " in said
    assert "secret" not in said
    log = (planned.log_folder / "dashboard.log").read_text(encoding="utf-8")
    assert "secret detail" in log
    assert said.partition("Error ")[2][:8] in log


def test_changed_settings_of_a_form_start_a_run(planned: Store) -> None:
    with mock.patch("planner.store.store.processes.start_detached"):
        test = app(planned, "plan", scenario="1")
        next(box for box in test.selectbox if box.label == "Aim").set_value("on time first")
        test.number_input(key="seconds").set_value(7)
        with mock.patch.dict(os.environ, environment(planned)):
            test.button(key="plan").click().run()
    run = planned.runs(1)[0]
    assert (run.options.preset, run.options.seconds) == ("on time first", 7.0)
    planned.delete_run(run.id)


def test_the_release_page_recommends_a_batch_size_and_a_waiting_time(planned: Store) -> None:
    test = app(planned, "release", scenario="1")
    with mock.patch.dict(os.environ, environment(planned)):
        next(button for button in test.button if button.label == "Simulate").click().run()
    assert not test.exception
    assert not test.error
    assert "Recommended" in text(test)


def live(store: Store) -> AppTest:
    """Open the Release page at the live service."""
    test = app(store, "release")
    with mock.patch.dict(os.environ, environment(store)):
        test.button_group(key="show").set_value("Live service").run()
    assert not test.exception
    assert not test.error
    return test


def test_without_a_service_the_release_page_says_how_to_start_one(empty: Store) -> None:
    test = live(empty)
    assert "No release service yet" in text(test)
    assert "Orders come in" in text(test)
    with mock.patch("planner.service.control.start_detached") as started:
        test.number_input(key="service size").set_value(8)
        with mock.patch.dict(os.environ, environment(empty)):
            test.button(key="start the service").click().run()
    (command, _, given), _ = started.call_args
    assert command[-6:] == ("--size", "8", "--wait", "1800", "--port", "8650")
    # The address of the database may hold a password: no command line shows it.
    assert empty.url in given.values()
    assert not any(empty.url in part for part in command)


def test_the_release_page_shows_what_waits_what_was_released_and_what_was_refused(
    empty: Store,
) -> None:
    pairs = live_policy(PolicyName.FULL, ReleaseRules(rule=Rule(size=2, wait=60)))
    mes = Mes(faults=0.0, refuses=frozenset({"released/2"}))
    with mes.serving() as destination:
        settings = ServiceSettings(policy=pairs, destination=destination, flush=False)
        with TestClient(make_app(empty, settings), base_url="http://localhost") as http:
            orders = [("A", "red"), ("B", "red"), ("C", "blue"), ("D", "blue"), ("E", "red")]
            wanted = [{"order_id": name, "family": family} for name, family in orders]
            assert http.post("/orders", json=wanted).status_code == 200
            assert "Running. Releases 2 orders." in text(live(empty))
    test = live(empty)
    assert "Stopped. Releases 2 orders." in text(test)
    waiting, released, _, refused = (frame.value for frame in test.dataframe)
    assert waiting[["Family", "Machines", "Orders"]].values.tolist() == [["red", "all", 1]]
    assert released["Hand-over"].tolist() == ["! refused", "✓ delivered"]
    assert refused[["Batch", "Reason"]].values.tolist() == [["released/2", "no such machine"]]
