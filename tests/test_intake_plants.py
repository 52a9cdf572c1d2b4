"""Files as plants have them: every column that a plan needs is read, or asked about."""

import pytest

from benchmarks.importing import PLANTS, STATES, Column, judged, read_gold, table

GOLD = read_gold(PLANTS)


@pytest.mark.parametrize("gold", GOLD, ids=[gold["id"] for gold in GOLD])
def test_columns_of_a_plants_file_are_read_or_asked(gold: dict[str, object]) -> None:
    columns = judged(gold, PLANTS)
    assert columns
    assert [c for c in columns if c.state in ("missing", "wrong")] == []


def test_nearly_all_columns_are_read_without_an_answer() -> None:
    columns = [column for gold in GOLD for column in judged(gold, PLANTS)]
    at_once = sum(column.state == "at once" for column in columns)
    assert at_once >= 0.9 * len(columns)


def test_the_table_counts_each_column_once() -> None:
    columns = [
        Column(language="de", file="a", heading="x", meaning="due", state=state) for state in STATES
    ]
    assert table(columns, "language").splitlines()[2:] == [
        "| de | 1 | 1 | 1 | 1 | 1 |",
        "| all | 1 | 1 | 1 | 1 | 1 |",
    ]
