r"""Tables as they really are, turned into canonical tables, with everything assumed or refused.

>>> from planner.intake import import_file
>>> imported = import_file(b"AUFNR;GAMNG;GLTRP\n0001;1.200,5;24.11.2026\n", "coois.csv")
>>> imported.table.rows
(('0001', '1200.5', '2026-11-24'),)
"""

from planner.intake.apply import Imported, apply
from planner.intake.cells import Cell, Limits, Sheet, disarmed
from planner.intake.exported import added_columns
from planner.intake.families import FamilyRule, family_of
from planner.intake.fields import known_fields
from planner.intake.giving_back import uploaded_csv
from planner.intake.importing import ImportedFiles, import_file, import_tables
from planner.intake.mapping import (
    BY_EXPORT,
    IGNORED,
    ColumnMapping,
    Mapping,
    Option,
    Question,
    answer,
    assign,
    fingerprint,
)
from planner.intake.memory import remembered, with_remembered
from planner.intake.opening import sniff
from planner.intake.propose import Proposal, propose
from planner.intake.rejected import rejected_csv
from planner.intake.stream import Streamed, StreamedBatch, stream
from planner.intake.uploads import Upload, own_upload

__all__ = [
    "BY_EXPORT",
    "IGNORED",
    "Cell",
    "ColumnMapping",
    "FamilyRule",
    "Imported",
    "ImportedFiles",
    "Limits",
    "Mapping",
    "Option",
    "Proposal",
    "Question",
    "Sheet",
    "Streamed",
    "StreamedBatch",
    "Upload",
    "added_columns",
    "answer",
    "apply",
    "assign",
    "disarmed",
    "family_of",
    "fingerprint",
    "import_file",
    "import_tables",
    "known_fields",
    "own_upload",
    "propose",
    "rejected_csv",
    "remembered",
    "sniff",
    "stream",
    "uploaded_csv",
    "with_remembered",
]
