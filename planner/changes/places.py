"""Places where an operation may go instead, and the changes that put it there."""

from collections.abc import Iterator, Sequence

import numpy as np

from planner.arrays import SERIAL, Sequences
from planner.changes.arranging import as_sequences, taken_out
from planner.changes.kinds import JoinBatch, MoveWork, PlanChange
from planner.changes.standing import Standing
from planner.domain import IntArray
from planner.routes import leading_to
from planner.search.coupling import hold_until
from planner.search.placing import PricedPlace, priced_places

# How many places are made for one operation, of each manner.
PLACES = 3


def likely_places(
    standing: Standing, sequences: Sequences, row: int, starts: IntArray
) -> list[PricedPlace]:
    """Return the places of an operation that is in none of `sequences`, the cheapest first.

    With most waits each place would be timed anew from nothing. Instead they are forgotten, and all
    else begins no earlier than in `starts`, where they hold it back already: so costs and ends are
    near the true ones, but a place may turn out not to be possible.
    """
    arrays, state = standing.arrays, standing.quick_state
    if not standing.knows_places:
        moments = np.maximum(arrays.release, starts)
        # What comes before it need not be held back for where it stood.
        own = [row, *leading_to(arrays, row)]
        moments[own] = arrays.release[own]
        hold_until(state, moments)
    return priced_places(arrays, sequences, row, state)


def better_places(standing: Standing, name: str, machine: str = "") -> Iterator[PlanChange]:
    """Yield the changes to where an operation would be earlier: the cheapest, then the earliest."""
    lists = [list(batches) for batches in standing.sequences]
    taken_out(lists, [standing.row[name], *_following(standing, name)])
    sequences = as_sequences(lists, standing.sequences)
    places = [
        place
        for place in likely_places(standing, sequences, standing.row[name], standing.starts)
        if not machine or standing.scenario.machines[place.machine].name == machine
    ]
    for place in dict.fromkeys(_worth_trying(standing, name, places)):
        yield as_change(standing, name, place)


def _worth_trying(
    standing: Standing, name: str, places: Sequence[PricedPlace]
) -> Iterator[PricedPlace]:
    """Yield of `places`, the cheapest first, the cheapest in time, and the earliest."""
    until = standing.times[name][2]
    slower = until - (standing.scenario.order[standing.scenario.operation[name].order].due or 0)
    earlier = [place for place in places if place.end < until]
    yield from [place for place in earlier if place.end <= until - max(1, slower)][:PLACES]
    yield from sorted(earlier, key=lambda place: (place.end, place.cost))[:PLACES]
    if not standing.knows_places:
        # Ends are only likely.
        yield from [place for place in places if place.end <= until][: 2 * PLACES]


def _following(standing: Standing, name: str) -> list[int]:
    """Return what comes after an operation on its route, at once or later."""
    found, newest = [], {name}
    while newest:
        newest = {
            operation.name
            for operation in standing.scenario.operations
            if any(link.operation in newest for link in operation.after)
        }
        found += [standing.row[each] for each in newest]
    return found


def as_change(standing: Standing, name: str, place: PricedPlace) -> PlanChange:
    """Return the change that puts an operation to a place that was priced without it."""
    scenario = standing.scenario
    machine = scenario.machines[place.machine].name
    if place.inside and place.behind is not None:
        return JoinBatch(operations=(name,), into=scenario.operations[place.behind].name)
    on = [row for batch in standing.sequences[place.machine] for row in batch]
    on = [row for row in on if row != standing.row[name]]
    if place.behind is None:
        before = on[0] if on else None
    else:
        following = on[on.index(place.behind) + 1 :]
        # Behind the whole batch, as it stood in the search.
        own = next(b for b in standing.sequences[place.machine] if place.behind in b)
        parts = bool(standing.arrays.process[place.machine] == SERIAL)
        before = next((r for r in following if parts or r not in own), None)
    named = "" if before is None else scenario.operations[before].name
    return MoveWork(operations=(name,), machine=machine, before=named)
