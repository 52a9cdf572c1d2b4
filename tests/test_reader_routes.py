"""Routes, lots and needs: from files to operations that come after each other."""

from fractions import Fraction
from pathlib import Path

import pytest

from planner.domain import After, Duration, HandOn, Operation, Pin, Scenario
from planner.errors import Severity
from tests.scenario_files import MACHINES, findings_of, folder_of, scenario_of

ORDERS = "order_id,product,family,quantity\nA,jeans,blue,100\nB,shirt,blue,10\n"
ROUTES = (
    "product,stage,operation,eligible_machines,minutes_per_unit,duration_minutes,min_wait,max_wait\n"
    "jeans,1,cut,M1,0.5,,,\n"
    "jeans,2,sew,M2,,30,15,60\n"
    "shirt,1,cut,M1,1,,,\n"
)


def named(scenario: Scenario) -> dict[str, Operation]:
    return {operation.name: operation for operation in scenario.operations}


def rules_of(path: Path) -> dict[str, str]:
    """Return what stops a scenario: the rule and where it is broken."""
    errors = [found for found in findings_of(path) if found.severity == Severity.ERROR]
    # The first of each rule, so that what follows from it does not hide it.
    return {found.rule: f"{found.where}: {found.message}" for found in reversed(errors)}


def test_a_product_has_the_stages_of_its_route_one_after_the_other(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=ROUTES)
    found = named(scenario)
    assert list(found) == ["A:1", "A:2", "B:1"]
    cut, sew = found["A:1"], found["A:2"]
    assert (cut.order, cut.stage, cut.step, cut.lot) == ("A", 1, "cut", 0)
    assert dict(cut.durations) == {"M1": Duration(50)}  # 100 units of half a minute
    assert dict(sew.durations) == {"M2": Duration(30)}
    assert cut.after == ()
    assert sew.after == (After("A:1", 15, 60),)


def test_the_route_of_an_order_replaces_that_of_its_product(tmp_path: Path) -> None:
    routes = (
        "order_id,product,stage,operation,duration_minutes\n"
        ",jeans,1,cut,10\n,jeans,2,sew,20\nA,,1,mend,5\n,shirt,1,cut,7\n"
    )
    scenario = scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=routes)
    assert [(o.name, o.step) for o in scenario.operations] == [("A:1", "mend"), ("B:1", "cut")]


def test_stages_may_have_gaps_and_stand_in_any_order(tmp_path: Path) -> None:
    routes = "product,stage,duration_minutes\njeans,30,3\njeans,10,1\nshirt,5,5\n"
    found = named(scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=routes))
    assert list(found) == ["A:10", "A:30", "B:5"]
    assert found["A:30"].after == (After("A:10"),)


def test_steps_of_one_stage_are_side_by_side_and_the_next_waits_for_all(tmp_path: Path) -> None:
    routes = (
        "product,stage,operation,duration_minutes\n"
        "jeans,1,left leg,5\njeans,1,right leg,6\njeans,2,sew,20\nshirt,1,cut,1\n"
    )
    found = named(scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=routes))
    assert found["A:1.1"].after == found["A:1.2"].after == ()
    assert found["A:2"].after == (After("A:1.1"), After("A:1.2"))


def test_an_order_without_a_route_is_one_operation_and_that_is_said(tmp_path: Path) -> None:
    orders = "order_id,product,family,duration_minutes\nA,jeans,blue,\nB,sock,blue,9\n"
    routes = "product,stage,duration_minutes\njeans,1,5\n"
    scenario = scenario_of(tmp_path, orders=orders, machines=MACHINES, routes=routes)
    assert named(scenario)["B"].stage == 0
    assert dict(named(scenario)["B"].durations) == {"M1": Duration(9), "M2": Duration(9)}
    assert "1 order without a route: made in one stage" in scenario.assumptions
    # The machines of the other stand in its route, so only this one may be made by any.
    assert "1 order without eligible machines: any may make them" in scenario.assumptions


def test_a_step_without_machines_has_those_of_the_order(tmp_path: Path) -> None:
    orders = "order_id,product,family,eligible_machines\nA,jeans,blue,M2\n"
    routes = "product,stage,eligible_machines,duration_minutes\njeans,1,M1,5\njeans,2,,6\n"
    found = named(scenario_of(tmp_path, orders=orders, machines=MACHINES, routes=routes))
    assert [list(o.durations) for o in found.values()] == [["M1"], ["M2"]]


