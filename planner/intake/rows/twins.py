"""Names that differ in case or width alone: likely one thing, which nobody sees in the file."""

import unicodedata
from collections.abc import Sequence

from planner.errors import Finding
from planner.intake.files.cells import warning

_NAMES = ("order_id", "product", "family", "machine_id", "current_machine", "from", "to")


def twins(columns: Sequence[str], rows: Sequence[Sequence[str]], file: str) -> list[Finding]:
    """Return a warning for each name that is written in more than one way."""
    found = []
    for place, name in enumerate(columns):
        if name not in _NAMES and not name.startswith("attr_"):
            continue
        spelt: dict[str, dict[str, None]] = {}
        for text in dict.fromkeys(row[place] for row in rows):
            spelt.setdefault(unicodedata.normalize("NFKC", text).casefold(), {})[text] = None
        for ways in spelt.values():
            if len(ways) > 1:
                listed = ", ".join(list(ways)[:3])
                found.append(
                    warning(
                        "twin_names",
                        f"{listed} differ in the way they are written alone",
                        "Write them alike if they are one; they are planned as different.",
                        file=file,
                        column=name,
                    )
                )
    return found[:20]
