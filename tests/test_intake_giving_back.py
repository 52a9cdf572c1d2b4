"""What is given back of an upload: as it was, what was changed since, and the plan behind it."""

import csv
import io
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import PlannerError, ScenarioError
from planner.intake import Upload, import_tables, uploaded_csv, with_remembered
from planner.intake.giving_back.exported import PLANNED
from planner.reader import Table, Tables, read_tables, scenario_from_tables, write_tables
from planner.search.baselines import one_by_one
from planner.store import Store
from scenarios import sample_path
from tests.messy.case import Messy
from tests.messy.makers import xlsx
from tests.test_intake_collection import COLLECTION

GERMAN = (
    "Auftrag;Artikel;Menge;Termin;Uhrzeit;Dauer;Prio;Los\n"
    "0001;Blech =1+1;1.200,5 kg;24.11.2026;12:00;1,5 h;1;=1+1\n"
    "0002;Rohr;7,25 kg;01.12.2026;14:30;45 min;3;-\n"
)


def tables_of(data: bytes | str, name: str = "orders.csv") -> Tables:
    content = data.encode("cp1252") if isinstance(data, str) else data
    made = import_tables([(name, content)])
    answers = tuple((q.key, "low") for q in made.all_questions if "priority" in q.key)
    # No matter when the test runs: nothing is late.
    answers = (*answers, ("start", "2026-11-23T06:00"))
    made = import_tables([(name, content)], answers=answers)
    assert made.is_ready, made.all_questions
    return made.tables


def given_back(tables: Tables) -> list[dict[str, str]]:
    scenario = scenario_from_tables(tables)
    data = uploaded_csv(tables, scenario, one_by_one(scenario))
    text = data.decode("cp1252" if data[:3] != b"\xef\xbb\xbf" else "utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=text[7:8]))


def changed(tables: Tables, row: int, cells: Mapping[str, str]) -> Tables:
    table = tables.files["orders.csv"]
    rows = [dict(zip(table.columns, line, strict=True)) for line in table.rows]
    rows[row] |= cells
    columns = tuple(dict.fromkeys((*table.columns, *cells)))
    lines = tuple(tuple(line.get(name, "") for name in columns) for line in rows)
    return replace(tables, files={**tables.files, "orders.csv": Table(columns=columns, rows=lines)})


def test_what_was_not_changed_is_as_it_was_and_no_formula_runs() -> None:
    first, second = given_back(tables_of(GERMAN))
    assert (first["Auftrag"], first["Menge"], first["Dauer"]) == ("0001", "1.200,5 kg", "1,5 h")
    assert (first["Termin"], first["Uhrzeit"], first["Prio"]) == ("24.11.2026", "12:00", "1")
    assert (first["Los"], second["Los"]) == ("'=1+1", "-")
    assert first["planned_start"].count(".") == 2  # a date as in the file
    assert first["planned_minutes_late"] == "0"


@pytest.mark.parametrize(
    ("cells", "column", "wanted"),
    [
        ({"quantity": "1500.75"}, "Menge", "1500,75 kg"),
        ({"due": "2026-11-26T09:15"}, "Termin", "26.11.2026"),
        ({"due": "2026-11-26T09:15"}, "Uhrzeit", "09:15"),
        ({"due": ""}, "Uhrzeit", ""),
        ({"duration_minutes": "45"}, "Dauer", "45 min"),
        ({"duration_minutes": "7.5"}, "Dauer", "7,5 min"),
        ({"product": "Draht"}, "Artikel", "Draht"),
        ({"pinned_machine": "M1"}, "added_pinned_machine", "M1"),
    ],
)
def test_what_was_changed_is_written_as_the_file_writes_it(
    cells: dict[str, str], column: str, wanted: str
) -> None:
    tables = changed(tables_of(GERMAN), 0, cells)
    if "pinned_machine" in cells:
        machines = Table(columns=("machine_id",), rows=(("M1",),))
        tables = replace(tables, files={**tables.files, "machines.csv": machines})
    first, second = given_back(tables)
    assert first[column] == wanted
    assert second["Termin"] == "01.12.2026"


def test_a_changed_priority_is_written_on_the_scale_of_the_file() -> None:
    tables = tables_of(GERMAN)
    least = tables.files["orders.csv"].column("priority")[1]
    first, second = given_back(changed(tables, 0, {"priority": least}))
    assert (first["Prio"], second["Prio"]) == ("3", "3")


def test_a_new_order_is_written_in_the_columns_of_the_file() -> None:
    tables = tables_of(GERMAN)
    table = tables.files["orders.csv"]
    new = {"order_id": "N1", "product": "Rohr", "due": "2026-12-02", "duration_minutes": "90"}
    new["quantity"] = "2.5"
    row = tuple(new.get(name, "") for name in table.columns)
    more = replace(table, rows=(row, *table.rows), numbers=())
    *_, last = given_back(replace(tables, files={"orders.csv": more}))
    assert (last["Auftrag"], last["Termin"], last["Dauer"]) == ("N1", "02.12.2026", "1,5 h")
    assert last["Menge"] == "2,5"


def test_a_family_read_by_a_rule_gets_a_column_only_when_it_was_changed() -> None:
    text = "Auftrag;Text;Dauer min\nA;Tor RAL 7016;5\nB;Tor RAL 9005;5\n"
    tables = tables_of(text)
    assert "added_family" not in given_back(tables)[0]
    first, second = given_back(changed(tables, 0, {"family": "9005"}))
    assert (first["Text"], first["added_family"], second["added_family"]) == (
        "Tor RAL 7016",
        "9005",
        "9005",
    )


def test_a_workbook_is_given_back_as_plain_csv() -> None:
    rows = [["Auftrag", "Menge", "Dauer min", "Los"], ["0007", 1.5, 90, "x"], ["0008", 2, 5, ""]]
    tables = tables_of(xlsx(rows), "orders.xlsx")
    first, second = given_back(tables)
    assert (first["Auftrag"], first["Menge"], second["Menge"]) == ("0007", "1.5", "2")


def test_a_letter_that_the_encoding_lacks_turns_the_file_into_utf_8() -> None:
    tables = tables_of(GERMAN.replace("Rohr", "Röhre"))
    assert given_back(tables)[1]["Artikel"] == "Röhre"
    tables = replace(tables, settings='name = "染料"\n')
    assert given_back(tables)[0]["plan_scenario"] == "染料"


def test_orders_that_were_never_imported_come_back_in_the_columns_of_their_file() -> None:
    tables = read_tables(sample_path("tiny"))
    orders = tables.files["orders.csv"]
    scenario = scenario_from_tables(tables)
    text = uploaded_csv(tables, scenario, one_by_one(scenario)).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == (*orders.columns, *PLANNED)
    assert [tuple(row[: len(orders.columns)]) for row in rows] == list(orders.rows)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "file": "a"}'])
