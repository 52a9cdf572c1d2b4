"""Files to scenario: exact numbers, stated assumptions, every kind of source."""

import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calendars import Window
from planner.domain import (
    PRESETS,
    CurrentPlace,
    Dimension,
    Duration,
    Machine,
    Pin,
    Process,
    Scenario,
    Weights,
)
from planner.errors import ScenarioError
from planner.reader import (
    Tables,
    read_scenario,
    read_tables,
    scenario_from_tables,
    table_of,
    with_start,
    write_tables,
)
from tests.scenario_files import MACHINES, folder_of, scenario_of

START = "start = 2026-03-02T06:00:00\n"  # a Monday


def durations_of(scenario: Scenario, order: str = "A") -> dict[str, Duration]:
    return dict(scenario.operation[order].durations)


def assumed(scenario: Scenario, words: str) -> bool:
    return any(words in assumption for assumption in scenario.assumptions)


def test_an_orders_file_alone_makes_a_scenario_with_stated_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("order_id,duration_minutes\n007,60\n")
    scenario = read_scenario(path)
    assert scenario.name == "export"
    assert [order.name for order in scenario.orders] == ["007"]
    (machine,) = scenario.machines
    assert machine == Machine(name="machine 1", windows=(Window(0, scenario.horizon),))
    for words in ("no machines", "no changeovers", "no families", "no start", "no settings"):
        assert assumed(scenario, words), words


def test_every_column_of_an_order_arrives(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,product,family,quantity,unit,duration_minutes,release,due,deadline,"
        "priority,eligible_machines,current_machine,current_position,pinned_machine,pinned_start,"
        "customer,note,colour\n"
        "A,p,red,12.50,kg,60,2026-03-02T07:00,2026-03-02 08:00,2026-03-02T09:00:00,3,M1|M2,"
        "M1,4,M2,2026-03-02T07:30,Smith,urgent,#f00\n",
        machines=MACHINES,
        settings=START,
    )
    (order,), (operation,) = scenario.orders, scenario.operations
    assert (order.product, order.quantity, order.unit) == ("p", Decimal("12.50"), "kg")
    assert (order.release, order.due, order.deadline, order.weight) == (60, 120, 180, 3)
    assert (order.customer, order.note, order.row) == ("Smith", "urgent", 2)
    assert order.extra == (("colour", "#f00"),)
    assert operation.family == "red"
    assert operation.current == CurrentPlace(machine="M1", position=4)
    assert operation.pin == Pin(machine="M2", start=90)
    assert durations_of(scenario) == {"M1": Duration(60), "M2": Duration(60)}


def test_sizes_that_no_capacity_limits_are_kept_among_the_unknown_columns(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,min_minutes,size_kg,lot,size_trays\nA,60,12.5,7,2\n",
        machines="machine_id,process,capacity_kg\nM,parallel,20\n",
    )
    assert scenario.orders[0].extra == (("lot", "7"), ("size_trays", "2"))
    assert [dimension.name for dimension in scenario.dimensions] == ["kg"]


@pytest.mark.parametrize(
    ("columns", "cells", "speed", "minutes"),
    [
        ("duration_minutes", "60", "1", 60),
        ("quantity,minutes_per_unit", "100,0.6", "1", 60),
        ("quantity,units_per_hour", "100,100", "1", 60),
        # 100 / 90 hours = 66.67 minutes, rounded up once.
        ("quantity,units_per_hour", "100,90", "1", 67),
        # 100 * 0.6 / 1.2 = 50 exactly; binary fractions would make it 50.000...01 and so 51.
        ("quantity,minutes_per_unit", "100,0.6", "1.2", 50),
        # 10.5 / 1.05 = 10; rounded up before as well, 11 / 1.05 would make 11.
        ("duration_minutes", "10.5", "1.05", 10),
        ("min_minutes", "30", "1", 30),
    ],
)
def test_run_times_are_exact_and_rounded_up_once(
    tmp_path: Path, columns: str, cells: str, speed: str, minutes: int
) -> None:
    scenario = scenario_of(
        tmp_path,
        orders=f"order_id,{columns}\nA,{cells}\n",
        machines=f"machine_id,speed\nM1,{speed}\n",
    )
    assert durations_of(scenario)["M1"].minimum == minutes


