"""orders.csv -> the values of its columns, row by row, checked but not yet put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.dates import LocalDates, local_dates
from planner.reader.notes import counted, some
from planner.reader.sheet import Sheet, check_columns

LARGEST_WEIGHT = 10**6
MOST_POSITIONS = 10**9
BETWEEN_ATTRIBUTES = " | "


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The family of each row; `attributes` are those it is combined from, if it is."""

    of_row: Sequence[str]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRows:
    """The columns of the orders file as values, one entry per row."""

    sheet: Sheet
    names: Sequence[str | None]
    quantities: Sequence[Decimal | None]
    families: Families
    dates: LocalDates
    weights: Sequence[int | None]
    eligible: Sequence[tuple[str, ...] | None]
    positions: Sequence[int | None]
    unknown: tuple[str, ...]

    def attributes(self) -> list[tuple[tuple[str, str], ...]]:
        """Return the attributes of each row with their names."""
        columns = self.sheet.with_prefix("attr_")
        names = [column.removeprefix("attr_") for column in columns]
        if not columns:
            return [()] * self.sheet.count
        values = zip(*(self.sheet.texts(column) for column in columns), strict=True)
        return [tuple(zip(names, row, strict=True)) for row in values]

    def extra(self, unused: Sequence[str] = ()) -> list[tuple[tuple[str, str], ...]]:
        """Return the cells of each row that mean nothing here, also those of `unused` columns."""
        kept = {*self.unknown, *unused}
        columns = [column for column in self.sheet.table.columns if column in kept]
        if not columns:
            return [()] * self.sheet.count
        values = zip(*(self.sheet.texts(column) for column in columns), strict=True)
        return [tuple(zip(columns, row, strict=True)) for row in values]


def order_rows(sheet: Sheet, machines: Sequence[str]) -> OrderRows:
    """Return the columns of the orders file, with a finding for every cell that is wrong."""
    unknown = check_columns(sheet)
    names = sheet.required("order_id", cells.name)
    sheet.unique("order_id")
    if not sheet.count:
        sheet.fault(None, "order_id", "orders_given", "there are no orders", "Add a row.", "")
    for column in ("current_machine", "pinned_machine"):
        sheet.known(column, machines, "known_machine", "machines.csv")
    _pairs(sheet)
    return OrderRows(
        sheet=sheet,
        names=names,
        quantities=sheet.parsed("quantity", cells.above_zero),
        families=families_of(sheet),
        dates=local_dates(sheet),
        weights=sheet.parsed("priority", cells.up_to(LARGEST_WEIGHT)),
        eligible=_eligible(sheet, machines),
        positions=sheet.parsed("current_position", cells.up_to(MOST_POSITIONS)),
        unknown=unknown,
    )


def _pairs(sheet: Sheet) -> None:
    for column, needed in (
        ("current_machine", "current_position"),
        ("current_position", "current_machine"),
        ("pinned_start", "pinned_machine"),
    ):
        for index, (here, there) in enumerate(
            zip(sheet.texts(column), sheet.texts(needed), strict=True)
        ):
            if here and not there:
                sheet.fault(
                    index,
                    needed,
                    "value_given",
                    f"{column} is given, {needed} is empty",
                    "Fill in both, or neither.",
                )


def _eligible(sheet: Sheet, machines: Sequence[str]) -> list[tuple[str, ...] | None]:
    eligible = machine_lists(sheet, "eligible_machines", machines)
    free = sum(names is None for names in eligible)
    if free and len(machines) > 1:
        sheet.notes.assume(f"{counted(free, 'order')} without eligible machines: any may make them")
    return eligible


def machine_lists(
    sheet: Sheet, column: str, machines: Sequence[str]
) -> list[tuple[str, ...] | None]:
    """Return the machines that each cell of a column lists, with a finding for unknown ones."""
    known = set(machines)
    eligible = sheet.parsed(column, cells.names)
    # Few different lists occur, so each is checked once before the rows are.
    bad = {names for names in set(eligible) if names and not known.issuperset(names)}
    for index, names in enumerate(eligible):
        if names in bad:
            for name in names or ():
                if name not in known:
                    what = ("known_machine", "machines.csv", known)
                    sheet.unknown(index, column, name, what)
    return eligible


def families_of(sheet: Sheet) -> Families:
    """Return the families from the column, else from the attributes, else from the products."""
    attributes = sheet.with_prefix("attr_")
    if sheet.has("family"):
        if attributes:
            sheet.notes.assume(f"the column family counts; {some(list(attributes))} are only kept")
        return Families(of_row=[name or "" for name in sheet.required("family", cells.name)])
    if attributes:
        return _combined(sheet, attributes)
    if sheet.has("product") and any(sheet.texts("product")):
        sheet.notes.assume("no families are given: each product is a family of its own")
        return Families(of_row=[name or "" for name in sheet.required("product", cells.name)])
    sheet.notes.assume("no families are given: all orders are of one family, 'all orders'")
    return Families(of_row=["all orders"] * sheet.count)


def _combined(sheet: Sheet, columns: Sequence[str]) -> Families:
    values = [sheet.required(column, _attribute) for column in columns]
    names = tuple(column.removeprefix("attr_") for column in columns)
    if len(names) > 1:
        sheet.notes.assume(
            f"a family is a combination of {', '.join(names)}; "
            "minutes and costs of their changeovers add up"
        )
    joined = [
        BETWEEN_ATTRIBUTES.join(value or "" for value in row) for row in zip(*values, strict=True)
    ]
    return Families(of_row=joined, attributes=names)


def _attribute(cell: str) -> str:
    if BETWEEN_ATTRIBUTES.strip() in cell:
        raise BadCellError(
            "name", f"{cell[:40]!r} holds a |, which separates attributes", "Use another character."
        )
    return cells.name(cell)
