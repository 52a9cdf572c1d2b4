"""Operations that cannot be planned whatever is done, and why, in a planner's words."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.domain import Machine, Operation, Order, Scenario
from planner.validator.phrases import place_of, shown_latest, shown_moment, shown_span
from planner.validator.room import (
    Test,
    can_be_set_up,
    demands_of,
    has_room,
    has_time_after_release,
    has_time_at_pin,
    has_time_before_deadline,
    holds,
    is_open_long_enough,
    may_make,
)
from planner.validator.shares import shares_too_small

# Each test contains those before it: the first that fails is the reason.
TESTS: Mapping[str, Test] = {
    "eligible_machine": may_make,
    "batch_capacity": holds,
    "changeover_possible": can_be_set_up,
    "machine_calendar": is_open_long_enough,
    "release": has_time_after_release,
    "deadline": has_time_before_deadline,
    "pinned": has_time_at_pin,
}
COLUMN_OF = {
    "eligible_machine": "eligible_machines",
    "batch_capacity": "",
    "changeover_possible": "family",
    "machine_calendar": "",
    "release": "release",
    "deadline": "deadline",
    "pinned": "pinned_start",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why an operation cannot be planned: the rule that no placement keeps, and words for it."""

    rule: str
    column: str
    words: str


def impossible(scenario: Scenario) -> Mapping[str, str]:
    """Return the operations that no schedule can hold, each with the reason and its row.

    Each operation is looked at alone on otherwise empty machines, so operations that only get in
    each other's way are not among them.
    """
    return {
        name: f"{obstacle.words} ({place_of(scenario, scenario.operation[name].order)})"
        for name, obstacle in obstacles(scenario).items()
    }


def obstacles(scenario: Scenario) -> Mapping[str, Obstacle]:
    """Return what stands in the way of each operation that no schedule can hold."""
    demands = demands_of(scenario)
    everything = np.arange(len(scenario.operations))
    left = everything[~has_room(scenario, demands, everything, has_time_at_pin)]
    found: dict[int, str] = {}
    for rule, test in TESTS.items():
        fits = has_room(scenario, demands, left, test)
        found.update(dict.fromkeys(left[~fits].tolist(), rule))
        left = left[fits]
    own = {
        scenario.operations[row].name: _obstacle(scenario, scenario.operations[row], rule)
        for row, rule in sorted(found.items())
    }
    for name, (rule, words) in shares_too_small(scenario).items():
        own.setdefault(name, Obstacle(rule=rule, column="", words=words))
    return {**own, **_followers(scenario, own)} if own and scenario.has_routes else own


def _followers(scenario: Scenario, own: Mapping[str, Obstacle]) -> Mapping[str, Obstacle]:
    """Return what comes after an operation that no schedule can hold, each with the nearest."""
    after: dict[str, list[str]] = {}
    for item in scenario.operations:
        for before in item.after:
            after.setdefault(before.operation, []).append(item.name)
    found: dict[str, Obstacle] = {}
    reached = list(own)
    for name in reached:  # grows while it is gone through
        for follower in after.get(name, ()):
            if follower not in own and follower not in found:
                words = f"it comes after {name}, which cannot be planned"
                found[follower] = Obstacle(rule="route_order", column="", words=words)
                reached.append(follower)
    return found


def _obstacle(scenario: Scenario, item: Operation, rule: str) -> Obstacle:
    order = scenario.order[item.order]
    names = [item.pin.machine] if item.pin else list(item.durations)
    machines = [scenario.machine[name] for name in names if name in scenario.machine]
    words = {
        "eligible_machine": _not_eligible,
        "batch_capacity": _too_large,
        "changeover_possible": _never_set_up,
        "machine_calendar": _too_long,
        "release": _released_late,
        "deadline": _deadline_early,
        "pinned": _pin_impossible,
    }[rule](scenario, item, machines)
    column = "pinned_machine" if rule == "eligible_machine" and item.pin else COLUMN_OF[rule]
    if rule == "deadline" and order.deadline is None:
        return Obstacle(rule="release", column="release", words=words)
    return Obstacle(rule=rule, column=column, words=words)


def _not_eligible(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    if item.pin:
        return f"it is pinned to {item.pin.machine}, which may not make it"
    empty = [name for name, value in scenario.order[item.order].attributes if not value]
    if empty:
        return f"its attr_{empty[0]} is empty, so it is of no family"
    return "no machine may make it"


def _too_large(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    for k, dimension in enumerate(scenario.dimensions):
        limits = [machine.capacity[k] for machine in machines if machine.name in item.durations]
        most = max((limit for limit in limits if limit is not None), default=0)
        if None not in limits and item.sizes[k] > most:
            return (
                f"its {dimension.shown(item.sizes[k])} {dimension.name} are more than "
                f"its machines hold, {dimension.shown(most)} at most"
            )
    return "it is too large for each of its machines in one way or another"


def _never_set_up(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    names = ", ".join(machine.name for machine in machines if machine.name in item.durations)
    return (
        f"no changeover to its family {item.family} is possible on {names}, neither from what is "
        "set up at the start or after upkeep nor from a family that can be made"
    )


def _too_long(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    machines = [machine for machine in machines if machine.name in item.durations]
    longest = max((w.end - w.start for m in machines for w in m.windows), default=0)
    if longest == 0:
        return "none of its machines is ever open"
    least = shown_span(scenario, _shortest(item, machines))
    return (
        f"it takes {least} and its changeover; the longest window of its machines has "
        f"{shown_span(scenario, longest)}"
    )


def _shortest(item: Operation, machines: list[Machine]) -> int:
    return min(item.durations[machine.name].minimum for machine in machines)


def _released_late(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    release = shown_moment(scenario, scenario.order[item.order].release)
    end = shown_moment(scenario, scenario.horizon)
    return f"after its release {release} its machines have no time for it until {end}"


def _deadline_early(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    order: Order = scenario.order[item.order]
    if order.deadline is None:
        return _released_late(scenario, item, machines)
    usable = [machine for machine in machines if machine.name in item.durations]
    return (
        f"its deadline {shown_latest(scenario, order.deadline)} is too early: it is released "
        f"{shown_moment(scenario, order.release)} and takes "
        f"{shown_span(scenario, _shortest(item, usable))} when its machines are open"
    )


def _pin_impossible(scenario: Scenario, item: Operation, machines: list[Machine]) -> str:
    start = item.pin.start if item.pin and item.pin.start is not None else 0
    order = scenario.order[item.order]
    if start < order.release:
        released = shown_moment(scenario, order.release)
        return f"its pinned start {shown_moment(scenario, start)} is before its release {released}"
    where = f"on {machines[0].name}" if machines else ""
    return (
        f"at its pinned start {shown_moment(scenario, start)} there is no room for it {where}: "
        "closed, too short for it and its changeover, or past its deadline"
    )
