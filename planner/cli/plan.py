"""`planner plan`: make a schedule and show what it saves against one by one."""

import argparse
from dataclasses import replace
from pathlib import Path

from planner.cli import printing
from planner.cli.files import keep_what_is_read, read_scenario, read_schedule, write_schedule
from planner.cli.live import beside, live_progress, stop_on_ctrl_c
from planner.cli.methods import METHODS, method
from planner.cli.output import DONE, FAILED, Commands, say
from planner.cli.shared_options import add_effort, add_weights, time_limit, weighted, whole_number
from planner.domain import Scenario
from planner.errors import WrongUseError
from planner.schedule import Result, as_reference

SECONDS = 30.0
TOLERANCE_MINUTES = 30


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "plan",
        parents=[common],
        help="make a schedule and show what it saves",
        description="Make a schedule and compare it with making the orders one by one.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    add_effort(command, seconds=SECONDS)
    add_weights(command)
    command.add_argument(
        "--reference",
        metavar="SCHEDULE",
        help="schedule that people work by: the weight moved counts what is elsewhere or at "
        "another time than in it",
    )
    command.add_argument(
        "--tolerance",
        type=whole_number(0),
        default=TOLERANCE_MINUTES,
        metavar="MINUTES",
        help=f"a start that shifts by no more is not moved (default: {TOLERANCE_MINUTES})",
    )
    command.add_argument(
        "--method", type=method, default="auto", metavar="NAME", help=", ".join(METHODS)
    )
    command.add_argument("--out", type=_schedule_file, metavar="FILE", help=".csv or .json")
    command.add_argument("--quiet", action="store_true", help="only the result, no messages")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plan and show the result; 0 if there is a schedule."""
    read = [options.scenario, *([options.reference] if options.reference else [])]
    keep_what_is_read(read, options.out)
    scenario = compared(weighted(read_scenario(options.scenario), options), options)
    if not options.quiet:
        printing.say_assumptions(scenario)
    result = planned(scenario, options, SECONDS)
    if result.schedule is None:
        say(f"no schedule: {result.status}")
        return FAILED
    # Written first: what follows may be cut off by a closed pipe.
    if options.out is not None:
        write_schedule(scenario, result, options.out)
        if not options.quiet:
            say(f"written: {options.out}")
    printing.show_result(scenario, result, result.schedule)
    certified = printing.show_certificate(scenario, result.schedule, printing.PLAN)
    return DONE if certified else FAILED


def compared(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """Return `scenario` with the schedule against which moved operations count, if one is given."""
    if options.reference is None:
        return scenario
    if not scenario.weights.moved:
        raise WrongUseError(
            "--reference counts nothing without a weight\n    Add one, such as --weight moved=100."
        )
    tolerance = options.tolerance * scenario.clock.units_per_minute
    schedule = read_schedule(scenario, options.reference)
    return replace(scenario, reference=as_reference(schedule, tolerance))


def planned(scenario: Scenario, options: argparse.Namespace, seconds: float) -> Result:
    """Return the result of planning with the effort that the options ask for."""
    from planner.planning import plan

    quiet = getattr(options, "quiet", False)
    units_per_hour = scenario.clock.units_per_hour
    with live_progress(units_per_hour, quiet=quiet) as on_progress, stop_on_ctrl_c() as stop:
        return beside(
            lambda: plan(
                scenario,
                seconds=time_limit(options, seconds),
                work=options.work,
                workers=options.workers,
                seed=options.seed,
                method=options.method,
                on_progress=on_progress,
                stop=stop,
            )
        )


def _schedule_file(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".csv", ".json"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv or .json")
    return path
