"""When a tool or a crew is needed, in words: `Rüsten`, `setter`, `换模`."""

import re

from planner.intake.headings.lexicon import lexicon
from planner.intake.headings.text import is_ideographic, spelt

_BETWEEN = re.compile(r"[^\w'’-]+")
_SHORTEST_END = 6  # letters of the last part of a compound


def during_of(text: str) -> str:
    """Return when something is needed, as needs.csv writes it; "" where the text does not say.

    >>> during_of("Maschineneinrichter"), during_of("tool setter"), during_of("Halle 2")
    ('changeover', 'changeover', '')
    >>> during_of("Rüsten und Bedienen")
    ''
    """
    known = lexicon()
    whole = known.value("during", text) or known.like("during", text)
    found = {whole} if whole else {_of_word(word) for word in _BETWEEN.split(text[:100])} - {""}
    return found.pop().replace("_", " ") if len(found) == 1 else ""


def _of_word(word: str) -> str:
    known = lexicon()
    meaning = known.value("during", word) or known.like("during", word)
    if meaning or not word:
        return meaning
    name, values = spelt(word), known.values.get("during", {})
    if is_ideographic(name):
        inside = {m for w, m in values.items() if is_ideographic(w) and len(w) > 1 and w in name}
        return inside.pop() if len(inside) == 1 else ""
    ends = {m for w, m in values.items() if len(w) >= _SHORTEST_END and name.endswith(w)}
    return ends.pop() if len(ends) == 1 else ""