def test_rounding_is_an_assumption(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, orders="order_id,duration_minutes\nA,7.5\nB,8\n")
    assert assumed(scenario, "1 duration rounded up")


def test_seconds_hold_half_a_minute_exactly(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,family,duration_minutes,due\nA,red,7.5,2026-03-02T06:01:30\nB,blue,1,\n",
        changeovers="from,to,minutes\nred,blue,0.5\n",
        settings=START + 'time_unit = "second"\n[default_changeover]\nminutes = 2\n',
    )
    assert durations_of(scenario)["machine 1"] == Duration(450)
    assert scenario.orders[0].due == 90
    assert scenario.changeover("machine 1", "red", "blue").minutes == 30
    assert scenario.changeover("machine 1", "blue", "red").minutes == 120


def test_a_maximum_is_rounded_down_but_not_below_the_minimum(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, orders="order_id,min_minutes,max_minutes\nA,7.5,9.9\nB,7.2,7.8\n"
    )
    assert durations_of(scenario, "A")["machine 1"] == Duration(8, 9)
    assert durations_of(scenario, "B")["machine 1"] == Duration(8, 8)


def test_durations_csv_replaces_the_order_s_own_and_its_row_beats_the_product_s(
    tmp_path: Path,
) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,product,duration_minutes\nA,p,60\nB,p,60\n",
        machines=MACHINES,
        durations="order_id,product,machine_id,minutes\n,p,M1,30\nA,,M1,20\n",
    )
    assert durations_of(scenario, "A") == {"M1": Duration(20), "M2": Duration(60)}
    assert durations_of(scenario, "B") == {"M1": Duration(30), "M2": Duration(60)}


def test_without_an_own_duration_only_machines_with_a_measured_one_are_eligible(
    tmp_path: Path,
) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id\nA\n",
        machines=MACHINES,
        durations="order_id,machine_id,minutes\nA,M2,30\n",
    )
    assert durations_of(scenario) == {"M2": Duration(30)}


def test_orders_that_take_the_same_share_one_mapping(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,quantity,duration_minutes,units_per_hour\nA,5,60,\nB,30,,30\nC,5,61,\n",
        machines=MACHINES,
    )
    first, second, third = (operation.durations for operation in scenario.operations)
    assert first is second
    assert first is not third


def test_sizes_of_several_dimensions_are_exact_decimals(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,min_minutes,size_kg,size_trays\nA,60,12.5,2\n",
        machines="machine_id,process,capacity_kg,capacity_trays\nM1,parallel,100.25,8\n"
        "M2,parallel,,8\n",
    )
    assert scenario.dimensions == (Dimension(name="kg", decimals=2), Dimension(name="trays"))
    assert scenario.operations[0].sizes == (1250, 2)
    assert [machine.capacity for machine in scenario.machines] == [(10025, 8), (None, 8)]
    assert scenario.machines[0].process == Process.PARALLEL


def test_the_quantity_counts_against_the_only_capacity(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,duration_minutes,quantity\nA,60,7\n",
        machines="machine_id,capacity_pieces\nM1,10\n",
    )
    assert scenario.operations[0].sizes == (7,)
    assert assumed(scenario, "the quantity counts against capacity_pieces")


@pytest.mark.parametrize(
    ("before", "after", "minutes"),
    [
        ("red", "blue", 1),  # names all three
        ("red", "green", 2),  # from and machine before to and machine
        ("green", "blue", 3),
        ("blue", "green", 4),  # only the machine
        ("red", "red", 0),  # no row names red twice: * never means the same
        ("blue", "blue", 9),
    ],
)
def test_the_most_specific_changeover_row_wins(
    tmp_path: Path, before: str, after: str, minutes: int
) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,family,duration_minutes\nA,red,1\nB,blue,1\nC,green,1\n",
        machines=MACHINES,
        changeovers="machine,from,to,minutes\n*,*,*,7\nM1,*,*,4\nM1,*,blue,3\nM1,red,*,2\n"
        "M1,red,blue,1\n*,blue,blue,9\n",
    )
    assert scenario.changeover("M1", before, after).minutes == minutes


