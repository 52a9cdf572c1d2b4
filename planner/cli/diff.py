"""`planner diff`: what one schedule does elsewhere or at another time than another."""

import argparse

from planner.cli.files import read_scenario, read_schedule, start_of
from planner.cli.output import DONE, Commands, aligned, clean, show


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "diff",
        parents=[common],
        help="what another schedule does elsewhere or at another time",
        description="List what is on another machine or at another time in the second schedule.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("before", metavar="BEFORE", help="schedule as CSV or JSON")
    command.add_argument("after", metavar="AFTER", help="another schedule of the scenario")
    command.add_argument("--json", action="store_true", help="the difference as JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the difference on stdout."""
    from planner.changes import Standing, difference
    from planner.strict_json import json_text

    scenario = read_scenario(options.scenario, start_of(options.before))
    before, after = (
        Standing(scenario=scenario, schedule=read_schedule(scenario, path))
        for path in (options.before, options.after)
    )
    told = difference(before, after)
    if options.json:
        show(json_text(told.to_json()))
        return DONE
    show(clean(told.summary))
    rows = [
        (
            each.operation,
            each.machine_before or "-",
            each.machine_after or "-",
            _signed(each.start_moved, told.units_per_minute),
            _signed(each.completion_moved, told.units_per_minute),
        )
        for each in told.operations
    ]
    if rows:
        show()
        show(aligned(("operation", "machine before", "machine now", "start", "completion"), rows))
    return DONE


def _signed(units: int | None, units_per_minute: int) -> str:
    from planner.changes import signed_hours

    return "-" if units is None else signed_hours(units, units_per_minute)
