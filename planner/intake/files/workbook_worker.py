"""Reads one workbook from standard input and writes its cells as JSON to standard output.

Runs as a process of its own, so that a workbook that crashes, hangs or fills the memory of its
reader harms nobody. It uses the standard library and python-calamine only. Formulas and macros are
never run: the values that were saved are read.
"""

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PADDED = re.compile(r"0{2,}")
_CELL = re.compile(rb"<c\s([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class RefusedWorkbookError(Exception):
    """A workbook that is not read: rule, message, hint."""


def main() -> None:
    """Read, limit, answer."""
    limits = json.loads(sys.argv[1])
    _limit(limits["memory"], limits["seconds"])
    data = sys.stdin.buffer.read()
    try:
        answer = read(data, limits)
    except RefusedWorkbookError as refused:
        answer = {"refused": refused.args}
    except MemoryError:
        answer = {
            "refused": (
                "workbook_too_large",
                "the workbook needs too much memory",
                "Save the sheet as CSV.",
            )
        }
    except BaseException as error:  # noqa: BLE001  (a panic of the reader is no Exception)
        answer = {
            "refused": (
                "damaged_file",
                f"the workbook cannot be read: {str(error)[:200]}",
                "Save it again as XLSX, or as CSV.",
            )
        }
    sys.stdout.buffer.write(json.dumps(answer, default=_coded).encode())


def _limit(memory: int, seconds: int) -> None:
    """Let this process end that needs more memory in bytes or processor time in seconds."""
    try:
        import resource
    except ImportError:  # not on Windows, where only the time of whoever waits is limited
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _coded(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"c": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value.total_seconds()}
    raise TypeError(type(value).__name__)


def read(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """Return the visible sheets of a workbook with their cells, and what is special about it."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    package = Package(data)
    package.refuse_entities()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise RefusedWorkbookError(
            "locked_file", "the workbook has a password", "Save it without one."
        ) from error
    sheets, hidden, cells = [], [], 0
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        sheet = workbook.get_sheet_by_index(index)
        cells += sheet.total_height * sheet.total_width
        if cells > limits["cells"]:
            raise RefusedWorkbookError(
                "workbook_too_large",
                f"the sheets span {cells:,} cells; at most {limits['cells']:,} are read",
                "Delete empty rows and columns, or save the sheet as CSV.",
            )
        rows = _filled_rows(sheet.to_python(skip_empty_area=False))
        _refuse_beyond(rows, limits)
        package.amend(about.name, rows)
        sheets.append({"name": about.name, "rows": sorted(rows.items())})
    return {"sheets": sheets, "hidden": hidden, **package.facts()}


def _refuse_beyond(rows: dict[int, list[Any]], limits: dict[str, int]) -> None:
    """Refuse a sheet with more rows or columns than are read."""
    widest = max(map(len, rows.values()), default=0)
    for what, count in (("rows", len(rows)), ("columns", widest)):
        if count > limits[what]:
            raise RefusedWorkbookError(
                "workbook_too_large",
                f"a sheet has {count:,} {what}; at most {limits[what]:,} are read",
                "Delete what is not needed, or save the sheet as CSV.",
            )


def _plain(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


def _filled_rows(rows: list[list[Any]]) -> dict[int, list[Any]]:
    """Return the rows that hold something, by index: a stray blank far below costs nothing."""
    found = {}
    for index, row in enumerate(rows):
        if row.count("") == len(row):
            continue
        cells = [_plain(cell) for cell in row]
        while cells and (cells[-1] == "" or (isinstance(cells[-1], str) and cells[-1].isspace())):
            cells.pop()
        if cells:
            found[index] = cells
    return found


class Package:
    """What a workbook's package says beside its values; empty for formats that are no package."""

    def __init__(self, data: bytes) -> None:
        is_zip = data[:2] == b"PK"
        self._zip = zipfile.ZipFile(io.BytesIO(data)) if is_zip else None
        self._names = set(self._zip.namelist()) if self._zip else set()
        self._padded = self._padded_styles()
        self._paths = self._sheet_paths()
        self._formulas = 0

    def _part(self, name: str) -> bytes:
        return self._zip.read(name) if self._zip and name in self._names else b""

    def refuse_entities(self) -> None:
        """Refuse a package that declares XML entities: no spreadsheet writes any."""
        for name in self._names:
            if not name.endswith((".xml", ".rels")):
                continue
            part = self._part(name)
            for code in ("ascii", "utf-16-le", "utf-16-be"):
                if "<!DOCTYPE".encode(code) in part or "<!ENTITY".encode(code) in part:
                    raise RefusedWorkbookError(
                        "xml_entities",
                        f"{name} declares XML entities",
                        "Save the workbook again in a spreadsheet.",
                    )

    def facts(self) -> dict[str, Any]:
        """Return the date system, whether there are macros, and formulas nobody calculated."""
        book = self._part("xl/workbook.xml")
        is_1904 = re.search(rb'date1904\s*=\s*"(1|true)"', book) is not None or self._binary_1904()
        stale = b'fullCalcOnLoad="1"' in book or b'fullCalcOnLoad="true"' in book
        return {
            "date_1904": is_1904,
            "macros": any(
                name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/"))
                for name in self._names
            ),
            "uncalculated": self._formulas if stale else 0,
        }

    def _binary_1904(self) -> bool:
        # XLSB: record 153 (BrtWbProp) is written 0x99 0x01, its length, then flags; bit 0 is 1904.
        book = self._part("xl/workbook.bin")
        place = book.find(b"\x99\x01")
        return place >= 0 and place + 3 < len(book) and bool(book[place + 3] & 1)

    def _padded_styles(self) -> dict[int, int]:
        styles = self._part("xl/styles.xml")
        if not styles:
            return {}
        from xml.etree import ElementTree  # entities were refused, or are a moment later

        root = ElementTree.fromstring(styles) if b"<!" not in styles[:4096] else None
        if root is None:
            return {}
        codes = {
            item.get("numFmtId"): item.get("formatCode", "") for item in root.iter(f"{MAIN}numFmt")
        }
        styles_of_cells = root.find(f"{MAIN}cellXfs")
        found = {}
        for index, style in enumerate(styles_of_cells if styles_of_cells is not None else ()):
            code = codes.get(style.get("numFmtId"), "").strip('"')
            if _PADDED.fullmatch(code):
                found[index] = len(code)
        return found

    def _sheet_paths(self) -> dict[str, str]:
        book, links = self._part("xl/workbook.xml"), self._part("xl/_rels/workbook.xml.rels")
        if not book or b"<!" in book[:4096] or b"<!" in links[:4096]:
            return {}
        from xml.etree import ElementTree

        targets = {item.get("Id"): item.get("Target", "") for item in ElementTree.fromstring(links)}
        paths = {}
        for sheet in ElementTree.fromstring(book).iter(f"{MAIN}sheet"):
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            target = targets.get(link, "")
            paths[sheet.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
        return paths

    def amend(self, sheet: str, rows: dict[int, list[Any]]) -> None:
        """Put errors, zeros in front and missing results of formulas where the values lack them."""
        part = self._part(self._paths.get(sheet, ""))
        formulas = part.count(b"<f")
        self._formulas += formulas
        if not (self._padded or formulas or b't="e"' in part):
            return
        for match in _CELL.finditer(part):
            attributes = dict(_ATTRIBUTE.findall(match[1]))
            place = _PLACE.fullmatch(attributes.get(b"r", b"").decode("ascii", "replace"))
            if place is None:
                continue
            row, column = int(place[2]) - 1, _column(place[1])
            told = self._told(attributes, match[2] or b"")
            if told:
                _put(rows.setdefault(row, []), column, told)
            elif row in rows and column < len(rows[row]):
                self._pad(rows[row], column, attributes)

    def _told(self, attributes: dict[bytes, bytes], inside: bytes) -> str:
        """Return the error a cell holds, or that its formula was never calculated."""
        value = _VALUE.search(inside)
        kind = attributes.get(b"t", b"n")
        if kind == b"e":
            return (value[1] if value else b"#N/A").decode("utf-8", "replace")
        if b"<f" in inside and kind == b"n" and (value is None or not value[1]):
            return "#UNCALCULATED!"
        return ""

    def _pad(self, row: list[Any], column: int, attributes: dict[bytes, bytes]) -> None:
        if isinstance(row[column], int) and not isinstance(row[column], bool):
            width = self._padded.get(int(attributes.get(b"s", b"0") or 0))
            if width:
                row[column] = str(row[column]).zfill(width)


def _put(row: list[Any], column: int, value: str) -> None:
    row.extend([""] * (column + 1 - len(row)))
    row[column] = value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


if __name__ == "__main__":
    main()
