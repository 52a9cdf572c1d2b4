"""Files to canonical tables: one file, or all files of a scenario at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from planner.errors import Finding, RefusedFileError
from planner.intake import run_times
from planner.intake.apply import Imported, apply
from planner.intake.cells import Limits, Sheet
from planner.intake.completing import completed, lacks_run_time
from planner.intake.mapping import Mapping, Option, Question
from planner.intake.memory import Memory, remembered
from planner.intake.opening import bytes_of, opened, sniff
from planner.intake.propose import propose
from planner.intake.uploads import upload_of
from planner.reader.tables import Table, Tables

Answers = tuple[tuple[str, str], ...]
Given = bytes | str | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFiles:
    """All tables of the files that were given, and what kept others out."""

    parts: tuple[Imported, ...] = ()
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    assumptions: tuple[str, ...] = ()
    settings: str = ""
    answers: Answers = ()
    name: str = "scenario"

    @property
    def tables(self) -> Tables:
        """Return the tables for `planner.reader.scenario_from_tables`."""
        files, _ = completed(self._given, dict(self.answers))
        return Tables(
            files=files,
            upload=self._upload(files),
            settings=self.settings,
            name=self.name,
            sources={part.name: part.file for part in self.parts if part.name in files},
        )

    def _upload(self, files: dict[str, Table]) -> str:
        part = next((part for part in self.parts if part.name == "orders.csv"), None)
        upload = upload_of(part, files["orders.csv"]) if part and part.name in files else None
        return upload.to_json() if upload else ""

    @property
    def _given(self) -> dict[str, Table]:
        named = ((part.name, part.table) for part in self.parts if part.name)
        return {name: table for name, table in named if table is not None}

    @property
    def all_assumptions(self) -> tuple[str, ...]:
        """Return what was assumed, file by file, each with its file."""
        told = (f"{part.file}: {text}" for part in self.parts for text in part.assumptions)
        return (*told, *self.assumptions, *completed(self._given, dict(self.answers))[1])

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return what was found, file by file."""
        return (*self.findings, *(f for part in self.parts for f in part.findings))

    @property
    def all_questions(self) -> tuple[Question, ...]:
        """Return what is still open."""
        asked = (*self.questions, *(q for part in self.parts for q in part.questions))
        if lacks_run_time(self._given, dict(self.answers)):
            return (*asked, run_times.question())
        return asked

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
    mapping: Mapping | None = None,
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
        sheets = sniff(data, name, limits)
    except RefusedFileError as refused:
        return _refused(name, refused)
    if mapping is not None:
        sheet = next((s for s in sheets if s.name == mapping.sheet), sheets[0])
        return apply(
            sheet, replace(mapping, answers=tuple(dict((*mapping.answers, *answers)).items()))
        )
    return _likeliest(sheets, answers, memory or {})


def _refused(name: str, refused: RefusedFileError) -> Imported:
    empty = Mapping(kind="", header_row=0, columns=())
    return Imported(file=name, kind="", table=None, mapping=empty, findings=(refused.finding,))


def _likeliest(sheets: Sequence[Sheet], answers: Answers, memory: Memory) -> Imported:
    parts = [import_sheet(sheet, answers=answers, memory=memory) for sheet in sheets]
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


def import_sheet(sheet: Sheet, *, answers: Answers = (), memory: Memory | None = None) -> Imported:
    """Return the canonical table of one sheet, with the mapping proposed or remembered."""
    proposal = propose(sheet, answers=answers)
    known = remembered(memory or {}, proposal.mapping)
    if known is not None:
        imported = apply(sheet, known)
        said = "the mapping is the one remembered for this header"
        return replace(imported, assumptions=(said, *imported.assumptions))
    imported = apply(sheet, proposal.mapping)
    return replace(
        imported,
        questions=(*proposal.questions, *imported.questions),
        assumptions=tuple(dict.fromkeys((*proposal.assumptions, *imported.assumptions))),
    )


def import_tables(
    files: Iterable[tuple[str, bytes]] | str | Path,
    *,
    answers: Answers = (),
    mappings: Sequence[Mapping] = (),
    memory: Memory | None = None,
    limits: Limits | None = None,
) -> ImportedFiles:
    """Return all tables of files, of a folder, of a zip, or of a workbook's sheets.

    `mappings` are used for the headers they were made for. Of two tables of one kind the first
    counts and the second is asked about.
    """
    limits = limits or Limits()
    memory = {**(memory or {}), **{m.fingerprint: m.to_json() for m in mappings}}
    findings: list[Finding] = []
    parts: list[Imported] = []
    settings, name = "", "scenario"
    for file, data in opened(files, limits, findings):
        name = PurePosixPath(file).stem if name == "scenario" else name
        if PurePosixPath(file).name == "scenario.toml":
            settings = data.decode("utf-8-sig", errors="replace")
            continue
        try:
            sheets = sniff(data, file, limits)
        except RefusedFileError as refused:
            findings.append(refused.finding)
            continue
        parts += [import_sheet(sheet, answers=answers, memory=memory) for sheet in sheets]
    kept, questions, said = _one_of_each(parts, dict(answers))
    return ImportedFiles(
        parts=tuple(kept),
        questions=tuple(questions),
        findings=tuple(findings),
        assumptions=tuple(said),
        settings=settings,
        answers=answers,
        name=name,
    )


def _one_of_each(
    parts: Sequence[Imported], answers: dict[str, str]
) -> tuple[list[Imported], list[Question], list[str]]:
    kept: dict[str, Imported] = {}
    questions: list[Question] = []
    said: list[str] = []
    for name in dict.fromkeys(part.name for part in parts):
        same = [part for part in parts if part.name == name]
        if not name:
            continue
        chosen = next((p for p in same if p.file == answers.get(f"sheet:{name}")), None)
        kept[name] = chosen or same[0]
        if len(same) > 1 and chosen is None:
            options = tuple(Option(value=part.file, label=part.file) for part in same)
            text = f"Several tables could be {name}. Which one counts?"
            questions.append(Question(key=f"sheet:{name}", text=text, options=options))
    left = [part for part in parts if not part.name]
    said += [f"{part.file} is left out: nothing in it is known" for part in left if kept]
    if not kept:
        return list(left), questions, said
    return list(kept.values()), questions, said
