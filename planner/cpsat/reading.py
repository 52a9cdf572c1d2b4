"""From the values of a model's variables to sequences."""

from collections.abc import Callable, Iterator

from ortools.sat.python.cp_model import LinearExpr

from planner.arrays import CONTINUOUS, SERIAL
from planner.cpsat.variables import DEPOT, TrackVars, Variables

Batches = tuple[tuple[int, ...], ...]
Value = Callable[[LinearExpr], int]


def batches_of(variables: Variables, value: Value) -> dict[int, Batches]:
    """Return by machine the batches of each track of `variables`, in order."""
    return {track.machine: tuple(_batches(track, value)) for track in variables.tracks}


def _batches(track: TrackVars, value: Value) -> Iterator[tuple[int, ...]]:
    following = {arc.tail: arc for arc in track.arcs if value(arc.taken)}
    batch: list[int] = []
    arc = following.get(DEPOT)
    while arc is not None and arc.head != DEPOT:
        if batch and not arc.joins:
            yield tuple(batch)
            batch = []
        batch += _members(track, arc.head, value)
        arc = following[arc.head]
    if batch:
        yield tuple(batch)


def _members(track: TrackVars, index: int, value: Value) -> list[int]:
    node = track.nodes[index]
    if track.process == SERIAL:
        return [node.operation]
    members = [operation for operation, taken in node.members.items() if value(taken)]
    if track.process == CONTINUOUS:
        members.sort(key=lambda operation: (value(track.entries[operation]), operation))
    return members
