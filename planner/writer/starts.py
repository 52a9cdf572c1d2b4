"""When the scenario started that a schedule file is of, for scenarios that do not say it."""

import csv
import json
from datetime import datetime


def start_in_json(text: str) -> datetime | None:
    """Return the start that a JSON schedule says; None for anything else."""
    try:
        return datetime.fromisoformat(json.loads(text)["scenario"]["start"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def start_in_csv(text: str) -> datetime | None:
    """Return the start that the local times and units of a CSV schedule imply; None if they do not.

    Two moments with different units say how long a unit is.
    """
    try:
        rows = list(csv.DictReader(text.splitlines()))
        known = [pair for row in rows for pair in _moments(row)]
        (first, low), (last, high) = known[0], max(known, key=lambda pair: pair[1])
        return first if low == 0 or high == low else first - (last - first) / (high - low) * low
    except (ValueError, TypeError, KeyError, IndexError, csv.Error):
        return None


def _moments(row: dict[str, str]) -> list[tuple[datetime, int]]:
    pairs = ((row["start"], row["start_units"]), (row["end"], row["end_units"]))
    return [(datetime.fromisoformat(time), int(units)) for time, units in pairs if time]
