"""orders.csv -> the values of its columns, row by row, checked but not yet put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from planner.errors import BadCellError
from planner.reader import cells
from planner.reader.dates import LocalDates, local_dates
from planner.reader.notes import counted, some
from planner.reader.progress import left_of, left_out, still_to_make
from planner.reader.settings import Attributes
from planner.reader.sheet import Sheet, check_columns

LARGEST_WEIGHT = 10**6
MOST_POSITIONS = 10**9
BETWEEN_ATTRIBUTES = " | "
UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The family of each row; `attributes` are those it is combined from, if it is.

    Rows in `unknown` lack one of them: no machine makes them.
    """

    of_row: Sequence[str]
    attributes: tuple[str, ...] = ()
    unknown: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRows:
    """The columns of the orders file as values, one entry per row of which something is left.

    `quantities` are what is left to make, `shares` how much of the whole order that is; `left_out`
    says of each order that is not planned why.
    """

    sheet: Sheet
    names: Sequence[str | None]
    quantities: Sequence[Decimal | None]
    shares: Sequence[Fraction]
    families: Families
    dates: LocalDates
    weights: Sequence[int | None]
    eligible: Sequence[tuple[str, ...] | None]
    positions: Sequence[int | None]
    unknown: tuple[str, ...]
    left_out: Mapping[str, str]

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


def order_rows(
    sheet: Sheet,
    machines: Sequence[str],
    attributes: Attributes = "sum",
    routed: frozenset[str] = frozenset(),
) -> OrderRows:
    """Return the columns of the orders file, with a finding for every cell that is wrong.

    `routed` names the orders and products whose machines stand in their routes.
    """
    unknown = check_columns(sheet)
    if not sheet.count:
        sheet.fault(None, "order_id", "orders_given", "there are no orders", "Add a row.", "")
    missing = left_out(sheet)
    sheet = still_to_make(sheet)
    names = sheet.required("order_id", cells.name)
    sheet.unique("order_id")
    for column in ("current_machine", "pinned_machine"):
        sheet.known(column, machines, "known_machine", "machines.csv")
    _pairs(sheet)
    left = left_of(sheet, sheet.parsed("quantity", cells.above_zero))
    return OrderRows(
        sheet=sheet,
        names=names,
        quantities=[item.quantity for item in left],
        shares=[item.share for item in left],
        families=families_of(sheet, attributes),
        dates=local_dates(sheet),
        weights=sheet.parsed("priority", cells.up_to(LARGEST_WEIGHT)),
        eligible=_eligible(sheet, machines, routed),
        positions=sheet.parsed("current_position", cells.up_to(MOST_POSITIONS)),
        unknown=unknown,
        left_out=missing,
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


def _eligible(
    sheet: Sheet, machines: Sequence[str], routed: frozenset[str]
) -> list[tuple[str, ...] | None]:
    eligible = machine_lists(sheet, "eligible_machines", machines)
    rows = zip(sheet.texts("order_id"), sheet.texts("product"), eligible, strict=True)
    free = sum(names is None and routed.isdisjoint(row) for *row, names in rows)
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


def families_of(sheet: Sheet, attributes: Attributes = "sum") -> Families:
    """Return the families from the column, else from the attributes, else from the products."""
    columns = sheet.with_prefix("attr_")
    if sheet.has("family"):
        if columns:
            sheet.notes.assume(f"the column family counts; {some(list(columns))} are only kept")
        return Families(of_row=[name or "" for name in sheet.required("family", cells.name)])
    if columns:
        return _combined(sheet, columns, attributes)
    if sheet.has("product") and any(sheet.texts("product")):
        sheet.notes.assume("no families are given: each product is a family of its own")
        return Families(of_row=[name or "" for name in sheet.required("product", cells.name)])
    sheet.notes.assume("no families are given: all orders are of one family, 'all orders'")
    return Families(of_row=["all orders"] * sheet.count)


_TOGETHER: Mapping[Attributes, str] = {
    "sum": "minutes and costs of their changeovers add up",
    "longest": "the longest of their changeovers counts, costs add up",
}


def _combined(sheet: Sheet, columns: Sequence[str], attributes: Attributes) -> Families:
    values = [_attributes(sheet, column) for column in columns]
    names = tuple(column.removeprefix("attr_") for column in columns)
    if len(names) > 1:
        sheet.notes.assume(
            f"a family is a combination of {', '.join(names)}; {_TOGETHER[attributes]}"
        )
    joined = [
        BETWEEN_ATTRIBUTES.join(value or UNKNOWN for value in row)
        for row in zip(*values, strict=True)
    ]
    unknown = frozenset(
        index for value in values for index, given in enumerate(value) if given is None
    )
    return Families(of_row=joined, attributes=names, unknown=unknown)


def _attributes(sheet: Sheet, column: str) -> list[str | None]:
    """Return the values of one attribute; an order without it stays unplanned, and says so."""
    for index, text in enumerate(sheet.texts(column)):
        if not text:
            name = sheet.cell(index, "order_id")
            message = f"{column} is empty: order {name} is of no family and stays unplanned"
            sheet.notes.warn(sheet.finding(index, column, "value_given", message, "Fill it in."))
    return sheet.parsed(column, _attribute)


def _attribute(cell: str) -> str:
    if BETWEEN_ATTRIBUTES.strip() in cell:
        raise BadCellError(
            "name", f"{cell[:40]!r} holds a |, which separates attributes", "Use another character."
        )
    return cells.name(cell)
