"""Cells that name several machines in one word, or any machine: `SG1/SG2`, `P1-P4`, `M1/2`, `all`.

Whether a word is the name of a machine is known only when all tables have been read.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from planner.intake.headings.lexicon import lexicon
from planner.reader.tables import Table

COLUMN = "eligible_machines"
_PARTS = re.compile(r"\s*[/,+&]\s*|\s+(?:und|oder|and|or|et|ou|y|e|o)\s+")
_RANGE = re.compile(r"(\D*)(\d{1,4})\s*(?:-|–|\.\.|bis|to)\s*(\D*)(\d{1,4})")
_NUMBERED = re.compile(r"(\D*)(\d+)(\D*)")
_MOST = 100  # machines of one range


def with_single_machines(
    tables: dict[str, Table], given: Collection[str]
) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Return the tables with each machine named on its own, and what was assumed for that.

    `given` are the machines of a machine list, empty without one: then those count that stand alone
    in some cell. A word that is itself a machine is never taken apart.
    """
    cells = {cell for t in tables.values() if COLUMN in t.columns for cell in t.column(COLUMN)}
    words = {word for cell in cells for word in cell.split("|") if word}
    meant = {word: _machines(word, words, given) for word in words - set(given)}
    meant = {word: found for word, found in meant.items() if found is not None}
    if not meant:
        return tables, ()
    changed = {
        name: _replaced(table, meant) if COLUMN in table.columns else table
        for name, table in tables.items()
    }
    return changed, tuple(_said(word, meant[word] or ()) for word in sorted(meant))


def _said(word: str, found: Iterable[str]) -> str:
    names = ", ".join(found)
    return f"{word} means the machines {names}" if names else f"{word} means any machine"


def _machines(word: str, words: Collection[str], given: Collection[str]) -> tuple[str, ...] | None:
    """Return the machines that a word means; none for any, None where it is a name itself."""
    if lexicon().value("any", word) and (given or len(words) > 1):
        return ()
    if _are_named(found := _of_range(word), words, given):
        return found
    found = _of_parts(word)
    if _are_named(found, words, given) or (not given and _are_alike(found, word)):
        return found
    return None


def _of_range(word: str) -> tuple[str, ...]:
    """Return the machines from the first to the last of a range such as `P1-P4` or `P1-4`."""
    match = _RANGE.fullmatch(word)
    if match is None or not match[1].strip() or match[3] not in ("", match[1]):
        return ()
    first, last = int(match[2]), int(match[4])
    if not first < last < first + _MOST:
        return ()
    width = len(match[2])
    return tuple(f"{match[1]}{number:0{width}d}" for number in range(first, last + 1))


def _of_parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word, numbers alone after the letters of the part before them."""
    parts = [part for part in _PARTS.split(word) if part]
    for i in range(1, len(parts)):
        before = _NUMBERED.fullmatch(parts[i - 1])
        if parts[i].isdigit() and before is not None and before[1]:
            parts[i] = before[1] + parts[i]
    return tuple(dict.fromkeys(parts))


def _are_named(found: tuple[str, ...], words: Collection[str], given: Collection[str]) -> bool:
    """Tell whether several names are all in the list, or without one all stand alone somewhere."""
    return len(found) > 1 and all(name in (given or words) for name in found)


def _are_alike(found: tuple[str, ...], word: str) -> bool:
    """Tell whether several names, each written out, differ in their numbers alone."""
    parts = [_NUMBERED.fullmatch(name) for name in found]
    shapes = {(part[1], part[3]) for part in parts if part}
    written = all(name in word for name in found)
    return (
        len(found) > 1
        and all(parts)
        and written
        and len(shapes) == 1
        and "" not in {first for first, _ in shapes}
    )


def _replaced(table: Table, meant: dict[str, tuple[str, ...] | None]) -> Table:
    place = table.columns.index(COLUMN)
    rows = tuple((*row[:place], _cell(row[place], meant), *row[place + 1 :]) for row in table.rows)
    return replace(table, rows=rows)


def _cell(cell: str, meant: dict[str, tuple[str, ...] | None]) -> str:
    names: list[str] = []
    for word in filter(None, cell.split("|")):
        found = meant.get(word, (word,))
        if not found:
            return ""
        names += found
    return "|".join(dict.fromkeys(names))
