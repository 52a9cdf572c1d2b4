"""First schedules along routes; also run as plain Python."""

from typing import Any

import numpy as np
import pytest

from benchmarks.made import makespan_shop
from planner.arrays import Sequences, arrays_from
from planner.checker import check
from planner.search import listing
from planner.search.annealing import Effort
from planner.search.baselines import without_circles
from planner.search.decoding import cost_of, decode
from planner.search.kernels.listing import ListingRule
from planner.search.listing import improved_listing, listing_of, listings
from tests.routed import random_routed

SEEDS = range(12)


def test_orders_are_inserted_where_they_cost_least() -> None:
    # Minutes on A, then B. By work: J1 (9), J2 (7), J3 (3). J1 before J2 ends at 11, after it at
    # 14; then J3 first ends at 12, between or last at 13. By Johnson's rule 12 is least.
    jobs = [[{"A": 3}, {"B": 6}], [{"A": 5}, {"B": 2}], [{"A": 1}, {"B": 2}]]
    arrays = arrays_from(makespan_shop("three jobs", jobs, ["A", "B"]))
    made = listing_of(arrays)
    rule = ListingRule(0.0, 0.0, 0.0, 0.0, 1.0)
    assert made.in_sequence(rule, np.array([0, 1, 2])) == 12
    found = made.by_rule(rule, made.board.base.copy())
    assert found == (((4, 0, 2),), ((5, 1, 3),))
    assert cost_of(arrays, found) == 12


def test_an_operation_waits_for_a_machine_that_ends_it_sooner() -> None:
    # Both jobs take 2 on A and 9 on B: the second ends on A at 4, on B at 9.
    jobs = [[{"A": 2, "B": 9}], [{"A": 2, "B": 9}], [{"A": 1}]]
    arrays = arrays_from(makespan_shop("fast and slow", jobs, ["A", "B"]))
    for sequences in listings(arrays):
        assert sequences[1] == ()
        assert cost_of(arrays, sequences) == 5


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rule_plans_each_operation_once_and_keeps_all_rules(seed: int) -> None:
    scenario = random_routed(np.random.default_rng(700 + seed))
    arrays = arrays_from(scenario)
    for sequences in listings(arrays):
        placed = [o for batches in sequences for batch in batches for o in batch]
        assert len(placed) == len(set(placed))
        schedule = decode(scenario, arrays, without_circles(arrays, sequences))
        assert check(scenario, schedule) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_improving_a_listing_keeps_all_rules_and_gives_the_same_again(seed: int) -> None:
    scenario = random_routed(np.random.default_rng(800 + seed))
    arrays = arrays_from(scenario)
    made: list[Sequences] = []
    for _ in range(2):
        improved_listing(
            arrays, Effort(moves=40), workers=1, seed=seed, on_found=made.append, stop=lambda: False
        )
    assert made[0] == made[1]
    assert check(scenario, decode(scenario, arrays, made[0])) == ()


def test_without_time_only_the_first_rules_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = random_routed(np.random.default_rng(700))
    arrays = arrays_from(scenario)
    tried = []

    def counted(*given: Any) -> int:
        tried.append(given)
        return cost_of(*given)

    monkeypatch.setattr(listing, "cost_of", counted)
    made: list[Sequences] = []
    improved_listing(
        arrays, Effort(seconds=0.0), workers=1, seed=0, on_found=made.append, stop=lambda: False
    )
    assert len(tried) == listing.LEAST_RULES
    assert check(scenario, decode(scenario, arrays, without_circles(arrays, made[0]))) == ()
