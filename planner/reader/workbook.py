"""An .xlsx workbook with a sheet per file -> tables."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from planner.files import open_regular
from planner.reader.notes import Notes
from planner.reader.tables import COLUMNS, SETTINGS_FILE, Table, Tables
from planner.reader.text import bad_file, table_of_records

# What the process that reads a workbook may take: bytes, processor seconds, and seconds in all.
MEMORY, PROCESSOR_SECONDS, SECONDS = 4 * 2**30, 60, 300
_WORKER = Path(__file__).with_name("workbook_worker.py")
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?", re.ASCII)
_BARE = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?|true|false", re.ASCII)


def workbook_tables(source: Path, notes: Notes) -> Tables:
    """Return the tables of the sheets `orders`, `machines` and so on; `scenario` has settings."""
    wanted = {name.rpartition(".")[0]: name for name in (*COLUMNS, SETTINGS_FILE)}
    found = _answer(source, tuple(wanted))
    files: dict[str, Table] = {}
    settings = ""
    for sheet in found["sheets"]:
        file = wanted[sheet["name"].strip().lower().removesuffix(".csv")]
        if file == SETTINGS_FILE:
            settings = _settings(sheet["rows"])
        elif table := table_of_records(_filled(sheet["rows"]), file, notes):
            files[file] = table
    skipped = tuple(f"sheet {name}" for name in found["skipped"])
    if "orders.csv" not in files and not notes.failed:
        there = f"; there is {', '.join(skipped)}" if skipped else ""
        raise bad_file(
            "orders_given", source.name, f"there is no sheet orders{there}", "Rename the sheet."
        )
    return Tables(files=files, settings=settings, name=source.stem, skipped=skipped)


def _answer(source: Path, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return what the process that reads the workbook has found in it."""
    # -I: neither the working directory nor the environment decides what it imports.
    command = [sys.executable, "-I", str(_WORKER), str(MEMORY), str(PROCESSOR_SECONDS), *wanted]
    why = "it is damaged, or takes more time or memory than is given"
    with open_regular(source) as file:
        try:
            done = subprocess.run(
                command, stdin=file, capture_output=True, timeout=SECONDS, check=False
            )
            found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
        except (subprocess.TimeoutExpired, ValueError):
            found = {}
    if "sheets" not in found:
        raise bad_file(
            "workbook",
            source.name,
            f"the workbook cannot be read: {found.get('refused', why)}",
            "Save it again, or save its sheets as CSV.",
        )
    return found


def _filled(records: list[list[str]]) -> Iterator[list[str]]:
    """Yield rows as wide as the first: a workbook does not keep the empty cells at their end."""
    width = len(records[0]) if records else 0
    for record in records:
        yield record + [""] * (width - len(record))


def _settings(records: Iterable[list[str]]) -> str:
    """Return rows of key and value, with keys like `weights.tardiness`, as TOML."""
    lines = []
    for record in records:
        key, value = (cell.strip() for cell in (*record, "", "")[:2])
        if not key or (key.lower(), value.lower()) == ("key", "value"):
            continue
        shown = key if _KEY.fullmatch(key) else json.dumps(key)
        lines.append(f"{shown} = {value if _BARE.fullmatch(value) else json.dumps(value)}")
    return "\n".join(lines)
