"""Nothing is misread in silence: names, weights and dates that other tools take as they come."""

import io
import os
import resource
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from planner.checker import check
from planner.cli import main
from planner.errors import ScenarioError
from planner.planning import plan
from planner.reader import Tables, read_scenario, read_tables, scenario_from_tables, table_of
from planner.reader import workbook as reader_workbook
from planner.validator import validate


def tables(rows: list[tuple[str, ...]], columns: str, settings: str = "") -> Tables:
    return Tables(files={"orders.csv": table_of(columns.split(), rows)}, settings=settings)


@pytest.mark.parametrize(
    ("twin", "told"),
    [
        ("Ro\u0301t", "an accent is a character of its own"),
        ("R\u00f3t\u200b", "ZERO WIDTH SPACE"),
        ("\ufeffR\u00f3t", "ZERO WIDTH NO-BREAK SPACE"),
        ("r\u00d3T", "capital letters differ"),
        ("\uff32\u00f3t", "different characters"),
    ],
)
@pytest.mark.parametrize("column", ["order_id", "family", "product"])
def test_names_that_look_alike_are_told(column: str, twin: str, told: str) -> None:
    names = {"order_id": ("A", "B"), "family": ("f", "f"), "product": ("p", "p")}
    names[column] = ("R\u00f3t", twin)
    rows = list(zip(*names.values(), ("10", "10"), strict=True))
    scenario = scenario_from_tables(tables(rows, "order_id family product duration_minutes"))
    (found,) = [each for each in validate(scenario) if each.rule == "names_apart"]
    assert (found.column, found.row) == (column, 3)
    assert told in found.message


def test_names_that_differ_are_left_alone() -> None:
    rows = [("A-1", "red", "10"), ("A-2", "read", "10"), ("A_1", "r", "10")]
    scenario = scenario_from_tables(tables(rows, "order_id family duration_minutes"))
    assert [each.rule for each in validate(scenario)] == []


def heavy(weight: int, priority: int) -> Tables:
    rows = [(name, "10", "2026-01-05", str(priority)) for name in "ABCDEFGHIJ"]
    settings = f"start = 2026-01-01T00:00:00\n[weights]\ntardiness = {weight}\n"
    return tables(rows, "order_id duration_minutes due priority", settings)


def test_weights_and_priorities_that_would_overflow_are_refused() -> None:
    # 10 orders late by 1e4 minutes at a weight of 1e9 and a priority of 1e6: 1e20, above 2 ** 63.
    found = validate(scenario_from_tables(heavy(10**9, 10**6)))
    assert [each.rule for each in found if each.severity == "error"] == ["cost_in_range"]
    assert validate(scenario_from_tables(heavy(10**9, 1))) == ()


def test_the_largest_weights_that_are_taken_never_cost_less_than_nothing() -> None:
    scenario = scenario_from_tables(heavy(10**6, 10**5))
    assert validate(scenario) == ()
    result = plan(scenario, work=50)
    assert result.cost is not None
    assert result.cost >= 0
    assert result.schedule is not None
    assert check(scenario, result.schedule) == ()


def test_weights_of_a_command_that_would_overflow_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "orders.csv").write_text(
        "order_id,duration_minutes,due,priority\n"
        + "".join(f"{name},10,2026-01-05,1000000\n" for name in "ABCDEFGHIJ")
    )
    given = ["plan", str(tmp_path), "--work", "1", "--weight", "tardiness=999999999999"]
    assert main(given) == 2
    assert "come to" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("zone", "before", "day"),
    [
        # Clocks go from 00:00 to 01:00 at the end of the day before.
        ("Africa/Cairo", "2026-04-23", "2026-04-24"),
        ("America/Havana", "2026-03-07", "2026-03-08"),
    ],
)
def test_a_date_alone_is_read_where_its_midnight_does_not_exist(
    zone: str, before: str, day: str
) -> None:
    settings = f'start = {before}T00:00:00\ntime_zone = "{zone}"\n'
    rows = [("A", "10", before, day)]
    scenario = scenario_from_tables(tables(rows, "order_id duration_minutes due release", settings))
    (order,) = scenario.orders
    # The day before has 24 hours; the missing hour is the next day's first.
    assert (order.due, order.release) == (24 * 60, 24 * 60)
    on_day = f'start = {day}\ntime_zone = "{zone}"\n'
    from_date = scenario_from_tables(tables([("A", "10")], "order_id duration_minutes", on_day))
    assert f"{from_date.clock.start:%H:%M}" == "01:00"


