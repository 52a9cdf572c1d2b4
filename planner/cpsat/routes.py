"""Operations that wait for others: when each starts and completes in scenario time.

Tracks count time by the clocks of their machines; where machines depend on each other, starts and
completions are compared in scenario time, exactly and not only from one side.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from ortools.sat.python.cp_model import CpModel, IntVar, LiteralT

from planner.arrays import CONTINUOUS, NEVER, SERIAL, Arrays, is_coupled, weights_of
from planner.cpsat.clock import MachineClock
from planner.cpsat.frames import Fixed
from planner.cpsat.variables import Expression, RouteTimes, TrackVars, Variables, Visit
from planner.routes import completing


def route_times(
    model: CpModel,
    arrays: Arrays,
    visits: Mapping[int, Sequence[Visit]],
    fixed: Mapping[int, Fixed],
) -> RouteTimes | None:
    """Return the times of all operations that can be made; None where machines are independent."""
    if not is_coupled(arrays):
        return None
    made = [operation for operation, ways in visits.items() if ways]
    horizon = int(arrays.horizon)
    start: dict[int, Expression] = {o: times.start for o, times in fixed.items()}
    completion: dict[int, Expression] = {o: times.completion for o, times in fixed.items()}
    start |= {o: model.new_int_var(0, horizon, f"start_of_{o}") for o in made}
    completion |= {o: model.new_int_var(0, horizon, f"completion_of_{o}") for o in made}
    return RouteTimes(start=start, completion=completion)


def tie_times(model: CpModel, arrays: Arrays, variables: Variables, times: RouteTimes) -> None:
    """Let starts and completions in scenario time be those of the batches chosen."""
    for operation, visits in variables.visits.items():
        for visit in visits:
            clock, node = visit.track.clock, visit.node
            name = f"{operation}_in_{node.label}"
            begins = exact_time(
                model, clock, visit.entry, _span(visit), f"begin_{name}", is_end=False
            )
            model.add(times.start[operation] == begins).only_enforce_if(visit.taken)
            _tie_completion(model, arrays, visit, times, name)
    for track in variables.tracks:
        if arrays.hand_on[track.machine] and track.process == SERIAL:
            _tie_batches(model, track, times)


def _tie_completion(
    model: CpModel, arrays: Arrays, visit: Visit, times: RouteTimes, name: str
) -> None:
    track, node = visit.track, visit.node
    together = bool(arrays.hand_on[track.machine]) and track.process == CONTINUOUS
    position = node.end if together else visit.exit
    has_length = node.shortest > 0 and int(arrays.shortest[visit.operation, track.machine]) > 0
    done = exact_time(model, track.clock, position, _span(visit), f"done_{name}", is_end=has_length)
    alone: list[LiteralT] = [visit.taken]
    if arrays.hand_on[track.machine] and track.process == SERIAL:
        place = track.nodes.index(node)
        alone += [~arc.taken for arc in track.arcs if arc.joins and arc.tail == place]
    model.add(times.completion[visit.operation] == done).only_enforce_if(alone)


def _tie_batches(model: CpModel, track: TrackVars, times: RouteTimes) -> None:
    """Let all operations of a serial batch complete together."""
    for arc in track.arcs:
        if arc.joins:
            one, other = track.nodes[arc.tail].operation, track.nodes[arc.head].operation
            model.add(times.completion[one] == times.completion[other]).only_enforce_if(arc.taken)


def _span(visit: Visit) -> tuple[int, int]:
    return visit.node.earliest, visit.node.latest


def exact_time(
    model: CpModel,
    clock: MachineClock,
    position: Expression,
    span: tuple[int, int],
    name: str,
    *,
    is_end: bool,
) -> Expression:
    """Return `position`, within `span`, in scenario time; at a gap a start lies behind it."""
    low, high = span
    time = position
    for after, gap in clock.gaps:
        first_behind = after + is_end
        if low >= first_behind:
            time += gap
        elif high >= first_behind:
            passed = model.new_bool_var(f"{name}_after_{after}")
            model.add(position >= first_behind).only_enforce_if(passed)
            model.add(position < first_behind).only_enforce_if(~passed)
            time += gap * passed
    return time


def links(arrays: Arrays) -> Iterator[tuple[int, int, int, int]]:
    """Yield what must be complete, what comes after it, and the least and most wait between."""
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    rows = (arrays.before, into, arrays.least_wait, arrays.most_wait)
    yield from zip(*(row.tolist() for row in rows), strict=True)


def without_what_comes_before(arrays: Arrays, lost: Sequence[int]) -> list[int]:
    """Return the operations that are lost with `lost`: those and all that come after them."""
    found = set(lost)
    grown = True
    while grown:
        before = len(found)
        found |= {after for first, after, _, _ in links(arrays) if first in found}
        grown = len(found) > before
    return sorted(found)


def order_cost(
    model: CpModel, arrays: Arrays, variables: Variables, times: RouteTimes
) -> Expression:
    """Return what orders cost by when the last of their operations completes.

    An order of which something is unplanned completes never, and costs nothing but that.
    """
    weights = weights_of(arrays)
    total: Expression = 0
    for order, last in _last_of_orders(arrays).items():
        known = all(o in times.completion for o in last)
        if not known or not any(times.is_free(o) for o in last):
            continue
        planned = [~variables.unplanned[o] for o in last if o in variables.unplanned]
        one, weight = last[0], int(arrays.weight[last[0]])
        due, release = int(arrays.due[one]), int(arrays.release[one])
        if weights.flow_time * weight:
            flow = _after(model, times, last, release, planned, f"flow_{order}", arrays)
            total += weights.flow_time * weight * flow
        if due < NEVER and weights.tardiness * weight:
            late = _after(model, times, last, due, planned, f"late_{order}", arrays)
            total += weights.tardiness * weight * late
        if due < NEVER and weights.tardy_orders * weight:
            tardy = model.new_bool_var(f"tardy_{order}")
            for o in last:
                model.add(times.completion[o] <= due).only_enforce_if([*planned, ~tardy])
            total += weights.tardy_orders * weight * tardy
    return total


def _last_of_orders(arrays: Arrays) -> dict[int, list[int]]:
    """Return by order its operations that no other of it follows."""
    last: dict[int, list[int]] = {}
    for operation in completing(arrays).tolist():
        last.setdefault(int(arrays.order[operation]), []).append(operation)
    return dict(sorted(last.items()))


def _after(  # noqa: PLR0913  (a variable and all that bounds it)
    model: CpModel,
    times: RouteTimes,
    last: Sequence[int],
    moment: int,
    planned: Sequence[LiteralT],
    name: str,
    arrays: Arrays,
) -> IntVar:
    """Return how long after `moment` the last of `last` completes, if all are planned."""
    made = model.new_int_var(0, max(0, int(arrays.horizon) - moment), name)
    for operation in last:
        bound = model.add(made >= times.completion[operation] - moment)
        if planned:
            bound.only_enforce_if(planned)
    return made
