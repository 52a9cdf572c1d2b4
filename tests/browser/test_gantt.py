"""The Gantt chart as a user meets it: pointer, keys, theme, and many batches."""

import json
import re
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Locator, Page, expect


def chart(page: Page, address: str, query: str = "n=100&m=5") -> Locator:
    page.goto(f"{address}/?{query}")
    found = page.locator(".gantt[data-painted]")
    found.wait_for()
    return found


def point(page: Page, root: Locator, machine: int, at: float) -> tuple[float, float]:
    """Return where on the screen a machine's row shows the time `at`."""
    gutter, scale, axis, row = json.loads(root.get_attribute("data-geometry") or "")
    begin = float((root.get_attribute("data-span") or "").split()[0])
    box = page.locator("canvas[aria-hidden]").bounding_box()
    assert box is not None
    return box["x"] + gutter + (at - begin) * scale, box["y"] + axis + (machine + 0.4) * row


def test_ten_thousand_batches_are_painted(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, "n=10000")
    assert root.get_attribute("data-drawn") == "10000"


def test_more_batches_than_can_be_seen_are_summed_up_and_it_says_so(
    page: Page, chart_address: str
) -> None:
    root = chart(page, chart_address, "n=3000&m=3&limit=500")
    assert root.get_attribute("data-summed") == "true"
    expect(page.get_by_role("status")).to_contain_text("More than 500 batches in view")
    page.get_by_role("button", name="Day", exact=True).click()
    expect(root).to_have_attribute("data-summed", "false")
    expect(page.get_by_role("status")).to_have_text("")


def test_the_legend_names_pins_only_where_there_are_any(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    expect(page.locator(".legend span", has_text="closed")).to_be_visible()
    expect(page.locator(".legend span", has_text="pinned")).to_have_count(0)
    chart(page, chart_address, "n=20&m=2&pin=yes")
    expect(page.locator(".legend span", has_text="pinned")).to_be_visible()


def test_a_click_selects_and_a_second_elsewhere_lets_go(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    # The second batch of machine 2 runs from 70 to 120.
    page.mouse.click(*point(page, root, 1, 95))
    expect(page.get_by_text("selected M02:2")).to_be_visible()
    page.mouse.click(*point(page, root, 1, 65))
    expect(page.get_by_text("selected None")).to_be_visible()


def test_keys_go_from_batch_to_batch_and_enter_selects(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    page.get_by_role("application", name="A chart").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".spoken")).to_contain_text("M02, batch 2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("selected M02:2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("selected None")).to_be_visible()


def test_hovering_tells_everything_about_a_batch(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    page.mouse.move(*point(page, root, 1, 95))
    tip = page.locator(".tip")
    # It begins 70 minutes after Friday 06:00 and is due 30 minutes after its end, at 120.
    for text in ("M02, batch 2", "Fri 27 Mar 07:10 to Fri 27 Mar 08:00 (50 min)",
                 "changeover before: 10 min", "1 order", "A00006"):  # fmt: skip
        expect(tip).to_contain_text(text)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def test_dragging_a_batch_asks_to_move_it_before_another(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    # Machine 3 has A00002 from 10 to 60, A00007 from 70 to 120, and A00012 from 130 on.
    drag(page, point(page, root, 1, 95), point(page, root, 2, 65))
    asked = page.get_by_text("asked {")
    expect(asked).to_contain_text("'what': 'move', 'operations': ['A00006'], 'machine': 'M03'")
    expect(asked).to_contain_text("'before': 'A00007'")


def test_a_batch_let_go_where_it_was_asks_nothing(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    drag(page, point(page, root, 1, 95), point(page, root, 1, 100))
    page.wait_for_timeout(300)
    expect(page.get_by_text("asked {")).to_have_count(0)


def test_escape_lets_a_carried_batch_stay(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    page.mouse.click(*point(page, root, 1, 95))
    expect(page.get_by_text("selected M02:2")).to_be_visible()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".spoken")).to_contain_text("Enter drops it there")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_text("asked {")).to_have_count(0)


def test_alt_and_arrow_keys_carry_a_batch_and_enter_drops_it(
    page: Page, chart_address: str
) -> None:
    chart(page, chart_address)
    page.get_by_role("application", name="A chart").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Alt+ArrowDown", "Alt+ArrowRight"):
        page.keyboard.press(key)
    # From place 2 of M02 to the same place of M03, and one later.
    expect(page.locator(".spoken")).to_contain_text("M03, place 3")
    page.keyboard.press("Enter")
    asked = page.get_by_text("asked {")
    expect(asked).to_contain_text("'operations': ['A00006'], 'machine': 'M03', 'before': 'A00012'")


def test_a_long_press_carries_and_a_short_one_pans(browser: Browser, chart_address: str) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 900}, has_touch=True)
    page = context.new_page()
    root = chart(page, chart_address)
    touch = context.new_cdp_session(page)

    def swipe(start: tuple[float, float], end: tuple[float, float], wait: int) -> None:
        def send(kind: str, *points: tuple[float, float]) -> None:
            spots = [{"x": x, "y": y} for x, y in points]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

        send("touchStart", start)
        page.wait_for_timeout(wait)
        for step in range(1, 6):
            share = step / 5
            send("touchMove", tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)))
        send("touchEnd")

    swipe(point(page, root, 1, 95), point(page, root, 2, 65), 700)
    expect(page.get_by_text("asked {")).to_contain_text("'before': 'A00007'")
    page.get_by_role("button", name="Zoom in").click()
    before = root.get_attribute("data-span") or ""
    x, y = point(page, root, 1, float(before.split()[0]) + 200)
    swipe((x, y), (x - 150, y), 20)
    expect(root).not_to_have_attribute("data-span", before)
    context.close()


