"""Exports of schedules with routes: stage, step and lot, where a load comes from and goes to."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from planner.domain import Scenario
from planner.schedule import Unplanned
from planner.writer import (
    exported,
    fingerprint,
    read_schedule,
    schedule_csv,
    schedule_json,
    schema,
    work_lists_html,
    write_schedule,
)
from tests.scenario_files import scenario_of
from tests.test_kpis_routes import ORDERS, ROUTES, SCHEDULE

MACHINES = "machine_id\nM1\nM2\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return scenario_of(tmp_path, orders=ORDERS, routes=ROUTES, machines=MACHINES)


def test_csv_says_stage_step_and_lot_and_where_a_load_comes_from_and_goes(
    scenario: Scenario,
) -> None:
    rows = {
        row["operation"]: row
        for row in csv.DictReader(schedule_csv(scenario, SCHEDULE).splitlines())
    }
    columns = ("order_id", "stage", "step", "lot", "lots", "comes_from", "goes_to")
    assert [rows["A:1#2"][name] for name in columns] == ["A", "1", "cut", "2", "2", "", "M2"]
    assert [rows["B:2"][name] for name in columns] == ["B", "2", "sew", "", "", "M1", ""]


def test_json_says_stage_step_and_lot_as_its_schema_allows(scenario: Scenario) -> None:
    document = json.loads(schedule_json(scenario, SCHEDULE))
    jsonschema.validate(document, schema())
    place = document["batches"][0]["placements"][1]
    assert (place["operation"], place["stage"], place["step"], place["lot"]) == (
        "A:1#2",
        1,
        "cut",
        2,
    )


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_schedule_with_routes_reads_back(tmp_path: Path, scenario: Scenario, suffix: str) -> None:
    path = tmp_path / f"plan.{suffix}"
    write_schedule(path, scenario, SCHEDULE)
    assert read_schedule(path, scenario) == SCHEDULE


def test_work_lists_say_where_a_load_comes_from_and_goes_to(scenario: Scenario) -> None:
    text = work_lists_html(scenario, SCHEDULE, machine="M1")
    assert "A (cut, lot 2 of 2)" in text
    assert f"→ to M2 batch 1 ({scenario.clock.local(90):%a %Y-%m-%d %H:%M})" in text
    assert "from M1 batch 1" in work_lists_html(scenario, SCHEDULE, machine="M2")


def test_workbooks_have_a_sheet_of_stages_and_columns_of_the_route(scenario: Scenario) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported("xlsx", scenario, SCHEDULE)))
    head = [cell.value for cell in book["Schedule"][1]]
    row = dict(zip(head, [cell.value for cell in book["Schedule"][3]], strict=True))
    assert (row["Order"], row["Stage"], row["Step"], row["Lot"]) == ("A", 1, "cut", 2)
    stages = list(book["Stages"].iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in stages] == [(1, "cut", "M1"), (2, "sew", "M2")]


@pytest.mark.parametrize("kind", ["ics", "html"])
def test_calendars_and_pages_name_the_step_and_the_lot(scenario: Scenario, kind: str) -> None:
    text = exported(kind, scenario, SCHEDULE).decode().replace("\r\n ", "").replace("\\", "")
    assert "B (cut)" in text
    assert "A (sew, lot 1 of 2)" in text


def test_without_routes_nothing_is_added(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path)
    unplanned = Unplanned(operation="A", reason="not asked for")
    assert (
        "stage" not in schedule_csv(scenario, type(SCHEDULE)(unplanned=(unplanned,))).split("\n")[0]
    )


def test_routes_waits_and_hand_over_change_the_fingerprint(tmp_path: Path) -> None:
    waits = ROUTES.replace("duration_minutes\n", "duration_minutes,min_wait\n")
    waits = waits.replace(",60\n", ",60,\n").replace(",120\n", ",120,5\n")
    batches = "machine_id,hand_on\nM1,batch\nM2,\n"
    prints = set()
    for routes, machines in ((ROUTES, MACHINES), (waits, MACHINES), (ROUTES, batches)):
        scenario = scenario_of(
            tmp_path,
            orders=ORDERS,
            routes=routes,
            machines=machines,
            settings="start = 2026-03-02T06:00:00\n",
        )
        prints.add(fingerprint(scenario))
    assert len(prints) == 3
