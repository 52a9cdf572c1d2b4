"""Plans where machines share: the same cost in the model, in the kernels, by hand and by force."""

from dataclasses import replace

import numpy as np
import pytest

import planner
from planner.arrays import arrays_from
from planner.bounds import lower_bound
from planner.checker import check
from planner.cpsat import Proof, solve
from planner.domain import (
    During,
    InARow,
    Level,
    Need,
    Resource,
    Scenario,
    Weights,
)
from planner.kpis import measure
from planner.search import kernels
from planner.search.annealing import NO_RISES, style_for
from planner.search.baselines import BASELINES, earliest_due_date_sequences, without_circles
from planner.search.decoding import cost_of, decode, encode
from planner.search.kernels import columns, kinds
from planner.search.state import load, new_flat, new_state, sequences_in
from tests.brute_sharing import least_cost_shared
from tests.builders import machine, order, scenario
from tests.shared import random_shared

ROUTES = [(False, False), (True, False), (True, True)]
ROUTE_NAMES = ["alone", "routes", "most waits"]


def _tally() -> tuple[np.ndarray, np.ndarray, bool, np.ndarray, np.ndarray]:
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    return tally, tally.copy(), True, NO_RISES, np.zeros(1, dtype=np.int64)


@pytest.mark.parametrize("parts", ["needs", "in a row", "both"])
@pytest.mark.parametrize(("routes", "most_waits"), ROUTES, ids=ROUTE_NAMES)
@pytest.mark.parametrize("seed", range(6))
def test_many_moves_cost_what_a_fresh_timing_and_the_measurement_say(
    seed: int, routes: bool, most_waits: bool, parts: str
) -> None:
    given = random_shared(
        np.random.default_rng(seed),
        routes=routes,
        most_waits=most_waits,
        needs=parts != "in a row",
        in_a_row=parts != "needs",
    )
    arrays = arrays_from(given)
    state = new_state(arrays, seed)
    load(state, without_circles(arrays, earliest_due_date_sequences(arrays)))
    best = new_flat(state)
    for temperature in (1000.0, 50.0, 0.0):
        kernels.anneal(state, best, 60, temperature, style_for(arrays), *_tally())
        sequences = sequences_in(state)
        placed = [o for batches in sequences for batch in batches for o in batch]
        assert len(placed) == len(set(placed))
        made = decode(given, arrays, sequences)
        assert check(given, made) == ()
        assert (
            state.scalar[columns.TOTAL_COST]
            == cost_of(arrays, sequences)
            == measure(given, made).cost
        )


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("seed", range(6))
def test_baselines_keep_what_is_shared(name: str, seed: int) -> None:
    given = random_shared(np.random.default_rng(200 + seed), routes=bool(seed % 2))
    made = BASELINES[name](given)
    assert made is None or check(given, made) == ()


def earliest_is_best(given: Scenario) -> Scenario:
    """Return `given` with work in every operation, and no cost for how long machines run.

    An order without work may end while a pausable machine is closed, and a continuous batch that
    begins later may run shorter: the model knows, earliest times do not.
    """
    operations = tuple(
        replace(
            o,
            durations={
                name: d._replace(minimum=max(1, d.minimum), maximum=d.maximum and max(1, d.maximum))
                for name, d in o.durations.items()
            },
        )
        for o in given.operations
    )
    weights = replace(given.weights, processing_minutes=0)
    return replace(given, operations=operations, weights=weights)


def the_model_is_exact(given: Scenario) -> None:
    """Check that the model's best schedule keeps all rules and costs in each part the same."""
    arrays = arrays_from(given)
    answer = solve(arrays, work=20)
    assert answer.status == Proof.OPTIMAL
    assert answer.sequences is not None
    assert answer.cost is not None
    made = decode(given, arrays, answer.sequences)
    assert check(given, made) == ()
    assert answer.cost == cost_of(arrays, answer.sequences) == measure(given, made).cost
    assert lower_bound(arrays) <= answer.cost


@pytest.mark.parametrize("parts", ["needs", "in a row", "both"])
@pytest.mark.parametrize("seed", range(5))
def test_the_model_costs_what_its_schedule_is_measured_at(seed: int, parts: str) -> None:
    rng = np.random.default_rng(300 + seed)
    drawn = random_shared(
        rng, operations=4, machines=2, needs=parts != "in a row", in_a_row=parts != "needs"
    )
    the_model_is_exact(earliest_is_best(drawn))


def crews(during: During, *, pauses: bool = True, **fields: object) -> Scenario:
    """Return three orders on two machines with changeovers, and one crew, away from 11 to 13."""
    levels = (Level(0, 1), Level(11, 0), Level(13, 1))
    need = Need(resource="crew", during=during, **fields)  # type: ignore[arg-type]
    return scenario(
        [
            order("A", family="red", minutes=5, due=9),
            order("B", family="blue", minutes=4, due=8),
            order("C", family="red", minutes=3, due=20),
        ],
        [machine("M", initial="blue", pausable=False), machine("N", initial="red")],
        {("red", "blue"): 3, ("blue", "red"): 2},
        horizon=60,
        weights=Weights(tardiness=10, makespan=1, changeover_minutes=1),
        resources=(Resource(name="crew", levels=levels if pauses else levels[:1]),),
        needs=(need,),
    )


CASES = {
    "changeover": crews(During.CHANGEOVER),
    "run": crews(During.RUN),
    "run of red": crews(During.RUN, families=frozenset({"red"})),
    "start": crews(During.START, units=2),
    "end": crews(During.END, units=2),
    "set up": crews(During.SET_UP, pauses=False, families=frozenset({"blue"})),
}


