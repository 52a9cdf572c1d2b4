"""What the model minimises: the terms of the cost, each times its weight.

Every variable made here is bounded from below only; minimising makes it exact.
"""

from collections.abc import Iterator

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.arrays import CONTINUOUS, NEVER, Arrays, weights_of
from planner.cpsat.clock import MachineClock
from planner.cpsat.routes import order_cost
from planner.cpsat.variables import DEPOT, Expression, Node, TrackVars, Variables, Visit


def cost(model: CpModel, arrays: Arrays, variables: Variables) -> Expression:
    """Return the cost of everything in the frame, terms that cannot change included."""
    weight = weights_of(arrays)
    total: Expression = changeover_cost(arrays, variables)
    total += weight.unplanned * sum(variables.unplanned.values())
    if weight.processing_minutes:
        total += weight.processing_minutes * processing(model, variables)
    total += weight.moved * moved(model, arrays, variables)
    ends = WallClockEnds(model=model)
    if weight.makespan:
        total += weight.makespan * makespan(model, arrays, variables, ends)
    if variables.times is not None:
        return total + order_cost(model, arrays, variables, variables.times)
    if weight.tardiness:
        total += weight.tardiness * tardiness(model, arrays, variables, ends)
    if weight.tardy_orders:
        total += weight.tardy_orders * tardy_orders(model, arrays, variables)
    if weight.flow_time:
        total += weight.flow_time * flow_time(model, arrays, variables, ends)
    return total


def changeover_cost(arrays: Arrays, variables: Variables) -> Expression:
    """Return the weighted minutes and cost of all changeovers, that to a follower included.

    The cost of upkeep is among that of changeovers.
    """
    weight = weights_of(arrays)
    priced = (
        (weight.changeover_minutes * arc.minutes + weight.changeover_cost * arc.cost, arc.taken)
        for track in variables.tracks
        for arc in track.arcs
    )
    return sum(price * taken for price, taken in priced if price)


def processing(model: CpModel, variables: Variables) -> Expression:
    """Return how long the machines run: without waits in serial ones, with them in continuous."""
    return sum(
        _run(model, node) if track.process == CONTINUOUS else node.shortest * node.present
        for track in variables.tracks
        for node in track.nodes
    )


def _run(model: CpModel, node: Node) -> IntVar:
    run = model.new_int_var(0, node.latest - node.earliest, f"working_{node.label}")
    model.add(run >= node.end - node.start).only_enforce_if(node.present)
    return run


class WallClockEnds:
    """Ends in scenario time, each made once."""

    def __init__(self, *, model: CpModel) -> None:
        self._model = model
        self._made: dict[tuple[int, int], Expression] = {}

    def end(self, visit: Visit) -> Expression:
        """Return an expression for when `visit` ends, in scenario time; exact when minimised."""
        clock = visit.track.clock
        continuous = visit.track.process == CONTINUOUS
        key = (id(visit.node), visit.operation if continuous else DEPOT)
        if key not in self._made:
            low = visit.node.earliest + (0 if continuous else visit.node.shortest)
            bounds = (low, visit.node.latest)
            name = visit.node.label + (f"_{visit.operation}" if continuous else "")
            self._made[key] = wall_clock_end(self._model, clock, visit.exit, bounds, name)
        return self._made[key]


def wall_clock_end(
    model: CpModel,
    clock: MachineClock,
    position: Expression,
    bounds: tuple[int, int],
    name: str,
) -> Expression:
    """Return `position`, an end within `bounds`, in scenario time: plus every gap before it."""
    low, high = bounds
    time, later = position, None
    for after, gap in clock.gaps:
        if low > after:
            time += gap
        elif high > after:
            passed = model.new_bool_var(f"after_{after}_{name}")
            model.add(position <= after).only_enforce_if(~passed)
            if later is not None:
                model.add_implication(passed, later)
            time += gap * passed
            later = passed
    return time


