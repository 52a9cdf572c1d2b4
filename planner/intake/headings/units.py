"""The unit that a heading names: `Dauer [h]`, `Zeit in Minuten`, `pcs/h`, `Std. je 100 Stück`."""

import re
from functools import lru_cache
from typing import NamedTuple

from planner.intake.headings.lexicon import Lexicon, folded, lexicon
from planner.intake.headings.text import is_ideographic, segments, spelt, tokens, without_accents

_UNNAMED = re.compile(r"column [A-Z]{1,3}(?: \(\d+\))?")
TIMES = {"second": "s", "minute": "min", "hour": "h", "day": "d"}
_RATES = {**TIMES, "shift": "shift", "week": "week", "month": "month"}
_COUNTS = {"hundred": 100, "thousand": 1000}
_PIECES = frozenset(
    [
        "piece",
        "kg",
        "tonne",
        "metre",
        "m2",
        "m3",
        "litre",
        "hectolitre",
        "pallet",
        "tray",
        "rack",
        "basket",
        "box",
        "roll",
        "sheet",
        "gram",
        "mm",
        "cm",
    ]
)
_INSIDE_WORDS = re.compile(r"(?:\bin|,|/)\s+([^\W\d_.]{1,15})\.?\s*$", re.IGNORECASE)
_THOUSAND = (
    r"['’]000s?|000s?|1[ .,']?000|tsd|tds|tausend|thousands?|mille|milliers|miles|migliaia"
    r"|milhares|tys|тыс|тис|tis|bin|duizend|tusen|千"
)
_THOUSANDS = re.compile(
    rf"(?:[(\[]\s?|\bin\s|,\s|\s)(?:[x×]\s?)?(?:{_THOUSAND})(?!\w)", re.IGNORECASE
)
# One letter at the end of a name may be anything: a size, a side, a code.
_LOOSE = frozenset("mdwcjgltk")


class HeadingUnit(NamedTuple):
    """What a heading says about units.

    `text` is the unit as written. `time` is s, min, h or d. `pieces` is how many pieces a time is
    for: 1, 100 or 1000; 0 where it is for none. `rate` is the time that a rate is for: s, min, h,
    d, shift, week or month.
    """

    text: str = ""
    time: str = ""
    pieces: int = 0
    rate: str = ""


def is_unnamed(heading: str) -> bool:
    """Return whether a heading is a spreadsheet's own name of a column, which says nothing."""
    return _UNNAMED.fullmatch(heading) is not None


@lru_cache(maxsize=20_000)
def normal(name: str) -> str:
    """Return a heading as names are compared: lower case, no accents, words apart, no brackets.

    >>> normal("Auftrags-Nr. (SAP)"), normal("DueDate"), normal("Stückzahl")
    ('auftrags nr', 'due date', 'stuckzahl')
    """
    parts = segments(name)
    return spelt(parts[0]) if parts else ""


def hint_of(name: str) -> str:
    """Return the unit a heading names, as it is written there.

    >>> hint_of("Dauer [h]"), hint_of("Zeit in Minuten"), hint_of("Menge (Stk)"), hint_of("Termin")
    ('h', 'Minuten', 'Stk', '')
    """
    return heading_unit(name).text


def in_thousands(name: str) -> bool:
    """Return whether a heading says that its numbers are thousands.

    >>> in_thousands("Qty ('000)"), in_thousands("Menge [Tsd. Stk]"), in_thousands("Qty")
    (True, True, False)
    """
    return _THOUSANDS.search(name[-40:]) is not None


def heading_unit(name: str) -> HeadingUnit:
    """Return what a heading says about units."""
    return _heading_unit(name, lexicon()) if name and not is_unnamed(name) else HeadingUnit()


def _heading_unit(name: str, known: Lexicon) -> HeadingUnit:
    parts = segments(name)
    inside = parts[1:] if len(parts) > 1 else ()
    for part in (*inside, *parts[:1]):
        found = _divided(part, known) or _written_together(part, known)
        if found is not None:
            return found._replace(text=_text(name, inside))
    time = ""
    for part in (*inside, *parts[:1]):
        time = time or _time_in(part, known, is_inside=part in inside)
    return HeadingUnit(text=_text(name, inside) or time, time=time)


