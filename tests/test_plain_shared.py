"""The model without batches where operations need what machines share: as cheap as by force."""

import numpy as np
import pytest

from planner.arrays import arrays_from
from planner.checker import check
from planner.cpsat import Proof, is_plain, solve
from planner.domain import During, Level, Need, Resource, Scenario, Weights
from planner.kpis import measure
from planner.search.baselines import earliest_due_date_sequences
from planner.search.decoding import cost_of, decode
from tests.brute_sharing import least_cost_shared
from tests.builders import machine, order, scenario


def shop(seed: int) -> Scenario:
    """Return four orders on two machines of their own speed, with a crew that comes and goes."""
    rng = np.random.default_rng(seed)
    levels = (Level(0, 1), Level(int(rng.integers(5, 15)), int(rng.integers(0, 3))), Level(20, 2))
    during = (During.RUN, During.START, During.END)[seed % 3]
    needs = [Need(resource="crew", during=during, units=0 if seed % 3 == 0 else 2)]
    if seed % 2:
        needs.append(Need(resource="tool", during=During.RUN, machine="M"))
        needs.append(Need(resource="tool", during=During.START, units=1, machine="N"))
    return scenario(
        [
            order(
                name,
                durations={"M": int(rng.integers(1, 6)), "N": int(rng.integers(1, 6))},
                due=int(rng.integers(3, 20)),
                release=int(rng.integers(0, 5)),
            )
            for name in "ABCD"
        ],
        [machine("M", pausable=False), machine("N", pausable=False)],
        horizon=60,
        weights=Weights(tardiness=3, makespan=1),
        resources=(Resource(name="crew", levels=levels), Resource(name="tool")),
        needs=tuple(needs),
    )


@pytest.mark.parametrize("seed", range(6))
def test_four_orders_cost_what_brute_force_finds(seed: int) -> None:
    given = shop(seed)
    arrays = arrays_from(given)
    assert is_plain(arrays)
    # All is planned in what it starts from, so that the model without batches is the one solved.
    start = earliest_due_date_sequences(arrays)
    answer = solve(arrays, hint=start, work=20)
    assert answer.status == Proof.OPTIMAL
    assert answer.sequences is not None
    assert answer.cost == least_cost_shared(given)
    made = decode(given, arrays, answer.sequences)
    assert check(given, made) == ()
    assert answer.cost == cost_of(arrays, answer.sequences) == measure(given, made).cost


def test_needs_for_changeovers_and_moulds_are_for_the_other_model() -> None:
    for during in (During.CHANGEOVER, During.SET_UP):
        given = scenario(
            [order("A")],
            resources=(Resource(name="setter"),),
            needs=(Need(resource="setter", during=during),),
        )
        assert not is_plain(arrays_from(given))
