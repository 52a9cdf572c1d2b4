"""The slow, obvious optimum where machines share: every sequence in every order, unit by unit.

Each operation is a batch of its own. A batch starts at the first minute at which the checker finds
nothing wrong with it and all that was placed before it.
"""

from collections.abc import Iterator
from itertools import permutations

from planner.checker import check
from planner.domain import Scenario
from planner.kpis import measure
from planner.schedule import Batch, Placement, Schedule, Unplanned

Turn = tuple[str, str]  # operation, machine


def least_cost_shared(scenario: Scenario) -> int:
    """Return the least cost of all schedules that place one operation after the other."""
    return min(measure(scenario, placed(scenario, turns)).cost for turns in _all_turns(scenario))


def _all_turns(scenario: Scenario) -> Iterator[tuple[Turn, ...]]:
    """Yield every order of the operations with every choice of machines."""
    for order in permutations(scenario.operation):
        yield from _with_machines(scenario, order, ())


def _with_machines(
    scenario: Scenario, left: tuple[str, ...], turns: tuple[Turn, ...]
) -> Iterator[tuple[Turn, ...]]:
    if not left:
        yield turns
        return
    for machine in scenario.operation[left[0]].durations:
        yield from _with_machines(scenario, left[1:], (*turns, (left[0], machine)))


def placed(scenario: Scenario, turns: tuple[Turn, ...]) -> Schedule:
    """Return the schedule that places each in its turn; what finds no place is unplanned."""
    batches: tuple[Batch, ...] = ()
    for name, machine in turns:
        batches += _first_that_fits(scenario, batches, name, machine)
    return completed(scenario, batches)


def _first_that_fits(
    scenario: Scenario, batches: tuple[Batch, ...], name: str, machine: str
) -> tuple[Batch, ...]:
    operation = scenario.operation[name]
    ready = max((batch.end for batch in batches if batch.machine == machine), default=0)
    length = operation.durations[machine].minimum
    for start in range(ready, scenario.horizon - length + 1):
        batch = Batch(
            machine=machine,
            family=operation.family,
            start=start,
            end=start + length,
            placements=(Placement(operation=name, start=start, end=start + length),),
        )
        if not check(scenario, completed(scenario, (*batches, batch))):
            return (batch,)
    return ()


def completed(scenario: Scenario, batches: tuple[Batch, ...]) -> Schedule:
    """Return a schedule of `batches` in which everything else has no room."""
    done = {name for batch in batches for name in batch.operations}
    left = (Unplanned(operation=o, reason="no room") for o in scenario.operation if o not in done)
    return Schedule(batches=batches, unplanned=tuple(left))
