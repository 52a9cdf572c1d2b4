"""Tables that pages list and let a user edit, and files that are uploaded."""

import doctest
import importlib
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from planner.domain import PRESETS, Weights
from planner.errors import Finding, Severity
from planner.planning import plan as plan_scenario
from planner.reader import Tables, read_scenario, read_tables, scenario_from_tables, table_of
from planner.search.baselines import earliest_due_date, one_by_one
from planner.variants.settings import toml_of
from scenarios import SAMPLES, sample_path
from ui import plans
from ui.figures import comparing
from ui.figures.heat import changeover_heat
from ui.plans import least_changeover_hours, plan_of, selected
from ui.tables.assumptions import Assumptions, current, with_answers, with_machines
from ui.tables.editing import Edits, addable, filtered, frame_of, with_edits, with_new_column
from ui.tables.findings import all_findings, finding_table, stops
from ui.tables.matrix import ANY, MatrixLayer, layers, matrix, with_matrix
from ui.tables.moved import moved_table
from ui.tables.schedules import (
    batch_table,
    comparison_table,
    machine_table,
    order_table,
    unplanned_table,
)
from ui.uploads import templates_zip, uploaded

ORDERS = b"order_id,family,duration_minutes,due\n0001,red,20,2027-01-04T12:00\n0002,blue,30,\n"


def tables(**files: bytes) -> Tables:
    made = uploaded([(f"{name}.csv", data) for name, data in files.items()])
    assert made.tables is not None
    return made.tables


NONE = Edits(cells={})


@pytest.mark.parametrize("name", SAMPLES)
def test_an_unchanged_table_stays_as_it_is(name: str) -> None:
    given = read_tables(sample_path(name))
    for file in given.files:
        assert with_edits(given, file, frame_of(given, file), NONE) == given


def test_an_edited_cell_an_added_row_and_a_deleted_row_are_kept() -> None:
    given = tables(orders=ORDERS)
    frame = frame_of(given, "orders.csv")
    added = {"order_id": "0003", "family": "red", "duration_minutes": "5", "due": None}
    edits = Edits.from_state(
        {"edited_rows": {0: {"family": "green"}}, "added_rows": [added], "deleted_rows": [1]}
    )
    made = with_edits(given, "orders.csv", frame, edits).files["orders.csv"]
    assert made.rows == (
        ("0001", "green", "20", "2027-01-04T12:00"), ("0003", "red", "5", ""))  # fmt: skip
    # Rows keep their numbers, and one that is new never takes that of another.
    assert made.numbers == (2, 4)


def test_a_filtered_table_changes_the_rows_it_shows_and_keeps_the_others() -> None:
    given = tables(orders=ORDERS)
    shown = filtered(frame_of(given, "orders.csv"), "family", "BLU")
    assert list(shown["order_id"]) == ["0002"]
    made = with_edits(given, "orders.csv", shown, Edits(cells={0: {"family": "green"}}))
    assert [row[1] for row in made.files["orders.csv"].rows] == ["red", "green"]


def test_a_tick_leaves_an_order_out_and_takes_it_in_again() -> None:
    given = tables(orders=ORDERS)
    frame = frame_of(given, "orders.csv")
    out = with_edits(given, "orders.csv", frame, Edits(cells={1: {"leave_out": True}}))
    assert out.files["orders.csv"].column("leave_out") == ("", "yes")
    assert list(frame_of(out, "orders.csv")["leave_out"]) == [False, True]
    again = frame_of(out, "orders.csv")
    back = with_edits(out, "orders.csv", again, Edits(cells={1: {"leave_out": False}}))
    assert back.files["orders.csv"].column("leave_out") == ("", "")


def test_a_table_emptied_is_a_table_not_given() -> None:
    given = read_tables(sample_path("tiny"))
    frame = frame_of(given, "machines.csv")
    emptied = with_edits(given, "machines.csv", frame, Edits(cells={}, deleted=(0, 1)))
    assert "machines.csv" not in emptied.files


