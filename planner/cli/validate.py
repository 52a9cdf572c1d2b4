"""`planner validate`: all that is wrong with a scenario, at once."""

import argparse

from planner.cli.output import DONE, FAILED, Commands, clean, number_of, say, show
from planner.cli.report import say_assumptions
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
    return DONE


def _findings(path: str) -> tuple[Finding, ...]:
    from planner.reader import read_scenario
    from planner.validator import validate

    try:
        scenario = read_scenario(path)
    except ScenarioError as error:
        if not error.findings:
            raise
        return error.findings
    findings = validate(scenario)
    if not findings:
        orders = number_of(len(scenario.orders), "order")
        show(clean(f"{scenario.name}: {orders}, nothing to object to"))
        say_assumptions(scenario)
    return findings
