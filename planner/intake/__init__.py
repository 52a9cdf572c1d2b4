r"""Tables as they really are, turned into canonical tables, with everything assumed or refused.

>>> from planner.intake import import_file
>>> imported = import_file(b"AUFNR;GAMNG;GLTRP\n0001;1.200,5;24.11.2026\n", "coois.csv")
>>> imported.table.rows
(('0001', '1200.5', '2026-11-24'),)
"""

from planner.intake.files.cells import Cell, CellTable, Limits, disarmed, shown
from planner.intake.files.opening import bytes_of, sniff
from planner.intake.formats.families import FamilyRule, family_of
from planner.intake.giving_back.exported import added_columns
from planner.intake.giving_back.giving_back import uploaded_csv
from planner.intake.giving_back.uploads import Upload, own_upload
from planner.intake.grouping import FindingGroup, grouped
from planner.intake.headings.fields import known_fields
from planner.intake.headings.lexicon import Raw, read_words
from planner.intake.importing import ImportedFiles, import_file, import_tables
from planner.intake.reading.propose import Proposal, propose
from planner.intake.reading.remembered import (
    read_memory,
    remembered,
    with_remembered,
    write_memory,
)
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
    BY_USER,
    IGNORED,
    ColumnReading,
    Option,
    Question,
    SheetReading,
    answer,
    assign,
    fingerprint,
)
from planner.intake.rows.apply import apply
from planner.intake.rows.imported import Imported
from planner.intake.rows.rejected import rejected_csv
from planner.intake.rows.stream import Streamed, StreamedBatch, stream

__all__ = [
    "BY_EXPORT",
    "BY_USER",
    "IGNORED",
    "Cell",
    "CellTable",
    "ColumnReading",
    "FamilyRule",
    "FindingGroup",
    "Imported",
    "ImportedFiles",
    "Limits",
    "Option",
    "Proposal",
    "Question",
    "Raw",
    "SheetReading",
    "Streamed",
    "StreamedBatch",
    "Upload",
    "added_columns",
    "answer",
    "apply",
    "assign",
    "bytes_of",
    "disarmed",
    "family_of",
    "fingerprint",
    "grouped",
    "import_file",
    "import_tables",
    "known_fields",
    "own_upload",
    "propose",
    "read_memory",
    "read_words",
    "rejected_csv",
    "remembered",
    "shown",
    "sniff",
    "stream",
    "uploaded_csv",
    "with_remembered",
    "write_memory",
]
