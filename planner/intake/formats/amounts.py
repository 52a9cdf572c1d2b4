"""Numbers as people write them: `1.200,50`, `1,200.50`, `1 200`, `100-`, `(100)`, `5 kg`."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from planner.intake.files.cells import Cell

OTHER_MARK = {".": ",", ",": "."}
MARK_NAME = {".": "point", ",": "comma"}

_CURRENCY = r"[€$£¥]|(?:EUR|USD|CHF|GBP|CNY|RMB)\b"
# Cells are compared with single spaces, so that no part can take what another may have.
_NUMBER = re.compile(
    rf"(?P<before>{_CURRENCY})? ?(?P<open>\()? ?(?P<sign>[-+])? ?"
    r"(?P<digits>\d[\d.,']*+(?: [\d.,']++)*+|[.,]\d+)(?P<power>[eE][-+]?\d{1,3})?"
    r" ?(?P<behind>-|\))? ?"
    # A unit begins as one: 1/2 and ½ are no 1.
    r"(?P<unit>(?:[^\W\d_]|[%‰°€$£¥\"'#.])[^\d⁄]{0,15}?\d?)? ?(?P<last>[-)])?",
)
# A longer cell is no number.
LONGEST = 64
_GROUPED = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}")
    for mark in ".,' "
}
_SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "`": "'", "´": "'"})


class Amount(NamedTuple):
    """A number and the unit written beside it."""

    number: Decimal
    unit: str


class _Parts(NamedTuple):
    digits: str
    power: str
    negative: bool
    unit: str


def plain(text: str) -> str:
    """Return `text` with full-width digits, odd minus signs and spaces made ordinary, single."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return " ".join(text.split())


def _parts(text: str) -> _Parts | None:
    if len(text) > LONGEST and len(text.strip()) > LONGEST:
        return None
    match = _NUMBER.fullmatch(plain(text))
    if match is None:
        return None
    closing = match["behind"] == ")" or match["last"] == ")"
    if bool(match["open"]) != closing:
        return None
    negative = match["sign"] == "-" or "-" in (match["behind"], match["last"]) or closing
    unit = (match["unit"] or match["before"] or "").strip(" .") if match["unit"] != "." else ""
    return _Parts(match["digits"].strip(), match["power"] or "", negative, unit)


def number(cell: Cell, decimal: str) -> Amount | None:
    """Return the number in a cell whose decimal mark is `decimal`; None if it is none.

    >>> number("1.200,50 kg", ",")
    Amount(number=Decimal('1200.50'), unit='kg')
    >>> number("100-", ".").number
    Decimal('-100')
    >>> number("1.5", ",") is None
    True
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if not isinstance(cell, str):
        exact = Decimal(repr(cell))
        return Amount(exact, "") if exact.is_finite() else None
    parts = _parts(cell)
    if parts is None:
        return None
    digits = _ungrouped(parts.digits, decimal or ".")
    if digits is None:
        return None
    value = Decimal(digits + parts.power)
    return Amount(-value if parts.negative else value, parts.unit)


def _ungrouped(digits: str, decimal: str) -> str | None:
    whole, _, fraction = digits.partition(decimal)
    if fraction and not (fraction.isascii() and fraction.isdecimal()):
        return None
    if whole.isdecimal() or (not whole and fraction):
        return f"{whole or 0}.{fraction or 0}" if fraction else whole
    groupers = {mark for mark in whole if not mark.isdecimal()}
    groupers = {" " if mark.isspace() else mark for mark in groupers}
    if len(groupers) != 1:
        return None
    grouper = groupers.pop()
    joined = re.sub(r"\s", " ", whole)
    if grouper == decimal or not _GROUPED[grouper].fullmatch(joined):
        return None
    joined = joined.replace(grouper, "")
    return f"{joined}.{fraction}" if fraction else joined


def decimal_mark(text: str) -> str:
    """Return the decimal mark `text` proves, "?" if it could be either, "" if it has none.

    >>> decimal_mark("1.200,5"), decimal_mark("1,200,000"), decimal_mark("1.200"), decimal_mark("7")
    (',', '.', '?', '')
    """
    parts = _parts(text)
    if parts is None:
        return ""
    digits = parts.digits
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if not points and not commas:
        return ""
    mark = "." if points else ","
    if points + commas > 1:
        return OTHER_MARK[mark]
    before, _, after = digits.partition(mark)
    before = before.replace("'", "").replace(" ", "")
    grouped = len(after) == 3 and 1 <= len(before) <= 3 and before != "0" and before[0] != "0"
    return "?" if grouped and not parts.power else mark


@dataclass(slots=True)
class NumberEvidence:
    """What all texts of a column say about its decimal mark; filled while rows pass by."""

    point: int = 0
    comma: int = 0
    unclear: int = 0
    example: str = ""
    has_units: bool = False
    largest: float = 0.0
    seen: dict[str, str] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Take one cell into account."""
        if not isinstance(cell, str):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                self.largest = max(self.largest, float(cell))
            return
        mark = self.seen.get(cell)
        if mark is None:
            mark = decimal_mark(cell)
            parts = _parts(cell)
            self.has_units = self.has_units or (parts is not None and parts.unit != "")
            found = number(cell, mark if mark in OTHER_MARK else ".")
            self.largest = max(self.largest, float(found.number) if found else 0.0)
            if len(self.seen) < 5_000:
                self.seen[cell] = mark
        if mark == ".":
            self.point += 1
        elif mark == ",":
            self.comma += 1
        elif mark == "?":
            self.unclear += 1
            self.example = self.example or cell.strip()

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the decimal marks that are possible: one when the column proves it."""
        if self.point and not self.comma:
            return (".",)
        if self.comma and not self.point:
            return (",",)
        if self.comma and self.point:
            return (".", ",")
        return (".", ",") if self.unclear else ()