def test_of_two_rows_that_name_as_much_from_wins_over_to(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,family,duration_minutes\nA,red,1\nB,blue,1\n",
        changeovers="machine,from,to,minutes\n*,*,blue,1\n*,red,*,2\nmachine 1,*,*,3\n",
    )
    assert scenario.changeover("machine 1", "red", "blue").minutes == 2
    assert scenario.changeover("machine 1", "blue", "red").minutes == 3


def test_a_square_matrix_is_read_and_its_gaps_are_defaults(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,family,duration_minutes\nA,red,1\nB,blue,1\n",
        changeovers="from,red,blue\nred,,5\nblue,,\n",
    )
    assert scenario.changeovers.minutes.tolist() == [[[0, 30], [5, 0]]]
    assert assumed(scenario, "1 changeover that may occur not given: 30 minutes")


def test_changeovers_of_attributes_add_up(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,attr_colour,attr_width,duration_minutes\nA,red,120,1\nB,blue,90,1\n",
        machines="machine_id,initial_family\nM1,red | 90\n",
        changeovers="attribute,from,to,minutes,cost\ncolour,red,blue,10,1\nwidth,*,*,4,2\n",
    )
    assert [operation.family for operation in scenario.operations] == ["red | 120", "blue | 90"]
    assert scenario.orders[0].attributes == (("colour", "red"), ("width", "120"))
    assert scenario.changeover("M1", "red | 120", "blue | 90") == (14, 3)
    assert scenario.changeover("M1", "red | 90", "red | 120") == (4, 2)
    assert assumed(scenario, "add up")


def test_an_initial_family_that_no_order_has_is_kept(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        machines="machine_id,initial_family\nM1,rust\n",
        changeovers="from,to,minutes\nrust,red,50\n",
    )
    assert scenario.changeovers.families == ("red", "rust")
    assert scenario.changeover("M1", "rust", "red").minutes == 50


def test_machines_with_the_same_changeovers_share_a_group(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,family,duration_minutes\nA,red,1\nB,blue,1\n",
        machines=MACHINES + "M3\n",
        changeovers="machine,from,to,minutes\n*,*,*,5\nM1,*,*,6\nM2,*,*,6\n",
    )
    assert scenario.changeovers.minutes.shape == (2, 2, 2)
    assert [scenario.changeover(f"M{k}", "red", "blue").minutes for k in (1, 2, 3)] == [6, 6, 5]


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ("d,Mon-Fri,,06:00,14:00,yes", [(0, 480), (1440, 1920)]),
        ("d,Sat Sun,,06:00,14:00,yes", [(7200, 7680), (8640, 9120)]),
        ("d,daily,,22:00,06:00,yes", [(960, 1440), (2400, 2880)]),
        ("d,,2026-03-03,00:00,24:00,yes", [(1080, 2520)]),
        ("d,Mon,,06:00,14:00,yes\nd,Mon,,14:00,22:00,yes", [(0, 960), (10080, 11040)]),
        ("d,Mon,,06:00,14:00,yes\nd,daily,,09:00,10:00,no", [(0, 180), (240, 480)]),
        ("d,Sun,,22:00,06:00,yes\nd,Mon,,02:00,03:00,no", [(9600, 9840), (9900, 10080)]),
        ("d,Mon,,06:00,14:00,yes\nd,,2026-03-02,,,no", [(10080, 10560), (20160, 20640)]),
    ],
    ids=["range", "list", "night", "date", "touching", "break", "break at night", "closure"],
)
def test_calendar_rows_become_windows(
    tmp_path: Path, rows: str, first: list[tuple[int, int]]
) -> None:
    scenario = scenario_of(
        tmp_path,
        machines="machine_id,calendar\nM1,d\nM2,\nM3,d\n",
        calendars=f"calendar,weekdays,date,start,end,open\n{rows}\n",
        settings=START,
    )
    one, two, three = scenario.machines
    # Minutes from Monday 06:00; a night shift before the start is clipped away.
    assert list(one.windows[: len(first)]) == first
    assert two.windows == (Window(0, scenario.horizon),)
    assert three.windows is one.windows


