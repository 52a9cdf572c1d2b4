"""Families read out of free text by a rule that the user can see and edit."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.intake.formats.word_shapes import shape_of

LONGEST = 2_000  # characters of a text that are looked at
# A code beside the word that announces it: `RAL 7016`, `RAL7016`, `Rezept: B12`.
_JOIN = r"[\s:=.#\-]*"
_SUGGESTED = (
    "RAL",
    "NCS",
    "Pantone",
    "Farbe",
    "Colour",
    "Color",
    "Couleur",
    "Rezept",
    "Recipe",
    "颜色",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRule:
    """Family = the word `after` a marker in the text of a column, or what a `pattern` finds.

    `pattern` is one of the simple shapes a user can write: `?` any letter or digit, `#` a digit,
    `*` the rest of a word; everything else stands for itself.
    """

    column: str
    after: str = ""
    pattern: str = ""

    @property
    def text(self) -> str:
        """Return the rule in words.

        >>> FamilyRule(column="Description", after="RAL").text
        'family = the word after "RAL" in column Description'
        """
        if self.after:
            return f'family = the word after "{self.after}" in column {self.column}'
        return f'family = what looks like "{self.pattern}" in column {self.column}'


def answered_rule(answer: str | None) -> FamilyRule | None:
    """Return the rule an answer gives, as JSON; None where it gives none.

    >>> answered_rule('{"column": "Text", "after": "RAL"}').text
    'family = the word after "RAL" in column Text'
    """
    return FamilyRule(**json.loads(answer)) if answer and answer.startswith("{") else None


def finder(rule: FamilyRule) -> Callable[[str], str]:
    """Return what finds the family of a text by a rule: "" where there is none.

    Only the first 2,000 characters of a text are looked at.
    """
    if rule.after:
        mark = re.escape(rule.after)
        before = r"(?<![^\W\d_])" if rule.after[0].isalnum() else ""
        beside = re.compile(rf"{before}{mark}{_JOIN}([^\s,;:/|()\[\]]+)", re.IGNORECASE)
        return lambda text: _named(beside.search(text[:LONGEST]))
    shape = shape_of(rule.pattern)
    return lambda text: shape.find(text[:LONGEST]).strip(".")


def _named(match: re.Match[str] | None) -> str:
    return match[1].strip(".") if match else ""


def family_of(text: str, rule: FamilyRule) -> str:
    """Return the family a rule finds in `text`; "" if it finds none.

    >>> family_of("Panel 600x400, RAL 7016 matt", FamilyRule(column="Text", after="RAL"))
    '7016'
    >>> family_of("Film R-120 clear", FamilyRule(column="Text", pattern="R-###"))
    'R-120'
    """
    return finder(rule)(text)


def suggested_rule(column: str, texts: Iterable[str]) -> FamilyRule | None:
    """Return a rule that finds a family in at least half of the texts; None if none does."""
    texts = [text for text in texts if text]
    for marker in _SUGGESTED:
        rule = FamilyRule(column=column, after=marker)
        find = finder(rule)
        found = [family for text in texts if (family := find(text))]
        if texts and 2 * len(found) >= len(texts) and len(set(found)) > 1:
            return rule
    return None
