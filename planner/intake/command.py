"""`planner import`: files as they really are to a scenario folder, with everything assumed said."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from planner.errors import Finding, PlannerError, RefusedFileError, Severity
from planner.intake.apply import Imported
from planner.intake.cells import Limits
from planner.intake.importing import ImportedFiles, import_tables
from planner.intake.mapping import Question
from planner.intake.memory import read_memory, with_remembered, write_memory
from planner.intake.opening import bytes_of
from planner.intake.rejected import rejected_csv
from planner.reader.tables import write_tables


class Commands(Protocol):
    """Where the command registers itself: what argparse returns for its sub-parsers."""

    def add_parser(
        self,
        name: str,
        *,
        parents: list[argparse.ArgumentParser],
        help: str,  # noqa: A002 -- argparse's name
        description: str,
    ) -> argparse.ArgumentParser:
        """Return the parser of a new command."""


def register(commands: Commands, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the command and return its parser."""
    command = commands.add_parser(
        "import",
        parents=[common],
        help="turn files of other systems into a scenario folder",
        description="Read CSV, XLSX, XLSM, XLSB and ODS as they are and write a scenario folder.",
    )
    command.add_argument("files", metavar="FILE", nargs="+", help="table, workbook, zip or folder")
    command.add_argument("--out", metavar="DIR", help="scenario folder to write")
    command.add_argument(
        "--answer",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="answer a question, such as priority=low; may be repeated",
    )
    command.add_argument(
        "--mappings", metavar="FILE", help="JSON file in which mappings are remembered per header"
    )
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Import, report, write; 0 if all rows were imported and nothing is left to ask."""
    answers = answers_of(options)
    memory = read_memory(options.mappings) if options.mappings else {}
    done = _imported(options.files, answers, memory)
    _report(done)
    if not done.is_ready:
        _say("nothing is written: answer the questions, or put the findings right")
        return 1
    if options.out:
        _write(done, Path(options.out))
    if options.mappings:
        for part in done.parts:
            memory = with_remembered(memory, part.mapping)
        write_memory(options.mappings, memory)
    return 1 if any(f.severity == Severity.ERROR for f in done.all_findings) else 0


def answers_of(options: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    """Return the answers that were given; raises `PlannerError` for what is none."""
    return tuple(_answer(text) for text in options.answer)


def _answer(text: str) -> tuple[str, str]:
    key, equals, value = text.rpartition("=")
    if not equals or not key:
        raise PlannerError(f"--answer {text}: write KEY=VALUE, such as priority=low")
    return key, value


def _imported(
    files: list[str], answers: tuple[tuple[str, str], ...], memory: dict[str, str]
) -> ImportedFiles:
    if len(files) == 1:
        return import_tables(files[0], answers=answers, memory=memory)
    try:
        opened = [bytes_of(file, "", Limits()) for file in files]
    except RefusedFileError as refused:
        raise PlannerError(str(refused.finding)) from refused
    named = [(name, data) for data, name in opened]
    return import_tables(named, answers=answers, memory=memory)


def _report(done: ImportedFiles) -> None:
    for part in done.parts:
        rows = len(part.table.rows) if part.table else 0
        rejected = f", {len(part.rejected)} rejected" if part.rejected else ""
        _show(f"{part.file}: {part.kind or 'not known'}, {rows} rows{rejected}")
    for text in done.all_assumptions:
        _show(f"assumed: {text}")
    for question in done.all_questions:
        show_question(question)
    for finding in _first(done.all_findings):
        _say(f"{finding.severity}: {finding}")


def _first(findings: Iterable[Finding], most: int = 100) -> list[Finding]:
    listed = list(findings)
    if len(listed) > most:
        _say(f"the first {most} of {len(listed)} findings:")
    return listed[:most]


def show_question(question: Question) -> None:
    """Print a question with the ways to answer it."""
    start = "question" if question.is_blocking else f"question (taken as {question.default})"
    lines = [
        f"{start}: {question.text}",
        *(f"    --answer '{question.key}={o.value}'  {o.label}" for o in question.options),
    ]
    _show("\n".join(lines))


def _write(done: ImportedFiles, folder: Path) -> None:
    write_tables(done.tables, folder)
    _show(f"written to {folder}")
    for part in done.parts:
        if part.rejected:
            path = folder / _rejected_name(part)
            path.write_bytes(rejected_csv(part))
            _show(f"rejected rows with reasons: {path}")


def _rejected_name(part: Imported) -> str:
    return f"rejected-{part.name.removesuffix('.csv')}.txt"


def _clean(text: str) -> str:
    letters = (c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
    return "".join(letters)


def _show(text: str) -> None:
    sys.stdout.write(_clean(text) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(_clean(text) + "\n")
