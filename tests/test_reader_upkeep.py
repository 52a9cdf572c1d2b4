"""What upkeep.csv says, and that a schedule with upkeep comes back from every kind of file."""

from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain import Need, Upkeep
from planner.store.codec import packed_schedule, unpacked_schedule
from planner.writer import fingerprint, read_schedule, write_schedule
from planner.writer.fingerprints import schedule_id
from tests import scenario_files
from tests.builders import batch, machine, order, scenario, schedule
from tests.scenario_files import scenario_of

START = "start = 2026-03-02T06:00:00\n"
ORDERS = "order_id,product,family,quantity,duration_minutes\nA,P,red,5,60\nB,Q,blue,2.5,60\n"
MACHINES = "machine_id,initial_family\nM,red\nN,red\n"


def found_in(tmp_path: Path, **files: str) -> list[tuple[str, str, str, str]]:
    return scenario_files.found_in(tmp_path, **{"orders": ORDERS, "machines": MACHINES, **files})


def test_upkeep_of_one_machine_and_of_every_machine(tmp_path: Path) -> None:
    made = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines=MACHINES,
        settings=START,
        upkeep="machine,upkeep,minutes,after_hours,after_batches,after_quantity,cost,"
        "done_before_hours,done_before_batches,done_before_quantity,sets_up\n"
        "*,,30,,20,,,,3,,\n"
        "M,filter,45.5,100.5,,,80,99.99,,,\n"
        "N,,15,,,2.5,,,,1.5,clean\n",
    )
    assert made.upkeeps == (
        Upkeep(machine="M", name="upkeep", units=30, most_batches=20, done_batches=3),
        # 45.5 minutes are 46; 100.5 hours are 6030 minutes, 99.99 hours 5999.4, so 6000.
        Upkeep(machine="M", name="filter", units=46, cost=80, most_units=6030, done_units=6000),
        Upkeep(machine="N", name="upkeep", units=30, most_batches=20, done_batches=3),
        Upkeep(
            machine="N",
            name="upkeep 2",
            units=15,
            most_quantity=Decimal("2.5"),
            done_quantity=Decimal("1.5"),
            sets_up="clean",
        ),
    )
    assert made.changeovers.families == ("blue", "clean", "red")
    assert [u.name for u in made.upkeeps_of("N")] == ["upkeep", "upkeep 2"]
    assert "upkeep.csv: 1 upkeep rounded up to whole time units" not in made.assumptions
    assert "1 upkeep rounded up to whole time units" in made.assumptions


def test_a_machine_has_its_own_upkeep_of_a_name_instead_of_that_of_all(tmp_path: Path) -> None:
    made = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines=MACHINES,
        settings=START,
        upkeep="machine,upkeep,minutes,after_batches\n*,wash,30,20\nN,wash,60,10\n",
    )
    assert made.upkeeps == (
        Upkeep(machine="M", name="wash", units=30, most_batches=20),
        Upkeep(machine="N", name="wash", units=60, most_batches=10),
    )


def test_everything_wrong_with_upkeep_is_found_at_once(tmp_path: Path) -> None:
    upkeep = (
        "machine,upkeep,minutes,after_hours,after_batches,done_before_hours,done_before_batches\n"
        "X,,30,8,,,\n"  # no such machine
        "M,,30,,,,\n"  # nothing counted
        "M,,,8,,,\n"  # no minutes
        "M,,30,8,,,4\n"  # batches done, but none counted
        "M,,30,0,,,\n"  # after no time at all
        "M,wash,30,8,,,\n"
        "M,wash,60,9,,,\n"  # the same name again
        ",,30,8,,,\n"  # of no machine
    )
    assert found_in(tmp_path, upkeep=upkeep) == [
        ("value_given", "upkeep.csv, row 9, column machine", "", "error"),
        ("known_machine", "upkeep.csv, row 2, column machine", "X", "error"),
        ("value_given", "upkeep.csv, row 4, column minutes", "", "error"),
        ("number_range", "upkeep.csv, row 6, column after_hours", "0", "error"),
        ("upkeep_counted", "upkeep.csv, row 3, column after_hours", "", "error"),
        ("upkeep_counted", "upkeep.csv, row 5, column done_before_batches", "4", "error"),
        ("unique_name", "upkeep.csv, row 8, column upkeep", "wash", "error"),
    ]


