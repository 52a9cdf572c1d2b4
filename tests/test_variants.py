"""What if: each change does to a scenario what it says, and what cannot be done is said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from planner.checker import check
from planner.cli import main
from planner.domain import PRESETS, Weights
from planner.errors import ChangeError
from planner.planning import plan
from planner.reader import Table, Tables, read_scenario, read_tables, scenario_from_tables, table_of
from planner.validator import validate
from planner.variants import applied, change_from, closed, with_files
from scenarios import SAMPLES, sample_path

ORDERS = table_of(
    ("order_id", "product", "family", "quantity", "duration_minutes", "eligible_machines"),
    [("A", "pan", "red", "10", "45", "M1"), ("B", "pot", "blue", "5", "30", "M1|M2")],
)
MACHINES = table_of(
    ("machine_id", "calendar", "capacity_pieces"), [("M1", "two", "25"), ("M2", "two", "")]
)
CALENDARS = table_of(
    ("calendar", "weekdays", "date", "start", "end", "open"),
    [("two", "Mon-Fri", "", "06:00", "22:00", ""), ("two", "", "2027-01-06", "", "", "no")],
)
CHANGEOVERS = table_of(
    ("machine", "from", "to", "minutes"),
    [("*", "red", "blue", "15"), ("M1", "blue", "red", "25"), ("*", "blue", "red", "20")],
)
SETTINGS = "start = 2027-01-04T06:00:00\n"  # a Monday


def tables(**files: Table) -> Tables:
    given: Mapping[str, Table] = {
        "orders": ORDERS, "machines": MACHINES, "calendars": CALENDARS,
        "changeovers": CHANGEOVERS, **files,
    }  # fmt: skip
    return Tables(files={f"{name}.csv": table for name, table in given.items()}, settings=SETTINGS)


def without(*files: str) -> Tables:
    given = tables()
    kept = {name: table for name, table in given.files.items() if name.removesuffix(".csv") not in
            files}  # fmt: skip
    return replace(given, files=kept)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def changed(text: str, given: Tables | None = None) -> Tables:
    return change_from(text).apply(given or tables())


def rows(given: Tables, file: str) -> tuple[tuple[str, ...], ...]:
    return given.files[f"{file}.csv"].rows


@pytest.mark.parametrize(
    "text",
    ["shift=saturday", "shift=night@M1", "machine=M1", "capacity=1.2", "capacity=0.5@M1",
     "changeovers=0.5", "changeovers=0.5@red>blue", "changeovers=20min@red>blue", "demand=1.1",
     "demand=1.1@red", "weights=on time first", "weights=tardiness:5,makespan:1"],
)  # fmt: skip
def test_the_text_of_a_change_is_read_back_and_a_scenario_can_be_made(text: str) -> None:
    change = change_from(text)
    assert change.text == text
    assert change.said
    made = scenario_from_tables(change.apply(tables()))
    assert made != scenario_from_tables(tables())
    assert not validate(made)


@pytest.mark.parametrize(
    ("text", "told"),
    [("saturday", "is no change; write one such as shift=saturday"),
     ("shift=monday", "no shift 'monday'; there are saturday"),
     ("shift=night@M9", "there is no machine M9; there are M1, M2"),
     ("machine=M9", "there is no machine M9"),
     ("capacity=0", "'0' is not a factor above 0"),
     ("capacity=nan", "'nan' is not a factor above 0"),
     ("capacity=2@M2", "M2 has a capacity that 2 would change"),
     ("changeovers=20min", "changeover minutes need a pair"),
     ("changeovers=2@red", "'red' is no pair of families"),
     ("changeovers=2@red>green", "no row says how long from red to green takes"),
     ("demand=2@green", "no order has the family green"),
     ("weights=best", "no preset 'best'"),
     ("weights=beauty:5", "no term 'beauty'"),
     ("weights=tardiness:-5", "'-5' is not a whole number")],
)  # fmt: skip
def test_what_cannot_be_changed_is_told(text: str, told: str) -> None:
    with pytest.raises(ChangeError, match=told):
        changed(text)


def test_a_saturday_has_the_hours_of_friday_on_every_calendar_in_use() -> None:
    made = changed("shift=saturday")
    assert rows(made, "calendars")[-1] == ("two", "Sat", "", "06:00", "22:00", "yes")
    scenario = scenario_from_tables(made)
    # Five days from Monday 06:00 on is Saturday 06:00.
    assert any(window.start == 5 * 1440 for window in scenario.machine["M2"].windows)


def test_a_saturday_that_is_half_open_gets_the_other_half() -> None:
    saturday = ("two", "Sat", "", "06:00", "14:00", "")
    half = replace(CALENDARS, rows=(*CALENDARS.rows, saturday), numbers=())
    given = tables(calendars=half)
    made = changed("shift=saturday", given)
    assert rows(made, "calendars")[-1] == ("two", "Sat", "", "14:00", "22:00", "yes")
    with pytest.raises(ChangeError, match="no room for a saturday shift"):
        changed("shift=saturday", made)


def test_a_night_fills_the_hours_to_the_early_shift_and_ends_on_saturday_morning() -> None:
    made = changed("shift=night")
    assert rows(made, "calendars")[-1] == ("two", "Mon-Fri", "", "22:00", "06:00", "yes")
    with pytest.raises(ChangeError, match="no room for a night shift"):
        changed("shift=night", with_files(tables(), calendars=table_of(
            ("calendar", "weekdays"), [("two", "daily")])))  # fmt: skip


def test_a_shift_of_one_machine_leaves_the_others_alone() -> None:
    made = scenario_from_tables(changed("shift=saturday@M1"))
    before = scenario_from_tables(tables())
    assert made.machine["M2"].windows[:8] == before.machine["M2"].windows[:8]
    # A week has five windows now, and the sixth of M1 begins on Saturday at 06:00.
    assert made.machine["M1"].windows[5 - 1].start == 5 * 1440


def test_machines_that_are_always_open_have_no_shift_to_add() -> None:
    with pytest.raises(ChangeError, match="no room for a saturday shift"):
        changed("shift=saturday", without("calendars"))


def test_a_machine_more_may_do_all_that_the_first_may_and_as_fast() -> None:
    durations = table_of(("order_id", "machine_id", "minutes"), [("A", "M1", "40")])
    made = changed("machine=M1", tables(durations=durations))
    scenario = scenario_from_tables(made)
    assert list(scenario.machine) == ["M1", "M2", "M3"]
    assert scenario.operation["A"].durations["M3"].minimum == 40
    assert set(scenario.operation["B"].durations) == {"M1", "M2", "M3"}
    # M1 has a changeover of its own from blue to red, and so has its copy.
    minutes = [scenario.changeover(name, "blue", "red").minutes for name in scenario.machine]
    assert minutes == [25, 20, 25]
    assert scenario.machine["M3"].capacity == scenario.machine["M1"].capacity


@pytest.mark.parametrize(
    ("machines", "copied", "name"),
    [(["P1", "P2"], "P1", "P3"), (["LINE-1"], "LINE-1", "LINE-2"), (["Oven"], "Oven", "Oven 2"),
     (["K09", "K10"], "K09", "K11"), (["7"], "7", "8")],
)  # fmt: skip
def test_a_copy_has_the_next_free_number(machines: list[str], copied: str, name: str) -> None:
    given = with_files(without("machines", "calendars", "changeovers"),
                       machines=table_of(("machine_id",), [(each,) for each in machines]),
                       orders=table_of(("order_id", "duration_minutes"), [("A", "5")]))  # fmt: skip
    made = scenario_from_tables(changed(f"machine={copied}", given))
    assert list(made.machine) == [*machines, name]


def test_the_machine_that_is_assumed_can_be_copied() -> None:
    given = with_files(without("machines", "changeovers"), orders=table_of(
        ("order_id", "duration_minutes"), [("A", "5")]))  # fmt: skip
    assert list(scenario_from_tables(changed("machine=machine 1", given)).machine) == [
        "machine 1", "machine 2"]  # fmt: skip


def test_capacity_grows_and_whole_numbers_stay_whole() -> None:
    # 25 pieces and a tenth more are 27.5: the half does not fit.
    assert [row[2] for row in rows(changed("capacity=1.1"), "machines")] == ["27", ""]


def test_changeovers_are_halved_with_the_default_and_of_a_pair_alone() -> None:
    halved = changed("changeovers=0.5")
    assert [row[3] for row in rows(halved, "changeovers")] == ["8", "13", "10"]
    assert "minutes = 15" in halved.settings  # of the 30 that are assumed
    pair = changed("changeovers=0.5@blue>red")
    assert [row[3] for row in rows(pair, "changeovers")] == ["15", "13", "10"]
    assert pair.settings == SETTINGS
    given = changed("changeovers=5min@red>green")
    assert rows(given, "changeovers")[-1] == ("*", "red", "green", "5")


def test_a_matrix_of_changeovers_is_changed_in_its_cells() -> None:
    square = table_of(("from", "red", "blue"), [("red", "0", "15"), ("blue", "no", "0")])
    given = tables(changeovers=square)
    assert rows(changed("changeovers=0.5", given), "changeovers") == (
        ("red", "0", "8"), ("blue", "no", "0"))  # fmt: skip
    assert rows(changed("changeovers=5min@red>blue", given), "changeovers")[0] == ("red", "0", "5")
    with pytest.raises(ChangeError, match="no row red or no column green"):
        changed("changeovers=5min@red>green", given)


def test_demand_grows_in_what_depends_on_the_quantity() -> None:
    made = changed("demand=1.5@red")
    assert rows(made, "orders") == (
        ("A", "pan", "red", "15", "68", "M1"),
        ("B", "pot", "blue", "5", "30", "M1|M2"),
    )


def test_more_demand_takes_longer_in_a_line_and_not_in_an_oven() -> None:
    durations = table_of(("product", "machine_id", "minutes"), [("pan", "M1", "40"), ("pan", "M2",
                         "50")])  # fmt: skip
    ovens = table_of(("machine_id", "process"), [("M1", "serial"), ("M2", "parallel")])
    made = changed("demand=2", tables(durations=durations, machines=ovens))
    assert [row[2] for row in rows(made, "durations")] == ["80", "50"]


def test_weights_replace_those_of_the_file() -> None:
    given = replace(tables(), settings="[weights]\nmakespan = 3\n")
    assert scenario_from_tables(changed("weights=on-time-first", given)).weights == PRESETS[
        "on time first"]  # fmt: skip
    own = changed("weights=tardiness:5,makespan:1", given)
    assert scenario_from_tables(own).weights == Weights(tardiness=5, makespan=1)


def test_a_closed_machine_is_closed_from_to_and_no_other_is() -> None:
    made = closed(tables(), "M1", at("2027-01-04 20:00"), at("2027-01-05 09:30"))
    scenario = scenario_from_tables(made)
    # In minutes from Monday 06:00 on: open to 20:00, then from Tuesday 09:30 to 22:00.
    assert scenario.machine["M1"].windows[:2] == ((0, 840), (1650, 2400))
    assert scenario.machine["M2"].windows[:2] == ((0, 960), (1440, 2400))
    again = closed(made, "M1", at("2027-01-07 08:00"), at("2027-01-07 10:00"))
    assert len({row[0] for row in rows(again, "calendars")}) == 2
    with pytest.raises(ChangeError, match="the end is not after"):
        closed(tables(), "M1", at("2027-01-04 20:00"), at("2027-01-04 20:00"))


def test_a_machine_that_was_always_open_can_be_closed() -> None:
    made = closed(without("calendars"), "M1", at("2027-01-04 08:00"), at("2027-01-04 09:00"))
    horizon = scenario_from_tables(made).horizon
    assert scenario_from_tables(made).machine["M1"].windows[:2] == ((0, 120), (180, horizon))
    assert scenario_from_tables(made).machine["M2"].windows[0].end > 1440


def test_a_copied_press_does_not_begin_with_the_mould_that_is_in_the_first() -> None:
    given = read_tables(sample_path("moulding"))
    scenario = scenario_from_tables(applied(given, [change_from("machine=P1")]))
    assert scenario.machine["P1"].initial_family == "W104 | red | PVC"
    assert scenario.machine["P9"].initial_family is None
    assert validate(scenario) == ()


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_with_every_change_can_be_planned(name: str) -> None:
    given = read_tables(sample_path(name))
    machine = given.files["machines.csv"].column("machine_id")[0]
    texts = ["shift=night", f"machine={machine}", "changeovers=0.5", "capacity=1.2", "demand=1.1"]
    if name in ("tiny", "denim", "bottling", "moulding"):
        texts.remove("capacity=1.2")  # their machines have none
    scenario = scenario_from_tables(applied(given, map(change_from, texts)))
    assert not validate(scenario)
    result = plan(scenario, work=1, workers=1)
    assert result.schedule is not None
    assert check(scenario, result.schedule) == ()


def test_the_command_shows_the_changes_and_both_plans_and_writes_the_variant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "variant"
    command = ["variant", str(sample_path("tiny")), "--change", "shift=saturday", "--change",
               "changeovers=0.5", "--work", "1", "--out", str(out)]  # fmt: skip
    assert main(command) == 0
    said = capsys.readouterr().out
    for wanted in ("+ Saturday\n", "Changeovers × 0.5\n", "as it is", "variant", "difference",
                   "variant: certified"):  # fmt: skip
        assert wanted in said
    before = read_tables(sample_path("tiny"))
    assert read_scenario(out).machines != read_scenario(sample_path("tiny")).machines
    assert len(read_tables(out).files["calendars.csv"].rows) == 1 + len(
        before.files["calendars.csv"].rows)  # fmt: skip
    assert main([*command, "--no-plan"]) == 1
    assert "is there already" in capsys.readouterr().err


def test_a_change_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["variant", str(sample_path("tiny")), "--change", "more"])
    assert "'more' is no change" in capsys.readouterr().err
