"""The sample scenarios: in the store from the first visit on, one of them planned."""

import tomllib
from pathlib import Path

from planner.reader import read_tables
from planner.store.rows import RunOptions
from planner.store.store import Store

PLANNED = "denim"
# One worker: the page that is opened meanwhile has the other core.
FIRST_RUN = RunOptions(seconds=10.0, workers=1)


def seed_samples(store: Store) -> None:
    """Store the samples that were never stored, and plan one of them the first time.

    A sample that the user deleted does not come back. Safe to call in several processes at once.
    """
    # A folder of data beside this package; nobody else needs it.
    from scenarios import SAMPLES, sample_path

    for name in SAMPLES:
        if store.setting(_key(name)) is None:
            _add(store, name, sample_path(name))
    planned = store.setting(_key(PLANNED))
    if planned is not None and store.setting("sample planned") is None:
        store.start_run_once("sample planned", int(planned), FIRST_RUN)


def _add(store: Store, name: str, folder: Path) -> None:
    tables = read_tables(folder)
    title = tomllib.loads(tables.settings).get("name", name)
    store.add_scenario_once(_key(name), title, tables)


def _key(name: str) -> str:
    return f"sample:{name}"