def test_several_are_chosen_with_control_or_in_a_box_and_move_together(
    page: Page, chart_address: str
) -> None:
    root = chart(page, chart_address)
    page.keyboard.down("Control")
    for at in (35, 95):
        page.mouse.click(*point(page, root, 1, at))
    page.keyboard.up("Control")
    expect(page.locator(".spoken")).to_have_text("2 batches chosen")
    drag(page, point(page, root, 1, 95), point(page, root, 2, 5))
    asked = page.get_by_text("asked {")
    expect(asked).to_contain_text("'operations': ['A00001', 'A00006'], 'machine': 'M03'")
    page.mouse.click(*point(page, root, 1, 65))
    page.keyboard.down("Shift")
    drag(page, point(page, root, 1, 5), point(page, root, 2, 130))
    page.keyboard.up("Shift")
    # Two batches of machine 2 and two of machine 3 end by then.
    expect(page.locator(".spoken")).to_have_text("4 batches chosen")


def test_the_menu_says_what_can_be_done_to_a_batch(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    page.mouse.click(*point(page, root, 1, 95), button="right")
    items = page.get_by_role("menuitem")
    expect(items).to_have_text(["Pin here", "Leave out order A00006", "Why is it here?"])
    page.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    page.keyboard.press("Shift+F10")
    page.keyboard.press("Enter")
    expect(page.get_by_text("asked {")).to_contain_text("'what': 'pin', 'operations': ['A00006']")


def test_undo_and_redo_are_asked_by_keys(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    page.get_by_role("application", name="A chart").focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("asked {")).to_contain_text("'what': 'undo'")
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("asked {")).to_contain_text("'what': 'redo'")


