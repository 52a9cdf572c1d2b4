"""Variants of stored scenarios: a lever pulled, taken back, or put onto what the parent is now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.errors import PlannerError
from planner.reader import Tables
from planner.store import ScenarioRow, Store, VersionRow, add_variant, parents, version_of
from planner.variants import CellDifference, Change, applied, change_from, differences, merged
from ui.keeping import Kept, keep

LONGEST_NAME = 80
UNCHANGED = "variant"


def pulled(store: Store, row: ScenarioRow, change: Change) -> ScenarioRow:
    """Return the variant with one change more: a new one of a scenario, or the variant itself.

    Raises `ChangeError` where the change cannot be made.
    """
    tables = change.apply(store.tables(row.id, row.version))
    if row.id not in parents(store):
        name = auto_name(row.name, [change.text])
        return add_variant(store, row.id, name, tables, [change.text])
    now = version_of(store, row.id, row.version)
    keep(
        store,
        row.id,
        tables,
        on=row.version,
        note=change.said,
        variant=((*now.changes, change.text), now.parent_version),
    )
    name_by_changes(store, row.id)
    return store.scenario_row(row.id)


def duplicated(store: Store, row: ScenarioRow) -> ScenarioRow:
    """Return a variant of a scenario that is still the same."""
    tables = store.tables(row.id, row.version)
    return add_variant(store, row.id, auto_name(row.name, []), tables, [])


def taken_back(store: Store, row: ScenarioRow, text: str) -> Kept:
    """Return the variant without one of its changes; what was edited by hand stays."""
    now = version_of(store, row.id, row.version)
    kept = list(now.changes)
    kept.remove(text)
    parent = parent_tables(store, row, now)
    note = f"Without: {change_from(text).said}"
    return _put_onto(store, row, (parent, now.changes), (parent, kept), note)


def followed(store: Store, row: ScenarioRow) -> Kept:
    """Return the variant with its changes made to what its parent is now."""
    now = version_of(store, row.id, row.version)
    parent = store.scenario_row(parents(store)[row.id])
    before = parent_tables(store, row, now)
    after = store.tables(parent.id, parent.version)
    return _put_onto(
        store,
        row,
        (before, now.changes),
        (after, now.changes),
        f"On version {parent.version} of {parent.name}",
        parent.version,
    )


def _put_onto(
    store: Store,
    row: ScenarioRow,
    before: tuple[Tables, Sequence[str]],
    after: tuple[Tables, Sequence[str]],
    note: str,
    parent_version: int | None = None,
) -> Kept:
    now = version_of(store, row.id, row.version)
    made = with_changes(*after)
    mine = store.tables(row.id, row.version)
    # What was edited by hand counts where the parent has changed the same cell.
    together = merged(with_changes(*before), mine, made, prefer_mine=True)
    kept = keep(
        store,
        row.id,
        together.tables,
        on=row.version,
        note=note,
        variant=(after[1], parent_version or now.parent_version),
    )
    name_by_changes(store, row.id)
    return kept


def by_hand(store: Store, row: ScenarioRow) -> tuple[CellDifference, ...]:
    """Return what was edited in a variant beside its changes."""
    now = version_of(store, row.id, row.version)
    try:
        without = with_changes(parent_tables(store, row, now), now.changes)
    except PlannerError:
        return ()  # the parent's version is gone, or a change does not fit it any more
    return differences(without, store.tables(row.id, row.version))


def with_changes(tables: Tables, changes: Iterable[str]) -> Tables:
    """Return the tables with changes that are named by their texts."""
    return applied(tables, map(change_from, changes))


def parent_tables(store: Store, row: ScenarioRow, now: VersionRow) -> Tables:
    """Return the tables of the parent that a version of a variant was made from."""
    return store.tables(parents(store)[row.id], now.parent_version)


def auto_name(parent: str, changes: Sequence[str]) -> str:
    """Return what a variant is called unless somebody names it.

    >>> auto_name("Denim", ["shift=saturday"]), auto_name("Denim", [])
    ('Denim: + Saturday', 'Denim: variant')
    """
    said = ", ".join(change_from(text).said for text in changes) or UNCHANGED
    return f"{parent}: {said}"[:LONGEST_NAME]


def name_by_changes(store: Store, scenario_id: int) -> None:
    """Let a variant be called by the changes it has now, unless somebody has named it."""
    row = store.scenario_row(scenario_id)
    parent_id = parents(store).get(scenario_id)
    if parent_id is None:
        return
    parent = store.scenario_row(parent_id)
    wanted = auto_name(parent.name, version_of(store, row.id, row.version).changes)
    others = {each.name for each in store.scenarios() if each.id != row.id}
    if row.name.startswith(f"{parent.name}: ") and wanted not in others:
        store.rename_scenario(row.id, wanted)


def tree(rows: Sequence[ScenarioRow], of: Mapping[int, int]) -> Iterator[tuple[ScenarioRow, int]]:
    """Yield scenarios with their variants behind them, each with how deep it stands."""
    ids = {row.id for row in rows}

    def under(parent: int | None, depth: int) -> Iterator[tuple[ScenarioRow, int]]:
        for row in rows:
            its = of.get(row.id)
            if (its if its in ids else None) == parent:
                yield row, depth
                yield from under(row.id, depth + 1)

    yield from under(None, 0)
