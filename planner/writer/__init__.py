"""Schedules and figures as files, and schedules back from files.

CSV for the shop floor: a row is an operation, with local times. JSON for programs: everything, as
`planner/schedule.schema.json` describes. Both read back to the same schedule.
"""

from pathlib import Path

from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.schedule import Result, Schedule
from planner.writer.figures import kpis_csv
from planner.writer.fingerprints import fingerprint
from planner.writer.read_csv import schedule_from_csv
from planner.writer.read_json import schedule_from_json
from planner.writer.sources import text_of
from planner.writer.to_csv import schedule_csv
from planner.writer.to_json import SCHEMA_VERSION, schedule_json, schema

__all__ = [
    "SCHEMA_VERSION",
    "fingerprint",
    "kpis_csv",
    "read_schedule",
    "schedule_csv",
    "schedule_from_csv",
    "schedule_from_json",
    "schedule_json",
    "schema",
    "write_schedule",
]


def write_schedule(path: str | Path, scenario: Scenario, planned: Result | Schedule) -> None:
    """Write a schedule as CSV or JSON, by the suffix of `path`.

    Raises `ScheduleError` for another suffix, where there is no schedule, and where the file
    cannot be written.
    """
    path = Path(path)
    schedule = planned.schedule if isinstance(planned, Result) else planned
    if schedule is None:
        raise ScheduleError(f"there is no schedule to write to {path.name}")
    if _suffix(path) == ".json":
        encoding, text = "utf-8", schedule_json(scenario, planned)
    else:
        # Spreadsheets take a file without this mark for one of the local code page.
        encoding, text = "utf-8-sig", schedule_csv(scenario, schedule)
    try:
        path.write_text(text, encoding=encoding, newline="")
    except OSError as error:
        raise ScheduleError(f"{path} cannot be written: {error.strerror}") from error


def read_schedule(path: str | Path, scenario: Scenario) -> Schedule:
    """Return the schedule in a CSV or JSON file; neither order of rows nor of columns matters.

    Its batches come machine by machine in order of start. Raises `ScheduleError`, naming the place
    and the way out, for a file that is no schedule of `scenario`; rules are the checker's business.
    """
    path = Path(path)
    read = schedule_from_json if _suffix(path) == ".json" else schedule_from_csv
    return read(text_of(path), scenario, path.name)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".json"}:
        raise ScheduleError(
            f"{path.name}: {suffix or 'no suffix'!r} is no format of a schedule\n"
            "    Name the file .csv or .json."
        )
    return suffix
