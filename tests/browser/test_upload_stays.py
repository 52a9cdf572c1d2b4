"""After something is said of an upload, the page stays where one is."""

from playwright.sync_api import Page, expect

from planner.store import Store
from tests.browser.serving import settle
from tests.browser.uploading import put

FILE = "Auftrag;Bezeichnung;Dauer (min);Menge\n" + "".join(
    f"{k:04};Tor RAL {(7016, 9005)[k % 2]};20;5\n" for k in range(12)
)


def test_the_page_stays_where_one_is_when_a_rule_for_families_is_applied(
    page: Page, address: str, store: Store
) -> None:
    page.goto(address)
    settle(page)
    put(page, [("auftraege.csv", FILE.encode())])
    page.get_by_text("Read the family out of a text").click()
    settle(page)
    page.get_by_role("textbox", name="The word after").fill("RAL")
    button = page.get_by_role("button", name="Apply").first
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    button.click()
    settle(page)
    expect(button).to_be_in_viewport()
    after = button.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 200
