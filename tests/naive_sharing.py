"""The slow, obvious timing where machines share: each batch at the first minute it may begin at.

Whether it breaks a rule there is asked of the checker, with all that was placed before it.
"""

from collections.abc import Iterable

from planner.calendars import open_units
from planner.checker import check
from planner.domain import Machine, Process, Scenario
from planner.schedule import Batch, Placement, Schedule
from tests.brute_sharing import completed

Turn = tuple[str, tuple[str, ...]]  # machine, operations of one batch


def first_schedule(scenario: Scenario, turns: Iterable[Turn]) -> Schedule:
    """Return the schedule that places batches in their turn; what finds no place is unplanned.

    Batches of several operations are of machines that run them all at once.
    """
    batches: tuple[Batch, ...] = ()
    for machine, operations in turns:
        batches += _first_that_fits(scenario, batches, scenario.machine[machine], operations)
    return completed(scenario, batches)


def _first_that_fits(
    scenario: Scenario, batches: tuple[Batch, ...], machine: Machine, operations: tuple[str, ...]
) -> tuple[Batch, ...]:
    placed = {name for batch in batches for name in batch.operations}
    items = [scenario.operation[name] for name in operations]
    if any(after.operation not in placed for item in items for after in item.after):
        return ()
    ready = max((batch.end for batch in batches if batch.machine == machine.name), default=0)
    length = max(item.durations[machine.name].minimum for item in items)
    assert len(items) == 1 or machine.process == Process.PARALLEL
    for start in range(ready, scenario.horizon - length + 1):
        end = start + length
        while machine.pausable and open_units(machine.windows, start, end) < length:
            end += 1
            if end > scenario.horizon:
                return ()
        batch = Batch(
            machine=machine.name,
            family=items[0].family,
            start=start,
            end=end,
            placements=tuple(Placement(operation=o, start=start, end=end) for o in operations),
        )
        if not check(scenario, completed(scenario, (*batches, batch))):
            return (batch,)
    return ()
