"""Named entries that all windows share, such as prices and colours.

Scenarios and plans have versions; this is for the little that has none. Who changes an entry that
somebody else has changed since is told, and both values are shown.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.store import Store

Entries = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An entry that somebody else has set to `theirs`, which counts; None is an entry that is gone.

    Whoever is told wanted `mine`.
    """

    name: str
    theirs: Any
    mine: Any


def entries(store: Store, key: str) -> Entries:
    """Return the entries that are kept under `key` of the settings."""
    return _entries(store.setting(key))


def change_entries(store: Store, key: str, *, seen: Entries, wanted: Entries) -> Sequence[Conflict]:
    """Set the entries that are others in `wanted` than were `seen`, and return the conflicts.

    An entry that somebody else has set to something else meanwhile stays theirs; None forgets one.
    """
    changed = {
        name: wanted.get(name)
        for name in dict.fromkeys((*seen, *wanted))
        if wanted.get(name) != seen.get(name)
    }
    conflicts: list[Conflict] = []

    def change(text: str | None) -> str | None:
        now = dict(_entries(text))
        conflicts[:] = [
            Conflict(name=name, theirs=now.get(name), mine=mine)
            for name, mine in changed.items()
            if now.get(name) not in (seen.get(name), mine)
        ]
        refused = {conflict.name for conflict in conflicts}
        now |= {name: mine for name, mine in changed.items() if name not in refused}
        kept = {name: value for name, value in now.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False) if kept else None

    store.change_setting(key, change)
    return tuple(conflicts)


def _entries(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {} if text is None else json.loads(text)
    return found
