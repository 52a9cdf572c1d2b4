"""Words with a fixed meaning: yes and no, and how a machine fills a batch."""

from planner.intake.files.cells import Cell, shown
from planner.intake.formats.column_format import Format
from planner.intake.formats.problems import Converted, Problem, short
from planner.intake.headings.lexicon import lexicon


def yesno(cell: Cell, _form: Format) -> Converted:
    """Return yes or no."""
    meant = lexicon().value("yes_no", shown(cell))
    if meant:
        return "yes" if meant == "yes" else "no"
    return Problem("yes_or_no", f"{short(cell)} is neither yes nor no", "Write yes or no.")


def process(cell: Cell, _form: Format) -> Converted:
    """Return serial, parallel or continuous."""
    found = lexicon().value("process", shown(cell))
    return found or Problem(
        "process",
        f"{short(cell)} is no way to fill a batch",
        "Write serial, parallel or continuous.",
    )
