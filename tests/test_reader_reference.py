"""reference.csv and `planner plan --reference`: against what moved operations count."""

from pathlib import Path

import pytest

from planner.cli import main
from planner.domain import Scenario, Stood
from planner.errors import ScenarioError
from planner.kpis import terms_of
from planner.reader import Table, Tables, read_tables, scenario_from_tables, table_of
from planner.search.baselines import one_by_one
from scenarios import sample_path

COLUMNS = ("order_id", "machine_id", "start")
TINY = str(sample_path("tiny"))


def _read(rows: list[tuple[str, ...]], settings: str = "") -> Scenario:
    return scenario_from_tables(_with(table_of(COLUMNS, rows), settings))


def _with(reference: Table, settings: str = "") -> Tables:
    tables = read_tables(sample_path("tiny"))
    return Tables(
        files={**tables.files, "reference.csv": reference},
        settings=f"{settings}\n{tables.settings}",
        name="tiny",
    )


def test_a_row_says_where_an_operation_stood() -> None:
    given = _read([("0001", "P2", "2027-02-01T07:30"), ("0005", "P1", "2027-02-01T06:00")])
    assert given.reference is not None
    # The plan starts at 06:00; half an hour is the usual tolerance.
    assert given.reference.stood == {"0001": Stood("P2", 90), "0005": Stood("P1", 0)}
    assert given.reference.tolerance == 30
    made = one_by_one(given)
    # 0005 begins at 06:30 on P1, as late as it may; 0001 stands elsewhere, or at another time.
    stood = {p.operation: (b.machine, p.start) for b in made.batches for p in b.placements}
    assert stood["0005"] == ("P1", 30)
    assert terms_of(given, made).moved == (stood["0001"] != ("P2", 90))


def test_the_tolerance_is_a_setting() -> None:
    given = _read([("0001", "P2", "2027-02-01T07:30")], "moved_tolerance = 5")
    assert given.reference is not None
    assert given.reference.tolerance == 5


def test_orders_that_are_gone_are_told_and_left_out() -> None:
    given = _read([("0001", "P2", "2027-02-01T07:30"), ("9999", "P2", "2027-02-01T07:30")])
    assert given.reference is not None
    assert list(given.reference.stood) == ["0001"]
    assert any("not in orders.csv any more: 9999" in told for told in given.assumptions)


@pytest.mark.parametrize(
    ("rows", "settings", "rule"),
    [
        ([("0001", "P9", "2027-02-01T07:30")], "", "known_machine"),
        ([("0001", "P2", "soon")], "", "date"),
        ([("0001", "P2", "")], "", "value_given"),
        ([("0001", "P2", "2027-02-01T07:30")] * 2, "", "unique_name"),
        ([("0001", "P2", "2027-02-01T07:30")], "moved_tolerance = -1", "whole_number"),
        ([("0001", "P2", "2027-02-01T07:30")], 'moved_tolerance = "long"', "whole_number"),
    ],
)
def test_what_is_wrong_is_a_finding(rows: list[tuple[str, ...]], settings: str, rule: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        _read(rows, settings)
    assert [finding.rule for finding in raised.value.findings] == [rule]


def test_without_the_file_there_is_nothing_to_compare() -> None:
    assert scenario_from_tables(read_tables(sample_path("tiny"))).reference is None
    assert _read([]).reference is None


def test_the_command_counts_against_a_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, again = str(tmp_path / "plan.json"), str(tmp_path / "again.json")
    assert main(["plan", TINY, "--method", "one by one", "--quiet", "--out", plan]) == 0
    command = ["plan", TINY, "--method", "earliest due date", "--out", again, "--reference", plan]
    assert main(command) == 2
    assert "--weight moved=100" in capsys.readouterr().err
    assert main([*command, "--weight", "moved=100", "--tolerance", "0"]) == 0
    told = capsys.readouterr().out
    (line,) = [line for line in told.splitlines() if line.startswith("moved ")]
    # One by one is the reference itself, so that nothing in it is moved.
    assert line.split()[1] == "0"
    assert int(line.split()[2].replace(",", "")) > 0
