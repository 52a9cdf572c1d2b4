"""Edits are kept when they are made, also where somebody else changes the same scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import OutdatedError
from planner.reader import Tables
from planner.store import Store, VersionRow, save_version, settle, version_of, versions_of
from planner.variants import CellDifference, Merge, merged
from ui.edit_words import note_of

# How often others may come first before it is a fault.
TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What has come of an edit: the version in force, and what somebody else changed as well."""

    version: VersionRow
    is_merged: bool = False
    conflicts: tuple[CellDifference, ...] = ()


def keep(
    store: Store,
    scenario_id: int,
    tables: Tables,
    *,
    on: int,
    note: str = "",
    variant: tuple[Sequence[str], int | None] | None = None,
) -> Kept:
    """Store what was made from version `on`.

    Where another version has come into force, both changes go together; where they are of the same
    cell, theirs stays in force and the refused version waits for somebody to choose.
    """
    said = note or note_of(store.tables(scenario_id, on), tables)
    try:
        made = save_version(store, scenario_id, tables, on=on, note=said, variant=variant)
        return Kept(version=made)
    except OutdatedError as outdated:
        refused = version_of(store, scenario_id, outdated.refused)
        return _together(store, refused, said)


def _together(store: Store, refused: VersionRow, note: str) -> Kept:
    for _ in range(TRIES):
        current = store.scenario_row(refused.scenario_id).version
        merge = _merge(store, refused, current, prefer_mine=False)
        if not merge.conflicts:
            settle(store, refused.scenario_id, refused.number)
        try:
            made = save_version(
                store,
                refused.scenario_id,
                merge.tables,
                on=current,
                note=note,
                variant=_both_changes(store, refused, current),
            )
        except OutdatedError as again:
            settle(store, refused.scenario_id, again.refused)
            continue
        return Kept(version=made, is_merged=True, conflicts=merge.conflicts)
    raise OutdatedError("The scenario", current, refused.number)


def _both_changes(
    store: Store, refused: VersionRow, current: int
) -> tuple[Sequence[str], int | None] | None:
    """Return the changes of a variant that both sides made; None where only one side did."""
    base = version_of(store, refused.scenario_id, refused.based_on or refused.number)
    if refused.changes == base.changes:
        return None
    theirs = version_of(store, refused.scenario_id, current)
    added = [text for text in refused.changes if text not in (*base.changes, *theirs.changes)]
    dropped = {text for text in base.changes if text not in refused.changes}
    kept = [text for text in theirs.changes if text not in dropped]
    return (*kept, *added), theirs.parent_version


def _merge(store: Store, refused: VersionRow, current: int, *, prefer_mine: bool) -> Merge:
    scenario_id = refused.scenario_id
    base = refused.based_on or refused.number
    return merged(
        store.tables(scenario_id, base),
        store.tables(scenario_id, refused.number),
        store.tables(scenario_id, current),
        prefer_mine=prefer_mine,
    )


def open_conflicts(
    store: Store, scenario_id: int
) -> tuple[tuple[VersionRow, tuple[CellDifference, ...]], ...]:
    """Return what was refused and not settled yet; what agrees by now is settled."""
    refused = [row for row in versions_of(store, scenario_id) if row.refused]
    if not refused:
        return ()
    current = store.scenario_row(scenario_id).version
    found = [(row, _merge(store, row, current, prefer_mine=False).conflicts) for row in refused]
    for row, conflicts in found:
        if not conflicts:
            settle(store, scenario_id, row.number)
    return tuple((row, conflicts) for row, conflicts in found if conflicts)


def use_refused(store: Store, refused: VersionRow) -> VersionRow:
    """Put what was refused in force where it conflicts with the version that is, and settle it."""
    current = store.scenario_row(refused.scenario_id).version
    merge = _merge(store, refused, current, prefer_mine=True)
    made = save_version(store, refused.scenario_id, merge.tables, on=current, note=refused.note)
    settle(store, refused.scenario_id, refused.number)
    return made


def bring_back(store: Store, scenario_id: int, number: int, *, on: int) -> Kept:
    """Make an earlier version the newest one."""
    tables = store.tables(scenario_id, number)
    return keep(store, scenario_id, tables, on=on, note=f"Version {number} brought back")
