"""Reading and writing for the commands; what is heavy is imported when it is needed."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from planner.domain import Scenario
from planner.errors import ChangeError, Finding, ScenarioError, Severity, WrongUseError
from planner.files import read_and_written
from planner.schedule import Result, Schedule


def findings_in(path: str) -> tuple[Finding, ...]:
    """Return all that is wrong with the scenario in `path`, warnings too.

    What an import wrote is told of in the rows and headings of the file that was imported.
    """
    from planner import reader
    from planner.validator import validate

    tables = reader.read_tables(path)
    found = reader.findings_in(tables)
    if any(finding.severity == Severity.ERROR for finding in found):
        return reader.in_upload(found, tables)
    more = validate(reader.scenario_from_tables(tables))
    return reader.in_upload(dict.fromkeys((*found, *more)), tables)


def read_scenario(path: str, now: datetime | None = None) -> Scenario:
    """Return the scenario in `path`; raises ScenarioError with findings if it has errors.

    One that says no start begins `now`.
    """
    from planner import reader
    from planner.validator import validate

    scenario = reader.read_scenario(path, now=now)
    errors = [found for found in validate(scenario) if found.severity == Severity.ERROR]
    if errors:
        raise ScenarioError(f"{path} cannot be planned", errors)
    return scenario


def read_both(scenario_path: str, schedule_path: str) -> tuple[Scenario, Schedule]:
    """Return a scenario and a schedule of it; a scenario without a start has the schedule's."""
    scenario = read_scenario(scenario_path, start_of(schedule_path))
    return scenario, read_schedule(scenario, schedule_path)


def start_of(path: str) -> datetime | None:
    """Return when the scenario of a schedule file started; None where the file does not say."""
    from planner import writer

    return writer.start_of(path)


def read_schedule(scenario: Scenario, path: str) -> Schedule:
    """Return a schedule of `scenario` from a CSV or JSON file."""
    from planner import writer

    return writer.read_schedule(path, scenario)


def write_schedule(
    scenario: Scenario, planned: Result | Schedule, path: Path, machine: str | None = None
) -> None:
    """Write a schedule, or that of one machine, in the format that the name of `path` ends with."""
    from planner import writer

    writer.write_schedule(path, scenario, planned, machine=machine)


def keep_what_is_read(sources: Iterable[str], path: Path | None) -> None:
    """Raise WrongUseError if `path` is a file that was read, or a scenario's file among these."""
    if path is None:
        return
    folders = [source for source in sources if Path(source).is_dir()]
    files = [source for source in sources if not Path(source).is_dir()]
    inside = folders if path.name in _scenario_files() else []
    if read_and_written([*files, *inside], [path]) is not None:
        raise WrongUseError(
            f"{path} is read here; to write it would destroy it\n    Give another name."
        )


def _scenario_files() -> frozenset[str]:
    from planner.reader.tables import COLUMNS, SETTINGS_FILE, UPLOAD_FILE

    return frozenset((*COLUMNS, SETTINGS_FILE, UPLOAD_FILE))


def refuse_filled(folder: Path) -> None:
    """Raise ChangeError where `folder` is there already with something in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ChangeError(f"{folder} is there already; name a new folder")
