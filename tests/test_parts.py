"""Independent parts: found, planned apart, and one again in schedule, cost and bound."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

import planner
from planner import cpsat
from planner.arrays import Arrays, arrays_from
from planner.bounds import lower_bound
from planner.domain import After, Operation, Scenario, Weights
from planner.planning import portfolio
from planner.planning.budget import Budget
from planner.planning.incumbent import Incumbent, PartIncumbent
from planner.planning.parts import MOST_PARTS, join, parts_of
from planner.schedule import Progress, Status
from planner.search.baselines import (
    earliest_due_date_sequences,
    one_by_one_sequences,
    without_circles,
)
from planner.search.decoding import cost_of
from tests.builders import machine, order, random_scenario, scenario
from tests.routed import random_routed

CHANGEOVERS = {("red", "blue"): 30, ("blue", "red"): 50}


def two_lines(weights: Weights = Weights(changeover_minutes=1)) -> Scenario:  # noqa: B008 - frozen
    """Return two machines that share nothing; each makes red, blue and red again."""
    return scenario(
        [
            order(f"{line}{k}", family=family, durations={line: 60})
            for k, family in enumerate(("red", "blue", "red"))
            for line in ("L", "M")
        ],
        [machine("L", initial="red"), machine("M", initial="blue")],
        CHANGEOVERS,
        weights=weights,
    )


def names_of(made: Scenario, arrays: Arrays) -> list[tuple[set[str], set[str]]]:
    return [
        (
            {made.machines[row].name for row in part.machines},
            {made.operations[row].name for row in part.operations},
        )
        for part in parts_of(arrays)
    ]


def apart(made: Scenario, rng: np.random.Generator) -> Scenario:
    """Return `made` with each order on one of its machines only, and no weight on the makespan."""
    return replace(
        made,
        weights=replace(made.weights, makespan=0),
        operations=tuple(
            replace(item, pin=None, durations=dict([list(item.durations.items())[at]]))
            for item in made.operations
            for at in [int(rng.integers(len(item.durations)))]
        ),
    )


def test_machines_that_share_no_order_are_parts_and_their_costs_add_up() -> None:
    made = two_lines()
    assert names_of(made, arrays_from(made)) == [
        ({"L"}, {"L0", "L1", "L2"}),
        ({"M"}, {"M0", "M1", "M2"}),
    ]
    result = planner.plan(made, work=2, workers=1)
    assert result.schedule is not None
    assert planner.check(made, result.schedule) == ()
    # L begins red: red, red, blue is one changeover of 30. M begins blue: one of 50.
    assert (result.cost, result.bound, result.status) == (80, 80, Status.OPTIMAL)


def test_machines_are_one_part_when_orders_tie_them_through_others() -> None:
    made = scenario(
        [
            order("A", durations={"K": 1, "L": 1}),
            order("B", durations={"L": 1, "M": 1}),
            order("C", durations={"N": 1}),
        ],
        [machine(name) for name in "KLMNO"],
    )
    assert names_of(made, arrays_from(made)) == [({"N"}, {"C"}), ({"K", "L", "M"}, {"A", "B"})]


def two_routes(*, shared: bool) -> Scenario:
    """Return orders K0 to K2 that pass K, then L, and M0 to M2 that pass M, then N.

    With `shared`, the last step of M0 may run on L as well.
    """
    lines = {"K": ("K", "L"), "M": ("M", "N")}
    made = scenario(
        [
            order(f"{line}{k}:{on}", family=family, durations=durations)
            for k, family in enumerate(("red", "blue", "red"))
            for line, machines in lines.items()
            for on in machines
            for durations in [{on: 60, **({"L": 60} if shared and (k, on) == (0, "N") else {})}]
        ],
        [machine(name, initial="red") for name in "KLMN"],
        CHANGEOVERS,
        weights=Weights(changeover_minutes=1),
    )
    steps = []
    for item in made.operations:
        first = f"{item.name.partition(':')[0]}:{item.name[0]}"
        after = () if item.name == first else (After(first),)
        steps.append(replace(item, order=first, after=after))
    orders = tuple(one for one in made.orders if one.name[0] == one.name[-1])
    return replace(made, orders=orders, operations=tuple(steps))


def test_routes_that_share_no_machine_are_planned_in_parts() -> None:
    made = two_routes(shared=False)
    assert [machines for machines, _ in names_of(made, arrays_from(made))] == [
        {"K", "L"},
        {"M", "N"},
    ]
    result = planner.plan(made, work=5, workers=1)
    assert result.schedule is not None
    assert planner.check(made, result.schedule) == ()
    # On each of four machines red, red, blue: one changeover of 30.
    assert (result.cost, result.bound, result.status) == (120, 120, Status.OPTIMAL)


def test_a_machine_that_two_routes_share_ties_all_machines_of_both() -> None:
    made = two_routes(shared=True)
    assert [machines for machines, _ in names_of(made, arrays_from(made))] == [{"K", "L", "M", "N"}]


def routes_apart(made: Scenario) -> Scenario:
    """Return `made` with two machines for every other order, and two more for the rest.

    No order waits for one that has other machines.
    """
    names = [one.name for one in made.machines]
    side = {one.name: number % 2 for number, one in enumerate(made.orders)}
    order_of = {item.name: item.order for item in made.operations}

    def apart(item: Operation) -> Operation:
        own = side[item.order]
        times = (*item.durations.values(),) * 2
        return replace(
            item,
            durations=dict(zip(names[2 * own : 2 * own + 2], times, strict=False)),
            after=tuple(one for one in item.after if side[order_of[one.operation]] == own),
        )

    return replace(
        made,
        weights=replace(made.weights, makespan=0),
        operations=tuple(apart(item) for item in made.operations),
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_parts_of_routes_cost_is_what_the_whole_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = routes_apart(random_routed(rng, operations=14, machines=4))
    arrays = arrays_from(made)
    parts = parts_of(arrays)
    assert len(parts) > 1
    whole = without_circles(arrays, earliest_due_date_sequences(arrays))
    own = [part.of(whole) for part in parts]
    assert join(parts, own, len(made.machines)) == whole
    costs = [cost_of(part.arrays, seq) for part, seq in zip(parts, own, strict=True)]
    assert sum(costs) == cost_of(arrays, whole)


def test_an_order_ties_no_machines_that_its_pin_rules_out() -> None:
    made = scenario(
        [order("A", pin="L"), order("B", durations={"M": 1})], [machine("L"), machine("M")]
    )
    assert names_of(made, arrays_from(made)) == [({"L"}, {"A"}), ({"M"}, {"B"})]


def test_a_weight_on_the_makespan_ties_everything() -> None:
    made = two_lines(Weights(changeover_minutes=1, makespan=1))
    (part,) = parts_of(arrays_from(made))
    assert len(part.operations) == 6
    result = planner.plan(made, work=5, workers=1)
    # Three orders of 60 after or with one changeover: 30 on L, 50 on M.
    assert result.cost == 30 + 50 + (180 + 50)


def test_many_parts_are_planned_in_groups() -> None:
    made = scenario(
        [order(f"A{k}", durations={f"M{k}": 1}) for k in range(30)],
        [machine(f"M{k}") for k in range(30)],
    )
    parts = parts_of(arrays_from(made))
    assert len(parts) == MOST_PARTS
    assert sorted(row for part in parts for row in part.operations) == list(range(30))
    assert max(len(part.operations) for part in parts) <= 4


def test_what_can_run_nowhere_is_in_no_part_and_costs_its_penalty() -> None:
    made = two_lines(Weights(changeover_minutes=1, unplanned=1000))
    nowhere = replace(made.operations[0], name="X", order="X", durations={})
    made = replace(
        made,
        orders=(*made.orders, replace(made.orders[0], name="X")),
        operations=(*made.operations, nowhere),
    )
    result = planner.plan(made, work=2, workers=1)
    assert (result.cost, result.bound) == (1080, 1080)
    assert result.schedule is not None
    assert planner.check(made, result.schedule) == ()
    assert [item.operation for item in result.schedule.unplanned] == ["X"]


@pytest.mark.parametrize("seed", range(12))
def test_what_parts_cost_is_what_the_whole_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = random_scenario(rng, orders=14, machines=4, weights=Weights(
        changeover_minutes=3, changeover_cost=2, processing_minutes=1, tardiness=2, flow_time=1,
        tardy_orders=50,
    ))  # fmt: skip
    made = apart(drawn, rng)
    arrays = arrays_from(made)
    parts = parts_of(arrays)
    assert len(parts) > 1
    for whole in (one_by_one_sequences(arrays), earliest_due_date_sequences(arrays)):
        own = [part.of(whole) for part in parts]
        assert join(parts, own, len(made.machines)) == whole
        costs = [cost_of(part.arrays, seq) for part, seq in zip(parts, own, strict=True)]
        assert sum(costs) == cost_of(arrays, whole)


@pytest.mark.parametrize("seed", range(6))
def test_parts_planned_apart_are_as_good_as_the_whole_planned_at_once(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    made = apart(random_scenario(rng, orders=6, machines=3, process="parallel"), rng)
    assert len(parts_of(arrays_from(made))) > 1
    result = planner.plan(made, work=400, workers=1)
    assert result.schedule is not None
    assert planner.check(made, result.schedule) == ()
    at_once = cpsat.solve(arrays_from(made), work=20.0)
    assert at_once.status == cpsat.Proof.OPTIMAL
    assert (result.cost, result.status) == (at_once.cost, Status.OPTIMAL)


def test_the_same_seed_plans_parts_the_same_way_in_one_stream_of_progress() -> None:
    rng = np.random.default_rng(5)
    made = apart(random_scenario(rng, orders=60, machines=3, process="serial"), rng)
    heard: list[Progress] = []
    results = [
        planner.plan(made, work=10, workers=2, seed=4, on_progress=heard.append) for _ in range(2)
    ]
    assert len(parts_of(arrays_from(made))) == 3
    assert results[0].schedule == results[1].schedule
    assert results[0].schedule is not None
    assert planner.check(made, results[0].schedule) == ()
    costs = [moment.cost for moment in results[0].improvements]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == results[0].cost
    assert costs[-1] < costs[0]


def test_stopping_ends_the_turns_of_all_parts() -> None:
    rng = np.random.default_rng(6)
    made = apart(random_scenario(rng, orders=200, machines=4, process="serial"), rng)
    began = perf_counter()
    result = planner.plan(made, seconds=300, stop=lambda: perf_counter() - began > 1)
    assert result.schedule is not None
    assert planner.check(made, result.schedule) == ()
    # A second or two on a machine that has nothing else to do; tests share theirs.
    assert result.seconds < 100


def test_time_that_a_part_leaves_goes_to_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("L1", "L2", "M1", "M2", "M3", "M4", "M5", "M6")
    orders = [order(name, durations={name[0]: 9}) for name in names]
    made = scenario(orders, [machine("L"), machine("M")])
    arrays = arrays_from(made)
    incumbent = Incumbent(made, arrays, {}, parts_of(arrays))
    given: list[float] = []

    def note(_: PartIncumbent, budget: Budget, __: str) -> None:
        given.append(budget.seconds or 0.0)

    monkeypatch.setattr(portfolio, "plan_part", note)
    budget = Budget(seconds=100.0, work=None, workers=1, seed=0, stop=lambda: False)
    portfolio.improve_all(incumbent, budget, portfolio.AUTO)
    # Two of eight orders get a quarter; what they do not use is there for the other six.
    assert given == [pytest.approx(25.0, abs=1.0), pytest.approx(100.0, abs=1.0)]


def test_the_bounds_of_parts_prove_more_than_that_of_the_whole() -> None:
    # For the whole, red might be made where red is set up and blue where blue is: no changeover.
    arrays = arrays_from(two_lines())
    assert lower_bound(arrays) == 0
    assert sum(lower_bound(part.arrays) for part in parts_of(arrays)) == 80