def test_a_time_that_does_not_exist_and_was_written_is_refused() -> None:
    settings = 'start = 2026-04-23T00:00:00\ntime_zone = "Africa/Cairo"\n'
    rows = [("A", "10", "2026-04-24T00:30")]
    with pytest.raises(ScenarioError, match="does not exist: the clocks go forward"):
        scenario_from_tables(tables(rows, "order_id duration_minutes due", settings))


@pytest.mark.parametrize("unit", ["minute", "second"])
def test_a_release_many_years_out_is_refused_and_what_is_taken_reads_back(
    tmp_path: Path, unit: str
) -> None:
    settings = f'start = 2026-01-05T00:00:00\ntime_unit = "{unit}"\n'
    columns = "order_id duration_minutes release"
    far = [("A", "10", "2026-01-05"), ("B", "10", "2063-01-05")]
    with pytest.raises(ScenarioError, match="is more than 10 years after the start"):
        scenario_from_tables(tables(far, columns, settings))
    (tmp_path / "orders.csv").write_text(
        "order_id,duration_minutes,release\nA,10,2026-01-05\nB,10,2036-01-01\n"
    )
    (tmp_path / "scenario.toml").write_text(settings)
    out = tmp_path / "plan.csv"
    assert main(["plan", str(tmp_path), "--work", "5", "--out", str(out), "--quiet"]) == 0
    assert main(["check", str(tmp_path), str(out)]) == 0


def test_a_pipe_in_a_folder_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.csv")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_scenario(tmp_path)


# Workbooks


def workbook(folder: Path, row: bytes = b"", declared: bytes = b"") -> Path:
    """Write a workbook of one order, with `row` in its sheet behind it."""
    book = openpyxl.Workbook()
    book.active.title = "orders"
    book.active.append(["order_id", "duration_minutes", "due"])
    midnight = datetime.fromisoformat("2026-03-04")
    for name, shown in (("A", "yyyy-mm-dd"), ("B", "yyyy-mm-dd hh:mm")):
        book.active.append([name, 7.5, midnight])
        book.active.cell(book.active.max_row, 3).number_format = shown
    plain, made = io.BytesIO(), folder / "plant.xlsx"
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = declared + data.replace(b"</sheetData>", row + b"</sheetData>")
            new.writestr(name, data)
    return made


def test_midnight_with_a_shown_hour_is_a_time_and_without_a_date(tmp_path: Path) -> None:
    rows = read_tables(workbook(tmp_path)).files["orders.csv"].rows
    assert rows == (("A", "7.5", "2026-03-04"), ("B", "7.5", "2026-03-04T00:00:00"))


def test_a_row_of_a_workbook_may_end_in_empty_cells(tmp_path: Path) -> None:
    # The due date of C was never typed: the row has two cells, the header three.
    short = b'<row r="4"><c r="A4" t="inlineStr"><is><t>C</t></is></c><c r="B4"><v>9</v></c></row>'
    rows = read_tables(workbook(tmp_path, short)).files["orders.csv"].rows
    assert rows[-1] == ("C", "9", "")


ROWS = {
    "a row of two thousand millions": b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>',
    "a column of sixty millions": b'<row r="4"><c r="ZZZZZ4"><v>1</v></c></row>',
    "rows and columns far apart": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "many rows without numbers": b"<row/>" * 1_050_000,
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_workbook_costs_no_more_than_it_is_long(tmp_path: Path, row: bytes) -> None:
    path = workbook(tmp_path, row)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(ScenarioError) as refused:
        read_tables(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "goes to row" in str(refused.value.findings[0])
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(ScenarioError) as refused:
        read_tables(workbook(tmp_path, declared=bomb))
    assert "declares entities" in str(refused.value.findings[0])


def test_what_kills_the_process_that_reads_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_workbook, "MEMORY", 60_000_000)
    with pytest.raises(ScenarioError) as refused:
        read_tables(workbook(tmp_path, b'<row r="900000"><c r="T900000"><v>1</v></c></row>'))
    assert refused.value.findings[0].rule == "workbook"
