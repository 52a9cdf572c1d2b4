"""What would bring a late order in time, and its price: each found by making it, and certified."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.arrays import NONE, arrays_from
from planner.changes.applying import Applied, attempted
from planner.changes.arranging import arranged, as_sequences
from planner.changes.chain import Cause, CauseKind, chain
from planner.changes.differing import OrderDifference, ScheduleDifference, difference
from planner.changes.given import given
from planner.changes.kinds import AddShift, AllowMachine, PlanChange
from planner.changes.places import better_places
from planner.changes.refusing import broken_by_place
from planner.changes.standing import Standing, Timed
from planner.domain import Machine
from planner.errors import ChangeError
from planner.search.coupling import completions
from planner.search.kernels.columns import TOTAL_COST
from planner.search.state import load, new_state

# How many operations of an order are looked at, and machines tried.
OPERATIONS = 3
MACHINES = 2
OVERTIME_HOURS = (2, 4, 8)
GAPS = 2
MOST_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Changes that make an order less late, what they do to the schedule, and who pays.

    Lateness is in units; 0 or less is on time. `pushed` are the other orders that become late, or
    later. Carried out one after the other, the changes lead to `after`, which keeps all rules.
    """

    order: str
    changes: tuple[PlanChange, ...]
    lateness_before: int
    lateness_after: int
    difference: ScheduleDifference
    after: Standing

    @property
    def is_on_time(self) -> bool:
        """Tell whether the order is then on time."""
        return self.lateness_after <= 0

    @property
    def cost(self) -> int:
        """Return by how much the whole schedule costs more, or less."""
        return self.difference.cost_after - self.difference.cost_before

    @property
    def pushed(self) -> tuple[OrderDifference, ...]:
        """Return the other orders that are later than before, and late."""
        return tuple(
            each
            for each in self.difference.orders
            if each.order != self.order and each.tardiness_after > each.tardiness_before
        )


def ways_out(standing: Standing, order: str) -> tuple[WayOut, ...]:
    """Return what would make a late order less late: on time first, then by cost; best per kind.

    Nothing for an order that is not late.
    """
    lateness = standing.lateness_of(order)
    if lateness is None or lateness <= 0:
        return ()
    causes = chain(standing, last_of(standing, order))
    found = _best(standing, order, _moves(standing, order, causes), 2)
    found += _best(standing, order, _overtime(standing, order, causes), 1)
    found += _best(standing, order, _elsewhere(standing, order, causes), 1)
    return tuple(sorted(found, key=_worth)[:MOST_SHOWN])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A change that may be a way out, of a schedule in which something more may be allowed."""

    standing: Standing
    change: PlanChange
    allowing: tuple[PlanChange, ...] = ()

    @property
    def changes(self) -> tuple[PlanChange, ...]:
        return (*self.allowing, self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What changes bring and cost by the timing alone."""

    changes: tuple[PlanChange, ...]
    lateness: int
    cost: int

    @property
    def worth(self) -> tuple[bool, int, int]:
        return _rank(self.lateness, self.cost)


def _best(
    standing: Standing, order: str, candidates: Iterable[_Candidate], most: int
) -> list[WayOut]:
    """Return the best of `candidates` that can be made: all are timed, the best certified."""
    lateness = standing.lateness_of(order)
    assert lateness is not None
    looks = [look for each in candidates if (look := _look(order, each)) is not None]
    found: list[WayOut] = []
    for look in sorted(looks, key=lambda look: look.worth):
        way = _made(standing, order, look.changes) if look.lateness < lateness else None
        if way is not None and way.lateness_after < lateness:
            found.append(way)
        if len(found) == most:
            break
    return found


def _look(order: str, candidate: _Candidate) -> _Look | None:
    """Return what a candidate would bring, None where it breaks a rule whatever the times are."""
    standing = candidate.standing
    known = standing.timed
    if candidate.change not in known:
        known[candidate.change] = _timed(standing, candidate.change)
    timed = known[candidate.change]
    due = standing.scenario.order[order].due
    if timed is None or due is None:
        return None
    ends = timed.completion[[standing.row[o.name] for o in standing.scenario.operations_of[order]]]
    if ends.min() == NONE:
        return None
    return _Look(changes=candidate.changes, lateness=int(ends.max()) - due, cost=timed.cost)


