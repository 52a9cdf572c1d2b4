"""Files, folders and packages to sheets of cells, within limits."""

from collections.abc import Iterable
from errno import EFBIG
from pathlib import Path, PurePosixPath

from planner.errors import Finding, RefusedFileError
from planner.files import read_bytes
from planner.intake.files.cells import CellTable, Limits, refusal
from planner.intake.files.delimited import delimited, from_bytes
from planner.intake.files.safety import checked_zip, unpacked
from planner.intake.files.workbook import workbook

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def sniff(data: bytes, name: str, limits: Limits | None = None) -> tuple[CellTable, ...]:
    """Return the sheets of a file, whatever its name says it is; refuses what has none."""
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise refusal(
            "file_too_large",
            f"the file has {len(data):,} bytes",
            f"At most {limits.file_bytes:,} are read at once; import a larger CSV as a stream.",
            name,
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refusal("empty_file", "the file is empty", "Export it again.", name)
    if data[:4] == _ZIP:
        if not _is_workbook(data, name, limits):
            raise refusal(
                "no_table",
                "this is a package of files",
                "Upload it as a scenario, or unpack it.",
                name,
            )
        sheets = workbook(data, name, limits)
    elif data[:4] == _OLE:
        sheets = workbook(data, name, limits)
    else:
        sheets = (_text_sheet(data, name, limits),)
    if not any(sheet.rows for sheet in sheets):
        raise refusal("empty_file", "there is no row in the file", "Export it again.", name)
    return tuple(_checked(sheet, limits) for sheet in sheets if sheet.rows)


def _is_workbook(data: bytes, name: str, limits: Limits) -> bool:
    names = set(checked_zip(data, name, limits).namelist())
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _text_sheet(data: bytes, name: str, limits: Limits) -> CellTable:
    source = delimited(name, from_bytes(data), limits)
    rows = []
    for row in source.rows(limits):
        rows.append(row)
        if len(rows) > limits.rows:
            raise refusal(
                "too_many_rows",
                f"the file has more than {limits.rows:,} rows",
                "Import it as a stream.",
                name,
            )
    return CellTable(
        file=name,
        rows=tuple(rows),
        encoding=source.encoding,
        delimiter=source.delimiter,
        assumptions=source.assumptions,
        findings=source.findings,
    )


def _checked(sheet: CellTable, limits: Limits) -> CellTable:
    """Refuse cells that no planner wrote."""
    for number, row in enumerate(sheet.rows, start=1):
        for cell in row:
            if isinstance(cell, str) and len(cell) > limits.cell_characters:
                raise refusal(
                    "oversized_cell",
                    f"row {number} has a cell of {len(cell):,} characters",
                    "Check whether a quotation mark is missing.",
                    sheet.title,
                )
    return sheet


def bytes_of(given: bytes | str | Path, name: str, limits: Limits) -> tuple[bytes, str]:
    """Return the bytes and the name of what was given; refuses what cannot be opened."""
    if isinstance(given, bytes):
        return given, name or "upload"
    path = Path(given)
    name = name or path.name
    try:
        return read_bytes(path, limits.file_bytes), name
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == EFBIG:
            raise refusal(
                "file_too_large",
                f"the file has more than {limits.file_bytes:,} bytes",
                "Import a CSV this large as a stream.",
                name,
            ) from error
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise refusal(
            "unreadable_file", f"{name} cannot be opened: {reason}", "Check the path.", name
        ) from error


def opened(
    files: Iterable[tuple[str, bytes]] | str | Path, limits: Limits, findings: list[Finding]
) -> list[tuple[str, bytes]]:
    """Return the files of a folder or of packages; what is refused goes to `findings`."""
    if isinstance(files, str | Path):
        files = _on_disk(Path(files), limits, findings)
    opened: list[tuple[str, bytes]] = []
    for name, data in files:
        try:
            opened += _members(name, data, limits)
        except RefusedFileError as refused:
            findings.append(refused.finding)
    return opened


def _on_disk(path: Path, limits: Limits, findings: list[Finding]) -> list[tuple[str, bytes]]:
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    found = []
    for file in paths:
        if path.is_dir() and file.suffix.lower() not in (*_TABLES, ".toml"):
            continue
        try:
            data, name = bytes_of(file, file.name, limits)
        except RefusedFileError as refused:
            findings.append(refused.finding)
            continue
        found.append((name, data))
    return found


def _members(name: str, data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    if data[:4] != _ZIP or _is_workbook(data, name, limits):
        return [(name, data)]
    package = checked_zip(data, name, limits)
    wanted = [
        info.filename
        for info in package.infolist()
        if PurePosixPath(info.filename).suffix.lower() in (*_TABLES, ".toml")
        and not PurePosixPath(info.filename).name.startswith((".", "~"))
        and "__MACOSX" not in info.filename
    ]
    if not wanted:
        raise refusal("no_table", "the package holds no table", "Pack CSV or XLSX files.", name)
    return [(PurePosixPath(entry).name, unpacked(package, entry, limits)) for entry in wanted]
