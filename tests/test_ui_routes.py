"""What the pages say of routes: the way of each order, its waits, the stages."""

from pathlib import Path

import pytest

from planner.domain import Scenario
from tests.scenario_files import scenario_of
from tests.test_kpis_routes import ORDERS, ROUTES, SCHEDULE
from ui.figures.by_order import by_order
from ui.parts.route_cells import route_cells
from ui.plans import Plan, plan_of
from ui.tables.stages import stage_table


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return scenario_of(
        tmp_path,
        orders=ORDERS,
        routes=ROUTES,
        machines="machine_id\nM1\nM2\n",
        settings="start = 2026-03-02T06:00:00\n",
    )


@pytest.fixture
def plan(scenario: Scenario) -> Plan:
    return plan_of("plan", scenario, SCHEDULE)


def test_an_order_is_a_row_with_a_bar_for_each_operation(plan: Plan) -> None:
    waits, bars = by_order(plan).data
    assert tuple(bars.y) == ("A", "A", "A", "A", "B", "B")
    assert [length / 60_000 for length in bars.x] == [30, 60, 30, 60, 60, 120]
    assert bars.text[3].startswith("sew, lot 2 of 2 on M2, batch 1")
    # A thin one for each lot and for B: from cut to sewn.
    assert [f"{moment:%H:%M}" for moment in waits.base] == ["06:30", "07:00", "08:00"]
    assert [length / 60_000 for length in waits.x] == [0, 30, 30]


def test_the_chart_shows_the_orders_that_are_chosen(plan: Plan) -> None:
    assert set(by_order(plan, ["B"]).data[1].y) == {"B"}


def test_the_batch_panel_says_what_came_before_and_comes_after(plan: Plan) -> None:
    assert route_cells(plan, "A:1#2") == {
        "Step": "cut, lot 2 of 2",
        "Comes from": "–",
        "Goes to": "M2, batch 1, Mon 2 Mar 07:30",
    }


def test_a_stage_is_a_row_with_its_figures(plan: Plan) -> None:
    rows = stage_table(plan.kpis.stages)
    assert [(row["Stage"], row["Step"], row["Machines"]) for row in rows] == [
        ("1", "cut", "M1"),
        ("2", "sew", "M2"),
    ]
    assert rows[1]["Mean wait before it"] == "0.3 h"


def test_the_chart_knows_which_operations_follow_which_and_names_step_and_lot(plan: Plan) -> None:
    chart = plan.chart
    # M1 makes A's lots and B at places 0 to 2, M2 sews them at 3 to 5.
    assert chart["links"] == [0, 3, 1, 4, 2, 5]
    assert chart["orders"]["label"][4] == "sew, lot 2 of 2 · p"