def test_a_date_alone_is_its_start_for_releases_and_its_end_for_due_dates(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,duration_minutes,release,due\nA,60,2026-03-02,2026-03-03\n",
        settings="start = 2026-03-01\n",
    )
    assert (scenario.orders[0].release, scenario.orders[0].due) == (1440, 3 * 1440)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-11-26T10:17:00", "2026-11-26T10:17"),
        # A plan never begins in the past, not even by seconds.
        ("2026-11-26T10:17:01", "2026-11-26T10:18"),
        ("2026-11-26T10:17:00+00:00", "2026-11-26T11:17"),
    ],
)
def test_without_a_start_time_starts_now_whatever_is_due(
    tmp_path: Path, now: str, start: str
) -> None:
    folder = folder_of(
        tmp_path,
        {
            "orders.csv": "order_id,duration_minutes,due\nA,60,2026-11-25\n",
            "scenario.toml": 'time_zone = "Europe/Berlin"\n',
        },
    )
    scenario = read_scenario(folder, now=datetime.fromisoformat(now))
    assert scenario.clock.start == datetime.fromisoformat(start)
    # The end of the 25th is over already.
    late = datetime.fromisoformat(start) - datetime.fromisoformat("2026-11-26T00:00")
    assert scenario.orders[0].due == -late.total_seconds() // 60
    assert scenario.assumptions[0].startswith("no start is given: the plan starts now, 2026-11-26")


def test_tables_that_got_a_start_begin_there_ever_after() -> None:
    orders = table_of(("order_id", "duration_minutes"), [("A", "60")])
    given = Tables(files={"orders.csv": orders}, settings='time_zone = "Asia/Taipei"\n')
    now = datetime.fromisoformat("2026-11-26T10:17:30")
    once = with_start(given, now)
    assert with_start(once) == once
    clock = scenario_from_tables(once).clock
    assert clock == scenario_from_tables(given, now=now).clock
    assert clock.start == datetime.fromisoformat("2026-11-26T10:18")


def test_dates_before_the_start_are_late_already_or_free_already(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,duration_minutes,release,due\nA,60,2026-03-01,2026-03-02T05:00\n",
        settings=START,
    )
    assert (scenario.orders[0].release, scenario.orders[0].due) == (0, -60)


def test_a_date_with_its_own_offset_keeps_it(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        orders="order_id,duration_minutes,due\nA,60,2026-03-02T06:00:00Z\n",
        settings=START + 'time_zone = "Europe/Berlin"\n',
    )
    assert scenario.orders[0].due == 60


def test_settings_arrive(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        settings='name = "Plant 7"\nstart = 2026-03-02\n[weights]\ntardiness = 3\n',
    )
    assert (scenario.name, scenario.weights) == ("Plant 7", Weights(tardiness=3))


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_arrive(tmp_path: Path, preset: str) -> None:
    scenario = scenario_of(tmp_path, settings=f'preset = "{preset}"\n')
    assert scenario.weights == PRESETS[preset]


def test_the_horizon_holds_all_work_on_one_machine(tmp_path: Path) -> None:
    rows = "".join(f"{k},f{k % 2},600,2026-04-01\n" for k in range(50))
    scenario = scenario_of(
        tmp_path,
        orders=f"order_id,family,duration_minutes,due\n{rows}",
        calendars="calendar,weekdays,start,end\nd,Mon-Fri,06:00,14:00\n",
        settings=START,
    )
    due = max(order.due or 0 for order in scenario.orders)
    open_after = sum(w.end - max(w.start, due) for w in scenario.machines[0].windows if w.end > due)
    assert open_after >= 50 * (600 + 30)
    assert scenario.horizon < 3 * 366 * 1440


