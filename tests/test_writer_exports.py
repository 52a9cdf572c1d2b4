"""Files for people, read back where they can be."""

import io
import re
import struct
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from planner.checker import RULES, check
from planner.cli import main
from planner.cli.export import BINARY as CLI_BINARY
from planner.cli.export import KINDS
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.intake import import_tables
from planner.kpis import changeovers_of, measure, rows
from planner.reader import read_scenario, scenario_from_tables
from planner.schedule import Schedule
from planner.search.baselines import earliest_due_date, one_by_one
from planner.writer import (
    BINARY,
    FORMATS,
    exported,
    fingerprint,
    gantt_html,
    gantt_image,
    schedule_csv,
    schedule_from_csv,
    schedule_icalendar,
    schedule_id,
    schedule_xlsx,
    work_lists_html,
    write_schedule,
)
from planner.writer.to_work_lists import shifts
from scenarios import sample_path
from tests.builders import batch, machine, order, scenario, schedule

Planned = tuple[Scenario, Schedule]
Event = dict[str, str]

NASTY = '=1+1;<script>alert(1)</script>, $x$ \\n "Ä" \x0b染料' + "long " * 20
# Red orders A and B after a changeover of 10 minutes from blue; A is late by 10 minutes.
SMALL = scenario([order("A", due=60), order("B")], [machine(initial="blue")], {("blue", "red"): 10})
MADE = schedule(batch(("A", 10, 70), ("B", 70, 130)))


@pytest.fixture(scope="module")
def planned() -> Planned:
    given = read_scenario(sample_path("heat-treatment"))
    made = earliest_due_date(given)
    assert check(given, made) == ()
    return given, made


def nasty() -> Planned:
    given = scenario(
        [order(NASTY, family=NASTY, product=NASTY, customer=NASTY, note=NASTY)],
        [machine(NASTY)],
        name=NASTY,
    )
    return given, schedule(batch((NASTY, 0, 60), machine=NASTY, family=NASTY))


def events(text: str) -> list[Event]:
    """Return the events of a calendar: lines unfolded, texts unescaped."""
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    found: list[Event] = []
    for line in lines:
        key, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(
                key, re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), value)
            )
    return found


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_the_command_line_knows_the_formats_of_the_writer() -> None:
    assert (KINDS, frozenset(CLI_BINARY)) == (FORMATS, BINARY)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_file_says_what_it_is_of(planned: Planned, tmp_path: Path, kind: str) -> None:
    given, made = planned
    path = tmp_path / f"made.{kind}"
    write_schedule(path, given, made)
    data = path.read_bytes()
    assert len(data) > 2_000
    for run, said in (("", f"schedule {schedule_id(given, made)}"), ("run-17", "run-17")):
        text = _text_of(exported(kind, given, made, run=run), kind)
        for fact in (given.name, given.clock.time_zone, said, "certified"):
            assert fact in text


def _text_of(data: bytes, kind: str) -> str:
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(data))
        return " ".join(str(cell.value) for row in book["Certificate"].iter_rows() for cell in row)
    return data.decode("latin-1" if kind == "png" else "utf-8").replace("\r\n ", "")


def test_the_name_of_a_schedule_is_its_own() -> None:
    same = schedule(*reversed(MADE.batches))
    assert schedule_id(SMALL, same) == schedule_id(SMALL, MADE)
    later = schedule(batch(("A", 10, 70), ("B", 71, 131)))
    assert schedule_id(SMALL, later) != schedule_id(SMALL, MADE)
    given = scenario([order("A", due=61), order("B")], [machine(initial="blue")])
    assert schedule_id(given, MADE) != schedule_id(SMALL, MADE)


def test_a_calendar_has_every_batch_changeover_and_upkeep(planned: Planned) -> None:
    given, made = planned
    found = events(schedule_icalendar(given, made))
    local = given.clock.local
    wanted = {(b.machine, local(b.start), local(b.end)) for b in made.batches}
    wanted |= {(r.machine, local(r.start), local(r.end)) for r in changeovers_of(given, made)}
    wanted |= {(u.machine, local(u.start), local(u.end)) for u in made.upkeeps}
    assert {(e["LOCATION"], moment(e["DTSTART"]), moment(e["DTEND"])) for e in found} == wanted
    assert len(found) == len(wanted)
    assert len({event["UID"] for event in found}) == len(found)


