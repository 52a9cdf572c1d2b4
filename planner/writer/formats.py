"""Which file name means which format."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.schedule import Result, Schedule
from planner.writer.handover import NO_COLOURS
from planner.writer.to_csv import schedule_csv
from planner.writer.to_gantt import gantt_image
from planner.writer.to_gantt_page import gantt_html
from planner.writer.to_icalendar import schedule_icalendar
from planner.writer.to_json import schedule_json
from planner.writer.to_work_lists import work_lists_html
from planner.writer.to_workbook import schedule_xlsx

# The longer ending comes before the one that it ends with.
FORMATS = ("csv", "json", "xlsx", "ics", "png", "svg", "lists.html", "html")
BINARY = frozenset(("png", "xlsx"))
OF_ONE_MACHINE = frozenset(("ics", "lists.html"))


def format_of(path: Path) -> str:
    """Return the format that the name of `path` ends with; raises `ScheduleError` for another."""
    name = path.name.lower()
    found = next((kind for kind in FORMATS if name.endswith(f".{kind}")), None)
    if found is None or name == f".{found}":
        endings = ", ".join(f".{kind}" for kind in FORMATS)
        raise ScheduleError(
            f"{path.name}: {path.suffix.lower() or 'no suffix'!r} is not a format of a schedule\n"
            f"    Name the file {endings}."
        )
    return found


def exported(
    kind: str,
    scenario: Scenario,
    planned: Result | Schedule,
    machine: str | None = None,
    *,
    run: str = "",
    colours: Mapping[str, str] = NO_COLOURS,
) -> bytes:
    """Return the file of a schedule in the format `kind`; `machine` narrows calendars and lists.

    `run` is the id of the stored run that made it; `colours` are those that the user gave families,
    as `#rrggbb`.

    Raises `ScheduleError` where there is no schedule, or a format is always of all machines.
    """
    schedule = planned.schedule if isinstance(planned, Result) else planned
    if schedule is None:
        raise ScheduleError("there is no schedule to write")
    if machine is not None and kind not in OF_ONE_MACHINE:
        raise ScheduleError(
            f"a {kind} file holds all machines\n"
            f"    One machine alone: {' or '.join(sorted(OF_ONE_MACHINE))}."
        )
    if kind in ("png", "svg"):
        image: Literal["png", "svg"] = "png" if kind == "png" else "svg"
        return gantt_image(scenario, schedule, image, run=run, colours=colours)
    if kind == "xlsx":
        known = (planned.baselines if isinstance(planned, Result) else None) or {}
        return schedule_xlsx(scenario, schedule, known.get("one by one"), run=run, colours=colours)
    if kind == "json":
        return schedule_json(scenario, planned, run=run).encode()
    if kind == "lists.html":
        lists = work_lists_html(scenario, schedule, machine=machine, run=run, colours=colours)
        return lists.encode()
    if kind == "html":
        return gantt_html(scenario, schedule, run=run, colours=colours).encode()
    return _text(kind, scenario, schedule, machine, run).encode()


def _text(kind: str, scenario: Scenario, schedule: Schedule, machine: str | None, run: str) -> str:
    if kind == "ics":
        made = datetime.now(UTC)
        return schedule_icalendar(scenario, schedule, machine=machine, made=made, run=run)
    # Spreadsheets take a file without this mark for one of the local code page.
    return "\ufeff" + schedule_csv(scenario, schedule, run=run)
