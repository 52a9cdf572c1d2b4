"""How long each order takes on each machine: exact until it is rounded up, once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import NamedTuple

from planner.domain import Duration, Process
from planner.reader import cells
from planner.reader.machines import MachineRow
from planner.reader.notes import counted
from planner.reader.orders import OrderRows
from planner.reader.sheet import Sheet, check_columns

RATES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes")
Durations = Mapping[str, Duration]
WHOLE = Fraction(1)
NOISE = Fraction(1, 10**9)
HIGHEST_STAGE = 10**6
# How many different quantities at different paces are remembered.
PRODUCTS_KEPT = 100_000
_Paces = dict[str, dict[str, "MachinePace"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Times of durations.csv, by order or product and then by machine."""

    of_order: Mapping[str, Mapping[str, "MachinePace"]]
    of_product: Mapping[str, Mapping[str, "MachinePace"]]
    by_stage: Mapping[int, "Measured"] = field(default_factory=dict)

    def of(self, order: str, product: str, stage: int = 0) -> tuple[tuple[str, "MachinePace"], ...]:
        """Return the times by machine; those of the order replace those of the product.

        What is said of a stage counts there, what is said of none where the order has no route.
        """
        if stage:
            here = self.by_stage.get(stage)
            return () if here is None else here.of(order, product)
        if not self.of_order and not self.of_product:
            return ()
        merged = {**self.of_product.get(product, {}), **self.of_order.get(order, {})}
        return tuple(merged.items())


class MachinePace(NamedTuple):
    """Minutes of the whole order, or of each unit of its quantity."""

    minutes: Fraction
    per_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """Minutes at normal speed; of `whole` ones a serial machine takes the share that is left."""

    minimum: Fraction
    maximum: Fraction | None = None
    whole: bool = False


def measured_from(
    sheet: Sheet | None, orders: OrderRows | None, machines: Sequence[str]
) -> Measured:
    """Return the times of durations.csv, with a finding for every cell that is wrong."""
    if sheet is None:
        return Measured(of_order={}, of_product={})
    check_columns(sheet)
    sheet.known("machine_id", machines, "known_machine", "machines.csv")
    tables: dict[int, tuple[_Paces, _Paces]] = {0: ({}, {})}
    stages = sheet.parsed("stage", cells.up_to(HIGHEST_STAGE))
    paces = _paces(sheet)
    for index, machine in enumerate(sheet.required("machine_id", cells.name)):
        table = tables.setdefault(stages[index] or 0, ({}, {}))
        _measure(sheet, index, machine, paces[index], table)
    if orders is not None:
        _note_unused(sheet, "order_id", orders.names)
        _note_unused(sheet, "product", orders.sheet.texts("product"))
    by_stage = {
        stage: Measured(of_order=of_order, of_product=of_product)
        for stage, (of_order, of_product) in tables.items()
        if stage
    }
    return Measured(of_order=tables[0][0], of_product=tables[0][1], by_stage=by_stage)


def _measure(
    sheet: Sheet,
    index: int,
    machine: str | None,
    time: MachinePace | None,
    table: "tuple[_Paces, _Paces]",
) -> None:
    order, product = sheet.cell(index, "order_id"), sheet.cell(index, "product")
    if bool(order) == bool(product):
        what = "both an order and a product" if order else "neither an order nor a product"
        message, hint = f"there are {what}", "Give one of the two."
        sheet.fault(index, "order_id", "order_or_product", message, hint)
        return
    group = table[0].setdefault(order, {}) if order else table[1].setdefault(product, {})
    if machine in group:
        message = f"{order or product} on {machine} has its minutes in a row above"
        sheet.fault(index, "machine_id", "one_duration", message, "Delete one of the two.")
    if machine and time:
        group[machine] = time


PACES = ("minutes", "minutes_per_unit", "units_per_hour")


