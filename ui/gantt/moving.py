"""What the chart needs to know to show, while a batch is dragged, where it may go and from when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planner.domain import Machine, Process, Scenario
from planner.kpis import on_route
from planner.schedule import Batch, Unplanned

# More changeovers than these are not sent: the ghost then leaves the changeover out.
MOST_CHANGEOVERS = 250_000


def may_go(scenario: Scenario, batches: Sequence[Batch]) -> dict[str, Any]:
    """Return for each batch to which machines it may go, and how long it takes there.

    `sets` are lists of machines by place; `of` names the set of each batch, `lasts` the working
    time on each machine of its set, `release` from when on it may start.
    """
    sets: dict[tuple[int, ...], int] = {}
    of, lasts, release = [], [], []
    for batch in batches:
        machines = _machines(scenario, batch.operations)
        of.append(sets.setdefault(machines, len(sets)))
        lasts.append(_shortened([_lasts(scenario, batch, row) for row in machines]))
        release.append(_release(scenario, batch))
    return {"sets": [list(each) for each in sets], "of": of, "lasts": lasts, "release": release}


def _machines(scenario: Scenario, operations: Iterable[str]) -> tuple[int, ...]:
    durations = [scenario.operation[name].durations for name in operations]
    return tuple(
        row
        for row, machine in enumerate(scenario.machines)
        if all(machine.name in each for each in durations)
    )


def _lasts(scenario: Scenario, batch: Batch, row: int) -> int:
    machine = scenario.machines[row]
    times = [scenario.operation[name].durations[machine.name].minimum for name in batch.operations]
    return sum(times) if machine.process == Process.SERIAL else max(times, default=0)


def _shortened(times: list[int]) -> int | list[int]:
    return times[0] if times and len(set(times)) == 1 else times


def _release(scenario: Scenario, batch: Batch) -> int:
    releases = [scenario.order[scenario.operation[name].order].release for name in batch.operations]
    serial = scenario.machine[batch.machine].process == Process.SERIAL
    return releases[0] if serial else max(releases, default=0)


def set_up(scenario: Scenario) -> dict[str, Any]:
    """Return changeover times by group of machines, and how each machine begins.

    `minutes` is empty where there are more than `MOST_CHANGEOVERS`.
    """
    table = scenario.changeovers
    index = table.index
    few = table.minutes.size <= MOST_CHANGEOVERS
    return {
        "minutes": table.minutes.tolist() if few else [],
        "group": [table.groups.get(machine.name, 0) for machine in scenario.machines],
        "initial": [_row(index, machine) for machine in scenario.machines],
        "pausable": [machine.pausable for machine in scenario.machines],
    }


def _row(index: Mapping[str, int], machine: Machine) -> int:
    return -1 if machine.initial_family is None else index[machine.initial_family]


def not_planned(scenario: Scenario, unplanned: Sequence[Unplanned]) -> list[dict[str, Any]]:
    """Return what is not planned: its name, what is told of it, why, and where it may go."""
    index = scenario.changeovers.index
    return [
        {
            "operation": item.operation,
            "order": scenario.operation[item.operation].order,
            "told": _told(scenario, item.operation),
            "reason": item.reason,
            "family": index[scenario.operation[item.operation].family],
            "machines": list(_machines(scenario, [item.operation])),
            "lasts": [
                scenario.operation[item.operation].durations[scenario.machines[row].name].minimum
                for row in _machines(scenario, [item.operation])
            ],
            "release": scenario.order[scenario.operation[item.operation].order].release,
        }
        for item in unplanned
    ]


def _told(scenario: Scenario, operation: str) -> str:
    order = scenario.order[scenario.operation[operation].order]
    parts = (order.name, on_route(scenario, operation), order.product, order.customer)
    return " · ".join(filter(None, parts))
