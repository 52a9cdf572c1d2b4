"""`planner export`: a schedule in another format."""

import argparse
from pathlib import Path

from planner.cli.files import read_both, schedule_text, write_schedule
from planner.cli.output import DONE, Commands, WrongUseError, say, show

KINDS = ("csv", "json")


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
    command.add_argument("--format", choices=KINDS, help="default: by the name of FILE, else csv")
    command.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the schedule; 0 when done."""
    kind = _kind(options)
    scenario, schedule = read_both(options.scenario, options.schedule)
    if options.out is None:
        show(schedule_text(scenario, schedule, kind).removesuffix("\n"))
        return DONE
    write_schedule(scenario, schedule, options.out)
    say(f"written: {options.out}")
    return DONE


def _kind(options: argparse.Namespace) -> str:
    """Return the format: as asked for, or as the name of the file says."""
    if options.out is None:
        return str(options.format or KINDS[0])
    suffix = options.out.suffix.lower().removeprefix(".")
    if suffix not in KINDS or options.format not in (None, suffix):
        raise WrongUseError(f"--out {options.out} must end in .{options.format or 'csv or .json'}")
    return str(suffix)
