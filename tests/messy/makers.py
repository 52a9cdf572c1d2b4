"""Makes small files in the formats an importer meets."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Rows = Sequence[Sequence[Any]]


def text(content: str, encoding: str = "utf-8") -> bytes:
    """Return a text file; a first empty line of the literal is dropped."""
    return content.removeprefix("\n").encode(encoding)


def xlsx(
    rows: Rows,
    *,
    sheet: str = "Sheet1",
    formats: Mapping[int, str] | None = None,
    is_1904: bool = False,
    more: Mapping[str, Rows] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """Return a workbook; `formats` gives columns (from 1) a number format below the header."""
    book = openpyxl.Workbook()
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    first = book.active
    assert first is not None
    first.title = sheet
    _fill(first, rows, formats or {})
    for name, others in (more or {}).items():
        _fill(book.create_sheet(name), others, {})
    for name in hidden:
        book[name].sheet_state = "hidden"
    return _saved(book)


def _fill(sheet: Any, rows: Rows, formats: Mapping[int, str]) -> None:
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place, value=value)
            if isinstance(value, str) and value.startswith("#"):
                cell.data_type = "e"
            if place in formats and not isinstance(value, str):
                cell.number_format = formats[place]


def _saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """Return a zip of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return target.getvalue()


def repacked(data: bytes, more: Mapping[str, bytes], without: Sequence[str] = ()) -> bytes:
    """Return a package with files added or replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name) for name in package.namelist() if name not in without}
    return packed({**files, **more})


def xlsm(rows: Rows) -> bytes:
    """Return a workbook that carries macros."""
    return repacked(xlsx(rows), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 not a real macro"})


def ods(rows: Rows, sheet: str = "Sheet1") -> bytes:
    """Return an OpenDocument spreadsheet."""
    body = "".join(
        "<table:table-row>" + "".join(_ods_cell(value) for value in row) + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
        'office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{escape(sheet)}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    shown = f"<text:p>{escape(str(value))}</text:p>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, date):
        form = (
            value.isoformat() if not isinstance(value, datetime) else f"{value:%Y-%m-%dT%H:%M:%S}"
        )
        kind = f'office:value-type="date" office:date-value="{form}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}>{shown}</table:table-cell>"


def xlsb(rows: Rows) -> bytes:
    """Return a binary workbook ([MS-XLSB]): a book, one sheet, text and number cells."""
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    types = (
        f'<?xml version="1.0"?><Types xmlns="{kinds}/content-types">'
        f'<Default Extension="bin" ContentType="{book}"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.bin" '
        'ContentType="application/vnd.ms-excel.worksheet"/></Types>'
    )
    links = (
        f'<?xml version="1.0"?><Relationships xmlns="{kinds}/relationships">'
        '<Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    )
    return packed(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": links.format(f"{office}/officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": _binary_book(),
            "xl/_rels/workbook.bin.rels": links.format(
                f"{office}/worksheet", "worksheets/sheet1.bin"
            ),
            "xl/worksheets/sheet1.bin": _binary_sheet(rows),
        }
    )


def _record(number: int, payload: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    size, length = len(payload), b""
    while True:
        length += bytes([size & 127 | (128 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + payload


def _wide(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def _binary_book() -> bytes:
    sheet = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1")
    properties = struct.pack("<III", 0, 0, 0)
    return b"".join(
        (
            _record(131),
            _record(153, properties),
            _record(143),
            _record(156, sheet),
            _record(144),
            _record(132),
        )
    )


def _binary_sheet(rows: Rows) -> bytes:
    width = max(len(row) for row in rows)
    parts = [
        _record(129),
        _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)),
        _record(145),
    ]
    for number, row in enumerate(rows):
        parts.append(_record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(value, str):
                parts.append(_record(6, place + _wide(value)))
            elif value is not None:
                parts.append(_record(5, place + struct.pack("<d", value)))
    return b"".join((*parts, _record(146), _record(130)))
