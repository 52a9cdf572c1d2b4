"""Bad input: each fault gives its exact finding, and none a traceback."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from planner.errors import Finding, ScenarioError, Severity
from planner.reader import read_scenario
from planner.reader.notes import FAULTS_TOLD
from tests.scenario_files import MACHINES, findings_of, folder_of

Place = tuple[str, str, int | None, str, str]  # rule, file, row, column, value


def place_of(finding: Finding) -> Place:
    return (finding.rule, finding.file, finding.row, finding.column, finding.value)


def orders(header: str, *rows: str) -> dict[str, str]:
    return {"orders.csv": "\n".join((header, *rows, ""))}


def order_with(column: str, cell: str) -> dict[str, str]:
    """One good order and, beside it, the cell that is wrong."""
    return orders(f"order_id,family,duration_minutes,{column}", f"A,red,60,{cell}")


def with_machines(machines: str, **more: str) -> dict[str, str]:
    return {"machines.csv": machines, **{f"{stem}.csv": text for stem, text in more.items()}}


def settings(text: str) -> dict[str, str]:
    return {"scenario.toml": text}


ORDERS, TOML = "orders.csv", "scenario.toml"
RED_AND_PINK = orders("order_id,family,duration_minutes", "A,red,60", "B,pink,60")

CASES: Mapping[str, tuple[Mapping[str, str | bytes], Place]] = {
    # the file as a whole
    "an empty file": ({ORDERS: ""}, ("header", ORDERS, 1, "", "")),
    "only blank lines": ({ORDERS: "\n\n"}, ("header", ORDERS, 1, "", "")),
    "a header without rows": (
        orders("order_id,family,duration_minutes"),
        ("orders_given", ORDERS, 1, "order_id", ""),
    ),
    "UTF-16": (
        {ORDERS: "order_id,family\nA,red\n".encode("utf-16")},
        ("encoding", ORDERS, 1, "", "UTF-16"),
    ),
    "Latin-1": (
        {ORDERS: "order_id,family,duration_minutes\nA,grün,60\n".encode("latin-1")},
        ("encoding", ORDERS, 2, "", "0xFC"),
    ),
    "GBK": (
        {ORDERS: "order_id,family,duration_minutes\nA,红,60\n".encode("gbk")},
        ("encoding", ORDERS, 2, "", "0xBA"),
    ),
    "a NUL byte": ({ORDERS: b"order_id\nA\0B\n"}, ("encoding", ORDERS, 2, "", "")),
    "random bytes": ({ORDERS: bytes(range(128, 256))}, ("encoding", ORDERS, 1, "", "0x80")),
    "semicolons": ({ORDERS: "order_id;family\nA;red\n"}, ("delimiter", ORDERS, 1, "", ";")),
    "tabs": ({ORDERS: "order_id\tfamily\nA\tred\n"}, ("delimiter", ORDERS, 1, "", "\t")),
    "a line of 2 MB": (
        {ORDERS: b"order_id\n" + b"A" * 2_000_000},
        ("line_length", ORDERS, 2, "", ""),
    ),
    "a cell of 300 kB": (
        {ORDERS: b"order_id\n" + b"A" * 300_000},
        ("csv_format", ORDERS, 2, "", ""),
    ),
    "an open quotation mark": ({ORDERS: 'order_id\n"A\n'}, ("csv_format", ORDERS, 2, "", "")),
    "text after a quotation mark": (
        {ORDERS: 'order_id\n"A"B\n'},
        ("csv_format", ORDERS, 2, "", ""),
    ),
    "a row too long": (
        orders("order_id,family,duration_minutes", "A,red,60,extra"),
        ("row_width", ORDERS, 2, "", "extra"),
    ),
    "a row too short": (
        orders("order_id,family,duration_minutes", "A,red"),
        ("row_width", ORDERS, 2, "", ""),
    ),
    # columns
    "no order_id": (
        orders("family,duration_minutes", "red,60"),
        ("column_given", ORDERS, 1, "order_id", ""),
    ),
    "a column twice": (
        orders("order_id,family,duration_minutes,family", "A,red,60,red"),
        ("header", ORDERS, 1, "family", ""),
    ),
    "a column without a name": (
        orders("order_id,,duration_minutes", "A,red,60"),
        ("header", ORDERS, 1, "", ""),
    ),
    "a column in capitals": (
        orders("order_id,Family,duration_minutes", "A,red,60"),
        ("column_name", ORDERS, 1, "Family", "Family"),
    ),
    "no column minutes": (
        {"changeovers.csv": "from,to\nred,red\n"},
        ("column_given", "changeovers.csv", 1, "minutes", ""),
    ),
    "no machine_id": (
        with_machines("process\nserial\n"),
        ("column_given", "machines.csv", 1, "machine_id", ""),
    ),
    "an unknown column": (
        order_with("colour_code", "7"),
        ("column_used", ORDERS, 1, "colour_code", "colour_code"),
    ),
    # names
    "a name twice": (
        orders("order_id,family,duration_minutes", "A,red,60", "B,red,60", "A,red,60"),
        ("unique_name", ORDERS, 4, "order_id", "A"),
    ),
    "no name": (
        orders("order_id,family,duration_minutes", "A,red,60", ",red,60"),
        ("value_given", ORDERS, 3, "order_id", ""),
    ),
    "a star as a family": (
        orders("order_id,family,duration_minutes", "A,*,60"),
        ("name", ORDERS, 2, "family", "*"),
    ),
    "no family": (
        orders("order_id,family,duration_minutes", "A,,60"),
        ("value_given", ORDERS, 2, "family", ""),
    ),
    "no attribute": (
        orders("order_id,attr_colour,duration_minutes", "A,,60"),
        ("value_given", ORDERS, 2, "attr_colour", ""),
    ),
    "a bar in an attribute": (
        orders("order_id,attr_colour,duration_minutes", "A,red|blue,60"),
        ("name", ORDERS, 2, "attr_colour", "red|blue"),
    ),
    "a machine twice": (
        with_machines("machine_id\nM1\nM1\n"),
        ("unique_name", "machines.csv", 3, "machine_id", "M1"),
    ),
    "no machines": (
        with_machines("machine_id\n"),
        ("machines_given", "machines.csv", 1, "machine_id", ""),
    ),
    "an unknown machine": (
        {**order_with("eligible_machines", "M1|M9"), "machines.csv": MACHINES},
        ("known_machine", ORDERS, 2, "eligible_machines", "M9"),
    ),
    "an empty machine name": (
        {**order_with("eligible_machines", "M1||M2"), "machines.csv": MACHINES},
        ("name", ORDERS, 2, "eligible_machines", "M1||M2"),
    ),
    "a pin on an unknown machine": (
        order_with("pinned_machine", "M9"),
        ("known_machine", ORDERS, 2, "pinned_machine", "M9"),
    ),
    "a pinned start without a machine": (
        {**order_with("pinned_start", "2026-03-04"), **settings("start = 2026-03-02")},
        ("value_given", ORDERS, 2, "pinned_machine", ""),
    ),
    "a current machine without a position": (
        order_with("current_machine", "machine 1"),
        ("value_given", ORDERS, 2, "current_position", ""),
    ),
    # numbers
    "a negative duration": (
        orders("order_id,duration_minutes", "A,-5"),
        ("number_range", ORDERS, 2, "duration_minutes", "-5"),
    ),
    "a duration of zero": (
        orders("order_id,duration_minutes", "A,0"),
        ("number_range", ORDERS, 2, "duration_minutes", "0"),
    ),
    "a text for a number": (
        orders("order_id,duration_minutes", "A,an hour"),
        ("number", ORDERS, 2, "duration_minutes", "an hour"),
    ),
    "a decimal comma": (
        orders("order_id,duration_minutes", 'A,"7,5"'),
        ("number", ORDERS, 2, "duration_minutes", "7,5"),
    ),
    "infinity": (
        orders("order_id,duration_minutes", "A,Infinity"),
        ("number", ORDERS, 2, "duration_minutes", "Infinity"),
    ),
    "not a number": (order_with("quantity", "NaN"), ("number", ORDERS, 2, "quantity", "NaN")),
    "1e400": (order_with("quantity", "1e400"), ("number", ORDERS, 2, "quantity", "1e400")),
    "digits of another script": (
        order_with("quantity", "١٢"),
        ("number", ORDERS, 2, "quantity", "١٢"),
    ),
    "a huge quantity": (
        order_with("quantity", "9" * 20),
        ("number_range", ORDERS, 2, "quantity", "9" * 20),
    ),
    "a run time of a century": (
        orders("order_id,quantity,minutes_per_unit", "A,1000000,60"),
        ("number_range", ORDERS, 2, "quantity", "1000000"),
    ),
    "a quantity of zero": (
        order_with("quantity", "0"),
        ("number_range", ORDERS, 2, "quantity", "0"),
    ),
    "no quantity for a rate": (
        orders("order_id,quantity,minutes_per_unit", "A,,2"),
        ("value_given", ORDERS, 2, "quantity", ""),
    ),
    "no quantity for a size": (
        {**order_with("quantity", ""), "machines.csv": "machine_id,capacity_kg\nM1,100\n"},
        ("value_given", ORDERS, 2, "quantity", ""),
    ),
    "no size for a capacity": (
        {
            **order_with("size_kg", "5"),
            "machines.csv": "machine_id,capacity_kg,capacity_trays\nM1,100,2\n",
        },
        ("column_given", ORDERS, 1, "size_trays", ""),
    ),
    "an empty size": (
        {**order_with("size_kg", ""), "machines.csv": "machine_id,capacity_kg\nM1,100\n"},
        ("value_given", ORDERS, 2, "size_kg", ""),
    ),
    "a size with too many decimals": (
        {**order_with("size_kg", "0.1234567"), "machines.csv": "machine_id,capacity_kg\nM1,9\n"},
        ("number_range", ORDERS, 2, "size_kg", "0.1234567"),
    ),
    "a negative capacity": (
        with_machines("machine_id,capacity_kg\nM1,-1\n"),
        ("number_range", "machines.csv", 2, "capacity_kg", "-1"),
    ),
    "a fractional priority": (
        order_with("priority", "1.5"),
        ("whole_number", ORDERS, 2, "priority", "1.5"),
    ),
    "a negative priority": (
        order_with("priority", "-1"),
        ("number_range", ORDERS, 2, "priority", "-1"),
    ),
    "nothing says how long": (
        orders("order_id,family", "A,red"),
        ("duration_given", ORDERS, 2, "duration_minutes", ""),
    ),
    "two durations": (
        orders("order_id,quantity,duration_minutes,units_per_hour", "A,5,60,5"),
        ("one_duration", ORDERS, 2, "units_per_hour", "5"),
    ),
    "a minimum above the maximum": (
        orders("order_id,min_minutes,max_minutes", "A,60,30"),
        ("minimum_within_maximum", ORDERS, 2, "max_minutes", "30"),
    ),
    "a maximum alone": (
        orders("order_id,min_minutes,max_minutes", "A,,30"),
        ("value_given", ORDERS, 2, "min_minutes", ""),
    ),
    "a spreadsheet error": (
        orders("order_id,duration_minutes", "A,#REF!"),
        ("error_cell", ORDERS, 2, "duration_minutes", "#REF!"),
    ),
    "a speed of zero": (
        with_machines("machine_id,speed\nM1,0\n"),
        ("number_range", "machines.csv", 2, "speed", "0"),
    ),
    "an unknown process": (
        with_machines("machine_id,process\nM1,batch\n"),
        ("known_process", "machines.csv", 2, "process", "batch"),
    ),
    "neither yes nor no": (
        with_machines("machine_id,pausable\nM1,maybe\n"),
        ("yes_or_no", "machines.csv", 2, "pausable", "maybe"),
    ),
    # dates
    "a day-first date": (order_with("due", "31.03.2026"), ("date", ORDERS, 2, "due", "31.03.2026")),
    "an Excel serial date": (order_with("due", "46112"), ("date", ORDERS, 2, "due", "46112")),
    "a day that does not exist": (
        order_with("due", "2026-02-30"),
        ("date", ORDERS, 2, "due", "2026-02-30"),
    ),
    "the end of all days": (
        order_with("due", "9999-12-31"),
        ("date_range", ORDERS, 2, "due", "9999-12-31"),
    ),
    "an hour the clocks skip": (
        {
            **order_with("due", "2026-03-29T02:30"),
            **settings('start = 2026-03-27\ntime_zone = "Europe/Berlin"'),
        },
        ("local_time", ORDERS, 2, "due", "2026-03-29T02:30"),
    ),
    "a pin before the start": (
        {
            **orders(
                "order_id,duration_minutes,pinned_machine,pinned_start",
                "A,60,machine 1,2026-03-01T06:00",
            ),
            **settings("start = 2026-03-02"),
        },
        ("pinned", ORDERS, 2, "pinned_start", "2026-03-01T06:00"),
    ),
    # changeovers
    "an unknown family in the list": (
        {"changeovers.csv": "from,to,minutes\nred,pink,5\n"},
        ("known_family", "changeovers.csv", 2, "to", "pink"),
    ),
    "a matrix that is not square": (
        {"changeovers.csv": "from,red\nred,0\npink,5\n", **RED_AND_PINK},
        ("square_matrix", "changeovers.csv", 3, "from", "pink"),
    ),
    "a fault inside a matrix": (
        {"changeovers.csv": "from,red,pink\nred,0,x\npink,5,0\n", **RED_AND_PINK},
        ("number", "changeovers.csv", 2, "pink", "x"),
    ),
    "a negative changeover": (
        {"changeovers.csv": "from,to,minutes\nred,red,-5\n"},
        ("number_range", "changeovers.csv", 2, "minutes", "-5"),
    ),
    "a fractional cost": (
        {"changeovers.csv": "from,to,minutes,cost\nred,red,5,1.5\n"},
        ("whole_number", "changeovers.csv", 2, "cost", "1.5"),
    ),
    "a changeover twice": (
        {"changeovers.csv": "from,to,minutes\nred,*,5\nred,*,6\n"},
        ("one_changeover", "changeovers.csv", 3, "from", "red"),
    ),
    "a changeover of an unknown machine": (
        {"changeovers.csv": "machine,from,to,minutes\nM9,*,*,5\n"},
        ("known_machine", "changeovers.csv", 2, "machine", "M9"),
    ),
    "an unknown attribute": (
        {"changeovers.csv": "attribute,from,to,minutes\nwidth,*,*,5\n"},
        ("known_attribute", "changeovers.csv", 2, "attribute", "width"),
    ),
    "an initial family of too few attributes": (
        {
            **orders("order_id,attr_a,attr_b,duration_minutes", "A,x,y,60"),
            "machines.csv": "machine_id,initial_family\nM1,x\n",
        },
        ("known_family", "machines.csv", 2, "initial_family", "x"),
    ),
    # calendars
    "an unknown calendar": (
        with_machines("machine_id,calendar\nM1,day\n"),
        ("known_calendar", "machines.csv", 2, "calendar", "day"),
    ),
    "windows that overlap": (
        {"calendars.csv": "calendar,weekdays,start,end\nd,Mon,06:00,14:00\nd,Mon,13:00,22:00\n"},
        ("windows_apart", "calendars.csv", 3, "start", "13:00"),
    ),
    "a night shift into the next": (
        {"calendars.csv": "calendar,weekdays,start,end\nd,Mon,05:00,13:00\nd,Sun,22:00,06:00\n"},
        ("windows_apart", "calendars.csv", 3, "start", "22:00"),
    ),
    "no such time of day": (
        {"calendars.csv": "calendar,weekdays,start,end\nd,Mon,06:00,24:30\n"},
        ("time_of_day", "calendars.csv", 2, "end", "24:30"),
    ),
    "no such weekday": (
        {"calendars.csv": "calendar,weekdays,start,end\nd,Lundi,06:00,14:00\n"},
        ("weekdays", "calendars.csv", 2, "weekdays", "Lundi"),
    ),
    "neither weekday nor date": (
        {"calendars.csv": "calendar,weekdays,date\nd,,\n"},
        ("weekdays_or_date", "calendars.csv", 2, "weekdays", ""),
    ),
    "a calendar of closures": (
        {"calendars.csv": "calendar,date,open\nd,2026-03-02,no\n"},
        ("calendar_opens", "calendars.csv", 2, "calendar", "d"),
    ),
    # durations
    "a duration of an unknown machine": (
        {"durations.csv": "order_id,machine_id,minutes\nA,M9,5\n"},
        ("known_machine", "durations.csv", 2, "machine_id", "M9"),
    ),
    "a duration of an unknown order": (
        {"durations.csv": "order_id,machine_id,minutes\nZ,machine 1,5\n"},
        ("duration_used", "durations.csv", 2, "order_id", "Z"),
    ),
    "a duration of both": (
        {
            "durations.csv": "order_id,product,machine_id,minutes\nA,x,machine 1,5\n",
            **orders("order_id,family,product,duration_minutes", "A,red,x,60"),
        },
        ("order_or_product", "durations.csv", 2, "order_id", "A"),
    ),
    # settings
    "broken TOML": (settings("name = "), ("toml", TOML, None, "", "")),
    "brackets without end": (settings("a = " + "[" * 5000), ("toml", TOML, None, "", "")),
    "a number of 5,000 digits": (settings("a = " + "9" * 5000), ("toml", TOML, None, "", "")),
    "an unknown key": (settings("nam = 'x'"), ("known_key", TOML, None, "nam", "x")),
    "an unknown time zone": (
        settings("time_zone = 'Europe/Atlantis'"),
        ("time_zone", TOML, None, "time_zone", "Europe/Atlantis"),
    ),
    "a time zone that leaves its folder": (
        settings("time_zone = '../../etc/passwd'"),
        ("time_zone", TOML, None, "time_zone", "../../etc/passwd"),
    ),
    "a number for a time zone": (
        settings("time_zone = 3"),
        ("time_zone", TOML, None, "time_zone", "3"),
    ),
    "an unknown unit": (
        settings("time_unit = 'hour'"),
        ("known_choice", TOML, None, "time_unit", "hour"),
    ),
    "an unknown preset": (
        settings("preset = 'best'"),
        ("known_choice", TOML, None, "preset", "best"),
    ),
    "an unknown weight": (
        settings("[weights]\nspeed = 1"),
        ("known_key", TOML, None, "weights.speed", "1"),
    ),
    "a fractional weight": (
        settings("[weights]\ntardiness = 0.5"),
        ("whole_number", TOML, None, "weights.tardiness", "0.5"),
    ),
    "a preset and weights": (
        settings("preset = 'balanced'\n[weights]\ntardiness = 1"),
        ("one_weighting", TOML, None, "weights", ""),
    ),
    "a negative default changeover": (
        settings("[default_changeover]\nminutes = -1"),
        ("whole_number", TOML, None, "default_changeover.minutes", "-1"),
    ),
    "a start the clocks skip": (
        settings("start = 2026-03-29T02:30:00\ntime_zone = 'Europe/Berlin'"),
        ("local_time", TOML, None, "start", "2026-03-29 02:30:00"),
    ),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES.keys())
def test_a_fault_gives_exactly_its_finding(
    tmp_path: Path, files: Mapping[str, str | bytes], expected: Place
) -> None:
    found = findings_of(folder_of(tmp_path, files))
    assert [place_of(finding) for finding in found] == [expected]
    assert found[0].message
    assert found[0].hint


def test_there_are_at_least_sixty_cases() -> None:
    assert len(CASES) >= 60


def test_all_findings_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = {
        ORDERS: "order_id,family,duration_minutes,due\nA,red,x,y\n",
        "machines.csv": "machine_id,speed\nM1,-1\n",
        "changeovers.csv": "from,to,minutes\nred,red,z\n",
        TOML: "time_zone = 'Nowhere'\n",
    }
    with pytest.raises(ScenarioError, match="and 4 more") as caught:
        read_scenario(folder_of(tmp_path, files))
    assert {(f.file, f.column) for f in caught.value.findings} == {
        (ORDERS, "duration_minutes"),
        (ORDERS, "due"),
        ("machines.csv", "speed"),
        ("changeovers.csv", "minutes"),
        (TOML, "time_zone"),
    }


def test_warnings_do_not_stop_a_scenario_and_become_assumptions(tmp_path: Path) -> None:
    path = folder_of(tmp_path, {"changeovers.csv": "from,to,minutes\nred,pink,5\n"})
    assert [finding.severity for finding in findings_of(path)] == [Severity.WARNING]
    assert any("pink" in assumption for assumption in read_scenario(path).assumptions)


def test_the_same_fault_in_every_row_is_told_so_often_and_then_counted(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(FAULTS_TOLD + 5)]
    found = findings_of(folder_of(tmp_path, orders("order_id,duration_minutes", *rows)))
    assert len(found) == FAULTS_TOLD + 1
    assert found[-1].message == "5 more rows have the same fault"


def only(path: Path) -> Place:
    """Return the place of the only finding in `path`."""
    (finding,) = findings_of(path)
    return place_of(finding)


def test_a_path_that_does_not_exist_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    assert only(path) == ("file", str(path), None, "", "")


def test_a_path_with_a_nul_is_a_finding() -> None:
    assert only(Path("a\0b"))[0] == "file"


def test_a_folder_without_orders_is_a_finding_that_names_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "order.csv").write_text("order_id\n")
    (finding,) = findings_of(tmp_path)
    assert finding.rule == "orders_given"
    assert "order.csv" in finding.message


def test_a_directory_in_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / ORDERS).mkdir()
    assert only(tmp_path) == ("file", ORDERS, None, "", "")


def test_another_kind_of_file_points_to_the_importer(tmp_path: Path) -> None:
    path = tmp_path / "orders.txt"
    path.write_text("order_id\nA\n")
    (finding,) = findings_of(path)
    assert place_of(finding) == ("file_kind", "orders.txt", None, "", ".txt")
    assert "planner import" in finding.hint


def test_a_device_is_not_read() -> None:
    assert only(Path("/dev/zero")) == ("file_kind", "zero", None, "", "")


def test_a_line_of_200_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / ORDERS).open("wb") as file:
        file.write(b"order_id\n")
        file.seek(200 * 2**20 - 1)  # sparse: takes no room on the disk
        file.write(b"x")
    assert only(tmp_path) == ("line_length", ORDERS, 2, "", "")


def test_a_file_above_200_megabytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / ORDERS).touch()
    os.truncate(tmp_path / ORDERS, 200 * 2**20 + 1)
    assert only(tmp_path) == ("file_size", ORDERS, None, "", str(200 * 2**20 + 1))


def archive(path: Path, members: Mapping[str, str], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, text in members.items():
            target.writestr(name, text)
    return path


def test_a_broken_zip_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "plant.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    assert only(path) == ("archive", "plant.zip", None, "", "")


def test_a_zip_with_a_damaged_member_is_a_finding(tmp_path: Path) -> None:
    good = archive(tmp_path / "good.zip", {ORDERS: "order_id,duration_minutes\nA,60\n"})
    path = tmp_path / "plant.zip"
    path.write_bytes(good.read_bytes().replace(b"A,60", b"A,61"))
    assert only(path) == ("archive", "plant.zip", None, "", "")


def test_a_zip_that_points_outside_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "plant.zip", {ORDERS: "order_id\n", "../evil.csv": "x"})
    assert only(path) == ("archive", "plant.zip", None, "", "../evil.csv")
    assert not (tmp_path.parent / "evil.csv").exists()


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plant.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
        target.open(ORDERS, "w") as member,
    ):
        block = bytes(2**20)
        for _ in range(201):
            member.write(block)
    assert only(path) == ("file_size", "plant.zip", None, "", str(201 * 2**20))


def test_two_scenarios_in_one_zip_are_a_finding(tmp_path: Path) -> None:
    members = {"a/orders.csv": "order_id\n", "b/orders.csv": "order_id\n"}
    assert only(archive(tmp_path / "plant.zip", members)) == ("archive", "plant.zip", None, "", "")


@pytest.mark.parametrize(
    "content",
    [b"no zip at all", b"PK\x05\x06" + bytes(18)],
    ids=["text", "empty zip"],
)
def test_a_broken_workbook_is_a_finding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plant.xlsx"
    path.write_bytes(content)
    (finding,) = findings_of(path)
    assert finding.rule in ("archive", "workbook")


def test_a_workbook_without_orders_is_a_finding(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Tabelle1"
    path = tmp_path / "plant.xlsx"
    book.save(path)
    (finding,) = findings_of(path)
    assert finding.rule == "orders_given"
    assert "Tabelle1" in finding.message


def test_an_error_cell_of_a_workbook_is_a_finding(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "orders"
    book.active.append(["order_id", "duration_minutes"])
    book.active.append(["A", "#DIV/0!"])
    path = tmp_path / "plant.xlsx"
    book.save(path)
    assert only(path) == ("error_cell", ORDERS, 2, "duration_minutes", "#DIV/0!")


def test_too_many_families_for_a_table_of_changeovers_are_a_finding(tmp_path: Path) -> None:
    rows = [f"{number},{number},60" for number in range(5001)]
    found = only(folder_of(tmp_path, orders("order_id,family,duration_minutes", *rows)))
    assert found == ("number_of_families", ORDERS, None, "family", "5001")
