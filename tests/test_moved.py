"""The term that counts what is moved against a reference schedule: the same number everywhere."""

from dataclasses import replace

import numpy as np
import pytest

from planner import earliest_due_date, one_by_one
from planner.arrays import NEVER, arrays_from
from planner.bounds import bound_by_term, lower_bound
from planner.checker import check
from planner.cpsat import solve
from planner.cpsat.solving import Proof
from planner.domain import Reference, Scenario, Stood, Weights
from planner.errors import ScenarioError
from planner.kpis import measure, terms_of
from planner.planning import plan
from planner.planning.parts import parts_of
from planner.schedule import as_reference
from planner.search.decoding import cost_of, encode
from tests.builders import batch, machine, order, random_scenario, scenario, schedule
from tests.routed import random_routed

TWO = (machine("M1"), machine("M2"))


def _moving(given: Scenario, rng: np.random.Generator, weight: int = 50) -> Scenario:
    """Return a scenario with a reference schedule in which a third stands elsewhere, or nowhere."""
    stood = dict(as_reference(one_by_one(given)).stood)
    for name in list(stood):
        draw = rng.random()
        if draw < 0.15:
            del stood[name]
        elif draw < 0.3:
            stood[name] = Stood(str(rng.choice(list(given.machine))), stood[name].start)
        elif draw < 0.45:
            stood[name] = stood[name]._replace(start=int(rng.integers(0, 60)))
    weights = replace(given.weights, moved=int(rng.integers(1, weight)), unplanned=None)
    reference = Reference(stood=stood, tolerance=int(rng.integers(0, 10)))
    return replace(given, weights=weights, reference=reference)


@pytest.mark.parametrize(
    ("start", "moved"), [(90, 1), (95, 0), (100, 0), (105, 0), (106, 1)],
    ids=["too early", "as early as it may", "as it was", "as late as it may", "too late"],
)  # fmt: skip
def test_a_start_within_the_tolerance_is_not_moved(start: int, moved: int) -> None:
    given = scenario(
        orders=[order()], reference=Reference(stood={"A": Stood("M", 100)}, tolerance=5)
    )
    made = schedule(batch(start=start, end=start + 60))
    assert terms_of(given, made).moved == moved


def test_another_machine_is_moved_and_what_is_new_or_unplanned_is_not() -> None:
    given = scenario(
        orders=[order("A"), order("B"), order("C")],
        machines=TWO,
        weights=Weights(moved=7),
        reference=Reference(stood={"A": Stood("M1", 0), "C": Stood("M1", 60)}),
    )
    made = schedule(
        batch("A", machine="M2", start=0, end=60),
        batch("B", machine="M1", start=0, end=60),
        unplanned=["C"],
    )
    kpis = measure(given, made)
    assert kpis.terms.moved == 1
    assert kpis.costs["moved"] == 7


def test_without_a_weight_or_a_reference_nothing_is_compared() -> None:
    given = scenario(orders=[order()], reference=Reference(stood={"A": Stood("M", 100)}))
    assert (arrays_from(given).stood_until == NEVER).all()
    without = replace(given, reference=None, weights=Weights(moved=7))
    assert (arrays_from(without).stood_until == NEVER).all()
    assert terms_of(without, one_by_one(without)).moved == 0


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ScenarioError, match="negative"):
        Reference(stood={}, tolerance=-1)


def test_a_plan_stays_where_moving_costs_more_than_it_saves() -> None:
    # A and C are red, B is blue: together A, C, B saves one changeover of 30.
    given = scenario(
        orders=[
            order("A", minutes=60),
            order("B", family="blue", minutes=60),
            order("C", minutes=60),
        ],
        changeovers=30,
        weights=Weights(changeover_minutes=1),
    )
    now = schedule(
        batch("A", start=0, end=60), batch("B", family="blue", start=90, end=150),
        batch("C", start=180, end=240),
    )  # fmt: skip
    for weight, moved in ((10, 2), (20, 0)):  # B and C move: 20 for the 30 minutes, or 40
        wanted = replace(
            given,
            weights=replace(given.weights, moved=weight),
            reference=as_reference(now),
        )
        result = plan(wanted, work=2000, seed=1)
        assert result.schedule is not None
        assert result.terms is not None
        assert result.terms.moved == moved
        assert result.cost == (30 + 10 * 2 if moved else 60)
        assert result.bound is not None
        assert result.bound <= result.cost


@pytest.mark.parametrize("seed", range(12))
def test_kernel_and_measurement_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = random_routed(rng) if seed % 3 == 0 else random_scenario(rng)
    given = _moving(plain, rng)
    arrays = arrays_from(given)
    for made in (one_by_one(given), earliest_due_date(given)):
        assert check(given, made) == ()
        cost = terms_of(given, made).cost(given)
        assert cost_of(arrays, encode(given, made)) == cost
        assert lower_bound(arrays) <= cost
    assert bound_by_term(arrays)["moved"] == 0


@pytest.mark.parametrize("seed", range(10))
def test_parts_of_a_scenario_cost_together_what_it_costs(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    given = _moving(random_scenario(rng), rng)
    arrays = arrays_from(given)
    sequences = encode(given, one_by_one(given))
    whole = cost_of(arrays, sequences)
    total = 0
    for part in parts_of(arrays):
        row = {int(o): k for k, o in enumerate(part.operations)}
        own = tuple(
            tuple(tuple(row[o] for o in each) for each in sequences[m]) for m in part.machines
        )
        total += cost_of(part.arrays, own)
    lost = len(arrays.family) - sum(len(part.operations) for part in parts_of(arrays))
    assert total + lost * given.unplanned_penalty == whole


@pytest.mark.parametrize("seed", range(12))
def test_the_model_costs_what_is_measured_and_its_bound_holds(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    plain = random_routed(rng, operations=4) if seed % 3 == 0 else random_scenario(rng, orders=4)
    arrays = arrays_from(_moving(plain, rng))
    hint = encode(plain, one_by_one(plain))
    answer = solve(arrays, hint=hint, work=3.0, seed=seed)
    if answer.sequences is not None:
        assert answer.cost == cost_of(arrays, answer.sequences)
        assert answer.cost <= cost_of(arrays, hint)
        assert answer.bound <= answer.cost
        assert (answer.status == Proof.OPTIMAL) == (answer.bound == answer.cost)
    assert answer.bound <= cost_of(arrays, hint)
