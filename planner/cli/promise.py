"""`planner promise`: when an order could be complete, and who would pay for it."""

import argparse
from decimal import Decimal, InvalidOperation

from planner.cli.files import read_both
from planner.cli.output import DONE, FAILED, Commands, clean, say, show
from planner.cli.shared_options import whole_number


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "promise",
        parents=[common],
        help="when an order could be complete, and who would pay for it",
        description="Dates for a rush order or an enquiry: moving nothing, little, or anything.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument("--order", required=True, metavar="ID", help="name of the order")
    command.add_argument("--like", metavar="ID", help="an order that is made the same way")
    command.add_argument(
        "--quantity", type=_quantity, metavar="N", help="that of --like if not given"
    )
    command.add_argument("--due", metavar="TIME", help="local time, such as 2026-03-02T14:00")
    command.add_argument(
        "--priority", type=whole_number(0), default=1, metavar="N", help="weight (default: 1)"
    )
    command.add_argument("--json", action="store_true", help="the dates and their changes as JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the dates that can be kept; 1 if there is none."""
    from planner.changes import (
        AddOrder,
        change_from_json,
        change_to_json,
        promise,
        promise_line,
    )
    from planner.strict_json import json_text

    scenario, schedule = read_both(options.scenario, options.schedule)
    asked: AddOrder | str = options.order
    if options.like is not None:
        given = {"kind": "add order", "order": options.order, "like": options.like}
        given |= {} if options.quantity is None else {"quantity": str(options.quantity)}
        given |= {} if options.due is None else {"due": options.due}
        made = change_from_json({**given, "priority": options.priority}, scenario.clock)
        assert isinstance(made, AddOrder)
        asked = made
    offers = promise(scenario, schedule, asked)
    if options.json:
        told = [
            {
                "manner": offer.manner,
                "completion": offer.completion,
                "lateness": offer.lateness,
                "changes": [change_to_json(change) for change in offer.changes],
                "difference": offer.difference.to_json(),
            }
            for offer in offers
        ]
        show(json_text(told))
    else:
        for offer in offers:
            show(clean(promise_line(scenario, offer)))
    if not offers:
        say("there is no place for it before the planning horizon ends")
    return DONE if offers else FAILED


def _quantity(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not (value.is_finite() and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value
