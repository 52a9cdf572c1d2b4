"""A few cells of each column, to show what it holds."""

from itertools import islice

from planner.intake.files.cells import Sheet, as_written
from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.apply import first_data_index

SHOWN = 3
LOOKED_AT = 200
LONGEST = 40


def examples_of(sheet: Sheet, reading: SheetReading) -> tuple[tuple[str, ...], ...]:
    """Return up to three different cells of each column of `reading`, from the first rows."""
    start = first_data_index(sheet, reading)
    rows = sheet.rows[start : start + LOOKED_AT]
    return tuple(
        tuple(
            islice(
                dict.fromkeys(
                    text[:LONGEST]
                    for row in rows
                    if column.index < len(row) and (text := as_written(row[column.index]).strip())
                ),
                SHOWN,
            )
        )
        for column in reading.columns
    )
