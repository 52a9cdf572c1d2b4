"""What is still to be made at some moment: the plan from now on, by what has happened.

What has ended is gone from it. What has begun is fixed: it goes on, first on its machine, for the
time that is left. Machines are closed before now, and set up for what they made last.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from planner.calendars import Window, open_units, subtract
from planner.changes.begun import set_up_within
from planner.changes.differing import hours
from planner.changes.earliest import earliest_start
from planner.changes.going_on import going_on
from planner.changes.run_left import with_runs
from planner.changes.standing import Standing
from planner.changes.upkeep_left import last_done, upkeeps_left
from planner.changes.wording import step_of
from planner.domain import Duration, Machine, Operation, Order, Pin, PinReason, Process, Scenario
from planner.errors import ChangeError
from planner.schedule import Actual, Batch, Placement, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A scenario and its schedule from `now` on, and what has happened before.

    `past` are batches as they really were, those still running until now; `notes` tell in words
    what the plan cannot mend.
    """

    now: int
    standing: Standing
    past: tuple[Batch, ...]
    notes: tuple[str, ...] = ()


def ahead(scenario: Scenario, schedule: Schedule, actuals: Iterable[Actual], now: int) -> Ahead:
    """Return what is still to be made at `now`: sequences as they are, times from now on.

    What should have begun and has not is late, and everything behind it gives way. Raises
    `ChangeError` for actuals of what the scenario does not have, and of what cannot all be going
    on at once.
    """
    if not 0 <= now <= scenario.horizon:
        raise ChangeError(f"now = {now} is not between the plan's start and its horizon")
    known = _known(scenario, actuals)
    ended = {name: a for name, a in known.items() if a.ended is not None}
    begun = {name: a for name, a in known.items() if a.ended is None}
    before = Standing(scenario=scenario, schedule=schedule)
    left = _left(scenario, ended, begun, now)
    if scenario.upkeeps:
        left = _with_upkeep(before, left, known, now)
    if scenario.has_limits_in_a_row:
        left = with_runs(before, left, known, now)
    standing = going_on(before, left, begun)
    return Ahead(
        now=now,
        standing=standing,
        past=_past(scenario, known.values(), now),
        notes=(*_notes(scenario, ended), *_unknown(scenario, left, known)),
    )


def _unknown(scenario: Scenario, left: Scenario, actuals: Mapping[str, Actual]) -> Iterable[str]:
    """Yield of which machines it is not known any more what they are set up for, in words."""
    used = {actual.machine for actual in actuals.values()}
    for machine in left.machines:
        was = scenario.machine[machine.name].initial_family
        if machine.initial_family is None and (was is not None or machine.name in used):
            yield (
                f"{machine.name}: what it is set up for is not known, as another machine has what "
                "that needs"
            )


def frozen(standing: Standing, now: int, near_hours: float | Mapping[str, float]) -> Scenario:
    """Return the scenario in which what begins within so many hours from `now` on stays there.

    `near_hours` may be by machine; one that it does not name has none.
    """
    unit = standing.scenario.clock.units_per_hour
    near = {}
    for name, (machine, start, _) in standing.times.items():
        zone = near_hours.get(machine, 0.0) if isinstance(near_hours, Mapping) else near_hours
        operation = standing.scenario.operation[name]
        if start < now + zone * unit and operation.pin is None:
            pin = Pin(machine=machine, start=start, because=PinReason.FROZEN)
            near[name] = replace(operation, pin=pin)
    if not near:
        return standing.scenario
    made = tuple(near.get(o.name, o) for o in standing.scenario.operations)
    return replace(standing.scenario, operations=made)


def _known(scenario: Scenario, actuals: Iterable[Actual]) -> dict[str, Actual]:
    known: dict[str, Actual] = {}
    for actual in actuals:
        if actual.operation not in scenario.operation:
            raise ChangeError(f"something happened to {actual.operation}, which there is not")
        if actual.machine not in scenario.machine:
            raise ChangeError(f"{actual.operation} is on {actual.machine}, which there is not")
        known[actual.operation] = actual
    return known


def _left(
    scenario: Scenario, ended: Mapping[str, Actual], begun: Mapping[str, Actual], now: int
) -> Scenario:
    last: dict[str, Actual] = {}
    for actual in (*ended.values(), *begun.values()):
        before = last.get(actual.machine)
        if before is None or actual.begun >= before.begun:
            last[actual.machine] = actual
    machines = tuple(_from(scenario, m, last.get(m.name), now) for m in scenario.machines)
    machines = set_up_within(scenario, machines, last)
    by_name = {machine.name: machine for machine in machines}
    operations = tuple(
        _running(scenario, operation, begun[operation.name], by_name, now)
        if operation.name in begun
        else _without(operation, ended, begun)
        for operation in scenario.operations
        if operation.name not in ended
    )
    kept = {operation.order for operation in operations}
    orders = tuple(
        _released(scenario, order, ended, begun) for order in scenario.orders if order.name in kept
    )
    return replace(scenario, orders=orders, operations=operations, machines=machines)


def _from(scenario: Scenario, machine: Machine, last: Actual | None, now: int) -> Machine:
    windows = subtract(machine.windows, (Window(0, now),)) if now else machine.windows
    family = machine.initial_family
    if last is not None:
        family = scenario.operation[last.operation].family
    return replace(machine, windows=windows, initial_family=family)


