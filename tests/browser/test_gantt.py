"""The Gantt chart as a user meets it: pointer, keys, theme, and many batches."""

import json
from importlib.resources import files

import pytest
from playwright.sync_api import Locator, Page, expect

# Ten times as long as on an idle machine: tests share their processors with others.
SLOW = 10


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


@pytest.mark.parametrize(("count", "seconds"), [(1_000, 1), (10_000, 3)])
def test_many_batches_are_painted_soon(
    page: Page, chart_address: str, count: int, seconds: int
) -> None:
    root = chart(page, chart_address, f"n={count}")
    assert root.get_attribute("data-drawn") == str(count)
    painted = page.evaluate("performance.getEntriesByName('gantt-painted')[0].startTime")
    assert painted < seconds * 1000 * SLOW


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


def test_dragging_the_selected_batch_reports_where_it_was_dropped(
    page: Page, chart_address: str
) -> None:
    root = chart(page, chart_address)
    page.mouse.click(*point(page, root, 1, 95))
    expect(page.get_by_text("selected M02:2")).to_be_visible()
    page.mouse.move(*point(page, root, 1, 95))
    page.mouse.down()
    page.mouse.move(*point(page, root, 2, 200), steps=5)
    page.mouse.up()
    moved = page.get_by_text("moved {")
    expect(moved).to_contain_text("'batch': 'M02:2', 'machine': 'M03'")
    start = int((moved.text_content() or "").rpartition(": ")[2].rstrip("}"))
    assert abs(start - (70 + 105)) <= 4


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
