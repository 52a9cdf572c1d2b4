import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from planner.planning import plan
from planner.reader import read_scenario
from planner.store import Store
from scenarios import sample_path
from tests.browser.serving import CHROMIUM, chromium, dashboard, page_script

expect.set_options(timeout=30_000)
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'planner.db'}"


@pytest.fixture(scope="session")
def compiled() -> None:
    """Compile the planner's kernels, should they have changed, so that no worker has to."""
    plan(read_scenario(sample_path("tiny")), work=1, workers=1)


@pytest.fixture(scope="session")
def address(database: str, compiled: None) -> Iterator[str]:
    with dashboard(database) as started:
        yield started


@pytest.fixture(scope="session")
def store(database: str, address: str) -> Iterator[Store]:
    with Store(database) as opened:
        yield opened
        stop_all(opened)


def stop_all(store: Store) -> None:
    """Let every run end; nothing outlives the tests."""
    for _ in range(300):
        going = [run.id for run in store.runs() if not run.state.is_final]
        for run_id in going:
            store.request_stop(run_id)
        if not going:
            return
        time.sleep(0.1)


@pytest.fixture(scope="session")
def chart_address() -> Iterator[str]:
    with page_script(HERE / "gantt_page.py") as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a window; a fault of a script in it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    window = context.new_page()
    window.set_default_timeout(30_000)
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    context.close()
    assert not faults
