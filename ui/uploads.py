"""Uploaded files to tables: as they are where they keep the names, imported where they do not."""

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from planner.errors import Finding, ScenarioError
from planner.intake import (
    Imported,
    Question,
    Raw,
    added_columns,
    import_tables,
    own_upload,
    sniff,
)
from planner.reader import COLUMNS, REQUIRED, SETTINGS_FILE, Table, Tables, read_tables
from planner.variants import settings_of
from ui.tables.assumptions import with_named_machines
from ui.tables.editing import STARTERS, is_known
from ui.tables.findings import all_findings, stops

Files = Sequence[tuple[str, bytes]]
Answers = tuple[tuple[str, str], ...]

KINDS = ("csv", "txt", "tsv", "zip", "xlsx", "xlsm", "xls", "xlsb", "ods", "toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFiles:
    """What files hold: tables to plan with, questions still open, and what stands in the way.

    `findings` are about the files, `obstacles` about the tables made of them: what keeps them from
    being planned. `assumptions` says what was understood. `parts` are the tables, `sheets` all
    that was looked at, each with its reading; files in the planner's own format have none. `own`
    are files in that format as they are, where something is wrong with them.
    """

    tables: Tables | None = None
    findings: tuple[Finding, ...] = ()
    obstacles: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    parts: tuple[Imported, ...] = ()
    sheets: tuple[Imported, ...] = ()
    own: Tables | None = None

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return what was found in the files and in the tables made of them."""
        return tuple(dict.fromkeys((*self.findings, *self.obstacles)))

    @property
    def rejected(self) -> int:
        """Return how many rows could not be imported."""
        return sum(len(part.rejected) for part in self.parts)

    @property
    def blocking(self) -> tuple[Question, ...]:
        """Return the questions that have to be answered before planning."""
        return tuple(question for question in self.questions if question.is_blocking)

    @property
    def is_ready(self) -> bool:
        """Return whether the tables can be stored: no question has to be answered first."""
        return self.tables is not None and not self.blocking

    @property
    def can_be_planned(self) -> bool:
        """Return whether nothing has to be answered or put right before planning."""
        return self.is_ready and not stops(self.obstacles)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the sheets and files that nothing is planned with."""
        used = {part.file for part in self.parts if part.kind}
        sheets = [part.file for part in self.sheets if part.file not in used]
        refused = [f.file for f in self.findings if f.file and f.row is None and not f.column]
        known = {part.file for part in self.sheets}
        return tuple(dict.fromkeys((*sheets, *(file for file in refused if file not in known))))


def uploaded(
    files: Files,
    answers: Answers = (),
    memory: Mapping[str, str] | None = None,
    words: Sequence[Raw] = (),
) -> UploadedFiles:
    """Return what the files hold; `memory` has readings by the fingerprint of their header.

    Files in the planner's own format in which nothing is wrong are taken as they are. Anything
    else, whatever it is called, goes through the import, which understands what spreadsheets and
    ERP systems write. `words` are more words for headings.
    """
    own = _own_format(files)
    if own is not None and not all_findings(own):
        return UploadedFiles(tables=own)
    made = import_tables(list(files), answers=answers, memory=memory, words=words)
    tables = with_named_machines(made.tables) if "orders.csv" in made.tables.files else None
    return UploadedFiles(
        tables=tables,
        findings=made.all_findings,
        obstacles=all_findings(tables) if tables is not None else (),
        questions=made.all_questions,
        assumptions=tuple(dict.fromkeys(made.all_assumptions)),
        parts=made.parts,
        sheets=made.sheets,
        own=own,
    )


def _own_format(files: Files) -> Tables | None:
    """Return the tables of files whose headings are the planner's own, else None."""
    with tempfile.TemporaryDirectory(prefix="batch-planner-") as folder:
        try:
            tables = read_tables(_laid_out(files, Path(folder)))
        except ScenarioError:
            return None
    orders = tables.files.get("orders.csv")
    if orders is None or tables.skipped or not _are_all_known(files):
        return None
    if not all(name in orders.columns for name in REQUIRED["orders.csv"]):
        return None
    if added_columns(orders.columns):  # an export: its plan is the current sequence
        return None
    if not any(is_known("orders.csv", name) for name in orders.columns[1:]):
        return None
    tables = with_named_machines(_with_dialect(tables, orders, files))
    return replace(tables, name=_name(tables, files))


def _are_all_known(files: Files) -> bool:
    """Return whether each of several files is one that a scenario has."""
    names = [_base(name) for name, _ in files]
    return len(files) == 1 or all(name in COLUMNS or name == SETTINGS_FILE for name in names)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _with_dialect(tables: Tables, orders: Table, files: Files) -> Tables:
    """Return `tables` with how their file is written, where it is a delimited one."""
    name, data = files[0]
    if len(files) > 1 or not name.lower().endswith(".csv"):
        return tables
    (sheet,) = sniff(data, name)
    upload = own_upload(orders, name, delimiter=sheet.delimiter, encoding=sheet.encoding)
    return replace(tables, upload=upload.to_json())


def _name(tables: Tables, files: Files) -> str:
    """Return what the settings call the scenario, or its one file, or nothing special."""
    named = settings_of(tables).get("name")
    if isinstance(named, str) and named.strip():
        return named.strip()
    return tables.name if len(files) == 1 else "Uploaded scenario"


def _laid_out(files: Files, folder: Path) -> Path:
    """Write the files where the reader finds them; one file stays a file."""
    if len(files) == 1:
        name, data = files[0]
        path = folder / _base(name)
        path.write_bytes(data)
        return path
    for name, data in files:
        if _base(name) in COLUMNS or _base(name) == SETTINGS_FILE:
            (folder / _base(name)).write_bytes(data)
    return folder


EXAMPLES = {
    "orders.csv": ("0001", "panel red", "red", "60", "45", "2027-02-01 14:00"),
    "machines.csv": ("M1", "serial", "white", "yes", "two shifts"),
    "changeovers.csv": ("white", "red", "15", "30"),
    "calendars.csv": ("two shifts", "Mon-Fri", "", "06:00", "22:00", "yes"),
    "durations.csv": ("0001", "", "M1", "50"),
    "resources.csv": ("setter", "1", "two shifts"),
    "needs.csv": ("setter", "changeover", "1", "", "*", "*"),
    "upkeep.csv": ("M1", "cleaning", "45", "", "20", "0"),
}


def templates_zip() -> bytes:
    """Return a zip with a file per table: its headings and one example row."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, columns in STARTERS.items():
            lines = [",".join(columns), ",".join(EXAMPLES[file])]
            archive.writestr(file, "\n".join(lines) + "\n")
    return target.getvalue()
