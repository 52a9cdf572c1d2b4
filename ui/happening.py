"""What has happened on the shop floor, as rows to edit, as JSON to keep, and against the plan."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from planner.calendars import Clock
from planner.domain import Scenario
from planner.reader import Tables, actuals_from_tables, table_of
from planner.schedule import Actual, Schedule
from ui import words

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
class Happened:
    """What is kept of what has happened: `now` in units, None where nobody said it yet."""

    now: int | None = None
    actuals: tuple[Actual, ...] = ()

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps({"now": self.now, "actuals": actuals_text(self.actuals)})

    @classmethod
    def of(cls, text: str | None) -> "Happened":
        """Return what `text` says; nothing for None."""
        if text is None:
            return cls()
        table = json.loads(text)
        return cls(now=table["now"], actuals=actuals_from(table["actuals"]))

    def with_changes(self, seen: "Happened", mine: "Happened") -> tuple["Happened", list[str]]:
        """Return this with what `mine` changed in `seen`, and the operations that both changed.

        Of those, this stays as it is. The moment from which on is planned is that of `mine`.
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
        now = self.now if mine.now == seen.now else mine.now
        return Happened(now=now, actuals=tuple(found.values())), both

    def with_those_of(self, mine: "Happened", names: Collection[str]) -> "Happened":
        """Return this with what `mine` says of the operations `names`, be it nothing."""
        others = tuple(each for each in self.actuals if each.operation not in names)
        own = tuple(each for each in mine.actuals if each.operation in names)
        return Happened(now=self.now, actuals=(*others, *own))

    def still(self, scenario: Scenario) -> tuple[Actual, ...]:
        """Return what happened to what is still in the plan."""
        return tuple(a for a in self.actuals if a.operation in scenario.operation)


def against_plan(scenario: Scenario, schedule: Schedule, actuals: Sequence[Actual]) -> pd.DataFrame:
    """Return a row per operation: its start and its length, as planned and as it was."""
    planned = {p.operation: p for batch in schedule.batches for p in batch.placements}
    columns = ("Order", "Machine", "Start", "Planned start", "Later by", "Took", "Planned")
    rows = [
        _against(scenario.clock, scenario.operation[a.operation].order, a, planned[a.operation])
        for a in actuals
        if a.operation in planned
    ]
    return pd.DataFrame(rows, columns=list(columns))


def _against(clock: Clock, order: str, actual: Actual, planned: Any) -> tuple[str, ...]:
    later = actual.begun - planned.start
    sign = "+" if later > 0 else "−"
    return (
        order,
        actual.machine,
        words.moment(clock, actual.begun),
        words.moment(clock, planned.start),
        sign + words.duration_text(clock, abs(later)) if later else "",
        "" if actual.ended is None else words.duration_text(clock, actual.ended - actual.begun),
        words.duration_text(clock, planned.end - planned.start),
    )