def test_a_step_has_the_family_and_the_attributes_that_it_names(tmp_path: Path) -> None:
    orders = "order_id,product,attr_colour,attr_size\nA,jeans,blue,L\n"
    routes = (
        "product,stage,family,attr_colour,duration_minutes\n"
        "jeans,1,raw | L,,5\njeans,2,,black,5\njeans,3,,,5\n"
    )
    found = named(scenario_of(tmp_path, orders=orders, machines=MACHINES, routes=routes))
    assert [o.family for o in found.values()] == ["raw | L", "black | L", "blue | L"]


def test_times_by_stage_and_machine_come_from_the_durations_file(tmp_path: Path) -> None:
    routes = (
        "product,stage,eligible_machines,duration_minutes\n"
        "jeans,1,M1,5\njeans,2,M1|M2,\nshirt,1,,1\n"
    )
    durations = "product,stage,machine_id,minutes\njeans,2,M1,11\njeans,2,M2,12\n"
    scenario = scenario_of(
        tmp_path, orders=ORDERS, machines=MACHINES, routes=routes, durations=durations
    )
    assert dict(named(scenario)["A:1"].durations) == {"M1": Duration(5)}
    assert dict(named(scenario)["A:2"].durations) == {"M1": Duration(11), "M2": Duration(12)}


def test_an_order_comes_after_the_last_of_the_orders_that_it_needs(tmp_path: Path) -> None:
    orders = (
        "order_id,product,family,duration_minutes,needs\n"
        "frame,,f,5,\nwheel,wheel,f,,\nbike,bike,f,,frame|wheel\n"
    )
    routes = (
        "product,stage,duration_minutes,min_wait\nwheel,1,1,\nwheel,2,2,\nbike,1,3,10\nbike,2,4,\n"
    )
    found = named(scenario_of(tmp_path, orders=orders, machines=MACHINES, routes=routes))
    # The wait of the first step holds after what is needed.
    assert found["bike:1"].after == (After("frame", 10), After("wheel:2", 10))
    assert found["bike:2"].after == (After("bike:1"),)


@pytest.mark.parametrize(
    ("status", "said"),
    [("finished", False), ("on_hold", True), ("cancelled", True)],
)
def test_a_needed_order_that_is_left_out_stops_nothing(
    tmp_path: Path, status: str, said: bool
) -> None:
    orders = f"order_id,family,duration_minutes,status,needs\nA,f,5,{status},\nB,f,5,,A\n"
    scenario = scenario_of(tmp_path, orders=orders)
    assert named(scenario)["B"].after == ()
    told = [text for text in scenario.assumptions if "taken as met: B needs A" in text]
    assert bool(told) == said


# Lots


def test_an_order_larger_than_its_lot_quantity_is_divided_into_equal_lots(tmp_path: Path) -> None:
    orders = "order_id,family,quantity,lot_quantity,minutes_per_unit\nA,f,1100,500,1\n"
    scenario = scenario_of(tmp_path, orders=orders)
    found = named(scenario)
    assert list(found) == ["A#1", "A#2", "A#3"]  # 1100 / 500 rounded up
    assert [o.share * 1100 for o in found.values()] == [367, 367, 366]
    assert [o.durations["machine 1"].minimum for o in found.values()] == [367, 367, 366]
    assert "1 order divided into equal lots: A into 3" in scenario.assumptions


def test_the_lots_of_an_order_go_the_route_one_by_one(tmp_path: Path) -> None:
    orders = "order_id,product,family,quantity,lot_quantity\nA,p,f,20,10\n"
    routes = "product,stage,duration_minutes\np,1,60\np,2,40\n"
    found = named(scenario_of(tmp_path, orders=orders, machines=MACHINES, routes=routes))
    assert list(found) == ["A:1#1", "A:2#1", "A:1#2", "A:2#2"]
    assert found["A:2#2"].after == (After("A:1#2"),)
    assert found["A:1#1"].share == Fraction(1, 2)
    assert found["A:1#1"].durations["M1"].minimum == 30  # half of the order's hour


