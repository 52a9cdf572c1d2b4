"""The labels of a square matrix: names down the side that stand along the top too."""

from planner.intake.files.cells import shown
from planner.intake.headings.lexicon import folded
from planner.intake.headings.units import is_unnamed
from planner.intake.reading.laid_out import LaidOut


def matrix_labels(laid: LaidOut) -> frozenset[str]:
    """Return the labels of a matrix as values are compared; empty if the sheet is none."""
    if len(laid.bare.columns) < 3:
        return frozenset()
    first = laid.bare.columns[0].index
    down = {folded(shown(row[first])) for row in laid.rows if first < len(row)} - {""}
    across = {folded(name) for name in laid.header[1:] if name and not is_unnamed(name)}
    common = across & down
    smaller = min(len(across), len(down))
    if len(common) < 2 or 3 * len(common) < 2 * smaller or 2 * len(common) < len(across):
        return frozenset()
    return frozenset(common)
