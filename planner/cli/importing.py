"""`planner import`: files to a scenario, or a history of any length into the database."""

import argparse
import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli import importing_files as files
from planner.cli.files import keep_what_is_read
from planner.cli.output import DONE, FAILED, Commands, clean, say, show
from planner.errors import PlannerError, WrongUseError
from planner.files import Replacement

if TYPE_CHECKING:  # a database takes a second to import
    from planner.intake import SheetReading, Streamed
    from planner.store import Store

FINDINGS_SHOWN = 100
BATCH = 5_000
MAPPING = "history:"


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "import",
        parents=[common],
        help="turn files of other systems into a scenario folder",
        description="Read CSV, XLSX, XLSM, XLSB and ODS as they are and write a scenario folder.",
    )
    files.add_arguments(command)
    group = command.add_argument_group(
        "history", "Past orders in a CSV of any length go into the database, in constant memory."
    )
    group.add_argument("--history", action="store_true", help="import past orders")
    group.add_argument("--database", metavar="URL", help="default: that of the dashboard")
    group.add_argument(
        "--rejected", type=Path, metavar="FILE", help="rows that are not orders, and why"
    )
    group.add_argument("--again", action="store_true", help="delete what there is of this file")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import; 0 if all rows were imported and nothing is left to ask."""
    if not options.history:
        for name in ("database", "rejected", "again"):
            if getattr(options, name):
                raise WrongUseError(f"--{name} needs --history")
        return files.run(options)
    if len(options.files) != 1 or options.out or options.mappings:
        raise WrongUseError("--history takes one FILE, and neither --out nor --mappings")
    from planner.store import Store

    keep_what_is_read(options.files, options.rejected)
    with Store(options.database) as store:
        return _import(store, Path(options.files[0]), options)


def _import(store: "Store", path: Path, options: argparse.Namespace) -> int:
    from planner.store import delete_import, file_fingerprint, import_of, import_orders

    fingerprint = file_fingerprint(path)
    begun = import_of(store, fingerprint)
    if begun is not None and options.again:
        delete_import(store, begun.id)
        begun = None
    if begun is not None and begun.finished is not None:
        say(f"{path.name} is in the database already, with {begun.rows:,} rows; --again replaces")
        return DONE
    streamed = _streamed(path, options, _mapping(store, fingerprint) if begun else None)
    if not streamed.is_ready:
        say("nothing is stored: answer the questions, or put the findings right")
        return FAILED
    if begun is not None:
        say(f"goes on behind row {begun.rows:,}, read as it was begun")
    store.set_setting(MAPPING + fingerprint, streamed.mapping.to_json())
    with ExitStack() as stack:
        bad = _Rejected(streamed, stack, options.rejected)
        rows = _rows(streamed, bad)
        done = import_orders(store, rows, fingerprint, batch_size=BATCH, on_batch=_say_progress)
    store.set_setting(MAPPING + fingerprint, None)
    show(f"{path.name}: {done.rows:,} past orders stored, {bad.count:,} rows rejected")
    return FAILED if bad.count else DONE


def _mapping(store: "Store", fingerprint: str) -> "SheetReading | None":
    """Return how the file was read when its import began: other answers would mix two readings."""
    from planner.intake import SheetReading

    kept = store.setting(MAPPING + fingerprint)
    return None if kept is None else SheetReading.from_json(kept)


def _streamed(
    path: Path, options: argparse.Namespace, mapping: "SheetReading | None"
) -> "Streamed":
    from planner.errors import RefusedFileError
    from planner.intake import stream

    try:
        streamed = stream(path, mapping=mapping, answers=files.answers_of(options))
    except RefusedFileError as refused:
        raise PlannerError(str(refused.finding)) from refused
    if streamed.mapping.kind not in ("", "orders"):
        raise PlannerError(f"{path.name} holds {streamed.mapping.kind}; a history is of orders")
    for text in streamed.assumptions:
        show(clean(f"assumed: {text}"))
    for question in streamed.questions:
        files.show_question(question)
    for finding in streamed.findings:
        say(clean(f"{finding.severity}: {finding}"))
    return streamed


class _Rejected:
    """Counts rejected rows, says why the first were, and writes all of them to a file."""

    def __init__(self, streamed: "Streamed", stack: ExitStack, path: Path | None) -> None:
        from planner.intake import disarmed

        self.count = 0
        self._told = 0
        self._out: Any = None
        if path is not None:
            file = stack.enter_context(Replacement()).open_text(path, "utf-8-sig")
            self._out = csv.writer(file, delimiter=streamed.mapping.delimiter or ",")
            self._out.writerow([*map(disarmed, streamed.mapping.places), "row", "reason"])

    def add(self, batch: Any) -> None:
        """Take the bad rows of a batch."""
        from planner.intake import disarmed, shown

        self.count += len(batch.rejected)
        for finding in batch.findings[: FINDINGS_SHOWN - self._told]:
            say(clean(f"{finding.severity}: {finding}"))
        self._told = min(FINDINGS_SHOWN, self._told + len(batch.findings))
        if self._out is not None:
            for row in batch.rejected:
                cells = [disarmed(shown(cell)) for cell in row.cells]
                self._out.writerow([*cells, row.line, disarmed(row.reason)])


def _rows(streamed: "Streamed", bad: _Rejected) -> Iterator[dict[str, str]]:
    for batch in streamed.batches(BATCH):
        bad.add(batch)
        columns = batch.table.columns
        machine = "current_machine" if "machine" in columns else "machine"
        named = [machine if name == "current_machine" else name for name in columns]
        for row in batch.table.rows:
            yield dict(zip(named, row, strict=True))


def _say_progress(rows: int) -> None:
    if rows % 100_000 < BATCH:
        say(f"{rows:,} rows stored")
