"""`planner simulate`: release policies on arriving orders, and which batch size to run."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.files import keep_what_is_read, read_scenario, write_schedule
from planner.cli.output import DONE, FAILED, Commands, aligned, number_of, say, show
from planner.cli.shared_options import number, whole_number
from planner.domain import Scenario
from planner.errors import PlannerError, WrongUseError

if TYPE_CHECKING:
    from planner.simulation.arrivals import Arrivals, ArrivalSource
    from planner.simulation.frontier import Frontier
    from planner.simulation.measures import Measures
    from planner.simulation.policies import Policy

ORDERS = 2000
# Twenty years, as far as a calendar reaches.
LONGEST_HOURS = 20 * 366 * 24
NOT_AVAILABLE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureColumn:
    """A column of the table: its heading, the figure, how it is written."""

    heading: str
    figure: str
    form: str = "{:,.1f}"
    is_share: bool = False


COLUMNS = (
    MeasureColumn(heading="orders/h", figure="throughput", form="{:,.3g}"),
    MeasureColumn(heading="copes with", figure="capacity", form="{:,.3g}"),
    MeasureColumn(heading="working", figure="utilisation", is_share=True),
    MeasureColumn(heading="changing over", figure="changeover_share", is_share=True),
    MeasureColumn(heading="batch", figure="batch_size"),
    MeasureColumn(heading="fill", figure="fill", is_share=True),
    MeasureColumn(heading="wait h", figure="queue"),
    MeasureColumn(heading="lead time h", figure="flow"),
    MeasureColumn(heading="95 %", figure="flow_95"),
    MeasureColumn(heading="99 %", figure="flow_99"),
    MeasureColumn(heading="late", figure="tardy_share", is_share=True),
    MeasureColumn(heading="cost/order", figure="cost", form="{:,.0f}"),
)


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "simulate",
        parents=[common],
        help="which batch size and waiting time to run",
        description="Simulate release policies on orders as they arrive, and recommend a batch "
        "size and a time-out with the reason.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="POLICY",
        help="policy to compare; may be repeated: one-by-one, full:SIZE, minimum:LEAST:SIZE, "
        "timeout:SIZE:MINUTES, flush:SIZE:MINUTES, load:SHARE:MINUTES, adaptive:SIZE:WORTH, "
        "next-arrival:SIZE, dynamic:SIZE, places:PLACES, whole:PLACES, rolling:MINUTES "
        "(default: the usual ones with the recommended size)",
    )
    _add_arrivals(command)
    _add_runs(command)
    command.add_argument(
        "--schedule", type=Path, metavar="FILE", help="write the first policy's run as CSV or JSON"
    )
    command.set_defaults(run=run)


def _add_runs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--replications",
        type=whole_number(1, 10_000),
        default=5,
        metavar="N",
        help="runs (default: 5)",
    )
    command.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N", help="of chance (default: 0)"
    )
    command.add_argument(
        "--stickiness",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="how much longer, in changeovers, another family must have waited (default: 0)",
    )


def _add_arrivals(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--arrivals",
        choices=("replay", "poisson"),
        help="the file's orders at their releases, or drawn like them (default: replay if the "
        "file has releases)",
    )
    command.add_argument(
        "--orders",
        type=whole_number(1, 10_000_000),
        default=ORDERS,
        metavar="N",
        help="how many are drawn",
    )
    command.add_argument(
        "--per-hour", type=number(1e-6, 1e9), metavar="R", help="drawn orders per hour"
    )
    command.add_argument(
        "--group", type=whole_number(1), default=1, metavar="N", help="orders that arrive together"
    )
    command.add_argument(
        "--day",
        type=_rates,
        default=(),
        metavar="R,R,...",
        help="24 relative rates, one per hour from the scenario's start",
    )
    command.add_argument(
        "--mix",
        type=_share,
        action="append",
        default=[],
        metavar="FAMILY=SHARE",
        help="relative share of a family among drawn orders; may be repeated",
    )


def run(options: argparse.Namespace) -> int:
    """Show the table, the frontier's knee and where policies break."""
    from planner.simulation.frontier import frontier_of, sensitivity
    from planner.simulation.laboratory import streams
    from planner.simulation.leaving_out import left_out_in_words

    keep_what_is_read([options.scenario], options.schedule)
    scenario = read_scenario(options.scenario)
    if left_out := left_out_in_words(scenario):
        say(left_out)
    source = _source(scenario, options)
    drawn = streams(scenario, source, _replications(source, options), options.seed)
    _say_arrivals(scenario, drawn)
    found = frontier_of(scenario, drawn[0], stickiness=options.stickiness)
    policies = _policies(scenario, options.policy, found)
    show(_table(scenario, policies, drawn, options.stickiness))
    show()
    show(f"Recommended: {found.reason}")
    show()
    rows = sensitivity(scenario, drawn[0], found.knee.setting, stickiness=options.stickiness)
    show(f"{found.knee.setting.name}, when orders arrive faster or slower:")
    show(_sensitivity_table(rows))
    if options.schedule:
        return _write(scenario, next(iter(policies.values()), found.knee.setting), drawn, options)
    return DONE


def _source(scenario: Scenario, options: argparse.Namespace) -> "ArrivalSource":
    from planner.simulation.arrivals import Generated, Replay, usual_source

    usual = usual_source(scenario, options.orders)
    drawn_only = options.per_hour or options.group > 1 or options.day or options.mix
    if options.arrivals == "replay":
        if drawn_only:
            raise WrongUseError("--per-hour, --group, --day and --mix go with --arrivals poisson")
        return Replay()
    if options.arrivals is None and not drawn_only:
        return usual
    rate = options.per_hour or _rate_of_file(scenario, usual)
    if options.orders > LONGEST_HOURS * rate:
        raise WrongUseError(
            f"{options.orders:,} orders at {rate:.3g} an hour take longer than 20 years\n"
            "    Draw fewer with --orders, or more an hour with --per-hour."
        )
    return Generated(
        orders=options.orders,
        per_hour=rate,
        group=options.group,
        day=options.day,
        mix=dict(options.mix),
    )


