"""What has happened on the shop floor, as rows to edit, as JSON to keep, and against the plan."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from planner.domain import Scenario
from planner.reader import Tables, actuals_from_tables, table_of
from planner.schedule import Actual, Schedule

FILE = "actuals.csv"
COLUMNS = ("order_id", "stage", "lot", "machine_id", "begun", "ended", "quantity", "scrapped")
TIMES = ("begun", "ended")


def rows_of(scenario: Scenario, actuals: Iterable[Actual]) -> pd.DataFrame:
    """Return a row per operation with the columns of actuals.csv; times are local."""
    rows = [_row(scenario, actual) for actual in actuals]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    for column in TIMES:
        table[column] = pd.to_datetime(table[column])
    for column in set(COLUMNS) - set(TIMES):
        table[column] = table[column].astype("string").fillna("")
    return table


def _row(scenario: Scenario, actual: Actual) -> tuple[Any, ...]:
    operation = scenario.operation[actual.operation]
    local = scenario.clock.local
    return (
        operation.order,
        str(operation.stage or ""),
        str(operation.lot or ""),
        actual.machine,
        local(actual.begun).replace(tzinfo=None),
        None if actual.ended is None else local(actual.ended).replace(tzinfo=None),
        _number(actual.quantity),
        _number(actual.scrapped),
    )


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def actuals_in(scenario: Scenario, table: pd.DataFrame) -> tuple[Actual, ...]:
    """Return what edited rows say; empty rows say nothing. Raises `ScenarioError` with findings."""
    rows = []
    for row in table.to_dict("records"):
        cells = tuple(_cell(row[column]) for column in COLUMNS)
        if any(cells):
            rows.append(cells)
    if not rows:
        return ()
    tables = Tables(files={FILE: table_of(COLUMNS, rows)}, settings="")
    return actuals_from_tables(tables, scenario)


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(timespec="minutes")
    return str(value).strip()


def as_planned(schedule: Schedule, now: int) -> tuple[Actual, ...]:
    """Return what has happened by `now` if everything went as planned."""
    return tuple(
        Actual(
            operation=placed.operation,
            machine=batch.machine,
            begun=placed.start,
            ended=placed.end if placed.end <= now else None,
        )
        for batch in sorted(schedule.batches, key=lambda batch: batch.start)
        for placed in batch.placements
        if placed.start < now
    )


def actuals_text(actuals: Iterable[Actual]) -> str:
    """Return actuals as JSON."""
    return json.dumps(
        [
            {
                "operation": a.operation,
                "machine": a.machine,
                "begun": a.begun,
                "ended": a.ended,
                "quantity": _number(a.quantity),
                "scrapped": _number(a.scrapped),
            }
            for a in actuals
        ]
    )


def actuals_from(text: str) -> tuple[Actual, ...]:
    """Return the actuals of `actuals_text`."""
    return tuple(_actual(row) for row in json.loads(text))


def _actual(row: Mapping[str, Any]) -> Actual:
    return Actual(
        operation=row["operation"],
        machine=row["machine"],
        begun=row["begun"],
        ended=row["ended"],
        quantity=Decimal(row["quantity"]) if row["quantity"] else None,
        scrapped=Decimal(row["scrapped"]) if row["scrapped"] else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTwice:
    """Of what two windows have told something else: operations, and from when on is planned."""

    operations: tuple[str, ...] = ()
    now: bool = False

    def __bool__(self) -> bool:
        return self.now or bool(self.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is kept of what has happened: `now` in units, None where nobody said it yet.

    `freeze_hours` is how much was frozen when it was planned again last: for all, or by machine.
    `assumed` are operations whose begin nobody reported: they are taken to have begun as planned.
    """

    now: int | None = None
    actuals: tuple[Actual, ...] = ()
    freeze_hours: float | Mapping[str, float] | None = None
    assumed: frozenset[str] = frozenset()

    def text(self) -> str:
        """Return it as JSON."""
        freeze = self.freeze_hours
        return json.dumps(
            {
                "now": self.now,
                "actuals": actuals_text(self.actuals),
                "freeze_hours": dict(freeze) if isinstance(freeze, Mapping) else freeze,
                "assumed": sorted(self.assumed),
            }
        )

    @classmethod
    def of(cls, text: str | None) -> "Happened":
        """Return what `text` says; nothing for None."""
        if text is None:
            return cls()
        table = json.loads(text)
        return cls(
            now=table["now"],
            actuals=actuals_from(table["actuals"]),
            freeze_hours=table.get("freeze_hours"),
            assumed=frozenset(table.get("assumed", ())),
        )

    def with_changes(self, seen: "Happened", mine: "Happened") -> tuple["Happened", ToldTwice]:
        """Return this with what `mine` changed in `seen`, and what both changed.

        That stays as it is here.
        """
        old, new, found = (
            {each.operation: each for each in one.actuals} for one in (seen, mine, self)
        )
        both = []
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) == new.get(name) or found.get(name) == new.get(name):
                continue
            if found.get(name) != old.get(name):
                both.append(name)
            elif name in new:
                found[name] = new[name]
            else:
                del found[name]
        now_twice = mine.now != seen.now and self.now not in (None, seen.now, mine.now)
        theirs_counts = now_twice or (mine.now == seen.now and self.now is not None)
        merged = replace(
            self,
            now=self.now if theirs_counts else mine.now,
            actuals=tuple(found.values()),
            freeze_hours=(
                self.freeze_hours if mine.freeze_hours == seen.freeze_hours else mine.freeze_hours
            ),
            assumed=frozenset(
                name
                for name, each in found.items()
                if name in (mine if each == new.get(name) else self).assumed
            ),
        )
        return merged, ToldTwice(operations=tuple(both), now=now_twice)

    def with_those_of(self, mine: "Happened", twice: ToldTwice) -> "Happened":
        """Return this with what `mine` says of what was told twice, be it nothing."""
        names = twice.operations
        others = tuple(each for each in self.actuals if each.operation not in names)
        own = tuple(each for each in mine.actuals if each.operation in names)
        assumed = (self.assumed - frozenset(names)) | (mine.assumed & frozenset(names))
        now = mine.now if twice.now else self.now
        return replace(self, now=now, actuals=(*others, *own), assumed=assumed)

    def still(self, scenario: Scenario) -> tuple[Actual, ...]:
        """Return what happened to what is still in the plan."""
        return tuple(a for a in self.actuals if a.operation in scenario.operation)
