"""Independent parts of a scenario: machines and operations that share nothing with the others.

Their costs and bounds add up, so each can be planned apart, with the whole effort on less.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.arrays import (
    NONE,
    UPKEEP_MACHINE,
    UPKEEP_SETS_UP,
    Arrays,
    BeforeBatch,
    Ordered,
    Sequences,
    is_coupled,
    weights_of,
)
from planner.domain import IntArray
from planner.routes import tied_by_routes

# More parts than these are planned in groups, so that beginning with each does not cost much.
MOST_PARTS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some operations and machines of a scenario, by their rows there, as arrays of their own.

    What one of its operations may run on is in the part, and nothing else may run there.
    """

    operations: IntArray
    machines: IntArray
    arrays: Arrays

    def of(self, sequences: Sequences) -> Sequences:
        """Return what the sequences of the whole scenario say about this part."""
        rows = {whole: row for row, whole in enumerate(self.operations.tolist())}
        own = tuple(
            tuple(tuple(rows[operation] for operation in batch) for batch in sequences[machine])
            for machine in self.machines.tolist()
        )
        return _as_ordered(own, sequences, rows)

    def within(self, sequences: Sequences) -> Mapping[int, tuple[tuple[int, ...], ...]]:
        """Return the sequences of this part by machine, all by their rows in the whole scenario."""
        rows = self.operations.tolist()
        return {
            machine: tuple(tuple(rows[operation] for operation in batch) for batch in batches)
            for machine, batches in zip(self.machines.tolist(), sequences, strict=True)
        }


def _as_ordered(sequences: Sequences, source: Sequences, rows: Mapping[int, int]) -> Sequences:
    """Return `sequences` in the order of their `source`, if that has one; `rows` are theirs."""
    if not isinstance(source, Ordered):
        return sequences
    return Ordered(
        sequences,
        tuple(rows[o] for o in source.order if o in rows),
        tuple((rows[o], moment) for o, moment in source.not_before if o in rows),
        tuple(
            u._replace(operation=rows[u.operation]) for u in source.upkeep if u.operation in rows
        ),
    )


def parts_of(arrays: Arrays) -> tuple[Part, ...]:
    """Return the independent parts, the smallest first; one, if all hangs together.

    The makespan is one for all machines, so with a weight on it all hangs together; and so does
    what shares resources. Machines that
    nothing may run on, and operations that may run nowhere, are in no part of several.
    """
    labels = _labels(_reach(arrays))
    if len(labels) < 2 or weights_of(arrays).makespan or len(arrays.need):
        return (_whole(arrays),)
    found = [_part(arrays, machines) for machines in _grouped(arrays, labels)]
    return tuple(sorted(found, key=lambda part: len(part.operations)))


def _reach(arrays: Arrays) -> npt.NDArray[np.bool_]:
    """Return, per operation, the machines of all that its order and routes tie it to."""
    eligible: npt.NDArray[np.bool_] = arrays.shortest != NONE
    if not is_coupled(arrays):
        return eligible
    reach = eligible.copy()
    for tied in tied_by_routes(arrays):
        reach[tied] = eligible[tied].any(axis=0)
    return reach


def join(parts: Iterable[Part], sequences: Iterable[Sequences], machine_count: int) -> Sequences:
    """Return the sequences of the whole scenario from those of its parts."""
    batches: dict[int, tuple[tuple[int, ...], ...]] = {}
    order: list[int] = []
    moments: list[tuple[int, int]] = []
    upkeep: list[BeforeBatch] = []
    is_ordered = False
    for part, own in zip(parts, sequences, strict=True):
        batches |= part.within(own)
        rows = part.operations.tolist()
        first = own.order if isinstance(own, Ordered) else [b[0] for lane in own for b in lane]
        order += [rows[operation] for operation in first]
        if isinstance(own, Ordered):
            is_ordered = True
            moments += [(rows[operation], moment) for operation, moment in own.not_before]
            upkeep += [each._replace(operation=rows[each.operation]) for each in own.upkeep]
    joined = tuple(batches.get(machine, ()) for machine in range(machine_count))
    if not is_ordered:
        return joined
    return Ordered(joined, tuple(order), tuple(moments), tuple(upkeep))


def unplaced(arrays: Arrays, parts: Iterable[Part]) -> int:
    """Return how many operations are in none of the parts, because they may run nowhere."""
    return len(arrays.family) - sum(len(part.operations) for part in parts)


def _labels(eligible: np.ndarray) -> list[list[int]]:
    """Return the machines that operations tie together, directly or through others, in groups."""
    ties = {row.tobytes(): row for row in np.unique(np.packbits(eligible, axis=1), axis=0)}
    groups: list[set[int]] = []
    for row in ties.values():
        machines = set(np.flatnonzero(np.unpackbits(row, count=eligible.shape[1])).tolist())
        if machines:
            touching = [group for group in groups if group & machines]
            groups = [group for group in groups if not group & machines]
            groups.append(machines.union(*touching))
    return sorted(sorted(group) for group in groups)


