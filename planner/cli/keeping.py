"""`planner backup`, `planner restore` and `planner purge`: looking after the database."""

import argparse
from datetime import timedelta
from pathlib import Path

from planner.cli.output import DONE, Commands, number_of, say, show
from planner.cli.shared_options import whole_number


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    _add_backup(commands, common)
    _add_restore(commands, common)
    _add_purge(commands, common)


def _add_backup(commands: Commands, common: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "backup",
        parents=[common],
        help="copy the database while it is in use",
        description="Copy the database to a new file while it is in use. A plain copy of the file "
        "would lack what was written last.",
    )
    command.add_argument("file", metavar="FILE", type=Path, help="new file to write")
    command.add_argument("--database", metavar="URL", help="default: that of the dashboard")
    command.set_defaults(run=_back_up)


def _add_restore(commands: Commands, common: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "restore",
        parents=[common],
        help="bring a backup back in the place of the database",
        description="Check a backup and put its content in the place of the database, which is "
        "kept beside it. The release service and runs must be stopped first.",
    )
    command.add_argument("file", metavar="BACKUP", type=Path, help="what `planner backup` wrote")
    command.add_argument("--database", metavar="URL", help="default: that of the dashboard")
    command.set_defaults(run=_restore)


def _add_purge(commands: Commands, common: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "purge",
        parents=[common],
        help="put old runs into the bin, and empty it of what is older",
        description="Delete for good what has been in the bin for 30 days, and put runs into it "
        "that ended long ago.",
    )
    add = command.add_argument
    add("--runs", type=whole_number(1, 36_500), metavar="DAYS", help="runs that ended before")
    add("--bin", type=whole_number(0, 36_500), default=30, metavar="DAYS", help="default: 30")
    add("--database", metavar="URL", help="default: that of the dashboard")
    command.set_defaults(run=_purge)


def _back_up(options: argparse.Namespace) -> int:
    from planner.store.backup import back_up

    size = back_up(options.file, options.database)
    show(f"{options.file}: {size / 2**20:,.1f} MB, checked")
    return DONE


def _restore(options: argparse.Namespace) -> int:
    from planner.store.backup import restore

    kept = restore(options.file, options.database)
    if kept is not None:
        say(f"the database as it was: {kept}")
    show(f"{options.file} is the database now")
    return DONE


def _purge(options: argparse.Namespace) -> int:
    from planner.store import Store

    with Store(options.database) as store:
        binned = store.purge(timedelta(days=options.runs)) if options.runs else 0
        gone = store.empty_bin(timedelta(days=options.bin))
    show(f"{number_of(binned, 'run')} put into the bin, {gone:,} things deleted for good")
    return DONE
