"""Rows that were not imported, as a file to put right and upload again."""

import csv
import io

from planner.intake.files.cells import disarmed, shown
from planner.intake.rows.imported import Imported

REASON = "reason"


def rejected_csv(imported: Imported) -> bytes:
    """Return the rejected rows in the delimiter of the upload, with their row and the reason."""
    mapping = imported.mapping
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mapping.delimiter or ",", lineterminator="\r\n")
    places = [column.index for column in mapping.columns]
    writer.writerow([*map(disarmed, mapping.header), "row", REASON])
    for row in imported.rejected:
        cells = [shown(row.cells[i]) if i < len(row.cells) else "" for i in places]
        writer.writerow([*(disarmed(cell) for cell in cells), row.line, disarmed(row.reason)])
    return text.getvalue().encode("utf-8-sig")
