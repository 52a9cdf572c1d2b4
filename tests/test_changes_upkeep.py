"""Changes of a plan with upkeep: it is planned anew where it follows from what stands around it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planner.changes import Applied, replan
from planner.changes.ahead import ahead
from planner.changes.applying import attempted
from planner.changes.history import patch
from planner.changes.kinds import MoveWork
from planner.changes.standing import Standing
from planner.checker import check
from planner.domain import Scenario, Upkeep, Weights
from planner.schedule import Actual, PlannedUpkeep, Schedule
from tests.builders import batch, machine, order, scenario, schedule


def press(*, done_units: int = 0, **upkeep: object) -> Scenario:
    """Return four orders of 10 minutes on one press, upkeep of 5 after 20 minutes of them."""
    upkeep.setdefault("most_units", 20)
    return scenario(
        [order(f"A{k}", minutes=10, sizes=[1], quantity=Decimal(3)) for k in range(4)],
        [machine(initial="red", capacity=[1])],
        weights=Weights(makespan=1, flow_time=1),
        upkeeps=(Upkeep(machine="M", units=5, done_units=done_units, **upkeep),),  # type: ignore[arg-type]
    )


def planned() -> Schedule:
    """Return two orders, upkeep, and the other two."""
    return schedule(
        *(batch(f"A{k}", start=10 * k, end=10 * k + 10) for k in range(2)),
        *(batch(f"A{k}", start=10 * k + 5, end=10 * k + 15) for k in (2, 3)),
        upkeeps=[("M", "upkeep", 20, 25)],
    )


def test_a_move_by_hand_keeps_upkeep_where_it_is_due() -> None:
    standing = Standing(scenario=press(), schedule=planned())
    assert check(standing.scenario, standing.schedule) == ()
    made = attempted(standing, MoveWork(operations=("A3",), machine="M", before="A0"))
    assert isinstance(made, Applied)
    assert check(made.after.scenario, made.after.schedule) == ()
    assert [b.operations[0] for b in made.after.schedule.on("M")] == ["A3", "A0", "A1", "A2"]
    assert made.after.schedule.upkeeps == planned().upkeeps


def test_a_patch_keeps_upkeep() -> None:
    wanted, other = planned(), schedule(batch("A0", start=0, end=10))
    told = type(patch(wanted, other)).from_json(patch(wanted, other).to_json())
    assert told.applied(other) == wanted
    assert "upkeeps" not in patch(other, wanted).to_json()


def so_far(given: Scenario, *ended: str, running: str = "", now: int) -> Upkeep:
    """Return the upkeep as it goes on when some orders have ended as planned."""
    times = {p.operation: p for b in planned().batches for p in b.placements}
    actuals = {
        name: Actual(operation=name, machine="M", begun=times[name].start, ended=times[name].end)
        for name in ended
    }
    if running:
        begun = times[running].start
        actuals[running] = Actual(operation=running, machine="M", begun=begun)
    (upkeep,) = ahead(given, planned(), actuals.values(), now).standing.scenario.upkeeps
    return upkeep


@pytest.mark.parametrize(
    ("ended", "running", "now", "done"),
    [
        # Running time, batches and quantity since the last upkeep; 4 were there at the start.
        ((), "", 0, (4, 0, 0)),
        (("A0",), "", 10, (14, 1, 3)),
        # One that runs is still in the plan, but for the time that it has run.
        (("A0",), "A1", 13, (17, 1, 3)),
        (("A0", "A1"), "", 20, (24, 2, 6)),
        # The upkeep is over by 25.
        (("A0", "A1"), "", 25, (0, 0, 0)),
        # A2 has begun, so it has been done.
        (("A0", "A1"), "A2", 27, (2, 0, 0)),
        (("A0", "A1", "A2"), "", 35, (10, 1, 3)),
        # A1 is late: nothing behind it has been done.
        (("A0",), "", 40, (14, 1, 3)),
    ],
)
def test_what_has_been_made_since_the_last_upkeep(
    ended: tuple[str, ...], running: str, now: int, done: tuple[int, int, int]
) -> None:
    given = press(done_units=4, most_units=40)
    upkeep = so_far(given, *ended, running=running, now=now)
    assert (upkeep.done_units, upkeep.done_batches, upkeep.done_quantity) == done


def test_planning_again_counts_what_has_been_made() -> None:
    actuals = [Actual(operation="A0", machine="M", begun=0, ended=10)]
    made = replan(press(), planned(), actuals, now=10, freeze_hours=0, seconds=0.0)
    # After A1 the 20 are full: the upkeep stays where it was.
    assert made.schedule.upkeeps == (PlannedUpkeep(machine="M", name="upkeep", start=20, end=25),)


def test_what_runs_goes_on_though_upkeep_is_overdue() -> None:
    # Two orders without the upkeep between that was due: A1 has run for 5 of 10.
    given = press(most_units=12)
    actuals = [
        Actual(operation="A0", machine="M", begun=0, ended=10),
        Actual(operation="A1", machine="M", begun=10),
    ]
    made = replan(given, planned(), actuals, now=15, freeze_hours=0, seconds=0.0)
    assert [b.operations[0] for b in made.schedule.on("M")] == ["A1", "A2", "A3"]
    assert [(u.start, u.end) for u in made.schedule.upkeeps] == [(20, 25), (35, 40)]


def test_cleaning_that_has_been_done_leaves_its_machine_set_up() -> None:
    given = scenario(
        [order("A", minutes=10), order("B", family="blue", minutes=10)],
        [machine(initial="red")],
        {("red", "blue"): 50, ("clean", "blue"): 5},
        weights=Weights(makespan=1),
        upkeeps=(Upkeep(machine="M", units=15, most_batches=9, sets_up="clean"),),
    )
    was = schedule(
        batch("A", start=0, end=10),
        batch("B", family="blue", start=30, end=40),
        upkeeps=[("M", "upkeep", 10, 25)],
    )
    assert check(given, was) == ()
    actuals = [Actual(operation="A", machine="M", begun=0, ended=10)]
    made = replan(given, was, actuals, now=26, freeze_hours=0, seconds=0.0)
    assert made.scenario.machine["M"].initial_family == "clean"
    assert [(b.start, b.end) for b in made.schedule.batches] == [(31, 41)]
    # A minute before the cleaning is over it is not yet done.
    again = replan(given, was, actuals, now=24, freeze_hours=0, seconds=0.0)
    assert again.scenario.machine["M"].initial_family == "red"
    assert replace(again.scenario.upkeeps[0], done_units=0, done_batches=0) == given.upkeeps[0]
