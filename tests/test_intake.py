"""The importer's parts: mappings, memory, families, several files at once, streams, commands."""

import argparse
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.cli.importing import register
from planner.errors import PlannerError, RefusedFileError
from planner.intake import (
    FamilyRule,
    Limits,
    SheetReading,
    answer,
    apply,
    assign,
    family_of,
    import_file,
    import_tables,
    propose,
    rejected_csv,
    sniff,
    stream,
    with_remembered,
)
from planner.intake.files.workbook import workbook
from planner.intake.reading.remembered import read_memory, write_memory
from planner.reader import read_scenario, scenario_from_tables
from tests.messy.makers import packed, repacked, text, xlsx

ORDERS = text(
    """
order_id,product,quantity,duration_minutes,due,machine
A1,P,5,30,2026-11-24,L1
A2,P,6,45,2026-11-25,L1|L2
"""
)


def test_a_canonical_file_is_imported_as_it_is() -> None:
    imported = import_file(ORDERS, "orders.csv")
    assert imported.table is not None
    assert imported.table.columns == (
        "order_id", "product", "quantity", "duration_minutes", "due", "eligible_machines",
    )  # fmt: skip
    assert imported.table.rows[1] == ("A2", "P", "6", "45", "2026-11-25", "L1|L2")
    assert imported.table.numbers == (2, 3)


def test_a_user_can_give_a_column_another_meaning() -> None:
    (sheet,) = sniff(text("Order,Who,Qty\n1,ACME,5\n2,Bolt,6\n"), "orders.csv")
    proposed = propose(sheet).mapping
    assert proposed.column_of("customer") is None
    imported = apply(sheet, assign(proposed, "Who", "customer"))
    assert imported.table is not None
    assert imported.table.column("customer") == ("ACME", "Bolt")


def test_giving_a_field_to_a_column_takes_it_from_another() -> None:
    (sheet,) = sniff(text("Order,Qty,Open\n1,5,3\n2,6,4\n"), "orders.csv")
    imported = apply(sheet, assign(propose(sheet).mapping, "Open", "quantity"))
    assert imported.table is not None
    assert imported.table.column("quantity") == ("3", "4")
    assert imported.table.column("Qty") == ("5", "6")


def test_a_column_that_is_not_there_cannot_be_given_a_meaning() -> None:
    (sheet,) = sniff(ORDERS, "orders.csv")
    with pytest.raises(PlannerError, match="there is no column 'Colour'; there are order_id"):
        assign(propose(sheet).mapping, "Colour", "family")


def test_a_column_can_be_left_out() -> None:
    (sheet,) = sniff(ORDERS, "orders.csv")
    imported = apply(sheet, assign(propose(sheet).mapping, "product", "-"))
    assert imported.table is not None
    assert "product" not in imported.table.columns


def test_an_answer_settles_a_question() -> None:
    (sheet,) = sniff(text("Order,Due\n1,03/04/2026\n2,05/06/2026\n"), "orders.csv")
    mapping = propose(sheet).mapping
    assert not apply(sheet, mapping).is_ready
    imported = apply(sheet, answer(mapping, "date_order:Due", "dmy"))
    assert imported.is_ready
    assert imported.table is not None
    assert imported.table.column("due") == ("2026-04-03", "2026-06-05")


def test_an_answer_that_the_dates_contradict_is_asked_again() -> None:
    (sheet,) = sniff(text("Order,Due\n1,13/04/2026\n2,05/06/2026\n"), "orders.csv")
    imported = apply(sheet, answer(propose(sheet).mapping, "date_order:Due", "mdy"))
    # All dates fit day first only, so the remembered month first must not touch them.
    assert imported.table is not None
    assert imported.table.column("due") == ("2026-04-13", "2026-06-05")


@pytest.mark.parametrize("data", ["{}", "[]", "7", '{"kind": 1}', "no json"])
def test_what_is_no_mapping_is_refused(data: str) -> None:
    with pytest.raises(PlannerError, match="these are not meanings of columns"):
        SheetReading.from_json(data)


def test_a_mapping_is_remembered_for_the_same_header(tmp_path: Path) -> None:
    first = text("Ref,Who,Prio\n1,ACME,1\n2,Bolt,2\n")
    (sheet,) = sniff(first, "orders.csv")
    taught = assign(propose(sheet).mapping, "Who", "customer")
    taught = answer(answer(taught, "priority", "low"), "kind", "orders")
    file = tmp_path / "mappings.json"
    write_memory(file, with_remembered(read_memory(file), taught))
    # The next file has the columns in the same order, other rows, and needs no question.
    later = text("REF,Who ,Prio\n7,Corp,3\n8,Dale,1\n")
    imported = import_file(later, "next.csv", memory=read_memory(file))
    assert imported.table is not None
    assert imported.table.column("customer") == ("Corp", "Dale")
    assert imported.table.column("priority") == ("1", "3")
    assert imported.is_ready


