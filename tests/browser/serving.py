"""Servers and browsers for tests and screenshots."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
DASHBOARD = "from ui.launch import main; main(port={port}, browser=False)"
SCRIPT = (
    "from streamlit.web import bootstrap; from ui.launch import config; "
    "o = config('127.0.0.1', {port}); bootstrap.load_config_options(flag_options=o); "
    "bootstrap.run({script!r}, False, [], o)"
)


@contextmanager
def dashboard(database: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the dashboard on a free port and yield its address; its workers end with it."""
    given = {"BATCH_PLANNER_DATABASE": database, **(environment or {})}
    with _served(DASHBOARD, given) as address:
        yield address


@contextmanager
def page_script(script: Path) -> Iterator[str]:
    """Serve one Streamlit script with the dashboard's settings."""
    with _served(SCRIPT.replace("{script!r}", repr(str(script))), {}) as address:
        yield address


@contextmanager
def _served(code: str, environment: Mapping[str, str]) -> Iterator[str]:
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", code.replace("{port}", str(port))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def release_service(database: str, *options: str) -> Iterator[str]:
    """Run the release service on `database` as a process of its own, and yield its address."""
    port = _free_port()
    command = [sys.executable, "-m", "planner.cli", "release", "serve", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--database", database, *options], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", server)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            with urlopen(address, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


# Between two runs of a page's script it is calm for a moment; what they replace fades for longer.
# Some parts of a page, the style sheet too, are loaded when they are first needed.
CALM = """calm => {
  const app = document.querySelector('[data-testid=stApp]');
  const isCalm = app?.dataset.testScriptState === 'notRunning'
    && getComputedStyle(app).fontVariantNumeric === 'tabular-nums'
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
  window.calmSince = isCalm ? window.calmSince ?? performance.now() : undefined;
  return isCalm && performance.now() - window.calmSince > calm;
}"""


def click(page: Page, target: Locator, **options: Any) -> None:
    """Click when the page is calm: one that is being drawn again would lose the click."""
    settle(page)
    target.click(**options)


def type_into(page: Page, target: Locator, text: str, **options: Any) -> None:
    """Put `text` into the cell of a table that a double click reaches, without ending the edit.

    Keys that are pressed before the cell's editor is there would be lost.
    """
    settle(page)
    target.dblclick(**options)
    type_over(page, text)


def type_over(page: Page, text: str) -> None:
    """Put `text` into the cell that is open, when it is."""
    page.locator("#portal .gdg-input").fill(text)


def settle(page: Page, calm: int = 400) -> None:
    """Wait until the page is complete and has not changed for `calm` milliseconds."""
    page.locator("h1").first.wait_for()
    page.evaluate("window.calmSince = undefined")
    page.wait_for_function(CALM, arg=calm, polling=50)
