"""When time starts: as the settings say, or now; a plan never starts in the past."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.calendars import Clock
from planner.reader.notes import Notes
from planner.reader.settings import Settings, settings_from
from planner.reader.tables import Tables


def clock_from(settings: Settings, notes: Notes, now: datetime | None = None) -> Clock:
    """Return the clock of the scenario; without a start, it starts at the next full minute.

    `now` is local time, or has a zone; without it the computer's clock is looked at.
    """
    if settings.start is not None:
        return settings.clock(settings.start)
    start = _next_minute(now or datetime.now(UTC), settings.time_zone)
    notes.assume(f"no start is given: the plan starts now, {start:%Y-%m-%d %H:%M}", first=True)
    return settings.clock(start)


def _next_minute(now: datetime, time_zone: str) -> datetime:
    """Return the first full minute that is not over, as local time."""
    if now.tzinfo is not None:
        now = now.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    begun = now.replace(second=0, microsecond=0)
    return begun if begun == now else begun + timedelta(minutes=1)


def with_start(tables: Tables, now: datetime | None = None) -> Tables:
    """Return `tables` with a start in their settings: later readings begin at the same time.

    Settings that cannot be read stay as they are.
    """
    try:
        if "start" in tomllib.loads(tables.settings):
            return tables
    except (ValueError, RecursionError):
        return tables
    notes = Notes()
    clock = clock_from(settings_from(tables.settings, notes), notes, now)
    return replace(tables, settings=f"start = {clock.start.isoformat()}\n{tables.settings}")