def test_a_broken_memory_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mappings.json"
    file.write_text("[1]", encoding="utf-8")
    with pytest.raises(PlannerError, match="holds no remembered mappings"):
        read_memory(file)


@pytest.mark.parametrize(
    ("line", "rule", "family"),
    [
        ("Panel RAL 7016 matt", FamilyRule(column="T", after="RAL"), "7016"),
        ("Panel ral:7016.", FamilyRule(column="T", after="RAL"), "7016"),
        ("CENTRAL 5", FamilyRule(column="T", after="RAL"), ""),
        ("Film R-120 clear", FamilyRule(column="T", pattern="R-###"), "R-120"),
        ("Film R-1204 clear", FamilyRule(column="T", pattern="R-###"), ""),
        ("recipe (B12)", FamilyRule(column="T", pattern="?##"), "B12"),
        ("红色 颜色 红", FamilyRule(column="T", after="颜色"), "红"),
    ],
)
def test_a_family_is_read_by_a_rule(line: str, rule: FamilyRule, family: str) -> None:
    assert family_of(line, rule) == family


def test_rejected_rows_come_back_with_a_reason_and_without_formulas() -> None:
    imported = import_file(text("Order;Qty;Note\n1;x;=cmd()\n2;5;fine\n"), "orders.csv")
    lines = rejected_csv(imported).decode("utf-8-sig").splitlines()
    assert lines == [
        "Order;Qty;Note;row;reason",
        "1;x;'=cmd();2;Qty: x is not a number",
    ]


def test_rejected_rows_that_were_put_right_are_imported() -> None:
    imported = import_file(text("Order;Qty;Note\n1;x;=cmd()\n2;5;fine\n"), "orders.csv")
    repaired = rejected_csv(imported).replace(b"1;x;", b"1;7;", 1)
    again = import_file(repaired, "orders.csv")
    assert again.table is not None
    assert again.table.column("quantity") == ("7",)
    assert again.table.column("note") == ("=cmd()",)


MACHINES = text("Maschine;Kalender\nL1;S\nL2;S\n")
CALENDAR = text("Kalender;Wochentag;Von;Bis\nS;Mo-Fr;06:00;22:00\n")
MATRIX = text("from\\to [min];x;y\nx;;30\ny;20;\n")


def test_several_files_make_a_scenario() -> None:
    files = import_tables(
        [("orders.csv", ORDERS), ("m.csv", MACHINES), ("k.csv", CALENDAR), ("r.csv", MATRIX)]
    )
    assert files.is_ready
    scenario = scenario_from_tables(files.tables)
    assert [machine.name for machine in scenario.machines] == ["L1", "L2"]
    assert len(scenario.orders) == 2


def test_a_date_alone_ends_with_the_last_window_of_its_day() -> None:
    files = import_tables([("orders.csv", ORDERS), ("m.csv", MACHINES), ("k.csv", CALENDAR)])
    assert files.tables.files["orders.csv"].column("due") == (
        "2026-11-24T22:00",
        "2026-11-25T22:00",
    )
    assert any("end with their last open window" in text for text in files.all_assumptions)


def test_machines_that_only_orders_name_are_assumed() -> None:
    files = import_tables([("orders.csv", ORDERS)])
    assert files.tables.files["machines.csv"].rows == (("L1",), ("L2",))
    assert "no machines are given: they are the 2 that orders name: L1, L2" in files.all_assumptions


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("45 min", "duration_minutes", "45"),
        ("1:30", "duration_minutes", "90"),
        ("0.5 min/unit", "minutes_per_unit", "0.5"),
        ("30 s per piece", "minutes_per_unit", "0.5"),
        ("250/h", "units_per_hour", "250"),
    ],
)
def test_a_missing_run_time_is_asked_once(said: str, field: str, value: str) -> None:
    data = [("orders.csv", text("order_id,quantity\n1,5\n2,6\n"))]
    assert [q.key for q in import_tables(data).all_questions] == ["run_time"]
    files = import_tables(data, answers=(("run_time", said),))
    assert files.is_ready
    assert files.tables.files["orders.csv"].column(field) == (value, value)


