"""What machines share, and how much one makes of a family in a row, as rules of the model.

Spans of need are in scenario time: on a machine that may pause each is cut where the machine
closes, because what is closed needs nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python.cp_model import CpModel, IntervalVar, IntVar

from planner.arrays import (
    CHANGEOVER,
    CONTINUOUS,
    END,
    NEED_AMOUNT,
    NEED_DURING,
    NEED_RESOURCE,
    NEED_UNITS,
    NEVER,
    NONE,
    PARALLEL,
    SET_UP,
    START,
    Arrays,
)
from planner.cpsat.clock import MachineClock
from planner.cpsat.routes import exact_time
from planner.cpsat.variables import DEPOT, Arc, Expression, Node, TrackVars, Variables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Uses:
    """Who needs how much of each resource, as intervals in scenario time."""

    model: CpModel
    arrays: Arrays
    of_resource: dict[int, list[tuple[IntervalVar, int]]] = field(default_factory=dict)

    def add(self, row: int, interval: IntervalVar) -> None:
        """Add that need `row` holds during `interval`."""
        resource, amount = self.arrays.need[row, [NEED_RESOURCE, NEED_AMOUNT]].tolist()
        self.of_resource.setdefault(resource, []).append((interval, amount))


def resource_amount(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """At every moment what is needed of a resource is at most what there is of it then.

    sum(amount[need] for need that holds at t) <= amount[resource] at t
    """
    if not len(arrays.need):
        return
    uses = _Uses(model=model, arrays=arrays)
    for track in variables.tracks:
        begins = [_begin(model, track, index) for index in range(len(track.nodes))]
        _changeovers(uses, track, begins)
        for node in track.nodes:
            _stays(uses, track, node)
        _upkeep(uses, track)
        _set_up(uses, track, begins)
    for resource, intervals in uses.of_resource.items():
        most, missing = missing_amounts(model, arrays, resource)
        wanted = [*intervals, *missing]
        model.add_cumulative([span for span, _ in wanted], [n for _, n in wanted], most)


def campaign(model: CpModel, arrays: Arrays, variables: Variables) -> None:
    """No machine makes more of one family in a row than it may.

    made[head] >= made[tail] + own[head]  if head follows tail of its family, made <= most in a row
    """
    for track in variables.tracks:
        for kind, most in enumerate(arrays.in_a_row[track.machine].tolist()):
            if most < NEVER:
                _run(model, arrays, track, kind, most)


def _run(model: CpModel, arrays: Arrays, track: TrackVars, kind: int, most: int) -> None:
    made = [model.new_int_var(0, most, f"made_{kind}_{node.label}") for node in track.nodes]
    for arc in track.arcs:
        if arc.head == DEPOT:
            continue
        node = track.nodes[arc.head]
        # Running time, batches and quantity, in the order of their limits.
        own = own_count(arrays, track, node, arc, (1, 0, 2)[kind])
        goes_on = arc.tail != DEPOT and track.nodes[arc.tail].family == node.family
        if goes_on and not arc.upkeep:
            own += made[arc.tail]
        model.add(made[arc.head] >= own).only_enforce_if(arc.taken)


def own_count(arrays: Arrays, track: TrackVars, node: Node, arc: Arc, kind: int) -> Expression:
    """Return what a node adds: its time, one batch unless it goes on with one, its quantity."""
    if kind == 1:
        return 0 if arc.joins else 1
    if kind == 0:
        return node.end - node.start if track.process == CONTINUOUS else node.shortest
    return sum(int(arrays.quantity[o]) * taken for o, taken in node.members.items())


# ------------------------------------------------------------------------------------------- work


def _begin(model: CpModel, track: TrackVars, index: int) -> IntVar:
    """Return the position at which the changeover before a node begins; its start without one."""
    node = track.nodes[index]
    begin = model.new_int_var(0, track.clock.total, f"changeover_to_{node.label}")
    model.add(begin == node.start - track.changeovers_into().get(index, 0))
    return begin


def _changeovers(uses: _Uses, track: TrackVars, begins: Sequence[IntVar]) -> None:
    for node, begin in zip(track.nodes, begins, strict=True):
        for row in _rows_of_family(uses.arrays, track.machine, node.family, CHANGEOVER):
            name = f"need_{row}_before_{node.label}"
            span = (0, node.latest)
            for part in _parts(
                uses.model, track.clock, (begin, node.start), span, node.present, name
            ):
                uses.add(row, part)


def _upkeep(uses: _Uses, track: TrackVars) -> None:
    table = uses.arrays.upkeep_needs
    rows = table[table[:, 0] == track.machine, 1].tolist()
    for head, all_before in track.upkeep.items():
        for one in all_before:
            for row in rows:
                name = f"need_{row}_of_upkeep_{one.number}_before_{head}_on_{track.machine}"
                ends, span = (one.start, one.end), (0, track.clock.total)
                for part in _parts(uses.model, track.clock, ends, span, one.present, name):
                    uses.add(row, part)


def _stays(uses: _Uses, track: TrackVars, node: Node) -> None:
    together = track.process == PARALLEL
    rows: dict[int, list[IntVar]] = {}
    for operation, taken in node.members.items():
        for row in _rows_of_run(uses.arrays, operation, track.machine):
            rows.setdefault(row, []).append(taken)
            if not together:
                begin = track.entry(node, operation)
                length = int(uses.arrays.shortest[operation, track.machine])
                _stay(uses, track, node, row, begin, length, taken)
    for row, literals in rows.items() if together else ():
        needed = _any(uses.model, literals, f"need_{row}_of_{node.label}")
        _stay(uses, track, node, row, node.start, node.shortest, needed)


def _any(model: CpModel, literals: Sequence[IntVar], name: str) -> IntVar:
    if len(literals) == 1:
        return literals[0]
    needed = model.new_bool_var(name)
    model.add_max_equality(needed, literals)
    return needed


def _stay(  # noqa: PLR0913  (a need, and all that says when)
    uses: _Uses,
    track: TrackVars,
    node: Node,
    row: int,
    begin: Expression,
    length: int,
    needed: IntVar,
) -> None:
    during, units = uses.arrays.need[row, [NEED_DURING, NEED_UNITS]].tolist()
    first, last = begin, begin + length
    if during == START:
        last = begin + min(units, length)
    elif during == END:
        first = begin + length - min(units, length)
    name = f"need_{row}_{needed.index}_{node.label}"
    span = (node.earliest, node.latest)
    for part in _parts(uses.model, track.clock, (first, last), span, needed, name):
        uses.add(row, part)


def _parts(
    model: CpModel,
    clock: MachineClock,
    ends: tuple[Expression, Expression],
    span: tuple[int, int],
    present: IntVar,
    name: str,
) -> Iterator[IntervalVar]:
    """Yield when a machine works between two positions: an interval in each window, maybe empty."""
    begin, end = ends
    if not clock.pausable:
        size = model.new_int_var(0, clock.total, f"{name}_size")
        yield model.new_optional_interval_var(begin, size, end, present, name)
        return
    for window, (opens, closes) in enumerate(zip(clock.starts, clock.ends, strict=True)):
        before, room = clock.work[window], closes - opens
        if span[1] <= before or span[0] >= before + room:
            continue
        label = f"{name}_in_{window}"
        first = _inside(model, begin, before, room, f"{label}_first")
        last = _inside(model, end, before, room, f"{label}_last")
        size = model.new_int_var(0, room, f"{label}_size")
        yield model.new_optional_interval_var(first + opens, size, last + opens, present, label)


def _inside(model: CpModel, position: Expression, before: int, room: int, name: str) -> IntVar:
    """Return where `position` lies in a window: 0 before it, `room` behind it."""
    low = model.new_int_var(-before, room, f"{name}_low")
    model.add_min_equality(low, [position - before, room])
    inside = model.new_int_var(0, room, name)
    model.add_max_equality(inside, [low, 0])
    return inside


# ----------------------------------------------------------------------------------------- set up


def _set_up(uses: _Uses, track: TrackVars, begins: Sequence[IntVar]) -> None:
    """Add what is needed by being set up: until the changeover away from it begins."""
    model, horizon = uses.model, int(uses.arrays.horizon)
    held = [_rows_of_family(uses.arrays, track.machine, n.family, SET_UP) for n in track.nodes]
    at_first = _rows_of_family(uses.arrays, track.machine, track.family, SET_UP)
    by_upkeep = {
        one.sets_up: _rows_of_family(uses.arrays, track.machine, one.sets_up, SET_UP)
        for all_before in track.upkeep.values()
        for one in all_before
    }
    if not any(held) and not at_first and not any(by_upkeep.values()):
        return
    moments = {
        index: _moment(model, track, node, begin, horizon)
        for index, (node, begin) in enumerate(zip(track.nodes, begins, strict=True))
    }
    until = _until(model, track, moments, horizon)
    _set_up_by_upkeep(uses, track, until, by_upkeep)
    for row in at_first:
        size = model.new_int_var(0, horizon, f"need_{row}_first_on_{track.machine}_size")
        name = f"need_{row}_first_on_{track.machine}"
        uses.add(row, model.new_interval_var(0, size, until[DEPOT], name))
    for index, rows in enumerate(held):
        node = track.nodes[index]
        for row in rows:
            name = f"need_{row}_held_{node.label}"
            size = model.new_int_var(0, horizon, f"{name}_size")
            span = model.new_optional_interval_var(
                moments[index], size, until[index], node.present, name
            )
            uses.add(row, span)


def _moment(model: CpModel, track: TrackVars, node: Node, begin: IntVar, horizon: int) -> IntVar:
    return _moment_at(model, track, begin, (0, node.latest), f"set_up_{node.label}", horizon)


def _moment_at(
    model: CpModel,
    track: TrackVars,
    position: IntVar,
    span: tuple[int, int],
    name: str,
    horizon: int,
) -> IntVar:
    moment = model.new_int_var(0, horizon, name)
    model.add(moment == exact_time(model, track.clock, position, span, name, is_end=False))
    return moment


def _until(
    model: CpModel, track: TrackVars, moments: Mapping[int, IntVar], horizon: int
) -> dict[int | tuple[int, int], IntVar]:
    """Return until when the machine stays set up for each node, and for what it is at the start.

    By node and number, also until when it stays set up for what upkeep sets it up for; that ends
    what it was set up for when it begins.
    """
    setters = {
        (head, one.number): one
        for head, all_before in track.upkeep.items()
        for one in all_before
        if one.sets_up != NONE
    }
    keys: list[int | tuple[int, int]] = [DEPOT, *moments, *setters]
    until = {key: model.new_int_var(0, horizon, f"until_{key}_on_{track.machine}") for key in keys}
    begun = {
        key: _moment_at(model, track, one.start, (0, track.clock.total), f"upkeep_{key}", horizon)
        for key, one in setters.items()
    }
    for arc in track.arcs:
        last: int | tuple[int, int] = arc.tail
        for one in track.before(arc):
            key = (arc.head, one.number)
            if key in setters:
                model.add(until[last] == begun[key]).only_enforce_if(arc.taken)
                last = key
        end: Expression = horizon if arc.head == DEPOT else moments[arc.head]
        model.add(until[last] == end).only_enforce_if(arc.taken)
    return until


def _set_up_by_upkeep(
    uses: _Uses,
    track: TrackVars,
    until: Mapping[int | tuple[int, int], IntVar],
    rows_of: Mapping[int, Sequence[int]],
) -> None:
    model, horizon = uses.model, int(uses.arrays.horizon)
    for head, all_before in track.upkeep.items():
        for one in all_before:
            for row in rows_of[one.sets_up]:
                name = f"need_{row}_held_by_upkeep_{one.number}_before_{head}_on_{track.machine}"
                span = (0, track.clock.total)
                begun = _moment_at(model, track, one.start, span, f"begin_{name}", horizon)
                size = model.new_int_var(0, horizon, f"{name}_size")
                end = until[head, one.number]
                uses.add(row, model.new_optional_interval_var(begun, size, end, one.present, name))


# ----------------------------------------------------------------------------------------- arrays


def _rows_of_family(arrays: Arrays, machine: int, family: int, during: int) -> list[int]:
    # No row has the family NONE.
    table = arrays.family_needs
    rows = table[(table[:, 0] == machine) & (table[:, 1] == family), 2]
    found: list[int] = rows[arrays.need[rows, NEED_DURING] == during].tolist()
    return found


def _rows_of_run(arrays: Arrays, operation: int, machine: int) -> list[int]:
    table = arrays.run_needs
    found: list[int] = table[(table[:, 0] == operation) & (table[:, 1] == machine), 2].tolist()
    return found


def missing_amounts(
    model: CpModel, arrays: Arrays, resource: int
) -> tuple[int, list[tuple[IntervalVar, int]]]:
    """Return the most that there is of a resource, and when how much of that is missing."""
    levels = arrays.level[arrays.level[:, 0] == resource, 1:]
    most = int(levels[:, 1].max())
    ends = np.append(levels[1:, 0], max(int(arrays.horizon), int(levels[-1, 0]) + 1)).tolist()
    missing = [
        (model.new_fixed_size_interval_var(start, end - start, f"less_of_{resource}_{start}"), n)
        for (start, amount), end in zip(levels.tolist(), ends, strict=True)
        if (n := most - amount) > 0
    ]
    return most, missing
