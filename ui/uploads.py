"""Uploaded files to tables: as they are where they keep the names, imported where they do not."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planner.errors import Finding, ScenarioError
from planner.intake import ImportedFiles, Question, import_tables
from planner.reader import COLUMNS, REQUIRED, Tables, read_tables
from planner.reader.tables import SETTINGS_FILE
from ui.tables.assumptions import with_named_machines
from ui.tables.editing import STARTERS, is_known
from ui.tables.findings import all_findings, stops

Files = Sequence[tuple[str, bytes]]
Answers = tuple[tuple[str, str], ...]

KINDS = ("csv", "txt", "tsv", "zip", "xlsx", "xls", "xlsb", "ods", "toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What files hold: tables to plan with or to mend, questions still open, or why neither.

    `rejected` counts rows that could not be imported; `assumptions` says what was understood.
    """

    tables: Tables | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    rejected: int = 0

    @property
    def is_ready(self) -> bool:
        """Return whether the tables can be stored: no question has to be answered first."""
        return self.tables is not None and not any(q.is_blocking for q in self.questions)


def uploaded(files: Files, answers: Answers = ()) -> Upload:
    """Return what the files hold.

    Files in the planner's own format are taken as they are, so that a fault can be mended in the
    table; anything else goes through the import, which understands what spreadsheets and ERP
    systems write.
    """
    own = _own_format(files)
    own = with_named_machines(own) if own is not None else None
    if own is not None and not stops(all_findings(own)):
        return Upload(tables=own, findings=all_findings(own))
    made = import_tables(list(files), answers=answers)
    has_orders = "orders.csv" in made.tables.files
    rejected = sum(len(part.rejected) for part in made.parts)
    if own is not None and (rejected or not made.is_ready or not has_orders):
        return Upload(tables=own, findings=all_findings(own))
    return _imported(made, rejected)


def _imported(made: ImportedFiles, rejected: int) -> Upload:
    said = [*made.assumptions]
    for part in made.parts:
        said += [f"{part.file}: {text}" for text in part.assumptions]
    return Upload(
        tables=with_named_machines(made.tables) if "orders.csv" in made.tables.files else None,
        findings=made.all_findings,
        questions=made.all_questions,
        assumptions=tuple(dict.fromkeys(said)),
        rejected=rejected,
    )


def _own_format(files: Files) -> Tables | None:
    """Return the tables of files whose headings are the planner's own, else None."""
    with tempfile.TemporaryDirectory(prefix="batch-planner-") as folder:
        try:
            tables = read_tables(_laid_out(files, Path(folder)))
        except ScenarioError:
            return None
    orders = tables.files.get("orders.csv")
    if orders is None or not all(name in orders.columns for name in REQUIRED["orders.csv"]):
        return None
    return tables if any(is_known("orders.csv", name) for name in orders.columns[1:]) else None


def _laid_out(files: Files, folder: Path) -> Path:
    """Write the files where the reader finds them; one file stays a file."""
    if len(files) == 1:
        name, data = files[0]
        path = folder / PurePosixPath(name.replace("\\", "/")).name
        path.write_bytes(data)
        return path
    for name, data in files:
        base = PurePosixPath(name.replace("\\", "/")).name
        if base in COLUMNS or base == SETTINGS_FILE:
            (folder / base).write_bytes(data)
    return folder


EXAMPLES = {
    "orders.csv": ("0001", "panel red", "red", "60", "45", "2027-02-01 14:00"),
    "machines.csv": ("M1", "serial", "white", "yes", "two shifts"),
    "changeovers.csv": ("white", "red", "15", "30"),
    "calendars.csv": ("two shifts", "Mon-Fri", "", "06:00", "22:00", "yes"),
    "durations.csv": ("0001", "", "M1", "50"),
}


def templates_zip() -> bytes:
    """Return a zip with a file per table: its headings and one example row."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, columns in STARTERS.items():
            lines = [",".join(columns), ",".join(EXAMPLES[file])]
            archive.writestr(file, "\n".join(lines) + "\n")
    return target.getvalue()
