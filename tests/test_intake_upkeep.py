"""Maintenance lists as plants keep them become upkeep; what falls on dates is refused and told."""

import pytest

from planner.intake import ImportedFiles, import_tables
from planner.reader import scenario_from_tables

ORDERS = (
    "Auftrag;Artikel;Menge;Liefertermin;Programm;Dauer (min);Anlage\n"
    "100;Welle;20;05.03.2027;850;120;Ofen 1\n"
    "101;Ring;30;06.03.2027;200;90;Ofen 2\n"
    "102;Bolzen;10;06.03.2027;850;150;Ofen 1\n"
)
GERMAN = (
    "Anlage;Tätigkeit;Intervall;Dauer (min)\n"
    "alle;Reinigung;alle 20 Chargen;90\n"
    "Ofen 1;Wartung Brenner;nach 1.200 h;240\n"
    "Ofen 2;Sicherheitsprüfung;jährlich;480\n"
)
ENGLISH = (
    "Machine,Task,Running hours,After shots,Duration (h),Hours since last\n"
    "P1,Grease toggle,400,,1.5,120\n"
    "P2,Grease toggle,400,,1.5,10\n"
    "P1,Clean vents,,20000,0.5,\n"
)


def read(*files: tuple[str, str]) -> ImportedFiles:
    return import_tables([(name, text.encode()) for name, text in files])


def test_a_german_list_of_intervals_becomes_upkeep() -> None:
    read_in = read(("auftraege.csv", ORDERS), ("wartung.csv", GERMAN))
    table = read_in.tables.files["upkeep.csv"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    told = [
        (row["machine"], row["upkeep"], row["minutes"], row["after_hours"], row["after_batches"])
        for row in rows
    ]
    assert told == [
        ("*", "Reinigung", "90", "", "20"),
        ("Ofen 1", "Wartung Brenner", "240", "1200", ""),
    ]
    made = scenario_from_tables(read_in.tables)
    assert [(u.machine, u.name, u.units) for u in made.upkeeps] == [
        ("Ofen 1", "Reinigung", 90),
        ("Ofen 1", "Wartung Brenner", 240),
        ("Ofen 2", "Reinigung", 90),
    ]


def test_what_falls_on_dates_is_refused_with_its_row() -> None:
    read_in = read(("auftraege.csv", ORDERS), ("wartung.csv", GERMAN))
    (found,) = [f for f in read_in.all_findings if f.rule == "upkeep_counted"]
    assert (found.file, found.row, found.column, found.value) == (
        *("wartung.csv", 4, "Intervall", "jährlich"),
    )


def test_an_english_list_with_a_column_for_each_limit() -> None:
    (part,) = read(("maintenance.csv", ENGLISH)).parts
    assert part.kind == "upkeep"
    assert part.table is not None
    assert part.table.columns == (
        *("machine", "upkeep", "minutes", "after_hours", "after_quantity", "done_before_hours"),
    )
    assert part.table.rows[0] == ("P1", "Grease toggle", "90", "400", "", "120")
    assert part.table.rows[2] == ("P1", "Clean vents", "30", "", "20000", "")


@pytest.mark.parametrize(
    ("text", "column", "amount"),
    [
        ("every 5,000 pcs", "after_quantity", "5000"),
        ("12,5 h", "after_hours", "12.5"),
        ("200 Betriebsstunden", "after_hours", "200"),
        ("after 8 heats", "after_batches", "8"),
    ],
)
def test_intervals_as_people_write_them(text: str, column: str, amount: str) -> None:
    sheet = f"Machine;Task;Interval;Minutes\nM1;clean;{text};30\nM2;clean;{text};30\n"
    (part,) = read(("maintenance plan.csv", sheet)).parts
    assert part.table is not None
    assert dict(zip(part.table.columns, part.table.rows[0], strict=True))[column] == amount
