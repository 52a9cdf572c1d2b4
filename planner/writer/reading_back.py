"""What reading CSV and JSON share: the file, its faults, and the schedule in its usual order."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from planner.domain import Scenario
from planner.errors import Finding, ScheduleError
from planner.files import read_bytes
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned

# Nothing planned lies beyond, and the calendar reaches as far on both sides of a start.
LARGEST_TIME = 10**9
LARGEST_FILE = 200 * 2**20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a schedule file."""

    file: str
    row: int | None = None
    column: str = ""

    def refuse(self, message: str, hint: str) -> NoReturn:
        """Raise a `ScheduleError` about this place."""
        found = Finding(
            rule="schedule_file",
            file=self.file,
            row=self.row,
            column=self.column,
            message=message,
            hint=hint,
        )
        raise ScheduleError(str(found))


def text_of(path: Path) -> str:
    """Return the text of a UTF-8 file, with or without a byte-order mark."""
    try:
        return read_bytes(path, LARGEST_FILE).decode("utf-8-sig")
    except OSError as error:
        raise ScheduleError(
            f"{path} cannot be read: {error.strerror}\n    Give the path of a schedule file."
        ) from error
    except UnicodeDecodeError as error:
        raise ScheduleError(
            f"{path.name}: byte {error.start + 1} is not UTF-8\n"
            "    Save the file as UTF-8 text (in a spreadsheet: CSV UTF-8)."
        ) from error


def operation_named(scenario: Scenario, name: str, spot: Spot) -> str:
    """Return `name`, refused if `scenario` has no such operation."""
    if name not in scenario.operation:
        spot.refuse(
            f"the scenario {scenario.name!r} has no order {name!r}",
            "Take the scenario that the schedule was made for, or remove the order.",
        )
    return name


def machine_named(scenario: Scenario, name: str, spot: Spot) -> str:
    """Return `name`, refused if `scenario` has no such machine."""
    if name not in scenario.machine:
        known = ", ".join(list(scenario.machine)[:10])
        spot.refuse(f"the scenario has no machine {name!r}", f"Its machines are: {known}.")
    return name


def family_named(scenario: Scenario, name: str, spot: Spot) -> str:
    """Return `name`, refused if `scenario` has no such family."""
    if name not in scenario.changeovers.families:
        known = ", ".join(scenario.changeovers.families[:10])
        spot.refuse(f"the scenario has no family {name!r}", f"Its families are: {known}.")
    return name


def upkeep_named(scenario: Scenario, machine: str, name: str, spot: Spot) -> str:
    """Return `name`, refused if `machine` has no such upkeep."""
    known = [upkeep.name for upkeep in scenario.upkeeps_of(machine)]
    if name not in known:
        there = ", ".join(known) or "none"
        spot.refuse(f"{machine} has no upkeep {name!r}", f"Its upkeep is: {there}.")
    return name


def time_within(value: int, spot: Spot) -> int:
    """Return `value`, refused if it is beyond any time."""
    if abs(value) > LARGEST_TIME:
        spot.refuse(f"{value} is too large for a time", "Give units from the scenario's start.")
    return value


def in_usual_order(
    scenario: Scenario,
    batches: Iterable[Batch],
    unplanned: Iterable[Unplanned],
    upkeeps: Iterable[PlannedUpkeep],
) -> Schedule:
    """Return a schedule: machines and unplanned as in the scenario, the rest in order of start."""
    machines = {name: place for place, name in enumerate(scenario.machine)}
    operations = {name: place for place, name in enumerate(scenario.operation)}
    return Schedule(
        batches=tuple(sorted(batches, key=lambda b: (machines[b.machine], b.start, b.end))),
        unplanned=tuple(sorted(unplanned, key=lambda item: operations[item.operation])),
        upkeeps=tuple(sorted(upkeeps, key=lambda u: (machines[u.machine], u.start, u.end))),
    )


def batch_of(machine: str, family: str, placements: tuple[Placement, ...]) -> Batch:
    """Return the batch that lasts from the first start to the last end of `placements`."""
    return Batch(
        machine=machine,
        family=family,
        start=min(placement.start for placement in placements),
        end=max(placement.end for placement in placements),
        placements=placements,
    )