def _with_upkeep(
    before: Standing, left: Scenario, known: Mapping[str, Actual], now: int
) -> Scenario:
    """Return what is left with its upkeep as it stands, and machines set up for what that left."""
    machines = []
    for machine in left.machines:
        mine = [actual for actual in known.values() if actual.machine == machine.name]
        last = max((actual.begun for actual in mine), default=-1)
        for upkeep in left.upkeeps_of(machine.name):
            done = last_done(before, upkeep, mine, now)
            if done is not None and upkeep.sets_up is not None and done.start >= last:
                machine = replace(machine, initial_family=upkeep.sets_up)
        machines.append(machine)
    upkeeps = upkeeps_left(before, left, known, now)
    return replace(left, machines=tuple(machines), upkeeps=upkeeps)


def _running(
    scenario: Scenario,
    operation: Operation,
    actual: Actual,
    machines: Mapping[str, Machine],
    now: int,
) -> Operation:
    """Return an operation that has begun: for the time left, on its machine, from now on."""
    machine = machines[actual.machine]
    whole = operation.durations.get(machine.name)
    if whole is None:
        whole = max(operation.durations.values(), key=lambda d: d.minimum, default=Duration(1))
    worked = open_units(scenario.machine[machine.name].windows, actual.begun, now)
    rest = max(1, whole.minimum - worked)
    share = _share_made(scenario, operation, actual)
    if share is not None and machine.process == Process.SERIAL:
        rest = max(1, math.ceil(whole.minimum * (1 - share)))
    start = earliest_start(machine, free=now, changeover=0, ready=now, length=rest)
    if start is None:
        raise ChangeError(f"{operation.name} has begun, and {machine.name} is not open any more")
    return replace(
        operation,
        durations={machine.name: Duration(rest)},
        after=(),
        pin=Pin(machine=machine.name, start=start, because=PinReason.BEGUN),
    )


def _share_made(scenario: Scenario, operation: Operation, actual: Actual) -> Fraction | None:
    wanted = scenario.order[operation.order].quantity
    if actual.quantity is None or not wanted:
        return None
    return min(Fraction(1), Fraction(actual.quantity) / (Fraction(wanted) * operation.share))


def _without(
    operation: Operation, ended: Mapping[str, Actual], begun: Mapping[str, Actual]
) -> Operation:
    """Return an operation that waits no more for what has ended.

    What has begun cannot be held back any more, so how long may lie behind it is no rule of the
    plan: `waits_too_long` tells.
    """
    if not any(link.operation in ended or link.operation in begun for link in operation.after):
        return operation
    after = tuple(
        link._replace(most_wait=None) if link.operation in begun else link
        for link in operation.after
        if link.operation not in ended
    )
    return replace(operation, after=after)


def waits_too_long(
    scenario: Scenario, actuals: Iterable[Actual], standing: Standing
) -> Iterable[str]:
    """Yield, in words, what waits longer than it may behind something that has begun or ended."""
    known = {actual.operation: actual for actual in actuals}
    minute = scenario.clock.units_per_minute
    for operation in scenario.operations:
        for link in operation.after:
            actual = known.get(link.operation)
            if actual is None or link.most_wait is None or operation.name not in standing.times:
                continue
            complete = actual.ended
            if complete is None:
                complete = standing.times.get(link.operation, ("", 0, 0))[2]
            wait = standing.times[operation.name][1] - complete
            if wait > link.most_wait and operation.name not in known:
                yield (
                    f"{step_of(scenario, operation.name)} waits {hours(wait, minute)} h behind "
                    f"{step_of(scenario, link.operation)}, and may wait "
                    f"{hours(link.most_wait, minute)} h"
                )


def _released(
    scenario: Scenario, order: Order, ended: Mapping[str, Actual], begun: Mapping[str, Actual]
) -> Order:
    """Return an order that waits for what has ended, as long as that must dry; not for the rest."""
    own = scenario.operations_of[order.name]
    release = 0 if any(operation.name in begun for operation in own) else order.release
    for operation in own:
        for link in operation.after if operation.name not in ended else ():
            end = ended[link.operation].ended if link.operation in ended else None
            if end is not None:
                release = max(release, end + link.least_wait)
    return order if release == order.release else replace(order, release=release)


def _past(scenario: Scenario, actuals: Iterable[Actual], now: int) -> tuple[Batch, ...]:
    """Return what has happened as batches: neighbours of one family on a machine are one."""
    found: list[Batch] = []
    for actual in sorted(actuals, key=lambda a: (a.machine, a.begun, a.operation)):
        end = max(actual.begun, now) if actual.ended is None else actual.ended
        placement = Placement(operation=actual.operation, start=actual.begun, end=end)
        family = scenario.operation[actual.operation].family
        last = found[-1] if found else None
        if last is not None and (last.machine, last.family) == (actual.machine, family):
            found[-1] = replace(
                last, end=max(last.end, end), placements=(*last.placements, placement)
            )
            continue
        found.append(
            Batch(
                machine=actual.machine,
                family=family,
                start=actual.begun,
                end=end,
                placements=(placement,),
            )
        )
    return tuple(found)


def _notes(scenario: Scenario, ended: Mapping[str, Actual]) -> Iterable[str]:
    for name, actual in ended.items():
        order = scenario.order[scenario.operation[name].order]
        if actual.scrapped:
            yield f"order {order.name}: {actual.scrapped:f} {order.unit or 'pieces'} scrapped"
        share = _share_made(scenario, scenario.operation[name], actual)
        if share is not None and share < 1:
            yield f"order {order.name}: only {actual.quantity:f} made; the rest is not planned"
