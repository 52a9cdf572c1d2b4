"""A row on its way from a file to a table."""

from typing import NamedTuple

from planner.intake.files.cells import Row


class Source(NamedTuple):
    """A data row and the row of the file it is."""

    line: int
    row: Row