def test_an_upload_that_somebody_has_broken_is_refused(text: str) -> None:
    with pytest.raises(PlannerError, match="no uploaded table of orders"):
        Upload.from_json(text)


def test_an_upload_is_kept_in_folders_and_in_the_database(tmp_path: Path) -> None:
    tables = tables_of(GERMAN)
    write_tables(tables, tmp_path / "made")
    assert read_tables(tmp_path / "made").upload == tables.upload
    with Store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        assert store.tables(store.add_scenario("Made", tables).id).upload == tables.upload


def test_answers_are_remembered_for_the_file_with_its_plan() -> None:
    tables = tables_of(GERMAN)
    upload = Upload.from_json(tables.upload)
    memory = with_remembered({}, upload.mapping)
    scenario = scenario_from_tables(tables)
    data = uploaded_csv(tables, scenario, one_by_one(scenario))
    assert not import_tables([("plan.csv", data)]).is_ready
    again = import_tables([("plan.csv", data)], memory=memory)
    assert again.is_ready
    weights = again.tables.files["orders.csv"].column("priority")
    assert weights == tables.files["orders.csv"].column("priority")
    assert "current_machine" in again.tables.files["orders.csv"].columns


def test_the_command_gives_the_upload_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, folder = tmp_path / "auftraege.csv", tmp_path / "made"
    file.write_bytes(GERMAN.replace(";Prio", ";Klasse").encode("cp1252"))
    assert main(["import", str(file), "--out", str(folder)]) == 0
    plan = str(tmp_path / "plan.json")
    assert main(["plan", str(folder), "--work", "1", "--quiet", "--out", plan]) == 0
    out = tmp_path / "back.upload.csv"
    assert main(["export", str(folder), plan, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"Auftrag;Artikel;Menge;")
    assert main(["export", str(folder), plan, "--format", "upload.csv"]) == 2
    assert "needs --out" in capsys.readouterr().err


def test_the_guide_shows_what_the_commands_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text("Auftrag;Dauer min;Prio\nA;5;1\nB;6;2\nC;6;5\n")
    asked, answered = re.findall(r"^\$ planner (import orders.*)$", guide, re.MULTILINE)
    assert main(asked.split()) == 1
    said = capsys.readouterr().out
    assert said[said.index("question:") :] in guide
    assert main(answered.split()) == 0
    assert Path("week-12", "orders.csv").exists()
    assert Path("mappings.json").exists()


def test_thousands_of_orders_are_given_back_in_seconds() -> None:
    lines = "".join(f"{k:05};7,5;24.11.2026;{k % 90 + 1};x\n" for k in range(5000))
    tables = tables_of(f"Auftrag;Menge;Termin;Dauer min;Los\n{lines}")
    scenario = scenario_from_tables(tables)
    made = one_by_one(scenario)
    began = time.process_time()
    data = uploaded_csv(tables, scenario, made)
    assert data.count(b"\r\n") == 5001
    assert time.process_time() - began < 5  # about 0.4 s


SEQUENCE = ("current_machine", "current_position")
ORDERS_OF_SYSTEMS = [case for case in COLLECTION if case.kind == "orders" and case.is_ready]


@pytest.mark.parametrize("case", ORDERS_OF_SYSTEMS, ids=lambda case: case.name)
def test_a_messy_file_given_back_has_the_same_orders(case: Messy) -> None:
    answers = (*case.answers, ("run_time", "45 min"))
    made = import_tables([(case.name, case.data)], answers=answers)
    try:
        scenario = scenario_from_tables(made.tables)
    except ScenarioError:
        pytest.skip("cannot be planned as it is")
    data = uploaded_csv(made.tables, scenario, one_by_one(scenario))
    upload = Upload.from_json(made.tables.upload)
    memory = with_remembered({}, upload.mapping)
    again = import_tables([("back.csv", data)], answers=answers, memory=memory)
    assert again.is_ready
    replaced = {upload.headings.get(field, "") for field in SEQUENCE} | {*SEQUENCE}
    assert meant(again.tables, replaced) == meant(made.tables, replaced)


def meant(tables: Tables, left: Collection[str]) -> list[dict[str, str]]:
    """Return the orders by column, without the sequence that the plan replaces."""
    table = tables.files["orders.csv"]
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return [{k: v for k, v in row.items() if v and k not in left} for row in rows]
