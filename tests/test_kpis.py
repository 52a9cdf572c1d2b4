from decimal import Decimal

import numpy as np
import pytest

from planner.calendars import open_units
from planner.domain import Changeover, Scenario, Weights
from planner.errors import ScheduleError
from planner.kpis import NOT_AVAILABLE, changeovers_of, compared, machine_rows, measure, rows
from planner.kpis.listing import shown
from planner.schedule import Schedule
from tests.builders import batch, machine, order, random_scenario, scenario, schedule
from tests.naive import naive_schedule

TABLE = {("blue", "red"): (30, 7), ("red", "blue"): (15, 3)}


def three_batches() -> tuple[Scenario, Schedule]:
    """Return blue to red 30, A 60, to blue 15, B 60, wait 5 and to red 30, C 60: until 260."""
    given = scenario(
        [order("A", due=90), order("B", family="blue", due=160), order("C", due=380, weight=3)],
        [machine(initial="blue", cost_per_hour=60)],
        TABLE,
    )
    made = schedule(
        batch(("A", 30, 90)), batch(("B", 105, 165), family="blue"), batch(("C", 200, 260))
    )
    return given, made


def test_terms_are_measured_by_their_definition() -> None:
    terms = measure(*three_batches()).terms
    assert terms.changeover_minutes == 30 + 15 + 30
    assert terms.changeover_cost == 7 + 3 + 7
    assert terms.processing_minutes == 3 * 60
    assert terms.tardiness == 165 - 160
    assert terms.tardy_orders == 1
    assert terms.makespan == 260
    assert terms.flow_time == 90 + 165 + 3 * 260
    assert terms.unplanned == 0


def test_the_cost_is_the_sum_of_weight_times_term() -> None:
    given = scenario([order(due=50, weight=2)], weights=Weights(tardiness=5, makespan=1))
    kpis = measure(given, schedule(batch(end=60)))
    # 10 minutes late, weight 2 and factor 5; makespan 60.
    assert (kpis.costs["tardiness"], kpis.costs["makespan"], kpis.cost) == (100, 60, 160)


def test_figures_of_three_batches() -> None:
    kpis = measure(*three_batches())
    assert (kpis.batches, kpis.changeovers, kpis.changeover_cost) == (3, 3, 17)
    assert kpis.changeover_hours == pytest.approx(75 / 60)
    assert kpis.processing_hours == pytest.approx(3)
    assert kpis.idle_hours == pytest.approx((260 - 180 - 75) / 60)
    assert kpis.utilisation == pytest.approx(180 / 260)
    assert kpis.makespan_hours == pytest.approx(260 / 60)
    assert kpis.tardy_orders == 1
    assert kpis.on_time_share == pytest.approx(2 / 3)
    assert kpis.tardiness_hours == kpis.longest_tardiness_hours == pytest.approx(5 / 60)
    assert kpis.mean_flow_hours == pytest.approx((90 + 165 + 260) / 3 / 60)
    # 180 + 75 minutes at 60 an hour.
    assert kpis.machine_cost == Decimal("255.00")


@pytest.mark.parametrize(("due", "tardiness"), [(61, 0), (60, 0), (59, 1)])
def test_tardiness_counts_the_minutes_after_the_due_date(due: int, tardiness: int) -> None:
    kpis = measure(scenario([order(due=due)]), schedule(batch(end=60)))
    assert (kpis.terms.tardiness, kpis.tardy_orders) == (tardiness, tardiness)


def test_what_cannot_be_known_is_not_available() -> None:
    kpis = measure(scenario([order()]), schedule(batch(end=60)))
    assert kpis.tardy_orders is kpis.on_time_share is kpis.tardiness_hours is None
    assert kpis.fill is None
    assert kpis.machine_cost is None
    texts = {row.name: row.text for row in rows(kpis)}
    assert texts["on_time_share"] == texts["fill"] == texts["machine_cost"] == NOT_AVAILABLE
    assert texts["makespan_hours"] == "1.0 h"


def test_an_empty_schedule_is_not_praised() -> None:
    kpis = measure(scenario([order(due=99), order("B")]), schedule(unplanned=["A", "B"]))
    assert (kpis.on_time_share, kpis.unplanned, kpis.terms.unplanned) == (0, 2, 2)
    assert kpis.tardiness_hours is kpis.mean_flow_hours is kpis.makespan_hours is None
    assert kpis.utilisation is None
    assert kpis.cost >= 2 * scenario([order(due=99), order("B")]).unplanned_penalty


def test_an_order_that_no_list_mentions_is_unplanned() -> None:
    assert measure(scenario([order()]), schedule()).terms.unplanned == 1


def test_machine_cost_is_not_available_where_a_running_machine_has_none() -> None:
    given = scenario([order("A"), order("B")], [machine("M", cost_per_hour=60), machine("N")])
    one = schedule(batch("A", end=60), unplanned=["B"])
    both = schedule(batch("A", end=60), batch("B", end=60, machine="N"))
    assert measure(given, one).machine_cost == Decimal("60.00")
    assert measure(given, both).machine_cost is None


def test_fill_is_the_share_of_the_tightest_capacity() -> None:
    # 5 of 10 pieces and 3 of 4 kg, then 10 of 10 pieces: (0.75 + 1) / 2.
    given = scenario(
        [order("A", sizes=[5, 3]), order("B", sizes=[10, 0])], [machine(capacity=[10, 4])]
    )
    kpis = measure(given, schedule(batch("A", end=60), batch("B", start=60, end=120)))
    assert kpis.fill == pytest.approx(0.875)


