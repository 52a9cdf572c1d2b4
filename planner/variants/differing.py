"""What two versions of a scenario's tables say differently, cell by cell, and three of them in one.

A row is the same row in both where it has the same number; a changeover where it is between the
same families on the same machine, as a matrix that is edited is written anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.reader import Table, Tables
from planner.reader.tables import SETTINGS_FILE
from planner.variants.settings import settings_of, toml_of

Key = tuple[str, ...] | int
Cells = Mapping[str, str]

NAMES: Mapping[str, str] = {
    "orders.csv": "order_id",
    "machines.csv": "machine_id",
    "calendars.csv": "calendar",
}
CHANGEOVER_KEY = ("machine", "attribute", "from", "to")
NO_TABLE = Table(columns=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """One cell, or a whole row where `column` is empty, that is not the same before and after.

    None stands for a row that is not there.
    """

    file: str
    row: str
    column: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Tables with what both sides changed; `conflicts` are from theirs to mine."""

    tables: Tables
    conflicts: tuple[CellDifference, ...]


def differences(before: Tables, after: Tables) -> tuple[CellDifference, ...]:
    """Return what is different, file by file in the order of their names."""
    files = sorted({*before.files, *after.files})
    found = [
        each
        for file in files
        for each in _table_differences(
            file, before.files.get(file, NO_TABLE), after.files.get(file, NO_TABLE)
        )
    ]
    return (*found, *_setting_differences(before, after))


def merged(base: Tables, mine: Tables, theirs: Tables, *, prefer_mine: bool = False) -> Merge:
    """Return `theirs` with what `mine` changed in `base`.

    Where both changed the same cell, or one of them a row that the other deleted, the result has
    theirs, or mine if it is preferred, and the conflict is reported.
    """
    files: dict[str, Table] = {}
    conflicts: list[CellDifference] = []
    for file in dict.fromkeys((*theirs.files, *mine.files)):
        tables = [each.files.get(file, NO_TABLE) for each in (base, mine, theirs)]
        table, found = _merged_table(file, tables, prefer_mine)
        conflicts += found
        if table.rows or file == "orders.csv":
            files[file] = table
    text, found = _merged_settings((base, mine, theirs), prefer_mine)
    return Merge(tables=replace(theirs, files=files, settings=text), conflicts=(*conflicts, *found))


def numbered(table: Table) -> Table:
    """Return `table` with a number of its own for every row."""
    if len(set(table.numbers)) == len(table.numbers):
        return table
    return replace(table, numbers=tuple(range(2, len(table.rows) + 2)))


def _keys(file: str, tables: Sequence[Table]) -> list[list[Key]]:
    """Return the keys of the rows of several versions of one table."""
    if file == "changeovers.csv":
        natural = [_changeover_keys(table) for table in tables]
        if all(len(set(keys)) == len(keys) for keys in natural):
            return natural
    return [list(numbered(table).numbers) for table in tables]


def _changeover_keys(table: Table) -> list[Key]:
    if not {"from", "to"} <= set(table.columns):  # a matrix: its first column is from
        return [row[:1] for row in table.rows]
    places = [table.columns.index(name) for name in CHANGEOVER_KEY if name in table.columns]
    return [tuple(row[place].strip() for place in places) for row in table.rows]


def _rows(table: Table, keys: Sequence[Key]) -> dict[Key, Cells]:
    return {
        key: dict(zip(table.columns, row, strict=True))
        for key, row in zip(keys, table.rows, strict=True)
    }


def _table_differences(file: str, before: Table, after: Table) -> Iterator[CellDifference]:
    old_keys, new_keys = _keys(file, (before, after))
    old, new = _rows(before, old_keys), _rows(after, new_keys)
    for key in dict.fromkeys((*old, *new)):
        yield from _row_differences(file, key, old.get(key), new.get(key))


def _row_differences(
    file: str, key: Key, before: Cells | None, after: Cells | None
) -> Iterator[CellDifference]:
    name = _label(file, key, after or before or {})
    if before is None or after is None:
        yield CellDifference(file=file, row=name, before=_text(before), after=_text(after))
        return
    for column in dict.fromkeys((*before, *after)):
        old, new = before.get(column, ""), after.get(column, "")
        if old != new:
            yield CellDifference(file=file, row=name, column=column, before=old, after=new)


def _text(cells: Cells | None) -> str | None:
    """Return the filled cells of a row in one line."""
    return None if cells is None else ", ".join(cell for cell in cells.values() if cell)


def _label(file: str, key: Key, cells: Cells) -> str:
    name = cells.get(NAMES.get(file, ""), "").strip()
    if name:
        return name
    if not isinstance(key, int):
        return " to ".join(part for part in key[-2:] if part)
    return f"row {key}"


