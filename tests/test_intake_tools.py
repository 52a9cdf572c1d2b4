"""Columns of tools, and lists of tools and crews, become resources and needs; the rest is asked."""

import pytest

from planner.domain import During
from planner.intake import ImportedFiles, import_tables
from planner.intake.formats.during import during_of
from planner.intake.together.tools import says_tool
from planner.reader import scenario_from_tables
from planner.validator import validate

ORDERS = (
    "Auftrag;Artikel;Werkzeug;Farbe;Menge;Termin;Dauer (min);Maschine\n"
    "100;Kappe;W-07;rot;20;05.03.2027;120;M1|M2\n"
    "101;Dose;W-09;rot;30;06.03.2027;90;M1|M2\n"
    "102;Kappe;W-07;blau;10;06.03.2027;150;M2\n"
)
TOOLS = "Werkzeug;Anzahl;Lagerort\nW-07;2;R1\nW-09;1;R2\nW-11;1;R2\n"
PLAIN = (
    "Order;Product;Qty;Due;Minutes;Machine\n"
    "1;cap;20;2027-03-05;120;P1|P2\n2;can;30;2027-03-06;90;P1|P2\n3;cap;10;2027-03-06;150;P2\n"
)
BEGIN = ("start", "2027-03-01")


def read(*files: tuple[str, str], answers: tuple[tuple[str, str], ...] = (BEGIN,)) -> ImportedFiles:
    return import_tables([(name, text.encode()) for name, text in files], answers=answers)


def rows(read_in: ImportedFiles, file: str) -> list[dict[str, str]]:
    table = read_in.tables.files[file]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def keys(read_in: ImportedFiles) -> set[str]:
    return {question.key for question in read_in.all_questions}


def test_each_tool_that_orders_name_exists_once_and_that_is_said() -> None:
    read_in = read(("auftraege.csv", ORDERS))
    assert rows(read_in, "resources.csv") == [
        {"resource": "W-07", "amount": "1"},
        {"resource": "W-09", "amount": "1"},
    ]
    assert rows(read_in, "needs.csv") == [
        {"resource": "W-07", "during": "set up", "attr_werkzeug": "W-07"},
        {"resource": "W-09", "during": "set up", "attr_werkzeug": "W-09"},
    ]
    (said,) = [text for text in read_in.all_assumptions if text.startswith("Werkzeug: ")]
    assert said.startswith("Werkzeug: each exists once (W-07, W-09)")
    made = scenario_from_tables(read_in.tables)
    assert validate(made) == ()
    assert [need.families for need in made.needs] == [
        frozenset({"W-07 | rot", "W-07 | blau"}),
        frozenset({"W-09 | rot"}),
    ]


def test_the_column_stays_what_it_is_and_tools_can_be_left_out() -> None:
    shared, alone = read(("a.csv", ORDERS)), read(("a.csv", ORDERS), answers=(("tools", "none"),))
    assert shared.tables.files["orders.csv"] == alone.tables.files["orders.csv"]
    assert "attr_werkzeug" in alone.tables.files["orders.csv"].columns
    assert not {"resources.csv", "needs.csv"} & set(alone.tables.files)
    assert "Werkzeug: tools are not shared, as answered" in alone.all_assumptions
    assert alone.unknown_answers == ()


def test_a_list_of_tools_says_how_many_there_are() -> None:
    read_in = read(("auftraege.csv", ORDERS), ("werkzeuge.csv", TOOLS))
    assert [(r["resource"], r["amount"]) for r in rows(read_in, "resources.csv")] == [
        ("W-07", "2"),
        ("W-09", "1"),
    ]
    assert any("there are 2 × W-07, 1 × W-09" in text for text in read_in.all_assumptions)
    assert any("W-11 not planned with" in text for text in read_in.all_assumptions)


def test_a_list_gives_tools_to_products_where_orders_name_none() -> None:
    moulds = "Mould,Part,Count\nK1,cap,2\nK2,can,1\n"
    read_in = read(("orders.csv", PLAIN), ("moulds.csv", moulds))
    assert [(r["resource"], r["amount"]) for r in rows(read_in, "resources.csv")] == [
        ("K1", "2"),
        ("K2", "1"),
    ]
    assert [(r["resource"], r["during"], r["family"]) for r in rows(read_in, "needs.csv")] == [
        ("K1", "set up", "cap"),
        ("K2", "set up", "can"),
    ]
    made = scenario_from_tables(read_in.tables)
    assert [resource.levels[0].amount for resource in made.resources] == [2, 1]


