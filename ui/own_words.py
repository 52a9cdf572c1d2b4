"""Words that a user has added for headings: they hold for all files that come later."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.intake import Raw, read_words
from planner.store import Store

KEY = "words:"
TYPED = "typed"


def own_words(store: Store) -> tuple[Raw, ...]:
    """Return all words that were added, as the import takes them."""
    return tuple(json.loads(text) for text in store.settings(KEY).values())


def add_word(store: Store, kind: str, field: str, word: str) -> None:
    """Let `word` mean `field` in tables of `kind` from now on."""
    text = store.setting(f"{KEY}{TYPED}")
    raw: dict[str, Any] = json.loads(text) if text else {"language": "own", "columns": {}}
    held = raw["columns"].setdefault(kind, {}).setdefault(field, [])
    if word not in held:
        held.append(word)
    store.set_setting(f"{KEY}{TYPED}", json.dumps(raw, ensure_ascii=False))


def add_file(store: Store, name: str, data: bytes) -> None:
    """Add a file of words; raises `PlannerError` for one that holds none."""
    with tempfile.TemporaryDirectory(prefix="batch-planner-") as folder:
        path = Path(folder) / "words.toml"
        path.write_bytes(data)
        raw = read_words(path)
    store.set_setting(f"{KEY}file {name}"[:200], json.dumps(raw, ensure_ascii=False))


def forget_words(store: Store, key: str) -> None:
    """Forget the words of a file, or those that were typed in."""
    store.set_setting(f"{KEY}{key}", None)


def listed(store: Store) -> Sequence[tuple[str, list[str]]]:
    """Return the words by what they were added as: the key to forget them, and the words."""
    found = []
    for key, text in store.settings(KEY).items():
        columns = json.loads(text).get("columns", {})
        words = [w for fields in columns.values() for each in fields.values() for w in each]
        found.append((key.removeprefix(KEY), words))
    return found
