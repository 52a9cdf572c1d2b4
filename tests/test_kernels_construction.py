"""Apparent tardiness cost: what is worth most goes first, in schedules that keep all rules."""

from math import log

import numpy as np
import pytest

import planner
from planner.arrays import arrays_from
from planner.domain import Process, Scenario, Weights
from planner.planning.parts import parts_of
from planner.search.baselines import earliest_due_date_sequences
from planner.search.construction import (
    SETTINGS,
    WAITING_FACTOR,
    constructed,
    constructions,
    shop_of,
)
from planner.search.decoding import cost_of, decode
from tests.builders import machine, order, random_scenario, scenario

LATE = Weights(tardiness=1, changeover_minutes=1)


def order_of_entry(made: Scenario, look_ahead: float, changeover: float) -> list[list[str]]:
    """Return the batches of the first machine, by the names of their orders."""
    arrays = arrays_from(made)
    sequences = constructed(arrays, shop_of(arrays), look_ahead, changeover)
    return [[made.operations[item].name for item in batch] for batch in sequences[0]]


def naive(made: Scenario, look_ahead: float, changeover: float) -> list[str]:
    """Return the rule's order on one serial machine that is always open, step by step."""
    # Of what is worth the same the first by family, then by due date.
    first = sorted(made.orders, key=lambda o: (made.operation[o.name].family, o.due, o.release))
    waiting = {item.name: item for item in first}
    minutes = {name: item.durations["M"].minimum for name, item in made.operation.items()}
    mean = sum(minutes.values()) / len(minutes)
    families = made.changeovers.families
    prices = [made.changeover("M", a, b).minutes for a in families for b in families]
    mean_price = sum(prices) / len(prices)
    clock, state, made_in_order = 0, made.machines[0].initial_family, []

    def index(name: str) -> float:
        given, time = waiting[name], minutes[name]
        slack = max(0, (made.horizon if given.due is None else given.due) - time - clock)
        waits = max(0, given.release - clock)
        price = made.changeover("M", state, made.operation[name].family).minutes
        return (
            log(given.weight / time)
            - slack / max(1.0, look_ahead * mean)
            - price / mean_price / changeover
            - waits / max(1.0, WAITING_FACTOR * mean)
        )

    while waiting:
        name = max(waiting, key=index)
        family = made.operation[name].family
        clock += made.changeover("M", state, family).minutes
        clock = max(clock, waiting[name].release) + minutes[name]
        state = family
        made_in_order.append(name)
        del waiting[name]
    return made_in_order


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("seed", range(4))
def test_one_machine_takes_what_the_rule_says_step_by_step(
    seed: int, setting: tuple[float, float]
) -> None:
    rng = np.random.default_rng(seed)
    made = scenario(
        [
            order(
                f"A{k}",
                family=str(rng.choice(["blue", "green", "red"])),
                minutes=int(rng.integers(5, 60)),
                due=int(rng.integers(50, 900)),
                release=int(rng.integers(0, 300)),
                weight=int(rng.integers(1, 9)),
            )
            for k in range(15)
        ],
        [machine(initial="red")],
        {(a, b): 7 * (len(a) + 2 * len(b)) for a in COLOURS for b in COLOURS if a != b},
        weights=LATE,
    )
    entered = [name for batch in order_of_entry(made, *setting) for name in batch]
    assert entered == naive(made, *setting)


COLOURS = ("blue", "green", "red")


@pytest.mark.parametrize(
    ("due", "first"), [(1000, "red"), (70, "blue")], ids=["time to wait", "urgent"]
)
def test_a_changeover_waits_until_it_is_urgent(due: int, first: str) -> None:
    # Same time and weight. Mean changeover 45 (of 0, 90, 90, 0): to blue is 2 means, by 0.5 is 4.
    # Blue's slack of due - 60 against red's 940, over 2 * 60: 940 / 120 = 7.8 more is urgent.
    made = scenario(
        [order("red", family="red", due=1000), order("blue", family="blue", due=due)],
        [machine(initial="red")],
        {("red", "blue"): 90, ("blue", "red"): 90},
        weights=LATE,
    )
    assert order_of_entry(made, 2.0, 0.5)[0] == [first]


def test_a_batch_holds_what_is_worth_most_of_one_family_and_fits() -> None:
    # Two urgent reds are together worth more than one blue, and the third red finds no room.
    made = scenario(
        [
            order("r1", family="red", due=60, sizes=[1]),
            order("r2", family="red", due=900, sizes=[1]),
            order("r3", family="red", due=61, sizes=[1]),
            order("b1", family="blue", due=60, sizes=[1]),
        ],
        [machine(process="parallel", capacity=[2])],
        weights=LATE,
    )
    assert order_of_entry(made, 2.0, 0.5) == [["r1", "r3"], ["b1"], ["r2"]]


def test_what_comes_later_does_not_hold_up_a_batch() -> None:
    made = scenario(
        [order("now", due=60, sizes=[1]), order("later", due=60, release=30, sizes=[1])],
        [machine(process="parallel", capacity=[2])],
        weights=LATE,
    )
    assert order_of_entry(made, 2.0, 0.5) == [["now"], ["later"]]


def test_what_is_pinned_goes_before_what_would_not_end_in_time() -> None:
    made = scenario(
        [
            order("pin", pin=planner.domain.Pin(machine="M", start=50)),
            order("long", due=60),
            order("short", minutes=50, due=900),
        ],
        weights=LATE,
    )
    # "long" is due first and worth most, but would end at 60.
    assert order_of_entry(made, 0.5, 0.5) == [["pin"], ["long"], ["short"]]


@pytest.mark.parametrize("process", list(Process))
@pytest.mark.parametrize("seed", range(12))
def test_every_construction_places_all_that_has_a_machine_and_keeps_all_rules(
    process: Process, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    made = random_scenario(rng, process=process, orders=14, machines=3)
    arrays = arrays_from(made)
    for sequences in constructions(arrays):
        placed = [item for batches in sequences for batch in batches for item in batch]
        assert len(set(placed)) == len(placed)
        schedule = decode(made, arrays, sequences)
        assert planner.check(made, schedule) == ()
        assert planner.measure(made, schedule).cost == cost_of(arrays, sequences)


def test_planning_starts_from_the_best_construction() -> None:
    rng = np.random.default_rng(8)
    made = random_scenario(rng, process="parallel", orders=60, machines=2)
    (part,) = parts_of(arrays_from(made))
    costs = [cost_of(part.arrays, sequences) for sequences in constructions(part.arrays)]
    due_dates = cost_of(part.arrays, earliest_due_date_sequences(part.arrays))
    assert min(costs) < due_dates
    result = planner.plan(made, work=1, workers=1)
    assert result.cost is not None
    assert result.cost <= min(costs)


def test_what_is_pinned_to_a_machine_that_can_never_make_it_has_no_place() -> None:
    # A is pinned to M, which holds 2 and not 3: it is listed, and B planned.
    pin = planner.domain.Pin(machine="M", start=10)
    given = scenario(
        [order("A", minutes=10, sizes=[3], pin=pin), order("B", minutes=10, sizes=[1])],
        [machine("M", capacity=[2])],
    )
    for sequences in constructions(arrays_from(given)):
        assert sequences == (((1,),),)
    made = planner.plan(given, work=1000, seed=1).schedule
    assert made is not None
    assert planner.check(given, made) == ()
    assert [item.operation for item in made.unplanned] == ["A"]
