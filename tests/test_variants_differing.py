"""What two people changed at the same time goes together, and where it cannot, both are shown."""

import pytest

from planner.reader import Table, Tables, table_of
from planner.variants.differing import CellDifference, differences, merged

COLUMNS = ("order_id", "family", "due")
ROWS = (("A", "red", "1"), ("B", "blue", "2"), ("C", "red", "3"))


def tables(
    *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS, settings: str = "", **numbers: int
) -> Tables:
    given = rows or ROWS
    table = Table(columns=columns, rows=given, numbers=tuple(numbers.values()))
    return Tables(files={"orders.csv": table}, settings=settings)


def orders(given: Tables) -> tuple[tuple[str, ...], ...]:
    return given.files["orders.csv"].rows


def changed(row: int, column: int, text: str, given: Tables | None = None) -> Tables:
    cells = [list(cells) for cells in orders(given or tables())]
    cells[row][column] = text
    return tables(*(tuple(line) for line in cells))


def test_a_difference_names_the_order_and_both_values() -> None:
    assert differences(tables(), changed(1, 2, "9")) == (
        CellDifference(file="orders.csv", row="B", column="due", before="2", after="9"),
    )


def test_rows_that_came_or_went_are_differences() -> None:
    fewer = tables(*ROWS[:2])
    (gone,) = differences(tables(), fewer)
    assert (gone.row, gone.before, gone.after) == ("C", "C, red, 3", None)
    (new,) = differences(fewer, tables())
    assert (new.row, new.before, new.after) == ("C", None, "C, red, 3")


def test_settings_are_different_by_key() -> None:
    before = tables(settings='name = "x"\n[weights]\ntardiness = 1\n')
    after = tables(settings='name = "x"\n[weights]\ntardiness = 2\n')
    assert differences(before, after) == (
        CellDifference(
            file="scenario.toml", row="weights", column="tardiness", before="1", after="2"
        ),
    )


def test_changes_of_two_go_together() -> None:
    made = merged(tables(), changed(0, 2, "7"), changed(0, 1, "green", changed(2, 2, "8")))
    assert made.conflicts == ()
    assert orders(made.tables) == (("A", "green", "7"), ("B", "blue", "2"), ("C", "red", "8"))


def test_the_same_cell_of_two_is_a_conflict_and_both_are_told() -> None:
    three = (tables(), changed(0, 2, "7"), changed(0, 2, "8"))
    made = merged(*three)
    assert made.conflicts == (
        CellDifference(file="orders.csv", row="A", column="due", before="8", after="7"),
    )
    assert orders(made.tables)[0] == ("A", "red", "8")
    assert orders(merged(*three, prefer_mine=True).tables)[0] == ("A", "red", "7")


def test_both_making_the_same_change_is_no_conflict() -> None:
    made = merged(tables(), changed(0, 2, "7"), changed(0, 2, "7"))
    assert made.conflicts == ()
    assert orders(made.tables)[0] == ("A", "red", "7")


def test_rows_that_both_add_are_both_there() -> None:
    mine, theirs = tables(*ROWS, ("D", "red", "4")), tables(*ROWS, ("E", "red", "5"))
    made = merged(tables(), mine, theirs)
    assert made.conflicts == ()
    assert [row[0] for row in orders(made.tables)] == ["A", "B", "C", "E", "D"]
    assert len(set(made.tables.files["orders.csv"].numbers)) == 5


def test_a_row_deleted_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    theirs = changed(2, 2, "9")
    made = merged(tables(), tables(*ROWS[:2]), theirs)
    assert [(each.row, each.before, each.after) for each in made.conflicts] == [
        ("C", "C, red, 9", None)]  # fmt: skip
    assert orders(made.tables) == orders(theirs)
    other = merged(tables(), theirs, tables(*ROWS[:2]))
    assert [(each.before, each.after) for each in other.conflicts] == [(None, "C, red, 9")]
    assert len(orders(other.tables)) == 2
    untouched = merged(tables(), tables(*ROWS[:2]), changed(0, 2, "9"))
    assert untouched.conflicts == ()
    assert [row[0] for row in orders(untouched.tables)] == ["A", "B"]


def test_a_column_that_one_adds_stays_with_what_the_other_changed() -> None:
    wide = tables(*((*row, "M1" if row[0] == "A" else "") for row in ROWS),
                  columns=(*COLUMNS, "pinned_machine"))  # fmt: skip
    made = merged(tables(), wide, changed(1, 2, "9"))
    assert made.conflicts == ()
    assert orders(made.tables) == (("A", "red", "1", "M1"), ("B", "blue", "9", ""), ("C", "red",
                                   "3", ""))  # fmt: skip


def test_a_changeover_is_the_same_between_the_same_families_wherever_its_row_is() -> None:
    def of(*rows: tuple[str, str, str]) -> Tables:
        return Tables(files={"changeovers.csv": table_of(("from", "to", "minutes"), rows)})

    base = of(("red", "blue", "5"), ("blue", "red", "6"))
    made = merged(base, of(("blue", "red", "9")), of(("red", "blue", "5"), ("blue", "red", "6"),
                  ("red", "green", "7")))  # fmt: skip
    assert made.conflicts == ()
    assert set(made.tables.files["changeovers.csv"].rows) == {
        ("blue", "red", "9"), ("red", "green", "7")}  # fmt: skip


@pytest.mark.parametrize("prefer_mine", [False, True])
def test_settings_of_two_go_together_by_key(prefer_mine: bool) -> None:
    base = tables(settings='preset = "balanced"\ntime_zone = "UTC"\n')
    mine = tables(settings='preset = "on time first"\ntime_zone = "Europe/Rome"\n')
    theirs = tables(settings='preset = "fewest changeovers"\ntime_zone = "UTC"\nname = "x"\n')
    made = merged(base, mine, theirs, prefer_mine=prefer_mine)
    assert [(each.row, each.before, each.after) for each in made.conflicts] == [
        ("preset", "fewest changeovers", "on time first")]  # fmt: skip
    aim = "on time first" if prefer_mine else "fewest changeovers"
    assert made.tables.settings == f'preset = "{aim}"\ntime_zone = "Europe/Rome"\nname = "x"\n'
