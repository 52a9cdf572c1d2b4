"""What the chart needs to know to show, while a batch is dragged, where it may go and from when."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.domain import Machine, Process, Scenario
from planner.kpis import on_route
from planner.schedule import Batch, Unplanned
from ui.gantt.facts import OperationFacts, facts_of

# More changeovers than these are not sent: the ghost then leaves the changeover out.
MOST_CHANGEOVERS = 250_000


def may_go(scenario: Scenario, batches: Sequence[Batch]) -> dict[str, Any]:
    """Return for each batch to which machines it may go, and how long it takes there.

    `sets` are lists of machines by place; `of` names the set of each batch, `lasts` the working
    time on each machine of its set, `release` from when on it may start.
    """
    facts = facts_of(scenario)
    sets: dict[tuple[int, ...], int] = {}
    of, lasts, release = [], [], []
    for batch in batches:
        operations = [facts[name] for name in batch.operations]
        machines = _machines(operations)
        of.append(sets.setdefault(machines, len(sets)))
        lasts.append(_shortened(_lasts(scenario, operations, machines)))
        release.append(_release(scenario, batch, operations))
    return {"sets": [list(each) for each in sets], "of": of, "lasts": lasts, "release": release}


def _machines(operations: Sequence[OperationFacts]) -> tuple[int, ...]:
    """Return the machines that may make all of them, by place."""
    if len(operations) == 1:
        return operations[0].machines
    shared = set(operations[0].machines).intersection(*(each.machines for each in operations[1:]))
    return tuple(sorted(shared))


def _lasts(
    scenario: Scenario, operations: Sequence[OperationFacts], machines: Sequence[int]
) -> Sequence[int]:
    if len(operations) == 1:
        return operations[0].lasts
    by_row = [dict(zip(each.machines, each.lasts, strict=True)) for each in operations]
    return [
        (sum if scenario.machines[row].process == Process.SERIAL else max)(
            each[row] for each in by_row
        )
        for row in machines
    ]


def _shortened(times: Sequence[int]) -> int | list[int]:
    return times[0] if times and len(set(times)) == 1 else list(times)


def _release(scenario: Scenario, batch: Batch, operations: Sequence[OperationFacts]) -> int:
    serial = scenario.machine[batch.machine].process == Process.SERIAL
    first = operations[0].order.release
    return first if serial else max(each.order.release for each in operations)


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
        "serial": [machine.process == Process.SERIAL for machine in scenario.machines],
    }


def _row(index: Mapping[str, int], machine: Machine) -> int:
    return -1 if machine.initial_family is None else index[machine.initial_family]


def not_planned(scenario: Scenario, unplanned: Sequence[Unplanned]) -> list[dict[str, Any]]:
    """Return what is not planned: its name, what is told of it, why, and where it may go."""
    index, facts = scenario.changeovers.index, facts_of(scenario)
    return [
        {
            "operation": item.operation,
            "order": facts[item.operation].order.name,
            "told": _told(scenario, item.operation),
            "reason": item.reason,
            "family": index[scenario.operation[item.operation].family],
            "machines": list(facts[item.operation].machines),
            "lasts": list(facts[item.operation].lasts),
            "release": facts[item.operation].order.release,
        }
        for item in unplanned
    ]


def _told(scenario: Scenario, operation: str) -> str:
    order = scenario.order[scenario.operation[operation].order]
    parts = (order.name, on_route(scenario, operation), order.product, order.customer)
    return " · ".join(filter(None, parts))
