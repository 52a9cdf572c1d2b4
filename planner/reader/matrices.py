"""Rows of changeovers -> minutes and cost between every two families, per group of machines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np

from planner.domain import BoolArray, Changeovers, IntArray
from planner.errors import Finding
from planner.reader.changeovers import ANY, ChangeoverRow, Wanted
from planner.reader.notes import Notes, counted
from planner.reader.orders import BETWEEN_ATTRIBUTES, Families
from planner.reader.settings import DEFAULT_MINUTES, Attributes, Settings

# Entries of all tables together: 0.4 GB for minutes and cost.
MOST_PAIRS = 25_000_000
NOT_GIVEN = -1
NOT_POSSIBLE = -2


def changeovers_from(
    rows: Sequence[ChangeoverRow] | None, wanted: Wanted, settings: Settings, notes: Notes
) -> Changeovers | None:
    """Return the changeover between every two families; None, with a finding, if too many."""
    default = _default(settings, given=rows is not None, notes=notes)
    names = wanted.names
    named = {row.machine for row in rows or ()} - {ANY}
    if (1 + len(named)) * len(names) ** 2 > MOST_PAIRS:
        _find_too_many(len(names), notes)
        return None
    per_machine = {
        machine: _tables(rows or (), machine, wanted.families, names)
        for machine in (ANY, *sorted(named & set(wanted.of_machine)))
    }
    missing = _missing_pairs(per_machine, wanted, names)
    if rows is not None and missing:
        notes.assume(
            f"{counted(missing, 'changeover')} that may occur not given: "
            f"{default[0]} minutes, cost {default[1]}"
        )
    units = settings.units_per_minute
    in_units = (default[0] * units, default[1])
    filled = {
        machine: _filled(tables, in_units, settings.attributes)
        for machine, tables in per_machine.items()
    }
    return _grouped(names, filled)


def _default(settings: Settings, *, given: bool, notes: Notes) -> tuple[int, int]:
    minutes = settings.default_minutes
    if minutes is None:
        minutes = DEFAULT_MINUTES
        if not given:
            notes.assume(
                f"no changeovers are given: {minutes} minutes between different families, "
                "none within a family"
            )
    return minutes, settings.default_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Changeovers between the values of one attribute, or between whole families.

    `value` has the value of each family; `minutes` and `cost` have shape (values, values), minutes
    are NOT_GIVEN where no row matches and NOT_POSSIBLE where the row says so.
    """

    value: IntArray
    minutes: IntArray
    cost: IntArray


def _tables(
    rows: Sequence[ChangeoverRow], machine: str, families: Families, names: Sequence[str]
) -> tuple[Layer, ...]:
    """Return the layers of one machine: one per attribute, or one of whole families."""
    mine = sorted((row for row in rows if row.machine in (ANY, machine)), key=_rank)
    if not any(row.attribute for row in rows):
        return (_layer(mine, names),)
    parts = [name.split(BETWEEN_ATTRIBUTES) for name in names]
    return tuple(
        _layer([row for row in mine if row.attribute == attribute], [part[k] for part in parts])
        for k, attribute in enumerate(families.attributes)
    )


def _rank(row: ChangeoverRow) -> tuple[int, bool, bool, bool]:
    return row.rank


def _layer(rows: Iterable[ChangeoverRow], values: Sequence[str]) -> Layer:
    place = {value: k for k, value in enumerate(sorted(set(values)))}
    size = len(place)
    minutes = np.full((size, size), NOT_GIVEN, dtype=np.int64)
    np.fill_diagonal(minutes, 0)
    cost = np.zeros((size, size), dtype=np.int64)
    for row in rows:
        if all(name == ANY or name in place for name in (row.before, row.after)):
            _set(minutes, cost, row, place)
    value = np.array([place[value] for value in values], dtype=np.int64)
    return Layer(value=value, minutes=minutes, cost=cost)


def _set(minutes: IntArray, cost: IntArray, row: ChangeoverRow, place: Mapping[str, int]) -> None:
    before = slice(None) if row.before == ANY else place[row.before]
    after = slice(None) if row.after == ANY else place[row.after]
    given = NOT_POSSIBLE if row.minutes is None else row.minutes
    for table, value in ((minutes, given), (cost, row.cost)):
        diagonal = table.diagonal().copy()
        table[before, after] = value
        if ANY in (row.before, row.after):
            np.fill_diagonal(table, diagonal)


