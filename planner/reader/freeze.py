"""`freeze` in scenario.toml: how many hours from now nothing is moved, for all or by machine."""

from collections.abc import Mapping
from typing import Any

from planner.errors import Finding
from planner.reader.notes import Notes
from planner.reader.tables import SETTINGS_FILE

ANY = "*"
MOST_HOURS = 24 * 365
HINT = 'Write freeze = 8, or [freeze] with "*" = 8 and hours for single machines, such as M1 = 24.'


def freeze_from(value: object, notes: Notes) -> Mapping[str, float] | None:
    """Return frozen hours by machine, `*` for all others; None where nothing is given."""
    if value is None:
        return None
    given: Mapping[Any, Any] = value if isinstance(value, Mapping) else {ANY: value}
    good = {}
    for name, hours in given.items():
        if _is_hours(hours):
            good[str(name)] = float(hours)
        else:
            place = f"freeze.{name}" if isinstance(value, Mapping) else "freeze"
            message = f"{place} = {hours!r} is not a number of hours from 0 to {MOST_HOURS:,}"
            notes.add(settings_finding("number", place, hours, message, HINT))
    return good


def _is_hours(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MOST_HOURS


def settings_finding(rule: str, place: str, value: object, message: str, hint: str) -> Finding:
    """Return a fault of one setting."""
    return Finding(
        rule=rule,
        file=SETTINGS_FILE,
        column=place,
        value=str(value)[:200],
        message=message,
        hint=hint,
    )
