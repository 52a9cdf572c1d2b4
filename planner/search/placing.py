"""The places where an operation that is in no batch may go, each with what it then costs."""

from dataclasses import dataclass

import numpy as np

from planner.arrays import NONE, Arrays, Ordered, Sequences
from planner.search import kernels
from planner.search.kernels import State
from planner.search.kernels.placing import (
    PLACE_BEHIND,
    PLACE_COLUMNS,
    PLACE_COST,
    PLACE_END,
    PLACE_INSIDE,
    PLACE_MACHINE,
)
from planner.search.state import load, new_state


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedPlace:
    """On `machine` directly behind the batch of operation `behind` (None: first), or `inside` it.

    `cost` is that of the whole schedule, `end` when the operation's batch ends there.
    """

    machine: int
    behind: int | None
    inside: bool
    cost: int
    end: int


def priced_places(
    arrays: Arrays, sequences: Sequences, operation: int, state: State | None = None
) -> list[PricedPlace]:
    """Return all places where `operation`, which is in none of `sequences`, can be timed.

    What is before it on its route must be in them. Sorted by cost, then by end. A `state` of these
    `arrays` saves making one.
    """
    state = new_state(arrays, seed=0) if state is None else state
    load(state, sequences)
    room = 2 * (len(state.op) + 2 * len(state.machine) + 1)
    found = np.zeros((room, PLACE_COLUMNS), dtype=np.int64)
    count = kernels.price_places(state, operation, found)
    places = [
        PricedPlace(
            machine=row[PLACE_MACHINE],
            behind=None if row[PLACE_BEHIND] == NONE else row[PLACE_BEHIND],
            inside=bool(row[PLACE_INSIDE]),
            cost=row[PLACE_COST],
            end=row[PLACE_END],
        )
        for row in found[:count].tolist()
    ]
    return sorted(places, key=lambda place: (place.cost, place.end, place.machine))


def put(sequences: Sequences, operation: int, place: PricedPlace) -> Sequences:
    """Return `sequences` with `operation` at `place`."""
    lists = [list(batches) for batches in sequences]
    batches = lists[place.machine]
    if place.behind is None:
        batches.insert(0, (operation,))
    else:
        at, batch = next((k, b) for k, b in enumerate(batches) if place.behind in b)
        inside = batch.index(place.behind) + 1
        if place.inside:
            batches[at] = (*batch, operation)
        else:
            batches[at : at + 1] = _parted(batch, inside, operation)
    made = tuple(map(tuple, lists))
    return _in_order(made, sequences, place.behind) if isinstance(sequences, Ordered) else made


def _in_order(sequences: Sequences, source: Ordered, behind: int | None) -> Ordered:
    """Return `sequences` in the order of their `source`, new batches behind that of `behind`."""
    first = {batch[0] for batches in sequences for batch in batches}
    holder = next((b[0] for lane in source for b in lane if behind in b), None)
    kept = [operation for operation in source.order if operation in first]
    new = [batch[0] for lane in sequences for batch in lane if batch[0] not in source.order]
    at = kept.index(holder) + 1 if holder in kept else 0
    order = (*kept[:at], *new, *kept[at:])
    return Ordered(sequences, order, source.not_before, source.upkeep)


def _parted(batch: tuple[int, ...], inside: int, operation: int) -> list[tuple[int, ...]]:
    """Return a batch with an operation behind some of it, where it was several in the search."""
    parts = (batch[:inside], (operation,), batch[inside:])
    return [part for part in parts if part]
