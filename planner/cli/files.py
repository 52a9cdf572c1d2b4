"""Reading and writing for the commands; what is heavy is imported when it is needed."""

from collections.abc import Iterable
from pathlib import Path

from planner.cli.output import WrongUseError
from planner.domain import Scenario
from planner.errors import Finding, ScenarioError, Severity
from planner.files import read_and_written
from planner.schedule import Result, Schedule


def findings_in(path: str) -> tuple[Finding, ...]:
    """Return all that is wrong with the scenario in `path`, warnings too."""
    from planner import reader
    from planner.validator import validate

    tables = reader.read_tables(path)
    found = reader.findings_in(tables)
    if any(finding.severity == Severity.ERROR for finding in found):
        return found
    more = validate(reader.scenario_from_tables(tables))
    return tuple(dict.fromkeys((*found, *more)))


def read_scenario(path: str) -> Scenario:
    """Return the scenario in `path`; raises ScenarioError with findings if it has errors."""
    from planner import reader
    from planner.validator import validate

    scenario = reader.read_scenario(path)
    errors = [found for found in validate(scenario) if found.severity == Severity.ERROR]
    if errors:
        raise ScenarioError(f"{path} cannot be planned", errors)
    return scenario


def read_both(scenario_path: str, schedule_path: str) -> tuple[Scenario, Schedule]:
    """Return a scenario and a schedule of it."""
    scenario = read_scenario(scenario_path)
    return scenario, read_schedule(scenario, schedule_path)


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
