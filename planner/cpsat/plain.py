"""The model where no batch needs forming: each operation is an interval on one of some machines.

So it is where machines are serial, always open, and no changeover takes time or costs anything.
Operations may need what machines share while they run, when they start or when they end.
Like machines are one pool; who of a pool makes what follows from the times. Far leaner than places
for batches, and as exact: whatever can be planned so is what the other model can plan.

P. Laborie, J. Rogerie, P. Shaw, P. Vilím, "IBM ILOG CP Optimizer for scheduling", Constraints 23
(2018), for intervals of which one is chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from itertools import pairwise

import numpy as np
from ortools.sat.python.cp_model import CpModel, IntervalVar, IntVar, LinearExpr

from planner.arrays import (
    END,
    NEED_AMOUNT,
    NEED_DURING,
    NEED_RESOURCE,
    NEED_UNITS,
    NEVER,
    NONE,
    SERIAL,
    START,
    Arrays,
    Ordered,
    Sequences,
    has_shared,
    is_coupled,
    weights_of,
)
from planner.cpsat.constraints import deadline, route_order, waiting_time
from planner.cpsat.frames import Frame
from planner.cpsat.hints import times_of
from planner.cpsat.reading import Value
from planner.cpsat.routes import order_cost
from planner.cpsat.sharing import missing_amounts
from planner.cpsat.variables import Expression, RouteTimes, Variables
from planner.routes import completing
from planner.search.annealing import only_makespan_counts
from planner.search.decoding import cost_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlainVariables:
    """When each operation starts and ends, and which of the `pools` of machines makes it.

    `chosen[operation][pool]` is a literal; 1 where nothing is to be chosen.
    """

    pools: tuple[tuple[int, ...], ...]
    start: tuple[IntVar, ...]
    end: tuple[LinearExpr, ...]
    chosen: tuple[Mapping[int, IntVar], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlainModel:
    """A model of all operations, its variables and its cost."""

    model: CpModel
    arrays: Arrays
    variables: PlainVariables
    cost: Expression

    def sequences(self, value: Value, cost: int) -> Sequences:
        """Return the sequences of a solution; at their earliest times they cost `cost` at most."""
        found = plain_sequences(self.arrays, self.variables, value)
        if isinstance(found, Ordered) and cost_of(self.arrays, found) > cost:
            # What ends earlier may need then what something else begins with.
            held = ((o, value(start)) for o, start in enumerate(self.variables.start))
            return Ordered(found, found.order, tuple(held))
        return found

    def hint(self, sequences: Sequences) -> None:
        """Hint when and where all is made in `sequences`."""
        times = times_of(self.arrays, sequences)
        pool_of = {m: pool for pool, machines in enumerate(self.variables.pools) for m in machines}
        for machine, batches in enumerate(sequences):
            for operation in (o for batch in batches for o in batch):
                self.model.add_hint(self.variables.start[operation], times.start[operation])
                end = self.variables.end[operation]
                if isinstance(end, IntVar):
                    self.model.add_hint(end, times.end[operation])
                ways = self.variables.chosen[operation]
                for pool, chosen in ways.items() if len(ways) > 1 else ():
                    self.model.add_hint(chosen, int(pool == pool_of[machine]))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSequences:
    """What of some `sequences` stays: all that is not `free` on its machine, in its order."""

    sequences: Sequences
    free: frozenset[int]


def is_plain(arrays: Arrays) -> bool:
    """Tell whether no batch needs forming, and every operation can be made."""
    able = arrays.shortest != NONE
    windows = np.diff(arrays.window_first)
    return bool(
        is_coupled(arrays)
        # What is needed for changeovers, and what counts batches, is for the other model.
        and not len(arrays.family_needs)
        and not len(arrays.upkeep)
        and (arrays.in_a_row == NEVER).all()
        and (arrays.stood_until == NEVER).all()
        and (arrays.process == SERIAL).all()
        and not arrays.changeover_minutes.any()
        and not arrays.changeover_cost.any()
        and (windows == 1).all()
        # What takes no time could be anywhere inside what does.
        and (arrays.shortest[able] > 0).all()
        and able.any(axis=1).all()
    )


def plain_problem(
    arrays: Arrays, upper: int | None, kept: KeptSequences | None = None
) -> PlainModel:
    """Return the model in which all is planned at a cost of at most `upper`.

    With `kept`, only what is free there may change its place; and where only the makespan counts,
    of what costs the same the best is where orders are complete early, for that makes room behind.
    """
    model = CpModel()
    latest = _latest(arrays, upper)
    pools = pools_of(arrays)
    made = _variables(model, arrays, pools, latest, _stays_in(pools, kept))
    stays = one_batch_at_a_time(model, arrays, made, kept)
    resource_amount(model, arrays, made, stays)
    times = RouteTimes(start=dict(enumerate(made.start)), completion=dict(enumerate(made.end)))
    variables = Variables(
        frame=Frame(tracks=(), free=()), tracks=(), visits={}, unplanned={}, times=times
    )
    for rule in (route_order, waiting_time, deadline):
        rule(model, arrays, variables)
    total = _cost(model, arrays, made, latest) + order_cost(model, arrays, variables, times)
    if kept is not None and only_makespan_counts(arrays):
        last = completing(arrays).tolist()
        # All of them together come to less than one more unit of cost.
        model.minimize(len(last) * (latest + 1) * total + sum(made.end[o] for o in last))
    else:
        model.minimize(total)
    if upper is not None:
        model.add(total <= upper)
    return PlainModel(model=model, arrays=arrays, variables=made, cost=total)


def pools_of(arrays: Arrays) -> tuple[tuple[int, ...], ...]:
    """Return the machines in groups that make the same in the same time, while they are open.

    And with the same needs.
    """
    alike: dict[bytes, list[int]] = {}
    for machine in range(len(arrays.process)):
        row = arrays.window_first[machine]
        opens = np.array([arrays.window_start[row], arrays.window_end[row]], dtype=np.int64)
        needs = arrays.run_needs[arrays.run_needs[:, 1] == machine][:, [0, 2]]
        key = opens.tobytes() + arrays.shortest[:, machine].tobytes() + needs.tobytes()
        alike.setdefault(key, []).append(machine)
    return tuple(tuple(machines) for machines in alike.values())


def _latest(arrays: Arrays, upper: int | None) -> int:
    """Return when all is done in every schedule that costs at most `upper`."""
    weight = weights_of(arrays).makespan
    horizon = int(arrays.horizon)
    return horizon if upper is None or not weight else min(horizon, upper // weight)


def _stays_in(pools: Sequence[tuple[int, ...]], kept: KeptSequences | None) -> Mapping[int, int]:
    """Return the pool of each operation that stays on its machine."""
    if kept is None:
        return {}
    return {
        operation: pool
        for pool, machines in enumerate(pools)
        for machine in machines
        for batch in kept.sequences[machine]
        for operation in batch
        if operation not in kept.free
    }


def _variables(
    model: CpModel,
    arrays: Arrays,
    pools: tuple[tuple[int, ...], ...],
    latest: int,
    stays: Mapping[int, int],
) -> PlainVariables:
    durations = arrays.shortest[:, [machines[0] for machines in pools]]
    start: list[IntVar] = []
    end: list[LinearExpr] = []
    chosen = []
    for operation, row in enumerate(durations.tolist()):
        able = (pool for pool, time in enumerate(row) if time != NONE)
        times = {p: row[p] for p in ((stays[operation],) if operation in stays else able)}
        begins = model.new_int_var(_earliest(arrays, operation), latest, f"start_{operation}")
        start.append(begins)
        chosen.append(eligible_machine(model, operation, times))
        if len(set(times.values())) == 1:
            end.append(begins + next(iter(times.values())))
        else:
            end.append(model.new_int_var(0, latest, f"end_{operation}"))
    return PlainVariables(pools=pools, start=tuple(start), end=tuple(end), chosen=tuple(chosen))


def eligible_machine(
    model: CpModel, operation: int, times: Mapping[int, int]
) -> Mapping[int, IntVar]:
    """Make each operation in one of the pools that can, by its `times` there."""
    if len(times) == 1:
        return dict.fromkeys(times, model.new_constant(1))
    literals = {pool: model.new_bool_var(f"{operation}_in_pool_{pool}") for pool in times}
    model.add_exactly_one(literals.values())
    return literals


def _earliest(arrays: Arrays, operation: int) -> int:
    return max(int(arrays.release[operation]), int(arrays.pin_start[operation]))


def one_batch_at_a_time(
    model: CpModel, arrays: Arrays, variables: PlainVariables, kept: KeptSequences | None
) -> Mapping[tuple[int, int], IntervalVar]:
    """Let no more operations run in a pool than it has machines; kept ones follow each other.

    Returns when each operation runs, by operation and pool.
    """
    if kept is not None:
        for machines in variables.pools:
            for machine in machines:
                chain = [o for batch in kept.sequences[machine] for o in batch]
                stay = [o for o in chain if o not in kept.free]
                for before, after in pairwise(stay):
                    model.add(variables.start[after] >= variables.end[before])
    stays: dict[tuple[int, int], IntervalVar] = {}
    for pool, machines in enumerate(variables.pools):
        members = [o for o, ways in enumerate(variables.chosen) if pool in ways]
        intervals = [_interval(model, arrays, variables, o, pool) for o in members]
        stays |= {(o, pool): run for o, run in zip(members, intervals, strict=True)}
        # Those that stay are told apart already.
        if kept is not None and kept.free.isdisjoint(members):
            continue
        if len(machines) == 1:
            model.add_no_overlap(intervals)
        else:
            model.add_cumulative(intervals, [1] * len(intervals), len(machines))
    return stays


def resource_amount(
    model: CpModel,
    arrays: Arrays,
    variables: PlainVariables,
    stays: Mapping[tuple[int, int], IntervalVar],
) -> None:
    """At every moment what is needed of a resource is at most what there is of it then.

    sum(amount[need] for need that holds at t) <= amount[resource] at t
    """
    pool_of = {machines[0]: pool for pool, machines in enumerate(variables.pools)}
    wanted: dict[int, list[tuple[IntervalVar, int]]] = {}
    for operation, machine, row in arrays.run_needs.tolist():
        # The machines of a pool have the same needs.
        pool = pool_of.get(machine)
        if pool is None or (operation, pool) not in stays:
            continue
        resource, during, amount, units = arrays.need[
            row, [NEED_RESOURCE, NEED_DURING, NEED_AMOUNT, NEED_UNITS]
        ].tolist()
        span = stays[operation, pool]
        time = int(arrays.shortest[operation, machine])
        if during in (START, END) and units < time:
            begin: LinearExpr = variables.start[operation]
            if during == END:
                begin = begin + (time - units)
            chosen = variables.chosen[operation][pool]
            span = model.new_optional_fixed_size_interval_var(
                begin, units, chosen, f"need_{row}_of_{operation}_in_pool_{pool}"
            )
        wanted.setdefault(resource, []).append((span, amount))
    for resource, needs in wanted.items():
        most, missing = missing_amounts(model, arrays, resource)
        spans = [*needs, *missing]
        model.add_cumulative([span for span, _ in spans], [n for _, n in spans], most)


def _interval(
    model: CpModel, arrays: Arrays, variables: PlainVariables, operation: int, pool: int
) -> IntervalVar:
    """Return when `operation` runs if it is made in `pool`, within the open time there."""
    machine = variables.pools[pool][0]
    start, end = variables.start[operation], variables.end[operation]
    chosen = variables.chosen[operation][pool]
    row = arrays.window_first[machine]
    opens, closes = int(arrays.window_start[row]), int(arrays.window_end[row])
    time = int(arrays.shortest[operation, machine])
    if opens > arrays.release[operation]:
        model.add(start >= opens).only_enforce_if(chosen)
    if closes < arrays.horizon:
        model.add(end <= closes).only_enforce_if(chosen)
    if arrays.pin_start[operation] != NONE:
        model.add(start == int(arrays.pin_start[operation]))
    return model.new_optional_interval_var(start, time, end, chosen, f"{operation}_in_pool_{pool}")


def _cost(model: CpModel, arrays: Arrays, variables: PlainVariables, latest: int) -> Expression:
    """Return the running time of the machines and the makespan, each times its weight."""
    weights = weights_of(arrays)
    total: Expression = 0
    work = [
        sum(
            int(arrays.shortest[operation, variables.pools[pool][0]]) * chosen
            for pool, chosen in ways.items()
        )
        for operation, ways in enumerate(variables.chosen)
    ]
    if weights.processing_minutes:
        total += weights.processing_minutes * sum(work)
    if weights.makespan:
        span = model.new_int_var(0, latest, "makespan")
        for end in variables.end:
            model.add(span >= end)
        total += weights.makespan * span
    return total


def plain_sequences(arrays: Arrays, variables: PlainVariables, value: Value) -> Sequences:
    """Return the sequences of a solution: of a pool, the machine that is free first makes it.

    With the order in which operations start, where that counts.
    """
    starts = [value(start) for start in variables.start]
    lists: list[list[tuple[int, ...]]] = [[] for _ in arrays.process]
    free = {pool: [(0, m) for m in machines] for pool, machines in enumerate(variables.pools)}
    order = sorted(range(len(starts)), key=starts.__getitem__)
    for operation in order:
        ways = variables.chosen[operation]
        pool = next(pool for pool, chosen in ways.items() if value(chosen))
        _, machine = free[pool][0]
        heapreplace(free[pool], (value(variables.end[operation]), machine))
        lists[machine].append((operation,))
    made = tuple(tuple(batches) for batches in lists)
    return Ordered(made, tuple(order)) if has_shared(arrays) else made
