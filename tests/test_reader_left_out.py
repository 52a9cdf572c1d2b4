"""An order that is left out stays in the file and is not planned."""

import pytest

from planner.checker import check
from planner.errors import ScenarioError
from planner.intake import uploaded_csv
from planner.planning import plan
from planner.reader import Tables, findings_in, scenario_from_tables, table_of


def tables(*left_out: str) -> Tables:
    rows = [(name, "red", "20", cell) for name, cell in zip("ABC", left_out, strict=True)]
    columns = ("order_id", "family", "duration_minutes", "leave_out")
    return Tables(files={"orders.csv": table_of(columns, rows)})


def test_orders_that_are_left_out_are_not_planned_and_that_is_said() -> None:
    scenario = scenario_from_tables(tables("", "yes", "no"))
    assert [(order.name, order.row) for order in scenario.orders] == [("A", 2), ("C", 4)]
    assert "1 order is left out, as leave_out says" in scenario.assumptions


def test_a_plan_given_back_has_the_order_that_is_left_out_without_a_place() -> None:
    given = tables("", "yes", "")
    scenario = scenario_from_tables(given)
    schedule = plan(scenario, work=1, workers=1).schedule
    assert schedule is not None
    assert check(scenario, schedule) == ()
    lines = uploaded_csv(given, scenario, schedule).decode("utf-8-sig").splitlines()
    assert [line[0] for line in lines[1:]] == ["A", "B", "C"]
    assert "machine 1" not in lines[2]


def test_a_cell_that_says_neither_is_a_finding_with_its_row() -> None:
    (found,) = findings_in(tables("", "", "perhaps"))
    assert (found.row, found.column, found.value) == (4, "leave_out", "perhaps")


def test_a_scenario_without_any_order_left_cannot_be_planned() -> None:
    with pytest.raises(ScenarioError, match="orders"):
        scenario_from_tables(tables("yes", "yes", "yes"))
