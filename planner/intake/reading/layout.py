"""Where the table is on its sheet: the header row, and the rows that are no data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.intake.files.cells import Cell, Row, is_nothing, shown
from planner.intake.formats.amounts import number
from planner.intake.formats.dates import taken_apart
from planner.intake.formats.durations import worded_minutes
from planner.intake.headings.evidence import is_name
from planner.intake.headings.lexicon import folded, lexicon
from planner.intake.headings.units import normal

SEARCHED_ROWS = 60
# Wider tables than this exist; headers that need more of their names to be known do not.
SEARCHED_CELLS = 60
_RULE = re.compile(r"[\s\-=_*+|.~#─━═—–]*")
_UNITS = re.compile(
    r"\[.*\]|\(.*\)|stk|pcs|pc|st|kg|g|t|l|m|mm|cm|h|min|s|std|tt\.mm\.jjjj|dd\.mm\.yyyy|dd/mm/yyyy|"
    r"mm/dd/yyyy|yyyy-mm-dd|text|number|date|string|int|float|char|zahl|datum",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that is no data, and why."""

    line: int
    reason: str
    text: str = ""


def header_index(rows: Sequence[Row]) -> int | None:
    """Return the index of the header row; None if the table has none."""
    candidates = [
        (_header_score(rows, index), -index) for index in range(min(SEARCHED_ROWS, len(rows)))
    ]
    score, negative = max(candidates, default=(0.0, 0))
    return -negative if score > 0 else None


def _header_score(rows: Sequence[Row], index: int) -> float:
    cells = [shown(cell) for cell in rows[index]]
    filled = [cell for cell in cells if cell]
    if not filled or any(len(cell) > 120 for cell in filled):
        return 0.0
    known = _known_names(cells)
    words = [cell for cell in filled if not _is_value(cell)]
    if 2 * len(words) <= len(filled):
        return 0.0
    if not known and (len(filled) < 2 or not _differs_below(rows, index)):
        return 0.0
    if len(filled) == 1 and max(len(_filled(row)) for row in rows[: SEARCHED_ROWS * 2]) > 1:
        return 0.0
    width = max(len(_filled(row)) for row in rows[index : index + 20])
    share = len(filled) / width
    distinct = len(set(filled)) / len(filled)
    return (3 * known + len(words) - 2 * (len(filled) - len(words))) * share * distinct


def _known_names(cells: Sequence[str]) -> int:
    """Return how many cells are the name of a column."""
    return sum(is_name(cell) for cell in cells[:SEARCHED_CELLS] if cell)


def _is_total_word(text: str) -> bool:
    return folded(text).strip(" .:：*") in lexicon().rows.get("total", ())


def _differs_below(rows: Sequence[Row], index: int) -> bool:
    below = rows[index + 1 : index + 11]
    columns = range(len(rows[index]))
    return any(
        not _is_value(shown(rows[index][column]))
        and shown(rows[index][column])
        and any(column < len(row) and _is_value(row[column]) for row in below)
        for column in columns
    )


