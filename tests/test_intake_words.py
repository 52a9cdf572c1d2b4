"""Words in cells as planners type them: weeks without a year, several machines in one word."""

from datetime import date, timedelta

import pytest

from planner.intake import ImportedFiles, import_tables
from planner.intake.formats.dates import bare_week, week_near


def read(orders: str, *, machines: str = "") -> ImportedFiles:
    files = [("orders.csv", orders.encode())]
    return import_tables([*files, ("machines.csv", machines.encode())] if machines else files)


def column(imported: ImportedFiles, name: str, file: str = "orders.csv") -> tuple[str, ...]:
    return imported.tables.files[file].column(name)


def machines_of(*cells: str, machines: str = "") -> tuple[str, ...]:
    """Return what an order book's cells for machines are read as."""
    rows = "\n".join(f"{number};A;10;30;{cell}" for number, cell in enumerate(cells, 1))
    imported = read(f"Auftrag;Artikel;Menge;Minuten;Maschine\n{rows}\n", machines=machines)
    return column(imported, "eligible_machines")


# --------------------------------------------------------------------------------------- weeks


@pytest.mark.parametrize("text", ["KW 49", "KW49", "kw. 49", "49. KW", "CW49", "Week 49", "wk 49"])
def test_a_week_may_stand_without_its_year(text: str) -> None:
    assert bare_week(text) == 49


@pytest.mark.parametrize("text", ["49", "KW 54", "KW 0", "M 49", "M1", "Tor 7", "KW 49/2026"])
def test_other_words_with_a_number_are_no_week_without_a_year(text: str) -> None:
    assert bare_week(text) is None


def test_the_nearest_week_may_lie_in_the_year_before_or_after() -> None:
    assert week_near(1, date(2026, 11, 26)) == date(2027, 1, 10)
    assert week_near(50, date(2027, 1, 5)) == date(2026, 12, 13)
    # 2026 has a week 53, the years beside it have none.
    assert week_near(53, date(2027, 6, 1)) == date(2027, 1, 3)


def test_weeks_are_read_beside_the_dates_of_their_column() -> None:
    imported = read(
        "Auftrag;Artikel;Menge;Minuten;Liefertermin\n"
        "1;A;10;30;16.12.2019\n2;A;10;30;KW 51\n3;A;10;30;KW 2\n"
    )
    assert column(imported, "due") == ("2019-12-16", "2019-12-22", "2020-01-12")
    said = "\n".join(imported.all_assumptions)
    assert "a week without a year is the one nearest to 2019-12-16" in said
    assert "a week means its last day, Sunday" in said


def test_weeks_alone_are_those_nearest_to_today() -> None:
    weeks = [date.today() + timedelta(weeks=off) for off in (-3, 1, 9)]  # noqa: DTZ011
    rows = [f"{i};A;10;30;KW {day.isocalendar()[1]}" for i, day in enumerate(weeks)]
    imported = read("Auftrag;Artikel;Menge;Minuten;Liefertermin\n" + "\n".join(rows) + "\n")
    ends = [day + timedelta(days=7 - day.isoweekday()) for day in weeks]
    assert column(imported, "due") == tuple(map(date.isoformat, ends))


def test_a_week_of_release_means_its_first_day() -> None:
    imported = read(
        "Auftrag;Artikel;Menge;Minuten;Freigabe;Liefertermin\n1;A;10;30;KW 49/2026;KW 50/2026\n"
    )
    assert column(imported, "release") == ("2026-11-30",)
    assert column(imported, "due") == ("2026-12-13",)


# ------------------------------------------------------------------------------------ machines


def test_machines_joined_in_one_word_are_several() -> None:
    assert machines_of("SG1/SG2", "SG3") == ("SG1|SG2", "SG3")
    assert machines_of("SG1+SG2", "SG2 und SG3") == ("SG1|SG2", "SG2|SG3")
    assert machines_of("Ofen/Herd", "Ofen", "Herd") == ("Ofen|Herd", "Ofen", "Herd")


def test_a_word_that_only_looks_joined_stays_one_machine() -> None:
    assert machines_of("Säge/Bohrer", "Presse") == ("Säge/Bohrer", "Presse")
    assert machines_of("L1-2", "L3-1") == ("L1-2", "L3-1")


def test_numbers_and_ranges_are_taken_apart_where_the_machines_are_known() -> None:
    listed = "Maschine;Stunden je Tag\nM1;8\nM2;8\nM3;8\nP 4/5;8\n"
    cells = ("M1/2", "M1-M3", "M1-3", "P 4/5", "M7/8")
    read_as = ("M1|M2", "M1|M2|M3", "M1|M2|M3", "P 4/5", "M7/8")
    assert machines_of(*cells, machines=listed) == read_as


def test_any_machine_is_no_machine_of_its_own() -> None:
    imported = read("Auftrag;Artikel;Menge;Minuten;Maschine\n1;A;1;30;M1\n2;A;1;30;alle\n")
    assert column(imported, "eligible_machines") == ("M1", "")
    assert column(imported, "machine_id", "machines.csv") == ("M1",)
    assert "alle means any machine" in imported.all_assumptions
