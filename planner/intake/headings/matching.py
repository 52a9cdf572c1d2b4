"""Headings to canonical fields: by name first, whatever the language or the system."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from planner.intake.formats.durations import MINUTES
from planner.intake.headings.names import FIELDS, TITLES

_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_BRACKETS = re.compile(r"[(\[{（【][^)\]}）】]*[)\]}）】]")
_INSIDE = re.compile(
    r"[(\[{（【]\s*([^)\]}）】]*?)\s*[)\]}）】]|(?:\bin|,|/)\s+([^\W\d_.]+)\.?\s*$", re.IGNORECASE
)
_NOT_WORD = re.compile(r"[\W_]+")
# Headings with these words are not what their other words say: the actual end is not the due date.
_OTHERWISE_WORDS = """
    actual actually ist created creation changed modified updated posting posted delivered
    received produced produit produite confirmed ruckgemeldete ruckgemeldet gelieferte geliefert
    tatsachlich tatsachliche real reale reelle scrap scrapped ausschuss rebut remaining offene
    rest erfasst erfassungsdatum anlagedatum angelegt bestelldatum order-date entry
    buchungsdatum last letzte previous total-cost price preis prix precio cost kosten setup rust
    warehouse lager lagerort
"""
_OTHERWISE = frozenset(_OTHERWISE_WORDS.split())
_TOO_GENERAL_WORDS = """
    order date text name line time number code type unit item from to de a id no nr end start
    min part form art zeit dauer duration minutes hours stunden minuten rate cost machine tag
    day days auftrag artikel produit pos position hora heure me of mo um ud group gruppe client
    partner quantity menge material value description bezeichnung title status site plant werk
    setup termin reference sequence batch charge fa ref bis von nach
