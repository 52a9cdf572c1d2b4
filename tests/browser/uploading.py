"""What a planner does on the upload page, for tests and for walks over many files."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page

from tests.browser.serving import settle

USE = re.compile("^(check )?Use ")


def put(page: Page, files: Sequence[tuple[str, bytes]]) -> None:
    """Give files to the page and wait until it has read them."""
    page.locator("input[type=file]").first.set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files
        ]
    )
    page.locator(".st-key-understood").wait_for()
    settle(page)


def box(page: Page, key: str) -> Locator:
    """Return the choice of an answer by its key."""
    name = re.sub(r"[^a-zA-Z0-9_-]", "-", f"answer {key}")
    return page.locator(f".st-key-{name}")


def choose(page: Page, key: str, option: str, place: int = 0) -> None:
    """Choose an option by its words; `place` counts choices whose keys look alike."""
    field = box(page, key).nth(place).get_by_role("combobox")
    field.click()
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()
    settle(page)


def write(page: Page, key: str, text: str) -> None:
    """Give an answer of one's own to an open question."""
    field = box(page, key).first.get_by_role("combobox")
    field.click()
    field.fill(text)
    field.press("Enter")
    settle(page)


def use(page: Page) -> None:
    """Store what was read, and wait for the Data page."""
    page.get_by_role("button", name=USE).first.click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()
    settle(page)
