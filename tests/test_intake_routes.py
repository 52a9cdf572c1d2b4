"""Rows that are operations become orders and their routes, and the plan keeps these."""

from decimal import Decimal
from pathlib import Path

import pytest

from planner.checker import check
from planner.domain import Scenario
from planner.intake import ImportedFiles, import_tables, uploaded_csv
from planner.reader import scenario_from_tables
from planner.schedule import Schedule
from planner.search.baselines import one_by_one
from planner.writer import schedule_csv
from tests.scenario_files import scenario_of

STEPS = (
    "Order;Operation No;Operation;Work centre;Qty;Confirmed qty;Time (min);Due;Status\n"
    "A1;10;Saw;S1;100;100;30;2030-02-01;finished\n"
    "A1;20;Mill;M1;100;40;50;2030-02-01;in progress\n"
    "A1;30;Pack;P1;100;0;10;2030-02-01;released\n"
    "A2;10;Saw;S1;100;0;30;2030-02-02;released\n"
    "A2;20;Mill;M1;100;0;50;2030-02-02;released\n"
    "A2;20;Mill;M2;100;0;70;2030-02-02;released\n"
    "A3;10;Saw;S1;10;10;30;2030-02-03;finished\n"
    "A3;20;Mill;M1;10;10;50;2030-02-03;finished\n"
)


def read(*files: tuple[str, str], **answers: str) -> ImportedFiles:
    return import_tables(
        [(name, content.encode()) for name, content in files], answers=tuple(answers.items())
    )


def rows(done: ImportedFiles, name: str, *fields: str) -> list[tuple[str, ...]]:
    table = done.tables.files[name]
    return list(zip(*(table.column(field) for field in fields), strict=True))


def planned(done: ImportedFiles) -> tuple[Scenario, Schedule]:
    given = scenario_from_tables(done.tables)
    made = one_by_one(given)
    assert check(given, made) == ()
    assert made.unplanned == ()
    return given, made


def routes(given: Scenario) -> list[tuple[object, ...]]:
    return sorted(
        (item.order, item.stage, item.step, tuple(item.durations.items()), len(item.after))
        for item in given.operations
    )


def quantities(given: Scenario) -> dict[str, Decimal | None]:
    return {order.name: order.quantity for order in given.orders}


# steps


def test_finished_steps_are_left_out_and_of_partly_made_ones_the_rest_is_planned() -> None:
    done = read(("o.csv", STEPS))
    assert rows(done, "orders.csv", "order_id") == [("A1",), ("A2",)]
    # Of 100 pieces 40 are milled: 60 % of 50 minutes are left.
    assert rows(done, "routes.csv", "order_id", "stage", "duration_minutes")[:2] == [
        ("A1", "20", "30"),
        ("A1", "30", "10"),
    ]
    assert any("3 steps left out as Status says: finished" in s for s in done.all_assumptions)
    planned(done)


def test_rows_of_one_step_with_different_machines_are_one_step_that_either_makes() -> None:
    done = read(("o.csv", STEPS))
    assert rows(done, "routes.csv", "order_id", "stage", "eligible_machines")[-1] == (
        *("A2", "20"),
        "M1|M2",
    )
    assert rows(done, "durations.csv", "order_id", "stage", "machine_id", "minutes") == [
        ("A2", "20", "M1", "50"),
        ("A2", "20", "M2", "70"),
    ]
    given = scenario_from_tables(done.tables)
    (mill,) = (item for item in given.operations if item.name == "A2:20")
    assert {name: time.minimum for name, time in mill.durations.items()} == {"M1": 50, "M2": 70}


def test_a_step_that_is_there_twice_is_told_as_a_step() -> None:
    twice = "Order;Op;Machine;Min;Due\n" + "".join(
        f"A{k};{stage};M{stage};5;2030-01-01\n" for k in range(12) for stage in (10, 20)
    )
    done = read(("o.csv", f"{twice}A1;20;M20;5;2030-01-01\n"))
    (found,) = done.all_findings
    assert found.message == "this step of A1 is already in row 5"
    assert len(done.tables.files["routes.csv"].rows) == 24


def test_steps_without_numbers_follow_each_other_as_they_are_listed() -> None:
    listed = "Order;Operation;Machine;Min;Due\n" + "".join(
        f"{order};{name};{name[0]};5;2030-01-01\n"
        for order in ("A", "B")
        for name in ("Wash", "Paint", "Bake")
    )
    done = read(("o.csv", listed))
    assert rows(done, "routes.csv", "stage", "operation")[:3] == [
        ("10", "Wash"),
        ("20", "Paint"),
        ("30", "Bake"),
    ]
    given, _ = planned(done)
    assert [item.after[0].operation for item in given.operations if item.after][:1] == ["A:10"]


