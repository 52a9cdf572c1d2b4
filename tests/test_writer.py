import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from planner.checker import check
from planner.domain import Scenario, Weights
from planner.errors import ScheduleError
from planner.kpis import measure
from planner.schedule import Result, Schedule, Status
from planner.writer import (
    fingerprint,
    kpis_csv,
    read_schedule,
    schedule_csv,
    schedule_from_csv,
    schedule_from_json,
    schedule_json,
    schema,
    write_schedule,
)
from tests.builders import Wanted, batch, machine, order, random_scenario, scenario, schedule
from tests.naive import naive_schedule


def small(**fields: Any) -> Scenario:
    """Return orders A and B of red and C of blue on machine M, set up for blue."""
    wanted = [order("A", due=60), order("B"), order("C", family="blue")]
    return scenario(wanted, [machine(initial="blue")], {("blue", "red"): 10}, **fields)


MADE = schedule(batch(("A", 10, 70), ("B", 70, 130)), unplanned={"C": "no room"})


def result(**fields: Any) -> Result:
    kpis = measure(small(), MADE)
    known: dict[str, Any] = {
        "schedule": MADE,
        "status": Status.FEASIBLE,
        "cost": kpis.cost,
        "bound": 5,
        "terms": kpis.terms,
        "method": "search",
        "seconds": 1.5,
        "seconds_to_best": 0.5,
        "seed": 0,
    }
    return Result(**{**known, **fields})


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def changed(row: int, **cells: str) -> str:
    """Return the small schedule as CSV with other cells in a row; the header is row 1."""
    rows = table(schedule_csv(small(), MADE))
    rows[row - 2] |= cells
    return written(rows)


def written(rows: list[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    out = csv.DictWriter(text, list(rows[0]))
    out.writeheader()
    out.writerows(rows)
    return text.getvalue()


# round trips


@pytest.mark.parametrize("suffix", [".csv", ".json"])
@given_any(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_an_exported_schedule_reads_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng, time_unit="second" if seed % 3 else "minute")
    made = naive_schedule(given, rng)
    path = tmp_path_factory.mktemp("made") / f"schedule{suffix}"
    write_schedule(path, given, made)
    assert read_schedule(path, given) == made


@given_any(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_names_of_any_letters_come_back(name: str) -> None:
    given = scenario([order(name, family=name)], [machine(name)])
    made = schedule(batch(name, end=60, machine=name, family=name))
    assert schedule_from_csv(schedule_csv(given, made), given, "f") == made
    assert schedule_from_json(schedule_json(given, made), given, "f") == made


def test_neither_order_of_rows_nor_of_columns_matters() -> None:
    rows = [dict(reversed(row.items())) for row in reversed(table(schedule_csv(small(), MADE)))]
    assert schedule_from_csv(written(rows), small(), "f") == MADE


def test_batches_without_length_keep_their_order() -> None:
    given = scenario([order("B", minutes=0), order("A", minutes=0)])
    made = schedule(batch("B"), batch("A"))
    assert schedule_from_csv(schedule_csv(given, made), given, "f") == made


def test_times_come_back_in_the_night_the_clocks_change() -> None:
    # On 2026-10-25 the hour from 02:00 comes twice in Berlin.
    start = datetime(2026, 10, 25, 1)  # noqa: DTZ001
    given = scenario([order("A", minutes=60), order("B", minutes=60)], start=start)
    made = schedule(batch(("A", 60, 120), ("B", 120, 180)))
    rows = table(schedule_csv(given, made))
    assert [row["start"][11:] for row in rows] == ["02:00+02:00", "02:00+01:00"]
    for row in rows:
        row["start_units"] = row["end_units"] = ""
    assert schedule_from_csv(written(rows), given, "f") == made


# what is in the files


def test_a_row_of_the_csv_is_an_operation_with_local_times() -> None:
    first, second, third = table(schedule_csv(small(), MADE))
    assert (first["order_id"], first["machine"], first["batch"], first["position"]) == (
        "A",
        "M",
        "1",
        "1",
    )
    assert first["changeover_start"] == "2026-03-02T06:00+01:00"
    assert (first["start"], first["end"]) == ("2026-03-02T06:10+01:00", "2026-03-02T07:10+01:00")
    assert (first["due"], first["minutes_late"]) == ("2026-03-02T07:00+01:00", "10")
    assert (second["changeover_start"], second["due"], second["minutes_late"]) == ("", "", "")
    assert (third["status"], third["reason"], third["start"]) == ("unplanned", "no room", "")


def test_unknown_columns_of_the_order_file_come_out_again() -> None:
    extra = (("lot", "007"), ("start", "asap"))
    wanted = order(extra=extra, quantity=Decimal("1.50"), customer="Ö, Ltd", note="a\nb")
    text = schedule_csv(scenario([wanted]), schedule(batch(end=60)))
    (row,) = table(text)
    assert (row["lot"], row["start (orders.csv)"], row["quantity"]) == ("007", "asap", "1.50")
    assert (row["customer"], row["note"]) == ("Ö, Ltd", "a\nb")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "＝1"])
def test_no_spreadsheet_runs_what_is_in_a_file(text: str) -> None:
    wanted: list[Wanted] = [
        order("A", customer=text, note=text, product=text, unit=text, extra=((text, text),)),
        order(text),
    ]
    out = schedule_csv(scenario(wanted), schedule(batch("A", end=60), unplanned={text: text}))
    cells = [cell for row in csv.reader(io.StringIO(out, newline="")) for cell in row]
    assert text not in cells
    assert cells.count(f"'{text}") == 9


def test_figures_as_csv_say_what_is_not_available() -> None:
    rows = table(kpis_csv(small(), MADE))
    values = {(row["machine"], row["figure"]): row["value"] for row in rows}
    assert values["", "Changeovers"] == "1"
    assert values["", "Average batch fill"] == "not available"
    assert values["M", "Processing time"] == "2.0000"


@pytest.mark.parametrize("planned", [MADE, result()], ids=["schedule", "result"])
def test_the_json_keeps_its_schema(planned: Schedule | Result) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(schedule_json(small(), planned)), schema())


