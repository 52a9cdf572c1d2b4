"""What one schedule does elsewhere or at another time than another: signed, and in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from planner.changes.standing import Standing, Times
from planner.domain import Order
from planner.schedule import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDifference:
    """An operation that is on another machine, or at another time; None where it is not planned."""

    operation: str
    order: str
    machine_before: str | None
    machine_after: str | None
    start_before: int | None
    start_after: int | None
    completion_before: int | None
    completion_after: int | None

    @property
    def start_moved(self) -> int | None:
        """Return by how many units it starts later (more than 0) or earlier (less)."""
        return _minus(self.start_after, self.start_before)

    @property
    def completion_moved(self) -> int | None:
        """Return by how many units it completes later or earlier."""
        return _minus(self.completion_after, self.completion_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDifference:
    """An order that completes at another time, is new or gone, or is wanted at another time.

    `what` is `new`, `gone`, `planned`, `unplanned`, `moved` or `changed` (its data alone). Lateness
    is completion less due date, None without one; completions are None while not all is planned.
    """

    order: str
    what: str
    completion_before: int | None
    completion_after: int | None
    lateness_before: int | None
    lateness_after: int | None

    @property
    def completion_moved(self) -> int | None:
        """Return by how many units it completes later or earlier."""
        return _minus(self.completion_after, self.completion_before)

    @property
    def tardiness_before(self) -> int:
        """Return how late it was."""
        return max(0, self.lateness_before or 0)

    @property
    def tardiness_after(self) -> int:
        """Return how late it is."""
        return max(0, self.lateness_after or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDifference:
    """A batch that is `new` or `gone`, or that `moved`: of the same operations, elsewhere or when.

    Times and machine are None on the side where it is not.
    """

    what: str
    family: str
    operations: tuple[str, ...]
    machine_before: str | None
    machine_after: str | None
    start_before: int | None
    start_after: int | None
    end_before: int | None
    end_after: int | None


@dataclass(frozen=True, kw_only=True)  # no slots: the words are kept
class ScheduleDifference:
    """All that is different; what is not in here is the same. Times in the scenario's unit."""

    units_per_minute: int
    operations: tuple[OperationDifference, ...]
    batches: tuple[BatchDifference, ...]
    orders: tuple[OrderDifference, ...]
    changeover_minutes_before: int
    changeover_minutes_after: int
    cost_before: int
    cost_after: int

    @property
    def moved_orders(self) -> tuple[str, ...]:
        """Return the orders of which something that was planned is elsewhere or at another time."""
        moved = (
            o for o in self.operations if o.start_before is not None and o.start_after is not None
        )
        return tuple(dict.fromkeys(o.order for o in moved))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is different."""
        return not (self.operations or self.orders or self.batches)

    @cached_property
    def summary(self) -> str:
        """Return all in one line, such as `changeover +0:45, order A late by 2:00, 3 orders moved`.

        Hours and minutes.
        """
        return ", ".join(self._parts()) or "nothing changes"

    def _parts(self) -> Iterator[str]:
        change = self.changeover_minutes_after - self.changeover_minutes_before
        if change:
            yield f"changeover {signed_hours(change, self.units_per_minute)}"
        yield from self._by_state()
        yield from self._lateness()
        if self.moved_orders:
            yield f"{_count(len(self.moved_orders), 'order')} moved"

    def _by_state(self) -> Iterator[str]:
        for what, words in (
            ("new", "new"),
            ("gone", "gone"),
            ("planned", "planned now"),
            ("unplanned", "no longer planned"),
        ):
            names = [o.order for o in self.orders if o.what == what]
            if names:
                yield f"{_named(names)} {words}"

    def _lateness(self) -> Iterator[str]:
        planned = [o for o in self.orders if o.completion_after is not None]
        late = [o for o in planned if o.tardiness_after and not o.tardiness_before]
        if late:
            most = hours(max(o.tardiness_after for o in late), self.units_per_minute)
            up_to = "" if len(late) == 1 else "up to "
            yield f"{_named([o.order for o in late])} late by {up_to}{most}"
        later = [o for o in planned if o.tardiness_after > o.tardiness_before > 0]
        if later:
            most = hours(
                max(o.tardiness_after - o.tardiness_before for o in later), self.units_per_minute
            )
            up_to = "" if len(later) == 1 else "up to "
            yield f"{_named([o.order for o in later])} later still by {up_to}{most}"
        saved = [o for o in planned if o.tardiness_before and not o.tardiness_after]
        if saved:
            yield f"{_named([o.order for o in saved])} on time again"

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "summary": self.summary,
            "changeover_minutes": [self.changeover_minutes_before, self.changeover_minutes_after],
            "cost": [self.cost_before, self.cost_after],
            "moved_orders": list(self.moved_orders),
            "orders": [asdict(each) for each in self.orders],
            "operations": [asdict(each) for each in self.operations],
            "batches": [
                asdict(each) | {"operations": list(each.operations)} for each in self.batches
            ],
        }


def difference(before: Standing, after: Standing) -> ScheduleDifference:
    """Return what `after` does elsewhere or at another time than `before`.

    Both have scenarios of one plant with one start; orders may be new, gone or changed.
    """
    old, new = before.times, after.times
    operations = tuple(_operations(before, after, old, new))
    return ScheduleDifference(
        units_per_minute=after.scenario.clock.units_per_minute,
        operations=operations,
        batches=tuple(_batches(before, after)),
        orders=tuple(_orders(before, after)),
        changeover_minutes_before=before.terms.changeover_minutes,
        changeover_minutes_after=after.terms.changeover_minutes,
        cost_before=before.cost,
        cost_after=after.cost,
    )


def hours(units: int, units_per_minute: int = 1) -> str:
    """Return a time as hours and minutes, days beyond two of them; rounded up to a minute.

    >>> hours(125), hours(0), hours(3 * 24 * 60 + 61)
    ('2:05', '0:00', '3 d 1:01')
    """
    minutes = -(-units // units_per_minute)
    days, rest = divmod(minutes, 24 * 60) if minutes >= 2 * 24 * 60 else (0, minutes)
    return f"{days} d {rest // 60}:{rest % 60:02}" if days else f"{rest // 60}:{rest % 60:02}"


def signed_hours(units: int, units_per_minute: int = 1) -> str:
    """Return a difference of times as hours and minutes with its sign.

    >>> signed_hours(45), signed_hours(-90)
    ('+0:45', '−1:30')
    """
    sign = "−" if units < 0 else "+"
    return sign + hours(abs(units), units_per_minute)


_NOWHERE = (None, None, None)


def _operations(
    before: Standing, after: Standing, old: Times, new: Times
) -> Iterator[OperationDifference]:
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name, _NOWHERE), new.get(name, _NOWHERE)
        if was == now:
            continue
        known = after.scenario.operation.get(name) or before.scenario.operation[name]
        yield OperationDifference(
            operation=name,
            order=known.order,
            machine_before=was[0],
            machine_after=now[0],
            start_before=was[1],
            start_after=now[1],
            completion_before=was[2],
            completion_after=now[2],
        )


def _orders(before: Standing, after: Standing) -> Iterator[OrderDifference]:
    was, now = before.scenario.order, after.scenario.order
    for name in dict.fromkeys((*was, *now)):
        one, other = was.get(name), now.get(name)
        completed = before.completion_of(name) if one else None
        completes = after.completion_of(name) if other else None
        what = _what(one, other, completed, completes)
        if not what:
            continue
        yield OrderDifference(
            order=name,
            what=what,
            completion_before=completed,
            completion_after=completes,
            lateness_before=_minus(completed, one.due if one else None),
            lateness_after=_minus(completes, other.due if other else None),
        )


def _what(
    one: Order | None, other: Order | None, completed: int | None, completes: int | None
) -> str:
    if one is None or other is None:
        return "new" if one is None else "gone"
    if (completed is None) != (completes is None):
        return "planned" if completed is None else "unplanned"
    if completed != completes:
        return "moved"
    return "" if one == other else "changed"


def _batches(before: Standing, after: Standing) -> Iterator[BatchDifference]:
    kept = {id(batch) for batch in before.schedule.batches}
    made = [batch for batch in after.schedule.batches if id(batch) not in kept]
    same = {id(batch) for batch in after.schedule.batches}
    left = {_content(b): b for b in before.schedule.batches if id(b) not in same}
    for batch in made:
        old = left.pop(_content(batch), None)
        if old != batch:
            yield _batch(old, batch)
    for batch in left.values():
        yield _batch(batch, None)


def _content(batch: Batch) -> frozenset[str]:
    return frozenset(batch.operations)


def _batch(before: Batch | None, after: Batch | None) -> BatchDifference:
    known = after or before
    assert known is not None
    return BatchDifference(
        what="new" if before is None else "gone" if after is None else "moved",
        family=known.family,
        operations=known.operations,
        machine_before=before.machine if before else None,
        machine_after=after.machine if after else None,
        start_before=before.start if before else None,
        start_after=after.start if after else None,
        end_before=before.end if before else None,
        end_after=after.end if after else None,
    )


def _minus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _named(names: list[str]) -> str:
    return f"order {names[0]}" if len(names) == 1 else _count(len(names), "order")
