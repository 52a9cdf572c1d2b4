"""Orders that wait to be released: one buffer per family and set of machines.

Times are seconds since 1970 in UTC: they must mean the same after a restart.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappop, heappush
from math import exp
from typing import NamedTuple

# How many orders that do not fit a batch are passed over while it is filled.
LOOK = 50
# Arrivals longer ago than this count less than 1/e in the measured rate.
RATE_SECONDS = 600.0
# An empty buffer is kept for its rate: until that is next to nothing, and not too many of them.
IDLE_SECONDS = 3 * RATE_SECONDS
MOST_IDLE = 10_000


class BufferKey(NamedTuple):
    """What orders of a batch share; `machines` are joined by `|`, empty for all."""

    family: str
    machines: str


class Waiting(NamedTuple):
    """An order in a buffer; `load` follows the dimensions of the service's capacity."""

    number: int
    order: str
    key: BufferKey
    received: float
    due: float | None = None
    load: tuple[Decimal, ...] = ()


class BatchLimits(NamedTuple):
    """Most orders and most load per dimension of one batch."""

    size: int
    capacity: tuple[Decimal, ...] = ()

    def less(self, inside: Collection[Waiting]) -> "BatchLimits":
        """Return what is left beside the orders that are `inside`."""
        loads = zip(*(order.load for order in inside), strict=True)
        left = (most - sum(load) for most, load in zip(self.capacity, loads, strict=True))
        capacity = tuple(left) if inside else self.capacity
        return BatchLimits(self.size - len(inside), capacity)


