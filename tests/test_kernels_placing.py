"""Each priced place costs what the whole costs with the operation there."""

import numpy as np

from planner.arrays import NEVER, NONE, Arrays, Sequences, arrays_from
from planner.domain import Scenario
from planner.search.baselines import one_by_one_sequences
from planner.search.decoding import cost_of, timed_operations
from planner.search.placing import priced_places, put
from tests.builders import order, random_scenario, scenario
from tests.routed import random_routed


def _without(sequences: Sequences, operation: int) -> Sequences:
    left = (
        tuple(tuple(o for o in batch if o != operation) for batch in batches)
        for batches in sequences
    )
    return tuple(tuple(batch for batch in batches if batch) for batches in left)


def _priced_as_made(given: Scenario, arrays: Arrays, operation: int) -> int:
    rest = _without(one_by_one_sequences(arrays), operation)
    places = priced_places(arrays, rest, operation)
    for place in places:
        made = put(rest, operation, place)
        assert place.cost == cost_of(arrays, made)
        timed = timed_operations(given, arrays, made)
        assert timed.end[operation] != NONE
        assert timed.end[operation] <= place.end
    assert [place.cost for place in places] == sorted(place.cost for place in places)
    return len(places)


def test_a_place_costs_what_is_measured_there() -> None:
    priced = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        given = random_scenario(rng, orders=5, machines=2)
        arrays = arrays_from(given)
        priced += _priced_as_made(given, arrays, int(rng.integers(len(given.operations))))
    assert priced > 40


def test_a_place_on_a_route_costs_what_is_measured_there() -> None:
    priced = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        given = random_routed(rng, operations=6)
        arrays = arrays_from(given)
        # The last: nothing comes after it.
        priced += _priced_as_made(given, arrays, len(given.operations) - 1)
    assert priced > 50


def test_no_place_where_a_pinned_one_would_be_lost_and_none_too_late() -> None:
    given = scenario(orders=[order("A", minutes=60, deadline=100), order("B", minutes=50)])
    arrays = arrays_from(given)
    assert arrays.deadline.tolist() == [100, NEVER]
    # A before B ends at 60; behind it at 110, which is too late.
    places = priced_places(arrays, (((1,),),), 0)
    assert [(place.behind, place.end) for place in places] == [(None, 60)]
