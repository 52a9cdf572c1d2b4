"""Small scenario folders for the reader's tests."""

from collections.abc import Mapping
from pathlib import Path

from planner.domain import Scenario
from planner.errors import Finding, ScenarioError
from planner.reader import findings_in, read_scenario, read_tables

ORDERS = "order_id,family,duration_minutes\nA,red,60\n"
MACHINES = "machine_id\nM1\nM2\n"


def folder_of(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` into `folder`; orders.csv is a single good order unless given."""
    for name, content in {"orders.csv": ORDERS, **files}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    return folder


def scenario_of(folder: Path, **files: str) -> Scenario:
    """Return the scenario of CSV files given by their stem; `settings` is scenario.toml."""
    named = {f"{stem}.csv": text for stem, text in files.items() if stem != "settings"}
    if "settings" in files:
        named["scenario.toml"] = files["settings"]
    return read_scenario(folder_of(folder, named))


def findings_of(path: Path) -> tuple[Finding, ...]:
    """Return what reading `path` finds, whether it stops or not."""
    try:
        found = findings_in(read_tables(path))
    except ScenarioError as error:
        return error.findings
    return found


def found_in(folder: Path, **files: str) -> list[tuple[str, str, str, str]]:
    """Return rule, place, value and severity of what reading CSV files, by their stem, finds."""
    written = folder_of(folder, {f"{stem}.csv": text for stem, text in files.items()})
    return [(f.rule, f.where, f.value, str(f.severity)) for f in findings_of(written)]