@dataclass(slots=True, kw_only=True)
class Buffer:
    """The waiting orders of one key in order of arrival, their load and their measured rate."""

    key: BufferKey
    orders: dict[int, Waiting] = field(default_factory=dict)
    load: list[Decimal] = field(default_factory=list)
    _rate: float = 0.0
    _rated: float | None = None
    _dues: list[tuple[float, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def last(self) -> float:
        """Return when the last order arrived."""
        return self._rated or 0.0

    @property
    def oldest(self) -> float:
        """Return when the order that waits longest was received."""
        return next(iter(self.orders.values())).received

    def soonest_due(self) -> float | None:
        """Return the earliest due date of the waiting orders; None if none has one."""
        while self._dues and self._dues[0][1] not in self.orders:
            heappop(self._dues)
        return self._dues[0][0] if self._dues else None

    def rate(self, now: float) -> float:
        """Return the arrivals per second: exponentially discounted count / RATE_SECONDS."""
        if self._rated is None:
            return 0.0
        return self._rate * exp(-max(0.0, now - self._rated) / RATE_SECONDS) / RATE_SECONDS

    def add(self, order: Waiting) -> None:
        """Append an order that has just arrived."""
        discount = exp(-max(0.0, order.received - self._rated) / RATE_SECONDS) if self._rated else 0
        self._rate = self._rate * discount + 1
        self._rated = order.received
        self._append(order)

    def take(self, orders: Iterable[Waiting]) -> None:
        """Remove orders that are about to be released."""
        for order in orders:
            del self.orders[order.number]
            self.load = [has - size for has, size in zip(self.load, order.load, strict=True)]

    def _append(self, order: Waiting) -> None:
        self.orders[order.number] = order
        load = self.load or [Decimal(0)] * len(order.load)
        self.load = [has + size for has, size in zip(load, order.load, strict=True)]
        if order.due is not None:
            heappush(self._dues, (order.due, order.number))

    def is_full(self, limits: BatchLimits) -> bool:
        """Return whether the waiting orders make, or exceed, a full batch."""
        return len(self.orders) >= limits.size or any(
            has >= most for has, most in zip(self.load, limits.capacity, strict=False)
        )

    def fill(self, limits: BatchLimits) -> tuple[Waiting, ...]:
        """Return a batch: first come, first served, passing over at most LOOK that do not fit."""
        chosen: list[Waiting] = []
        left, passed = list(limits.capacity), 0
        for order in self.orders.values():
            if len(chosen) >= limits.size or passed > LOOK:
                break
            after = [has - size for has, size in zip(left, order.load, strict=True)]
            if min(after, default=Decimal(0)) < 0:
                passed += 1
                continue
            left = after
            chosen.append(order)
        return tuple(chosen)


@dataclass(slots=True)
class Buffers:
    """All buffers, and the orders that hold a place of a continuous machine, per machines."""

    _buffers: dict[BufferKey, Buffer] = field(default_factory=dict)
    _waiting: dict[str, dict[str, Buffer]] = field(default_factory=dict)
    _idle: dict[BufferKey, Buffer] = field(default_factory=dict)
    _inside: dict[str, dict[str, Waiting]] = field(default_factory=dict)
    _machines_of: dict[str, str] = field(default_factory=dict)
    _early: set[str] = field(default_factory=set)
    waiting: int = 0

    def __iter__(self) -> Iterator[Buffer]:
        return iter(tuple(self._buffers.values()))

    def of(self, key: BufferKey) -> Buffer:
        """Return the buffer of `key`; a new one where nothing waited so far."""
        found = self._buffers.get(key)
        if found is None:
            found = self._buffers[key] = Buffer(key=key)
            self._idle[key] = found
        return found

    def waiting_for(self, machines: str) -> Collection[Buffer]:
        """Return the buffers of `machines` in which orders wait."""
        return self._waiting.get(machines, {}).values()

    def beside(self, buffer: Buffer) -> Iterator[Buffer]:
        """Return the other buffers of the same machines in which orders wait."""
        return (other for other in self.waiting_for(buffer.key.machines) if other is not buffer)

    def inside(self, machines: str) -> Mapping[str, Waiting]:
        """Return the orders by name that hold a place of `machines`."""
        return self._inside.get(machines, {})

    def add(self, order: Waiting) -> Buffer:
        """Append an order that has just arrived; return its buffer."""
        buffer = self.of(order.key)
        buffer.add(order)
        self._note(buffer)
        self.waiting += 1
        return buffer

    def take(self, orders: Collection[Waiting]) -> None:
        """Remove orders of one buffer that are about to be released."""
        buffer = self.of(next(iter(orders)).key)
        buffer.take(orders)
        self._note(buffer)
        self.waiting -= len(orders)

    def _note(self, buffer: Buffer) -> None:
        key = buffer.key
        if buffer.orders:
            self._waiting.setdefault(key.machines, {})[key.family] = buffer
            self._idle.pop(key, None)
            return
        families = self._waiting.get(key.machines, {})
        families.pop(key.family, None)
        if not families:
            self._waiting.pop(key.machines, None)
        self._idle[key] = buffer

    def drop_idle(self, now: float) -> None:
        """Forget the buffers that have long been empty."""
        while self._idle:
            key, buffer = next(iter(self._idle.items()))
            if len(self._idle) <= MOST_IDLE and now - buffer.last < IDLE_SECONDS:
                return
            del self._idle[key], self._buffers[key]

    def enter(self, orders: Iterable[Waiting]) -> None:
        """Give places to released orders, but to those that are finished already."""
        for order in orders:
            if order.order in self._early:
                self._early.discard(order.order)
                continue
            self._inside.setdefault(order.key.machines, {})[order.order] = order
            self._machines_of[order.order] = order.key.machines

    def finished_early(self, names: Iterable[str]) -> None:
        """Note orders that are finished although they wait still: they will need no place."""
        self._early.update(names)

    def leave(self, names: Iterable[str]) -> set[str]:
        """Free the places of finished orders; return the machines that have more places now."""
        freed = {self._machines_of.pop(name) for name in names if name in self._machines_of}
        gone = frozenset(names)
        for machines in freed:
            left = {n: order for n, order in self._inside[machines].items() if n not in gone}
            self._inside[machines] = left
            if not left:
                del self._inside[machines]
        return freed
