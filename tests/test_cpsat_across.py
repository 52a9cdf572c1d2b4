"""Neighbourhoods across machines that depend on each other, and the model without batches."""

from dataclasses import replace

import numpy as np
import pytest
from ortools.sat.python import cp_model

from planner.arrays import NONE, Arrays, Sequences, arrays_from
from planner.checker import check
from planner.cpsat import KINDS_ACROSS, improve_across, is_plain, rank_of, solve
from planner.cpsat.across import frame_across
from planner.cpsat.frames import whole
from planner.cpsat.plain import plain_problem, pools_of
from planner.cpsat.slots import timed_sequences
from planner.cpsat.solving import SolveLimits, complete_hint, problem
from planner.domain import After, HandOn, Machine, Scenario, Weights
from planner.search.baselines import earliest_due_date_sequences, without_circles
from planner.search.decoding import cost_of, decode
from tests.builders import machine, order, scenario
from tests.routed import random_routed

WORK = SolveLimits(work=1.0)
MAKESPAN = Weights(makespan=1)
MIXED = Weights(makespan=3, tardiness=2, tardy_orders=5, flow_time=1, processing_minutes=1)


def flow_shop(seed: int, *, jobs: int = 4, weights: Weights = MAKESPAN) -> Scenario:
    """Return jobs that pass two like machines, wait, and pass a third one or a slower fourth."""
    rng = np.random.default_rng(seed)
    made = scenario(
        orders=[
            order(
                f"J{job}:{stage}",
                durations=dict.fromkeys("AB", first) if stage == 1 else {"C": then, "D": then + 2},
                due=int(rng.integers(10, 40)),
                release=int(rng.integers(0, 6)),
            )
            for job in range(jobs)
            for first, then in [rng.integers(3, 12, 2).tolist()]
            for stage in (1, 2)
        ],
        machines=[machine(name, windows=[(0, 300)]) for name in "ABCD"],
        horizon=300,
        weights=weights,
    )
    steps = []
    for item in made.operations:
        job, stage = item.name.split(":")
        after = (After(f"{job}:1", 2, 30),) if stage == "2" else ()
        steps.append(replace(item, order=f"{job}:1", stage=int(stage), after=after))
    kept = tuple(one for one in made.orders if one.name.endswith(":1"))
    return replace(made, orders=kept, operations=tuple(steps))


def by_due_date(arrays: Arrays) -> Sequences:
    return without_circles(arrays, earliest_due_date_sequences(arrays))


def optimum(model: cp_model.CpModel) -> int:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("weights", [MAKESPAN, MIXED], ids=["makespan", "mixed"])
@pytest.mark.parametrize("seed", range(4))
def test_without_batches_the_optimum_is_that_of_the_model_with_batches(
    seed: int, weights: Weights
) -> None:
    arrays = arrays_from(flow_shop(seed, jobs=3, weights=weights))
    assert is_plain(arrays)
    with_batches = problem(arrays, whole(arrays), None, most_unplanned=0)
    assert optimum(plain_problem(arrays, None).model) == optimum(with_batches.model)


def test_the_optimum_without_batches_is_certified_and_costs_what_the_model_says() -> None:
    given = flow_shop(7, weights=MIXED)
    arrays = arrays_from(given)
    answer = solve(arrays, hint=by_due_date(arrays), work=20)
    assert answer.sequences is not None
    assert answer.bound == answer.cost == cost_of(arrays, answer.sequences)
    assert check(given, decode(given, arrays, answer.sequences)) == ()


def test_like_machines_are_one_pool() -> None:
    assert pools_of(arrays_from(flow_shop(0))) == ((0, 1), (2,), (3,))


@pytest.mark.parametrize(
    "one",
    [
        machine("A", windows=[(0, 9), (20, 300)]),
        machine("A", process="parallel", windows=[(0, 300)]),
    ],
    ids=["closed hours", "parallel"],
)
def test_where_batches_or_calendars_count_the_model_has_them(one: Machine) -> None:
    made = flow_shop(0)
    assert not is_plain(arrays_from(replace(made, machines=(one, *made.machines[1:]))))


def test_where_changeovers_count_the_model_has_batches() -> None:
    made = flow_shop(0)
    changeovers = replace(made.changeovers, minutes=made.changeovers.minutes + 1)
    assert not is_plain(arrays_from(replace(made, changeovers=changeovers)))


def test_where_batches_are_handed_on_a_batch_of_one_is_enough() -> None:
    made = flow_shop(3, jobs=3)
    park = tuple(replace(one, hand_on=HandOn.BATCH) for one in made.machines)
    arrays = arrays_from(replace(made, machines=park))
    with_batches = problem(arrays, whole(arrays), None, most_unplanned=0)
    assert optimum(plain_problem(arrays, None).model) == optimum(with_batches.model)