def _grouped(arrays: Arrays, groups: list[list[int]]) -> list[list[int]]:
    """Return at most `MOST_PARTS` groups of machines: again and again the two smallest join."""
    eligible = arrays.shortest != NONE
    sized = sorted((int(eligible[:, group].any(axis=1).sum()), group) for group in groups)
    while len(sized) > MOST_PARTS:
        (first, some), (second, others), *rest = sized
        sized = sorted([*rest, (first + second, sorted(some + others))])
    return [group for _, group in sized]


def _whole(arrays: Arrays) -> Part:
    count, machines = arrays.shortest.shape
    return Part(operations=np.arange(count), machines=np.arange(machines), arrays=arrays)


def _part(arrays: Arrays, group: list[int]) -> Part:
    machines = np.array(group, dtype=np.int64)
    operations = np.flatnonzero(_reach(arrays)[:, machines].any(axis=1))
    rows: dict[str, Any] = {name: getattr(arrays, name)[operations] for name in _OF_OPERATIONS}
    columns: dict[str, Any] = {name: getattr(arrays, name)[machines] for name in _OF_MACHINES}
    stood = arrays.stood_machine[operations]
    part = arrays._replace(
        **rows,
        **columns,
        shortest=arrays.shortest[np.ix_(operations, machines)],
        longest=arrays.longest[np.ix_(operations, machines)],
        pin_machine=_renumbered(arrays.pin_machine[operations], machines),
        stood_machine=_renumbered(np.where(np.isin(stood, machines), stood, NONE), machines),
    )
    part = part._replace(
        **_windows(arrays, machines),
        **_links(arrays, operations),
        upkeep=_upkeep(arrays, machines),
    )
    return Part(operations=operations, machines=machines, arrays=part._replace(**_families(part)))


_OF_OPERATIONS = (
    "family",
    "release",
    "due",
    "deadline",
    "weight",
    "size",
    "pin_start",
    "stood_from",
    "stood_until",
    "quantity",
)
_OF_MACHINES = ("process", "pausable", "capacity", "initial", "group", "hand_on", "in_a_row")


def _upkeep(arrays: Arrays, machines: IntArray) -> IntArray:
    """Return the upkeep of the part's machines; what needs a resource is in no part of several."""
    rows = arrays.upkeep[np.isin(arrays.upkeep[:, UPKEEP_MACHINE], machines)]
    rows[:, UPKEEP_MACHINE] = np.searchsorted(machines, rows[:, UPKEEP_MACHINE])
    return rows


def _links(arrays: Arrays, operations: IntArray) -> dict[str, Any]:
    """Return the routes and orders of the part, by its own rows."""
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    inside = np.isin(into, operations)
    counts = np.diff(arrays.before_first)[operations]
    return {
        "before_first": np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        "before": np.searchsorted(operations, arrays.before[inside]).astype(np.int64),
        "least_wait": arrays.least_wait[inside],
        "most_wait": arrays.most_wait[inside],
        "order": np.unique(arrays.order[operations], return_inverse=True)[1].astype(np.int64),
    }


def _renumbered(machine: IntArray, machines: IntArray) -> IntArray:
    """Return rows of the whole as rows of the part; NONE stays."""
    return np.where(machine == NONE, NONE, np.searchsorted(machines, machine))


def _windows(arrays: Arrays, machines: IntArray) -> dict[str, Any]:
    first, last = arrays.window_first[machines], arrays.window_first[machines + 1]
    rows = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    return {
        "window_first": np.concatenate(([0], np.cumsum(last - first))),
        "window_start": arrays.window_start[rows],
        "window_end": arrays.window_end[rows],
        "window_work": arrays.window_work[rows],
    }


def _families(part: Arrays) -> dict[str, Any]:
    """Return the part's families and changeovers without those that it never meets."""
    unknown = part.changeover_minutes.shape[2]
    known = part.initial[part.initial != unknown]
    sets_up = part.upkeep[:, UPKEEP_SETS_UP]
    known = np.concatenate((known, sets_up[sets_up != NONE]))
    families = np.unique(np.concatenate((part.family, known)))
    upkeep = part.upkeep.copy()
    upkeep[:, UPKEEP_SETS_UP] = np.where(sets_up == NONE, NONE, np.searchsorted(families, sets_up))
    groups, group = np.unique(part.group, return_inverse=True)
    table = np.ix_(groups, np.append(families, unknown), families)
    return {
        "family": np.searchsorted(families, part.family),
        "initial": np.searchsorted(families, part.initial),
        "group": group,
        "upkeep": upkeep,
        "changeover_minutes": part.changeover_minutes[table],
        "changeover_cost": part.changeover_cost[table],
    }