@pytest.mark.parametrize("seed", range(10))
def test_random_schedules_keep_the_schema(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng)
    made = naive_schedule(given, rng)
    jsonschema.validate(json.loads(schedule_json(given, made)), schema())


def test_the_json_holds_what_is_known() -> None:
    given = small(assumptions=("always open",), weights=Weights(makespan=2, unplanned=1000))
    document = json.loads(schedule_json(given, result(bound=630)))
    assert document["cost"] == 2 * 130 + 1000
    assert document["terms"]["makespan"] == {"value": 130, "weight": 2, "cost": 260}
    assert document["planning"]["bound"] == 630
    assert document["assumptions"] == ["always open"]
    assert document["scenario"]["fingerprint"] == fingerprint(given)
    assert document["certificate"]["certified"] is True
    changeover = document["batches"][0]["changeover"]
    assert (changeover["from_family"], changeover["start"], changeover["end"]) == ("blue", 0, 10)


def test_the_certificate_lists_what_is_broken() -> None:
    late = schedule(batch(("A", 9, 69), ("B", 69, 129)), unplanned={"C": "no room"})
    certificate = json.loads(schedule_json(small(), late))["certificate"]
    assert certificate["certified"] is False
    assert [found["rule"] for found in certificate["violations"]] == ["changeover_time"]
    assert schedule_from_json(schedule_json(small(), late), small(), "f") == late


def test_a_json_document_needs_its_version_and_batches_only() -> None:
    document = {"schema_version": 1, "batches": json.loads(schedule_json(small(), MADE))["batches"]}
    assert schedule_from_json(json.dumps(document), small(), "f") == replace(MADE, unplanned=())


