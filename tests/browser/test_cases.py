"""Small files as planners have them, from the upload to the data or to the right question.

`python -m tests.browser.walk_cases DIR` takes whole folders of files the same way, and plans them.
"""

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from planner.store import Store
from tests.browser.serving import settle
from tests.browser.uploading import box, choose, put, use
from tests.browser.walk_cases import Files, Gold, planned, walk

DYES = (
    b"Lot;Shade;Kg;Vessel;Batch hrs;Wanted by;Keyed in;Prio\n"
    b"L1;navy;180;V1;6.5;14.04.2027;01.03.2027;1\n"
    b"L2;ecru;120;V1;5;15.04.2027;01.03.2027;2\n"
    b"L3;navy;90;V2;4.25;16.04.2027;02.03.2027;3\n"
)
CLEANING = b"von/nach;navy;ecru\nnavy;0;45\necru;15;0\n"
PRESSES = """工单号;产品;颜色;数量;工时(小时);交货日期
A1;盒;红;100;2;2027-04-14
A2;盖;蓝;50;1;2027-04-15
"""
LEGEND = b"Code;Means\nA;advanced\nB;blocked\n"


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


UNKNOWN = workbook(Tiles=[["Zone", "Tint"], ["n", "pale"], ["s", "dark"]],
                   Legend=[["Code", "Means"], ["A", "advanced"], ["B", "blocked"]])  # fmt: skip
CASES: dict[str, tuple[Files, Gold, str]] = {
    "a question of priority": ([("lots.csv", DYES)], {"answers": {"priority": "low"}}, "ready"),
    "with a matrix": (
        [("lots.csv", DYES), ("cleaning.csv", CLEANING)],
        {"answers": {"priority": "low"}},
        "ready",
    ),
    "Chinese": ([("工单.csv", PRESSES.encode())], {}, "ready"),
    "unknown sheets": ([("two.xlsx", UNKNOWN)], {}, "nothing to plan"),
}


@pytest.fixture(autouse=True)
def nothing_remembered(store: Store) -> None:
    """Let each test read its files as if no file with their headings had come before."""
    for key in store.settings("mapping:"):
        store.set_setting(key, None)


@pytest.mark.parametrize("name", CASES)
def test_a_file_comes_as_far_as_it_should(page: Page, address: str, name: str) -> None:
    files, gold, reached = CASES[name]
    assert walk(page, address, files, gold, plans=False).partition(":")[0] == reached


def test_what_is_said_on_the_board_shows_at_once_beside_it_and_lasts(
    page: Page, address: str, store: Store
) -> None:
    page.goto(address)
    settle(page)
    put(page, [("lots.csv", DYES)])
    understood = page.locator(".understood")
    expect(understood).to_contain_text("6 h 30 min")
    choose(page, "priority:lots.csv", "a lower number is more important (1 first)")
    choose(page, "meaning:lots.csv:Kg", "not used")
    expect(understood).not_to_contain_text("180")
    put(page, [("lots.csv", DYES), ("legend.csv", LEGEND)])
    expect(understood).not_to_contain_text("180")
    expect(box(page, "kind:legend.csv").get_by_role("combobox")).to_be_visible()
    use(page)
    page.get_by_role("radio", name="Assumptions").or_(
        page.get_by_role("button", name="Assumptions")
    ).first.click()
    expect(page.get_by_text("legend.csv").first).to_be_visible()
    page.get_by_role("button", name="Give them a meaning").click()
    expect(page.get_by_text("Uploaded before: lots.csv, legend.csv")).to_be_visible()
    expect(page.locator(".understood")).not_to_contain_text("180")
    use(page)
    assert planned(page).startswith("planned: ")
    assert store.runs()[0].cost is not None


def test_a_file_that_cannot_be_read_is_named(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    put(page, [("lots.csv", DYES), ("old.xls", b"\xd0\xcf\x11\xe0 not a workbook")])
    expect(page.get_by_text("cannot be read").first).to_be_visible()
    assert not page.get_by_role("button", name="Use this data").count()
