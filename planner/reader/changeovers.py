"""changeovers.csv -> a changeover between every two families, per group of machines.

Of the rows that match, the one that names more of machine, from and to wins; of two that name as
much, the one that names `from`, then `to`, then the machine. `*` names nothing, and never means
the same value before and after.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from planner.domain import Changeovers, IntArray
from planner.errors import Finding
from planner.reader import cells
from planner.reader.notes import Notes, counted, some
from planner.reader.orders import BETWEEN_ATTRIBUTES, Families
from planner.reader.settings import DEFAULT_MINUTES, Settings
from planner.reader.sheet import Sheet, check_columns
from planner.reader.tables import Table

ANY = "*"
LARGEST_CHANGEOVER_COST = 10**9
# Entries of all tables together: 0.4 GB for minutes and cost.
MOST_PAIRS = 25_000_000
NOT_GIVEN = -1
LIST_COLUMNS = frozenset(("to", "minutes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeoverRow:
    """A row of the file; `minutes` in time units."""

    index: int
    machine: str
    attribute: str
    before: str
    after: str
    minutes: int
    cost: int

    @property
    def rank(self) -> tuple[int, bool, bool, bool]:
        """Return how specific the row is; of two rows the greater one wins."""
        named = (self.before != ANY, self.after != ANY, self.machine != ANY)
        return (sum(named), *named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What needs changeovers: all families, those of each machine's orders, initial families."""

    families: Families
    of_machine: Mapping[str, frozenset[str]]
    initial: Mapping[str, str | None]

    @property
    def names(self) -> tuple[str, ...]:
        """Return every family there is, sorted."""
        of_orders = {name for name in self.families.of_row if name}
        return tuple(sorted(of_orders | {name for name in self.initial.values() if name}))


def as_list(sheet: Sheet) -> Table:
    """Return the table as a list of changeovers, also where it was a square matrix."""
    table = sheet.table
    if LIST_COLUMNS & set(table.columns) or len(table.columns) < 2:
        return table
    first, *families = table.columns
    before = sheet.required(first, cells.name)
    _find_not_square(sheet, first, families)
    good = {family: sheet.parsed(family, cells.changeover_minutes) for family in families}
    listed = [
        (table.numbers[k], (name, family, sheet.cell(k, family)))
        for k, name in enumerate(before)
        for family in families
        if name and good[family][k] is not None
    ]
    return Table(
        columns=("from", "to", "minutes"),
        rows=tuple(row for _, row in listed),
        numbers=tuple(number for number, _ in listed),
    )


def _find_not_square(sheet: Sheet, first: str, families: Sequence[str]) -> None:
    hint = "Give it the same families in rows and columns, or write from, to, minutes."
    names = sheet.texts(first)
    for index, name in enumerate(names):
        if name and name not in families:
            message = f"row {name} of the matrix has no column"
            sheet.fault(index, first, "square_matrix", message, hint)
    for family in families:
        if family not in names:
            message = f"column {family} of the matrix has no row"
            sheet.fault(None, family, "square_matrix", message, hint)


def changeover_rows(
    sheet: Sheet, machines: Sequence[str], families: Families, units_per_minute: int
) -> tuple[ChangeoverRow, ...]:
    """Return the rows of the file, with a finding for every cell that is wrong."""
    check_columns(sheet)
    sheet.known("machine", (*machines, ANY), "known_machine", "machines.csv")
    _check_attributes(sheet, families)
    before = sheet.required("from", _name_or_any)
    after = sheet.required("to", _name_or_any)
    minutes = sheet.required("minutes", cells.changeover_minutes)
    costs = sheet.parsed("cost", cells.up_to(LARGEST_CHANGEOVER_COST))
    attributes = [text.removeprefix("attr_") for text in sheet.texts("attribute")]
    names = sheet.texts("machine")
    rows = tuple(
        ChangeoverRow(
            index=k,
            machine=names[k] or ANY,
            attribute=attributes[k],
            before=before[k] or "",
            after=after[k] or "",
            minutes=ceil((minutes[k] or Fraction(0)) * units_per_minute),
            cost=costs[k] or 0,
        )
        for k in range(sheet.count)
    )
    rounded = sum(m is not None and (m * units_per_minute).denominator != 1 for m in minutes)
    if rounded:
        sheet.notes.assume(f"{counted(rounded, 'changeover')} rounded up to whole time units")
    _find_repeated(sheet, rows)
    return rows


def _name_or_any(cell: str) -> str:
    return cell if cell == ANY else cells.name(cell)


def _check_attributes(sheet: Sheet, families: Families) -> None:
    allowed = {*families.attributes, *(f"attr_{name}" for name in families.attributes)}
    given = sheet.texts("attribute")
    for index, text in enumerate(given):
        if text and text not in allowed:
            hint = f"Use one of {some(sorted(families.attributes))}."
            sheet.fault(
                index,
                "attribute",
                "known_attribute",
                f"families are not made of the attribute {text}",
                hint if families.attributes else "Families come from one column: leave it empty.",
            )
        if not text and any(given) and families.attributes:
            sheet.fault(
                index,
                "attribute",
                "value_given",
                "attribute is empty, in other rows it is not",
                "Name the attribute in each row.",
            )


def _find_repeated(sheet: Sheet, rows: Iterable[ChangeoverRow]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.machine, row.attribute, row.before, row.after)
        if key in seen:
            sheet.fault(
                row.index,
                "from",
                "one_changeover",
                f"{row.before} to {row.after} is already in row {sheet.table.numbers[seen[key]]}",
                "Delete one of the two rows.",
            )
        seen.setdefault(key, row.index)


def note_unused(sheet: Sheet, rows: Sequence[ChangeoverRow], wanted: Wanted) -> None:
    """Warn of families in the file that neither an order nor a machine has."""
    known: set[tuple[str, str]] = {("", name) for name in wanted.names}
    for name in wanted.names if wanted.families.attributes else ():
        parts = name.split(BETWEEN_ATTRIBUTES)
        known.update(zip(wanted.families.attributes, parts, strict=False))
    unused: dict[str, tuple[int, str]] = {}
    for row in rows:
        for column, value in (("from", row.before), ("to", row.after)):
            if value not in ("", ANY) and (row.attribute, value) not in known:
                unused.setdefault(value, (row.index, column))
    if unused:
        index, column = next(iter(unused.values()))
        many = len(unused) > 1
        what = f"{len(unused)} families that no order has" if many else "a family that no order has"
        sheet.notes.warn(
            sheet.finding(
                index,
                column,
                "known_family",
                f"{what}: {some(list(unused))}",
                "Check the spelling; otherwise nothing to do.",
            )
        )


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
    # Orders share their duration mappings; each is looked at once per family.
    shared = {(family, id(durations)): durations for family, durations in orders}
    found: dict[str, set[str]] = {machine: set() for machine in machines}
    for (family, _), durations in shared.items():
        for machine in durations:
            found[machine].add(family)
    return {machine: frozenset(families) for machine, families in found.items()}
