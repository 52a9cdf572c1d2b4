"""Changeovers that are not possible: no plan holds one, whoever made it, and none gets stuck."""

from itertools import pairwise

import numpy as np
import pytest

import planner
from planner.arrays import arrays_from
from planner.bounds import lower_bound
from planner.checker import check
from planner.cpsat import Proof, solve
from planner.domain import Process, Scenario, Weights
from planner.kpis import measure
from planner.schedule import Schedule, Status
from planner.search.annealing import Effort, search
from planner.search.baselines import BASELINES
from planner.search.construction import constructions
from planner.search.decoding import cost_of, decode
from tests.brute_force import least_cost
from tests.builders import machine, order, random_scenario, scenario
from tests.test_cpsat_solving import drawn

KINDS = list(Process)


def families_on(made: Schedule, name: str = "M") -> list[str]:
    return [batch.family for batch in made.on(name)]


def grades(initial: str | None = None, **fields: object) -> Scenario:
    """Film and Copo never follow each other; Raffia may come between."""
    days = {"Film": 1, "Copo": 1, "Raffia": 2}
    return scenario(
        [order(f"G{k}", family=f, minutes=1440 * d) for k, (f, d) in enumerate(days.items())],
        [machine(initial=initial)],
        {
            **{(a, b): 120 for a in days for b in days if a != b},
            ("Film", "Copo"): None,
            ("Copo", "Film"): None,
        },
        **fields,
    )


def test_a_plan_goes_over_a_family_in_between() -> None:
    # Two changeovers of 2 h, whichever end is first.
    made = planner.plan(grades(weights=Weights(changeover_minutes=1)), work=2)
    assert made.schedule is not None
    assert made.status == Status.OPTIMAL
    assert families_on(made.schedule) in (["Film", "Raffia", "Copo"], ["Copo", "Raffia", "Film"])
    assert made.cost == made.bound == 240
    assert check(grades(), made.schedule) == ()


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_puts_what_cannot_follow_where_it_can(name: str) -> None:
    # In the order of the file and of due dates Copo comes behind Film, where it may not stand.
    given = scenario(
        [
            order("A", family="Film", due=100, current=("M", 1)),
            order("B", family="Copo", due=200, current=("M", 2)),
            order("C", family="Raffia", due=300, current=("M", 3)),
        ],
        changeovers={("Film", "Copo"): None, ("Copo", "Film"): None},
    )
    made = BASELINES[name](given)
    assert made is not None
    assert check(given, made) == ()
    assert made.unplanned == ()
    assert families_on(made) == ["Film", "Raffia", "Copo"]


@pytest.mark.parametrize("name", BASELINES)
def test_what_nothing_leads_to_is_unplanned_and_says_so(name: str) -> None:
    given = scenario(
        [order("A", family="red", current=("M", 1)), order("B", family="blue", current=("M", 2))],
        [machine(initial="red")],
        {("red", "blue"): None},
    )
    made = BASELINES[name](given)
    assert made is not None
    assert check(given, made) == ()
    assert [item.operation for item in made.unplanned] == ["B"]
    planned = planner.plan(given, work=1)
    assert planned.schedule is not None
    assert (
        "no changeover to its family blue is possible on M" in planned.schedule.unplanned[0].reason
    )
    assert planned.status == Status.OPTIMAL


def test_two_that_exclude_each_other_leave_one_unplanned() -> None:
    # Either could be first, so neither is impossible alone.
    given = scenario(
        [order("A", family="red"), order("B", family="blue")],
        changeovers={("red", "blue"): None, ("blue", "red"): None},
    )
    made = planner.plan(given, work=1)
    assert made.schedule is not None
    assert len(made.schedule.unplanned) == 1
    assert "changeover" in made.schedule.unplanned[0].reason
    assert check(given, made.schedule) == ()


@pytest.mark.parametrize("process", [*KINDS, None])
@pytest.mark.parametrize("seed", range(6))
def test_six_orders_cost_what_brute_force_finds(process: Process | None, seed: int) -> None:
    given = drawn(seed + 4000, process=process, impossible=0.4)
    arrays = arrays_from(given)
    answer = solve(arrays, work=60)
    assert answer.status == Proof.OPTIMAL
    assert answer.cost is not None
    assert answer.sequences is not None
    made = decode(given, arrays, answer.sequences)
    assert check(given, made) == ()
    assert answer.cost == cost_of(arrays, answer.sequences) == measure(given, made).cost
    assert least_cost(given, below=answer.cost + 1) == answer.cost
    assert lower_bound(arrays) <= answer.cost


@pytest.mark.parametrize("process", [*KINDS, None])
@pytest.mark.parametrize("seed", range(8))
def test_every_way_to_plan_costs_what_is_measured_and_keeps_the_rules(
    process: Process | None, seed: int
) -> None:
    rng = np.random.default_rng(seed + 5000)
    given = random_scenario(rng, process=process, orders=14, machines=3, impossible=0.5)
    arrays = arrays_from(given)
    starts = list(constructions(arrays))
    found = search(arrays, starts[0], Effort(moves=2000), seed=seed)
    schedules = [decode(given, arrays, one) for one in (*starts, found.sequences)]
    schedules += [one for make in BASELINES.values() if (one := make(given)) is not None]
    assert all(check(given, made) == () for made in schedules)
    costs = [measure(given, made).cost for made in schedules]
    assert costs[: len(starts)] == [cost_of(arrays, one) for one in starts]
    assert costs[len(starts)] == found.cost <= costs[0]
    assert lower_bound(arrays) <= found.cost


def ring(count: int, each: int, seed: int) -> Scenario:
    """Return orders of `count` families of which each leads to its next and to its third only."""
    rng = np.random.default_rng(seed)
    names = [f"F{k:02}" for k in range(count)]
    steps = {
        (names[k], names[(k + step) % count]): 10 * step for k in range(count) for step in (1, 3)
    }
    none = {(a, b): None for a in names for b in names if a != b and (a, b) not in steps}
    wanted = [
        order(f"A{k}", family=str(names[k % count]), minutes=10)
        for k in rng.permutation(count * each)
    ]
    return scenario(
        wanted,
        [machine(initial=names[0])],
        {**none, **steps},
        weights=Weights(changeover_minutes=1),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_start_takes_the_nearest_that_is_possible(seed: int) -> None:
    # The ring once around is the least: 11 changeovers of 10.
    given = ring(12, 4, seed)
    arrays = arrays_from(given)
    best = min(cost_of(arrays, one) for one in constructions(arrays))
    assert best == 110


@pytest.mark.parametrize("seed", range(3))
def test_the_search_brings_in_all_that_can_be_brought_in(seed: int) -> None:
    # In the order of the file hardly any changeover is possible, and nearly all is passed over.
    given = ring(12, 4, seed)
    arrays = arrays_from(given)
    start = (tuple((k,) for k in range(len(given.operations))),)
    found = search(arrays, start, Effort(moves=20_000), seed=seed)
    made = decode(given, arrays, found.sequences)
    assert check(given, made) == ()
    assert made.unplanned == ()


def test_no_neighbours_in_a_plan_are_impossible() -> None:
    given = ring(9, 3, seed=5)
    made = planner.plan(given, work=3)
    assert made.schedule is not None
    assert made.schedule.unplanned == ()
    names = families_on(made.schedule)
    assert all(given.changeover("M", a, b) is not None for a, b in pairwise(names))
