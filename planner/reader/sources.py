"""Folder, zip, workbook or a single orders file -> tables."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from planner.errors import RefusedFileError, ScenarioError
from planner.files import open_regular
from planner.reader.cells import IMPORT_HINT
from planner.reader.notes import Notes
from planner.reader.tables import COLUMNS, SETTINGS_FILE, UPLOAD_FILE, Table, Tables
from planner.reader.text import bad_file, table_from, text_from

LARGEST_FILE = 200 * 2**20  # bytes, of a file and of everything in an archive together
MOST_ENTRIES = 1000

Opener = Callable[[], IO[bytes]]


def read_tables(path: str | Path) -> Tables:
    """Return the tables of a folder, a zip of one, an .xlsx workbook or a single orders .csv.

    Raises `ScenarioError` with all findings where a file cannot be read as tables.
    """
    notes = Notes()
    source = Path(path)
    try:
        tables = _reader_of(source)(source, notes)
    except RefusedFileError as fault:
        notes.add(fault.finding)
        tables = None
    except OSError as error:
        hint = "Check the path and whether you may read it."
        notes.add(bad_file("file", str(path), error.strerror or "cannot be read", hint).finding)
        tables = None
    if tables is None or notes.failed:
        raise ScenarioError(f"{source} cannot be read", notes.findings)
    return tables


def _reader_of(source: Path) -> Callable[[Path, Notes], Tables]:
    if "\0" in str(source):
        raise bad_file("file", repr(str(source)), "is not a path", "Check the path.")
    if source.is_dir():
        return _folder
    if not source.exists():
        raise bad_file("file", str(source), "there is no such file", "Check the path.")
    readers = {".csv": _single, ".zip": _archive, ".xlsx": _workbook}
    reader = readers.get(source.suffix.lower())
    if reader is None or not source.is_file():
        raise bad_file(
            "file_kind",
            source.name,
            "is neither a folder nor a .csv, .zip or .xlsx file",
            IMPORT_HINT,
            value=source.suffix,
        )
    return reader


def _folder(source: Path, notes: Notes) -> Tables:
    entries = {entry.name: entry for entry in sorted(source.iterdir())}
    openers = {name: _opener(entry) for name, entry in entries.items() if _is_read(name)}
    skipped = tuple(name for name in entries if name not in openers and name.endswith(".csv"))
    return _collected(openers, source.resolve().name, skipped, notes)


def _is_read(name: str) -> bool:
    return name in COLUMNS or name in (SETTINGS_FILE, UPLOAD_FILE)


def _opener(path: Path) -> Opener:
    def open_checked() -> IO[bytes]:
        if not path.is_file():
            raise bad_file("file", path.name, "is not a file", "Put a CSV file in its place.")
        _check_size(path)
        return open_regular(path)

    return open_checked


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise bad_file(
            "file_size",
            path.name,
            f"{size / 2**20:.0f} MB are more than the {LARGEST_FILE // 2**20} MB that are read",
            "Check whether this is the right file.",
            value=str(size),
        )


def _single(source: Path, notes: Notes) -> Tables:
    _check_size(source)
    with open_regular(source) as stream:
        table = table_from(stream, source.name, notes)
    files = {"orders.csv": table} if table else {}
    return Tables(files=files, name=source.stem, sources={"orders.csv": source.name})


def _collected(
    openers: Mapping[str, Opener], name: str, skipped: tuple[str, ...], notes: Notes
) -> Tables:
    files: dict[str, Table] = {}
    texts = dict.fromkeys((SETTINGS_FILE, UPLOAD_FILE), "")
    for file, opener in openers.items():
        try:
            with opener() as stream:
                if file in texts:
                    texts[file] = text_from(stream, file)
                elif table := table_from(stream, file, notes):
                    files[file] = table
        except RefusedFileError as fault:
            notes.add(fault.finding)
        except OSError as error:
            notes.add(
                bad_file("file", file, error.strerror or "cannot be read", "Check it.").finding
            )
    if "orders.csv" not in openers:
        found = f"; there is {', '.join(skipped)}" if skipped else ""
        notes.add(
            bad_file(
                "orders_given",
                "orders.csv",
                f"there is no orders.csv{found}",
                "Add the file, or rename the one with the orders.",
            ).finding
        )
    return Tables(
        files=files,
        settings=texts[SETTINGS_FILE],
        upload=texts[UPLOAD_FILE],
        name=name,
        skipped=skipped,
    )


def _archive(source: Path, notes: Notes) -> Tables:
    _check_size(source)
    with _readable_zip(source.name), zipfile.ZipFile(source) as archive:
        check_archive(archive, source.name)
        members = _members(archive, source.name)
        openers = {
            name: _member_opener(archive, info) for name, info in members.items() if _is_read(name)
        }
        skipped = tuple(n for n in members if n not in openers and n.endswith(".csv"))
        return _collected(openers, source.stem, skipped, notes)


def _member_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opener:
    return lambda: archive.open(info)


@contextmanager
def _readable_zip(file: str) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # a compression that Python does not know
        RuntimeError,  # a password
    ) as error:
        raise bad_file(
            "archive",
            file,
            f"the archive cannot be read: {error}",
            "Pack the files again, without a password.",
        ) from error


def check_archive(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse archives that would unpack to too much, or that point outside themselves."""
    entries = archive.infolist()
    size = sum(info.file_size for info in entries)
    if size > LARGEST_FILE or len(entries) > MOST_ENTRIES:
        raise bad_file(
            "file_size",
            file,
            f"it unpacks to {size / 2**20:.0f} MB in {len(entries)} files; "
            f"{LARGEST_FILE // 2**20} MB in {MOST_ENTRIES} are read",
            "Pack only the files of the scenario.",
            value=str(size),
        )
    for info in entries:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise bad_file(
                "archive",
                file,
                f"{info.filename!r} points outside the archive",
                "Pack the folder again.",
                value=info.filename[:200],
            )


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, zipfile.ZipInfo]:
    """Return the files beside orders.csv, which may lie in a folder of the archive."""
    paths = {
        PurePosixPath(info.filename): info
        for info in archive.infolist()
        if not info.is_dir() and "__MACOSX" not in info.filename
    }
    homes = sorted(path.parent for path in paths if path.name == "orders.csv")
    if len(homes) > 1:
        raise bad_file(
            "archive",
            file,
            f"it holds orders.csv {len(homes)} times",
            "Pack one scenario in one archive.",
        )
    home = homes[0] if homes else PurePosixPath()
    return {path.name: info for path, info in paths.items() if path.parent == home}


def _workbook(source: Path, notes: Notes) -> Tables:
    # Imported here: a workbook's reader takes longer to load than most scenarios to read.
    from planner.reader.workbook import workbook_tables

    _check_size(source)
    with _readable_zip(source.name):
        with zipfile.ZipFile(source) as archive:
            check_archive(archive, source.name)
        return workbook_tables(source, notes)
