"""`planner check`: certify a schedule against its scenario."""

import argparse

from planner.cli import printing
from planner.cli.files import read_both
from planner.cli.output import DONE, FAILED, Commands


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "check",
        parents=[common],
        help="certify a schedule, or list every rule it breaks",
        description="Check every rule of the plant on a schedule, whoever made it.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the violations on stdout; 0 if there are none."""
    scenario, schedule = read_both(options.scenario, options.schedule)
    certified = printing.show_certificate(scenario, schedule, options.schedule)
    printing.show_unplanned(scenario, schedule)
    return DONE if certified else FAILED
