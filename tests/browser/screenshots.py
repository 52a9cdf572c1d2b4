"""Makes the pictures in docs/screenshots from real runs.

`python -m tests.browser.screenshots` makes all, with names of pages only theirs; `day` are those of
the page about a day of a planner, `routes` those of both charts of a plan with routes.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from planner.store import RunOptions, Store
from scenarios import SAMPLES
from tests.browser.serving import ROOT, chromium, dashboard, settle

TARGET = ROOT / "docs" / "screenshots"
PAGES = ("start", "data", "plan", "schedule", "compare", "export", "release")
SIZES: Mapping[str, tuple[int, int]] = {"desktop": (1440, 900), "phone": (390, 844)}
SECONDS = 15.0


def main(pages: Sequence[str]) -> None:
    """Plan the samples, open every page in every size and colour, and keep the pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'planner.db'}"
        with dashboard(database) as address, chromium() as browser, Store(database) as store:
            only_routes = set(pages) == {"routes"}
            plan_samples(store, address, browser, ["jeans"] if only_routes else SAMPLES)
            ids = "" if only_routes else f"{ids_of(store, 'denim')}&batch=DYE-1:4"
            if not pages or "day" in pages:
                day(browser, f"{address}/schedule?{ids}")
            if not pages or "routes" in pages:
                routes(browser, f"{address}/schedule?{ids_of(store, 'jeans')}", "0070031")
            for name, (size, scheme, path) in shots(pages).items():
                sys.stderr.write(f"{name}\n")
                shoot(browser, f"{address}/{path}?{ids}", size, scheme, name)


def shots(pages: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return name, size, colours and page of each picture."""
    return {
        f"{page}-{size}-{scheme}": (size, scheme, "" if page == "start" else page)
        for page in pages or PAGES
        if page in PAGES
        for size in SIZES
        for scheme in ("light", "dark")
    }


def plan_samples(store: Store, address: str, browser: Browser, samples: Sequence[str]) -> None:
    """Return once all `samples` are planned."""
    page = browser.new_page()
    page.goto(address)  # the first visit stores the samples
    settle(page)
    page.close()
    stored = store.settings("sample:")
    for sample in samples:
        store.start_run(int(stored[f"sample:{sample}"]), RunOptions(seconds=SECONDS))
    for run in waiting(store):
        sys.stderr.write(f"waiting for plan {run}\n")


def ids_of(store: Store, sample: str) -> str:
    """Return the ids of a sample and its plan as the end of an address."""
    scenario_id = int(store.settings("sample:")[f"sample:{sample}"])
    run = next(run for run in store.runs(scenario_id) if run.cost is not None)
    return f"scenario={scenario_id}&plan={run.id}"


def waiting(store: Store) -> Iterator[int]:
    """Yield a run that goes on, every few seconds, until there is none."""
    while going := [run.id for run in store.runs() if not run.state.is_final]:
        yield going[-1]
        time.sleep(5)


def shoot(browser: Browser, url: str, size: str, scheme: str, name: str) -> None:
    """Keep a picture of a page when nothing on it moves any more."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(url)
    settle(page)
    if name.startswith("release"):
        simulate(page)
    page.wait_for_timeout(1500)
    if size == "phone":
        unfold(page, width)
    page.screenshot(path=TARGET / f"{name}.png")
    context.close()


def day(browser: Browser, url: str) -> None:
    """Keep pictures of what a planner does on the Schedule page in the course of a day."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(url)
    root = page.locator(".gantt[data-painted]")
    root.wait_for()
    settle(page)
    page.locator(".frame").focus()
    for key in ("Alt+ArrowLeft", "Alt+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Keep", exact=True).wait_for()
    keep_picture(page, "day-move")
    page.get_by_role("button", name="Keep", exact=True).click()
    settle(page)
    for name, picture in DAY.items():
        page.get_by_text(name, exact=True).first.click()
        settle(page)
        page.wait_for_timeout(1500)
        page.get_by_text("Work on the plan").scroll_into_view_if_needed()
        page.mouse.move(700, 600)
        page.mouse.wheel(0, 420)
        keep_picture(page, picture)
    context.close()


def routes(browser: Browser, url: str, order: str) -> None:
    """Keep pictures of the way of `order` through its machines, and of the chart by order."""
    for (size, (width, height)), scheme in product(SIZES.items(), ("light", "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = context.new_page()
        page.goto(url)
        page.locator(".gantt[data-painted]").wait_for()
        settle(page)
        page.get_by_label("Find order").fill(order)
        page.locator(".gantt").scroll_into_view_if_needed()
        keep_picture(page, f"routes-machines-{size}-{scheme}")
        page.get_by_role("heading", name="By order").scroll_into_view_if_needed()
        page.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
        keep_picture(page, f"routes-orders-{size}-{scheme}")
        context.close()


# The panels below the chart, and what their pictures are called.
DAY: Mapping[str, str] = {
    "What has happened": "day-happened",
    "Replan": "day-replan",
    "Why": "day-why",
    "Promise": "day-promise",
    "Versions": "day-versions",
}


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of what is in view."""
    settle(page)
    page.wait_for_timeout(800)
    page.screenshot(path=TARGET / f"{name}.png")


def simulate(page: Page) -> None:
    """Let the Release page answer what if."""
    page.get_by_role("button", name="Simulate").click()
    page.get_by_text("Ways to release, on the same orders").wait_for(timeout=120_000)
    settle(page)


def unfold(page: Page, width: int) -> None:
    """Make a phone's window as tall as its page, up to three screens."""
    tall = page.locator(".stMain").evaluate("part => part.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(tall), 2400)})
    page.wait_for_timeout(800)


if __name__ == "__main__":
    main(sys.argv[1:])
