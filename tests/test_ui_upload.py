"""Uploading a file on the start page: questions, corrections, rejected rows, what is remembered."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

from planner.intake import FamilyRule, Imported, import_file
from planner.store import Store
from tests.test_ui_pages import app, text
from ui.tables.meanings import (
    COLUMN,
    EXAMPLE,
    KEPT,
    LEFT_OUT,
    MEANING,
    family_rule,
    meaning_table,
    with_meanings,
)
from ui.uploads import uploaded

FILE = (
    b"Auftrag;Farbe;Dauer (min);Prio;Text;Menge\n"
    b"0001;rot;20;1;Tor RAL 7016;5\n"
    b"0002;blau;20;2;Tor RAL 9005;5\n"
    b"0003;blau;zwanzig;3;Tor RAL 9005;5\n"
)


def part() -> Imported:
    return import_file(FILE, "auftraege.csv", answers=(("priority", "low"),))


def test_every_column_of_the_file_is_shown_with_a_cell_and_its_meaning() -> None:
    table = meaning_table(part()).set_index(COLUMN)
    assert list(table.index) == ["Auftrag", "Farbe", "Dauer (min)", "Prio", "Text", "Menge"]
    assert (table.loc["Auftrag", EXAMPLE], table.loc["Auftrag", MEANING]) == ("0001", "order_id")
    assert table.loc["Dauer (min)", MEANING] == "duration_minutes"


def test_a_meaning_is_corrected_and_taken_from_the_column_that_had_it() -> None:
    mapping = with_meanings(part().mapping, {"Text": "family", "Menge": LEFT_OUT}, None)
    fields = {column.column: column.field for column in mapping.columns}
    assert (fields["Text"], fields["Menge"], fields["Auftrag"]) == ("family", "-", "order_id")
    farbe = fields["Farbe"]
    assert farbe != "family"
    again = with_meanings(mapping, {"Menge": KEPT, "Auftrag": "order_id"}, None)
    assert {c.column: c.field for c in again.columns}["Menge"] == ""


def test_a_rule_for_families_needs_a_column_and_a_mark_or_a_shape() -> None:
    assert family_rule("Text", " RAL ", "") == FamilyRule(column="Text", after="RAL")
    assert family_rule("Text", "", "####") == FamilyRule(column="Text", pattern="####")
    assert family_rule("Text", " ", "") is None
    assert family_rule(None, "RAL", "") is None


def test_corrected_families_are_read_by_the_rule() -> None:
    rule = FamilyRule(column="Text", after="RAL")
    mapping = with_meanings(part().mapping, {"Farbe": LEFT_OUT}, rule)
    made = uploaded([("auftraege.csv", FILE)], memory={mapping.fingerprint: mapping.to_json()})
    assert made.tables is not None
    assert made.tables.files["orders.csv"].column("family") == ("7016", "9005")


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


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'e.db'}") as store:
        yield store


@pytest.fixture
def page(empty: Store) -> Iterator[AppTest]:
    settings = {"BATCH_PLANNER_DATABASE": empty.url, "BATCH_PLANNER_SAMPLES": "no"}
    with mock.patch.dict(os.environ, settings):
        yield app(empty, "start")


def with_file(page: AppTest) -> AppTest:
    page.file_uploader[0].set_value([("auftraege.csv", FILE, "text/csv")])
    return page.run()


def test_a_file_is_asked_about_corrected_and_then_known(page: AppTest, empty: Store) -> None:
    with_file(page)
    assert "The files do not say" in text(page)
    assert "1 row cannot be imported" in text(page)
    labels = [button.label for button in page.get("download_button")]
    assert "Download the 1 row with the reasons" in labels
    next(box for box in page.selectbox if "Prio" in box.label).set_value("low")
    press(page, "Apply")
    assert "The files do not say" not in text(page)
    editor = next(e for e in page.data_editor if (e.key or "").startswith("table of meanings"))
    key, table = str(editor.key), editor.value
    place = list(table[COLUMN]).index("Menge")
    page.session_state[key] = {
        "edited_rows": {place: {MEANING: LEFT_OUT}},
        "added_rows": [],
        "deleted_rows": [],
    }
    press(page, "Apply")
    assert not page.exception
    press(page, "Use this data")
    (row,) = empty.scenarios()
    orders = empty.tables(row.id).files["orders.csv"]
    assert "quantity" not in orders.columns
    assert orders.column("order_id") == ("0001", "0002")
    assert len(empty.settings("mapping:")) == 1


def test_a_header_that_is_known_is_not_asked_about_until_it_is_forgotten(
    page: AppTest, empty: Store
) -> None:
    mapping = part().mapping
    empty.set_setting(f"mapping:{mapping.fingerprint}", mapping.to_json())
    with_file(page)
    assert "The files do not say" not in text(page)
    press(page, "Forget saved answers")
    assert "The files do not say" in text(page)
    assert empty.settings("mapping:") == {}


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
