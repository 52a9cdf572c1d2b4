"""Words that a user has added for headings: they hold for all files that come later.

All windows share them: none takes away what another one adds.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.errors import StoreError
from planner.intake import Raw, read_words
from planner.store import Store

KEY = "words:"
TYPED = "typed"


def own_words(store: Store) -> tuple[Raw, ...]:
    """Return all words that were added, as the import takes them."""
    return tuple(json.loads(text) for text in store.settings(KEY).values())


def add_word(store: Store, kind: str, field: str, word: str) -> None:
    """Let `word` mean `field` in tables of `kind` from now on, beside what others add meanwhile."""

    def with_word(text: str | None) -> str:
        raw: dict[str, Any] = json.loads(text) if text else {"language": "own", "columns": {}}
        held = raw["columns"].setdefault(kind, {}).setdefault(field, [])
        if word not in held:
            held.append(word)
        return _text(raw)

    store.change_setting(f"{KEY}{TYPED}", with_word)


def add_file(
    store: Store, name: str, data: bytes, seen: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Add a file of words; raises `PlannerError` for one that holds none.

    `seen` are the words that were shown, as `listed` has them: a file of this name that somebody
    else has added since, with other words, is not replaced but told.
    """
    with tempfile.TemporaryDirectory(prefix="batch-planner-") as folder:
        path = Path(folder) / "words.toml"
        path.write_bytes(data)
        raw = read_words(path)
    key = f"{KEY}file {name}"[:200]

    def replaced(text: str | None) -> str:
        theirs = [] if text is None else _words(text)
        shown = theirs if seen is None else seen.get(key.removeprefix(KEY), [])
        if theirs not in (shown, _words(_text(raw))):
            raise StoreError(
                f"somebody else has added a file {name} meanwhile, with {_few(theirs)}; yours has "
                f"{_few(_words(_text(raw)))}. Add it again to replace theirs, or rename it."
            )
        return _text(raw)

    store.change_setting(key, replaced)


def forget_words(store: Store, key: str, seen: Sequence[str] | None = None) -> None:
    """Forget the words of a file, or those that were typed in; of `seen` only those."""

    def without(text: str | None) -> str | None:
        if text is None or seen is None:
            return None
        raw: dict[str, Any] = json.loads(text)
        for fields in raw.get("columns", {}).values():
            for field, words in fields.items():
                fields[field] = [word for word in words if word not in seen]
        return _text(raw) if _words(_text(raw)) else None

    store.change_setting(f"{KEY}{key}", without)


def listed(store: Store) -> Sequence[tuple[str, list[str]]]:
    """Return the words by what they were added as: the key to forget them, and the words."""
    return [(key.removeprefix(KEY), _words(text)) for key, text in store.settings(KEY).items()]


def _words(text: str) -> list[str]:
    columns = json.loads(text).get("columns", {})
    return [word for fields in columns.values() for each in fields.values() for word in each]


def _text(raw: Raw) -> str:
    return json.dumps(raw, ensure_ascii=False)


def _few(words: Sequence[str]) -> str:
    return ", ".join(words[:5]) + (" …" if len(words) > 5 else "") if words else "no headings"
