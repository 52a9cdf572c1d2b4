"""Upkeep in the model: what stands before which batch is part of the circuit of a machine."""

from collections.abc import Sequence

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.arrays import (
    COUNTS,
    NEVER,
    UPKEEP_DONE,
    UPKEEP_MACHINE,
    UPKEEP_MOST,
    UPKEEP_SETS_UP,
    UPKEEP_UNITS,
    Arrays,
)
from planner.cpsat.batch_places import Link
from planner.cpsat.frames import Track
from planner.cpsat.sharing import own_count
from planner.cpsat.variables import DEPOT, Expression, TrackVars, UpkeepVars, Variables


def upkeep_vars(
    model: CpModel, arrays: Arrays, track: Track, links: Sequence[Link]
) -> dict[int, tuple[UpkeepVars, ...]]:
    """Return the upkeep that may stand before each node of a track."""
    rows = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == track.machine].tolist()
    heads = {link.head: 0 for link in links} if rows else {}
    for link in links if rows else ():
        heads[link.head] |= link.upkeep
    return {
        head: tuple(
            _upkeep_var(model, track, head, number, row)
            for number, row in enumerate(rows)
            if possible >> number & 1
        )
        for head, possible in heads.items()
        if head != DEPOT
    }


def _upkeep_var(
    model: CpModel, track: Track, head: int, number: int, row: Sequence[int]
) -> UpkeepVars:
    name = f"upkeep_{number}_before_{head}_on_{track.machine}"
    last = max(0, track.clock.total - row[UPKEEP_UNITS])
    return UpkeepVars(
        number=number,
        units=row[UPKEEP_UNITS],
        present=model.new_bool_var(name),
        start=model.new_int_var(0, last, f"start_of_{name}"),
        sets_up=row[UPKEEP_SETS_UP],
    )


def upkeep(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Between a batch and the changeover to the next stands the upkeep that is due by then.

    end[tail] <= start[upkeep] and end[upkeep] <= start[head] - changeover;
    since[head] >= own[head] + since[tail], but for what was before upkeep, since <= most
    """
    for track in variables.tracks:
        _in_between(model, track)
        rows = arrays.upkeep[arrays.upkeep[:, UPKEEP_MACHINE] == track.machine].tolist()
        for number, row in enumerate(rows):
            for kind in range(COUNTS):
                if row[UPKEEP_MOST + kind] < NEVER:
                    most, done = row[UPKEEP_MOST + kind], row[UPKEEP_DONE + kind]
                    _since(model, arrays, track, (number, kind), (done, most))


def _in_between(model: CpModel, track: TrackVars) -> None:
    """Let the upkeep of the arc that is taken be there, one after the other, and no other."""
    for head, all_before in track.upkeep.items():
        for one in all_before:
            ways = [a.taken for a in track.arcs if a.head == head and a.upkeep >> one.number & 1]
            model.add(sum(ways) == one.present)
    for arc in track.arcs:
        done: Expression = track.ready if arc.tail == DEPOT else track.nodes[arc.tail].end
        for one in track.before(arc):
            model.add(one.start >= done).only_enforce_if(arc.taken)
            done = one.end
        if arc.upkeep:
            begin = track.nodes[arc.head].start - arc.minutes
            model.add(begin >= done).only_enforce_if(arc.taken)


def _since(
    model: CpModel,
    arrays: Arrays,
    track: TrackVars,
    which: tuple[int, int],
    counted: tuple[int, int],
) -> None:
    """Count one kind since one upkeep, from what is done at the start; never more than most."""
    (number, kind), (done, most) = which, counted
    since: list[IntVar] = [
        model.new_int_var(0, most, f"since_{number}_{kind}_{node.label}") for node in track.nodes
    ]
    for arc in track.arcs:
        if arc.head == DEPOT:
            continue
        total = own_count(arrays, track, track.nodes[arc.head], arc, kind)
        if not arc.upkeep >> number & 1:
            total += done if arc.tail == DEPOT else since[arc.tail]
        model.add(since[arc.head] >= total).only_enforce_if(arc.taken)
