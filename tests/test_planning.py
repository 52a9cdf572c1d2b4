"""`plan`: anytime, never worse than the baselines, reproducible, stoppable, checked."""

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pytest

import planner
from planner.arrays import Arrays, Sequences, arrays_from
from planner.domain import Process
from planner.errors import PlannerError
from planner.planning import improving, steps
from planner.planning.budget import Budget
from planner.planning.incumbent import Incumbent
from planner.planning.parts import join, parts_of
from planner.planning.steps import StepKind, StepStart
from planner.schedule import Progress, Schedule, Status
from planner.search.annealing import Found, search
from planner.search.baselines import BASELINES, CURRENT_SEQUENCE, ONE_BY_ONE
from planner.search.construction import constructions
from planner.search.decoding import decode
from tests import builders
from tests.routed import random_routed
from tests.shared import random_shared


@pytest.mark.parametrize("process", list(Process))
@pytest.mark.parametrize("seed", range(8))
def test_every_plan_keeps_all_rules_and_is_no_worse_than_any_baseline(
    process: Process, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scenario = builders.random_scenario(rng, process=process, orders=7, machines=2)
    result = planner.plan(scenario, work=4, workers=1, seed=seed)
    assert result.schedule is not None
    assert result.cost is not None
    assert result.bound is not None
    assert planner.check(scenario, result.schedule) == ()
    assert planner.measure(scenario, result.schedule).cost == result.cost
    assert result.bound <= result.cost
    for baseline in (result.baselines or {}).values():
        assert planner.check(scenario, baseline) == ()
        assert result.cost <= planner.measure(scenario, baseline).cost


@pytest.mark.parametrize("seed", range(6))
def test_planning_that_begins_at_a_schedule_is_never_worse_than_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for scenario in (
        builders.random_scenario(rng, orders=9, machines=2, pins=False),
        random_routed(rng, most_waits=True, operations=9),
        random_shared(rng, needs=False),
    ):
        begin = planner.plan(scenario, work=4, workers=1, seed=seed).schedule
        assert begin is not None
        result = planner.plan(scenario, work=1, workers=1, seed=seed + 1, begin=begin)
        assert result.schedule is not None
        assert planner.check(scenario, result.schedule) == ()
        assert (
            planner.measure(scenario, result.schedule).cost <= planner.measure(scenario, begin).cost
        )


def test_three_machine_kinds_are_planned_together() -> None:
    machines = [
        builders.machine("S", process="serial"),
        builders.machine("P", process="parallel"),
        builders.machine("C", process="continuous"),
    ]
    orders = [builders.order(str(k), family=("red", "blue")[k % 2], due=100 * k) for k in range(9)]
    scenario = builders.scenario(orders=orders, machines=machines)
    result = planner.plan(scenario, work=5, workers=2, seed=1)
    assert result.schedule is not None
    assert planner.check(scenario, result.schedule) == ()
    assert not result.schedule.unplanned


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_under_a_work_limit_gives_the_same_schedule(workers: int) -> None:
    rng = np.random.default_rng(3)
    scenario = builders.random_scenario(rng, process=Process.PARALLEL, orders=40, machines=3)
    made = [planner.plan(scenario, work=6, workers=workers, seed=5).schedule for _ in range(2)]
    assert made[0] == made[1]


def test_the_best_is_shown_long_before_a_search_that_finds_no_better_ends() -> None:
    # The best is found at once, so soon after the first schedule that it cannot be shown then.
    given = builders.random_scenario(np.random.default_rng(6), orders=12)
    seen: list[tuple[float, int]] = []
    result = planner.plan(
        given,
        seconds=4,
        method="search",
        seed=1,
        on_progress=lambda progress: seen.append((progress.seconds, progress.cost)),
    )
    assert result.improvements[-1].cost == result.cost
    assert min(seconds for seconds, cost in seen if cost == result.cost) < 3.0


def test_progress_only_ever_improves() -> None:
    rng = np.random.default_rng(4)
    scenario = builders.random_scenario(rng, process=Process.SERIAL, orders=30, machines=2)
    heard: list[Progress] = []
    shown: list[Schedule] = []
    result = planner.plan(
        scenario, work=20, seed=1, on_progress=heard.append, on_schedule=shown.append
    )
    costs = [moment.cost for moment in heard]
    bounds = [moment.bound or 0 for moment in heard]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert costs[-1] == result.cost
    assert shown[-1] == result.schedule


def few_orders(count: int, changeover: int = 0) -> Arrays:
    wanted = [builders.order(str(k), family=("red", "blue")[k % 2]) for k in range(count)]
    changeovers = {("red", "blue"): changeover, ("blue", "red"): changeover}
    return arrays_from(builders.scenario(orders=wanted, changeovers=changeovers))


@pytest.mark.parametrize(
    ("moves", "start"),
    [(1_499, StepStart.BEST), (1_500, StepStart.GIVEN)],
    ids=["too few", "enough"],
)
@pytest.mark.parametrize("limit", ["work", "seconds"])
def test_whether_a_search_may_begin_hot_depends_on_its_moves_per_order(
    moves: int, start: StepStart, limit: str
) -> None:
    # Work counts 1,000 moves, a second 200,000.
    work, seconds = (8 * moves / 1_000, None) if limit == "work" else (None, 8 * moves / 200_000)
    budget = Budget(seconds=seconds, work=work, workers=1, seed=0, stop=lambda: False)
    assert steps.first_step(few_orders(8), budget).start == start


@pytest.mark.parametrize(
    ("restarts", "starts"),
    [
        (0, ["BEST", "BEST"]),
        (1, ["ENDS"]),
        (6, ["GIVEN", "ENDS", "GIVEN", "GIVEN", "GIVEN", "ENDS"]),
    ],
    ids=["none", "one", "six"],
)
def test_every_fourth_restart_and_the_last_goes_on_from_where_others_ended(
    restarts: int, starts: list[str]
) -> None:
    made = steps.later_steps(restarts)
    annealings = made[1::2]
    assert [step.start.name for step in annealings] == starts
    assert {step.kind for step in annealings} == {StepKind.ANNEALING}
    # Each with chances of its own, which the first one, number 0, has used up.
    assert len({step.number for step in annealings} | {0}) == len(starts) + 1
    # One of n parts of what is left, again and again, makes equal parts.
    assert [step.parts for step in annealings] == list(range(len(starts), 0, -1))
    assert {step.kind for step in made[::2]} == {StepKind.NEIGHBOURHOODS}
    assert len(made) == 2 * len(starts) + 1


@pytest.mark.parametrize(
    ("orders", "changeover", "many"),
    [(10, 0, True), (10, 5, False), (11, 0, False)],
    ids=["enough", "with changeovers", "too little"],
)
def test_many_short_annealings_need_time_and_no_changeovers(
    orders: int, changeover: int, many: bool
) -> None:
    # 60,000 moves are 6,000 for each of ten orders: twice 3,000.
    budget = Budget(seconds=None, work=60, workers=1, seed=0, stop=lambda: False)
    pace = steps.pace_for(few_orders(orders, changeover), budget)
    assert (pace == steps.PACE_WITHOUT_CHANGEOVERS) == many


def test_the_best_ends_are_gone_on_from_once_each() -> None:
    made = steps.Ends()
    ends: list[Sequences] = [(((k,),),) for k in range(4)]
    for cost, end in zip((30, 10, 20, 10), ends, strict=True):
        made.add(cost, end)
    # The last one costs what another does, and counts as the same.
    assert made.take(2) == (ends[1], ends[2])
    assert made.take(2) == (ends[0],)
    assert made.take(2) == ()


def test_the_steps_are_taken_from_where_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [builders.order(str(k), family=("red", "blue")[k % 2], due=37 * k) for k in range(10)]
    scenario = builders.scenario(orders=wanted, changeovers=5)
    arrays = arrays_from(scenario)
    (part,) = Incumbent(scenario, arrays, {}, parts_of(arrays)).parts
    part.offer(next(constructions(part.arrays)), "construction")
    given = part.sequences
    asked = []

    def noted(*positional: Any, **named: Any) -> Found:
        asked.append((named["seed"] - 9, named["gentle"], named["begins"] == (given,)))
        return search(*positional, **named)

    monkeypatch.setattr(improving, "search", noted)
    # Half of 1,000,000 moves is left for restarts of 8,000 moves for each of ten orders: six at
    # most, as moves that turn out impossible are not counted.
    budget = Budget(seconds=None, work=1_000, workers=1, seed=9, stop=lambda: False)
    improving.alternate(part, budget)
    restarts = len(asked) - 1
    assert 2 <= restarts <= 6
    annealings = [steps.first_step(arrays, budget), *steps.later_steps(restarts)[1::2]]
    anew = [step.start == StepStart.GIVEN for step in annealings]
    numbers = [step.number for step in annealings]
    assert asked == [(number, not new, new) for number, new in zip(numbers, anew, strict=True)]
    schedule = decode(scenario, arrays, join((part.part,), (part.sequences,), 1))
    assert planner.check(scenario, schedule) == ()


def test_stopping_keeps_the_best_so_far() -> None:
    rng = np.random.default_rng(6)
    scenario = builders.random_scenario(rng, process=Process.SERIAL, orders=80, machines=2)
    began = perf_counter()
    result = planner.plan(scenario, seconds=60, stop=lambda: perf_counter() - began > 1)
    assert result.schedule is not None
    assert planner.check(scenario, result.schedule) == ()
    assert result.seconds < 30


FIRST_SCHEDULE = """
import time, planner
from benchmarks.plants import plant
began = time.process_time()
scenario = plant(1000, 10)
made = time.process_time() - began
heard = []
planner.plan(scenario, work=1, on_progress=lambda _: heard.append(time.process_time()))
print(heard[0] - made)
"""


NUMBA_ALONE = "import time, numba; print(time.process_time())"


def _processor_time(program: str) -> float:
    """Return what a new process says it took, in seconds: other programs left out."""
    command = [sys.executable, "-c", program]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_new_process_soon_has_a_schedule_of_a_thousand_orders() -> None:
    # In terms of what a bare import of numba takes on this machine in this minute: three to four
    # times that, all imports included. Twice, because the first may have to compile.
    taken = min(_processor_time(FIRST_SCHEDULE) for _ in range(2))
    assert taken < 8 * min(_processor_time(NUMBA_ALONE) for _ in range(3))


def test_an_order_that_no_machine_can_make_is_unplanned_with_a_reason() -> None:
    scenario = builders.scenario(
        orders=[builders.order("A"), builders.order("B", durations={})],
    )
    result = planner.plan(scenario, work=1)
    assert result.schedule is not None
    assert [item.operation for item in result.schedule.unplanned] == ["B"]
    assert result.schedule.unplanned[0].reason
    assert planner.check(scenario, result.schedule) == ()


def test_a_baseline_as_method_is_returned_as_it_is() -> None:
    scenario = builders.scenario(
        orders=[builders.order(name, family=family) for name, family in ("ar", "bs", "cr")],
        changeovers={(a, b): 30 for a in "rs" for b in "rs" if a != b},
    )
    result = planner.plan(scenario, work=1, method=ONE_BY_ONE)
    # a (r), b (s), c (r) in file order change over twice; planned, once.
    assert result.terms is not None
    assert result.terms.changeover_minutes == 60
    assert planner.plan(scenario, work=2).terms.changeover_minutes == 30  # type: ignore[union-attr]


def test_the_current_sequence_is_kept_as_the_planner_wrote_it() -> None:
    names = ("a", "b", "c")
    orders = [
        builders.order(name, current=("M", position))
        for name, position in zip(names, (3, 1, 2), strict=True)
    ]
    scenario = builders.scenario(orders=orders)
    schedule = planner.current_sequence(scenario)
    assert schedule is not None
    placed = [name for batch in schedule.on("M") for name in batch.operations]
    assert placed == ["b", "c", "a"]
    assert planner.check(scenario, schedule) == ()


def test_without_a_current_sequence_there_is_no_such_schedule() -> None:
    scenario = builders.scenario(orders=[builders.order("A")])
    result = planner.plan(scenario, work=1, method=CURRENT_SEQUENCE)
    assert result.schedule is None
    assert result.status == Status.NO_SCHEDULE


def test_one_by_one_needs_no_changeover_between_orders_of_one_family() -> None:
    orders = [builders.order(name) for name in ("A", "B", "C")]
    scenario = builders.scenario(orders=orders, changeovers={("red", "blue"): 30})
    schedule = planner.one_by_one(scenario)
    assert planner.measure(scenario, schedule).terms.changeover_minutes == 0
    assert [batch.start for batch in schedule.on("M")] == [0, 60, 120]


def test_a_scenario_without_orders_has_an_empty_optimal_schedule() -> None:
    result = planner.plan(builders.scenario(orders=[]), work=1)
    assert result.schedule == Schedule()
    assert result.status == Status.OPTIMAL


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: planner.plan(s, seconds=0), "seconds = 0"),
        (lambda s: planner.plan(s, work=0), "work = 0"),
        (lambda s: planner.plan(s, work=1, workers=0), "workers = 0"),
        (lambda s: planner.plan(s, work=1, method="magic"), "no method 'magic'"),
    ],
    ids=["seconds", "work", "workers", "method"],
)
def test_wrong_arguments_are_refused(call: Callable[..., object], message: str) -> None:
    with pytest.raises(PlannerError, match=message):
        call(builders.scenario(orders=[builders.order("A")]))


def test_every_baseline_has_its_name() -> None:
    assert tuple(BASELINES) == ("one by one", "earliest due date", "current sequence")


@pytest.mark.parametrize("process", list(Process))
def test_an_order_is_made_where_it_fits_and_nowhere_else(process: Process) -> None:
    # 5 pieces on a machine that holds 4 and is free first, or on one that holds 6.
    made = builders.scenario(
        [builders.order(sizes=(5,))],
        [
            builders.machine("small", process=process, capacity=(4,)),
            builders.machine("large", process=process, capacity=(6,), windows=((100, 10_000),)),
        ],
    )
    result = planner.plan(made, work=1, workers=1)
    assert result.schedule is not None
    assert [batch.machine for batch in result.schedule.batches] == ["large"]
    for baseline in (result.baselines or {}).values():
        assert planner.check(made, baseline) == ()
