"""A planner who has never seen the pages comes from a file to a work list in five minutes."""

import pytest
from playwright.sync_api import Browser

from tests.browser.walk_five_minutes import GERMAN, Files, walk, workbook


@pytest.mark.parametrize(
    "files",
    [[("Aufträge.csv", GERMAN.encode("cp1252"))], [("plant.xlsx", workbook())]],
    ids=["a German list", "a workbook of four sheets"],
)
def test_a_plan_and_a_work_list_take_a_handful_of_clicks(
    browser: Browser, address: str, files: Files
) -> None:
    made = walk(browser, address, files, {})
    assert made.clicks <= 6
    assert made.seconds - made.planning < 300
    assert b"<table" in made.work_list
