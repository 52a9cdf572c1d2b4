"""What the files say of changeovers that are not possible, of attributes, and of what is done."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

import planner
from planner.checker import check
from planner.cli.files import findings_in
from planner.domain import Changeover, Duration, Scenario
from planner.errors import Finding, ScenarioError, Severity
from planner.reader import Tables, in_upload, read_scenario, table_of, write_tables
from tests.scenario_files import MACHINES, folder_of, scenario_of

START = "start = 2026-03-02T06:00:00\n"
ORDERS = "order_id,family,duration_minutes\nA,red,60\nB,blue,60\nC,green,60\n"


def assumed(scenario: Scenario, words: str) -> bool:
    return any(words in assumption for assumption in scenario.assumptions)


def changes(tmp_path: Path, rows: str, orders: str = ORDERS, settings: str = START) -> Scenario:
    return scenario_of(tmp_path, orders=orders, changeovers=rows, settings=settings)


def planned(scenario: Scenario) -> dict[str, Duration | None]:
    return {
        name: next(iter(item.durations.values()), None) for name, item in scenario.operation.items()
    }


# changeovers that are not possible


def test_no_in_a_list_is_not_possible_and_the_most_specific_row_wins(tmp_path: Path) -> None:
    scenario = changes(tmp_path, "from,to,minutes\n*,*,no\nred,*,20\nred,green,No\nblue,red,5\n")
    names = ("blue", "green", "red")
    found = {(a, b): scenario.changeover("machine 1", a, b) for a in names for b in names}
    assert found == {
        **{(a, a): Changeover(0, 0) for a in names},  # * is never the same before and after
        ("red", "blue"): Changeover(20, 0),
        ("red", "green"): None,
        ("blue", "red"): Changeover(5, 0),
        ("blue", "green"): None,
        ("green", "red"): None,
        ("green", "blue"): None,
    }


def test_no_in_a_square_matrix_is_not_possible_an_empty_cell_the_default(tmp_path: Path) -> None:
    matrix = "from,red,blue,green\nred,0,no,10\nblue,NO,0,\ngreen,1,1,0\n"
    scenario = changes(tmp_path, matrix)
    assert scenario.changeover("machine 1", "red", "blue") is None
    assert scenario.changeover("machine 1", "blue", "red") is None
    assert scenario.changeover("machine 1", "blue", "green") == Changeover(30, 0)
    assert scenario.changeover("machine 1", "red", "green") == Changeover(10, 0)


def test_a_machine_of_its_own_may_do_what_others_cannot(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders=ORDERS,
        machines=MACHINES,
        changeovers="machine,from,to,minutes\n*,red,blue,no\nM2,red,blue,7\n",
        settings=START,
    )
    assert scenario.changeover("M1", "red", "blue") is None
    assert scenario.changeover("M2", "red", "blue") == Changeover(7, 0)


def test_what_is_not_possible_has_no_cost(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, {"orders.csv": ORDERS, "changeovers.csv": "from,to,minutes,cost\nred,blue,no,3\n"}
    )
    with pytest.raises(ScenarioError, match="not possible, but has a cost"):
        read_scenario(folder)


COLOURS = "order_id,attr_colour,attr_width,duration_minutes\nA,red,10,60\nB,blue,20,60\n"


@pytest.mark.parametrize(
    ("settings", "minutes"),
    [("", 48), ('attributes = "sum"\n', 48), ('attributes = "longest"\n', 40)],
)
def test_attributes_add_up_or_the_longest_counts_and_costs_add_up(
    tmp_path: Path, settings: str, minutes: int
) -> None:
    rows = "attribute,from,to,minutes,cost\ncolour,*,*,40,1\nwidth,*,*,8,2\n"
    scenario = changes(tmp_path, rows, COLOURS, START + settings)
    assert scenario.changeover("machine 1", "red | 10", "blue | 20") == Changeover(minutes, 3)
    assert assumed(scenario, "longest" if "longest" in settings else "add up")


@pytest.mark.parametrize("settings", ["", 'attributes = "longest"\n'])
def test_a_combination_is_impossible_where_one_of_its_attributes_is(
    tmp_path: Path, settings: str
) -> None:
    rows = "attribute,from,to,minutes\ncolour,red,blue,no\ncolour,blue,red,4\nwidth,*,*,8\n"
    scenario = changes(tmp_path, rows, COLOURS, START + settings)
    assert scenario.changeover("machine 1", "red | 10", "blue | 20") is None
    assert scenario.changeover("machine 1", "blue | 20", "red | 10") is not None


def test_an_unknown_way_to_put_attributes_together_is_a_finding(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, {"orders.csv": COLOURS, "scenario.toml": 'attributes = "shortest"\n'}
    )
    with pytest.raises(ScenarioError, match="'shortest' is not a choice"):
        read_scenario(folder)


def test_an_order_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        {
            "orders.csv": ORDERS,
            "machines.csv": "machine_id,initial_family\nM,red\n",
            # Only blue leads to green, and nothing to blue.
            "changeovers.csv": "from,to,minutes\n*,*,no\nblue,green,5\n",
            "scenario.toml": START,
        },
    )
    found = [f for f in findings_in(str(folder)) if f.rule == "changeover_possible"]
    # The two orders by row, and the machine that can be set up for neither nor get on from red.
    assert [f.row for f in found] == [3, 4, None, None]
    assert {f.severity for f in found} == {Severity.WARNING}
    made = planner.plan(read_scenario(folder), work=1).schedule
    assert made is not None
    assert check(read_scenario(folder), made) == ()
    assert [item.operation for item in made.unplanned] == ["B", "C"]
    assert "green is possible on M" in made.unplanned[1].reason


# what is done


STATES = """order_id,quantity,minutes_per_unit,status,done_quantity
A,100,1,in_progress,60
B,80,1,finished,80
C,50,1,released,
D,30,1,Closed,0
E,20,1,open,0
F,20,1,cancelled,
G,20,1,on hold,
H,20,1,,20
"""


def test_what_is_over_is_left_out_and_of_what_is_begun_the_rest_is_planned(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders=STATES, settings=START)
    assert planned(scenario) == {"A": Duration(40), "C": Duration(50), "E": Duration(20)}
    assert [order.quantity for order in scenario.orders] == [Decimal(40), Decimal(50), Decimal(20)]
    assert [order.row for order in scenario.orders] == [2, 4, 6]
    for words in (
        "4 orders left out: 1 finished, 1 closed, 1 cancelled, 1 made in full",
        "1 order on hold: left out as long as the status says so",
        "1 order partly made: only the rest is planned",
    ):
        assert assumed(scenario, words), words


def test_a_status_that_is_not_known_is_a_finding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"orders.csv": "order_id,duration_minutes,status\nA,60,REL\n"})
    with pytest.raises(ScenarioError, match="'REL' is not a status"):
        read_scenario(folder)


@pytest.mark.parametrize("word", ["planned", "unplanned"])
def test_the_orders_of_an_exported_schedule_are_planned_again(tmp_path: Path, word: str) -> None:
    orders = f"order_id,duration_minutes,status\nA,60,{word}\n"
    assert planned(scenario_of(tmp_path, orders=orders, settings=START)) == {"A": Duration(60)}


def test_nothing_left_to_make_is_a_finding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"orders.csv": "order_id,duration_minutes,status\nA,60,closed\n"})
    with pytest.raises(ScenarioError, match="nothing is left to make"):
        read_scenario(folder)


def test_done_without_a_quantity_says_nothing(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, {"orders.csv": "order_id,duration_minutes,quantity,done_quantity\nA,60,,5\n"}
    )
    with pytest.raises(ScenarioError, match="what is left of it is not known"):
        read_scenario(folder)


@pytest.mark.parametrize(("process", "minutes"), [("serial", 34), ("parallel", 100)])
def test_the_time_of_a_whole_order_shrinks_only_where_one_is_made_after_the_other(
    tmp_path: Path, process: str, minutes: int
) -> None:
    # A third of 100 minutes is left: 33.3, rounded up once; an oven takes as long for less.
    scenario = scenario_of(
        tmp_path,
        orders="order_id,quantity,done_quantity,duration_minutes,size_kg\nA,3,2,100,7.5\n",
        machines=f"machine_id,process,capacity_kg\nM,{process},10\n",
        settings=START,
    )
    assert planned(scenario) == {"A": Duration(minutes)}
    assert scenario.operations[0].sizes == (25,)  # 2.5 kg


def test_times_within_bounds_are_not_scaled(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,quantity,done_quantity,min_minutes,max_minutes\nA,10,5,60,90\n",
        machines="machine_id,process\nM,parallel\n",
        settings=START,
    )
    assert planned(scenario) == {"A": Duration(60, 90)}


# durations by machine


def test_durations_may_be_rates(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,product,quantity,done_quantity\nA,p,100,40\nB,q,30,\n",
        machines=MACHINES,
        durations="product,machine_id,minutes,minutes_per_unit,units_per_hour\n"
        "p,M1,,2,\np,M2,,,90\nq,M1,50,,\n",
        settings=START,
    )
    # 60 of p are left: 120 minutes, or at 90 an hour 40.
    assert scenario.operation["A"].durations == {"M1": Duration(120), "M2": Duration(40)}
    assert scenario.operation["B"].durations == {"M1": Duration(50)}


@pytest.mark.parametrize(
    ("cells", "words"),
    [("5,2,", "minutes and minutes_per_unit are given"), (",,", "nothing says how long it takes")],
)
def test_a_duration_is_given_in_one_way(tmp_path: Path, cells: str, words: str) -> None:
    folder = folder_of(
        tmp_path,
        {
            "orders.csv": "order_id,duration_minutes\nA,60\n",
            "machines.csv": "machine_id\nM1\n",
            "durations.csv": "order_id,machine_id,minutes,minutes_per_unit,units_per_hour\n"
            f"A,M1,{cells}\n",
        },
    )
    with pytest.raises(ScenarioError, match=words):
        read_scenario(folder)


@pytest.mark.parametrize(("minutes", "whole"), [("30.000000000000004", 30), ("30.001", 31)])
def test_noise_of_binary_fractions_is_not_rounded_up(
    tmp_path: Path, minutes: str, whole: int
) -> None:
    orders = f"order_id,duration_minutes\nA,{minutes}\n"
    assert planned(scenario_of(tmp_path, orders=orders, settings=START)) == {"A": Duration(whole)}


# what stops an order, and what is not planned yet


def test_an_empty_attribute_stops_its_order_alone(tmp_path: Path) -> None:
    orders = "order_id,attr_colour,attr_width,duration_minutes\nA,red,10,60\nB,,20,60\n"
    folder = folder_of(tmp_path, {"orders.csv": orders, "scenario.toml": START})
    found = [f for f in findings_in(str(folder)) if f.column == "attr_colour"]
    assert [(f.rule, f.row, f.severity) for f in found] == [("value_given", 3, Severity.WARNING)]
    scenario = read_scenario(folder)
    made = planner.plan(scenario, work=1).schedule
    assert made is not None
    assert check(scenario, made) == ()
    assert [item.operation for item in made.unplanned] == ["B"]
    assert "its attr_colour is empty" in made.unplanned[0].reason


# the end of a day


def test_the_end_of_a_day_is_shown_as_that_day(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,duration_minutes,due,release\nA,60,2026-03-01,2026-03-03\n",
        settings='start = 2026-03-02\ntime_zone = "Europe/Berlin"\n',
    )
    due = scenario.orders[0].due
    assert due == 0
    assert scenario.clock.day_ended(due) == datetime.fromisoformat("2026-03-01").date()
    assert scenario.clock.day_ended(due + 1) is None
    (found,) = (f for f in planner.validate(scenario) if f.rule == "due_after_release")
    assert "due Sun 2026-03-01 is before release Tue 2026-03-03 00:00" in found.message


# findings about what was uploaded


def test_findings_name_the_rows_and_headings_of_the_upload(tmp_path: Path) -> None:
    orders = table_of(("order_id", "duration_minutes"), [("A", "60"), ("B", "soon")])
    kept = {
        "file": "Aufträge.xlsx",
        "rows": {"orders.csv": [5, 9]},
        "columns": {"orders.csv": {"duration_minutes": "Dauer"}},
    }
    write_tables(Tables(files={"orders.csv": orders}, upload=json.dumps(kept)), tmp_path)
    (found,) = (f for f in findings_in(str(tmp_path)) if f.rule == "number")
    assert found.where == "Aufträge.xlsx, row 9, column Dauer"


@pytest.mark.parametrize("upload", ["", "no JSON", "[]", '{"rows": {"orders.csv": [5]}}'])
def test_an_upload_that_says_nothing_of_rows_changes_nothing(upload: str) -> None:
    orders = table_of(("order_id",), [("A",), ("B",)])
    found = Finding(rule="r", message="m", hint="h", file="orders.csv", row=3, column="due")
    assert in_upload([found], Tables(files={"orders.csv": orders}, upload=upload)) == (found,)
