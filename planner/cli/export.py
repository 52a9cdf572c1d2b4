"""`planner export`: a schedule in another format."""

import argparse
from pathlib import Path

from planner.cli.files import read_both, schedule_text
from planner.cli.output import DONE, Commands, say, show


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        parents=[common],
        help="write a schedule in another format",
        description="Write a schedule with wall-clock times, one row per operation.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument("--format", choices=("csv", "json"), default="csv", help="default: csv")
    command.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the schedule; 0 when done."""
    scenario, schedule = read_both(options.scenario, options.schedule)
    text = schedule_text(scenario, schedule, options.format)
    if options.out is None:
        show(text.removesuffix("\n"))
    else:
        options.out.write_text(text, encoding="utf-8", newline="")
        say(f"written: {options.out}")
    return DONE
