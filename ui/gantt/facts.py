"""What the chart tells of each operation, whatever the schedule: found once for a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from planner.domain import Operation, Order, Scenario
from ui.gantt.links import label_of
from ui.words import due

# Scenarios of which it is kept: those of the plans that are looked at in turn.
MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """One operation for the chart.

    `machines` are the places of those it may go to, and `lasts` its least working time on each of
    them. `due_text` is when its order is due, in words.
    """

    order: Order
    machines: tuple[int, ...]
    lasts: tuple[int, ...]
    due_text: str
    label: str


class _Same:
    """A scenario that is equal to nothing but itself: to compare what is in it would take long."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.scenario is other.scenario


def facts_of(scenario: Scenario) -> Mapping[str, OperationFacts]:
    """Return what is to be told of each operation, by name."""
    return _facts_of(_Same(scenario))


@lru_cache(maxsize=MOST_KEPT)
def _facts_of(same: _Same) -> Mapping[str, OperationFacts]:
    scenario = same.scenario
    rows = {machine.name: row for row, machine in enumerate(scenario.machines)}
    told = {o.due: due(scenario.clock, o.due) for o in scenario.orders}
    return {
        operation.name: _facts(scenario, operation, rows, told) for operation in scenario.operations
    }


def _facts(
    scenario: Scenario,
    operation: Operation,
    rows: Mapping[str, int],
    told: Mapping[int | None, str],
) -> OperationFacts:
    order = scenario.order[operation.order]
    times = sorted((rows[name], time.minimum) for name, time in operation.durations.items())
    return OperationFacts(
        order=order,
        machines=tuple(row for row, _ in times),
        lasts=tuple(minimum for _, minimum in times),
        due_text=told[order.due],
        label=label_of(scenario, operation.name),
    )
