"""`planner replan`: plan again from now on, with as little moved as wished."""

import argparse
from datetime import datetime
from pathlib import Path

from planner.cli import printing
from planner.cli.change import add_changes, changes_given
from planner.cli.files import keep_what_is_read, read_both, write_schedule
from planner.cli.output import DONE, FAILED, Commands, clean, number_of, say, show
from planner.cli.shared_options import number, positive_seconds, whole_number
from planner.domain import Scenario
from planner.errors import WrongUseError

SECONDS = 10.0
CALMNESS = ("keep it calm", "balanced", "from scratch")


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "replan",
        parents=[common],
        help="plan again from now on: what has begun stays, little moves",
        description="Plan again from a schedule that is being worked by, and what has happened.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument(
        "--now",
        metavar="TIME",
        help="local time, such as 2026-03-02T14:00 (default: now in scenario.toml)",
    )
    command.add_argument("--actuals", metavar="FILE", help="actuals.csv: what has happened")
    command.add_argument(
        "--freeze",
        type=number(0, 10_000),
        metavar="HOURS",
        help="what begins within them keeps its place (default: freeze in scenario.toml, or 8)",
    )
    add_changes(command)
    _add_effort(command)
    command.add_argument("--out", type=Path, metavar="FILE", help=".csv or .json")
    command.set_defaults(run=run)


def _add_effort(command: argparse.ArgumentParser) -> None:
    """Add the options that say how much may move, and how long to look."""
    command.add_argument(
        "--calmness",
        type=_calmness,
        default=CALMNESS[0],
        metavar="NAME",
        help=f"{', '.join(CALMNESS)} (default: {CALMNESS[0]})",
    )
    command.add_argument(
        "--tolerance",
        type=whole_number(0),
        default=30,
        metavar="MINUTES",
        help="a start that shifts by no more is not moved (default: 30)",
    )
    command.add_argument(
        "--seconds", type=positive_seconds, default=SECONDS, metavar="S", help="time limit (10)"
    )
    command.add_argument("--seed", type=whole_number(0), default=0, metavar="N", help="of chance")


def run(options: argparse.Namespace) -> int:
    """Show what planning again moves; 0 if all changes could be made."""
    from planner.changes import replan
    from planner.reader import read_actuals

    keep_what_is_read([options.scenario, options.schedule], options.out)
    scenario, schedule = read_both(options.scenario, options.schedule)
    now = _now(options.now, scenario)
    found = replan(
        scenario,
        schedule,
        read_actuals(options.actuals, scenario) if options.actuals else (),
        now=now,
        freeze_hours=options.freeze,
        seconds=options.seconds,
        changes=changes_given(options.change, scenario.clock),
        calmness=options.calmness,
        tolerance_minutes=options.tolerance,
        seed=options.seed,
    )
    for note in found.notes:
        say(clean(note))
    for refused in found.refused:
        say(clean(f"{refused.change.kind}: {refused.said} (rule {refused.rule})"))
    show(clean(found.difference.summary))
    show(
        f"{number_of(found.moved, 'operation')} moved by more than {options.tolerance} min or to "
        f"another machine; cost {found.cost:,}"
    )
    if options.out is not None:
        write_schedule(found.scenario, found.schedule, options.out)
        say(f"written: {options.out}")
    certified = printing.show_certificate(found.scenario, found.schedule, "plan from now on")
    return DONE if certified and not found.refused else FAILED


def _now(text: str | None, scenario: Scenario) -> int:
    if text is None:
        if scenario.now is None:
            raise WrongUseError("say --now TIME, or now = TIME in scenario.toml")
        return scenario.now
    try:
        now = scenario.clock.units(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise WrongUseError(f"--now {text} is no time such as 2026-03-02T14:00") from error
    if not 0 <= now <= scenario.horizon:
        raise WrongUseError(f"--now {text} is not between the plan's start and its horizon")
    return now


def _calmness(text: str) -> str:
    name = text.lower().replace("-", " ").replace("_", " ")
    if name not in CALMNESS:
        raise argparse.ArgumentTypeError(f"no {text!r}; there are {', '.join(CALMNESS)}")
    return name