def tardiness(
    model: CpModel, arrays: Arrays, variables: Variables, ends: WallClockEnds
) -> Expression:
    """Return the weighted tardiness.

    late[operation] >= end - due  if member
    """
    total: Expression = 0
    for operation, visits in _with_due(arrays, variables):
        most = max(visit.track.clock.end_time(visit.node.latest) for visit in visits)
        due = int(arrays.due[operation])
        if most > due:
            late = model.new_int_var(0, most - due, f"late_{operation}")
            for visit in visits:
                model.add(late >= ends.end(visit) - due).only_enforce_if(visit.taken)
            total += int(arrays.weight[operation]) * late
    return total


def tardy_orders(model: CpModel, arrays: Arrays, variables: Variables) -> Expression:
    """Return the weighted number of tardy orders.

    end <= due  if member and not tardy[operation]
    """
    total: Expression = 0
    for operation, visits in _with_due(arrays, variables):
        tardy = model.new_bool_var(f"tardy_{operation}")
        for visit in visits:
            position = visit.track.clock.position(int(arrays.due[operation]))
            model.add(visit.exit <= position).only_enforce_if(visit.taken, ~tardy)
        total += int(arrays.weight[operation]) * tardy
    return total


def flow_time(
    model: CpModel, arrays: Arrays, variables: Variables, ends: WallClockEnds
) -> Expression:
    """Return the weighted time from release to completion of all that is planned.

    flow[operation] >= end - release  if member
    """
    total: Expression = 0
    for operation, visits in variables.visits.items():
        if visits and arrays.weight[operation]:
            released = int(arrays.release[operation])
            most = max(visit.track.clock.end_time(visit.node.latest) for visit in visits)
            flow = model.new_int_var(0, max(0, most - released), f"flow_{operation}")
            for visit in visits:
                model.add(flow >= ends.end(visit) - released).only_enforce_if(visit.taken)
            total += int(arrays.weight[operation]) * flow
    return total


def moved(model: CpModel, arrays: Arrays, variables: Variables) -> Expression:
    """Return how many operations are elsewhere, or at another time, than in the reference schedule.

    stood_from <= start <= stood_until  if member and not moved[operation]
    """
    total: Expression = 0
    for operation, visits in variables.visits.items():
        if arrays.stood_until[operation] == NEVER:
            continue
        is_moved = model.new_bool_var(f"moved_{operation}")
        for visit in visits:
            if visit.track.machine != arrays.stood_machine[operation]:
                model.add_implication(visit.taken, is_moved)
                continue
            first, until = int(arrays.stood_from[operation]), int(arrays.stood_until[operation])
            position, stays = visit.track.clock.position, (visit.taken, ~is_moved)
            model.add(visit.entry >= position(first)).only_enforce_if(*stays)
            if until < arrays.horizon:
                model.add(visit.entry < position(until + 1)).only_enforce_if(*stays)
        total += is_moved
    return total


def makespan(
    model: CpModel, arrays: Arrays, variables: Variables, ends: WallClockEnds
) -> Expression:
    """Return when the last batch ends, or what is outside the frame if that is later."""
    span = model.new_int_var(
        variables.frame.span, max(variables.frame.span, arrays.horizon), "makespan"
    )
    for visits in variables.visits.values():
        for visit in visits:
            model.add(span >= ends.end(visit)).only_enforce_if(visit.taken)
    for track in variables.tracks:
        # Follows from the rest, but tells the linear relaxation how full a machine is.
        model.add(span >= track.ready + _busy(track))
    return span


def _busy(track: TrackVars) -> Expression:
    """Return the work, changeovers and upkeep on `track`, that to a follower not included."""
    if track.process == CONTINUOUS:
        return 0
    work: Expression = sum(node.shortest * node.present for node in track.nodes)
    work += sum(arc.work * arc.taken for arc in track.arcs if arc.work)
    return work + sum(
        minutes for head, minutes in track.changeovers_into().items() if head != DEPOT
    )


def _with_due(arrays: Arrays, variables: Variables) -> Iterator[tuple[int, list[Visit]]]:
    for operation, visits in variables.visits.items():
        timed = [visit for visit in visits if visit.track.timed]
        if timed and arrays.due[operation] < NEVER and arrays.weight[operation]:
            yield operation, timed
