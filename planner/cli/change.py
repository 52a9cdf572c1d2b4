"""`planner change`: change a schedule by hand, and see what follows."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli import printing
from planner.cli.files import keep_what_is_read, read_both, refuse_filled, write_schedule
from planner.cli.output import DONE, FAILED, Commands, clean, say, show
from planner.domain import Scenario

if TYPE_CHECKING:
    from planner.calendars import Clock
    from planner.changes import PlanChange


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "change",
        parents=[common],
        help="change a schedule by hand, and see what follows",
        description="Move, join, split, pin, leave out, add, close: one change after the other.",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    add_changes(command, required=True)
    command.add_argument("--out", type=Path, metavar="FILE", help=".csv or .json")
    command.add_argument(
        "--scenario-out",
        type=Path,
        metavar="FOLDER",
        help="write the changed scenario into a new folder: new orders, dates, hours, pins",
    )
    command.add_argument("--json", action="store_true", help="the difference as JSON")
    command.set_defaults(run=run)


def add_changes(command: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the option that says what to change."""
    command.add_argument(
        "--change",
        action="append",
        default=[],
        required=required,
        metavar="JSON",
        help='such as {"kind": "move", "operations": ["A"], "machine": "M1"}, or @FILE with a '
        "list of them; may be repeated",
    )


def changes_given(texts: list[str], clock: "Clock") -> "tuple[PlanChange, ...]":
    """Return the changes of the option, also those in files that it names."""
    from planner.changes import changes_from_text

    read = (Path(text[1:]).read_bytes() if text.startswith("@") else text for text in texts)
    return tuple(change for text in read for change in changes_from_text(text, clock))


def run(options: argparse.Namespace) -> int:
    """Show what each change does; 0 if all could be made."""
    from planner.changes import History, Refused, Standing, difference
    from planner.strict_json import json_text

    keep_what_is_read([options.scenario, options.schedule], options.out)
    scenario, schedule = read_both(options.scenario, options.schedule)
    start = Standing(scenario=scenario, schedule=schedule)
    history = History(standing=start)
    changes = changes_given(options.change, scenario.clock)
    for change in changes:
        made = history.apply(change)
        if isinstance(made, Refused):
            say(clean(f"{change.kind}: {made.said} (rule {made.rule})"))
            if made.nearest is not None:
                from planner.changes import change_to_json

                say(clean(f"    nearest that works: {json_text(change_to_json(made.nearest))}"))
            return FAILED
        history = made
        if not options.json:
            show(clean(f"{change.kind}: {made.done[-1].difference.summary}"))
    end = history.standing
    told = difference(start, end)
    if options.out is not None:
        write_schedule(end.scenario, end.schedule, options.out)
        say(f"written: {options.out}")
    _write_scenario(options, changes, scenario, end.scenario)
    if options.json:
        show(json_text(told.to_json()))
        return DONE
    show(clean(f"all together: {told.summary}; cost {told.cost_before:,} before, "
               f"{told.cost_after:,} now"))  # fmt: skip
    certified = printing.show_certificate(end.scenario, end.schedule, "changed schedule")
    return DONE if certified else FAILED


def _write_scenario(
    options: argparse.Namespace,
    changes: "tuple[PlanChange, ...]",
    before: Scenario,
    after: Scenario,
) -> None:
    """Write the changed scenario where that was asked for; else say that it is another one."""
    if options.scenario_out is None:
        if options.out is not None and after != before:
            say("the scenario is changed, too: --scenario-out FOLDER writes it")
        return
    from planner.changes import tables_after
    from planner.reader import read_tables, write_tables

    refuse_filled(options.scenario_out)
    write_tables(tables_after(read_tables(options.scenario), changes, after), options.scenario_out)
    say(f"written: {options.scenario_out}")