def test_fill_of_a_continuous_batch_is_averaged_over_its_time() -> None:
    # One of two places for 60 of 120 minutes, the other for all of them: 180 of 240.
    given = scenario(
        [order("A", sizes=[1]), order("B", sizes=[1], minutes=120)],
        [machine(process="continuous", capacity=[2])],
    )
    assert measure(given, schedule(batch(("A", 0, 60), ("B", 0, 120)))).fill == pytest.approx(0.75)


@pytest.mark.parametrize(("kind", "processing"), [("serial", 120), ("continuous", 150)])
def test_waits_inside_a_batch_count_where_the_machine_runs_on(kind: str, processing: int) -> None:
    given = scenario([order("A"), order("B")], [machine(process=kind)])
    kpis = measure(given, schedule(batch(("A", 0, 60), ("B", 90, 150))))
    assert kpis.terms.processing_minutes == processing
    assert kpis.idle_hours == (150 - processing) / 60


def test_closed_time_is_neither_worked_nor_idle() -> None:
    given = scenario([order(minutes=10)], [machine(windows=[(0, 5), (20, 40)])])
    kpis = measure(given, schedule(batch(start=0, end=25)))
    assert (kpis.terms.processing_minutes, kpis.idle_hours, kpis.utilisation) == (10, 0, 1)


def test_seconds_become_hours_too() -> None:
    kpis = measure(scenario([order(minutes=1800)], time_unit="second"), schedule(batch(end=1800)))
    assert kpis.processing_hours == 0.5


def test_two_batches_of_one_family_have_no_changeover_between_them() -> None:
    given = scenario([order("A"), order("B")], changeovers=30)
    made = schedule(batch("A", end=60), batch("B", start=60, end=120))
    assert (changeovers_of(given, made), measure(given, made).changeovers) == ((), 0)


def test_a_change_of_family_counts_even_if_it_takes_nothing() -> None:
    given = scenario([order()], [machine(initial="blue")])
    (run,) = changeovers_of(given, schedule(batch(end=60)))
    assert (run.from_family, run.to_family, run.start, run.end) == ("blue", "red", 0, 0)


@pytest.mark.parametrize(("pausable", "begin"), [(True, 75), (False, 80)])
def test_a_changeover_is_the_last_working_time_before_its_batch(pausable: bool, begin: int) -> None:
    # Open until 85 and from 90: 20 units before 100 begin at 75; without pauses at 80.
    given = scenario(
        [order("A", minutes=9), order("B", family="blue", minutes=9)],
        [machine(pausable=pausable, windows=[(0, 85), (90, 120)])],
        {("red", "blue"): (20, 4)},
    )
    (run,) = changeovers_of(
        given, schedule(batch(("A", 0, 9)), batch(("B", 100, 109), family="blue"))
    )
    assert (run.start, run.end, run.minutes, run.cost, run.before) == (begin, 100, 20, 4, 2)


@pytest.mark.parametrize("seed", range(40))
def test_changeovers_of_random_schedules_hold_their_working_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng)
    made = naive_schedule(given, rng)
    for run in changeovers_of(given, made):
        windows = given.machine[run.machine].windows
        assert open_units(windows, run.start, run.end) == run.minutes
        assert Changeover(run.minutes, run.cost) == given.changeover(
            run.machine, run.from_family, run.to_family
        )
        before = made.on(run.machine)[: run.before - 1]
        assert run.start >= max((earlier.end for earlier in before), default=0)


@pytest.mark.parametrize("seed", range(20))
def test_figures_of_machines_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng)
    kpis = measure(given, naive_schedule(given, rng))
    for name in ("batches", "changeovers", "changeover_cost"):
        assert sum(getattr(one, name) for one in kpis.machines) == getattr(kpis, name)
    for name in ("changeover_hours", "processing_hours", "idle_hours"):
        total = sum(getattr(one, name) for one in kpis.machines)
        assert total == pytest.approx(getattr(kpis, name))
        assert total >= 0
    assert kpis.cost == sum(kpis.costs.values()) == kpis.terms.cost(given)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (schedule(batch(end=60, machine="X")), "no machine 'X'"),
        (schedule(batch(end=60, family="pink")), "no family 'pink'"),
        (schedule(batch("Z", end=60)), "no operation 'Z'"),
    ],
)
def test_a_schedule_of_another_scenario_cannot_be_measured(made: Schedule, message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        measure(scenario([order()]), made)


def test_differences_are_absolute_and_in_per_cent() -> None:
    given = scenario([order("A", due=60), order("B", due=60)], [machine(initial="blue")], TABLE)
    slow = measure(given, schedule(batch("A", start=30, end=90), unplanned=["B"]))
    fast = measure(given, schedule(batch(("A", 30, 90), ("B", 90, 150))))
    differences = {item.row.name: item for item in compared(fast, slow)}
    assert differences["processing_hours"].text == "+1.0 h (+100.0 %)"
    assert differences["unplanned"].text == "-1 (-100.0 %)"
    assert differences["on_time_share"].text == "0.0 points"
    assert differences["fill"].text == NOT_AVAILABLE
    # Nothing was late by more than nothing before: no share of 0.
    assert differences["changeovers"].text == "0 (+0.0 %)"


def test_every_figure_has_words_once() -> None:
    kpis = measure(*three_batches())
    listed = rows(kpis)
    assert len({row.label for row in listed}) == len(listed)
    assert all(row.meaning for row in listed)
    assert {row.unit for row in listed} == {"", "h", "%"}
    assert {row.label for row in machine_rows(kpis.machines[0])} <= {
        "Orders",
        *(row.label for row in listed),
    }


def test_numbers_are_shown_with_thousands() -> None:
    assert shown(1234567) == "1,234,567"
    assert shown(Decimal("1234.50"), "EUR") == "1,234.50 EUR"
