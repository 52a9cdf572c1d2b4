"""What is said to have begun: whether it can all be going on at once, and what machines hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planner.arrays import NONE, Arrays
from planner.domain import During, Machine, Operation, Process, Resource, Scenario
from planner.errors import ChangeError
from planner.schedule import Actual
from planner.validator import impossible

WHICH = "Tell which of them has ended."
WHERE = "Tell where it really is, or mend the data."
STUCK = "it has begun, and cannot go on now"
MISSING = "what it needs is not there, or its machine is not open"


def refuse_contradictions(left: Scenario, begun: Mapping[str, Actual]) -> None:
    """Raise `ChangeError` where what has begun on a machine cannot be on it at once."""
    for machine in left.machines:
        names = [name for name, actual in begun.items() if actual.machine == machine.name]
        running = [left.operation[name] for name in sorted(names)]
        why = _not_together(left, machine, running) if len(running) > 1 else ""
        if why:
            raise ChangeError(
                f"{_listed(running)} have begun on {machine.name}, {why}\n    {WHICH}"
            )


def refuse_ruled_out(left: Scenario, arrays: Arrays, begun: Mapping[str, Actual]) -> None:
    """Raise `ChangeError` where something has begun on a machine that can never make it.

    Rows are those of `arrays`, the view of `left`.
    """
    machines = {machine.name: place for place, machine in enumerate(left.machines)}
    for row, operation in enumerate(left.operations):
        actual = begun.get(operation.name)
        if actual is not None and arrays.shortest[row, machines[actual.machine]] == NONE:
            told = f"{operation.name} has begun on {actual.machine}, where it cannot be made"
            reason = impossible(left).get(operation.name, "it is too large for it")
            raise ChangeError(f"{told}: {reason}\n    {WHERE}")


def why_stuck(left: Scenario, names: Iterable[str]) -> dict[str, str]:
    """Return why what has begun finds no time to go on, as far as one can tell."""
    reasons = impossible(left)
    return {name: f"{STUCK}: {reasons.get(name, MISSING)}" for name in names}


def _not_together(left: Scenario, machine: Machine, running: Sequence[Operation]) -> str:
    """Return why operations cannot be on a machine at once; nothing where they can."""
    if machine.process == Process.SERIAL:
        return "which makes one after the other"
    if len({operation.family for operation in running}) > 1:
        return "and are of different families"
    for place, most in enumerate(machine.capacity):
        load = sum(operation.sizes[place] for operation in running)
        if most is not None and load > most:
            dimension = left.dimensions[place]
            return (
                f"which holds {dimension.shown(most)} {dimension.name}, and together they are "
                f"{dimension.shown(load)}"
            )
    return ""


def _listed(running: Sequence[Operation]) -> str:
    *most, last = [operation.name for operation in running]
    return f"{', '.join(most)} and {last}"


def set_up_within(
    scenario: Scenario, machines: Sequence[Machine], last: Mapping[str, Actual]
) -> tuple[Machine, ...]:
    """Return machines that are set up for no more than there is of what that needs.

    Where they would be, as a mould that has gone on to another machine, what the machine is set up
    for that made something with it longest ago is not known any more. `last` is what each made.
    """
    found = {machine.name: machine for machine in machines}
    by_age = sorted(machines, key=lambda machine: _age(last.get(machine.name)))
    for resource in scenario.resources:
        for machine in by_age:
            held = {name: _held(scenario, each, resource) for name, each in found.items()}
            if sum(held.values()) <= resource.most:
                break
            if held[machine.name]:
                found[machine.name] = replace(found[machine.name], initial_family=None)
    return tuple(found.values())


def _age(last: Actual | None) -> tuple[bool, int]:
    """Return what is less the longer ago it was; what goes on comes last."""
    return (False, -1) if last is None else (last.ended is None, last.begun)


def _held(scenario: Scenario, machine: Machine, resource: Resource) -> int:
    """Return how much of a resource a machine holds by what it is set up for."""
    if machine.initial_family is None:
        return 0
    needs = scenario.needs_of_family(machine.name, machine.initial_family, During.SET_UP)
    return sum(need.amount for need in needs if need.resource == resource.name)
