"""One change: what it makes of the schedule, or why it cannot be.

Everything that a change does not name keeps its machine and its order, and is timed again as early
as that allows; so what stood where nothing pushed it stands there still.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.arrays import CONTINUOUS, Arrays, Sequences, arrays_from
from planner.changes.arranging import Lists, arranged, as_sequences
from planner.changes.differing import ScheduleDifference, difference
from planner.changes.given import given, operations_named
from planner.changes.kinds import (
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    LeaveOut,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
    TakeIn,
)
from planner.changes.refusing import BrokenRule, broken_by_place, broken_by_time
from planner.changes.standing import Standing, follow
from planner.changes.timing import Retimed, retimed
from planner.checker import check
from planner.domain import Scenario
from planner.errors import ChangeError
from planner.routes import along_routes
from planner.schedule import Schedule
from planner.search.placing import priced_places, put

LEFT_OUT = "left out by hand"
NO_PLACE = "no place is left for it beside the rest"
# What is so whether the plan likes it or not: what then finds no time is unplanned.
FACTS = (SetDue, SetPriority, SetQuantity, CloseMachine, AddShift, AllowMachine, Remark, LeaveOut)
# How many of the cheapest places are tried for something that comes in.
PLACES_TRIED = 5


@dataclass(frozen=True, kw_only=True)  # no slots: the difference is kept
class Applied:
    """A change that was made: what was before, what is after; the schedule keeps all rules.

    To go on from here, give `after` to `apply_to`: what it knows is not made again. `before` is
    what undoing comes back to.
    """

    change: PlanChange
    before: Standing
    after: Standing

    @property
    def scenario(self) -> Scenario:
        """Return the scenario after the change."""
        return self.after.scenario

    @property
    def schedule(self) -> Schedule:
        """Return the schedule after the change."""
        return self.after.schedule

    @property
    def cost_before(self) -> int:
        """Return what the schedule cost before."""
        return self.before.cost

    @property
    def cost_after(self) -> int:
        """Return what the schedule costs now."""
        return self.after.cost

    @cached_property
    def difference(self) -> ScheduleDifference:
        """Return what is different now, per operation, batch and order."""
        return difference(self.before, self.after)


def attempted(standing: Standing, change: PlanChange) -> Applied | BrokenRule:
    """Return what `change` makes of a schedule, or the rule that it would break.

    Raises `ChangeError` for a change that names what is not there.
    """
    scenario = given(standing, change)
    same = scenario is standing.scenario
    arrays = standing.arrays if same else arrays_from(scenario)
    lists = arranged(standing, change)
    if isinstance(change, SetQuantity):
        _part_what_is_too_full(scenario, arrays, lists, change.order)
    sequences = as_sequences(lists, standing.sequences)
    broken = broken_by_place(scenario, arrays, standing.sequences, sequences)
    if broken is not None:
        return broken
    reasons = dict.fromkeys(_left_out(scenario, change), LEFT_OUT)
    made: Retimed | BrokenRule
    if isinstance(change, TakeIn | AddOrder):
        made = _taken_in(standing, scenario, arrays, sequences, change)
    else:
        made = retimed(standing, scenario, arrays, sequences, reasons)
        if made.missing and not _may_miss(scenario, change, made.missing):
            return broken_by_time(scenario, arrays, sequences, made.missing, made.circling)
    return _certified(standing, scenario, arrays, change, made)


def _certified(
    standing: Standing, scenario: Scenario, arrays: Arrays, change: PlanChange, made: Retimed
) -> Applied | BrokenRule:
    lost = _lost_pins(standing, scenario, change, made.schedule)
    if lost:
        return BrokenRule(rule="pinned", message=f"{lost[0]} is pinned, and would be unplanned")
    violations = check(scenario, made.schedule)
    if violations:
        return BrokenRule(rule=violations[0].rule, message=str(violations[0]))
    same = made.schedule == standing.schedule
    schedule = standing.schedule if same else made.schedule
    after = follow(standing, scenario, schedule, arrays)
    return Applied(change=change, before=standing, after=after)


def _lost_pins(
    standing: Standing, scenario: Scenario, change: PlanChange, schedule: Schedule
) -> list[str]:
    """Return what is pinned and was planned, and is not any more, though no one left it out."""
    if isinstance(change, LeaveOut):
        return []
    out = (scenario.operation[item.operation] for item in schedule.unplanned)
    return [o.name for o in out if o.pin is not None and o.name in standing.batch_of]


def _left_out(scenario: Scenario, change: PlanChange) -> tuple[str, ...]:
    return operations_named(scenario, change.orders) if isinstance(change, LeaveOut) else ()


def _may_miss(scenario: Scenario, change: PlanChange, missing: Sequence[str]) -> bool:
    """Tell whether what finds no time after `change` may become unplanned: what is pinned not."""
    return isinstance(change, FACTS) and not any(
        scenario.operation[name].pin is not None for name in missing
    )


def _part_what_is_too_full(scenario: Scenario, arrays: Arrays, lists: Lists, order: str) -> None:
    """Take operations of an order out of batches that hold too much, each directly behind its own.

    What no machine holds even alone is in no batch any more.
    """
    rows = {k for k, each in enumerate(scenario.operations) if each.order == order}
    for machine, batches in enumerate(lists):
        for place in range(len(batches) - 1, -1, -1):
            batch = batches[place]
            own = [row for row in batch if row in rows]
            if not own or arrays.process[machine] == CONTINUOUS:
                continue
            if (arrays.size[list(batch)].sum(axis=0) <= arrays.capacity[machine]).all():
                continue
            rest = tuple(row for row in batch if row not in rows)
            alone = [(row,) for row in own if _fits_alone(arrays, machine, row)]
            batches[place : place + 1] = [*([rest] if rest else []), *alone]


def _fits_alone(arrays: Arrays, machine: int, row: int) -> bool:
    return bool(np.all(arrays.size[row] <= arrays.capacity[machine]))


def _taken_in(
    standing: Standing,
    scenario: Scenario,
    arrays: Arrays,
    sequences: Sequences,
    change: TakeIn | AddOrder,
) -> Retimed:
    """Return the schedule with orders where they cost least, if there is such a place."""
    names = change.orders if isinstance(change, TakeIn) else (change.order,)
    rows = [k for k, o in enumerate(scenario.operations) if o.name in _own(scenario, names)]
    placed = {row for lists in sequences for batch in lists for row in batch}
    if isinstance(change, TakeIn) and placed.issuperset(rows):
        raise ChangeError(f"{names[0]} is planned already")
    if isinstance(change, AddOrder) and not change.placed:
        rows = []
    reasons: dict[str, str] = dict.fromkeys(_own(scenario, names), LEFT_OUT)
    for row in along_routes(arrays, rows):
        if row not in placed:
            sequences = _at_cheapest(standing, scenario, arrays, sequences, row)
            reasons[scenario.operations[row].name] = NO_PLACE
    return retimed(standing, scenario, arrays, sequences, reasons)


def _own(scenario: Scenario, names: Sequence[str]) -> frozenset[str]:
    return frozenset(operations_named(scenario, names))


def _at_cheapest(
    standing: Standing, scenario: Scenario, arrays: Arrays, sequences: Sequences, row: int
) -> Sequences:
    """Return `sequences` with an operation where it costs least and nothing else is lost."""
    own = standing.state if arrays is standing.arrays else None
    for place in priced_places(arrays, sequences, row, own)[:PLACES_TRIED]:
        tried = put(sequences, row, place)
        if not retimed(standing, scenario, arrays, tried, _NO_REASONS).missing:
            return tried
    return sequences


_NO_REASONS: Mapping[str, str] = {}
