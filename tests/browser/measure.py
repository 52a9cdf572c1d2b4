"""Measures what a user waits for: `python -m tests.browser.measure`, on an idle machine.

With `drop` behind it, only what passes from dropping a batch to the new chart, in the browser and
on the server, at 1,000 and 10,000 orders.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from planner.changes import Applied, MoveWork, Standing, apply_to
from planner.reader import Tables, scenario_from_tables, table_of
from planner.search.baselines import earliest_due_date
from planner.store import RunOptions, Store
from tests.browser.serving import chromium, dashboard, page_script, settle
from ui.by_hand import former_places
from ui.memory import collect_seldom
from ui.plans import plan_of

HERE = Path(__file__).parent
PAINTED = ".gantt[data-painted]"


def main(only: str = "") -> None:
    """Print seconds per thing that is waited for, and the server's memory; or `only` drops."""
    if only == "drop":
        drops()
        return
    with chromium() as browser:
        with page_script(HERE / "gantt_page.py") as address:
            for count in (1_000, 10_000, 50_000):
                painting(browser, address, count)
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:///{Path(folder) / 'planner.db'}"
            with dashboard(database) as address, Store(database) as store:
                using(browser, address, store)


def drops() -> None:
    """Measure what passes from dropping a batch to the new chart."""
    for count in (1_000, 10_000):
        tell(
            f"server part of a drop with {count:,} orders", server_part(count), "ms processor time"
        )
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'planner.db'}"
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        with dashboard(database) as address, Store(database) as store:
            for count in (1_000, 10_000):
                dropping(page, planned(store, address, count), count)


def server_part(count: int) -> float:
    """Return the median milliseconds for a move, its certificate, its words and its chart."""
    collect_seldom()
    scenario = scenario_from_tables(many(count))
    first = earliest_due_date(scenario)
    assert first is not None
    standing = Standing(scenario=scenario, schedule=first)
    times = []
    for turn in range(6):
        begun = time.process_time()
        batches = first.on("M0")
        moved = batches[turn + 3].operations
        change = MoveWork(operations=moved, machine="M0", before=batches[0].operations[0])
        made = apply_to(standing, change)
        assert isinstance(made, Applied)
        plan = plan_of("Plan", made.after.scenario, made.after.schedule, certified=True)
        json.dumps(plan.chart)
        former_places(plan.scenario, first.batches, made.difference)
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times[1:])  # what a first change derives is kept for the next


def planned(store: Store, address: str, count: int) -> str:
    """Return the address of the schedule of so many orders."""
    row = store.add_scenario(f"{count:,} orders", many(count))
    run = store.start_run(row.id, RunOptions(method="earliest due date"))
    while not store.run(run.id).state.is_final:
        time.sleep(0.5)
    return f"{address}/schedule?scenario={row.id}&plan={run.id}"


def tell(what: str, value: float, unit: str = "s") -> None:
    """Print one figure."""
    sys.stdout.write(f"{what}: {value:.2f} {unit}\n")
    sys.stdout.flush()


def painting(browser: Browser, address: str, count: int) -> None:
    """Measure from navigation to a painted chart, and one picture while panning."""
    query = f"{address}/?n={count}&m=10"
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(query)  # the server makes the schedule once
    page.locator(PAINTED).wait_for()
    times = []
    for _ in range(3):
        page.goto(query)
        page.locator(PAINTED).wait_for()
        times.append(page.evaluate("performance.getEntriesByName('gantt-painted')[0].startTime"))
    tell(f"{count} batches, navigation to painted", min(times) / 1000)
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(500)
    drawn = float(page.locator(PAINTED).get_attribute("data-milliseconds") or "nan")
    tell(f"{count} batches, one picture", drawn, "ms")
    page.close()


