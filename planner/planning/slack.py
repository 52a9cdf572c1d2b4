"""Needs that can never bind: there is as much of the resource as all machines at once could want.

A mould that fits one press only is never waited for. Planning without such needs gives the same
schedules and keeps the fast timing of machines that share nothing; the checker judges by all.
"""

from dataclasses import replace

from planner.domain import During, Need, Process, Scenario

_OF_FAMILY = (During.CHANGEOVER, During.SET_UP)


def without_slack(scenario: Scenario) -> Scenario:
    """Return `scenario` without the needs of resources of which there is always enough."""
    enough = {
        resource.name
        for resource in scenario.resources
        if len(resource.levels) == 1 and _most_wanted(scenario, resource.name) <= resource.most
    }
    needs = tuple(need for need in scenario.needs if need.resource not in enough)
    return scenario if len(needs) == len(scenario.needs) else replace(scenario, needs=needs)


def _most_wanted(scenario: Scenario, resource: str) -> float:
    """Return at least as much of a resource as is ever needed at one moment."""
    needs = tuple(need for need in scenario.needs if need.resource == resource)
    if not needs:
        return 0
    own = replace(scenario, needs=needs)
    return sum(_wanted_on(own, machine) for machine in scenario.machine)


def _wanted_on(scenario: Scenario, machine: str) -> float:
    """Return at least as much as one machine needs at one moment, of all needs of a scenario."""
    here = [item for item in scenario.operations if machine in item.durations]
    if scenario.machine[machine].process is not Process.SERIAL:
        # How many rows of needs come together in one batch is left open.
        if any(scenario.needs_of(machine, item) for item in here):
            return float("inf")
        here_run = 0
    else:
        here_run = max((_sum(scenario.needs_of(machine, item)) for item in here), default=0)
    families = {item.family for item in here} | _set_up_without_orders(scenario, machine)
    of_family = sum(
        max((_sum(scenario.needs_of_family(machine, f, during)) for f in families), default=0)
        for during in _OF_FAMILY
    )
    return here_run + of_family + _sum(scenario.needs_of_upkeep(machine))


def _set_up_without_orders(scenario: Scenario, machine: str) -> set[str]:
    """Return the families that a machine may be set up for though it makes none of them."""
    named = {scenario.machine[machine].initial_family}
    named |= {upkeep.sets_up for upkeep in scenario.upkeeps_of(machine)}
    return {family for family in named if family is not None}


def _sum(needs: tuple[Need, ...]) -> int:
    return sum(need.amount for need in needs)