def test_an_order_larger_than_any_batch_is_divided_by_the_tightest_stage(tmp_path: Path) -> None:
    machines = (
        "machine_id,process,capacity_pieces\nvat,parallel,40\nsmall vat,parallel,30\nline,serial,\n"
    )
    orders = "order_id,product,family,quantity\nA,p,f,100\n"
    routes = (
        "product,stage,eligible_machines,duration_minutes,min_minutes\n"
        "p,1,line,60,\np,2,vat|small vat,,90\n"
    )
    found = named(scenario_of(tmp_path, orders=orders, machines=machines, routes=routes))
    sizes = [(o.stage, o.sizes) for o in found.values()]
    # Three lots of at most 40 fit into the larger vat: 34, 33, 33.
    assert sizes == [(1, (34,)), (2, (34,)), (1, (33,)), (2, (33,)), (1, (33,)), (2, (33,))]
    assert found["A:2#1"].durations["vat"].minimum == 90  # a vat takes as long for a small load
    assert found["A:1#1"].durations["line"].minimum == 21  # 34 of 100 of an hour, rounded up


def test_a_piece_is_not_divided(tmp_path: Path) -> None:
    machines = "machine_id,process,capacity_kg\noven,parallel,10\n"
    orders = "order_id,family,quantity,size_kg,duration_minutes\nA,f,1,25,60\nB,f,5,25,60\n"
    found = named(scenario_of(tmp_path, orders=orders, machines=machines))
    assert list(found) == ["A", "B#1", "B#2", "B#3"]
    assert [o.sizes for o in found.values()] == [(25,), (10,), (10,), (5,)]  # 2, 2 and 1 of 5 kg


def test_sizes_may_stand_in_the_route(tmp_path: Path) -> None:
    machines = "machine_id,process,capacity_carriers\noven,parallel,10\nbooth,serial,\n"
    orders = "order_id,product,family,quantity\nA,p,f,8\n"
    routes = (
        "product,stage,eligible_machines,duration_minutes,size_carriers\n"
        "p,1,booth,5,\np,2,oven,6,4\n"
    )
    found = named(scenario_of(tmp_path, orders=orders, machines=machines, routes=routes))
    assert [o.sizes for o in found.values()] == [(0,), (4,)]


def test_a_pin_holds_for_the_operations_that_its_machine_makes(tmp_path: Path) -> None:
    orders = (
        "order_id,product,family,pinned_machine,pinned_start\nA,jeans,blue,M2,2026-03-02T07:00\n"
    )
    routes = "product,stage,eligible_machines,duration_minutes\njeans,1,M1,5\njeans,2,M2,5\n"
    scenario = scenario_of(
        tmp_path,
        orders=orders,
        machines=MACHINES,
        routes=routes,
        settings="start = 2026-03-02T06:00:00\n",
    )
    assert [o.pin for o in scenario.operations] == [None, Pin(machine="M2", start=60)]


def test_a_machine_hands_on_order_by_order_unless_it_says_batch(tmp_path: Path) -> None:
    machines = "machine_id,hand_on\nM1,batch\nM2,\n"
    scenario = scenario_of(tmp_path, machines=machines)
    assert [m.hand_on for m in scenario.machines] == [HandOn.BATCH, HandOn.ORDER]


# Findings

GOOD = {"orders.csv": ORDERS, "machines.csv": MACHINES, "routes.csv": ROUTES}


