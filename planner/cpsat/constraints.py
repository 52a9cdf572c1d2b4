"""The rules of the plant, one function each, under the names they have everywhere.

Times are positions of the track's clock (`planner.cpsat.clock`): in these a pausable machine's
calendar has no gaps. `planner.cpsat.batch_places` leaves out what a rule forbids anyway; the rules
do not rely on that.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from ortools.sat.python.cp_model import ArcT, CpModel, IntervalVar, IntVar, LiteralT

from planner.arrays import CONTINUOUS, IMPOSSIBLE, NEVER, NONE, PARALLEL, SERIAL, Arrays
from planner.cpsat.batch_places import set_up_after
from planner.cpsat.routes import links
from planner.cpsat.sharing import campaign, resource_amount
from planner.cpsat.upkeep import upkeep
from planner.cpsat.variables import DEPOT, Expression, Node, TrackVars, Variables, Visit
from planner.domain import IntArray


def every_order_once(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Each operation is in exactly one batch, or unplanned.

    sum over places(member[operation, place]) + unplanned[operation] == 1
    """
    for operation, visits in variables.visits.items():
        literals = [visit.taken for visit in visits]
        if operation in variables.unplanned:
            literals.append(variables.unplanned[operation])
        model.add_exactly_one(literals)


def eligible_machine(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """No operation is in a batch of a machine that may not make it.

    member[operation, place] == 0 unless shortest[operation, machine of place] is known
    """
    for visit in _visits(variables):
        if arrays.shortest[visit.operation, visit.track.machine] == NONE:
            model.add(visit.taken == 0)


def one_family(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """All operations of a batch have its family, that of the operation that leads it.

    member[operation, place] <= present[place], and 0 where the families differ
    """
    for visit in _visits(variables):
        if arrays.family[visit.operation] != visit.node.family:
            model.add(visit.taken == 0)
        if visit.operation != visit.node.operation:
            model.add_implication(visit.taken, visit.node.present)


def batch_capacity(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Keep the load of a batch within capacity in every dimension.

    parallel: sum(size * member) <= capacity * present; serial: the load grows along the batch;
    continuous: at every moment
    """
    for track in variables.tracks:
        capacity = arrays.capacity[track.machine]
        for dimension in np.flatnonzero(capacity < NEVER):
            sizes = arrays.size[:, dimension]
            _CAPACITY[track.process](model, track, sizes, int(capacity[dimension]))


def one_batch_at_a_time(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Batches of a machine follow one another: a circuit from the start of the track to its end.

    The intervals say the same again for the sake of propagation, each from the shortest changeover
    that may come before it.
    """
    for track in variables.tracks:
        arcs: list[ArcT] = [(arc.tail + 1, arc.head + 1, arc.taken) for arc in track.arcs]
        arcs += [(i + 1, i + 1, ~node.present) for i, node in enumerate(track.nodes)]
        model.add_circuit(arcs)
        if track.timed:
            _kept_order(model, track)
            model.add_no_overlap(list(_intervals(model, track)))


def changeover_time(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Directly before each batch there is time for its changeover, also before the first.

    start[head] >= end[tail] + minutes[tail, head]  if head comes directly after tail
    """
    for track in variables.tracks:
        for arc in track.arcs if track.timed else ():
            done = track.ready if arc.tail == DEPOT else track.nodes[arc.tail].end
            if arc.head != DEPOT:
                start = track.nodes[arc.head].start
            elif track.follower is None:
                continue
            else:
                start = track.follower.start
            model.add(start >= done + arc.minutes).only_enforce_if(arc.taken)


def changeover_possible(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Let nothing follow what its machine cannot be changed over from.

    follows[tail, head] == 0 unless possible[family[tail], family[head]]; behind upkeep that sets
    the machine up, the family is that
    """
    for track in variables.tracks:
        table = arrays.changeover_minutes[arrays.group[track.machine]]
        for arc in track.arcs:
            before = track.family if arc.tail == DEPOT else track.nodes[arc.tail].family
            before = set_up_after(arrays, track.machine, before, arc.upkeep)
            after = _family_at(track, arc.head)
            if after != NONE and not arc.joins and table[before, after] >= IMPOSSIBLE:
                model.add(arc.taken == 0)


def _family_at(track: TrackVars, head: int) -> int:
    """Return the family of node `head`, of the follower at the end; NONE if nothing follows."""
    if head != DEPOT:
        return track.nodes[head].family
    return NONE if track.follower is None else track.follower.family


def machine_calendar(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Do a changeover and its batch inside one window where the machine cannot pause.

    opens[window] + changeover <= start and end <= closes[window]  for one window of the batch;
    likewise each upkeep
    """
    for track in variables.tracks:
        if track.timed and not track.clock.pausable:
            inside = _windows(model, track)
            _upkeep_windows(model, track)
            for arc in track.arcs:
                if arc.joins:
                    _same_window(model, arc.taken, inside[arc.tail], inside[arc.head])


def release(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """No operation starts before its release.

    start >= release  if member
    """
    for visit in _timed_visits(variables):
        position = visit.track.clock.position(int(arrays.release[visit.operation]))
        if position > visit.track.ready:
            model.add(visit.entry >= position).only_enforce_if(visit.taken)


def route_order(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """No operation starts before those before it on its route are complete.

    start[next] >= completion[operation]  if both are planned; unplanned, if one before it is
    """
    for before, after, _, _, wait in _waits(arrays, variables):
        _lost_with(model, variables, before, after)
        if wait is not None:
            model.add(wait >= 0).only_enforce_if(_planned(variables, after))


def waiting_time(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Between a completion and the next start on the route lies at least and at most its wait.

    least_wait <= start[next] - completion[operation] <= most_wait  if both are planned
    """
    for _, after, least, most, wait in _waits(arrays, variables):
        if wait is None:
            continue
        planned = _planned(variables, after)
        if least > 0:
            model.add(wait >= least).only_enforce_if(planned)
        if most < NEVER:
            model.add(wait <= most).only_enforce_if(planned)


def _waits(
    arrays: Arrays, variables: Variables
) -> Iterator[tuple[int, int, int, int, Expression | None]]:
    """Yield the links of routes of which an end is in the frame, and what is waited there.

    Each with its least and its most wait; None where one of both can never be planned.
    """
    times = variables.times
    for before, after, least, most in links(arrays) if times else ():
        if times is None or not (times.is_free(before) or times.is_free(after)):
            continue
        known = before in times.completion and after in times.start
        wait = times.start[after] - times.completion[before] if known else None
        yield before, after, least, most, wait


def _planned(variables: Variables, operation: int) -> list[LiteralT]:
    """Return the literals that are true when an operation, and so all before it, is planned."""
    left_out = variables.unplanned.get(operation)
    return [] if left_out is None else [~left_out]


def _lost_with(model: CpModel, variables: Variables, before: int, after: int) -> None:
    is_left_out = after not in variables.visits and after not in variables.frame.fixed
    if before not in variables.unplanned or is_left_out:
        return
    if after in variables.unplanned:
        model.add_implication(variables.unplanned[before], variables.unplanned[after])
    else:
        model.add(variables.unplanned[before] == 0)


def deadline(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """No operation is complete after its order's deadline.

    completion <= deadline  if member
    """
    if variables.times:
        for operation, done in variables.times.completion.items():
            if variables.times.is_free(operation) and arrays.deadline[operation] < NEVER:
                kept = model.add(done <= int(arrays.deadline[operation]))
                kept.only_enforce_if(_planned(variables, operation))
        return
    for visit in _timed_visits(variables):
        limit = int(arrays.deadline[visit.operation])
        if limit < NEVER:
            position = visit.track.clock.position(limit)
            model.add(visit.exit <= position).only_enforce_if(visit.taken)


def processing_time(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Let a batch last as long as its operations need.

    serial: one operation to a node, end == start + duration; parallel: the leader has the longest
    minimum, end == start + minimum[leader] <= start + maximum[member]; continuous: start <= entry
    and entry + minimum <= end for every member. Staying longer than the minimum never helps.
    """
    for visit in _timed_visits(variables):
        operation, track, node = visit.operation, visit.track, visit.node
        if track.process == CONTINUOUS:
            model.add(visit.entry >= node.start).only_enforce_if(visit.taken)
            model.add(visit.exit <= node.end).only_enforce_if(visit.taken)
            continue
        least = int(arrays.shortest[operation, track.machine])
        most = int(arrays.longest[operation, track.machine])
        if least > node.shortest or (track.process == PARALLEL and most < node.shortest):
            model.add(visit.taken == 0)


def pinned(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """Make what is pinned on its machine, and from its start on where one is given.

    machine == pin.machine and start == pin.start  if member
    """
    for visit in _visits(variables):
        machine, start = arrays.pin_machine[visit.operation], int(arrays.pin_start[visit.operation])
        if machine not in (NONE, visit.track.machine) or (
            start != NONE and not _can_start(visit, start)
        ):
            model.add(visit.taken == 0)
        elif start != NONE:
            position = visit.track.clock.position(start)
            model.add(visit.entry == position).only_enforce_if(visit.taken)


RULES = (
    every_order_once,
    eligible_machine,
    one_family,
    batch_capacity,
    one_batch_at_a_time,
    changeover_time,
    changeover_possible,
    machine_calendar,
    release,
    route_order,
    waiting_time,
    deadline,
    processing_time,
    resource_amount,
    upkeep,
    campaign,
    pinned,
)


def _visits(variables: Variables) -> Iterator[Visit]:
    for visits in variables.visits.values():
        yield from visits


def _timed_visits(variables: Variables) -> Iterator[Visit]:
    return (visit for visit in _visits(variables) if visit.track.timed)


def _parallel_capacity(model: CpModel, track: TrackVars, sizes: IntArray, capacity: int) -> None:
    for node in track.nodes:
        if sum(int(sizes[o]) for o in node.members) > capacity:
            load = sum(int(sizes[o]) * taken for o, taken in node.members.items())
            model.add(load <= capacity * node.present)


def _continuous_capacity(model: CpModel, track: TrackVars, sizes: IntArray, capacity: int) -> None:
    present: dict[int, list[IntVar]] = {operation: [] for operation in track.entries}
    for node in track.nodes:
        for operation, taken in node.members.items():
            present[operation].append(taken)
    intervals, demands = [], []
    for operation, literals in present.items():
        if sizes[operation]:
            intervals.append(_stay(model, track, operation, literals))
            demands.append(int(sizes[operation]))
    model.add_cumulative(intervals, demands, capacity)


def _stay(model: CpModel, track: TrackVars, operation: int, literals: list[IntVar]) -> IntervalVar:
    here = literals[0]
    if len(literals) > 1:
        here = model.new_bool_var(f"here_{operation}_on_{track.machine}")
        model.add(sum(literals) == here)
    entry, stay = track.entries[operation], track.stays[operation]
    return model.new_optional_fixed_size_interval_var(
        entry, stay, here, f"stay_{operation}_on_{track.machine}"
    )


def _serial_capacity(model: CpModel, track: TrackVars, sizes: IntArray, capacity: int) -> None:
    joins = [arc for arc in track.arcs if arc.joins]
    load = {
        index: model.new_int_var(int(sizes[node.operation]), capacity, f"load_{node.label}")
        for index, node in enumerate(track.nodes)
        if sizes[node.operation] <= capacity
    }
    for index, node in enumerate(track.nodes):
        if index not in load:
            model.add(node.present == 0)
    for arc in joins:
        if arc.tail in load and arc.head in load:
            added = int(sizes[track.nodes[arc.head].operation])
            model.add(load[arc.head] >= load[arc.tail] + added).only_enforce_if(arc.taken)


_CAPACITY = {
    SERIAL: _serial_capacity,
    PARALLEL: _parallel_capacity,
    CONTINUOUS: _continuous_capacity,
}


def _kept_order(model: CpModel, track: TrackVars) -> None:
    kept = sorted((node for node in track.nodes if node.rank != NONE), key=lambda node: node.rank)
    for before, after in pairwise(kept):
        model.add(before.end <= after.start)


def _intervals(model: CpModel, track: TrackVars) -> Iterator[IntervalVar]:
    shortest: dict[int, int] = {}
    for arc in track.arcs:
        shortest[arc.head] = min(shortest.get(arc.head, arc.minutes), arc.minutes)
    for index, node in enumerate(track.nodes):
        lead = shortest.get(index, 0)
        least = node.shortest + lead
        size: Expression = least
        if track.process == CONTINUOUS:
            size = model.new_int_var(least, node.latest - node.earliest + lead, f"run_{node.label}")
        yield model.new_optional_interval_var(
            node.start - lead, size, node.end, node.present, f"batch_{node.label}"
        )
    for head, all_before in track.upkeep.items():
        for one in all_before:
            yield model.new_optional_fixed_size_interval_var(
                one.start, one.units, one.present, f"upkeep_{one.number}_before_{head}"
            )


def _windows(model: CpModel, track: TrackVars) -> list[dict[int, IntVar]]:
    """Add that each node lies in a window; return per node the literal of each window."""
    changeovers = track.changeovers_into()
    inside = []
    for index, node in enumerate(track.nodes):
        begin = node.start - changeovers.get(index, 0)
        windows = _usable(track, node)
        if len(windows) == 1:
            literals = dict.fromkeys(windows, node.present)
        else:
            literals = {
                window: model.new_bool_var(f"window_{window}_of_{node.label}") for window in windows
            }
            model.add(sum(literals.values()) == node.present)
        for window, taken in literals.items():
            model.add(begin >= track.clock.starts[window]).only_enforce_if(taken)
            model.add(node.end <= track.clock.ends[window]).only_enforce_if(taken)
        inside.append(literals)
    return inside


def _upkeep_windows(model: CpModel, track: TrackVars) -> None:
    """Add that each upkeep lies in a window."""
    windows = list(zip(track.clock.starts, track.clock.ends, strict=True))
    for head, all_before in track.upkeep.items():
        for one in all_before:
            inside = []
            for number, (opens, closes) in enumerate(windows):
                if closes - opens < one.units:
                    continue
                name = f"window_{number}_of_upkeep_{one.number}_before_{head}_on_{track.machine}"
                taken = model.new_bool_var(name)
                model.add(one.start >= opens).only_enforce_if(taken)
                model.add(one.end <= closes).only_enforce_if(taken)
                inside.append(taken)
            model.add(sum(inside) == one.present)


def _usable(track: TrackVars, node: Node) -> list[int]:
    clock = track.clock
    return [
        window
        for window, (opens, closes) in enumerate(zip(clock.starts, clock.ends, strict=True))
        if max(opens, node.earliest) + node.shortest <= min(closes, node.latest)
    ]


def _same_window(
    model: CpModel, joined: IntVar, before: dict[int, IntVar], after: dict[int, IntVar]
) -> None:
    for window, taken in before.items():
        if window in after:
            model.add_implication(taken, after[window]).only_enforce_if(joined)
        else:
            model.add_implication(joined, ~taken)


def _can_start(visit: Visit, start: int) -> bool:
    clock = visit.track.clock
    if start >= clock.total and not clock.pausable:
        return False
    if not clock.pausable or visit.node.shortest == 0:
        return True
    return any(o <= start < c for o, c in zip(clock.starts, clock.ends, strict=True))
