"""What the files say of resources, of who needs them, and of how much is made in a row."""

from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain import During, InARow, Level, Need
from tests import scenario_files
from tests.scenario_files import scenario_of

START = "start = 2026-03-02T06:00:00\n"
ORDERS = "order_id,product,family,quantity,duration_minutes\nA,P,red,5,60\nB,Q,blue,2.5,60\n"
MACHINES = "machine_id,initial_family\nM,red\nN,red\n"
CREWS = "resource,amount\ncrew,2\n"


def found_in(tmp_path: Path, **files: str) -> list[tuple[str, str, str, str]]:
    return scenario_files.found_in(
        tmp_path, **{"orders": ORDERS, "machines": MACHINES, "resources": CREWS, **files}
    )


def test_a_resource_is_one_and_always_there_unless_it_says_otherwise(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders=ORDERS,
        settings=START,
        resources="resource,cost_per_hour\nmould 7,\npress crew,32.50\n",
        needs="resource,during\nmould 7,set up\npress crew,run\n",
    )
    assert [(r.name, r.levels, r.cost_per_hour) for r in scenario.resources] == [
        ("mould 7", (Level(0, 1),), None),
        ("press crew", (Level(0, 1),), Decimal("32.50")),
    ]
    assert scenario.needs == (
        Need(resource="mould 7", during=During.SET_UP),
        Need(resource="press crew", during=During.RUN),
    )


def test_rows_of_one_resource_add_up_while_their_calendars_are_open(tmp_path: Path) -> None:
    # Two from 06:00 to 14:00, one more from 10:00 to 18:00, each day, from 06:00 on.
    scenario = scenario_of(
        tmp_path,
        orders=ORDERS,
        settings=START,
        calendars="calendar,weekdays,start,end\nearly,daily,06:00,14:00\nlate,daily,10:00,18:00\n",
        machines="machine_id\nM\n",
        resources="resource,amount,calendar\nsetter,2,early\nsetter,1,late\n",
        needs="resource,during\nsetter,changeover\n",
    )
    assert scenario.resources[0].levels[:6] == (
        Level(0, 2),
        Level(4 * 60, 3),
        Level(8 * 60, 1),
        Level(12 * 60, 0),
        Level(24 * 60, 2),
        Level(28 * 60, 3),
    )


def test_a_need_is_of_all_that_it_does_not_name(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines=MACHINES,
        resources=CREWS,
        settings=START + 'time_unit = "second"\n',
        needs="resource,during,amount,minutes,machine,family,product,stage\n"
        "crew,Start,2,1.5,M,red,P,*\n"
        "crew,run,,,*,*,*,0\n",
    )
    assert scenario.needs == (
        Need(
            resource="crew",
            during=During.START,
            amount=2,
            units=90,
            machine="M",
            families=frozenset({"red"}),
            product="P",
        ),
        Need(resource="crew", during=During.RUN, stage=0),
    )


def test_a_need_of_an_attribute_is_one_of_all_families_that_have_it(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,attr_colour,attr_mould,duration_minutes\n"
        "A,red,7,60\nB,blue,7,60\nC,blue,8,60\n",
        resources="resource\nmould 7\n",
        needs="resource,during,attr_mould\nmould 7,set up,7\n",
    )
    (need,) = scenario.needs
    families = {o.family for o in scenario.operations}
    assert need.families == families - {scenario.operation["C"].family}
    assert len(need.families or ()) == 2


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ("resource,during\nclew,run\n", ("known_resource", "row 2, column resource", "clew")),
        ("resource,during\ncrew,lunch\n", ("known_during", "row 2, column during", "lunch")),
        ("resource,during\ncrew,start\n", ("need_minutes", "row 2, column minutes", "")),
        ("resource,during,minutes\ncrew,run,5\n", ("need_minutes", "row 2, column minutes", "5")),
        (
            "resource,during,product\ncrew,changeover,P\n",
            ("need_of_family", "row 2, column product", "P"),
        ),
        ("resource,during,amount\ncrew,run,0\n", ("number_range", "row 2, column amount", "0")),
        (
            "resource,during,machine\ncrew,run,Z\n",
            ("known_machine", "row 2, column machine", "Z"),
        ),
        (
            "resource,during,attr_mould\ncrew,run,7\n",
            ("known_attribute", "row 1, column attr_mould", "attr_mould"),
        ),
        ("resource\ncrew\n", ("column_given", "row 1, column during", "")),
    ],
)
def test_what_is_wrong_with_a_need_is_found(
    tmp_path: Path, needs: str, found: tuple[str, str, str]
) -> None:
    rule, where, value = found
    assert (rule, f"needs.csv, {where}", value, "error") in found_in(tmp_path, needs=needs)


@pytest.mark.parametrize(
    ("column", "value"), [("family", "pink"), ("product", "X")], ids=["family", "product"]
)
def test_a_need_of_what_no_order_has_is_told(tmp_path: Path, column: str, value: str) -> None:
    found = found_in(tmp_path, needs=f"resource,during,{column}\ncrew,run,{value}\n")
    assert found == [("known_family", f"needs.csv, row 2, column {column}", value, "warning")]


def test_what_is_needed_while_set_up_has_no_calendar(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        calendars="calendar,weekdays,start,end\nday,daily,06:00,14:00\n",
        resources="resource,calendar\nmould,day\n",
        needs="resource,during\nmould,set up\n",
    )
    assert ("need_set_up", "needs.csv, row 2, column during", "set up", "error") in found


def test_more_set_up_at_the_start_than_there_is_is_found(tmp_path: Path) -> None:
    found = found_in(tmp_path, resources="resource\ncrew\n", needs="resource,during\ncrew,set up\n")
    assert found == [("resource_amount", "needs.csv, row 1, column resource", "resource", "error")]


def test_a_resource_that_nothing_needs_is_said(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders=ORDERS, resources=CREWS)
    assert any("nothing needs crew" in words for words in scenario.assumptions)


def test_a_machine_makes_so_many_batches_hours_and_pieces_in_a_row(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines="machine_id,most_batches_in_a_row,most_hours_in_a_row,most_quantity_in_a_row\n"
        "M,3,1.5,\nN,,,7.5\n",
    )
    assert [machine.in_a_row for machine in scenario.machines] == [
        InARow(batches=3, units=90),
        InARow(quantity=Decimal("7.5")),
    ]


def test_a_quantity_in_a_row_needs_the_quantity_of_each_order(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        orders="order_id,family,quantity,duration_minutes\nA,red,5,60\nB,blue,,60\n",
        machines="machine_id,most_quantity_in_a_row\nM,10\n",
    )
    assert ("value_given", "orders.csv, row 3, column quantity", "", "error") in found
