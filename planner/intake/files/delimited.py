"""Delimited text to rows, line by line and within limits, so that memory stays flat."""

import codecs
import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from planner.errors import Finding
from planner.intake.files.cells import Limits, Row, refusal, warning
from planner.intake.files.encoding import encoding_of

DELIMITERS = ";\t|,"
_SEPARATOR = "sep="
_PIECE = 1 << 16
_MARK_AS_LETTERS = codecs.BOM_UTF8.decode("cp1252")
# A quoted cell with more lines than this has lost its closing quote.
_MOST_LINES_IN_CELL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A delimited file: how to open it, and its dialect."""

    file: str
    opened: Callable[[], BinaryIO]
    encoding: str
    delimiter: str
    quoted: bool = True
    declares_separator: bool = False
    assumptions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def rows(self, limits: Limits) -> Iterator[Row]:
        """Yield the rows; refuses lines that are too long and files that are too wide."""
        with self.opened() as file:
            lines = _lines(file, self.encoding, self.file, limits)
            if self.declares_separator:
                next(lines, "")
                yield ()
            yield from self._parsed(lines, limits)

    def _parsed(self, lines: Iterator[str], limits: Limits) -> Iterator[Row]:
        reader = (
            csv.reader(lines, delimiter=self.delimiter)
            if self.quoted
            else csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        )
        try:
            for row in reader:
                if len(row) > limits.columns:
                    raise refusal(
                        "too_wide",
                        f"a row has {len(row)} cells",
                        f"Check the delimiter; at most {limits.columns} columns are read.",
                        self.file,
                    )
                yield tuple(row)
        except csv.Error as error:
            raise refusal(
                "oversized_cell",
                f"near line {reader.line_num}: {error}",
                "Check whether a quotation mark is missing.",
                self.file,
            ) from error


def _lines(file: BinaryIO, encoding: str, name: str, limits: Limits) -> Iterator[str]:
    with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="") as text:
        number = 0
        while line := text.readline(limits.line_characters + 1):
            number += 1
            if len(line) > limits.line_characters:
                raise refusal(
                    "oversized_line",
                    f"line {number} has more than {limits.line_characters:,} characters",
                    "Check that this is a table with line breaks.",
                    name,
                )
            line = line.replace("\x00", "")
            yield line.removeprefix(_MARK_AS_LETTERS) if number == 1 else line


def from_bytes(data: bytes) -> Callable[[], BinaryIO]:
    """Return what opens `data` as a file."""
    return lambda: io.BytesIO(data)


def delimited(file: str, opened: Callable[[], BinaryIO], limits: Limits) -> Delimited:
    """Return how to read a text file; refuses what is no text."""
    with opened() as stream:
        found = encoding_of(iter(lambda: stream.read(_PIECE), b""))
    if found is None:
        raise refusal("no_table", "this is no table and no text", "Upload CSV, XLSX or ODS.", file)
    plain = Delimited(file=file, opened=opened, encoding=found.name, delimiter=",")
    if found.assumption:
        plain = replace(plain, assumptions=(found.assumption,))
    with opened() as stream:
        lines = _lines(stream, found.name, file, limits)
        head = [line for _, line in zip(range(200), lines, strict=False)]
    _refuse_markup(head, file)
    return _quotes_checked(_with_delimiter(plain, head), limits)


def _refuse_markup(head: list[str], file: str) -> None:
    start = "".join(head[:20]).lstrip("\ufeff \t\r\n").casefold()
    if start.startswith(
        ("<!doctype", "<html", "<table", "<?xml", "<workbook", "mime-version:", "{\\rtf", "%pdf")
    ):
        raise refusal(
            "no_table",
            "this is a web page or a document, whatever its name says",
            "Open it in a spreadsheet and save it as XLSX or CSV.",
            file,
        )


def _with_delimiter(plain: Delimited, head: list[str]) -> Delimited:
    first = head[0].strip().strip('\ufeff"') if head else ""
    if first.casefold().startswith(_SEPARATOR) and len(first) <= 5:
        mark = first[4:5] or "\t"
        return replace(plain, delimiter=mark, declares_separator=True)
    scores = {mark: _score(head, mark) for mark in DELIMITERS}
    best = max(scores, key=lambda mark: scores[mark])
    return replace(plain, delimiter=best if scores[best] else ",")


def _score(head: list[str], delimiter: str) -> float:
    """Return how evenly and how finely a delimiter cuts the lines."""
    try:
        rows = list(csv.reader(head, delimiter=delimiter))
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    filled = sum(1 for row in rows if row)
    return max((count / filled) * math.sqrt(width - 1) for width, count in widths.items())


def _quotes_checked(source: Delimited, limits: Limits) -> Delimited:
    """Read quotation marks as ordinary letters where one was never closed, or swallows rows."""
    quotes = lines = 0
    with source.opened() as stream:
        for line in _lines(stream, source.encoding, source.file, limits):
            quotes += line.count('"')
            lines += 1
    if not quotes or not _spans_lines(source, lines, limits):
        return source
    if quotes % 2 == 0 and _is_well_quoted(source, limits):
        return source
    found = warning(
        "open_quote",
        "a quotation mark is never closed"
        if quotes % 2
        else "quotation marks stand inside of text",
        "Quotation marks are read as letters here.",
        file=source.file,
    )
    return replace(source, quoted=False, findings=(*source.findings, found))


def _is_well_quoted(source: Delimited, limits: Limits) -> bool:
    """Return whether each quotation mark that closes a cell stands at its end."""
    with source.opened() as stream:
        lines = _lines(stream, source.encoding, source.file, limits)
        try:
            for _ in csv.reader(lines, delimiter=source.delimiter, strict=True):
                pass
        except csv.Error:
            return False
    return True


def _spans_lines(source: Delimited, lines: int, limits: Limits) -> bool:
    try:
        rows = sum(1 for _ in source.rows(limits))
    except Exception as error:  # noqa: BLE001  (any refusal here means the quotes are at fault)
        return bool(str(error))
    return rows < lines
