"""changeovers.csv -> its rows, checked.

Of the rows that match, the one that names more of machine, from and to wins; of two that name as
much, the one that names `from`, then `to`, then the machine. `*` names nothing, and never means
the same value before and after. Where the minutes are `no`, the changeover is not possible.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.reader import cells
from planner.reader.durations import whole_units
from planner.reader.notes import counted, some
from planner.reader.orders import BETWEEN_ATTRIBUTES, Families
from planner.reader.sheet import Sheet, check_columns
from planner.reader.tables import Table

ANY = "*"
LARGEST_CHANGEOVER_COST = 10**9
LIST_COLUMNS = frozenset(("to", "minutes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeoverRow:
    """A row of the file; `minutes` in time units, None where it is not possible."""

    index: int
    machine: str
    attribute: str
    before: str
    after: str
    minutes: int | None
    cost: int

    @property
    def rank(self) -> tuple[int, bool, bool, bool]:
        """Return how specific the row is; of two rows the greater one wins."""
        named = (self.before != ANY, self.after != ANY, self.machine != ANY)
        return (sum(named), *named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What needs changeovers: all families, and those of each machine.

    `others` are what a machine is set up for beside its orders: at the start and after upkeep.
    """

    families: Families
    of_machine: Mapping[str, frozenset[str]]
    others: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return every family there is, sorted."""
        of_orders = {name for name in self.families.of_row if name}
        return tuple(sorted(of_orders.union(*self.others.values())))


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
            minutes=_units(minutes[k], units_per_minute),
            cost=costs[k] or 0,
        )
        for k in range(sheet.count)
    )
    rounded = sum(m is not None and (m * units_per_minute).denominator != 1 for m in minutes)
    if rounded:
        sheet.notes.assume(f"{counted(rounded, 'changeover')} rounded up to whole time units")
    _find_repeated(sheet, rows)
    _find_cost_of_impossible(sheet, rows)
    return rows


def _units(minutes: Fraction | None, units_per_minute: int) -> int | None:
    if minutes == cells.NOT_POSSIBLE:
        return None
    return whole_units((minutes or Fraction(0)) * units_per_minute)


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


def _find_cost_of_impossible(sheet: Sheet, rows: Iterable[ChangeoverRow]) -> None:
    for row in rows:
        if row.minutes is None and row.cost:
            sheet.fault(
                row.index,
                "cost",
                "changeover_possible",
                f"{row.before} to {row.after} is not possible, but has a cost",
                "Leave the cost empty, or write minutes instead of no.",
            )


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