def test_a_missing_table_offers_its_usual_columns_and_keeps_only_used_ones() -> None:
    given = tables(orders=ORDERS)
    frame = frame_of(given, "machines.csv")
    edits = Edits(cells={}, added=({"machine_id": "M1", "initial_family": "red"},))
    made = with_edits(given, "machines.csv", frame, edits).files["machines.csv"]
    assert (made.columns, made.rows) == (("machine_id", "initial_family"), (("M1", "red"),))


def test_a_known_column_can_be_added_and_stays_while_it_is_empty() -> None:
    given = tables(orders=ORDERS)
    assert "pinned_machine" in addable(given, "orders.csv")
    wide = with_new_column(given, "orders.csv", "pinned_machine")
    assert "pinned_machine" not in addable(wide, "orders.csv")
    frame = frame_of(wide, "orders.csv")
    made = with_edits(wide, "orders.csv", frame, Edits(cells={0: {"family": "green"}}))
    assert made.files["orders.csv"].columns[-1] == "pinned_machine"
    assert not stops(all_findings(made))


CHANGEOVERS = table_of(
    ("machine", "from", "to", "minutes", "cost"),
    [("*", "red", "blue", "15", "3"), ("*", "*", "red", "20", ""), ("M", "red", "blue", "9", "")],
)
COMMON = MatrixLayer("*", "")


def test_changeovers_are_a_matrix_per_machine() -> None:
    assert layers(CHANGEOVERS) == (COMMON, MatrixLayer("M", ""))
    shown = matrix(CHANGEOVERS, COMMON, ["red", "blue", "green"])
    assert list(shown.columns) == ["*", "blue", "green", "red"]
    assert shown.loc["red", "blue"] == "15"
    assert shown.loc["*", "red"] == "20"
    assert shown.loc["green", "blue"] == ""
    assert matrix(CHANGEOVERS, COMMON, [], "cost").loc["red", "blue"] == "3"


def test_an_unchanged_matrix_keeps_every_row() -> None:
    for layer in layers(CHANGEOVERS):
        shown = matrix(CHANGEOVERS, layer, ["green"])
        assert set(with_matrix(CHANGEOVERS, layer, shown).rows) == set(CHANGEOVERS.rows)


def test_a_matrix_cell_adds_changes_and_takes_away_a_row() -> None:
    shown = matrix(CHANGEOVERS, COMMON, ["green"])
    shown.loc["green", "red"] = "7"
    shown.loc["red", "blue"] = "16"
    shown.loc["*", "red"] = ""
    made = with_matrix(CHANGEOVERS, COMMON, shown)
    assert set(made.rows) == {
        ("*", "green", "red", "7", ""), ("*", "red", "blue", "16", "3"),
        ("M", "red", "blue", "9", "")}  # fmt: skip


def test_a_matrix_can_be_begun_from_nothing() -> None:
    shown = matrix(None, COMMON, ["red", "blue"])
    shown.loc["red", "blue"] = "15"
    made = with_matrix(None, COMMON, shown)
    assert (made.columns, made.rows) == (("from", "to", "minutes"), (("red", "blue", "15"),))


SQUARE = table_of(("colour", "red", "blue"), [("red", "", "15"), ("blue", "twenty", "0")])


def test_a_square_matrix_is_edited_in_place_and_stays_one() -> None:
    assert layers(SQUARE) == (COMMON,)
    shown = matrix(SQUARE, COMMON, ["green"])
    assert shown.to_dict("index")["blue"] == {"blue": "0", "green": "", "red": "twenty"}
    shown.loc["blue", "red"] = "20"
    shown.loc["green", "red"] = "5"
    made = with_matrix(SQUARE, COMMON, shown)
    assert made.columns == ("from", "blue", "green", "red")
    given = replace(tables(orders=ORDERS), files={"orders.csv": tables(orders=ORDERS).files[
        "orders.csv"], "changeovers.csv": made})  # fmt: skip
    found = scenario_from_tables(given)
    assert found.changeover("machine 1", "blue", "red").minutes == 20
    assert found.changeover("machine 1", "red", "blue").minutes == 15


