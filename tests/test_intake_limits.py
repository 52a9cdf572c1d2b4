"""No file holds an import up, and no import destroys a file."""

import io
import os
import time
import zipfile
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


def test_what_is_imported_is_not_overwritten_and_what_is_there_does_not_count_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    week, orders = tmp_path / "week12", tmp_path / "week12" / "orders.csv"
    week.mkdir()
    orders.write_text(ORDERS)
    assert main(["import", str(orders), "--out", str(week)]) == 1
    assert "would overwrite" in capsys.readouterr().err
    other = tmp_path / "other"
    other.mkdir()
    (other / "machines.csv").write_text("machine_id\nold\n")
    assert main(["import", str(orders), "--out", str(other)]) == 1
    assert "has machines.csv of another import" in capsys.readouterr().err
    assert [path.name for path in other.iterdir()] == ["machines.csv"]
    assert orders.read_text() == ORDERS


def test_a_family_that_is_called_none_is_one_and_so_is_a_state_of_a_machine() -> None:
    given = "Order;Family;Minutes;Due\nA1;none;60;2030-01-01\nA2;red;60;2030-01-02\nA3;n/a;60;\n"
    matrix = "from;to;minutes\nnone;red;15\nred;none;20\n"
    files = [("orders.csv", given.encode()), ("changeovers.csv", matrix.encode())]
    made = import_tables(files).tables.files
    assert made["orders.csv"].column("family") == ("none", "red", "")
    assert made["changeovers.csv"].column("from") == ("none", "red")
    square = "from/to;none;red\nnone;0;15\nred;20;0\n"
    files[1] = ("changeovers.csv", square.encode())
    made = import_tables(files).tables.files
    found = {tuple(row[:2]) for row in made["changeovers.csv"].rows}
    assert {("none", "red"), ("red", "none")} <= found


def test_a_header_costs_no_more_than_it_is_long(tmp_path: Path) -> None:
    names = ";".join(f"liefertermin {number} spaetestens" for number in range(30_000))
    begun = time.process_time()
    found, *_ = import_tables([("orders.csv", f"{names}\n{names}\n".encode())]).all_findings
    assert found.rule == "too_wide"
    # As many columns as are taken, with headings that must be looked up.
    most = Limits().columns
    names = ";".join(f"{number} spaetester wunschtermin kunde" for number in range(most))
    import_file(f"{names}\n{names}\n{names}\n".encode(), "orders.csv")
    assert time.process_time() - begun < 20


@pytest.mark.slow
def test_a_workbook_of_two_million_cells_is_read() -> None:
    rows, columns = 20_000, 120
    cells = "".join(f"<c><v>{column}</v></c>" for column in range(1, columns))
    name = '<c t="inlineStr"><is><t>{}</t></is></c>'
    heads = "".join(name.format(f"column {column}") for column in range(1, columns))
    body = "".join(f"<row>{name.format(f'A{row}')}{cells}</row>" for row in range(rows))
    plain, made = io.BytesIO(xlsx([["Order"], ["A"]])), io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                start, _, rest = data.partition(b"<sheetData>")
                data = start + f"<sheetData><row>{name.format('Order')}{heads}</row>{body}".encode()
                data += b"</sheetData>" + rest.partition(b"</sheetData>")[2]
            new.writestr(part, data)
    (sheet,) = sniff(made.getvalue(), "orders.xlsx")
    assert (len(sheet.rows), len(sheet.rows[1])) == (rows + 1, columns)