def test_a_calendar_can_be_of_one_machine(planned: Planned) -> None:
    given, made = planned
    found = events(schedule_icalendar(given, made, machine="F2"))
    assert {event["LOCATION"] for event in found} == {"F2"}
    assert sum(event["CATEGORIES"] == "Batch" for event in found) == len(made.on("F2"))
    with pytest.raises(ScheduleError, match="no machine 'F9'"):
        schedule_icalendar(given, made, machine="F9")
    with pytest.raises(ScheduleError, match="a png file holds all machines"):
        exported("png", given, made, "F2")


def test_a_calendar_is_in_utc_and_says_who_is_late() -> None:
    # Berlin is an hour ahead in March: 06:10 there is 05:10.
    change, made = events(schedule_icalendar(SMALL, MADE))
    assert (change["DTSTART"], change["DTEND"]) == ("20260302T050000Z", "20260302T051000Z")
    assert (made["DTSTART"], made["DTEND"]) == ("20260302T051000Z", "20260302T071000Z")
    assert made["DESCRIPTION"].startswith("Orders: A, B\nA is late\n")


def test_text_in_a_calendar_comes_back() -> None:
    given, made = nasty()
    (event,) = events(schedule_icalendar(given, made))
    assert event["LOCATION"] == NASTY.replace("\x0b", "")  # RFC 5545 allows no control characters


def test_a_batch_without_length_has_no_end() -> None:
    given = scenario([order(minutes=0)])
    (event,) = events(schedule_icalendar(given, schedule(batch(start=5, end=5))))
    assert "DTEND" not in event


def test_a_png_is_a_picture_of_a_size(planned: Planned) -> None:
    data = gantt_image(*planned, "png")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width > 1000
    assert height > 300


def test_an_svg_names_machines_and_families_and_is_always_the_same(planned: Planned) -> None:
    given, made = planned
    data = gantt_image(given, made, "svg")
    texts = {element.text for element in ET.fromstring(data).iter() if element.text}
    assert {*given.machine, *given.families, "changeover"} <= texts
    assert data == gantt_image(given, made, "svg")


def test_names_from_files_do_no_harm_in_charts_and_lists() -> None:
    given, made = nasty()
    ET.fromstring(gantt_image(given, made, "svg"))
    assert gantt_image(given, made, "png")
    for page in (gantt_html(given, made), work_lists_html(given, made)):
        assert "<script>alert" not in page


@pytest.fixture(scope="module")
def book(planned: Planned) -> Workbook:
    return load_workbook(io.BytesIO(schedule_xlsx(*planned)))


def cells(book: Workbook, sheet: str) -> list[dict[str, object]]:
    """Return the rows of a table by heading."""
    head, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def test_the_workbook_has_the_measured_figures(planned: Planned, book: Workbook) -> None:
    given, made = planned
    found = {line["Figure"]: line for line in cells(book, "Figures")}
    for name, of in (("Plan", made), ("One by one", one_by_one(given))):
        for row in rows(measure(given, of)):
            wanted = "not available" if row.value is None else pytest.approx(float(row.value))
            assert found[row.label][name] == wanted
    saved = found["Changeovers"]
    assert saved["Difference"] == saved["Plan"] - saved["One by one"]  # type: ignore[operator]


def test_the_workbook_has_every_batch_order_and_changeover(
    planned: Planned, book: Workbook
) -> None:
    given, made = planned
    zone = given.clock.time_zone
    starts = [
        (line["Machine"], line["Batch"], line[f"Start ({zone})"]) for line in cells(book, "Batches")
    ]
    assert starts == [
        (name, number, given.clock.local(made_batch.start).replace(tzinfo=None))
        for name in given.machine
        for number, made_batch in enumerate(made.on(name), start=1)
    ]
    assert [line["Order"] for line in cells(book, "Orders")] == list(given.order)
    assert len(cells(book, "Schedule")) == sum(len(b.placements) for b in made.batches)
    minutes = [line["Minutes"] for line in cells(book, "Changeovers")]
    assert minutes == [run.minutes for run in changeovers_of(given, made)]


