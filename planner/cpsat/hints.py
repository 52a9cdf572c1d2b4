"""Tells the model a schedule that is known: every decision, and every time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.arrays import CONTINUOUS, NONE, SERIAL, Arrays, Sequences
from planner.cpsat.frames import is_single
from planner.cpsat.variables import DEPOT, Node, TrackVars, Variables
from planner.search import kernels
from planner.search.state import load, new_state
from planner.search.upkeep import TimedUpkeep, upkeep_in


class Times(NamedTuple):
    """When each operation begins and ends in scenario time, NONE where it is unplanned; upkeep.

    Upkeep by the operation that begins the batch behind it.
    """

    start: list[int]
    end: list[int]
    upkeep: Mapping[int, list[TimedUpkeep]]


class Hinted(NamedTuple):
    """One batch of a hint: the node it uses, its operations, and the upkeep before it."""

    node: int
    operations: tuple[int, ...]
    joins: bool
    upkeep: Sequence[TimedUpkeep] = ()

    @property
    def before(self) -> int:
        """Return the upkeep as a number, see BeforeBatch."""
        return sum(1 << timed.number for timed in self.upkeep)


def times_of(arrays: Arrays, sequences: Sequences) -> Times:
    """Return the earliest times of `sequences`."""
    state = new_state(arrays, seed=0)
    load(state, sequences)
    kernels.record_times(state)
    planned = {operation for track in sequences for batch in track for operation in batch}
    ends = [
        int(end) if operation in planned else NONE
        for operation, end in enumerate(state.op[:, kernels.OP_END])
    ]
    upkeep: dict[int, list[TimedUpkeep]] = {}
    for timed in upkeep_in(state):
        upkeep.setdefault(timed.operation, []).append(timed)
    return Times(start=state.op[:, kernels.OP_START].tolist(), end=ends, upkeep=upkeep)


def add_hint(
    model: CpModel, arrays: Arrays, variables: Variables, sequences: Sequences, times: Times
) -> None:
    """Hint all decisions of `sequences`, the batches of each track in turn.

    What cannot be timed there is hinted as unplanned.
    """
    values: dict[int, int] = {}
    hinted: dict[int, IntVar] = {}

    def hint(variable: IntVar, value: int) -> None:
        hinted[variable.index] = variable
        values[variable.index] = value

    for operation, left_out in variables.unplanned.items():
        hint(left_out, int(times.end[operation] == NONE))
    for track, own in zip(variables.tracks, sequences, strict=True):
        batches = [
            kept for batch in own if (kept := tuple(o for o in batch if times.end[o] != NONE))
        ]
        for variable, value in _track_values(arrays, track, batches, times):
            hint(variable, value)
    for index, variable in hinted.items():
        if index >= 0:
            model.add_hint(variable, values[index])


def _track_values(
    arrays: Arrays, track: TrackVars, batches: Sequence[tuple[int, ...]], times: Times
) -> Iterator[tuple[IntVar, int]]:
    for node in track.nodes:
        for taken in node.members.values():
            yield taken, 0
    for all_before in track.upkeep.values():
        for one in all_before:
            yield one.present, 0
    chain = list(_chain(arrays, track, batches, times))
    for part in chain:
        yield from _node_values(track, track.nodes[part.node], part.operations, times)
        yield from _upkeep_values(track, part)
    yield from _arc_values(track, chain)


def _upkeep_values(track: TrackVars, part: Hinted) -> Iterator[tuple[IntVar, int]]:
    known = {one.number: one for one in track.upkeep.get(part.node, ())}
    for timed in part.upkeep:
        one = known[timed.number]
        yield one.present, 1
        yield one.start, track.clock.position(timed.start)


def _chain(
    arrays: Arrays, track: TrackVars, batches: Sequence[tuple[int, ...]], times: Times
) -> Iterator[Hinted]:
    node_of = {node.operation: index for index, node in enumerate(track.nodes)}
    place = {operation: index for index, operation in enumerate(node_of)}
    for batch in batches:
        if track.process != SERIAL:
            leader = min(batch, key=lambda operation: place.get(operation, len(place)))
            yield Hinted(node_of[leader], batch, False, times.upkeep.get(batch[0], ()))
            continue
        single = is_single(arrays, track.machine, int(arrays.family[batch[0]]))
        for number, operation in enumerate(batch):
            before = times.upkeep.get(operation, ())
            yield Hinted(node_of[operation], (operation,), number > 0 and not single, before)


def _node_values(
    track: TrackVars, node: Node, operations: Sequence[int], times: Times
) -> Iterator[tuple[IntVar, int]]:
    clock = track.clock
    for operation in operations:
        yield node.members[operation], 1
        if track.process == CONTINUOUS:
            yield track.entries[operation], clock.position(times.start[operation])
    if isinstance(node.start, IntVar):
        yield node.start, clock.position(min(times.start[o] for o in operations))
    if track.process == CONTINUOUS and isinstance(node.end, IntVar):
        yield node.end, clock.position(max(times.end[o] for o in operations))


def _arc_values(track: TrackVars, chain: Sequence[Hinted]) -> Iterator[tuple[IntVar, int]]:
    known = {(arc.tail, arc.head, arc.joins, arc.upkeep) for arc in track.arcs}
    taken = set()
    for one, other in pairwise(chain):
        between = (one.node, other.node, other.joins, other.before)
        # Where one batch is as good as two of a family, the model has but one.
        taken.add(between if between in known else (one.node, other.node, True, 0))
    first, last = (chain[0].node, chain[-1].node) if chain else (DEPOT, DEPOT)
    upkeep = chain[0].before if chain else 0
    taken |= {(DEPOT, first, False, upkeep), (last, DEPOT, False, 0)}
    for arc in track.arcs:
        yield arc.taken, int((arc.tail, arc.head, arc.joins, arc.upkeep) in taken)