def _paces(sheet: Sheet) -> list[MachinePace | None]:
    """Return the time of each row, in whichever of three columns it stands."""
    minutes, per_unit = (sheet.parsed(column, cells.run_minutes) for column in PACES[:2])
    per_hour = sheet.parsed(PACES[2], cells.rate)
    found: list[MachinePace | None] = []
    for index, (whole, each, rate) in enumerate(zip(minutes, per_unit, per_hour, strict=True)):
        given = [column for column in PACES if sheet.cell(index, column)]
        if len(given) != 1:
            what = f"{' and '.join(given)} are given" if given else "nothing says how long it takes"
            hint = f"Give one of {', '.join(PACES)}."
            rule = "one_duration" if given else "value_given"
            sheet.fault(index, (given or PACES)[-1 if given else 0], rule, what, hint)
        if whole:
            found.append(MachinePace(whole))
        elif each or rate:
            found.append(MachinePace(each or 60 / (rate or Fraction(1)), per_unit=True))
        else:
            found.append(None)
    return found


def _note_unused(sheet: Sheet, column: str, used: Sequence[str | None]) -> None:
    among = set(used)
    unused = [k for k, text in enumerate(sheet.texts(column)) if text and text not in among]
    if unused:
        what = "an order that is" if column == "order_id" else "a product that is"
        sheet.notes.warn(
            sheet.finding(
                unused[0],
                column,
                "duration_used",
                f"{counted(len(unused), 'row')} for {what} not in the orders file",
                "Nothing to do if that is meant.",
            )
        )


def run_times(
    rows: OrderRows, is_routed: Callable[[int], bool] = lambda _: False
) -> list[RunTime | None]:
    """Return how long each order takes at normal speed, None where its row does not say.

    What goes through a route has its times there.
    """
    sheet = rows.sheet
    columns = {
        name: sheet.parsed(name, cells.rate if name == "units_per_hour" else cells.run_minutes)
        for name in (*RATES, "max_minutes")
    }
    for index, texts in enumerate(zip(*(sheet.texts(c) for c in RATES), strict=True)):
        given = [name for name, text in zip(RATES, texts, strict=True) if text]
        if len(given) > 1:
            sheet.fault(
                index,
                given[1],
                "one_duration",
                f"{' and '.join(given)} are given",
                "Give only one of them.",
            )
    values = zip(*columns.values(), strict=True)
    return [
        None if is_routed(index) else _run_time(rows, index, dict(zip(columns, row, strict=True)))
        for index, row in enumerate(values)
    ]


def _run_time(rows: OrderRows, index: int, given: Mapping[str, Fraction | None]) -> RunTime | None:
    maximum = given["max_minutes"]
    whole = given["duration_minutes"]
    minimum = whole or given["min_minutes"] or _by_rate(rows, index, given)
    if minimum is None:
        return None
    if maximum is not None and maximum < minimum:
        rows.sheet.fault(
            index,
            "max_minutes",
            "minimum_within_maximum",
            f"the maximum is below the minimum of {_shown(minimum)} minutes",
            "Swap the two, or leave the maximum empty.",
        )
        return RunTime(minimum=minimum)
    return RunTime(minimum=minimum, maximum=maximum, whole=whole is not None)


def _shown(minutes: Fraction) -> str:
    return f"{float(minutes):g}"


def _by_rate(rows: OrderRows, index: int, given: Mapping[str, Fraction | None]) -> Fraction | None:
    per_unit, per_hour = given["minutes_per_unit"], given["units_per_hour"]
    if per_unit is None and per_hour is None:
        return None
    return of_quantity(rows, index, per_unit if per_unit else Fraction(60) / (per_hour or 1))


def of_quantity(rows: OrderRows, index: int, per_unit: Fraction) -> Fraction:
    """Return the minutes of all that is left of an order."""
    quantity = rows.quantities[index]
    if quantity is None:
        if not rows.sheet.cell(index, "quantity"):
            rows.sheet.fault(
                index,
                "quantity",
                "value_given",
                "the quantity is empty, so the run time is not known",
                "Fill it in, or give duration_minutes.",
            )
        return Fraction(1)  # the finding above, or the one of the cell, stops the scenario
    minutes = _product(quantity, per_unit)
    if minutes.numerator > cells.LONGEST_MINUTES * minutes.denominator:
        rows.sheet.fault(
            index,
            "quantity",
            "number_range",
            f"the run time is more than {cells.LONGEST_MINUTES:,} minutes",
            "Check the quantity and the rate.",
        )
        return Fraction(1)
    return minutes


