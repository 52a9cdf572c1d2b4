"""What the words of a heading say about the meaning of its column."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from planner.intake.headings.lexicon import Lexicon, Word, lexicon, stem
from planner.intake.headings.text import (
    folded_stroke,
    is_ideographic,
    segments,
    spelt,
    tokens,
    without_accents,
)

# Words that say nothing of their own beside a name: `Order number`, `Datum der Lieferung`.
_EMPTY = frozenset(
    """
    the of a an de du des la le les l d der die das des den dem von da do dos della di del el los
    """.split()  # noqa: SIM905  (a table of words reads better than a list of quotes)
)
_MOST_TOKENS = 12
_STEMMED, _COMPOUND, _MISSPELT = 0.9, 0.85, 0.8
# A heading known from these lists alone takes nothing from what its parts say of other tables.
_ASIDE = frozenset(("upkeep", "resources", "needs"))
_SHORTEST_HEAD = 4  # letters of the last part of a compound

Meaning = tuple[str, str]  # kind of table (or any, other) and meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingEvidence:
    """How strongly a heading says each meaning, 0 to 1, and the words in it that shift it.

    `languages` are those in which the heading, or a part of it in brackets, is known as a whole.
    """

    text: str
    scores: Mapping[Meaning, float] = field(default_factory=dict)
    spoken: Mapping[Meaning, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def score(self, kind: str, meaning: str) -> float:
        """Return how strongly the heading says a meaning in a kind of table."""
        return self.scores.get((kind, meaning), 0.0)

    @property
    def is_known(self) -> bool:
        """Return whether any word of the heading is known."""
        return bool(self.scores)


def heading_evidence(heading: str) -> HeadingEvidence:
    """Return what a heading says; the best of its parts counts for each meaning."""
    known = lexicon()
    found: dict[Meaning, tuple[float, Word]] = {}
    languages: set[str] = set()
    parts = segments(heading)
    for part in parts:
        words = tokens(part)[:_MOST_TOKENS]
        if part is not parts[0] and known.units_of(part):  # a unit in brackets is no name
            continue
        for score, word, is_whole in _matches(part, words, known):
            if is_whole:
                languages.add(word.language)
            at = (word.kind, word.meaning)
            if score > found.get(at, (0.0, word))[0]:
                found[at] = (score, word)
    return HeadingEvidence(
        text=heading,
        scores={at: score for at, (score, _) in found.items()},
        spoken={at: word.language for at, (_, word) in found.items()},
        words=frozenset(_shifting(heading, known)),
        languages=frozenset(languages),
    )


def _matches(part: str, words: Sequence[str], known: Lexicon) -> Iterable[tuple[float, Word, bool]]:
    whole = " ".join(words)
    if whole in known.columns:
        for word in known.columns[whole]:
            yield word.weight, word, True
        if any(word.kind not in _ASIDE for word in known.columns[whole]):
            return
    seen = False
    for score, word in (*_inner(words, known), *_ideographs(part, known)):
        seen = True
        yield score, word, False
    if not seen:
        for score, word in _misspelt(whole, known):
            yield score, word, False


def _share(covered: int, words: Sequence[str], start: int, known: Lexicon) -> float:
    """Return how much of a heading a name in it covers; words that say nothing do not count."""
    rest = [
        word
        for place, word in enumerate(words)
        if not start <= place < start + covered
        and word not in _EMPTY
        and "number" not in known.words.get(word, ())
        and word not in known.units
        and not word.isdigit()
    ]
    return covered / (covered + len(rest))


def _inner(words: Sequence[str], known: Lexicon) -> Iterable[tuple[float, Word]]:
    count = len(words)
    for length in range(min(count, known.longest), 0, -1):
        for start in range(count - length + 1):
            name = " ".join(words[start : start + length])
            if len(name) < 2 and not is_ideographic(name):
                continue
            share = 0.35 + 0.6 * _share(length, words, start, known)
            for factor, found in _alike(name, known, is_single=length == 1):
                for word in found:
                    yield share * factor * word.weight, word


def _alike(name: str, known: Lexicon, *, is_single: bool) -> Iterable[tuple[float, list[Word]]]:
    if name in known.columns:
        yield 1.0, known.columns[name]
        return
    plain = name.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if plain != name and plain in known.columns:
        yield 1.0, known.columns[plain]
        return
    stemmed = known.stems.get(stem(name)) if len(name) > 4 else None
    if stemmed:
        yield _STEMMED, stemmed
        return
    if is_single and len(name) >= 2 * _SHORTEST_HEAD - 1 and not is_ideographic(name):
        # The last part of a compound is what it is: a Ladegewicht is a weight.
        for cut in range(3, len(name) - _SHORTEST_HEAD + 1):
            if name[cut:] in known.columns:
                yield _COMPOUND, known.columns[name[cut:]]
                return


def _ideographs(part: str, known: Lexicon) -> Iterable[tuple[float, Word]]:
    text = without_accents(part)
    if not is_ideographic(text):
        return
    text = "".join(letter for letter in text if is_ideographic(letter) or letter.isalpha())[:40]
    for length in range(len(text), 0, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if piece in known.columns and is_ideographic(piece):
                # What stands last is what it is: 生産数 is a number, 数量単位 a unit.
                is_last = start + length == len(text)
                share = 0.35 + 0.55 * length / len(text) + (0.1 if is_last else 0.0)
                for word in known.columns[piece]:
                    yield min(share, 0.98) * (1.0 if length > 1 else 0.75) * word.weight, word


def _misspelt(whole: str, known: Lexicon) -> Iterable[tuple[float, Word]]:
    if not 6 <= len(whole) <= 30 or is_ideographic(whole):
        return
    like = [
        name
        for name in known.columns
        if name[0] == whole[0] and abs(len(name) - len(whole)) <= 2 and name[-1].isalpha()
    ]
    for name in get_close_matches(whole, like, n=1, cutoff=0.86):
        for word in known.columns[name]:
            yield _MISSPELT * word.weight, word


def _shifting(heading: str, known: Lexicon) -> Iterable[str]:
    words = tokens(heading)[:_MOST_TOKENS]
    for length in (1, 2, 3):
        for start in range(len(words) - length + 1):
            yield from known.words.get(" ".join(words[start : start + length]), ())
    text = without_accents(heading)
    if is_ideographic(text):
        for name, what in known.words.items():
            if is_ideographic(name) and name in text:
                yield from what
    for behind in folded_stroke(text):
        yield from known.after_stroke.get(behind, ())
    if any(len(word) > 6 for word in words):
        for name, what in known.words.items():  # Rüstzeit, Istmenge
            if len(name) >= 4 and any(w != name and w.startswith(name) for w in words):
                yield from what & {"setup"}


def languages_of(headings: Iterable[HeadingEvidence]) -> Mapping[str, float]:
    """Return how much each language is spoken in the headings of a sheet, 1 for the most."""
    counts: Counter[str] = Counter()
    for heading in headings:
        counts.update(heading.languages)
    most = max(counts.values(), default=0)
    return {language: count / most for language, count in counts.items()} if most else {}


def kind_of_title(title: str) -> Mapping[str, float]:
    """Return which kinds of table the name of a file or a sheet says, and how surely."""
    known, found = lexicon(), dict[str, float]()
    for part in segments(title):
        words = tokens(part)[:_MOST_TOKENS]
        for length in range(min(len(words), 5), 0, -1):
            for start in range(len(words) - length + 1):
                name = " ".join(words[start : start + length])
                share = 0.5 + 0.5 * length / len(words)
                for word in known.sheets.get(name, ()):
                    found[word.kind] = max(found.get(word.kind, 0.0), word.weight * share)
        text = without_accents(part)
        if is_ideographic(text):
            for name, heard in known.sheets.items():
                if is_ideographic(name) and name in text.replace(" ", ""):
                    for word in heard:
                        found[word.kind] = max(found.get(word.kind, 0.0), word.weight * 0.8)
    return found


def is_name(text: str) -> bool:
    """Return whether a text is the name of a column, as a whole or one of its parts."""
    known = lexicon().columns
    return spelt(text) in known or any(spelt(part) in known for part in segments(text))