@pytest.mark.parametrize("name", CASES)
def test_three_orders_cost_what_brute_force_finds(name: str) -> None:
    given = CASES[name]
    arrays = arrays_from(given)
    answer = solve(arrays, work=20)
    assert answer.status == Proof.OPTIMAL
    assert answer.sequences is not None
    assert answer.cost == cost_of(arrays, answer.sequences) == least_cost_shared(given)


def test_one_setter_too_few_costs_what_waiting_for_him_does() -> None:
    # Both machines change over for 10, then run for 20: together until 30, one by one until 40.
    def makespan(setters: int) -> int | None:
        given = scenario(
            [order("A", family="blue", minutes=20), order("B", family="blue", minutes=20)],
            [machine("M", initial="red"), machine("N", initial="red")],
            {("red", "blue"): 10},
            weights=Weights(makespan=1),
            resources=(Resource(name="setter", levels=(Level(0, setters),)),),
            needs=(Need(resource="setter", during=During.CHANGEOVER),),
        )
        return planner.plan(given, work=2).cost

    assert (makespan(2), makespan(1)) == (30, 40)


def test_one_mould_too_few_costs_what_waiting_for_it_does() -> None:
    # Two reds of 20 on two machines: side by side with two moulds, one after the other with one.
    def makespan(moulds: int) -> int | None:
        given = scenario(
            [order("A", minutes=20), order("B", minutes=20)],
            [machine("M"), machine("N")],
            weights=Weights(makespan=1),
            resources=(Resource(name="mould", levels=(Level(0, moulds),)),),
            needs=(Need(resource="mould", during=During.SET_UP),),
        )
        return planner.plan(given, work=2).cost

    assert (makespan(2), makespan(1)) == (20, 40)


def test_an_oven_loaded_before_the_night_runs_through_it() -> None:
    # Loading takes 5 and unloading 5 of 60; the loader is there until 10, and again from 50 on.
    given = scenario(
        [order("A", minutes=60, sizes=[1]), order("B", minutes=60, sizes=[1])],
        [machine("M", process="parallel", pausable=False, capacity=[1])],
        horizon=200,
        weights=Weights(makespan=1),
        resources=(Resource(name="loader", levels=(Level(0, 1), Level(10, 0), Level(50, 1))),),
        needs=tuple(
            Need(resource="loader", during=during, units=5) for during in (During.START, During.END)
        ),
    )
    # A from 0 to 60, B behind it until 120.
    made = planner.plan(given, work=2)
    assert made.cost == made.bound == 120


def test_a_family_in_a_row_ends_where_it_must() -> None:
    # Reds of 10 each: after two of them a blue one, there and back at 5 each.
    given = scenario(
        [*(order(f"A{k}", minutes=10) for k in range(3)), order("B", family="blue", minutes=10)],
        [replace(machine(initial="red"), in_a_row=InARow(batches=2))],
        {("red", "blue"): 5, ("blue", "red"): 5},
        weights=Weights(changeover_minutes=1),
    )
    one_batch_each = replace(
        given,
        machines=(replace(given.machines[0], in_a_row=InARow(units=20)),),
    )
    # Batches may be as long as they like, so that two of them hold all reds.
    assert planner.plan(given, work=2).cost == 5
    assert planner.plan(one_batch_each, work=2).cost == 10


def test_what_needs_more_than_there_is_says_so() -> None:
    given = replace(crews(During.RUN), needs=(Need(resource="crew", during=During.RUN, amount=2),))
    made = planner.plan(given, work=1)
    assert made.schedule is not None
    assert len(made.schedule.unplanned) == 3
    assert "it needs 2 of crew (run) on M, there is 1 at most" in made.schedule.unplanned[0].reason


def test_a_scenario_that_shares_nothing_has_plain_sequences() -> None:
    arrays = arrays_from(scenario([order("A"), order("B")]))
    assert type(earliest_due_date_sequences(arrays)) is tuple


@pytest.mark.parametrize("seed", range(8))
def test_a_schedule_that_is_read_back_has_the_times_it_had(seed: int) -> None:
    # One kind of need alone: of several, the end of a batch may need what another begins with.
    during = (During.CHANGEOVER, During.RUN)[seed % 2]
    given = random_shared(np.random.default_rng(400 + seed), in_a_row=False)
    kept = tuple(n for n in given.needs if n.during == during)
    given = replace(given, needs=kept or (Need(resource="setter", during=during),))
    arrays = arrays_from(given)
    made = decode(given, arrays, earliest_due_date_sequences(arrays))
    assert decode(given, arrays, encode(given, made)).batches == made.batches


@pytest.mark.parametrize(("seed", "routes"), [(293, True), (752, False), (1184, False)])
def test_what_no_machine_may_make_is_moved_by_no_move(seed: int, routes: bool) -> None:
    # Operations that need more than there is are in no batch; others were exchanged with them.
    rng = np.random.default_rng(seed)
    count, machines = int(rng.integers(4, 12)), int(rng.integers(1, 4))
    given = random_shared(rng, routes=routes, operations=count, machines=machines)
    arrays = arrays_from(given)
    able = np.flatnonzero((arrays.shortest >= 0).any(axis=1)).tolist()
    assert len(able) < count
    state = new_state(arrays, seed)
    load(state, without_circles(arrays, earliest_due_date_sequences(arrays)))
    best = new_flat(state)
    for temperature in (1000.0, 50.0, 0.0):
        kernels.anneal(state, best, 60, temperature, style_for(arrays), *_tally())
    sequences = sequences_in(state)
    assert sorted(o for lane in sequences for b in lane for o in b) == able
    assert state.scalar[columns.TOTAL_COST] == cost_of(arrays, sequences)