@pytest.mark.parametrize(
    ("file", "text", "rule", "words"),
    [
        (
            "orders.csv",
            "order_id,family,duration_minutes,needs\nA,f,5,B\nB,f,5,A\n",
            "route_order",
            "orders.csv, row 2, column needs: orders need each other in a circle: "
            "A needs B needs A",
        ),
        (
            "orders.csv",
            "order_id,family,duration_minutes,needs\nA,f,5,A\n",
            "route_order",
            "orders.csv, row 2, column needs: orders need each other in a circle: A needs A",
        ),
        (
            "orders.csv",
            "order_id,family,duration_minutes,needs\nA,f,5,C\n",
            "known_order",
            "orders.csv, row 2, column needs: C is not in orders.csv",
        ),
        (
            "orders.csv",
            "order_id,product,family,quantity\nA,jeans,f,5\nA:2,jeans,f,5\n",
            "unique_name",
            "orders.csv, row 3, column order_id: A:2 is also the name of an operation of order A",
        ),
        (
            "orders.csv",
            "order_id,family,quantity,lot_quantity,duration_minutes\nA,f,5000,2,60\n",
            "lots",
            "orders.csv, row 2, column lot_quantity: "
            "the order would have to be divided into more than 1,000 lots",
        ),
        (
            "routes.csv",
            "product,stage,eligible_machines,duration_minutes\njeans,1,M9,5\n",
            "known_machine",
            "routes.csv, row 2, column eligible_machines: M9 is not in machines.csv",
        ),
        (
            "routes.csv",
            "product,stage\njeans,1\n",
            "duration_given",
            "routes.csv, row 2, column duration_minutes: nothing says how long this step takes",
        ),
        (
            "routes.csv",
            "product,stage,duration_minutes,units_per_hour\njeans,1,5,5\n",
            "one_duration",
            "routes.csv, row 2, column units_per_hour: "
            "duration_minutes and units_per_hour are given",
        ),
        (
            "routes.csv",
            "product,stage,min_minutes,max_minutes\njeans,1,50,40\n",
            "minimum_within_maximum",
            "routes.csv, row 2, column max_minutes: the maximum is below the minimum of 50 minutes",
        ),
        (
            "routes.csv",
            "product,stage,duration_minutes,min_wait,max_wait\njeans,1,5,,\njeans,2,5,60,30\n",
            "waiting_time",
            "routes.csv, row 3, column max_wait: "
            "the most wait is below the least wait of 60 minutes",
        ),
        (
            "routes.csv",
            "product,order_id,stage,duration_minutes\njeans,A,1,5\n",
            "order_or_product",
            "routes.csv, row 2, column product: there are both an order and a product",
        ),
        (
            "routes.csv",
            "product,stage,duration_minutes\njeans,,5\n",
            "value_given",
            "routes.csv, row 2, column stage: stage is empty",
        ),
        (
            "routes.csv",
            "product,duration_minutes\njeans,5\n",
            "column_given",
            "routes.csv, row 1, column stage: there is no column stage",
        ),
        (
            "routes.csv",
            "product,stage,attr_colour,duration_minutes\njeans,1,red,5\n",
            "known_attribute",
            "routes.csv, row 1, column attr_colour: the families of the orders have no attr_colour",
        ),
    ],
)
def test_what_is_wrong_is_found_with_its_place(
    tmp_path: Path, file: str, text: str, rule: str, words: str
) -> None:
    assert rules_of(folder_of(tmp_path, {**GOOD, file: text})).get(rule) == words


def test_a_family_that_is_no_combination_of_the_attributes_is_found(tmp_path: Path) -> None:
    files = {
        "orders.csv": "order_id,product,attr_colour,attr_size\nA,jeans,blue,L\n",
        "routes.csv": "product,stage,family,duration_minutes\njeans,1,raw,5\n",
    }
    assert rules_of(folder_of(tmp_path, files)) == {
        "known_family": "routes.csv, row 2, column family: raw is not a combination of 2 attributes"
    }


def test_a_route_of_something_that_is_not_ordered_is_a_warning(tmp_path: Path) -> None:
    routes = f"{ROUTES}hat,1,cut,M1,1,,,\n"
    scenario = scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=routes)
    warned = "routes.csv: 1 row for a product that is not in the orders file"
    assert warned in scenario.assumptions


def test_a_wait_before_the_first_step_is_a_warning(tmp_path: Path) -> None:
    routes = "product,stage,duration_minutes,min_wait\njeans,1,5,10\nshirt,1,5,\n"
    scenario = scenario_of(tmp_path, orders=ORDERS, machines=MACHINES, routes=routes)
    assert (
        "routes.csv: 1 wait of a first step counts only after orders that are needed"
        in scenario.assumptions
    )


def test_without_routes_and_lots_an_order_is_one_operation_of_its_name(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path)
    assert scenario.operations == (
        Operation(name="A", order="A", family="red", durations={"machine 1": Duration(60)}),
    )
    assert not scenario.has_routes
