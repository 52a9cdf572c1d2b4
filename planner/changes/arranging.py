"""What a change does to the order of batches on the machines.

Lists hold, per machine, its batches as tuples of rows; they are changed in place.
"""

from collections.abc import Iterable, Sequence
from functools import singledispatch

from planner.arrays import SERIAL, Ordered, Sequences
from planner.changes.given import machine_named, operations_named
from planner.changes.kinds import (
    JoinBatch,
    LeaveOut,
    MoveWork,
    PlanChange,
    SplitBatch,
    SwapBatches,
)
from planner.changes.standing import Standing
from planner.errors import ChangeError

Lists = list[list[tuple[int, ...]]]


def arranged(standing: Standing, change: PlanChange) -> Lists:
    """Return the batches per machine after `change`, before anything is timed or checked.

    Raises `ChangeError` where the change names what is not there.
    """
    lists = [list(batches) for batches in standing.sequences]
    _arrange(change, standing, lists)
    return lists


@singledispatch
def _arrange(_change: PlanChange, _standing: Standing, _lists: Lists) -> None:
    """Leave everything where it is: only the scenario changes."""


@_arrange.register
def _move(change: MoveWork, standing: Standing, lists: Lists) -> None:
    machine = _machine_row(standing, change.machine)
    names = operations_named(standing.scenario, change.operations)
    if change.before and change.before in names:
        raise ChangeError(f"{change.before} cannot go before itself")
    moved = _groups(standing, names)
    taken_out(lists, [row for rows in moved for row in rows])
    place = _place_before(standing, lists, machine, change.before)
    lists[machine][place:place] = moved


@_arrange.register
def _swap(change: SwapBatches, standing: Standing, lists: Lists) -> None:
    one, other = (_place_of(standing, lists, name) for name in (change.one, change.other))
    if one == other:
        raise ChangeError(f"{change.one} and {change.other} are in one batch")
    (m, i), (n, j) = one, other
    lists[m][i], lists[n][j] = lists[n][j], lists[m][i]


@_arrange.register
def _join(change: JoinBatch, standing: Standing, lists: Lists) -> None:
    names = operations_named(standing.scenario, change.operations)
    machine, place = _place_of(standing, lists, change.into)
    own = {standing.row[name] for name in names}
    target = lists[machine][place]
    joining = [standing.row[name] for name in names if standing.row[name] not in target]
    if not joining:
        raise ChangeError(f"{names[0]} is in that batch already")
    keeping = target[0] if target[0] not in own else next(r for r in target if r not in joining)
    taken_out(lists, joining)
    machine, place = _place_of_row(lists, keeping)
    lists[machine][place] = (*lists[machine][place], *joining)


@_arrange.register
def _split(change: SplitBatch, standing: Standing, lists: Lists) -> None:
    names = operations_named(standing.scenario, change.operations)
    groups = _groups(standing, names)
    if len(groups) > 1:
        raise ChangeError(f"{names[0]} and {names[-1]} are not in one batch")
    machine, place = _place_of(standing, lists, names[0])
    rest = tuple(row for row in lists[machine][place] if row not in groups[0])
    if not rest:
        raise ChangeError(f"{names[0]} would leave nothing in its batch: it is one already")
    lists[machine][place : place + 1] = [rest, groups[0]]


@_arrange.register
def _leave_out(change: LeaveOut, standing: Standing, lists: Lists) -> None:
    names = operations_named(standing.scenario, change.orders)
    taken_out(lists, [standing.row[name] for name in names])


def as_sequences(lists: Lists, source: Sequences) -> Sequences:
    """Return lists as sequences; where those of `source` have an order, in that order.

    A batch that is new on its machine begins before the one that follows it there.
    """
    made: Sequences = tuple(map(tuple, lists))
    if not isinstance(source, Ordered):
        return made
    place = {first: rank for rank, first in enumerate(source.order)}
    rank_of = [{row: place.get(b[0]) for b in lane for row in b} for lane in source]
    keyed: list[tuple[float, int]] = []
    for machine, batches in enumerate(made):
        ranks = [rank_of[machine].get(batch[0]) for batch in batches]
        following = float(len(place))
        wanted: list[float] = []
        for rank in reversed(ranks):
            following = following - 0.5 if rank is None else float(rank)
            wanted.insert(0, following)
        latest = 0.0
        for batch, key in zip(batches, wanted, strict=True):
            latest = max(latest, key)
            keyed.append((latest, batch[0]))
    keyed.sort(key=lambda each: each[0])  # what is equal stays in the order of its machine
    return Ordered(made, tuple(first for _, first in keyed), upkeep=source.upkeep)


def taken_out(lists: Lists, rows: Iterable[int]) -> None:
    """Take operations out of their batches, and batches that they leave empty out of the lists."""
    leaving = frozenset(rows)
    for machine, batches in enumerate(lists):
        if any(not leaving.isdisjoint(batch) for batch in batches):
            left = (tuple(row for row in batch if row not in leaving) for batch in batches)
            lists[machine] = [batch for batch in left if batch]


def _groups(standing: Standing, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the rows of operations, those of one batch together."""
    groups: dict[object, list[int]] = {}
    for name in names:
        batch = standing.batch_of.get(name)
        groups.setdefault(name if batch is None else id(batch), []).append(standing.row[name])
    return [tuple(rows) for rows in groups.values()]


def _place_before(standing: Standing, lists: Lists, machine: int, before: str) -> int:
    """Return where a batch goes that is to come before that of `before`, parting it if it must."""
    batches = lists[machine]
    if not before:
        return len(batches)
    row = _row_of(standing, before)
    place = next((k for k, batch in enumerate(batches) if row in batch), None)
    if place is None:
        name = standing.scenario.machines[machine].name
        raise ChangeError(f"{before} is not on {name}, so nothing can go before it there")
    inside = batches[place].index(row)
    if not inside or standing.arrays.process[machine] != SERIAL:
        return place
    batches[place : place + 1] = [batches[place][:inside], batches[place][inside:]]
    return place + 1


def _place_of(standing: Standing, lists: Lists, name: str) -> tuple[int, int]:
    row = _row_of(standing, name)
    if name not in standing.batch_of:
        raise ChangeError(f"{name} is not planned, so it is in no batch")
    return _place_of_row(lists, row)


def _place_of_row(lists: Lists, row: int) -> tuple[int, int]:
    return next(
        (machine, place)
        for machine, batches in enumerate(lists)
        for place, batch in enumerate(batches)
        if row in batch
    )


def _row_of(standing: Standing, name: str) -> int:
    names = operations_named(standing.scenario, [name])
    if len(names) > 1:
        raise ChangeError(f"order {name} has {len(names)} operations; name one of them")
    return standing.row[names[0]]


def _machine_row(standing: Standing, name: str) -> int:
    machine = machine_named(standing.scenario, name)
    return standing.scenario.machines.index(machine)
