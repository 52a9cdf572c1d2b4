"""A schedule from JSON: batches, upkeep and what is unplanned, and which time they count.

A document may leave out all other parts, so that any program can write one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from planner.domain import Scenario
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned
from planner.writer.reading_back import (
    Spot,
    family_named,
    in_usual_order,
    machine_named,
    operation_named,
    time_within,
    upkeep_named,
)
from planner.writer.to_json import SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One value of the document and the way to it, such as `batches[2].start`."""

    file: str
    path: str
    value: Any

    @property
    def spot(self) -> Spot:
        return Spot(file=self.file, column=self.path or "document")

    def get(self, key: str) -> "_Part":
        table = self._of(dict, "an object")
        if key not in table:
            self.spot.refuse(
                f"there is no key {key!r}", f"Add {key!r}, as schedule.schema.json describes it."
            )
        path = f"{self.path}.{key}" if self.path else key
        return _Part(file=self.file, path=path, value=table[key])

    def has(self, key: str) -> bool:
        return self._of(dict, "an object").get(key) is not None

    def items(self) -> Iterator["_Part"]:
        for place, value in enumerate(self._of(list, "a list")):
            yield _Part(file=self.file, path=f"{self.path}[{place}]", value=value)

    def text(self) -> str:
        value = str(self._of(str, "text"))
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse("text in Unicode")
        return value

    def whole(self) -> int:
        # true and false are numbers in Python.
        if isinstance(self.value, bool):
            self.refuse("a whole number")
        return int(self._of(int, "a whole number"))

    def _of(self, kind: type, wanted: str) -> Any:
        if not isinstance(self.value, kind):
            self.refuse(wanted)
        return self.value

    def refuse(self, wanted: str) -> NoReturn:
        shown = json.dumps(self.value)[:60]
        self.spot.refuse(f"{shown} is not {wanted}", f"Write {wanted} here.")


def schedule_from_json(text: str, scenario: Scenario, file: str) -> Schedule:
    """Return the schedule in `text`, which came from `file`; raises `ScheduleError`."""
    document = _document(text, file)
    _refuse_other_version(document)
    _refuse_other_time(document, scenario)
    batches = [_batch(part, scenario) for part in document.get("batches").items()]
    left = document.get("unplanned").items() if document.has("unplanned") else ()
    upkeeps = document.get("upkeeps").items() if document.has("upkeeps") else ()
    return in_usual_order(
        scenario,
        batches,
        [_unplanned(part, scenario) for part in left],
        [_upkeep(part, scenario) for part in upkeeps],
    )


def _document(text: str, file: str) -> _Part:
    try:
        value = json.loads(text)
    except RecursionError:
        Spot(file=file).refuse("this is nested too deeply", "Export the schedule again.")
    except ValueError as error:
        Spot(file=file).refuse(f"this is not JSON: {error}", "Export the schedule again.")
    return _Part(file=file, path="", value=value)


def _refuse_other_version(document: _Part) -> None:
    version = document.get("schema_version")
    if version.whole() != SCHEMA_VERSION:
        version.spot.refuse(
            f"version {version.value} is not known, only {SCHEMA_VERSION} is",
            "Export the schedule again with this version of the planner.",
        )


def _refuse_other_time(document: _Part, scenario: Scenario) -> None:
    """Refuse times that count from another start, or in another unit, than those of `scenario`."""
    if not document.has("scenario"):
        return
    given, clock = document.get("scenario"), scenario.clock
    for key, here in (
        ("start", clock.start.isoformat()),
        ("time_zone", clock.time_zone),
        ("time_unit", str(clock.time_unit)),
    ):
        if given.has(key) and given.get(key).text() != here:
            given.get(key).spot.refuse(
                f"{given.get(key).value!r} is not the scenario's {key}, {here!r}",
                "Take the scenario that the schedule was made for: times would mean others here.",
            )


def _batch(part: _Part, scenario: Scenario) -> Batch:
    machine, family = part.get("machine"), part.get("family")
    return Batch(
        machine=machine_named(scenario, machine.text(), machine.spot),
        family=family_named(scenario, family.text(), family.spot),
        start=_time(part.get("start")),
        end=_time(part.get("end")),
        placements=tuple(_placement(item, scenario) for item in part.get("placements").items()),
    )


def _placement(part: _Part, scenario: Scenario) -> Placement:
    name = part.get("operation")
    return Placement(
        operation=operation_named(scenario, name.text(), name.spot),
        start=_time(part.get("start")),
        end=_time(part.get("end")),
    )


def _upkeep(part: _Part, scenario: Scenario) -> PlannedUpkeep:
    machine, name = part.get("machine"), part.get("name")
    named = machine_named(scenario, machine.text(), machine.spot)
    return PlannedUpkeep(
        machine=named,
        name=upkeep_named(scenario, named, name.text(), name.spot),
        start=_time(part.get("start")),
        end=_time(part.get("end")),
    )


def _unplanned(part: _Part, scenario: Scenario) -> Unplanned:
    name = part.get("operation")
    operation = operation_named(scenario, name.text(), name.spot)
    return Unplanned(operation=operation, reason=part.get("reason").text())


def _time(part: _Part) -> int:
    return time_within(part.whole(), part.spot)
