"""Bounds: derived by hand where they are exact, and never above what any schedule costs."""

from collections.abc import Iterator
from itertools import permutations, product

import numpy as np
import pytest

from planner import cpsat
from planner.arrays import Arrays, Sequences, arrays_from, weights_of
from planner.bounds import bound_by_term, lower_bound
from planner.bounds import sequences as rows
from planner.bounds.alone import FULL
from planner.bounds.covering import covering_lengths
from planner.checker import check
from planner.domain import TERMS, Process, Scenario, Weights
from planner.kpis import measure
from planner.planning.parts import parts_of, unplaced
from planner.schedule import Terms
from planner.search.annealing import Effort, search
from planner.search.baselines import one_by_one_sequences
from planner.search.construction import constructions
from planner.search.decoding import cost_of, decode
from tests.builders import machine, order, random_scenario, scenario

KINDS = [process.value for process in Process]


def terms_of(made: Scenario) -> dict[str, int]:
    return dict(bound_by_term(arrays_from(made)))


def groupings(operations: tuple[int, ...], family: np.ndarray) -> Iterator[list[tuple[int, ...]]]:
    """Yield the ways to cut a sequence into batches of one family each."""
    if not operations:
        yield []
    for size in range(1, len(operations) + 1):
        if len({int(family[k]) for k in operations[:size]}) == 1:
            for rest in groupings(operations[size:], family):
                yield [operations[:size], *rest]


def all_sequences(arrays: Arrays) -> Iterator[Sequences]:
    """Yield every way to put operations into batches on machines, or to leave them out."""
    count, machines = arrays.shortest.shape
    for places in product(range(-1, machines), repeat=count):
        members = [[k for k in range(count) if places[k] == m] for m in range(machines)]
        if any(arrays.shortest[k, m] < 0 for m in range(machines) for k in members[m]):
            continue
        per_machine = [
            [batches for p in permutations(m) for batches in groupings(p, arrays.family)]
            for m in members
        ]
        for chosen in product(*per_machine):
            yield tuple(tuple(batches) for batches in chosen)


def all_terms(made: Scenario) -> Iterator[Terms]:
    """Yield the terms of every schedule at its earliest times, by enumeration."""
    arrays = arrays_from(made)
    for sequences in all_sequences(arrays):
        schedule = decode(made, arrays, sequences)
        if check(made, schedule) == ():
            yield measure(made, schedule).terms


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("kind", KINDS)
def test_no_schedule_of_a_small_scenario_costs_less_than_its_bound(kind: str, seed: int) -> None:
    made = random_scenario(np.random.default_rng(seed), process=kind, orders=3, machines=2)
    least = min(terms.cost(made) for terms in all_terms(made))
    assert lower_bound(arrays_from(made)) <= least


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("kind", KINDS)
def test_no_bound_is_above_what_a_search_finds(kind: str, seed: int) -> None:
    # Bigger than can be enumerated, with a start that is good and a search that makes it better.
    made = random_scenario(np.random.default_rng(500 + seed), process=kind, orders=18, machines=3)
    arrays = arrays_from(made)
    start = min(constructions(arrays), key=lambda sequences: cost_of(arrays, sequences))
    found = search(arrays, start, Effort(moves=20_000))
    parts = parts_of(arrays)
    least = found.cost - weights_of(arrays).unplanned * unplaced(arrays, parts)
    assert lower_bound(arrays) <= found.cost
    assert sum(lower_bound(part.arrays) for part in parts) <= least