def test_two_tables_of_orders_are_asked_about() -> None:
    files = [("a.csv", ORDERS), ("b.csv", ORDERS)]
    (question,) = (q for q in import_tables(files).all_questions if q.is_blocking)
    assert question.key == "sheet:orders.csv"
    chosen = import_tables(files, answers=((question.key, "b.csv"),))
    assert chosen.is_ready
    assert chosen.tables.source("orders.csv") == "b.csv"


def test_a_zip_a_folder_and_a_workbook_hold_the_same_tables(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS, "machines.csv": MACHINES, "scenario.toml": b'name = "x"\n'}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    from_zip, from_folder = import_tables([("a.zip", packed(files))]), import_tables(tmp_path)
    assert from_zip.tables.files == from_folder.tables.files
    assert from_zip.settings == from_folder.settings == 'name = "x"\n'
    sheets = {"Maschinen": [["Maschine"], ["L1"]]}
    book = xlsx([["Auftrag", "Menge"], ["1", 5]], sheet="Auftraege", more=sheets)
    assert set(import_tables([("a.xlsx", book)]).tables.files) == {"orders.csv", "machines.csv"}


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    imported = import_file(tmp_path / "missing.csv")
    assert [f.rule for f in imported.findings] == ["unreadable_file"]
    assert [f.rule for f in import_file(tmp_path).findings] == ["unreadable_file"]


def test_a_workbook_that_takes_too_long_is_refused() -> None:
    with pytest.raises(RefusedFileError, match=r"takes more than 0\.001 s"):
        workbook(xlsx([["Order"], ["1"]]), "slow.xlsx", Limits(seconds=0.001))


def test_a_workbook_with_a_cell_at_the_far_corner_is_refused_not_filled() -> None:
    # 1,048,576 rows of 16,384 columns would be 17 thousand million cells.
    book = xlsx([["Order"], ["1"]])
    sheet = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with pytest.raises(RefusedFileError, match=r"too large|too much memory|cannot be read"):
        sniff(repacked(book, {sheet: _part(book, sheet).replace(b"</sheetData>", far)}), "far.xlsx")


def _part(book: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return package.read(name)


def test_ten_thousand_rows_are_imported_or_refused_in_two_seconds() -> None:
    head = "Auftrag;Artikel;Menge;Dauer (h);Liefertermin;Kunde\n"
    rows = [
        f"{k:06};A{k % 300};{k % 900 + 1},5;1,5;{k % 28 + 1:02}.11.2026;K{k % 50}"
        for k in range(10_000)
    ]
    for data in ((head + "\n".join(rows)), (head + "\n".join(rows)).replace(".2026", ".20x6")):
        started = time.perf_counter()
        imported = import_file(data.encode(), "orders.csv")
        seconds = time.perf_counter() - started
        assert imported.table is not None
        assert len(imported.table.rows) + len(imported.rejected) == 10_000
        # Generous where others use the machine; alone it takes 0.5 s.
        assert seconds < 6


def history(path: Path, rows: int) -> Path:
    def lines() -> Iterator[str]:
        yield "Auftrag;Menge;Liefertermin\n"
        for k in range(rows):
            yield f"{k:07};{k % 90 + 1},5;{k % 28 + 1:02}.11.2026\n"

    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines())
    return path


def test_a_stream_gives_the_same_rows_as_a_whole_file(tmp_path: Path) -> None:
    path = history(tmp_path / "history.csv", 1234)
    whole = import_file(path)
    assert whole.table is not None
    streamed = stream(path)
    assert streamed.is_ready
    batches = list(streamed.batches(100))
    assert [len(batch.table.rows) for batch in batches] == [100] * 12 + [34]
    assert sum((batch.table.rows for batch in batches), ()) == whole.table.rows


def test_an_interrupted_stream_goes_on_after_its_last_row(tmp_path: Path) -> None:
    streamed = stream(history(tmp_path / "history.csv", 1000))
    first = [batch for batch, _ in zip(streamed.batches(300), range(2), strict=False)]
    rest = list(streamed.batches(300, after=first[-1].last_line))
    ids = [row[0] for batch in (*first, *rest) for row in batch.table.rows]
    assert ids == [f"{k:07}" for k in range(1000)]


def test_bad_rows_of_a_stream_are_findings(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "Order,Qty,Due\n1,5,2026-11-24\n2,x,2026-11-24\n3,7,soon\n4,8,,extra\n", "utf-8"
    )
    (batch,) = stream(path).batches()
    # A date that cannot be read costs the date alone.
    assert [row[0] for row in batch.table.rows] == ["1", "3"]
    assert [(f.rule, f.row) for f in batch.findings] == [
        ("number", 3),
        ("date", 4),
        ("row_length", 5),
    ]