def _text(name: str, inside: tuple[str, ...]) -> str:
    if inside:
        return inside[0]
    match = _INSIDE_WORDS.search(name[-30:])
    return match[1] if match else ""


def _time_in(part: str, known: Lexicon, *, is_inside: bool) -> str:
    words = tokens(part)
    for word in reversed(words):
        is_loose = (word in _LOOSE or known.means_time_elsewhere(word)) and not is_inside
        found = [u for u in known.units.get(word, ()) if u in TIMES]
        is_first_of_several = word == words[0] and len(words) > 1 and len(word) < 3
        if found and not is_loose and not is_first_of_several:
            return TIMES[found[0]]
    return _last_ideographs(part, known)


def _last_ideographs(part: str, known: Lexicon) -> str:
    text = without_accents(part).strip()
    for length in (3, 2, 1):
        ending = text[-length:]
        found = [u for u in known.units.get(ending, ()) if u in TIMES] if ending else []
        if found and is_ideographic(ending) and (length > 1 or len(text) > 2):
            return TIMES[found[0]]
    return ""


def _divided(part: str, known: Lexicon) -> HeadingUnit | None:
    """Return the unit of a heading with `/`, per, pro, par …; None without one that is known."""
    text = f" {folded(part)} "
    cut = _cut(text, known)
    if cut is None:
        return None
    left, right = cut
    behind = _units(right[:1] if right else (), known) or _units(right[:2], known)
    digits = next((word for word in right[:1] if word.isdigit()), "")
    rate = next((_RATES[unit] for unit in behind if unit in _RATES), "")
    time = next(
        (TIMES[u] for w in reversed(left) for u in known.units.get(w, ()) if u in TIMES), ""
    )
    if rate and not (time and any(unit in _PIECES for unit in behind)):
        return HeadingUnit(rate=rate)
    count = int(digits) if digits else next((_COUNTS[u] for u in behind if u in _COUNTS), 1)
    is_piece = bool(digits) or any(unit in _PIECES or unit in _COUNTS for unit in behind)
    later = next((TIMES[u] for w in right for u in known.units.get(w, ()) if u in TIMES), "")
    if is_piece and (time or later):
        return HeadingUnit(time=time or later, pieces=count)
    return HeadingUnit(time=time, pieces=count) if time and right and not behind else None


def _cut(text: str, known: Lexicon) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    before, stroke, after = text.partition("/")
    if stroke and after.strip() and before.strip():
        return tokens(before), tokens(after)
    words = text.replace("(", " ").replace(")", " ").replace("_", " ").split()
    for place, word in enumerate(words):
        if place and word.strip(".") in known.per and len(word) > 1:
            return tokens(" ".join(words[:place])), tokens(" ".join(words[place + 1 :]))
    return None


def _units(words: tuple[str, ...], known: Lexicon) -> list[str]:
    return known.units.get(" ".join(words), []) if words else []


def _written_together(part: str, known: Lexicon) -> HeadingUnit | None:
    """Read headings without spaces: `每小時掛數`, `每掛分鐘`, `시간당 생산량`."""
    text = without_accents(part)
    if not is_ideographic(text):
        return None
    for mark in known.per:
        if not mark or not is_ideographic(mark) or mark not in text:
            continue
        before, _, after = text.partition(mark)
        rate = _starting(after, known) or _ending(before, known)
        if rate:
            return HeadingUnit(rate=rate)
        time = _last_ideographs(part, known) or _time_in(part, known, is_inside=False)
        if time:
            return HeadingUnit(time=time, pieces=1)
    return None


def _starting(text: str, known: Lexicon) -> str:
    for length in (3, 2, 1):
        found = [u for u in known.units.get(text[:length].strip(), ()) if u in _RATES]
        if found and len(text) >= length:
            return _RATES[found[0]]
    return ""


def _ending(text: str, known: Lexicon) -> str:
    return _starting(text[-2:], known) or _starting(text[-1:], known)
