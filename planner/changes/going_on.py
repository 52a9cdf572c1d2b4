"""The schedule of what is left to be made: what has begun first, and the rest as it was planned."""

from collections.abc import Collection, Mapping, Sequence

from planner.arrays import Ordered, Sequences, arrays_from
from planner.changes.begun import refuse_contradictions, refuse_ruled_out, why_stuck
from planner.changes.run_left import Lane, broken_up
from planner.changes.standing import Standing
from planner.changes.timing import Retimed, retimed
from planner.checker import Violation, check
from planner.domain import Machine, Process, Scenario
from planner.errors import ScheduleError
from planner.schedule import Actual, Schedule

CAMPAIGN = "campaign"
TOO_MANY = "its machine has made as much of its family in a row as it may"


def going_on(before: Standing, left: Scenario, begun: Mapping[str, Actual]) -> Standing:
    """Return the schedule of what is left: begun work first, then sequences as they are.

    Raises `ChangeError` where something has begun that cannot be going on as it is told.
    """
    schedule, arrays = before.schedule, arrays_from(left)
    refuse_contradictions(left, begun)
    refuse_ruled_out(left, arrays, begun)
    lists = _lanes(schedule, left, begun)
    # Reasons of what was unplanned before are kept; there is nothing else to share.
    known = tuple(item for item in schedule.unplanned if item.operation in left.operation)
    empty = Standing(scenario=left, schedule=Schedule(unplanned=known))

    def timed(lists: Sequences, reasons: Mapping[str, str]) -> Retimed:
        return retimed(empty, left, arrays, _in_order(before, left, begun, lists), reasons)

    made = timed(lists, {})
    stuck = {} if begun.keys().isdisjoint(made.missing) else why_stuck(left, begun)
    if stuck:
        made = timed(lists, stuck)
    violations = check(left, made.schedule)
    if any(violation.rule == CAMPAIGN for violation in violations):
        # Something has happened otherwise than it was planned, and made a run longer.
        lists = tuple(broken_up(left, *each) for each in zip(left.machines, lists, strict=True))
        made = timed(lists, stuck | _left_out(left, lists, made.schedule))
        violations = check(left, made.schedule)
    while too_many := _too_many(violations, begun):
        lists = tuple(_without(left, lane, too_many) for lane in lists)
        made = timed(lists, stuck | _left_out(left, lists, made.schedule))
        violations = check(left, made.schedule)
    if violations:
        raise ScheduleError(f"what is left cannot be planned as it was: {violations[0]}")
    return Standing(scenario=left, schedule=made.schedule)


def _too_many(violations: Sequence[Violation], begun: Mapping[str, Actual]) -> frozenset[str]:
    """Return what has not begun of batches that are too many in a row."""
    names = (name for v in violations if v.rule == CAMPAIGN for name in v.operations)
    return frozenset(names) - begun.keys()


def _without(left: Scenario, lane: Lane, names: Collection[str]) -> Lane:
    """Return the batches of a machine without some operations."""
    kept = (tuple(r for r in batch if left.operations[r].name not in names) for batch in lane)
    return tuple(batch for batch in kept if batch)


def _lanes(schedule: Schedule, left: Scenario, begun: Mapping[str, Actual]) -> Sequences:
    """Return the batches of each machine: what has begun, and the rest as it was planned."""
    row = {operation.name: k for k, operation in enumerate(left.operations)}
    lists: list[tuple[tuple[int, ...], ...]] = []
    for machine in left.machines:
        running = _together(machine, [a for a in begun.values() if a.machine == machine.name])
        rest = (
            tuple(row[name] for name in batch.operations if name in row and name not in begun)
            for batch in schedule.on(machine.name)
        )
        first = [tuple(row[name] for name in names) for names in running]
        lane = [batch for batch in rest if batch]
        if running and lane and _goes_on(schedule, machine, running[-1][-1], lane[0], left):
            first[-1] += lane.pop(0)
        lists.append((*first, *lane))
    return tuple(lists)


def _goes_on(
    schedule: Schedule, machine: Machine, running: str, batch: tuple[int, ...], left: Scenario
) -> bool:
    """Return whether `batch` is the rest of that of what runs, where batches in a row count."""
    if machine.process != Process.SERIAL or machine.in_a_row.batches is None:
        return False
    own = next((b.operations for b in schedule.on(machine.name) if running in b.operations), ())
    return left.operations[batch[0]].name in own


def _left_out(left: Scenario, lists: Sequences, made: Schedule) -> dict[str, str]:
    """Return why what is planned in `made` or is so no more for that reason is in no batch."""
    rows = {row for lane in lists for batch in lane for row in batch}
    known = {name for batch in made.batches for name in batch.operations}
    known |= {item.operation for item in made.unplanned if item.reason == TOO_MANY}
    return {
        operation.name: TOO_MANY
        for row, operation in enumerate(left.operations)
        if operation.name in known and row not in rows
    }


def _in_order(
    before: Standing, left: Scenario, begun: Mapping[str, Actual], lists: Sequences
) -> Sequences:
    """Return `lists` with the order in which batches begin, where that counted before.

    What has begun comes first, as it began; the rest gets what machines share as it did before.
    """
    old = before.sequences
    if not isinstance(old, Ordered):
        return lists
    place = {first: rank for rank, first in enumerate(old.order)}
    names = [operation.name for operation in before.scenario.operations]
    rank = {names[row]: place[b[0]] for lane in old for b in lane for row in b}
    keyed = []
    for lane in lists:
        for batch in lane:
            name = left.operations[batch[0]].name
            is_new = name not in begun
            keyed.append((is_new, rank[name] if is_new else begun[name].begun, batch[0]))
    row = {operation.name: k for k, operation in enumerate(left.operations)}
    upkeep = tuple(
        each._replace(operation=row[names[each.operation]])
        for each in old.upkeep
        if names[each.operation] in row and names[each.operation] not in begun
    )
    return Ordered(lists, tuple(first for _, _, first in sorted(keyed)), upkeep=upkeep)


def _together(machine: Machine, running: Sequence[Actual]) -> list[list[str]]:
    """Return what is on a machine now, in batches: serial machines make one by one."""
    in_order = sorted(running, key=lambda actual: actual.begun)
    if machine.process == Process.SERIAL:
        return [[actual.operation] for actual in in_order]
    return [[actual.operation for actual in in_order]] if in_order else []
