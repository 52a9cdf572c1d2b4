"""How a part is improved whose machines depend on each other, step by step."""

import numpy as np
import pytest

from planner.arrays import arrays_from
from planner.checker import check
from planner.domain import Scenario
from planner.planning.across import AcrossSearch
from planner.planning.budget import Budget
from planner.planning.incumbent import PartIncumbent
from planner.planning.parts import parts_of
from planner.planning.routed import improve_routed
from planner.search.decoding import cost_of, decode
from tests.routed import random_routed
from tests.test_cpsat_across import MIXED, by_due_date, flow_shop


def begun(given: Scenario) -> tuple[PartIncumbent, list[str]]:
    """Return the one part of `given` by due dates, and where it is said what made it better."""
    said: list[str] = []
    (part,) = parts_of(arrays_from(given))
    incumbent = PartIncumbent(part, said.append, lambda _: None, lambda: None)
    incumbent.offer(by_due_date(part.arrays), "start")
    return incumbent, said


def budget(work: float) -> Budget:
    return Budget(seconds=None, work=work, workers=2, seed=1, stop=lambda: False)


def test_pieces_make_it_better_the_same_way_each_time() -> None:
    given = flow_shop(4, jobs=10, weights=MIXED)
    costs = []
    for _ in range(2):
        incumbent, said = begun(given)
        before = incumbent.cost
        assert AcrossSearch(incumbent, budget(600)).take(0.5)
        assert said[-1].startswith("neighbourhood: ")
        assert check(given, decode(given, incumbent.arrays, incumbent.sequences)) == ()
        assert before is not None
        assert cost_of(incumbent.arrays, incumbent.sequences) == (incumbent.cost or 0) < before
        costs.append(incumbent.cost)
    assert costs[0] == costs[1]


@pytest.mark.parametrize("is_plain", [True, False], ids=["plain", "with batches"])
def test_what_lists_anneals_and_plans_pieces_only_ever_makes_it_better(is_plain: bool) -> None:
    rng = np.random.default_rng(5)
    given = flow_shop(4, jobs=10, weights=MIXED) if is_plain else random_routed(rng, operations=14)
    incumbent, said = begun(given)
    before = incumbent.cost or 0
    improve_routed(incumbent, budget(1))
    assert len(said) > 1
    assert (incumbent.bound or 0) <= (incumbent.cost or 0) < before
    assert check(given, decode(given, incumbent.arrays, incumbent.sequences)) == ()