def _merged_table(
    file: str, tables: Sequence[Table], prefer_mine: bool
) -> tuple[Table, list[CellDifference]]:
    base, mine, theirs = (numbered(table) for table in tables)
    keys = _keys(file, (base, mine, theirs))
    of_base, of_mine, result = (
        _rows(table, its) for table, its in zip((base, mine, theirs), keys, strict=True)
    )
    conflicts: list[CellDifference] = []
    free = max((*theirs.numbers, *base.numbers, 1)) + 1
    for key in dict.fromkeys((*of_base, *of_mine)):
        old, new = of_base.get(key), of_mine.get(key)
        if old == new:
            continue
        if old is None and isinstance(key, int):  # their new row may have the same number
            key, free = (key, free) if key not in result else (free, free + 1)
        made, found = _merged_row(file, key, (old, new, result.get(key)), prefer_mine)
        conflicts += found
        result.pop(key, None) if made is None else result.__setitem__(key, made)
    columns = _merged_columns(base, mine, theirs)
    return _table(columns, result), conflicts


def _merged_row(
    file: str,
    key: Key,
    rows: tuple[Cells | None, Cells | None, Cells | None],
    prefer_mine: bool,
) -> tuple[Cells | None, list[CellDifference]]:
    base, mine, theirs = rows
    if theirs in (base, mine):
        return mine, []
    if mine is None or theirs is None:
        name = _label(file, key, mine or theirs or {})
        whole = CellDifference(file=file, row=name, before=_text(theirs), after=_text(mine))
        return (mine if prefer_mine else theirs), [whole]
    made, conflicts = dict(theirs), []
    for column, cell in mine.items():
        old, other = (base or {}).get(column, ""), theirs.get(column, "")
        if cell in (old, other):
            continue
        if other != old:
            name = _label(file, key, theirs)
            conflicts.append(
                CellDifference(file=file, row=name, column=column, before=other, after=cell)
            )
        if other == old or prefer_mine:
            made[column] = cell
    return made, conflicts


def _merged_columns(base: Table, mine: Table, theirs: Table) -> tuple[str, ...]:
    added = [name for name in mine.columns if name not in (*base.columns, *theirs.columns)]
    dropped = {
        name
        for name in base.columns
        if name not in mine.columns
        and name in theirs.columns
        and base.column(name) == theirs.column(name)
    }
    return tuple(name for name in (*theirs.columns, *added) if name not in dropped)


def _table(columns: tuple[str, ...], rows: Mapping[Key, Cells]) -> Table:
    cells = tuple(tuple(row.get(name, "") for name in columns) for row in rows.values())
    numbers = [key for key in rows if isinstance(key, int)]
    return Table(
        columns=columns, rows=cells, numbers=tuple(numbers) if len(numbers) == len(rows) else ()
    )


def _flat(tables: Tables) -> dict[tuple[str, str], object]:
    """Return the settings with those of inner tables beside the others."""
    flat: dict[tuple[str, str], object] = {}
    for name, value in settings_of(tables).items():
        if isinstance(value, dict):
            flat |= {(name, inner): each for inner, each in value.items()}
        else:
            flat[name, ""] = value
    return flat


def _setting_differences(before: Tables, after: Tables) -> Iterator[CellDifference]:
    old, new = _flat(before), _flat(after)
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield _setting(key, old.get(key), new.get(key))


def _setting(key: tuple[str, str], before: object, after: object) -> CellDifference:
    return CellDifference(
        file=SETTINGS_FILE,
        row=key[0],
        column=key[1],
        before=None if before is None else str(before),
        after=None if after is None else str(after),
    )


def _merged_settings(
    three: tuple[Tables, Tables, Tables], prefer_mine: bool
) -> tuple[str, list[CellDifference]]:
    base, mine, theirs = three
    if mine.settings == base.settings:
        return theirs.settings, []
    if theirs.settings == base.settings:
        return mine.settings, []
    old, new, made = (_flat(each) for each in three)
    conflicts = []
    for key in dict.fromkeys((*old, *new)):
        if new.get(key) in (old.get(key), made.get(key)):
            continue
        if made.get(key) != old.get(key):
            conflicts.append(_setting(key, made.get(key), new.get(key)))
            if not prefer_mine:
                continue
        made[key] = new.get(key)
    nested: dict[str, object] = {}
    for (name, inner), value in made.items():
        if value is None:
            continue
        if not inner:
            nested[name] = value
        else:
            within = nested.setdefault(name, {})
            assert isinstance(within, dict)
            within[inner] = value
    return toml_of(nested), conflicts