def _missing_pairs(
    per_machine: Mapping[str, tuple[Layer, ...]], wanted: Wanted, names: Sequence[str]
) -> int:
    """Return how many pairs that can follow each other on a machine no row gives."""
    row_of = {name: k for k, name in enumerate(names)}
    missing: set[tuple[int, int, int]] = set()
    done = set()
    for machine, families in wanted.of_machine.items():
        source = machine if machine in per_machine else ANY
        others = wanted.others.get(machine, ())
        key = (source, families, others)
        if key in done:
            continue
        done.add(key)
        to = [row_of[name] for name in families if name in row_of]
        first = [row_of[name] for name in others if name in row_of]
        for number, layer in enumerate(per_machine[source]):
            before, after = np.unique(layer.value[to + first]), np.unique(layer.value[to])
            places = np.argwhere(layer.minutes[np.ix_(before, after)] == NOT_GIVEN)
            missing.update((number, int(before[i]), int(after[j])) for i, j in places)
    return len(missing)


class _Filled(NamedTuple):
    """Changeovers between all families on one machine, each of shape (families, families)."""

    minutes: IntArray
    cost: IntArray
    possible: BoolArray


def _filled(layers: Iterable[Layer], default: tuple[int, int], attributes: Attributes) -> _Filled:
    """Return the changeovers between families, default filled in, all layers put together.

    Costs add up, minutes add up or the longest of them count, and what is not possible in one
    layer is not possible.
    """
    filled = [_between_families(layer, default) for layer in layers]
    minutes, costs, possible = zip(*filled, strict=True)
    every = _Filled(
        minutes=reduce(np.maximum if attributes == "longest" else np.add, minutes),
        cost=reduce(np.add, costs),
        possible=reduce(np.logical_and, possible),
    )
    for table in every[:2]:
        table[~every.possible] = 0
    return every


def _between_families(layer: Layer, default: tuple[int, int]) -> _Filled:
    missing = layer.minutes == NOT_GIVEN
    grid = np.ix_(layer.value, layer.value)
    return _Filled(
        minutes=np.where(missing, default[0], layer.minutes)[grid],
        cost=np.where(missing, default[1], layer.cost)[grid],
        possible=(layer.minutes != NOT_POSSIBLE)[grid],
    )


def _grouped(names: tuple[str, ...], filled: Mapping[str, _Filled]) -> Changeovers:
    """Return the changeovers; machines with equal tables share a group."""
    group_of: dict[tuple[bytes, ...], int] = {}
    tables: list[_Filled] = []
    groups = {}
    for machine, mine in filled.items():
        key = tuple(table.tobytes() for table in mine)
        groups[machine] = group_of.setdefault(key, len(group_of))
        if len(tables) < len(group_of):
            tables.append(mine)
    groups.pop(ANY)
    minutes, cost, possible = (np.stack(each) for each in zip(*tables, strict=True))
    kept = {} if possible.all() else {"possible": possible}
    return Changeovers(families=names, minutes=minutes, cost=cost, groups=groups, **kept)


def _find_too_many(families: int, notes: Notes) -> None:
    notes.add(
        Finding(
            rule="number_of_families",
            file="orders.csv",
            column="family",
            value=str(families),
            message=f"{families:,} families have too many changeovers between them",
            hint="Give orders that need no changeover between them the same family.",
        )
    )


def families_on(
    orders: Iterable[tuple[str, Mapping[str, object]]], machines: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Return the families of the orders that each machine may make: (family, durations)."""
    # Orders share their duration mappings, so the machines of each are gone through once.
    shared: dict[int, tuple[Mapping[str, object], set[str]]] = {}
    for family, durations in orders:
        shared.setdefault(id(durations), (durations, set()))[1].add(family)
    found: dict[str, set[str]] = {machine: set() for machine in machines}
    for durations, families in shared.values():
        for machine in durations:
            found[machine] |= families
    return {machine: frozenset(families) for machine, families in found.items()}