def test_a_square_matrix_becomes_rows_once_it_has_costs() -> None:
    costs = matrix(SQUARE, COMMON, [], "cost")
    costs.loc["red", "blue"] = "7"
    made = with_matrix(SQUARE, COMMON, costs, "cost")
    assert made.columns == ("from", "to", "minutes", "cost")
    kept = {("blue", "red", "twenty", ""), ("blue", "blue", "0", "")}
    assert set(made.rows) == {("red", "blue", "15", "7"), *kept}


def test_a_matrix_that_is_not_square_gets_the_missing_row_and_column() -> None:
    lame = table_of(("from", "red", "blue"), [("red", "0", "15"), ("green", "5", "")])
    made = with_matrix(lame, COMMON, matrix(lame, COMMON, []))
    assert made.columns[1:] == tuple(row[0] for row in made.rows) == ("blue", "green", "red")


def test_every_machine_may_get_changeovers_of_its_own() -> None:
    assert layers(SQUARE, ["M1"]) == (COMMON, MatrixLayer("M1", ""))
    own = matrix(SQUARE, MatrixLayer("M1", ""), ["red", "blue"])
    assert set(own.to_numpy().ravel()) == {""}
    own.loc["red", "blue"] = "99"
    made = with_matrix(SQUARE, MatrixLayer("M1", ""), own)
    assert ("M1", "red", "blue", "99") in made.rows
    assert ("*", "red", "blue", "15") in made.rows


def test_an_order_file_alone_with_a_few_answers_is_a_scenario() -> None:
    said = Assumptions(machines=3, capacity="5", shifts="one shift, Mon-Fri 06:00-14:00",
                       changeover_minutes=12, time_zone="Europe/Berlin")  # fmt: skip
    made = with_machines(with_answers(tables(orders=ORDERS), said), said)
    # Not within a shift, of which else only the rest would be a window.
    scenario = scenario_from_tables(made, now=datetime(2027, 2, 7, 12, tzinfo=UTC))
    assert [machine.name for machine in scenario.machines] == ["M1", "M2", "M3"]
    assert scenario.changeover("M1", "red", "blue").minutes == 12
    assert scenario.clock.time_zone == "Europe/Berlin"
    # 8 hours a day.
    assert {end - start for start, end in scenario.machines[0].windows} == {480}
    assert current(made).changeover_minutes == 12


def test_weights_of_the_file_stay_unless_another_aim_is_chosen() -> None:
    given = replace(tables(orders=ORDERS), settings="[weights]\ntardiness = 7\n")
    kept = with_answers(given, current(given))
    assert scenario_from_tables(kept).weights == Weights(tardiness=7)
    other = with_answers(given, replace(current(given), preset="balanced"))
    assert scenario_from_tables(other).weights == PRESETS["balanced"]


def test_settings_are_written_so_that_they_read_back() -> None:
    import tomllib

    given = {"name": 'a "b" \\ c', "start": pd.Timestamp("2027-01-04T06:00").to_pydatetime(),
             "weights": {"tardiness": 2}}  # fmt: skip
    assert tomllib.loads(toml_of(given)) == given


def test_findings_that_stop_planning_come_first() -> None:
    warning = Finding(rule="a", message="m", hint="h", severity=Severity.WARNING)
    error = Finding(rule="b", message="n", hint="h", file="orders.csv", row=7, column="due")
    table = finding_table([warning, error])
    assert list(table["What"]) == ["to fix", "note"]
    assert list(table["Rows"]) == ["7", ""]
    assert stops([warning, error])
    assert not stops([warning])


