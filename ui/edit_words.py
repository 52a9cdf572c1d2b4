"""What editing says: what was changed, who else did, and what is kept."""

from collections.abc import Mapping, Sequence

from planner.reader import Tables
from planner.variants import CellDifference, differences
from ui.column_words import label
from ui.words import count

FILES: Mapping[str, str] = {
    "orders.csv": "Orders",
    "machines.csv": "Machines",
    "changeovers.csv": "Changeovers",
    "calendars.csv": "Calendars",
    "durations.csv": "Times per machine",
    "resources.csv": "Resources",
    "needs.csv": "Needs",
    "upkeep.csv": "Upkeep",
    "scenario.toml": "Settings",
}
SETTINGS: Mapping[str, str] = {
    "start": "Start",
    "time_zone": "Time zone",
    "default_changeover": "Changeover where none is given",
    "preset": "Aim",
    "weights": "Weights",
}
NOTHING = "empty"
LONGEST = 60
TOLD = 3


def said_difference(each: CellDifference) -> str:
    """Return one difference in words.

    >>> cell = {"file": "orders.csv", "row": "A-17", "column": "due"}
    >>> said_difference(CellDifference(**cell, before="1", after="2"))
    'A-17, Due: 1 → 2'
    """
    if each.file == "scenario.toml":
        return f"{SETTINGS.get(each.row, each.row)}: {short(each.before)} → {short(each.after)}"
    if each.column:
        return f"{each.row}, {label(each.column)}: {short(each.before)} → {short(each.after)}"
    if each.after is None:
        return f"{each.row} deleted ({FILES.get(each.file, each.file)})"
    return f"{each.row} added ({FILES.get(each.file, each.file)})"


def note_of(before: Tables, after: Tables) -> str:
    """Return in one line what was changed."""
    return summary(differences(before, after))


def summary(found: Sequence[CellDifference]) -> str:
    """Return several differences in one line, the first of them in words."""
    if not found:
        return "Nothing changed"
    if len(found) <= TOLD:
        return "; ".join(map(said_difference, found))
    files = ", ".join(dict.fromkeys(FILES.get(each.file, each.file) for each in found))
    return f"{count(len(found), 'change')} in {files}"


def short(value: str | None) -> str:
    """Return a cell as it is told: empty ones by word, long ones cut."""
    if not value:
        return NOTHING
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
