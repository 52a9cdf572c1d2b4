"""The dashboard under names, addresses, files and visitors that mean no good."""

import os
import tomllib
from unittest import mock

import pytest

from planner.errors import PlannerError
from planner.reader import Tables, read_tables, table_of
from planner.store import RunOptions, Store
from scenarios import sample_path
from tests.test_files import no_room
from tests.test_ui_pages import PAGES, app, empty, environment, text
from ui import apart
from ui.apart import uploaded_apart
from ui.launch import allowed_hosts, config, is_loopback, main
from ui.words import MARKDOWN, plain

__all__ = ["empty"]  # a fixture

NAME = "[win](http://evil) **b** $x$ :material/delete: <b>"


@pytest.mark.parametrize("page", PAGES)
def test_the_name_of_a_scenario_is_text_on_every_page(empty: Store, page: str) -> None:
    row = empty.add_scenario(NAME, read_tables(sample_path("tiny")))
    test = app(empty, page, scenario=str(row.id))
    assert not test.exception
    assert "[win](http://evil)" not in text(test)
    assert "<b>" not in text(test).replace("<br>", "")


def test_every_mark_is_escaped_and_a_mark_alone() -> None:
    assert plain("".join(sorted(MARKDOWN))) == "".join(f"\\{mark}" for mark in sorted(MARKDOWN))
    assert plain("Zürich 5") == "Zürich 5"


def test_an_error_is_text_too(empty: Store) -> None:
    row = empty.add_scenario("a", read_tables(sample_path("tiny")))
    with mock.patch("planner.store.store.Store.runs", side_effect=PlannerError(NAME)):
        test = app(empty, "plan", scenario=str(row.id))
    assert [str(error.value) for error in test.error] == [plain(NAME)]


ADDRESSES = [
    ("scenario", "1" + "0" * 30),
    ("scenario", "9" * 5000),
    ("scenario", "-1"),
    ("plan", "1" + "0" * 30),
    ("plan", "../.."),
    ("batch", "9" * 5000),
    ("batch", "\u0664"),
]


@pytest.mark.parametrize(("kind", "given"), ADDRESSES)
def test_any_address_leads_to_words(empty: Store, kind: str, given: str) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    test = app(empty, "schedule", **({"scenario": str(row.id)} | {kind: given}))
    assert not test.exception
    assert "Something went wrong" not in text(test)
    assert "database does not answer" not in text(test)


def test_assumptions_of_any_size_can_be_shown(empty: Store) -> None:
    tables = Tables(
        files={
            "orders.csv": table_of(("order_id", "duration_minutes"), [("A", "10")]),
            "machines.csv": table_of(("machine_id",), [(f"M{k}",) for k in range(500)]),
        },
        settings="[default_changeover]\nminutes = 9999999\ncost = 9999999\n",
    )
    row = empty.add_scenario("large", tables)
    test = app(empty, "data", scenario=str(row.id))
    test.session_state["section"] = "Assumptions"
    with mock.patch.dict(os.environ, environment(empty)):
        test = test.run()
    assert not test.exception
    assert [box.value for box in test.number_input if box.label == "Its cost"] == [9_999_999]


def test_an_assumption_is_kept_when_it_is_changed_and_the_others_stay_unsaid(empty: Store) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    before = empty.tables(row.id).settings
    test = app(empty, "data", scenario=str(row.id))
    test.session_state["section"] = "Assumptions"
    with mock.patch.dict(os.environ, environment(empty)):
        test = test.run()
        cost = next(box for box in test.number_input if box.label == "Its cost")
        cost.set_value(17).run()
    assert not test.exception
    kept, before = tomllib.loads(empty.tables(row.id).settings), tomllib.loads(before)
    assert kept.pop("default_changeover")["cost"] == 17
    before.pop("default_changeover", None)
    assert kept == before


def test_what_was_deleted_is_in_the_bin_on_the_start_page(empty: Store) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    empty.delete_scenario(row.id)
    test = app(empty, "start")
    with mock.patch.dict(os.environ, environment(empty)):
        test.button(key=f"back-scenario-{row.id}").click().run()
    assert [found.name for found in empty.scenarios()] == ["Tiny"]


def test_a_visitor_who_asks_for_too_much_is_told_so(empty: Store) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    with (
        mock.patch("planner.store.store.processes.start_detached"),
        mock.patch("ui.parts.planning.visitor", return_value="greedy"),
    ):
        for _ in range(10):
            empty.start_run(row.id, RunOptions(seconds=60, workers=1), visitor="greedy")
        test = app(empty, "plan", scenario=str(row.id))
        with mock.patch.dict(os.environ, environment(empty)):
            (button,) = [each for each in test.button if each.label == "Plan"]
            test = button.click().run()
    assert "with this run you have 11" in " ".join(str(error.value) for error in test.error)
    assert len(empty.runs()) == 10


# Uploads in a process of their own


def test_an_upload_is_read_apart_as_it_is_here() -> None:
    files = [("orders.csv", b"order_id,duration_minutes\nA,10\n")]
    made = uploaded_apart(files, (), {})
    assert made.tables is not None
    assert made.tables.files["orders.csv"].rows == (("A", "10"),)


def test_an_upload_that_takes_too_long_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    made = uploaded_apart([("orders.csv", b"order_id\nA\n")], (), {})
    assert made.tables is None
    assert "more time or memory" in made.findings[0].message


ORDERS = b"order_id,family,duration_minutes\n" + b"".join(b"A%d,red,10\n" % n for n in range(9_000))


def test_an_upload_that_finds_no_room_is_told_and_stores_nothing(empty: Store) -> None:
    test = app(empty, "start")
    test.file_uploader[0].set_value([("orders.csv", ORDERS, "text/csv")])
    with mock.patch.dict(os.environ, environment(empty)):
        with no_room(50_000):
            test.run()
            assert not test.exception
            told = text(test).replace("\\", "")
            assert "it cannot be read on this machine: File too large" in told
            assert "Make room in" in told
        test.run()
        (use,) = [each for each in test.button if each.label == "Use this data"]
        with no_room(8192):
            use.click().run()
        assert not test.exception
        assert "Make room on its disk, and do it again" in text(test)
        assert empty.scenarios() == ()
        (use,) = [each for each in test.button if each.label == "Use this data"]
        use.click().run()
        assert not test.exception
    assert [row.name for row in empty.scenarios()] == ["orders"]


# Who can reach it


@pytest.mark.parametrize(
    ("host", "names", "allowed"),
    [
        ("127.0.0.1", (), ["localhost", "127.0.0.1", "::1"]),
        ("192.168.1.5", (), ["localhost", "127.0.0.1", "::1", "192.168.1.5"]),
        ("0.0.0.0", ("plan.example",), ["localhost", "127.0.0.1", "::1", "plan.example"]),
        ("0.0.0.0", (), ["*"]),
    ],
)
def test_a_browser_may_ask_under_the_names_that_are_known(
    host: str, names: tuple[str, ...], allowed: list[str]
) -> None:
    assert allowed_hosts(host, names) == allowed
    assert config(host, 80, names)["server.allowedHosts"] == allowed


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "plan.example"])
def test_an_address_that_others_reach_must_be_meant(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(PlannerError, match="there is no sign-in"):
        main(host)
