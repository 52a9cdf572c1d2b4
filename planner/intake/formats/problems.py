"""What is wrong with a cell, as data on its way to a finding."""

from collections.abc import Callable
from typing import NamedTuple

from planner.intake.files.cells import Cell, shown
from planner.intake.formats.column_format import Format


class Problem(NamedTuple):
    """Why a cell cannot be read, and what to do."""

    rule: str
    message: str
    hint: str


Converted = str | Problem
Converter = Callable[[Cell, Format], Converted]


def short(cell: Cell) -> str:
    """Return a cell as a message shows it."""
    found = shown(cell)
    return found if len(found) <= 60 else f"{found[:57]}..."
