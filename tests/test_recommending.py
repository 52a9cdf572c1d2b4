"""The recommended release policy is beaten by no other in the table it stands in."""

from dataclasses import fields

from planner.simulation.frontier import Limit
from planner.simulation.measures import Measures
from planner.simulation.recommending import recommended

NOTHING = dict.fromkeys((field.name for field in fields(Measures)), None)


def measures(*, late: float | None, cost: float, lead: float) -> tuple[Measures, ...]:
    counts = {"orders": 10, "unfinished": 0, "batches": 5}
    figures = {"tardy_share": late, "cost": cost, "flow": lead}
    return (Measures(**{**NOTHING, **counts, **figures}),)  # type: ignore[arg-type]


def limit(factor: float) -> Limit:
    return Limit(policy="", per_hour=10 * factor, factor=factor)


def test_the_balance_is_recommended_where_nothing_beats_it() -> None:
    # One by one has the shorter lead time and the higher cost: it beats nothing.
    compared = {
        "balance": measures(late=0.1, cost=5, lead=3),
        "one by one": measures(late=0.1, cost=9, lead=2),
    }
    assert recommended(compared, {}, "balance") == "balance"


def test_what_is_better_in_late_orders_cost_and_lead_time_is_recommended_instead() -> None:
    compared = {
        "balance": measures(late=0.2, cost=5, lead=3),
        "adaptive": measures(late=0.1, cost=4, lead=2),
        "best": measures(late=0.0, cost=4, lead=2),
    }
    assert recommended(compared, {}, "balance") == "best"


def test_what_does_not_cope_with_the_rate_is_never_recommended_over_what_does() -> None:
    compared = {
        "balance": measures(late=0.2, cost=5, lead=3),
        "small": measures(late=0.1, cost=4, lead=2),
    }
    limits = {"balance": limit(1.2), "small": limit(0.9)}
    assert recommended(compared, limits, "balance") == "balance"


def test_without_due_dates_cost_and_lead_time_decide() -> None:
    compared = {
        "balance": measures(late=None, cost=5, lead=3),
        "other": measures(late=None, cost=5, lead=2),
    }
    assert recommended(compared, {}, "balance") == "other"
