"""Changeovers and upkeep that leave a machine without a way: to a family, or on from one."""

from collections.abc import Iterator

import numpy as np

from planner.domain import BoolArray, Machine, Need, Scenario, Upkeep, reachable
from planner.errors import Finding, Severity
from planner.validator.phrases import shown_span

SHOWN = 5


def changeover_ways(scenario: Scenario) -> Iterator[Finding]:
    """Find families that a machine can never be set up for, and those that it cannot go on from."""
    table = scenario.changeovers
    if table.all_possible:
        return
    made_on: dict[str, set[str]] = {}
    for item in scenario.operations:
        for name in item.durations:
            made_on.setdefault(name, set()).add(item.family)
    row = table.index
    for machine in scenario.machines:
        may = table.possible[table.groups.get(machine.name, 0)]
        made = np.zeros(len(table.families), dtype=np.bool_)
        made[[row[family] for family in made_on.get(machine.name, ())]] = True
        if may[np.ix_(made, made)].all() and machine.initial_family is None:
            continue
        yield from _never_set_up(scenario, machine, may, made)
        yield from _stuck(scenario, machine, may, made)


def _never_set_up(
    scenario: Scenario, machine: Machine, may: BoolArray, made: BoolArray
) -> Iterator[Finding]:
    """Find what can be reached from nothing; a machine that may be set up for anything has none."""
    if machine.initial_family is None:
        return
    begin = may[_set_up_without_orders(scenario, machine)].any(axis=0) & made
    missing = made & ~reachable(may & made, begin)
    if missing.any():
        yield _about_changeovers(
            machine,
            f"{machine.name} can never be set up for {_some(scenario, missing)}",
            "Allow a changeover to it, or upkeep that sets up what leads to it; or name another "
            "machine.",
        )


def _stuck(
    scenario: Scenario, machine: Machine, may: BoolArray, made: BoolArray
) -> Iterator[Finding]:
    """Find what nothing else can follow, where upkeep does not lead on either."""
    others = may & made & ~np.eye(len(made), dtype=np.bool_)
    row = scenario.changeovers.index
    leads_on = any(
        upkeep.sets_up is not None and others[row[upkeep.sets_up]].any()
        for upkeep in scenario.upkeeps_of(machine.name)
    )
    ends = made & ~others.any(axis=1)
    if made.sum() > 1 and ends.any() and not leads_on:
        yield _about_changeovers(
            machine,
            f"nothing else that {machine.name} makes can follow {_some(scenario, ends)}",
            "Nothing to do if it may come last; otherwise allow a changeover from it.",
        )


def _set_up_without_orders(scenario: Scenario, machine: Machine) -> list[int]:
    """Return the rows of what a machine is set up for at the start and after upkeep."""
    row = scenario.changeovers.index
    others = [upkeep.sets_up for upkeep in scenario.upkeeps_of(machine.name)]
    return [row[name] for name in (machine.initial_family, *others) if name is not None]


def _some(scenario: Scenario, chosen: BoolArray) -> str:
    names = [scenario.changeovers.families[k] for k in np.flatnonzero(chosen)]
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _about_changeovers(machine: Machine, message: str, hint: str) -> Finding:
    return Finding(
        rule="changeover_possible",
        file="changeovers.csv",
        column="minutes",
        value=machine.name,
        message=message,
        hint=hint,
        severity=Severity.WARNING,
    )


def upkeep_possible(scenario: Scenario) -> Iterator[Finding]:
    """Find upkeep that can never be done, or that leaves its machine without a way on."""
    made_on: dict[str, set[str]] = {}
    for item in scenario.operations if scenario.upkeeps else ():
        for name in item.durations:
            made_on.setdefault(name, set()).add(item.family)
    for upkeep in scenario.upkeeps:
        machine = scenario.machine[upkeep.machine]
        who = f"{upkeep.name} of {machine.name}"
        longest = max((window.end - window.start for window in machine.windows), default=0)
        if machine.windows and not machine.pausable and upkeep.units > longest:
            lasts = shown_span(scenario, upkeep.units)
            message = f"{who} takes {lasts}, its longest window {shown_span(scenario, longest)}"
            yield _about_upkeep(upkeep, "minutes", message, "Let it pause, or open it longer.")
        if need := _needs_too_much(scenario, machine):
            message = f"{who} needs {need.amount} of {need.resource}, there is never so much"
            hint = "Correct the amount in resources.csv or needs.csv."
            yield _about_upkeep(upkeep, "machine", message, hint)
        families = made_on.get(machine.name, set())
        if upkeep.sets_up is not None and families:
            ways = (scenario.changeover(machine.name, upkeep.sets_up, f) for f in families)
            if all(way is None for way in ways):
                message = f"after {who} it is set up for {upkeep.sets_up}, from which nothing it "
                hint = "Allow a changeover from it in changeovers.csv."
                yield _about_upkeep(upkeep, "sets_up", f"{message}makes can follow", hint)


def _needs_too_much(scenario: Scenario, machine: Machine) -> Need | None:
    """Return a need during upkeep for more than there ever is."""
    most = {resource.name: resource.most for resource in scenario.resources}
    needs = scenario.needs_of_upkeep(machine.name)
    return next((need for need in needs if need.amount > most[need.resource]), None)


def _about_upkeep(upkeep: Upkeep, column: str, message: str, hint: str) -> Finding:
    return Finding(
        rule="upkeep",
        file="upkeep.csv",
        column=column,
        value=upkeep.machine,
        message=message,
        hint=hint,
        severity=Severity.WARNING,
    )
