"""No file holds an import up, and no import destroys a file."""

import os
import time
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import RefusedFileError
from planner.intake import (
    FamilyRule,
    Limits,
    family_of,
    import_file,
    import_tables,
    rejected_csv,
    sniff,
    stream,
)
from tests.messy.makers import xlsx

ORDERS = "Order;Qty;Minutes;Due\nA1;5;60;2030-01-01\nA2;5;60;2030-01-02\n"


@pytest.mark.parametrize("device", ["pipe", "/dev/zero"])
def test_what_never_ends_is_refused_at_once(device: str, tmp_path: Path) -> None:
    path = Path(device)
    if device == "pipe":
        path = tmp_path / "orders.csv"
        os.mkfifo(path)
    begun = time.process_time()
    done = import_tables(path)
    assert [f.rule for f in done.all_findings] == ["unreadable_file"]
    with pytest.raises(RefusedFileError, match="not a regular file"):
        stream(path)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("pattern", "text", "family"),
    [
        ("R-###", "Film R-120 clear", "R-120"),
        ("R-###", "Film R-1200 clear", ""),
        ("ral *", "matt RAL 7016", "RAL 7016"),
        ("A*B", "xx a-bB yy", "a-bB"),
        ("??-*", "part AB-12/3", "AB-12"),
        ("*", "hello world", "hello"),
        ("", "hello", ""),
    ],
)
def test_a_shape_finds_the_first_longest_part_that_has_it(
    pattern: str, text: str, family: str
) -> None:
    assert family_of(text, FamilyRule(column="Text", pattern=pattern)) == family


def test_a_shape_costs_no_more_than_its_text_is_long() -> None:
    begun = time.process_time()
    rule = FamilyRule(column="Text", pattern="*a" * 20 + "!")
    for text in ("a" * 60, "a-" * 20_000, "a" * 32_000):
        assert family_of(text, rule) == ""
    # 20 stars backtrack for ever; followed side by side they are 40 signs times 2,000 letters.
    assert time.process_time() - begun < 2


def test_a_workbook_has_bounds_of_rows_and_columns() -> None:
    wide = xlsx([["Order", "Qty"], ["A1", 1], ["A2", 2]])
    for limits in (Limits(rows=2), Limits(columns=1)):
        with pytest.raises(RefusedFileError, match="at most"):
            sniff(wide, "orders.xlsx", limits)


def test_headings_of_rejected_files_run_in_no_spreadsheet() -> None:
    text = "Order;Qty;=1+1;Due\nA1;many;x;2030-01-01\nA2;5;y;2030-01-02\n"
    done = import_file(text.encode(), "orders.csv")
    header, row, *_ = rejected_csv(done).decode("utf-8-sig").splitlines()
    assert header.startswith("Order;Qty;'=1+1;Due")
    assert row.startswith("A1;many;x")


def test_a_file_of_mappings_that_is_the_order_file_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    assert main(["import", str(path), "--mappings", str(path)]) != 0
    assert path.read_text() == ORDERS
    assert "would destroy it" in capsys.readouterr().err