def test_a_tool_that_two_machines_have_at_the_start_exists_twice() -> None:
    machines = "Maschine;Aktuelle Rüstung\nM1;W-07 | rot\nM2;W-07 | blau\n"
    read_in = read(("auftraege.csv", ORDERS), ("maschinen.csv", machines))
    amounts = {row["resource"]: row["amount"] for row in rows(read_in, "resources.csv")}
    assert amounts == {"W-07": "2", "W-09": "1"}
    assert validate(scenario_from_tables(read_in.tables)) == ()


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        *[("Werkzeug-Nr.", ["W1"]), ("Mould", ["K"]), ("Die no", ["7"]), ("Outillage", ["O1"])],
        *[("Molde", ["M1"]), ("Stampo", ["S1"]), ("Matrijsnr.", ["M1"]), ("Nr formy", ["F1"])],
        *[("模具号", ["K1"]), ("金型番号", ["K1"]), ("Vorrichtung", ["V1"]), ("tool_id", ["T1"])],
        *[("Form", ["F 12", "F 13"]), ("Werkzeugnummer", ["4711"]), ("Nr narzędzia", ["N1"])],
    ],
)
def test_headings_of_tools(heading: str, values: list[str]) -> None:
    assert says_tool(heading, values)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        *[("Tool temperature", ["80"]), ("Farbe", ["rot"]), ("Form", ["rund", "eckig"])],
        *[("Format", ["A4"]), ("Programm", ["850"]), ("Mould change time", ["45"])],
    ],
)
def test_headings_of_no_tools(heading: str, values: list[str]) -> None:
    assert not says_tool(heading, values)


def test_cells_that_name_no_tool_make_none() -> None:
    text = ORDERS.replace("W-09", "ohne")
    assert [row["resource"] for row in rows(read(("a.csv", text)), "resources.csv")] == ["W-07"]


def test_setters_by_shift_are_needed_during_changeovers() -> None:
    crews = "Gruppe;Schicht;Anzahl\nEinrichter;06:00-14:00;2\nEinrichter;14-22 Uhr;1\n"
    read_in = read(("auftraege.csv", ORDERS), ("personal.csv", crews))
    setters = [row for row in rows(read_in, "resources.csv") if row["resource"] == "Einrichter"]
    assert [(row["amount"], row["calendar"]) for row in setters] == [
        ("2", "06:00-14:00"),
        ("1", "14-22 Uhr"),
    ]
    # The machines had no calendar: they stay open, and do not follow a shift of the setters.
    assert {row["calendar"] for row in rows(read_in, "machines.csv")} == {"day and night"}
    made = scenario_from_tables(read_in.tables)
    (need,) = [need for need in made.needs if need.resource == "Einrichter"]
    assert (need.during, need.machine, need.families) == (During.CHANGEOVER, None, None)
    (resource,) = [each for each in made.resources if each.name == "Einrichter"]
    # From Monday, midnight: none, two from 06:00, one from 14:00, none from 22:00.
    assert [tuple(level) for level in resource.levels[:4]] == [
        *[(0, 0), (360, 2), (840, 1), (1320, 0)],
    ]


def test_a_list_of_people_counts_them_by_skill_and_shift() -> None:
    people = (
        "Name;Skill;Shift;From;To\nAnna;Setter;early;06:00;14:00\n"
        "Bob;Setter;early;06:00;14:00\nCy;Setter;late;14:00;22:00\n"
    )
    read_in = read(("orders.csv", PLAIN), ("people.csv", people))
    assert rows(read_in, "resources.csv") == [
        {"resource": "Setter", "amount": "2", "calendar": "early"},
        {"resource": "Setter", "amount": "1", "calendar": "late"},
    ]
    assert [(row["calendar"], row["start"]) for row in rows(read_in, "calendars.csv")[:2]] == [
        ("early", "06:00"),
        ("late", "14:00"),
    ]


def test_calendars_that_are_there_are_used_and_machines_keep_theirs() -> None:
    calendars = "Calendar;Weekdays;Start;End\nday;Mon-Fri;06:00;14:00\n"
    crews = "Crew;Shift;People\nSetters;day;2\nSetters;22:00-06:00;1\n"
    read_in = read(("orders.csv", PLAIN), ("calendars.csv", calendars), ("crews.csv", crews))
    assert [(row["amount"], row["calendar"]) for row in rows(read_in, "resources.csv")] == [
        ("2", "day"),
        ("1", "22:00-06:00"),
    ]
    assert {row["calendar"] for row in rows(read_in, "machines.csv")} == {"day"}


def test_what_operators_do_and_when_a_shift_works_is_asked() -> None:
    files = ("orders.csv", PLAIN), ("crews.csv", "Crew;Shift;People\nOperators;early;3\n")
    first = read(*files)
    assert "during:Operators" in keys(first)
    assert not first.is_ready
    second = read(*files, answers=(BEGIN, ("during:Operators", "run")))
    assert "shift:early" in keys(second)
    assert not second.is_ready
    given = (BEGIN, ("during:Operators", "run"), ("shift:early", "6-14"))
    last = read(*files, answers=given)
    assert last.is_ready
    assert last.unknown_answers == ()
    assert rows(last, "needs.csv") == [{"resource": "Operators", "during": "run"}]
    assert rows(last, "calendars.csv")[0] == {
        "calendar": "early",
        "weekdays": "Mon Tue Wed Thu Fri",
        "start": "06:00",
        "end": "14:00",
    }
    without = read(*files, answers=(BEGIN, ("during:Operators", "none")))
    assert without.is_ready
    assert "resources.csv" not in without.tables.files