def fixed(model: cp_model.CpModel) -> cp_model.CpSolver:
    """Return a solver that has answered with all that is hinted."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    assert solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return solver


def test_a_schedule_of_the_search_is_a_hint_that_the_plain_model_takes_whole() -> None:
    arrays = arrays_from(flow_shop(5, weights=MIXED))
    sequences = by_due_date(arrays)
    built = plain_problem(arrays, None)
    built.hint(sequences)
    assert round(fixed(built.model).objective_value) == cost_of(arrays, sequences)


@pytest.mark.parametrize("seed", range(8))
def test_a_schedule_of_the_search_is_a_hint_that_is_taken_whole(seed: int) -> None:
    arrays = arrays_from(random_routed(np.random.default_rng(300 + seed)))
    sequences = by_due_date(arrays)
    built = problem(arrays, whole(arrays), None)
    complete_hint(built, sequences, WORK)
    assert round(fixed(built.model).objective_value) == cost_of(arrays, sequences)


@pytest.mark.parametrize("kind", KINDS_ACROSS)
def test_pieces_without_batches_are_certified_and_cheaper(kind: str) -> None:
    given = flow_shop(2, jobs=8, weights=MIXED)
    arrays = arrays_from(given)
    assert improved(given, arrays, kind, size=8)


@pytest.mark.parametrize("kind", KINDS_ACROSS)
def test_pieces_are_certified_and_cheaper(kind: str) -> None:
    found = 0
    for seed in range(6):
        given = random_routed(np.random.default_rng(400 + seed), operations=9)
        found += improved(given, arrays_from(given), kind, size=4)
    assert found > 3


def improved(given: Scenario, arrays: Arrays, kind: str, size: int) -> bool:
    """Tell whether any of a few pieces made it better; each that does is certified."""
    sequences, rng = by_due_date(arrays), np.random.default_rng(0)
    found = False
    for _ in range(4):
        tried = improve_across(arrays, sequences, kind=kind, rng=rng, size=size, limits=WORK)
        if tried.sequences is not None:
            assert tried.rank == rank_of(arrays, tried.sequences) < rank_of(arrays, sequences)
            assert tried.rank[0] == cost_of(arrays, tried.sequences)
            assert check(given, decode(given, arrays, tried.sequences)) == ()
            sequences, found = tried.sequences, True
    return found


def test_a_piece_of_a_proven_schedule_holds_nothing() -> None:
    arrays = arrays_from(flow_shop(1, weights=MIXED))
    best = solve(arrays, hint=by_due_date(arrays), work=20).sequences
    assert best is not None
    rng = np.random.default_rng(1)
    tried = improve_across(arrays, best, kind="orders", rng=rng, size=4, limits=WORK)
    assert tried.sequences is None
    assert tried.exhausted


def test_free_batches_stay_near_and_all_others_in_their_order() -> None:
    made = scenario(
        orders=[order(f"A{k}", family=("red", "blue")[k % 2], minutes=10) for k in range(60)],
        machines=[replace(machine(), hand_on=HandOn.BATCH)],
        changeovers=5,
    )
    arrays = arrays_from(made)
    current = timed_sequences(arrays, (tuple((k,) for k in range(60)),))
    chosen = current.slots[0][30:32]
    frame = frame_across(current, chosen, [30, 31])
    (track,) = problem(arrays, frame, None, most_unplanned=0).variables.tracks
    kept = [k for k in range(60) if k not in (30, 31)]
    assert [node.operation for node in track.nodes if node.rank != NONE] == kept
    near = {
        track.nodes[one].operation
        for arc in track.arcs
        for one, other in ((arc.tail, arc.head), (arc.head, arc.tail))
        if other >= 58 and 0 <= one < 58
    }
    assert near == set(range(23, 39)) - {30, 31}


def test_an_operation_that_was_left_out_is_brought_in_with_what_comes_after_it() -> None:
    arrays = arrays_from(flow_shop(1))
    left = tuple(
        tuple(kept for batch in batches if (kept := tuple(o for o in batch if o > 1)))
        for batches in by_due_date(arrays)
    )
    rng = np.random.default_rng(0)
    tried = improve_across(arrays, left, kind="stage", rng=rng, size=4, limits=WORK)
    assert tried.sequences is not None
    assert {0, 1} <= {o for batches in tried.sequences for b in batches for o in b}


def test_of_equal_makespans_the_better_one_has_orders_complete_sooner() -> None:
    # A decides with 50; on B the short order of 4 comes behind one of 10, and should come before.
    park = [machine("A", windows=[(0, 90)]), machine("B", windows=[(0, 90)])]
    made = scenario(
        orders=[
            order("long", durations={"A": 50}),
            order("late", durations={"B": 10}),
            order("short", durations={"B": 4}),
        ],
        machines=[replace(one, hand_on=HandOn.BATCH) for one in park],
        horizon=90,
        weights=MAKESPAN,
    )
    arrays = arrays_from(made)
    begun = (((0,),), ((1,), (2,)))
    assert rank_of(arrays, begun) == (50, 50 + 10 + 14)
    rng = np.random.default_rng(0)
    tried = improve_across(arrays, begun, kind="stage", rng=rng, size=4, limits=WORK)
    assert tried.sequences == (((0,),), ((2,), (1,)))
    assert tried.rank == (50, 50 + 4 + 14)
