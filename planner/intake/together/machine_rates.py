"""What machines make in an hour, where nothing else says how long orders take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.intake.formats.amounts import number
from planner.intake.headings.units import heading_unit
from planner.intake.rows.imported import Imported
from planner.reader.tables import Table

_HOURS: Mapping[str, Fraction] = {
    "s": Fraction(3600),
    "min": Fraction(60),
    "shift": Fraction(1, 8),
    "d": Fraction(1, 24),
    "week": Fraction(1, 168),
}
_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Units an hour of each machine, and what the column is called."""

    heading: str
    of: Mapping[str, Fraction]

    @property
    def highest(self) -> Fraction:
        """Return the rate of the fastest machine."""
        return max(self.of.values())


def machine_rates(part: Imported) -> Rates | None:
    """Return the rates of a machine list; None where it has none, or none that can be read."""
    column, table = part.mapping.column_of("rate"), part.table
    if part.kind != "machines" or column is None or table is None:
        return None
    if not {column.column, "machine_id"} <= set(table.columns):
        return None
    each = _HOURS.get(heading_unit(column.column).rate, Fraction(1))
    found = {}
    for name, text in zip(table.column("machine_id"), table.column(column.column), strict=True):
        amount = number(text, ".") or number(text, ",")
        if amount is not None and amount.number > 0:
            found[name] = Fraction(amount.number) * each
    return Rates(heading=column.column, of=found) if found else None


def with_rates(orders: Table, machines: Table, rates: Rates) -> tuple[Table, Table, str]:
    """Return orders at the highest rate, machines with their speed, and what is said.

    A machine without a rate makes as much as the fastest.
    """
    highest = rates.highest
    kept = [i for i, name in enumerate(orders.columns) if name != "units_per_hour"]
    timed = replace(
        orders,
        columns=(*(orders.columns[i] for i in kept), "units_per_hour"),
        rows=tuple((*(row[i] for i in kept), _text(highest)) for row in orders.rows),
    )
    said = f"run times are those of the rates in {rates.heading}: {_text(highest)} units an hour"
    if len(set(rates.of.values())) == 1 and len(rates.of) == len(machines.rows):
        return timed, machines, said
    at = machines.columns.index("machine_id")
    others = [i for i, name in enumerate(machines.columns) if name != "speed"]
    rows = tuple(
        (*(row[i] for i in others), _text(rates.of.get(row[at], highest) / highest))
        for row in machines.rows
    )
    columns = (*(machines.columns[i] for i in others), "speed")
    slow = f"{said} on the fastest machine, at their own speed on the others"
    return timed, replace(machines, columns=columns, rows=rows), slow


def _text(value: Fraction) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{round(exact, _DIGITS).normalize():f}"
