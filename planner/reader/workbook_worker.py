"""Reads one workbook from standard input and writes its cells as JSON to standard output.

Runs as a process of its own, within limits of memory and processor time: what crashes, hangs or
fills the memory of a workbook's reader harms nobody. It uses the standard library and
python-calamine only. Formulas and macros are never run: the values that were saved are read.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

# The largest sheet that a spreadsheet can have.
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
# Cells that a sheet may span, empty ones too, and that all sheets may hold.
MOST_SPANNED, MOST_CELLS = 32_000_000, 5_000_000
# Formats 14 to 22 and 45 to 47 are dates and times that every spreadsheet knows by number.
HOURS_BY_NUMBER = frozenset(map(str, (18, 19, 20, 21, 22, 45, 46, 47)))
# Between the head of a cell and its value; spreadsheets take no longer ones.
LONGEST_FORMULA = 40_000
_TAG = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?(row|c)\b([^<>]{0,2000})>")
_NAMED = re.compile(rb'\b(r|s|t)="([^"<>]{0,40})"')
_ERROR = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?v>([^<>]{0,40})<")
_PLACE = re.compile(rb"([A-Z]{1,9})?(\d{1,12})")


class RefusedError(Exception):
    """A workbook that is not read, and why."""


def main() -> None:
    """Limit, read, answer; the arguments are bytes of memory, seconds, and names of sheets."""
    memory, seconds, *wanted = sys.argv[1:]
    _limit(int(memory), int(seconds))
    try:
        answer: dict[str, Any] = read(sys.stdin.buffer.read(), frozenset(wanted))
    except RefusedError as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "it needs too much memory"}
    except BaseException as error:  # noqa: BLE001 -- a panic of the reader is no Exception
        answer = {"refused": str(error)[:200] or type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where whoever waits has a limit alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes, wanted: frozenset[str]) -> dict[str, Any]:
    """Return the rows of the sheets whose names are `wanted`, as texts, and the other names."""
    from python_calamine import CalamineWorkbook

    package = zipfile.ZipFile(io.BytesIO(data))
    hours = _styles_with_hours(package)
    paths = _sheet_paths(package)
    scanned = {
        name: _scan(_part(package, path), hours, name)
        for name, path in paths.items()
        if _canonical(name) in wanted
    }
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets, left = [], MOST_CELLS
    for name, marks in scanned.items():
        rows = list(_rows(book.get_sheet_by_name(name), marks))
        left -= sum(map(len, rows))
        if left < 0:
            raise RefusedError(f"it holds more than {MOST_CELLS:,} cells")
        sheets.append({"name": name, "rows": rows})
    return {"sheets": sheets, "skipped": [name for name in paths if name not in scanned]}


def _canonical(name: str) -> str:
    return name.strip().lower().removesuffix(".csv")


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    data = package.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RefusedError("it declares entities, which no spreadsheet does")
    return data


def _sheet_paths(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each worksheet by name, in order."""
    relations = ElementTree.fromstring(_part(package, "xl/_rels/workbook.xml.rels"))
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }
    book = ElementTree.fromstring(_part(package, "xl/workbook.xml"))
    found = {}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        ids = [value for name, value in sheet.items() if name.endswith("}id")]
        target = targets.get(ids[0] if ids else None)
        if target:
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found[sheet.get("name", "")] = path
    return found


def _styles_with_hours(package: zipfile.ZipFile) -> frozenset[bytes]:
    """Return the styles that show a time of day: midnight in them is no date alone."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    styles = ElementTree.fromstring(_part(package, "xl/styles.xml"))
    own = {
        each.get("numFmtId", ""): each.get("formatCode", "").lower()
        for each in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    hours = {number for number, code in own.items() if "h" in code}
    hours |= HOURS_BY_NUMBER - own.keys()
    used = (each.get("numFmtId", "") for each in styles.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(b"%d" % place for place, number in enumerate(used) if number in hours)


class Marks:
    """What a sheet's cells are beside their values, by row and column from 0."""

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.hours: set[tuple[int, int]] = set()


def _scan(sheet: bytes, hours: frozenset[bytes], name: str) -> Marks:
    """Return the marks of a sheet; RefusedError if its cells lie further apart than is read."""
    marks, row, column, width = Marks(), -1, -1, 0
    for tag in _TAG.finditer(sheet):
        named = dict(_NAMED.findall(tag[2]))
        letters, number = _place(named.get(b"r", b""))
        if tag[1] == b"row":
            row, column = (number - 1 if number else row + 1), -1
        else:
            row = number - 1 if number else row
            column = _column(letters) if letters else column + 1
            width = max(width, column + 1)
            if named.get(b"t") == b"e":
                error = _ERROR.search(sheet, tag.end(), tag.end() + LONGEST_FORMULA)
                marks.errors[row, column] = error[1].decode() if error else "#VALUE!"
            if named.get(b"s") in hours:
                marks.hours.add((row, column))
        if row >= MOST_ROWS or width > MOST_COLUMNS or (row + 1) * width > MOST_SPANNED:
            raise RefusedError(
                f"sheet {name} goes to row {row + 1:,} and column {width:,}: delete what is empty"
            )
    return marks


def _place(text: bytes) -> tuple[bytes, int]:
    found = _PLACE.fullmatch(text)
    return (found[1] or b"", int(found[2])) if found else (b"", 0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _rows(sheet: Any, marks: Marks) -> Iterator[list[str]]:
    for row, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        texts = [
            marks.errors.get((row, column)) or _text(cell, (row, column) in marks.hours)
            for column, cell in enumerate(cells)
        ]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def _text(value: Any, shows_hours: bool) -> str:
    """Return a cell as a planner would type it; midnight without a shown hour is a date."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Spreadsheets show 15 digits; the rest is noise of binary fractions.
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, datetime):
        return _moment(value, shows_hours)
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00" if shows_hours else value.isoformat()
    return str(value)


def _moment(value: datetime, shows_hours: bool) -> str:
    # The noise of binary fractions again: no file is meant to the microsecond.
    nearest = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if nearest.time() == time() and not shows_hours:
        return nearest.date().isoformat()
    return nearest.isoformat()


if __name__ == "__main__":
    main()
