"""Upkeep in every file that is handed out: M makes A, is washed, makes B, is washed again."""

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from planner.domain import Scenario, Upkeep
from planner.schedule import Schedule
from planner.writer import (
    gantt_html,
    gantt_image,
    kpis_csv,
    schedule_csv,
    schedule_icalendar,
    schedule_xlsx,
    work_lists_html,
)
from tests.builders import batch, machine, order, scenario, schedule

WASH = Upkeep(machine="M", name="wash", units=30, cost=7, most_batches=1, sets_up="clean")
MADE = scenario(
    [order("A"), order("B")],
    [machine(initial="red"), machine("N")],
    {("clean", "red"): 10},
    upkeeps=(WASH,),
)
PLANNED = schedule(
    batch("A", end=60),
    batch("B", start=100, end=160),
    upkeeps=[("M", "wash", 60, 90), ("M", "wash", 160, 190)],
)
WITHOUT = replace(PLANNED, upkeeps=())


def test_the_table_has_upkeep_before_the_batch_that_it_comes_before() -> None:
    rows = list(csv.DictReader(io.StringIO(schedule_csv(MADE, PLANNED))))
    assert [(row["status"], row["operation"], row["start_units"]) for row in rows] == [
        ("planned", "A", "0"),
        ("upkeep", "wash", "60"),
        ("planned", "B", "100"),
        ("upkeep", "wash", "160"),
    ]
    assert rows[2]["changeover_start"] == "2026-03-02T07:30+01:00"


def test_the_calendar_has_an_event_for_each_upkeep() -> None:
    text = schedule_icalendar(MADE, PLANNED).replace("\r\n ", "")
    assert text.count("SUMMARY:M\\, upkeep: wash → clean") == 2
    identities = [line for line in text.splitlines() if line.startswith("UID:")]
    assert len(set(identities)) == len(identities) == 2 + 1 + 2  # batches, a changeover, upkeep


def test_the_work_list_has_upkeep_in_its_place_and_after_the_last_batch() -> None:
    text = work_lists_html(MADE, PLANNED)
    places = [text.index("Batch 1"), text.index("Upkeep: wash → clean"), text.index("Batch 2")]
    assert places == sorted(places)
    assert text.index("Changeover clean → red, 10 min, before batch 2") > places[1]
    assert text.count("Upkeep: wash → clean") == 2
    assert "Upkeep" not in work_lists_html(MADE, WITHOUT)


def test_the_chart_has_upkeep_as_its_own_kind_of_bar() -> None:
    assert '"name":"upkeep"' in gantt_html(MADE, PLANNED)
    assert '"name":"upkeep"' not in gantt_html(MADE, WITHOUT)
    drawn = [gantt_image(MADE, planned, "svg").decode() for planned in (PLANNED, WITHOUT)]
    assert [">upkeep<" in text for text in drawn] == [True, False]


def test_the_workbook_lists_upkeep_and_when_it_is_next() -> None:
    book = load_workbook(io.BytesIO(schedule_xlsx(MADE, PLANNED, baseline=PLANNED)))
    done = [[cell.value for cell in row] for row in book["Upkeep"].iter_rows(min_row=2)]
    assert [(row[0], row[1], row[4:]) for row in done] == [("M", "wash", ["clean", 30, 7])] * 2
    (due,) = ([cell.value for cell in row] for row in book["Next upkeep"].iter_rows(min_row=2))
    assert due == ["M", "wash", 2, 1, 14, "not available", 1, "not available"]


def test_the_figures_tell_upkeep_of_the_plan_and_of_each_machine() -> None:
    rows = list(csv.reader(io.StringIO(kpis_csv(MADE, PLANNED))))
    assert ["", "Upkeep time", "h", "1.0000"] in rows
    assert ["M", "Upkeep cost", "", "14"] in rows
    assert ["N", "Upkeep", "", "0"] in rows
    assert ["M", "Next after batches: wash", "", "1"] in rows


@pytest.mark.parametrize(
    ("made", "planned"), [(scenario([order("A"), order("B")], [machine()]), WITHOUT)]
)
def test_a_plant_without_upkeep_is_written_as_before(made: Scenario, planned: Schedule) -> None:
    book = load_workbook(io.BytesIO(schedule_xlsx(made, planned, baseline=planned)))
    assert not [name for name in book.sheetnames if "pkeep" in name]
    assert "pkeep" not in kpis_csv(made, planned) + schedule_csv(made, planned)
