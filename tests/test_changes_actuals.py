"""Plan against actual, the learnt factor, and what a release service was told to be finished."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from planner.changes import (
    FinishedOrder,
    Learnt,
    LearntFactor,
    actuals_of_completions,
    against_plan,
    learnt_factors,
    with_learnt,
)
from planner.checker import check
from planner.domain import Duration, Scenario, Upkeep
from planner.planning import plan
from planner.schedule import Actual, Schedule
from tests.builders import batch, machine, order, scenario, schedule

RED_BLUE = {("red", "blue"): 30, ("blue", "red"): 20}


def _shop() -> tuple[Scenario, Schedule]:
    """Return A and B (red, 60 each), changeover 30, C and D (blue, 30 each), one after the other.

    The machine is closed from 130 to 140, so that C's changeover lasts from 120 to 130 and from 140
    to 160.
    """
    given = scenario(
        orders=[
            order("A", minutes=60, quantity=Decimal(10)),
            order("B", minutes=60),
            order("C", family="blue", minutes=30),
            order("D", family="blue", minutes=30),
        ],
        machines=[machine(windows=((0, 130), (140, 1000)))],
        changeovers=RED_BLUE,
    )
    made = schedule(
        batch(("A", 0, 60), ("B", 60, 120)),
        batch(("C", 160, 190), ("D", 190, 220), family="blue"),
    )
    assert check(given, made) == ()
    return given, made


def _actual(name: str, begun: int, ended: int | None, **fields: Decimal) -> Actual:
    return Actual(operation=name, machine="M", begun=begun, ended=ended, **fields)


def test_each_operation_stands_beside_its_plan() -> None:
    given, made = _shop()
    rows = against_plan(given, made, [_actual("A", 5, 71), _actual("B", 71, None)])
    assert [(r.operation, r.later_by, r.took, r.planned) for r in rows] == [
        ("A", 5, 66, 60),
        ("B", 11, None, 60),
    ]


def test_time_when_the_machine_is_closed_is_neither_run_nor_changeover() -> None:
    given, made = _shop()
    # B ends at 125; 5 minutes to 130 and 40 from 140 to 180 are 45 open minutes before C.
    rows = against_plan(given, made, [_actual("B", 60, 125), _actual("C", 180, 210)])
    after = rows[1]
    assert (after.changeover, after.planned_changeover, after.is_direct) == (45, 30, True)
    # From 120 to 150 are 20 open minutes.
    (over_the_gap,) = against_plan(given, made, [_actual("A", 120, 150)])
    assert over_the_gap.took == 20


def test_a_part_that_was_made_is_compared_with_its_part_of_the_time() -> None:
    given, made = _shop()
    # 4 good and 1 scrapped of 10: half of 60 minutes.
    (row,) = against_plan(
        given, made, [_actual("A", 0, 45, quantity=Decimal(4), scrapped=Decimal(1))]
    )
    assert (row.took, row.planned) == (45, 30)


def test_the_factor_is_the_median_of_actual_by_planned_time() -> None:
    given, made = _shop()
    actuals = [_actual("A", 0, 60), _actual("B", 60, 126), _actual("C", 200, 245)]
    # 60/60, 66 - but closed from 130 on: 66 open minutes, 1.1 - and 45/30.
    (factor,) = learnt_factors(given, made, actuals)
    assert factor == LearntFactor(
        of=Learnt.RUN, machine="M", factor=Fraction(11, 10), count=3,
        least=Fraction(1), most=Fraction(3, 2),
    )  # fmt: skip
    assert factor.said == "M: work took 1.10 times the planned time (median of 3, 1.00 to 1.50)"


def test_too_few_and_what_is_only_assumed_teach_nothing() -> None:
    given, made = _shop()
    actuals = [_actual("A", 0, 60), _actual("B", 60, 126), _actual("C", 200, 245)]
    assert learnt_factors(given, made, actuals[:2]) == ()
    assert learnt_factors(given, made, actuals, assumed=["B"]) == ()


def test_families_and_changeovers_have_factors_of_their_own() -> None:
    given, made = _shop()
    actuals = [_actual("A", 0, 60), _actual("B", 60, 125), _actual("C", 180, 210)]
    found = {
        (f.of, f.family): f.factor for f in learnt_factors(given, made, actuals, least_count=1)
    }
    assert found == {
        (Learnt.RUN, ""): Fraction(1),  # of 1, 65/60 and 1
        (Learnt.RUN, "red"): Fraction(104, 100),  # of 1 and 65/60: 1.0417, as it is shown
        (Learnt.RUN, "blue"): Fraction(1),
        (Learnt.CHANGEOVER, ""): Fraction(3, 2),  # 45 of 30, see above
    }


def test_a_wait_that_was_planned_is_no_slow_changeover() -> None:
    given, _ = _shop()
    later = schedule(
        batch(("A", 0, 60), ("B", 60, 120)),
        batch(("C", 300, 330), ("D", 330, 360), family="blue"),
    )
    actuals = [_actual("B", 60, 120), _actual("C", 300, 330)]
    found = learnt_factors(given, later, actuals, least_count=1)
    assert [f for f in found if f.of == Learnt.CHANGEOVER] == []


@pytest.mark.parametrize("machines", [("M", "M"), ("M", "N")], ids=["planned here", "elsewhere"])
def test_a_changeover_with_upkeep_between_is_not_known(machines: tuple[str, str]) -> None:
    # Cleaning sets the machine up for clean: 20 of it and 10 to blue are the 30 from red to blue.
    given = scenario(
        orders=[order("A"), order("B", family="blue")],
        machines=[machine("M"), machine("N")],
        changeovers={**RED_BLUE, ("clean", "blue"): 10},
        upkeeps=(Upkeep(machine="M", units=20, most_batches=1, sets_up="clean"),),
    )
    made = schedule(
        batch(("A", 0, 60)),
        batch(("B", 90, 150), machine=machines[1], family="blue"),
        upkeeps=[("M", "upkeep", 60, 80)],
    )
    assert check(given, made) == ()
    # The cleaning took 10 minutes longer, or the changeover did: nobody said.
    actuals = [_actual("A", 0, 60), _actual("B", 100, 160)]
    row = against_plan(given, made, actuals)[1]
    assert (row.changeover, row.planned_changeover, row.is_direct) == (None, None, False)
    found = learnt_factors(given, made, actuals, least_count=1)
    assert {factor.of for factor in found} == {Learnt.RUN}


def _factor(factor: str, *, of: Learnt = Learnt.RUN, family: str = "") -> LearntFactor:
    value = Fraction(factor)
    return LearntFactor(
        of=of, machine="M", family=family, factor=value, count=3, least=value, most=value
    )


def test_times_by_the_factor_are_rounded_up_and_the_family_goes_first() -> None:
    given, _ = _shop()
    changed = with_learnt(
        given,
        [_factor("1.01"), _factor("0.5", family="blue"), _factor("1.5", of=Learnt.CHANGEOVER)],
    )
    times = {o.name: o.durations["M"].minimum for o in changed.operations}
    assert times == {"A": 61, "B": 61, "C": 15, "D": 15}  # 60.6 and 15
    change = changed.changeover("M", "red", "blue")
    assert change is not None
    assert change.minutes == 45
    result = plan(changed, seconds=0.2, seed=1)
    assert result.schedule is not None
    assert check(changed, result.schedule) == ()


def test_a_most_time_stays_the_limit() -> None:
    given = scenario(
        orders=[order("A", minutes=50, maximum=60)], machines=[machine(process="parallel")]
    )
    changed = with_learnt(given, [_factor("1.5")])
    assert changed.operation["A"].durations["M"] == Duration(60, 60)


def test_nothing_learnt_changes_nothing() -> None:
    given, _ = _shop()
    changed = with_learnt(given, [])
    assert changed.operations == given.operations
    assert changed.changeovers is given.changeovers


# Completions.


def _when(given: Scenario, units: int) -> datetime:
    return given.clock.local(units).astimezone(UTC)


def test_a_finished_order_began_as_planned_and_not_before_its_release() -> None:
    given, made = _shop()
    found = actuals_of_completions(
        given,
        made,
        [
            FinishedOrder(order="A", finished=_when(given, 70)),
            FinishedOrder(order="B", finished=_when(given, 140), released=_when(given, 75)),
            FinishedOrder(order="D", finished=_when(given, 150)),
        ],
    )
    # D ended before its planned begin, 190: its 30 minutes lie before its end.
    assert found.actuals == (_actual("A", 0, 70), _actual("B", 75, 140), _actual("D", 120, 150))
    assert found.assumed == {"A", "B", "D"}
    assert found.notes == ()


def test_what_is_known_already_keeps_its_begin() -> None:
    given, made = _shop()
    known = [_actual("A", 3, None), _actual("B", 64, 118)]
    completions = [FinishedOrder(order=name, finished=_when(given, 130)) for name in "AB"]
    found = actuals_of_completions(given, made, completions, known)
    assert found.actuals == (_actual("A", 3, 130), _actual("B", 64, 118))
    assert found.assumed == frozenset()


def test_what_cannot_be_placed_is_named() -> None:
    given = scenario(orders=[order("A", minutes=10)], machines=[machine("M1"), machine("M2")])
    done = _when(given, 100)
    found = actuals_of_completions(
        given,
        Schedule(),
        [FinishedOrder(order="X", finished=done), FinishedOrder(order="A", finished=done)],
    )
    assert found.actuals == ()
    assert found.notes == (
        "order X is finished, and not in this plan",
        "order A: not known on which machine it was made",
    )
    only = [FinishedOrder(order="A", finished=done, machines=("M2",))]
    (actual,) = actuals_of_completions(given, Schedule(), only).actuals
    assert (actual.machine, actual.begun, actual.ended) == ("M2", 90, 100)


def test_the_service_says_what_is_finished(tmp_path: Path) -> None:
    from planner.service import finished_orders
    from planner.store import Store, release_batches, release_orders

    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with Store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        with store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(
                release_batches.insert(),
                {"number": 1, "family": "red", "machines": "M|N", "released": moment,
                 "first_received": moment, "orders": 1, "reason": "full"},
            )  # fmt: skip
            rows = [
                {"number": k, "order_id": name, "fingerprint": "", "family": "red",
                 "machines": "M|N", "received": moment, "content": "{}", "batch": batch_number,
                 "finished": finished}
                for k, (name, batch_number, finished) in enumerate(
                    [("A", 1, moment + timedelta(hours=2)), ("B", 1, None),
                     ("C", None, moment + timedelta(hours=1)), ("D", 1, moment)]
                )
            ]  # fmt: skip
            connection.execute(release_orders.insert(), rows)
        found = finished_orders(store, ["A", "B", "C"])
    assert found == (
        FinishedOrder(order="C", finished=moment + timedelta(hours=1), machines=("M", "N")),
        FinishedOrder(
            order="A", finished=moment + timedelta(hours=2), released=moment, machines=("M", "N")
        ),
    )


@pytest.mark.parametrize("share", ["0.001", "0"])
def test_no_factor_is_nothing(share: str) -> None:
    given, made = _shop()
    ended = 1 if share == "0.001" else 0
    found = learnt_factors(given, made, [_actual("A", 0, ended)], least_count=1)
    assert all(f.factor >= Fraction(1, 100) for f in found)
