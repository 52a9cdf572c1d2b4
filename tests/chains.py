"""Chains of random changes by hand: each certified, measured and undone to the byte."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from planner.changes import (
    AddOrder,
    AddShift,
    AllowMachine,
    Applied,
    CloseMachine,
    History,
    JoinBatch,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Refused,
    SchedulePatch,
    SetDue,
    SetPriority,
    SetQuantity,
    SplitBatch,
    Standing,
    SwapBatches,
    TakeIn,
    UnpinWork,
    apply_to,
    patch,
    scenario_after,
)
from planner.checker import check
from planner.domain import Process
from planner.errors import ChangeError
from planner.kpis import measure
from planner.schedule import Actual


def chain(start: Standing, rng: np.random.Generator, tries: int) -> int:
    """Make random changes one after the other, undo and redo all; return how many were made."""
    return len(walked(start, rng, tries).done)


def walked(start: Standing, rng: np.random.Generator, tries: int) -> History:
    """Return where random changes lead; on the way all that they promise is asserted."""
    history, texts = History(standing=start), [repr(start.schedule)]
    for _ in range(tries):
        change = random_change(rng, history.standing)
        try:
            made = history.apply(change)
        except ChangeError:
            continue
        if isinstance(made, Refused):
            _nearest_works(history.standing, made)
            continue
        history = made
        _is_sound(history.done[-1])
        texts.append(repr(history.standing.schedule))
    after = scenario_after(start.scenario, history.changes, history.standing.schedule)
    assert after.operations == history.standing.scenario.operations
    assert after.orders == history.standing.scenario.orders
    assert after.machines == history.standing.scenario.machines
    _undone_and_done_again(history, texts)
    return history


def _undone_and_done_again(history: History, texts: list[str]) -> None:
    for text in reversed(texts[:-1]):
        history = history.undo()
        assert repr(history.standing.schedule) == text
    for text in texts[1:]:
        history = history.redo()
        assert repr(history.standing.schedule) == text


def random_change(rng: np.random.Generator, standing: Standing) -> PlanChange:
    """Return a change of any kind, of anything there is; many will be refused."""
    given = standing.scenario
    names, orders = list(given.operation), list(given.order)
    machines, horizon = list(given.machine), given.horizon
    one, other = (str(rng.choice(names)) for _ in range(2))
    whose = str(rng.choice(orders))
    where = str(rng.choice(machines))
    before = [n for b in standing.schedule.on(where) for n in b.operations if n != one]
    start = int(rng.integers(0, horizon - 1))
    end = int(rng.integers(start + 1, horizon + 1))
    choices: list[PlanChange] = [
        MoveWork(
            operations=(one,), machine=where, before=str(rng.choice(before)) if before else ""
        ),
        MoveWork(operations=(one,), machine=where),
        SwapBatches(one=one, other=other),
        JoinBatch(operations=(one,), into=other),
        SplitBatch(operations=(one,)),
        PinWork(operations=(one,), start=bool(rng.integers(2))),
        UnpinWork(operations=(one,)),
        LeaveOut(orders=(whose,)),
        TakeIn(orders=(whose,)),
        SetDue(order=whose, due=start),
        SetPriority(order=whose, priority=int(rng.integers(0, 5))),
        SetQuantity(order=whose, quantity=Decimal(int(rng.integers(1, 50)))),
        AddOrder(order=f"N{len(orders)}-{start}", like=whose, due=end),
        CloseMachine(machine=where, start=start, end=min(end, start + 60)),
        AddShift(machine=where, start=start, end=end),
        AllowMachine(operations=(one,), machine=where),
    ]
    return choices[int(rng.integers(len(choices)))]


def _is_sound(made: Applied) -> None:
    assert check(made.scenario, made.schedule) == ()
    assert made.after.terms == measure(made.scenario, made.schedule).terms
    assert made.cost_after == measure(made.scenario, made.schedule).cost
    told = patch(made.before.schedule, made.schedule)
    read = SchedulePatch.from_json(told.to_json())
    assert repr(read.applied(made.schedule)) == repr(made.before.schedule)


def _nearest_works(standing: Standing, refused: Refused) -> None:
    if refused.nearest is not None:
        assert isinstance(apply_to(standing, refused.nearest), Applied)


def happened_late(standing: Standing, now: int, rng: np.random.Generator) -> tuple[Actual, ...]:
    """Return what has happened by `now` where some batches took longer or shorter than planned.

    What follows on the machine began later then; nothing else is at once on it with what goes on.
    """
    found: list[Actual] = []
    for name, machine in standing.scenario.machine.items():
        free = 0
        for batch in standing.schedule.on(name):
            begin = max(free, batch.start) - batch.start
            longer = int(rng.integers(-2, 20)) if rng.random() < 0.3 else 0
            free = max(begin + batch.end + longer, begin + batch.start)
            made = [
                Actual(operation=p.operation, machine=name, begun=p.start + begin, ended=end)
                for p in batch.placements
                for end in [max(p.start + begin, p.end + begin + longer)]
            ]
            if machine.process == Process.SERIAL:
                made = [
                    replace(each, ended=made[k + 1].begun) if k + 1 < len(made) else each
                    for k, each in enumerate(made)
                ]
            found += (each for each in made if each.begun < now)
            if free > now:
                break
    return tuple(
        replace(each, ended=None) if each.ended is not None and each.ended > now else each
        for each in found
    )