def test_the_fingerprint_is_of_what_a_plan_depends_on() -> None:
    base = fingerprint(small())
    assert base == fingerprint(small(name="other", assumptions=("x",)))
    assert base != fingerprint(small(weights=Weights(makespan=1)))
    assert base != fingerprint(small(horizon=9_999))
    assert base != fingerprint(small(time_zone="UTC"))
    # The same on every machine, in every run.
    assert fingerprint(scenario([order()])) == fingerprint(scenario([order(note="x")]))


# files that are no schedule


def test_a_schedule_file_may_come_from_a_spreadsheet() -> None:
    text = schedule_csv(small(), MADE).replace(",", ";")
    assert schedule_from_csv(text, small(), "f") == MADE


BAD_CSV = [
    ("", "file is empty"),
    ("a,b\n1,2\n", "row 1: there is no column 'order_id'"),
    ("order_id,machine,batch,end\nA,M,1,\n", "row 1: there is no column 'start' or 'start_units'"),
    ("order_id,machine,batch,start\nA,M,1,\n", "row 1: there is no column 'end' or 'end_units'"),
    ("order_id,machine,batch,start,end,end\n", "row 1: there are two columns 'end'"),
    (changed(2, operation="Z"), "row 2, column operation: the scenario .* has no order 'Z'"),
    (changed(2, operation="", order_id="Z"), "row 2, column order_id: .* no order 'Z'"),
    (
        changed(3, machine="X"),
        "row 3, column machine: the scenario has no machine 'X'\n.*are: M\\.",
    ),
    (changed(3, family="pink"), "row 3, column family: the scenario has no family 'pink'"),
    (changed(3, family="blue"), "row 3, column family: batch 1 of M is 'red' and 'blue'"),
    (changed(2, batch=""), "row 2, column batch: '' is not a whole number"),
    (changed(2, batch="1.0"), r"row 2, column batch: '1\.0' is not a whole number"),
    (changed(2, batch="１"), "row 2, column batch: '１' is not a whole number"),
    (changed(2, position="x"), "row 2, column position: 'x' is not a whole number"),
    (changed(2, start_units="1e1"), "row 2, column start_units: '1e1' is not a whole number"),
    (changed(2, start_units="9" * 17), "row 2, column start_units: 9+ is too large for a time"),
    (changed(2, start_units="11"), "row 2, column start: .* and start_units 11 are two different"),
    (changed(2, start="tomorrow"), "row 2, column start: 'tomorrow' is not a date and time"),
    (changed(2, start="0001-01-01T00:00+14:00", start_units=""), "'0001.*' is not a date and time"),
    (changed(2, end="", end_units=""), "row 2, column end: '' is not a date and time"),
    (changed(2, end="2026-03-02T07:10:30", end_units=""), "column end: .* between two minutes"),
    (changed(2, status="late"), "row 2, column status: 'late' is not a status"),
    (changed(4, status="planned"), "row 4, column machine: the order is planned, but"),
    (changed(2, status="unplanned"), "row 2, column machine: .* unplanned, yet on machine 'M'"),
    (schedule_csv(small(), MADE) + 'A,"x', "this is not CSV"),
    (schedule_csv(small(), MADE) + "x" * 200_000, "row 5: this is not CSV: field larger"),
    ("order_id,machine,batch,start,end\nA,M,1,a,b,c\n", "row 2: 6 cells under 5 headings"),
]


@pytest.mark.parametrize(("text", "message"), BAD_CSV, ids=range(len(BAD_CSV)))
def test_a_bad_csv_names_the_place_and_the_way_out(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=rf"(?s)^made\.csv(?=.*\n    \w).*{message}"):
        schedule_from_csv(text, small(), "made.csv")


def edited(*path: str | int, value: Any) -> str:
    """Return the small schedule as JSON with another value somewhere."""
    document = json.loads(schedule_json(small(), MADE))
    part = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return json.dumps(document)


