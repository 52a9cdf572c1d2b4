"""`planner import`: files as they really are to a scenario folder, with everything assumed said."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from planner.cli import files
from planner.cli.output import DONE, FAILED, clean, number_of, say, show
from planner.errors import PlannerError, RefusedFileError, ScenarioError, Severity
from planner.files import write_bytes
from planner.intake import (
    Imported,
    ImportedFiles,
    Limits,
    Question,
    bytes_of,
    grouped,
    import_tables,
    read_memory,
    read_words,
    rejected_csv,
    with_remembered,
    write_memory,
)
from planner.reader import COLUMNS, scenario_from_tables
from planner.reader.tables import write_tables
from planner.validator import validate

Answers = tuple[tuple[str, str], ...]
GROUPS_SHOWN = 100


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the options of an import into a folder."""
    command.add_argument("files", metavar="FILE", nargs="+", help="table, workbook, zip or folder")
    command.add_argument("--out", metavar="DIR", help="scenario folder to write")
    _repeated(command, "--answer", "KEY=VALUE", "answer a question, such as priority=low")
    _repeated(command, "--column", "SHEET/HEADING=MEANING", "say what a column holds, or none")
    _repeated(command, "--kind", "SHEET=KIND", "say what a sheet holds, such as orders, or none")
    _repeated(command, "--words", "FILE", "more words for headings, in the form of the lexicon")
    command.add_argument(
        "--mappings", metavar="FILE", help="JSON file in which meanings are remembered per header"
    )


def _repeated(command: argparse.ArgumentParser, name: str, form: str, told: str) -> None:
    command.add_argument(
        name, metavar=form, action="append", default=[], help=f"{told}; may be repeated"
    )


def run(options: argparse.Namespace) -> int:
    """Import, report, write; 0 if all rows were imported and nothing is left to ask."""
    _refuse_own_folder(options)
    answers = answers_of(options)
    memory = read_memory(options.mappings) if options.mappings else {}
    done = _imported(options, answers, memory)
    if done.unknown_answers:
        raise PlannerError("; ".join(done.unknown_answers))
    _report(done)
    if not done.is_ready:
        say("nothing is written: answer the questions, or put the findings right")
        return FAILED
    _say_whether_it_plans(done)
    if options.out:
        _write(done, Path(options.out))
    if options.mappings:
        _remember(done, memory, options.mappings)
    return FAILED if any(f.severity == Severity.ERROR for f in done.all_findings) else DONE


def _refuse_own_folder(options: argparse.Namespace) -> None:
    """Refuse to write over a file that is read."""
    target = Path(options.out).resolve() if options.out else None
    for file in options.files:
        read = Path(file).resolve()
        if target is not None and target in (read, read.parent):
            raise PlannerError(f"--out {options.out} would overwrite {file}: give another folder")
    files.keep_what_is_read([*options.files, *options.words], _path(options.mappings))


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def answers_of(options: argparse.Namespace) -> Answers:
    """Return what was answered and assigned; raises `PlannerError` for what is neither."""
    answers = [
        _pair(text, "--answer", "KEY=VALUE, such as priority=low") for text in options.answer
    ]
    for text in options.column:
        place, meaning = _pair(text, "--column", "SHEET/HEADING=MEANING, such as Jobs/Ship=due")
        sheet, _, heading = place.rpartition("/")
        key = f"meaning:{sheet}:{heading}" if sheet else f"meaning:{heading}"
        answers.append((key, "-" if meaning == "none" else meaning))
    for text in options.kind:
        sheet, kind = _pair(text, "--kind", "SHEET=KIND, such as Jobs=orders")
        answers.append((f"kind:{sheet}", kind))
    return tuple(answers)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    key, equals, value = text.rpartition("=")
    if not equals or not key:
        raise PlannerError(f"{option} {text}: write {form}")
    return key, value


def _imported(
    options: argparse.Namespace, answers: Answers, memory: dict[str, str]
) -> ImportedFiles:
    words = [read_words(path) for path in options.words]
    if len(options.files) == 1:
        return import_tables(options.files[0], answers=answers, memory=memory, words=words)
    try:
        opened = [bytes_of(file, "", Limits()) for file in options.files]
    except RefusedFileError as refused:
        raise PlannerError(str(refused.finding)) from refused
    named = [(name, data) for data, name in opened]
    return import_tables(named, answers=answers, memory=memory, words=words)


def _report(done: ImportedFiles) -> None:
    for part in done.parts:
        show(clean(f"{part.file}: {_summary(part)}"))
    for text in done.all_assumptions:
        show(clean(f"assumed: {text}"))
    for question in done.all_questions:
        show_question(question)
    groups = grouped(done.all_findings)
    for group in groups[:GROUPS_SHOWN]:
        say(clean(f"{group.severity}: {group}"))
    if len(groups) > GROUPS_SHOWN:
        say(f"and {len(groups) - GROUPS_SHOWN} more kinds of findings")


def _summary(part: Imported) -> str:
    rows = number_of(len(part.table.rows) if part.table else 0, "row")
    gone = (("rejected", len(part.rejected)), ("left out", len(part.skipped)))
    counts = "".join(f", {count} {what}" for what, count in gone if count)
    return f"{part.kind or 'not known'}, {rows}{counts}"


def show_question(question: Question) -> None:
    """Print a question with the ways to answer it."""
    start = "question" if question.is_blocking else f"question (taken as {question.default})"
    lines = [
        f"{start}: {question.text}",
        *(f"    --answer '{question.key}={o.value}'  {o.label}" for o in question.options),
    ]
    show(clean("\n".join(lines)))


def _say_whether_it_plans(done: ImportedFiles) -> None:
    """Say what would keep the result from being planned."""
    try:
        findings: Sequence[object] = validate(scenario_from_tables(done.tables))
    except ScenarioError as error:
        findings = error.findings or (error,)
    stopping = [f for f in findings if getattr(f, "severity", Severity.ERROR) == Severity.ERROR]
    if not stopping:
        show("the result can be planned")
        return
    say("the result cannot be planned as it is:")
    for finding in stopping[:GROUPS_SHOWN]:
        say(clean(f"    {finding}"))


def _write(done: ImportedFiles, folder: Path) -> None:
    tables = done.tables
    old = [name for name in COLUMNS if name not in tables.files and (folder / name).exists()]
    if old:
        raise PlannerError(f"{folder} has {', '.join(old)} of another import: give another folder")
    write_tables(tables, folder)
    show(clean(f"written to {folder}"))
    for part in done.parts:
        if part.rejected:
            path = folder / f"rejected-{part.title.removesuffix('.csv')}.txt"
            write_bytes(path, rejected_csv(part))
            show(clean(f"rejected rows with reasons: {path}"))


def _remember(done: ImportedFiles, memory: dict[str, str], path: str) -> None:
    for part in (*done.parts, *done.left_out):
        if part.mapping.kind or part.mapping.answered("kind"):
            memory = with_remembered(memory, part.mapping)
    write_memory(path, memory)
