"""From the values of a model's variables to sequences."""

from collections.abc import Callable, Iterator

from ortools.sat.python.cp_model import LinearExpr

from planner.arrays import (
    AS_GIVEN,
    CONTINUOUS,
    NEED_DURING,
    NEED_RESOURCE,
    SERIAL,
    SET_UP,
    Arrays,
    BeforeBatch,
    Ordered,
    Sequences,
)
from planner.cpsat.batch_places import set_up_after
from planner.cpsat.variables import DEPOT, TrackVars, Variables
from planner.search.begins import Begin, in_order

Batches = tuple[tuple[int, ...], ...]
Value = Callable[[LinearExpr | int], int]


def batches_of(variables: Variables, value: Value) -> dict[int, Batches]:
    """Return by machine the batches of its one track, in order."""
    machines = (track.machine for track in variables.tracks)
    return dict(zip(machines, batches_by_track(variables, value), strict=True))


def batches_by_track(variables: Variables, value: Value) -> tuple[Batches, ...]:
    """Return the batches of each track of `variables`, in order."""
    return tuple(tuple(batch for _, batch in _batches(track, value)) for track in variables.tracks)


def sequences_of(arrays: Arrays, variables: Variables, value: Value) -> Sequences:
    """Return the sequences of a model of all machines.

    With the order in which the changeovers before batches begin, and upkeep, where that counts.
    """
    batches = batches_of(variables, value)
    sequences = tuple(batches[machine] for machine in sorted(batches))
    if not variables.ordered:
        return sequences
    order = in_order(
        _begin(arrays, track, index, batch[0], value)
        for track in variables.tracks
        for index, batch in _batches(track, value)
    )
    return Ordered(sequences, order, upkeep=tuple(_upkeep(variables, value)))


def held_to_their_times(variables: Variables, value: Value, sequences: Ordered) -> Ordered:
    """Return `sequences` with each operation not before the time that the model gives it."""
    starts = variables.times.start if variables.times else {}
    planned = [o for batches in sequences for batch in batches for o in batch]
    not_before = tuple((o, value(starts[o])) for o in planned)
    begun = {
        batch[0]: track.clock.start_time(min(value(one.start) for one in before))
        for track in variables.tracks
        for index, batch in _batches(track, value)
        if (before := [one for one in track.upkeep.get(index, ()) if value(one.present)])
    }
    upkeep = (each._replace(not_before=begun.get(each.operation, 0)) for each in sequences.upkeep)
    return Ordered(sequences, sequences.order, not_before, tuple(upkeep))


def _upkeep(variables: Variables, value: Value) -> Iterator[BeforeBatch]:
    """Yield the upkeep before each batch of machines that need any."""
    for track in variables.tracks:
        for index, batch in _batches(track, value) if track.upkeep else ():
            done = (one for one in track.upkeep.get(index, ()) if value(one.present))
            yield BeforeBatch(batch[0], AS_GIVEN + sum(1 << one.number for one in done))


def _begin(arrays: Arrays, track: TrackVars, index: int, operation: int, value: Value) -> Begin:
    """Return when the changeover begins before the batch that begins with a node."""
    node = track.nodes[index]
    arc = next(arc for arc in track.arcs if arc.head == index and value(arc.taken))
    family = track.family if arc.tail == DEPOT else track.nodes[arc.tail].family
    family = set_up_after(arrays, track.machine, family, arc.upkeep)
    start = node.start if isinstance(node.start, int) else value(node.start)
    before, after = (_held(arrays, track.machine, each) for each in (family, node.family))
    moment = track.clock.start_time(start - arc.minutes)
    return Begin(moment, operation, before - after, after - before)


def _held(arrays: Arrays, machine: int, family: int) -> frozenset[int | str]:
    """Return the resources that a machine holds while it is set up for a family."""
    table = arrays.family_needs
    rows = table[(table[:, 0] == machine) & (table[:, 1] == family), 2]
    held = rows[arrays.need[rows, NEED_DURING] == SET_UP]
    return frozenset(arrays.need[held, NEED_RESOURCE].tolist())


def _batches(track: TrackVars, value: Value) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each batch with the node that it begins with."""
    following = {arc.tail: arc for arc in track.arcs if value(arc.taken)}
    batch: list[int] = []
    first = DEPOT
    arc = following.get(DEPOT)
    while arc is not None and arc.head != DEPOT:
        if batch and not arc.joins:
            yield first, tuple(batch)
            batch = []
        if not batch:
            first = arc.head
        batch += _members(track, arc.head, value)
        arc = following[arc.head]
    if batch:
        yield first, tuple(batch)


def _members(track: TrackVars, index: int, value: Value) -> list[int]:
    node = track.nodes[index]
    if track.process == SERIAL:
        return [node.operation]
    members = [operation for operation, taken in node.members.items() if value(taken)]
    if track.process == CONTINUOUS:
        members.sort(key=lambda operation: (value(track.entries[operation]), operation))
    return members
