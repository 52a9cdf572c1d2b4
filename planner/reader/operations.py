"""Orders, their routes and lots -> operations.

An order without a route is one operation. One that no machine can take in one batch, or that is
larger than its `lot_quantity`, is divided into lots, and each lot goes the whole route by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from planner.domain import After, CurrentPlace, Operation, Pin, circle_in
from planner.reader import cells
from planner.reader.dates import Dates
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
from planner.reader.machines import MachineRow
from planner.reader.notes import Notes, counted, some
from planner.reader.orders import BETWEEN_ATTRIBUTES, OrderRows
from planner.reader.routes import Routes, Step
from planner.reader.sheet import Sheet
from planner.reader.sizes import Sizes

# An order in more lots than these is more likely a slip in a capacity or in lot_quantity.
MOST_LOTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One operation before dates are known: row `order` of the orders, one lot, one step."""

    order: int
    name: str
    step: Step
    lot: int
    share: Fraction
    family: str
    durations: Durations
    sizes: tuple[int, ...]
    after: tuple[After, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A part of an order: `number` counts from 1, 0 where the order is in one piece."""

    number: int = 0
    share: Fraction = Fraction(1)


def drafts_from(orders: OrderRows, plant: Plant, notes: Notes) -> list[Draft]:
    """Return the operations of all orders, order by order, lot by lot, stage by stage."""
    builder = _Builder(orders, plant, notes)
    found = [draft for row in range(orders.sheet.count) for draft in builder.drafts(row)]
    builder.note()
    return _with_needs(orders, found)


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
            stage=draft.step.stage,
            step=draft.step.name,
            lot=draft.lot,
            share=draft.share,
            after=draft.after,
            pin=pin,
            current=place,
        )
        for draft, pin, place in zip(drafts, pins, places, strict=True)
    )


def _takes(draft: Draft, machine: str) -> bool:
    """Tell whether what an order says of `machine` is about this operation of it."""
    return bool(machine) and (draft.step.stage == 0 or machine in draft.durations)


def _pins(orders: OrderRows, drafts: Sequence[Draft], dates: Dates) -> Iterator[Pin | None]:
    """Yield where each operation is pinned; a start holds for the first of an order alone."""
    pinned = orders.sheet.texts("pinned_machine")
    begun: set[int] = set()
    for draft in drafts:
        row = draft.order
        if not _takes(draft, pinned[row]):
            yield None
            continue
        yield Pin(machine=pinned[row], start=None if row in begun else dates.pinned_start[row])
        begun.add(row)


def _current_places(orders: OrderRows, drafts: Sequence[Draft]) -> Iterator[CurrentPlace | None]:
    """Yield the place of each operation in the current sequence, one for each order."""
    current = orders.sheet.texts("current_machine")
    placed: set[int] = set()
    for draft in drafts:
        row = draft.order
        if row in placed or not _takes(draft, current[row]):
            yield None
            continue
        placed.add(row)
        yield CurrentPlace(machine=current[row], position=orders.positions[row] or 0)


class _Builder:
    """Makes the operations of one order after the other; counts what is said once for all."""

    def __init__(self, orders: OrderRows, plant: Plant, notes: Notes) -> None:
        self._orders, self._plant, self._notes = orders, plant, notes
        self._products = orders.sheet.texts("product")
        self._times = run_times(orders, is_routed=self._is_routed)
        self._lot_quantities = orders.sheet.parsed("lot_quantity", cells.above_zero)
        self._capacity = {
            machine.name: limits
            for machine, limits in zip(plant.machines, plant.sizes.of_machine, strict=True)
        }
        self._divided: list[str] = []
        self._names = set(orders.names)
        self._rounded = 0

    def _is_routed(self, row: int) -> bool:
        return bool(self._plant.routes.of(self._orders.names[row] or "", self._products[row]))

    def drafts(self, row: int) -> Iterator[Draft]:
        """Yield the operations of one order."""
        name = self._orders.names[row] or ""
        steps = self._plant.routes.of(name, self._products[row]) or (self._own_step(row),)
        lots = self._lots(row, steps)
        if len(lots) > 1:
            self._divided.append(f"{name} into {len(lots)}")
        for lot in lots:
            yield from self._route(row, steps, lot)

    def note(self) -> None:
        """Say what was divided and rounded."""
        if self._divided:
            many = counted(len(self._divided), "order")
            self._notes.assume(f"{many} divided into equal lots: {some(self._divided)}")
        if self._rounded:
            self._notes.assume(
                f"{counted(self._rounded, 'duration')} rounded up to whole time units"
            )

    def _own_step(self, row: int) -> Step:
        return Step(index=row, stage=0, eligible=self._orders.eligible[row])

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
            step=step,
            lot=lot.number,
            share=lot.share,
            family=self._family(row, step),
            durations=self._durations(row, step, lot),
            sizes=self._sizes(row, step, lot.share),
            after=tuple(After(other, *waits) for other in before),
        )

    def _name(self, row: int, step: Step, place: int, among: int, lot: Lot) -> str:
        order = self._orders.names[row] or ""
        name = f"{order}:{step.stage}" if step.stage else order
        name += f".{place + 1}" if among > 1 else ""
        name += f"#{lot.number}" if lot.number else ""
        if name != order and name in self._names:
            message = f"{name} is also the name of an operation of order {order}"
            hint = "Name the order otherwise."
            self._orders.sheet.fault(row, "order_id", "unique_name", message, hint)
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
        if not step.attributes:
            return own
        names = self._orders.families.attributes
        values = own.split(BETWEEN_ATTRIBUTES)
        return BETWEEN_ATTRIBUTES.join(
            step.attributes.get(f"attr_{name}", value)
            for name, value in zip(names, values, strict=True)
        )

    def _durations(self, row: int, step: Step, lot: Lot) -> Durations:
        if row in self._orders.families.unknown:
            return {}
        plant, name = self._plant, self._orders.names[row] or ""
        paces = plant.measured.of(name, self._products[row], step.stage)
        measured = tuple((machine, self._paced(row, pace, lot)) for machine, pace in paces)
        time = self._time(row, step, lot)
        if time is None and not measured:
            self._find_no_duration(row, step)
        share = self._orders.shares[row] * lot.share
        before = plant.table.rounded
        found = plant.table.durations(step.eligible, time, measured, share)
        self._rounded += plant.table.rounded > before
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

    def _find_no_duration(self, row: int, step: Step) -> None:
        sheet = self._plant.route_sheet if step.stage else self._orders.sheet
        if sheet is None or self._says_half(row, step):
            return
        sheet.fault(
            step.index,
            "duration_minutes",
            "duration_given",
            f"nothing says how long {'this step' if step.stage else 'the order'} takes",
            "Fill in duration_minutes, minutes_per_unit, units_per_hour, or min_minutes and "
            "max_minutes; or add the order or its product to durations.csv.",
        )

    def _says_half(self, row: int, step: Step) -> bool:
        """Find a maximum without a minimum, and tell of cells that are found wrong elsewhere."""
        sheet = self._orders.sheet
        if step.stage or not any(sheet.cell(row, name) for name in (*RATES, "max_minutes")):
            return False
        if not any(sheet.cell(row, name) for name in RATES):
            sheet.fault(row, "min_minutes", "value_given", "min_minutes is empty", "Fill it in.")
        return True

    # Lots

    def _sizes(self, row: int, step: Step, share: Fraction) -> tuple[int, ...]:
        sizes = self._plant.sizes
        whole = [
            Fraction(step.sizes[d.name]) * 10**d.decimals if d.name in step.sizes else own
            for d, own in zip(sizes.dimensions, sizes.of_order[row], strict=True)
        ]
        return tuple(ceil(size * share) for size in whole)

    def _lots(self, row: int, steps: Sequence[Step]) -> tuple[Lot, ...]:
        count = max((self._least_lots(row, step) for step in steps), default=1)
        quantity, most = self._orders.quantities[row], self._lot_quantities[row]
        if most is not None and quantity is not None:
            count = max(count, ceil(Fraction(quantity) / Fraction(most)))
        while count <= MOST_LOTS:
            lots = equal_lots(quantity, count)
            if all(self._fits(row, step, lots[0].share) for step in steps):
                return lots
            count += 1
        self._find_too_many(row)
        return (Lot(),)

    def _least_lots(self, row: int, step: Step) -> int:
        """Return the fewest lots of which one fits into a batch; 1 where none ever does."""
        whole = self._sizes(row, step, Fraction(1))
        needed = [
            max(
                (-(-size // limit) for size, limit in _limited(whole, self._capacity[name])),
                default=1,
            )
            for name in self._machines(step)
        ]
        return max(1, min(needed, default=1))

    def _machines(self, step: Step) -> Sequence[str]:
        names = self._capacity if step.eligible is None else step.eligible
        return [name for name in names if name in self._capacity]

    def _fits(self, row: int, step: Step, share: Fraction) -> bool:
        sizes, machines = self._sizes(row, step, share), self._machines(step)
        return not machines or any(
            all(size <= limit for size, limit in _limited(sizes, self._capacity[name]))
            for name in machines
        )

    def _find_too_many(self, row: int) -> None:
        self._orders.sheet.fault(
            row,
            "lot_quantity" if self._lot_quantities[row] else "quantity",
            "lots",
            f"the order would have to be divided into more than {MOST_LOTS:,} lots",
            "Check its quantity and size, its lot_quantity, and the capacities of its machines.",
        )


def _limited(sizes: Sequence[int], limits: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    return ((s, limit) for s, limit in zip(sizes, limits, strict=True) if limit is not None and s)


def equal_lots(quantity: Decimal | None, count: int) -> tuple[Lot, ...]:
    """Return `count` lots as equal as they can be, the larger first; whole pieces stay whole.

    >>> [str(lot.share) for lot in equal_lots(Decimal(7), 3)]
    ['3/7', '2/7', '2/7']
    """
    if count == 1:
        return (Lot(),)
    if quantity is None or quantity != int(quantity) or quantity < count:
        return tuple(Lot(number=k + 1, share=Fraction(1, count)) for k in range(count))
    each, rest = divmod(int(quantity), count)
    return tuple(
        Lot(number=k + 1, share=Fraction(each + (k < rest), int(quantity))) for k in range(count)
    )


# Orders that need other orders


def _with_needs(orders: OrderRows, drafts: list[Draft]) -> list[Draft]:
    """Return the drafts, the first of each order after the last of those that it needs."""
    needs = _needs(orders)
    if not any(needs.values()):
        return drafts
    followed = {link.operation for draft in drafts for link in draft.after}
    last: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.name not in followed:
            last.setdefault(orders.names[draft.order] or "", []).append(draft.name)
    return [_after_needed(draft, needs[draft.order], last) for draft in drafts]


def _after_needed(draft: Draft, needed: Sequence[str], last: Mapping[str, Sequence[str]]) -> Draft:
    if draft.after or not needed:
        return draft
    links = tuple(After(name) for order in needed for name in last.get(order, ()))
    return replace(draft, after=links)


def _needs(orders: OrderRows) -> dict[int, tuple[str, ...]]:
    sheet, known = orders.sheet, {name for name in orders.names if name}
    listed = sheet.parsed("needs", cells.names)
    found = {row: tuple(names or ()) for row, names in enumerate(listed)}
    for row, names in found.items():
        for name in names:
            if name not in known:
                sheet.unknown(row, "needs", name, ("known_order", "orders.csv", known))
    circle = circle_in({orders.names[row] or "": names for row, names in found.items()})
    if circle:
        row = next(k for k, name in enumerate(orders.names) if name == circle[0])
        message = f"orders need each other in a circle: {' needs '.join(circle)}"
        sheet.fault(row, "needs", "route_order", message, "Delete one of these needs.")
    return found
