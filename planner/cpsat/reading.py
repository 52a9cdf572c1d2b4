"""From the values of a model's variables to sequences."""

from collections.abc import Callable, Iterator
from typing import Any

from planner.arrays import CONTINUOUS, SERIAL
from planner.cpsat.variables import DEPOT, LineVars, Variables

Batches = tuple[tuple[int, ...], ...]
Value = Callable[[Any], int]


def batches_of(variables: Variables, value: Value) -> dict[int, Batches]:
    """Return by machine the batches of each line of `variables`, in order."""
    return {line.line.machine: tuple(_batches(line, value)) for line in variables.lines}


def _batches(line: LineVars, value: Value) -> Iterator[tuple[int, ...]]:
    following = {arc.tail: arc for arc in line.arcs if value(arc.taken)}
    batch: list[int] = []
    arc = following.get(DEPOT)
    while arc is not None and arc.head != DEPOT:
        if batch and not arc.joins:
            yield tuple(batch)
            batch = []
        batch += _members(line, arc.head, value)
        arc = following[arc.head]
    if batch:
        yield tuple(batch)


def _members(line: LineVars, index: int, value: Value) -> list[int]:
    node = line.nodes[index]
    if line.process == SERIAL:
        return [node.operation]
    members = [operation for operation, taken in node.members.items() if value(taken)]
    if line.process == CONTINUOUS:
        members.sort(key=lambda operation: (value(line.entries[operation]), operation))
    return members
