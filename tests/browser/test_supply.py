"""Resources under the chart: how much is there and needed, and what a move would lack."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_gantt import chart, point

# Two machines change over together, 10 minutes before each of their batches; there are two setters
# until minute 600 (16:00 on Friday), and one from then on.
CREW = "n=40&m=2&crew=yes"
# Red of what is too little, on a light ground.
LATE = [179, 38, 30]
HAS_COLOUR = """(canvas, colour) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  for (let k = 0; k < data.length; k += 4) {
    if (colour.every((value, part) => data[k + part] === value)) return true;
  }
  return false;
}"""


def lines(page: Page) -> Locator:
    return page.get_by_role("img", name="setters")


def test_a_resource_is_told_in_words_with_where_there_is_too_little(
    page: Page, chart_address: str
) -> None:
    chart(page, chart_address, CREW)
    expect(lines(page)).to_have_attribute(
        "aria-label",
        "setters: at most 2 of 2 needed at once, too few from Fri 27 Mar 16:00",
    )
    assert lines(page).evaluate(HAS_COLOUR, LATE)


def test_no_red_where_there_is_enough_and_no_line_where_nothing_is_shared(
    page: Page, chart_address: str
) -> None:
    chart(page, chart_address, "n=16&m=2&crew=yes")
    expect(lines(page)).to_have_attribute("aria-label", "setters: at most 2 of 2 needed at once")
    assert not lines(page).evaluate(HAS_COLOUR, LATE)
    chart(page, chart_address)
    expect(page.locator(".supply")).to_be_hidden()


def test_hovering_tells_who_needs_a_resource(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, CREW)
    page.get_by_role("button", name="Day", exact=True).click()
    x, _ = point(page, root, 0, 65)
    box = lines(page).bounding_box()
    assert box is not None
    lines(page).hover(position={"x": x - box["x"], "y": 20})
    expect(page.locator(".tip")).to_contain_text("setters: 2 of 2 needed")
    expect(page.locator(".tip")).to_contain_text("1 for M01, batch 2 (family 14): changeover")
    page.get_by_role("button", name="Day", exact=True).hover()
    expect(page.locator(".tip")).to_be_hidden()


def test_a_finger_on_the_line_is_told_the_same(browser: Browser, chart_address: str) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 1200}, has_touch=True)
    page = context.new_page()
    root = chart(page, chart_address, CREW)
    x, _ = point(page, root, 0, 65)
    box = lines(page).bounding_box()
    assert box is not None
    page.touchscreen.tap(x, box["y"] + 20)
    expect(page.locator(".tip")).to_contain_text("setters: 2 of 2 needed")
    page.touchscreen.tap(*point(page, root, 0, 95))
    expect(page.locator(".tip")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("presses", "told"), [(1, False), (13, True)], ids=["enough", "too few"])
def test_keys_say_what_a_move_would_lack(
    page: Page, chart_address: str, presses: int, told: bool
) -> None:
    chart(page, chart_address, CREW)
    page.get_by_role("application", name="A chart").focus()
    page.keyboard.press("ArrowRight")
    for _ in range(presses):
        page.keyboard.press("Alt+ArrowRight")
    spoken = page.locator(".spoken")
    expect(spoken).to_contain_text(f"place {1 + presses}")
    expected = expect(spoken)
    (expected.to_contain_text if told else expected.not_to_contain_text)("setters: 1 too few")


def test_the_line_follows_the_load_button(page: Page, chart_address: str) -> None:
    chart(page, chart_address, CREW)
    expect(lines(page)).to_be_visible()
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.locator(".supply")).to_be_hidden()
