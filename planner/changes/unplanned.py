"""Why something is not planned, beyond the reason that was kept: found by looking for a place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from planner.arrays import NEVER, Arrays, Sequences, arrays_from
from planner.changes.differing import hours
from planner.changes.standing import Standing
from planner.changes.wording import moment, step_of
from planner.domain import NO_LIMIT, Machine, Scenario
from planner.search.kernels import State
from planner.search.placing import PricedPlace, priced_places
from planner.validator import impossible

# Of an operation that many machines may make, so many are looked at.
MACHINES = 6


def why_unplanned(standing: Standing, name: str) -> tuple[str, ...]:
    """Return why an operation is in no batch, in sentences; nothing for one that is planned.

    What is before it on its route comes first. Then, machine by machine, whether there would be a
    place, by how much it would miss its deadline, or what else is missing.
    """
    return tuple(_why(standing, name, frozenset()))


def _why(standing: Standing, name: str, seen: frozenset[str]) -> Iterator[str]:
    kept = {item.operation: item.reason for item in standing.schedule.unplanned}
    if name not in kept:
        return
    scenario = standing.scenario
    who = step_of(scenario, name)
    yield f"{who[:1].upper()}{who[1:]} is not planned: {kept[name]}."
    before = [link.operation for link in scenario.operation[name].after if link.operation in kept]
    if before:
        for each in before:
            if each not in seen:
                yield from _why(standing, each, seen | {name})
        return
    alone = impossible(scenario).get(name)
    if alone is None:
        yield from _machines(standing, name)
    elif alone != kept[name]:
        yield f"Whatever else is planned: {alone}."


def _machines(standing: Standing, name: str) -> Iterator[str]:
    """Yield what keeps an operation from each of its machines, beside the rest of the plan."""
    scenario, arrays, row = standing.scenario, standing.arrays, standing.row[name]
    mine = arrays.order == arrays.order[row]
    never = np.where(mine, NEVER, arrays.deadline)
    here = _earliest(standing, arrays, row, standing.state)
    late = _earliest(standing, arrays._replace(deadline=never), row)
    shared = _earliest(standing, arrays_from(_without_shares(scenario)), row)
    eligible = list(scenario.operation[name].durations)
    for machine in eligible[:MACHINES]:
        number = list(scenario.machine).index(machine)
        if number in here:
            yield _there_is_room(standing, machine, here[number])
        elif number in late:
            yield _after_deadline(standing, name, machine, late[number])
        elif scenario.shares and number in shared:
            yield (
                f"On {machine} there is open time for it, but not enough of what machines share, "
                "or too much of one family in a row."
            )
        else:
            yield _no_room(scenario, scenario.machine[machine])
    if len(eligible) > MACHINES:
        yield f"Its {len(eligible) - MACHINES} other machines were not looked at."


def _earliest(
    standing: Standing, arrays: Arrays, row: int, state: State | None = None
) -> Mapping[int, PricedPlace]:
    """Return by machine the place where an operation ends first and nothing else is lost.

    To plan it saves its own penalty: what costs more than now would drop something else.
    """
    found: dict[int, PricedPlace] = {}
    before: Sequences = standing.sequences
    for place in priced_places(arrays, before, row, state):
        known = found.get(place.machine)
        is_first = known is None or place.end < known.end
        if place.cost < standing.cost and is_first:
            found[place.machine] = place
    return found


def _without_shares(scenario: Scenario) -> Scenario:
    """Return `scenario` as if there were enough of all that machines share."""
    machines = tuple(replace(machine, in_a_row=NO_LIMIT) for machine in scenario.machines)
    return replace(scenario, machines=machines, needs=())


def _there_is_room(standing: Standing, machine: str, place: PricedPlace) -> str:
    end = moment(standing.scenario, place.end)
    return f"On {machine} there is a place for it: it would be complete {end} at the earliest."


def _after_deadline(standing: Standing, name: str, machine: str, place: PricedPlace) -> str:
    scenario = standing.scenario
    deadline = scenario.order[scenario.operation[name].order].deadline
    end = moment(scenario, place.end)
    if deadline is None or place.end <= deadline:
        return (
            f"On {machine} it could be complete {end}, and then what comes after it would miss "
            "the deadline."
        )
    late = hours(place.end - deadline, scenario.clock.units_per_minute)
    return (
        f"On {machine} it could be complete {end} at the earliest, {late} h after its deadline, "
        f"{moment(scenario, deadline)}."
    )


def _no_room(scenario: Scenario, machine: Machine) -> str:
    end = moment(scenario, scenario.horizon)
    return (
        f"On {machine.name} no open time is long enough for it and its changeover beside the "
        f"rest until {end}."
    )