def test_upkeep_that_is_due_at_the_start_is_said(tmp_path: Path) -> None:
    upkeep = "machine,minutes,after_batches,done_before_batches\nM,30,20,19\nN,30,20,20\n"
    found = found_in(tmp_path, upkeep=upkeep)
    assert found == [
        (
            "upkeep",
            "upkeep.csv, row 1, column done_before_batches",
            "done_before_batches",
            "warning",
        )
    ]
    made = scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, upkeep=upkeep)
    said = "upkeep.csv: upkeep is due before the first batch of N (upkeep)"
    assert said in made.assumptions


def test_where_upkeep_counts_quantities_every_order_has_one(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        orders="order_id,family,quantity,duration_minutes\nA,red,,60\n",
        upkeep="machine,minutes,after_quantity\nM,30,100\n",
    )
    assert found == [("value_given", "orders.csv, row 2, column quantity", "", "error")]


def test_what_a_machine_is_set_up_for_after_upkeep_has_all_attributes(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        orders="order_id,attr_colour,attr_width,duration_minutes\nA,red,2,60\n",
        machines="machine_id\nM\n",
        upkeep="machine,minutes,after_batches,sets_up\nM,30,5,clean\n",
    )
    assert found == [("known_family", "upkeep.csv, row 2, column sets_up", "clean", "error")]


@pytest.mark.parametrize("column", ["product", "stage", "family"])
def test_a_need_during_upkeep_is_one_of_the_machine(tmp_path: Path, column: str) -> None:
    value = {"product": "P", "stage": "1", "family": "red"}[column]
    found = found_in(
        tmp_path,
        resources="resource\nfitter\n",
        upkeep="machine,minutes,after_batches\nM,30,5\n",
        needs=f"resource,during,machine,{column}\nfitter,upkeep,M,{value}\n",
    )
    assert found == [("need_of_machine", f"needs.csv, row 2, column {column}", value, "error")]


def test_who_does_the_upkeep_of_a_machine(tmp_path: Path) -> None:
    made = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines=MACHINES,
        resources="resource,amount\nfitter,2\n",
        upkeep="machine,minutes,after_batches\n*,30,5\n",
        needs="resource,during,machine\nfitter,upkeep,M\n",
    )
    assert made.needs_of_upkeep("M") == (Need(resource="fitter", during="upkeep", machine="M"),)
    assert made.needs_of_upkeep("N") == ()


WASHED = scenario(
    [order("A"), order("B")],
    [machine(initial="red")],
    upkeeps=(Upkeep(machine="M", name="wash", units=30, most_batches=1),),
)
PLANNED = schedule(
    batch("A", start=0, end=60),
    batch("B", start=90, end=150),
    upkeeps=[("M", "wash", 60, 90)],
)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_schedule_with_upkeep_comes_back_as_it_was_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"plan.{kind}"
    write_schedule(path, WASHED, PLANNED)
    assert read_schedule(path, WASHED) == PLANNED


def test_a_schedule_with_upkeep_is_stored() -> None:
    assert unpacked_schedule(packed_schedule(PLANNED)) == PLANNED


def test_upkeep_is_part_of_what_a_plan_depends_on() -> None:
    without = scenario([order("A"), order("B")], [machine(initial="red")])
    assert fingerprint(WASHED) != fingerprint(without)
    moved = schedule(*PLANNED.batches, upkeeps=[("M", "wash", 55, 85)])
    assert schedule_id(WASHED, PLANNED) != schedule_id(WASHED, moved)
