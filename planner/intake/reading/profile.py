"""What the cells of a column look like, for headings that say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.intake.files.cells import Cell, Row, is_nothing, shown
from planner.intake.formats.amounts import number
from planner.intake.formats.dates import taken_apart

SAMPLED_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Shares of a column's filled cells; `filled` is the share of rows that have one."""

    filled: float = 0.0
    dates: float = 0.0
    numbers: float = 0.0
    codes: float = 0.0
    unique: float = 0.0
    words: float = 0.0

    @property
    def is_dates(self) -> bool:
        """Return whether nearly all cells are dates."""
        return self.filled >= 0.5 and self.dates >= 0.8

    @property
    def is_numbers(self) -> bool:
        """Return whether nearly all cells are numbers and no dates."""
        return self.filled >= 0.8 and self.numbers >= 0.9 and self.dates < 0.5

    @property
    def is_names(self) -> bool:
        """Return whether the cells could name orders: one in each row, never the same."""
        return self.filled == 1 and self.unique == 1 and self.dates < 0.5 and self.words < 0.5


def profiles(rows: Sequence[Row], width: int) -> tuple[Profile, ...]:
    """Return the profile of each column over the first data rows."""
    sampled = rows[:SAMPLED_ROWS]
    return tuple(
        _profile([row[index] if index < len(row) else "" for row in sampled])
        for index in range(width)
    )


def _profile(cells: Sequence[Cell]) -> Profile:
    filled = [cell for cell in cells if not is_nothing(cell)]
    if not filled:
        return Profile()
    texts = [shown(cell) for cell in filled]
    count = len(filled)
    return Profile(
        filled=count / len(cells),
        dates=sum(_is_date(cell) for cell in filled) / count,
        numbers=sum(_is_number(cell) for cell in filled) / count,
        codes=sum(any(letter.isdigit() for letter in text) for text in texts) / count,
        unique=len(set(texts)) / count,
        words=sum(" " in text for text in texts) / count,
    )


def _is_date(cell: Cell) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and taken_apart(cell) is not None)


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, str):
        return number(cell, ".") is not None or number(cell, ",") is not None
    return isinstance(cell, int | float)
