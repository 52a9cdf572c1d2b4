"""`planner variant`: what if; a scenario with changes, planned beside what it is now."""

import argparse
from pathlib import Path

from planner.cli import printing
from planner.cli.files import refuse_filled
from planner.cli.output import DONE, FAILED, Commands, clean, say, show
from planner.cli.plan import planned
from planner.cli.shared_options import add_effort
from planner.domain import Scenario
from planner.errors import ChangeError, ScenarioError, Severity
from planner.kpis import measure
from planner.reader import Tables
from planner.schedule import Schedule
from planner.variants import EXAMPLES, Change, applied, change_from

SECONDS = 10.0
NOW, CHANGED = "as it is", "variant"


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "variant",
        parents=[common],
        help="what if: a shift, a machine, other demand; planned beside the scenario",
        description="Change a scenario, plan it as it is and changed, and show both side by side.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument(
        "--change",
        type=_change,
        action="append",
        required=True,
        metavar="CHANGE",
        help=f"may be repeated; such as {', '.join(EXAMPLES)}",
    )
    add_effort(command, seconds=SECONDS)
    command.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write the changed scenario into a new folder"
    )
    command.add_argument("--no-plan", action="store_true", help="only change, do not plan")
    command.set_defaults(run=run, method="auto", quiet=False)


def run(options: argparse.Namespace) -> int:
    """Show the changes and what they bring; 0 if both plans keep all rules."""
    from planner.reader import read_tables, write_tables

    tables = read_tables(options.scenario)
    changed = applied(tables, options.change)
    scenarios = {NOW: _scenario(tables), CHANGED: _scenario(changed)}
    for change in options.change:
        show(clean(change.said))
    if options.out is not None:
        refuse_filled(options.out)
        write_tables(changed, options.out)
        say(f"written: {options.out}")
    return DONE if options.no_plan else _planned(scenarios, options)


def _planned(scenarios: dict[str, Scenario], options: argparse.Namespace) -> int:
    schedules: dict[str, Schedule] = {}
    for name, scenario in scenarios.items():
        result = planned(scenario, options, SECONDS)
        if result.schedule is None:
            say(f"{name}: no schedule, {result.status}")
            return FAILED
        schedules[name] = result.schedule
    kpis = {name: measure(scenarios[name], schedule) for name, schedule in schedules.items()}
    show("\n" + printing.comparison(kpis) + "\n")
    answers = [
        printing.show_certificate(scenarios[name], schedule, name)
        for name, schedule in schedules.items()
    ]
    return DONE if all(answers) else FAILED


def _scenario(tables: Tables) -> Scenario:
    from planner.reader import scenario_from_tables
    from planner.validator import validate

    scenario = scenario_from_tables(tables)
    errors = [found for found in validate(scenario) if found.severity == Severity.ERROR]
    if errors:
        raise ScenarioError(f"{tables.name} cannot be planned", errors)
    return scenario


def _change(text: str) -> Change:
    try:
        return change_from(text)
    except ChangeError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
