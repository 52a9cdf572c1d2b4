"""`planner compare`: schedules and methods side by side, against one by one."""

import argparse

from planner.cli import printing
from planner.cli.files import read_scenario, read_schedule, start_of
from planner.cli.methods import REFERENCE, as_method
from planner.cli.output import DONE, FAILED, Commands, say, show
from planner.cli.plan import planned
from planner.cli.shared_options import add_effort, add_weights, weighted
from planner.domain import Scenario
from planner.schedule import Schedule

SECONDS = 10.0


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "compare",
        parents=[common],
        help="schedules and methods side by side",
        description="Measure schedules and methods, and their differences from one by one.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument(
        "schedules",
        nargs="+",
        metavar="SCHEDULE",
        help="schedule as CSV or JSON, or a method: auto, search, cpsat, earliest-due-date, "
        "current-sequence",
    )
    add_effort(command, seconds=SECONDS)
    add_weights(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the comparison on stdout; 0 if each schedule keeps all rules."""
    files = (name for name in options.schedules if as_method(name) is None)
    start = next(map(start_of, files), None)
    scenario = weighted(read_scenario(options.scenario, start), options)
    schedules: dict[str, Schedule] = {}
    for name in dict.fromkeys((REFERENCE, *options.schedules)):
        schedule = _schedule(scenario, name, options)
        if schedule is None:
            return FAILED
        schedules[as_method(name) or name] = schedule
    printing.show_comparison(scenario, schedules)
    show()
    answers = [printing.show_certificate(scenario, each, name) for name, each in schedules.items()]
    return DONE if all(answers) else FAILED


def _schedule(scenario: Scenario, name: str, options: argparse.Namespace) -> Schedule | None:
    method = as_method(name)
    if method is None:
        return read_schedule(scenario, name)
    options.method = method
    result = planned(scenario, options, SECONDS)
    if result.schedule is None:
        say(f"{method}: {result.status}")
    return result.schedule