def test_the_workbook_says_what_it_is_of(planned: Planned, book: Workbook) -> None:
    given, _ = planned
    told = {line["Fact or rule"]: line["Answer"] for line in cells(book, "Certificate")}
    assert told["Fingerprint"] == fingerprint(given)
    assert told["Time zone"] == given.clock.time_zone
    assert told["Checker"] == f"certified: keeps all {len(RULES)} rules"
    assert told["changeover_time"] == "kept"
    assert [line["Assumption"] for line in cells(book, "Assumptions")]
    for sheet in book:
        assert fingerprint(given)[:12] in str(sheet.oddFooter.left.text)


def test_tables_of_the_workbook_are_frozen_filtered_and_printed_whole(book: Workbook) -> None:
    for sheet in book:
        assert sheet.freeze_panes is not None
        if sheet.title not in ("Gantt", "Chart"):
            assert sheet.auto_filter.ref
            assert sheet.print_area
    assert len(book["Chart"]._images) == 1


def test_the_gantt_has_the_colour_of_the_family_and_stripes_for_a_changeover() -> None:
    # Slots of 5 minutes: 10 minutes of changeover are columns B and C, the batch begins in D.
    sheet = load_workbook(io.BytesIO(schedule_xlsx(SMALL, MADE)))["Gantt"]
    assert [cell.fill.patternType for cell in sheet[3][1:4]] == ["lightUp", "lightUp", "solid"]
    assert sheet[3][3].fill.fgColor.rgb == "FFC8372D"
    assert [cell.value for cell in sheet[3][1:4]] == [None, None, 1]