def test_a_task_says_when_and_a_column_which_machines() -> None:
    crews = "Crew;People;Task;Machine\nRed team;2;changeover;P1, P2\nBlue team;1;running;P2\n"
    read_in = read(("orders.csv", PLAIN), ("crews.csv", crews))
    assert rows(read_in, "needs.csv") == [
        {"resource": "Red team", "during": "changeover", "machine": "P1"},
        {"resource": "Red team", "during": "changeover", "machine": "P2"},
        {"resource": "Blue team", "during": "run", "machine": "P2"},
    ]


def test_the_files_of_a_scenario_come_back_as_they_are() -> None:
    resources = "resource,amount,calendar\nsetter,2,\nloader,1,\n"
    needs = "resource,during,minutes,machine\nsetter,changeover,,\nloader,start,15,P1\n"
    read_in = read(("orders.csv", PLAIN), ("resources.csv", resources), ("needs.csv", needs))
    assert rows(read_in, "resources.csv") == [
        {"resource": "setter", "amount": "2"},
        {"resource": "loader", "amount": "1"},
    ]
    assert rows(read_in, "needs.csv") == [
        {"resource": "setter", "during": "changeover", "minutes": "", "machine": ""},
        {"resource": "loader", "during": "start", "minutes": "15", "machine": "P1"},
    ]


@pytest.mark.parametrize(
    ("text", "during"),
    [
        *[("Rüsten", "changeover"), ("Régleur", "changeover"), ("preparador", "changeover")],
        *[("attrezzista", "changeover"), ("insteller", "changeover"), ("ustawiacz", "changeover")],
        *[("换模工", "changeover"), ("段取要員", "changeover"), ("Maschinenbediener", "run")],
        *[("loading", "start"), ("unloading", "end"), ("Schlosser", "upkeep"), ("Halle 2", "")],
    ],
)
def test_what_people_do_in_their_words(text: str, during: str) -> None:
    assert during_of(text) == during


def test_a_shift_plan_says_how_many_setters_a_shift_has() -> None:
    shifts = (
        "Schicht;Tage;Von;Bis;Einrichter\nFrüh;Mo-Fr;06:00;14:00;2\nSpät;Mo-Fr;14:00;22:00;1\n"
        "Früh;Sa;06:00;14:00;1\n"
    )
    read_in = read(("orders.csv", PLAIN), ("Schichten.csv", shifts))
    made = scenario_from_tables(read_in.tables)
    (setters,) = made.resources
    assert setters.name == "Einrichter"
    # Monday: none until 06:00, two, then one until 22:00. Saturday (day 6 of the plan): one.
    saturday = 5 * 24 * 60
    levels = [tuple(level) for level in setters.levels]
    assert levels[:4] == [(0, 0), (360, 2), (840, 1), (1320, 0)]
    assert [level for level in levels if saturday <= level[0] < saturday + 1440] == [
        *[(saturday + 360, 1), (saturday + 840, 0)],
    ]
    assert "Schichten.csv: kept, but nothing is planned with: Schicht (shift)" in (
        read_in.all_assumptions
    )
    # The machines work in all shifts, as before.
    assert {row["calendar"] for row in rows(read_in, "machines.csv")} == {"plant"}
    assert tuple(made.machines[0].windows[0]) == (360, 1320)


def test_who_can_do_two_things_is_said() -> None:
    matrix = "Employee;Setting;Operating\nAnna;x;\nBob;x;x\n"
    read_in = read(("orders.csv", PLAIN), ("Skill matrix.csv", matrix))
    assert rows(read_in, "resources.csv") == [{"resource": "Setting", "amount": "2"}]
    assert "during:Operating" in keys(read_in)
    assert any("Bob count for each thing they can do" in t for t in read_in.all_assumptions)


def test_crews_with_how_many_there_are_need_no_header() -> None:
    read_in = read(("orders.csv", PLAIN), ("Personal.csv", "Einrichter;2\nRüster Halle 2;1\n"))
    assert rows(read_in, "resources.csv") == [
        {"resource": "Einrichter", "amount": "2"},
        {"resource": "Rüster Halle 2", "amount": "1"},
    ]


def test_a_list_of_people_and_their_numbers_is_no_crew() -> None:
    phones = "Name;Department;Phone\nAnna;Setting;123\nBob;Production;456\n"
    read_in = read(("orders.csv", PLAIN), ("people.csv", phones))
    assert "resources.csv" not in read_in.tables.files