def test_a_chart_that_is_only_shown_lets_nothing_be_moved(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, "n=100&m=5&fixed=yes")
    drag(page, point(page, root, 1, 95), point(page, root, 2, 65))
    page.wait_for_timeout(300)
    expect(page.get_by_text("asked {")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_colours_follow_lateness_and_the_legend_says_so(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    page.get_by_label("Colour by").select_option("lateness")
    expect(page.locator(".legend button:visible")).to_have_text(["late", "due within a day"])


def test_the_overview_goes_where_it_is_pressed(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address, "n=300&m=5")
    page.get_by_role("button", name="Day", exact=True).click()
    box = page.locator("canvas.overview").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + 10)
    # 60 turns of 60 minutes: the last day of the plan is in view.
    expect(root).to_have_attribute("data-span", re.compile(r" [3-9]\d{3}\."))


def test_the_way_of_the_order_that_is_clicked_stays_bright(
    page: Page, chart_address: str, compiled: None
) -> None:
    root = chart(page, chart_address, "sample=tiny-route")
    # On the table, order 5 is cut in two lots from 100 minutes on, one batch; each is washed in a
    # batch of its own, and both are finished in one.
    page.mouse.click(*point(page, root, 0, 110))
    expect(root).to_have_attribute("data-way", "4")
    page.keyboard.press("Escape")
    expect(root).to_have_attribute("data-way", "0")


def test_the_chart_fills_the_screen_and_is_printed(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    page.evaluate("document.exitFullscreen()")
    page.get_by_role("button", name="Print").click()
    printed = page.locator("iframe[title=Print]").content_frame
    expect(printed.get_by_role("img", name="A chart")).to_have_count(1)
    expect(printed.locator("h1")).to_have_text("A chart")


def test_dragging_elsewhere_pans_and_changes_nothing(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    page.get_by_role("button", name="Zoom in").click()
    before = root.get_attribute("data-span") or ""
    expect(root).not_to_have_attribute("data-span", "0.0 0.0")
    x, y = point(page, root, 1, float(before.split()[0]) + 300)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 150, y, steps=4)
    page.mouse.up()
    expect(root).not_to_have_attribute("data-span", before)
    expect(page.get_by_text("selected None")).to_be_visible()


def test_a_span_of_the_axis_and_the_wheel_zoom(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    box = page.locator("canvas[aria-hidden]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 15, steps=4)
    page.mouse.up()
    page.wait_for_timeout(100)
    begin, end = map(float, (root.get_attribute("data-span") or "").split())
    assert 0 < begin < end < 600
    page.keyboard.down("Control")
    page.mouse.wheel(0, 300)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    wider = root.get_attribute("data-span") or ""
    assert float(wider.split()[1]) - float(wider.split()[0]) > end - begin


def test_the_legend_takes_a_family_out_of_reach(page: Page, chart_address: str) -> None:
    root = chart(page, chart_address)
    page.get_by_role("button", name="family 18").click()  # 6 * 7 % 24
    page.mouse.click(*point(page, root, 1, 95))
    expect(page.get_by_text("selected None")).to_be_visible()
    page.get_by_role("button", name="family 18").click()
    page.mouse.click(*point(page, root, 1, 95))
    expect(page.get_by_text("selected M02:2")).to_be_visible()


def test_an_order_of_several_stages_and_lots_is_found_as_one(
    page: Page, chart_address: str, compiled: None
) -> None:
    chart(page, chart_address, "sample=tiny-route")
    page.get_by_label("Find order").fill("5")
    expect(page.get_by_role("status")).to_contain_text("1 order found")


def test_a_search_finds_an_order_and_enter_goes_there(page: Page, chart_address: str) -> None:
    chart(page, chart_address)
    page.get_by_label("Find order").fill("a00006")
    expect(page.get_by_role("status")).to_contain_text("1 order found")
    page.get_by_label("Find order").press("Enter")
    expect(page.get_by_text("selected M02:2")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ground_of_the_chart_follows_the_theme(
    page: Page, chart_address: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    chart(page, chart_address)
    page.wait_for_timeout(300)
    corner = page.locator("canvas[aria-hidden]").evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(3, 3, 1, 1).data]"
    )
    assert (sum(corner[:3]) < 3 * 60) == (scheme == "dark")


def test_the_axis_shows_wall_clock_time_when_clocks_change(page: Page) -> None:
    source = files("ui.gantt").joinpath("scripts/clock.js").read_text(encoding="utf-8")
    # From Saturday 28 March 2026 at noon; on Sunday at 02:00 clocks go to 03:00, after 14 hours.
    clock = (
        "clockOf({wall: Date.UTC(2026, 2, 28, 12), unit: 60000, shifts: [[0, 0], [840, 3600000]]})"
    )
    told = page.evaluate(
        f"(() => {{ {source}; const clock = {clock};"
        "return [clock.moment(839), clock.moment(840), clock.unitAt(Date.UTC(2026, 2, 29, 12)),"
        " clock.ticks(0, 2400, 1440).map((tick) => tick.at)]; })()"
    )
    # Sunday noon is 23 hours after Saturday noon, and Monday's midnight 35.
    assert told == ["Sun 29 Mar 01:59", "Sun 29 Mar 03:00", 1380, [720, 2100]]
