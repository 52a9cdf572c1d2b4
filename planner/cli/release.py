"""`planner release serve`: take orders over HTTP and release batches."""

import argparse
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from planner.cli.output import DONE, Commands, say
from planner.cli.publish import add_sending, sending
from planner.cli.shared_options import number, port, positive_seconds, whole_number
from planner.errors import WrongUseError

if TYPE_CHECKING:  # what serves takes a second to import
    from planner.service.app import ServiceSettings
    from planner.service.live_policies import ReleaseRules, Rule

POLICIES = ("full", "timeout", "by-rate", "continuous")


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "release",
        parents=[common],
        help="serve: take orders over HTTP and release them in batches",
        description=(
            "Take orders over HTTP, keep them in the database, and release them in batches: when "
            "full, after a time-out, by the rate of their arrival (by-rate), or into places "
            "(continuous)."
        ),
    )
    command.add_argument("action", choices=("serve",), help="what to do")
    _add_policy(command)
    _add_place(command)
    command.add_argument(
        "--publish", metavar="URL", help="send released batches to an MES, each exactly once"
    )
    add_sending(command)
    command.set_defaults(run=run)


def _add_policy(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--policy", choices=POLICIES, default="timeout", help="default: timeout")
    add("--size", type=whole_number(1), default=50, metavar="N", help="orders or places (50)")
    add("--wait", type=positive_seconds, default=1800.0, metavar="S", help="most seconds (1800)")
    add(
        "--margin",
        type=number(0, 1e7),
        default=0.0,
        metavar="S",
        help="by-rate: seconds before due",
    )
    add("--family", action="append", default=[], metavar="NAME=SIZE,SECONDS", help="its own rule")
    add("--capacity", action="append", default=[], metavar="DIMENSION=MOST", help="of a batch")
    add("--flush-at", type=_time, action="append", default=[], metavar="HH:MM", help="shift end")
    add("--keep-buffers", action="store_true", help="do not release what waits when stopping")


def _add_place(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    add("--open-to-network", action="store_true", help="let anybody reach it: no sign-in yet")
    add("--name", action="append", default=[], metavar="HOST", help="name others know it by")
    add("--port", type=port, default=8650, metavar="N", help="default: 8650; 0: any")
    add("--database", metavar="URL", help="default: that of the dashboard")
    add("--most-pending", type=whole_number(1), default=20_000, metavar="N", help="not yet stored")
    add("--most-waiting", type=whole_number(1), default=1_000_000, metavar="N", help="in buffers")
    add("--take-over", action="store_true", help="the process that released before is gone")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from planner.service.app import serve
    from planner.store import Store

    settings = _settings(options)
    with Store(options.database) as store:
        if not settings.is_local:
            say(f"anybody who can reach {options.host} can send orders")
        serve(store, settings, lambda port: say(f"listening on http://{options.host}:{port}"))
    say("stopped; every acknowledged order is kept")
    return DONE


def _settings(options: argparse.Namespace) -> "ServiceSettings":
    from planner.publish import destination_in
    from planner.service.app import ServiceSettings
    from planner.service.desk import Room
    from planner.service.live_policies import PolicyName, live_policy

    destination = None if options.publish is None else destination_in(options.publish)
    return ServiceSettings(
        policy=live_policy(PolicyName(options.policy), _rules(options), options.margin),
        host=options.host,
        port=options.port,
        is_open_to_network=options.open_to_network,
        names=tuple(options.name),
        room=Room(pending=options.most_pending, waiting=options.most_waiting),
        flush_at=tuple(options.flush_at),
        flush=not options.keep_buffers,
        take_over=options.take_over,
        destination=None if destination is None else destination.address,
        publishing=sending(options, {} if destination is None else destination.headers),
    )


def _rules(options: argparse.Namespace) -> "ReleaseRules":
    from planner.service.live_policies import ReleaseRules, Rule

    return ReleaseRules(
        rule=Rule(size=options.size, wait=options.wait),
        by_family=dict(_family_rule(text) for text in options.family),
        capacity=dict(_capacity(text) for text in options.capacity),
    )


def _family_rule(text: str) -> tuple[str, "Rule"]:
    from planner.service.live_policies import Rule

    name, _, rule = text.rpartition("=")
    size, _, wait = rule.partition(",")
    try:
        return name, Rule(size=whole_number(1)(size), wait=positive_seconds(wait))
    except argparse.ArgumentTypeError as error:
        raise WrongUseError(f"--family {text!r} is not NAME=SIZE,SECONDS") from error


def _capacity(text: str) -> tuple[str, Decimal]:
    name, _, most = text.rpartition("=")
    try:
        value = Decimal(most)
    except InvalidOperation:
        value = Decimal(0)
    if not name or not value.is_finite() or value <= 0:
        raise WrongUseError(f"--capacity {text!r} is not DIMENSION=MOST, such as kg=500")
    return name, value


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 14:00") from error