def test_text_from_files_is_no_formula_in_the_workbook() -> None:
    found = load_workbook(io.BytesIO(schedule_xlsx(*nasty())))
    kinds = {cell.data_type for sheet in found for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    (name,) = [cell for cell in found["Orders"]["A"] if str(cell.value).startswith("=1+1")]
    assert name.quotePrefix


@pytest.mark.parametrize("given", [SMALL, scenario()], ids=["unplanned", "no orders"])
def test_nothing_planned_can_be_exported(given: Scenario) -> None:
    for kind in FORMATS:
        assert exported(kind, given, Schedule())


def test_a_chart_page_needs_no_network(planned: Planned) -> None:
    page = gantt_html(*planned)
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", page)
    assert len(page) > 1_000_000  # the library is inside


def test_a_shift_is_a_window_and_a_long_window_is_cut() -> None:
    # From Mon 06:00: cut at 14:00, 22:00 and Tue 06:00, that is minutes 480, 960, 1440.
    long = scenario([order()], [machine(windows=[(0, 2000)])])
    assert [tuple(shift) for shift in shifts(long, "M", 1000)] == [
        (0, 480), (480, 960), (960, 1440),
    ]  # fmt: skip
    short = scenario([order()], [machine(windows=[(0, 480), (600, 1000)])])
    assert [tuple(shift) for shift in shifts(short, "M", 601)] == [(0, 480), (600, 1000)]


def test_a_work_list_has_a_line_per_task_and_shift() -> None:
    # A runs 06:10 to 14:10 and is in both shifts; B after it only in the second.
    given = scenario([order("A", minutes=480), order("B", family="blue")], changeovers=20)
    made = schedule(batch(("A", 10, 490)), batch(("B", 510, 570), family="blue"))
    assert check(given, made) == ()
    page = work_lists_html(given, made)
    first, second = re.findall(r"<section>.*?</section>", page)
    assert [text.count("<tr><td") for text in (first, second)] == [1, 2]
    assert "until Mon 14:10" in first
    assert [text.count('class="changeover"') for text in (first, second)] == [0, 1]
    assert "since Mon 06:10" in second


def test_each_order_stands_with_its_own_times_in_the_shift_that_makes_it() -> None:
    # One batch over both shifts, which change at 480: A 06:10 to 08:20 and B 08:20 to 14:00 in the
    # first, C 14:00 to 15:00 in the second.
    given = scenario([order("A", minutes=130), order("B", minutes=340), order("C")])
    made = schedule(batch(("A", 10, 140), ("B", 140, 480), ("C", 480, 540)))
    assert check(given, made) == ()
    first, second = re.findall(r"<section>.*?</section>", work_lists_html(given, made))
    rows = [re.findall(r"<td>(\w)</td>", text) for text in (first, second)]
    assert rows == [["A", "B"], ["C"]]
    assert 'Mon 06:10</td><td class="time">Mon 08:20' in first
    assert "2 of 3 orders" in first
    assert "1 of 3 orders" in second


def test_a_work_list_shows_what_is_outside_of_the_calendar() -> None:
    given = scenario([order()], [machine(windows=[(100, 200)])])
    page = work_lists_html(given, schedule(batch(start=0, end=60)))
    assert "outside of the machine" in page
    assert "NOT certified" in page


def test_export_needs_a_file_for_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.csv"
    given = read_scenario(sample_path("tiny"))
    write_schedule(plan, given, earliest_due_date(given))
    call = ["export", str(sample_path("tiny")), str(plan)]
    assert main([*call, "--format", "png"]) == 2
    assert "needs --out" in capsys.readouterr().err
    assert main([*call, "--out", str(tmp_path / "m.lists.html"), "--format", "lists.html"]) == 0
    assert main([*call, "--format", "ics"]) == 0
    assert capsys.readouterr().out.startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize("limits", ["duration_minutes", "min_minutes,max_minutes"])
def test_an_exported_table_keeps_pins_and_run_times_to_plan_again(limits: str) -> None:
    values = ",".join(["30", "45"][: len(limits.split(","))])
    text = f"order_id,family,{limits},pinned_machine,pinned_start\n" + "".join(
        f"A{k},x,{values},{pin}\n" for k, pin in enumerate(["M1,2026-11-24T06:00", "M1,", ","])
    )
    machines = b"machine,process\nM1,serial\nM2,serial\n"
    start = ("scenario.toml", b"start = 2026-11-23T06:00:00")
    files = [("orders.csv", text.encode()), ("machines.csv", machines), start]
    first = scenario_from_tables(import_tables(files).tables)
    made = earliest_due_date(first)
    table = schedule_csv(first, made)
    assert schedule_from_csv(table, first, "made.csv") == made
    again = import_tables([("orders.csv", table.encode("utf-8-sig")), *files[1:]])
    assert again.is_ready
    second = scenario_from_tables(again.tables)
    assert _to_plan_again(second) == _to_plan_again(first)


def test_an_exported_table_keeps_what_bounds_an_order() -> None:
    text = (
        "order_id,family,duration_minutes,release,deadline,priority,eligible_machines,size_kg\n"
        "A,x,30,2026-11-24T06:00,2026-11-25T06:00,3,M1,2.5\n"
        "B,x,30,,,1,,1\n"
    )
    machines = b"machine_id,process,capacity_kg\nM1,parallel,20\nM2,parallel,20\n"
    files = [("orders.csv", text.encode()), ("machines.csv", machines)]
    first = scenario_from_tables(import_tables(files).tables)
    table = schedule_csv(first, earliest_due_date(first))
    again = import_tables([("orders.csv", table.encode("utf-8-sig")), files[1]])
    assert again.is_ready
    second = scenario_from_tables(again.tables)
    assert [bounds(second, o) for o in "AB"] == [bounds(first, o) for o in "AB"]


def bounds(given: Scenario, name: str) -> tuple[object, ...]:
    order, item = given.order[name], given.operation[name]
    local = [given.clock.local(time) if time else None for time in (order.release, order.deadline)]
    return (*local, order.weight, sorted(item.durations), item.sizes)


def _to_plan_again(given: Scenario) -> dict[str, object]:
    return {
        item.name: (
            item.durations,
            item.pin and item.pin.machine,
            item.pin and item.pin.start is not None and given.clock.local(item.pin.start),
        )
        for item in given.operations
    }


def test_a_table_has_no_columns_that_the_orders_have_not() -> None:
    given = scenario([order(durations={"M": 60, "N": 70})], [machine("M"), machine("N")])
    header = schedule_csv(given, Schedule()).splitlines()[0]
    assert "pinned" not in header
    assert "duration" not in header
