"""The layout of a `State`, and flat lists: sequences as the kernels read and write them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.arrays import (
    NEVER,
    NONE,
    SERIAL,
    Arrays,
    BeforeBatch,
    Ordered,
    Sequences,
    has_shared,
    is_coupled,
    weights_of,
)
from planner.domain import IntArray
from planner.routes import along_routes, due_here, heads
from planner.search import kernels
from planner.search.coupling import coupled
from planner.search.kernels import State, columns

# Batches beyond one per operation, so that a move can make some before it empties others.
SPARE_SLOTS = 8
# Room in each work list beyond one place per batch: a move may mark a batch several times.
SPARE_MARKS = 1024
# A move logs the times of a batch that it makes twice, everything else once.
MOST_LOGGED = 2
# What flat lists say of upkeep, as in BeforeBatch.
_OF_UPKEEP = [columns.FLAT_OPERATION, columns.FLAT_UPKEEP, columns.FLAT_UPKEEP_NOT_BEFORE]


def new_state(arrays: Arrays, seed: int) -> State:
    """Return an empty state of the compiled search for `arrays`."""
    count, machines = arrays.shortest.shape
    dimensions = arrays.size.shape[1]
    slots = count + SPARE_SLOTS
    rows = slots + machines
    due_first = by_due(arrays)
    state = State(
        slots=slots,
        machine=_machine_table(arrays),
        window=np.stack((arrays.window_start, arrays.window_end, arrays.window_work), axis=1),
        change=np.stack((arrays.changeover_minutes, arrays.changeover_cost), axis=3).ravel(),
        duration=np.stack((arrays.shortest, arrays.longest), axis=2),
        op=_operation_table(arrays, due_first),
        batch=_zeros(rows, columns.BATCH_LOAD + dimensions),
        lists=_lists(arrays, rows + SPARE_MARKS, due_first),
        log=_zeros(_log_length(rows, count, dimensions)),
        scalar=_scalars(arrays, seed),
    )
    if is_coupled(arrays):
        state = coupled(state, arrays)
    kernels.clear(state)
    return state


def load(state: State, sequences: Sequences) -> None:
    """Fill `state` with `sequences` and time them."""
    kernels.load_lists(state, flatten(state, sequences))


def flatten(state: State, sequences: Sequences) -> IntArray:
    """Return the sequences as the kernels read them: a row per operation, see `FLAT_OPERATION`.

    Where a batch never gains from a second operation, each operation begins one.
    """
    flat = new_flat(state)
    single = single_table(state)
    row = 0
    for machine, batches in enumerate(sequences):
        for batch in batches:
            rows = slice(row, row + len(batch))
            flat[rows, columns.FLAT_OPERATION] = batch
            flat[rows, columns.FLAT_BEGINS] = single[machine, state.op[batch[0], columns.OP_FAMILY]]
            flat[row, columns.FLAT_BEGINS] = 1
            flat[rows, columns.FLAT_MACHINE] = machine
            row = rows.stop
    if isinstance(sequences, Ordered):
        for operation, moment in sequences.not_before:
            flat[flat[:, columns.FLAT_OPERATION] == operation, columns.FLAT_NOT_BEFORE] = moment
        for operation, chosen, moment in sequences.upkeep:
            at = flat[:, columns.FLAT_OPERATION] == operation
            flat[at, columns.FLAT_UPKEEP] = chosen
            flat[at, columns.FLAT_UPKEEP_NOT_BEFORE] = moment
        return _in_order(flat, row, sequences.order)
    return flat


def _in_order(flat: IntArray, count: int, order: Sequence[int]) -> IntArray:
    """Return flat lists batch by batch, in the order of the operations that begin batches."""
    place = {operation: row for row, operation in enumerate(order)}
    begins = flat[:count, columns.FLAT_BEGINS] == 1
    leads = [place[o] for o in flat[:count, columns.FLAT_OPERATION][begins].tolist()]
    rows = np.argsort(np.array(leads, dtype=np.int64)[np.cumsum(begins) - 1], kind="stable")
    flat[:count] = flat[rows]
    flat[:count, columns.FLAT_BEGINS] *= columns.ORDERED
    return flat


def unflatten(flat: IntArray, machine_count: int) -> Sequences:
    """Return the sequences of flat lists (the inverse of `flatten`, batches as they are)."""
    flat = flat[flat[:, columns.FLAT_MACHINE] != NONE]
    operations = flat[:, columns.FLAT_OPERATION].tolist()
    begins = np.flatnonzero(flat[:, columns.FLAT_BEGINS])
    ends = np.append(begins[1:], len(flat))[: len(begins)]
    lists: list[list[tuple[int, ...]]] = [[] for _ in range(machine_count)]
    machines = flat[begins, columns.FLAT_MACHINE].tolist()
    for machine, begin, end in zip(machines, begins.tolist(), ends.tolist(), strict=True):
        lists[machine].append(tuple(operations[begin:end]))
    made = tuple(tuple(batches) for batches in lists)
    if len(flat) and flat[0, columns.FLAT_BEGINS] == columns.ORDERED:
        return Ordered(
            made,
            tuple(operations[begin] for begin in begins.tolist()),
            tuple(
                (operation, moment)
                for operation, moment in zip(
                    operations, flat[:, columns.FLAT_NOT_BEFORE].tolist(), strict=True
                )
                if moment
            ),
            tuple(BeforeBatch(*row) for row in flat[:, _OF_UPKEEP].tolist() if row[1] or row[2]),
        )
    return made


def sequences_in(state: State) -> Sequences:
    """Return the sequences that `state` holds now."""
    flat = new_flat(state)
    kernels.copy_lists(state, flat)
    return unflatten(flat, len(state.machine))


def new_flat(state: State) -> IntArray:
    """Return flat lists for the kernels, with nothing in them."""
    flat = np.full((len(state.op), columns.FLAT_COLUMNS), NONE, dtype=np.int64)
    flat[:, columns.FLAT_NOT_BEFORE :] = 0
    return flat


def single_table(state: State) -> npt.NDArray[np.bool_]:
    """Return, per machine and family, whether a batch never gains from a second operation.

    So it is on a serial machine where a family follows itself for nothing.
    """
    families = int(state.scalar[columns.FAMILY_COUNT])
    if not families:
        return np.zeros((len(state.machine), 0), dtype=np.bool_)
    change = state.change.reshape(-1, families + 1, families, columns.CHANGE_WIDTH)
    diagonal = np.arange(families)
    free = (change[:, diagonal, diagonal] == 0).all(axis=2)
    serial = state.machine[:, [columns.MACHINE_PROCESS]] == SERIAL
    serial &= not state.scalar[columns.BATCHES_COUNT]
    table: npt.NDArray[np.bool_] = free[state.machine[:, columns.MACHINE_GROUP]] & serial
    return table


def by_due(arrays: Arrays) -> IntArray:
    """Return the operations by due date (release where there is none), then release.

    Those of a route are due by when they must be complete, and come in its order.
    """
    routed = len(arrays.before) > 0
    due = due_here(arrays) if routed else arrays.due
    ready = heads(arrays) if routed else arrays.release
    wanted = np.where(due < NEVER, due, ready)
    found = np.lexsort((np.arange(len(wanted)), ready, wanted))
    return np.array(along_routes(arrays, found), dtype=np.int64)


def _machine_table(arrays: Arrays) -> IntArray:
    table = _zeros(len(arrays.process), columns.MACHINE_CAPACITY + arrays.capacity.shape[1])
    first, last = arrays.window_first[:-1], arrays.window_first[1:]
    opened = arrays.window_end - arrays.window_start
    work = np.concatenate(([0], np.cumsum(opened)))
    table[:, columns.MACHINE_PROCESS] = arrays.process
    table[:, columns.MACHINE_PAUSABLE] = arrays.pausable
    table[:, columns.MACHINE_GROUP] = arrays.group
    table[:, columns.MACHINE_INITIAL] = arrays.initial
    table[:, columns.MACHINE_FIRST_WINDOW] = first
    table[:, columns.MACHINE_LAST_WINDOW] = last
    table[:, columns.MACHINE_OPEN_WORK] = work[last] - work[first]
    table[:, columns.MACHINE_CAPACITY :] = arrays.capacity
    return table


def _operation_table(arrays: Arrays, due_first: IntArray) -> IntArray:
    weights = weights_of(arrays)
    table = _zeros(len(arrays.family), columns.OP_SIZE + arrays.size.shape[1])
    table[:, columns.OP_DUE] = arrays.due
    table[:, columns.OP_RELEASE] = arrays.release
    table[:, columns.OP_DEADLINE] = arrays.deadline
    table[:, columns.OP_LATE_COST] = arrays.weight * weights.tardiness
    table[:, columns.OP_TARDY_COST] = arrays.weight * weights.tardy_orders
    table[:, columns.OP_FLOW_COST] = arrays.weight * weights.flow_time
    table[:, columns.OP_FAMILY] = arrays.family
    table[:, columns.OP_PIN] = arrays.pin_start
    table[:, columns.OP_STOOD] = arrays.stood_machine
    table[:, columns.OP_STOOD_FROM] = arrays.stood_from
    table[:, columns.OP_STOOD_UNTIL] = arrays.stood_until
    table[_by_family(arrays, due_first), columns.OP_FAMILY_PLACE] = np.arange(len(table))
    table[due_first, columns.OP_DUE_PLACE] = np.arange(len(table))
    table[:, columns.OP_SIZE :] = arrays.size
    return table


def _lists(arrays: Arrays, width: int, due_first: IntArray) -> IntArray:
    first = _family_first(arrays)
    lists = _zeros(columns.LISTS, max(width, len(first)))
    lists[columns.FAMILY_FIRST, : len(first)] = first
    lists[columns.BY_FAMILY, : len(arrays.family)] = _by_family(arrays, due_first)
    lists[columns.BY_DUE, : len(arrays.family)] = due_first
    return lists


def _by_family(arrays: Arrays, due_first: IntArray) -> IntArray:
    """Return the operations family by family, by due date inside each."""
    return due_first[np.argsort(arrays.family[due_first], kind="stable")]


def _family_first(arrays: Arrays) -> IntArray:
    sizes = np.bincount(arrays.family, minlength=arrays.changeover_minutes.shape[2])
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _log_length(rows: int, count: int, dimensions: int) -> int:
    """Return the room for all that one move may log, see `planner.search.kernels.undoing`."""
    links = columns.LOG_HEAD + columns.LINK_COLUMNS + dimensions
    times = columns.LOG_HEAD + columns.TIME_COLUMNS
    operation = columns.LOG_HEAD + columns.LOGGED_LINKS
    return MOST_LOGGED * rows * (links + times) + count * operation


def _scalars(arrays: Arrays, seed: int) -> IntArray:
    scalar = _zeros(columns.SCALARS)
    scalar[columns.RANDOM_BITS] = _first_bits(seed)
    scalar[columns.FAMILY_COUNT] = arrays.changeover_minutes.shape[2]
    scalar[columns.HORIZON] = arrays.horizon
    weights = weights_of(arrays)
    scalar[columns.WEIGHT_CHANGEOVER_MINUTES] = weights.changeover_minutes
    scalar[columns.WEIGHT_CHANGEOVER_COST] = weights.changeover_cost
    scalar[columns.WEIGHT_PROCESSING_MINUTES] = weights.processing_minutes
    scalar[columns.WEIGHT_TARDINESS] = weights.tardiness
    scalar[columns.WEIGHT_TARDY_ORDERS] = weights.tardy_orders
    scalar[columns.WEIGHT_MAKESPAN] = weights.makespan
    scalar[columns.WEIGHT_FLOW_TIME] = weights.flow_time
    scalar[columns.WEIGHT_UNPLANNED] = weights.unplanned
    if (arrays.stood_until < NEVER).any():
        scalar[columns.WEIGHT_MOVED] = weights.moved
    scalar[columns.BATCHES_COUNT] = has_shared(arrays)
    return scalar


def _first_bits(seed: int) -> int:
    """Return where the random numbers begin: positive, and not 0, where they would stay."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]) >> 1 | 1


def _zeros(*shape: int) -> IntArray:
    return np.zeros(shape, dtype=np.int64)