def test_an_order_with_a_step_on_hold_waits_as_a_whole() -> None:
    held = "Order;Op;Machine;Min;Due;Status\n" + "".join(
        f"A{k};{stage};M{stage};5;2030-01-01;{'on hold' if (k, stage) == (1, 20) else 'open'}\n"
        for k in range(3)
        for stage in (10, 20)
    )
    done = read(("o.csv", held))
    assert rows(done, "orders.csv", "order_id") == [("A0",), ("A2",)]
    assert any("1 order waits as a whole" in said for said in done.all_assumptions)
    kept = read(("o.csv", held), status_on_hold="plan")
    assert rows(kept, "orders.csv", "order_id") == [("A0",), ("A1",), ("A2",)]


def test_steps_of_other_quantities_than_their_order_have_their_own_time() -> None:
    scrap = "Order;Op;Machine;Qty;Min per piece;Due\n" + "".join(
        f"A{k};{stage};M{stage};{quantity};2;2030-01-01\n"
        for k in range(3)
        for stage, quantity in ((10, 110), (20, 100))
    )
    done = read(("o.csv", scrap))
    assert rows(done, "orders.csv", "quantity") == [("100",)] * 3
    given, _ = planned(done)
    assert [item.durations["M10"].minimum for item in given.operations if item.stage == 10] == [
        220
    ] * 3


def test_steps_of_orders_in_another_sheet_are_only_their_routes() -> None:
    orders = "Order;Item;Qty;Due\n" + "".join(f"A{k};P;5;2030-01-0{k}\n" for k in (1, 2, 3))
    steps = "Order;Op;Operation;Machine;Qty;Min;Due\n" + "".join(
        f"A{k};{stage};op {stage};M{stage};5;5;2030-01-0{k}\n"
        for k in (1, 2, 3)
        for stage in (10, 20)
    )
    done = read(("orders.csv", orders), ("operations.csv", steps))
    assert not any(question.is_blocking for question in done.all_questions)
    given, _ = planned(done)
    assert {item.stage for item in given.operations} == {10, 20}
    assert {order.product for order in given.orders} == {"P"}


# waits


def test_queue_times_between_operations_are_waits_of_routes() -> None:
    orders = "Order;Item;Qty;Due\nA1;X;100;2030-02-01\nA2;Y;300;2030-02-02\n"
    routing = (
        "Item;Op;Operation;Work centre;Min per piece\nX;10;Cast;C1;1\nX;20;Roll;R1;0.5\n"
        "Y;10;Cast;C1;1\nY;20;Anneal;F1;0.1\nY;30;Roll;R1;0.4\n"
    )
    waits = (
        "From_Operation;To_Operation;Min_Queue_Min;Max_Queue_Min\n"
        "Cast;Roll;30;600\nCast;Anneal;10;60\nAnneal;Roll;45;\nRoll;Pack;5;9\n"
    )
    done = read(("orders.csv", orders), ("routing.csv", routing), ("queue_times.csv", waits))
    assert "changeovers.csv" not in done.tables.files
    assert rows(done, "routes.csv", "min_wait", "max_wait") == [
        ("", ""), ("30", "600"), ("", ""), ("10", "60"), ("45", ""),
    ]  # fmt: skip
    assert any("no route goes from roll to pack" in said for said in done.all_assumptions)
    planned(done)


# machines


def test_a_row_that_stands_for_equal_machines_is_several() -> None:
    orders = "Order;Qty;Min;Machine;Due\nA1;5;60;Oven;2030-01-01\nA2;5;60;Oven;2030-01-02\n"
    machines = "Machine;Number of machines\nOven;2\nSaw;1\n"
    done = read(("orders.csv", orders), ("machines.csv", machines))
    assert rows(done, "machines.csv", "machine_id") == [("Oven-1",), ("Oven-2",), ("Saw",)]
    assert rows(done, "orders.csv", "eligible_machines") == [("Oven-1|Oven-2",)] * 2
    planned(done)
    one = read(("orders.csv", orders), ("machines.csv", machines), equal_machines="one")
    assert rows(one, "machines.csv", "machine_id") == [("Oven",), ("Saw",)]


