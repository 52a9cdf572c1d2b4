"""Files to canonical tables: one file, or all files of a scenario at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from planner.errors import Finding, RefusedFileError
from planner.intake.answering import answering_nothing, answers_for, labels, qualified
from planner.intake.files.cells import CellTable, Limits
from planner.intake.files.opening import bytes_of, opened, sniff
from planner.intake.giving_back.uploads import upload_of
from planner.intake.headings.lexicon import Raw, using
from planner.intake.reading.propose import Proposal, proposals
from planner.intake.reading.remembered import Memory, remembered
from planner.intake.reading.sheet_reading import Answers, Option, Question, SheetReading
from planner.intake.rows.apply import apply
from planner.intake.rows.imported import Imported
from planner.intake.shapes import renumbered, shaped
from planner.intake.shapes.same_headers import ALL
from planner.intake.together import run_times
from planner.intake.together.completing import Completed, completed
from planner.intake.together.routes import divided, without_second_orders
from planner.reader.tables import COLUMNS, Table, Tables

Given = bytes | str | Path
KEYS_OF_ALL = (run_times.KEY, "start", "origin", "year", "sheet", "eligibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFiles:
    """All tables of the files that were given, and what kept others out.

    `unknown_answers` are answers to which there is no question, each with the nearest there are.
    `left_out` are the sheets that nothing is planned with, `sheets` all that there are.
    """

    parts: tuple[Imported, ...] = ()
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    assumptions: tuple[str, ...] = ()
    settings: str = ""
    answers: Answers = ()
    name: str = "scenario"
    left_out: tuple[Imported, ...] = ()
    sheets: tuple[Imported, ...] = ()
    keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def tables(self) -> Tables:
        """Return the tables for `planner.reader.scenario_from_tables`."""
        files = self._completed.files
        return Tables(
            files={name: table for name, table in files.items() if name in COLUMNS},
            upload=self._upload(files),
            settings=self._completed.settings,
            name=self.name,
            sources=self._sources(files),
        )

    def _sources(self, files: Mapping[str, Table]) -> dict[str, str]:
        """Return the file each table is from; of several from one file the first alone has it."""
        sources: dict[str, str] = {}
        for part in self.parts:
            if part.name in files and part.file not in sources.values():
                sources[part.name] = part.file
        return sources

    def _upload(self, files: Mapping[str, Table]) -> str:
        upload = upload_of(self.parts, files)
        return upload.to_json() if upload else ""

    @property
    def _completed(self) -> Completed:
        return completed(self.parts, self.settings, dict(self.answers))

    @property
    def all_assumptions(self) -> tuple[str, ...]:
        """Return what was assumed, file by file, each with its file."""
        told = (f"{part.file}: {text}" for part in self.parts for text in part.assumptions)
        return (*told, *self.assumptions, *self._completed.assumptions)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return what was found, file by file."""
        return (*self.findings, *(f for part in self.parts for f in part.findings))

    @property
    def all_questions(self) -> tuple[Question, ...]:
        """Return what is still open."""
        asked = (*self.questions, *(q for part in self.parts for q in part.questions))
        could_say = any(o.value == "duration_minutes" for q in asked for o in q.options)
        later = self._completed.questions
        return (*asked, *(q for q in later if q.key != run_times.KEY or not could_say))

    @property
    def unknown_answers(self) -> tuple[str, ...]:
        """Return the answers to which there is no question, each with the nearest there are."""
        open_now = (q.key for q in self.all_questions)
        asked = (*self.keys, *open_now, *self._completed.keys, *KEYS_OF_ALL)
        return answering_nothing(self.answers, asked)

    @property
    def is_ready(self) -> bool:
        """Return whether there are orders and nothing has to be answered before planning."""
        has_orders = any(part.kind == "orders" for part in self.parts)
        open_questions = any(question.is_blocking for question in self.all_questions)
        return has_orders and not open_questions and all(p.is_ready for p in self.parts if p.kind)


def import_file(
    given: Given,
    name: str = "",
    *,
    mapping: SheetReading | None = None,
    answers: Answers = (),
    memory: Memory | None = None,
    limits: Limits | None = None,
) -> Imported:
    """Return the canonical table of a file, of its likeliest sheet if it has several.

    `mapping` is used as it is; without one the file's own is proposed, or the one `memory` has for
    its header. A file that cannot be read at all gives no table and the finding that says why.
    """
    try:
        data, name = bytes_of(given, name, limits or Limits())
        sheets = shaped(sniff(data, name, limits), answers)
    except RefusedFileError as refused:
        return _refused(name, refused)
    if mapping is not None:
        sheet = next((s for s in sheets if s.name == mapping.sheet), sheets[0])
        return apply(
            sheet, replace(mapping, answers=tuple(dict((*mapping.answers, *answers)).items()))
        )
    return _likeliest(sheets, answers, memory or {})


def _refused(name: str, refused: RefusedFileError) -> Imported:
    empty = SheetReading(kind="", header_row=0, columns=())
    return Imported(file=name, kind="", table=None, mapping=empty, findings=(refused.finding,))


def _likeliest(sheets: Sequence[CellTable], answers: Answers, memory: Memory) -> Imported:
    proposed = proposals(sheets, [answers] * len(sheets))
    parts = [
        renumbered(import_sheet(sheet, proposal, memory), sheet)
        for sheet, proposal in zip(sheets, proposed, strict=True)
    ]
    wanted = dict(answers).get("sheet")
    if wanted is not None:
        parts = [
            part for part, sheet in zip(parts, sheets, strict=True) if sheet.name == wanted
        ] or parts
    orders = [part for part in parts if part.kind == "orders" and part.table and part.table.rows]
    if len(orders) > 1:
        options = tuple(
            Option(value=part.mapping.sheet, label=part.mapping.sheet) for part in orders
        )
        question = Question(
            key="sheet", text="Which sheet has the orders to plan?", options=options
        )
        return replace(orders[0], questions=(question, *orders[0].questions))
    known = [part for part in parts if part.kind]
    best = (orders or known or parts)[0]
    return _with_others(best, [part for part in parts if part is not best])


