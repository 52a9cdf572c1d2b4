"""Orders, their routes and lots -> operations.

An order without a route is one operation. One that no machine can take in one batch, or that is
larger than its `lot_quantity`, is divided into lots, and each lot goes the whole route by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, repeat
from math import ceil, floor

from planner.domain import After, CurrentPlace, Operation, Pin
from planner.reader.dates import Dates
from planner.reader.drafts import Draft
from planner.reader.durations import (
    RATES,
    Durations,
    DurationTable,
    MachinePace,
    Measured,
    RunTime,
    of_quantity,
    run_times,
)
from planner.reader.lots import Lot, Lots
from planner.reader.machines import MachineRow
from planner.reader.needs import with_needs
from planner.reader.notes import Notes, counted, some
from planner.reader.orders import BETWEEN_ATTRIBUTES, OrderRows
from planner.reader.routes import Routes, Step
from planner.reader.sheet import Sheet
from planner.reader.sizes import Sizes

IN_ONE_PIECE = Lot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What orders are made by: machines, times that depend on them, routes, sizes."""

    machines: tuple[MachineRow, ...]
    measured: Measured
    routes: Routes
    route_sheet: Sheet | None
    table: DurationTable
    sizes: Sizes
    units_per_minute: int


def drafts_from(orders: OrderRows, plant: Plant, notes: Notes) -> list[Draft]:
    """Return the operations of all orders, order by order, lot by lot, stage by stage."""
    builder = _Builder(orders, plant, notes)
    found = [draft for row in range(orders.sheet.count) for draft in builder.drafts(row)]
    builder.note()
    return with_needs(orders, found)


def operations_from(
    orders: OrderRows, drafts: Sequence[Draft], dates: Dates
) -> tuple[Operation, ...]:
    """Return the operations with their pins and places in the current sequence."""
    pins, places = _pins(orders, drafts, dates), _current_places(orders, drafts)
    return tuple(
        Operation(
            name=draft.name,
            order=orders.names[draft.order] or "",
            family=draft.family,
            durations=draft.durations,
            sizes=draft.sizes,
            stage=draft.stage,
            step=draft.step,
            lot=draft.lot,
            share=draft.share,
            after=draft.after,
            pin=pin,
            current=place,
        )
        # Without pins or places `repeat` goes on for ever.
        for draft, pin, place in zip(drafts, pins, places, strict=False)
    )


def _takes(draft: Draft, machine: str) -> bool:
    """Tell whether what an order says of `machine` is about this operation of it."""
    return bool(machine) and (draft.stage == 0 or machine in draft.durations)


def _pins(orders: OrderRows, drafts: Sequence[Draft], dates: Dates) -> Iterable[Pin | None]:
    """Return where each operation is pinned; a start holds for the first of an order alone."""
    pinned = orders.sheet.texts("pinned_machine")
    return _pinned(pinned, drafts, dates) if any(pinned) else repeat(None)


def _pinned(machines: Sequence[str], drafts: Sequence[Draft], dates: Dates) -> Iterator[Pin | None]:
    begun: set[int] = set()
    for draft in drafts:
        row = draft.order
        if not _takes(draft, machines[row]):
            yield None
            continue
        yield Pin(machine=machines[row], start=None if row in begun else dates.pinned_start[row])
        begun.add(row)


def _current_places(orders: OrderRows, drafts: Sequence[Draft]) -> Iterable[CurrentPlace | None]:
    """Return the place of each operation in the current sequence, one for each order."""
    current = orders.sheet.texts("current_machine")
    return _placed(current, orders, drafts) if any(current) else repeat(None)


def _placed(
    machines: Sequence[str], orders: OrderRows, drafts: Sequence[Draft]
) -> Iterator[CurrentPlace | None]:
    placed: set[int] = set()
    for draft in drafts:
        row = draft.order
        if row in placed or not _takes(draft, machines[row]):
            yield None
            continue
        placed.add(row)
        yield CurrentPlace(machine=machines[row], position=orders.positions[row] or 0)


