"""What one resource too few costs, by kind of need: by hand, in the kernels, the model, by force.

Two machines change over from red to blue in 30 minutes, then run one blue order each for 60. With
enough of everything both are done at minute 90, so the flow times add up to 180.
"""

from dataclasses import replace

import pytest

from planner.arrays import arrays_from
from planner.checker import check
from planner.cpsat import Proof, solve
from planner.domain import During, Level, Need, Resource, Scenario, Weights
from planner.kpis import measure
from planner.search.decoding import cost_of, decode
from tests.brute_sharing import least_cost_shared
from tests.builders import machine, order, scenario

BLUE = frozenset({"blue"})


def two_blue_orders(need: Need, amount: int) -> Scenario:
    """Return blue orders A for machine M and B for machine N, both set up for red."""
    return scenario(
        [
            order("A", family="blue", durations={"M": 60}),
            order("B", family="blue", durations={"N": 60}),
        ],
        [
            machine("M", initial="red", pausable=False),
            machine("N", initial="red", pausable=False),
        ],
        {("red", "blue"): 30, ("blue", "red"): 30},
        horizon=300,
        weights=Weights(flow_time=1),
        resources=(Resource(name="scarce", levels=(Level(0, amount),)),),
        needs=(need,),
    )


def scarce(during: During, units: int = 0) -> Need:
    return Need(resource="scarce", during=during, units=units, families=BLUE)


@pytest.mark.parametrize(
    ("need", "enough", "one_too_few"),
    [
        # One setter: N changes over from 30 to 60, and B is done at 120 instead of 90.
        (scarce(During.CHANGEOVER), 180, 210),
        # One operator: N has changed over by then, but B runs from 90 to 150.
        (scarce(During.RUN), 180, 240),
        # One to fill for the first 10 minutes: B begins at 40 and is done at 100.
        (scarce(During.START, units=10), 180, 190),
        # One to empty for the last 10: A from 80 to 90, B from 90 to 100.
        (scarce(During.END, units=10), 180, 190),
    ],
    ids=["changeover", "run", "start", "end"],
)
def test_one_too_few_costs_the_wait(need: Need, enough: int, one_too_few: int) -> None:
    assert least_cost_everywhere(two_blue_orders(need, 2)) == enough
    assert least_cost_everywhere(two_blue_orders(need, 1)) == one_too_few


def test_one_mould_too_few_costs_the_wait_until_it_is_taken_off() -> None:
    # M makes A until 90 and red C, released then, from 120 to 180: it lets go of the mould at 90.
    # With one mould N changes over to blue from 90 to 120, and B is done at 180 instead of 90. The
    # other way round N, which nothing follows on, would keep the mould, and A would never be made.
    def with_moulds(amount: int) -> Scenario:
        given = two_blue_orders(scarce(During.SET_UP), amount)
        red = scenario([order("C", family="red", durations={"M": 60}, release=90)])
        return replace(
            given,
            orders=given.orders + red.orders,
            operations=given.operations + red.operations,
        )

    # Flow times: A 90, B 90 or 180, C 180 - 90.
    assert least_cost_everywhere(with_moulds(2)) == 270
    assert least_cost_everywhere(with_moulds(1)) == 360


def least_cost_everywhere(given: Scenario) -> int:
    """Return the least cost, after a look that model, kernels, figures and brute force agree."""
    arrays = arrays_from(given)
    answer = solve(arrays, work=20)
    assert answer.status == Proof.OPTIMAL
    assert answer.sequences is not None
    made = decode(given, arrays, answer.sequences)
    assert check(given, made) == ()
    assert answer.cost is not None
    assert (
        answer.cost
        == answer.bound
        == cost_of(arrays, answer.sequences)
        == measure(given, made).cost
        == least_cost_shared(given)
    )
    return answer.cost
