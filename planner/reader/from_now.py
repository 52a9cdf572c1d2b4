"""`now` and `freeze` in scenario.toml: where planning again begins, and what it leaves alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from planner.calendars import Clock
from planner.domain import FREEZE_HOURS
from planner.errors import Finding
from planner.reader.notes import Notes, some
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
            notes.add(_finding("number", place, hours, message, HINT))
    return good


def _is_hours(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MOST_HOURS


def freeze_hours(
    freeze: Mapping[str, float] | None, machines: Sequence[str], notes: Notes
) -> float | Mapping[str, float]:
    """Return the frozen hours, one number or one for each machine, with findings for others."""
    given = freeze or {}
    for name, hours in given.items():
        if name not in (*machines, ANY):
            message = f"there is no machine {name} whose work could be frozen"
            hint = f"The machines are {some(list(machines))}."
            notes.add(_finding("known_machine", f"freeze.{name}", hours, message, hint))
    usual = given.get(ANY, FREEZE_HOURS)
    if not any(name in given for name in machines):
        return usual
    return {name: given.get(name, usual) for name in machines}


def now_in(now: datetime | None, clock: Clock, notes: Notes) -> int | None:
    """Return `now` in units, with a finding where it is before the start."""
    if now is None:
        return None
    units = clock.units(now)
    if units < 0:
        message = f"now {now:%Y-%m-%d %H:%M} is before the start {clock.start:%Y-%m-%d %H:%M}"
        notes.add(_finding("now_after_start", "now", now, message, "Move one of the two."))
    return units


def _finding(rule: str, place: str, value: object, message: str, hint: str) -> Finding:
    return Finding(
        rule=rule,
        file=SETTINGS_FILE,
        column=place,
        value=str(value)[:200],
        message=message,
        hint=hint,
    )