@lru_cache(maxsize=PRODUCTS_KEPT)
def _product(quantity: Decimal, per_unit: Fraction) -> Fraction:
    """Return the minutes of a quantity; many orders have the same, and fractions are slow."""
    return Fraction(quantity) * per_unit


class DurationTable:
    """Builds the durations per machine; orders that take the same share one mapping."""

    def __init__(self, machines: Sequence[MachineRow], units_per_minute: int) -> None:
        self._kind = {
            m.name: _Kind(m.speed, m.process == Process.SERIAL, m.speed == 1) for m in machines
        }
        self._all = tuple(self._kind)
        self._kinds = tuple(dict.fromkeys(self._kind.values()))
        self._units = units_per_minute
        self._shared: dict[object, Durations] = {}
        self.rounded = 0

    def durations(
        self,
        eligible: tuple[str, ...] | None,
        time: RunTime | None,
        measured: tuple[tuple[str, RunTime], ...],
        share: Fraction = WHOLE,
    ) -> Durations:
        """Return the duration on each eligible machine for which one is known.

        `share` is what is left of the order; `measured` times count as they are, at any speed.
        """
        names = self._all if eligible is None else eligible
        usual = tuple(self._at(time, kind, share) for kind in self._kinds) if time else None
        maximum = time.maximum if time else None
        replaced = tuple(
            (name, self._rounded(_left(minutes, kind, share), maximum))
            for name, minutes in measured
            if (kind := self._kind.get(name)) is not None
        )
        key = (names, usual, replaced)
        if key not in self._shared:
            self._shared[key] = self._mapping(names, usual, dict(replaced))
        return self._shared[key]

    def _at(self, time: RunTime, kind: "_Kind", share: Fraction) -> Duration:
        minimum = _left(time, kind, share)
        if kind.is_usual:
            return self._rounded(minimum, time.maximum)
        maximum = None if time.maximum is None else time.maximum / kind.speed
        return self._rounded(minimum / kind.speed, maximum)

    def _rounded(self, minimum: Fraction, maximum: Fraction | None) -> Duration:
        """Round up once; the maximum down, but not below the minimum."""
        # Fractions are slow, and nearly always there is nothing to multiply.
        units = minimum if self._units == 1 else minimum * self._units
        least = whole_units(units)
        self.rounded += least * units.denominator > units.numerator
        most = None if maximum is None else max(least, floor(maximum * self._units))
        return Duration(least, most)

    def _mapping(
        self,
        names: tuple[str, ...],
        usual: tuple[Duration, ...] | None,
        replaced: Mapping[str, Duration],
    ) -> Durations:
        if usual is None:
            return {name: replaced[name] for name in names if name in replaced}
        normal = dict(zip(self._kinds, usual, strict=True))
        return {
            name: replaced.get(name) or normal[kind]
            for name in names
            if (kind := self._kind.get(name)) is not None
        }


class _Kind(NamedTuple):
    """Machines on which an order takes the same time."""

    speed: Fraction
    is_serial: bool
    is_usual: bool  # at normal speed


def _left(time: RunTime, kind: _Kind, share: Fraction) -> Fraction:
    """Return the minutes of what is left: in an oven a smaller load takes as long as a full one."""
    if share is WHOLE or not (time.whole and kind.is_serial):
        return time.minimum
    return time.minimum * share


def whole_units(units: Fraction) -> int:
    """Return `units` rounded up; less than a billionth too much is noise of binary fractions.

    >>> whole_units(Fraction("30.000000000000004")), whole_units(Fraction("30.1"))
    (30, 31)
    """
    least, rest = divmod(units.numerator, units.denominator)
    if rest * NOISE.denominator > NOISE.numerator * units.denominator:
        least += 1
    return max(least, 1 if units.numerator > 0 else 0)