def _is_value(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    if not any(letter.isdigit() for letter in text):
        return False
    return (
        number(text, ".") is not None
        or number(text, ",") is not None
        or taken_apart(text) is not None
        or worded_minutes(text, ".") is not None
        or worded_minutes(text, ",") is not None
    )


def _filled(row: Row) -> list[int]:
    return [index for index, cell in enumerate(row) if cell != "" and not is_nothing(cell)]


def second_header(rows: Sequence[Row], header: int) -> bool:
    """Return whether the row below the header belongs to it: units, or names once more."""
    if header + 1 >= len(rows):
        return False
    filled = [shown(cell) for cell in rows[header + 1] if shown(cell)]
    if not filled or any(_is_value(cell) for cell in filled):
        return False
    if all(_is_unit(cell) for cell in filled):
        return True
    known = _known_names(filled)
    wide = 3 * len(filled) >= 2 * len(_filled(rows[header])) and len(filled) > 1
    return known == len(filled) and wide and not _is_all_names(rows, header + 2)


def _is_unit(cell: str) -> bool:
    return _UNITS.fullmatch(cell) is not None or bool(lexicon().units_of(cell))


def _is_all_names(rows: Sequence[Row], index: int) -> bool:
    """Return whether a row has names of columns only, as rows of words may have."""
    below = [shown(cell) for cell in rows[index]] if index < len(rows) else []
    filled = [cell for cell in below if cell]
    return bool(filled) and 2 * _known_names(filled) > len(filled)


def names_of(row: Row, below: Row = ()) -> tuple[str, ...]:
    """Return the names of a header row: unnamed columns get their letter, equal ones a number.

    Units from the row below are added in brackets. Where the row above has a name for several
    columns, each gets it before its own.
    """
    names: dict[str, int] = {}
    for index, name in enumerate(_joined(row, below)):
        plain = name = name or f"column {letters(index)}"
        while name in names:
            names[plain] += 1
            name = f"{plain} ({names[plain]})"
        names[name] = 1
    return tuple(names)


def _joined(row: Row, below: Row) -> list[str]:
    above = [" ".join(shown(cell).split()) for cell in row]
    under = [" ".join(shown(cell).split()) for cell in below]
    under += [""] * (len(above) - len(under))
    is_grouped = sum(map(bool, above)) < sum(map(bool, under)) and not all(
        _is_unit(cell) for cell in under if cell
    )
    joined, group = [], ""
    for top, low in zip(above, under, strict=False):
        group = top or group
        if low and _is_unit(low.strip("[]() ")) and not is_grouped:
            joined.append(f"{top} [{low.strip('[]() ')}]" if top else "")
        elif is_grouped and low:
            joined.append(f"{group} {low}" if (group and not top) or top != low else low)
        else:
            joined.append(top)
    return joined


def letters(index: int) -> str:
    """Return the letters a spreadsheet gives column `index`.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


_PAGE = re.compile(r"(?:page|seite|p[áa]gina|blatt|第)\s*[:.]?\s*\d+\D*\d*\s*\W?", re.IGNORECASE)


class DataRows:
    """Tells data rows from blank rows, rules, repeated headers, totals, headings and notes.

    `key` is the index of the column that names what a row is about, such as the order id.
    """

    def __init__(self, header: Sequence[str], key: int | None) -> None:
        self._header = [normal(name) for name in header]
        self._spelt = {name.split(" [")[0] for name in header}
        self._key = key
        self._width = len(header)

    def why_not(self, row: Row) -> str:
        """Return why `row` is no data; "" if it is."""
        if self._has_id(row):
            return ""
        filled = _filled(row)
        if not filled:
            return "blank"
        texts = [row[index] for index in filled]
        if all(isinstance(text, str) and _RULE.fullmatch(text) for text in texts):
            return "a rule"
        if self._is_header(row, filled):
            return "the header again"
        if self._is_total(row, filled):
            return "a total"
        if self._is_note(row, filled):
            return "a heading or a note"
        return ""

    def _has_id(self, row: Row) -> bool:
        """Return whether the key is one word that ends with a digit, as nearly all order ids do."""
        key = row[self._key] if self._key is not None and self._key < len(row) else ""
        if not isinstance(key, str) or not key[-1:].isdigit() or key in self._spelt:
            return False
        return " " not in key

    def _is_header(self, row: Row, filled: Sequence[int]) -> bool:
        if len(filled) < 2 or shown(row[filled[0]]) not in self._spelt:
            return False
        return all(
            index < self._width and normal(str(row[index])) == self._header[index]
            for index in filled
        )

    def _key_cell(self, row: Row) -> str:
        return shown(row[self._key]) if self._key is not None and self._key < len(row) else ""

    def _is_total(self, row: Row, filled: Sequence[int]) -> bool:
        first = row[filled[0]]
        key = self._key_cell(row)
        if isinstance(first, str) and not first.strip("* ") and 2 * len(filled) <= self._width:
            return True
        if isinstance(first, str) and _is_total_word(first):
            return not key or key == first.strip()
        words = first.casefold().split() if isinstance(first, str) else []
        if not key or (words and filled[0] == self._key and len(words) > 1):
            return (
                bool(words)
                and _is_total_word(words[0])
                and (not key or not any(letter.isdigit() for letter in key.split()[0]))
            )
        return False

    def _is_note(self, row: Row, filled: Sequence[int]) -> bool:
        text = shown(row[filled[0]])
        if len(filled) == 1 and _PAGE.fullmatch(text):
            return True
        if len(filled) > 1 or self._width < 3:
            return False
        is_id = (
            filled[0] == self._key and " " not in text and any(letter.isdigit() for letter in text)
        )
        return not is_id and not _is_value(row[filled[0]])


def is_unnamed_total(row: Row, key: int | None, above: Sequence[Row]) -> bool:
    """Return whether a last row without a key has the sums of the rows above: a total unnamed."""
    filled = _filled(row)
    if key is None or key in filled:
        return False
    return any(
        all(_numbers(row, index, mark) for index in filled)
        and any(_is_sum(row, index, mark, above) for index in filled)
        for mark in ".,"
    )


def _is_sum(row: Row, index: int, mark: str, above: Sequence[Row]) -> bool:
    parts = [part for line in above for part in _numbers(line, index, mark)]
    # Systems print sums of what they have before rounding it.
    rounded = Decimal(len(parts)) / 200
    return len(parts) > 1 and abs(sum(parts, -_numbers(row, index, mark)[0])) <= rounded


def _numbers(row: Row, index: int, mark: str) -> list[Decimal]:
    """Return the number in a cell, or none."""
    found = number(row[index], mark) if index < len(row) and row[index] != "" else None
    return [] if found is None else [Decimal(found.number)]


def data_rows(
    rows: Sequence[Row], first: int, header: Sequence[str], key: int | None
) -> Iterator[tuple[int, Row, str]]:
    """Yield the index of each row from `first` on, the row, and why it is no data ("" if it is)."""
    judge = DataRows(header, key)
    last = max((index for index in range(first, len(rows)) if _filled(rows[index])), default=-1)
    above: list[Row] = []
    for index in range(first, len(rows)):
        row = rows[index]
        reason = judge.why_not(row)
        if not reason and index == last and is_unnamed_total(row, key, above):
            reason = "a total"
        if not reason:
            above.append(row)
        yield index, row, reason
