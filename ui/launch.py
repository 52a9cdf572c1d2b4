"""Starts the dashboard's server: on this computer alone, and telling nobody about it."""

import os
import sys
import threading
import time
import tomllib
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from planner.errors import PlannerError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8501
OWN_NAMES = ("localhost", "127.0.0.1", "::1")
# Megabytes; a million orders are about half of it.
LARGEST_UPLOAD = 200


def main(
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    *,
    browser: bool = True,
    database: str | None = None,
    is_open_to_network: bool = False,
    names: Sequence[str] = (),
) -> None:
    """Serve the dashboard until it is interrupted.

    Others than this computer can reach it only if `is_open_to_network`; `names` are the host names
    by which they may ask. PlannerError without the first for an address that is not loopback.
    `browser` opens it in the user's browser. `database` is a SQLAlchemy URL; without one the
    environment variable BATCH_PLANNER_DATABASE counts, or a file in the user's data folder.
    """
    _check_host(host, is_open_to_network=is_open_to_network)
    # Streamlit takes a second to import, which other commands need not wait for.
    from streamlit.web import bootstrap

    from ui.memory import collect_seldom

    if database is not None:
        os.environ["BATCH_PLANNER_DATABASE"] = database
    collect_seldom()
    options = config(host, port, names)
    bootstrap.load_config_options(flag_options=options)
    if browser:
        threading.Thread(target=_open_browser, args=(address(host, port),), daemon=True).start()
    _prefer_this_package()
    threading.Thread(target=prepare, daemon=True).start()
    bootstrap.run(app_file(), is_hello=False, args=[], flag_options=options)


def is_loopback(host: str) -> bool:
    """Return whether only this computer can reach `host`.

    >>> is_loopback("127.0.0.2"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_host(host: str, *, is_open_to_network: bool) -> None:
    if is_loopback(host):
        return
    if not is_open_to_network:
        raise PlannerError(
            f"anybody who can reach {host} could see and change everything: there is no sign-in\n"
            "    In a network where that is fine: --open-to-network."
        )
    sys.stderr.write(f"anybody who can reach {host} can see and change everything\n")


def allowed_hosts(host: str, names: Sequence[str] = ()) -> list[str]:
    """Return the names under which a browser may ask.

    Any other could be that of a page elsewhere whose name was made to point here. Whoever listens
    on all addresses and gives no names takes them all.
    """
    if names or is_loopback(host):
        return [*OWN_NAMES, *names]
    return ["*"] if host in ("0.0.0.0", "::", "") else [*OWN_NAMES, host]


def address(host: str, port: int) -> str:
    """Return where a browser on this computer finds the dashboard.

    >>> address("0.0.0.0", 80)
    'http://localhost:80'
    """
    shown = "localhost" if host in ("0.0.0.0", "::", "") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def app_file() -> str:
    """Return the script that Streamlit runs."""
    return str(Path(__file__).parent / "app.py")


def config(host: str, port: int, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return Streamlit's settings, which go before any that a user's home has."""
    return {
        "server.address": host,
        "server.port": port,
        "server.allowedHosts": allowed_hosts(host, names),
        "server.enableCORS": True,
        "server.headless": True,
        "server.showEmailPrompt": False,
        "server.maxUploadSize": LARGEST_UPLOAD,
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": True,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "logger.level": "warning",
        **theme(),
    }


def theme() -> Mapping[str, Any]:
    """Return the colours of theme.toml as settings: `theme.light.textColor` and the like."""
    text = files("ui").joinpath("theme.toml").read_text(encoding="utf-8")
    flat: dict[str, Any] = {}
    for key, value in tomllib.loads(text)["theme"].items():
        inner = value if isinstance(value, dict) else {}
        flat |= {f"theme.{key}.{name}": colour for name, colour in inner.items()}
        if not inner:
            flat[f"theme.{key}"] = value
    return flat


def _prefer_this_package() -> None:
    """Let the script import `ui` and `planner` from where this file lies, installed or not."""
    root = str(Path(__file__).parents[1])
    if root not in sys.path:
        sys.path.insert(0, root)


def prepare() -> None:
    """Store the samples and begin to plan one while the browser is still on its way.

    What goes wrong here goes wrong again, and is told, when the first page is opened.
    """
    # Importing what a page needs takes longer than storing the samples.
    from sqlalchemy.exc import SQLAlchemyError

    from planner.errors import PlannerError
    from planner.store import Store, seed_samples
    from ui.state import SAMPLES

    if os.environ.get(SAMPLES) == "no":
        return
    with suppress(PlannerError, OSError, SQLAlchemyError), Store() as store:
        seed_samples(store)


def _open_browser(url: str) -> None:
    for _ in range(100):
        try:
            with urlopen(f"{url}/_stcore/health", timeout=1):
                webbrowser.open(url)
                return
        except (URLError, OSError):
            time.sleep(0.1)
