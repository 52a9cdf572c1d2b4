"""`planner report`: one page for somebody who decides, as HTML or PDF."""

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path

from planner.cli.files import read_both
from planner.cli.methods import REFERENCE
from planner.cli.output import DONE, FAILED, Commands, say
from planner.domain import Scenario
from planner.errors import WrongUseError
from planner.kpis import Prices
from planner.schedule import Schedule

ENDINGS = (".html", ".pdf")


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "report",
        parents=[common],
        help="one page for somebody who decides",
        description="Write a report of one page: the result in a sentence, three figures, two "
        "charts, what it rests on, and the certificate. What has no price is not available.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help=".html or .pdf")
    command.add_argument(
        "--against", metavar="SCHEDULE", help="what it is compared with; default: one by one"
    )
    command.add_argument(
        "--against-scenario", metavar="SCENARIO", help="the scenario of that schedule, if another"
    )
    _add_prices(command)
    command.set_defaults(run=run)


def _add_prices(command: argparse.ArgumentParser) -> None:
    command.add_argument("--currency", default="", help="such as EUR")
    for name, meaning in (
        ("machine-hour", "an hour in which a machine runs or changes over"),
        ("changeover", "one changeover, beside its time"),
        ("overtime-hour", "what an hour on a Saturday or Sunday costs more"),
        ("hour-late", "an hour after the due date, of one order"),
    ):
        command.add_argument(f"--price-{name}", type=_price, metavar="PRICE", help=meaning)


def run(options: argparse.Namespace) -> int:
    """Write the report; 0 if the schedule keeps all rules."""
    from planner.writer import PlanReport, report_html, report_pdf
    from planner.writer.handover import Handover

    if options.out.suffix.lower() not in ENDINGS:
        raise WrongUseError(f"--out {options.out} must end in {' or '.join(ENDINGS)}")
    scenario, schedule = read_both(options.scenario, options.schedule)
    other, before = _before(options, scenario)
    made = PlanReport(
        plan=Handover(scenario=scenario, schedule=schedule),
        before=Handover(scenario=other, schedule=before),
        before_name=REFERENCE if options.against is None else Path(options.against).stem,
        prices=_prices(options),
    )
    is_pdf = options.out.suffix.lower() == ".pdf"
    options.out.write_bytes(report_pdf(made) if is_pdf else report_html(made).encode())
    say(f"written: {options.out}")
    say(made.headline)
    return FAILED if made.plan.violations else DONE


def _before(options: argparse.Namespace, scenario: Scenario) -> tuple[Scenario, Schedule]:
    """Return what the schedule is compared with, and its scenario."""
    if options.against is not None:
        return read_both(options.against_scenario or options.scenario, options.against)
    if options.against_scenario is not None:
        raise WrongUseError("--against-scenario needs --against SCHEDULE")
    # The compiled search: its import is slow.
    from planner.search.baselines import one_by_one

    return scenario, one_by_one(scenario)


def _prices(options: argparse.Namespace) -> Prices:
    return Prices(
        currency=options.currency,
        machine_hour=options.price_machine_hour,
        changeover=options.price_changeover,
        overtime_hour=options.price_overtime_hour,
        hour_late=options.price_hour_late,
    )


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no price; write it as 12.50") from error
    if not price.is_finite() or price < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no price; give 0 or more")
    return price
