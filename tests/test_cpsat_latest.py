"""How late what comes after a piece may be."""

from dataclasses import replace
from typing import Any

import pytest

from planner.arrays import arrays_from
from planner.cpsat.frames import Fixed
from planner.cpsat.latest import times_outside
from planner.cpsat.slots import timed_sequences
from planner.domain import After, Scenario, Weights
from tests.builders import machine, order, scenario

TARDINESS = Weights(tardiness=1)


def two_stages(weights: Weights = TARDINESS, wait: int = 0, **fields: Any) -> Scenario:
    """Return one order that takes 10 minutes on A and, after a wait, 10 on B; due at 50."""
    made = scenario(
        orders=[
            order("first", durations={"A": 10}, due=50),
            order("then", durations={"B": 10}, due=50),
        ],
        machines=[machine("A"), machine("B", **fields)],
        weights=weights,
    )
    first, then = made.operations
    steps = (first, replace(then, order="first", after=(After("first", wait),)))
    return replace(made, orders=made.orders[:1], operations=steps)


@pytest.mark.parametrize(
    ("given", "most", "times"),
    [
        (two_stages(), 100, Fixed(40, 50)),
        (two_stages(), 5, Fixed(15, 25)),
        (two_stages(Weights(tardiness=1, flow_time=1)), 100, Fixed(10, 20)),
        (two_stages(Weights(tardiness=1, makespan=1)), 100, Fixed(10, 20)),
        # B is closed from 30 to 45: what cannot pause ends by then, what can stops for it.
        (two_stages(windows=[(0, 30), (45, 90)], pausable=False), 100, Fixed(20, 30)),
        (two_stages(windows=[(0, 30), (45, 90)]), 100, Fixed(25, 50)),
    ],
    ids=["due", "most", "flow time", "makespan", "window", "pause"],
)
def test_what_follows_is_as_late_as_its_order_may_be(
    given: Scenario, most: int, times: Fixed
) -> None:
    current = timed_sequences(arrays_from(given), (((0,),), ((1,),)))
    assert times_outside(current, {0}, most) == {1: times}


def test_what_leads_back_into_the_piece_keeps_its_times() -> None:
    current = timed_sequences(arrays_from(two_stages()), (((0,),), ((1,),)))
    assert times_outside(current, {1}, 100) == {0: Fixed(0, 10)}


def test_a_batch_makes_room_for_what_comes_behind_it_on_its_machine_and_its_route() -> None:
    made = scenario(
        orders=[
            order(name, family=family, minutes=10, due=due)
            for name, family, due in (("P", "red", 9), ("Q", "red", 70), ("R", "blue", 90))
        ],
        machines=[machine()],
        changeovers={("red", "blue"): 5},
        weights=TARDINESS,
    )
    current = timed_sequences(arrays_from(made), (((0,), (1,), (2,)),))
    # R ends at 90 at the latest, so it begins at 80, and its changeover of 5 at 75; Q is due at 70.
    assert times_outside(current, {0}, 100) == {1: Fixed(60, 70), 2: Fixed(80, 90)}
    # P leads back into a piece of Q, and keeps its time.
    assert times_outside(current, {1}, 100) == {0: Fixed(0, 10), 2: Fixed(80, 90)}