PLACE = ("batches", 0, "placements", 1)
BAD_JSON = [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("[" * 100_000, "nested too deeply"),
    ("[]", r"\[\] is not an object"),
    ("{}", "no key 'schema_version'"),
    ('{"schema_version": 1}', "no key 'batches'"),
    ('{"schema_version": ' + "9" * 5000 + "}", "not JSON"),
    (edited("schema_version", value=2), "column schema_version: version 2 is not known"),
    (edited("schema_version", value=True), "column schema_version: true is not a whole number"),
    (edited("batches", value={}), r"column batches: \{\} is not a list"),
    (edited("batches", value=[3]), r"column batches\[0\]: 3 is not an object"),
    (edited("batches", 0, "machine", value="X"), r"batches\[0\]\.machine: .* no machine 'X'"),
    (edited("batches", 0, "machine", value=None), "null is not text"),
    (edited("batches", 0, "family", value="pink"), r"batches\[0\]\.family: .* no family 'pink'"),
    (edited("batches", 0, "start", value=1.5), r"batches\[0\]\.start: 1\.5 is not a whole number"),
    (edited("batches", 0, "end", value="9"), r"batches\[0\]\.end: \"9\" is not a whole number"),
    (edited("batches", 0, "end", value=10**16), r"batches\[0\]\.end: 10+ is too large"),
    (edited("batches", 0, "end", value=float("nan")), "NaN is not a whole number"),
    (edited(*PLACE, "operation", value="Z"), r"placements\[1\]\.operation: .* no order 'Z'"),
    (edited(*PLACE, "operation", value="\ud800"), "not text in Unicode"),
    (edited("unplanned", value=[{"operation": "C"}]), r"unplanned\[0\]: .* no key 'reason'"),
    (edited("scenario", "start", value="2026-03-03T06:00:00"), "scenario.start: .* is not the"),
    (edited("scenario", "time_zone", value="UTC"), "scenario.time_zone: 'UTC' is not the"),
    (edited("scenario", "time_unit", value="second"), "scenario.time_unit: 'second' is not the"),
]


@pytest.mark.parametrize(("text", "message"), BAD_JSON, ids=range(len(BAD_JSON)))
def test_a_bad_json_names_the_place_and_the_way_out(text: str, message: str) -> None:
    with pytest.raises(ScheduleError, match=rf"(?s)^made\.json(?=.*\n    \w).*{message}"):
        schedule_from_json(text, small(), "made.json")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "latin.csv").write_bytes(b"order_id\nM\xfcller\n")
    for name, message in (
        ("folder.csv", "cannot be read: is not a regular file"),
        ("none.json", "cannot be read: No such file"),
        ("latin.csv", "byte 11 is not UTF-8"),
        ("made.xls", "'.xls' is not a format of a schedule"),
        ("made", "'no suffix' is not a format of a schedule"),
    ):
        with pytest.raises(ScheduleError, match=message):
            read_schedule(tmp_path / name, small())


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError, match="cannot be written: No such file"):
        write_schedule(tmp_path / "none" / "made.csv", small(), MADE)
    with pytest.raises(ScheduleError, match="not a format of a schedule"):
        write_schedule(tmp_path / "made.pdf", small(), MADE)
    nothing = result(schedule=None, status=Status.NO_SCHEDULE, cost=None, terms=None)
    with pytest.raises(ScheduleError, match="no schedule to write"):
        write_schedule(tmp_path / "made.csv", small(), nothing)


@pytest.mark.parametrize("start", [-(10**9), 10**9 - 60])
def test_any_time_that_can_be_read_can_be_written(start: int) -> None:
    made = schedule(batch(("A", start, start + 60)), unplanned={"B": "x", "C": "x"})
    assert schedule_from_csv(schedule_csv(small(), made), small(), "f") == made
    assert schedule_from_json(schedule_json(small(), made), small(), "f") == made


def test_a_schedule_that_breaks_rules_is_read_for_the_checker_to_judge() -> None:
    text = changed(3, order_id="A", operation="A")
    rules = {found.rule for found in check(small(), schedule_from_csv(text, small(), "f"))}
    assert rules == {"every_order_once"}
