"""`planner explain`: why an order is late, and what would help."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.cli.files import read_both
from planner.cli.output import DONE, Commands, clean, show
from planner.errors import WrongUseError

if TYPE_CHECKING:
    from planner.changes import Standing


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "explain",
        parents=[common],
        help="why an order is late, and what would help",
        description="Tell what an order waited for, and ways out with their price.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument(
        "--order", action="append", default=[], metavar="ID", help="may be repeated; else all late"
    )
    command.add_argument(
        "--here", action="append", default=[], metavar="ID", help="why it stands where it does"
    )
    command.add_argument(
        "--together",
        action="append",
        default=[],
        nargs=2,
        metavar="ID",
        help="why two are not in one batch, or what it would cost",
    )
    command.add_argument("--brief", action="store_true", help="look for no ways out")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the sentences on stdout."""
    from planner.changes import Standing, explanation, why_here, why_not_together

    scenario, schedule = read_both(options.scenario, options.schedule)
    standing = Standing(scenario=scenario, schedule=schedule)
    orders = options.order
    if not orders and not options.here and not options.together:
        orders = _in_trouble(standing)
        if not orders:
            show("no order is late")
    pairs = [name for pair in options.together for name in pair]
    for name in (*orders, *options.here, *pairs):
        if name not in scenario.order and name not in scenario.operation:
            raise WrongUseError(f"there is no order {name}")
    for name in orders:
        _show_lines((*explanation(standing, name, with_ways_out=not options.brief), ""))
    for name in options.here:
        _show_lines(why_here(standing, name))
    for one, other in options.together:
        _show_lines(why_not_together(standing, one, other))
    return DONE


def _in_trouble(standing: "Standing") -> list[str]:
    """Return the orders that are late, then those that are not planned."""
    names = list(standing.scenario.order)
    late = [name for name in names if (standing.lateness_of(name) or 0) > 0]
    return late + [name for name in names if standing.completion_of(name) is None]


def _show_lines(lines: Iterable[str]) -> None:
    for line in lines:
        show(clean(line))
