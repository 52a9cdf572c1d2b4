"""Reading and writing for the commands; what is heavy is imported when it is needed."""

from pathlib import Path

from planner.domain import Scenario
from planner.errors import ScenarioError, Severity
from planner.schedule import Schedule


def read_scenario(path: str) -> Scenario:
    """Return the scenario in `path`; raises ScenarioError with findings if it has errors."""
    from planner.reader import read_scenario as read
    from planner.validator import validate

    scenario = read(path)
    errors = [found for found in validate(scenario) if found.severity == Severity.ERROR]
    if errors:
        raise ScenarioError(f"{path} cannot be planned", errors)
    return scenario


def read_both(scenario_path: str, schedule_path: str) -> tuple[Scenario, Schedule]:
    """Return a scenario and a schedule of it."""
    from planner.writer import read_schedule

    scenario = read_scenario(scenario_path)
    return scenario, read_schedule(scenario, schedule_path)


def write_schedule(scenario: Scenario, schedule: Schedule, path: Path) -> None:
    """Write a schedule as CSV or JSON, by the ending of `path`."""
    from planner import writer

    writer.write_schedule(scenario, schedule, path)


def schedule_text(scenario: Scenario, schedule: Schedule, kind: str) -> str:
    """Return a schedule as the text of a `csv` or `json` file."""
    from planner import writer

    return writer.schedule_text(scenario, schedule, kind)