def using(browser: Browser, address: str, store: Store) -> None:
    """Measure from a sample to a better plan, page changes, and memory with five sessions."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    settle(page)
    while any(not run.state.is_final for run in store.runs()):
        time.sleep(1)
    for name in ("heat-treatment", "bottling"):
        page.goto(address)
        settle(page)
        seconds = to_a_better_plan(page, store.setting(f"sample:{name}") or "")
        tell(f"{name}: click to a chart with a plan better than one by one", seconds)
        store.request_stop(store.runs()[0].id)
    for count in (10_000, 1_000):
        url = planned(store, address, count)
        pages(page, url, count)
        dropping(page, url, count)
    for _ in range(4):
        other = browser.new_page()
        other.goto(url)
        other.locator(PAINTED).wait_for()
    tell("server memory with five sessions", memory(address), "MB")


def to_a_better_plan(page: Page, scenario_id: str) -> float:
    """Return seconds from a click on a sample to a chart and a cost below one by one."""
    begun = time.monotonic()
    page.locator(f".st-key-sample-{scenario_id} button").first.click()
    page.locator(PAINTED).wait_for(timeout=60_000)
    page.locator(".card", has_text="Changeover time saved").get_by_text("✓").wait_for()
    return time.monotonic() - begun


def many(count: int) -> Tables:
    """Return `count` orders of 12 families on 8 machines."""
    columns = ("order_id", "family", "duration_minutes", "due", "eligible_machines")
    rows = [
        (f"A{k:05}", f"family {k % 12}", "30", "2027-02-01T12:00", f"M{k % 8}")
        for k in range(count)
    ]
    machines = table_of(("machine_id",), [(f"M{k}",) for k in range(8)])
    return Tables(files={"orders.csv": table_of(columns, rows), "machines.csv": machines})


def dropping(page: Page, url: str, count: int) -> None:
    """Measure from dropping a batch to the new chart, and frames while it is dragged."""
    page.goto(url)
    root = page.locator(PAINTED)
    root.wait_for()
    settle(page)
    waits, frames = [], []
    for turn in range(5):
        drag(page, root, turn)
        frames.append(float(root.get_attribute("data-milliseconds") or "nan"))
        before = root.get_attribute("data-painted")
        page.evaluate(WATCH_DROP, before)
        page.mouse.up()
        page.wait_for_function("window.droppedAfter !== undefined")
        waits.append(page.evaluate("window.droppedAfter"))
        page.keyboard.press("Escape")
        settle(page)
    tell(f"drop to the new chart with {count:,} orders, median", statistics.median(waits), "ms")
    tell(f"one picture while dragging, {count:,} orders, median", statistics.median(frames), "ms")


# Measured in the browser, from the pointer's release to the chart that shows another schedule.
WATCH_DROP = """(before) => {
  const shadows = [...document.querySelectorAll('*')].map((part) => part.shadowRoot);
  const root = shadows.map((shadow) => shadow?.querySelector('.gantt')).find(Boolean)
    ?? document.querySelector('.gantt');
  window.droppedAfter = undefined;
  let begun;
  const begin = () => { begun = performance.now(); };
  window.addEventListener('pointerup', begin, {once: true, capture: true});
  new MutationObserver((_, watch) => {
    if (root.dataset.painted === before || begun === undefined) return;
    window.droppedAfter = performance.now() - begun;
    watch.disconnect();
  }).observe(root, {attributes: true, attributeFilter: ['data-painted']});
}"""


def drag(page: Page, root: Locator, turn: int) -> None:
    """Take a batch of the first machine to another place, and hold it there."""
    gutter, _, axis, row = json.loads(root.get_attribute("data-geometry") or "")
    box = page.locator("canvas[aria-hidden]").bounding_box()
    assert box is not None
    y = box["y"] + axis + 0.4 * row
    page.mouse.move(box["x"] + gutter + 300 + 40 * turn, y)
    page.mouse.down()
    page.mouse.move(box["x"] + gutter + 60, y, steps=8)
    page.wait_for_timeout(100)


def pages(page: Page, url: str, count: int) -> None:
    """Measure each change of page with `count` orders, the second time round."""
    page.goto(url)
    page.locator(PAINTED).wait_for()
    waits: dict[str, Callable[[], None]] = {
        "Schedule": lambda: page.locator(PAINTED).first.wait_for(),
        "Compare": lambda: page.locator(PAINTED).nth(1).wait_for(),
    }
    for turn in range(2):
        for name in ("Data", "Plan", "Compare", "Export", "Schedule"):
            begun = time.monotonic()
            page.get_by_role("link", name=name, exact=True).click()
            page.get_by_role("heading", name=name, exact=True).wait_for()
            waits.get(name, lambda: settle(page, calm=150))()
            if turn:
                tell(f"change to {name} with {count:,} orders", time.monotonic() - begun)


def memory(address: str) -> float:
    """Return the megabytes in use by the server that listens at `address`."""
    port = f"{int(address.rpartition(':')[2]):04X}"
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    inode = next(row.split()[9] for row in rows if row.split()[1].endswith(port))
    for process in Path("/proc").glob("[0-9]*"):
        if any(f"socket:[{inode}]" == link for link in links(process)):
            text = (process / "status").read_text(encoding="utf-8")
            return int(text.partition("VmRSS:")[2].split()[0]) / 1024
    return float("nan")


def links(process: Path) -> list[str]:
    """Return what the open files of a process are."""
    found = []
    for file in (process / "fd").glob("*"):
        try:
            found.append(str(file.readlink()))
        except OSError:
            continue  # closed in the meantime
    return found


if __name__ == "__main__":
    main(*sys.argv[1:2])
