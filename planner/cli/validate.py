"""`planner validate`: all that is wrong with a scenario, at once."""

import argparse

from planner.cli.files import findings_in, read_scenario
from planner.cli.output import DONE, FAILED, Commands, clean, number_of, say, show
from planner.cli.printing import say_assumptions
from planner.errors import Finding, ScenarioError


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "validate",
        parents=[common],
        help="list all that is wrong with a scenario",
        description="Read a scenario and list every finding with file, row, column and way out.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the findings on stdout; 0 if there are none."""
    findings = _findings(options.scenario)
    for finding in findings:
        show(clean(f"{finding.severity}: {finding}"))
    if findings:
        say(number_of(len(findings), "finding"))
        return FAILED
    scenario = read_scenario(options.scenario)
    show(clean(f"{scenario.name}: {number_of(len(scenario.orders), 'order')}, no findings"))
    say_assumptions(scenario)
    return DONE


def _findings(path: str) -> tuple[Finding, ...]:
    try:
        return findings_in(path)
    except ScenarioError as error:
        if not error.findings:
            raise
        return error.findings