class _Builder:
    """Makes the operations of one order after the other; counts what is said once for all."""

    def __init__(self, orders: OrderRows, plant: Plant, notes: Notes) -> None:
        self._orders, self._plant, self._notes = orders, plant, notes
        self._products = orders.sheet.texts("product")
        routes = plant.routes
        self._has_routes = bool(routes.of_order or routes.of_product)
        self._times = run_times(orders, is_routed=self._is_routed)
        self._lots = Lots(orders, plant.sizes, plant.machines)
        self._divided: list[str] = []
        self._names = set(orders.names)
        self._rounded = 0

    def _is_routed(self, row: int) -> bool:
        return bool(self._steps(row))

    def _steps(self, row: int) -> Sequence[Step]:
        if not self._has_routes:
            return ()
        return self._plant.routes.of(self._orders.names[row] or "", self._products[row])

    def drafts(self, row: int) -> Sequence[Draft]:
        """Return the operations of one order."""
        name, eligible = self._orders.names[row] or "", self._orders.eligible[row]
        steps = self._steps(row)
        if not steps and self._lots.in_one_piece(row, eligible):
            return (self._plain(row, name, eligible),)
        steps = self._completed(row, steps)
        lots = self._lots.of(row, steps)
        if len(lots) > 1:
            self._divided.append(f"{name} into {len(lots)}")
        return [draft for lot in lots for draft in self._route(row, steps, lot)]

    def _plain(self, row: int, name: str, eligible: tuple[str, ...] | None) -> Draft:
        """Return the one operation of an order without a route and without lots."""
        orders = self._orders
        durations: Durations = {}
        if row not in orders.families.unknown:
            paces = self._plant.measured.of(name, self._products[row])
            measured = tuple((m, self._paced(row, pace, IN_ONE_PIECE)) for m, pace in paces)
            time = self._times[row]
            if time is None and not measured:
                self._find_no_duration(row, None)
            durations = self._known(eligible, time, measured, orders.shares[row])
        sizes = self._plant.sizes.of_order[row]
        return Draft(row, name, orders.families.of_row[row], durations, sizes)

    def _completed(self, row: int, steps: Sequence[Step]) -> Sequence[Step]:
        """Return the steps with the machines of the order where they name none."""
        eligible = self._orders.eligible[row]
        if not steps:
            return (Step(index=row, stage=0, eligible=eligible),)
        if eligible is None:
            return steps
        return [s if s.eligible is not None else replace(s, eligible=eligible) for s in steps]

    def note(self) -> None:
        """Say what was divided and rounded."""
        if self._divided:
            many = counted(len(self._divided), "order")
            self._notes.assume(f"{many} divided into equal lots: {some(self._divided)}")
        if self._rounded:
            self._notes.assume(
                f"{counted(self._rounded, 'duration')} rounded up to whole time units"
            )

    def _route(self, row: int, steps: Sequence[Step], lot: Lot) -> Iterator[Draft]:
        before: tuple[str, ...] = ()
        for _, group in groupby(steps, key=lambda step: step.stage):
            together = list(group)
            names = [
                self._name(row, step, k, len(together), lot) for k, step in enumerate(together)
            ]
            for step, name in zip(together, names, strict=True):
                yield self._draft(row, step, lot, name, before)
            before = tuple(names)

    def _draft(self, row: int, step: Step, lot: Lot, name: str, before: Sequence[str]) -> Draft:
        waits = self._waits(step)
        return Draft(
            order=row,
            name=name,
            family=self._family(row, step),
            durations=self._durations(row, step, lot),
            sizes=self._lots.sizes(row, step, lot.share),
            stage=step.stage,
            step=step.name,
            lot=lot.number,
            share=lot.share,
            after=tuple(After(other, *waits) for other in before),
            waits=waits,
        )

    def _name(self, row: int, step: Step, place: int, among: int, lot: Lot) -> str:
        order = self._orders.names[row] or ""
        name = f"{order}:{step.stage}" if step.stage else order
        name += f".{place + 1}" if among > 1 else ""
        name += f"#{lot.number}" if lot.number else ""
        if name != order and name in self._names:
            message = f"{name} is also the name of an operation of order {order}"
            hint = "Name the order otherwise."
            place_of_it = self._orders.names.index(name)
            self._orders.sheet.fault(place_of_it, "order_id", "unique_name", message, hint)
        return name

    def _waits(self, step: Step) -> tuple[int, int | None]:
        units = self._plant.units_per_minute
        least = ceil(step.least_wait * units)
        most = None if step.most_wait is None else floor(step.most_wait * units)
        return least, None if most is None else max(least, most)

    def _family(self, row: int, step: Step) -> str:
        own = self._orders.families.of_row[row]
        if step.family is not None:
            return step.family
        names = self._orders.families.attributes
        if not step.attributes or not names:
            return own
        values = own.split(BETWEEN_ATTRIBUTES)
        return BETWEEN_ATTRIBUTES.join(
            step.attributes.get(f"attr_{name}", value)
            for name, value in zip(names, values, strict=True)
        )

    def _durations(self, row: int, step: Step, lot: Lot) -> Durations:
        if row in self._orders.families.unknown:
            return {}
        name = self._orders.names[row] or ""
        paces = self._plant.measured.of(name, self._products[row], step.stage)
        measured = tuple((machine, self._paced(row, pace, lot)) for machine, pace in paces)
        time = self._time(row, step, lot)
        if time is None and not measured:
            self._find_no_duration(row, step if step.stage else None)
        return self._known(step.eligible, time, measured, self._orders.shares[row] * lot.share)

    def _known(
        self,
        eligible: tuple[str, ...] | None,
        time: RunTime | None,
        measured: tuple[tuple[str, RunTime], ...],
        share: Fraction,
    ) -> Durations:
        """Return the duration on each machine, and count whether any was rounded."""
        table = self._plant.table
        before = table.rounded
        found = table.durations(eligible, time, measured, share)
        self._rounded += table.rounded > before
        return found

    def _time(self, row: int, step: Step, lot: Lot) -> RunTime | None:
        if step.stage:
            return step.time.of(lambda each: self._of_quantity(row, each, lot))
        time = self._times[row]
        if time is None or time.whole or not lot.number or self._is_per_load(row):
            return time
        return replace(time, minimum=time.minimum * lot.share)

    def _is_per_load(self, row: int) -> bool:
        """Tell whether the time of an order is that of a load, however much is in it."""
        return bool(self._orders.sheet.cell(row, "min_minutes"))

    def _paced(self, row: int, pace: MachinePace, lot: Lot) -> RunTime:
        if pace.per_unit:
            return RunTime(minimum=self._of_quantity(row, pace.minutes, lot))
        return RunTime(minimum=pace.minutes, whole=True)

    def _of_quantity(self, row: int, per_unit: Fraction, lot: Lot) -> Fraction:
        return of_quantity(self._orders, row, per_unit) * lot.share

    def _find_no_duration(self, row: int, step: Step | None) -> None:
        """Find that nothing says how long a step, or an order without a route, takes."""
        sheet = self._orders.sheet if step is None else self._plant.route_sheet
        if sheet is None or (step is None and self._says_half(row)):
            return
        sheet.fault(
            row if step is None else step.index,
            "duration_minutes",
            "duration_given",
            f"nothing says how long {'the order' if step is None else 'this step'} takes",
            "Fill in duration_minutes, minutes_per_unit, units_per_hour, or min_minutes and "
            "max_minutes; or add the order or its product to durations.csv.",
        )

    def _says_half(self, row: int) -> bool:
        """Find a maximum without a minimum, and tell of cells that are found wrong elsewhere."""
        sheet = self._orders.sheet
        if not any(sheet.cell(row, name) for name in (*RATES, "max_minutes")):
            return False
        if not any(sheet.cell(row, name) for name in RATES):
            sheet.fault(row, "min_minutes", "value_given", "min_minutes is empty", "Fill it in.")
        return True
