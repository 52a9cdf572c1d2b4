"""Figures of routes, each derived by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.checker import check
from planner.kpis import Ways, measure, on_route, stage_rows
from planner.schedule import Batch, Placement, Schedule
from tests.scenario_files import scenario_of

ORDERS = "order_id,product,family,quantity,lot_quantity\nA,p,f,20,10\nB,p,f,10,\n"
ROUTES = (
    "product,stage,operation,eligible_machines,duration_minutes\np,1,cut,M1,60\np,2,sew,M2,120\n"
)
# M1 cuts the two lots of A in half an hour each and B in an hour; M2 sews them in an hour each and
# in two. M2 is idle until the first lot is cut.
CUTS = (("A:1#1", 0, 30), ("A:1#2", 30, 60), ("B:1", 60, 120))
SEWS = (("A:2#1", 30, 90), ("A:2#2", 90, 150), ("B:2", 150, 270))


def batch(machine: str, places: tuple[tuple[str, int, int], ...]) -> Batch:
    return Batch(
        machine=machine,
        family="f",
        start=places[0][1],
        end=places[-1][2],
        placements=tuple(Placement(operation=o, start=s, end=e) for o, s, e in places),
    )


SCHEDULE = Schedule(batches=(batch("M1", CUTS), batch("M2", SEWS)))


def test_waits_work_and_stages_are_measured_along_the_routes(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders=ORDERS, routes=ROUTES, machines="machine_id\nM1\nM2\n")
    assert check(scenario, SCHEDULE) == ()
    kpis = measure(scenario, SCHEDULE)
    # Sewing waits 0, 30 and 30 minutes for the line.
    assert kpis.mean_wait_hours == pytest.approx(60 / 3 / 60)
    # A is worked from 0 to 150 without a pause, B from 60 to 120 and from 150 to 270.
    assert kpis.work_share == pytest.approx((150 + 180) / (150 + 270))
    cut, sew = kpis.stages
    assert (cut.step, cut.operations, cut.machines) == ("cut", 3, ("M1",))
    assert (cut.processing_hours, sew.processing_hours) == (2.0, 4.0)
    assert cut.utilisation == pytest.approx(120 / 270)
    assert sew.utilisation == pytest.approx(240 / 270)
    assert kpis.limiting_stage == 2
    # At cutting from 0 until they are cut: 30 + 60 + 120; at sewing 60, 90 and 150.
    assert cut.work_in_progress == pytest.approx(210 / 270)
    assert sew.work_in_progress == pytest.approx(300 / 270)
    assert cut.mean_wait_hours is None
    assert [row.text for row in stage_rows(sew)] == ["3", "4.0 h", "88.9 %", "0.3 h", "1.1"]


def test_what_goes_on_with_its_batch_waits_only_from_then_on(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, orders=ORDERS, routes=ROUTES, machines="machine_id,hand_on\nM1,batch\nM2,\n"
    )
    late = tuple((name, start + 90, end + 90) for name, start, end in SEWS)
    schedule = replace(SCHEDULE, batches=(SCHEDULE.batches[0], batch("M2", late)))
    assert check(scenario, schedule) == ()
    # All of the batch is there at 120: the sewing of B begins at 240.
    assert measure(scenario, schedule).mean_wait_hours == pytest.approx((0 + 60 + 120) / 3 / 60)


def test_without_routes_there_is_no_stage(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path)
    place = (Placement(operation="A", start=0, end=60),)
    only = Batch(machine="machine 1", family="red", start=0, end=60, placements=place)
    kpis = measure(scenario, Schedule(batches=(only,)))
    assert (kpis.stages, kpis.mean_wait_hours, kpis.limiting_stage) == ((), None, None)
    assert kpis.work_share == 1.0


def test_an_operation_knows_where_it_comes_from_and_goes_to(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders=ORDERS, routes=ROUTES, machines="machine_id\nM1\nM2\n")
    ways = Ways(scenario=scenario, schedule=SCHEDULE)
    (before,) = ways.before("A:2#2")
    assert (before.operation, before.machine, before.number, before.done) == ("A:1#2", "M1", 1, 60)
    (after,) = ways.following("A:1#2")
    assert (after.operation, after.machine, after.start) == ("A:2#2", "M2", 90)
    assert ways.following("A:2#2") == ()
    assert on_route(scenario, "A:2#2") == "sew, lot 2 of 2"
    assert on_route(scenario, "B:1") == "cut"
