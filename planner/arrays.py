"""Dense view of a scenario: here, and only here, names become indices.

Operation k is row k of every operation array, in the order of `scenario.operations`; machines,
families and dimensions likewise. Compiled code, the CP-SAT model and the bounds read these arrays.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from planner.domain import Duration, During, HandOn, IntArray, Operation, Process, Scenario

ShortArray = npt.NDArray[np.int32]

# "No limit", "no due date": later and larger than anything real, and safe to add to.
NEVER = 2**40
NO_MAXIMUM = 2**31 - 1
# Minutes of a changeover that is not possible: longer than any horizon, so that nothing ever fits
# behind it, and small enough to be multiplied by any weight.
IMPOSSIBLE = 2**32
NONE = -1

SERIAL, PARALLEL, CONTINUOUS = range(3)
PROCESS_CODE = {
    Process.SERIAL: SERIAL,
    Process.PARALLEL: PARALLEL,
    Process.CONTINUOUS: CONTINUOUS,
}

# Codes of what a need is during, and the columns of `Arrays.need`.
CHANGEOVER, RUN, START, END, SET_UP, UPKEEP = range(6)
DURING_CODE = {
    During.CHANGEOVER: CHANGEOVER,
    During.RUN: RUN,
    During.START: START,
    During.END: END,
    During.SET_UP: SET_UP,
    During.UPKEEP: UPKEEP,
}
NEED_RESOURCE, NEED_DURING, NEED_AMOUNT, NEED_UNITS = range(4)

# Columns of `Arrays.upkeep`. What counts since the last one is running time, batches, quantity.
UPKEEP_MACHINE, UPKEEP_UNITS, UPKEEP_COST = 0, 1, 2
UPKEEP_MOST, UPKEEP_DONE, UPKEEP_SETS_UP = 3, 6, 9
COUNTS, UPKEEP_COLUMNS = 3, 10
# Added to the upkeeps before a batch where they are all that stands there, beside what must.
AS_GIVEN = 2**40

# Per machine its batches in order, each the indices of its operations in order of entry.
# What is in none of them is unplanned.
Sequences = tuple[tuple[tuple[int, ...], ...], ...]


class BeforeBatch(NamedTuple):
    """What is decided of the upkeep before the batch that `operation` begins.

    A bit of `chosen` is an upkeep of the batch's machine, in the order of `Arrays.upkeep`. From
    AS_GIVEN on, the bits above it are the upkeep that stands there beside what must; below, they
    are where it differs from what is taken for granted: what must stand there, and what makes a
    changeover possible or dearer than itself. The first begins at `not_before` at the earliest.
    """

    operation: int
    chosen: int
    not_before: int = 0


class Ordered(tuple[tuple[tuple[int, ...], ...], ...]):
    """Sequences with the order in which batches begin, over all machines, where that counts.

    `order` holds the first operation of each batch. Without it, batches that want the same resource
    get it in the order in which they would begin if nothing were shared. `not_before` holds
    operations that start at that time at the earliest: not all that is best begins as early as its
    order allows, where the end of a batch needs what another begins with. `upkeep` says what is
    decided of upkeep; where it says nothing, upkeep is done where it must be or pays at once.
    """

    order: tuple[int, ...]
    not_before: tuple[tuple[int, int], ...]
    upkeep: tuple[BeforeBatch, ...]

    def __new__(
        cls,
        sequences: Sequences,
        order: tuple[int, ...],
        not_before: tuple[tuple[int, int], ...] = (),
        upkeep: tuple[BeforeBatch, ...] = (),
    ) -> Self:
        """Return `sequences` with their `order`."""
        made = super().__new__(cls, sequences)
        made.order, made.not_before, made.upkeep = order, not_before, upkeep
        return made


class TermWeights(NamedTuple):
    """The weight of each term by name, that of unplanned operations resolved."""

    changeover_minutes: int
    changeover_cost: int
    processing_minutes: int
    tardiness: int
    tardy_orders: int
    makespan: int
    flow_time: int
    moved: int
    unplanned: int


class Arrays(NamedTuple):
    """A scenario as arrays; times in units from its start.

    Shapes use n operations, m machines, f families, d dimensions, g changeover groups, w windows,
    l links of routes.
    """

    horizon: int
    # operations
    family: IntArray  # (n,) 0..f-1
    release: IntArray  # (n,)
    due: IntArray  # (n,) NEVER where there is none
    deadline: IntArray  # (n,) NEVER where there is none
    weight: IntArray  # (n,)
    size: IntArray  # (n, d)
    shortest: ShortArray  # (n, m) least working units, NONE where the machine is not eligible
    longest: ShortArray  # (n, m) most working units, NO_MAXIMUM where there is no limit
    pin_machine: IntArray  # (n,) NONE where free
    pin_start: IntArray  # (n,) NONE where free
    # where the reference schedule had them; not moved from `stood_from` to `stood_until`
    stood_machine: IntArray  # (n,) NONE where there is no such machine, or nothing to compare with
    stood_from: IntArray  # (n,) -NEVER where it is not moved wherever it is
    stood_until: IntArray  # (n,) NEVER likewise
    # machines
    process: IntArray  # (m,) SERIAL, PARALLEL or CONTINUOUS
    pausable: IntArray  # (m,) 1 or 0
    capacity: IntArray  # (m, d) NEVER where there is no limit
    initial: IntArray  # (m,) family, or f where it is not known
    group: IntArray  # (m,) 0..g-1
    # changeovers; row f is "not known" and costs nothing
    changeover_minutes: IntArray  # (g, f + 1, f) IMPOSSIBLE where it is not possible
    changeover_cost: IntArray  # (g, f + 1, f) 0 where it is not possible
    # windows of machine k are rows window_first[k] to window_first[k + 1]
    window_first: IntArray  # (m + 1,)
    window_start: IntArray  # (w,)
    window_end: IntArray  # (w,)
    window_work: IntArray  # (w,) working units of the machine before this window
    # routes; links that end in operation k are rows before_first[k] to before_first[k + 1]
    before_first: IntArray  # (n + 1,)
    before: IntArray  # (l,) the operation that must be complete
    least_wait: IntArray  # (l,)
    most_wait: IntArray  # (l,) NEVER where there is no limit
    order: IntArray  # (n,) row of the operation's order; its last completion is the order's
    hand_on: IntArray  # (m,) 1 where whole batches are handed on
    # what machines share, and most of one family in a row
    in_a_row: IntArray  # (m, 3) most batches, working units and quantity; NEVER: no limit
    quantity: IntArray  # (n,) in the unit of `in_a_row`
    level: IntArray  # (v, 3) resource, start, amount from then on; by resource and start
    need: IntArray  # (q, 4) resource, code of DURING, amount, units
    run_needs: IntArray  # (x, 3) operation, machine, row of `need`: from its start to its end
    family_needs: IntArray  # (y, 3) machine, family, row of `need`: changeover to it, set up for it
    # upkeep; quantities in the unit of `in_a_row`
    upkeep: IntArray  # (p, UPKEEP_COLUMNS) by machine; most of each count, NEVER: no limit
    upkeep_needs: IntArray  # (z, 2) machine, row of `need`: while there is upkeep
    # cost
    weights: IntArray  # (9,) in the order of TermWeights, for compiled code; see weights_of


def weights_of(arrays: Arrays) -> TermWeights:
    """Return the weights of `arrays` by the name of their term."""
    return TermWeights(*arrays.weights.tolist())


def arrays_from(scenario: Scenario) -> Arrays:
    """Return the dense view of `scenario`."""
    parts = _parts_of_quantity(scenario)
    arrays = Arrays(
        horizon=scenario.horizon,
        **_operation_arrays(scenario),
        **_stood_arrays(scenario),
        **_machine_arrays(scenario),
        **_changeover_arrays(scenario),
        **_window_arrays(scenario),
        **_route_arrays(scenario),
        **_row_arrays(scenario, parts),
        **_need_arrays(scenario),
        upkeep=_upkeep_array(scenario, parts),
        weights=_weights(scenario),
    )
    _rule_out_what_is_too_large(arrays)
    return arrays


def _rule_out_what_is_too_large(arrays: Arrays) -> None:
    """Make a machine not eligible for operations that even alone are more than it holds."""
    for machine, limits in enumerate(arrays.capacity):
        arrays.shortest[(arrays.size > limits).any(axis=1), machine] = NONE
    _, most_units, most_quantity = arrays.in_a_row.T
    too_long = (arrays.shortest > most_units) | (arrays.quantity[:, None] > most_quantity)
    arrays.shortest[too_long] = NONE
    for row in arrays.upkeep.tolist():
        shortest = arrays.shortest[:, row[UPKEEP_MACHINE]]
        alone = np.stack((shortest, np.ones_like(shortest), arrays.quantity), axis=1)
        too_much = alone > row[UPKEEP_MOST : UPKEEP_MOST + COUNTS]
        shortest[too_much.any(axis=1)] = NONE
    if len(arrays.need):
        _rule_out_what_needs_too_much(arrays)


def _rule_out_what_needs_too_much(arrays: Arrays) -> None:
    """Make a machine not eligible for operations that need more of a resource than there is."""
    most = np.zeros(int(arrays.level[:, 0].max()) + 1, dtype=np.int64)
    np.maximum.at(most, arrays.level[:, 0], arrays.level[:, 2])
    wanted: Counter[tuple[int, int, int, int]] = Counter()
    for operation, machine, row in arrays.run_needs.tolist():
        resource, during, amount, _ = arrays.need[row].tolist()
        wanted[operation, machine, resource, during] += amount
    for machine, family, row in arrays.family_needs.tolist():
        resource, during, amount, _ = arrays.need[row].tolist()
        if during == SET_UP:
            for operation in np.flatnonzero(arrays.family == family).tolist():
                wanted[operation, machine, resource, during] += amount
    for (operation, machine, resource, _), amount in wanted.items():
        if amount > most[resource]:
            arrays.shortest[operation, machine] = NONE


def _operation_arrays(scenario: Scenario) -> dict[str, Any]:
    operations = scenario.operations
    orders = [scenario.order[operation.order] for operation in operations]
    families = {family: index for index, family in enumerate(scenario.changeovers.families)}
    machines = {machine.name: index for index, machine in enumerate(scenario.machines)}
    pins = [operation.pin for operation in operations]
    starts = [pin.start if pin and pin.start is not None else NONE for pin in pins]
    shortest, longest = _duration_arrays(operations, machines)
    return {
        "family": _ints(families[operation.family] for operation in operations),
        "release": _ints(order.release for order in orders),
        "due": _ints(NEVER if order.due is None else order.due for order in orders),
        "deadline": _ints(NEVER if order.deadline is None else order.deadline for order in orders),
        "weight": _ints(order.weight for order in orders),
        "size": _ints(operation.sizes for operation in operations).reshape(
            len(operations), len(scenario.dimensions)
        ),
        "shortest": shortest,
        "longest": longest,
        "pin_machine": _ints(machines[pin.machine] if pin else NONE for pin in pins),
        "pin_start": _ints(starts),
    }


def _stood_arrays(scenario: Scenario) -> dict[str, Any]:
    """Return where operations stood; nothing where being moved costs nothing."""
    known = scenario.reference if scenario.counts_moved else None
    machines = {machine.name: index for index, machine in enumerate(scenario.machines)}
    rows = []
    for operation in scenario.operations:
        stood = known.stood.get(operation.name) if known else None
        if known is None or stood is None:
            rows.append((NONE, -NEVER, NEVER))
            continue
        place = (stood.start - known.tolerance, stood.start + known.tolerance)
        rows.append((machines.get(stood.machine, NONE), *place))
    table = _ints(rows).reshape(len(rows), 3)
    return dict(zip(("stood_machine", "stood_from", "stood_until"), table.T.copy(), strict=True))


def _duration_arrays(
    operations: Sequence[Operation], machines: dict[str, int]
) -> tuple[ShortArray, ShortArray]:
    shortest = np.full((len(operations), len(machines)), NONE, dtype=np.int32)
    longest = np.full((len(operations), len(machines)), NO_MAXIMUM, dtype=np.int32)
    # Operations share their duration mappings, so each is laid out once.
    rows: dict[int, tuple[ShortArray, ShortArray]] = {}
    for index, operation in enumerate(operations):
        key = id(operation.durations)
        if key not in rows:
            rows[key] = _duration_rows(operation.durations.items(), machines)
        shortest[index], longest[index] = rows[key]
        if operation.pin:
            elsewhere = np.arange(len(machines)) != machines[operation.pin.machine]
            shortest[index, elsewhere] = NONE
    return shortest, longest


def _duration_rows(
    durations: Iterable[tuple[str, Duration]], machines: dict[str, int]
) -> tuple[ShortArray, ShortArray]:
    shortest = np.full(len(machines), NONE, dtype=np.int32)
    longest = np.full(len(machines), NO_MAXIMUM, dtype=np.int32)
    for machine, (minimum, maximum) in durations:
        shortest[machines[machine]] = min(minimum, NO_MAXIMUM)
        if maximum is not None:
            longest[machines[machine]] = min(maximum, NO_MAXIMUM)
    return shortest, longest


def _machine_arrays(scenario: Scenario) -> dict[str, Any]:
    machines = scenario.machines
    families = {family: index for index, family in enumerate(scenario.changeovers.families)}
    capacities = [[NEVER if c is None else c for c in machine.capacity] for machine in machines]
    initial = (machine.initial_family for machine in machines)
    return {
        "process": _ints(PROCESS_CODE[machine.process] for machine in machines),
        "pausable": _ints(int(machine.pausable) for machine in machines),
        "capacity": _ints(capacities).reshape(len(machines), len(scenario.dimensions)),
        "initial": _ints(len(families) if name is None else families[name] for name in initial),
    }


def _changeover_arrays(scenario: Scenario) -> dict[str, Any]:
    table = scenario.changeovers
    unknown = ((0, 0), (0, 1), (0, 0))
    return {
        "group": _ints(table.groups.get(machine.name, 0) for machine in scenario.machines),
        "changeover_minutes": np.pad(np.where(table.possible, table.minutes, IMPOSSIBLE), unknown),
        "changeover_cost": np.pad(table.cost, unknown),
    }


def _window_arrays(scenario: Scenario) -> dict[str, Any]:
    per_machine = [machine.windows for machine in scenario.machines]
    lengths = [[end - start for start, end in windows] for windows in per_machine]
    return {
        "window_first": _ints(accumulate((len(w) for w in per_machine), initial=0)),
        "window_start": _ints(start for windows in per_machine for start, _ in windows),
        "window_end": _ints(end for windows in per_machine for _, end in windows),
        "window_work": _ints(
            before for row in lengths for before in list(accumulate(row, initial=0))[:-1]
        ),
    }


def _route_arrays(scenario: Scenario) -> dict[str, Any]:
    row = {operation.name: index for index, operation in enumerate(scenario.operations)}
    orders = {order.name: index for index, order in enumerate(scenario.orders)}
    links = [link for operation in scenario.operations for link in operation.after]
    counts = (len(operation.after) for operation in scenario.operations)
    return {
        "before_first": _ints(accumulate(counts, initial=0)),
        "before": _ints(row[link.operation] for link in links),
        "least_wait": _ints(link.least_wait for link in links),
        "most_wait": _ints(NEVER if link.most_wait is None else link.most_wait for link in links),
        "order": _ints(orders[operation.order] for operation in scenario.operations),
        "hand_on": _ints(machine.hand_on == HandOn.BATCH for machine in scenario.machines),
    }


def _counts_quantity(scenario: Scenario) -> bool:
    limits = [machine.in_a_row.quantity for machine in scenario.machines]
    limits += [upkeep.most_quantity for upkeep in scenario.upkeeps]
    return any(limit is not None for limit in limits)


def _parts_of_quantity(scenario: Scenario) -> int:
    """Return in how many parts quantities are counted, so that all are whole."""
    if not _counts_quantity(scenario):
        return 1
    quantities = [scenario.quantity_of(operation) for operation in scenario.operations]
    given = [machine.in_a_row.quantity for machine in scenario.machines]
    for upkeep in scenario.upkeeps:
        given += [upkeep.most_quantity, upkeep.done_quantity]
    quantities += [Fraction(number) for number in given if number is not None]
    return lcm(*(number.denominator for number in quantities))


def _most(limit: int | Decimal | None, parts: int = 1) -> int:
    return NEVER if limit is None else int(Fraction(limit) * parts)


def _row_arrays(scenario: Scenario, parts: int) -> dict[str, Any]:
    """Return the limits in a row, and the quantities of operations in parts."""
    quantities = [Fraction(0)] * len(scenario.operations)
    if _counts_quantity(scenario):
        quantities = [scenario.quantity_of(operation) for operation in scenario.operations]
    limits = [machine.in_a_row for machine in scenario.machines]
    rows = [(_most(at.batches), _most(at.units), _most(at.quantity, parts)) for at in limits]
    return {
        "in_a_row": _ints(rows).reshape(len(limits), 3),
        "quantity": _ints(int(quantity * parts) for quantity in quantities),
    }


def _upkeep_array(scenario: Scenario, parts: int) -> IntArray:
    families = scenario.changeovers.index
    rows = [
        (
            machine,
            upkeep.units,
            upkeep.cost,
            _most(upkeep.most_units),
            _most(upkeep.most_batches),
            _most(upkeep.most_quantity, parts),
            upkeep.done_units,
            upkeep.done_batches,
            int(Fraction(upkeep.done_quantity) * parts),
            NONE if upkeep.sets_up is None else families[upkeep.sets_up],
        )
        for machine, name in enumerate(scenario.machine)
        for upkeep in scenario.upkeeps_of(name)
    ]
    return _ints(rows).reshape(len(rows), UPKEEP_COLUMNS)


def _need_arrays(scenario: Scenario) -> dict[str, Any]:
    resources = {resource.name: index for index, resource in enumerate(scenario.resources)}
    rows = {id(need): index for index, need in enumerate(scenario.needs)}
    levels = [
        (index, *level)
        for index, resource in enumerate(scenario.resources)
        for level in resource.levels
    ]
    needs = [
        (resources[need.resource], DURING_CODE[need.during], need.amount, need.units)
        for need in scenario.needs
    ]
    of_runs = [
        (index, machine, rows[id(need)])
        for index, operation in enumerate(scenario.operations if needs else ())
        for machine, name in enumerate(scenario.machine)
        if name in operation.durations
        for need in scenario.needs_of(name, operation)
    ]
    of_families = [
        (machine, family, rows[id(need)])
        for machine, name in enumerate(scenario.machine)
        for family, label in enumerate(scenario.changeovers.families if needs else ())
        for during in (During.CHANGEOVER, During.SET_UP)
        for need in scenario.needs_of_family(name, label, during)
    ]
    of_upkeep = [
        (machine, rows[id(need)])
        for machine, name in enumerate(scenario.machine)
        for need in scenario.needs_of_upkeep(name)
    ]
    return {
        "upkeep_needs": _ints(of_upkeep).reshape(len(of_upkeep), 2),
        "level": _ints(levels).reshape(len(levels), 3),
        "need": _ints(needs).reshape(len(needs), 4),
        "run_needs": _ints(of_runs).reshape(len(of_runs), 3),
        "family_needs": _ints(of_families).reshape(len(of_families), 3),
    }


def is_coupled(arrays: "Arrays") -> bool:
    """Tell whether batches are timed in one order over all machines.

    Where the timing of one machine depends on another, by routes, lots, hand-over or resources, and
    where how much a machine has made counts: of a family in a row, or since its last upkeep.
    """
    orders = np.unique(arrays.order)
    tied = len(arrays.before) or len(orders) < len(arrays.order) or arrays.hand_on.any()
    return bool(tied or has_shared(arrays))


def has_shared(arrays: "Arrays") -> bool:
    """Tell whether there are resources that are needed, limits in a row, or upkeep."""
    limited = len(arrays.upkeep) or (arrays.in_a_row < NEVER).any()
    return bool(len(arrays.need) or limited)


def _weights(scenario: Scenario) -> IntArray:
    given = asdict(scenario.weights) | {"unplanned": scenario.unplanned_penalty}
    return _ints(TermWeights(**given))


def _ints(values: Iterable[object]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
