"""Solving: agreement with brute force and with measured costs, hints, limits, bounds."""

from dataclasses import replace
from threading import get_ident
from time import perf_counter

import numpy as np
import pytest

from planner.arrays import Arrays, Sequences, arrays_from
from planner.checker import check
from planner.cpsat import Answer, Proof, solve
from planner.cpsat.frames import whole
from planner.cpsat.solving import problem
from planner.domain import Process, Scenario, Weights
from planner.kpis import measure
from planner.reader import read_scenario
from planner.search.baselines import earliest_due_date_sequences
from planner.search.decoding import cost_of, decode
from tests.brute_force import least_cost
from tests.builders import machine, order, random_scenario, scenario

KINDS = ("serial", "parallel", "continuous")


def drawn(
    seed: int, orders: int = 6, process: str | None = None, impossible: float = 0.0
) -> Scenario:
    """Return a random scenario in which earliest times are best.

    An order without work may end while a pausable machine is closed, and a continuous batch that
    begins later may run shorter: the model knows, earliest times do not.
    """
    rng = np.random.default_rng(seed)
    made = random_scenario(rng, orders=orders, process=process, impossible=impossible)
    working = tuple(
        replace(
            operation,
            durations={
                name: duration._replace(
                    minimum=max(1, duration.minimum),
                    maximum=duration.maximum and max(1, duration.maximum),
                )
                for name, duration in operation.durations.items()
            },
        )
        for operation in made.operations
    )
    return replace(made, operations=working, weights=replace(made.weights, processing_minutes=0))


def alone(arrays: Arrays) -> Sequences:
    """Return each operation alone, in order, on the first machine that may make it."""
    lists: list[list[tuple[int, ...]]] = [[] for _ in arrays.process]
    for operation, row in enumerate(arrays.shortest):
        able = np.flatnonzero((row >= 0) & (arrays.size[operation] <= arrays.capacity).all(axis=1))
        if len(able):
            lists[able[0]].append((operation,))
    return tuple(tuple(batches) for batches in lists)


@pytest.mark.parametrize("process", [*KINDS, None])
@pytest.mark.parametrize("seed", range(8))
def test_six_orders_cost_what_brute_force_finds(process: str | None, seed: int) -> None:
    given = drawn(seed + 1000, process=process)
    arrays = arrays_from(given)
    answer = solve(arrays, work=60)
    assert answer.status == Proof.OPTIMAL
    assert answer.cost is not None
    assert answer.sequences is not None
    schedule = decode(given, arrays, answer.sequences)
    assert check(given, schedule) == ()
    assert answer.cost == answer.bound == cost_of(arrays, answer.sequences)
    assert answer.cost == measure(given, schedule).cost
    # Anything cheaper would be found: the search begins just above the answer.
    assert least_cost(given, below=answer.cost + 1) == answer.cost


@pytest.mark.parametrize("process", KINDS)
def test_processing_minutes_are_part_of_the_optimum(process: str) -> None:
    # Both red orders fit one batch. Serial: 30 + 20; parallel: the longer; continuous: B may
    # enter at 10, and A then enters at 0 and leaves at 30: 30 minutes.
    given = scenario(
        orders=[order("A", minutes=30, sizes=[1]), order("B", minutes=20, sizes=[1], release=10)],
        machines=[machine(process=process, capacity=[2])],
        weights=Weights(processing_minutes=1),
    )
    answer = solve(arrays_from(given), work=5)
    assert answer.cost == {"serial": 50, "parallel": 30, "continuous": 30}[process]


@pytest.mark.parametrize("seed", range(6))
def test_a_hint_is_the_first_solution_at_its_own_cost(seed: int) -> None:
    given = drawn(seed + 2000, orders=9)
    arrays = arrays_from(given)
    hint = alone(arrays)
    costs: list[int] = []
    solve(arrays, hint=hint, work=0.2, on_solution=lambda _, cost: costs.append(cost))
    assert costs[0] == cost_of(arrays, hint)
    assert costs == sorted(costs, reverse=True)


def test_a_bound_is_never_above_the_optimum() -> None:
    arrays = arrays_from(drawn(7, orders=9))
    best = solve(arrays, work=60)
    assert best.status == Proof.OPTIMAL
    bounds: list[int] = []
    hurried = solve(arrays, work=0.01, on_bound=bounds.append)
    assert best.cost is not None
    assert all(0 <= bound <= best.cost for bound in (*bounds, hurried.bound))


def test_nothing_below_the_optimum_is_an_answer_but_a_bound() -> None:
    # Two families and 7 minutes of changeover, whatever the order.
    given = scenario(
        orders=[order("A", family="red"), order("B", family="blue")],
        changeovers=7,
        weights=Weights(changeover_minutes=1),
    )
    answer = solve(arrays_from(given), upper=6, work=5)
    assert answer == Answer(status=Proof.UNKNOWN, sequences=None, cost=None, bound=7)