def test_machines_that_only_orders_name_are_listed() -> None:
    made = tables(orders=(sample_path("tiny") / "orders.csv").read_bytes())
    assert made.files["machines.csv"].rows == (("P1",), ("P2",))
    assert not stops(all_findings(made))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_files_of_a_scenario_one_by_one_and_as_a_zip_are_the_same(name: str) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(sample_path(name).iterdir())
             if path.suffix in (".csv", ".toml")]  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file, data in files:
            archive.writestr(file, data)
    several, one = uploaded(files), uploaded([("all.zip", packed.getvalue())])
    assert several.tables is not None
    assert one.tables is not None
    assert several.is_ready
    assert one.is_ready
    assert several.tables.files == one.tables.files == read_tables(sample_path(name)).files


def test_a_fault_in_a_file_of_our_own_format_costs_its_row_or_is_kept_to_be_mended() -> None:
    made = uploaded([("mine.csv", ORDERS.replace(b"20,", b"twenty,"))])
    assert made.tables is not None
    assert made.tables.files["orders.csv"].column("order_id") == ("0002",)
    assert made.own is not None
    assert made.own.files["orders.csv"].rows[0][2] == "twenty"
    assert [(f.row, f.column, f.value) for f in made.findings if stops([f])] == [
        (2, "duration_minutes", "twenty")]  # fmt: skip


def test_an_export_with_foreign_headings_is_imported() -> None:
    text = "Auftrag;Farbe;Dauer (min);Liefertermin\n0001;rot;20,5;04.01.2027 12:00\n"
    made = uploaded([("export.csv", text.encode("utf-8-sig"))])
    assert made.tables is not None
    assert made.tables.files["orders.csv"].column("order_id") == ("0001",)
    assert any("2027-01-04" in cell for row in made.tables.files["orders.csv"].rows for cell in row)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"], ids=["empty", "binary", "broken zip"]
)
def test_a_file_that_is_none_of_these_is_refused_in_words(data: bytes) -> None:
    made = uploaded([("what.zip", data)])
    assert not made.is_ready
    assert made.findings or made.questions


def test_templates_are_a_scenario_that_can_be_planned() -> None:
    made = uploaded([("templates.zip", templates_zip())])
    assert made.is_ready
    assert not stops(made.findings)


@pytest.fixture(scope="module")
def pair() -> tuple[plans.Plan, plans.Plan]:
    """Plan the tiny sample one by one and by due date."""
    given = read_scenario(sample_path("tiny"))
    return (plan_of("One by one", given, one_by_one(given)),
            plan_of("By due date", given, earliest_due_date(given)))  # fmt: skip


def test_schedules_are_listed_batch_by_batch_and_order_by_order(
    pair: tuple[plans.Plan, plans.Plan],
) -> None:
    _, plan = pair
    assert plan.violations == ()
    assert len(batch_table(plan)) == plan.kpis.batches
    orders = order_table(plan)
    assert len(orders) == 12
    late = [text for text in orders["Late by"] if text not in ("on time", "no due date")]
    assert len(late) == plan.kpis.tardy_orders
    assert unplanned_table(plan).empty
    assert list(machine_table(plan.kpis).columns) == ["Figure", "P1", "P2"]


def test_a_comparison_marks_what_is_better_and_what_is_worse(
    pair: tuple[plans.Plan, plans.Plan],
) -> None:
    first, second = pair
    table = comparison_table({p.name: p.kpis for p in pair}, first.name).set_index("Figure")
    told = table.loc["Changeover time", "By due date: difference"]
    saved = first.kpis.changeover_hours - second.kpis.changeover_hours
    assert told.startswith(f"{'Better' if saved > 0 else 'Worse'} by {abs(saved):,.1f} h")


def test_only_orders_that_moved_are_listed(pair: tuple[plans.Plan, plans.Plan]) -> None:
    first, second = pair
    assert moved_table(first, first).empty
    spots = [{p.operation: (b.machine, p.start, p.end) for b in plan.schedule.batches
              for p in b.placements} for plan in pair]  # fmt: skip
    moved = [name for name in spots[0] if spots[0][name] != spots[1][name]]
    assert sorted(moved_table(second, first)["Order"]) == sorted(moved)


