"""`planner publish`: hand batches over to the shop floor over HTTP."""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.cli.files import read_both
from planner.cli.output import DONE, FAILED, Commands, clean, number_of, say, show
from planner.cli.shared_options import number, positive_seconds, whole_number
from planner.errors import WrongUseError

if TYPE_CHECKING:  # what sends takes half a second to import
    from planner.publish import PublishSettings, Report
    from planner.store import Store

# A token on the command line could be read by every user of the machine.
TOKEN = "BATCH_PLANNER_MES_TOKEN"


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "publish",
        parents=[common],
        help="send released batches, or a schedule, to the shop floor over HTTP",
        description=(
            "Send the batches that `planner release serve` has released, or with SCENARIO and "
            "SCHEDULE those of a schedule, to an MES over HTTP. Run it again to send what was "
            f"not delivered. {TOKEN} in the environment is sent as a bearer token."
        ),
    )
    add = command.add_argument
    add("destination", metavar="URL", help="where to send, such as https://mes.example/batches")
    add("scenario", nargs="?", metavar="SCENARIO", help="folder, zip file or workbook")
    add("schedule", nargs="?", metavar="SCHEDULE", help="schedule as CSV or JSON")
    add_sending(command)
    add("--refused-again", action="store_true", help="send what was refused once more")
    add("--database", metavar="URL", help="default: that of the dashboard")
    command.set_defaults(run=run)


def add_sending(command: argparse.ArgumentParser) -> None:
    """Add the options that say how batches are sent."""
    add = command.add_argument
    add("--chunk", type=whole_number(1), default=500, metavar="N", help="batches a request (500)")
    add("--rate", type=number(0.001, 1e6), default=20.0, metavar="N", help="requests a second (20)")
    add("--at-once", type=whole_number(1), default=4, metavar="N", help="requests at once (4)")
    add("--attempts", type=whole_number(1), default=10, metavar="N", help="per request (10)")
    add("--timeout", type=positive_seconds, default=30.0, metavar="S", help="per request (30)")


def run(options: argparse.Namespace) -> int:
    """Send; 0 if everything was taken."""
    from planner.publish import destination_in, publish
    from planner.store import Store

    destination = destination_in(options.destination)
    # From here on nobody sees a password in it.
    options.destination = destination.address
    with Store(options.database) as store:
        new = _enqueue(store, options)
        say(f"{number_of(new, 'new batch', 'new batches')} for {options.destination}")
        settings = sending(options, destination.headers)
        report = publish(store, destination.address, settings, _say_progress)
    _show(report)
    return DONE if report.is_complete else FAILED


def _enqueue(store: "Store", options: argparse.Namespace) -> int:
    from planner.publish import enqueue_released, enqueue_schedule
    from planner.publish.outbox import release_refused

    if options.refused_again:
        release_refused(store, options.destination)
    if options.scenario is None:
        return enqueue_released(store, options.destination)
    if options.schedule is None:
        raise WrongUseError("give a SCHEDULE with the SCENARIO")
    scenario, schedule = read_both(options.scenario, options.schedule)
    return enqueue_schedule(store, options.destination, scenario, schedule)


def sending(
    options: argparse.Namespace, headers: Mapping[str, str] | None = None
) -> "PublishSettings":
    """Return how batches are sent, as the options of `add_sending` say, with `headers` too."""
    from planner.publish import PublishSettings

    token = os.environ.get(TOKEN)
    return PublishSettings(
        chunk_size=options.chunk,
        rate=options.rate,
        at_once=options.at_once,
        attempts=options.attempts,
        timeout=options.timeout,
        headers={"Authorization": f"Bearer {token}"} if token else headers or {},
    )


def _say_progress(report: "Report") -> None:
    if sys.stderr.isatty():
        say(f"{number_of(report.delivered, 'batch', 'batches')} delivered")


def _show(report: "Report") -> None:
    delivered = number_of(report.delivered, "batch", "batches")
    show(f"delivered: {delivered} in {number_of(report.requests, 'request')}")
    for refused in report.refused:
        show(clean(f"refused: {refused.item}: {refused.reason}"))
    if report.waiting:
        kept = number_of(report.waiting, "batch", "batches")
        say(clean(f"not delivered: {kept}, kept for the next time: {report.failures[-1]}"))
