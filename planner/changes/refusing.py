"""Why a change cannot be done: the rule that it would break, in words, and where it would work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.arrays import (
    CONTINUOUS,
    IMPOSSIBLE,
    NEVER,
    NONE,
    PARALLEL,
    UPKEEP_MACHINE,
    UPKEEP_SETS_UP,
    Arrays,
    Sequences,
)
from planner.changes.kinds import PlanChange
from planner.domain import PinReason, Scenario
from planner.routes import without_most_waits
from planner.search.decoding import timed_operations

STAYS = {
    PinReason.PINNED: "is pinned",
    PinReason.BEGUN: "has begun",
    PinReason.FROZEN: "is frozen: too near to be moved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule of the plant, by its name in the reference, and in words why it stops a change."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A change that is not made: the rule it would break, in words, and the nearest that works.

    `nearest` is a change of the same kind that `apply` takes, None where none was found.
    """

    change: PlanChange
    rule: str
    message: str
    nearest: PlanChange | None = None

    @property
    def said(self) -> str:
        """Return the refusal in one sentence."""
        return f"Not possible: {self.message}."


def broken_by_place(
    scenario: Scenario, arrays: Arrays, before: Sequences, after: Sequences
) -> BrokenRule | None:
    """Return the first rule that `after` breaks whatever the times, None where there is none.

    Only batches that are not in `before` are looked at, and what follows on what.
    """
    for machine, batches in enumerate(after):
        old = before[machine] if machine < len(before) else ()
        if tuple(batches) == old:
            continue
        known = set(old)
        for batch in batches:
            if batch not in known:
                for broken in _broken_inside(scenario, arrays, machine, batch):
                    return broken
        for broken in _broken_changeovers(scenario, arrays, machine, batches):
            return broken
    return None


def _broken_inside(
    scenario: Scenario, arrays: Arrays, machine: int, batch: Sequence[int]
) -> Iterator[BrokenRule]:
    there = scenario.machines[machine].name
    for row in batch:
        yield from _not_there(scenario, arrays, machine, row)
    families = list(dict.fromkeys(scenario.operations[row].family for row in batch))
    if len(families) > 1:
        first, other = (
            next(scenario.operations[r].name for r in batch if scenario.operations[r].family == f)
            for f in families[:2]
        )
        yield BrokenRule(
            rule="one_family",
            message=f"{first} is {families[0]} and {other} is {families[1]}, "
            "and a batch holds one family",
        )
    if arrays.process[machine] != CONTINUOUS:
        yield from _too_full(scenario, arrays, machine, batch)
    if arrays.process[machine] == PARALLEL:
        rows = list(batch)
        shortest, longest = arrays.shortest[rows, machine], arrays.longest[rows, machine]
        if shortest.max() > longest.min():
            long, short = rows[int(shortest.argmax())], rows[int(longest.argmin())]
            yield BrokenRule(
                rule="processing_time",
                message=f"{scenario.operations[long].name} needs {shortest.max()} on {there}, and "
                f"{scenario.operations[short].name} must not stay longer than {longest.min()}",
            )


def _not_there(scenario: Scenario, arrays: Arrays, machine: int, row: int) -> Iterator[BrokenRule]:
    if arrays.shortest[row, machine] != NONE:
        return
    operation, there = scenario.operations[row], scenario.machines[machine].name
    if there not in operation.durations:
        may = ", ".join(operation.durations) or "no machine"
        yield BrokenRule(
            rule="eligible_machine",
            message=f"{operation.name} cannot be made on {there}, only on {may}",
        )
    elif operation.pin is not None and operation.pin.machine != there:
        yield BrokenRule(
            rule="pinned",
            message=f"{operation.name} {STAYS[operation.pin.because]}, on {operation.pin.machine}",
        )
    else:
        yield from _too_full(scenario, arrays, machine, [row])


def _too_full(
    scenario: Scenario, arrays: Arrays, machine: int, batch: Sequence[int]
) -> Iterator[BrokenRule]:
    load = arrays.size[list(batch)].sum(axis=0)
    for place in np.flatnonzero(load > arrays.capacity[machine]).tolist():
        dimension, there = scenario.dimensions[place], scenario.machines[machine].name
        yield BrokenRule(
            rule="batch_capacity",
            message=f"together that is {dimension.shown(int(load[place]))} {dimension.name}, and "
            f"{there} holds {dimension.shown(int(arrays.capacity[machine, place]))}",
        )


def _broken_changeovers(
    scenario: Scenario, arrays: Arrays, machine: int, batches: Sequence[Sequence[int]]
) -> Iterator[BrokenRule]:
    table = arrays.changeover_minutes[arrays.group[machine]]
    if not (table >= IMPOSSIBLE).any():
        return
    family = int(arrays.initial[machine])
    rows = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == machine, UPKEEP_SETS_UP]
    cleaned = rows[rows != NONE]
    for batch in batches:
        following = int(arrays.family[batch[0]])
        # Upkeep that sets the machine up may stand between any two batches.
        if (table[[family, *cleaned], following] >= IMPOSSIBLE).all():
            names = scenario.changeovers.families
            yield BrokenRule(
                rule="changeover_possible",
                message=f"{scenario.machines[machine].name} cannot change over from "
                f"{names[family]} to {names[following]}, which "
                f"{scenario.operations[batch[0]].name} would need",
            )
        family = following


def broken_by_time(
    scenario: Scenario,
    arrays: Arrays,
    sequences: Sequences,
    missing: Sequence[str],
    circling: Sequence[str],
) -> BrokenRule:
    """Return the rule for which what is `missing` found no time where `sequences` have it.

    It is the one without which it would find time: routes, pins, deadlines, then most waits; where
    none of them helps, the machine's open time.
    """
    name = missing[0]
    if circling:
        return BrokenRule(
            rule="route_order",
            message=f"{circling[0]} would come before what must be complete before it",
        )
    none = np.full_like(arrays.pin_start, NONE)
    never = np.full_like(arrays.deadline, NEVER)
    eased = (
        ("pinned", arrays._replace(pin_start=none)),
        ("deadline", arrays._replace(deadline=never)),
        ("waiting_time", without_most_waits(arrays)),
    )
    for rule, freer in eased:
        timed = timed_operations(scenario, freer, sequences)
        if timed.end[timed.name.index(name)] != NONE:
            return BrokenRule(rule=rule, message=_said(scenario, rule, name))
    return BrokenRule(rule="machine_calendar", message=_said(scenario, "machine_calendar", name))


def _said(scenario: Scenario, rule: str, name: str) -> str:
    operation = scenario.operation[name]
    if rule == "pinned":
        if operation.pin is not None and operation.pin.start is not None:
            start = scenario.clock.local(operation.pin.start)
            return f"{name} {STAYS[operation.pin.because]} to start {start:%a %H:%M}, and could not"
        return f"{name} would find no time beside what is pinned"
    if rule == "deadline":
        latest = scenario.order[operation.order].deadline
        if latest is not None:
            return f"{name} would be complete after its deadline, {_when(scenario, latest)}"
        return f"{name} would find no time, as what is before it would miss its deadline"
    if rule == "waiting_time":
        return f"{name} or what is before it on its route would wait longer than it may"
    return f"{name} would find no time when its machine is open before the planning horizon ends"


def _when(scenario: Scenario, units: int) -> str:
    return f"{scenario.clock.local(units):%a %d %b %H:%M}"


def like(refused: BrokenRule, change: PlanChange, nearest: PlanChange | None = None) -> Refused:
    """Return the refusal of `change` for a broken rule."""
    return Refused(change=change, rule=refused.rule, message=refused.message, nearest=nearest)
