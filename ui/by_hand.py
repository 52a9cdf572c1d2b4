"""What is asked in the chart and in forms as changes of a plan, and changes in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from planner.changes import (
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    JoinBatch,
    Learnt,
    LearntFactor,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Remark,
    ScheduleDifference,
    SetDue,
    SetPriority,
    SetQuantity,
    SplitBatch,
    SwapBatches,
    TakeIn,
    UnpinWork,
    change_from_json,
    change_to_json,
)
from planner.domain import Scenario
from planner.errors import ChangeError
from planner.schedule import Actual, Batch
from ui import words
from ui.happening import actuals_from, actuals_text


def change_of(scenario: Scenario, asked: Mapping[str, Any]) -> PlanChange:
    """Return the change that the chart asks for; raises `ChangeError` for what is none."""
    what = str(asked.get("what", ""))
    if what == "take in":
        return TakeIn(orders=_orders(scenario, asked))
    if what == "leave out":
        return change_from_json({"kind": what, "orders": asked.get("orders")})
    fields = {"move": ("machine", "before"), "join": ("into",), "split": (), "pin": (), "unpin": ()}
    if what not in fields:
        raise ChangeError(f"nothing can be done that is called {what[:40]!r}")
    told = {"kind": what, "operations": asked.get("operations")}
    return change_from_json(told | {name: asked.get(name) for name in fields[what]})


def _orders(scenario: Scenario, asked: Mapping[str, Any]) -> tuple[str, ...]:
    known = [str(name) for name in asked.get("operations") or ()]
    missing = [name for name in known if name not in scenario.operation]
    if missing or not known:
        raise ChangeError(f"there is no order {missing[0] if missing else ''}")
    return tuple(dict.fromkeys(scenario.operation[name].order for name in known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """From when on was planned again, with how many hours frozen, and what had happened by then.

    The hours are one number, or one for each machine. Times are as given, longer or shorter by what
    was `learnt` and taken.
    """

    now: int
    freeze_hours: float | Mapping[str, float]
    actuals: tuple[Actual, ...] = ()
    learnt: tuple[LearntFactor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is given beyond the scenario of version `since`: planning again, or changes by hand.

    The changes were made one after the other; where it was planned again, there are none.
    """

    since: int = 1
    changes: tuple[PlanChange, ...] = ()
    replan: Replan | None = None

    def text(self) -> str:
        """Return it as JSON, for a step of the store."""
        table: dict[str, Any] = {"since": self.since}
        table["changes"] = [change_to_json(change) for change in self.changes]
        if self.replan is not None:
            freeze = self.replan.freeze_hours
            table["replan"] = {
                "now": self.replan.now,
                "freeze_hours": dict(freeze) if isinstance(freeze, Mapping) else freeze,
                "actuals": actuals_text(self.replan.actuals),
                "learnt": [_learnt_row(factor) for factor in self.replan.learnt],
            }
        return json.dumps(table)

    @classmethod
    def of(cls, text: str) -> "Given":
        """Return what `text` of a step says."""
        if not text:
            return cls()
        table = json.loads(text)
        changes = tuple(change_from_json(each) for each in table["changes"])
        if "replan" not in table:
            return cls(since=table["since"], changes=changes)
        told = table["replan"]
        again = Replan(
            now=told["now"],
            freeze_hours=told["freeze_hours"],
            actuals=actuals_from(told["actuals"]),
            learnt=tuple(_learnt(row) for row in told.get("learnt", ())),
        )
        return cls(since=table["since"], changes=changes, replan=again)

    def then(self, number: int, changes: tuple[PlanChange, ...]) -> "Given":
        """Return what is given after further changes of version `number`, which this is."""
        if self.replan is not None:
            return Given(since=number, changes=changes)
        return replace(self, changes=(*self.changes, *changes))


def _learnt_row(factor: LearntFactor) -> dict[str, Any]:
    ratios = {name: str(getattr(factor, name)) for name in ("factor", "least", "most")}
    return {
        "of": str(factor.of),
        "machine": factor.machine,
        "family": factor.family,
        "count": factor.count,
        **ratios,
    }


def _learnt(row: Mapping[str, Any]) -> LearntFactor:
    ratios = {name: Fraction(row[name]) for name in ("factor", "least", "most")}
    return LearntFactor(
        of=Learnt(row["of"]),
        machine=row["machine"],
        family=row["family"],
        count=row["count"],
        **ratios,
    )


def former_places(
    scenario: Scenario, batches: Sequence[Batch], different: ScheduleDifference
) -> list[int]:
    """Return machine, start and end of batches that moved, as they were, one after the other."""
    rows = {machine.name: row for row, machine in enumerate(scenario.machines)}
    moved = {each.operation for each in different.operations if each.start_before is not None}
    return [
        value
        for batch in batches
        if batch.machine in rows and not moved.isdisjoint(batch.operations)
        for value in (rows[batch.machine], batch.start, batch.end)
    ]


def told(scenario: Scenario, change: PlanChange) -> str:
    """Return in a few words what a change does."""
    return _WORDS[type(change)](scenario, change)


def _named(scenario: Scenario, names: Sequence[str]) -> str:
    orders = list(
        dict.fromkeys(
            scenario.operation[name].order if name in scenario.operation else name for name in names
        )
    )
    if len(orders) > 3:
        return words.count(len(orders), "order")
    return ("order " if len(orders) == 1 else "orders ") + ", ".join(orders)


def _move(scenario: Scenario, change: MoveWork) -> str:
    place = f"before {_named(scenario, [change.before])}" if change.before else "last"
    return f"{_named(scenario, change.operations)} to {change.machine}, {place}"


def _until(scenario: Scenario, change: CloseMachine | AddShift) -> str:
    clock = scenario.clock
    return f"{words.moment(clock, change.start)} to {words.moment(clock, change.end)}"


def _due(scenario: Scenario, change: SetDue) -> str:
    return f"order {change.order} due {words.due(scenario.clock, change.due) or 'whenever'}"


_WORDS: dict[type[PlanChange], Callable[[Scenario, Any], str]] = {
    MoveWork: _move,
    SwapBatches: lambda s, c: f"{_named(s, [c.one])} and {_named(s, [c.other])} change places",
    JoinBatch: lambda s, c: f"{_named(s, c.operations)} joined with {_named(s, [c.into])}",
    SplitBatch: lambda s, c: f"{_named(s, c.operations)} split off",
    PinWork: lambda s, c: f"{_named(s, c.operations)} pinned",
    UnpinWork: lambda s, c: f"{_named(s, c.operations)} unpinned",
    LeaveOut: lambda s, c: f"{_named(s, c.orders)} left out",
    TakeIn: lambda s, c: f"{_named(s, c.orders)} taken in",
    SetDue: _due,
    SetPriority: lambda s, c: f"order {c.order} has priority {c.priority}",
    SetQuantity: lambda s, c: f"order {c.order} has quantity {c.quantity}",
    AddOrder: lambda s, c: f"new order {c.order}, like {c.like}",
    CloseMachine: lambda s, c: f"{c.machine} closed {_until(s, c)}",
    AddShift: lambda s, c: f"{c.machine} also works {_until(s, c)}",
    AllowMachine: lambda s, c: f"{_named(s, c.operations)} also allowed on {c.machine}",
    Remark: lambda s, c: f"remark on order {c.order}",
}


def sentence(text: str) -> str:
    """Return `text` with a capital letter first.

    >>> sentence("order A pinned")
    'Order A pinned'
    """
    return text[:1].upper() + text[1:]
