"""`now` and `freeze` in scenario.toml: where planning again begins, and what it leaves alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.calendars import Clock
from planner.domain import FREEZE_HOURS
from planner.reader.freeze import ANY, settings_finding
from planner.reader.notes import Notes, some
from planner.reader.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FromNow:
    """Where planning again begins, in units, None where nothing is said; and frozen hours."""

    now: int | None
    freeze_hours: float | Mapping[str, float]


def from_now(settings: Settings, clock: Clock, machines: Sequence[str], notes: Notes) -> FromNow:
    """Return what the settings say of planning again, with findings for what cannot be."""
    return FromNow(
        now=_now(settings.now, clock, notes),
        freeze_hours=_freeze_hours(settings.freeze, machines, notes),
    )


def _freeze_hours(
    freeze: Mapping[str, float] | None, machines: Sequence[str], notes: Notes
) -> float | Mapping[str, float]:
    """Return the frozen hours, one number or one for each machine, with findings for others."""
    given = freeze or {}
    for name, hours in given.items():
        if name not in (*machines, ANY):
            message = f"there is no machine {name} whose work could be frozen"
            hint = f"The machines are {some(list(machines))}."
            notes.add(settings_finding("known_machine", f"freeze.{name}", hours, message, hint))
    usual = given.get(ANY, FREEZE_HOURS)
    if not any(name in given for name in machines):
        return usual
    return {name: given.get(name, usual) for name in machines}


def _now(now: datetime | None, clock: Clock, notes: Notes) -> int | None:
    """Return `now` in units, with a finding where it is before the start."""
    if now is None:
        return None
    units = clock.units(now)
    if units < 0:
        message = f"now {now:%Y-%m-%d %H:%M} is before the start {clock.start:%Y-%m-%d %H:%M}"
        notes.add(settings_finding("now_after_start", "now", now, message, "Move one of the two."))
    return units
