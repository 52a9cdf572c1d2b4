"""Uploading files on the start page: the board, questions, corrections, what is remembered."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

from planner.errors import Finding, PlannerError, Severity
from planner.intake import Imported
from planner.store import Store
from tests.test_ui_pages import app, text
from ui import kept_uploads, own_words
from ui.tables.findings import finding_table, told
from ui.tables.meanings import (
    NOT_USED,
    choices,
    how_sure,
    question_text,
    rule_answer,
    stable_key,
    words_of,
)
from ui.tables.understood import counted, first_orders
from ui.uploads import UploadedFiles, uploaded

FILE = (
    b"Auftrag;Farbe;Dauer (min);Prio;Text;Menge\n"
    b"0001;rot;20;1;Tor RAL 7016;5\n"
    b"0002;blau;20;2;Tor RAL 9005;5\n"
    b"0003;blau;zwanzig;3;Tor RAL 9005;5\n"
)
FILES = [("auftraege.csv", FILE)]
LOW = ("priority:auftraege.csv", "low")
# Two tables that are nothing to plan with, each of its own kind.
TILES = b"Tile;Glaze;Fired at\nT1;blue;1180\nT2;green;1210\n"
LEGEND = b"Code;Means\nA;advanced\nB;blocked\n"


def sheet(made: UploadedFiles, file: str = "auftraege.csv") -> Imported:
    return next(part for part in made.sheets if part.file == file)


def fields(made: UploadedFiles) -> dict[str, str]:
    return {column.column: column.field for column in sheet(made).mapping.columns}


# What is told of sheets and columns


def test_every_column_has_three_cells_a_meaning_and_how_sure_it_is() -> None:
    part = sheet(uploaded(FILES, (LOW,)))
    told_of = {
        column.column: (column.examples, words_of(column.field), how_sure(column))
        for column in part.mapping.columns
    }
    assert told_of["Auftrag"] == (("0001", "0002", "0003"), "order number", "sure")
    assert told_of["Farbe"][0] == ("rot", "blau")
    assert told_of["Dauer (min)"][1] == "run time of the order"


def test_a_column_may_mean_anything_the_kind_of_sheet_knows_and_nothing_twice() -> None:
    part = sheet(uploaded(FILES))
    offered = choices(part, part.mapping.columns[0])
    assert offered[0] == "order_id"
    assert {NOT_USED, "due", "customer"} <= set(offered)
    assert len({words_of(field) for field in offered}) == len(offered)


def test_an_answer_gives_a_column_a_meaning_and_takes_it_from_the_one_that_had_it() -> None:
    before = fields(uploaded(FILES, (LOW,)))
    assert (before["Auftrag"], before["Menge"]) == ("order_id", "quantity")
    made = uploaded(FILES, (LOW, ("meaning:auftraege.csv:Text", "order_id")))
    assert (fields(made)["Text"], fields(made)["Auftrag"]) == ("order_id", "")
    unused = uploaded(FILES, (LOW, ("meaning:auftraege.csv:Menge", NOT_USED)))
    assert fields(unused)["Menge"] == ""
    assert how_sure(next(c for c in sheet(unused).mapping.columns if c.column == "Menge")) == (
        "as you said"
    )


def test_families_are_read_out_of_a_text_by_an_answer() -> None:
    rule = rule_answer("Text", " RAL ", "")
    answers = (("meaning:auftraege.csv:Farbe", NOT_USED), ("family_rule:auftraege.csv", rule))
    made = uploaded(FILES, (LOW, *answers))
    assert made.tables is not None
    assert made.tables.files["orders.csv"].column("family") == ("7016", "9005")
    assert rule_answer("Text", " ", "") == rule_answer(None, "RAL", "") == NOT_USED


@pytest.mark.parametrize(
    "kind",
    ["orders", "routes", "machines", "changeovers", "matrix", "calendars", "durations",
     "eligibility", NOT_USED],
)  # fmt: skip
@pytest.mark.parametrize("data", [TILES, LEGEND, FILE], ids=["tiles", "legend", "orders"])
def test_a_sheet_of_anything_can_be_called_any_kind(kind: str, data: bytes) -> None:
    made = uploaded([("x.csv", data)], (("kind:x.csv", kind),))
    assert {part.kind for part in made.sheets} <= {kind, "", "routes"}
    assert len({question.key for question in made.questions}) == len(made.questions)


def test_two_unknown_sheets_are_asked_about_apart() -> None:
    files = [("tiles.csv", TILES), ("legend.csv", LEGEND)]
    keys = [q.key for q in uploaded(files).questions if q.key.startswith("kind:")]
    assert sorted(keys) == ["kind:legend.csv", "kind:tiles.csv"]
    made = uploaded(files, (("kind:legend.csv", NOT_USED),))
    assert "kind:tiles.csv" in [q.key for q in made.questions]
    assert set(made.left_out) == {"tiles.csv", "legend.csv"}


def test_answers_stay_when_a_forgotten_file_comes_to_them() -> None:
    answers = (LOW, ("meaning:auftraege.csv:Menge", NOT_USED))
    machines = b"Maschine;Art\nM1;serial\nM2;serial\n"
    made = uploaded([*FILES, ("maschinen.csv", machines)], answers)
    assert fields(made)["Menge"] == ""
    assert LOW[0] not in [q.key for q in made.questions]
    assert made.tables is not None
    assert made.tables.files["machines.csv"].column("machine_id") == ("M1", "M2")


def test_an_answer_wins_over_what_is_remembered() -> None:
    known = sheet(uploaded(FILES, (LOW,))).mapping
    memory = {known.fingerprint: known.to_json()}
    assert fields(uploaded(FILES, (), memory))["Menge"] == "quantity"
    assert fields(uploaded(FILES, (("meaning:auftraege.csv:Menge", NOT_USED),), memory)) == {
        **fields(uploaded(FILES, (), memory)),
        "Menge": "",
    }
    assert uploaded(FILES, (("kind:auftraege.csv", NOT_USED),), memory).tables is None


def test_a_question_is_put_in_a_planners_words_and_has_a_key_that_stays() -> None:
    asked = {q.key: q for q in uploaded([("legend.csv", LEGEND)]).questions}
    (kind,) = [q for q in asked.values() if q.key.startswith("kind:")]
    assert question_text(kind) == "What is in this sheet?"
    part = mock.Mock(label="Jobs", file="a.xlsx, sheet Jobs")
    assert stable_key("unit:Jobs:Time", part) == "unit:a.xlsx, sheet Jobs:Time"
    assert stable_key("run_time", part) == "run_time"


# Whether it can be planned, and what is found


def test_the_planners_own_format_is_taken_as_it_is_where_nothing_is_wrong_with_it() -> None:
    good = b"order_id,family,duration_minutes\nA,red,20\nB,blue,20\n"
    assert uploaded([("orders.csv", good)]).sheets == ()
    bad = b"order_id,family,duration_minutes\nA,red,20\nB,blue,soon\n"
    made = uploaded([("orders.csv", bad)])
    assert made.sheets
    assert made.rejected == 1
    beside = uploaded([("orders.csv", good), ("legend.csv", LEGEND)])
    assert beside.left_out == ("legend.csv",)


def test_it_is_said_whether_the_result_can_be_planned() -> None:
    assert uploaded(FILES, (LOW,)).can_be_planned
    assert not uploaded(FILES).can_be_planned
    nothing = uploaded([("legend.csv", LEGEND)])
    assert (nothing.tables, nothing.is_ready) == (None, False)


def test_findings_of_one_kind_are_one_line_with_their_count_and_rows() -> None:
    errors = [
        Finding(rule="r", message=f"{row} is no time", hint="h", file="a.csv", row=row, column="c")
        for row in range(2, 12)
    ]
    note = Finding(rule="n", message="odd", hint="h", severity=Severity.WARNING)
    table = finding_table([note, *errors])
    assert list(table["Count"]) == [10, 1]
    assert table.loc[0, "Rows"] == "2, 3, 4, 5, 6, 7 and 4 more"
    assert table.loc[0, "What is wrong"] == "2 is no time (and 9 more like it)"
    assert told([note, *errors]) == "10 problems to fix, 1 note"


def test_the_first_orders_are_told_as_a_person_reads_them() -> None:
    data = b"Order;Colour;Minutes;Due\nA;red;150;29.11.2026\nB;blue;20;30.11.2026 14:00\n"
    made = uploaded([("o.csv", data)])
    assert made.tables is not None
    lines = dict(first_orders(made.tables))
    assert lines["run time of the order"] == ("2 h 30 min", "20 min")
    assert lines["due date"] == ("Sun 29 Nov 2026", "Mon 30 Nov 2026, 14:00")
    assert counted(made.tables) == "2 orders"


def test_an_uploaded_export_is_the_current_sequence() -> None:
    text_of_export = (
        "order_id,family,duration_minutes,machine,batch,position,changeover_start,start,end,"
        "minutes_late,start_units,end_units\n"
        "B,x,5,M1,1,1,,2026-11-24T06:00,2026-11-24T06:05,0,0,5\n"
        "A,x,5,M1,1,2,,2026-11-24T06:05,2026-11-24T06:10,0,5,10\n"
    )
    tables = uploaded([("plan.csv", text_of_export.encode())]).tables
    assert tables is not None
    orders = tables.files["orders.csv"]
    assert (orders.column("order_id"), orders.column("current_position")) == (
        ("B", "A"),
        ("1", "2"),
    )
    assert set(orders.columns) == {
        "order_id",
        "family",
        "duration_minutes",
        "current_machine",
        "current_position",
    }


# What is kept


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'e.db'}") as store:
        yield store


def test_own_words_hold_for_later_files(empty: Store) -> None:
    data = [("x.csv", b"Order;Zirp;Colour;Minutes\nA1;Bolt Ltd;red;20\nA2;Nut Ltd;blue;30\n")]
    (unknown,) = uploaded(data).sheets
    assert unknown.mapping.columns[1].field == ""
    own_words.add_word(empty, "orders", "customer", "Zirp")
    made = uploaded(data, words=own_words.own_words(empty))
    (part,) = made.sheets
    assert part.mapping.columns[1].field == "customer"
    own_words.add_file(empty, "mine.toml", b'language = "own"\n[columns.orders]\nnote = ["Zarp"]\n')
    assert [words for _, words in own_words.listed(empty)] == [["Zarp"], ["Zirp"]]
    own_words.forget_words(empty, own_words.TYPED)
    assert len(own_words.own_words(empty)) == 1
    with pytest.raises(PlannerError, match="holds no words"):
        own_words.add_file(empty, "bad.toml", b"= 1")


def test_files_are_kept_with_what_was_left_out_until_the_scenario_goes(empty: Store) -> None:
    files = [*FILES, ("legend.csv", LEGEND)]
    made = uploaded(files, (LOW,))
    assert made.tables is not None
    row = empty.add_scenario("Kept", made.tables)
    kept_uploads.keep(empty, row.id, files, (LOW,), made)
    kept = kept_uploads.kept(empty, row.id)
    assert kept is not None
    assert (kept.left_out, kept.answers) == (("legend.csv",), (LOW,))
    assert kept.files == tuple(files)
    with mock.patch.object(kept_uploads, "LARGEST", 10):
        kept_uploads.keep(empty, row.id, files, (LOW,), made)
    large = kept_uploads.kept(empty, row.id)
    assert large is not None
    assert (large.files, large.left_out) == ((), ("legend.csv",))
    empty.delete_scenario(row.id)
    kept_uploads.forget_those_gone(empty)
    assert kept_uploads.kept(empty, row.id) is not None
    empty.empty_bin(timedelta(0))
    kept_uploads.forget_those_gone(empty)
    assert kept_uploads.kept(empty, row.id) is None


# The page


@pytest.fixture
def page(empty: Store) -> Iterator[AppTest]:
    settings = {"BATCH_PLANNER_DATABASE": empty.url, "BATCH_PLANNER_SAMPLES": "no"}
    with mock.patch.dict(os.environ, settings):
        yield app(empty, "start")


def with_file(page: AppTest, *more: tuple[str, bytes]) -> AppTest:
    files = [(name, data, "text/csv") for name, data in (*FILES, *more)]
    page.file_uploader[0].set_value(files)
    return page.run()


def choose(page: AppTest, key: str, value: str) -> None:
    next(box for box in page.selectbox if box.key == f"answer {key}").set_value(value).run()
    assert not page.exception


def test_a_file_is_asked_about_corrected_and_then_known(page: AppTest, empty: Store) -> None:
    with_file(page)
    assert "1 question to answer" in text(page)
    assert "1 row cannot be read" in text(page)
    labels = [button.label for button in page.get("download_button")]
    assert "Download the 1 row with the reasons" in labels
    choose(page, LOW[0], "low")
    assert "This can be planned" in text(page)
    choose(page, "meaning:auftraege.csv:Menge", NOT_USED)
    press(page, "Use what can be read, without the rest")
    (row,) = empty.scenarios()
    orders = empty.tables(row.id).files["orders.csv"]
    assert "quantity" not in orders.columns
    assert orders.column("order_id") == ("0001", "0002")
    assert len(empty.settings("mapping:")) == 1


def test_a_forgotten_file_leaves_the_answers_and_what_is_not_used_is_named_later(
    page: AppTest, empty: Store
) -> None:
    with_file(page)
    choose(page, LOW[0], "low")
    with_file(page, ("legend.csv", LEGEND))
    assert "This can be planned" in text(page)
    press(page, "Use what can be read, without the rest")
    assert len(empty.scenarios()) == 1
    page.session_state["section"] = "Assumptions"
    page.run()
    assert "legend" in text(page)
    press(page, "Give them a meaning")
    assert "Uploaded before: auftraege.csv, legend.csv" in text(page).replace("\\", "")
    assert "This can be planned" in text(page)


def test_an_answer_can_be_taken_back(page: AppTest) -> None:
    with_file(page)
    choose(page, LOW[0], "low")
    assert "1 question to answer" not in text(page)
    press(page, "Take back")
    assert "1 question to answer" in text(page)


def test_a_workbook_of_unknown_sheets_is_asked_about(page: AppTest) -> None:
    page.file_uploader[0].set_value(
        [("tiles.csv", TILES, "text/csv"), ("legend.csv", LEGEND, "text/csv")]
    )
    page.run()
    assert not page.exception
    assert "Say which file is your order list" in text(page)
    choose(page, "kind:legend.csv", NOT_USED)
    next(box for box in page.selectbox if box.key == "order list").set_value("tiles.csv").run()
    assert not page.exception
    assert "Say which file is your order list" not in text(page)


def test_a_header_that_is_known_is_not_asked_about_until_it_is_forgotten(
    page: AppTest, empty: Store
) -> None:
    mapping = sheet(uploaded(FILES, (LOW,))).mapping
    empty.set_setting(f"mapping:{mapping.fingerprint}", mapping.to_json())
    with_file(page)
    assert "This can be planned" in text(page)
    press(page, "Forget saved answers")
    assert "1 question to answer" in text(page)
    assert empty.settings("mapping:") == {}


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
