"""Plans with upkeep: the same cost in the model, in the kernels, by hand and by force."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

import planner
from planner.arrays import arrays_from
from planner.bounds import lower_bound
from planner.checker import check
from planner.cpsat import Proof, solve
from planner.domain import During, InARow, Level, Need, Resource, Scenario, Upkeep, Weights
from planner.kpis import measure
from planner.planning.parts import join, parts_of
from planner.schedule import PlannedUpkeep
from planner.search import kernels
from planner.search.annealing import NO_RISES, style_for
from planner.search.baselines import BASELINES, earliest_due_date_sequences, without_circles
from planner.search.decoding import cost_of, decode, encode
from planner.search.kernels import columns, kinds
from planner.search.state import load, new_flat, new_state, sequences_in
from planner.search.upkeep import softened
from tests.brute_upkeep import NO_WAY, least_cost_upkept
from tests.builders import machine, order, scenario
from tests.shared import random_shared, with_gaps, with_upkeep
from tests.test_sharing_plans import earliest_is_best, the_model_is_exact

ROUTES = [(False, False), (True, False), (True, True)]
ROUTE_NAMES = ["alone", "routes", "most waits"]


def _tally() -> tuple[np.ndarray, np.ndarray, bool, np.ndarray, np.ndarray]:
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    return tally, tally.copy(), True, NO_RISES, np.zeros(1, dtype=np.int64)


def upkept(seed: int, **fields: object) -> Scenario:
    """Return a random scenario with upkeep, in half of which some changeovers are not possible."""
    rng = np.random.default_rng(seed)
    made = with_upkeep(rng, random_shared(rng, **fields))  # type: ignore[arg-type]
    return with_gaps(rng, made) if seed % 2 else made


@pytest.mark.parametrize("parts", ["upkeep", "needs", "in a row"])
@pytest.mark.parametrize(("routes", "most_waits"), ROUTES, ids=ROUTE_NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_many_moves_cost_what_a_fresh_timing_and_the_measurement_say(
    seed: int, routes: bool, most_waits: bool, parts: str
) -> None:
    given = upkept(
        seed,
        routes=routes,
        most_waits=most_waits,
        needs=parts == "needs",
        in_a_row=parts == "in a row",
    )
    arrays = arrays_from(given)
    state = new_state(arrays, seed)
    load(state, without_circles(arrays, earliest_due_date_sequences(arrays)))
    best = new_flat(state)
    for temperature in (1000.0, 50.0, 0.0):
        kernels.anneal(state, best, 60, temperature, style_for(arrays), *_tally())
        sequences = sequences_in(state)
        made = decode(given, arrays, sequences)
        assert check(given, made) == ()
        assert (
            state.scalar[columns.TOTAL_COST]
            == cost_of(arrays, sequences)
            == measure(given, made).cost
        )


@pytest.mark.parametrize("seed", range(8))
def test_a_schedule_that_is_read_back_keeps_its_upkeep(seed: int) -> None:
    given = upkept(100 + seed, needs=False)
    arrays = arrays_from(given)
    state = new_state(arrays, seed)
    load(state, earliest_due_date_sequences(arrays))
    kernels.anneal(state, new_flat(state), 100, 1000.0, style_for(arrays), *_tally())
    made = decode(given, arrays, sequences_in(state))
    assert decode(given, arrays, encode(given, made)) == made
    again = softened(arrays, encode(given, made))
    assert cost_of(arrays, again) == measure(given, made).cost


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("seed", range(6))
def test_baselines_keep_up_their_machines(name: str, seed: int) -> None:
    given = upkept(200 + seed, routes=bool(seed % 2))
    made = BASELINES[name](given)
    assert made is None or check(given, made) == ()


@pytest.mark.parametrize("seed", range(12))
def test_the_model_costs_what_its_schedule_is_measured_at(seed: int) -> None:
    given = earliest_is_best(
        upkept(300 + seed, operations=4, machines=2, needs=seed % 3 == 0, in_a_row=seed % 3 == 1)
    )
    the_model_is_exact(given)


# By force.


def one_press(seed: int, orders: int = 4) -> Scenario:
    """Return a few orders of three families on one press that is cleaned, some ways barred."""
    rng = np.random.default_rng(seed)
    names = ("black", "clean", "red", "white")
    table = {
        (a, b): int(rng.integers(1, 9)) if rng.random() < 0.7 and b != "clean" else None
        for a in names
        for b in names
        if a != b
    }
    cleaning = Upkeep(
        machine="M",
        name="cleaning",
        units=int(rng.integers(1, 6)),
        cost=int(rng.integers(0, 9)),
        most_batches=int(rng.integers(2, 4)),
        sets_up="clean",
    )
    oiling = Upkeep(
        machine="M",
        name="oiling",
        units=2,
        most_units=int(rng.integers(12, 25)),
        most_quantity=Decimal(int(rng.integers(10, 20))),
        done_units=int(rng.integers(0, 12)),
    )
    limit = InARow(batches=int(rng.integers(1, 3)))
    press = machine(initial="red", capacity=[1])
    return scenario(
        [
            order(
                f"A{k}",
                family=str(rng.choice(["black", "red", "white"])),
                minutes=int(rng.integers(2, 12)),
                release=int(rng.integers(0, 20)),
                due=int(rng.integers(10, 60)),
                quantity=Decimal(int(rng.integers(1, 9))),
                sizes=[1],
            )
            for k in range(orders)
        ],
        [replace(press, in_a_row=limit if rng.random() < 0.5 else InARow())],
        table,
        horizon=400,
        weights=Weights(tardiness=3, makespan=1, changeover_minutes=2, changeover_cost=1),
        upkeeps=(cleaning, oiling) if rng.random() < 0.5 else (cleaning,),
    )


@pytest.mark.parametrize("seed", range(12))
def test_orders_of_one_press_cost_what_brute_force_finds(seed: int) -> None:
    given = one_press(seed, orders=6 if seed == 0 else 4)
    arrays = arrays_from(given)
    least = least_cost_upkept(given)
    answer = solve(arrays, work=60)
    assert answer.status == Proof.OPTIMAL
    assert answer.sequences is not None
    assert answer.cost == cost_of(arrays, answer.sequences)
    assert lower_bound(arrays) <= answer.cost
    # Where no order leads through all of them, some are left out.
    assert answer.cost == least or (least == NO_WAY and answer.cost >= given.unplanned_penalty)


# By hand.


def presses(upkeep: Upkeep, *, orders: int = 3, **fields: object) -> Scenario:
    """Return orders of 10 minutes on one press that needs `upkeep`; only the makespan counts."""
    fields.setdefault("weights", Weights(makespan=1, changeover_cost=1))
    return scenario(
        [order(f"A{k}", minutes=10) for k in range(orders)],
        [machine(initial="red")],
        upkeeps=(upkeep,),
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("limits", "cost"),
    [
        # Three batches of 10; an upkeep takes 5 and costs 7.
        ({"most_units": 30}, 30),
        ({"most_units": 29}, 30 + 5 + 7),
        ({"most_units": 19}, 30 + 2 * (5 + 7)),
        ({"most_units": 30, "done_units": 1}, 30 + 5 + 7),
        # One batch holds all three orders.
        ({"most_batches": 1}, 30),
        ({"most_batches": 1, "done_batches": 1}, 30 + 5 + 7),
        # Of 2 pieces each.
        ({"most_quantity": Decimal(4)}, 30 + 5 + 7),
        ({"most_quantity": Decimal(2), "done_quantity": Decimal(1)}, 30 + 3 * (5 + 7)),
    ],
)
def test_upkeep_is_done_as_often_as_it_is_due(limits: dict[str, int], cost: int) -> None:
    given = presses(Upkeep(machine="M", units=5, cost=7, **limits))  # type: ignore[arg-type]
    orders = tuple(replace(o, quantity=Decimal(2)) for o in given.orders)
    made = planner.plan(replace(given, orders=orders), work=2)
    assert made.cost == made.bound == cost


def test_cleaning_lets_follow_what_could_not() -> None:
    # From black nothing leads to white; cleaning takes 20, and from clean to white it takes 5.
    given = scenario(
        [order("B", family="black", minutes=10), order("W", family="white", minutes=10)],
        [machine(initial="black")],
        {("clean", "white"): 5, ("black", "white"): None},
        weights=Weights(makespan=1),
        upkeeps=(Upkeep(machine="M", units=20, most_batches=9, sets_up="clean"),),
    )
    made = planner.plan(given, work=2)
    assert made.cost == 10 + 20 + 5 + 10
    assert made.schedule is not None
    assert made.schedule.upkeeps == (PlannedUpkeep(machine="M", name="upkeep", start=10, end=30),)
    # Without the cleaning nothing leads to white.
    without = planner.plan(replace(given, upkeeps=()), work=2)
    assert without.schedule is not None
    assert [u.operation for u in without.schedule.unplanned] == ["W"]


def test_cleaning_is_done_early_where_it_is_shorter_than_the_changeover() -> None:
    # 50 from red to blue; cleaning takes 15 and costs nothing, and from clean it is 5.
    given = scenario(
        [order("A", minutes=10), order("B", family="blue", minutes=10)],
        [machine(initial="red")],
        {("red", "blue"): 50, ("clean", "blue"): 5, ("blue", "red"): 90, ("clean", "red"): 90},
        weights=Weights(makespan=1),
        upkeeps=(Upkeep(machine="M", units=15, most_batches=9, sets_up="clean"),),
    )
    assert planner.plan(given, work=2).cost == 10 + 15 + 5 + 10


def test_upkeep_is_done_early_in_a_gap() -> None:
    # B comes at 30, and 20 of running time are over by then: with upkeep in the gap C is not late.
    given = scenario(
        [
            order("A", minutes=20, due=20),
            order("B", minutes=10, release=30, due=40),
            order("C", minutes=10, release=40, due=50),
        ],
        [machine(initial="red")],
        weights=Weights(tardiness=1),
        upkeeps=(Upkeep(machine="M", units=10, most_units=30),),
    )
    made = planner.plan(given, work=2)
    assert made.cost == 0
    assert made.schedule is not None
    assert [(u.start, u.end) for u in made.schedule.upkeeps] == [(20, 30)]


def test_upkeep_begins_a_run_anew() -> None:
    # One red batch in a row: upkeep of 5 between two is shorter than to blue and back.
    given = scenario(
        [order("A", minutes=10, sizes=[1]), order("B", minutes=10, sizes=[1])],
        [replace(machine(initial=None, capacity=[1]), in_a_row=InARow(batches=1))],
        weights=Weights(makespan=1),
        upkeeps=(Upkeep(machine="M", units=5, most_batches=9),),
    )
    assert planner.plan(given, work=2).cost == 10 + 5 + 10


def test_upkeep_waits_for_who_does_it() -> None:
    # Both machines are due after one order of 10; one fitter does one upkeep of 5 at a time.
    def makespan(fitters: int) -> int | None:
        given = scenario(
            [order(f"A{k}", minutes=10) for k in range(4)],
            [machine("M"), machine("N")],
            weights=Weights(makespan=1),
            resources=(Resource(name="fitter", levels=(Level(0, fitters),)),),
            needs=(Need(resource="fitter", during=During.UPKEEP),),
            upkeeps=tuple(Upkeep(machine=m, units=5, most_units=10) for m in "MN"),
        )
        return planner.plan(given, work=2).cost

    assert (makespan(2), makespan(1)) == (25, 30)


def test_upkeep_fits_into_one_window_where_the_machine_cannot_pause() -> None:
    # 10 of 14 are run, and 4 are too few for 5: it is done from 20 on.
    oven = machine(process="parallel", pausable=False, windows=[(0, 14), (20, 100)], capacity=[1])
    given = scenario(
        [order("A", minutes=10, sizes=[1]), order("B", minutes=10, sizes=[1])],
        [oven],
        weights=Weights(makespan=1),
        upkeeps=(Upkeep(machine="M", units=5, most_batches=1),),
    )
    assert planner.plan(given, work=2).cost == 35
    pausing = replace(given, machines=(replace(oven, pausable=True),))
    # 4 before the gap and 1 behind it.
    assert planner.plan(pausing, work=2).cost == 31


@pytest.mark.parametrize(("sets_up", "start"), [(None, 90), ("clean", 0)])
def test_a_mould_stays_through_upkeep_unless_that_sets_up_something_else(
    sets_up: str | None, start: int
) -> None:
    # M holds the red mould; it is kept up from 0 to 5, and changes over to A from 90 to 100.
    given = scenario(
        [order("A", family="blue", minutes=10, release=100), order("B", minutes=10)],
        [machine("M", initial="red"), machine("N", initial="blue")],
        {("red", "blue"): 10, ("clean", "blue"): 10},
        resources=(Resource(name="mould"),),
        needs=(Need(resource="mould", during=During.SET_UP, families=frozenset({"red"})),),
        weights=Weights(flow_time=1),
        upkeeps=(Upkeep(machine="M", units=5, most_batches=1, done_batches=1, sets_up=sets_up),),
    )
    one, other = given.operations
    apart = (
        replace(one, durations={"M": one.durations["M"]}),
        replace(other, durations={"N": other.durations["N"]}),
    )
    made = planner.plan(replace(given, operations=apart), work=2)
    assert made.schedule is not None
    assert [batch.start for batch in made.schedule.on("N")] == [start]
    assert made.schedule.upkeeps == (PlannedUpkeep(machine="M", name="upkeep", start=0, end=5),)


@pytest.mark.parametrize("seed", range(4))
def test_parts_are_planned_with_their_own_upkeep(seed: int) -> None:
    given = upkept(400 + seed, needs=False, operations=8, machines=3)
    own = {o.name: list(o.durations)[:1] for o in given.operations}
    operations = tuple(
        replace(o, durations={m: o.durations[m] for m in own[o.name]}) for o in given.operations
    )
    given = replace(given, operations=operations, weights=replace(given.weights, makespan=0))
    arrays = arrays_from(given)
    parts = parts_of(arrays)
    made = [earliest_due_date_sequences(part.arrays) for part in parts]
    whole = join(parts, made, len(given.machines))
    cost = sum(cost_of(part.arrays, own) for part, own in zip(parts, made, strict=True))
    left = len(given.operations) - sum(len(part.operations) for part in parts)
    assert cost_of(arrays, whole) == cost + left * given.unplanned_penalty


def test_what_takes_no_time_stays_in_its_place() -> None:
    # A1 takes nothing, and A0 begins when A1 does: the order of the two is kept.
    given = scenario(
        [order("A0", minutes=10), order("A1", minutes=0), order("A2", minutes=10)],
        [machine()],
        upkeeps=(Upkeep(machine="M", units=5, most_units=100),),
    )
    arrays = arrays_from(given)
    made = decode(given, arrays, (((1,), (0,), (2,)),))
    names = [batch.operations for batch in decode(given, arrays, encode(given, made)).on("M")]
    assert encode(given, made) == (((1,), (0,), (2,)),)
    assert encode(given, made).order == (1, 0, 2)  # type: ignore[attr-defined]
    assert names == [("A1",), ("A0",), ("A2",)]