def _rate_of_file(scenario: Scenario, usual: "ArrivalSource") -> float:
    from planner.simulation.arrivals import Generated, Replay

    if isinstance(usual, Generated):
        return usual.per_hour
    span = max((order.release for order in scenario.orders), default=0)
    hours = span / scenario.clock.units_per_hour
    if not isinstance(usual, Replay) or not hours:
        raise WrongUseError("the file's orders have no rate; give --per-hour")
    return len(scenario.orders) / hours


def _replications(source: "ArrivalSource", options: argparse.Namespace) -> int:
    from planner.simulation.arrivals import Replay

    return 1 if isinstance(source, Replay) else int(options.replications)


def _say_arrivals(scenario: Scenario, drawn: Sequence["Arrivals"]) -> None:
    rate = drawn[0].per_hour(scenario)
    what = "replayed from the file" if drawn[0].replayed else "drawn at random"
    often = "all at once" if rate is None else f"{rate:.3g} an hour"
    runs = f", {number_of(len(drawn), 'run')}" if len(drawn) > 1 else ""
    say(f"{number_of(len(drawn[0]), 'order')} {what}, {often}{runs}")


def _policies(
    scenario: Scenario, names: Sequence[str], found: "Frontier"
) -> Mapping[str, "Policy | str"]:
    """Return the policies to show by their names; a rolling plan stays text."""
    from planner.simulation.naming import policy_named, usual_policies

    if not names:
        return {policy.name: policy for policy in usual_policies(scenario, found.knee.setting)}
    chosen: dict[str, Policy | str] = {}
    for name in names:
        if name.startswith("rolling"):
            chosen[name] = name
            continue
        try:
            policy = policy_named(name)
        except PlannerError as error:
            raise WrongUseError(str(error)) from error
        chosen[policy.name] = policy
    return chosen


def _table(
    scenario: Scenario,
    policies: Mapping[str, "Policy | str"],
    drawn: Sequence["Arrivals"],
    stickiness: int,
) -> str:
    header = ("policy", *(column.heading for column in COLUMNS), "limit")
    rows = []
    for name, policy in policies.items():
        measures = tuple(_measured(scenario, policy, each, stickiness) for each in drawn)
        cells = (_cell(column, measures) for column in COLUMNS)
        rows.append((name, *cells, _breaks(scenario, policy, drawn[0], stickiness)))
    return aligned(header, rows)


def _measured(
    scenario: Scenario, policy: "Policy | str", arrivals: "Arrivals", stickiness: int
) -> "Measures":
    from planner.simulation.laboratory import Laboratory
    from planner.simulation.rolling import rolling_named

    if isinstance(policy, str):
        rolling = rolling_named(policy)
        say(f"{rolling.name}, {number_of(len(arrivals), 'order')}: this takes a while")
        return rolling.run(scenario, arrivals).measures
    return Laboratory(scenario, arrivals).run(policy, stickiness=stickiness).measures


def _cell(column: MeasureColumn, measures: tuple["Measures", ...]) -> str:
    from planner.simulation.laboratory import intervals

    found = intervals(measures)[column.figure]
    if found is None:
        return NOT_AVAILABLE
    form = "{:.0%}" if column.is_share else column.form
    text = form.format(found.mean)
    if len(measures) == 1 or column.is_share:
        return text
    return f"{text}±{form.format(found.half_width)}"


def _breaks(
    scenario: Scenario, policy: "Policy | str", arrivals: "Arrivals", stickiness: int
) -> str:
    from planner.simulation.frontier import limit

    if isinstance(policy, str):
        return NOT_AVAILABLE
    found = limit(scenario, arrivals, policy, stickiness=stickiness)
    if found.per_hour is None:
        return NOT_AVAILABLE
    return f"{found.per_hour:.3g}/h" + ("" if found.factor is None else f" ({found.factor:.2f}x)")


def _sensitivity_table(rows: Sequence[tuple[float, "Measures"]]) -> str:
    shown = [column for column in COLUMNS if column.figure in _SENSITIVE]
    header = ("arrivals", *(column.heading for column in shown))
    return aligned(
        header,
        [(f"{f:.1f}x", *(_cell(column, (measures,)) for column in shown)) for f, measures in rows],
    )


_SENSITIVE = ("throughput", "utilisation", "changeover_share", "flow", "flow_95", "tardy_share")


def _write(
    scenario: Scenario,
    policy: "Policy | str",
    drawn: Sequence["Arrivals"],
    options: argparse.Namespace,
) -> int:
    from planner.checker import check
    from planner.simulation.laboratory import Laboratory
    from planner.simulation.rolling import rolling_named
    from planner.simulation.schedules import schedule_of

    if isinstance(policy, str):
        ran = rolling_named(policy).run(scenario, drawn[0])
    else:
        ran = Laboratory(scenario, drawn[0]).run(policy, stickiness=options.stickiness)
    made, schedule = schedule_of(ran)
    violations = check(made, schedule)
    write_schedule(made, schedule, options.schedule)
    say(f"{options.schedule}: {ran.policy}, {number_of(len(violations), 'violation')}")
    return FAILED if violations else DONE


_relative = number(0, 1e9)


def _rates(text: str) -> tuple[float, ...]:
    return tuple(_relative(each) for each in text.split(","))


def _share(text: str) -> tuple[str, float]:
    family, equals, share = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not FAMILY=SHARE")
    return family, _relative(share)