def test_the_memory_of_a_stream_does_not_grow_with_its_rows(tmp_path: Path) -> None:
    peaks = []
    for rows in (10_000, 40_000):
        path = history(tmp_path / f"{rows}.csv", rows)
        tracemalloc.start()
        for batch in stream(path).batches(500):
            assert batch.table.rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Order ids are remembered up to a fixed number only, so four times the rows add nothing.
    assert peaks[1] < 1.5 * peaks[0]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    common = argparse.ArgumentParser(add_help=False)
    register(parser.add_subparsers(), common)
    options = parser.parse_args(["import", *arguments])
    return int(options.run(options))


def test_the_command_writes_a_scenario_that_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "export.csv", tmp_path / "plant"
    source.write_bytes(
        text("Auftrag;Menge;Termin;Prio\n1;5;24.11.2026;1\n2;x;25.11.2026;2\n3;6;25.11.2026;2\n")
    )
    assert run(str(source), "--out", str(target)) == 1
    told = capsys.readouterr()
    assert "--answer 'priority:export.csv=low'" in told.out
    assert "nothing is written" in told.err
    answers = ("--answer", "priority=low", "--answer", "run_time=30 min")
    memory = ("--mappings", str(tmp_path / "m.json"))
    # Exit code 1: one row is rejected; the others are written.
    assert run(str(source), "--out", str(target), *answers, *memory) == 1
    assert [order.name for order in read_scenario(target).orders] == ["1", "3"]
    assert "x is not a number" in (target / "rejected-orders.txt").read_text("utf-8-sig")
    source.write_bytes(text("Auftrag;Menge;Termin;Prio\n7;5;24.11.2026;1\n8;9;25.11.2026;2\n"))
    assert run(str(source), "--out", str(target), "--answer", "run_time=30 min", *memory) == 0


def test_the_command_refuses_an_answer_without_a_value() -> None:
    with pytest.raises(PlannerError, match="write KEY=VALUE"):
        run("orders.csv", "--answer", "low")


def test_the_importer_loads_no_heavy_library() -> None:
    import subprocess
    import sys

    heavy = "{'pandas', 'openpyxl', 'python_calamine', 'ortools'}"
    code = f"import sys, planner.intake; print({heavy} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


SCENARIOS = Path(__file__).parent.parent / "scenarios"


@pytest.mark.parametrize("name", ["tiny", "denim", "bottling", "enamel", "heat-treatment"])
def test_a_scenario_folder_is_imported_as_the_strict_reader_reads_it(name: str) -> None:
    files = import_tables(SCENARIOS / name)
    assert files.is_ready
    imported, strict = scenario_from_tables(files.tables), read_scenario(SCENARIOS / name)
    assert imported.orders == strict.orders
    assert imported.operations == strict.operations
    assert imported.machines == strict.machines
    assert imported.changeovers.families == strict.changeovers.families
    assert (imported.changeovers.minutes == strict.changeovers.minutes).all()


def test_priorities_of_a_file_with_ordinary_names_are_asked_about() -> None:
    imported = import_file(text("order_id,quantity,priority\n1,5,1\n2,6,2\n"), "orders.csv")
    assert [question.key for question in imported.questions] == ["priority"]


def test_a_stray_blank_in_the_last_row_of_a_sheet_costs_nothing() -> None:
    book = xlsx([["Order", "Qty"], ["1", 5]])
    sheet = "xl/worksheets/sheet1.xml"
    stray = (
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
    )
    data = repacked(book, {sheet: _part(book, sheet).replace(b"</sheetData>", stray)})
    (found,) = sniff(data, "tall.xlsx", Limits(seconds=60))
    assert found.rows == (("Order", "Qty"), ("1", 5))


@pytest.mark.parametrize(
    "heading", ["minutes_late", "Rüstzeit (min)", "Wartezeit (min)", "Lead time (h)"]
)
def test_times_that_are_not_an_orders_run_are_not_taken_for_it(heading: str) -> None:
    imported = import_file(text(f"Order;Qty;{heading}\n1;5;30\n2;6;45\n"), "orders.csv")
    assert imported.table is not None
    assert "duration_minutes" not in imported.table.columns


def test_a_heading_that_counts_time_is_taken_for_the_run_and_said() -> None:
    imported = import_file(text("Order;Qty;Glazing (min)\n1;5;30\n2;6;45\n"), "orders.csv")
    assert imported.table is not None
    assert imported.table.column("duration_minutes") == ("30", "45")
    assert "Glazing (min) is taken as duration_minutes" in imported.assumptions