"""
_TOO_GENERAL = frozenset(_TOO_GENERAL_WORDS.split())


class Match(NamedTuple):
    """How well a heading fits a field: 1 is its own name."""

    score: float
    field: str
    column: int


@lru_cache(maxsize=20_000)
def normal(name: str) -> str:
    """Return a heading as names are compared: lower case, no accents, words apart.

    >>> normal("Auftrags-Nr. (SAP)"), normal("DueDate"), normal("Stückzahl")
    ('auftrags nr', 'due date', 'stuckzahl')
    """
    bare = _BRACKETS.sub(" ", name)
    text = bare if _NOT_WORD.sub("", bare) else name
    if not text.isupper():
        text = _CAMEL.sub(" ", text)
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain).strip()


@lru_cache(maxsize=20_000)
def hint_of(name: str) -> str:
    """Return the unit a heading names: `Dauer [h]`, `Zeit in Minuten`, `duration_minutes`.

    >>> hint_of("Dauer [h]"), hint_of("Zeit in Minuten"), hint_of("Menge (Stk)"), hint_of("Termin")
    ('h', 'Minuten', 'Stk', '')
    """
    match = _INSIDE.search(name)
    if match and (match[1] or match[2]):
        return str(match[1] or match[2])
    words = [word for word in normal(name).split() if len(word) > 2 and word in MINUTES]
    last = normal(name).split()[-1:]
    if (
        last
        and last[0] in MINUTES
        and last[0] not in ("m", "d", "j", "tag", "dia", "dias", "day", "days")
    ):
        return last[0]
    return words[-1] if words else ""


@lru_cache(maxsize=20_000)
def _names(kind: str) -> dict[str, tuple[str, float]]:
    known: dict[str, tuple[str, float]] = {}
    for field, names in FIELDS[kind].items():
        listed = [field.replace("_", " "), *(" ".join(name.split()) for name in names.split(";"))]
        for rank, name in enumerate(listed):
            score = 1.0 - 0.001 * rank
            if known.get(normal(name), ("", 0.0))[1] < score:
                known[normal(name)] = (field, score)
    return known


def known_names(cells: Sequence[str], kind: str) -> int:
    """Return how many cells are the exact name of a field."""
    names = _names(kind)
    return len({names[normal(cell)][0] for cell in cells if cell and normal(cell) in names})


@lru_cache(maxsize=20_000)
def field_of(name: str, kind: str) -> tuple[str, float]:
    """Return the field a heading means, and how surely; ("", 0) if none."""
    names, wanted = _names(kind), normal(name)
    if not wanted:
        return "", 0.0
    prefix = wanted.split(" ", 1)
    if (
        kind in ("orders", "machines")
        and prefix[0] in ("attr", "size", "capacity")
        and len(prefix) > 1
    ):
        return wanted.replace(" ", "_"), 1.0
    if wanted in names:
        return names[wanted]
    bare, _, last = wanted.rpartition(" ")
    if last in MINUTES and bare in names:  # `Duration min`
        return names[bare]
    for segment in reversed(re.split(r"[/.:>|]", name)):
        if normal(segment) in names and segment != name and normal(segment) not in _TOO_GENERAL:
            field, score = names[normal(segment)]
            return field, score * 0.9
    if _OTHERWISE & set(wanted.split()):
        return "", 0.0
    return _contained(wanted, names) or _misspelt(wanted, names) or ("", 0.0)


def _contained(wanted: str, names: dict[str, tuple[str, float]]) -> tuple[str, float] | None:
    words = wanted.split()
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            if part in names and part not in _TOO_GENERAL and len(part) > 2:
                field, score = names[part]
                return field, score * (0.6 + 0.2 * length / len(words))
    return None


def _misspelt(wanted: str, names: dict[str, tuple[str, float]]) -> tuple[str, float] | None:
    if len(wanted) < 5:
        return None
    matcher = SequenceMatcher(None, "", wanted)
    best: tuple[str, float] | None = None
    for name, (field, _) in names.items():
        if abs(len(name) - len(wanted)) > 2 or name[0] != wanted[0] or name in _TOO_GENERAL:
            continue
        matcher.set_seq1(name)
        ratio = matcher.ratio() if matcher.quick_ratio() >= 0.88 else 0.0
        if ratio >= 0.88 and (best is None or ratio * 0.6 > best[1]):
            best = (field, ratio * 0.6)
    return best


def matches(header: Sequence[str], kind: str) -> tuple[dict[int, Match], tuple[Match, ...]]:
    """Return the best column of each field, by column, and the columns that came second."""
    found = [
        Match(score, field, column)
        for column, name in enumerate(header)
        for field, score in (field_of(name, kind),)
        if field
    ]
    chosen: dict[int, Match] = {}
    taken: set[str] = set()
    rivals: list[Match] = []
    for match in sorted(found, key=lambda match: (-match.score, match.column)):
        if match.field in taken:
            rivals.append(match)
        else:
            taken.add(match.field)
            chosen[match.column] = match
    return chosen, tuple(rivals)


# A table is of a kind only if it has one field of each of these groups.
_NEEDED = {
    "orders": (("order_id", "product", "quantity", "due"),),
    "machines": (("machine_id",),),
    "changeovers": (("from",), ("to",)),
    "calendars": (("start", "date"), ("weekdays", "date", "calendar", "end")),
    "durations": (("order_id", "product"), ("machine_id",), ("minutes",)),
}
# Fields that hardly any other kind has.
_TELLING = {
    "orders": ("due", "quantity", "customer", "priority", "deadline", "release", "order_id"),
    "machines": (
        "process",
        "capacity_quantity",
        "capacity_kg",
        "initial_family",
        "pausable",
        "cost_per_hour",
        "speed",
    ),
    "changeovers": ("minutes", "cost", "attribute", "from", "to"),
    "calendars": ("weekdays", "start", "end", "open"),
    "durations": ("minutes", "machine_id"),
}


def kind_scores(header: Sequence[str], title: str) -> dict[str, float]:
    """Return how much a header (and the name of its file or sheet) looks like each kind."""
    words = set(normal(title).split())
    scores = {}
    for kind in FIELDS:
        chosen, _ = matches(header, kind)
        fields = {match.field: match.score for match in chosen.values()}
        if not all(any(field in fields for field in group) for group in _NEEDED[kind]):
            scores[kind] = 0.0
            continue
        telling = sum(fields.get(field, 0.0) for field in _TELLING[kind])
        titled = bool(words & set(TITLES[kind].split()))
        known = sum(fields.values())
        if kind == "durations" and not titled and "order_id" in fields:
            known, telling = known / 2, telling / 2
        scores[kind] = known + 2 * telling + 3 * titled if telling or titled else 0.5 * known
    return scores


def title_kind(title: str) -> str:
    """Return the kind a file's or a sheet's name says; "" if it says none."""
    words = set(normal(title).split())
    return next((kind for kind, names in TITLES.items() if words & set(names.split())), "")
