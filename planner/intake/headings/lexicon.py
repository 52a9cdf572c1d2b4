"""The words that planners and systems use, read from one file a language.

The files lie in `planner/intake/lexicon`, and more of the same form can be added by `using`.
`docs/import.md` describes the form.
"""

import hashlib
import json
import marshal
import os
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from planner.errors import PlannerError
from planner.files import read_bytes
from planner.intake.headings.text import is_ideographic, spelt, without_accents

_FOLDER = Path(__file__).parent.parent / "lexicon"
_SECTIONS = frozenset(
    ["language", "sheets", "columns", "other", "words", "values", "units", "units_per", "rows"]
)
_SHORTEST_STEM = 5


class Word(NamedTuple):
    """A word for a meaning: `weight` is 1 for the surest of its list and less for later ones."""

    kind: str
    meaning: str
    weight: float
    language: str


Raw = Mapping[str, Any]


@dataclass(slots=True)
class Lexicon:
    """All words, by how they are compared."""

    columns: dict[str, list[Word]] = field(default_factory=dict)
    stems: dict[str, list[Word]] = field(default_factory=dict)
    sheets: dict[str, list[Word]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    after_stroke: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, list[str]] = field(default_factory=dict)
    unit_languages: dict[str, set[str]] = field(default_factory=dict)
    time_languages: dict[str, set[str]] = field(default_factory=dict)
    per: set[str] = field(default_factory=set)
    rows: dict[str, set[str]] = field(default_factory=dict)
    value_stems: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    bare: dict[str, set[str]] = field(default_factory=dict)
    accented: dict[str, set[str]] = field(default_factory=dict)
    longest: int = 1  # words of the longest name of a column

    def value(self, group: str, text: str) -> str:
        """Return what a cell's word means in a group such as status or priority; "" if nothing."""
        known = self.values.get(group, {})
        if self._has_other_accents(group, text):
            return ""
        return known.get(folded(text)) or known.get(spelt(text)) or ""

    def _has_other_accents(self, group: str, text: str) -> bool:
        """Return whether accents make a cell another word: `fermé` is not `ferme`.

        A cell may leave accents out that its word has, but has none that its word has not.
        """
        key = folded(text)
        is_bare = key in self.bare.get(group, ()) and key not in self.accented.get(group, ())
        return is_bare and key != _with_accents(text)

    def like(self, group: str, text: str) -> str:
        """Return what words of a group mean that differ from `text` in their endings alone."""
        name = spelt(text)
        if len(name) < 2 or (len(name) < _SHORTEST_STEM and not is_ideographic(name)):
            return ""
        if is_ideographic(name):
            alike = {m for w, m in self.values.get(group, {}).items() if w.startswith(name)}
        else:
            alike = self._stems_of(group).get(stem(name), set())
        return alike.pop() if len(alike) == 1 else ""

    def _stems_of(self, group: str) -> dict[str, set[str]]:
        if group not in self.value_stems:
            made: dict[str, set[str]] = {}
            for word, meaning in self.values.get(group, {}).items():
                made.setdefault(stem(spelt(word)), set()).add(meaning)
            self.value_stems[group] = made
        return self.value_stems[group]

    def units_of(self, text: str) -> list[str]:
        """Return the units a text may name, such as minute or piece."""
        return self.units.get(folded(text).strip(" ."), [])

    def means_time_elsewhere(self, word: str) -> bool:
        """Return whether a unit of one language is just the word for time in another.

        A Norwegian `time` is an hour, an English one is not.
        """
        elsewhere = self.time_languages.get(word, set()) - self.unit_languages.get(word, set())
        return bool(elsewhere)

    def add(self, raw: Raw) -> None:
        """Take in the words of one file."""
        language = str(raw.get("language", "other"))
        for kind, meanings in raw.get("columns", {}).items():
            self._add_columns(kind, meanings, language)
        self._add_columns("other", raw.get("other", {}), language)
        for kind, names in raw.get("sheets", {}).items():
            for rank, name in enumerate(names):
                weight = 1 - 0.3 * rank / len(names)
                self.sheets.setdefault(spelt(name), []).append(Word(kind, kind, weight, language))
        self._add_words(raw.get("words", {}))
        for group, classes in raw.get("values", {}).items():
            self._add_values(group, classes)
        for unit, names in raw.get("units", {}).items():
            for name in names:
                text = folded(name).strip(" .")
                held = self.units.setdefault(text, [])
                if unit not in held:
                    held.append(unit)
                self.unit_languages.setdefault(text, set()).add(language)
        for name in raw.get("words", {}).get("time", ()):
            self.time_languages.setdefault(spelt(name), set()).add(language)
        self.per |= {folded(name) for names in raw.get("units_per", {}).values() for name in names}
        for what, names in raw.get("rows", {}).items():
            self.rows.setdefault(what, set()).update(folded(name).strip(" .:：") for name in names)

    def _add_columns(self, kind: str, meanings: Mapping[str, list[str]], language: str) -> None:
        for meaning, names in meanings.items():
            for rank, name in enumerate((meaning.replace("_", " "), *names)):
                if rank == 0 and kind in ("any", "other"):
                    continue
                word = Word(kind, meaning, 1 - 0.2 * rank / (len(names) + 1), language)
                self._add_name(spelt(name), word)

    def _add_name(self, name: str, word: Word) -> None:
        if not name:
            return
        self.longest = max(self.longest, name.count(" ") + 1)
        known = self.columns.setdefault(name, [])
        if all(w.kind != word.kind or w.meaning != word.meaning for w in known):
            known.append(word)
        if len(name) >= _SHORTEST_STEM and not is_ideographic(name):
            self.stems.setdefault(stem(name), []).append(word)

    def _add_words(self, words: Mapping[str, list[str]]) -> None:
        for what, names in words.items():
            for name in names:
                text = folded(name)
                if text.startswith("/"):
                    self.after_stroke.setdefault(text[1:], set()).add(what)
                elif spelt(name):
                    self.words.setdefault(spelt(name), set()).add(what)

    def _add_values(self, group: str, classes: Mapping[str, list[str]]) -> None:
        known = self.values.setdefault(group, {})
        bare = self.bare.setdefault(group, set())
        accented = self.accented.setdefault(group, set())
        for meaning, names in classes.items():
            for name in (meaning.replace("_", " "), *names):
                key = folded(name)
                known.setdefault(key, meaning)
                (bare if key == _with_accents(name) else accented).add(key)


