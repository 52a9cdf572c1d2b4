"""How long each order takes on each machine: exact until it is rounded up, once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from planner.domain import Duration
from planner.reader import cells
from planner.reader.machines import MachineRow
from planner.reader.notes import counted
from planner.reader.orders import OrderRows
from planner.reader.sheet import Sheet, check_columns

RATES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes")
HIGHEST_STAGE = 10**6
Durations = Mapping[str, Duration]
_Minutes = dict[str, dict[str, Fraction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Minutes of durations.csv, by order or product and then by machine."""

    of_order: Mapping[str, Mapping[str, Fraction]]
    of_product: Mapping[str, Mapping[str, Fraction]]
    by_stage: Mapping[int, "Measured"] = field(default_factory=dict)

    def of(self, order: str, product: str, stage: int = 0) -> tuple[tuple[str, Fraction], ...]:
        """Return the minutes by machine; those of the order replace those of the product.

        What is said of a stage counts there, what is said of none where the order has no route.
        """
        if stage:
            here = self.by_stage.get(stage)
            return () if here is None else here.of(order, product)
        if not self.of_order and not self.of_product:
            return ()
        merged = {**self.of_product.get(product, {}), **self.of_order.get(order, {})}
        return tuple(merged.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """Minutes at normal speed."""

    minimum: Fraction
    maximum: Fraction | None = None


def measured_from(
    sheet: Sheet | None, orders: OrderRows | None, machines: Sequence[str]
) -> Measured:
    """Return the minutes of durations.csv, with a finding for every cell that is wrong."""
    if sheet is None:
        return Measured(of_order={}, of_product={})
    check_columns(sheet)
    sheet.known("machine_id", machines, "known_machine", "machines.csv")
    tables: dict[int, tuple[_Minutes, _Minutes]] = {0: ({}, {})}
    stages = sheet.parsed("stage", cells.up_to(HIGHEST_STAGE))
    minutes = sheet.required("minutes", cells.run_minutes)
    for index, machine in enumerate(sheet.required("machine_id", cells.name)):
        table = tables.setdefault(stages[index] or 0, ({}, {}))
        _measure(sheet, index, machine, minutes[index], table)
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
    time: Fraction | None,
    table: "tuple[_Minutes, _Minutes]",
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
    minimum = given["duration_minutes"] or given["min_minutes"] or _by_rate(rows, index, given)
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
    return RunTime(minimum=minimum, maximum=maximum)


def _shown(minutes: Fraction) -> str:
    return f"{float(minutes):g}"


def _by_rate(rows: OrderRows, index: int, given: Mapping[str, Fraction | None]) -> Fraction | None:
    per_unit, per_hour = given["minutes_per_unit"], given["units_per_hour"]
    if per_unit is None and per_hour is None:
        return None
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
    minutes = Fraction(quantity) * (per_unit if per_unit else Fraction(60) / (per_hour or 1))
    if minutes > cells.LONGEST_MINUTES:
        rows.sheet.fault(
            index,
            "quantity",
            "number_range",
            f"the run time is more than {cells.LONGEST_MINUTES:,} minutes",
            "Check the quantity and the rate.",
        )
        return Fraction(1)
    return minutes


class DurationTable:
    """Builds the durations per machine; orders that take the same share one mapping."""

    def __init__(self, machines: Sequence[MachineRow], units_per_minute: int) -> None:
        self._speed = {machine.name: machine.speed for machine in machines}
        self._all = tuple(self._speed)
        self._speeds = tuple(dict.fromkeys(self._speed.values()))
        self._units = units_per_minute
        self._shared: dict[object, Durations] = {}
        self.rounded = 0

    def durations(
        self,
        eligible: tuple[str, ...] | None,
        time: RunTime | None,
        measured: tuple[tuple[str, Fraction], ...],
    ) -> Durations:
        """Return the duration on each eligible machine for which one is known."""
        names = self._all if eligible is None else eligible
        by_speed = tuple(self._at(time, speed) for speed in self._speeds) if time else None
        maximum = time.maximum if time else None
        replaced = tuple(
            (name, self._rounded(minutes, maximum))
            for name, minutes in measured
            if name in self._speed
        )
        key = (names, by_speed, replaced)
        if key not in self._shared:
            self._shared[key] = self._mapping(names, by_speed, dict(replaced))
        return self._shared[key]

    def _at(self, time: RunTime, speed: Fraction) -> Duration:
        if speed == 1:
            return self._rounded(time.minimum, time.maximum)
        maximum = None if time.maximum is None else time.maximum / speed
        return self._rounded(time.minimum / speed, maximum)

    def _rounded(self, minimum: Fraction, maximum: Fraction | None) -> Duration:
        """Round up once; the maximum down, but not below the minimum."""
        units = minimum * self._units
        least = ceil(units)
        self.rounded += least != units
        most = None if maximum is None else max(least, floor(maximum * self._units))
        return Duration(least, most)

    def _mapping(
        self,
        names: tuple[str, ...],
        by_speed: tuple[Duration, ...] | None,
        replaced: Mapping[str, Duration],
    ) -> Durations:
        if by_speed is None:
            return {name: replaced[name] for name in names if name in replaced}
        normal = dict(zip(self._speeds, by_speed, strict=True))
        return {
            name: replaced.get(name) or normal[speed]
            for name in names
            if (speed := self._speed.get(name)) is not None
        }
