"""`planner export`: a schedule in another format."""

import argparse
from pathlib import Path

from planner import files
from planner.cli.files import keep_what_is_read, read_both, write_schedule
from planner.cli.output import DONE, Commands, say, show
from planner.domain import Scenario
from planner.errors import WrongUseError
from planner.schedule import Schedule

# Those of planner.writer, which the parser of all commands must not import.
KINDS = ("csv", "json", "xlsx", "ics", "png", "svg", "lists.html", "html")
BINARY = ("png", "xlsx")
UPLOAD = "upload.csv"


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        parents=[common],
        help="write a schedule in another format",
        description="Write a schedule with wall-clock times: a table (csv, json), the imported "
        "order file with the plan behind its columns (upload.csv), a workbook (xlsx), a calendar "
        "(ics), a chart (png, svg, html) or work lists to print (lists.html).",
    )
    command.add_argument("scenario", metavar="SCENARIO", help="folder, zip file or workbook")
    command.add_argument("schedule", metavar="SCHEDULE", help="schedule as CSV or JSON")
    command.add_argument(
        "--format", choices=(*KINDS, UPLOAD), help="default: by the name of FILE, else csv"
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    command.add_argument("--machine", metavar="NAME", help="ics and lists.html: only this machine")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the schedule; 0 when done."""
    kind = _kind(options)
    keep_what_is_read([options.scenario, options.schedule], options.out)
    scenario, schedule = read_both(options.scenario, options.schedule)
    if options.out is None:
        show(_text(scenario, schedule, kind, options.machine))
        return DONE
    if kind == UPLOAD:
        _give_back(options, scenario, schedule)
    else:
        write_schedule(scenario, schedule, options.out, machine=options.machine)
    say(f"written: {options.out}")
    return DONE


def _give_back(options: argparse.Namespace, scenario: Scenario, schedule: Schedule) -> None:
    from planner.intake import uploaded_csv
    from planner.reader import read_tables

    if options.machine is not None:
        raise WrongUseError(f"a {UPLOAD} file holds all machines; leave out --machine")
    given_back = uploaded_csv(read_tables(options.scenario), scenario, schedule)
    files.write_bytes(options.out, given_back)


def _text(scenario: Scenario, schedule: Schedule, kind: str, machine: str | None) -> str:
    from planner import writer

    data = writer.exported(kind, scenario, schedule, machine)
    return data.decode("utf-8-sig").removesuffix("\n")


def _kind(options: argparse.Namespace) -> str:
    """Return the format: as asked for, or as the name of the file says."""
    if options.out is None:
        if options.format in (*BINARY, UPLOAD):
            raise WrongUseError(f"--format {options.format} needs --out FILE")
        return str(options.format or KINDS[0])
    name = options.out.name.lower()
    kind = next((kind for kind in (UPLOAD, *KINDS) if name.endswith(f".{kind}")), None)
    if kind is None or options.format not in (None, kind):
        endings = options.format or ", .".join((*KINDS, UPLOAD))
        raise WrongUseError(f"--out {options.out} must end in .{endings}")
    return kind
