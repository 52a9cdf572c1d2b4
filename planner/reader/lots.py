"""Lots: an order that is larger than a batch, or than its `lot_quantity`, is divided."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from planner.reader import cells
from planner.reader.machines import MachineRow
from planner.reader.orders import OrderRows
from planner.reader.routes import Step
from planner.reader.sizes import Sizes

# An order in more lots than these is more likely a slip in a capacity or in lot_quantity.
MOST_LOTS = 1000
WHOLE = Fraction(1)


class Lot(NamedTuple):
    """A part of an order: `number` counts from 1, 0 where the order is in one piece."""

    number: int = 0
    share: Fraction = WHOLE


class Lots:
    """Divides orders so that each lot fits into a batch at every stage."""

    def __init__(self, orders: OrderRows, sizes: Sizes, machines: Sequence[MachineRow]) -> None:
        self._orders, self._sizes = orders, sizes
        self._quantities = orders.sheet.parsed("lot_quantity", cells.above_zero)
        self._capacity: Mapping[str, tuple[int | None, ...]] = {
            machine.name: limits for machine, limits in zip(machines, sizes.of_machine, strict=True)
        }
        self._has_room: dict[tuple[tuple[int, ...], tuple[str, ...] | None], bool] = {}

    def in_one_piece(self, row: int, eligible: tuple[str, ...] | None) -> bool:
        """Tell, quickly, whether an order without a route is made in one lot."""
        if self._quantities[row] is not None:
            return False
        key = (self._sizes.of_order[row], eligible)
        if key not in self._has_room:
            self._has_room[key] = self._holds(*key)
        return self._has_room[key]

    def of(self, row: int, steps: Sequence[Step]) -> tuple[Lot, ...]:
        """Return the fewest lots that fit at every step of an order; one where none ever do."""
        count = max((self._least(row, step) for step in steps), default=1)
        quantity, most = self._orders.quantities[row], self._quantities[row]
        if most is not None and quantity is not None:
            count = max(count, ceil(Fraction(quantity) / Fraction(most)))
        if _is_whole(quantity) and quantity and count > quantity:
            return (Lot(),)  # a piece is not divided
        while count <= MOST_LOTS:
            lots = equal_lots(quantity, count)
            if all(self._fits(row, step, lots[0].share) for step in steps):
                return lots
            count += 1
        self._find_too_many(row)
        return (Lot(),)

    def sizes(self, row: int, step: Step, share: Fraction) -> tuple[int, ...]:
        """Return the sizes of a lot at one step, rounded up."""
        sizes = self._sizes
        whole = [
            Fraction(step.sizes[d.name]) * 10**d.decimals if d.name in step.sizes else own
            for d, own in zip(sizes.dimensions, sizes.of_order[row], strict=True)
        ]
        return tuple(ceil(size * share) for size in whole)

    def _least(self, row: int, step: Step) -> int:
        """Return the fewest lots of which one fits into a batch; 1 where none ever does."""
        whole = self.sizes(row, step, WHOLE)
        needed = [
            max(
                (-(-size // limit) for size, limit in _limited(whole, self._capacity[name])),
                default=1,
            )
            for name in self._machines(step.eligible)
        ]
        return max(1, min(needed, default=1))

    def _machines(self, eligible: Sequence[str] | None) -> Sequence[str]:
        names = self._capacity if eligible is None else eligible
        return [name for name in names if name in self._capacity]

    def _fits(self, row: int, step: Step, share: Fraction) -> bool:
        return self._holds(self.sizes(row, step, share), step.eligible)

    def _holds(self, sizes: tuple[int, ...], eligible: tuple[str, ...] | None) -> bool:
        machines = self._machines(eligible)
        return not machines or any(
            all(size <= limit for size, limit in _limited(sizes, self._capacity[name]))
            for name in machines
        )

    def _find_too_many(self, row: int) -> None:
        self._orders.sheet.fault(
            row,
            "lot_quantity" if self._quantities[row] else "quantity",
            "lots",
            f"the order would have to be divided into more than {MOST_LOTS:,} lots",
            "Check its quantity and size, its lot_quantity, and the capacities of its machines.",
        )


def _limited(sizes: Sequence[int], limits: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    return ((s, limit) for s, limit in zip(sizes, limits, strict=True) if limit is not None and s)


def _is_whole(quantity: Decimal | None) -> bool:
    return quantity is not None and quantity == int(quantity)


def equal_lots(quantity: Decimal | None, count: int) -> tuple[Lot, ...]:
    """Return `count` lots as equal as they can be, the larger first; whole pieces stay whole.

    >>> [str(lot.share) for lot in equal_lots(Decimal(7), 3)]
    ['3/7', '2/7', '2/7']
    """
    if count == 1:
        return (Lot(),)
    if quantity is None or not _is_whole(quantity) or quantity < count:
        return tuple(Lot(k + 1, Fraction(1, count)) for k in range(count))
    each, rest = divmod(int(quantity), count)
    return tuple(Lot(k + 1, Fraction(each + (k < rest), int(quantity))) for k in range(count))
