"""Plans made as if nothing were shared, whose batches then wait: a start for what is shared."""

from dataclasses import replace

import numpy as np
import pytest

from planner.arrays import arrays_from, is_coupled
from planner.planning.budget import Budget
from planner.planning.incumbent import Incumbent
from planner.planning.parts import parts_of
from planner.planning.routed import as_if_alone, plan_as_if_alone, shares_only
from planner.search.baselines import one_by_one_sequences
from planner.search.decoding import cost_of, decode, encode
from tests.shared import random_shared


@pytest.mark.parametrize("seed", range(8))
def test_alone_there_are_neither_resources_nor_upkeep_and_all_costs_as_without_them(
    seed: int,
) -> None:
    given = random_shared(np.random.default_rng(seed), in_a_row=False)
    arrays = arrays_from(given)
    alone = as_if_alone(arrays)
    assert shares_only(arrays) == bool(given.needs)
    assert not is_coupled(alone)
    bare = arrays_from(replace(given, resources=(), needs=(), upkeeps=()))
    sequences = tuple(one_by_one_sequences(bare))
    # What needs more than there ever is has no machine here.
    if (alone.shortest == bare.shortest).all():
        assert cost_of(alone, sequences) == cost_of(bare, sequences)


def test_where_routes_tie_machines_too_nothing_is_planned_alone() -> None:
    given = random_shared(np.random.default_rng(1), routes=True, in_a_row=False)
    assert given.has_routes
    assert not shares_only(arrays_from(given))


@pytest.mark.parametrize("seed", range(3))
def test_what_it_finds_is_kept_only_where_it_is_better_with_what_is_shared(seed: int) -> None:
    given = random_shared(np.random.default_rng(seed), in_a_row=False)
    arrays = arrays_from(given)
    incumbent = Incumbent(given, arrays, {}, parts_of(arrays), None, None)
    start = one_by_one_sequences(arrays)
    incumbent.start({"one by one": start})
    (part,) = incumbent.parts
    before = part.cost
    budget = Budget(seconds=None, work=2, workers=1, seed=seed, stop=lambda: False)
    is_better = plan_as_if_alone(part, budget)
    assert before == cost_of(arrays, start)
    assert (part.cost < before) == is_better
    kept = decode(given, arrays, part.sequences)
    assert cost_of(arrays, encode(given, kept)) == part.cost
