"""How much of what counts towards upkeep there is at some moment, by what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.changes.counting import MadeSince, made_by, planned_start, still_to_come
from planner.changes.standing import Standing
from planner.domain import Scenario, Upkeep
from planner.schedule import Actual, PlannedUpkeep


def upkeeps_left(
    before: Standing, left: Scenario, actuals: Mapping[str, Actual], now: int
) -> tuple[Upkeep, ...]:
    """Return the upkeep of `before` as it stands at `now`: what has been made since counts.

    Upkeep was done where the plan has it before something that has begun, or before `now` and
    behind nothing that is still to be made. Work that goes on counts when it is made: `left` is the
    scenario of what is left, with the rest of it.
    """
    return tuple(_left(before, left, upkeep, actuals, now) for upkeep in before.scenario.upkeeps)


def _left(
    before: Standing, left: Scenario, upkeep: Upkeep, actuals: Mapping[str, Actual], now: int
) -> Upkeep:
    machine = before.scenario.machine[upkeep.machine]
    mine = [a for a in actuals.values() if a.machine == machine.name]
    last = last_done(before, upkeep, mine, now)
    since = None if last is None else last.end
    counted = [a for a in mine if since is None or planned_start(before, a) >= since]
    units, batches, quantity = made_by(before, counted, now)
    made = replace(
        upkeep,
        done_units=units + (0 if last else upkeep.done_units),
        done_batches=batches + (0 if last else upkeep.done_batches),
        done_quantity=quantity + (0 if last else upkeep.done_quantity),
    )
    running = [a for a in counted if a.ended is None]
    return _with_room(made, still_to_come(before, left, machine, running)) if running else made


def _with_room(upkeep: Upkeep, rest: MadeSince) -> Upkeep:
    """Return `upkeep` not yet due before what goes on: that is never broken off."""
    made = upkeep
    if made.most_units is not None:
        made = replace(made, done_units=min(made.done_units, max(0, made.most_units - rest.units)))
    if made.most_batches is not None:
        room = max(0, made.most_batches - rest.batches)
        made = replace(made, done_batches=min(made.done_batches, room))
    if made.most_quantity is not None:
        left_over = max(Decimal(0), made.most_quantity - rest.quantity)
        made = replace(made, done_quantity=min(made.done_quantity, left_over))
    return made


def last_done(
    before: Standing, upkeep: Upkeep, mine: Sequence[Actual], now: int
) -> PlannedUpkeep | None:
    """Return the last upkeep of its kind that was planned and must have been done, if any."""
    begun = {actual.operation for actual in mine}
    ended = {actual.operation for actual in mine if actual.ended is not None}
    on = before.schedule.on(upkeep.machine)
    found = None
    for planned in before.schedule.upkeeps_on(upkeep.machine):
        if planned.name != upkeep.name:
            continue
        behind = {n for b in on if b.start >= planned.end for n in b.operations}
        ahead = {n for b in on if b.end <= planned.start for n in b.operations}
        if behind & begun or (planned.end <= now and ahead <= ended):
            found = planned
    return found