def test_what_cannot_be_made_is_left_out_at_its_penalty() -> None:
    # A needs 60 of the 40 minutes there are; B is made.
    given = scenario(
        orders=[order("A", minutes=60), order("B", minutes=40)],
        machines=[machine(windows=[(0, 40)])],
        weights=Weights(makespan=1, unplanned=1000),
    )
    answer = solve(arrays_from(given), work=5)
    assert answer.sequences == (((1,),),)
    assert (answer.cost, answer.bound, answer.status) == (1040, 1040, Proof.OPTIMAL)


def test_an_order_that_costs_more_than_its_penalty_is_left_out() -> None:
    # Made last, either order is 60 late; left out, it costs 50.
    given = scenario(
        orders=[order("A", minutes=60, due=60), order("B", minutes=60, due=60)],
        weights=Weights(tardiness=1, unplanned=50),
    )
    answer = solve(arrays_from(given), work=5)
    assert (answer.cost, answer.bound, answer.status) == (50, 50, Proof.OPTIMAL)


def test_the_same_seed_workers_and_work_give_the_same_answer() -> None:
    arrays = arrays_from(drawn(11, orders=12))
    first, second = (solve(arrays, work=0.3, workers=2, seed=5) for _ in range(2))
    assert first == second


def test_a_stop_ends_the_search_long_before_its_time() -> None:
    arrays = arrays_from(drawn(3, orders=30))
    asked: list[float] = []
    found: list[int] = []

    def stop() -> bool:
        # The search itself has begun.
        if found:
            asked.append(perf_counter())
        return bool(found)

    answer = solve(
        arrays,
        hint=alone(arrays),
        seconds=60,
        stop=stop,
        on_solution=lambda _, cost: found.append(cost),
    )
    # 0.03 s on a machine that has nothing else to do; tests share theirs.
    assert perf_counter() - asked[0] < 10
    assert answer.cost is not None
    assert answer.bound <= answer.cost


def test_changeovers_alone_make_a_model_without_times() -> None:
    given = scenario(
        orders=[order(name, family=name) for name in ("A", "B", "C")],
        changeovers={("A", "B"): 1, ("B", "C"): 1, ("C", "A"): 9, ("A", "C"): 9},
        weights=Weights(changeover_minutes=1),
    )
    arrays = arrays_from(given)
    assert not problem(arrays, whole(arrays), None).variables.tracks[0].timed
    # The way back B, A and C, B costs nothing: C, B, A.
    assert solve(arrays, work=5).cost == 0


def test_due_dates_that_may_be_missed_bring_times_back() -> None:
    given = scenario(orders=[order("A", minutes=60, due=59)], weights=Weights(tardiness=1))
    arrays = arrays_from(given)
    assert problem(arrays, whole(arrays), None).variables.tracks[0].timed
    assert solve(arrays, work=5).cost == 1


def test_an_empty_scenario_has_an_answer() -> None:
    answer = solve(arrays_from(scenario(orders=[])), work=1)
    assert answer == Answer(status=Proof.OPTIMAL, sequences=((),), cost=0, bound=0)


def test_news_is_told_in_the_thread_that_waits() -> None:
    threads = set()
    solve(
        arrays_from(drawn(3)),
        seconds=10,
        workers=2,
        on_solution=lambda *_: threads.add(get_ident()),
        on_bound=lambda _: threads.add(get_ident()),
    )
    assert threads == {get_ident()}


def test_a_listener_that_raises_ends_the_solve() -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no room left")

    # Too many orders to be proven in the seconds given.
    given = drawn(4, orders=40)
    began = perf_counter()
    with pytest.raises(RuntimeError, match="no room left"):
        solve(arrays_from(given), seconds=60, workers=2, on_solution=refuse)
    assert perf_counter() - began < 50


@pytest.mark.parametrize("process", ["serial", "parallel", "continuous"])
def test_every_variable_of_a_printed_model_can_be_told(process: str) -> None:
    rng = np.random.default_rng(4)
    drawn = random_scenario(rng, process=Process(process), orders=6, machines=2)
    arrays = arrays_from(drawn)
    variables = problem(arrays, whole(arrays), None).model.proto.variables
    # What is fixed is a constant of the model, which has no name.
    names = [item.name for item in variables if len(set(item.domain)) > 1]
    assert "" not in names
    assert len(set(names)) == len(names) > 0


def test_the_small_sample_with_a_route_is_proven_in_seconds() -> None:
    # The documentation says so; a unit of work is about a second of one processor.
    arrays = arrays_from(read_scenario("scenarios/tiny-route"))
    answer = solve(arrays, hint=earliest_due_date_sequences(arrays), work=10.0)
    assert (answer.status, answer.cost, answer.bound) == (Proof.OPTIMAL, 2535, 2535)
