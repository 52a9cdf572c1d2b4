"""Families read out of free text by a rule that the user can see and edit."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\s,;:/|()\[\]]+")
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


def compiled(rule: FamilyRule) -> re.Pattern[str]:
    """Return the expression of a rule; its first group is the family."""
    if rule.after:
        mark = re.escape(rule.after)
        before = r"(?<![^\W\d_])" if rule.after[0].isalnum() else ""
        return re.compile(rf"{before}{mark}{_JOIN}([^\s,;:/|()\[\]]+)", re.IGNORECASE)
    shapes = {"?": r"\w", "#": r"\d", "*": r"[^\s,;:/|()\[\]]*"}
    shape = "".join(shapes.get(letter, re.escape(letter)) for letter in rule.pattern)
    return re.compile(rf"(?<!\w)({shape})(?!\w)", re.IGNORECASE)


def family_of(text: str, rule: FamilyRule) -> str:
    """Return the family a rule finds in `text`; "" if it finds none.

    >>> family_of("Panel 600x400, RAL 7016 matt", FamilyRule(column="Text", after="RAL"))
    '7016'
    >>> family_of("Film R-120 clear", FamilyRule(column="Text", pattern="R-###"))
    'R-120'
    """
    match = compiled(rule).search(text)
    return match[1].strip(".") if match else ""


def suggested_rule(column: str, texts: Iterable[str]) -> FamilyRule | None:
    """Return a rule that finds a family in at least half of the texts; None if none does."""
    texts = [text for text in texts if text]
    for marker in _SUGGESTED:
        rule = FamilyRule(column=column, after=marker)
        found = [family for text in texts if (family := family_of(text, rule))]
        if texts and 2 * len(found) >= len(texts) and len(set(found)) > 1:
            return rule
    return None
