"""How late what comes after a piece may begin without making orders later than they may be.

What leads back into the piece keeps its times. Of all else each batch is moved as one, as late as
its machine, its routes and the due dates allow when all that comes after it is late as well.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

from planner.arrays import NEVER, NONE, Arrays, weights_of
from planner.cpsat.clock import MachineClock, clock_of
from planner.cpsat.frames import Fixed
from planner.cpsat.slots import Slot, TimedSequences
from planner.domain import IntArray
from planner.routes import completing, followers


def times_outside(current: TimedSequences, inside: Collection[int], most: int) -> dict[int, Fixed]:
    """Return the times of what is planned outside a piece: those that it has or, behind, late ones.

    Nothing is later by more than `most` units of its machine's work.
    """
    slots = [slot for slot in current.all_slots if slot.operations[0] not in inside]
    late = _Late(
        current=current,
        clocks=tuple(clock_of(current.arrays, machine) for machine in range(len(current.slots))),
        after=followers(current.arrays),
        limit=_limits(current),
        stays=_stays(current.arrays),
        most=most,
        leads_back=set(inside),
    )
    for slot in sorted(slots, key=lambda slot: (slot.end, slot.start), reverse=True):
        late.move(slot)
    return late.times


@dataclass(slots=True, kw_only=True, eq=False)
class _Late:
    """Moves batches as late as they may be, the last one first; `times` has what is moved."""

    current: TimedSequences
    clocks: tuple[MachineClock, ...]
    after: tuple[IntArray, IntArray]
    limit: IntArray  # (n,) when each is complete at the latest for what its order may cost
    stays: set[int]
    most: int
    leads_back: set[int]
    times: dict[int, Fixed] = field(default_factory=dict)

    def move(self, slot: Slot) -> None:
        """Move a batch; all that comes after it has been moved."""
        shift = 0
        if self._leads_back(slot):
            self.leads_back.update(slot.operations)
        elif self.stays.isdisjoint(slot.operations):
            shift = self._shift(slot)
        clock = self.clocks[slot.machine]
        for operation in slot.operations:
            start, done = self._now(slot, operation)
            if shift:
                start = clock.start_time(clock.position(start) + shift)
                done = clock.end_time(clock.position(done) + shift)
            self.times[operation] = Fixed(start, done)

    def _now(self, slot: Slot, operation: int) -> Fixed:
        times, together = self.current.times, self.current.arrays.hand_on[slot.machine]
        return Fixed(times.start[operation], slot.end if together else times.end[operation])

    def _behind(self, slot: Slot) -> Slot | None:
        slots = self.current.slots[slot.machine]
        return slots[slot.row + 1] if slot.row + 1 < len(slots) else None

    def _following(self, operation: int) -> list[int]:
        first, after = self.after
        found: list[int] = after[first[operation] : first[operation + 1]].tolist()
        return found

    def _leads_back(self, slot: Slot) -> bool:
        behind = self._behind(slot)
        following = [o for operation in slot.operations for o in self._following(operation)]
        following += behind.operations if behind else ()
        return not self.leads_back.isdisjoint(following)

    def _shift(self, slot: Slot) -> int:
        """Return by how many units of its machine's work a batch may be later."""
        clock = self.clocks[slot.machine]
        room = [self.most, clock.total - clock.position(slot.end)]
        behind = self._behind(slot)
        if behind is not None:
            begin = min(self.times[o].start for o in behind.operations)
            begin = clock.position(begin) - self._changeover(slot, behind)
            room.append(begin - clock.position(slot.end))
        for operation in slot.operations:
            done = clock.position(self._now(slot, operation).completion)
            until = [int(self.limit[operation]), *self._starts_behind(operation)]
            room.append(clock.position(min(until)) - done)
        shift = max(0, min(room))
        return shift if clock.pausable else self._in_a_window(slot, clock, shift)

    def _starts_behind(self, operation: int) -> Iterable[int]:
        """Yield when what follows on the route starts, less the least wait before it."""
        arrays = self.current.arrays
        for other in self._following(operation):
            for link in range(arrays.before_first[other], arrays.before_first[other + 1]):
                if arrays.before[link] == operation and other in self.times:
                    yield self.times[other].start - int(arrays.least_wait[link])

    def _changeover(self, slot: Slot | None, behind: Slot) -> int:
        arrays, machine = self.current.arrays, behind.machine
        family = int(arrays.initial[machine])
        if slot is not None:
            family = int(arrays.family[slot.operations[0]])
        after = arrays.family[behind.operations[0]]
        return int(arrays.changeover_minutes[arrays.group[machine], family, after])

    def _in_a_window(self, slot: Slot, clock: MachineClock, shift: int) -> int:
        """Return the most that is at most `shift` and leaves batch and changeover in a window."""
        before = self.current.slots[slot.machine][slot.row - 1] if slot.row else None
        length = slot.end - slot.start + self._changeover(before, slot)
        window = min(bisect_left(clock.ends, slot.end + shift), len(clock.ends) - 1)
        while window >= 0 and clock.ends[window] > slot.end:
            end = min(slot.end + shift, clock.ends[window])
            if end - length >= clock.starts[window]:
                return max(0, end - slot.end)
            window -= 1
        return 0


def _limits(current: TimedSequences) -> IntArray:
    """Return when each operation is complete at the latest, if no order is to cost more.

    An order that is late already stays as it is.
    """
    arrays, weights = current.arrays, weights_of(current.arrays)
    end = np.array(current.times.end, dtype=np.int64)
    last = completing(arrays)
    limit = np.full(len(end), NEVER, dtype=np.int64)
    if weights.tardiness or weights.tardy_orders:
        limit[last] = arrays.due[last]
    if weights.makespan:
        limit = np.minimum(limit, end.max(initial=0))
    complete = np.zeros(int(arrays.order.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(complete, arrays.order, end)
    limit[last] = np.maximum(limit[last], complete[arrays.order[last]])
    limit = np.minimum(limit, arrays.deadline)
    return np.where(weights.flow_time, end, limit)


def _stays(arrays: Arrays) -> set[int]:
    """Return what has to keep its time: what is pinned, and what may wait only so long."""
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    rows = arrays.most_wait < NEVER
    pinned = np.flatnonzero(arrays.pin_start != NONE)
    return {*pinned.tolist(), *into[rows].tolist(), *arrays.before[rows].tolist()}