def test_a_batch_is_found_by_its_key(pair: tuple[plans.Plan, plans.Plan]) -> None:
    shown = selected(pair[1], "P1:1")
    assert shown is not None
    assert shown.batch == pair[1].schedule.on("P1")[0]
    assert selected(pair[1], "P1:99") is None
    assert selected(pair[1], None) is None


def test_work_in_progress_counts_orders_from_release_to_completion(
    pair: tuple[plans.Plan, plans.Plan],
) -> None:
    times, counts = comparing.in_progress(pair[1].scenario, pair[1].schedule)
    assert counts[0] == 12  # nothing has a later release
    assert counts[-1] == 0
    assert times == sorted(times)


def test_plans_that_begin_on_different_days_share_an_axis_of_days(
    pair: tuple[plans.Plan, plans.Plan],
) -> None:
    first, second = pair
    clock = replace(second.scenario.clock, start=second.scenario.clock.start + timedelta(days=90))
    later = replace(second, scenario=replace(second.scenario, clock=clock))
    assert isinstance(comparing.open_orders(pair).data[0].x[0], datetime)
    apart = comparing.open_orders((first, later))
    assert [trace.x[0] for trace in apart.data] == [0, 0]
    assert apart.layout.xaxis.title.text == "days after each plan's own start"


def test_no_plan_needs_less_changeover_than_the_bound() -> None:
    given = read_scenario(sample_path("tiny"))
    best = plan_scenario(given, work=20, workers=1).schedule
    assert best is not None
    least = least_changeover_hours(given)
    assert least is not None
    assert least <= plan_of("best", given, best).kpis.changeover_hours


def test_pages_have_at_most_sixty_lines() -> None:
    views = (Path(__file__).parents[1] / "ui" / "views").glob("*.py")
    lengths = {view.name: view.read_text(encoding="utf-8").count("\n") for view in views}
    assert max(lengths.values()) <= 60


@pytest.mark.parametrize("name", ["cards", "colours", "launch", "words", "tables.assumptions",
                                  "tables.editing", "tables.live", "parts.files"])  # fmt: skip
def test_examples_in_the_documentation_hold(name: str) -> None:
    # Page scripts cannot be imported without running, so pytest does not look for examples there.
    module = importlib.import_module(f"ui.{name}")
    assert doctest.testmod(module).failed == 0


def test_what_is_not_possible_stands_as_no_in_the_heat_map_and_comes_back_from_the_editor() -> None:
    table = table_of(("from", "to", "minutes"), [("red", "blue", "no"), ("blue", "red", "20")])
    shown = matrix(table, MatrixLayer(ANY, ""), ("red", "blue"))
    heat, words = changeover_heat(shown, "min").data
    assert (list(words.x), list(words.y), words.text) == (["blue"], ["red"], "no")
    assert heat.z[0][1] == 20  # from blue to red
    assert with_matrix(table, MatrixLayer(ANY, ""), shown).rows == (
        ("red", "blue", "no"),
        ("blue", "red", "20"),
    )


def test_upkeep_typed_into_its_table_counts() -> None:
    given = tables(orders=ORDERS, machines=b"machine_id\nM1\n")
    frame = frame_of(given, "upkeep.csv")
    assert list(frame) == [
        *("machine", "upkeep", "minutes", "after_hours", "after_batches", "cost"),
    ]
    typed = {"machine": "M1", "upkeep": "cleaning", "minutes": "45", "after_batches": "20"}
    made = with_edits(given, "upkeep.csv", frame, Edits(cells={}, added=[typed]))
    (upkeep,) = scenario_from_tables(made).upkeeps
    assert (upkeep.name, upkeep.units, upkeep.most_batches) == ("cleaning", 45, 20)
    assert upkeep.most_units is None
