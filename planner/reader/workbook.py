"""An .xlsx workbook with a sheet per file -> tables."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from planner.reader.notes import Notes
from planner.reader.tables import COLUMNS, SETTINGS_FILE, Table, Tables
from planner.reader.text import bad_file, table_of_records

FAULTS = (ValueError, KeyError, TypeError, IndexError, AttributeError, ParseError)
_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?", re.ASCII)
_BARE = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?|true|false", re.ASCII)


def workbook_tables(source: Path, notes: Notes) -> Tables:
    """Return the tables of the sheets `orders`, `machines` and so on; `scenario` has settings."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    except FAULTS as error:
        raise bad_file(
            "workbook", source.name, f"the workbook cannot be read: {error}", "Save it again."
        ) from error
    try:
        return _tables(book, source, notes)
    finally:
        book.close()


def _tables(book: Any, source: Path, notes: Notes) -> Tables:
    wanted = {name.rpartition(".")[0]: name for name in (*COLUMNS, SETTINGS_FILE)}
    files: dict[str, Table] = {}
    settings = ""
    skipped = []
    for sheet in book.worksheets:
        file = wanted.get(sheet.title.strip().lower().removesuffix(".csv"))
        if file is None:
            skipped.append(f"sheet {sheet.title}")
        elif file == SETTINGS_FILE:
            settings = _settings(_records(sheet, source.name))
        elif table := table_of_records(_records(sheet, source.name), file, notes):
            files[file] = table
    if "orders.csv" not in files and not notes.failed:
        found = f"; there is {', '.join(skipped)}" if skipped else ""
        raise bad_file(
            "orders_given", source.name, f"there is no sheet orders{found}", "Rename the sheet."
        )
    return Tables(files=files, settings=settings, name=source.stem, skipped=tuple(skipped))


def _records(sheet: Any, file: str) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what the file says about its size is often wrong
    try:
        for row in sheet.iter_rows():
            yield [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
    except FAULTS as error:
        raise bad_file(
            "workbook", file, f"sheet {sheet.title} cannot be read: {error}", "Save it again."
        ) from error


def _text(value: object, number_format: str | None) -> str:
    """Return a cell as a planner would type it; midnight without a shown hour is a date."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Spreadsheets show 15 digits; the rest is noise of binary fractions.
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        whole_day = value.time() == time() and "h" not in (number_format or "").lower()
        return value.date().isoformat() if whole_day else value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


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