def test_a_byte_order_mark_quotes_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = 'order_id,family,duration_minutes\r\n"A,1","say ""red""",60\r\n\r\n,,\r\nB,红,60\r\n'
    folder_of(tmp_path, {"orders.csv": b"\xef\xbb\xbf" + text.encode()})
    scenario = read_scenario(tmp_path)
    assert [(o.name, o.row) for o in scenario.orders] == [("A,1", 2), ("B", 5)]
    assert [operation.family for operation in scenario.operations] == ['say "red"', "红"]


FILES = {
    "orders.csv": "order_id,family,duration_minutes,due\n001,red,7.5,2026-03-04\n",
    "machines.csv": "machine_id,pausable\nM1,no\n",
    "changeovers.csv": "from,to,minutes\nred,red,3\n",
    "scenario.toml": START + "[weights]\ntardiness = 2\n",
}


def test_a_folder_and_its_zip_are_the_same_tables(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    folder_of(folder, FILES)
    path = tmp_path / "plant.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in FILES:
            archive.write(folder / name, f"plant/{name}")
        archive.writestr("__MACOSX/plant/orders.csv", "x")
    assert read_tables(path) == read_tables(folder)


def test_a_workbook_is_the_same_scenario(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    orders = book.active
    orders.title = "orders"
    orders.append(["order_id", "family", "duration_minutes", "due"])
    orders.append(["001", "red", 7.5, datetime.fromisoformat("2026-03-04")])
    orders.cell(2, 4).number_format = "yyyy-mm-dd"
    machines = book.create_sheet("Machines")
    machines.append(["machine_id", "pausable"])
    machines.append(["M1", False])
    changeovers = book.create_sheet("changeovers.csv")
    changeovers.append(["from", "to", "minutes"])
    changeovers.append(["red", "red", 3])
    sheet = book.create_sheet("scenario")
    for row in (["key", "value"], ["start", "2026-03-02T06:00:00"], ["weights.tardiness", 2]):
        sheet.append(row)
    path = tmp_path / "plant.xlsx"
    book.save(path)
    folder = tmp_path / "plant"
    folder.mkdir()
    from_book, from_folder = read_scenario(path), read_scenario(folder_of(folder, FILES))
    assert from_book.orders == from_folder.orders
    assert from_book.operations == from_folder.operations
    assert from_book.machines == from_folder.machines
    assert from_book.weights == from_folder.weights
    assert from_book.changeovers.minutes.tolist() == from_folder.changeovers.minutes.tolist()


cells = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=0, max_size=8
).map(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_tables_that_are_written_read_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("written")
    named = [(f"order {k}", *row) for k, row in enumerate(rows)]
    table = table_of(("order_id", "note", "any column"), named)
    tables = Tables(files={"orders.csv": table}, settings=START, name=folder.name)
    write_tables(tables, folder)
    assert read_tables(folder) == tables


def test_edited_tables_make_a_scenario_without_files() -> None:
    table = table_of(("order_id", "duration_minutes"), [("A", "60")])
    scenario = scenario_from_tables(Tables(files={"orders.csv": table}))
    assert durations_of(scenario) == {"machine 1": Duration(60)}


def test_tables_refuse_what_no_scenario_has() -> None:
    with pytest.raises(ScenarioError, match=r"no evil\.csv"):
        Tables(files={"evil.csv": table_of(("a",), [])})
    with pytest.raises(ScenarioError, match="a row has not the 2 cells"):
        table_of(("a", "b"), [("1",)])


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    folder_of(tmp_path, {"machine.csv": "machine_id\nM1\n"})
    assert assumed(read_scenario(tmp_path), "machine.csv")
