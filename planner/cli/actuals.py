"""`planner actuals`: what has happened beside the plan, and what can be learnt from it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.files import read_both, refuse_filled
from planner.cli.output import DONE, FAILED, Commands, aligned, clean, number_of, say, show
from planner.domain import Scenario
from planner.errors import WrongUseError
from planner.schedule import Schedule

if TYPE_CHECKING:
    from planner.changes import Against, FoundActuals, LearntFactor

HEADER = ("Order", "Machine", "Later by", "Took", "Planned", "Changeover", "Planned")


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "actuals",
        parents=[common],
        help="what has happened beside the plan, and what can be learnt from it",
        description=(
            "Show start, running time and changeover of what has happened beside the plan. With "
            "--learn, also by what factor times are missed; they are written only where --out asks."
        ),
    )
    add = command.add_argument
    add("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    add("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    add("--actuals", metavar="FILE", help="actuals.csv: what has happened")
    add("--completions", action="store_true", help="also orders that the release service knows")
    add("--database", metavar="URL", help="of the release service (default: the dashboard's)")
    add("--learn", action="store_true", help="show the learnt factor per machine and family")
    add(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="with --learn: write the scenario with running times by these factors, a new folder",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show plan and actual; 1 if nothing has happened."""
    from planner.changes import against_plan, learnt_factors

    if options.out is not None and not options.learn:
        raise WrongUseError("--out writes what was learnt\n    Add --learn.")
    if not (options.actuals or options.completions):
        raise WrongUseError("nothing to look at\n    Give --actuals FILE, or --completions.")
    scenario, schedule = read_both(options.scenario, options.schedule)
    happened = _happened(options, scenario, schedule)
    for note in happened.notes:
        say(clean(note))
    rows = against_plan(scenario, schedule, happened.actuals)
    if not rows:
        say("nothing has happened yet")
        return FAILED
    minute = scenario.clock.units_per_minute
    show(aligned(HEADER, [_cells(row, minute, happened) for row in rows]))
    if happened.assumed:
        say(
            f"{number_of(len(happened.assumed), 'begin')} not reported, marked *: taken as planned "
            "and not learnt from"
        )
    if options.learn:
        factors = learnt_factors(scenario, schedule, happened.actuals, assumed=happened.assumed)
        _learn(options, scenario, factors)
    return DONE


def _happened(
    options: argparse.Namespace, scenario: Scenario, schedule: Schedule
) -> "FoundActuals":
    from planner.changes import FoundActuals, actuals_of_completions
    from planner.reader import read_actuals

    known = read_actuals(options.actuals, scenario) if options.actuals else ()
    if not options.completions:
        return FoundActuals(actuals=known)
    from planner.service import finished_orders
    from planner.store import Store

    with Store(options.database) as store:
        finished = finished_orders(store, [order.name for order in scenario.orders])
    return actuals_of_completions(scenario, schedule, finished, known)


def _cells(row: "Against", minute: int, happened: "FoundActuals") -> tuple[str, ...]:
    from planner.changes import hours, signed_hours

    def length(units: int | None) -> str:
        return "" if units is None else hours(units, minute)

    later = "not planned" if row.later_by is None else signed_hours(row.later_by, minute)
    if row.operation in happened.assumed:
        later = "*"
    return (
        row.operation,
        row.machine,
        later,
        length(row.took),
        length(row.planned),
        length(row.changeover),
        length(row.planned_changeover),
    )


def _learn(
    options: argparse.Namespace, scenario: Scenario, factors: "tuple[LearntFactor, ...]"
) -> None:
    from planner.changes import LEAST_COUNT, Learnt, with_learnt, with_times
    from planner.reader import read_tables, write_tables

    if not factors:
        show(f"nothing learnt yet: at least {LEAST_COUNT} operations of a machine must have ended")
        return
    for factor in factors:
        show(clean(factor.said))
    if options.out is None:
        return
    refuse_filled(options.out)
    runs = [factor for factor in factors if factor.of == Learnt.RUN]
    tables = read_tables(options.scenario)
    write_tables(with_times(tables, with_learnt(scenario, runs)), options.out)
    say(f"written with these running times: {options.out}")
    if len(runs) < len(factors):
        say("changeovers.csv is as it was: changeover factors are told, not written")
