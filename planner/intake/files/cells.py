"""What a file holds before anybody knows what it means: sheets of cells, and limits on reading."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from planner.errors import Finding, RefusedFileError, Severity

# Text from a delimited file is `str`; a workbook also has numbers, dates, times and yes/no.
# An empty cell is "".
Cell = str | int | float | bool | datetime | date | time | timedelta
Row = tuple[Cell, ...]

# What a planner, a program or a spreadsheet writes for "nothing". Compared in lower case.
_NOTHING = """
    - -- --- — – . .. / ? n/a na n.a. #n/a #nv #n/d null none nil nan nat (null) (blank) (leer)
    (vide) k.a. k.a keine leer vide s/d s/n tbd tba n.v. \\n 无 空 未定 待定
"""
NOTHING = frozenset(_NOTHING.split()) | {""}
# Those that are words of a language: a family or a state of a machine may be called so.
WORDS = frozenset(("none", "nil", "keine", "leer", "vide", "无", "空"))
_LONGEST_NOTHING = max(map(len, NOTHING))

# What systems write for "no date".
_NO_DATES = """
    0 00000000 00.00.0000 0000-00-00 00/00/0000 31.12.9999 9999-12-31 12/31/9999 31/12/9999
    99991231 1900-01-00 00.01.1900
"""
NO_DATES = frozenset(_NO_DATES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read before it is refused.

    `seconds` of processor time bound the reading of one workbook, `memory` (bytes) the process that
    does it.
    `cells` bounds a workbook: longer histories come as CSV, which is streamed.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 400_000_000
    packed_files: int = 2_000
    packed_ratio: int = 250
    cell_characters: int = 32_767
    line_characters: int = 1_000_000
    columns: int = 1_000
    rows: int = 1_000_000
    cells: int = 5_000_000
    seconds: float = 5.0
    memory: int = 2_000_000_000


def refusal(rule: str, message: str, hint: str, file: str = "") -> RefusedFileError:
    """Return the refusal of a whole file."""
    return RefusedFileError(Finding(rule=rule, message=message, hint=hint, file=file))


def warning(rule: str, message: str, hint: str, **place: str | int | None) -> Finding:
    """Return a finding that stops nothing."""
    return Finding(rule=rule, message=message, hint=hint, severity=Severity.WARNING, **place)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """One table of cells: a delimited file, or one sheet of a workbook.

    `rows[k]` is row k + 1, as a spreadsheet counts. A table that was put together has in `numbers`
    the row of the file that each of its rows is from, and in `origins` the table. `called` is then
    its title, and `joined` the names of the sheets.
    """

    file: str
    rows: tuple[Row, ...]
    name: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_1904: bool = False
    assumptions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    numbers: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()
    called: str = ""
    joined: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return the file, and the sheet where it has several."""
        if self.called:
            return self.called
        return f"{self.file}, sheet {self.name}" if self.name else self.file


def is_nothing(cell: Cell) -> bool:
    """Return whether a cell says that there is no value.

    >>> is_nothing(" n/a "), is_nothing(0)
    (True, False)
    """
    if isinstance(cell, str):
        text = cell.strip()
        return len(text) <= _LONGEST_NOTHING and text.casefold() in NOTHING
    return isinstance(cell, float) and math.isnan(cell)


def is_no_name(cell: Cell) -> bool:
    """Return whether a cell names nothing: a word such as none may be the name of a colour.

    >>> is_no_name("none"), is_no_name("n/a")
    (False, True)
    """
    return is_nothing(cell) and not (isinstance(cell, str) and cell.strip().casefold() in WORDS)


def shown(cell: Cell) -> str:
    """Return a cell as text, whole numbers without a decimal point.

    >>> shown(4711.0), shown(date(2026, 11, 23))
    ('4711', '2026-11-23')
    """
    if isinstance(cell, str):
        return _unarmed(cell.strip())
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return iso(cell)
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds() / 60:g} min"
    return str(cell)


def as_written(cell: Cell) -> str:
    """Return a cell as the file has it; what a workbook holds as a value is shown as text."""
    return cell if isinstance(cell, str) else shown(cell)


# A cell that begins so is a formula for some spreadsheet.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SIGNED = re.compile(r"[+\-][\d.,' \u00a0\u202f]+[%-]?")


def disarmed(cell: str) -> str:
    """Return the text of a cell so that no spreadsheet runs it and an import reads the same.

    >>> disarmed("=1+1"), disarmed("-1.200,50"), disarmed("4711")
    ("'=1+1", '-1.200,50', '4711')
    """
    text = cell.strip()
    if not text.startswith(_FORMULA) or is_nothing(text) or _SIGNED.fullmatch(text):
        return cell if text[:1] == cell[:1] else text
    return f"'{text}"


def _unarmed(text: str) -> str:
    """Return text without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def iso(moment: datetime) -> str:
    """Return local time in ISO form, seconds only where there are some."""
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")