def test_rates_of_machines_say_how_long_orders_take_where_nothing_else_does() -> None:
    orders = "Order;Item;Qty;Due\nA1;X;90;2030-02-01\nA2;Y;180;2030-02-02\n"
    machines = "Machine;Rate (pcs/h)\nM1;60\nM2;45\n"
    done = read(("orders.csv", orders), ("machines.csv", machines))
    assert not any(question.is_blocking for question in done.all_questions)
    given, _ = planned(done)
    assert {
        (item.name, name): time.minimum
        for item in given.operations
        for name, time in item.durations.items()
    } == {("A1", "M1"): 90, ("A1", "M2"): 120, ("A2", "M1"): 180, ("A2", "M2"): 240}
    given, _ = planned(read(("orders.csv", orders), ("m.csv", machines), run_time="30 min"))
    assert {time.minimum for item in given.operations for time in item.durations.values()} == {30}


def test_a_time_that_cannot_be_planned_with_is_named() -> None:
    done = read(
        ("o.csv", STEPS.replace("Due", "Set-up time (min);Due").replace("0;2030", "0;15;2030"))
    )
    assert any("Set-up time (min) (set-up time" in said for said in done.all_assumptions)


# out and in again


@pytest.mark.parametrize("kept", ["upload", "plan"])
def test_what_is_given_back_of_a_plan_with_routes_comes_in_as_the_same_routes(kept: str) -> None:
    first = read(("o.csv", STEPS.replace("A2;20;Mill;M2;100;0;70;2030-02-02;released\n", "")))
    given, made = planned(first)
    back = (
        uploaded_csv(first.tables, given, made)
        if kept == "upload"
        else schedule_csv(given, made).encode()
    )
    again = import_tables([("back.csv", back)])
    assert again.all_findings == ()
    second, _ = planned(again)
    assert [
        (o.name, Decimal(o.quantity or 0)) for o in sorted(second.orders, key=lambda o: o.name)
    ] == [(o.name, Decimal(o.quantity or 0)) for o in sorted(given.orders, key=lambda o: o.name)]
    assert routes(second) == routes(given)


def test_each_row_of_a_file_of_operations_is_given_back_with_its_own_times() -> None:
    first = read(("o.csv", STEPS))
    given, made = planned(first)
    text = uploaded_csv(first.tables, given, made).decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    start = lines[0].index("planned_start")
    assert [line[:2] for line in lines[1:]] == [
        ["A1", "20"], ["A1", "30"], ["A2", "10"], ["A2", "20"], ["A2", "20"],
    ]  # fmt: skip
    (sawn, milled, packed) = (lines[k][start] for k in (3, 1, 2))
    # What is left of A1 is milled for 30 minutes before it is packed; A2 is sawn meanwhile.
    assert sawn == milled < packed == lines[4][start] == lines[5][start]


# findings


def test_findings_about_an_import_name_the_rows_and_headings_of_its_file(tmp_path: Path) -> None:
    from planner.cli.files import findings_in
    from planner.reader.tables import write_tables

    text = STEPS.replace("A2;10;Saw;S1", "A2;10;Saw;S9")
    machines = "Machine\nS1\nM1\nM2\nP1\n"
    done = read(("o.csv", text), ("machines.csv", machines))
    write_tables(done.tables, tmp_path)
    (found,) = (f for f in findings_in(str(tmp_path)) if f.rule == "known_machine")
    assert (found.file, found.row, found.column) == ("o.csv", 5, "Work centre")


def test_a_plan_with_lots_comes_back_as_the_orders_it_was_made_of(tmp_path: Path) -> None:
    orders = "order_id,product,family,quantity,lot_quantity\nA,p,f,1200,500\nB,p,f,10,\n"
    routes = (
        "product,stage,operation,eligible_machines,duration_minutes,min_minutes\n"
        "p,1,cut,M1,99,\np,2,dye,V,,45\np,3,sew,M2,120,\n"
    )
    machines = "machine_id,process,capacity_quantity\nM1,serial,\nV,parallel,400\nM2,serial,\n"
    given = scenario_of(tmp_path, orders=orders, routes=routes, machines=machines)
    done = read(("plan.csv", schedule_csv(given, one_by_one(given))), ("machines.csv", machines))
    said = "the lots of one order are joined again: their times, each a whole minute, are added up"
    assert f"plan.csv: {said}" in done.all_assumptions
    assert rows(done, "orders.csv", "order_id", "quantity", "lot_quantity") == [
        ("A", "1200", "400"),
        ("B", "10", ""),
    ]
    again = scenario_from_tables(done.tables)
    assert {o.name: (o.lot, o.sizes, o.durations) for o in again.operations} == {
        o.name: (o.lot, o.sizes, o.durations) for o in given.operations
    }
