"""`planner plan`: make a schedule and show what it saves against one by one."""

import argparse
from pathlib import Path

from planner.cli import printing
from planner.cli.files import keep_what_is_read, read_scenario, write_schedule
from planner.cli.live import beside, live_progress, stop_on_ctrl_c
from planner.cli.methods import METHODS, method
from planner.cli.output import DONE, FAILED, Commands, say
from planner.cli.shared_options import add_effort, add_weights, time_limit, weighted
from planner.domain import Scenario
from planner.schedule import Result

SECONDS = 30.0


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
        "--method", type=method, default="auto", metavar="NAME", help=", ".join(METHODS)
    )
    command.add_argument("--out", type=_schedule_file, metavar="FILE", help=".csv or .json")
    command.add_argument("--quiet", action="store_true", help="only the result, no messages")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plan and show the result; 0 if there is a schedule."""
    keep_what_is_read([options.scenario], options.out)
    scenario = weighted(read_scenario(options.scenario), options)
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
