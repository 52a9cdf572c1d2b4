"""The slow, obvious optimum: every way to fill and order batches, each timed unit by unit."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, permutations
from typing import NamedTuple

from planner.calendars import Window, open_units
from planner.domain import Machine, Operation, Process, Scenario


class Timed(NamedTuple):
    """One batch at its earliest times; `ends` by operation name."""

    start: int
    end: int
    processing: int
    ends: tuple[tuple[str, int], ...]


def least_cost(scenario: Scenario, below: int) -> int:
    """Return the least cost of all schedules at earliest times, or `below` if none is cheaper."""
    return _Search(scenario, below).run()


class _Search:
    def __init__(self, scenario: Scenario, below: int) -> None:
        self.scenario = scenario
        self.best = below
        self.timed = cache(self._timed)

    def run(self) -> int:
        names = tuple(operation.name for operation in self.scenario.operations)
        self._fill(0, 0, self.scenario.machines[0].initial_family, frozenset(names), 0, 0)
        return self.best

    def _fill(
        self,
        row: int,
        ready: int,
        family: str | None,
        left: frozenset[str],
        cost: int,
        span: int,
    ) -> None:
        """Try every next batch on machine `row`, and going on to the next machine."""
        weights = self.scenario.weights
        if cost + weights.makespan * span >= self.best:
            return
        machine = self.scenario.machines[row]
        for batch in self._batches(machine, left):
            timed = self.timed(machine.name, ready, family, batch)
            if timed is not None:
                new = self.scenario.operation[batch[0]].family
                change = self.scenario.changeover(machine.name, family, new)
                if change is None:
                    continue
                minutes, price = change
                added = weights.changeover_minutes * minutes + weights.changeover_cost * price
                added += weights.processing_minutes * timed.processing
                added += sum(self._order_cost(name, end) for name, end in timed.ends)
                span_then = max(span, timed.end)
                self._fill(row, timed.end, new, left - set(batch), cost + added, span_then)
        if row + 1 < len(self.scenario.machines):
            following = self.scenario.machines[row + 1]
            self._fill(row + 1, 0, following.initial_family, left, cost, span)
            return
        penalty = self.scenario.unplanned_penalty
        self.best = min(self.best, cost + weights.makespan * span + penalty * len(left))

    def _order_cost(self, name: str, end: int) -> int:
        weights, order = (
            self.scenario.weights,
            self.scenario.order[self.scenario.operation[name].order],
        )
        cost = weights.flow_time * (end - order.release)
        if order.due is not None and end > order.due:
            cost += weights.tardiness * (end - order.due) + weights.tardy_orders
        return cost * order.weight

    def _batches(self, machine: Machine, left: frozenset[str]) -> Iterator[tuple[str, ...]]:
        fitting = sorted(name for name in left if self._may_run(machine, name))
        for family in sorted({self.scenario.operation[name].family for name in fitting}):
            names = [n for n in fitting if self.scenario.operation[n].family == family]
            for count in range(1, len(names) + 1):
                for chosen in combinations(names, count):
                    if self._fits(machine, chosen):
                        ordered = machine.process != Process.PARALLEL
                        yield from permutations(chosen) if ordered else (chosen,)

    def _may_run(self, machine: Machine, name: str) -> bool:
        operation = self.scenario.operation[name]
        elsewhere = operation.pin is not None and operation.pin.machine != machine.name
        return machine.name in operation.durations and not elsewhere

    def _fits(self, machine: Machine, names: tuple[str, ...]) -> bool:
        operations = [self.scenario.operation[name] for name in names]
        if machine.process == Process.PARALLEL:
            durations = [operation.durations[machine.name] for operation in operations]
            longest = min((d.maximum for d in durations if d.maximum is not None), default=10**9)
            if max(d.minimum for d in durations) > longest:
                return False
        together = machine.process != Process.CONTINUOUS
        for row, capacity in enumerate(machine.capacity):
            sizes = [operation.sizes[row] for operation in operations]
            load = sum(sizes) if together else max(sizes)
            if capacity is not None and load > capacity:
                return False
        return True

    def _timed(
        self, machine_name: str, ready: int, family: str | None, names: tuple[str, ...]
    ) -> Timed | None:
        machine = self.scenario.machine[machine_name]
        operations = [self.scenario.operation[name] for name in names]
        change = self.scenario.changeover(machine_name, family, operations[0].family)
        if change is None:
            return None
        minutes = change.minutes
        if machine.pausable:
            begin = _after(machine.windows, ready, minutes)
            return (
                None if begin is None else self._inside(machine, machine.windows, operations, begin)
            )
        for window in machine.windows:
            begin = max(ready, window.start) + minutes
            timed = self._inside(machine, (window,), operations, begin)
            if timed is not None:
                return timed
        return None

    def _inside(
        self,
        machine: Machine,
        windows: tuple[Window, ...],
        operations: list[Operation],
        begin: int,
    ) -> Timed | None:
        placed = self._placed(machine, windows, operations, begin)
        if placed is None:
            return None
        for operation, (start, end) in zip(operations, placed, strict=True):
            order = self.scenario.order[operation.order]
            if order.deadline is not None and end > order.deadline:
                return None
            if operation.pin and operation.pin.start not in (None, start):
                return None
        start, end = min(s for s, _ in placed), max(e for _, e in placed)
        processing = open_units(machine.windows, start, end)
        if machine.process == Process.SERIAL:
            processing = sum(o.durations[machine.name].minimum for o in operations)
        ends = tuple((o.name, e) for o, (_, e) in zip(operations, placed, strict=True))
        return Timed(start, end, processing, ends)

    def _placed(
        self,
        machine: Machine,
        windows: tuple[Window, ...],
        operations: list[Operation],
        begin: int,
    ) -> list[tuple[int, int]] | None:
        lengths = [operation.durations[machine.name].minimum for operation in operations]
        ready = [self._ready(operation) for operation in operations]
        if machine.process == Process.PARALLEL:
            span = _run(windows, max(begin, *ready), max(lengths))
            return None if span is None else [span] * len(operations)
        placed: list[tuple[int, int]] = []
        for row, operation in enumerate(operations):
            moment = max(begin, ready[row])
            if placed and machine.process == Process.SERIAL:
                moment = max(moment, placed[-1][1])
            if placed and machine.process == Process.CONTINUOUS:
                moment = max(moment, placed[-1][0])
                moment = self._room(machine, operations[:row], placed, operation, moment)
            span = _run(windows, moment, lengths[row])
            if span is None:
                return None
            placed.append(span)
        return placed

    def _room(
        self,
        machine: Machine,
        before: list[Operation],
        placed: list[tuple[int, int]],
        operation: Operation,
        moment: int,
    ) -> int:
        while True:
            inside = [o for o, (_, end) in zip(before, placed, strict=True) if end > moment]
            loads = [
                sum(o.sizes[d] for o in (*inside, operation)) for d in range(len(machine.capacity))
            ]
            if all(c is None or load <= c for c, load in zip(machine.capacity, loads, strict=True)):
                return moment
            moment += 1

    def _ready(self, operation: Operation) -> int:
        pinned = operation.pin.start if operation.pin and operation.pin.start is not None else 0
        return max(self.scenario.order[operation.order].release, pinned)


def _after(windows: tuple[Window, ...], ready: int, work: int) -> int | None:
    """Return the first time with `work` open units between `ready` and it."""
    last = windows[-1].end if windows else 0
    return next((t for t in range(ready, last + 1) if open_units(windows, ready, t) >= work), None)


def _run(windows: tuple[Window, ...], moment: int, length: int) -> tuple[int, int] | None:
    """Return the first stretch of `length` open units from `moment` on."""
    units = [t for window in windows for t in range(*window) if t >= moment]
    if length == 0:
        return (moment, moment) if windows and moment <= windows[-1].end else None
    return (units[0], units[length - 1] + 1) if len(units) >= length else None
