"""A changeover that pauses over closed time is shown where it is worked at."""

from planner.calendars import Window
from planner.checker import check
from planner.domain import Scenario
from planner.kpis import changeovers_of, worked_parts
from planner.schedule import Schedule
from planner.writer.handover import Handover
from planner.writer.to_gantt_page import traces
from tests.builders import batch, machine, order, scenario, schedule
from ui.gantt.payload import payload


def paused() -> tuple[Scenario, Schedule]:
    # Open [0, 100) and [500, 900): of 40 minutes of changeover that end at 520, 20 lie before 100
    # and 20 after 500.
    machines = [machine(windows=[(0, 100), (500, 900)], initial="blue")]
    given = scenario([order("A", minutes=60)], machines, changeovers={("blue", "red"): 40})
    made = schedule(batch(("A", 520, 580)))
    assert check(given, made) == ()
    return given, made


def test_the_worked_parts_of_a_changeover_leave_closed_time_out() -> None:
    given, made = paused()
    (run,) = changeovers_of(given, made)
    assert worked_parts(given, run) == (Window(80, 100), Window(500, 520))


def test_the_chart_draws_only_the_worked_parts() -> None:
    assert payload(*paused())["changeovers"]["parts"] == [[80, 100, 500, 520]]


def test_the_page_of_a_chart_shows_the_worked_parts_and_closed_time() -> None:
    given, made = paused()
    closed, changeover, _ = traces(Handover(scenario=given, schedule=made))
    minute = 60_000
    assert changeover["x"] == [20 * minute, 20 * minute]
    # 07:20 and 14:20: 80 and 500 minutes after 06:00.
    assert changeover["base"] == ["2026-03-02T07:20:00", "2026-03-02T14:20:00"]
    assert (closed["name"], closed["x"]) == ("closed", [400 * minute])
