"""Maintenance lists: `200 h`, `alle 20 Chargen`, `every 5,000 parts` in one column of intervals.

What falls on dates, such as `monthly`, is no upkeep that is counted: its row is refused, so that it
is told.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from planner.intake.formats.problems import Problem
from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.reader import BadCell, Reads

INTERVAL = "interval"
LIMITS = ("after_hours", "after_batches", "after_quantity")

_COUNTED = re.compile(r"(?<!\d)(\d+(?:[.,' \u00a0]\d{3})*(?:[.,]\d{1,2})?)\s*([^\W\d_]+)")
_THOUSANDS = re.compile(r"[.,' \u00a0](?=\d{3}(?!\d))")
_HOURS = ("h", "hr", "hrs", "hour", "hours", "bh", "std", "stunden", "stunde", "betriebsstunden")
_BATCHES = (
    *("batch", "batches", "charge", "charges", "load", "loads", "run", "runs", "heat", "heats"),
    *("chargen", "fahrt", "fahrten", "lauf", "läufe", "beschickungen", "ansätze", "batchen"),
)
_PIECES = (
    *("pc", "pcs", "piece", "pieces", "part", "parts", "shot", "shots", "unit", "units"),
    *("stück", "stk", "st", "teil", "teile", "schuss", "kg", "m", "l", "liter"),
)
_WORDS = dict.fromkeys(_HOURS, 0) | dict.fromkeys(_BATCHES, 1) | dict.fromkeys(_PIECES, 2)


def limit_of(text: str) -> tuple[int, str] | None:
    """Return which limit a text names and how much; None where it counts nothing.

    >>> limit_of("Wartung nach 200 h"), limit_of("alle 20 Chargen"), limit_of("every 5,000 parts")
    ((0, '200'), (1, '20'), (2, '5000'))
    >>> limit_of("monthly"), limit_of("every 3 months")
    (None, None)
    """
    found = {
        (_WORDS[word.casefold()], _plain(number))
        for number, word in _COUNTED.findall(text)
        if word.casefold() in _WORDS
    }
    return found.pop() if len(found) == 1 else None


def _plain(number: str) -> str:
    digits = _THOUSANDS.sub("", number).replace(",", ".")
    return f"{Decimal(digits).normalize():f}"


def with_intervals(
    columns: Sequence[str], reads: Reads, mapping: SheetReading
) -> tuple[tuple[str, ...], Reads]:
    """Return the columns and rows with a limit of its own column for each interval."""
    heading = mapping.column_of(INTERVAL) if mapping.kind == "upkeep" else None
    if heading is None or heading.column not in columns:
        return tuple(columns), reads
    place = columns.index(heading.column)
    kept = [k for k in range(len(columns)) if k != place]
    added = [name for name in LIMITS if name not in columns]
    made = Reads([], [], list(reads.bad), list(reads.rejected))
    for row, line in zip(reads.rows, reads.lines, strict=True):
        found = limit_of(row[place])
        cells = dict(zip(columns, row, strict=True)) | dict.fromkeys(added, "")
        if found is not None and not cells[LIMITS[found[0]]]:
            cells[LIMITS[found[0]]] = found[1]
        if not any(cells[name] for name in LIMITS):
            made.bad.append(
                BadCell(
                    line=line,
                    column=heading.column,
                    value=row[place],
                    problem=_no_interval(row[place]),
                )
            )
            continue
        made.rows.append((*(row[k] for k in kept), *(cells[name] for name in added)))
        made.lines.append(line)
    return (*(columns[k] for k in kept), *added), made


def _no_interval(text: str) -> Problem:
    return Problem(
        "upkeep_counted",
        f"{text[:40]!r} counts no hours, batches or pieces",
        "Write 200 h, 20 batches or 5000 pcs; what falls on dates goes into the calendar.",
    )
