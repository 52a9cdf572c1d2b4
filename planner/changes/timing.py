"""Sequences to a schedule again: earliest times, and everything that stays is the same object."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.arrays import NONE, Arrays, Sequences
from planner.changes.standing import Standing
from planner.domain import Operation, Scenario
from planner.schedule import Batch, Schedule, Unplanned
from planner.search.decoding import NO_ROOM, TimedOperations, timed_operations


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """A schedule of given sequences, and which of their operations could not be timed."""

    schedule: Schedule
    missing: tuple[str, ...]
    circling: tuple[str, ...]


def retimed(
    standing: Standing,
    scenario: Scenario,
    arrays: Arrays,
    sequences: Sequences,
    reasons: Mapping[str, str],
) -> Retimed:
    """Return the schedule of `sequences` at the earliest times that their order allows.

    Rows are those of `arrays`, the view of `scenario`; those of `standing` are the same. Batches
    that are as they were are the same objects. What is not planned is so for the reason that
    `reasons` or the schedule before gives.
    """
    own = standing.state if arrays is standing.arrays else None
    timed = timed_operations(scenario, arrays, sequences, own)
    batches = tuple(
        batch
        for machine, name in enumerate(scenario.machine)
        for batch in _on(standing, timed, machine, name, sequences)
    )
    given = [row for lists in sequences for batch in lists for row in batch]
    missing = tuple(timed.name[row] for row in given if timed.end[row] == NONE)
    known = {item.operation: item.reason for item in standing.schedule.unplanned} | dict(reasons)
    return Retimed(
        schedule=Schedule(
            batches=batches,
            unplanned=_unplanned(scenario, timed, known),
            upkeeps=timed.planned_upkeep(),
        ),
        missing=missing,
        circling=tuple(timed.name[row] for row in sorted(timed.circling)),
    )


def _on(
    standing: Standing, timed: TimedOperations, machine: int, name: str, sequences: Sequences
) -> Iterator[Batch]:
    """Yield the batches of one machine, the old ones where they are the same."""
    old = standing.schedule.on(name)
    if sequences[machine] == standing.sequences[machine] and all(
        _is_as_before(standing, timed, batch) for batch in old
    ):
        yield from old
        return
    by_first = {standing.row[batch.operations[0]]: batch for batch in old}
    for rows in timed.batches(machine, merge=True):
        first = min(rows, key=timed.start.__getitem__)
        before = by_first.get(first)
        made = timed.batch(machine, rows)
        yield before if before is not None and before == made else made


def _is_as_before(standing: Standing, timed: TimedOperations, batch: Batch) -> bool:
    row = standing.row
    return all(
        timed.start[row[p.operation]] == p.start and timed.end[row[p.operation]] == p.end
        for p in batch.placements
    )


def _unplanned(
    scenario: Scenario, timed: TimedOperations, known: Mapping[str, str]
) -> tuple[Unplanned, ...]:
    out = [
        (operation, known.get(operation.name))
        for row, operation in enumerate(scenario.operations)
        if timed.end[row] == NONE
    ]
    left = {operation.name for operation, _ in out}
    return tuple(
        Unplanned(operation=operation.name, reason=reason or _reason(operation, left))
        for operation, reason in out
    )


def _reason(operation: Operation, left: set[str]) -> str:
    missing = [link.operation for link in operation.after if link.operation in left]
    return f"it comes after {missing[0]}, which is unplanned" if missing else NO_ROOM
