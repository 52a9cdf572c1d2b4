"""LibreOffice opens the workbook and sees the figures that were written."""

import csv
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from planner.reader import read_scenario
from planner.search.baselines import earliest_due_date
from planner.writer import write_schedule
from scenarios import sample_path

OFFICE = shutil.which("soffice")
# UTF-8, comma, double quotes, cells as shown: no, every sheet into a file of its own.
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]


def converted(book: Path) -> None:
    """Write each sheet as CSV beside the book; nothing but its own Java may be complained about."""
    done = subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{book.parent / 'profile'}", "--headless",
         "--convert-to", TO_CSV, "--outdir", str(book.parent), str(book)],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "javaldx" not in line]
    assert said == []


def same(value: object, shown: str) -> bool:
    if isinstance(value, datetime):
        return shown.startswith(value.strftime("%Y-%m-%d %H:%M"))
    if isinstance(value, int | float):
        return float(shown) == pytest.approx(float(value))
    return shown == ("" if value is None else str(value))


@pytest.mark.parametrize("sample", ["heat-treatment", "bottling"])
def test_libreoffice_sees_every_cell_as_it_was_written(tmp_path: Path, sample: str) -> None:
    scenario = read_scenario(sample_path(sample))
    path = tmp_path / "plan.xlsx"
    write_schedule(path, scenario, earliest_due_date(scenario))
    converted(path)
    for sheet in load_workbook(path):
        text = (tmp_path / f"plan-{sheet.title}.csv").read_text(encoding="utf-8")
        seen = list(csv.reader(text.splitlines()))
        for row, cells in enumerate(sheet.iter_rows(values_only=True)):
            shown = seen[row] if row < len(seen) else []
            padded = [*shown, *("" for _ in cells[len(shown) :])]
            wrong = [(v, s) for v, s in zip(cells, padded, strict=False) if not same(v, s)]
            assert wrong == [], (sheet.title, row)
