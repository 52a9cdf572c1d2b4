"""Priorities: words that say their direction, and numbers that do not."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import number, plain
from planner.intake.headings.lexicon import lexicon
from planner.intake.reading.sheet_reading import Option, Question

WEIGHTS = {"urgent": 8, "high": 4, "normal": 2, "low": 1}
# A mark on some orders and none, or a no, on the others.
_FLAGS = {"yes": 8, "no": 2, "not_possible": 2}

_RANK = re.compile(
    r"(?:p|prio|priority|priorität)? ?[.:\-]? ?(-?\d{1,9}(?:[.,]0{1,9})?)", re.IGNORECASE
)
_LETTER = re.compile(r"[A-Ea-e]")
_AND_WORD = re.compile(r"[\dpP]{1,6} ?[-:.)]? ?")


def word_weight(text: str) -> int | None:
    """Return the weight of a priority in words, alone or after its number.

    >>> word_weight("hoch"), word_weight("1 - High"), word_weight("3")
    (4, 4, None)
    """
    word, known = plain(text).casefold(), lexicon()
    for part in (word, _AND_WORD.sub("", word, count=1)):
        meant = known.value("priority", part)
        if meant:
            return WEIGHTS.get(meant)
    return None if word[:1].isdigit() else _FLAGS.get(known.value("yes_no", word))


def rank(cell: Cell) -> Fraction | None:
    """Return the number of a priority such as `3`, `P1` or `A` (= 1); None if there is none."""
    if isinstance(cell, str):
        text = plain(cell)
        if _LETTER.fullmatch(text):
            return Fraction("abcde".index(text.casefold()) + 1)
        match = _RANK.fullmatch(text)
        return Fraction(match[1].replace(",", ".")) if match else None
    amount = number(cell, ".")
    return Fraction(amount.number) if amount else None


@dataclass(slots=True)
class PriorityEvidence:
    """Which priorities a column has."""

    words: set[str] = field(default_factory=set)
    ranks: set[Fraction] = field(default_factory=set)

    def add(self, cell: Cell) -> None:
        """Take one cell into account."""
        if isinstance(cell, str) and word_weight(cell) is not None:
            if len(self.words) < 1000:
                self.words.add(cell.strip())
            return
        value = rank(cell)
        if value is not None and (len(self.ranks) < 1000 or not self._within(value)):
            self.ranks.add(value)

    def _within(self, value: Fraction) -> bool:
        return min(self.ranks) <= value <= max(self.ranks)

    @property
    def is_constant(self) -> bool:
        """Return whether no order comes before another."""
        return len(self.words) + len(self.ranks) <= 1

    @property
    def is_worded(self) -> bool:
        """Return whether words say the direction."""
        return bool(self.words) and not self.ranks

    @property
    def words_text(self) -> str:
        """Return the words found, each with its weight."""
        return ", ".join(f"{word} = {word_weight(word)}" for word in sorted(self.words))

    @property
    def range(self) -> tuple[int, int]:
        """Return the least and the greatest number, as whole numbers."""
        return (int(min(self.ranks)), int(max(self.ranks))) if self.ranks else (1, 1)

    def question(self, column: str) -> Question:
        """Return the question which end of the scale matters more."""
        low, high = self.range
        return Question(
            key="priority",
            column=column,
            text=f"{column}: values from {low} to {high}. Which orders are more important?",
            options=(
                Option(value="high", label=f"a higher number is more important ({high} first)"),
                Option(value="low", label=f"a lower number is more important ({low} first)"),
                Option(value="ignore", label="leave priorities out: every order weighs 1"),
            ),
        )

    def weight_text(self, direction: str) -> str:
        """Return in words how numbers become weights."""
        low, high = self.range
        return f"{'a higher' if direction == 'high' else 'a lower'} number is more important: " + (
            f"{low} weighs {weight_of(Fraction(low), direction, low, high)} and "
            f"{high} weighs {weight_of(Fraction(high), direction, low, high)}"
        )


def weight_of(value: Fraction, direction: str, low: int, high: int) -> int | None:
    """Return the weight of a priority on a scale from `low` to `high`; at least 1.

    >>> weight_of(Fraction(1), "low", 1, 5), weight_of(Fraction(0), "high", 0, 1)
    (5, 1)
    """
    if value.denominator != 1:
        return None
    weight = int(value) if direction == "high" else low + high - int(value)
    return weight + max(0, 1 - low)