def folded(text: str) -> str:
    """Return a word of a cell as it is compared: lower case, no accents, single spaces."""
    return " ".join(without_accents(text[:100]).split())


def _with_accents(text: str) -> str:
    """Return a word of a cell in lower case, its accents kept."""
    return " ".join(unicodedata.normalize("NFKC", text[:100]).casefold().split())


def stem(name: str) -> str:
    """Return a name with the endings of its longer words cut off.

    >>> stem("liefertermine"), stem("марки стали")
    ('lieferterm', 'марк стал')
    """
    return " ".join(_cut(word) for word in name.split())


def _cut(word: str) -> str:
    if len(word) < _SHORTEST_STEM:
        return word
    return word[: max(4, len(word) - (3 if len(word) > 8 else 2 if len(word) > 6 else 1))]


MOST_BYTES = 10_000_000  # of a file of words


def read_words(path: str | Path) -> Raw:
    """Return the words of a file in the form of the lexicon; raises `PlannerError` for others."""
    file = Path(path)
    try:
        found = tomllib.loads(read_bytes(file, MOST_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise PlannerError(f"{file} holds no words: {error}") from error
    unknown = sorted(set(found) - _SECTIONS - {"run_time_text"})
    if unknown:
        raise PlannerError(
            f"{file} has no section {unknown[0]}; it has {', '.join(sorted(_SECTIONS))}"
        )
    return found


def _made(more: Iterable[Raw]) -> Lexicon:
    lexicon = Lexicon()
    for raw in more:
        lexicon.add(raw)
    for path in sorted(_FOLDER.glob("*.toml")):
        lexicon.add(tomllib.loads(path.read_text(encoding="utf-8")))
    return lexicon


@lru_cache(maxsize=2)
def _with(more: str) -> Lexicon:
    """Return all words and those of a JSON text: indexing them takes longer than most files."""
    return _made(json.loads(more))


@lru_cache(maxsize=1)
def own() -> Lexicon:
    """Return the words that come with the planner.

    Reading twenty files takes a second, so that the index made of them is kept beside them, as
    Python keeps the bytecode of its modules.
    """
    kept = _kept_at()
    try:
        return Lexicon(**_revived(marshal.loads(kept.read_bytes())))
    except (OSError, ValueError, EOFError, TypeError):
        made = _made(())
    _keep(made, kept)
    return made


def _kept_at() -> Path:
    """Return where the index lies: a name that changes with every file that goes into it."""
    # How words are taken apart decides under which names they are kept.
    sources = [Path(__file__), Path(__file__).with_name("text.py"), *sorted(_FOLDER.glob("*.toml"))]
    facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sources]
    name = hashlib.sha256(repr((sys.version, facts)).encode()).hexdigest()[:16]
    return _FOLDER / "__pycache__" / f"words-{name}.bin"


def _keep(made: Lexicon, path: Path) -> None:
    plain = {name: _plain(getattr(made, name)) for name in Lexicon.__slots__}
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(marshal.dumps(plain))
        part.replace(path)
    except OSError:  # nowhere to keep it: it is made again next time
        part.unlink(missing_ok=True)


def _plain(held: object) -> object:
    """Return words as plain tuples, which `marshal` knows."""
    if isinstance(held, dict):
        return {key: _plain(value) for key, value in held.items()}
    if isinstance(held, list):
        return [tuple(item) if isinstance(item, Word) else item for item in held]
    return held


def _revived(plain: dict[str, Any]) -> dict[str, Any]:
    for name in ("columns", "stems", "sheets"):
        words = plain[name]
        plain[name] = {key: [Word._make(item) for item in held] for key, held in words.items()}
    return plain


_CURRENT: ContextVar[Lexicon | None] = ContextVar("lexicon", default=None)


def lexicon() -> Lexicon:
    """Return the words in use."""
    return _CURRENT.get() or own()


@contextmanager
def using(more: Iterable[Raw]) -> Iterator[None]:
    """Use more words than the planner's own; they win over them."""
    added = tuple(more)
    token = _CURRENT.set(_with(json.dumps(added)) if added else None)
    try:
        yield
    finally:
        _CURRENT.reset(token)
