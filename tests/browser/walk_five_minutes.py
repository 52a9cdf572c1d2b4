"""From a file to a plan and a work list, as a planner does it, with clicks and seconds counted.

`python -m tests.browser.walk_five_minutes [DIR ID ...]` walks a clean German list, a workbook of
four sheets, and the imports of DIR that are named (see `walk_cases`).
"""

import io
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import Browser, Page

from tests.browser.serving import chromium, dashboard, settle
from tests.browser.uploading import put, use
from tests.browser.walk_cases import answered

Files = Sequence[tuple[str, bytes]]
COUNT = """
window.addEventListener('click', event => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""
GERMAN = "Auftragsnr.;Farbe;Menge;Dauer (min);Liefertermin\n" + "".join(
    f"{4700 + k};{('Rot', 'Blau', 'Weiß')[k % 3]};{10 + k};{20 + 5 * (k % 4)};"
    f"{4 + k // 8:02}.01.2027 {6 + k % 8:02}:00\n"
    for k in range(40)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """How a walk went: `planning` is the part of its seconds that the planner had to plan."""

    clicks: int
    seconds: float
    planning: float
    work_list: bytes


def workbook() -> bytes:
    """Return orders, machines, changeovers and shifts as a workbook of four sheets."""
    book = Workbook()
    book.remove(book.active)
    colours = ("white", "yellow", "black")
    sheets: Mapping[str, Sequence[Sequence[Any]]] = {
        "Orders": [
            ("Order no", "Colour", "Quantity", "Minutes", "Due date"),
            *((f"S-{k:03}", colours[k % 3], 5 + k, 15 + k % 4 * 5, f"2027-01-{4 + k // 9:02}")
              for k in range(36)),
        ],
        "Machines": [("Machine", "Calendar"), ("Line 1", "day"), ("Line 2", "day")],
        "Changeovers": [
            ("From", "To", "Minutes"),
            *((a, b, 20 if colours.index(a) < colours.index(b) else 45)
              for a in colours for b in colours if a != b),
        ],
        "Shifts": [("Calendar", "Weekdays", "Start", "End"), ("day", "Mon-Fri", "06:00", "22:00")],
    }  # fmt: skip
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def walk(browser: Browser, address: str, files: Files, gold: Mapping[str, Any]) -> Walked:
    """Go from files to the work lists of their plan, in a window of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.add_init_script(COUNT)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    settle(page)
    began = perf_counter()
    put(page, files)
    answered(page, files, gold)
    use(page)
    page.get_by_role("link", name="Go to planning").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    asked = perf_counter()
    page.get_by_text("Finished after").first.wait_for(timeout=300_000)
    planned = perf_counter()
    work_list = _work_list(page)
    clicks = int(page.evaluate("Number(sessionStorage.clicks || 0)"))
    seconds = perf_counter() - began
    context.close()
    return Walked(clicks=clicks, seconds=seconds, planning=planned - asked, work_list=work_list)


def _work_list(page: Page) -> bytes:
    page.get_by_role("link", name="Export", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Work lists per machine and shift").click()
    return Path(waiting.value.path()).read_bytes()


def main(arguments: Sequence[str]) -> None:
    """Walk the files and print a row for each."""
    walks: list[tuple[str, Files, Mapping[str, Any]]] = [
        ("a German list", [("Aufträge.csv", GERMAN.encode("cp1252"))], {}),
        ("a workbook of four sheets", [("plant.xlsx", workbook())], {}),
    ]
    if arguments:
        folder = Path(arguments[0])
        for gold in json.loads((folder / "gold.json").read_text(encoding="utf-8")):
            if gold["id"].startswith(tuple(arguments[1:])):
                files = [(Path(p).name, (folder / p).read_bytes()) for p in gold["paths"]]
                walks.append((gold["id"], files, gold))
    with tempfile.TemporaryDirectory() as temporary:
        database = f"sqlite:///{Path(temporary) / 'planner.db'}"
        environment = {"BATCH_PLANNER_SAMPLES": "no"}
        with dashboard(database, environment) as address, chromium() as browser:
            for name, files, gold in walks:
                made = walk(browser, address, files, gold)
                sys.stdout.write(
                    f"{name}: {made.clicks} clicks, {made.seconds:.0f} s, "
                    f"of which planning {made.planning:.0f} s\n"
                )


if __name__ == "__main__":
    main(sys.argv[1:])