def _timed(standing: Standing, change: PlanChange) -> Timed | None:
    """Return the times after `change`, None where it breaks a rule whatever the times are."""
    try:
        scenario = given(standing, change)
        sequences = as_sequences(arranged(standing, change), standing.sequences)
    except ChangeError:
        return None
    same = scenario is standing.scenario
    arrays = standing.arrays if same else arrays_from(scenario)
    if broken_by_place(scenario, arrays, standing.sequences, sequences):
        return None
    state = standing.state if same else new_state(arrays, seed=0)
    load(state, sequences)
    return Timed(cost=int(state.scalar[TOTAL_COST]), completion=completions(state).copy())


def _allowed(standing: Standing, change: PlanChange) -> Standing:
    """Return the same schedule where more is allowed: no time in it changes by that."""
    return Standing(scenario=given(standing, change), schedule=standing.schedule)


def last_of(standing: Standing, order: str) -> str:
    """Return the operation that completes an order, which is planned."""
    own = standing.scenario.operations_of[order]
    return max(own, key=lambda operation: standing.times[operation.name][2]).name


def _worth(way: WayOut) -> tuple[bool, int, int]:
    return _rank(way.lateness_after, way.cost)


def _rank(lateness: int, cost: int) -> tuple[bool, int, int]:
    """Return the order of ways out: on time first, the cheapest; then the least late."""
    return lateness > 0, cost if lateness <= 0 else lateness, cost


def _made(standing: Standing, order: str, changes: Sequence[PlanChange]) -> WayOut | None:
    """Return what changes lead to, one after the other, None where one cannot be made."""
    after = standing
    for change in changes:
        try:
            made = attempted(after, change)
        except ChangeError:
            return None
        if not isinstance(made, Applied):
            return None
        after = made.after
    before, then = standing.lateness_of(order), after.lateness_of(order)
    if before is None or then is None:
        return None
    return WayOut(
        order=order,
        changes=tuple(changes),
        lateness_before=before,
        lateness_after=then,
        difference=difference(standing, after),
        after=after,
    )


def _of_order(standing: Standing, order: str, causes: Sequence[Cause]) -> list[str]:
    """Return the operations of an order on a chain, the last one first."""
    own = {operation.name for operation in standing.scenario.operations_of[order]}
    made = [cause.operation for cause in causes if cause.kind == CauseKind.MADE]
    return [name for name in made if name in own][:OPERATIONS]


def _moves(standing: Standing, order: str, causes: Sequence[Cause]) -> Iterator[_Candidate]:
    """Yield the order at other places: the cheapest in time, and the earliest."""
    for name in _of_order(standing, order, causes):
        for change in better_places(standing, name):
            yield _Candidate(standing=standing, change=change)


def _overtime(standing: Standing, order: str, causes: Sequence[Cause]) -> Iterator[_Candidate]:
    """Yield hours more in the evening or on a Saturday, on machines where it waited."""
    begin = min(cause.since for cause in causes)
    until = standing.times[last_of(standing, order)][2]
    machines = list(dict.fromkeys(c.machine for c in causes if c.kind == CauseKind.MADE))
    hour = standing.scenario.clock.units_per_hour
    for name in machines[:MACHINES]:
        machine = standing.scenario.machine[name]
        for start, end in _closed(standing, machine, begin, until)[-GAPS:]:
            for hours in OVERTIME_HOURS:
                if start + hours * hour <= end:
                    shift = AddShift(machine=name, start=start, end=start + hours * hour)
                    yield _Candidate(standing=standing, change=shift)


def _closed(standing: Standing, machine: Machine, begin: int, until: int) -> list[tuple[int, int]]:
    """Return when a machine is closed between the beginning of a chain and its end."""
    day = 24 * standing.scenario.clock.units_per_hour
    found = []
    for window, following in pairwise(machine.windows):
        if begin <= window.end < until and window.end < following.start:
            found.append((window.end, following.start))
            # Of a weekend, the Saturday at the usual time too.
            saturday = window.start + day
            if window.end < saturday < min(following.start, until):
                found.append((saturday, following.start))
    return found


def _elsewhere(standing: Standing, order: str, causes: Sequence[Cause]) -> Iterator[_Candidate]:
    """Yield the order on a machine that makes its family, but not yet this order."""
    scenario = standing.scenario
    for name in _of_order(standing, order, causes):
        operation = scenario.operation[name]
        makes = {
            machine
            for other in scenario.operations
            if (other.family, other.stage) == (operation.family, operation.stage)
            for machine in other.durations
        }
        for machine in sorted(makes - set(operation.durations))[:MACHINES]:
            allowing = AllowMachine(operations=(name,), machine=machine)
            allowed = _allowed(standing, allowing)
            for change in better_places(allowed, name, machine):
                yield _Candidate(standing=allowed, change=change, allowing=(allowing,))
