"""Priorities: words that say their direction, and numbers that do not."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import number, plain
from planner.intake.reading.sheet_reading import Option, Question

WORD_WEIGHTS = {
    word.strip(): weight
    for weight, words in (
        (
            8,
            """urgent; very high; sehr hoch; critical; kritisch; dringend; eilt; express; rush;
            sofort; urgente; muy alta; très haute; tres haute; critique; crítico; 紧急;
            特急; 加急""",
        ),
        (4, "high; hoch; haute; haut; élevée; alta; alto; wichtig; important; 高"),
        (
            2,
            """medium; normal; mittel; moyenne; moyen; normale; media; medio; standard; 中;
            普通; 一般; 正常""",
        ),
        (1, "low; niedrig; gering; tief; basse; bas; faible; baja; bajo; 低"),
    )
    for word in words.split(";")
}

_RANK = re.compile(r"(?:p|prio|priority|priorität)?\s*[.:\-]?\s*(-?\d+(?:[.,]0+)?)", re.IGNORECASE)
_LETTER = re.compile(r"[A-Ea-e]")
_AND_WORD = re.compile(r"[\dpP]+\s*[-:.)]?\s*")


def word_weight(text: str) -> int | None:
    """Return the weight of a priority in words, alone or after its number.

    >>> word_weight("hoch"), word_weight("1 - High"), word_weight("3")
    (4, 4, None)
    """
    word = plain(text).casefold()
    return WORD_WEIGHTS.get(word, WORD_WEIGHTS.get(_AND_WORD.sub("", word, count=1)))


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
