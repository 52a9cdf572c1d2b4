"""Rows of changeovers -> minutes and cost between every two families, per group of machines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain import Changeovers, IntArray
from planner.errors import Finding
from planner.reader.changeovers import ANY, ChangeoverRow, Wanted
from planner.reader.notes import Notes, counted
from planner.reader.orders import BETWEEN_ATTRIBUTES, Families
from planner.reader.settings import DEFAULT_MINUTES, Settings

# Entries of all tables together: 0.4 GB for minutes and cost.
MOST_PAIRS = 25_000_000
NOT_GIVEN = -1


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
    return _grouped(
        names, {machine: _filled(tables, in_units) for machine, tables in per_machine.items()}
    )


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

    `value` has the value of each family; `minutes` and `cost` have shape (values, values) and
    NOT_GIVEN where no row matches.
    """

    value: IntArray
    minutes: IntArray
    cost: IntArray


def _tables(
    rows: Sequence[ChangeoverRow], machine: str, families: Families, names: Sequence[str]
) -> tuple[Layer, ...]:
    """Return the layers of one machine, whose changeovers add up."""
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
    for table, value in ((minutes, row.minutes), (cost, row.cost)):
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
        key = (source, families, wanted.initial.get(machine))
        if key in done:
            continue
        done.add(key)
        to = [row_of[name] for name in families if name in row_of]
        first = [row_of[name] for name in (wanted.initial.get(machine),) if name in row_of]
        for number, layer in enumerate(per_machine[source]):
            before, after = np.unique(layer.value[to + first]), np.unique(layer.value[to])
            places = np.argwhere(layer.minutes[np.ix_(before, after)] == NOT_GIVEN)
            missing.update((number, int(before[i]), int(after[j])) for i, j in places)
    return len(missing)


def _filled(layers: Iterable[Layer], default: tuple[int, int]) -> tuple[IntArray, IntArray]:
    """Return minutes and cost between families: the sum over the layers, default filled in."""
    filled = []
    for layer in layers:
        missing = layer.minutes == NOT_GIVEN
        minutes = np.where(missing, default[0], layer.minutes)
        cost = np.where(missing, default[1], layer.cost)
        grid = np.ix_(layer.value, layer.value)
        filled.append((minutes[grid], cost[grid]))
    total = [sum(tables[1:], start=tables[0]) for tables in zip(*filled, strict=True)]
    return total[0], total[1]


def _grouped(
    names: tuple[str, ...], filled: Mapping[str, tuple[IntArray, IntArray]]
) -> Changeovers:
    """Return the changeovers; machines with equal tables share a group."""
    group_of: dict[tuple[bytes, bytes], int] = {}
    groups = {}
    for machine, (minutes, cost) in filled.items():
        key = (minutes.tobytes(), cost.tobytes())
        groups[machine] = group_of.setdefault(key, len(group_of))
    groups.pop(ANY)
    shape = (len(group_of), len(names), len(names))
    minutes, cost = (
        np.frombuffer(b"".join(key[k] for key in group_of), dtype=np.int64).reshape(shape).copy()
        for k in (0, 1)
    )
    return Changeovers(families=names, minutes=minutes, cost=cost, groups=groups)


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
