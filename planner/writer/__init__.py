"""Schedules and figures as files, and schedules back from files.

CSV for the shop floor: a row is an operation, with local times. JSON for programs: everything, as
`planner/schedule.schema.json` describes. Both read back to the same schedule. Workbooks,
calendars, charts and work lists are for people; each says which scenario it is of and what the
checker found.
"""

from datetime import datetime
from pathlib import Path

from planner import files
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.schedule import Result, Schedule
from planner.writer.figures_csv import kpis_csv
from planner.writer.fingerprints import fingerprint, schedule_id
from planner.writer.formats import BINARY, FORMATS, exported, format_of
from planner.writer.handover import Handover
from planner.writer.looks import FamilyLook, family_looks
from planner.writer.read_csv import schedule_from_csv
from planner.writer.read_json import schedule_from_json
from planner.writer.reading_back import text_of
from planner.writer.report import PlanReport, ReportFigure
from planner.writer.starts import start_in_csv, start_in_json
from planner.writer.to_csv import schedule_csv
from planner.writer.to_gantt import gantt_image
from planner.writer.to_gantt_page import gantt_html
from planner.writer.to_icalendar import schedule_icalendar
from planner.writer.to_json import SCHEMA_VERSION, schedule_json, schema
from planner.writer.to_report import report_html, report_pdf
from planner.writer.to_work_lists import work_lists_html
from planner.writer.to_workbook import schedule_xlsx

__all__ = [
    "BINARY",
    "FORMATS",
    "SCHEMA_VERSION",
    "FamilyLook",
    "Handover",
    "PlanReport",
    "ReportFigure",
    "exported",
    "family_looks",
    "fingerprint",
    "format_of",
    "gantt_html",
    "gantt_image",
    "kpis_csv",
    "read_schedule",
    "report_html",
    "report_pdf",
    "schedule_csv",
    "schedule_from_csv",
    "schedule_from_json",
    "schedule_icalendar",
    "schedule_id",
    "schedule_json",
    "schedule_xlsx",
    "schema",
    "start_of",
    "work_lists_html",
    "write_schedule",
]


def write_schedule(
    path: str | Path,
    scenario: Scenario,
    planned: Result | Schedule,
    *,
    machine: str | None = None,
) -> None:
    """Write a schedule in the format that the name of `path` ends with, one of `FORMATS`.

    A calendar (.ics) and work lists (.lists.html) may be of one `machine`. Raises `ScheduleError`
    for another ending, where there is no schedule, and where the file cannot be written.
    """
    path = Path(path)
    if isinstance(planned, Result) and planned.schedule is None:
        raise ScheduleError(f"there is no schedule to write to {path.name}")
    data = exported(format_of(path), scenario, planned, machine)
    try:
        files.write_bytes(path, data)
    except OSError as error:
        raise ScheduleError(f"{path} cannot be written: {error.strerror}") from error


def read_schedule(path: str | Path, scenario: Scenario) -> Schedule:
    """Return the schedule in a CSV or JSON file; neither order of rows nor of columns matters.

    Its batches come machine by machine in order of start. Raises `ScheduleError`, naming the place
    and the way out, for a file that is not a schedule of `scenario`; whether it keeps the rules is
    the checker's business.
    """
    path = Path(path)
    read = schedule_from_json if _suffix(path) == ".json" else schedule_from_csv
    return read(text_of(path), scenario, path.name)


def start_of(path: str | Path) -> datetime | None:
    """Return when the scenario of a CSV or JSON schedule started, None where the file does not say.

    Raises `ScheduleError` where it cannot be read.
    """
    path = Path(path)
    find = start_in_json if _suffix(path) == ".json" else start_in_csv
    return find(text_of(path))


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".json"}:
        raise ScheduleError(
            f"{path.name}: {suffix or 'no suffix'!r} is not a format of a schedule\n"
            "    Name the file .csv or .json."
        )
    return suffix