@pytest.mark.parametrize("buckets", [3, 11, 60])
@pytest.mark.parametrize("seed", range(40))
def test_no_bound_by_coarse_time_is_above_what_a_search_finds(
    seed: int, buckets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_BUCKETS", buckets)
    monkeypatch.setattr(rows, "FEWEST_BUCKETS", 1)
    made = random_scenario(np.random.default_rng(700 + seed), orders=16, machines=2)
    arrays = arrays_from(made)
    found = search(arrays, one_by_one_sequences(arrays), Effort(moves=10_000))
    assert lower_bound(arrays) <= found.cost


@pytest.mark.parametrize("seed", range(12))
def test_no_bound_of_the_exact_model_is_above_a_schedule_of_the_search(seed: int) -> None:
    # With a limit far too small for a proof, so that the bound on the way is what counts.
    made = random_scenario(np.random.default_rng(900 + seed), orders=9, machines=2)
    arrays = arrays_from(made)
    found = search(arrays, one_by_one_sequences(arrays), Effort(moves=20_000))
    answer = cpsat.solve(arrays, work=0.1)
    assert answer.bound <= found.cost


@pytest.mark.parametrize("seed", range(30))
def test_no_term_of_a_small_complete_schedule_is_below_its_bound(seed: int) -> None:
    made = random_scenario(np.random.default_rng(100 + seed), orders=3, machines=2)
    bounds = terms_of(made)
    for terms in all_terms(made):
        assert terms.unplanned >= bounds["unplanned"]
        if terms.unplanned == bounds["unplanned"]:
            assert {name for name in TERMS if getattr(terms, name) < bounds[name]} == set()


def test_an_order_that_fits_into_no_window_costs_its_penalty() -> None:
    made = scenario(
        [order("A", minutes=50), order("B", minutes=10)],
        [machine(windows=[(0, 30), (40, 70)], pausable=False)],
        weights=Weights(processing_minutes=1, unplanned=1000),
    )
    assert terms_of(made)["unplanned"] == 1
    assert lower_bound(arrays_from(made)) == 1000 + 10


def test_who_may_leave_orders_out_cheaply_pays_at_least_the_penalty() -> None:
    made = scenario([order(minutes=50)], weights=Weights(processing_minutes=1, unplanned=7))
    assert lower_bound(arrays_from(made)) == 7


def test_a_parallel_batch_lasts_as_long_as_the_longest_it_holds() -> None:
    # Capacity 2, so two batches: the longest two together, then the rest: 9 + 5.
    made = scenario(
        [order(str(time), minutes=time, sizes=[1]) for time in (9, 8, 5, 4)],
        [machine(process="parallel", capacity=[2])],
    )
    assert terms_of(made)["processing_minutes"] == 9 + 5


def test_orders_of_more_than_half_a_batch_each_need_their_own() -> None:
    # By volume 3 * 5 / 9 would be two batches.
    made = scenario(
        [order(name, minutes=10, sizes=[5]) for name in "ABC"],
        [machine(process="parallel", capacity=[9])],
    )
    assert terms_of(made)["processing_minutes"] == 3 * 10


def test_times_that_do_not_meet_are_different_batches() -> None:
    made = scenario(
        [order("A", minutes=4, maximum=5), order("B", minutes=6)], [machine(process="parallel")]
    )
    assert terms_of(made)["processing_minutes"] == 4 + 6


def test_orders_that_no_machine_can_take_together_are_different_batches() -> None:
    # Two at once would do for three orders that could all go together: 9 + 4.
    made = scenario(
        [
            order("A", durations={"M": 9}, sizes=[1]),
            order("B", durations={"N": 8}, sizes=[1]),
            order("C", durations={"M": 4, "N": 4}, sizes=[1]),
        ],
        [machine(name, process="parallel", capacity=[2]) for name in "MN"],
    )
    assert terms_of(made)["processing_minutes"] == 9 + 8


def test_a_batch_between_two_intervals_serves_both() -> None:
    # 2 to 5, 5 to 9 and 8 to 9, all small: lengths 8 and 2 hold them, 5 and 8 cost more.
    low, high = np.array([2, 5, 8]), np.array([5, 9, 9])
    lengths, counts = covering_lengths(low, high, np.full((3, 1), FULL // 4))
    assert int(lengths @ counts) == 8 + 2
    assert int(counts.sum()) == 2


def test_a_continuous_machine_runs_for_its_load() -> None:
    # Four orders of 10 minutes and half the capacity each: two at a time.
    made = scenario(
        [order(name, minutes=10, sizes=[3]) for name in "ABCD"],
        [machine(process="continuous", capacity=[6])],
    )
    assert terms_of(made)["processing_minutes"] == 4 * 10 // 2


def test_each_family_is_entered_from_where_it_is_cheapest_but_left_only_once() -> None:
    # Each alone would come from red for 1; red is left only once, so 1 + 5.
    table = {
        ("red", "blue"): 1,
        ("red", "green"): 1,
        ("blue", "green"): 5,
        ("green", "blue"): 5,
        ("blue", "red"): 5,
        ("green", "red"): 5,
    }
    made = scenario(
        [order("A", family="blue"), order("B", family="green")],
        [machine(initial="red")],
        changeovers=table,
    )
    assert terms_of(made)["changeover_minutes"] == 1 + 5


def test_every_further_batch_pays_the_changeover_from_its_own_family() -> None:
    # Three batches of one order each; the first enters from blue, two from red itself.
    made = scenario(
        [order(name, sizes=[1]) for name in "ABC"],
        [machine(process="parallel", capacity=[1], initial="blue")],
        changeovers={("blue", "red"): 9, ("red", "red"): 2},
    )
    assert terms_of(made)["changeover_minutes"] == 9 + 2 + 2


def test_all_is_over_when_the_open_time_covers_the_work() -> None:
    # 3 * 20 units of work; open for 30, closed for 10.
    made = scenario(
        [order(name, minutes=20) for name in "ABC"],
        [machine(windows=[(0, 30), (40, 100)])],
    )
    assert terms_of(made)["makespan"] == 70


def test_late_orders_pay_for_the_capacity_they_share() -> None:
    # Alone each is on time; one after the other the second and third are 10 and 20 late.
    made = scenario(
        [order(name, minutes=10, due=10) for name in "ABC"],
        weights=Weights(tardiness=1),
        horizon=200,
    )
    assert terms_of(made)["tardiness"] == 10 + 20


def test_families_that_may_not_be_together_are_made_one_after_the_other() -> None:
    # By volume all three would fit into one batch; as they are, two of them wait.
    made = scenario(
        [
            order(name, family=name, minutes=10, due=10, sizes=[1])
            for name in ("red", "blue", "grey")
        ],
        [machine(process="parallel", capacity=[3])],
        horizon=200,
    )
    assert terms_of(made)["tardiness"] == 10 + 20


def test_work_that_is_short_beside_the_horizon_has_a_bound() -> None:
    # Far fewer moments than minutes are told apart, so work of one minute fills none of them.
    made = scenario(
        [order("A", minutes=1, due=10), order("B", minutes=1, due=90_000, release=80_000)],
        [machine(process="parallel", windows=[(0, 100_000)])],
        horizon=100_000,
    )
    assert terms_of(made)["tardiness"] == 0


def test_batches_little_longer_than_what_is_told_apart_are_not_made_longer() -> None:
    # 4 minutes are told apart, as Z comes late. A to E are late by 0, 5, 10, 15 and 20.
    others = [order(f"F{time}", minutes=time, due=9_000, sizes=[1]) for time in (1, 9, 20)]
    made = scenario(
        [order(name, minutes=5, due=5, sizes=[1]) for name in "ABCDE"]
        + [order("Z", minutes=30, due=9_000, release=2_900, sizes=[1]), *others],
        [machine(process="parallel", capacity=[1], windows=[(0, 10_000)])],
        horizon=10_000,
    )
    assert 5 <= terms_of(made)["tardiness"] <= 50


def test_who_finds_no_room_in_a_batch_waits_for_all_of_it() -> None:
    made = scenario(
        [order(name, minutes=10, due=10, sizes=[1]) for name in "ABCD"],
        [machine(process="parallel", capacity=[3])],
        horizon=200,
    )
    assert terms_of(made)["tardiness"] == 10


def test_an_order_that_cannot_be_on_time_is_late_by_its_changeover() -> None:
    made = scenario(
        [order(minutes=10, due=10, weight=3)],
        [machine(initial="blue")],
        changeovers={("blue", "red"): 4},
    )
    assert terms_of(made)["tardiness"] == 3 * 4
    assert terms_of(made)["tardy_orders"] == 3


def test_nothing_to_plan_costs_nothing() -> None:
    assert lower_bound(arrays_from(scenario())) == 0