def _with_others(best: Imported, others: Sequence[Imported]) -> Imported:
    if not others:
        return best
    names = ", ".join(part.mapping.sheet or part.file for part in others)
    said = f"of several sheets {best.mapping.sheet} is imported; not {names}"
    return replace(best, assumptions=(*best.assumptions, said))


def import_sheet(sheet: CellTable, proposal: Proposal, memory: Memory) -> Imported:
    """Return the canonical table of one sheet, with the reading proposed or remembered."""
    known = remembered(memory, proposal.mapping)
    joined = _joined_question(sheet) if sheet.joined else ()
    if known is not None:
        imported = apply(sheet, known)
        said = "the meanings are those remembered for this header"
        return replace(
            imported,
            assumptions=(said, *imported.assumptions),
            keys=(*proposal.keys, *imported.keys),
        )
    imported = apply(sheet, proposal.mapping)
    return replace(
        imported,
        questions=(*joined, *proposal.questions, *imported.questions),
        assumptions=tuple(dict.fromkeys((*proposal.assumptions, *imported.assumptions))),
        keys=(*proposal.keys, *imported.keys),
    )


def _joined_question(sheet: CellTable) -> tuple[Question, ...]:
    """Return the question which of several equal sheets count."""
    options = [Option(value=name, label=f"{name} alone") for name in sheet.joined]
    question = Question(
        key="sheet",
        text=f"The sheets {', '.join(sheet.joined)} have the same columns. Which of them count?",
        options=(Option(value=ALL, label="all of them together"), *options),
        default=ALL,
        sheet=sheet.title,
    )
    return (question,)


def import_tables(
    files: Iterable[tuple[str, bytes]] | str | Path,
    *,
    answers: Answers = (),
    mappings: Sequence[SheetReading] = (),
    memory: Memory | None = None,
    limits: Limits | None = None,
    words: Sequence[Raw] = (),
) -> ImportedFiles:
    """Return all tables of files, of a folder, of a zip, or of a workbook's sheets.

    `mappings` are used for the headers they were made for. Of two tables of one kind the first
    counts and the second is asked about. `words` are more words for headings, as `read_words`
    reads them.
    """
    with using(words):
        read = _read(files, limits or Limits())
        memory = {**(memory or {}), **{m.fingerprint: m.to_json() for m in mappings}}
        return _imported(read, answers, memory)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was in the files before anything of it is understood."""

    sheets: list[CellTable]
    findings: list[Finding]
    settings: str
    name: str


def _read(files: Iterable[tuple[str, bytes]] | str | Path, limits: Limits) -> _Read:
    findings: list[Finding] = []
    sheets: list[CellTable] = []
    settings, name = "", "scenario"
    for file, data in opened(files, limits, findings):
        name = PurePosixPath(file).stem if name == "scenario" else name
        if PurePosixPath(file).name == "scenario.toml":
            settings = data.decode("utf-8-sig", errors="replace")
            continue
        try:
            sheets += sniff(data, file, limits)
        except RefusedFileError as refused:
            findings.append(refused.finding)
    return _Read(sheets, findings, settings, name)


def _imported(read: _Read, answers: Answers, memory: Memory) -> ImportedFiles:
    sheets = shaped(read.sheets, answers)
    called = labels(sheets)
    given = [
        answers_for(label, answers, is_alone=len(called) == 1, title=sheet.title)
        for sheet, label in zip(sheets, called, strict=True)
    ]
    parts, keys = [], []
    proposed = proposals(sheets, given)
    for sheet, proposal, label in zip(sheets, proposed, called, strict=True):
        part = renumbered(import_sheet(sheet, proposal, memory), sheet)
        asked = tuple(qualified(question, label) for question in part.questions)
        keys += [qualified(Question(key=k, text="", options=()), label).key for k in part.keys]
        part = replace(part, questions=asked, label=label)
        parts += divided(part)
    parts = without_second_orders(parts)
    kept, questions, said = _one_of_each(parts, dict(answers))
    return ImportedFiles(
        parts=tuple(kept),
        questions=tuple(questions),
        findings=tuple(read.findings),
        assumptions=tuple(said),
        settings=read.settings,
        answers=answers,
        name=read.name,
        left_out=tuple(part for part in parts if not part.kind),
        sheets=tuple(parts),
        keys=tuple(keys),
    )


def _one_of_each(
    parts: Sequence[Imported], answers: dict[str, str]
) -> tuple[list[Imported], list[Question], list[str]]:
    kept: dict[str, Imported] = {}
    questions: list[Question] = []
    said: list[str] = []
    for name in dict.fromkeys(part.title for part in parts):
        same = [part for part in parts if part.title == name]
        if not name:
            continue
        chosen = next((p for p in same if p.file == answers.get(f"sheet:{name}")), None)
        kept[name] = chosen or same[0]
        if len(same) > 1 and chosen is None:
            options = tuple(Option(value=part.file, label=part.file) for part in same)
            text = f"Several tables could be {name}. Which one counts?"
            questions.append(Question(key=f"sheet:{name}", text=text, options=options))
    left = [part for part in parts if not part.title]
    for part in left:
        said.append(f"{part.file} is left out: nothing in it is planned with" if kept else "")
        questions += part.questions if kept else ()
    if not kept:
        return list(left), questions, []
    return list(kept.values()), questions, said
