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
    added_columns,
    import_tables,
    own_upload,
    sniff,
)
from planner.reader import COLUMNS, REQUIRED, SETTINGS_FILE, Table, Tables, read_tables
from planner.variants import settings_of
from ui.tables.assumptions import with_named_machines
from ui.tables.editing import STARTERS, is_known
from ui.tables.findings import all_findings

Files = Sequence[tuple[str, bytes]]
Answers = tuple[tuple[str, str], ...]

KINDS = ("csv", "txt", "tsv", "zip", "xlsx", "xlsm", "xls", "xlsb", "ods", "toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFiles:
    """What files hold: tables to plan with or to mend, questions still open, or why neither.

    `assumptions` says what was understood. `parts` are the imported files, each with its mapping
    and the rows that were rejected; files in the planner's own format have none.
    """

    tables: Tables | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    parts: tuple[Imported, ...] = ()

    @property
    def rejected(self) -> int:
        """Return how many rows could not be imported."""
        return sum(len(part.rejected) for part in self.parts)

    @property
    def is_ready(self) -> bool:
        """Return whether the tables can be stored: no question has to be answered first."""
        return self.tables is not None and not any(q.is_blocking for q in self.questions)


def uploaded(
    files: Files, answers: Answers = (), memory: Mapping[str, str] | None = None
) -> UploadedFiles:
    """Return what the files hold; `memory` has mappings by the fingerprint of their header.

    Files in the planner's own format in which nothing is wrong are taken as they are; anything
    else goes through the import, which understands what spreadsheets and ERP systems write.
    """
    own = _own_format(files)
    own = replace(with_named_machines(own), name=_name(own, files)) if own is not None else None
    if own is not None and not all_findings(own):
        return UploadedFiles(tables=own)
    made = import_tables(list(files), answers=answers, memory=memory)
    tables = made.tables
    has_orders = "orders.csv" in tables.files
    if own is not None and not has_orders and not made.all_questions:
        return UploadedFiles(tables=own, findings=all_findings(own))
    return UploadedFiles(
        tables=with_named_machines(tables) if has_orders else None,
        findings=made.all_findings,
        questions=made.all_questions,
        assumptions=tuple(dict.fromkeys(made.all_assumptions)),
        parts=made.parts,
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
    if added_columns(orders.columns):  # an export: its plan is the current sequence
        return None
    tables = _with_dialect(tables, orders, files)
    return tables if any(is_known("orders.csv", name) for name in orders.columns[1:]) else None


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
