"""Proven lower bounds on the cost, cheap and specific to batches; no schedule is made for them.

All bounds say what it costs to plan every operation that can be planned at all. Who leaves another
one out pays the penalty for it, so the least cost is at least the smaller of the two. What no
schedule can plan, because it fits into no window before its deadline even alone, adds its penalty.
"""

from collections.abc import Mapping

import numpy as np

from planner.arrays import NEVER, Arrays, TermWeights, is_coupled, weights_of
from planner.bounds.alone import Alone, alone
from planner.bounds.changeover_cost import changeover_bound
from planner.bounds.completion import completion_bound, is_weighted
from planner.bounds.groups import groups_of
from planner.bounds.load import makespan_bound
from planner.bounds.packing import packing
from planner.bounds.sequences import sequence_bound
from planner.bounds.upkeep import behind_upkeep, least_upkeep
from planner.bounds.ways import last_end_bound
from planner.domain import IntArray
from planner.routes import relaxed


def lower_bound(arrays: Arrays) -> int:
    """Return a cost that no schedule of `arrays` is below."""
    arrays = behind_upkeep(arrays)
    if is_coupled(arrays):
        return _bound_with_routes(arrays)
    return _bound_apart(arrays)


def _bound_with_routes(arrays: Arrays) -> int:
    """Return what costs at least without the routes, and the makespan at least with them."""
    weights, free = weights_of(arrays), relaxed(arrays)
    waited = free.weight * (free.release - arrays.release)
    flow = weights.flow_time * int(waited.sum())
    bound = _bound_apart(free)
    if weights.makespan:
        no_makespan = free.weights.copy()
        no_makespan[TermWeights._fields.index("makespan")] = 0
        rest = _bound_apart(free._replace(weights=no_makespan))
        bound = max(bound, rest + weights.makespan * last_end_bound(arrays))
    return min(bound + flow, max(bound, weights.unplanned))


def _bound_apart(arrays: Arrays) -> int:
    facts = alone(arrays)
    packed = packing(arrays, facts)
    weights = weights_of(arrays)
    cost = weights.processing_minutes * packed.processing
    cost += changeover_bound(
        arrays,
        facts.possible,
        packed.batches,
        weights.changeover_minutes,
        weights.changeover_cost,
    )
    upkeep = least_upkeep(arrays, facts, packed)
    cost += weights.changeover_cost * upkeep.cost
    if weights.makespan:
        minutes = changeover_bound(arrays, facts.possible, packed.batches, 1, 0) + upkeep.units
        cost += weights.makespan * makespan_bound(arrays, facts, packed, minutes)
    cost += _completions(arrays, facts)
    penalty = weights.unplanned
    return penalty * int((facts.completion == NEVER).sum()) + min(cost, penalty)


def least_changeover_minutes(arrays: Arrays) -> int:
    """Return minutes of changeover that no schedule is below that plans all that can be planned."""
    arrays = behind_upkeep(arrays)
    facts = alone(arrays)
    return changeover_bound(arrays, facts.possible, packing(arrays, facts).batches, 1, 0)


def bound_by_term(arrays: Arrays) -> Mapping[str, int]:
    """Return a bound on each term, unweighted, for schedules that plan all that can be planned.

    `unplanned` holds for every schedule.
    """
    arrays = behind_upkeep(arrays)
    arrays = relaxed(arrays) if is_coupled(arrays) else arrays
    facts = alone(arrays)
    packed = packing(arrays, facts)
    upkeep = least_upkeep(arrays, facts, packed)
    minutes = changeover_bound(arrays, facts.possible, packed.batches, 1, 0)
    cost = changeover_bound(arrays, facts.possible, packed.batches, 0, 1)
    return {
        "changeover_minutes": minutes,
        "changeover_cost": cost + upkeep.cost,
        "processing_minutes": packed.processing,
        **{
            term: _completions(arrays._replace(weights=_only(term)), facts)
            for term in ("tardiness", "tardy_orders", "flow_time")
        },
        "makespan": makespan_bound(arrays, facts, packed, minutes + upkeep.units),
        "moved": 0,  # everything may stay where it stood, as far as one knows
        "unplanned": int((facts.completion == NEVER).sum()),
    }


def _completions(arrays: Arrays, facts: Alone) -> int:
    """Return what completions cost at least, by all bounds on them."""
    if not is_weighted(arrays):
        return 0
    groups = groups_of(arrays, facts)
    known = completion_bound(arrays, facts, groups)
    return sequence_bound(arrays, facts, groups, known)


def _only(term: str) -> IntArray:
    return np.array([int(name == term) for name in TermWeights._fields], dtype=np.int64)
