"""Rows that were not imported, as a file to put right and upload again."""

import csv
import io

from planner.intake.apply import Imported
from planner.intake.cells import shown

REASON = "reason"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rejected_csv(imported: Imported) -> bytes:
    """Return the rejected rows in the delimiter of the upload, with their row and the reason."""
    mapping = imported.mapping
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mapping.delimiter or ",", lineterminator="\r\n")
    places = [column.index for column in mapping.columns]
    writer.writerow([*mapping.header, "row", REASON])
    for row in imported.rejected:
        cells = [shown(row.cells[i]) if i < len(row.cells) else "" for i in places]
        writer.writerow([*(_harmless(cell) for cell in cells), row.line, row.reason])
    return text.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Return text that a spreadsheet does not run as a formula; numbers stay numbers."""
    is_number = text[1:].replace(".", "").replace(",", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
