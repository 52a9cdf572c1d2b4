"""Needs that can never bind: there is as much of the resource as all machines at once could want.

A mould that fits one press only is never waited for. Planning without such needs gives the same
schedules and keeps the fast timing of machines that share nothing; the checker judges by all.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from planner.arrays import NEVER
from planner.domain import During, Need, Process, Scenario

_OF_FAMILY = (During.CHANGEOVER, During.SET_UP)


def without_slack(scenario: Scenario) -> Scenario:
    """Return `scenario` without the needs of resources of which there is always enough."""
    if not scenario.needs:
        return scenario
    most: Counter[str] = Counter()
    for machine in scenario.machine:
        most.update(_wanted_on(scenario, machine))
    enough = {
        resource.name
        for resource in scenario.resources
        if len(resource.levels) == 1 and most[resource.name] <= resource.most
    }
    needs = tuple(need for need in scenario.needs if need.resource not in enough)
    return scenario if len(needs) == len(scenario.needs) else replace(scenario, needs=needs)


def _wanted_on(scenario: Scenario, machine: str) -> Counter[str]:
    """Return at least as much of each resource as one machine needs at one moment."""
    here = [item for item in scenario.operations if machine in item.durations]
    families = {item.family for item in here} | _set_up_without_orders(scenario, machine)
    runs = {scenario.needs_of(machine, item) for item in here}
    wanted = _most_of(runs)
    if scenario.machine[machine].process is not Process.SERIAL:
        # How many rows of needs come together in one batch is left open.
        wanted = Counter(dict.fromkeys(wanted, NEVER))
    for during in _OF_FAMILY:
        wanted.update(_most_of(scenario.needs_of_family(machine, f, during) for f in families))
    wanted.update(_most_of([scenario.needs_of_upkeep(machine)]))
    return wanted


def _most_of(together: Iterable[tuple[Need, ...]]) -> Counter[str]:
    """Return the most of each resource that any of some needs, each together, want of it."""
    most: Counter[str] = Counter()
    for needs in together:
        amounts: Counter[str] = Counter()
        for need in needs:
            amounts[need.resource] += need.amount
        most |= amounts
    return most


def _set_up_without_orders(scenario: Scenario, machine: str) -> set[str]:
    """Return the families that a machine may be set up for though it makes none of them."""
    named = {scenario.machine[machine].initial_family}
    named |= {upkeep.sets_up for upkeep in scenario.upkeeps_of(machine)}
    return {family for family in named if family is not None}
