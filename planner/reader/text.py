"""CSV as bytes -> tables: UTF-8, commas, one header row, and clear words about anything else."""

import csv
from collections.abc import Iterator
from typing import IO

from planner.errors import Finding, RefusedFileError
from planner.reader.cells import IMPORT_HINT
from planner.reader.notes import Notes
from planner.reader.tables import Table

LONGEST_LINE = 1_000_000  # bytes
LONGEST_CELL = 32_767  # characters, as in spreadsheets
MOST_COLUMNS = 16_384
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def bad_file(
    rule: str, file: str, message: str, hint: str, row: int | None = None, value: str = ""
) -> RefusedFileError:
    """Return the exception that ends the reading of `file`."""
    finding = Finding(rule=rule, file=file, row=row, value=value, message=message, hint=hint)
    return RefusedFileError(finding)


def table_from(stream: IO[bytes], file: str, notes: Notes) -> Table | None:
    """Return the table in a CSV stream; None, and a finding, where there is none."""
    try:
        return _table(_records(_lines(stream, file), file), file, notes)
    except RefusedFileError as fault:
        notes.add(fault.finding)
        return None


def text_from(stream: IO[bytes], file: str) -> str:
    """Return the text of a UTF-8 stream."""
    return "".join(_lines(stream, file))


def table_of_records(records: Iterator[list[str]], file: str, notes: Notes) -> Table | None:
    """Return the table of rows that are already split into cells; None where there is none."""
    try:
        return _table(records, file, notes)
    except RefusedFileError as fault:
        notes.add(fault.finding)
        return None


def _lines(stream: IO[bytes], file: str) -> Iterator[str]:
    """Decode line by line, so that a wrong file is refused before it fills the memory."""
    row = 0
    while line := stream.readline(LONGEST_LINE + 1):
        row += 1
        if row == 1:
            if line.startswith(UTF16_MARKS):
                raise bad_file(
                    "encoding", file, "the file is UTF-16, not UTF-8", IMPORT_HINT, row, "UTF-16"
                )
            line = line.removeprefix(UTF8_MARK)
        if len(line) > LONGEST_LINE:
            raise bad_file(
                "line_length",
                file,
                f"the line is longer than {LONGEST_LINE:,} bytes",
                "Check whether this is the right file.",
                row,
            )
        if b"\0" in line:
            raise bad_file(
                "encoding", file, "the line holds a NUL byte: it is not text", IMPORT_HINT, row
            )
        yield _decoded(line, file, row)


def _decoded(line: bytes, file: str, row: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise bad_file(
            "encoding",
            file,
            f"byte 0x{byte:02X} is not UTF-8",
            "Save the file as UTF-8. " + IMPORT_HINT,
            row,
            f"0x{byte:02X}",
        ) from error


def _records(lines: Iterator[str], file: str) -> Iterator[list[str]]:
    row = 0
    reader = csv.reader(lines, strict=True)
    while True:
        row += 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise bad_file(
                "csv_format",
                file,
                f"the line is not CSV: {error}",
                "Check the quotation marks, and that no cell holds more than a page of text.",
                row,
            ) from error
        if record is None:
            return
        yield record


def _table(records: Iterator[list[str]], file: str, notes: Notes) -> Table:
    columns = _header(next(records, []), file, notes)
    width = len(columns)
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    for number, record in enumerate(records, start=2):
        if not any(map(str.strip, record)):
            continue
        if max(map(len, record)) > LONGEST_CELL:
            raise _long_cell(record, file, number)
        if len(record) != width:
            record = _fitted(record, width, (file, number), notes)
        rows.append(tuple(record))
        numbers.append(number)
    return Table(columns=columns, rows=tuple(rows), numbers=tuple(numbers))


def _long_cell(record: list[str], file: str, row: int) -> RefusedFileError:
    cell = max(record, key=len)
    return bad_file(
        "cell_length",
        file,
        f"a cell holds {len(cell):,} characters; the longest that is read has {LONGEST_CELL:,}",
        "Check whether a quotation mark is missing.",
        row,
        cell[:200],
    )


def _header(record: list[str], file: str, notes: Notes) -> tuple[str, ...]:
    columns = [cell.strip() for cell in record]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise bad_file(
            "header", file, "the file is empty: it has no header", "Name the columns in row 1.", 1
        )
    if len(columns) == 1 and (mark := next((m for m in ";\t|" if m in columns[0]), None)):
        raise bad_file(
            "delimiter",
            file,
            f"the columns are separated by {mark!r}, not by commas",
            IMPORT_HINT,
            1,
            mark,
        )
    if len(columns) > MOST_COLUMNS:
        raise bad_file(
            "header",
            file,
            f"there are {len(columns):,} columns; at most {MOST_COLUMNS:,} are read",
            "Check whether this is the right file.",
            1,
        )
    first: dict[str, int] = {}
    for place, column in enumerate(columns):
        is_first = first.setdefault(column, place) == place
        if not (is_first and column):
            notes.add(_bad_column(column, place, file))
    return tuple(columns)


def _bad_column(column: str, place: int, file: str) -> Finding:
    message = f"column {column} is there twice" if column else f"column {place + 1} has no name"
    hint = "Give each column its own name, or delete it."
    return Finding(
        rule="header", file=file, row=1, column=column[:200], message=message[:300], hint=hint
    )


def _fitted(record: list[str], width: int, place: tuple[str, int], notes: Notes) -> list[str]:
    """Return a row of `width` cells; empty cells too many are no fault."""
    file, number = place
    extra = [cell for cell in record[width:] if cell.strip()]
    if len(record) < width or extra:
        notes.add(
            Finding(
                rule="row_width",
                file=file,
                row=number,
                value=(extra[0] if extra else "")[:200],
                message=f"the row has {len(record)} cells, the header {width}",
                hint="A cell with a comma inside needs quotation marks around it.",
            )
        )
    return (record + [""] * width)[:width]
