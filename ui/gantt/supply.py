"""What the chart draws of resources: how much there is, who uses it, and what a batch would use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planner.domain import During, Need, Operation, Resource, Scenario
from planner.kpis import resource_uses
from planner.schedule import Schedule

DURING = tuple(During)
# Of the family alone; the others are of the operations.
OF_FAMILY = (During.CHANGEOVER, During.SET_UP)


def supply(
    scenario: Scenario,
    schedule: Schedule,
    batches: Sequence[Iterable[str]],
    sets: Sequence[Sequence[int]],
    last: int,
) -> dict[str, Any] | None:
    """Return resources with their uses; None where nothing is shared.

    `batches` are the operations of each batch, in the order of the chart, and `sets` the places of
    the machines each may go to. `levels` are pairs of time and amount until somewhat after `last`.
    `uses` are six numbers each: batch (-1 for upkeep, and for what a machine is set up for without
    one), machine, start, end, amount, and a place in `during`. `of` names for each batch the set of
    needs that it would have, or one for each machine that it may go to; `waiting` for what is
    unplanned.
    """
    if not scenario.resources or not scenario.needs:
        return None
    needs = {id(need): k for k, need in enumerate(scenario.needs)}
    rows = {resource.name: k for k, resource in enumerate(scenario.resources)}
    wanted = _Wanted(scenario, needs)
    return {
        "name": [resource.name for resource in scenario.resources],
        "during": [str(during) for during in DURING],
        "levels": [_levels(resource, last) for resource in scenario.resources],
        "uses": _uses(scenario, schedule, rows),
        "needs": [
            [rows[n.resource], DURING.index(n.during), n.amount, n.units] for n in scenario.needs
        ],
        "of": [
            wanted.on_each(names, machines) for names, machines in zip(batches, sets, strict=True)
        ],
        "waiting": [
            wanted.on_each([item.operation], _machines_of(scenario, item.operation))
            for item in schedule.unplanned
        ],
        "sets": wanted.sets,
    }


def _machines_of(scenario: Scenario, name: str) -> list[int]:
    durations = scenario.operation[name].durations
    return [row for row, machine in enumerate(scenario.machines) if machine.name in durations]


def _levels(resource: Resource, last: int) -> list[int]:
    seen = [level for level in resource.levels if level.start <= 2 * last + 10_000]
    return [value for level in seen for value in level]


def _uses(scenario: Scenario, schedule: Schedule, rows: Mapping[str, int]) -> list[list[int]]:
    """Return the uses of each resource; those of one batch follow each other."""
    first, count = {}, 0
    places = {machine.name: row for row, machine in enumerate(scenario.machines)}
    for machine in scenario.machines:
        first[machine.name] = count - 1
        count += len(schedule.on(machine.name))
    found: list[list[int]] = [[] for _ in rows]
    for use in resource_uses(scenario, schedule):
        batch = first[use.machine] + use.batch if use.batch else -1
        when = DURING.index(use.during)
        found[rows[use.resource]] += [
            batch, places[use.machine], use.start, use.end, use.amount, when,
        ]  # fmt: skip
    return found


class _Wanted:
    """Which needs operations have on a machine; equal sets of needs are kept once, in `sets`."""

    def __init__(self, scenario: Scenario, places: Mapping[int, int]) -> None:
        self.sets: list[list[int]] = []
        self._scenario = scenario
        self._places = places
        self._known: dict[tuple[int, ...], int] = {}
        self._of_families: dict[tuple[str, str], tuple[Need, ...]] = {}

    def on_each(self, names: Iterable[str], machines: Sequence[int]) -> int | list[int]:
        """Return the set of needs on each machine, or one number where it is always the same."""
        operations = [self._scenario.operation[name] for name in names]
        found = [self._on(self._scenario.machines[row].name, operations) for row in machines]
        return found[0] if found and len(set(found)) == 1 else found

    def _on(self, machine: str, operations: Sequence[Operation]) -> int:
        needs = {id(n): n for o in operations for n in self._scenario.needs_of(machine, o)}
        for need in self._of_family(machine, operations[0].family):
            needs[id(need)] = need
        key = tuple(sorted(self._places[one] for one in needs))
        if key not in self._known:
            self._known[key] = len(self.sets)
            self.sets.append(list(key))
        return self._known[key]

    def _of_family(self, machine: str, family: str) -> tuple[Need, ...]:
        key = (machine, family)
        if key not in self._of_families:
            self._of_families[key] = tuple(
                need
                for during in OF_FAMILY
                for need in self._scenario.needs_of_family(machine, family, during)
            )
        return self._of_families[key]
